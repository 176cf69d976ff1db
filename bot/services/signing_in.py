"""Makes and takes the links by which people sign in to the organisers' pages, for chat, command line and web alike."""

import secrets
from datetime import datetime

from bot.core.access import ATTEMPT_LASTS, KEPT_FOR, LINK_LASTS, Attempt, Link, Session, begun, fingerprint
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
    return await begin_session(tx, link.who, link.name, device, now) if link else None


async def begin_session(
    tx: Transaction, who: str, name: str, device: str, now: datetime, by: str = ""
) -> tuple[str, Session]:
    """For somebody of whom it is certain who they are. `by` is what made it so, where that was no link."""
    token = secrets.token_urlsafe(32)
    session = begun(who, name, token, device, now)
    await tx.access.begin(session)
    await tx.audit.add(now, who, "sign in", detail=f"{device}, by {by}" if by else device)
    return token, session


async def begin_attempt(tx: Transaction, way: str, now: datetime) -> str:
    """The secret of a new attempt to sign in, which goes into the browser's cookie and nowhere else."""
    secret = secrets.token_urlsafe(32)
    await tx.access.add_attempt(Attempt(fingerprint=fingerprint(secret), way=way, ends=now + ATTEMPT_LASTS), now)
    return secret


async def use_attempt(tx: Transaction, secret: str, way: str, now: datetime) -> bool:
    """Whether this is an attempt of that way and in time. It cannot be used again, whatever comes of it."""
    attempt = await tx.access.use_attempt(fingerprint(secret), now) if secret else None
    return attempt is not None and attempt.way == way
