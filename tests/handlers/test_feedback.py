import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.events import FormSubmitted, Person, Platform
from bot.core.feedback import Consent, Feedback, Source
from bot.core.feedback_sheet import unguarded
from bot.core.policy import LIMITS
from tests.handlers.desk import WORKSPACE, Desk

EVERYWHERE = pytest.mark.parametrize("platform", Platform)
IN_WORKSPACES = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])


def kept(desk: Desk) -> list[Feedback]:
    return list(desk.database.kept.feedback.rows_by_key.values())


@EVERYWHERE
async def test_feedback_in_a_mention_is_kept_and_gets_a_receipt(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention("feedback The chat was too fast for me")
    assert kept(desk) == [
        Feedback(
            key=f"{platform}:1",
            at=desk.now,
            source=Source(platform),
            author=Person(platform, WORKSPACE[platform], "member", "Member"),
            text="The chat was too fast for me",
            number=1,
        )
    ]
    assert desk.said == "Thank you. Your feedback is number 1."
    assert desk.post.private_to == "member"


async def test_feedback_by_slash_command_is_kept() -> None:
    desk = Desk()
    await desk.command("feedback Lovely cards")
    assert [feedback.text for feedback in kept(desk)] == ["Lovely cards"]


@IN_WORKSPACES
@pytest.mark.parametrize("between", [":\n", "\n\n", "\t", "\u00a0"])
async def test_feedback_may_begin_on_a_line_of_its_own(platform: Platform, between: str) -> None:
    desk = Desk(platform)
    await desk.mention(f"feedback{between}Too fast.\nLovely cards!")
    assert [feedback.text for feedback in kept(desk)] == ["Too fast.\nLovely cards!"]


async def test_an_x_mention_with_the_feedback_hashtag_is_kept_as_it_was_said() -> None:
    desk = Desk(Platform.X)
    await desk.mention("My first chat, and I loved it #feedback")
    assert [feedback.text for feedback in kept(desk)] == ["My first chat, and I loved it #feedback"]
    assert desk.said == "Thank you. Your feedback is number 1."


async def test_asking_how_to_give_feedback_is_a_question() -> None:
    desk = Desk(Platform.X)
    await desk.mention("How do I give feedback?")
    assert kept(desk) == []
    assert desk.said == "Post to us with the word feedback first."


async def test_feedback_without_words_opens_a_form() -> None:
    desk = Desk()
    await desk.command("feedback")
    text, quote, *optional = desk.form.fields
    assert all(field.optional for field in optional)
    assert text.multiline
    assert "Do not include personal information" in text.hint
    assert quote.value == "no"
    assert kept(desk) == []


async def test_a_mention_on_teams_shows_the_form() -> None:
    desk = Desk(Platform.TEAMS)
    await desk.mention("feedback")
    assert desk.form.form == "feedback"


async def test_where_slack_permits_no_form_a_button_opens_it() -> None:
    desk = Desk()
    await desk.mention("feedback")
    (button,) = desk.text.buttons
    await desk.press(button.action, button.value)
    assert desk.form.form == "feedback"


async def test_on_x_empty_feedback_is_told_how() -> None:
    desk = Desk(Platform.X)
    await desk.mention("feedback")
    assert desk.said.startswith("That was empty.")


@IN_WORKSPACES
@pytest.mark.parametrize(
    ("answer", "consent"),
    [
        ("yes", Consent.UNNAMED),  # from a form that was open before an update
        ("unnamed", Consent.UNNAMED),
        ("named", Consent.NAMED),
        ("no", Consent.NO),
        ("", Consent.NO),
        ("Yes!", Consent.NO),
    ],
)
async def test_the_form_keeps_words_and_consent(platform: Platform, answer: str, consent: Consent) -> None:
    desk = Desk(platform)
    await desk.submit("feedback", text=" More\nquizzes ", may_quote=answer)
    assert [(feedback.text, feedback.consent) for feedback in kept(desk)] == [("More\nquizzes", consent)]
    assert "number 1" in desk.said


async def test_a_card_of_teams_that_is_sent_once_more_is_kept_once_and_with_other_words_again() -> None:
    desk = Desk(Platform.TEAMS)
    new = desk.new("member")
    for number, (text, told) in enumerate([("Slower", 1), ("Slower", 1), ("Faster", 2), ("Slower", 1)]):
        again = {**new, "key": f"teams:{number}", "form": "feedback", "values": {"text": text, "may_quote": "no"}}
        await desk.send(FormSubmitted(**again))  # type: ignore[arg-type]
        assert desk.said == f"Thank you. Your feedback is number {told}."
    await desk.submit("feedback", text="Slower", may_quote="no")
    assert [one.text for one in kept(desk)] == ["Slower", "Faster", "Slower"]


@pytest.mark.parametrize("values", [{}, {"text": " \n"}])
async def test_an_empty_form_keeps_nothing_and_is_offered_again(values: dict[str, str]) -> None:
    desk = Desk()
    await desk.submit("feedback", **values)
    assert desk.said.startswith("That was empty.")
    assert kept(desk) == []


@EVERYWHERE
async def test_redelivered_feedback_is_kept_once(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention("feedback once")
    desk.count -= 1
    assert await desk.mention("feedback once") == []
    assert len(kept(desk)) == 1


async def test_words_that_no_database_takes_are_still_kept() -> None:
    desk = Desk()
    await desk.submit("feedback", text="nul \x00 and half a character \ud83d")
    assert kept(desk)[0].text == "nul \ufffd and half a character \ufffd"


PERSONAL = "Please ring me on 07700 900123"


@IN_WORKSPACES
async def test_personal_information_is_offered_for_removal_before_anything_is_kept(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.submit("feedback", text=PERSONAL, may_quote="named", region="Wales")
    assert kept(desk) == []
    assert desk.said == "There is a phone number in it. Without?"
    without, as_it_is = desk.text.buttons
    for pressed, words in ((as_it_is, PERSONAL), (without, "Please ring me on [phone number removed]")):
        await desk.press(pressed.action, pressed.value)
        assert [(one.text, one.consent, one.region) for one in kept(desk)] == [(words, Consent.NAMED, "Wales")]


async def test_personal_information_in_any_field_is_offered_for_removal() -> None:
    desk = Desk()
    await desk.submit("feedback", text="Slower", region="Wales", role="Nurse, 07700 900123", contact="07700 900123")
    assert desk.said == "There is a phone number in it. Without?"
    without = desk.text.buttons[0]
    await desk.press(without.action, without.value)
    assert [(one.text, one.role, one.contact) for one in kept(desk)] == [
        ("Slower", "Nurse, [phone number removed]", "07700 900123")
    ]


@IN_WORKSPACES
async def test_words_with_something_personal_are_kept_once_as_the_last_button_that_was_pressed_says(
    platform: Platform,
) -> None:
    desk = Desk(platform)
    await desk.mention(f"feedback {PERSONAL}")
    without, as_it_is = desk.text.buttons
    for button, number in ((without, 1), (without, 1), (as_it_is, 2), (as_it_is, 2)):
        await desk.press(button.action, button.value)
        assert desk.said == f"Thank you. Your feedback is number {number}."
    await desk.mention(f"feedback {PERSONAL}")
    await desk.press(desk.text.buttons[0].action, desk.text.buttons[0].value)
    assert [one.number for one in kept(desk)] == [2, 3]
    assert [entry.what for entry in desk.database.kept.audit.entries] == ["feedback delete"]


async def test_what_is_too_long_for_a_button_is_asked_for_again() -> None:
    desk = Desk()
    await desk.mention(f"feedback {PERSONAL} {'word ' * 500}")
    assert kept(desk) == []
    assert desk.text.buttons == ()


@IN_WORKSPACES
async def test_long_words_of_a_form_that_is_gone_are_given_back(platform: Platform) -> None:
    desk, long = Desk(platform), f"{PERSONAL} {'word ' * 500}end"
    await desk.submit("feedback", text=long, contact="maya@example.org")
    assert kept(desk) == []
    assert desk.said == f"There is a phone number in it. Without?\n\nYou wrote:\n{long}"
    assert desk.post.private_to == "member"


async def test_words_that_are_longer_than_a_message_are_given_back_as_far_as_they_fit() -> None:
    desk = Desk()
    await desk.submit("feedback", text=f"{PERSONAL} {'word ' * 5_000}")
    assert desk.said.endswith("…")
    assert len(desk.said) <= LIMITS[Platform.SLACK]


async def test_on_x_it_is_kept_without_what_is_personal() -> None:
    desk = Desk(Platform.X)
    await desk.mention(f"feedback {PERSONAL}")
    assert [one.text for one in kept(desk)] == ["Please ring me on [phone number removed]"]


@pytest.mark.parametrize("value", ["", "[]", "null", '{"text": 1}', '{"text": " "}', "{"])
async def test_a_button_that_is_not_ours_keeps_nothing(value: str) -> None:
    desk = Desk()
    assert await desk.press("feedback-keep", value) == []
    assert kept(desk) == []


@EVERYWHERE
async def test_people_delete_their_own_feedback_and_nobody_elses(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention("feedback Too fast", who="member")
    await desk.mention("feedback delete 1", who="somebody")
    assert desk.said == "No feedback 1 of yours. Please ask your regional library lead."
    await desk.mention("feedback delete 1.", who="member")
    assert desk.said == "Feedback 1 is deleted."
    assert kept(desk) == []
    assert [entry.what for entry in desk.database.kept.audit.entries] == ["feedback delete"]


@EVERYWHERE
@pytest.mark.parametrize(
    "typed",
    [
        "feedback delete my feedback 1",
        "feedback remove #1",
        "feedback delete feedback no. 1, please",
        "delete my feedback 1",
        "Please delete feedback number 1.",
    ],
)
async def test_however_somebody_says_which_is_to_go_it_goes(platform: Platform, typed: str) -> None:
    desk = Desk(platform)
    await desk.mention("feedback Too fast")
    await desk.mention(typed)
    assert (desk.said, kept(desk)) == ("Feedback 1 is deleted.", [])


@EVERYWHERE
@pytest.mark.parametrize(
    "typed",
    ["feedback delete", "feedback delete all", "feedback delete 1 and 2", "feedback remove it", "delete my feedback"],
)
async def test_who_wants_theirs_deleted_and_says_not_which_is_told_how(platform: Platform, typed: str) -> None:
    desk = Desk(platform)
    await desk.mention("feedback Too fast")
    await desk.mention(typed)
    assert desk.said == "Nothing is deleted. Which? Or ask your regional library lead."
    assert [one.text for one in kept(desk)] == ["Too fast"]


async def test_what_is_deleted_is_not_kept_again_when_x_is_read_again_after_a_restore() -> None:
    desk = Desk(Platform.X)
    await desk.mention("feedback Too fast")
    await desk.mention("feedback delete 1")
    desk.count = 0
    assert await desk.mention("feedback Too fast") == []
    assert kept(desk) == []


async def test_asking_to_delete_something_else_is_feedback() -> None:
    desk = Desk()
    await desk.mention("feedback delete the 12 old posters please")
    await desk.mention("feedback Delete the reminders")
    assert [one.text for one in kept(desk)] == ["delete the 12 old posters please", "Delete the reminders"]


HOSTILE = st.one_of(
    st.text(st.characters()),
    st.sampled_from(["\u200b", "\u202eabc", "＝1+1", "<!channel>", "@everyone", "=cmd|x", "\ud83d", "\0", "delete 0"]),
)


@settings(max_examples=50)
@given(HOSTILE, HOSTILE)
async def test_whatever_people_write_is_taken_and_exported(text: str, region: str) -> None:
    desk = Desk()
    await desk.submit("feedback", text=text, region=region, role=text, contact=region)
    await desk.mention(f"feedback {text}")
    await desk.mention("export", who="moderator")
    cells = list(csv.reader(io.StringIO(desk.file.content.removeprefix("\ufeff"), newline="")))[1:]
    assert [unguarded(row[3]) for row in cells] == [one.text for one in kept(desk)]


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("typed", ["fedback The chat was great", "Feedbak: The chat was great"])
async def test_feedback_is_kept_also_where_its_word_is_misspelt(platform: Platform, typed: str) -> None:
    desk = Desk(platform)
    await desk.mention(typed)
    assert [one.text for one in desk.database.kept.feedback.rows_by_key.values()] == ["The chat was great"]


@pytest.mark.parametrize(("typed", "who"), [("feedbak list", "moderator"), ("feedbacks from last month?", "member")])
async def test_a_misspelt_order_or_a_question_is_no_feedback(typed: str, who: str) -> None:
    desk = Desk()
    await desk.mention(typed, who)
    assert not desk.database.kept.feedback.rows_by_key


@pytest.mark.parametrize("typed", ["fedback delete 1", "Feedbak: please delete number 1"])
async def test_who_misspells_that_their_feedback_is_to_be_deleted_has_it_deleted(typed: str) -> None:
    desk = Desk()
    await desk.mention("feedback I was ill that week")
    await desk.mention(typed)
    assert kept(desk) == []
