"""The pages of the feedback form, as HTML: headings, labels and errors in words, readable at 320 px and by keyboard."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment

from bot.core.content import Content
from bot.core.events import Platform
from bot.web.language import gettext as _
from bot.web.templating import environment

_WORDED = Platform.TEAMS
"""Sentences are worded as where there are no slash commands."""


def form_page(
    content: Content,
    values: Mapping[str, str],
    error: str = "",
    *,
    in_text: bool = False,
    prompts: Sequence[tuple[str, str]] = (),
) -> str:
    """`in_text`: the error is in what was written. `prompts` are those of open rounds, each with what the form sends
    for it."""
    said = {"intro": content.messages.feedback_intro.on(_WORDED), "hint": content.messages.feedback_hint.on(_WORDED)}
    return _page(
        "form", content, _("Give feedback"), values=values, error=error, in_text=in_text, prompts=prompts, **said
    )


def asked_again(content: Content, values: Mapping[str, str], found: str, fields: Collection[str]) -> str:
    """Before anything is kept: with or without what is personal in these fields?"""
    return _page("personal", content, _("Is this personal?"), values=values, found=found, fields=fields)


def kept_page(content: Content, number: int, link: str) -> str:
    return _page("kept", content, _("Thank you"), number=number, link=link)


def delete_page(content: Content, number: int, path: str, error: str = "") -> str:
    return _page("delete", content, _("Delete feedback %(number)s?", number=number), path=path, error=error)


def deleted_page(content: Content, number: int, gone: bool) -> str:
    if gone:
        said = _(
            "Feedback %(number)s is deleted: it stands in no list and no file from now on. What moderators read or "
            "downloaded before, they may still have.",
            number=number,
        )
        return _page("frame", content, _("Deleted"), sentences=[said])
    contact = content.campaign.contact
    said = _("It may be deleted already, or the link is not whole. To get help, ask %(contact)s.", contact=contact)
    return _page("frame", content, _("There is no such feedback"), sentences=[said])


def sorry_page(content: Content, words: str) -> str:
    return _page("frame", content, _("Your feedback was not kept"), sentences=[words])


@cache
def _templates() -> Environment:
    return environment()


def _page(template: str, content: Content, title: str, **values: Any) -> str:
    frame = {"campaign": content.campaign, "title": title, "error": ""}
    return _templates().get_template(f"public/{template}.html").render(frame | values)
