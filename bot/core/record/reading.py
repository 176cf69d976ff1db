"""A transcript that somebody has as a file: CSV, JSON or pasted text. All its posts, and all that is wrong with it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.core.actions import Problem
from bot.core.csv_text import sheet_rows
from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.core.record import pasted
from bot.core.record.columns import Columns, Row, known, missing, plain_name
from bot.core.record.values import About

FAR = timedelta(days=7)
"""Where no post is nearer to the chat than this, the file is another chat's."""


class Form(StrEnum):
    CSV = "csv"
    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reading:
    """`problems` are of the rows that are not among `posts`, or of the file as a whole."""

    posts: tuple[HeardPost, ...]
    problems: tuple[Problem, ...]


def form_of(name: str, text: str) -> Form:
    """By the file's name, or else by how it begins."""
    ending = name.casefold().rpartition(".")[2]
    if ending in ("json", "jsonl", "ndjson"):
        return Form.JSON
    if ending in ("csv", "tsv"):
        return Form.CSV
    if text.lstrip("\ufeff \n\r\t").startswith(("{", "[{", "[\n", "[\r")):
        return Form.JSON
    first = next((line for line in text.lstrip("\ufeff").splitlines() if not line.startswith("sep=")), "")
    header = first.replace(";", ",").replace("\t", ",").split(",")
    return Form.CSV if len(header) > 1 and not list(missing(known(header))) else Form.TEXT


def read_posts(
    text: str, form: Form, about: About, platform: Platform = Platform.X, told: Callable[[int], None] = lambda _: None
) -> Reading:
    """`platform` is that of rows which name none. `told` hears of the rows that were read, for a progress bar."""
    problems: list[Problem] = []
    found, rows = _rows(text.lstrip("\ufeff"), form, problems)
    columns = Columns(found, about, platform)
    posts = []
    for number, row in rows:
        post = columns.post(row, number, problems)
        if post is not None:
            posts.append(post)
        told(1)
    if not posts and not problems:
        problems.append(Problem("text", "There is no post in it.", "Choose a file with at least one.", 1))
    if posts and min(abs(post.at - about.start) for post in posts) > FAR:
        first = posts[0].at.astimezone(about.zone)
        cause = f"No post is from the days of the chat; the first is of {first:%d/%m/%Y}."
        problems.append(Problem("date", cause, "Check which chat this is, and the dates.", 1))
        posts = []
    return Reading(tuple(posts), tuple(problems))


def _rows(text: str, form: Form, problems: list[Problem]) -> tuple[Mapping[str, str], Iterable[tuple[int, Row]]]:
    """What the columns are, and the rows with their numbers; no rows where the columns do not do."""
    match form:
        case Form.TEXT:
            return known(list(pasted.COLUMNS)), pasted.rows(text, problems)
        case Form.CSV:
            header, rows = _sheet(text, problems)
        case Form.JSON:
            header, rows = _objects(text, problems)
    found = known(header)
    wrong = [] if problems and not header else list(missing(found))
    problems.extend(wrong)
    return found, () if wrong else rows


def _sheet(text: str, problems: list[Problem]) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    lines = sheet_rows(text, problems)
    _, header = next(lines, (1, []))
    names = [plain_name(column) for column in header]

    def rows() -> Iterator[tuple[int, Row]]:
        for number, cells in lines:
            if len(cells) > len(names):
                fix = "Put a text that has commas in it between double quotes."
                problems.append(Problem("text", "This row has more cells than the header.", fix, number))
            else:
                yield number, dict(zip(names, cells, strict=False))

    return header, rows()


def _objects(text: str, problems: list[Problem]) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    try:
        posts, people = _listed(text)
        rows = [(n, _flat(post, people)) for n, post in enumerate(posts, 1) if isinstance(post, dict)]
    except json.JSONDecodeError as error:
        cause = f"This is no JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        problems.append(Problem("text", cause, "Export it again, or mend this line.", error.lineno))
        return [], iter(())
    except (TypeError, AttributeError, RecursionError):  # JSON, but nothing that X or we have made
        rows = []
    if not rows:
        problems.append(
            Problem("text", "There is no list of posts in it.", "Write them as a list, or as “posts” or “data”.", 1)
        )
    return sorted({name for _, row in rows for name in row}), iter(rows)


def _listed(text: str) -> tuple[list[Any], Mapping[str, Any]]:
    """The posts, and people by id where X's API gives them apart."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines[:2]):
            raise
        value = [json.loads(line) for line in lines]
    if isinstance(value, list):
        return value, {}
    people = (value.get("includes") or {}).get("users") or []
    return value.get("posts") or value.get("data") or [], {str(user.get("id")): user for user in people}


def _flat(post: Mapping[str, Any], people: Mapping[str, Any]) -> Row:
    """A post's values as the cells of a row, whichever of X's shapes it has."""
    row = {plain_name(name): _cell(value) for name, value in post.items() if not isinstance(value, dict | list)}
    row |= _author(people.get(str(post.get("author_id"))) or post.get("user") or post.get("author"))
    for reference in _dicts(post.get("referenced_posts") or post.get("referenced_tweets")):
        match reference.get("type"):
            case "replied_to":
                row["inreplyto"] = _cell(reference.get("id"))
            case "retweeted":
                row["isrepost"] = "yes"
            case "quoted":
                row["isquote"] = "yes"
    if post.get("retweeted_status"):
        row["isretweet"] = "yes"
    return row


def _author(shown: object) -> dict[str, str]:
    if not isinstance(shown, dict):
        return {}
    return {
        "username": _cell(shown.get("username") or shown.get("screen_name")),
        "userid": _cell(shown.get("id_str") or shown.get("id")),
        "followerscount": _cell((shown.get("public_metrics") or shown).get("followers_count")),
    }


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _cell(value: object) -> str:
    return "" if value is None else str(value)
