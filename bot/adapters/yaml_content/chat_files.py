"""A chat's file with other fields: comments, and fields that nobody asked to change, stay as somebody wrote them."""

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from bot.core.problems import Problem

_HEAD = "# yaml-language-server: $schema=../schemas/chat.json\n\n"
_ORDER = ("month", "date", "start", "minutes", "topic", "lead", "host", "summary", "questions")


def chat_text(old: str | None, fields: Mapping[str, Any]) -> str:
    """None in `fields` takes a field away. Raises Problem for a file that cannot be read."""
    yaml = YAML(typ="rt")
    yaml.width = 118
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        chat = yaml.load(old) if old else CommentedMap()
    except YAMLError as error:
        raise Problem("The file of a chat cannot be read: `antiphon content check` names it.") from error
    if old and all(_same(chat.get(name), value) for name, value in fields.items()):
        return old
    for name in sorted(fields, key=_place):
        _set(chat, name, fields[name])
    out = io.StringIO()
    yaml.dump(chat, out)
    return out.getvalue() if old else _HEAD + out.getvalue()


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _same(there: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        texts = [item.get("text") for item in there] if isinstance(there, list) else []
        return [item["text"] for item in wanted] == [_flat(text) for text in texts]
    return _flat(there) == _flat(wanted)


def _flat(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _set(chat: Any, name: str, value: Any) -> None:
    if _same(chat.get(name), value):
        return
    if value is None:
        chat.pop(name, None)
    elif name == "questions":
        # A question that stays keeps its right answers.
        known = {_flat(item.get("text")): item for item in chat.get(name) or ()}
        chat[name] = [known.get(_flat(item["text"]), item) for item in value]
    elif name in chat:
        chat[name] = value
    else:
        before = [other for other in _ORDER[: _place(name)] if other in chat]
        chat.insert(list(chat).index(before[-1]) + 1 if before else 0, name, value)
