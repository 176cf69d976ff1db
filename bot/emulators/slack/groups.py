"""`usergroups.users.list`: who is in a user group."""

from bot.emulators.slack.workspace import RateLimitedError, SlackError, Workspace
from bot.emulators.world import Json

_A_MINUTE = 20
"""Tier 2 of Slack's limits allows so many calls a minute and more: the emulator takes it at its word."""


def members(ws: Workspace, args: Json) -> Json:
    if not args.get("usergroup"):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: usergroup")
    _count(ws)
    group = ws.groups.get(args["usergroup"])
    if group is None or (group.disabled and str(args.get("include_disabled", "")).lower() not in ("1", "true")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _count(ws: Workspace) -> None:
    now = ws.world.clock.now()
    ws.group_calls = [at for at in ws.group_calls if now - 60 < at <= now]
    if len(ws.group_calls) >= _A_MINUTE:
        raise RateLimitedError(60)
    ws.group_calls.append(now)
