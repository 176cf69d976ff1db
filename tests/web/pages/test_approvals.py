"""A second pair of eyes on the pages: nothing goes out unapproved where approval is wanted."""

from dataclasses import replace
from datetime import timedelta

from bot.core.approval import SIGN_OFF_LASTS, Needs, needs
from bot.core.bodies import Text
from bot.core.plan import Entry, Kind
from tests.samples import an_entry
from tests.web.pages.reader import MARIA, MORGAN, NOW, Reader, World

KEY = "action:tell"
HOLDS = frozenset({Kind.ACTION, Kind.ANNOUNCEMENT})


async def waiting(entry: Entry | None = None) -> tuple[World, Reader, Reader]:
    """Something that Olive wrote and that Maria may approve of."""
    world = World(approve=HOLDS)
    async with world.database.transaction() as tx:
        await tx.plan.put(entry or an_entry())
    return world, await world.signed_in(), await world.signed_in(MARIA)


async def needed(world: World) -> Needs:
    async with world.database.transaction() as tx:
        entry, given = await tx.plan.get(KEY), await tx.approvals.among([KEY])
    assert entry
    return needs(entry, HOLDS, given.get(KEY))


async def test_what_waits_is_on_the_home_page_and_is_approved_by_somebody_else() -> None:
    world, olive, maria = await waiting()
    assert "Waits for approval" in maria.text
    assert "Waits for approval" not in olive.text, "it needs somebody else"
    assert "It waits until somebody else" in await olive.open(f"/pages/plan/{KEY}?done=queued-waits")
    await olive.open(f"/pages/approvals/{KEY}")
    assert "You wrote this as it stands" in olive.text
    assert ">Approve<" not in olive.text
    await maria.open(f"/pages/approvals/{KEY}")
    assert maria.text.count("Tell a manager #AMillionDecisions</blockquote>") == 3
    await maria.press("Approve")
    assert (maria.path, "Approved:" in maria.text, "Tell a manager" in maria.text) == ("/pages/approvals", True, False)
    assert await needed(world) is Needs.APPROVED
    page = await olive.open(f"/pages/plan/{KEY}")
    assert "Approved by maria." in page
    assert "It waits until somebody else" not in await olive.open(f"/pages/plan/{KEY}?done=queued-waits")
    assert "maria approved of it" in page


async def test_nobody_approves_of_their_own_words_by_a_form_of_their_own() -> None:
    world, olive, maria = await waiting()
    await maria.open(f"/pages/approvals/{KEY}")
    print_ = maria.text.partition('name="print" value="')[2][:64]
    token = olive.text
    await olive.open(f"/pages/approvals/{KEY}")
    token = olive.text.partition('name="token" value="')[2][:64]
    await olive.post(f"/pages/approvals/{KEY}", {"token": token, "print": print_, "do": "yes"})
    assert (olive.status, "somebody else has to approve" in olive.text) == (409, True)
    assert await needed(world) is Needs.WAITS


async def test_what_changed_meanwhile_is_not_approved_unseen_and_an_approval_lapses() -> None:
    world, _, maria = await waiting()
    await maria.open(f"/pages/approvals/{KEY}")
    async with world.database.transaction() as tx:
        entry = await tx.plan.get(KEY)
        assert entry
        await tx.plan.change(replace(entry, bodies={on: Text("Something else") for on in entry.bodies}))
    await maria.press("Approve")
    assert (maria.status, "It has changed since" in maria.text) == (409, True)
    await maria.press("Approve")
    assert await needed(world) is Needs.APPROVED
    olive = await world.signed_in()
    await olive.open(f"/pages/plan/{KEY}/move")
    await olive.press("A day later")
    assert "Moved." in olive.text
    assert await needed(world) is Needs.WAITS


async def test_what_should_be_different_is_said_and_reaches_whoever_wrote_it() -> None:
    world, olive, maria = await waiting()
    await maria.open(f"/pages/approvals/{KEY}")
    await maria.press("Not like this")
    assert (maria.status, "Say what should be different" in maria.text) == (409, True)
    await maria.press("Not like this", words="Name the library")
    assert await needed(world) is Needs.DECLINED
    assert "Name the library" in await olive.open(f"/pages/plan/{KEY}")
    told = [post for post in world.posts() if post.place.direct]
    assert [(post.place.channel, "Name the library" in str(post.body)) for post in told] == [("UOLIVE", True)]


