"""A desk to try handlers at: an event in, the posts of the bot out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.context import Context
from bot.core.answers import Answers
from bot.core.bodies import File, Form, Text
from bot.core.content import Content
from bot.core.events import (
    ButtonPressed,
    CardSeen,
    Command,
    Event,
    FormSubmitted,
    Joined,
    Mention,
    Message,
    Person,
    Place,
    Platform,
)
from bot.core.outbox import Post
from bot.core.plan import Kind
from bot.core.policy import Roles
from bot.ports import Transaction
from bot.routing import joined
from handlers import ROUTERS
from tests.fakes import FakeDatabase
from tests.samples import sample_content

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
WORKSPACE = {Platform.X: "", Platform.SLACK: "T0CAMPAIGN", Platform.TEAMS: "tenant"}
HOME = dict(WORKSPACE)
"""The campaign's own; a test may have people speak in another."""

BY_LETTERS = Answers()
"""One for all desks: a matcher is made once for a content."""

ROOMS = {platform: Place(platform, WORKSPACE[platform], channel="room") for platform in Platform}


def person(platform: Platform, name: str) -> Person:
    return Person(platform, WORKSPACE[platform], name, name.title())


def roles() -> Roles:
    organisers, moderators, admins = (
        frozenset(Person(platform, HOME[platform], name).ref for platform in Platform)
        for name in ("organiser", "moderator", "admin")
    )
    workspaces = frozenset(f"{platform}:{workspace}" for platform, workspace in HOME.items())
    return Roles(organisers, moderators, admins, workspaces)


@dataclass
class Desk:
    """`posts` is what the last event added to the outbox."""

    platform: Platform = Platform.SLACK
    content: Content = field(default_factory=sample_content)
    database: FakeDatabase = field(default_factory=FakeDatabase)
    now: datetime = NOW
    posts: list[Post] = field(default_factory=list)
    count: int = 0
    web_url: str = ""
    approve: frozenset[Kind] = frozenset()
    answers: Answers = BY_LETTERS

    async def send(self, event: Event) -> list[Post]:
        """Handle an event as the dispatcher does, without its inbox: a redelivery comes through to the handler."""
        before = set(self.database.kept.outbox.rows)
        handler = joined(ROUTERS).route(event, self.content)
        async with self.database.transaction() as tx:
            if handler:
                await handler(event, self.context(tx))
        rows = self.database.kept.outbox.rows
        self.posts = [post for key, post in rows.items() if key not in before]
        return self.posts

    def context(self, tx: Transaction) -> Context:
        ours = (ROOMS, roles(), tx, self.answers)
        return Context(self.now, self.content, *ours, web_url=self.web_url, approve=self.approve)

    def new(self, who: str, *, trigger: bool = False) -> dict[str, object]:
        """What every event has. A `trigger` is Slack's permission to open a form."""
        self.count += 1
        slack = trigger and self.platform is Platform.SLACK
        place = Place(
            self.platform,
            WORKSPACE[self.platform],
            channel="" if self.platform is Platform.X else "C0CHAT",
            thread=f"message-{self.count}",
            trigger="trigger" if slack else "",
        )
        key = f"{self.platform}:{self.count}"
        return {"key": key, "at": self.now, "author": person(self.platform, who), "place": place}

    async def mention(self, text: str, who: str = "member") -> list[Post]:
        return await self.send(Mention(**self.new(who), text=text, message_id="1"))  # type: ignore[arg-type]

    async def overhear(self, text: str) -> list[Post]:
        return await self.send(Message(**self.new("member"), text=text, message_id="1"))  # type: ignore[arg-type]

    async def command(self, text: str, who: str = "member") -> list[Post]:
        return await self.send(Command(**self.new(who, trigger=True), text=text))  # type: ignore[arg-type]

    async def press(self, action: str, value: str, who: str = "member") -> list[Post]:
        event = ButtonPressed(**self.new(who, trigger=True), action=action, value=value)  # type: ignore[arg-type]
        return await self.send(event)

    async def submit(self, form: str, who: str = "member", **values: str) -> list[Post]:
        return await self.send(FormSubmitted(**self.new(who), form=form, values=values))  # type: ignore[arg-type]

    async def join(self) -> list[Post]:
        return await self.send(Joined(**self.new("organiser")))  # type: ignore[arg-type]

    async def see_card(self, post_id: str, text: str) -> list[Post]:
        return await self.send(CardSeen(**self.new("LibraryChampion"), post_id=post_id, text=text))  # type: ignore[arg-type]

    @property
    def post(self) -> Post:
        """The one post that the last event added."""
        assert len(self.posts) == 1, self.posts
        return self.posts[0]

    @property
    def text(self) -> Text:
        assert isinstance(self.post.body, Text), self.post
        return self.post.body

    @property
    def said(self) -> str:
        return self.text.text

    @property
    def form(self) -> Form:
        assert isinstance(self.post.body, Form), self.post
        return self.post.body

    @property
    def file(self) -> File:
        assert isinstance(self.post.body, File), self.post
        return self.post.body
