from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.bodies import Text
from bot.core.content import Content, Region
from bot.core.dated import read_dated
from bot.core.events import Mention, Platform
from bot.core.outbox import Post
from bot.core.questions import Stage, Step
from tests.handlers.desk import WORKSPACE, Desk
from tests.samples import sample_content

STRANGE, UNSURE = "qwxz", "chat or card"
SOCIAL = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])


def with_people() -> Content:
    def ids(name: str) -> tuple[str, ...]:
        return tuple(f"{platform}:{WORKSPACE[platform]}/{name}" for platform in (Platform.SLACK, Platform.TEAMS))

    north = Region(id="north", name="North", leads=ids("lead"), fallback=ids("deputy"))
    away = Region(id="away", name="Away", leads=("slack:T0ELSEWHERE/U1",))
    return sample_content(regions=(north, away))


def desk_with_people(platform: Platform = Platform.SLACK) -> Desk:
    return Desk(platform, with_people())


async def asked(desk: Desk, text: str = STRANGE, **values: str) -> list[Post]:
    """Ask, press the button and fill in the form: the posts after that."""
    await desk.mention(text)
    button = desk.text.buttons[-1]
    assert button.label == "Ask a person"
    await desk.press(button.action, button.value)
    filled = {"question": text, "region": "north", "remember": "no", **values}
    return await desk.submit(desk.form.form, **filled)


def body(post: Post) -> Text:
    assert isinstance(post.body, Text)
    return post.body


@SOCIAL
async def test_a_question_goes_to_the_lead_of_the_region_and_the_answer_back_into_the_thread(
    platform: Platform,
) -> None:
    desk = desk_with_people(platform)
    to_lead, receipt = await asked(desk)
    assert (to_lead.place.channel, to_lead.place.direct) == ("lead", True)
    assert body(to_lead).text == "Question 1 from North: qwxz"
    assert body(receipt).text == "Your question 1 is with the lead of North."
    assert receipt.private_to == "member"
    await desk.press("question-answer", "1", who="lead")
    assert (desk.form.form, desk.form.intro) == ("question-answer:1", STRANGE)
    answer, thanks = await desk.submit("question-answer:1", who="lead", answer="It is a cipher.")
    assert body(answer).text == "You asked: qwxz\nThe lead of North says: It is a cipher."
    assert (answer.place.channel, answer.place.thread, answer.private_to) == ("C0CHAT", "message-2", "")
    assert answer.cut_off is None
    assert thanks.private_to == "lead"


@SOCIAL
async def test_none_of_the_suggestions_leads_to_a_person_too(platform: Platform) -> None:
    desk = desk_with_people(platform)
    await desk.mention(UNSURE)
    *suggested, person = desk.text.buttons
    assert 1 <= len(suggested) <= 3
    assert person.label == "Ask a person"


async def test_the_form_shows_what_was_asked_and_only_regions_with_somebody_here() -> None:
    desk = desk_with_people()
    await desk.mention(STRANGE)
    await desk.press("ask-person", desk.text.buttons[-1].value)
    question, region, _ = desk.form.fields
    assert question.value == STRANGE
    assert region.options == (("north", "North"),)


@pytest.mark.parametrize("content", [sample_content(), sample_content(regions=(with_people().regions[1],))])
async def test_where_nobody_can_be_asked_nothing_is_offered(content: Content) -> None:
    desk = Desk(Platform.SLACK, content)
    await desk.mention(STRANGE)
    assert desk.text.buttons == ()


async def test_x_has_no_button() -> None:
    desk = desk_with_people(Platform.X)
    await desk.mention(STRANGE)
    assert desk.text.buttons == ()


async def test_a_region_is_remembered_with_consent_and_forgotten_on_request() -> None:
    desk = desk_with_people()
    chosen = []
    for remember in ("no", "yes", "no"):
        await asked(desk, remember=remember)
        await desk.press("ask-person", "1")
        chosen.append(desk.form.fields[1].value)
        desk.database.kept.questions.rows.clear()
    assert chosen == ["", "north", ""]
    await asked(desk, remember="yes")
    kept = desk.database.kept.ledger.notes
    assert [name for name, value in kept.items() if read_dated(value) == (desk.now, "north") and "member" not in name]
    await desk.press("ask-person", "1", who="student")
    assert desk.form.fields[1].value == ""


