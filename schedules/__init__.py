"""What the bot does when time passes: one module a rhythm."""

from schedules import actions, cards, chat, hosting, housekeeping

SCHEDULES = (chat.SCHEDULE, actions.SCHEDULE, cards.SCHEDULE, hosting.SCHEDULE, housekeeping.SCHEDULE)
