"""Makes and takes the links by which people sign in to the organisers' pages, for chat, command line and web alike."""

import secrets
from datetime import datetime

from bot.core.access import KEPT_FOR, LINK_LASTS, Link, Session, begun, fingerprint
from bot.ports import Transaction

PATH = "/pages/sign-in"


async def make_link(tx: Transaction, web_url: str, who: str, name: str, now: datetime) -> str:
    """The address at which a person can sign in: once, and within LINK_LASTS. Whether they may is for the caller."""
    token = secrets.token_urlsafe(32)
    await tx.access.forget(now - KEPT_FOR)
    await tx.access.add_link(Link(fingerprint=fingerprint(token), who=who, name=name, ends=now + LINK_LASTS))
    return f"{web_url}{PATH}?link={token}"


async def sign_in(tx: Transaction, link_token: str, device: str, now: datetime) -> tuple[str, Session] | None:
    """Use a link up. Returns the session's token, which is kept nowhere, and the session; None for a link that is
    used, too old or made up."""
    link = await tx.access.use_link(fingerprint(link_token), now)
    if link is None:
        return None
    token = secrets.token_urlsafe(32)
    session = begun(link, token, device, now)
    await tx.access.begin(session)
    await tx.audit.add(now, session.who, "sign in", detail=device)
    return token, session
