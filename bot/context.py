"""What a handler or a job is given."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.content import Content
from bot.core.events import Event, Person
from bot.core.outbox import Body, Form, Post, Text, new_post
from bot.core.policy import Roles
from bot.ports import Rooms, Transaction


@dataclass(frozen=True, slots=True)
class Context:
    """`tx` is the open transaction: what is added to it is true once the handler has returned.

    `now` is the bot's clock, in UTC, read once for the whole event or slot.
    """

    now: datetime
    content: Content
    rooms: Rooms
    roles: Roles
    tx: Transaction

    async def reply(
        self,
        event: Event,
        body: Body | str,
        *,
        private: bool = False,
        part: str = "reply",
    ) -> None:
        """Answer where the event came from, once: `part` tells several answers to one event apart.

        `private` shows it to the author alone where the platform can (Slack); elsewhere it changes nothing.
        """
        await self.tx.outbox.add(
            new_post(
                f"{event.key}:{part}",
                event.place,
                Text(body) if isinstance(body, str) else body,
                self.now,
                private_to=event.author.id if private else "",
            )
        )

    async def open_form(self, event: Event, form: Form) -> None:
        """Show a form to the author of the event. Slack's permission for it lasts three seconds."""
        await self.reply(event, form, private=True, part="form")

    async def message(self, event: Event, person: Person, body: Body, part: str) -> None:
        """Write to somebody directly: a direct message in Slack and Teams."""
        place = replace(
            event.place,
            channel=person.id,
            thread="",
            direct=True,
            response_url="",
            trigger="",
        )
        await self.tx.outbox.add(new_post(f"{event.key}:{part}", place, body, self.now))

    async def post(self, post: Post) -> bool:
        """Queue any other post. False when its key is there already."""
        return await self.tx.outbox.add(post)
