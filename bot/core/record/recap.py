"""The draft of a recap, for the host to edit: what a chat was about, drawn from its own words and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.dates import day_words, when_words
from bot.core.record.figures import Figures
from bot.core.record.markdown import escaped
from bot.core.record.spoken import promises, themes
from bot.core.record.values import About, Line, Resource, Transcript

RESOURCES = 12
"""How many links a recap names at most."""


def recap(transcript: Transcript, figures: Figures, next_at: datetime, compared: str = "") -> str:
    """Markdown. Nothing in it is sent by itself."""
    about = transcript.about
    parts = [
        _opening(about, figures, compared),
        _section("What people came back to", [f"- {one.words} ({one.people} people)" for one in themes(transcript)]),
        _section("What people will do", [_promise(*one) for one in promises(transcript)]),
        _section("Links that were shared", [_resource(one) for one in transcript.resources[:RESOURCES]]),
        f"## Next\n\nThe next chat is on {when_words(next_at, about.zone)}. {about.hashtag}".rstrip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(about: About, figures: Figures, compared: str) -> str:
    day = day_words(about.start.astimezone(about.zone).date())
    led = f" Thank you to {escaped(about.lead)}, who led it." if about.lead else ""
    hosted = f" {escaped(about.host).capitalize()} hosted it." if about.host else ""
    people = "1 person" if figures.participants == 1 else f"{figures.participants:,} people"
    posts = "1 post" if figures.posts == 1 else f"{figures.posts:,} posts"
    counted = f"{people} wrote {posts}. {compared}".rstrip()
    return (
        f"<!-- A draft, made from the chat's own posts: read it, change it, and ask before you quote somebody. -->\n\n"
        f"# {escaped(about.topic)}: what we said on {day}\n\n"
        f"Thank you to everybody who took part.{led}{hosted}\n\n{counted}"
    )


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"## {title}\n", *lines]) if lines else ""


def _promise(line: Line, sentence: str) -> str:
    who = f"[{escaped(line.who)}]({line.link})" if line.link else escaped(line.who)
    return f"- {who}: {escaped(sentence)}"


def _resource(resource: Resource) -> str:
    shared = "" if resource.people == 1 else f" (shared by {resource.people} people)"
    return f"- <{resource.url}>{shared}"
