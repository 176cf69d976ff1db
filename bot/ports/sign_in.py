"""Who says who somebody is, for signing in to the organisers' pages: other services, and passkeys."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.core.access import Passkey
from bot.core.events import Person


class Trouble(StrEnum):
    """Why a service's word on who somebody is does not count."""

    UNREACHABLE = "unreachable"
    """The service, or its keys, cannot be had at the moment."""
    SETTINGS = "settings"
    """The service does not take our id, secret or address."""
    CODE = "code"
    """The service does not take the code that the browser brought: used, old or made up."""
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    NONCE = "nonce"
    """It belongs to another attempt to sign in."""
    EXPIRED = "expired"
    CLOCK = "clock"
    """It was made in the future, by our clock."""
    TENANT = "tenant"
    """It is of another tenant than the settings name."""
    INCOMPLETE = "incomplete"
    """It does not say who somebody is."""


class SignInService(Protocol):
    """One such service. Neither method raises for what the service can answer. `secret` is the attempt's."""

    label: str
    """Its name for people: `Slack`."""

    async def address(self, secret: str, back: str) -> str | Trouble:
        """Where to send the browser. `back` is our address to which the service sends it back."""

    async def person(self, code: str, secret: str, back: str) -> Person | Trouble:
        """Who allowed the service to say who they are: the same `Person.ref` as in chat commands."""


class NewPasskey(NamedTuple):
    """Of `bot.core.access.Passkey`, what the authenticator says."""

    id: str
    key: str
    uses: int


class PasskeyReader(Protocol):
    """Passkeys (Web Authentication, level 2) for the address of our pages. `secret` is the attempt's; what a browser
    answers is untrusted text, and None stands for an answer that does not hold."""

    def to_add(self, secret: str, who: str, name: str, has: Sequence[Passkey]) -> str:
        """What the browser is asked, as JSON, to make a passkey on a device that has none of those yet."""

    def added(self, answer: str, secret: str) -> NewPasskey | None: ...

    def to_sign_in(self, secret: str) -> str:
        """What the browser is asked, as JSON, to show a passkey of this address."""

    def shown(self, answer: str) -> str | None:
        """The id of the passkey that the answer says it is made with."""

    def uses(self, answer: str, secret: str, passkey: Passkey) -> int | None:
        """The passkey's new count, when the answer is made with it, here, for this attempt."""
