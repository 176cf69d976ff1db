"""What the bot does when something happens: one module a concern."""

from handlers import actions, cards, fallback, faq, feedback, help, moderation, pages, pause

# The first that takes an event has it. What needs a certain word comes before what takes any words:
# "feedback export" is an export before it is feedback, and "feedback" is feedback before it is a question.
# Help leaves a greeting that goes on with a question to the FAQ. What nobody knows comes last.
ROUTERS = (
    cards.router,
    pause.router,
    pages.router,
    moderation.router,
    actions.router,
    feedback.router,
    help.router,
    faq.router,
    fallback.router,
)
