"""How long the organisers' pages take after years of use, beside the same pages of a campaign that begins."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from starlette.types import ASGIApp, Message

from benchmarks import data
from benchmarks.feedback import ROOT
from benchmarks.feedback import fill as fill_feedback
from benchmarks.result import Result, Row, Target, percentile
from bot.adapters.db import SqlDatabase, open_database
from bot.adapters.db.rows import row_of
from bot.adapters.db.tables import heard, plan
from bot.adapters.feedback_files import feedback_file
from bot.adapters.sheets import SpreadsheetFiles
from bot.adapters.yaml_content import load
from bot.adapters.yaml_content.library import ContentFolder
from bot.core.access import begun
from bot.core.answers import Answers, matcher_for
from bot.core.bodies import Text
from bot.core.chat import run_sheet
from bot.core.content import Chat, Content
from bot.core.content import Question as ChatQuestion
from bot.core.events import Place, Platform
from bot.core.outbox import Post, State, new_post
from bot.core.plan import Entry, Kind, Standing
from bot.core.policy import Roles
from bot.runtime.operations_faq import FaqDesk
from bot.web.pages.app import pages
from bot.web.pages.site import Site
from bot.web.pages.tools import Tools

NOW = data.now().replace(hour=12, minute=0, second=0, microsecond=0)
_WHO, _TOKEN = "web:ada", "a-token-of-this-benchmark"
_YEARS = timedelta(days=10 * 365)
"""Of chats, one a week, and of key actions, three. The posts and the feedback are of the last three."""
_HEARD = 200
"""Posts of each chat."""
_ROOMS = {platform: Place(platform, channel="" if platform is Platform.X else "C0") for platform in Platform}
_PLANNED = "action:bench:0"


class _Healthy:
    async def checks(self) -> Mapping[str, str]:
        return {"database": "ok"}

    async def metrics(self) -> str:
        return ""


class _Still:
    """A clock that stands: both databases are seen at the same instant."""

    def now(self) -> datetime:
        return NOW

    def wall(self, instant: datetime) -> datetime | None:
        return instant


def run(rows: int = 1_000_000, posts: int = 100_000, chats: int = 500, looks: int = 40) -> Result:
    with data.sqlite() as small, data.sqlite() as large:
        few, many = _content(1), _content(chats)
        _fill(small, few, rows=1, posts=1)
        _fill(large, many, rows=rows, posts=posts)
        measured = asyncio.run(_measured(small, few, large, many, looks))
    return Result(
        name="pages",
        about=f"p95 of each of the organisers' pages on SQLite, of a processor, with {rows:,} pieces of feedback, "
        f"{posts:,} posts and {chats:,} chats of {_HEARD} posts each",
        rows=[
            *(_row(path, *([look.processor for look in looks] for looks in found)) for path, found in measured.items()),
            _row("all of them, on the clock", *_on_the_clock(measured)),
        ],
        note="From the request to the last byte, without the network. Both databases take turns, and the first look at "
        "each page is left out.",
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Milliseconds: on the clock, and of a processor, which other programs disturb least."""

    clock: float
    processor: float


Measured = Mapping[str, tuple[list[Look], list[Look]]]
"""By address: the looks at the small database, and at the large one."""


def _row(name: str, small: list[float], large: list[float]) -> Row:
    targets = (Target(at_most=50), Target(at_most=2, of_ratio=True))
    value, baseline = percentile(large, 0.95), percentile(small, 0.95)
    return Row(name=name, value=value, unit="ms", against="one of each", baseline=baseline, targets=targets)


def _on_the_clock(measured: Measured) -> tuple[list[float], list[float]]:
    small, large = zip(*measured.values(), strict=True)
    return [look.clock for looks in small for look in looks], [look.clock for looks in large for look in looks]


def _days(chats: int) -> list[date]:
    """Of chats, evenly up to the day before yesterday."""
    return [(NOW - timedelta(days=2) - n * _YEARS / chats).date() for n in range(chats)]


def _content(chats: int) -> Content:
    content = load(ROOT / "content")
    asked = tuple(ChatQuestion(text=f"What is question {n} about?") for n in range(1, 7))
    made = {str(day): Chat(date=day, topic=f"The topic of {day}", questions=asked) for day in _days(chats)}
    return replace(content, chats=made)


def _fill(url: str, content: Content, *, rows: int, posts: int) -> None:
    fill_feedback(url, rows)
    data.fill(url, plan, (row_of(entry) for entry in _entries(content)))
    data.fill_outbox(url, _posts(posts))
    data.fill(url, heard, _heard(content))