async def test_a_champion_without_an_account_signs_off_by_a_link_that_works_once() -> None:
    world, olive, _ = await waiting()
    await olive.open(f"/pages/approvals/{KEY}")
    await olive.press("Make a link for them", name="The champion")
    link = olive.text.partition("<code>")[2].partition("</code>")[0]
    champion = world.reader()
    page = await champion.open(link)
    assert "The champion, the organisers of" in page
    assert "Tell a manager #AMillionDecisions</blockquote>" in page
    assert "/pages/month" not in page
    await champion.press("Yes, this may go out")
    assert "Thank you. It can go out now." in champion.text
    assert await needed(world) is Needs.APPROVED
    await champion.open(link)
    assert (champion.status, "does not work any more" in champion.text) == (410, True)
    assert "The champion, by a one-time link of UOLIVE approved of it" in await olive.open(f"/pages/plan/{KEY}")


async def test_whoever_made_a_link_or_wrote_what_it_is_for_is_not_the_second_person_by_it() -> None:
    world, olive, maria = await waiting()
    for maker in (olive, maria):
        await maker.open(f"/pages/approvals/{KEY}")
        await maker.press("Make a link for them", name="Zoë")
        link = maker.text.partition("<code>")[2].partition("</code>")[0]
        await olive.open(link)
        assert (olive.status, "Send it to Zoë" in olive.text) == (403, True)
        await olive.post("/pages/sign-off", {"link": link.partition("=")[2], "do": "yes"})
        assert olive.status == 403
    await maria.open(link)
    assert maria.status == 403
    assert await needed(world) is Needs.WAITS
    await world.reader().open(link)
    morgan = await world.signed_in(MORGAN)
    await morgan.open(link)
    await morgan.press("Yes, this may go out")
    assert await needed(world) is Needs.APPROVED


async def test_a_link_shows_nothing_once_what_it_is_for_has_changed_or_its_weeks_are_over() -> None:
    world, olive, _ = await waiting(an_entry(cut_off=an_entry().due + 10 * SIGN_OFF_LASTS))
    await olive.open(f"/pages/approvals/{KEY}")
    await olive.press("Make a link for them", name="Zoë")
    link = olive.text.partition("<code>")[2].partition("</code>")[0]
    champion = world.reader()
    await champion.open(link)
    await champion.press("Not like this")
    assert (champion.status, "Say what should be different" in champion.text) == (400, True)
    async with world.database.transaction() as tx:
        entry = await tx.plan.get(KEY)
        assert entry
        await tx.plan.change(replace(entry, bodies={on: Text("Secret plans") for on in entry.bodies}))
    await champion.press("Yes, this may go out")
    assert (champion.status, "Secret plans" in champion.text) == (410, False)
    async with world.database.transaction() as tx:
        now = await tx.plan.get(KEY)
        assert now
        await tx.plan.change(replace(entry, version=now.version))
    assert "May this go out?" in await champion.open(link)
    world.later(SIGN_OFF_LASTS)
    await champion.open(link)
    assert champion.status == 410


async def test_a_card_that_was_not_approved_on_its_day_still_waits() -> None:
    world, _, _ = await waiting(an_entry(cut_off=an_entry().due + timedelta(days=30)))
    world.later(an_entry().due - NOW + timedelta(days=20))
    maria = await world.signed_in(MARIA)
    assert "Tell a manager" in await maria.open("/pages/approvals")
    await maria.open(f"/pages/approvals/{KEY}")
    await maria.press("Approve")
    assert await needed(world) is Needs.APPROVED


async def test_without_the_setting_nothing_waits() -> None:
    world = World()
    async with world.database.transaction() as tx:
        await tx.plan.put(an_entry())
    maria = await world.signed_in(MARIA)
    assert "Waits for approval" not in maria.text
    assert "Nothing needs approval" in await maria.open("/pages/approvals")


async def test_whoever_wrote_it_is_told_that_others_are_asked_and_others_that_they_can_approve() -> None:
    _, olive, maria = await waiting()
    asked, offered = "The other organisers are asked", "Approve of it, or send somebody a link"
    page = await olive.open(f"/pages/plan/{KEY}")
    assert (asked in page, offered in page) == (True, False)
    page = await maria.open(f"/pages/plan/{KEY}")
    assert (asked in page, offered in page) == (False, True)
