"""A question that a person is to answer: its way from the asker to a library lead and back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.content import Content, PersonRule, Region
from bot.core.events import Person, Place, Platform

LONGEST = 3000
"""Characters of a question, and of an answer: both fit into one message on every platform, and each into a form."""


class Stage(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"


class Step(StrEnum):
    """How far the bot has gone to find somebody who answers."""

    ASKED = "asked"
    REMINDED = "reminded"
    FALLEN_BACK = "fallen-back"
    """The region's fallback was asked instead."""
    GIVEN_UP = "given-up"
    """The asker was told. The question stays open for moderators, and for late answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`key` is the event's, so that the same form is passed on once. `place` is where the answer goes.

    `next_at` is when the next step is due, in UTC; None when there is none. `taken_by` is a person's ref.
    `number` is 0 until it is stored; `version` rises with every change.
    """

    key: str
    at: datetime
    asker: Person
    place: Place
    text: str
    region: str
    next_at: datetime | None
    stage: Stage = Stage.OPEN
    step: Step = Step.ASKED
    taken_by: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    number: int = 0
    version: int = 0

    @property
    def waits(self) -> bool:
        return self.stage is not Stage.ANSWERED


def take(question: Question, who: Person, now: datetime, rule: PersonRule) -> Question | None:
    """Somebody says that they will answer, and has the whole time for it. None when it is in other hands."""
    if not question.waits or question.taken_by not in ("", who.ref):
        return None
    return replace(
        question, stage=Stage.TAKEN, taken_by=who.ref, step=Step.ASKED, next_at=now + timedelta(hours=rule.remind_after)
    )


def answered(question: Question, who: Person, text: str, now: datetime) -> Question | None:
    """The answer of anybody who may: better one by somebody else than none. None when there is one already."""
    if not question.waits:
        return None
    return replace(question, stage=Stage.ANSWERED, taken_by=who.ref, answer=text, answered_at=now, next_at=None)


def next_step(question: Question, now: datetime, rule: PersonRule) -> Question | None:
    """What becomes of a question that waits too long; None when it is not time."""
    if not question.waits or question.next_at is None or question.next_at > now:
        return None
    patience = now + timedelta(hours=rule.fall_back_after)
    match question.step:
        case Step.ASKED:
            return replace(question, step=Step.REMINDED, next_at=patience)
        case Step.REMINDED:
            # Whoever took it had their time: now it is anybody's again.
            return replace(question, step=Step.FALLEN_BACK, stage=Stage.OPEN, taken_by="", next_at=patience)
        case _:
            return replace(question, step=Step.GIVEN_UP, next_at=None)


def passed_over(question: Question, now: datetime, rule: PersonRule) -> Question | None:
    """What becomes at once of a question of which none of those whom it concerns now could be told: there is nobody to
    remind."""
    if question.next_at is None:
        return None
    step = Step.REMINDED if question.step is Step.ASKED else question.step
    return next_step(replace(question, step=step, next_at=now), now, rule)


def asked_now(question: Question, region: Region, stopped: Collection[str] = ()) -> Sequence[Person]:
    """Whom the present step concerns: who has taken it, else the region's leads, then its fallback.

    `stopped` are the refs of those who told the bot to write to them no more.
    """

    def some(refs: Iterable[str]) -> Sequence[Person]:
        return people((ref for ref in refs if ref not in stopped), question.asker)

    if taker := some([question.taken_by] if question.taken_by else []):
        return taker
    late = question.step in (Step.FALLEN_BACK, Step.GIVEN_UP)
    first, second = (region.fallback, region.leads) if late else (region.leads, region.fallback)
    # Where a region has nobody of the one kind in this workspace, the other stands in.
    return some(first) or some(second)


def people(refs: Iterable[str], beside: Person) -> Sequence[Person]:
    """Those of the refs that the bot can write to where somebody is: on the same platform, in the same workspace."""
    persons = (person_of(ref) for ref in refs)
    return [one for one in persons if (one.platform, one.workspace) == (beside.platform, beside.workspace)]


def regions_for(content: Content, asker: Person) -> Sequence[Region]:
    """The regions with somebody to ask where the asker is."""
    return [region for region in content.regions if people((*region.leads, *region.fallback), asker)]


def answers_for(region: Region | None, who: Person) -> bool:
    """Whether somebody is one of a region's people."""
    return region is not None and who.ref in (*region.leads, *region.fallback)


def region_of(content: Content, id: str) -> Region | None:
    return next((region for region in content.regions if region.id == id), None)


def region_named(content: Content, typed: str) -> Region | None:
    """The one that somebody means, who typed its id or its name."""
    wanted = typed.strip().casefold()
    return next((region for region in content.regions if wanted in (region.id, region.name.casefold())), None)


def answer_place(asked_in: Place, asker: Person) -> Place:
    """Where an answer that comes hours later can still be seen.

    What only the asker saw in a channel (the answer to a slash command) is gone by then: it becomes a direct message.
    """
    lasting = replace(asked_in, response_url="", trigger="")
    return lasting if asked_in.direct or asked_in.thread else direct(lasting, asker)


def direct(place: Place, person: Person) -> Place:
    """A direct message to somebody, on the platform and in the workspace of a place."""
    return replace(place, channel=person.id, thread="", direct=True, response_url="", trigger="")


def direct_to(person: Person) -> Place:
    """The same where nothing but the person is known."""
    return Place(person.platform, person.workspace, channel=person.id, direct=True)


def person_of(ref: str) -> Person:
    """Whom a ref names; nothing is known of them but where they are."""
    platform, _, rest = ref.partition(":")
    workspace, _, id = rest.rpartition("/")
    return Person(Platform(platform), workspace, id)


def asked_key(number: int) -> str:
    """How the keys of what is sent about a question begin, before a colon."""
    return f"question:{number}"
