"""`antiphon login-link`: a way to the organisers' pages for somebody who cannot ask for it in Slack or Teams."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import load_content, read_settings, with_zone
from bot.core.problems import Problem

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.adapters.db import SqlDatabase

app = typer.Typer()


@app.command("login-link")
def login_link(
    person: Annotated[str, typer.Argument(help="As the settings or a chat name them: slack:T…/U…, web:maria …")],
) -> None:
    """Print a link by which somebody signs in to the organisers' pages: once, within 15 minutes."""
    settings = read_settings()
    leads = any(person in chat.lead_ids for chat in load_content(settings.content_dir).chats.values())
    if not (leads or settings.roles.held(person)):
        raise Problem(
            f"{person} is neither an organiser nor a moderator, and leads no chat, so there is no link for them. Add "
            f"them to ORGANISERS or MODERATORS (web:NAME for somebody on neither Slack nor Teams) and restart the bot, "
            f"or to the lead_ids of their chat."
        )
    print(with_zone(lambda database, zone, now: _link(database, zone, now, settings.pages_url, person)))


async def _link(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime", address: str, person: str) -> str:
    from bot.core.access import LINK_LASTS
    from bot.core.audit import COMMAND_LINE
    from bot.core.dates import when_words
    from bot.services.signing_in import make_link

    async with database.transaction() as tx:
        link = await make_link(tx, address, person, person.rpartition("/")[2].removeprefix("web:"), now)
        await tx.audit.add(now, COMMAND_LINE, "login-link", person)
    until = when_words(now + LINK_LASTS, zone)
    return f"{link}\nIt works once, until {until}. Whoever opens it is signed in as {person}."
