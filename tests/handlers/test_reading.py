"""Moderators read feedback in Slack and Teams, and put it in order there."""

from dataclasses import replace

import pytest

from bot.core.bodies import Text
from bot.core.content import Region
from bot.core.events import Platform
from bot.core.feedback import Consent, Feedback, Source, Status
from bot.core.outbox import Post, State
from bot.core.policy import LIMITS
from tests.handlers.desk import NOW, WORKSPACE, Desk, person
from tests.samples import sample_content

IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
SAID = "The chat was too fast for me"


def regions() -> tuple[Region, ...]:
    def ids(name: str) -> tuple[str, ...]:
        return tuple(f"{platform}:{WORKSPACE[platform]}/{name}" for platform in (Platform.SLACK, Platform.TEAMS))

    wales = Region(id="wales", name="Wales", leads=ids("moderator"))
    north = Region(id="north", name="North", leads=ids("lead"), fallback=ids("admin"))
    return wales, north, Region(id="away", name="Away", leads=ids("lead"))


async def desk_with(*pieces: Feedback, platform: Platform = Platform.SLACK) -> Desk:
    desk = Desk(platform, sample_content(regions=regions()))
    async with desk.database.transaction() as tx:
        for one in pieces or (piece(desk),):
            await tx.feedback.add(one)
    return desk


def piece(desk: Desk | None = None, key: str = "1", text: str = SAID, **more: object) -> Feedback:
    given = {"at": NOW, "source": Source.SLACK, "author": person(desk.platform if desk else Platform.SLACK, "member")}
    return Feedback(key=key, text=text, **(given | more))  # type: ignore[arg-type]


async def kept(desk: Desk, number: int = 1) -> Feedback:
    found = await desk.database.kept.feedback.get(number)
    assert found is not None
    return found


async def noted(desk: Desk) -> list[str]:
    return [entry.what for entry in await desk.database.kept.audit.list()]


def body(post: Post) -> Text:
    assert isinstance(post.body, Text)
    return post.body


def labels(post: Post) -> list[str]:
    return [one.label for one in body(post).buttons]


@IN_WORKSPACES
async def test_a_list_goes_to_the_moderator_directly_and_a_button_shows_one_whole(platform: Platform) -> None:
    desk = await desk_with(platform=platform)
    (listed,) = await desk.command("feedback list", who="moderator")
    assert (listed.place.direct, listed.place.channel, SAID in body(listed).text) == (True, "moderator", True)
    (show,) = body(listed).buttons
    (shown,) = await desk.press(show.action, show.value, who="moderator")
    assert (shown.place.direct, shown.place.channel) == (True, "moderator")
    assert body(shown).text.startswith("Feedback 1\nReceived: ")
    assert body(shown).text.endswith(f"\n\n{SAID}")
    assert "Member" not in body(shown).text
    assert (await kept(desk)).status is Status.READ
    assert await noted(desk) == ["feedback show", "feedback list"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", True),
        (" new", True),
        (" Read", False),
        (" #Pace", True),
        (" #other", False),
        (' "fast chat"', True),
        (" “slow”", False),
        (" in December 2026", True),
        (" 2026-11-01 2026-11-30", False),
        (" slack this month", True),
        (" web", False),
    ],
)
async def test_a_list_goes_by_dates_status_place_tag_and_words(filters: str, found: bool) -> None:
    desk = await desk_with(piece(tags=("pace",)))
    await desk.mention(f"feedback list{filters}", who="moderator")
    assert desk.said == "Nothing found." if not found else SAID in desk.said


@IN_WORKSPACES
async def test_ten_are_listed_the_first_five_have_a_button_and_another_goes_on(platform: Platform) -> None:
    many = (piece(key=str(key), text=f"piece {key}.", tags=("" if key == 1 else "pace",)) for key in range(13))
    desk = await desk_with(*many, platform=platform)
    (listed,) = await desk.mention("feedback list #pace new", who="moderator")
    assert body(listed).text.count("piece") == 10
    assert labels(listed) == [*(f"Show {number}" for number in (13, 12, 11, 10, 9)), "Earlier ones"]
    earlier = body(listed).buttons[-1]
    (listed,) = await desk.press(earlier.action, earlier.value, who="moderator")
    assert labels(listed) == ["Show 3", "Show 1"], "by the same filters"
    assert listed.place.direct
    await desk.press(earlier.action, earlier.value, who="organiser")
    assert desk.said.startswith("Only the campaign's moderators")


