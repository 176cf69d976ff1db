"""The folder of all chats: a page that lists them, a folder for each that has a record, and their calendar."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Protocol

from bot.adapters.pages.chat import File, chat_files, templates
from bot.core.record.figures import Figures
from bot.core.record.plots import Plot
from bot.core.record.values import Listed, Transcript


class Recorded(Protocol):
    """A chat with a record. `compared` is a sentence on it among the earlier ones."""

    @property
    def transcript(self) -> Transcript: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def compared(self) -> str: ...


def archive_files(
    hashtag: str, listed: Sequence[Listed], recorded: Iterable[Recorded], calendar: str
) -> Iterator[File]:
    """`listed` are all chats; those with a record get its figures and a link to it."""
    with_record = {one.transcript.about.id: one for one in recorded}
    chats = [_with_figures(chat, with_record.get(chat.id)) for chat in listed]
    for id_, one in with_record.items():
        for file in chat_files(one.transcript, one.figures, one.compared, up="../index.html"):
            yield replace(file, path=f"{id_}/{file.path}")
    yield File("index.html", [_page(hashtag, chats, len(with_record))])
    yield File("chats.json", [json.dumps([_json(chat) for chat in chats], ensure_ascii=False, indent=1) + "\n"])
    yield File("calendar.ics", [calendar])


def _with_figures(chat: Listed, one: Recorded | None) -> Listed:
    if one is None:
        return chat
    counted = one.figures
    return replace(
        chat,
        people=counted.participants,
        posts=counted.posts,
        impressions=counted.impressions or chat.impressions,
        href=f"{chat.id}/index.html",
    )


def _page(hashtag: str, chats: Sequence[Listed], recorded: int) -> str:
    latest = sorted(chats, key=lambda chat: chat.day, reverse=True)
    sentence = f"{_counted(len(chats), 'chat')}, {_counted(recorded, 'transcript')}."
    page = templates().get_template("archive.html")
    return page.render(hashtag=hashtag, sentence=sentence, chats=latest, plots=_plots(chats))


def _plots(chats: Sequence[Listed]) -> Sequence[Plot]:
    """How many people took part in the chats that were counted, from the second of them on."""
    rows = [(f"{chat.day:%m/%Y}", chat.people) for chat in chats if chat.people is not None]
    if len(rows) < 2:
        return ()
    label, most = max(rows, key=lambda row: row[1])
    sentence = f"Most people, {most:,}, took part in {label}. Chats that nobody counted are left out."
    return (Plot("people-by-chat", "People by chat", sentence, ("Month", "People"), tuple(rows)),)


def _json(chat: Listed) -> dict[str, object]:
    return {**asdict(chat), "day": chat.day.isoformat()}


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"
