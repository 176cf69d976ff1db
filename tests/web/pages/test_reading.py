"""How long somebody takes who sees the pages for the first time, and reads every word of them."""

from datetime import timedelta
from html.parser import HTMLParser

from bot.core.plan import Kind
from tests.samples import an_entry
from tests.web.pages.reader import MARIA, NOW, Reader, World

WORDS = 4.0
"""Read in a second: 238 a minute is what adults read silently, M. Brysbaert, doi 10.1016/j.jml.2019.104047."""
SIGNS = 200 / 60
"""Typed in a second by somebody who does not type for a living."""
PRESS, LOAD = 1.5, 0.5
"""Seconds for finding and pressing something that was just read about, and for the next page to come."""
_VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})
_UNSEEN = frozenset({"head", "script", "style", "select"})
_HIDDEN = ("visually-hidden", "skip-link", "ap-header__menu")
"""The last is for phones, on which the menu stands at the foot."""
_KNOWN = frozenset({"header", "footer"})
"""Read once, on the first page."""


class Seen(HTMLParser):
    """The words of a page that are in sight: what is folded away, or is for screen readers alone, is not."""

    def __init__(self, page: str, *, first: bool) -> None:
        super().__init__()
        self.words = 0
        self._first = first
        self._within: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        hidden = tag in _UNSEEN or any(name in (given.get("class") or "") for name in _HIDDEN)
        hidden |= tag in _KNOWN and not self._first
        folded = bool(self._within) and self._within[-1] == ("details", False) and tag != "summary"
        if tag == "details" and "open" in given:
            tag = "open"
        self._within.append((tag, hidden or folded))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self._within):
            self.words += len(data.split())


def seconds(reader: Reader, *, first: bool = False, typed: str = "", presses: int = 1) -> float:
    return Seen(reader.text, first=first).words / WORDS + len(typed) / SIGNS + presses * PRESS + LOAD


async def test_the_march_key_action_is_queued_and_approved_in_three_minutes_by_those_who_read_every_word() -> None:
    world = World(approve=frozenset({Kind.ACTION}))
    async with world.database.transaction() as tx:
        for days in (1, 2, 3):
            title = "Pick the one decision this year that your service helped with most, and write it down"
            due = NOW + timedelta(days=days)
            await tx.plan.put(an_entry(key=f"action:{days}", title=title, due=due, source="content"))
    olive, maria = await world.signed_in(), await world.signed_in(MARIA)

    took = seconds(olive, first=True)
    await olive.follow("Add a key action")
    text, date, time = (
        "Tell a manager about one decision your library helped with this month.",
        "first Monday in March",
        "9am",
    )
    took += seconds(olive, typed=text + date + time, presses=5)
    form, pressed = olive._found("See it as it will appear")
    fields = {name: value for name, value in form.fields.items() if name != "on.teams"}
    await olive.post(form.action, fields | {"text": text, "date": date, "time": time} | pressed)
    assert "Monday 1 March 2027 at 9am" in olive.text
    assert "X and Slack" in olive.text
    took += seconds(olive)
    await olive.press("Queue it")
    assert "You need do nothing more." in olive.text
    took += seconds(olive, presses=0)

    await maria.open("/pages/")
    took += seconds(maria, first=True)
    await maria.follow(text)
    took += seconds(maria)
    await maria.press("Approve")
    assert "Approved:" in maria.text
    took += seconds(maria, presses=0)
    assert took <= 180, took
