"""From a folder to Content: each file by itself first, then all of them together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.adapters.yaml_content import files, fitting, rules, words
from bot.adapters.yaml_content.problems import ContentProblems, Problem
from bot.adapters.yaml_content.schemas import KINDS
from bot.adapters.yaml_content.tree import Tree, read_tree
from bot.core.content import Campaign, Content
from bot.core.faq_entry import in_all_languages
from bot.core.history import PastChat
from bot.core.manners import PLAIN_MANNERS

_KIND_OF_FOLDER = {"chats": "chat", "actions": "actions"}


def load(folder: Path) -> Content:
    """Raises ContentProblems with all that is wrong. Reads files, so call it before the event loop starts."""
    reading = _Reading(folder).read()
    if reading.content is None:
        raise ContentProblems(sorted(reading.problems))
    return reading.content


def check(folder: Path) -> list[Problem]:
    """All that is wrong with a folder, by file and line. Empty means that `load` succeeds."""
    return sorted(_Reading(folder).read().problems)


def hints(folder: Path) -> list[Problem]:
    """What may be as it is, but is more often a slip."""
    return sorted(_Reading(folder).read().hints)


def load_history(folder: Path) -> tuple[PastChat, ...]:
    """The chats of the past, oldest first; none where there is no file of them. Raises ContentProblems."""
    if not (folder / files.HISTORY).exists():
        return ()
    reading = _Reading(folder)
    chats: tuple[PastChat, ...] | None = reading.value(files.HISTORY)
    problems = [*reading.problems, *(_twice(reading.trees[files.HISTORY], chats) if chats else ())]
    if chats is None or problems:
        raise ContentProblems(sorted(problems))
    return tuple(sorted(chats, key=lambda chat: chat.date))


def load_campaign(folder: Path) -> Campaign:
    """What is said of the campaign as a whole, whatever the other files hold. Raises ContentProblems."""
    reading = _Reading(folder)
    campaign: Campaign | None = reading.value(files.CAMPAIGN)
    if campaign is None:
        raise ContentProblems(sorted(reading.problems))
    return campaign


def _twice(tree: Tree, chats: Sequence[PastChat]) -> Iterator[Problem]:
    seen: set[str] = set()
    for n, chat in enumerate(chats):
        if chat.id in seen:
            yield tree.problem((n, "date"), f"There is a chat on {chat.id} already", "delete one of them")
        seen.add(chat.id)


@dataclass(slots=True)
class _Reading:
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    hints: list[Problem] = field(default_factory=list)
    trees: dict[str, Tree] = field(default_factory=dict)
    content: Content | None = None

    def read(self) -> "_Reading":
        if not self.folder.is_dir():
            fix = "go into the bot's folder first (cd), or say in CONTENT_DIR where the content is"
            self.problems.append(Problem(str(self.folder), 0, 0, "There is no such folder here", fix))
            return self
        values = {path: value for path in self._paths() if (value := self.value(path)) is not None}
        parts = rules.Parts(self.folder, self.trees, values)
        self.problems += [*rules.broken(parts), *fitting.too_long(parts)]
        self.hints += rules.doubtful(parts)
        if not self.problems:
            self.content = _joined(values)
        return self

    def _paths(self) -> Iterator[str]:
        found = list(files.listed(self.folder))
        self.problems += [files.unknown(self._name(path), path) for path in found if not files.is_known(path)]
        yaml = {path for path in found if path.endswith(".yaml") and files.is_known(path)} - {files.HISTORY}
        yield from sorted(yaml.union(files.REQUIRED))

    def _name(self, path: str) -> str:
        return f"{self.folder.name or 'content'}/{path}"

    def value(self, path: str) -> Any:
        """The file as its model, or None when it has problems."""
        text = files.read_text(self.folder, path, self._name(path))
        if isinstance(text, Problem):
            self.problems.append(text)
            return None
        tree = self.trees[path] = read_tree(self._name(path), text)
        if tree.value is None and not tree.problems:
            tree.problems.append(files.empty(path, tree.file))
        value = None if tree.value is None else self._as_model(tree, _kind(path))
        self.problems += tree.problems
        return None if tree.problems else value

    def _as_model(self, tree: Tree, kind: str) -> Any:
        try:
            return _model(kind).validate_python(tree.value)
        except ValidationError as error:
            tree.problems += words.problems(tree, error, KINDS[kind])
            return None


def _kind(path: str) -> str:
    place = PurePosixPath(path)
    return _KIND_OF_FOLDER.get(place.parent.name, place.stem)


@cache
def _model(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def _joined(values: Mapping[str, Any]) -> Content:
    return Content(
        campaign=values[files.CAMPAIGN],
        faq=tuple(in_all_languages(values[files.FAQ])),
        chats={PurePosixPath(path).stem: chat for path, chat in values.items() if path.startswith("chats/")},
        actions=tuple(month for path, month in values.items() if path.startswith("actions/")),
        cards=values.get(files.CARDS, ()),
        messages=values[files.MESSAGES],
        synonyms=values.get(files.SYNONYMS, ()),
        not_for_us=values.get(files.NOT_FOR_US, ()),
        regions=values.get(files.REGIONS, ()),
        manners=values.get(files.MANNERS, PLAIN_MANNERS),
    )
