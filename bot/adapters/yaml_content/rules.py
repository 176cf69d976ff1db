"""What must hold between the parts of `content/`, beyond the form of each field.

Ids, phrasings and pictures are looked at as they stand in the files, so that one bad entry hides no other.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from bot.adapters.yaml_content import pictures
from bot.adapters.yaml_content.files import CAMPAIGN, CARDS, FAQ, MESSAGES, NOT_FOR_US, REGIONS
from bot.adapters.yaml_content.problems import Problem
from bot.adapters.yaml_content.tree import Mark, Tree
from bot.adapters.yaml_content.tree import Path as Part
from bot.core.content import ActionMonth, Campaign, Chat, Messages

_USELESS_ALT = re.compile(
    r"(an? |the )?(image|picture|photo|photograph|graphic|screenshot) (of|showing)\b", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FILE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)

_MOST_REGIONS = 100
"""Choices of one list, in a form of Slack's."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The files that were read, by their path below `folder`. `models` has those that are well formed."""

    folder: Path
    trees: Mapping[str, Tree]
    models: Mapping[str, Any]

    def of(self, folder: str, kind: type[Any]) -> Iterator[tuple[Tree, Any]]:
        for path, model in self.models.items():
            if isinstance(model, kind) and path.startswith(folder):
                yield self.trees[path], model


def broken(parts: Parts) -> Iterator[Problem]:
    for tree in parts.trees.values():
        yield from _ids(tree)
    if FAQ in parts.trees:
        yield from _questions(parts.trees[FAQ])
        if NOT_FOR_US in parts.trees:
            yield from _ours(parts.trees[FAQ], parts.trees[NOT_FOR_US])
    if REGIONS in parts.trees:
        yield from _choices(parts.trees[REGIONS])
    yield from _file_names(parts.trees)
    yield from _days_in_names(parts.trees)
    yield from _days_of_chats(parts)
    for tree, month in parts.of("actions/", ActionMonth):
        yield from _month(tree, month)
    if CARDS in parts.trees:
        yield from _cards(parts.folder, parts.trees[CARDS])


def _entries(tree: Tree, *at: str) -> Iterator[tuple[Part, Mapping[str, Any]]]:
    """The entries of a list, each with its place in the tree."""
    value = tree.value
    for step in at:
        value = value.get(step) if isinstance(value, dict) else None
    for n, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield (*at, n), entry


def _ids(tree: Tree) -> Iterator[Problem]:
    seen: dict[str, Mark] = {}
    for place, name in _named((*_entries(tree), *_entries(tree, "actions"))):
        here = tree.marks[place]
        if seen.setdefault(name, here) != here:
            cause = f"The id '{name}' stands already on line {seen[name][0]}"
            yield tree.problem(place, cause, "give each entry an id of its own")


def _named(entries: Iterable[tuple[Part, Mapping[str, Any]]]) -> Iterator[tuple[Part, str]]:
    return (((*place, "id"), entry["id"]) for place, entry in entries if isinstance(entry.get("id"), str))


def _questions(faq: Tree) -> Iterator[Problem]:
    asked: dict[str, tuple[Mark, str]] = {}
    for place, entry in _entries(faq):
        for part, text in _asked(entry):
            here = faq.marks[(*place, *part)], str(entry.get("id"))
            if (first := asked.setdefault(_plain(text), here)) != here:
                cause = f"'{text}' stands already on line {first[0][0]}, in '{first[1]}'"
                yield faq.problem((*place, *part), cause, "keep it where the answer fits better")


def _ours(faq: Tree, not_for_us: Tree) -> Iterator[Problem]:
    asked = {_plain(text): entry.get("id") for _, entry in _entries(faq) for _, text in _asked(entry)}
    for n, text in enumerate(not_for_us.value if isinstance(not_for_us.value, list) else ()):
        if isinstance(text, str) and (entry := asked.get(_plain(text))):
            yield not_for_us.problem((n,), f"'{text}' stands in the FAQ too, in '{entry}'", "keep it in one of the two")


def _asked(entry: Mapping[str, Any]) -> Iterator[tuple[Part, str]]:
    phrasings = entry.get("phrasings")
    lines: list[tuple[Part, Any]] = [(("question",), entry.get("question"))]
    lines += [(("phrasings", n), text) for n, text in enumerate(phrasings if isinstance(phrasings, list) else ())]
    return ((part, text) for part, text in lines if isinstance(text, str))


def _choices(regions: Tree) -> Iterator[Problem]:
    for number, (place, _) in enumerate(_entries(regions), 1):
        if number > _MOST_REGIONS:
            yield regions.problem(place, f"This is region {number}", f"keep to {_MOST_REGIONS}: a form shows no more")
            return


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _file_names(trees: Mapping[str, Tree]) -> Iterator[Problem]:
    for path, tree in trees.items():
        if _FILE_NAME.fullmatch(PurePosixPath(path).stem) is None:
            fix = "name it with small letters, digits and hyphens, for example 2026-12-15.yaml"
            yield Problem(tree.file, 0, 0, "The name of this file cannot be used: it is the id of what is in it", fix)


