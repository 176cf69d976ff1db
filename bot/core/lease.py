"""One of several workers does what must not be done twice, for as long as it says that it is still there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has the work in hand, and until when without saying so again."""

    holder: str
    until: datetime


LEASE_JSON: TypeAdapter[Lease] = TypeAdapter(Lease)


def taken(stored: str | None, who: str, now: datetime, span: timedelta) -> Lease:
    """Whose lease it is from now on: `who` has it, anew, unless another one's still holds."""
    lease = LEASE_JSON.validate_json(stored) if stored else None
    other = lease is not None and lease.holder != who and now < lease.until <= now + span
    # One that ends later than any does was made on a clock that has been set back since.
    return lease if lease is not None and other else Lease(who, now + span)
