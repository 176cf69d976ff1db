"""A chat of three questions, ten minutes apart, post by post."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.events import Platform
from bot.core.heard import Asked, HeardPost
from bot.core.qn import Held, How, Labeller, Matched, match_all

START = datetime(2026, 3, 17, 20, tzinfo=UTC)
QUESTIONS = [
    Asked(
        1, START + timedelta(minutes=5), "Q1 What stops busy staff from using evidence? #chat", frozenset({"q1", "s1"})
    ),
    Asked(2, START + timedelta(minutes=15), "Q2 How do you teach searching to new starters? #chat", frozenset({"q2"})),
    Asked(3, START + timedelta(minutes=25), "Q3 Which stories convince managers? #chat", frozenset({"q3"})),
]


class Chat:
    """Hears posts, each named by its number, at the minute given."""

    def __init__(self) -> None:
        self.labeller = Labeller(QUESTIONS)
        self.said = 0

    def __call__(
        self, minute: float, text: str, author: str = "@ann", to: str | None = None, *, repost: bool = False
    ) -> Matched:
        self.said += 1
        at = START + timedelta(minutes=minute)
        post = HeardPost(Platform.X, f"p{self.said}", at, author, text, in_reply_to=to, is_repost=repost)
        return self.labeller.hear(post)


@pytest.fixture
def hear() -> Chat:
    return Chat()


ANSWER = "We give every ward a named librarian because people ask a face and not a form"


def test_a_label_is_surest(hear: Chat) -> None:
    found = hear(16, "A1 late, time", to="q2")
    assert (found.questions, found.how) == ((1,), How.LABEL)
    assert found.confidence > 0.9


def test_a_reply_to_a_question_answers_it(hear: Chat) -> None:
    assert hear(27, "time, above all", to="q1").questions == (1,)
    assert hear(27, "passwords, above all", to="s1").questions == (1,)  # the same question in another room


def test_a_reply_answers_what_the_post_above_answers(hear: Chat) -> None:
    hear(6, "A1 time", "@ann")
    first = hear(16, "the same here, and nobody to cover the desk", "@ben", to="p1")
    second = hear(20, "a second pair of hands would help them, and a named face on each ward", "@ann", to="p2")
    assert [(found.questions, found.how) for found in (first, second)] == [((1,), How.REPLY)] * 2
    assert 0.5 < second.confidence < first.confidence


def test_a_question_put_to_somebody_who_has_answered_belongs_to_the_answer(hear: Chat) -> None:
    hear(6, "A1 a rota for the desk, so that somebody can go to the wards", "@ann")
    asked_back = hear(7, "@ann who decides on the rota, and do the wards know about it?", "@ben", to="p1")
    assert (asked_back.questions, asked_back.how) == ((1,), How.REPLY)
    assert not hear(8, "who decides on the tea tonight?", "@cat").questions


def test_a_reply_to_a_question_that_was_put_again_answers_it(hear: Chat) -> None:
    hear.labeller.hear(HeardPost(Platform.X, "q1", START + timedelta(minutes=5), "@host", QUESTIONS[0].text))
    hear(16, "Q1 once more, for those who have just come", "@host")
    assert hear(17, "time, above all, and nobody to cover the desk", to="p1").questions == (1,)


def test_a_reply_is_no_surer_than_the_post_above(hear: Chat) -> None:
    above = hear(17, ANSWER)
    assert above.confidence > hear(18, ANSWER + " at ours", "@ben", to="p1").confidence


def test_who_has_put_the_questions_seldom_answers_them(hear: Chat) -> None:
    post = HeardPost(Platform.X, "q2", START + timedelta(minutes=15), "@host", QUESTIONS[1].text)
    hear.labeller.hear(post)
    assert hear(17, ANSWER, "@host").confidence < hear(18, ANSWER + " at ours", "@ben").confidence


def test_a_reply_to_small_talk_answers_nothing(hear: Chat) -> None:
    hear(6, "Hello all, Ann from Leeds")
    assert hear(7, "@ann hello, how is the weather up there?", "@ben", to="p1").questions == ()


@pytest.mark.parametrize(
    "text", ["@ann 👏👏👏", "@ann what's your name by the way? DM me tonight", "@ann cheers, night x"]
)
def test_an_aside_in_reply_to_an_answer_is_not_counted_as_one(hear: Chat, text: str) -> None:
    hear(6, "A1 time")
    assert not hear(7, text, "@ben", to="p1").sure


def test_a_greeting_in_reply_to_an_answer_answers_nothing(hear: Chat) -> None:
    hear(6, "A1 time")
    assert hear(7, "@ann hello Ann, nice to see you!", "@ben", to="p1").questions == ()


def test_thanks_in_reply_to_an_answer_are_less_sure_than_words_about_it(hear: Chat) -> None:
    hear(6, "A1 time")
    thanks, words = hear(7, "@ann thank you!", "@ben", to="p1"), hear(8, "@ann and no desk to sit at", "@ben", to="p1")
    assert thanks.confidence < words.confidence


def test_a_name_at_the_start_stands_for_a_lost_reply(hear: Chat) -> None:
    hear(14, "A1 time", "@ann")
    assert hear(16, "@ann the same on our wards", "@ben").questions == (1,)
    assert hear(29, "@ann the same on our wards, honestly", "@ben").questions != (1,)


def test_the_next_part_of_a_thread_goes_with_the_part_before(hear: Chat) -> None:
    hear(14, "A1 1/2 time, and being afraid to ask")
    found = hear(15.5, "2/2 so the desk has to come to them")
    assert (found.questions, found.how) == ((1,), How.THREAD)


def test_an_unlabelled_answer_goes_to_the_running_question_with_its_confidence(hear: Chat) -> None:
    found = hear(17, ANSWER)
    assert (found.questions, found.how) == ((2,), How.RUNNING)
    assert 0.5 < found.confidence < 0.98


def test_words_of_the_question_make_an_unlabelled_post_surer(hear: Chat) -> None:
    without, with_ = hear(17, "One page, with pictures"), hear(18, "One page on searching for starters, with pictures")
    assert without.confidence < with_.confidence


def test_another_question_is_recognised_by_its_words_where_a_post_says_that_it_is_late(hear: Chat) -> None:
    found = hear(27, "Still thinking about new starters: a walk round the building", "@ann")
    assert (found.questions, found.how) == ((2,), How.WORDS)


def test_a_topic_named_at_the_start_is_a_question_that_has_its_words(hear: Chat) -> None:
    found = hear(27, "On starters: we walk them round the building and show them where the desk is")
    assert (found.questions, found.how) == ((2,), How.WORDS)


def test_a_late_post_without_words_of_a_question_is_taken_for_one_to_the_question_before(hear: Chat) -> None:
    found = hear(27, "Sorry, catching up. We walk them round the building, and they get a mug and a map")
    assert (found.questions, found.how) == ((2,), How.WORDS)


def test_a_word_that_points_at_a_question_is_none_of_its_words(hear: Chat) -> None:
    found = hear(27, "For the new starters one: a walk round the building")
    assert (found.questions, found.how) == ((2,), How.WORDS)


def test_the_same_words_are_less_of_an_answer_long_after_the_question(hear: Chat) -> None:
    at_once, later = hear(16, "A quiet desk by the door"), hear(24.5, "A quiet chair by the window")
    assert later.confidence < at_once.confidence


@pytest.mark.parametrize(
    "text",
    [
        "Good evening everyone!",
        "Hi all, Ben here, librarian in Leeds",
        "Thanks all, great chat",
        "Got to dash, bye!",
        "Which question are we on?",
        "Sorry, my wifi is down",
        "Q3 in two minutes!",
        "Stuck on the M1 near Leeds",
        "Just popped out for a pizza, back in 5",
        "My cat is asleep on the keyboard again",
        "",
        "🎉🎉🎉",
    ],
)
def test_small_talk_answers_nothing_with_confidence(hear: Chat, text: str) -> None:
    assert not hear(17, text).sure


def test_nothing_is_answered_before_the_first_question(hear: Chat) -> None:
    assert hear(3, ANSWER) == Matched()


def test_a_reply_to_a_question_published_ahead_answers_it(hear: Chat) -> None:
    days_before, on_the_night = hear(-3 * 24 * 60, ANSWER, to="q2"), hear(16, ANSWER + " at ours", to="q2")
    assert days_before.questions == on_the_night.questions == (2,)


def test_reposts_and_quotes_are_no_contributions(hear: Chat) -> None:
    assert hear(17, "A2 slowly", repost=True).how == How.REPOST
    assert hear(17, "RT @ann: A2 slowly and with biscuits").how == How.REPOST
    assert hear(17, "“A2 slowly and with biscuits for everyone” via @ann").how == How.REPOST


def test_what_somebody_adds_to_a_quote_counts(hear: Chat) -> None:
    assert hear(17, "A1 too “A2 slowly and with biscuits for everyone” via @ann").questions == (1,)


def test_the_posts_that_put_the_questions_answer_none(hear: Chat) -> None:
    host = HeardPost(Platform.X, "q2", START + timedelta(minutes=15), "@host", QUESTIONS[1].text)
    assert hear.labeller.hear(host) == Matched(how=How.QUESTION)
    assert hear(16, "Q2 once more, for those who have just come", "@host").how == How.QUESTION
    assert hear(16, "Again: how do you teach searching to new starters?", "@ben").how == How.QUESTION


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("50% off all mugs, order now at example.com!!", Held.ADVERT),
        ("A2 buy followers now at example.com!! 50% off with the code BUY", Held.ADVERT),
        ("i am watching the football tonight, any pizza left?", Held.OFF_TOPIC),
        (ANSWER, None),
        ("A2 slowly, see https://example.org/paper", None),
        ("Thanks everyone, good night!", None),
    ],
)
def test_what_a_moderator_should_see_is_held(hear: Chat, text: str, held: Held | None) -> None:
    found = hear(17, text)
    assert found.held == held
    assert not (held and found.sure)


def test_the_same_text_again_is_held_and_keeps_its_label(hear: Chat) -> None:
    hear(16, "A2 slowly, and with biscuits")
    again = hear(17, "A2 slowly, and with biscuits #chat")
    assert (again.questions, again.held) == ((2,), Held.REPEAT)
    assert hear(18, "A2 slowly, and with biscuits", "@ben").held is None  # two people may well say so few words
    hear(19, "A2 slowly, and with biscuits for everyone who comes")
    assert hear(20, "A2 slowly, and with biscuits for everyone who comes", "@ben").held == Held.REPEAT


def test_a_post_that_is_delivered_twice_has_one_answer(hear: Chat) -> None:
    post = HeardPost(Platform.SLACK, "m1", START + timedelta(minutes=16), "U1", "A2 slowly, and with biscuits")
    assert hear.labeller.hear(post) == hear.labeller.hear(post)
    assert hear.labeller.hear(post).held is None


def test_a_question_can_be_inserted_while_the_chat_runs(hear: Chat) -> None:
    assert hear(16, "A4 slowly").questions != (4,)
    hear.labeller.ask(Asked(4, START + timedelta(minutes=18), "Q4 And what about students?", frozenset({"q4"})))
    assert hear(19, "A4 slowly").questions == (4,)
    assert hear(20, ANSWER, to="q4").questions == (4,)
    assert hear(21, ANSWER + " who says more").questions == (4,)


def test_another_post_of_a_question_belongs_to_it(hear: Chat) -> None:
    hear.labeller.ask(replace(QUESTIONS[0], posts=frozenset({"again"})))
    assert hear(27, "time, above all", to="again").questions == (1,)


posts = st.lists(
    st.builds(
        HeardPost,
        platform=st.sampled_from(Platform),
        id=st.sampled_from([f"p{number}" for number in range(12)] + ["q1", "q2"]),
        at=st.floats(0, 60).map(lambda minute: START + timedelta(minutes=minute)),
        author=st.sampled_from(["@ann", "@ben", ""]),
        text=st.text(max_size=80)
        | st.lists(
            st.sampled_from(
                [
                    "A1",
                    "#A2",
                    "Q3",
                    "A4",
                    "q9",
                    "T1",
                    "/",
                    "&",
                    "2/2",
                    ":",
                    "a 2",
                    "question two",
                    "the last question",
                    "RT",
                    "@ann",
                    "“",
                    "”",
                    "late",
                    "we",
                    "paper",
                    "https://example.com",
                    "#chat",
                    "?",
                    "\n",
                    "\ud83d\ude00",
                    "A1/2",
                ]
            ),
            max_size=10,
        ).map(" ".join),
        in_reply_to=st.sampled_from([None, "q1", "q2", "p1", "p2", "p3", "gone"]),
        is_repost=st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(posts)
def test_whatever_is_said_gets_questions_of_the_chat_and_a_confidence(said: list[HeardPost]) -> None:
    for found in match_all(QUESTIONS, sorted(said, key=lambda post: post.at)):
        assert set(found.questions) <= {1, 2, 3}
        assert list(found.questions) == sorted(set(found.questions))
        assert 0 <= found.confidence <= 1
        assert found.questions or found.confidence < 0.5


@settings(max_examples=40)
@given(posts)
def test_a_post_has_the_same_answer_whatever_comes_after_it(said: list[HeardPost]) -> None:
    in_time = sorted(said, key=lambda post: post.at)
    assert match_all(QUESTIONS, in_time)[: len(in_time) // 2] == match_all(QUESTIONS, in_time[: len(in_time) // 2])


@settings(max_examples=40)
@given(posts)
def test_a_chat_without_questions_has_no_answers(said: list[HeardPost]) -> None:
    assert not any(found.questions for found in match_all([], said))
