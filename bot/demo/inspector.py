"""What the bot's libraries and the platforms said to each other, made readable, and without any secret."""

import asyncio
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote

from bot.core.events import Platform
from bot.demo.world import Json, World

_KEPT = 30
_LONGEST_VALUE = 300
_LONGEST_TEXT = 4_000
HIDDEN = "[left out]"

_NAMES = "token|secret|password|assertion|ticket|upload_url|response_url|oauth_|authorization"
_SECRET_KEY = re.compile(_NAMES, re.IGNORECASE)
# A name begins where a word begins and is not endless: a picture in base64 must not take seconds.
_SECRET_PAIR = re.compile(
    rf"""(?P<name>(?<![\w.-])[\w.-]{{0,40}}?(?:{_NAMES})[\w.-]{{0,40}}\\*"?\s*[:=]\s*)"""
    r"""(?:"(?:[^"\\]|\\.)*"?|\\+"[^"\\]*|[^&\s"\\]+)""",
    re.IGNORECASE,
)
_SECRET_SHAPE = re.compile(r"eyJ[\w-]+(?:\.[\w-]+)*|xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bearer )\S+")
_PERMISSION_PATH = re.compile(r"/(respond|upload)/[^/?\"\s]+")
_SHOWN_HEADERS = ("User-Agent", "Content-Type", "Authorization")


@dataclass(frozen=True)
class Seen:
    """One request and its answer, for reading.

    `times` counts looks with the same request and status that brought nothing: they are told as one.
    """

    key: int
    platform: Platform
    request: str
    status: int
    milliseconds: float
    headers: Sequence[str]
    body: str
    answer: str
    idle: bool = False
    times: int = 1


class Inspector:
    """Remembers the latest exchanges and asks the emulators only for newer ones."""

    def __init__(self, world: World, secrets: Collection[str]) -> None:
        self._world = world
        self._clean = _cleaner(secrets)
        self._seen: list[Seen] = []
        self._last = 0
        self._turn = asyncio.Lock()

    async def look(self) -> Sequence[Seen]:
        """The latest exchanges, newest first."""
        async with self._turn:
            exchanges: list[Json] = await self._world.get("/exchanges", after=self._last)
            for exchange in exchanges[-_KEPT * 5 :]:
                self._remember(_seen(exchange, self._clean))
            self._last += len(exchanges)
        return self._seen[::-1]

    def _remember(self, new: Seen) -> None:
        same = next((old for old in self._seen if _same_look(old, new)), None)
        if same is not None:
            self._seen.remove(same)
            new = replace(new, key=same.key, times=same.times + 1)
        self._seen = [*self._seen, new][-_KEPT:]


def _cleaner(secrets: Collection[str]) -> Callable[[str], str]:
    known = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}

    def clean(text: str) -> str:
        for secret in sorted(known, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        text = _SECRET_PAIR.sub(rf"\g<name>{HIDDEN}", text)
        return _PERMISSION_PATH.sub(rf"/\1/{HIDDEN}", _SECRET_SHAPE.sub(HIDDEN, text))

    return clean


def _seen(exchange: Json, clean: Callable[[str], str]) -> Seen:
    headers: Mapping[str, str] = exchange["headers"]
    kind = headers.get("Content-Type", "")
    query = f"?{exchange['query']}" if exchange["query"] else ""
    return Seen(
        exchange["number"],
        Platform(exchange["platform"]),
        clean(f"{exchange['method']} {exchange['path']}"),
        exchange["status"],
        exchange["milliseconds"],
        [_header(name, headers[name], clean) for name in _SHOWN_HEADERS if name in headers],
        "\n".join(filter(None, [_pairs(query[1:], clean), _readable(exchange["body"], kind, clean)])),
        _readable(exchange["answer"], "", clean),
        _is_idle(exchange),
    )


def _header(name: str, value: str, clean: Callable[[str], str]) -> str:
    if name == "Authorization":
        return f"{name}: {value.split(' ')[0]} {HIDDEN}"
    return f"{name}: {clean(value)}"


def _is_idle(exchange: Json) -> bool:
    """A look that brought nothing: X is asked twice every half minute."""
    nothing = exchange["status"] != 200 or '"result_count": 0' in exchange["answer"]
    return bool(exchange["method"] == "GET" and nothing)


def _same_look(old: Seen, new: Seen) -> bool:
    return old.idle and new.idle and (old.request, old.status) == (new.request, new.status)


def _readable(text: str, kind: str, clean: Callable[[str], str]) -> str:
    if "\ufffd" in text or "\x00" in text:
        return "[data that is no text, for example a picture]"
    if kind.startswith("application/x-www-form-urlencoded"):
        return _pairs(text, clean)
    try:
        value = json.loads(text)
    except ValueError:
        return _cut(clean(text), _LONGEST_TEXT)
    return _cut(json.dumps(_without_secrets(value, clean), indent=2, ensure_ascii=False), _LONGEST_TEXT)


def _pairs(text: str, clean: Callable[[str], str]) -> str:
    return "\n".join(
        f"{name} = {HIDDEN if _SECRET_KEY.search(name) else _cut(clean(value), _LONGEST_VALUE)}"
        for name, value in parse_qsl(text, keep_blank_values=True)
    )


def _without_secrets(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            name: HIDDEN if _SECRET_KEY.search(name) and isinstance(inner, str) else _without_secrets(inner, clean)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(inner, clean) for inner in value]
    return _cut(clean(value), _LONGEST_VALUE) if isinstance(value, str) else value


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} … [{len(text) - most:,} more characters]"
