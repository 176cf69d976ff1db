"""The forms of a page, read as a browser without scripts does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """Where it goes, and what it sends. `buttons` are values of its named buttons, by their text."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Boxes that are not ticked are not sent; of a list, what is selected, or else its first."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open = ""
        self._button: dict[str, str] | None = None
        self._text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.found[-1].fields[given["name"]] = given.get("value", "")
        elif tag in ("textarea", "select"):
            self._open, self._text = given["name"], ""
        elif tag == "option" and ("selected" in given or self._open not in self.found[-1].fields):
            self.found[-1].fields[self._open] = given["value"]
        elif tag == "button":
            self._button, self._text = {given["name"]: given["value"]} if "name" in given else {}, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[-1].fields[self._open] = self._text.removeprefix("\n")
        elif tag == "button" and self._button is not None:
            self.found[-1].buttons[" ".join(self._text.split())] = self._button
            self._button = None
