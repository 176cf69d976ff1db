from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers import Answer, Answers, Known, Matcher, Suggestions, Unknown, band
from bot.core.content import Bands, FaqEntry
from bot.core.words import words
from tests.samples import sample_content

CONTENT = sample_content()
FAQ = CONTENT.faq
BANDS = CONTENT.campaign.answers
MATCHER = Matcher(FAQ)


def match(text: str, matcher: Matcher = MATCHER) -> Answer:
    return band(matcher.rank(text), BANDS)


def answered(text: str) -> str | None:
    answer = match(text)
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
        ("Hello everyone, hope you're all well! How can I get involved? Many thanks, Jo", "get-involved"),
        ("How can I get involved? #ukmedlibs #AMillionDecisions cc @CILIPinfo", "get-involved"),
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
    answer = match("chat or card")
    assert isinstance(answer, Suggestions)
    assert {entry.id for entry in answer.entries[:2]} == {"chat-when", "make-card"}
    assert len(answer.entries) <= 3


def test_nothing_in_common_is_unknown() -> None:
    assert match("qwxz") == Unknown()
    assert match("How can I get involved?", Matcher(())) == Unknown()


def test_a_faq_with_one_entry_still_refuses() -> None:
    single = Matcher(FAQ[:1])
    assert isinstance(match("How can I get involved?", single), Known)
    assert not isinstance(match("which bitcoin wallet is the best", single), Known)


def test_organisers_move_the_bands() -> None:
    ranking = MATCHER.rank("how can i join in the campaign")
    assert isinstance(band(ranking, Bands(answer=0.01, suggest=0.0)), Known)
    assert isinstance(band(ranking, Bands(answer=1.0, suggest=0.0)), Suggestions)
    assert isinstance(band(ranking, Bands(answer=1.0, suggest=1.0)), Unknown)


def test_the_order_of_the_faq_changes_no_answer() -> None:
    backwards = Matcher(FAQ[::-1])
    for text in ("how do I help", "logo", "when is it", "template for the card", "complaint"):
        assert backwards.rank(text) == MATCHER.rank(text)


def test_words_that_mean_the_same_to_the_community_are_the_same() -> None:
    matcher = Matcher(FAQ, synonyms=[("logo", "lg", "pretty picture")])
    for text in ("may I use the campaign lg?", "may I use the campaign pretty picture?"):
        assert matcher.rank(text) == matcher.rank("may I use the campaign logo?")


def test_what_is_asked_elsewhere_is_answered_less_surely() -> None:
    text = "Where is the logo of the football club?"
    aware = Matcher(FAQ, elsewhere=["Where is the logo of my football club?", "Which club won?"])
    assert aware.rank(text).confidence < MATCHER.rank(text).confidence


def test_what_is_listed_as_asked_elsewhere_is_not_answered_unless_the_faq_has_it_too() -> None:
    aware = Matcher(FAQ, elsewhere=["May I use the logo of the NHS?", "How can I get involved?"])
    assert aware.rank("may i use the logo of the nhs").confidence == 0
    assert aware.rank("How can I get involved?").confidence > 0.9


def test_words_of_what_is_asked_elsewhere_are_no_slips() -> None:
    assert MATCHER.heard("where is the logi") == ("where", "is", "the", "logo")
    assert Matcher(FAQ, elsewhere=["Does Logi make mice?"]).heard("where is the logi") == ("where", "is", "the", "logi")


def test_only_the_first_500_characters_count() -> None:
    question = "How can I get involved? " + "x" * 480
    assert MATCHER.rank(question + " logo" * 25_000) == MATCHER.rank(question[:500])


