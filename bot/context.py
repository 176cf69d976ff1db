"""What a handler or a job is given."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.answers import Answers
from bot.core.bodies import Body, Form, Text
from bot.core.content import Content
from bot.core.events import Event, Person
from bot.core.outbox import Post, new_post
from bot.core.plan import Kind
from bot.core.policy import Roles
from bot.core.privacy import STOPPED
from bot.core.pseudonyms import Pseudonyms
from bot.core.questions import direct
from bot.core.record.values import known_as
from bot.ports import Rooms, Transaction

_STALE = timedelta(days=1)
"""An answer later than this helps nobody: after an outage or a pause it is missed."""
_EXPIRED = timedelta(minutes=10)
"""After that nobody waits any more for a form to open by itself."""

_BY_LETTERS = Answers()
_WITHOUT_KEY = Pseudonyms()


@dataclass(frozen=True, slots=True)
class Context:
    """`tx` is the open transaction: what is added to it is true once the handler has returned.

    `now` is the bot's clock, in UTC, read once for the whole event or slot. `web_url` is the address of the
    organisers' pages' server, or empty. `approve` are the kinds of what people write that need a second person.
    """

    now: datetime
    content: Content
    rooms: Rooms
    roles: Roles
    tx: Transaction
    answers: Answers = _BY_LETTERS
    pseudonyms: Pseudonyms = _WITHOUT_KEY
    web_url: str = ""
    approve: frozenset[Kind] = frozenset()

    async def reply(
        self,
        event: Event,
        body: Body | str,
        *,
        private: bool = False,
        part: str = "reply",
        within: timedelta = _STALE,
    ) -> None:
        """Answer where the event came from, once: `part` tells several answers to one event apart.

        `private` shows it to the author alone where the platform can (Slack); elsewhere it changes nothing.
        """
        words = Text(body) if isinstance(body, str) else body
        # In a direct message it is what says whose the answer is, once the event is forgotten.
        private_to = event.author.id if private or event.place.direct else ""
        place = event.place if private else replace(event.place, response_url="")  # which shows it to the author alone
        key, cut_off = f"{event.key}:{part}", self._asked(event) + within
        post = new_post(key, place, words, self.now, cut_off=cut_off, private_to=private_to)
        await self.send(event.author, post, event)

    async def open_form(self, event: Event, form: Form) -> None:
        """Show a form to the author of the event. Slack's permission for it lasts three seconds: then it is missed."""
        within = _EXPIRED if event.place.trigger else _STALE
        await self.reply(event, form, private=True, part="form", within=within)

    async def message(self, event: Event, person: Person, body: Body, part: str) -> None:
        """Write to somebody directly: a direct message in Slack and Teams."""
        place = direct(event.place, person)
        cut_off = self._asked(event) + _STALE
        await self.send(person, new_post(f"{event.key}:{part}", place, body, self.now, cut_off=cut_off), event)

    async def send(self, person: Person, post: Post, cause: Event | None = None) -> None:
        """Queue a post that is for one person, unless they told the bot to stop."""
        if not await self.has_stopped(person):
            await self.post(post, cause)

    async def stop(self, person: Person) -> None:
        """From now on nothing is written to somebody, and nothing that they say in a chat is kept; what was, goes."""
        await self.tx.heard.opt_out(known_as(person), self.now)
        await self.tx.ledger.remember(self._stopped(person), self.now.isoformat())

    async def start(self, person: Person) -> None:
        await self.tx.heard.opt_in(known_as(person))
        await self.tx.ledger.forget(self._stopped(person))

    async def has_stopped(self, person: Person) -> bool:
        """Whether somebody told the bot to write to them no more."""
        return await self.tx.ledger.recall(self._stopped(person)) is not None

    def _stopped(self, person: Person) -> str:
        return self.pseudonyms.note(STOPPED, person)

    async def post(self, post: Post, cause: Event | None = None) -> bool:
        """Queue any other post, which is due since its `cause`, if it has one. False when its key is there already.

        Why since then: when an old backup is restored, events come in again. A post that was due before the restore
        is first looked for, from its due instant on.
        """
        return await self.tx.outbox.add(replace(post, due=self._asked(cause)) if cause else post)

    def _asked(self, event: Event) -> datetime:
        """When an event happened; now, where the platform's clock is ahead of ours."""
        return min(event.at, self.now)
