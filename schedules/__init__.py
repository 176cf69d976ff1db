"""What the bot does when time passes: one module a rhythm."""

from schedules import actions, cards, chat, hosting, housekeeping, questions, quiz, reviews, series

SCHEDULES = (
    chat.SCHEDULE,
    actions.SCHEDULE,
    cards.SCHEDULE,
    series.SCHEDULE,
    hosting.SCHEDULE,
    quiz.SCHEDULE,
    questions.SCHEDULE,
    reviews.SCHEDULE,
    housekeeping.SCHEDULE,
)
