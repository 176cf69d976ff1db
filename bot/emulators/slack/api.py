"""Slack's Web API: `/api/<method>`, form or JSON bodies, `{"ok": …}` answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.emulators.slack import conversations, groups, messages, uploads, views
from bot.emulators.slack.workspace import (
    APP,
    APP_TOKEN,
    BOT,
    BOT_ID,
    BOT_TOKEN,
    DOMAIN,
    PEOPLE,
    TEAM,
    RateLimitedError,
    SlackError,
    Workspace,
)
from bot.emulators.world import Json

GRANTED = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:read,files:write,im:history,im:read,"
    "im:write,reactions:read,usergroups:read,users:read"
)
NOT_GRANTED = {
    "conversations.create": "channels:manage",
    "conversations.join": "channels:join",
    "pins.add": "pins:write",
    "reactions.add": "reactions:write",
    "users.profile.set": "users.profile:write",
}
"""Methods that exist but that this app may not use, with the scope they want."""
FORM_ONLY = (
    "files.",
    "conversations.history",
    "conversations.replies",
    "conversations.info",
    "users.info",
    "usergroups.",
)
"""Methods that take no JSON body."""
ENCODED = ("blocks", "metadata", "view", "files")
"""Arguments that a form carries as JSON."""


def auth_test(_: Workspace, __: Json) -> Json:
    return {
        "url": f"https://{DOMAIN}.slack.com/",
        "team": "Campaign",
        "user": "antiphon",
        "team_id": TEAM,
        "user_id": BOT,
        "bot_id": BOT_ID,
        "app_id": APP,
        "is_enterprise_install": False,
    }


def connections_open(ws: Workspace, _: Json) -> Json:
    ticket = ws.id("ticket")
    ws.tickets.add(ticket)
    return {"url": f"{ws.world.base.replace('http', 'ws', 1)}/slack/link/?ticket={ticket}&app_id={APP}"}


def users_info(_: Workspace, args: Json) -> Json:
    user = args.get("user", "")
    if user not in PEOPLE and user != BOT:
        raise SlackError("user_not_found")
    name = PEOPLE.get(user, "antiphon")
    profile = {"real_name": name.title(), "display_name": name}
    return {"user": {"id": user, "team_id": TEAM, "name": name, "is_bot": user == BOT, "profile": profile}}


@dataclass(frozen=True)
class Method:
    answer: Callable[[Workspace, Json], Json]
    token: str = BOT_TOKEN


METHODS = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, APP_TOKEN),
    "users.info": Method(users_info),
    "chat.postMessage": Method(messages.post),
    "chat.postEphemeral": Method(messages.post_ephemeral),
    "chat.update": Method(messages.update),
    "chat.delete": Method(messages.delete),
    "conversations.history": Method(conversations.history),
    "conversations.replies": Method(conversations.replies),
    "conversations.open": Method(conversations.open_direct),
    "conversations.info": Method(conversations.info),
    "views.open": Method(views.open_view),
    "views.update": Method(views.update),
    "files.getUploadURLExternal": Method(uploads.get_url),
    "files.completeUploadExternal": Method(uploads.complete),
    "files.info": Method(uploads.info),
    "usergroups.users.list": Method(groups.members),
}


async def answer(ws: Workspace, request: web.Request) -> web.Response:
    name = request.match_info["method"]
    headers = {"X-OAuth-Scopes": GRANTED}
    try:
        args = await _arguments(name, request)
        method = _method(name, _token(request, args))
        return web.json_response({"ok": True} | method.answer(ws, args), headers=headers)
    except RateLimitedError as limit:
        headers["Retry-After"] = str(limit.seconds)
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    except SlackError as error:
        return web.json_response(failure(error), headers=headers)


def failure(error: SlackError) -> Json:
    body: Json = {"ok": False, "error": error.code} | error.more
    if error.messages:
        body["response_metadata"] = {"messages": list(error.messages)}
    return body


def _token(request: web.Request, args: Json) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    field = str(args.pop("token", ""))
    return token if kind == "Bearer" else field


def _method(name: str, token: str) -> Method:
    if not token:
        raise SlackError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    if name in NOT_GRANTED:
        raise SlackError("missing_scope", needed=NOT_GRANTED[name], provided=GRANTED)
    if name not in METHODS:
        raise SlackError("unknown_method")
    if METHODS[name].token != token:
        raise SlackError("not_allowed_token_type")
    return METHODS[name]


async def _arguments(name: str, request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        if not name.startswith(FORM_ONLY):
            args |= _decoded(await request.text() or "{}", dict, "invalid_json")
    else:
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    for key in ENCODED:
        if isinstance(args.get(key), str):
            args[key] = _decoded(args[key], (dict, list), f"invalid_{key}")
    return args


def _decoded(text: str, kind: type | tuple[type, ...], error: str) -> Json:
    try:
        value: Json = json.loads(text)
    except ValueError:
        raise SlackError(error) from None
    if not isinstance(value, kind):
        raise SlackError(error)
    return value
