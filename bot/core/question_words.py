"""A waiting question in a line, for moderators and operators."""

from datetime import datetime, timedelta

from bot.core.content import Content
from bot.core.questions import Question, Stage, Step, region_of

_SHOWN = 80
_STAGES = {Stage.TAKEN: "somebody has taken it", Stage.ANSWERED: "answered"}
_STEPS = {
    Step.ASKED: "the lead was asked",
    Step.REMINDED: "the lead was reminded",
    Step.FALLEN_BACK: "the fallback was asked",
    Step.GIVEN_UP: "nobody has answered, and the asker knows",
}


_UNDELIVERED = "answered, but the platform refused to bring it to the asker"


def line(question: Question, content: Content, now: datetime, *, undelivered: bool = False) -> str:
    """`17. 2 days old, North West: How do I …? (the lead was reminded)`"""
    region = region_of(content, question.region)
    text = question.text if len(question.text) <= _SHOWN else f"{question.text[: _SHOWN - 1]}…"
    where = region.name if region else f"{question.region} (no longer a region)"
    stands = _UNDELIVERED if undelivered else _STAGES.get(question.stage) or _STEPS[question.step]
    return f"{question.number}. {age(now - question.at)}, {where}: {' '.join(text.split())} ({stands})"


def age(passed: timedelta) -> str:
    """`3 days old`, `1 hour old`: as much as matters to somebody who waits."""
    number, unit = (passed.days, "day") if passed.days else (passed.seconds // 3600, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'} old"
