"""Names for people that the bot recognises, and that say nothing to who has not the key."""

import hashlib
import hmac
from dataclasses import dataclass, field

from bot.core.events import Person

_LENGTH = 32  # hexadecimal digits: 128 bits


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The same key gives the same person the same name, in every process and after a restart."""

    key: bytes = field(default=b"", repr=False)

    def of(self, person: Person, about: str = "") -> str:
        """The name of somebody, a different one for each thing that is kept `about` them."""
        said = f"{about}\0{person.ref}".encode()
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()[:_LENGTH]

    def note(self, head: str, person: Person, about: str = "") -> str:
        """What the ledger calls something of somebody. All of one `head` begin alike, to be told and erased by that."""
        name = f"{head}:{self.of(person, head.partition(' ')[0])}"
        return f"{name}:{self.of(person, about)}" if about else name
