"""The second pair of eyes: asking for it, and what it says; for pages, buttons and one-time links alike."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from bot.context import Context
from bot.core.access import fingerprint
from bot.core.approval import ACTION, SIGN_OFF_LASTS, Approval, Needs, SignOff, Verdict, is_wanted, needs, print_of
from bot.core.bodies import Button, Media, Text
from bot.core.called import LINK_OF, at_the_start
from bot.core.compose import chat_summary
from bot.core.content import Content
from bot.core.dates import lasting, when_words
from bot.core.journal import HOLD, Author, Deed, held_for_a_while
from bot.core.outbox import new_post
from bot.core.plan import SERIES, Entry, Kind, Standing, rule_of
from bot.core.policy import Roles
from bot.core.series import summary
from bot.ports import Rooms, Transaction
from bot.services.chats import plan_composed
from bot.services.naming import name_of
from bot.services.people import private_places
from bot.services.planning import note, writer
from bot.services.series import plan_series
from bot.services.turns import take_turn

PATH = "/pages/sign-off"
_TURNS = "approval"
_HEAD = 16
"""So much of a print goes into a button."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on the campaign, where, and which kinds of what they write need a second person."""

    content: Content
    rooms: Rooms
    roles: Roles
    kinds: frozenset[Kind]
    web_url: str = ""

    @property
    def organisers(self) -> frozenset[str]:
        return self.roles.organisers | self.roles.admins


def team_of(ctx: Context) -> Team:
    return Team(ctx.content, ctx.rooms, ctx.roles, ctx.approve, ctx.web_url)


@dataclass(frozen=True, slots=True)
class Decided:
    """`said` is for whoever decided. `entry` is what it was about, where there is such a thing."""

    done: bool
    said: str
    entry: Entry | None = None


async def subject(tx: Transaction, team: Team, about: str) -> Entry | None:
    """What is to be approved: an entry of the plan, or a composed chat (`piece:…`) or a series as a whole."""
    head, _, key = about.partition(":")
    if about.startswith(SERIES):
        series = await tx.pieces.get(about)
        return summary(series, team.content, team.rooms) if series else None
    if head != "piece":
        return await tx.plan.get(about)
    piece = await tx.pieces.get(key)
    return chat_summary(piece, team.content, team.rooms) if piece and piece.kind is Kind.CHAT else None


async def state(tx: Transaction, entry: Entry, kinds: Collection[Kind]) -> Needs:
    given = await tx.approvals.among([entry.key])
    return needs(entry, kinds, given.get(entry.key))


async def is_held_up(tx: Transaction, entry: Entry, kinds: Collection[Kind]) -> bool:
    """Whether it must not go out, because nobody has approved of it as it is."""
    return is_wanted(entry, kinds) and await state(tx, entry, kinds) is not Needs.APPROVED


async def ask(tx: Transaction, team: Team, entry: Entry, who: Author, now: datetime) -> None:
    """Write to the other organisers, each once for what the entry says now, if it needs one of them."""
    if await state(tx, entry, team.kinds) is not Needs.WAITS:
        return
    head = print_of(entry)[:_HEAD]
    buttons = tuple(
        Button(label, ACTION, f"{verdict} {head} {entry.key}")
        for label, verdict in (("Approve", Verdict.YES), ("Not like this", Verdict.NO))
    )
    body = Text(_asked(entry, await name_of(tx, who), team), _pictures(entry), buttons=buttons)
    for place in private_places(team.organisers - {who.ref}, team.rooms):
        key = f"approval:{entry.key}:{head}:{place.platform}:{place.channel}"
        await tx.outbox.add(new_post(key, place, body, now, cut_off=entry.cut_off))


def _asked(entry: Entry, name: str, team: Team) -> str:
    lines = [f"{at_the_start(name)} asks you to approve of this, {_when(entry, team)}."]
    texts: dict[str, list[str]] = {}
    for platform, body in entry.bodies.items():
        texts.setdefault(_words(body), []).append(platform.label)
    lines += [f"On {' and '.join(labels)}:\n{text}" for text, labels in texts.items()]
    lines += [f"See it as it will appear: {team.web_url}/pages/approvals/{quote(entry.key)}"] if team.web_url else []
    return "\n\n".join(lines)


def _when(entry: Entry, team: Team) -> str:
    rule = rule_of(entry)
    return f"{rule[:1].lower()}{rule[1:]}" if rule else f"for {when_words(entry.due, team.content.zone)}"


def _words(body: Text) -> str:
    if body.poll is None:
        return body.text
    return f"{body.text}\nPoll, open for {lasting(body.poll.minutes)}: {' / '.join(body.poll.options)}"


def _pictures(entry: Entry) -> tuple[Media, ...]:
    return next((body.media for body in entry.bodies.values() if body.media), ())