@given(
    st.text(st.characters())
    | st.lists(st.sampled_from(["@", "a@", "#Aa", "www.", "＃", "ﷺ", "😀", "https://", "'", "involved"])).map("".join)
)
def test_any_text_has_one_of_three_answers(text: str) -> None:
    ranking, answer = MATCHER.rank(text), match(text)
    assert 0 <= ranking.confidence <= 1
    assert answer == match(text)
    assert isinstance(answer, Known) == (ranking.confidence >= BANDS.answer)
    assert isinstance(answer, Unknown) == (ranking.confidence < BANDS.suggest)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello @AntiphonBot, what's #AMillionDecisions?", ["what", "is", "a", "million", "decisions"]),
        ("see www.example.org or a.b@example.org please", ["see", "or"]),
        ("#ukmedlibs #NHSLibraries", ["ukmedlibs", "nhs", "libraries"]),
        ("ＦＵＬＬ width", ["full", "width"]),
        ("thanks please", ["thanks", "please"]),
        ("wot can i do 2 help", ["what", "can", "i", "do", "to", "help"]),
        ("what is phase 2", ["what", "is", "phase", "2"]),
        ("the Espresso Café", ["the", "espresso", "cafe"]),
        ("the organization's colors", ["the", "organisations", "colours"]),
        ("sorry if this has been asked before but when is it", ["when", "is", "it"]),
        ("Where is the logo :wave::skin-tone-2: :smile:", ["where", "is", "the", "logo"]),
        ("at 10:30:45 or 7:a:8", ["at", "10", "30", "45", "or", "7", "a", "8"]),
    ],
)
def test_a_message_is_reduced_to_its_telling_words(text: str, left: Sequence[str]) -> None:
    assert list(words(text)) == left


@pytest.mark.parametrize(
    "text",
    [
        "#AMillionDecisions how can I get involved?",
        "how can I get involved with #amilliondecisions",
        "how can I get involved in the A Million Decisions campaign?",
    ],
)
def test_the_campaigns_own_hashtag_does_not_drown_the_question(text: str) -> None:
    answer = Answers().best_now(text, CONTENT)
    assert isinstance(answer, Known)
    assert answer.entry.id == "get-involved"


def test_a_question_about_nothing_but_the_hashtag_is_about_the_hashtag() -> None:
    about = about_itself(FAQ[0], "what-is-it", "What is #AMillionDecisions?")
    content = sample_content(faq=(*FAQ, about))
    answers = Answers()
    for text in ("What is #AMillionDecisions?", "#AMillionDecisions", "what is a million decisions"):
        answer = answers.best_now(text, content)
        assert isinstance(answer, Known)
        assert answer.entry == about


def about_itself(entry: FaqEntry, id: str, question: str) -> FaqEntry:
    phrasings = ("Tell me about this campaign", "What is the campaign about?", "Why is it called like that?")
    return entry.model_copy(update={"id": id, "question": question, "phrasings": phrasings})


@pytest.mark.parametrize(
    "text",
    [
        "How can I get involved? And where is the logo?",
        "how can I get involved and where is the logo",
        "How can I get involved? May I use the campaign logo?",
    ],
)
def test_two_questions_in_one_message_have_both_answers(text: str) -> None:
    answer = Answers().best_now(text, CONTENT)
    assert isinstance(answer, Known)
    assert [entry.id for entry in (answer.entry, *answer.also)] == ["get-involved", "logo"]


def test_a_question_with_an_and_in_it_is_one_question() -> None:
    joined = FAQ[0].model_copy(
        update={"id": "both", "question": "What are the rules for cards and logos?", "phrasings": ("a b c",) * 3}
    )
    answer = Answers().best_now("what are the rules for cards and logos", sample_content(faq=(*FAQ, joined)))
    assert isinstance(answer, Known)
    assert (answer.entry.id, answer.also) == ("both", ())


def test_a_follow_up_leans_on_the_question_before_it() -> None:
    answers = Answers()
    assert not isinstance(answers.best_now("what about online?", CONTENT), Known)
    answer = answers.best_now("what about online?", CONTENT, after="May I use the campaign logo?")
    assert isinstance(answer, Known)
    assert answer.entry.id == "logo"


def test_a_changed_faq_answers_at_once() -> None:
    answers = Answers()
    assert isinstance(answers.best_now("May I use the campaign logo?", CONTENT), Known)
    without = sample_content(faq=tuple(entry for entry in FAQ if entry.id != "logo"))
    assert not isinstance(answers.best_now("May I use the campaign logo?", without), Known)
