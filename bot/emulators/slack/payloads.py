"""What Slack tells an app, in the shapes of its own sample payloads."""

from bot.emulators.slack.workspace import APP, BOT, DOMAIN, PEOPLE, TEAM, Channel, Workspace
from bot.emulators.world import Json

COMMON: Json = {"token": "emulated", "team_id": TEAM, "api_app_id": APP}


def event(ws: Workspace, inner: Json) -> Json:
    """An Events API delivery. Each has an id of its own, also two about the same message."""
    return COMMON | {
        "type": "event_callback",
        "event": inner,
        "event_id": ws.id("Ev"),
        "event_time": int(ws.world.clock.now()),
        "event_context": f"4-{inner['type']}",
        "is_ext_shared_channel": False,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        ],
    }


def said(channel: Channel, message: Json) -> list[Json]:
    """The inner events for a message: `message`, and in a room `app_mention` too where the bot is named."""
    common = {"channel": channel.id, "event_ts": message["ts"]}
    events = [message | common | {"channel_type": "im" if channel.user else "channel"}]
    if not channel.user and f"<@{BOT}>" in message["text"]:
        events.append(message | common | {"type": "app_mention"})
    return events


def changed(channel: Channel, message: Json, before: Json, ts: str) -> Json:
    """The inner event for a message that its author changed."""
    return _hidden(channel, "message_changed", ts) | {"message": message, "previous_message": before}


def deleted(channel: Channel, message: Json, ts: str) -> Json:
    return _hidden(channel, "message_deleted", ts) | {"deleted_ts": message["ts"], "previous_message": message}


def _hidden(channel: Channel, subtype: str, ts: str) -> Json:
    kind = "im" if channel.user else "channel"
    common = {"channel": channel.id, "channel_type": kind, "hidden": True, "ts": ts, "event_ts": ts}
    return {"type": "message", "subtype": subtype} | common


def reaction_added(user: str, channel: Channel, message: Json, reaction: str, ts: str) -> Json:
    """The inner event: whose message it is, and not what it says."""
    item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    author = {"item_user": message["user"]} if "user" in message else {}
    return {"type": "reaction_added", "user": user, "item": item, "reaction": reaction, "event_ts": ts} | author


def slash_command(ws: Workspace, user: str, channel: Channel, command: str, text: str) -> Json:
    return COMMON | {
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user,
        "user_name": PEOPLE[user],
        "command": command,
        "text": text,
        "response_url": ws.response_url(user, channel.id),
        "trigger_id": ws.trigger(user),
        "is_enterprise_install": "false",
    }


def _interaction(ws: Workspace, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "token": "emulated",
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user, "username": PEOPLE[user], "name": PEOPLE[user], "team_id": TEAM},
        "trigger_id": ws.trigger(user),
    }


def block_actions(
    ws: Workspace, user: str, channel: Channel, message: Json, block: Json, button: Json, private: bool
) -> Json:
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": private}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    action: Json = {name: button[name] for name in ("type", "action_id", "text", "value") if name in button}
    action |= {"block_id": block.get("block_id", "emulated"), "action_ts": ws.ts()}
    return (
        _interaction(ws, "block_actions", user)
        | {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name},
            "response_url": ws.response_url(user, channel.id),
            "actions": [action],
        }
        | ({} if private else {"message": message})
    )


def shortcut(ws: Workspace, user: str, callback_id: str) -> Json:
    """One of the app's global shortcuts: it is pressed in no channel."""
    return _interaction(ws, "shortcut", user) | {"callback_id": callback_id, "action_ts": ws.ts()}


def message_action(ws: Workspace, user: str, callback_id: str, channel: Channel, message: Json) -> Json:
    """A shortcut in the menu of a message."""
    return _interaction(ws, "message_action", user) | {
        "callback_id": callback_id,
        "action_ts": ws.ts(),
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": message["ts"],
        "message": message,
        "response_url": ws.response_url(user, channel.id),
    }


def view_submission(ws: Workspace, user: str, view: Json, values: Json) -> Json:
    return _interaction(ws, "view_submission", user) | {
        "view": view | {"state": {"values": values}},
    }
