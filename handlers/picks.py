"""Carries what somebody said in one room of a chat into the others: if a host picks it, and its author agrees."""

from dataclasses import replace
from datetime import timedelta

from bot.context import Context
from bot.core.bodies import Text
from bot.core.content import Content
from bot.core.events import ButtonPressed, Command, Deleted, Event, Mention, Person, Platform
from bot.core.heard import HeardPost
from bot.core.outbox import new_post
from bot.core.picks import ACTION, PICKED_BY, Pick, carried, labels, listed, offered, others, read_pick
from bot.core.questions import direct
from bot.core.record.rooms import AFTER
from bot.core.steering import Stays
from bot.routing import Router, button
from bot.services.hosting import find_sheet
from bot.services.taking_down import take_down
from handlers.hosting import may_host, refuse
from handlers.say import say

router = Router()

_ASK, _AGREE, _DECLINE, _UNDO = "ask", "agree", "decline", "undo"
_WITHIN = timedelta(minutes=10)
"""What is carried over later than that has lost its thread."""


def asks_for_picks(event: Command | Mention, content: Content) -> bool:
    """Not on X: everybody would read it."""
    return event.place.platform is not Platform.X and content.command(event.text) == ("chat", "picks")


@router.on(Command, asks_for_picks)
@router.on(Mention, asks_for_picks)
async def show_posts(event: Command | Mention, ctx: Context) -> None:
    """The latest posts, each with a button that asks its author."""
    try:
        sheet = await find_sheet(ctx.tx, ctx.now, begun=True)
    except Stays as why:
        await _answer(event, ctx, Text(str(why)))
        return
    if not may_host(event, ctx, sheet):
        await refuse(event, ctx)
        return
    if not ctx.content.campaign.chat.picks:
        off = "Nothing is carried from room to room: `picks` under `chat` in content/campaign.yaml is not true."
        await _answer(event, ctx, Text(off))
        return
    found = list(enumerate(offered(await ctx.tx.heard.list(sheet.chat_id)), 1))
    lines = [listed(number, post) for number, post in found]
    picks = [(number, Pick(sheet.chat_id, post.platform, post.id)) for number, post in found]
    buttons = tuple(pick.button(f"Ask for {number}", _ASK) for number, pick in picks)
    head = "Whose words shall the other rooms read? The author is asked first." if lines else "Nobody has spoken yet."
    await _answer(event, ctx, Text("\n".join([head, *lines]), buttons=buttons))


@router.on(ButtonPressed, button(ACTION))
async def take_press(event: ButtonPressed, ctx: Context) -> None:
    read = read_pick(event.value)
    if read is None:
        await _answer(event, ctx, Text("This button is from another version of the bot."))
        return
    verb, pick = read
    heard = await ctx.tx.heard.list(pick.chat)
    post = next((one for one in heard if (one.platform, one.id) == (pick.platform, pick.post)), None)
    if post is None:
        await _answer(event, ctx, Text("It is not there any more: its author has deleted it, or a moderator hid it."))
    elif verb == _ASK:
        try:
            await _ask(event, ctx, pick, post)
        except Stays as why:
            await _answer(event, ctx, Text(str(why)))
    elif (event.place.platform, event.author.id) == (post.platform, post.author):
        await _settle(event, ctx, pick, post, verb)


async def _ask(event: ButtonPressed, ctx: Context, pick: Pick, post: HeardPost) -> None:
    """Once, however many hosts press."""
    sheet = await find_sheet(ctx.tx, ctx.now, pick.chat)
    if not may_host(event, ctx, sheet):
        await refuse(event, ctx)
        return
    room, key = ctx.rooms[post.platform], f"{pick.name}:ask"
    if await ctx.tx.outbox.get(key) is not None:
        await _answer(event, ctx, Text(f"{post.name or 'The author'} has been asked already."))
        return
    author = Person(post.platform, room.workspace, post.author, post.name)
    rooms = labels(others(ctx.rooms, post.platform))
    words = say(ctx.content.messages.chat_pick_ask, event, ctx.content, text=post.text, rooms=rooms)
    buttons = (pick.button("Yes, with my name", _AGREE), pick.button("No", _DECLINE))
    question = new_post(key, direct(room, author), Text(words, buttons=buttons), ctx.now, cut_off=ctx.now + _WITHIN)
    await ctx.send(author, question)
    await _note(event, ctx, pick, f"A post in {post.platform.label} is picked.")
    await _answer(event, ctx, Text(f"{post.name or 'The author'} is asked. It goes to {rooms} if they agree."))


