"""Which question of a chat each post answers.

What a post says of itself comes first ("A2"), then what it replies to, then the question that is running while it is
written. The last is a guess, so it is made by what the post looks like: an answer speaks of what people do and why,
small talk of the here and now.
"""

from bot.core.qn.labeller import Labeller, match_all
from bot.core.qn.matched import CONFIDENT, Held, How, Matched

__all__ = ["CONFIDENT", "Held", "How", "Labeller", "Matched", "match_all"]