@IN_WORKSPACES
async def test_tags_are_suggested_and_a_press_confirms_one(platform: Platform) -> None:
    tagged = piece(key="2", text="chat was far too fast", tags=("pace", "for:north"))
    desk = await desk_with(piece(), tagged, platform=platform)
    (shown,) = await desk.mention("feedback show 1", who="moderator")
    assert "Like it: 2." in body(shown).text
    tag = body(shown).buttons[0]
    assert tag.label == "Tag: pace"
    await desk.press(tag.action, tag.value, who="moderator")
    assert (await kept(desk)).tags == ("pace",)
    assert desk.said == "1 has the tags pace."
    await desk.mention("feedback untag 1 pace", who="moderator")
    await desk.mention("feedback tag 1 first-chat, timing", who="moderator")
    assert (await kept(desk)).tags == ("first-chat", "timing")
    await desk.press(tag.action, "1 two words", who="moderator")
    assert (await kept(desk)).tags == ("first-chat", "timing", "two", "words")


@IN_WORKSPACES
async def test_an_answer_is_written_in_a_form(platform: Platform) -> None:
    desk = await desk_with(piece(Desk(platform)), platform=platform)
    (shown,) = await desk.mention("feedback show 1", who="moderator")
    write = next(one for one in body(shown).buttons if one.label == "Answer")
    await desk.press(write.action, write.value, who="moderator")
    answer, told = await desk.submit(desk.form.form, who="moderator", answer="We slow down.")
    assert (answer.private_to, body(answer).text) == ("member", "We slow down.")
    assert body(told).text == "Told the author of 1."
    await desk.submit("feedback-write:1", who="moderator", answer=" ")
    assert desk.said.startswith("Nothing was written")


@IN_WORKSPACES
@pytest.mark.parametrize("action", ["feedback-write", "feedback-assign"])
async def test_a_button_of_feedback_that_is_deleted_opens_no_form(platform: Platform, action: str) -> None:
    desk = await desk_with(piece(Desk(platform)), platform=platform)
    await desk.command("feedback delete 1")
    await desk.press(action, "1", who="moderator")
    assert desk.said == "There is no feedback 1. Perhaps its author has deleted it."


async def test_who_told_the_bot_to_stop_is_not_answered_in_a_form_and_the_words_are_given_back() -> None:
    desk = await desk_with()
    await desk.mention("stop")
    told = "The author of feedback 1 told the bot to stop writing to them."
    await desk.press("feedback-write", "1", who="moderator")
    assert desk.said == told
    await desk.submit("feedback-write:1", who="moderator", answer="We slow down.")
    assert desk.said == f"{told}\n\nYou wrote:\nWe slow down."
    assert desk.post.key.endswith(":feedback-read"), "so an erasure takes it out"


@pytest.mark.parametrize("answer", ["\u200b", "\u2060 \u200d", ""])
async def test_an_answer_in_which_there_is_nothing_to_see_is_not_sent(answer: str) -> None:
    desk = await desk_with()
    await desk.submit("feedback-write:1", who="moderator", answer=answer)
    assert desk.said.startswith("Nothing was written")
    await desk.submit("feedback-write:1", who="moderator", answer="We\x00 slow\ud800")
    assert body(desk.posts[0]).text == "We\ufffd slow\ufffd"


@IN_WORKSPACES
async def test_feedback_is_given_to_a_regions_leads_who_are_told(platform: Platform) -> None:
    desk = await desk_with(piece(region="wales", tags=("for:north", "pace")), platform=platform)
    await desk.press("feedback-assign", "1", who="admin")
    (choice,) = desk.form.fields
    assert (choice.value, [value for value, _ in choice.options]) == ("wales", ["wales", "north", "away"])
    *yours, told = await desk.submit(desk.form.form, who="admin", region="wales")
    assert {(post.place.platform, post.place.channel) for post in yours} == {
        (Platform.SLACK, "moderator"),
        (Platform.TEAMS, "moderator"),
    }
    assert all(SAID not in str(post) for post in yours), "who it is for may read it, and whoever stands by may not"
    assert body(told).text == "Wales looks after 1."
    assert (await kept(desk)).tags == ("for:wales", "pace")
    show = next(body(post) for post in yours if post.place.platform is platform).buttons[0]
    (shown,) = await desk.press(show.action, show.value, who="moderator")
    assert "Give to a library lead" not in labels(shown)


