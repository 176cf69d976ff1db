"""`chat.*`, and answers to response URLs."""

import json
import time

from bot.emulators.slack.blocks import check_blocks
from bot.emulators.slack.workspace import BOT, BOT_ID, RESPONSE_USES, Channel, SlackError, Workspace
from bot.emulators.world import Json

LONGEST_TEXT = 40_000
LONGEST_METADATA = 16_000
CUSTOMISED = ("username", "icon_url", "icon_emoji")


def _checked(ws: Workspace, args: Json) -> None:
    text, blocks = args.get("text") or "", args.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    check_blocks(blocks, ws.files)


def _metadata(args: Json) -> Json:
    metadata: Json = args.get("metadata") or {}
    if metadata and not ({"event_type", "event_payload"} <= set(metadata)):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > LONGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _thread(channel: Channel, args: Json) -> str:
    """The thread's first message. Slack takes any message of the thread for it."""
    ts = args.get("thread_ts") or ""
    if not ts:
        return ""
    try:
        return str(channel.message(ts).get("thread_ts", ts))
    except SlackError:
        raise SlackError("thread_not_found") from None


def post(ws: Workspace, args: Json) -> Json:
    if any(args.get(name) for name in CUSTOMISED):
        raise SlackError("missing_scope", needed="chat:write.customize")
    channel = ws.joined(args.get("channel", ""))
    _checked(ws, args)
    metadata, thread = _metadata(args), _thread(channel, args)
    ws.count(channel)
    message = ws.say(
        channel, BOT, args.get("text") or "", blocks=args.get("blocks"), metadata=metadata, thread_ts=thread
    )
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def post_ephemeral(ws: Workspace, args: Json) -> Json:
    channel = ws.joined(args.get("channel", ""))
    user = args.get("user", "")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    _checked(ws, args)
    message = ws.whisper(channel.id, user, args.get("text") or "", args.get("blocks"), "ephemeral")
    return {"message_ts": message["ts"]}


def update(ws: Workspace, args: Json) -> Json:
    channel, message = _own(ws, args, "cant_update_message")
    _checked(ws, args)
    changes: Json = {name: args[name] for name in ("text", "blocks", "metadata") if name in args}
    message.update(changes, edited={"user": BOT, "ts": ws.ts()})
    ws.world.accept("slack", "update", message["ts"], BOT, channel=channel.id, text=message["text"])
    shown = {name: value for name, value in message.items() if name not in ("ts", "thread_ts")}
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": shown}


def delete(ws: Workspace, args: Json) -> Json:
    channel, message = _own(ws, args, "cant_delete_message")
    channel.messages.remove(message)
    ws.world.accept("slack", "delete", message["ts"], BOT, channel=channel.id)
    return {"channel": channel.id, "ts": message["ts"]}


def _own(ws: Workspace, args: Json, otherwise: str) -> tuple[Channel, Json]:
    channel = ws.channel(args.get("channel", ""))
    message = channel.message(args.get("ts", ""))
    if message.get("bot_id") != BOT_ID:
        raise SlackError(otherwise)
    return channel, message


def respond(ws: Workspace, id: str, args: Json) -> None:
    """An answer to something that a person did: to them alone unless `response_type` says `in_channel`."""
    link = ws.response_urls.get(id)
    if link is None or time.time() > link.until:
        raise SlackError("expired_url")
    if link.uses >= RESPONSE_USES:
        raise SlackError("used_url")
    _checked(ws, args)
    link.uses += 1
    if args.get("response_type") == "in_channel":
        ws.say(ws.channel(link.channel), BOT, args.get("text") or "", blocks=args.get("blocks"))
    else:
        ws.whisper(link.channel, link.user, args.get("text") or "", args.get("blocks"), "response")
