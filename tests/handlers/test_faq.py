from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.answers import Answers, Known
from bot.core.content import XRule
from bot.core.events import Command, Mention, Platform
from tests.handlers.desk import Desk
from tests.handlers.test_person import desk_with_people, with_people
from tests.samples import sample_content

SURE, UNSURE, STRANGE = "how cna i get involvd", "chat or card", "qwxz"
EVERYWHERE = pytest.mark.parametrize("platform", Platform)


@EVERYWHERE
async def test_a_misspelt_question_is_answered_where_it_was_asked(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention(SURE)
    assert "Post a card" in desk.said
    assert "https://example.org/get-involved" in desk.said
    assert desk.post.place.thread == "message-1"
    assert desk.post.private_to == ""


@EVERYWHERE
async def test_an_answer_names_its_source_where_there_is_room(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention("May I use the campaign logo?")
    short = desk.said == "Yes. Any health library may use it."
    assert short if platform is Platform.X else "Source: Campaign pages" in desk.said


@EVERYWHERE
async def test_a_question_that_may_mean_several_things_is_asked_back(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention(UNSURE)
    first, *others = desk.text.buttons
    assert desk.said == f"Did you mean: {first.label}"
    assert len(others) <= 2


async def test_pressing_a_suggestion_gives_its_answer_to_the_one_who_pressed() -> None:
    desk = Desk()
    await desk.mention(UNSURE)
    chosen = next(button for button in desk.text.buttons if button.value.startswith("make-card "))
    await desk.press(chosen.action, chosen.value, who="student")
    assert desk.said.startswith("Use the template, write one sentence")
    assert desk.post.private_to == "student"


async def test_a_suggestion_that_did_not_help_leads_to_a_person_with_the_question_as_it_was_asked() -> None:
    desk = desk_with_people()
    await desk.mention(UNSURE)
    chosen = next(button for button in desk.text.buttons if button.action == "faq")
    await desk.press(chosen.action, chosen.value)
    not_useful = next(button for button in desk.text.buttons if button.action == "useless")
    await desk.press(not_useful.action, not_useful.value)
    await desk.press(desk.text.buttons[0].action, desk.text.buttons[0].value)
    assert desk.form.fields[0].value == UNSURE


async def test_a_suggestion_that_was_taken_out_since_leads_to_a_person() -> None:
    desk = desk_with_people()
    await desk.press("faq", "no-longer-there 3")
    assert "your regional library lead" in desk.said
    assert [(button.label, button.value) for button in desk.text.buttons] == [("Ask a person", "3")]


@EVERYWHERE
async def test_what_the_faq_does_not_know_leads_to_a_person(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention(STRANGE)
    assert desk.said.startswith("I do not know that yet. Please ask your regional library lead")


async def test_a_question_by_slash_command_is_answered_privately() -> None:
    desk = Desk()
    await desk.command("How can I get involved?")
    assert "Post a card" in desk.said
    assert desk.post.private_to == "member"


@EVERYWHERE
async def test_what_is_not_said_to_us_is_not_answered(platform: Platform) -> None:
    assert await Desk(platform).overhear("How can I get involved? #AMillionDecisions") == []


async def test_a_redelivered_question_is_answered_once() -> None:
    desk = Desk()
    assert len(await desk.mention(SURE)) == 1
    desk.count -= 1
    assert await desk.mention(SURE) == []


async def test_two_questions_have_both_answers_where_there_is_room() -> None:
    desk = Desk()
    await desk.mention("How can I get involved? And where is the logo?")
    assert "Post a card" in desk.said
    assert "Any health library may use it" in desk.said


@EVERYWHERE
async def test_who_asks_more_at_once_than_is_told_apart_hears_so(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.mention("Qwxz zxqw? Zxxq wqqz? Xzzq qqwx? Wzzx xqqz?")
    assert desk.said == "Please ask me one thing at a time."
    await desk.mention("Qwxz zxqw? Zxxq wqqz?")
    assert desk.said.startswith("I do not know that yet.")


async def test_what_is_answered_of_many_questions_is_not_taken_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    known = Known(desk.content.faq[0], 1.0)
    monkeypatch.setattr(Answers, "best_now", lambda *_: known)
    await desk.mention("How can I get involved? Where is Paris? When does it rain? How tall are giraffes?")
    assert desk.said.startswith(known.entry.answer)
    assert desk.said.endswith("Please ask me one thing at a time.")


async def test_on_x_a_message_has_one_answer() -> None:
    desk = Desk(Platform.X)
    await desk.mention("How can I get involved? And where is the logo?")
    assert "Any health library may use it" not in desk.said


@pytest.mark.parametrize("texts", [(SURE, SURE, SURE), (STRANGE, "zxqw", "wqzx")])
async def test_on_x_the_same_answer_again_within_a_day_is_told_in_other_words_once(texts: tuple[str, ...]) -> None:
    desk = Desk(Platform.X)
    first, again, *_ = [desk.said if await desk.mention(text) else "" for text in texts]
    assert again == "I said that already. Please ask your regional library lead."
    assert desk.posts == []
    await desk.mention(texts[0], who="student")
    assert desk.said == first
    desk.now += timedelta(days=1, minutes=1)
    await desk.mention(texts[0])
    assert desk.said == first


async def test_a_follow_up_in_a_thread_leans_on_what_was_asked_there() -> None:
    desk = Desk()
    await desk.mention("May I use the campaign logo?")
    later = Mention(**desk.new("student"), text="what about online?", message_id="2")  # type: ignore[arg-type]
    await desk.send(replace(later, place=replace(later.place, thread="message-1")))
    assert desk.said.startswith("Yes. Any health library may use it")


def in_talk(desk: Desk, text: str, *, who: str = "member", direct: bool = False, thread: str = "t") -> Mention:
    """Said in one thread, or in one direct message, whose messages have threads of their own in Teams."""
    event = Mention(**desk.new(who), text=text, message_id="2")  # type: ignore[arg-type]
    return replace(event, place=replace(event.place, thread=thread, direct=direct))


@EVERYWHERE
async def test_nothing_is_repeated_to_the_same_person_in_a_thread(platform: Platform) -> None:
    desk = Desk(platform)
    await desk.send(in_talk(desk, SURE))
    assert "Post a card" in desk.said
    await desk.send(in_talk(desk, "How do I take part?"))
    assert desk.said == "As I said: How can I get involved?"
    await desk.send(in_talk(desk, "Where is the logo?"))
    assert "Any health library" in desk.said
    await desk.send(in_talk(desk, SURE, who="student"))
    assert "Post a card" in desk.said
    await desk.send(in_talk(desk, SURE, thread="another"))
    # X would refuse it below another post, too.
    assert ("I said that already" if platform is Platform.X else "Post a card") in desk.said


@pytest.mark.parametrize(("minutes", "known"), [(20, True), (40, False)])
async def test_in_a_direct_message_a_follow_up_leans_on_what_was_asked_a_moment_ago(minutes: int, known: bool) -> None:
    desk = Desk(Platform.TEAMS)
    await desk.send(in_talk(desk, "May I use the campaign logo?", direct=True, thread="1"))
    desk.now += timedelta(minutes=minutes)
    await desk.send(in_talk(desk, "what about online?", direct=True, thread="2"))
    assert desk.said.startswith("Yes. Any health library may use it") is known


@pytest.mark.parametrize("text", ["ok", "that is wrong", "who pays for it", "and can you renew my parking permit?"])
async def test_what_does_not_go_on_from_an_answer_does_not_get_it_again(text: str) -> None:
    desk = Desk(Platform.TEAMS)
    await desk.send(in_talk(desk, "May I use the campaign logo?", direct=True, thread="1"))
    await desk.send(in_talk(desk, text, direct=True, thread="2"))
    assert not desk.said.startswith("Yes. Any health library may use it")


async def test_a_follow_up_that_is_likelier_about_something_else_is_asked_back() -> None:
    desk = Desk(Platform.TEAMS)
    await desk.send(in_talk(desk, "May I use the campaign logo?", direct=True, thread="1"))
    await desk.send(in_talk(desk, "and a chat", direct=True, thread="2"))
    assert desk.said.startswith("Did you mean: ")


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])
@pytest.mark.parametrize("yes", ["Yes", "yes please!"])
async def test_yes_to_did_you_mean_gets_the_answer(platform: Platform, yes: str) -> None:
    desk = Desk(platform)
    await desk.send(in_talk(desk, "May I use the campaign logo?"))
    await desk.send(in_talk(desk, UNSURE))
    meant = desk.said.removeprefix("Did you mean: ")
    await desk.send(in_talk(desk, yes, thread="another"))
    assert desk.said.startswith("I do not know"), "nothing was suggested there"
    kept = len(desk.database.kept.asked.rows)
    await desk.send(in_talk(desk, yes))
    entry = next(one for one in desk.content.faq if one.question == meant)
    assert desk.said.startswith(entry.answer)
    assert len(desk.database.kept.asked.rows) == kept, "it is no question"
    await desk.send(in_talk(desk, yes))
    assert desk.said == "You are welcome.", "it was said once, and was useful"


@EVERYWHERE
@pytest.mark.parametrize("no", ["No", "nope, sorry", "None of these."])
async def test_no_to_did_you_mean_is_shown_the_way_to_a_person_without_another_guess(
    platform: Platform, no: str
) -> None:
    desk = Desk(platform, with_people())
    await desk.send(in_talk(desk, UNSURE))
    kept = len(desk.database.kept.asked.rows)
    await desk.send(in_talk(desk, no))
    assert desk.said.startswith("I do not know that yet. Please ask your regional library lead")
    assert [button.value for button in desk.text.buttons] == ([] if platform is Platform.X else ["0"])
    assert len(desk.database.kept.asked.rows) == kept, "it is no question"
    await desk.send(in_talk(desk, "yes"))
    assert not any(entry.answer in desk.said for entry in desk.content.faq), "it was declined"


@EVERYWHERE
async def test_yes_and_no_to_was_this_useful_are_no_questions(platform: Platform) -> None:
    desk = Desk(platform, with_people())
    await desk.send(in_talk(desk, SURE))
    kept = len(desk.database.kept.asked.rows)
    await desk.send(in_talk(desk, "yes"))
    assert not desk.posts if platform is Platform.X else desk.said == "You are welcome."
    await desk.send(in_talk(desk, "No"))
    assert desk.said.startswith("I do not know that yet. Please ask your regional library lead")
    assert len(desk.database.kept.asked.rows) == kept


async def test_a_slash_command_leans_on_the_one_before_it() -> None:
    desk = Desk()

    async def type_(text: str) -> None:
        event = Command(**desk.new("member", trigger=True), text=text)  # type: ignore[arg-type]
        await desk.send(replace(event, place=replace(event.place, thread="")))

    await type_("May I use the campaign logo?")
    await type_("what about online?")
    assert desk.said.startswith("Yes. Any health library may use it")
    await type_(UNSURE)
    meant = desk.said.removeprefix("Did you mean: ")
    await type_("yes")
    assert desk.said.startswith(next(one.answer for one in desk.content.faq if one.question == meant))


async def test_what_was_suggested_does_not_hide_what_was_answered_before() -> None:
    desk = Desk()
    for text in ("May I use the campaign logo?", UNSURE, "what about online?"):
        await desk.send(in_talk(desk, text))
    assert desk.said == "As I said: May I use the campaign logo?"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("and a chat", "May I use the campaign logo? and a chat"), ("qwxz", "qwxz")],
)
async def test_a_person_is_shown_what_a_question_went_on_from(text: str, shown: str) -> None:
    desk = desk_with_people()
    await desk.send(in_talk(desk, "May I use the campaign logo?"))
    await desk.send(in_talk(desk, text))
    await desk.press("ask-person", desk.text.buttons[-1].value)
    assert desk.form.fields[0].value == shown


async def test_what_was_asked_in_a_direct_message_is_kept_without_its_place() -> None:
    desk = Desk()
    await desk.send(in_talk(desk, SURE, direct=True))
    assert desk.database.kept.ledger.notes
    assert "C0CHAT" not in str(desk.database.kept.ledger)


async def test_questions_are_kept_without_who_asked() -> None:
    desk = Desk()
    for text in (SURE, UNSURE, "qwxz, ask @lena"):
        await desk.mention(text)
    kept = [(one.text, one.outcome.value, one.entry) for one in desk.database.kept.asked.rows.values()]
    first, second, third = kept
    assert first == (SURE, "answered", "get-involved")
    assert second[:2] == (UNSURE, "asked-back")
    assert third == ("qwxz, ask …", "unknown", "")
    assert "member" not in str(desk.database.kept.asked)


async def test_on_x_a_link_can_be_left_to_the_pinned_post() -> None:
    content = sample_content()
    pinned = content.campaign.model_copy(update={"x": XRule(links="pinned", pinned="See our pinned post.")})
    desk = Desk(Platform.X, replace(content, campaign=pinned))
    await desk.mention(SURE)
    assert desk.said.endswith("See our pinned post.")
    assert "https://" not in desk.said
    await desk.mention("May I use the campaign logo?")
    assert desk.said == "Yes. Any health library may use it.", "it has no link to begin with"