async def test_the_same_leads_are_told_once_for_each_time_it_is_given_to_them() -> None:
    desk = await desk_with()
    first = await desk.mention("feedback assign 1 Wales", who="moderator")
    again = await desk.mention("feedback assign 1 wales", who="moderator")
    assert (len(first), len(again)) == (3, 3)
    assert (await kept(desk)).tags == ("for:wales",)


async def test_feedback_of_a_region_that_is_gone_can_be_given_to_another_and_is_one_regions_then() -> None:
    desk = await desk_with(piece(tags=("for:gone", "for:north", "pace")))
    (shown,) = await desk.mention("feedback show 1", who="moderator")
    assert "Give to a library lead" in labels(shown)
    await desk.submit("feedback-assign:1", who="moderator", region="wales")
    assert (await kept(desk)).tags == ("for:wales", "pace")


@IN_WORKSPACES
async def test_what_a_piece_is_tagged_with_is_told_to_the_moderator_directly(platform: Platform) -> None:
    desk = await desk_with(piece(tags=("rude",)), platform=platform)
    (told,) = await desk.mention("feedback tag 1 pace", who="moderator")
    assert (told.place.direct, told.place.channel) == (True, "moderator")
    assert body(told).text == "1 has the tags pace rude."


async def test_a_tag_has_nothing_in_it_that_no_database_keeps() -> None:
    desk = await desk_with()
    await desk.mention("feedback tag 1 pa\x00ce \ud800", who="moderator")
    assert (await kept(desk)).tags == ("pa\ufffdce", "\ufffd")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("assign 1 atlantis", "There is no region 'atlantis'. The regions are: wales, north, away."),
        ("assign 1 away", "None of the library leads of Away is a moderator"),
        ("assign 7 wales", "There is no feedback 7."),
        ("show 7", "There is no feedback 7."),
        ("tag 7 pace", "There is no feedback 7."),
        ("tag 1 ,", "No tag was named"),
        ("tag 1 \u200b", "No tag was named"),
        ("tag 1 pace " + "x" * 61, "A tag has at most 60 characters"),
        ("tag 1 pace FOR:wales", 'What begins with "for:" says who looks after it'),
        ("status 1 someday", "'someday' is no status: it is new, read, answered, actioned."),
        ("status 7 read", "There is no feedback 7."),
    ],
)
async def test_what_cannot_be_done_is_told_and_changes_nothing(typed: str, told: str) -> None:
    desk = await desk_with()
    before = await kept(desk)
    await desk.mention(f"feedback {typed}", who="moderator")
    assert desk.said.startswith(told)
    assert await kept(desk) == before
    assert len(desk.posts) == 1


async def test_where_no_lead_is_a_moderator_the_fallback_who_is_one_is_told() -> None:
    desk = await desk_with()
    *yours, _ = await desk.mention("feedback assign 1 north", who="moderator")
    assert {post.place.channel for post in yours} == {"admin"}


async def test_a_lead_who_told_the_bot_to_stop_is_not_written_to_and_where_none_is_left_nothing_is_assigned() -> None:
    desk = await desk_with()
    await desk.mention("stop", who="admin")
    *yours, _ = await desk.mention("feedback assign 1 north", who="moderator")
    assert [post.place.platform for post in yours] == [Platform.TEAMS]
    desk.platform = Platform.TEAMS
    await desk.mention("stop", who="admin")
    await desk.mention("feedback untag 1 for:north", who="moderator")
    (told,) = await desk.mention("feedback assign 1 north", who="moderator")
    assert body(told).text.startswith("None of the library leads of North is a moderator whom the bot may write to")
    assert (await kept(desk)).tags == ()


