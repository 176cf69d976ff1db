"""The record of a chat, from what the database has of it."""

import asyncio
import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.audit import COMMAND_LINE
from bot.core.calendar import MEETINGS_JSON, Meeting, meetings, told
from bot.core.chat import Times, chat_times, following, question_times
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.history import PastChat
from bot.core.live import number_of, sheets, words_of
from bot.core.outbox import REMOVAL
from bot.core.plan import Entry, Kind, Standing
from bot.core.problems import Problem
from bot.core.record.figures import Earlier, Figures, compared, figures
from bot.core.record.labels import labelled, labels
from bot.core.record.spending import SPENT_JSON, Spent, note
from bot.core.record.transcript import sift, transcript
from bot.core.record.values import About, Contribution, Listed, Transcript, Who, identities
from bot.core.schedule import resolve
from bot.ports import Database, Transaction

TAKEN_DOWN = "This question was taken down."
_NEAR = timedelta(days=1)
"""What is said during a chat is this near to its start, however long it was held."""
CALENDAR = "calendar"
"""The ledger's name for what the calendar told last."""


@dataclass(frozen=True, slots=True)
class Record:
    """`compared` is a sentence on the chat among the earlier ones, and `next_at` when the one after it starts."""

    transcript: Transcript
    figures: Figures
    compared: str
    next_at: datetime

    @property
    def about(self) -> About:
        return self.transcript.about


def _listed(about: About, past: PastChat | None) -> Listed:
    day = about.start.astimezone(about.zone).date()
    if past is None:
        return Listed(about.id, day, about.topic, about.lead)
    return Listed(about.id, day, about.topic, about.lead, past.source, past.people, past.posts, past.impressions)


@dataclass(frozen=True, slots=True)
class Chats:
    """The chats that there are: in content/, and those of the past."""

    content: Content
    history: Sequence[PastChat]

    def about(self, chat_id: str) -> About:
        """The chat with its questions at their planned times. Raises Problem for an id that there is not."""
        campaign, times = self.content.campaign, self.times(chat_id)
        if chat := self.content.chats.get(chat_id):
            texts = [question.text for question in chat.questions]
            topic, host, lead = chat.topic, chat.host, chat.lead or ""
        else:
            past = self._past(chat_id)
            texts = [""] * (past.questions or 0)
            topic, host, lead = past.topic, "", past.lead or ""
        due = question_times(times, len(texts))
        asked = tuple(Asked(n, at, text) for n, (at, text) in enumerate(zip(due, texts, strict=True), 1))
        zone, hashtag = self.content.zone, campaign.chat_hashtag
        return About(chat_id, topic, times.start, times.end, zone, hashtag, host, lead, asked)

    def ids(self) -> Sequence[str]:
        """Every chat, the earliest first."""
        found = {*self.content.chats, *(past.id for past in self.history)}
        return sorted(found, key=lambda id_: (self.times(id_).start, id_))

    def begun(self, now: datetime) -> Sequence[str]:
        """Every chat that has begun, the earliest first."""
        return [id_ for id_ in self.ids() if self.times(id_).start <= now]

    def listed(self, ids: Iterable[str]) -> Sequence[Listed]:
        """Chats, as far as they are known without their posts."""
        past = {one.id: one for one in self.history}
        return [_listed(self.about(id_), past.get(id_)) for id_ in ids]

    def times(self, chat_id: str) -> Times:
        """Raises Problem for an id that there is not."""
        if chat := self.content.chats.get(chat_id):
            return chat_times(chat, self.content)
        past, rule = self._past(chat_id), self.content.campaign.chat
        start = resolve(past.date, past.starts(rule), self.content.zone)
        return Times(start, start + timedelta(minutes=rule.minutes))

    def _past(self, chat_id: str) -> PastChat:
        found = next((one for one in self.history if one.id == chat_id), None)
        if found is None:
            raise self._unknown(chat_id)
        return found

    def _unknown(self, chat_id: str) -> Problem:
        close = difflib.get_close_matches(chat_id, [*self.content.chats, *(past.id for past in self.history)], 3, 0.5)
        meant = f" Did you mean {' or '.join(close)}?" if close else ""
        return Problem(f"There is no chat {chat_id!r} in content/chats or content/history.yaml.{meant}")


