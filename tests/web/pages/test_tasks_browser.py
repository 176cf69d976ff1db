"""Each task of an organiser and of a moderator, from signing in to its result, in a real browser where there is one:
by keyboard alone, on a desk and on a phone, with scripts and without."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.yaml_content.library import ContentFolder
from bot.core.plan import Kind
from tests.web.pages.chromium import browser, served
from tests.web.pages.everything import filled, named, png
from tests.web.pages.keyboard import Hands, hands
from tests.web.pages.reader import ADA, GUEST, MARIA, MORGAN, NOW, OLIVE
from tests.web.pages.test_live import EVENING

Task = Callable[[Hands], Awaitable[None]]
TASKS: list[tuple[str, Task, timedelta]] = []
SHEET = b"date,time,text\n20/12/2026,9am,Share a story.\n"
QUESTION = "Who may use the emblem of the campaign on a poster?"


def task(*who: str, at: datetime = NOW) -> Callable[[Task], Task]:
    def noted(done: Task) -> Task:
        TASKS.extend((one, done, at - NOW) for one in who)
        return done

    return noted


@task(OLIVE)
async def a_key_action_is_written_and_a_colleague_approves_of_it(olive: Hands) -> None:
    await olive.menu("Home")
    await olive.press("Add a key action")
    await olive.fill(text="Tell a manager.", date="first Monday of March 2027", time="9am")
    await olive.tick("on.teams")
    await olive.press("See it as it will appear")
    await olive.sees("Monday 1 March 2027 at 9am")
    await olive.press("Queue it")
    await olive.sees("Queued. It waits until somebody else approves of it.")
    async with olive.another(MARIA) as maria:
        await maria.press("Tell a manager.")
        await maria.press("Approve")
        await maria.sees("Approved:")


@task(MARIA)
async def something_is_not_approved_of_with_a_reason(maria: Hands) -> None:
    await maria.menu("Approvals")
    await maria.press("The words of plan title")
    await maria.unfold("It should not go out like this")
    await maria.fill(words="Say who.")
    await maria.press("Not like this")
    await maria.sees("It does not go out like this.")


@task(MARIA)
async def somebody_without_an_account_signs_off(maria: Hands) -> None:
    await maria.menu("Approvals")
    await maria.press("The words of plan title")
    await maria.unfold("Ask somebody without an account")
    await maria.fill(name="The champion")
    await maria.press("Make a link for them")
    link = await maria.page.locator("code").inner_text()
    async with maria.another("") as champion:
        await champion.open(link.removeprefix(maria.world.url))
        await champion.press("Yes, this may go out")
        await champion.sees("Thank you")


@task(OLIVE)
async def a_card_is_written_with_its_picture(olive: Hands) -> None:
    await olive.menu("Drafts")
    await olive.press("A card")
    await olive.choose_file("picture", "card.png", "image/png", png())
    await olive.fill(
        alt="A purple card with the words: ask a librarian",
        text="Ask a librarian before you decide.",
        credit="Card: the campaign",
        consent="Nobody can be recognised.",
        date="4 December 2026",
    )
    await olive.press("See it as it will appear")
    assert await olive.page.get_by_role("img").count() == 3
    await olive.press("Queue it")
    await olive.sees("Queued.")


@task(OLIVE)
async def a_chat_is_written_from_the_last_one(olive: Hands) -> None:
    await olive.menu("The month")
    await olive.press("Chat")
    await olive.press("Begin with the last chat’s words")
    await olive.fill(topic="Evidence on the ward", date="19 January 2027", questions="Where?\nWho?\nWhen?")
    await olive.press("See it as it will appear")
    await olive.press("Queue it")
    await olive.sees("Queued.")


@task(OLIVE)
async def an_announcement_repeats_asks_by_a_poll_and_is_stopped(olive: Hands) -> None:
    await olive.menu("The month")
    await olive.press("Announcement")
    await olive.fill(text="Is your library open today?", date="7/12/2026", time="9am")
    await olive.unfold("Repeat it")
    await olive.fill(repeat="every Monday", until="3 times")
    await olive.unfold("A poll on X")
    await olive.fill(poll="Yes\nNo")
    await olive.press("See it as it will appear")
    await olive.press("Queue it")
    await olive.sees("Queued.")
    await olive.fill(date="14/12/2026")
    await olive.press("Stop it: nothing will be sent from then on")
    await olive.sees("Stopped: nothing of it will be sent from that day on.")


@task(OLIVE)
async def a_draft_is_kept_and_thrown_away(olive: Hands) -> None:
    await olive.menu("Drafts")
    await olive.press("An announcement")
    await olive.fill(text="Not ready yet.")
    await olive.press("Keep it as a draft")
    await olive.menu("Drafts")
    await olive.press("Not ready yet.")
    await olive.press("Throw the draft away")
    await olive.sees("Thrown away.")


@task(OLIVE)
async def something_planned_is_moved_taken_out_and_brought_back(olive: Hands) -> None:
    await olive.menu("The month")
    await olive.press("Change, move or unschedule: The words of plan title")
    await olive.press("Move it")
    await olive.press("A week later")
    await olive.sees("Moved.")
    await olive.press("Unschedule: nothing will be sent")
    await olive.sees("Unscheduled: nothing of it will be sent.")
    await olive.press("The month")
    await olive.press("What was changed, and undoing it")
    await olive.press("Undo this")
    await olive.sees("It is as it was before.")


@task(OLIVE)
async def the_words_of_something_planned_are_changed(olive: Hands) -> None:
    await olive.open("/pages/plan/action:tell")
    await olive.press("Change it")
    await olive.fill(text="Tell a manager today.")
    await olive.press("See it as it will appear")
    await olive.press("Change it in the plan")
    await olive.sees("Changed in the plan.")


@task(OLIVE)
async def posts_that_need_somebody_are_dealt_with(olive: Hands) -> None:
    await olive.menu("Posts")
    await olive.press("Tell a manager")
    await olive.press("It is there")
    await olive.sees("It counts as sent.")
    await olive.menu("Posts")
    await olive.press("The words of post text")
    await olive.press("Put it away")
    await olive.sees("It is cancelled: it will not be sent.")
    await olive.menu("Posts")
    await olive.press("Handle it again")
    await olive.sees("It is handled again.")


@task(OLIVE, MORGAN, ADA)
async def everything_is_paused_and_goes_on(somebody: Hands) -> None:
    await somebody.menu("Pause")
    await somebody.press("End the pause")
    await somebody.sees("The pause is over.")
    await somebody.fill(**{"reason": "pre-election period", "from": "22 March 2027", "until": "6 May 2027"})
    await somebody.press("Pause everything")
    await somebody.sees("The pause is set.")


@task(OLIVE)
async def a_sheet_is_taken_in_and_out_again(olive: Hands) -> None:
    await olive.menu("Import and export")
    assert (await olive.download("CSV template of key actions")).startswith(b'\xef\xbb\xbf"date')
    await olive.choose_file("file", "december.csv", "text/csv", SHEET)
    await olive.press("Check it")
    await olive.press("Take it in")
    await olive.sees("The import is done.")
    await olive.press("Undo this import")
    await olive.sees("The import is undone.")
    assert (await olive.download("The whole campaign as one zip")).startswith(b"PK")


@task(OLIVE)
async def a_question_gets_an_entry_of_the_faq(olive: Hands) -> None:
    await olive.menu("FAQ desk")
    await olive.press("A new entry")
    await olive.fill(
        question=QUESTION,
        phrasings="May I print the emblem?\nCan our poster show the emblem?\nWho may use the campaign's emblem?",
        answer="Every library that takes part may use it, with the credit below it.",
        short="Every library that takes part, with its credit.",
        source="Campaign pages",
    )
    await olive.press("See what else would change")
    await olive.press("Change it")
    await olive.sees("It is in the FAQ’s files")


@task(OLIVE)
async def a_question_is_another_way_of_asking(olive: Hands) -> None:
    await olive.menu("FAQ desk")
    await olive.press("A phrasing of:")
    await olive.sees("It is in the FAQ’s files")


@task(OLIVE)
async def a_question_is_not_for_us(olive: Hands) -> None:
    await olive.menu("FAQ desk")
    await olive.press("Not for us")
    await olive.sees("It is in the FAQ’s files")


@task(MORGAN)
async def feedback_is_found_tagged_answered_and_taken_out(morgan: Hands) -> None:
    await morgan.menu("Feedback")
    await morgan.unfold("Find")
    await morgan.fill(text="piece", status="new")
    await morgan.press("Find")
    await morgan.press("Number 1")
    await morgan.press("Show who wrote it")
    await morgan.sees("slack:T1/U1")
    await morgan.fill(status="actioned")
    await morgan.press("Set the status")
    await morgan.sees("The status is set.")
    await morgan.fill(add="timing")
    await morgan.press("Put on")
    await morgan.sees("The tags are changed.")
    await morgan.fill(words="Thank you.")
    await morgan.press("Send the answer")
    await morgan.sees("The answer goes to its author as a direct message.")
    await morgan.menu("Feedback")
    assert b"piece" in await morgan.download("Download")


@task(GUEST, OLIVE, MORGAN, at=EVENING)
async def a_chat_is_hosted(host: Hands) -> None:
    await host.menu("Live desk")
    await host.press("Hold")
    await host.sees("The chat is held: nothing goes out.")
    await host.press("Go on")
    await host.press("Add a question")
    await host.fill(text="What will you do tomorrow?")
    await host.press("Save")
    await host.sees("What will you do tomorrow?")
    await host.press("End …")
    await host.press("End")
    await host.sees("The wrap goes out now.")


@task(OLIVE)
async def the_plan_is_in_ones_own_calendar(olive: Hands) -> None:
    await olive.menu("The month")
    await olive.press("The plan in your own calendar")
    await olive.press("Make an address")
    await olive.sees("It is not shown again.")
    await olive.press("Put an end to it")
    assert await olive.page.get_by_role("button", name="Make an address").is_visible()


@task(ADA)
async def an_admin_sees_what_others_see_and_signs_out(ada: Hands) -> None:
    await ada.press("Signed in as")
    await ada.press("See them as a moderator")
    await ada.sees("You look at the pages as a moderator does.")
    await ada.press("Back to your own view")
    await ada.press("Signed in as")
    await ada.press("Sign out everywhere")
    await ada.sees("Sign in")


@task(OLIVE, MORGAN)
async def what_was_and_who_did_what_is_read(somebody: Hands) -> None:
    await somebody.menu("Chats so far")
    await somebody.press("A million decisions")
    await somebody.sees("The words of heard text")
    await somebody.menu("By month")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(("who", "done", "later"), TASKS, ids=[f"{done.__name__}-{who}" for who, done, _ in TASKS])
async def test_by_keyboard_alone(
    who: str, done: Task, later: timedelta, width: int, scripts: bool, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree("content", tmp_path / "content"))
    async with served(approve=frozenset(Kind), library=ContentFolder(copy)) as world, browser() as chromium:
        await filled(world, named)
        world.later(later)
        async with hands(world, chromium, who, width, scripts=scripts) as somebody:
            await done(somebody)
            await somebody.ends()
