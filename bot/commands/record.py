"""`antiphon chat …`: the record of a chat, from import to archive."""

import json
import re
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commands.common import clock_now, load_content, on_database, progress_bar, read_settings, read_text, tell
from bot.core.events import Platform
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.adapters.db import SqlDatabase
    from bot.core.record.reading import Form, Reading
    from bot.core.record.values import Who
    from bot.runtime.record import Chats, Record

app = typer.Typer()

T = TypeVar("T")

MOST_PROBLEMS = 100
"""More than that nobody reads at once."""
_FORMS = 4
"""Of a transcript: pages, CSV, JSON, Markdown."""
_NO_ID = re.compile(r"x:(?!\d+$)[^@].*")
"""Somebody of X by their account's name, which is known by its @."""
_NAMED = "Somebody of Slack or Teams who agreed to be named, for example slack:U012AB3CD. Can be given several times."

Chat = Annotated[str, typer.Argument(help="Its id: the name of its file in content/chats, or its date in the history.")]
Post = Annotated[str, typer.Argument(help="Its platform and id, for example x:910201823028051968.")]
Named = Annotated[list[str] | None, typer.Option("--named", help=_NAMED)]


@app.command("import")
def import_(
    chat: Chat,
    file: Annotated[Path, typer.Argument(help="CSV, JSON or text copied from a window, in UTF-8.")],
    form: Annotated[str, typer.Option(help="csv, json or text; without it, by the file's name and beginning.")] = "",
    platform: Annotated[Platform, typer.Option(help="Where it was said, if the file does not say.")] = Platform.X,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Keep what is good in a file with problems.")] = False,
) -> None:
    """Take a transcript from a file: all of it, or nothing and every problem by row. Doing it twice adds nothing."""
    from bot.core.record.reading import form_of, read_posts
    from bot.runtime import record

    about, text = _chats().about(chat), read_text(file)
    kind = _form(form) or form_of(file.name, text)
    with progress_bar("Reading", text.count("\n")) as told:
        reading = read_posts(text, kind, about, platform, told)
    if reading.problems:
        _tell_problems(reading, file, skip_bad=skip_bad)
    new = _on_database(lambda database, _: record.keep(database, chat, reading.posts))
    old = len(reading.posts) - new
    again = f" {_counted(old, 'was', 'were')} there already, or must not be kept." if old else ""
    tell(f"{_counted(new, 'post is', 'posts are')} kept for {chat}.{again}")


@app.command()
def transcript(
    chat: Chat,
    out: Annotated[Path | None, typer.Option(help="The folder to write; without it, the chat's id.")] = None,
    named: Named = None,
) -> None:
    """Write the transcript as a folder: pages that work offline, CSV, JSON, Markdown and pictures."""
    from bot.adapters.pages.chat import chat_files
    from bot.adapters.pages.folder import replace_folder

    found, folder = _record(chat, named), out or Path(chat)
    with progress_bar("Writing", _FORMS * found.transcript.lines) as told:
        replace_folder(folder, chat_files(found.transcript, found.figures, found.compared), told)
    tell(f"{_counted(found.transcript.lines, 'post is', 'posts are')} in {folder}. Open {folder / 'index.html'}.")
    if found.transcript.redacted:
        tell("People of Slack and Teams are not named; read it all the same before you publish it.")


@app.command()
def figures(
    chat: Chat, as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False
) -> None:
    """What a chat came to: posts, people, impressions, by question and by minute (docs/transcripts.md)."""
    from bot.core.record.plots import plots
    from bot.core.record.said import summary
    from bot.core.record.sheet import figures_json

    found = _record(chat)
    if as_json:
        tell(json.dumps({"chat": chat, **figures_json(found.figures)}, indent=2))
        return
    tell("\n".join(summary(found.transcript, found.figures, found.compared)))
    for plot in plots(found.about, found.figures):
        tell(f"\n{plot.title}. {plot.sentence}")
        tell("\n".join(f"{label:>20} {number:>7,}" for label, number in plot.rows if number))


@app.command()
def recap(
    chat: Chat,
    out: Annotated[Path | None, typer.Option(help="A file to write; without it the draft is printed.")] = None,
    named: Named = None,
) -> None:
    """Draft the recap for the host to edit: thanks, themes, plans, links, the next date. Nothing of it is sent."""
    from bot.core.record.recap import recap as drafted

    found = _record(chat, named)
    _put(drafted(found.transcript, found.figures, found.next_at, found.compared), out, "The draft")


@app.command()
def archive(
    out: Annotated[Path, typer.Option(help="The folder. One that was written before is replaced.")] = Path("archive"),
    named: Named = None,
) -> None:
    """Write all chats as a folder to publish: a list of them, their transcripts, and the calendar."""
    from bot.adapters.pages.archive import archive_files
    from bot.adapters.pages.folder import replace_folder
    from bot.core.calendar import to_ics
    from bot.runtime import record

    now, consent, chats = clock_now(), _people(named), _chats()

    async def read(database: "SqlDatabase", chats: "Chats") -> "tuple[list[Record], str]":
        meetings = await record.calendar(database, chats, now)
        return list(await record.records(database, chats, consent)), to_ics(meetings, chats.content)

    found, ics = _on_database(read)
    files = archive_files(chats.content.campaign.chat_hashtag, chats.listed(chats.begun(now)), found, ics)
    with progress_bar("Writing", _FORMS * sum(one.transcript.lines for one in found)) as told:
        count = replace_folder(out, files, told)
    tell(f"{_counted(len(found), 'transcript', 'transcripts')}, {count} files, in {out}.")