def _days_in_names(trees: Mapping[str, Tree]) -> Iterator[Problem]:
    for path, tree in trees.items():
        name = PurePosixPath(path).stem
        if _DATE.fullmatch(name) and not _is_day(name):
            yield Problem(tree.file, 0, 0, f"There is no such day as {name}", "give the file the date of its chat")


def _is_day(name: str) -> bool:
    try:
        return bool(date.fromisoformat(name))
    except ValueError:
        return False


def _days_of_chats(parts: Parts) -> Iterator[Problem]:
    campaign = parts.models.get(CAMPAIGN)
    if not isinstance(campaign, Campaign):
        return
    taken: dict[date, str] = {}
    for tree, chat in parts.of("chats/", Chat):
        day = chat.day(campaign.chat)
        if chat.month in campaign.chat.skip:
            cause = f"{chat.month} is one of the months without a chat in {CAMPAIGN}"
            yield tree.problem(("month",), cause, "take the month off 'skip' there, or give this chat a 'date'")
        if (first := taken.setdefault(day, tree.file)) != tree.file:
            part = ("month",) if chat.month else ("date",)
            yield tree.problem(part, f"There is a chat on {day} already, in {first}", "move one of them, or delete it")


def doubtful(parts: Parts) -> Iterator[Problem]:
    yield from _nobody_to_ask(parts)
    yield from _oddly_named(parts)
    yield from _left_over(parts)
    yield from _taken_somewhere(parts)
    yield from _not_worded(parts)


def _not_worded(parts: Parts) -> Iterator[Problem]:
    messages = parts.models.get(MESSAGES)
    if not isinstance(messages, Messages):
        return
    for name, wording in messages:
        if name not in messages.model_fields_set:
            fix = f"add a line '{name}: …' to say it in other words than: {wording.texts[0]}"
            yield parts.trees[MESSAGES].problem((), f"'{name}' is new, and the bot uses its own words for it", fix)


def _nobody_to_ask(parts: Parts) -> Iterator[Problem]:
    for place, region in _entries(parts.trees[REGIONS]) if REGIONS in parts.trees else ():
        if not (region.get("leads") or region.get("fallback")):
            fix = "give it a lead or a fallback; until then people are not offered this region"
            yield parts.trees[REGIONS].problem((*place, "id"), "There is nobody to ask in this region", fix)


def _oddly_named(parts: Parts) -> Iterator[Problem]:
    """Chats whose file is named after another day than theirs. A chat that was moved keeps its file's name."""
    campaign = parts.models.get(CAMPAIGN)
    if not isinstance(campaign, Campaign):
        return
    for tree, chat in parts.of("chats/", Chat):
        name, day = PurePosixPath(tree.file).stem, chat.day(campaign.chat)
        if _DATE.fullmatch(name) and name != day.isoformat():
            part = ("month",) if chat.month else ("date",)
            fix = "leave it if the chat was moved; if not, correct the date, or the file's name before its first post"
            yield tree.problem(part, f"The chat is on {day:%A} {day}, and the file is named after another day", fix)


def _left_over(parts: Parts) -> Iterator[Problem]:
    """What a chat has in common with an earlier one: a file that was copied, and not changed everywhere."""
    first: dict[tuple[str, Any], str] = {}
    for tree, chat in sorted(parts.of("chats/", Chat), key=lambda pair: pair[0].file):
        for name in ("topic", "summary", "reading"):
            said = getattr(chat, name)
            if said and (earlier := first.setdefault((name, said), tree.file)) != tree.file:
                yield tree.problem((name,), f"'{name}' says the same as in {earlier}", "write your own, or take it out")


def _taken_somewhere(parts: Parts) -> Iterator[Problem]:
    """Pictures that say where they were taken. What the bot sends of them does not; the file does."""
    for place, card in _entries(parts.trees[CARDS]) if CARDS in parts.trees else ():
        if isinstance(image := card.get("image"), str) and pictures.says_where(parts.folder / "cards", image):
            fix = "leave it, the bot sends it without; or save it anew without, if others see this folder"
            yield parts.trees[CARDS].problem((*place, "image"), f"The picture {image} says where it was taken", fix)


def _month(tree: Tree, month: ActionMonth) -> Iterator[Problem]:
    if PurePosixPath(tree.file).stem != month.month:
        fix = f"rename it to {month.month}.yaml, or correct the month"
        yield tree.problem(("month",), f"The file is not named after its month, {month.month}", fix)
    year, number = map(int, month.month.split("-"))
    days = calendar.monthrange(year, number)[1]
    for n, action in enumerate(month.actions):
        if action.day is not None and action.day > days:
            cause = f"{calendar.month_name[number]} {year} has no day {action.day}"
            yield tree.problem(("actions", n, "day"), cause, f"write {days} or less")


def _cards(folder: Path, cards: Tree) -> Iterator[Problem]:
    for place, card in _entries(cards):
        alt, image = card.get("alt"), card.get("image")
        if isinstance(alt, str) and _USELESS_ALT.match(alt.strip()):
            fix = "begin with what can be seen or read in it: screen readers say already that it is a picture"
            yield cards.problem((*place, "alt"), "The description begins with words that say nothing", fix)
        if isinstance(image, str) and (wrong := pictures.wrong_with(folder / "cards", image)):
            yield cards.problem((*place, "image"), *wrong)
