"""People at the emulated Slack and Teams: they read what the bot wrote, press its buttons and fill in its forms."""

import uuid
from typing import Any

from bot.demo.session import Session, eventually, slack_form

TENANT = uuid.UUID("7f3a1c52-5d0e-4b8e-9c55-0c6f0d1e2a34")

Json = dict[str, Any]


def colleague(name: str) -> tuple[str, str]:
    """Somebody of the emulated world, on Slack and on Teams."""
    return f"slack:T0CAMPAIGN/U0{name.upper()}", f"teams:{TENANT}/{uuid.uuid5(TENANT, name)}"


async def slack_message(here: Session, channel: str, words: str) -> Json:
    """The message of the bot with these words, once it is there. `channel` may be a person's direct message."""

    async def look() -> Json | None:
        messages = await here.world.get("/slack/messages", channel=channel)
        found = (one for one in messages if words in one["text"] and one["user"] == "U0ANTIPHON")
        return next(({**one, "channel": channel} for one in found), None)

    return await eventually(look, f"{words!r} is in {channel}")


async def slack_press(here: Session, user: str, message: Json, action: str) -> None:
    channel = message["channel"]
    await here.world.post("/slack/actions", user=user, channel=channel, ts=message["ts"], action_id=action)


async def slack_fill_in(here: Session, user: str, message: Json, action: str, **values: str) -> None:
    """Press a button, and fill in the form that it opens."""
    view = await slack_form(here.world, user, lambda: slack_press(here, user, message, action))
    await here.world.post("/slack/submissions", user=user, view_id=view["id"], values=values)


async def teams_card(here: Session, user: str, words: str) -> Json:
    """The card with these words in somebody's chat with the bot; the campaign's channel for no user."""
    place = {"conversation": "personal", "user": user} if user else {"conversation": "19:campaign@thread.tacv2"}

    async def look() -> Json | None:
        messages = await here.world.get("/teams/messages", **place)
        return next((one for one in messages if words in str(one) and one["from"] == "Antiphon"), None)

    return await eventually(look, f"{words!r} is in the chat of {user or 'all'}")


async def teams_submit(
    here: Session, user: str, card: Json, title: str = "", where: str = "personal", **data: str
) -> None:
    await here.world.post(
        "/teams/submits", user=user, conversation=where, activity_id=card["id"], action=title, data=data
    )
