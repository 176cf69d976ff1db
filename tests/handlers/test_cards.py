from bot.core.bodies import Repost
from bot.core.events import Platform
from tests.handlers.desk import Desk


async def test_a_card_seen_five_times_is_reposted_once() -> None:
    desk = Desk(Platform.X)
    for _ in range(5):
        await desk.see_card("4711", "New card! #AMillionDecisions")
    ((key, post),) = desk.database.kept.outbox.rows.items()
    assert (key, post.body, post.place.platform) == ("repost:x:4711", Repost("4711"), Platform.X)
    assert post.place.thread == ""


async def test_a_picture_without_the_campaigns_hashtag_is_left_alone() -> None:
    assert await Desk(Platform.X).see_card("4711", "My cat") == []
