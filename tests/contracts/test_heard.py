"""What every database does alike with what is heard in chats."""

from dataclasses import replace
from datetime import timedelta

from bot.core.events import Platform
from bot.core.heard import HeardPost
from bot.ports import Database
from tests.contracts.values import MINUTE, NOW

X, SLACK = Platform.X, Platform.SLACK
CHAT = "2017-09-19"
WHOLE = HeardPost(X, "11", NOW, "7", "=A1 – Très bien 🙂", "10", False, True, "Zoë_L", 3_000_000_000, "https://x.com/a")


def post(id_: str, minute: float = 0, author: str = "7", name: str = "ann", platform: Platform = X) -> HeardPost:
    return HeardPost(platform, id_, NOW + minute * MINUTE, author, f"post {id_}", name=name)


async def add(database: Database, *posts: HeardPost, chat: str = CHAT) -> int:
    async with database.transaction() as tx:
        return await tx.heard.add(chat, posts)


async def ids(database: Database, chat: str = CHAT) -> list[str]:
    async with database.transaction() as tx:
        return [one.id for one in await tx.heard.list(chat)]


async def test_a_post_comes_back_as_it_was(database: Database) -> None:
    plain = post("12", 1, platform=SLACK)
    assert await add(database, WHOLE, plain) == 2
    async with database.transaction() as tx:
        assert list(await tx.heard.list(CHAT)) == [WHOLE, plain]


async def test_a_post_is_kept_once_a_chat_and_platform(database: Database) -> None:
    assert await add(database, post("1"), post("2"), post("1")) == 2
    assert await add(database, replace(post("1"), text="again"), post("3")) == 1
    assert await add(database, post("1", platform=SLACK)) == 1
    assert await add(database, post("1"), chat="another") == 1
    async with database.transaction() as tx:
        assert await tx.heard.counts() == {CHAT: 4, "another": 1}
        assert await tx.heard.counts([CHAT, "none"]) == {CHAT: 4}
        assert {one.text for one in await tx.heard.list(CHAT)} == {"post 1", "post 2", "post 3"}


async def test_posts_come_in_the_order_of_time(database: Database) -> None:
    await add(database, post("1", 2), post("2", 0), post("3", 1))
    assert await ids(database) == ["2", "3", "1"]


async def test_many_posts_are_kept_at_once(database: Database) -> None:
    assert await add(database, *(post(str(n), n / 1000) for n in range(1_234))) == 1_234
    assert len(await ids(database)) == 1_234


async def test_nothing_is_added_for_nothing(database: Database) -> None:
    assert await add(database) == 0


async def test_a_hidden_post_is_not_listed_until_it_is_shown_again(database: Database) -> None:
    await add(database, post("1"), post("2"))
    async with database.transaction() as tx:
        assert await tx.heard.hide(CHAT, X, "1")
        assert not await tx.heard.hide(CHAT, X, "9")
    assert await ids(database) == ["2"]
    async with database.transaction() as tx:
        assert await tx.heard.passed(CHAT) == set()
        assert await tx.heard.hide(CHAT, X, "1", hidden=False)
        assert await tx.heard.passed(CHAT) == {(X, "1")}
    assert await ids(database) == ["1", "2"]


async def test_an_edited_post_has_its_new_words(database: Database) -> None:
    await add(database, post("1"))
    async with database.transaction() as tx:
        assert await tx.heard.change(X, "1", "better")
        assert not await tx.heard.change(SLACK, "1", "another")
        assert [one.text for one in await tx.heard.list(CHAT)] == ["better"]


async def test_a_deleted_post_is_gone_and_does_not_come_in_again(database: Database) -> None:
    await add(database, post("1"), post("2"), post("1", platform=SLACK))
    await add(database, post("1"), chat="another")
    async with database.transaction() as tx:
        assert await tx.heard.remove(X, ["1", "3"], NOW) == 2
        assert await tx.heard.remove(X, ["1"], NOW) == 0
    assert await add(database, post("1"), post("3"), post("4")) == 1
    async with database.transaction() as tx:
        kept = [(one.platform, one.id) for one in await tx.heard.list(CHAT)]
    assert kept == [(X, "2"), (SLACK, "1"), (X, "4")]


async def test_who_asks_to_be_left_out_is_by_id_and_by_name(database: Database) -> None:
    await add(database, post("1"), post("2", author="@ann", name="Ann"), post("3", author="8", name="bob"))
    await add(database, post("4", author="7", platform=SLACK), chat="another")
    async with database.transaction() as tx:
        assert await tx.heard.opt_out([(X, "7"), (X, "@ann")], NOW) == 2
        assert await tx.heard.opt_out([(X, "7"), (X, "@ann")], NOW + timedelta(days=1)) == 0
    assert await add(database, post("5"), post("6", author="@ann", name="ann"), post("7", author="9", name="cat")) == 1
    assert await ids(database) == ["3", "7"]
    assert await ids(database, "another") == ["4"]


async def test_a_wish_to_be_left_out_can_be_taken_back(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.heard.opt_out([(X, "7")], NOW)
        await tx.heard.remove(X, ["7"], NOW)
        assert await tx.heard.opt_in([(X, "7"), (X, "@ann")])
        assert not await tx.heard.opt_in([(X, "7")])
    assert await add(database, post("1"), post("7")) == 1, "the deletion stands"


async def test_posts_can_be_read_on_in_the_order_in_which_they_were_kept(database: Database) -> None:
    await add(database, post("1", 5), post("2", 0))
    await add(database, post("9"), chat="another")
    await add(database, post("3", 1))
    async with database.transaction() as tx:
        first = await tx.heard.after(CHAT, 0, 2)
        assert {one.id for _, one in first} == {"1", "2"}
        last = max(number for number, _ in first)
        assert [one.id for _, one in await tx.heard.after(CHAT, last, 2)] == ["3"]
        await tx.heard.hide(CHAT, X, "3")
        assert await tx.heard.after(CHAT, last, 2) == []


async def test_every_change_to_what_was_kept_raises_the_revision(database: Database) -> None:
    await add(database, post("1"), post("2"), post("3", author="8", name="bob"))
    found = []
    async with database.transaction() as tx:
        found.append(await tx.heard.revision())
        await tx.heard.change(X, "1", "new")
        found.append(await tx.heard.revision())
        await tx.heard.hide(CHAT, X, "1")
        found.append(await tx.heard.revision())
        await tx.heard.remove(X, ["2"], NOW)
        found.append(await tx.heard.revision())
        await tx.heard.opt_out({(X, "8")}, NOW)
        found.append(await tx.heard.revision())
        await tx.heard.remove(X, ["never kept"], NOW)
    assert found == sorted(set(found)), "each is higher than the one before"
    async with database.transaction() as tx:
        assert await tx.heard.revision() == found[-1], "nothing was changed"
