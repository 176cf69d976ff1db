"""What a post says: words, a repost, a removal, a form, a file. Each platform's `wire.py` translates them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.events import Place


@dataclass(frozen=True, slots=True)
class Media:
    """A picture. `path` is relative to the content folder."""

    path: str
    alt: str


@dataclass(frozen=True, slots=True)
class Poll:
    """Two to four options of at most 25 characters (X's limits)."""

    options: tuple[str, ...]
    minutes: int = 60


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words, in plain text. Each platform's `wire.py` escapes them: nothing here is markup."""

    text: str
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    buttons: tuple[Button, ...] = ()
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Repost:
    """Show somebody else's post on our timeline (X only)."""

    post_id: str
    kind: Literal["repost"] = "repost"


@dataclass(frozen=True, slots=True)
class Removal:
    """Take a post of ours down. Doing it twice does no harm, so when in doubt it is done again."""

    post_id: str
    kind: Literal["removal"] = "removal"


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a form. `options` makes it a choice; `multiline` a box. `most` is how many characters a box takes;
    0: as many as the platform's do."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    multiline: bool = False
    optional: bool = False
    options: tuple[tuple[str, str], ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in: a modal in Slack (needs `place.trigger`), a card in Teams."""

    form: str
    title: str
    fields: tuple[Input, ...]
    submit: str = "Send"
    intro: str = ""
    kind: Literal["form"] = "form"


@dataclass(frozen=True, slots=True)
class File:
    """A small text file for one person: a moderator's CSV."""

    name: str
    content: str
    text: str
    kind: Literal["file"] = "file"


Body = Text | Repost | Removal | Form | File

BODY_JSON: TypeAdapter[Body] = TypeAdapter(Annotated[Body, Field(discriminator="kind")])
PLACE_JSON: TypeAdapter[Place] = TypeAdapter(Place)
