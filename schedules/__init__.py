"""What the bot does when time passes: one module a rhythm."""

from schedules import actions, cards, chat, housekeeping, questions

SCHEDULES = (chat.SCHEDULE, actions.SCHEDULE, cards.SCHEDULE, questions.SCHEDULE, housekeeping.SCHEDULE)
