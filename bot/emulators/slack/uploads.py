"""`files.*`: ask for an upload URL, send the bytes there, complete. Only completing with a channel shows it."""

import time

from aiohttp import web

from bot.emulators.slack.workspace import BOT, PROCESSING_SECONDS, File, SlackError, Workspace
from bot.emulators.world import Json


def get_url(ws: Workspace, args: Json) -> Json:
    if not args.get("filename") or not str(args.get("length", "")).isdigit():
        raise SlackError("invalid_arguments", "[ERROR] filename and length are required")
    file = File(ws.id("F"), args["filename"], args.get("alt_txt", ""))
    ws.files[file.id] = file
    return {"upload_url": f"{ws.world.base}/slack/upload/{file.id}", "file_id": file.id}


async def receive(ws: Workspace, request: web.Request) -> web.Response:
    """The upload URL. It needs no token: the URL is the permission."""
    file = ws.files.get(request.match_info["id"])
    if file is None or file.uploaded:
        return web.Response(status=404, text="not_found")
    file.content, file.uploaded = await request.read(), True
    return web.Response(text=f"OK - {len(file.content)}")


def complete(ws: Workspace, args: Json) -> Json:
    files = [_uploaded(ws, item) for item in args.get("files") or []]
    if not files:
        raise SlackError("invalid_arguments", "[ERROR] files is required")
    channel = ws.joined(args["channel_id"]) if args.get("channel_id") else None
    for file in files:
        file.ready_at = time.time() + PROCESSING_SECONDS
        if channel is not None:
            _share(ws, file, channel.id, args)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _uploaded(ws: Workspace, item: Json) -> File:
    file = ws.files.get(item.get("id", ""))
    if file is None or not file.uploaded:
        raise SlackError("file_not_found")
    file.title = item.get("title", file.name)
    return file


def _share(ws: Workspace, file: File, channel: str, args: Json) -> None:
    message = {
        "type": "message",
        "subtype": "file_share",
        "user": BOT,
        "text": args.get("initial_comment") or "",
        "ts": ws.ts(),
        "files": [{"id": file.id, "name": file.name, "title": file.title}],
    }
    ws.channels[channel].messages.append(message)
    ws.shared.append({"id": file.id, "channel": channel})
    ws.world.accept(
        "slack", "file", file.id, BOT, channel=channel, text=message["text"], name=file.name, size=len(file.content)
    )


def info(ws: Workspace, args: Json) -> Json:
    file = ws.files.get(args.get("file", ""))
    if file is None:
        raise SlackError("file_not_found")
    return {
        "file": {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype,
            "size": len(file.content),
            "alt_txt": file.alt,
            "user": BOT,
        }
    }