async def test_what_is_personal_in_a_question_goes_to_nobody_and_the_asker_is_told() -> None:
    desk = desk_with_people()
    to_lead, receipt = await asked(desk, question="A search for 943 476 5919, born 1/2/1950?")
    assert (
        body(to_lead).text == "Question 1 from North: A search for [NHS number removed], born [date of birth removed]?"
    )
    assert body(receipt).text == (
        "Your question 1 is with the lead of North. I left out an NHS number and a date of birth."
    )
    assert "943" not in desk.database.kept.questions.rows[1].text


async def test_a_form_that_is_sent_twice_is_one_question() -> None:
    """In Teams it stays where it was filled in."""
    desk = desk_with_people(Platform.TEAMS)
    await asked(desk)
    desk.now += timedelta(minutes=5)
    await desk.submit("ask-person:1", question=STRANGE, region="north", remember="no")
    assert desk.said == "Your question 1 is with the lead of North."
    assert list(desk.database.kept.questions.rows) == [1]
    await desk.submit("question-answer:1", who="lead", answer="Yes.")
    assert len(await desk.submit("ask-person:1", question=STRANGE, region="north", remember="no")) == 2


async def test_one_asker_does_not_keep_all_leads_busy() -> None:
    desk = desk_with_people()
    for number in range(3):
        await asked(desk, f"{STRANGE} {number}")
    await asked(desk, f"{STRANGE} 4")
    assert desk.said == "Three questions of yours wait already."
    await desk.submit("question-answer:1", who="lead", answer="Yes.")
    assert len(await asked(desk, f"{STRANGE} 5")) == 2


@pytest.mark.parametrize("missing", ["question", "region"])
async def test_half_a_form_is_asked_for_again(missing: str) -> None:
    desk = desk_with_people()
    await asked(desk, **{missing: " "})
    assert desk.said.startswith("Something is missing")
    assert desk.text.buttons[0].action == "ask-person"
    assert desk.database.kept.questions.rows == {}


async def test_a_long_question_and_a_long_answer_arrive_whole_and_longer_ones_are_not_cut() -> None:
    desk = desk_with_people(Platform.TEAMS)
    whole = "long " * 599 + "whole"
    await asked(desk, question=f"{whole} {whole}")
    assert desk.said == "That is longer than 3,000 characters, so nothing was passed on."
    assert desk.text.buttons[0].action == "ask-person"
    to_lead, _ = await asked(desk, question=whole)
    assert whole in body(to_lead).text
    await desk.submit("question-answer:1", who="lead", answer=f"{whole} {whole}")
    assert desk.said == "That is longer than 3,000 characters, so nothing was passed on."
    assert [button.label for button in desk.text.buttons] == ["Answer"]
    answer, _ = await desk.submit("question-answer:1", who="lead", answer=whole)
    assert body(answer).text == f"You asked: {whole}\nThe lead of North says: {whole}"


async def test_a_form_from_before_another_one_is_answered_where_it_was_filled_in() -> None:
    desk = desk_with_people()
    await asked(desk)
    question = desk.database.kept.questions.rows[1]
    assert (question.place.thread, question.place.direct) == ("message-2", False)
    await desk.submit("ask-person:0", question="Another one", region="north")
    assert desk.database.kept.questions.rows[2].place.thread == "message-4"


async def test_a_taken_question_is_in_one_pair_of_hands() -> None:
    desk = desk_with_people()
    await asked(desk)
    await desk.press("question-take", "1", who="lead")
    assert desk.said == "Question 1 is yours: qwxz"
    assert [button.label for button in desk.text.buttons] == ["Answer"]
    await desk.press("question-take", "1", who="deputy")
    assert desk.said == "Question 1 is in other hands."
    assert desk.database.kept.questions.rows[1].stage is Stage.TAKEN


async def test_an_answered_question_is_not_answered_again() -> None:
    desk = desk_with_people()
    await asked(desk)
    await desk.submit("question-answer:1", who="lead", answer="Yes.")
    for again in (
        desk.submit("question-answer:1", who="deputy", answer="No."),
        desk.press("question-answer", "1", who="deputy"),
        desk.press("question-take", "1", who="deputy"),
    ):
        await again
        assert desk.said == "Question 1 is in other hands."
    assert desk.database.kept.questions.rows[1].answer == "Yes."


