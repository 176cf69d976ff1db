"""The kinds of YAML file in `content/`, the model of each, and the JSON Schemas made from them for editors."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.core.content import ActionMonth, Campaign, Card, Chat, FaqEntry, Messages, Region, SynonymGroup
from bot.core.fields import Line
from bot.core.history import PastChat
from bot.core.manners import Manners

KINDS: Mapping[str, Any] = {
    "campaign": Campaign,
    "messages": Messages,
    "faq": tuple[FaqEntry, ...],
    "chat": Chat,
    "actions": ActionMonth,
    "cards": tuple[Card, ...],
    "synonyms": tuple[SynonymGroup, ...],
    "not-for-us": tuple[Line, ...],
    "regions": tuple[Region, ...],
    "manners": Manners,
    "history": tuple[PastChat, ...],
}


def schemas() -> Mapping[str, str]:
    """The text of each file of `content/schemas/`, by name."""
    return {f"{kind}.json": _schema(kind, model) for kind, model in KINDS.items()}


def _schema(kind: str, model: Any) -> str:
    schema = TypeAdapter(model).json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Antiphon content: {kind}"}
    return json.dumps({**schema, **head}, indent=2, ensure_ascii=False) + "\n"