async def keep(database: Database, chat_id: str, posts: Sequence[HeardPost]) -> int:
    """Keep posts of a chat, all of them or none. Returns how many are new."""
    async with database.transaction() as tx:
        return await tx.heard.add(chat_id, posts)


async def record(database: Database, chats: Chats, chat_id: str, consent: Collection[Who] = ()) -> Record:
    """Raises Problem where there is no such chat, or nothing was heard in it."""
    about = chats.about(chat_id)
    found = await _records(database, chats, [about], consent)
    if not found:
        raise Problem(
            f"Nothing was heard in the chat {chat_id} so far, so there is no record of it. "
            f"`antiphon chat import {chat_id} FILE` takes a transcript from a file."
        )
    return found[0]


async def record_alone(database: Database, chats: Chats, chat_id: str) -> tuple[Record, Sequence[Contribution]] | None:
    """The same without a look at the posts of other chats, for a page: compared with what was published of them, and
    without those who were here for the first time; and what is left out of it until a moderator passes it. None where
    nothing was heard. Raises Problem for no chat."""
    about = chats.about(chat_id)
    async with database.transaction() as tx:
        posts = await tx.heard.list(chat_id)
        if not posts:
            return None
        about, passed = await as_it_was(tx, about), await tx.heard.passed(chat_id)
    return await asyncio.to_thread(_alone, chats, about, posts, passed)


def _alone(
    chats: Chats, about: About, posts: Sequence[HeardPost], passed: Collection[tuple[Platform, str]]
) -> tuple[Record, Sequence[Contribution]]:
    contributions = labels(posts, about.asked, passed)
    found = _record(chats, about, contributions, (), None, _published(chats, about, {about.id}))
    return found, [one for one in contributions if one.held is not None]


async def heard_in(database: Database, chats: Collection[str]) -> Mapping[str, int]:
    """How many posts of each of these chats there are, where there are any."""
    async with database.transaction() as tx:
        return await tx.heard.counts(chats)


async def records(database: Database, chats: Chats, consent: Collection[Who] = ()) -> Sequence[Record]:
    """Of every chat in which something was heard, the earliest first."""
    return await _records(database, chats, [chats.about(id_) for id_ in chats.ids()], consent)


async def _records(
    database: Database, chats: Chats, wanted: Sequence[About], consent: Collection[Who]
) -> Sequence[Record]:
    async with database.transaction() as tx:
        heard = await tx.heard.counts()
        known = {id_: chats.about(id_) for id_ in chats.ids()}
        before = sorted((about for about in known.values() if about.id in heard), key=lambda about: about.start)
        ids, found, people = {about.id for about in wanted}, [], set[Who]()
        earlier: list[Earlier] = []
        for about in before:
            if about.start > max(one.start for one in wanted):
                break
            posts = await tx.heard.list(about.id)
            if about.id in ids:
                about_ = await as_it_was(tx, about)
                counted = [*earlier, *_published(chats, about, {one.id for one in earlier})]
                contributions = list(labelled(posts, about_.asked, await tx.heard.passed(about.id)))
                found.append(_record(chats, about_, contributions, consent, people if earlier else None, counted))
            earlier.append(_counted(about.id, posts))
            people.update(who for post in posts for who in identities(post))
        return found


def _record(
    chats: Chats,
    about: About,
    contributions: Iterable[Contribution],
    consent: Collection[Who],
    people: AbstractSet[Who] | None,
    earlier: Sequence[Earlier],
) -> Record:
    kept = sift(about, contributions)
    counted = figures(about, kept, people)
    next_at = following(chats.content, about.end)
    return Record(transcript(about, kept, consent), counted, compared(counted, earlier), next_at)


def _counted(chat_id: str, posts: Sequence[HeardPost]) -> Earlier:
    own = [post for post in posts if not (post.is_repost or post.is_quote)]
    return Earlier(chat_id, len({(post.platform, post.author) for post in own}), len(own))


def _published(chats: Chats, about: About, heard: Collection[str]) -> Sequence[Earlier]:
    """What was published of earlier chats of which we heard nothing ourselves."""
    return [
        Earlier(past.id, past.people, past.posts, past.impressions)
        for past in chats.history
        if past.id not in heard and chats.about(past.id).start < about.start
    ]