async def test_what_was_given_to_a_region_can_be_taken_from_it() -> None:
    desk = await desk_with(piece(tags=("for:wales", "pace")))
    (told,) = await desk.mention("feedback assign 1 Nobody", who="moderator")
    assert (body(told).text, (await kept(desk)).tags) == ("Nobody looks after 1.", ("pace",))


@IN_WORKSPACES
@pytest.mark.parametrize(
    "typed", ["status 1 read", "assign 1 wales", "assign 1 nobody", "answer 1 Thank you", "list #none", "tag 9 x"]
)
async def test_nothing_that_a_moderator_is_told_stands_before_others(platform: Platform, typed: str) -> None:
    desk = await desk_with(platform=platform)
    posts = await desk.mention(f"feedback {typed}", who="moderator")
    assert posts
    assert all(post.private_to or post.place.direct for post in posts)
    assert platform is Platform.SLACK or all(post.place.direct for post in posts)


async def test_what_moderators_have_read_goes_when_its_author_deletes_it() -> None:
    desk = await desk_with()
    for typed in ("feedback list", "feedback show 1", "export"):
        (read,) = await desk.mention(typed, who="moderator")
        desk.database.kept.outbox.rows[read.key] = replace(read, state=State.SENT)
    await desk.mention("feedback delete 1", who="member")
    assert desk.said == "Feedback 1 is deleted."
    assert SAID not in str(desk.database.kept.outbox.rows)


async def test_a_status_is_set() -> None:
    desk = await desk_with()
    await desk.command("feedback status 1 Actioned", who="moderator")
    assert (desk.said, (await kept(desk)).status) == ("1 is actioned.", Status.ACTIONED)


@pytest.mark.parametrize("author", [None, person(Platform.X, "jo")])
async def test_who_cannot_be_written_to_is_not_to_be_answered(author: object) -> None:
    desk = await desk_with(piece(author=author))
    (shown,) = await desk.mention("feedback show 1", who="moderator")
    assert labels(shown) == ["Give to a library lead"]


@IN_WORKSPACES
async def test_what_does_not_fit_into_a_message_is_cut_and_said_to_be(platform: Platform) -> None:
    desk = await desk_with(piece(text="word " * 4_000, consent=Consent.NAMED), platform=platform)
    (shown,) = await desk.mention("feedback show 1", who="moderator")
    assert len(body(shown).text) <= LIMITS[platform]
    assert body(shown).text.endswith("…\nIt goes on.")


@IN_WORKSPACES
@pytest.mark.parametrize("typed", ["list", "show 1", "tag 1 pace", "status 1 {long}", "assign 1 {long}"])
async def test_however_long_the_fields_are_the_message_fits_and_has_the_words(platform: Platform, typed: str) -> None:
    long = "x" * 15_000
    wordy = replace(piece(), prompt=long, region=long, role=long, tags=(long,))
    desk = await desk_with(*(replace(wordy, key=str(key)) for key in range(10)), platform=platform)
    (told,) = await desk.mention(f"feedback {typed.format(long=long)}", who="moderator")
    assert len(body(told).text) <= LIMITS[platform]
    assert (SAID in body(told).text) is (typed in ("list", "show 1"))


@pytest.mark.parametrize("typed", ["feedback list", "feedback show 1", "feedback show #1"])
async def test_who_may_not_read_is_told_who_can_help(typed: str) -> None:
    desk = await desk_with()
    await desk.mention(typed, who="organiser")
    assert desk.said == "Only the campaign's moderators can do this. Please ask your regional library lead."
    assert (await kept(desk)).status is Status.NEW


@pytest.mark.parametrize("typed", ["status 1 of the cards is best", "list the cards", "tag 1 card a day"])
async def test_anybody_elses_words_that_begin_alike_are_feedback(typed: str) -> None:
    desk = await desk_with()
    await desk.mention(f"feedback {typed}", who="organiser")
    assert (await kept(desk, 2)).text == typed


async def test_on_x_nothing_is_read() -> None:
    desk = await desk_with(platform=Platform.X)
    await desk.mention("feedback show 1", who="moderator")
    await desk.press("feedback-show", "1", who="moderator")
    assert not any(SAID in str(post) for post in desk.database.kept.outbox.rows.values())
    assert await kept(desk) == replace(await kept(desk), status=Status.NEW)
