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
    noted,
    pages,
    pause,
    person,
    picks,
    reading,
    record,
    replies,
    round_answers,
    rounds,
    signature,
    useful,
    where,
)

# The first that takes an event has it. What needs a certain word comes before what takes any words:
# "feedback export" is an export before it is feedback, and "feedback" is feedback before it is a question.
# A greeting alone is greeted before it calls for help.
# A reply below a question of a round answers that one, also while a chat is on, and whatever word it begins with.
# Help leaves a greeting that goes on with a question to the FAQ. What nobody knows comes last.
ROUTERS = (
    cards.router,
    round_answers.replies,
    record.router,
    pause.router,
    picks.router,
    hosting.router,
    where.router,
    pages.router,
    moderation.router,
    person.router,
    manners.router,
    useful.router,
    signature.router,
    actions.router,
    rounds.router,
    round_answers.router,
    reading.router,
    replies.router,
    approving.router,
    feedback.router,
    noted.router,
    help.router,
    faq.router,
    fallback.router,
)
