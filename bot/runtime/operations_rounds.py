"""What an organiser does with rounds of feedback from the command line."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.audit import COMMAND_LINE
from bot.core.board.values import Board
from bot.core.content import Content
from bot.core.dates import end_words
from bot.core.problems import Problem
from bot.core.rounds import Round
from bot.ports import Database, Rooms
from bot.services import rounds as services


async def opened(database: Database, content: Content, rooms: Rooms, round: Round) -> Sequence[str]:
    """Open a round. Raises Problem, and then nothing was kept."""
    async with database.transaction() as tx:
        kept = await services.open_round(tx, round, content, rooms, COMMAND_LINE)
    where = " and ".join(platform.label for platform in kept.platforms)
    return [_line(kept, content.zone, kept.opened), f"Its questions go out when the bot runs: {where}."]


async def listed(database: Database, zone: ZoneInfo, now: datetime) -> Sequence[str]:
    async with database.transaction() as tx:
        return [_line(one, zone, now) for one in await tx.rounds.list()] or ["There is no round yet."]


async def shown(database: Database, zone: ZoneInfo, now: datetime, number: int) -> Sequence[str]:
    """A round with how many answers each prompt has: no words of anybody."""
    async with database.transaction() as tx:
        round = await services.find_round(tx, number)
        answers = await tx.rounds.answers(number)
    counts = [sum(1 for asked, _ in answers if asked == at) for at in range(1, len(round.prompts) + 1)]
    asked = zip(round.prompts, counts, strict=True)
    return [
        _line(round, zone, now),
        *(f"  {at}. {prompt} Answers: {count}" for at, (prompt, count) in enumerate(asked, 1)),
    ]


async def closed(database: Database, zone: ZoneInfo, now: datetime, number: int) -> Sequence[str]:
    async with database.transaction() as tx:
        round = await services.close_round(tx, number, COMMAND_LINE, now)
    return [_line(round, zone, now), f"`antiphon round board {number} --out board.html` writes what was said."]


async def board(
    database: Database, content: Content, now: datetime, number: int, *, public: bool, file: str = ""
) -> Board:
    async with database.transaction() as tx:
        found = await services.board_of(tx, number, content, COMMAND_LINE, now, public=public, file=file)
    if not any(box.points for box in found.boxes):
        whom = " that may be quoted" if public else ""
        raise Problem(f"Round {number} has no answers{whom} yet, so no board was made.")
    return found


def _line(round: Round, zone: ZoneInfo, now: datetime) -> str:
    at = end_words(round.closes, zone)
    standing = f"open until {at}" if round.lasts(now) else f"closed since {at}"
    where = ", ".join(platform.label for platform in round.platforms) or "a workshop"
    return f"{round.number}. {round.title} ({where}; {standing})"
