"""Nobody but moderators reads feedback: by no command, on no surface or platform, in no page, log or error text."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.adapters.db import open_database
from bot.context import Context
from bot.core.bodies import File, Text
from bot.core.discretion import failure_words
from bot.core.events import ButtonPressed, FormSubmitted, Mention, Platform
from bot.core.feedback import Feedback, Source, filled_in
from bot.core.outbox import Post, State, new_post
from bot.core.pseudonyms import Pseudonyms
from bot.routing import Router, joined
from bot.runtime import logs
from bot.runtime.dispatcher import GIVE_UP_AFTER, Dispatcher
from bot.services.said_done import tell_done
from bot.web.pages.app import ROUTES
from handlers import ROUTERS
from tests.fakes import FakeClock, FakeDatabase
from tests.handlers.desk import HOME, WORKSPACE, Desk
from tests.runtime.support import context_at
from tests.samples import sample_content
from tests.web.pages.reader import NOW, OLIVE, ROLES, World

FEEDBACK = "Xylophones were too loud for me"
TELLING = "too loud for me"
"""Stands in no question that is asked here: where it is said, it was read."""
READERS = {"moderator", "admin"}
AT_HOME = ["member", "guest", "organiser", "moderator", "admin"]
ELSEWHERE = ["organiser", "moderator", "admin"]
"""The same ids in a workspace that is not the campaign's."""
SURFACES = ("command", "mention", "direct", "press", "submit")
CONTENT = sample_content()
ASKED = [
    "",
    " 1",
    " export",
    " export 2026",
    " show 1",
    " list",
    " list new",
    " status 1 read",
    " tag 1 loud",
    " assign 1 wales",
    " delete 1",
    " loud xylophones",
    " with personal data",
]
QUIET = {"stop"}
"""After it the bot says nothing any more."""


def words() -> Iterator[str]:
    """Every command, also those that are added later, with whatever may follow it."""
    names: dict[str, tuple[str, ...]] = CONTENT.campaign.commands.model_dump()
    yield from (f"{names[name][0]}{more}" for name, more in product(sorted(names.keys() - QUIET), ASKED))
    yield from (
        "feedback delete 1",
        "show feedback 1",
        "search loud xylophones",
        "what did people say about xylophones?",
        "1",
    )


def named(kind: type) -> list[str]:
    """The actions of all buttons, or the names of all forms, that a handler takes."""
    filters = [wants for route in joined(ROUTERS).routes if route.event is kind for wants in route.filters]
    return [str(cell.cell_contents) for wants in filters for cell in getattr(wants, "__closure__", None) or ()]


async def try_everything(desk: Desk, surface: str, who: str) -> None:
    match surface:
        case "command" | "mention":
            for said in words():
                await getattr(desk, surface)(said, who=who)
        case "direct":
            for said in words():
                event = Mention(**desk.new(who), text=said, message_id="1")  # type: ignore[arg-type]
                await desk.send(replace(event, place=replace(event.place, channel=f"D{who}", direct=True)))
        case "press":
            for action, value in product(named(ButtonPressed), ("", "1", "export", "feedback")):
                await desk.press(action, value, who=who)
        case "submit":
            for form, value in product(named(FormSubmitted), ("1", "export")):
                await desk.submit(form, who=who, text=value, number=value, answer=value)


