"""`views.*`: forms that open over the conversation of the person who asked for them."""

from bot.emulators.slack.blocks import check_view
from bot.emulators.slack.workspace import APP, BOT, BOT_ID, TEAM, SlackError, Workspace
from bot.emulators.world import Json


def open_view(ws: Workspace, args: Json) -> Json:
    if not args.get("trigger_id"):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: trigger_id")
    check_view(args.get("view"), ws.files)
    user = ws.use_trigger(args["trigger_id"])
    view = args["view"] | _own_facts(ws.id("V"), ws)
    view["root_view_id"] = view["id"]
    ws.views[view["id"]], ws.view_owner[view["id"]] = view, user
    ws.world.accept(
        "slack",
        "modal",
        view["id"],
        BOT,
        text=view["title"]["text"],
        user=user,
        callback_id=view.get("callback_id", ""),
        inputs=[block["block_id"] for block in view["blocks"] if block["type"] == "input"],
    )
    return {"view": view}


def update(ws: Workspace, args: Json) -> Json:
    old = ws.views.get(args.get("view_id", ""))
    if old is None:
        raise SlackError("not_found")
    check_view(args.get("view"), ws.files)
    view = args["view"] | _own_facts(old["id"], ws) | {"root_view_id": old["root_view_id"]}
    ws.views[old["id"]] = view
    return {"view": view}


def _own_facts(id: str, ws: Workspace) -> Json:
    return {
        "id": id,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT_ID,
        "app_installed_team_id": TEAM,
        "state": {"values": {}},
        "hash": f"{int(ws.world.clock.now())}.{ws.world.next_id()}",
        "previous_view_id": None,
    }
