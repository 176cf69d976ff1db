"""`conversations.*`: what was said, and direct messages."""

from bot.emulators.slack.workspace import BOT, PEOPLE, SlackError, Workspace
from bot.emulators.world import Json


def info(ws: Workspace, args: Json) -> Json:
    channel = ws.channel(args.get("channel", ""))
    about: Json = {"id": channel.id, "is_im": bool(channel.user), "is_archived": False}
    if channel.user:
        return {"channel": about | {"user": channel.user}}
    return {"channel": about | {"name": channel.name, "is_channel": True, "is_member": BOT in channel.members}}


def open_direct(ws: Workspace, args: Json) -> Json:
    if args.get("users", "") not in PEOPLE:
        raise SlackError("user_not_found")
    return {"channel": {"id": ws.channel(args["users"]).id}}


def history(ws: Workspace, args: Json) -> Json:
    """Newest first, without the answers inside threads."""
    channel = ws.joined(args.get("channel", ""))
    shown = [message for message in channel.messages if message.get("thread_ts", message["ts"]) == message["ts"]]
    return _page(sorted(_between(ws, shown, args), key=lambda message: float(message["ts"]), reverse=True), args)


def replies(ws: Workspace, args: Json) -> Json:
    """A thread, oldest first, with the message that it began with."""
    channel = ws.joined(args.get("channel", ""))
    first = channel.message(args.get("ts", ""))
    thread = [message for message in channel.messages if message.get("thread_ts") == first["ts"]]
    return _page([first, *_between(ws, thread, args)], args)


def _between(ws: Workspace, messages: list[Json], args: Json) -> list[Json]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    shown_until = ws.world.shown_until("slack")
    return [m for m in messages if oldest < float(m["ts"]) < latest and float(m["ts"]) <= shown_until]


def _page(messages: list[Json], args: Json) -> Json:
    start, limit = int(args.get("cursor") or 0), min(int(args.get("limit") or 100), 999)
    page = [_shown(message, args) for message in messages[start : start + limit]]
    more = start + limit < len(messages)
    cursor = str(start + limit) if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _shown(message: Json, args: Json) -> Json:
    if str(args.get("include_all_metadata", "")).lower() in ("1", "true"):
        return message
    return {name: value for name, value in message.items() if name != "metadata"}
