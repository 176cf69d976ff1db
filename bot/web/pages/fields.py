"""The fields of the forms on which organisers write, and what was typed into them."""

import base64
import binascii
from collections.abc import Mapping

from bot.core.compose import picture_path, ticked
from bot.core.dates import with_year
from bot.core.events import Platform
from bot.core.pictures import without_trail
from bot.core.pieces import Picture, Piece
from bot.core.plan import Kind
from bot.web.language import N_
from bot.web.language import gettext as _
from bot.web.pages.calls import Call, Form

_REPEATING = {"repeat": N_("Rule by which it repeats"), "until": N_("Until when it repeats")}
LABELS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ACTION: {
        "text": N_("What people should do"),
        "date": N_("Date"),
        "time": N_("Time"),
        **_REPEATING,
        "longer": N_("Longer text"),
    },
    Kind.ANNOUNCEMENT: {
        "text": N_("Text"),
        **{f"text-{on}": N_("Other text for %(platform)s") for on in Platform},
        "poll": N_("Options of a poll"),
        "poll-minutes": N_("Minutes for which the poll is open"),
        "date": N_("Date"),
        "time": N_("Time"),
        **_REPEATING,
    },
    Kind.CARD: {
        "picture": N_("Picture"),
        "alt": N_("Description of the picture"),
        "text": N_("Text"),
        "credit": N_("Credit"),
        "consent": N_("Consent"),
        "date": N_("Release date"),
        "time": N_("Time"),
    },
    Kind.CHAT: {
        "topic": N_("Topic"),
        "date": N_("Date"),
        "start": N_("Start"),
        "minutes": N_("Length in minutes"),
        "lead": N_("Guest lead"),
        "lead_ids": N_("Who may steer it"),
        "host": N_("Host"),
        "summary": N_("What it is about"),
        "reading": N_("Reading"),
        "questions": N_("Questions"),
    },
}
_LARGEST_PICTURE = 5 * 1024 * 1024
"""X's limit."""
_NO_PICTURE = N_("This is no PNG or JPEG picture of at most 5 MB. Save it as one, and choose it again.")
_DAMAGED = N_(
    "This picture is damaged, so nobody can tell what else is in the file, such as where it was taken. Open it in a "
    "program for pictures, save it anew, and choose it again."
)


async def read_fields(
    call: Call, kind: Kind, stored: Piece | None, typed: Form
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The fields of a form, days with their years, the picture as where it is kept; and what is wrong with that."""
    values = {name: typed.get(name, "") for name in LABELS[kind]}
    today = call.now.astimezone(call.content.zone).date()
    # It is read again later, when the next such day may be another.
    values |= {name: with_year(values[name], today) for name in ("date", "until") if name in values}
    values |= {f"on.{on}": "yes" for on in ticked(typed, call.site.rooms)}
    if kind is not Kind.CARD:
        return values, []
    values["picture"] = stored.values.get("picture", "") if stored else ""
    if not (given := typed.get("picture", "")):
        return values, []
    data = _decoded(given)
    path = picture_path(data)
    if not path or len(data) > _LARGEST_PICTURE:
        return values, [("picture", _(_NO_PICTURE))]
    if without_trail(data) is None:
        return values, [("picture", _(_DAMAGED))]
    async with call.database.transaction() as tx:
        await tx.pieces.keep_picture(Picture(path=path, data=data, at=call.now))
    return {**values, "picture": path}, []


def _decoded(given: str) -> bytes:
    try:
        return base64.b64decode(given, validate=True)
    except binascii.Error:
        return b""