def read_by(desk: Desk) -> list[Post]:
    return [post for post in desk.database.kept.outbox.rows.values() if TELLING in str(post)]


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize(("who", "elsewhere"), [*product(AT_HOME, [False]), *product(ELSEWHERE, [True])])
async def test_nobody_but_moderators_reads_feedback(
    who: str, elsewhere: bool, surface: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(platform, CONTENT)
    await desk.mention(f"feedback {FEEDBACK}", who="somebody")
    if elsewhere:
        monkeypatch.setitem(WORKSPACE, platform, "another")
    await try_everything(desk, surface, who)
    told = read_by(desk)
    # To the moderator alone, in the campaign's own workspace, and on X nothing at all.
    assert all(post.place.direct for post in told), told
    assert {(post.place.workspace, post.place.channel) for post in told} <= {(HOME[platform], who)}
    reads = who in READERS and not elsewhere and platform is not Platform.X
    assert bool(told) is (reads and surface != "submit")
    assert any(one.text == FEEDBACK for one in desk.database.kept.feedback.rows_by_key.values()), "not theirs to delete"


async def test_no_page_shows_feedback_to_an_organiser() -> None:
    ada = "slack:T0CAMPAIGN/UADA"
    world = World(roles=replace(ROLES, admins=frozenset({ada})))
    async with world.database.transaction() as tx:
        said = [f"feedback {FEEDBACK}", f"answer 1 {FEEDBACK}", FEEDBACK]
        events = [Mention(**Desk().new("somebody"), text=text, message_id="1") for text in said]  # type: ignore[arg-type]
        for number, event in enumerate(events):
            author = replace(event.author, name="Zoë Somebody")
            await tx.inbox.add(replace(event, key=f"event {number}", author=author))
            await tx.inbox.failed(f"event {number}", "it broke", 1)
        event = events[0]
        await tx.feedback.add(feedback := replace(_kept(event), number=1))
        direct = replace(event.place, direct=True)
        file = new_post("slack:T0:Ev2:export", direct, File("f.csv", feedback.text, "Here it is."), NOW)
        asked = new_post("noted:1:ask", event.place, Text(FEEDBACK), NOW, private_to="USOMEBODY")
        await tell_done(tx, feedback, "Turned down", world.content, ada, "ev1", NOW, Pseudonyms())
        for post, state in ((file, State.DEAD), (asked, State.HELD), (replace(asked, key="noted:2:ask"), State.MISSED)):
            await tx.outbox.add(replace(post, state=state, reason="refused"))
        keys = [post.key for post in await tx.outbox.list()]
    shown = {who: await _every_page(world, who, keys) for who in (OLIVE, ada)}
    assert "For one person alone: moderators can read it." in shown[OLIVE]
    assert TELLING not in shown[OLIVE]
    assert "USOMEBODY" not in shown[OLIVE]
    assert "Zoë Somebody" not in shown[OLIVE]
    assert {TELLING in shown[ada], "Zoë Somebody" in shown[ada]} == {True}


async def _every_page(world: World, who: str, keys: list[str]) -> str:
    reader = await world.signed_in(who)
    paths = [f"/pages{route.path.replace('{key}', 'none')}" for route in ROUTES]
    paths += [f"/pages/outbox/post?key={quote(key)}" for key in keys]
    paths += [f"/pages/outbox?state={state}" for state in State]
    return "\n".join([await reader.open(path) for path in paths])


def _kept(event: Mention) -> Feedback:
    return filled_in({"text": FEEDBACK}, key=event.key, at=NOW, source=Source.SLACK, author=event.author)


@pytest.mark.parametrize("chained", [False, True])
async def test_a_failure_that_quotes_feedback_is_told_and_logged_without_it(
    chained: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(event: Mention, ctx: Context) -> None:
        await ctx.reply(event, event.text)
        try:
            int(event.text)
        except ValueError as error:
            raise (RuntimeError("no number") if chained else error) from error

    router, database, clock = Router(), FakeDatabase(), FakeClock()
    router.on(Mention)(fails)
    logs.configure("debug", ())
    dispatcher = Dispatcher(database, router, context_at(clock), clock, lambda: None)
    await dispatcher.receive(Mention(**Desk().new("somebody"), text=f"feedback {FEEDBACK}", message_id="1"))  # type: ignore[arg-type]
    for _ in range(GIVE_UP_AFTER):
        await dispatcher.drain()
    ((_, reason),) = await database.kept.inbox.set_aside()
    logged = capsys.readouterr().err
    assert "event failed" in logged
    assert "in fails" in logged, "where it failed is still told"
    assert TELLING not in logged + reason + str(database.kept.outbox.rows)


def test_a_failure_that_quotes_nobody_keeps_its_words() -> None:
    event = Mention(**Desk().new("somebody"), text="too fast", message_id="1")  # type: ignore[arg-type]
    assert failure_words(KeyError("room"), event)[0] == "KeyError: 'room'"
    assert "too fast" not in failure_words(ValueError("cannot read 'too fast'"), event)[0]
    assert failure_words(ValueError("cannot read 'hi'"), replace(event, text="hi"))[0] == "ValueError: cannot read 'hi'"


async def test_what_a_database_refuses_does_not_stand_in_its_error(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    await database.migrate()
    with pytest.raises(DBAPIError) as refused:
        async with database.transaction() as tx:
            insert = text("INSERT INTO feedback (number, text) VALUES (1, :text)")
            await tx.feedback._connection.execute(insert, {"text": FEEDBACK})
    assert TELLING not in str(refused.value)
    await database.close()
