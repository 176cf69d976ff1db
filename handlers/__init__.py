"""What the bot does when something happens: one module a concern."""

from handlers import (
    actions,
    approving,
    cards,
    fallback,
    faq,
    feedback,
    help,
    hosting,
    manners,
    moderation,
    pages,
    pause,
    person,
    record,
    signature,
    useful,
    where,
)

# The first that takes an event has it. What needs a certain word comes before what takes any words:
# "feedback export" is an export before it is feedback, and "feedback" is feedback before it is a question.
# A greeting alone is greeted before it calls for help.
# Help leaves a greeting that goes on with a question to the FAQ. What nobody knows comes last.
ROUTERS = (
    cards.router,
    record.router,
    pause.router,
    hosting.router,
    where.router,
    pages.router,
    moderation.router,
    person.router,
    manners.router,
    useful.router,
    signature.router,
    actions.router,
    approving.router,
    feedback.router,
    help.router,
    faq.router,
    fallback.router,
)