async def decide(
    tx: Transaction,
    team: Team,
    about: str,
    head: str,
    verdict: Verdict,
    who: Author,
    now: datetime,
    words: str = "",
) -> Decided:
    """What somebody says of what they saw, of which `head` begins the print."""
    await take_turn(tx, _TURNS)
    entry = await subject(tx, team, about)
    problem = await _hinders(tx, entry, head, who.ref, now)
    if entry is None or problem:
        return Decided(False, problem, entry)
    given = (await tx.approvals.among([about])).get(about)
    if given and given.print == print_of(entry):
        if given.verdict is verdict and (verdict is Verdict.YES or given.words == words):
            return Decided(True, _said(entry, verdict, team, now), entry)  # by the other button: nobody is told twice
        if verdict is Verdict.YES and given.by != who.ref:
            return Decided(False, await _declined(tx, given), entry)
    ready = _ready(entry, now) if verdict is Verdict.YES else entry
    if ready is not entry and not await tx.plan.change(ready):
        return Decided(False, _CHANGED, entry)
    await tx.approvals.put(
        Approval(about=about, print=print_of(ready), verdict=verdict, by=who.ref, name=who.name, at=now, words=words)
    )
    deed = Deed.APPROVE if verdict is Verdict.YES else Deed.DECLINE
    await note(tx, team.content, now, who, deed, entry, ready, words)
    await _planned(tx, team, about, verdict, now)
    await _tell(tx, team, ready, verdict, await name_of(tx, who), now, words)
    return Decided(True, _said(ready, verdict, team, now), ready)


async def _planned(tx: Transaction, team: Team, about: str, verdict: Verdict, now: datetime) -> None:
    """What is approved of as a whole comes into the plan by that, and a series leaves it again."""
    if verdict is Verdict.YES and about.startswith("piece:"):
        await plan_composed(tx, team.content, team.rooms, about.partition(":")[2], now)
    elif about.startswith(SERIES) and (series := await tx.pieces.get(about)):
        await plan_series(tx, series, team.content, team.rooms, team.kinds, now)


async def _hinders(tx: Transaction, entry: Entry | None, head: str, who: str, now: datetime) -> str:
    if entry is None or entry.standing not in (Standing.PLANNED, Standing.HELD):
        return "It does not wait for anybody any more: it has gone out, or was unscheduled."
    if entry.cut_off <= now:
        return "Its time has passed, so it will not go out."
    if len(head) < _HEAD or not print_of(entry).startswith(head):
        return _CHANGED
    if (await writer(tx, entry)).ref == who:
        return "You wrote this as it stands, so somebody else has to approve of it."
    return ""


async def _declined(tx: Transaction, given: Approval) -> str:
    """Why an old button or page does not undo what somebody else has said since."""
    name = at_the_start(await name_of(tx, Author(given.by, given.name)))
    words = f"{name} does not want it as it stands, so nothing was done. Changed, it can be approved of."
    return f"{words}\n\n{given.words}" if given.words else words


async def hindered(tx: Transaction, team: Team, about: str, head: str, who: str, now: datetime) -> str:
    """Why nobody need say what should be different, or nothing."""
    return await _hinders(tx, await subject(tx, team, about), head, who, now)


_CHANGED = "It has changed since you were shown it, so nothing was done. Look at it as it is now."


def _ready(entry: Entry, now: datetime) -> Entry:
    """What was held at its time goes out after a last half-minute."""
    if entry.standing is not Standing.HELD:
        return entry
    return replace(held_for_a_while(entry, now), standing=Standing.PLANNED)


def _said(entry: Entry, verdict: Verdict, team: Team, now: datetime) -> str:
    if verdict is Verdict.NO:
        return "It does not go out like this. Whoever wrote it is told."
    if rule := rule_of(entry):
        return f"Approved. It goes out by its rule: {rule}."
    soon = entry.due <= now + HOLD
    return f"Approved. It goes out {'in half a minute' if soon else when_words(entry.due, team.content.zone)}."


async def _tell(
    tx: Transaction, team: Team, entry: Entry, verdict: Verdict, name: str, now: datetime, words: str
) -> None:
    """Whoever wrote it hears of it, where the bot can write to them."""
    said = "has approved of" if verdict is Verdict.YES else "does not want, as it stands,"
    text = f"{at_the_start(name)} {said} this, {_when(entry, team)}: {entry.title.removeprefix(f'{rule_of(entry)}: ')}"
    body = Text(f"{text}\n\n{words}" if words else text)
    for place in private_places({(await writer(tx, entry)).ref}, team.rooms):
        key = f"approval:{entry.key}:{verdict}:{now.isoformat()}:{place.platform}:{place.channel}"
        await tx.outbox.add(new_post(key, place, body, now, cut_off=entry.cut_off))


async def make_sign_off(tx: Transaction, team: Team, about: str, name: str, who: str, now: datetime) -> str | None:
    """An address at which somebody without an account can approve of something as it is now: once, for two weeks."""
    entry = await subject(tx, team, about)
    if entry is None:
        return None
    token = secrets.token_urlsafe(32)
    link = SignOff(
        fingerprint=fingerprint(token), about=about, print=print_of(entry), name=name, by=who,
        ends=min(entry.cut_off, now + SIGN_OFF_LASTS),
    )  # fmt: skip
    await tx.approvals.add_link(link)
    await tx.audit.add(now, who, "sign-off link", about)
    return f"{team.web_url}{PATH}?link={token}"


async def sign_off(tx: Transaction, team: Team, token: str, verdict: Verdict, words: str, now: datetime) -> Decided:
    """What the holder of a one-time link says. The link is used up when that counted."""
    await take_turn(tx, _TURNS)
    link = await tx.approvals.link(fingerprint(token), now)
    if link is None:
        return Decided(False, "This link was used, or has ended.")
    by = Author(f"{LINK_OF}{link.by}", link.name)
    decided = await decide(tx, team, link.about, link.print, verdict, by, now, words)
    if decided.done:
        await tx.approvals.use_link(link.fingerprint, now)
    return decided