@app.command()
def calendar(
    out: Annotated[Path | None, typer.Option(help="A file to write; without it the calendar is printed.")] = None,
) -> None:
    """All chats as a calendar to subscribe to: those that were, those that are planned, and the regular days."""
    from bot.core.calendar import to_ics
    from bot.runtime import record

    now = clock_now()
    meetings = _on_database(lambda database, chats: record.calendar(database, chats, now))
    _put(to_ics(meetings, _chats().content), out, "The calendar")


@app.command()
def cost(chat: Chat) -> None:
    """What listening to a chat on X may cost, and has cost so far (the setting X_CHAT_DOLLARS)."""
    from bot.core.record.spending import cap_words, looked_words
    from bot.runtime import record

    about = _chats().about(chat)
    spent = _on_database(lambda database, _: record.spent(database, chat))
    tell(f"{cap_words(read_settings().x_chat_dollars, spent)} {looked_words(spent, about.zone)}".rstrip())


@app.command()
def held(chat: Chat) -> None:
    """Posts that look like adverts: left out of the record until somebody passes them with `chat take-in`."""
    from bot.runtime import record

    found = _on_database(lambda database, chats: record.held(database, chats, chat))
    for one in found:
        post = one.post
        tell(f"{post.platform}:{post.id} ({one.held}) {post.name or post.author}: {' '.join(post.text.split())}")
    tell(f"{_counted(len(found), 'post is', 'posts are')} held. `antiphon chat take-in {chat} POST` takes one in.")


@app.command("take-in")
def take_in(chat: Chat, post: Post) -> None:
    """Have a post in the record of a chat, whatever it looks like."""
    _decide(chat, post, show=True)


@app.command("leave-out")
def leave_out(chat: Chat, post: Post) -> None:
    """Leave a post out of the record of a chat."""
    _decide(chat, post, show=False)


def _decide(chat: str, ref: str, *, show: bool) -> None:
    from bot.runtime import record

    now, (platform, post) = clock_now(), next(iter(_people([ref])))
    if not _on_database(lambda database, _: record.decide(database, chat, platform, post, now, show=show)):
        raise Problem(f"There is no post {ref} in the chat {chat}. Posts on X have the id at the end of their link.")
    tell(f"{ref} is {'in' if show else 'left out of'} the record of {chat}.")


@app.command()
def forget(
    person: Annotated[str, typer.Argument(help="x:@account, or platform and id: x:12345, slack:U012AB3CD.")],
    undo: Annotated[bool, typer.Option("--undo", help="Take the wish back. What was deleted does not return.")] = False,
) -> None:
    """Delete what somebody said in chats, and keep nothing of theirs from now on."""
    from bot.runtime import record

    now, people = clock_now(), _people([person])
    if _NO_ID.fullmatch(person):
        raise Problem(f"{person!r} names nobody: on X an id has digits alone. Write {person.replace(':', ':@')}.")
    if undo:
        had = _on_database(lambda database, _: record.take_back(database, people))
        tell(f"What {person} says is kept again." if had else f"{person} had not asked to be left out.")
        return
    gone = _on_database(lambda database, _: record.forget(database, people, now))
    tell(f"{_counted(gone, 'post is', 'posts are')} deleted, and nothing of {person} will be kept.")
    tell("Write the transcripts or the archive anew, so that it goes from there too.")


def _chats() -> "Chats":
    from bot.adapters.yaml_content import load_history
    from bot.runtime.record import Chats

    folder = read_settings().content_dir
    return Chats(load_content(folder), load_history(folder))


def _on_database(work: "Callable[[SqlDatabase, Chats], Awaitable[T]]") -> T:
    chats = _chats()
    return on_database(read_settings(), lambda database: work(database, chats))


def _record(chat: str, named: list[str] | None = None) -> "Record":
    from bot.runtime import record

    consent = _people(named)
    return _on_database(lambda database, chats: record.record(database, chats, chat, consent))


def _people(refs: list[str] | None) -> "Collection[Who]":
    """People by what names them in settings and audit: `slack:U1`, `slack:T1/U1`, `x:@ann`."""
    found: set[Who] = set()
    for ref in refs or ():
        platform, _, rest = ref.partition(":")
        author = rest.rpartition("/")[2]
        if platform not in list(Platform) or not author:
            raise Problem(
                f"{ref!r} names nobody. Write the platform and the id, for example slack:U012AB3CD or x:@ann."
            )
        found.add((Platform(platform), author.casefold() if author.startswith("@") else author))
    return found


def _form(name: str) -> "Form | None":
    from bot.core.record.reading import Form

    if name and name not in list(Form):
        raise Problem(f"There is no form {name!r}. Choose {', '.join(Form)}.")
    return Form(name) if name else None


def _tell_problems(reading: "Reading", file: Path, *, skip_bad: bool) -> None:
    """Raises Problem with all of them, unless what is good is to be kept without the rest."""
    lines = [f"  {problem}" for problem in reading.problems[:MOST_PROBLEMS]]
    more = len(reading.problems) - len(lines)
    lines += [f"  … and {more} more"] if more else []
    if skip_bad and reading.posts:
        tell("\n".join(["Left out:", *lines]))
        return
    advice = "Mend them, or keep what is good with --skip-bad." if reading.posts else "Mend them, and try again."
    raise Problem("\n".join([f"Nothing was kept, because {file} has problems:", *lines, advice]))


def _put(text: str, out: Path | None, what: str) -> None:
    if out is None:
        tell(text, end="")
        return
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Problem(f"{out} cannot be written ({error.strerror}). Choose another place with --out.") from None
    tell(f"{what} is in {out}.")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
