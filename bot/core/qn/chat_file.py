"""A chat as a file: its questions and its posts, as `antiphon chat label` reads them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.problems import Problem
from bot.core.qn.labeller import match_all
from bot.core.qn.matched import Matched

_START = datetime(2000, 1, 1, tzinfo=UTC)
"""What the seconds of a file count from. Any instant would do."""
_TOLD = 10
"""Mistakes listed at once."""

Seconds = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class _Question(_Row):
    n: int
    time_s: Seconds
    post_id: str | None = None
    text: str = ""


class _Post(_Row):
    id: str
    time_s: Seconds
    author: str
    text: str
    in_reply_to: str | None = None
    is_repost: bool = False
    is_quote: bool = False


class _Chat(_Row):
    questions: tuple[_Question, ...]
    posts: tuple[_Post, ...]


@dataclass(frozen=True, slots=True)
class ChatFile:
    questions: Sequence[Asked]
    posts: Sequence[HeardPost]

    def matched(self) -> list[tuple[HeardPost, Matched]]:
        """The posts as they stand in the file. They are read in the order of their times."""
        in_time = sorted(self.posts, key=lambda post: post.at)
        found = {post.id: matched for post, matched in zip(in_time, match_all(self.questions, in_time), strict=True)}
        return [(post, found[post.id]) for post in self.posts]


def parse_chat(data: object) -> ChatFile:
    """From what JSON holds. Raises Problem, which says for each mistake in which row and field it is."""
    try:
        chat = _Chat.model_validate(data)
    except ValidationError as error:
        raise _problem([_told(mistake, data) for mistake in error.errors()]) from None
    if twice := [
        *_twice("question", [question.n for question in chat.questions], "n"),
        *_twice("post", [post.id for post in chat.posts], "id"),
    ]:
        raise _problem(twice)
    return ChatFile([_asked(question) for question in chat.questions], [_heard(post) for post in chat.posts])


def _asked(row: _Question) -> Asked:
    return Asked(row.n, _at(row.time_s), row.text, frozenset({row.post_id} if row.post_id else ()))


def _heard(row: _Post) -> HeardPost:
    return HeardPost(
        platform=Platform.X,
        id=row.id,
        at=_at(row.time_s),
        author=row.author,
        text=row.text,
        in_reply_to=row.in_reply_to or None,
        is_repost=row.is_repost,
        is_quote=row.is_quote,
    )


def _at(seconds: float) -> datetime:
    return _START + timedelta(seconds=seconds)


def _told(mistake: Mapping[str, Any], data: object) -> str:
    match mistake["loc"]:
        case (str(kind), int(place), *field):
            where = f"{kind.removesuffix('s')} {place + 1}{_named(data, kind, place)}"
            return f"{where}: {' '.join(map(str, field)) or 'the row'}: {mistake['msg']}"
        case (str(kind),):
            return f"{kind}: {mistake['msg']}"
    return str(mistake["msg"])


def _named(data: Any, kind: str, place: int) -> str:
    row = data[kind][place]
    return f' (id "{row["id"]}")' if isinstance(row, Mapping) and "id" in row else ""


def _twice(kind: str, keys: Sequence[object], field: str) -> Iterator[str]:
    seen: dict[object, int] = {}
    for place, key in enumerate(keys, 1):
        if key in seen:
            yield f"{kind} {place}: {field}: {key!r} is that of {kind} {seen[key]} too"
        seen.setdefault(key, place)


def _problem(mistakes: Sequence[str]) -> Problem:
    more = len(mistakes) - _TOLD
    lines = [*mistakes[:_TOLD], *([f"and {more} more"] if more > 0 else [])]
    return Problem("\n".join(["This is no chat that can be read; nothing was written.", *lines]))
