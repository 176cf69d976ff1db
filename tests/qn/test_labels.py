"""Reading labels in a text: five questions, of which three have been put, the third being the running one."""

import pytest

from bot.core.qn.labels import Situation, continues, read

NOW = Situation(numbers=(1, 2, 3, 4, 5), asked=(1, 2, 3), running=3)
TOPICS = Situation(numbers=(1, 2, 3, 4, 5), asked=(1, 2, 3), running=3, topics=True)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A3 we ring people back", {3}),
        ("A3: we ring people back", {3}),
        ("a3 we ring people back", {3}),
        ("A.3 we ring people back", {3}),
        ("A. 3 we ring people back", {3}),
        ("A-3 we ring people back", {3}),
        ("A 3 we ring people back", {3}),
        ("Q3. We ring people back", {3}),
        ("Q 2 - listening", {2}),
        ("Q.2 listening", {2}),
        ("(A2) listening", {2}),
        ("listening works for us A2 #ukmedlibs", {2}),
        ("[A2] listening", {2}),
        ("A2) listening", {2}),
        ("A2... listening", {2}),
        ("A2 = listening", {2}),
        ("A2/ listening", {2}),
        ("A2>> listening", {2}),
        ("A2\nlistening", {2}),
        ("A2", {2}),
        ("Ans2: listening", {2}),
        ("Ans. 2 listening", {2}),
        ("Answer 2 - listening", {2}),
        ("ANSWER 2: LISTENING", {2}),
        ("Answer to Q2: listening", {2}),
        ("Question 2: listening", {2}),
        ("question two: listening", {2}),
        ("T2: listening", {2}),
        ("#A2 listening", {2}),
        ("listening, and lots of them #A2 #ukmedlibs", {2}),
        ("listening, and lots of them (A2)", {2}),
        ("listening, and lots of them. A2", {2}),
        ("#ukmedlibs A2 listening", {2}),
        ("@ukmedlibs A2 listening", {2}),
        ("@anna @ben A2: listening", {2}),
        ("💡 A2: listening", {2}),
        (".@ukmedlibs A2 listening", {2}),
        ("A1a we ask, A1b we listen", {1}),
        ("A1a) we ask", {1}),
        ("Q1/2 listening", {1, 2}),
        ("A1/A2 listening", {1, 2}),
        ("A1,2 listening", {1, 2}),
        ("A3/4 the next one is published already", {3, 4}),
        ("A1.2 and biscuits", {1}),
        ("A1 & A2 listening", {1, 2}),
        ("A1&2: listening", {1, 2}),
        ("A1 + A2 listening", {1, 2}),
        ("A1, A2: listening", {1, 2}),
        ("A1 and A2: listening", {1, 2}),
        ("A1 and 2: listening", {1, 2}),
        ("Q1-3 all come down to listening", {1, 2, 3}),
        ("A1 ask them. A2 listen to them.", {1, 2}),
        ("A1: ask them\nA2: listen to them", {1, 2}),
        ("A1 and 2 of my colleagues went", {1}),
        ("A1 - 3 things that help", {1}),
        ("A1/4 it began with listening", {1}),
        ("A2 1/3 it began with listening", {2}),
        ("1/3 A2 it began with listening", {2}),
        ("A2 (1/2) it began with listening", {2}),
        ("A2 3 listening a day", {2}),
        ("A1 100% listening", {1}),
        ("late A1: listening", {1}),
        ("Sorry, late to this, A1 listening", {1}),
        ("A1 (late) listening", {1}),
        ("Oops forgot the label, that was A2", {2}),
        ("Back to Q1 for a moment: listening", {1}),
        ("Just thinking about Q1, listening worked", {1}),
        ("re Q2, listening", {2}),
        ("Following up on Q2: listening", {2}),
        ("My A2 is listening", {2}),
        ("For A2 I would say listening", {2}),
        ("For Q2 I would say listening", {2}),
        ("In answer to question 2, listening", {2}),
        ("Going back to the first question, listening", {1}),
        ("On the previous question: listening", {2}),
        ("A3 posters in every lift", {3}),
        ("A1: near misses", {1}),
        ("A1: North London has a good one", {1}),
        ("A2: paper forms", {2}),
        ("Q2: reports, mostly", {2}),
        ("A1 to be honest, listening", {1}),
        ("A4 (early, I have to go): listening", {4}),
        ("#A5 listening, before I forget", {5}),
    ],
)
def test_a_label_is_read(text: str, numbers: set[int]) -> None:
    assert read(text, NOW).numbers == numbers


