"""From a row of somebody's export to a post. Names of columns are those of the exports that people have."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.core.actions import Problem
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record.instants import HINT, read_instant
from bot.core.record.values import About

Row = Mapping[str, str]
"""Cells by the plain name of their column: `In-Reply-To` is `inreplyto`."""

# X's own exports and API, TAGS (a Google sheet that many used for chats), spreadsheets, and our own CSV.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text",
        "fulltext",
        "tweet",
        "tweettext",
        "tweetcontent",
        "post",
        "posttext",
        "content",
        "message",
        "body",
    ),
    "date": (
        "createdat",
        "date",
        "at",
        "datetime",
        "posted",
        "postedat",
        "timestamp",
        "created",
        "tweetdate",
        "published",
    ),
    "time": ("time", "hour"),
    "seconds": ("times",),
    "name": (
        *("username", "screenname", "userscreenname", "fromuser", "handle", "accountname", "authorusername"),
        *("author", "user", "who", "from", "account", "name"),
    ),
    "author": ("authorid", "userid", "useridstr", "fromuseridstr", "fromuserid"),
    "id": ("id", "idstr", "tweetid", "postid", "statusid", "tweetidstr"),
    "reply": ("inreplytostatusidstr", "inreplytostatusid", "inreplyto", "inreplytotweetid", "inreplytoid", "replytoid"),
    "followers": ("userfollowerscount", "followerscount", "followers", "authorfollowers", "userfollowers"),
    "link": ("link", "url", "permalink", "statusurl", "tweeturl", "tweetlink", "posturl", "tweetpermalink"),
    "repost": ("isrepost", "isretweet", "repost", "retweet"),
    "quote": ("isquote", "isquotestatus", "quote"),
    "platform": ("platform", "room"),
}
_PLATFORMS = {"x": Platform.X, "twitter": Platform.X, "slack": Platform.SLACK, "teams": Platform.TEAMS}
_TRUE = frozenset({"true", "yes", "y", "1", "ja", "t"})
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_STATUS = re.compile(r"/status(?:es)?/(\d+)")
_COUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmM]?)")
_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3})")
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


def plain_name(column: str) -> str:
    return re.sub(r"[\W_]", "", column.casefold())


def known(columns: Iterator[str] | list[str]) -> Mapping[str, str]:
    """Which column has what: `{"text": "fulltext", …}`, the first name that fits for each."""
    there = {plain_name(column) for column in columns}
    return {part: next(name for name in names if name in there) for part, names in NAMES.items() if there & {*names}}


def missing(found: Mapping[str, str]) -> Iterator[Problem]:
    """What no post can do without."""
    if "text" not in found:
        yield Problem("text", "No column has what people wrote.", "Name one of them “text”.", 1)
    if not {"date", "time", "seconds"} & {*found}:
        yield Problem("date", "No column says when it was posted.", "Name one of them “date”, with date and time.", 1)
    if not {"name", "author"} & {*found}:
        yield Problem("name", "No column says who wrote it.", "Name one of them “name”.", 1)


@dataclass(frozen=True, slots=True)
class Columns:
    """Reads rows of one file. `found` is what `known` made of its header."""

    found: Mapping[str, str]
    about: About
    platform: Platform

    def post(self, row: Row, number: int, problems: list[Problem]) -> HeardPost | None:
        """The post in a row, or None and what is wrong, of all its cells."""
        before = len(problems)
        text, at = self._text(row, number, problems), self._at(row, number, problems)
        platform = self._platform(row, number, problems)
        followers = self._followers(row, number, problems)
        name = self._cell(row, "name").lstrip("@")
        author = self._cell(row, "author") or (f"@{name.casefold()}" if platform is Platform.X else name.casefold())
        if author in ("", "@"):
            problems.append(Problem("name", "Nobody is named.", "Write who wrote it, or delete the row.", number))
        id_ = self._id(row, number, problems)
        if len(problems) > before or at is None:
            return None
        return HeardPost(
            platform,
            id_ or made_up_id(author, at, text),
            at,
            author,
            text,
            self._reply(row),
            self._true(row, "repost") or text.startswith("RT @"),
            self._true(row, "quote"),
            name,
            followers,
            self._cell(row, "link"),
        )

    def _cell(self, row: Row, part: str) -> str:
        column = self.found.get(part)
        return row.get(column, "").strip() if column else ""

    def _true(self, row: Row, part: str) -> bool:
        return self._cell(row, part).casefold() in _TRUE

    def _text(self, row: Row, number: int, problems: list[Problem]) -> str:
        text = self._cell(row, "text")
        if not text:
            problems.append(Problem("text", "There is no text.", "Write what was said, or delete the row.", number))
        return text

    def _at(self, row: Row, number: int, problems: list[Problem]) -> datetime | None:
        try:
            return self._instant(row)
        except ValueError as error:
            fix = "" if "Write it like" in str(error) else HINT
            problems.append(Problem("date", str(error), fix, number))
            return None

    def _instant(self, row: Row) -> datetime:
        if seconds := self._cell(row, "seconds"):
            try:
                return self.about.start + timedelta(seconds=float(seconds))
            except (ValueError, OverflowError):
                raise ValueError(f"“{seconds}” is no number of seconds.") from None
        words = self._cell(row, "date")
        if "date" not in self.found or (words and ":" not in words and "." not in words[-6:]):
            words = f"{words} {self._cell(row, 'time')}"
        return read_instant(words, self._day(), self.about.zone)

    def _day(self) -> date:
        return self.about.start.astimezone(self.about.zone).date()

    def _platform(self, row: Row, number: int, problems: list[Problem]) -> Platform:
        typed = self._cell(row, "platform").casefold()
        if typed and typed not in _PLATFORMS:
            problems.append(
                Problem("platform", f"“{typed}” is no platform.", "Write X, Slack or Teams, or nothing.", number)
            )
        return _PLATFORMS.get(typed, self.platform)

    def _id(self, row: Row, number: int, problems: list[Problem]) -> str:
        id_ = self._cell(row, "id")
        if _ROUNDED.fullmatch(id_):
            cause = f"The spreadsheet rounded the id to {id_}."
            fix = "Format the column as text and paste the ids again, or delete the column."
            problems.append(Problem("id", cause, fix, number))
        if not id_ and (status := _STATUS.search(self._cell(row, "link"))):
            return status[1]
        return id_

    def _reply(self, row: Row) -> str | None:
        above = self._cell(row, "reply")
        status = _STATUS.search(above)
        return (status[1] if status else above) or None

    def _followers(self, row: Row, number: int, problems: list[Problem]) -> int | None:
        typed = self._cell(row, "followers")
        if not typed:
            return None
        found = _COUNT.fullmatch(_THOUSANDS.sub("", typed))
        if found is None:
            problems.append(
                Problem("followers", f"“{typed}” is no number.", "Write a number such as 1250, or nothing.", number)
            )
            return None
        return round(float(found[1]) * _TIMES[found[2].casefold()])


def made_up_id(author: str, at: datetime, text: str) -> str:
    """For a post whose export has no id: the same post has the same one in every import."""
    said = f"{author}\n{at.astimezone(UTC).isoformat()}\n{' '.join(text.split())}"
    return f"import-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
