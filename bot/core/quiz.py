"""A quiz: whether an answer is right, who has how many, and how that is told."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rapidfuzz.distance import OSA

from bot.core.chat import LATE_QUESTION, NOTHING_ADDED, Added, numbered
from bot.core.content import Chat, Content
from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.lines import Line, as_entry
from bot.core.plan import Entry

_WORD = re.compile(r"[^\W_]+")
_LABEL = re.compile(r"^\W*[aqAQ]\W?(\d{1,2})\b")
_LETTERS_A_SLIP = 5
"""One letter in five may be wrong, missing, too many or in the place of its neighbour."""
_ARTICLES = frozenset({"a", "an", "the"})
_BEST = 3


@dataclass(frozen=True, slots=True)
class Score:
    """How many questions somebody answered right. `name` is what their platform shows of them."""

    name: str
    right: int


def is_right(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the accepted answers is in a text, slips of the finger forgiven. A number has to be exact."""
    said = _words(text)
    wanted = [_words(answer) for answer in answers]
    bare = _without_articles(said)
    return any(_says(said, answer) or _says(bare, _without_articles(answer)) for answer in wanted)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(re.sub(r"['’]", "", text))]


def _without_articles(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _ARTICLES]


def _says(said: Sequence[str], answer: Sequence[str]) -> bool:
    size = len(answer)
    return size > 0 and any(_alike(said[at : at + size], answer) for at in range(len(said) - size + 1))


def _alike(said: Sequence[str], answer: Sequence[str]) -> bool:
    return all(map(_same_word, said, answer))


def _same_word(said: str, wanted: str) -> bool:
    if any(letter.isdigit() for letter in said + wanted):
        return said == wanted
    slips = len(wanted) // _LETTERS_A_SLIP
    return OSA.distance(said, wanted, score_cutoff=slips) <= slips


def answered(post: HeardPost, asked: Sequence[Asked]) -> int:
    """The number of the question that a post is about; 0 for none.

    It is the one that the post names, or else replies to, or else the one that was put last by then.
    """
    put = [question for question in asked if question.at <= post.at]
    if named := _LABEL.match(post.text):
        return next((it.number for it in put if it.number == int(named[1])), 0)
    replied = (it.number for it in put if post.in_reply_to in it.posts)
    return next(replied, put[-1].number if put else 0)


def scores(
    chat: Chat,
    asked: Sequence[Asked],
    posts: Iterable[HeardPost],
    until: datetime,
    added: Added = NOTHING_ADDED,
) -> Mapping[Platform, Sequence[Score]]:
    """The scores of the people of each platform on which something was heard, the best first, else by name.

    A question counts once for each person, when they were right before the next one was put (`until` for the last).
    People of different platforms are not put together: nobody can say who is the same person.
    """
    accepted = {number: question.answers for number, question in numbered(chat, added)}
    ends = dict(zip([it.number for it in asked], [*(it.at for it in asked[1:]), until], strict=True))
    right: defaultdict[tuple[Platform, str], set[int]] = defaultdict(set)
    names: dict[tuple[Platform, str], str] = {}
    found: dict[Platform, list[Score]] = {}
    for post in posts:
        found.setdefault(post.platform, [])
        number = 0 if post.is_repost or post.is_quote else answered(post, asked)
        if number and post.at < ends[number] and is_right(post.text, accepted.get(number, ())):
            who = post.platform, post.author
            right[who].add(number)
            names[who] = post.name or post.author
    for who, numbers in right.items():
        found[who[0]].append(Score(names[who], len(numbers)))
    return {platform: sorted(rows, key=lambda row: (-row.right, row.name)) for platform, rows in found.items()}


def announcement(
    chat_id: str,
    chat: Chat,
    found: Mapping[Platform, Sequence[Score]],
    due: datetime,
    content: Content,
    platforms: Iterable[Platform],
    added: Added = NOTHING_ADDED,
) -> Entry:
    """The row of the plan that tells the answers and the best: on each platform those of its own people.

    Where nothing was heard nobody is named: the bot cannot tell.
    """
    answers = ", ".join(f"Q{n} {it.answers[0]}" for n, it in numbered(chat, added) if it.answers)
    told = {on: _told(chat_id, chat, found.get(on), answers, due, content, on) for on in platforms}
    first, *_ = told.values()
    bodies = {platform: entry.bodies[platform] for platform, entry in told.items()}
    return replace(first, bodies=bodies, edited=True)  # no file has it: content must not take it back


def _told(
    chat_id: str,
    chat: Chat,
    found: Sequence[Score] | None,
    answers: str,
    due: datetime,
    content: Content,
    platform: Platform,
) -> Entry:
    best = ", ".join(f"{score.name} {score.right}" for score in (found or ())[:_BEST]) or "nobody this time"
    fields = {"best": best, "answers": answers, "topic": chat.topic, "hashtag": content.campaign.chat_hashtag}
    wording = content.messages.chat_answers if found is None else content.messages.chat_scores
    line = Line("scores", "Scores", due, due + LATE_QUESTION, wording, fields, shorten=("answers", "topic", "best"))
    return as_entry(chat_id, line, content, [platform])