async def spent(database: Database, chat_id: str) -> Spent:
    """What was read of X for a chat."""
    async with database.transaction() as tx:
        stored = await tx.ledger.recall(note(chat_id))
    return SPENT_JSON.validate_json(stored) if stored else Spent()


async def held(database: Database, chats: Chats, chat_id: str) -> Sequence[Contribution]:
    """Posts that are left out until a moderator passes them, in the order of time."""
    about = chats.about(chat_id)
    async with database.transaction() as tx:
        posts, passed = await tx.heard.list(chat_id), await tx.heard.passed(chat_id)
        about = await as_it_was(tx, about)
    return [one for one in labelled(posts, about.asked, passed) if one.held is not None]


async def decide(
    database: Database,
    chat_id: str,
    platform: Platform,
    post: str,
    now: datetime,
    *,
    show: bool,
    who: str = COMMAND_LINE,
) -> bool:
    """Have a post in the record, or leave it out. False when it is not kept."""
    async with database.transaction() as tx:
        kept = await tx.heard.hide(chat_id, platform, post, hidden=not show)
        if kept:
            what = f"chat {'take-in' if show else 'leave-out'}"
            await tx.audit.add(now, who, what, f"{chat_id} {platform}:{post}")
        return kept


async def forget(database: Database, people: Collection[Who], now: datetime) -> int:
    """Delete what people said in chats, and keep nothing of theirs from now on. Returns how many posts there were."""
    async with database.transaction() as tx:
        gone = await tx.heard.opt_out(people, now)
        for platform, _ in people:  # whose they were stays out of it
            await tx.audit.add(now, COMMAND_LINE, "chat forget", platform)
        return gone


async def take_back(database: Database, people: Collection[Who]) -> bool:
    """Keep what people say again. False when none of them had asked to be left out."""
    async with database.transaction() as tx:
        return await tx.heard.opt_in(people)


async def as_it_was(tx: Transaction, about: About) -> About:
    """With its end, and its questions, as they were put, where the bot put them: in the words of that evening, those
    that were added, without those that were skipped. Where it put none, the chat stays as content/ has it."""
    rows = await tx.plan.list(kind=Kind.CHAT, since=about.start - _NEAR, until=about.start + _NEAR)
    sheet = next((one for one in sheets(rows) if one.chat_id == about.id), None)
    if sheet is None:
        return about
    keys = [f"{entry.key}:{platform}" for entry in sheet.out for platform in Platform]
    found = await tx.tallies.sent([*keys, *(f"{key}:{REMOVAL}" for key in keys)])
    sent = {key: (at, remote_id) for key, at, remote_id in found}
    asked: dict[int, Asked] = {}
    for entry in sheet.out:
        if number := number_of(entry):
            _put_again(sent, asked, number, entry)
    if not asked:
        return about
    wrap = sheet.find("wrap")
    end = sheet.end if wrap is not None and wrap.standing is Standing.RELEASED else about.end
    return replace(about, asked=tuple(asked[number] for number in sorted(asked)), end=end)


def _put_again(sent: Mapping[str, tuple[datetime, str]], asked: dict[int, Asked], number: int, entry: Entry) -> None:
    """Add a question as one row of the plan put it, for the first time or again; nothing where it did not go out."""
    keys = [key for platform in Platform if (key := f"{entry.key}:{platform}") in sent]
    if not keys:
        return
    shown = [key for key in keys if f"{key}:{REMOVAL}" not in sent]
    first = asked.get(number)
    asked[number] = Asked(
        number,
        first.at if first else min(sent[key][0] for key in keys),
        words_of(entry) if shown else first.text if first else TAKEN_DOWN,
        (first.posts if first else frozenset()) | {sent[key][1] for key in keys if sent[key][1]},
    )


async def calendar(database: Database, chats: Chats, now: datetime) -> Sequence[Meeting]:
    """Every chat for the calendar. What it told last is remembered, so that changes have a higher revision."""
    found = meetings(chats.content, chats.history, now)
    async with database.transaction() as tx:
        stored = await tx.ledger.recall(CALENDAR)
        before = MEETINGS_JSON.validate_json(stored) if stored else ()
        now_told = told(found, before, now)
        if list(now_told) != list(before):
            await tx.ledger.remember(CALENDAR, MEETINGS_JSON.dump_json(now_told).decode())
    return now_told
