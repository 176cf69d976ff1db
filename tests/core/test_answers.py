from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers import LIKELY, SURE, Known, Matcher, Suggestions, Unknown, best
from bot.core.content import FaqEntry
from bot.core.words import words
from tests.samples import sample_content

FAQ = sample_content().faq
MATCHER = Matcher(FAQ)


def answered(text: str) -> str | None:
    answer = MATCHER.match(text)
    return answer.entry.id if isinstance(answer, Known) else None


@pytest.mark.parametrize("entry", FAQ, ids=lambda entry: entry.id)
def test_a_question_in_the_faqs_own_words_has_its_answer(entry: FaqEntry) -> None:
    assert [answered(text) for text in (entry.question, *entry.phrasings)] == [entry.id] * 4


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("how cna i get involvd", "get-involved"),
        ("HOW CAN I GET INVOLVED", "get-involved"),
        ("Hi! How can I get involved please? 😀", "get-involved"),
        ("@AntiphonBot how can I get involved? https://example.org/x", "get-involved"),
        ("how can I #GetInvolved", "get-involved"),
        ("whre is teh lgoo", "logo"),
        ("what time does the chat start tonight", "chat-when"),
        ("is there a tempalte for cards", "make-card"),
    ],
)
def test_a_question_is_answered_however_it_is_typed(text: str, entry: str) -> None:
    assert answered(text) == entry


@pytest.mark.parametrize(
    "text",
    ["", "?", "the the the", "asdf asdf", "opening hours of the library", "how old are you", "my car will not start"],
)
def test_what_the_faq_does_not_know_is_never_answered(text: str) -> None:
    assert answered(text) is None


def test_one_shared_word_is_no_answer() -> None:
    assert answered("how do I get a refund for my ticket") is None
    assert answered("can you design a logo for my football club") is None


def test_a_near_miss_is_asked_back_with_three_entries_at_most() -> None:
    answer = MATCHER.match("card or logo")
    assert isinstance(answer, Suggestions)
    assert {entry.id for entry in answer.entries[:2]} == {"logo", "make-card"}
    assert len(answer.entries) <= 3


def test_nothing_in_common_is_unknown() -> None:
    assert MATCHER.match("qwxz") == Unknown()
    assert Matcher(()).match("How can I get involved?") == Unknown()


def test_a_faq_with_one_entry_still_refuses() -> None:
    single = Matcher(FAQ[:1])
    assert isinstance(single.match("How can I get involved?"), Known)
    assert not isinstance(single.match("which bitcoin wallet is the best"), Known)


def test_the_order_of_the_faq_changes_no_answer() -> None:
    backwards = Matcher(FAQ[::-1])
    for text in ("how do I help", "logo", "when is it", "template for the card", "complaint"):
        assert backwards.rank(text).confidence == pytest.approx(MATCHER.rank(text).confidence)


def test_only_the_first_500_characters_count() -> None:
    question = "How can I get involved? " + "x" * 480
    assert MATCHER.rank(question + " logo" * 25_000) == MATCHER.rank(question[:500])


@given(
    st.text(st.characters())
    | st.lists(st.sampled_from(["@", "a@", "#Aa", "www.", "＃", "ﷺ", "😀", "https://", "'", "involved"])).map("".join)
)
def test_any_text_has_one_of_three_answers(text: str) -> None:
    ranking, answer = MATCHER.rank(text), MATCHER.match(text)
    assert 0 <= ranking.confidence <= 1
    assert answer == MATCHER.match(text)
    assert isinstance(answer, Known) == (ranking.confidence >= SURE)
    assert isinstance(answer, Unknown) == (ranking.confidence < LIKELY)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello @AntiphonBot, what's #AMillionDecisions?", ["what", "s", "a", "million", "decisions"]),
        ("see www.example.org or a.b@example.org please", ["see", "or"]),
        ("#ukmedlibs #NHSLibraries", ["ukmedlibs", "nhs", "libraries"]),
        ("ＦＵＬＬ width", ["full", "width"]),
        ("thanks please", ["thanks", "please"]),
    ],
)
def test_a_message_is_reduced_to_its_telling_words(text: str, left: Sequence[str]) -> None:
    assert list(words(text)) == left


CONTENT = sample_content()


@pytest.mark.parametrize(
    "text",
    [
        "#AMillionDecisions how can I get involved?",
        "how can I get involved with #amilliondecisions",
        "how can I get involved in the A Million Decisions campaign?",
    ],
)
def test_the_campaigns_own_hashtag_does_not_drown_the_question(text: str) -> None:
    answer = best(text, CONTENT)
    assert isinstance(answer, Known)
    assert answer.entry.id == "get-involved"


def test_a_question_about_nothing_but_the_hashtag_is_about_the_hashtag() -> None:
    about = about_itself(FAQ[0], "what-is-it", "What is #AMillionDecisions?")
    content = sample_content(faq=(*FAQ, about))
    for text in ("What is #AMillionDecisions?", "#AMillionDecisions", "what is a million decisions"):
        answer = best(text, content)
        assert isinstance(answer, Known)
        assert answer.entry == about


def about_itself(entry: FaqEntry, id: str, question: str) -> FaqEntry:
    phrasings = ("Tell me about this campaign", "What is the campaign about?", "Why is it called like that?")
    return entry.model_copy(update={"id": id, "question": question, "phrasings": phrasings})
