"""The pages of one chat."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bot.core.dates import day_words, when_words
from bot.core.record.figures import Figures
from bot.core.record.links import URL
from bot.core.record.markdown import to_markdown
from bot.core.record.plots import plots
from bot.core.record.said import clock, summary
from bot.core.record.sheet import to_csv, to_json
from bot.core.record.values import OPENING, TALK, About, Line, Section, Transcript

ON_ONE_PAGE = 2_000
"""Posts. A longer chat has pages for each question: a browser takes seconds for one with ten thousand."""
ON_A_PAGE = 1_000
"""Posts on each page of a longer chat."""
_DEEPEST = 3
_IDS = {OPENING: "hello", TALK: "talk"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a folder, by its path in it. `lines` is how many posts are in it, for a progress bar."""

    path: str
    parts: Iterable[str]
    lines: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A section on the chat's own page: its posts, or links to the pages that have them."""

    id: str
    name: str
    title: str
    posts: str = ""
    told: str = ""
    pages: Sequence[tuple[str, str]] = ()


@cache
def templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def chat_files(transcript: Transcript, figures: Figures, compared: str = "", up: str = "") -> Iterator[File]:
    """Everything of a chat's folder. `up` is the address of the page of all chats, where there is one."""
    whole = transcript.lines <= ON_ONE_PAGE
    drawn, told = plots(transcript.about, figures), summary(transcript, figures, compared)
    parts = [_part(section, transcript.about, whole) for section in transcript.sections]
    page = _rendered(
        "chat.html", transcript.about, parts=parts, transcript=transcript, summary=told, plots=drawn, up=up
    )
    yield File("index.html", [page], transcript.lines if whole else 0)
    if not whole:
        for section in transcript.sections:
            yield from _pages(section, transcript.about)
    yield File("transcript.csv", to_csv(transcript), transcript.lines)
    yield File("transcript.json", to_json(transcript, figures), transcript.lines)
    yield File("transcript.md", to_markdown(transcript, told, drawn), transcript.lines)
    for one in drawn:
        yield File(f"{one.name}.svg", [one.svg])


def _rendered(template: str, about: About, **values: Any) -> str:
    day = day_words(about.start.astimezone(about.zone).date())
    when = when_words(about.start, about.zone)
    return templates().get_template(template).render(about=about, day=day, when=when, **values)


def _part(section: Section, about: About, whole: bool) -> _Part:
    name, title = section.name, _title(section)
    if whole or not section.lines:
        return _Part(_id(section), name, title, _listed(section.lines, about))
    pages = [(_file(section, n), f"page {n}") for n in range(1, _count(section) + 1)]
    return _Part(_id(section), name, title, told=f"{len(section.lines):,} posts:", pages=pages)


def _title(section: Section) -> str:
    return f"{section.name}. {section.title}" if section.number > 0 else section.title


def _id(section: Section) -> str:
    return _IDS.get(section.number, f"q{section.number}")


def _count(section: Section) -> int:
    return -(-len(section.lines) // ON_A_PAGE)


def _file(section: Section, page: int) -> str:
    return f"{_id(section)}.html" if page == 1 else f"{_id(section)}-{page}.html"


def _pages(section: Section, about: About) -> Iterator[File]:
    """A section's posts in pages of their own."""
    count = _count(section)
    for page in range(1, count + 1):
        lines = section.lines[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        text = _rendered(
            "posts.html",
            about,
            title=_title(section),
            words=f"Page {page} of {count}",
            posts=_listed(lines, about),
            before=_file(section, page - 1) if page > 1 else "",
            after=_file(section, page + 1) if page < count else "",
        )
        yield File(_file(section, page), [text], len(lines))


def _listed(lines: Sequence[Line], about: About) -> Markup:
    """Posts as the items of a list. Not by a template: for a hundred thousand, that takes four times as long."""
    told = clock(about)
    return Markup("\n".join([_item(line, told(line)) for line in lines]))  # noqa: S704  # escaped below


def _item(line: Line, at: str) -> str:
    level = f' class="d{min(line.depth, _DEEPEST)}"' if line.depth else ""
    answers = f", to {_name(line.answers_to)}" if line.answers_to else ""
    also = f" (also {', '.join(f'Q{number}' for number in line.also)})" if line.also else ""
    when = f'<time datetime="{line.utc}">{at}</time>'
    if line.link:
        when = f'<a href="{escape(line.link)}" rel="nofollow noopener">{when}</a>'
    said = f'<p class="by"><b>{_name(line.who)}</b>{answers}, {when}{also}</p><p>{linked(line.text)}</p>'
    return f"<li{level}>{said}</li>"


@lru_cache(maxsize=10_000)
def _name(who: str) -> str:
    """Most people speak more than once."""
    return escape(who)


def linked(text: str) -> str:
    """Text as HTML, with the web addresses in it as links."""
    if "://" not in text:
        return escape(text)
    parts, end = [], 0
    for url in URL.finditer(text):
        address = escape(url[0])
        parts += [escape(text[end : url.start()]), f'<a href="{address}" rel="nofollow noopener">{address}</a>']
        end = url.end()
    return "".join([*parts, escape(text[end:])])
