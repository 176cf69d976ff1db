"""`antiphon login-link`, `sessions` and `sign-out`: who comes to the organisers' pages, and how to keep them out."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import load_content, read_settings, tell, with_zone
from bot.core.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.adapters.db import SqlDatabase
    from bot.config import Settings

app = typer.Typer()


@app.command("login-link")
def login_link(
    person: Annotated[str, typer.Argument(help="As the settings or a chat name them: slack:T…/U…, web:maria …")],
) -> None:
    """Print a link by which somebody signs in to the organisers' pages: once, within 15 minutes."""
    settings = read_settings()
    leads = any(person in chat.lead_ids for chat in load_content(settings.content_dir).chats.values())
    if not (leads or settings.roles.held(person)):
        _see_to_groups(settings, person)
    tell(with_zone(lambda database, zone, now: _link(database, zone, now, settings.pages_url, person)))


def _see_to_groups(settings: "Settings", person: str) -> None:
    """Raises Problem for somebody who is in no user group with a role either, as far as Slack tells."""
    from bot.platforms import roles_now

    roles, trouble = asyncio.run(roles_now(settings))
    if roles.held(person):
        return
    if trouble:
        raise Problem(f"{person} may be in a user group with a role, but that cannot be seen now. {trouble}")
    raise Problem(
        f"{person} is neither an organiser nor a moderator, and leads no chat, so there is no link for them. Add "
        f"them to ORGANISERS or MODERATORS (web:NAME for somebody on neither Slack nor Teams) and restart the bot, "
        f"or to the lead_ids of their chat."
    )


async def _link(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime", address: str, person: str) -> str:
    from bot.core.access import LINK_LASTS
    from bot.core.audit import COMMAND_LINE
    from bot.core.dates import when_words
    from bot.services.signing_in import make_link

    async with database.transaction() as tx:
        link = await make_link(tx, address, person, person.rpartition("/")[2].removeprefix("web:"), now)
        await tx.audit.add(now, COMMAND_LINE, "login-link", whom=person)
    until = when_words(now + LINK_LASTS, zone)
    return f"{link}\nIt works once, until {until}. Whoever opens it is signed in as {person}."


@app.command()
def sessions(
    person: Annotated[
        str | None, typer.Argument(help="Whose: slack:T…/U…, web:maria …; without it, everybody's.")
    ] = None,
) -> None:
    """List who is signed in to the organisers' pages, where, and with which passkeys they can."""
    tell("\n".join(with_zone(lambda database, zone, now: _sessions(database, zone, now, person))))


async def _sessions(database: "SqlDatabase", zone: "ZoneInfo", now: "datetime", person: str | None) -> "Sequence[str]":
    from bot.core.dates import when_words

    async with database.transaction() as tx:
        begun, keys = await tx.access.sessions(person, now), await tx.access.passkeys(person)
    lines = [
        f"{each.who}: signed in, {each.device}, since {when_words(each.began, zone)}, "
        f"last used about {when_words(each.used, zone)}, until {when_words(each.ends, zone)}"
        for each in begun
    ]
    lines += [
        f"{each.who}: passkey, {each.device}, added {when_words(each.added, zone)}, "
        f"last used {when_words(each.used, zone)}"
        for each in keys
    ]
    return lines or ["Nobody is signed in, and there is no passkey." if person is None else f"Nothing of {person}."]


@app.command("sign-out")
def sign_out(
    person: Annotated[str, typer.Argument(help="Who: slack:T…/U…, teams:TENANT/…, web:maria …")],
    passkeys: Annotated[bool, typer.Option("--passkeys", help="Take their passkeys away, too.")] = False,
) -> None:
    """Sign somebody out of the organisers' pages on all their devices, as when one was lost."""
    tell(with_zone(lambda database, _, now: _sign_out(database, now, person, passkeys=passkeys)))


async def _sign_out(database: "SqlDatabase", now: "datetime", person: str, *, passkeys: bool) -> str:
    from bot.core.audit import COMMAND_LINE

    async with database.transaction() as tx:
        ended, keys = await tx.access.end(person), await tx.access.passkeys(person)
        for key in keys if passkeys else ():
            await tx.access.remove_passkey(person, key.id)
        if not (ended or keys):
            raise Problem(
                f"{person} is signed in nowhere and has no passkey. `antiphon sessions` lists who is and has."
            )
        await tx.audit.add(now, COMMAND_LINE, "sign out", detail="with passkeys" if passkeys else "", whom=person)
    became = "taken away" if passkeys else "left"
    done = f"{person} is signed out. Sessions ended: {ended}. Passkeys {became}: {len(keys)}."
    return f"{done} To keep them out, take them out of the settings and restart the bot."
