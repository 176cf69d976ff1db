"""The story of the demo: what people do in a campaign's month, and what the platforms' ledgers must show then.

People act on the emulated platforms, and the ledgers judge: the bot is never asked whether it did well.
"""

import csv
import io
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.adapters.yaml_content import load
from bot.core.events import Platform
from bot.core.outbox import FINAL, Post
from bot.demo.process import Process
from bot.demo.session import eventually, session, slack_form
from bot.demo.tale import Tale, plot_of, require, said
from bot.demo.world import Json

QUESTION = "how cna i get involvd"
SAID = {
    Platform.X: "please post earlier in the day",
    Platform.SLACK: "The cards are a great way into a conversation",
    Platform.TEAMS: "More for library students, please",
}
BOT_ON_X = "@AntiphonBot"
BOT_IN_SLACK = "<@U0ANTIPHON>"
CHAT_IN_SLACK = "C0CHAT"
_SPEED = 120

Step = Callable[[Tale], Awaitable[str]]
STEPS: list[tuple[str, Step]] = []


def step(title: str) -> Callable[[Step], Step]:
    """Declare the story's next step. It is judged by what the platforms accept from its beginning on."""

    def declare(play: Step) -> Step:
        async def from_here(tale: Tale) -> str:
            return await play(replace(tale, mark=len(await tale.world.ledger())))

        STEPS.append((title, from_here))
        return play

    return declare


@step("Key actions")
async def key_action(tale: Tale) -> str:
    first = tale.plot.actions[0]
    await tale.until(first.due)
    await tale.everywhere(first)
    return f"the month's first key action is on X, Slack and Teams: {first.title}"


@step("A question")
async def misspelt_question(tale: Tale) -> str:
    answer = next(entry for entry in tale.content.faq if entry.id == "get-involved")
    words, short = answer.answer[:30], answer.short[:30]
    asked = await tale.world.post("/x/posts", by="StudentSam", text=f"{BOT_ON_X} {QUESTION}")
    await tale.world.post("/slack/messages", user="U0MEMBER", channel=CHAT_IN_SLACK, text=f"{BOT_IN_SLACK} {QUESTION}")
    await tale.world.post("/teams/messages", user="member", conversation="personal", text=QUESTION)
    await tale.accepted(
        "the question on X is answered",
        lambda row: row["action"] == "reply" and row["more"].get("in_reply_to") == asked["id"] and short in row["text"],
    )
    for platform in ("slack", "teams"):
        await tale.accepted(
            f"the question in {platform} is answered",
            lambda row, platform=platform: row["platform"] == platform and words in said(row),  # type: ignore[misc]
        )
    return f"“{QUESTION}” is answered right on X, Slack and Teams"


@step("Not summoned")
async def unsummoned(tale: Tale) -> str:
    seen = await tale.world.post("/x/posts", by="LibrarianLena", text="Busy day at the library desk #AMillionDecisions")
    later = await tale.world.post("/x/posts", by="LibrarianLena", text=f"{BOT_ON_X} help")
    await tale.accepted("a later mention is answered", lambda row: row["more"].get("in_reply_to") == later["id"])
    replies = [row for row in await tale.world.ledger() if row["more"].get("in_reply_to") == seen["id"]]
    require(not replies, "a post that only carries the hashtag is not answered")
    return "a post that only carries the hashtag is left alone: on X the bot answers only who asks it"


@step("A card")
async def new_card(tale: Tale) -> str:
    [account, *_] = tale.content.campaign.watch.accounts
    card = await tale.world.post(
        "/x/posts",
        by=account,
        text=f"A new card for {tale.content.campaign.hashtag}",
        alt="Card: ask your health librarian before you decide",
    )
    await tale.accepted("the card is reposted", lambda row: row["more"].get("repost_of") == card["id"])
    for _ in range(4):
        await _see_cards_again(tale, card["id"])
    reposts = [row for row in await tale.world.ledger() if row["more"].get("repost_of") == card["id"]]
    require(len(reposts) == 1, f"the card is reposted once, not {len(reposts)} times")
    return "a new card is reposted once, though the bot sees it five times"


async def _see_cards_again(tale: Tale, card: str) -> None:
    """Take the card watch's cursor back, until the search has found the card once more."""
    before = len(await tale.world.get("/exchanges"))

    async def found() -> bool:
        # The listener may be writing its own cursor at this moment, so it is taken back at every look.
        async with tale.here.bot.database.transaction() as tx:
            await tx.ledger.remember("x:cards", str(int(card) - 1))
        exchanges = await tale.world.get("/exchanges", after=before)
        return any(it["path"].endswith("/search/recent") and card in it["answer"] for it in exchanges)

    await eventually(found, "the search finds the card again")


@step("Feedback")
async def feedback(tale: Tale) -> str:
    slash, word = tale.content.campaign.slash, tale.content.campaign.commands.feedback[0]
    await tale.world.post(
        "/slack/commands", user="U0MEMBER", channel=CHAT_IN_SLACK, command=slash,
        text=f"{word} {SAID[Platform.SLACK]}",
    )  # fmt: skip
    await tale.world.post("/x/posts", by="LibrarianLena", text=f"{BOT_ON_X} feedback: {SAID[Platform.X]}")
    await tale.world.post("/teams/messages", user="student", conversation="personal", text=word)
    form = await tale.accepted(
        "Teams shows the feedback form",
        lambda row: row["platform"] == "teams" and "Input.Text" in str(row["more"].get("card")),
    )
    await _fill_in(tale, form, "student", text=SAID[Platform.TEAMS], may_quote="unnamed")
    for platform in Platform:
        await tale.accepted(
            f"the receipt is in {platform.label}",
            lambda row, platform=platform: (
                row["platform"] == platform.value  # type: ignore[misc]
                and bool(re.search(r"(?i)feedback.*\b\d+\b|\b\d+\b.*feedback", said(row)))
            ),
        )
    return "feedback from X, Slack and a form in Teams is logged, and each person has a receipt with its number"


