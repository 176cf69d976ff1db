"""What pydantic finds, in plain words: field, cause and fix."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.adapters.yaml_content.problems import Problem
from bot.adapters.yaml_content.tree import Path, Tree
from bot.core.fields import ContentModel

_BRANCHES = ("words", "by-platform", "[key]")
"""Parts of pydantic's path that no file has: the two shapes of a wording, and a key itself."""

Said = tuple[str, str]


def problems(tree: Tree, error: ValidationError, kind: Any) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part not in _BRANCHES)
        yield tree.problem(path, *_say(detail, path, kind))


def _say(detail: ErrorDetails, path: Path, kind: Any) -> Said:
    if detail["type"] == "content":
        return detail["ctx"]["cause"], detail["ctx"]["fix"]
    name = next((part for part in reversed(path) if isinstance(part, str)), "this file")
    if detail["type"] == "extra_forbidden":
        return _unknown_field(name, _fields_at(kind, path[:-1]))
    if detail["input"] is None and detail["type"] != "missing":
        return f"'{name}' is empty", f"write it after '{name}:' (in quotes when it begins with #), or remove the line"
    say = _SAY.get(detail["type"])
    given = detail["input"]
    context = {**detail.get("ctx", {}), "given": len(given) if isinstance(given, str) else 0}
    return say(name, context) if say else (f"'{name}' cannot be used", "compare with docs/content.md")


def _unknown_field(name: str, known: Sequence[str]) -> Said:
    meant = get_close_matches(name, known, 1)
    fix = f"did you mean '{meant[0]}'?" if meant else f"remove it; known here: {', '.join(known)}"
    return f"There is no field '{name[:60]}' here", fix


def _fields_at(kind: Any, path: Path) -> list[str]:
    """The field names of the model that stands at a path of a kind of file."""
    for step in path:
        model = _model(kind)
        if model is not None and isinstance(step, str) and step in model.model_fields:
            kind = model.model_fields[step].annotation
    model = _model(kind)
    return list(model.model_fields) if model else []


def _model(kind: Any) -> type[BaseModel] | None:
    """The content model inside `tuple[Model, ...]`, `Annotated[Model, …]` or `Model | None`."""
    if isinstance(kind, type) and issubclass(kind, ContentModel):
        return kind
    if get_origin(kind) in (tuple, Annotated, Union, UnionType):
        return next((model for part in get_args(kind) if (model := _model(part))), None)
    return None


def _number(name: str, _: Mapping[str, Any]) -> Said:
    return f"'{name}' must be a whole number", "write digits only, for example 15"


def _yes_or_no(name: str, _: Mapping[str, Any]) -> Said:
    return f"'{name}' must be true or false", "write one of the two, without quotes"


def _list(name: str, _: Mapping[str, Any]) -> Said:
    return f"'{name}' must be a list", "write each item on a line of its own that begins with '- '"


def _entry(name: str, _: Mapping[str, Any]) -> Said:
    return f"'{name}' must have fields of its own", "write them below it, one a line, as 'field: …'"


def _choice(name: str, ctx: Mapping[str, Any]) -> Said:
    return f"'{name}' is not one of the words known here", f"write {ctx['expected']}"


_SAY: Mapping[str, Callable[[str, Mapping[str, Any]], Said]] = {
    "missing": lambda name, _: (f"'{name}' is missing here", f"add a line '{name}: …'"),
    "string_type": lambda name, _: (f"'{name}' must be text", f"write it on one line after '{name}:', in quotes"),
    "string_too_long": lambda name, ctx: (
        f"'{name}' is too long: it has {ctx['given']:,} characters, and {ctx['max_length']:,} fit",
        f"shorten it by {ctx['given'] - ctx['max_length']:,}",
    ),
    "string_too_short": lambda name, ctx: (
        f"'{name}' is too short: it needs at least {ctx['min_length']} characters",
        "say more",
    ),
    "too_short": lambda name, ctx: (
        f"'{name}' needs at least {ctx['min_length']} and has {ctx['actual_length']}",
        "add more lines that begin with '- '",
    ),
    "greater_than_equal": lambda name, ctx: (f"'{name}' is too small", f"write {ctx['ge']} or more"),
    "less_than_equal": lambda name, ctx: (f"'{name}' is too large", f"write {ctx['le']} or less"),
    "int_parsing": _number,
    "int_type": _number,
    "bool_parsing": _yes_or_no,
    "bool_type": _yes_or_no,
    "int_parsing_size": _number,
    "tuple_type": _list,
    "model_type": _entry,
    "model_attributes_type": _entry,
    "mapping_type": _entry,
    "literal_error": _choice,
}
