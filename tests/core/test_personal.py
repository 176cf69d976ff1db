"""What is personal in people's words is found; what only looks like it is left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.personal import cleaned, held_in, is_nhs_number, kinds, personal_in, without

TODAY = date(2026, 12, 1)


def found(text: str) -> list[str]:
    return [one.kind for one in personal_in(text, TODAY)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my NHS number is 943 476 5919", "an NHS number"),
        ("9434765919", "an NHS number"),
        ("943-476-5919.", "an NHS number"),
        ("943 476 59 19", "an NHS number"),
        ("write to maya.o'neil+chat@library.nhs.uk please", "an e-mail address"),
        ("ring 020 7946 0958", "a phone number"),
        ("(0161) is not enough but 07700 900123 is", "a phone number"),
        ("+44 (0)113 496 0000", "a phone number"),
        ("+447700900123", "a phone number"),
        ("I was born on 3 May 1984", "a date of birth"),
        ("03/05/1984", "a date of birth"),
        ("dob: 3.5.84", "a date of birth"),
        ("born on March 12 1985", "a date of birth"),
        ("DOB 12-Mar-1985", "a date of birth"),
        ("DOB: 12 03 1985", "a date of birth"),
        ("Room 4 12/03/1985", "a date of birth"),
        ("I am 40 12/03/1985", "a date of birth"),
        ("week 1 12-03-1985", "a date of birth"),
        ("my dob, ward 3 21/05/1984", "a date of birth"),
        ("DOB12/03/2015", "a date of birth"),
        ("my daughter, born 2019-05-03", "a date of birth"),
    ],
)
def test_personal_information_is_found(text: str, kind: str) -> None:
    assert found(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5918 has the wrong last digit",
        "The chat on 15/12/2026 was fine, as on 19 September 2017",
        "See 10.1136/bmj.2026.1234567 or ISBN 9780141036144",
        "Between 2019 and 2026 we held 39 chats, 1,000,000 decisions",
        "#ukmedlibs @ukmedlibs 8pm",
        "version 1.2.3.4 of 12.13.2014",
        "0800",
        "31/02/1984",
        "we had 12 10 1985 posts, and rooms 5 10 50",
        "dobbins 12/03/2015",
        "We are open 9-5 50 weeks a year, at 9.10 45 people came",
        "England won 4-2 1966, ages 5-11 40 pupils, pages 10-12 1998, score 5.5 95 per cent",
        "section 4.2/50",
        "",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_what_is_found_can_be_taken_out() -> None:
    text = "I am m@example.org, 07700 900123, m@example.org."
    things = personal_in(text, TODAY)
    assert without(text, things) == "I am [e-mail address removed], [phone number removed], [e-mail address removed]."
    assert kinds(things) == "an e-mail address and a phone number"
    assert kinds(things[:1]) == "an e-mail address"


def test_every_field_that_others_read_is_looked_through_and_the_contact_is_left() -> None:
    values = {"text": "Slower", "region": "m@example.org", "role": "07700 900123", "contact": "m@example.org"}
    held = held_in(values, TODAY)
    assert {name: kinds(some) for name, some in held.items()} == {
        "region": "an e-mail address",
        "role": "a phone number",
    }
    assert cleaned(values, held) == {
        "text": "Slower",
        "region": "[e-mail address removed]",
        "role": "[phone number removed]",
        "contact": "m@example.org",
    }


@pytest.mark.parametrize("digits", ["9434765919", "4010232137", "0000000000"])
def test_a_right_number_has_the_right_last_digit(digits: str) -> None:
    assert is_nhs_number(digits)
    assert [last for last in "0123456789" if is_nhs_number(digits[:9] + last)] == [digits[9]]


PIECES = st.sampled_from(
    ["9434765919", "a@b.org", "+44 113 496 0000", "3/5/1984", "born ", " ", "1", "/", "@", "\ud83d"]
)


@given(st.lists(PIECES).map("".join))
def test_what_is_found_lies_apart_and_in_order(text: str) -> None:
    things = personal_in(text, TODAY)
    edges = [edge for one in things for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(one.start < one.end <= len(text) for one in things)


@pytest.mark.parametrize(
    "hostile", ["a@" * 50_000, "0" * 100_000, "a.a." * 30_000 + "@", "1/" * 50_000, "+44 " * 30_000, "1 " * 50_000]
)
def test_text_made_to_stall_the_search_does_not(hostile: str) -> None:
    assert isinstance(found(hostile), list)