async def _fill_in(tale: Tale, form: Json, user: str, **values: str) -> None:
    """Send a Teams form as its submit button does: the button's own data, and the inputs."""
    buttons = form["more"]["card"]["actions"]
    data = next(button["data"] for button in buttons if button["type"] in ("Action.Submit", "Action.Execute"))
    await tale.world.post(
        "/teams/submits", user=user, conversation=form["channel"], activity_id=form["id"], data=data | values
    )


@step("The moderator")
async def pull(tale: Tale) -> str:
    slash, word = tale.content.campaign.slash, tale.content.campaign.commands.export[0]
    known = await tale.count("/slack/files", "U0MODERATOR")
    await tale.world.post("/slack/commands", user="U0STUDENT", channel=CHAT_IN_SLACK, command=slash, text=word)
    await tale.accepted("a non-moderator is refused", lambda row: "moderator" in said(row).lower())
    require(await tale.count("/slack/files", "U0STUDENT") == 0, "a non-moderator gets no file")
    await tale.world.post("/slack/commands", user="U0MODERATOR", channel=CHAT_IN_SLACK, command=slash, text=word)
    file = await tale.newest("/slack/files", "U0MODERATOR", known)
    rows = [",".join(row) for row in csv.reader(io.StringIO(file["content"]))]
    for platform, words in SAID.items():
        there = sum(platform.label in row and words in row for row in rows)
        require(there == 1, f"the CSV has one row with what was said on {platform.label}, not {there}")
    return "a moderator pulls all three as CSV; somebody else is refused and told whom to ask"


@step("The organiser")
async def organiser_queues(tale: Tale) -> str:
    slash, word = tale.content.campaign.slash, tale.content.campaign.commands.actions[0]
    day = tale.here.clock.now().astimezone(tale.content.zone) + timedelta(days=1)
    text = "Tell one colleague this week what your librarian found for you"
    typed = {"user": "U0ORGANISER", "channel": CHAT_IN_SLACK, "command": slash, "text": f"{word} add"}
    view = await slack_form(tale.world, "U0ORGANISER", lambda: tale.world.post("/slack/commands", **typed))
    values = {"text": text, "date": f"{day:%Y-%m-%d}", "time": "09:30"}
    await tale.world.post("/slack/submissions", user="U0ORGANISER", view_id=view["id"], values=values)
    await tale.accepted("the organiser has a receipt", lambda row: row["platform"] == "slack" and text in said(row))
    await tale.until(day.replace(hour=9, minute=30, second=0, microsecond=0))
    for platform in Platform:
        await tale.accepted(
            f"the organiser's action is on {platform.label}",
            lambda row, platform=platform: (
                row["platform"] == platform.value  # type: ignore[misc]
                and row["action"] in ("post", "message", "card")
                and text in said(row)
                and "#" in said(row)
            ),
        )
    return "an organiser queues a key action in a form; next morning at 9:30am it is on X, Slack and Teams"


@step("The chat")
async def chat_night(tale: Tale) -> str:
    for entry in tale.plot.chat:
        await tale.until(entry.due)
        await tale.everywhere(entry)
    return f"the chat runs: {len(tale.plot.chat)} posts from reminder to thanks, in order, once on each platform"


@step("The ledger")
async def nothing_twice(tale: Tale) -> str:
    rows = [row for row in await tale.world.ledger() if row["platform"] == "x" and row["action"] != "repost"]
    texts = [(row["text"], row["more"].get("in_reply_to")) for row in rows if row["author"] == "AntiphonBot"]
    require(len(texts) == len(set(texts)), "nothing is on X twice")

    async def settled() -> Sequence[Post] | None:
        async with tale.here.bot.database.transaction() as tx:
            posts = await tx.outbox.list(limit=1000)
        return posts if all(post.state in FINAL for post in posts) else None

    posts = await eventually(settled, "what became of each post is known")
    unfinished = [f"{post.key} ({post.state}: {post.reason})" for post in posts if post.state != "sent"]
    require(not unfinished, f"every post is sent (not: {', '.join(unfinished)})")
    return f"nothing is lost and nothing doubled: {len(posts)} posts, all sent"


async def play(emulators: Process, content_dir: Path, tell: Callable[[str], None]) -> None:
    """Play the whole story and tell each step as it holds. Raises StoryStopped at the first that does not."""
    plot = plot_of(load(content_dir))
    started = time.monotonic()
    async with session(plot.content, content_dir, plot.start, _SPEED, emulators=emulators) as here:
        tell(f"    ready in {time.monotonic() - started:.1f} s: X, Slack and Teams emulated on {here.world.base}")
        for number, (title, play_step) in enumerate(STEPS, 1):
            begun = time.monotonic()
            sentence = await play_step(Tale(plot, here))
            tell(f"{number:2}. {title}: {sentence} ({time.monotonic() - begun:.1f} s)")
    tell(f"The story holds: {len(STEPS)} steps in {time.monotonic() - started:.0f} s. Only this machine was contacted.")