def _entries(content: Content) -> Iterator[Entry]:
    """The run-sheets of all chats, and three times as many key actions, the last of them to come."""
    actions = 3 * len(content.chats)
    for day, chat in content.chats.items():
        for entry in run_sheet(day, chat, content, Platform):
            yield replace(entry, standing=Standing.RELEASED)
    for n in range(actions):
        due = NOW + timedelta(days=10) - n * _YEARS / actions
        standing = Standing.PLANNED if due > NOW else Standing.RELEASED
        yield Entry(
            key=f"action:bench:{n}", group=f"action:{due:%Y-%m}", kind=Kind.ACTION, title=f"Share story {n}.", due=due,
            wall=f"{due:%Y-%m-%dT%H:%M}", zone="Europe/London", cut_off=due + timedelta(hours=15),
            bodies={platform: Text(f"Share story {n}. #AMillionDecisions") for platform in Platform},
            standing=standing, source=_WHO,
        )  # fmt: skip


def _posts(posts: int) -> Iterator[Post]:
    """Nearly all are sent. One in a thousand was refused or missed, and nobody has looked at those of this month."""
    states = {0: State.DEAD, 500: State.MISSED}
    for n in range(posts):
        due = NOW - n * timedelta(days=3 * 365) / posts
        state = states.get(n % 1000, State.SENT)
        post = new_post(f"said:{n}", _ROOMS[Platform.SLACK], Text(f"Message {n} #AMillionDecisions"), due)
        sent = due if state is State.SENT else None
        yield replace(post, state=state, sent_at=sent, remote_id=str(n), reason="" if sent else "It was too late.")


def _heard(content: Content) -> Iterator[Mapping[str, Any]]:
    for chat, day in zip(content.chats, _days(len(content.chats)), strict=True):
        begins = datetime.combine(day, datetime.min.time(), NOW.tzinfo) + timedelta(hours=20)
        for n in range(_HEARD):
            yield {
                "chat": chat, "platform": Platform.X, "post": f"{chat}-{n}", "at": begins + timedelta(seconds=15 * n),
                "author": f"a{n % 40}", "name": f"Person {n % 40}", "text": f"A{n % 6 + 1} it helped us #ukmedlibs",
                "in_reply_to": None, "is_repost": False, "is_quote": False, "followers": 200, "link": "",
                "hidden": None,
            }  # fmt: skip


def _addresses(content: Content) -> list[str]:
    chat = max(content.chats)
    paths = [
        "/", "/month", "/live", "/drafts", "/compose/action/new", "/compose/chat/new?like=last", f"/plan/{_PLANNED}",
        f"/plan/{_PLANNED}/move", "/changes", "/approvals", "/outbox", "/outbox?state=sent", "/outbox?state=dead",
        "/outbox/post?key=said:0", "/faq", "/feedback", "/feedback?region=Wales&status=new", "/feedback?text=library",
        "/feedback/1", "/feedback/alike", "/chats", f"/chats/{chat}", f"/chats/{chat}.csv", "/ledger", "/import",
        "/export/actions.csv", "/pause", "/history", "/sessions", "/calendar",
    ]  # fmt: skip
    return [f"/pages{path}" for path in paths]


async def _measured(small: str, few: Content, large: str, many: Content, looks: int) -> Measured:
    sites = [await _site(small, few), await _site(large, many)]
    found: dict[str, tuple[list[Look], list[Look]]] = {}
    for path in _addresses(many):
        found[path] = [], []
        for turn in range(looks + 1):
            for (app, _), taken in zip(sites, found[path], strict=True):
                look = await _asked(app, path)
                taken.extend([look] if turn else [])  # the first compiles what the others share
    for _, database in sites:
        await database.close()
    return found


async def _site(url: str, content: Content) -> tuple[ASGIApp, SqlDatabase]:
    database, library, answers = open_database(url), ContentFolder(ROOT / "content"), Answers()
    async with database.transaction() as tx:
        await tx.access.begin(begun(_WHO, "Ada", _TOKEN, "Firefox on Linux", NOW))
    faq = FaqDesk(lambda: (content, answers), matcher_for, library)
    tools = Tools(lambda: content, faq, feedback_file, SpreadsheetFiles(), library)
    roles = Roles(admins=frozenset({_WHO}))
    site = Site(database, content, _Still(), roles, _ROOMS, _Healthy(), approve=frozenset(Kind), tools=tools)  # type: ignore[arg-type]
    return pages(site), database


async def _asked(app: ASGIApp, path: str) -> Look:
    """From a request to the last byte of its answer. Raises where it fails."""
    raw, _, query = path.partition("?")
    headers = [(b"host", b"127.0.0.1"), (b"cookie", f"antiphon={_TOKEN}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": raw, "raw_path": raw.encode(), "query_string": query.encode(), "headers": headers, "root_path": "",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    statuses: list[int] = []

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if message["type"] == "http.response.start" else [])

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    started, used = time.perf_counter(), time.process_time()
    await app(scope, receive, send)
    look = Look((time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000)
    if statuses not in ([200], [303]):
        raise AssertionError(f"{path}: {statuses}")
    return look