async def _settle(event: ButtonPressed, ctx: Context, pick: Pick, post: HeardPost, verb: str) -> None:
    """What its author decided."""
    if verb == _UNDO:
        await take_back(ctx, pick)
        await _answer(event, ctx, Text("It is taken down in the other rooms."))
    elif verb == _AGREE and await _is_on(ctx, pick):
        await _carry(event, ctx, pick, post)
    else:
        over = "The chat is over, so it" if verb == _AGREE else "It"
        await _answer(event, ctx, Text(f"{over} stays where it is."))


async def _carry(event: ButtonPressed, ctx: Context, pick: Pick, post: HeardPost) -> None:
    """Once: a second press does nothing, also when it was taken down meanwhile."""
    rooms = others(ctx.rooms, post.platform)
    queued = [
        await ctx.post(
            new_post(
                pick.key(room),
                ctx.rooms[room],
                Text(carried(post, room, ctx.content)),
                ctx.now,
                cut_off=ctx.now + _WITHIN,
            )
        )
        for room in rooms
    ]
    if not any(queued):
        await _answer(event, ctx, Text("You have agreed to this already."))
        return
    await ctx.tx.ledger.remember(pick.note, pick.chat)
    theirs = _note_by(event.author, ctx)
    before = await ctx.tx.ledger.recall(theirs) or ""
    await ctx.tx.ledger.remember(theirs, f"{before}{pick.line}\n")
    await _note(event, ctx, pick, f"Its author agreed, so it goes to {labels(rooms)}.")
    words = f"Thank you. It goes to {labels(rooms)}, with your name."
    await _answer(event, ctx, Text(words, buttons=(pick.button("Take it down", _UNDO),)))


async def _is_on(ctx: Context, pick: Pick) -> bool:
    try:
        sheet = await find_sheet(ctx.tx, ctx.now, pick.chat)
    except Stays:
        return False
    return ctx.now < sheet.end + AFTER


async def follow_a_deletion(event: Deleted, ctx: Context) -> None:
    """What its author deletes in its own room goes from the others too."""
    deleted = Pick("", event.place.platform, event.message_id)
    if chat := await ctx.tx.ledger.recall(deleted.note):
        await take_back(ctx, replace(deleted, chat=chat))


async def take_all_back(person: Person, ctx: Context) -> None:
    """Who wants to hear no more of the bot, and not to be kept in the chat, is not to stand in its posts either."""
    theirs = _note_by(person, ctx)
    for line in (await ctx.tx.ledger.recall(theirs) or "").splitlines():
        chat, _, post = line.partition(" ")
        await take_back(ctx, Pick(chat, person.platform, post))
    await ctx.tx.ledger.forget(theirs)


async def take_back(ctx: Context, pick: Pick) -> None:
    for room in others(ctx.rooms, pick.platform):
        post = await ctx.tx.outbox.get(pick.key(room))
        if post is not None:
            await take_down(ctx.tx, post, ctx.now)
    await ctx.tx.ledger.forget(pick.note)


def _note_by(person: Person, ctx: Context) -> str:
    """For what somebody agreed to. It names nobody."""
    return ctx.pseudonyms.note(PICKED_BY, person)


async def _note(event: Event, ctx: Context, pick: Pick, said: str) -> None:
    await ctx.tx.audit.add(ctx.now, event.author.ref, "chat pick", f"chat:{pick.chat}", said, name=event.author.name)


async def _answer(event: Event, ctx: Context, body: Text) -> None:
    await ctx.reply(event, body, private=True, within=_WITHIN)
