"""Values to store: small, and with something in every field that could get lost."""

from datetime import UTC, datetime, timedelta

from bot.core.bodies import Button, Media, Poll, Text
from bot.core.events import Command, Person, Place, Platform
from bot.core.feedback import Consent, Feedback, Source
from bot.core.outbox import Post, new_post
from bot.core.plan import Entry, Kind

NOW = datetime(2017, 9, 19, 19, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=60)
AUTHOR = Person(Platform.SLACK, "T1", "U1", "Zoë")
PLACE = Place(Platform.SLACK, "T1", "C1", thread="1505847600.0001")


def event(number: int = 1, text: str = "feedback Très bien") -> Command:
    return Command(key=f"slack:T1:Ev{number}", at=NOW, author=AUTHOR, place=PLACE, text=text)


def post(
    key: str = "chat:2017-09-19:q1:slack",
    due: datetime = NOW,
    cut_off: datetime | None = None,
    place: Place = PLACE,
) -> Post:
    body = Text(
        "Q1. What is “evidence”? 🙂",
        media=(Media("cards/a.png", "A card"),),
        poll=Poll(("Yes", "No"), 30),
        buttons=(Button("Yes", "vote", "1"),),
    )
    return new_post(key, place, body, due, cut_off=cut_off, private_to="U1")


def entry(key: str = "chat:2017-09-19:q1", due: datetime = NOW, title: str = "Q1", kind: Kind = Kind.CHAT) -> Entry:
    return Entry(
        key=key,
        group="chat:2017-09-19",
        kind=kind,
        title=title,
        due=due,
        wall="2017-09-19T20:00",
        zone="Europe/London",
        cut_off=due + 10 * MINUTE,
        bodies={Platform.X: Text("Q1 #ukmedlibs"), Platform.SLACK: Text("Q1")},
    )


def feedback(number: int, at: datetime = NOW, text: str = "=1+1 – très bien") -> Feedback:
    return Feedback(
        key=f"slack:T1:Ev{number}",
        at=at,
        source=Source.SLACK,
        author=AUTHOR,
        text=text,
        prompt="What works?",
        region="Wales",
        role="Librarian",
        consent=Consent.NAMED,
        contact="zoe@example.org",
        tags=("pace", "thanks"),
    )
