"""X's own specification as the judge. Every other test here is judged by it too, when it ends (conftest.py)."""

from datetime import timedelta

import pytest
from openapi_core.exceptions import OpenAPIError

from bot.adapters.x.client import XClient
from bot.core.bodies import Body, Media, Poll, Repost, Text
from bot.core.events import Place, Platform
from bot.core.outbox import Delivered, new_post
from tests.adapters.x.conftest import X
from tests.adapters.x.official import Specification
from tests.fakes import at_once


@pytest.fixture
def judge(official: Specification | None) -> Specification:
    if official is None:
        pytest.skip("X's OpenAPI file is not beside this checkout; it may not be kept inside it")
    return official


async def test_every_kind_of_request_and_its_answer_are_as_x_specifies(
    x: X, client: XClient, judge: Specification
) -> None:
    call = x.says("LibrarianLena", "@AntiphonBot help, please & thank you https://www.hee.nhs.uk/")
    card = x.says("UKMedLibs", "Card", alt="A card")
    bodies: list[tuple[Body, str]] = [
        (Text("Words"), ""),
        (Text("An answer"), call),
        (Text("A picture", (Media("cards/one.png", "A card about journals"),)), ""),
        (Text("Do you?", poll=Poll(("Yes", "Not yet"))), ""),
        (Repost(card), ""),
    ]
    for body, thread in bodies:
        post = new_post("a-key", Place(Platform.X, thread=thread), body, x.clock.now() + timedelta(seconds=1))
        assert isinstance(await client.deliver(post, at_once), Delivered)
        await client.find(post)
    exchanges = x.emulators.exchanges()
    for exchange in exchanges:
        judge.check(exchange)
    assert {exchange["path"].rsplit("/", 1)[1] for exchange in exchanges} == {
        "tweets",
        "upload",
        "metadata",
        "retweets",
    }


def test_the_judge_rejects_what_x_does_not_know(judge: Specification) -> None:
    good = {
        "method": "POST",
        "path": "/2/tweets",
        "query": "",
        "headers": {},
        "body": '{"text": "Hello"}',
        "answer": "",
    }
    judge.check(good)
    for body in ('{"text": "Hello", "shout": true}', '{"text": 1}'):
        with pytest.raises(OpenAPIError):
            judge.check({**good, "body": body})
    with pytest.raises(AssertionError, match=r"tweet\.fields"):
        judge.check({**good, "query": "tweet.fields=id"})