@pytest.mark.parametrize("action", ["question-take", "question-answer"])
async def test_somebody_who_was_not_asked_can_do_nothing_but_a_moderator_can(action: str) -> None:
    desk = desk_with_people()
    await asked(desk)
    await desk.press(action, "1", who="student")
    assert desk.said.startswith("Only the campaign's moderators")
    assert desk.database.kept.questions.rows[1].stage is Stage.OPEN
    await desk.press(action, "1", who="moderator")
    assert desk.post.body.kind == "form" or "yours" in desk.said


@pytest.mark.parametrize("number", ["7", "", "x", "9" * 30])
async def test_a_button_of_a_question_that_is_gone_says_so(number: str) -> None:
    desk = desk_with_people()
    await desk.press("question-answer", number, who="lead")
    assert "in other hands" in desk.said


async def test_an_empty_answer_is_none() -> None:
    desk = desk_with_people()
    await asked(desk)
    await desk.submit("question-answer:1", who="lead", answer=" ")
    assert [button.label for button in desk.text.buttons] == ["Answer"]
    assert desk.database.kept.questions.rows[1].waits


@SOCIAL
async def test_moderators_see_what_waits_and_can_answer_it(platform: Platform) -> None:
    desk = desk_with_people(platform)
    await desk.command("questions", who="moderator")
    assert desk.said == "No questions wait."
    await asked(desk)
    desk.now += timedelta(days=2)
    await desk.command("questions", who="moderator")
    assert desk.said == "1 questions wait.\n1. 2 days old, North: qwxz (the lead was asked)"
    assert [(button.label, button.value) for button in desk.text.buttons] == [("Answer 1", "1")]
    assert (desk.post.place.direct, desk.post.place.channel) == (True, "moderator"), "not to everybody in a channel"
    await desk.command("questions", who="member")
    assert "moderator" in desk.said


async def test_who_takes_part_in_the_list_is_said_in_words() -> None:
    desk = desk_with_people()
    await asked(desk, "x" * 200)
    await desk.press("question-take", "1", who="lead")
    await desk.mention("questions", who="moderator")
    assert desk.said.endswith("… (somebody has taken it)")
    assert desk.database.kept.questions.rows[1].step is Step.ASKED


async def test_a_long_list_ends_where_every_platform_still_takes_it() -> None:
    desk = desk_with_people(Platform.TEAMS)
    for number in range(15):
        for one in range(3):
            await desk.submit("ask-person:1", who=f"asker{number}", question=f"{one}", region="north")
    await desk.mention("questions", who="moderator")
    assert desk.said.startswith("45 questions wait.\n1. ")
    assert desk.said.endswith("\n… and 5 more, which come up when these are answered")
    assert desk.said.count("\n") == 41


@SOCIAL
async def test_an_answer_that_a_lead_types_instead_of_pressing_can_still_be_sent(platform: Platform) -> None:
    desk = desk_with_people(platform)
    await asked(desk)
    await desk.send(directly(desk, "zzgl vrmpf.", "lead"))
    assert desk.said.endswith("If that answers a question, press its button.")
    *_, button = desk.text.buttons
    assert (button.label, button.action) == ("Answer 1", "question-answer")
    await desk.press(button.action, button.value, who="lead")
    assert (desk.form.form, desk.form.fields[0].value) == ("question-answer:1", "zzgl vrmpf.")
    assert [one.text for one in desk.database.kept.asked.rows.values()] == [STRANGE], "an answer is no question"
    await desk.submit("question-answer:1", who="lead", answer="zzgl vrmpf.")
    await desk.send(directly(desk, "zzgl vrmpf.", "lead"))
    assert not desk.said.endswith("press its button."), "nothing waits any more"


async def test_what_is_typed_elsewhere_or_by_somebody_else_is_no_answer() -> None:
    desk = desk_with_people()
    await asked(desk)
    await desk.mention("zzgl vrmpf.", who="lead")
    assert not desk.said.endswith("press its button.")
    await desk.send(directly(desk, "zzgl vrmpf.", "student"))
    assert not desk.said.endswith("press its button.")
    await desk.press("question-take", "1", who="deputy")
    await desk.send(directly(desk, "zzgl vrmpf.", "lead"))
    assert not desk.said.endswith("press its button."), "it is in other hands"


def directly(desk: Desk, text: str, who: str) -> Mention:
    said = Mention(**desk.new(who), text=text, message_id="2")  # type: ignore[arg-type]
    return replace(said, place=replace(said.place, direct=True))
