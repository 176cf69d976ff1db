"""What we post, as Slack's arguments and Block Kit. Pure. The SDK's models check Slack's limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ImageBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import SlackFile
from slack_sdk.models.views import View

from bot.adapters.slack.wire import markup
from bot.core.bodies import PLACE_JSON, Button, Form, Input, Text
from bot.core.events import Place

MARKER = "antiphon_post"
"""Our metadata's event type: by it, and by the post's key in it, a message is found again."""
_SECTION, _BUTTON, _TITLE, _OPTION, _BOX = 3000, 75, 24, 75, 3000

Arguments = dict[str, Any]


def metadata(key: str) -> Arguments:
    return {"event_type": MARKER, "event_payload": {"key": key}}


def content(text: Text, pictures: Sequence[tuple[str, str]] = ()) -> Arguments:
    """The words and what goes with them. `pictures` are uploaded files with their alt text.

    `text` is always there: notifications, screen readers and search use it, whatever the blocks show.
    """
    said = markup(text.text)
    if not (pictures or text.buttons):
        return {"text": said}
    images = [ImageBlock(slack_file=SlackFile(id=id), alt_text=alt) for id, alt in pictures]
    return {"text": said, "blocks": _json([*_sections(said), *images, *_actions(text.buttons)])}


def _json(blocks: Iterable[Block]) -> list[Arguments]:
    return [block.to_dict() for block in blocks]


def _sections(said: str) -> Iterator[Block]:
    for chunk in _chunks(said):
        # Verbatim: Slack must not look for channel and user names in it.
        yield SectionBlock(text=MarkdownTextObject(text=chunk, verbatim=True))


def _chunks(said: str) -> Iterator[str]:
    """At most 3,000 characters each, cut where a line or a word ends, so never inside a link or an entity."""
    while len(said) > _SECTION:
        cut = max(said.rfind("\n", 0, _SECTION), 0) or max(said.rfind(" ", 0, _SECTION), 0) or _within_word(said)
        yield said[:cut]
        said = said[cut:].lstrip()
    if said:
        yield said


def _within_word(said: str) -> int:
    """Where a word of thousands of characters is cut: before an entity that would be cut apart."""
    last = said.rfind("&", 0, _SECTION)
    return last if last > 0 and ";" not in said[last:_SECTION] else _SECTION


def _actions(buttons: Sequence[Button]) -> list[Block]:
    elements = [
        ButtonElement(text=_short(button.label, _BUTTON), action_id=f"{button.action}:{number}", value=button.value)
        for number, button in enumerate(buttons)
    ]
    return [ActionsBlock(elements=elements)] if elements else []


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def view(form: Form, place: Place) -> Arguments:
    """A modal. It carries the place along, so that the answer goes where the form was asked for."""
    intro = [SectionBlock(text=PlainTextObject(text=form.intro))] if form.intro else []
    shown: Arguments = View(
        type="modal",
        title=_short(form.title, _TITLE),
        submit=_short(form.submit, _TITLE),
        callback_id=form.form,
        private_metadata=PLACE_JSON.dump_json(replace(place, trigger="")).decode(),
        blocks=[*intro, *map(_input, form.fields)],
    ).to_dict()
    return shown


def _input(field: Input) -> InputBlock:
    return InputBlock(
        block_id=field.name,
        label=field.label,
        hint=field.hint or None,
        optional=field.optional,
        element=_choice(field) if field.options else _box(field),
    )


def _box(field: Input) -> PlainTextInputElement:
    return PlainTextInputElement(
        action_id=field.name,
        multiline=field.multiline,
        initial_value=field.value or None,
        max_length=field.most or _BOX,
    )


def _choice(field: Input) -> StaticSelectElement:
    options = {value: Option(value=value, label=_short(label, _OPTION)) for value, label in field.options}
    return StaticSelectElement(
        action_id=field.name, options=list(options.values()), initial_option=options.get(field.value)
    )
