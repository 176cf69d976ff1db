"""Who may ask for what. Deny by default; decided here and nowhere else."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.events import Person


class Role(StrEnum):
    ORGANISER = "organiser"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Roles:
    """People by their `Person.ref`: platform, workspace and id, never a display name."""

    organisers: frozenset[str] = frozenset()
    moderators: frozenset[str] = frozenset()

    def has(self, person: Person, role: Role) -> bool:
        return person.ref in (self.organisers if role is Role.ORGANISER else self.moderators)
