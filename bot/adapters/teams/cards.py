"""Texts, pictures, buttons and forms as Adaptive Cards. Pure.

Words are runs of a RichTextBlock, which Teams never reads as Markdown or as a mention (a TextBlock's words it
does): what people wrote is shown as they wrote it.
"""

from collections.abc import Sequence
from typing import Any

from bot.core.bodies import Button, Form, Input

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
"""The content type of an attachment that is an Adaptive Card."""
OURS = "antiphon"
"""The name under which our own data comes back with a submit, apart from the names of inputs."""
MOST_ACTIONS = 6
_FALLBACK_AT_MOST = 500


def text_card(text: str, buttons: Sequence[Button] = (), pictures: Sequence[tuple[str, str]] = ()) -> Json:
    """A card of words, then pictures (address and alternative text), then at most six buttons."""
    body = [*_paragraphs(text), *(_picture(address, alt) for address, alt in pictures)]
    actions = [_submit(button.label, {"action": button.action, "value": button.value}) for button in buttons]
    return _card(body, actions[:MOST_ACTIONS], text)


def form_card(form: Form) -> Json:
    heading: Json = {"type": "TextRun", "text": form.title, "weight": "Bolder", "size": "Medium"}
    body: list[Json] = [{"type": "RichTextBlock", "inlines": [heading]}, *_paragraphs(form.intro)]
    body += [_input(field) for field in form.fields]
    return _card(body, [_submit(form.submit, {"form": form.form})], form.title)


def _card(body: list[Json], actions: list[Json], fallback: str) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "fallbackText": fallback[:_FALLBACK_AT_MOST],
        "body": body,
        **({"actions": actions} if actions else {}),
    }


def _paragraphs(text: str) -> list[Json]:
    """One block a line: a run does not break at a line's end."""
    return [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]}
        for line in text.splitlines()
        if line.strip()
    ]


def _picture(address: str, alt: str) -> Json:
    return {"type": "Image", "url": address, "altText": alt, "size": "Stretch"}


def _submit(title: str, data: Json) -> Json:
    return {"type": "Action.Submit", "title": title, "data": {OURS: data}}


def _input(field: Input) -> Json:
    common: Json = {
        "id": field.name,
        "label": field.label,
        "isRequired": not field.optional,
        **({} if field.optional else {"errorMessage": f"Please fill in: {field.label}"}),
        **({"placeholder": field.hint} if field.hint else {}),
        **({"value": field.value} if field.value else {}),
    }
    if field.options:
        choices = [{"title": title, "value": value} for value, title in field.options]
        return {"type": "Input.ChoiceSet", "choices": choices, **common}
    most = {"maxLength": field.most} if field.most else {}  # some of Teams' programs take more all the same
    return {"type": "Input.Text", "isMultiline": field.multiline, **most, **common}