@pytest.mark.parametrize(
    "text",
    [
        "listening",
        "",
        "A9: listening",
        "A0 listening",
        "A4 paper is all we have",
        "A4 would be enough",
        "We print on A3 and hang it up",
        "an A3 poster in every lift",
        "two sides of A3",
        "the plan came back on A3 #ukmedlibs",
        "everything we print is A3",
        "size A2 please",
        "A1 paper costs a fortune",
        "Stuck on the A1 near Grantham",
        "A1 closed again, home at nine",
        "A1 southbound is solid",
        "the A1(M) at Wetherby",
        "M1 is closed, so is the A1",
        "M1: junction 24",
        "My son takes his A2 exams",
        "A2 level chemistry",
        "A2 milk",
        "vitamin A1",
        "type 2 diabetes",
        "Type 1 diabetes is not type 2",
        "T1 diabetics know that",
        "living with T2 for years",
        "T2DM is common",
        "an A1c of 48",
        "HbA1c",
        "H1N1 and A1N2",
        "Q2 of the year is the worst",
        "Q3 of the financial year",
        "our Q2 figures",
        "Q1 2026 was quiet",
        "in Q2 we publish",
        "The Q3 board report is out",
        "the budget for Q3",
        "a paper in a Q1 journal",
        "a 2 hour session",
        "A 2 hour session is too long",
        "a 1 in 3 chance",
        "1/ it began with listening",
        "2/3 and then",
        "Q2 coming up in a minute",
        "Looking forward to Q3!",
        "Ready for Q2?",
        "Which question is it, Q3?",
        "Is Q3 up yet?",
        "What was Q2?",
        "Can someone repeat Q1 please?",
        "Did I miss Q2?",
        "Next up: Q4",
        "Which was the second question?",
        "Q4 in two minutes",
        "version A3.1",
        "£A2",
        "anna@a2.example",
        "https://example.com/a2",
        "@A2",
        "covid-A2",
    ],
)
def test_what_is_no_label_is_left_alone(text: str) -> None:
    assert read(text, NOW).numbers == frozenset()


@pytest.mark.parametrize(
    "text", ["T2 listening", "T2: listening", "t2 listening", "#T2 listening", "Topic 2: listening"]
)
def test_topics_are_labelled_with_a_t_where_the_chat_does_so(text: str) -> None:
    assert read(text, TOPICS).numbers == {2}


@pytest.mark.parametrize("text", ["T2 diabetes is common", "a ward for T1 diabetes", "T2-weighted images"])
def test_a_type_of_diabetes_is_no_topic(text: str) -> None:
    assert read(text, TOPICS).numbers == frozenset()


def test_a_label_first_is_surer_than_one_within() -> None:
    first, edge, within = (
        read(text, NOW).sure for text in ("A2: listening", "Listening. A2.", "I suppose for Q2 we print")
    )
    assert 1 > first > edge > within > 0.5


def test_a_question_that_is_announced_is_told_from_one_that_is_answered() -> None:
    assert read("Q2 in a minute!", NOW).announces
    assert read("Still on Q2, Q3 is at twenty to", NOW).announces
    assert not read("A2: listening, and I look forward to Q3", NOW).announces


@pytest.mark.parametrize(
    "text", ["2/2 and then", "2/ and then", "(2/3) and then", "and then (2/2)", "and then 3/3 #ukmedlibs"]
)
def test_a_thread_goes_on(text: str) -> None:
    assert continues(text)


@pytest.mark.parametrize(
    "text", ["1/2 at first", "and then", "2/3 of us never ask", "open 24/7", "2/10/2017 was the day", "5/2"]
)
def test_other_fractions_are_no_thread(text: str) -> None:
    assert not continues(text)
