"""What the bot does when time passes: one module a rhythm."""

from schedules import actions, cards, chat

SCHEDULES = (chat.SCHEDULE, actions.SCHEDULE, cards.SCHEDULE)
