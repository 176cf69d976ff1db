"""Delivering to X, and finding again what had no answer."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.pictures import pictures_of
from bot.adapters.x import api
from bot.adapters.x.client import XClient
from bot.adapters.x.outcomes import TABLE
from bot.core.bodies import Body, Button, File, Form, Media, Removal, Repost, Text
from bot.core.compose import entries_of, made_of
from bot.core.events import Place, Platform
from bot.core.outbox import Absent, Delivered, Found, Lost, Post, RateLimited, Refused, Unavailable, new_post
from bot.core.pieces import Piece
from bot.core.plan import Kind, release
from bot.ports import InTime
from tests.adapters.x.conftest import X
from tests.fakes import FakeClock, at_once
from tests.samples import sample_content

QUESTION = "Q1 What helps & what hinders? <3 https://www.hee.nhs.uk/our-work/ and hee.nhs.uk/a #ukmedlibs"


def a_post(body: Body | str, thread: str = "") -> Post:
    place = Place(Platform.X, thread=thread)
    return new_post("a-key", place, Text(body) if isinstance(body, str) else body, FakeClock().now())


async def test_a_text_becomes_a_post(x: X, client: XClient) -> None:
    outcome = await client.deliver(a_post(Text(QUESTION, buttons=(Button("Yes", "yes", "1"),))), at_once)
    [entry] = x.posted()
    assert outcome == Delivered(entry["id"])
    assert (entry["action"], entry["text"]) == ("post", QUESTION)


async def test_an_answer_goes_under_the_post_that_called_for_it(x: X, client: XClient) -> None:
    call = x.says("LibrarianLena", "@AntiphonBot how can I get involved?")
    assert isinstance(await client.deliver(a_post("Come to the chat", call), at_once), Delivered)
    assert [(entry["action"], entry["more"]["in_reply_to"]) for entry in x.posted()] == [("reply", call)]


async def test_an_answer_to_somebody_who_did_not_call_is_refused_in_plain_words(x: X, client: XClient) -> None:
    outcome = await client.deliver(a_post("Well said", x.says("StudentSam", "A1 Tea #ukmedlibs")), at_once)
    assert isinstance(outcome, Refused)
    assert "only people who mention it" in outcome.reason


async def test_pictures_go_with_their_alt_text(x: X, client: XClient) -> None:
    pictures = (Media("cards/one.png", "A card about journals"), Media("cards/two.png", "A card about searching"))
    assert isinstance(await client.deliver(a_post(Text("Two cards", pictures)), at_once), Delivered)
    assert [(media["alt"], media["bytes"]) for media in x.posted()[0]["more"]["media"]] == [
        ("A card about journals", 17),
        ("A card about searching", 18),
    ]


async def test_the_largest_poll_that_can_be_composed_becomes_a_poll(x: X, client: XClient) -> None:
    options, now = [letter * 25 for letter in "abcd"], FakeClock().now()
    values = {"text": "Which?", "poll": "\n".join(options), "poll-minutes": "10080", "on.x": "yes"}
    piece = Piece(key="k", kind=Kind.ANNOUNCEMENT, who="web:maria", values=values, at=now)
    [entry] = entries_of(made_of(piece, sample_content(), [Platform.X], now))
    [post] = release(entry, {Platform.X: Place(Platform.X)}, now)
    assert isinstance(await client.deliver(post, at_once), Delivered)
    poll = x.emulators.get("/x/timeline")[0]["poll"]
    assert (poll["options"], poll["minutes"]) == (options, 10_080)


async def test_a_repost_is_made_once_and_a_second_is_as_good(x: X, client: XClient) -> None:
    card = x.says("UKMedLibs", "New card", alt="A card")
    assert [await client.deliver(a_post(Repost(card)), at_once) for _ in range(2)] == [Delivered(), Delivered()]
    assert [entry["more"]["repost_of"] for entry in x.posted()] == [card]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (Form("feedback", "Feedback", ()), "cannot show a form"),
        (File("feedback.csv", "a,b", "Here"), "cannot show a file"),
        (Text("Card", (Media("cards/missing.png", "?"),)), "cards/missing.png"),
        (Text("Card", (Media("../secret.png", "?"),)), "../secret.png"),
        (Text("x" * 281), "longer than 280"),
        (Text(""), "needs a text"),
        (Repost("1"), "no longer on X"),
    ],
)
async def test_what_x_cannot_show_is_refused_in_plain_words(x: X, client: XClient, body: Body, words: str) -> None:
    outcome = await client.deliver(a_post(body), at_once)
    assert isinstance(outcome, Refused)
    assert words in outcome.reason
    assert x.posted() == []


async def test_a_private_message_never_becomes_a_public_post(x: X, client: XClient) -> None:
    post = replace(a_post("For you alone"), place=Place(Platform.X, channel="123", direct=True))
    assert isinstance(await client.deliver(post, at_once), Refused)
    assert x.emulators.exchanges() == []


def problem(detail: str) -> str:
    return f'{{"title": "Problem", "type": "about:blank", "detail": "{detail}"}}'


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.status} {row.words}")
async def test_every_row_of_the_table_decides(x: X, client: XClient, row: Any) -> None:
    x.fault(on="POST /2/tweets", status=row.status, body=problem(f"Sorry: {row.words or 'no'}."))
    outcome = await client.deliver(a_post(QUESTION), at_once)
    assert type(outcome) is row.outcome
    assert getattr(outcome, "reason", "") == row.reason.format(said=f"Sorry: {row.words or 'no'}.")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "body": problem("Something broke")},
        {"status": 503, "body": "<html>Over capacity</html>", "headers": {"Content-Type": "text/html"}},
        {"status": 503, "when": "after"},
        {"status": 200, "body": "<html>Sign in to the network</html>", "when": "after"},
        {"status": 200, "body": '{"errors": []}'},
        {"status": 302, "headers": {"Location": "https://example.org/"}},
        {"status": 403, "body": "<html>Blocked</html>"},
        {"status": 400, "body": '["not", "an", "object"]'},
        {"status": 418, "body": problem("I am a teapot")},
        {"kind": "reset"},
        {"kind": "reset", "when": "after"},
    ],
    ids=str,
)
async def test_whatever_is_not_in_the_table_is_lost(x: X, client: XClient, fault: dict[str, Any]) -> None:
    x.fault(on="POST /2/tweets", **fault)
    assert isinstance(await client.deliver(a_post(QUESTION), at_once), Lost)


async def test_an_answer_that_comes_too_late_is_lost_and_the_post_is_found(x: X, content: Path) -> None:
    x.fault(on="POST /2/tweets", kind="delay", when="after", seconds=2)
    client = XClient(x.account(timeout=0.5), pictures_of(content), x.clock)
    assert isinstance(await client.deliver(a_post(QUESTION), at_once), Lost)
    assert await client.find(a_post(QUESTION)) == Found(x.posted()[0]["id"])


async def test_a_request_is_sent_once_whatever_happens(x: X, client: XClient) -> None:
    for fault in ({"status": 503}, {"status": 429}, {"kind": "reset"}):
        x.fault(on="POST /2/tweets", times=5, **fault)
        before = len(x.emulators.exchanges())
        await client.deliver(a_post(QUESTION), at_once)
        assert len(x.emulators.exchanges()) == before + 1


async def test_a_refused_connection_means_certainly_not_accepted(content: Path, x: X) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        nowhere = XClient(
            x.account(api_url=f"http://127.0.0.1:{taken.getsockname()[1]}"), pictures_of(content), x.clock
        )
        assert isinstance(await nowhere.deliver(a_post(QUESTION), at_once), Unavailable)
        assert isinstance(await nowhere.find(a_post(QUESTION)), Unavailable)


async def test_a_name_that_does_not_resolve_means_certainly_not_accepted(content: Path, x: X) -> None:
    nowhere = XClient(x.account(api_url="http://nowhere.invalid"), pictures_of(content), x.clock)
    assert isinstance(await nowhere.deliver(a_post(QUESTION), at_once), Unavailable)


async def test_wrong_keys_are_named_with_the_fix(content: Path, x: X) -> None:
    outcome = await XClient(x.account(api_secret="wrong"), pictures_of(content), x.clock).deliver(
        a_post(QUESTION), at_once
    )
    assert isinstance(outcome, Unavailable)
    assert "X_API_SECRET" in outcome.reason


async def test_a_full_rate_window_says_when_it_opens(x: X, client: XClient) -> None:
    reset = x.clock.now() + timedelta(minutes=7)
    x.fault(on="POST /2/tweets", status=429, headers={"x-rate-limit-reset": str(int(reset.timestamp()))})
    assert await client.deliver(a_post(QUESTION), at_once) == RateLimited(reset)
    x.fault(on="POST /2/tweets", status=429)
    assert await client.deliver(a_post(QUESTION), at_once) == RateLimited(x.clock.now() + timedelta(minutes=1))
    x.fault(on="POST /2/tweets", status=429, headers={"x-rate-limit-reset": "1"})
    assert await client.deliver(a_post(QUESTION), at_once) == RateLimited(x.clock.now() + timedelta(minutes=1))


async def test_a_picture_that_had_no_answer_leaves_the_post_certainly_unsent(x: X, client: XClient) -> None:
    body = Text("A card", (Media("cards/one.png", "A card about journals"),))
    for step in ("upload", "metadata"):
        x.fault(on=f"POST /2/media/{step}", kind="reset", when="after")
        assert isinstance(await client.deliver(a_post(body), at_once), Unavailable)
    assert x.posted() == []


async def test_nobody_is_asked_whether_it_is_time_before_the_pictures_are_there(x: X, client: XClient) -> None:
    """Asking commits the intent to send: what fails before it is certainly not public."""
    body = Text("A card", (Media("cards/one.png", "A card about journals"),))
    asked: list[list[str]] = []

    async def its_time() -> InTime:
        asked.append([exchange["path"] for exchange in x.emulators.exchanges()[before:]])
        return await at_once()

    before = 0
    x.fault(on="POST /2/media/metadata", status=503)
    assert isinstance(await client.deliver(a_post(body), its_time), Unavailable)
    assert asked == []
    before = len(x.emulators.exchanges())
    assert isinstance(await client.deliver(a_post(body), its_time), Delivered)
    [paths] = asked
    assert {"/2/media/upload", "/2/media/metadata"} <= set(paths)
    assert "/2/tweets" not in paths


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_post_is_found_exactly_when_it_was_accepted(x: X, client: XClient, when: str) -> None:
    call = x.says("LibrarianLena", "@AntiphonBot how can I get involved?")
    card = x.says("UKMedLibs", "New card", alt="A card")
    picture = (Media("cards/one.png", "A card about journals"),)
    for post in (a_post(QUESTION), a_post(QUESTION, call), a_post(Repost(card)), a_post(Text("A & b", picture))):
        x.fault(on="POST /2/[tu][ws]*", kind="reset", when=when)
        assert isinstance(await client.deliver(post, at_once), Lost)
        accepted = x.posted()[-1]["id"] if when == "after" else ""
        assert await client.find(post) == (Found(accepted) if accepted else Absent())


async def test_other_posts_with_the_same_words_are_not_taken_for_ours(x: X, client: XClient) -> None:
    lena, sam = (x.says(by, "@AntiphonBot help") for by in ("LibrarianLena", "StudentSam"))
    await client.deliver(a_post("Here is help", lena), at_once)
    x.says("StudentSam", "Here is help")
    assert await client.find(a_post("Here is help")) == Absent()
    assert await client.find(a_post("Here is help", sam)) == Absent()
    assert await client.find(a_post(Form("feedback", "Feedback", ()))) == Absent()


async def test_a_post_of_long_before_is_not_taken_for_ours(x: X, client: XClient) -> None:
    await client.deliver(a_post(QUESTION), at_once)
    x.clock.advance(timedelta(days=1))
    x.set_clock()
    later = replace(a_post(QUESTION), due=x.clock.now())
    assert await client.find(later) == Absent()


async def test_a_lost_post_is_found_behind_a_hundred_others(x: X, client: XClient) -> None:
    await client.deliver(a_post(QUESTION), at_once)
    for n in range(105):
        x.says("AntiphonBot", f"Another {n}")
    assert isinstance(await client.find(a_post(QUESTION)), Found)


async def test_a_timeline_without_end_is_no_finding(client: XClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def another_page(_client: Any, path: str, _params: Any) -> api.Json:
        asked.append(path)
        assert len(asked) < 100, "it is read for ever, and each page is paid for"
        return {"data": [], "meta": {"next_token": "again"}}

    monkeypatch.setattr(api, "get", another_page)
    assert isinstance(await client.find(a_post(QUESTION)), Unavailable)
    assert len(asked) == 32


async def test_trouble_while_looking_is_no_finding(x: X, client: XClient) -> None:
    for fault, words in (({"status": 429}, "wait"), ({"status": 402}, "credit"), ({"status": 500}, "reached")):
        x.fault(on="GET /2/users/*", **fault)
        finding = await client.find(a_post(QUESTION))
        assert isinstance(finding, Unavailable)
        assert words in finding.reason


async def test_a_refused_repetition_is_the_post_itself_when_it_is_there(x: X, client: XClient) -> None:
    await client.deliver(a_post(QUESTION), at_once)
    assert await client.deliver(a_post(QUESTION), at_once) == Delivered(x.posted()[0]["id"])
    assert len(x.posted()) == 1


async def test_a_refused_repetition_of_an_earlier_post_asks_for_other_words(x: X, client: XClient) -> None:
    await client.deliver(a_post(QUESTION), at_once)
    x.clock.advance(timedelta(hours=2))
    x.set_clock()
    outcome = await client.deliver(replace(a_post(QUESTION), due=x.clock.now()), at_once)
    assert isinstance(outcome, Refused)
    assert "Change the wording" in outcome.reason


async def test_the_same_answer_to_the_same_person_again_asks_for_nothing(x: X, client: XClient) -> None:
    first, second = (x.says("StudentSam", f"@AntiphonBot question {n}") for n in range(2))
    await client.deliver(a_post("I do not know that yet.", thread=first), at_once)
    outcome = await client.deliver(a_post("I do not know that yet.", thread=second), at_once)
    assert isinstance(outcome, Refused)
    assert "has this answer already" in outcome.reason


async def test_a_refused_repetition_that_cannot_be_looked_for_is_lost(x: X, client: XClient) -> None:
    await client.deliver(a_post(QUESTION), at_once)
    x.fault(on="GET *", status=500)
    assert isinstance(await client.deliver(a_post(QUESTION), at_once), Lost)


async def test_keys_are_not_shown_where_an_account_is_printed(x: X) -> None:
    shown = repr(x.account())
    assert not [value for name, value in x.settings.items() if name != "X_API_URL" and value in shown]


async def test_posts_sent_at_once_do_not_disturb_each_other(x: X, client: XClient) -> None:
    outcomes = await asyncio.gather(*(client.deliver(a_post(f"Post {n}"), at_once) for n in range(10)))
    assert set(outcomes) == {Delivered(entry["id"]) for entry in x.posted()}


async def test_a_post_is_taken_down_once_it_is_time_and_again_without_harm(x: X, client: XClient) -> None:
    sent = await client.deliver(a_post("Q1. A slip"), at_once)
    assert isinstance(sent, Delivered)
    still_there: list[bool] = []

    async def its_time() -> InTime:
        still_there.append(x.posted()[-1]["action"] == "post")
        return await at_once()

    removal = a_post(Removal(sent.remote_id))
    assert await client.deliver(removal, its_time) == Delivered()
    assert (still_there, x.posted()[-1]["action"]) == ([True], "delete")
    assert await client.find(removal) == Absent()
    assert await client.deliver(removal, at_once) == Delivered()
