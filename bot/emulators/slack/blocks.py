"""Block Kit's limits, and what a filled-in form becomes. Source: docs.slack.dev/reference/block-kit."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.emulators.slack.workspace import File, SlackError
from bot.emulators.world import Json

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


class Checker:
    """Collects what is wrong with blocks, each problem with its place as a JSON pointer."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self.files = files
        self.problems: list[str] = []
        self._by_type: dict[str, Callable[[Json, str], None]] = {
            "section": self._section,
            "actions": self._actions,
            "image": self._image,
            "input": self._input,
            "header": lambda block, at: self._text(block.get("text"), f"{at}/text", 150, plain=True),
            "context": lambda block, at: self._expect(
                1 <= len(block.get("elements", [])) <= 10, "1 to 10 elements", at
            ),
            "divider": lambda _, __: None,
        }

    def blocks(self, blocks: Any, most: int) -> None:
        if not isinstance(blocks, list) or len(blocks) > most:
            self.problems.append(f"must be a list of at most {most} blocks [json-pointer:/blocks]")
            return
        ids = [block["block_id"] for block in blocks if "block_id" in block]
        self._expect(len(ids) == len(set(ids)), "block_id already exists", "/blocks")
        for number, block in enumerate(blocks):
            check = self._by_type.get(block.get("type", ""))
            self._expect(check is not None, f"unsupported type: {block.get('type')}", f"/blocks/{number}")
            if check is not None:
                check(block, f"/blocks/{number}")

    def view(self, view: Json) -> None:
        self._expect(view.get("type") == "modal", "must be a modal", "/view/type")
        self._text(view.get("title"), "/view/title", 24, plain=True)
        if any(block.get("type") == "input" for block in view.get("blocks", [])):
            self._text(view.get("submit"), "/view/submit", 24, plain=True)
        self._expect(len(view.get("private_metadata", "")) <= 3000, "at most 3000 characters", "/view/private_metadata")
        self._expect(len(view.get("callback_id", "")) <= 255, "at most 255 characters", "/view/callback_id")
        self.blocks(view.get("blocks"), VIEW_BLOCKS)

    def _expect(self, good: bool, problem: str, at: str) -> None:
        if not good:
            self.problems.append(f"[ERROR] {problem} [json-pointer:{at}]")

    def _text(self, text: Any, at: str, most: int, *, plain: bool = False) -> None:
        if not isinstance(text, dict):
            self._expect(False, "missing required field: text", at)
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        self._expect(text.get("type") in kinds, f"must be one of {kinds}", f"{at}/type")
        self._expect(1 <= len(text.get("text", "")) <= most, f"must be 1 to {most} characters", f"{at}/text")

    def _section(self, block: Json, at: str) -> None:
        if "fields" not in block:
            self._text(block.get("text"), f"{at}/text", 3000)

    def _actions(self, block: Json, at: str) -> None:
        elements = block.get("elements", [])
        self._expect(1 <= len(elements) <= 25, "must have 1 to 25 elements", at)
        ids = [element.get("action_id") for element in elements]
        self._expect(len(ids) == len(set(ids)), "action_id already exists", at)
        for number, element in enumerate(elements):
            self._button(element, f"{at}/elements/{number}")

    def _button(self, element: Json, at: str) -> None:
        self._expect(element.get("type") == "button", "unsupported element", at)
        self._text(element.get("text"), f"{at}/text", 75, plain=True)
        self._expect(len(element.get("action_id", "")) <= 255, "at most 255 characters", f"{at}/action_id")
        self._expect(len(element.get("value", "")) <= 2000, "at most 2000 characters", f"{at}/value")

    def _image(self, block: Json, at: str) -> None:
        self._expect(1 <= len(block.get("alt_text", "")) <= 2000, "must be 1 to 2000 characters", f"{at}/alt_text")
        if "slack_file" not in block:
            self._expect(str(block.get("image_url", "")).startswith("https://"), "invalid url", f"{at}/image_url")
            return
        id = str(block["slack_file"].get("id", ""))
        self._expect(
            re.fullmatch(r"F[A-Z0-9]{8,}", id) is not None, "must match ^F[A-Z0-9]{8,}$", f"{at}/slack_file/id"
        )
        # Slack prepares a picture after the upload is complete; until then a message cannot show it.
        self._expect(id in self.files and self.files[id].ready, "invalid slack file", f"{at}/slack_file")

    def _input(self, block: Json, at: str) -> None:
        self._text(block.get("label"), f"{at}/label", 2000, plain=True)
        if "hint" in block:
            self._text(block["hint"], f"{at}/hint", 2000, plain=True)
        element = block.get("element", {})
        kind = element.get("type")
        self._expect(kind in ("plain_text_input", "static_select"), f"unsupported element {kind}", f"{at}/element")
        self._expect(len(element.get("initial_value", "")) <= 3000, "at most 3000 characters", f"{at}/element")
        if kind == "static_select":
            self._options(element, f"{at}/element")

    def _options(self, element: Json, at: str) -> None:
        options = element.get("options", [])
        self._expect(1 <= len(options) <= 100, "must have 1 to 100 options", f"{at}/options")
        for number, option in enumerate(options):
            self._text(option.get("text"), f"{at}/options/{number}/text", 75, plain=True)
            self._expect(
                1 <= len(option.get("value", "")) <= 150, "must be 1 to 150 characters", f"{at}/options/{number}"
            )
        initial = element.get("initial_option")
        self._expect(initial is None or initial in options, "initial_option is no option", at)


def check_blocks(blocks: Any, files: Mapping[str, File]) -> None:
    checker = Checker(files)
    checker.blocks(blocks, MESSAGE_BLOCKS)
    if checker.problems:
        raise SlackError("invalid_blocks", *checker.problems)


def check_view(view: Any, files: Mapping[str, File]) -> None:
    checker = Checker(files)
    checker.view(view if isinstance(view, dict) else {})
    if checker.problems:
        raise SlackError("invalid_arguments", *checker.problems)


def buttons(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each button with the block that it stands in."""
    for block in blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            yield block, element


def filled(view: Json, values: Mapping[str, str]) -> Json:
    """A form's `state.values`. Raises ValueError where Slack's own form would not let a person send it."""
    known = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if unknown := set(values) - known:
        raise ValueError(f"the form has no input {sorted(unknown)}; it has {sorted(known)}")
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state[block["block_id"]] = {element["action_id"]: _given(block, values.get(block["block_id"]))}
    return state


def _given(block: Json, value: str | None) -> Json:
    element = block["element"]
    if element["type"] == "static_select":
        chosen = next((option for option in element["options"] if option["value"] == value), None)
        chosen = element.get("initial_option") if value is None else chosen
        given: Json = {"type": "static_select", "selected_option": chosen}
    else:
        text = element.get("initial_value") if value is None else value
        given = {"type": "plain_text_input", "value": text or None}
    if not block.get("optional") and not (given.get("value") or given.get("selected_option")):
        raise ValueError(f"the form wants {block['block_id']!r} filled in")
    return given
