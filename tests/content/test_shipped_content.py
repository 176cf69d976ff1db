"""The campaign's own content: in order, complete, and within what each platform takes."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.yaml_content import check, load, schemas
from bot.core.content import Content, FaqEntry
from bot.core.events import Platform
from bot.core.manners import is_only
from bot.core.policy import weighted_length

FOLDER = Path(__file__).parents[2] / "content"
SLACK_BUTTON = 75  # characters of a button's label
YAML_FILES = sorted(FOLDER.rglob("*.yaml"))


@cache
def shipped() -> Content:
    return load(FOLDER)


def entry(name: str) -> FaqEntry:
    return next(entry for entry in shipped().faq if entry.id == name)


def test_there_is_nothing_wrong_with_it() -> None:
    assert check(FOLDER) == []


def test_the_faq_is_large_enough_and_asked_in_many_ways() -> None:
    faq = shipped().faq
    assert len(faq) >= 44
    assert min(len(entry.phrasings) for entry in faq) >= 3
    assert sum(len(entry.phrasings) for entry in faq) >= 4 * len(faq)


def test_getting_involved_has_its_entry() -> None:
    assert entry("get-involved").question == "How can I get involved?"


def test_questions_fit_on_a_button() -> None:
    assert [entry.id for entry in shipped().faq if len(entry.question) > SLACK_BUTTON] == []


def test_each_answer_on_x_fits_with_link_and_name() -> None:
    wording = shipped().messages.faq_answer
    for entry in shipped().faq:
        reply = wording.on(Platform.X, answer=entry.short, source=entry.source, link=entry.link or "")
        assert weighted_length(f"@{15 * 'n'} {reply}") <= 280, entry.id


def test_every_role_and_every_contact_fits_its_sentence() -> None:
    """A role may begin with a vowel, and a contact is a phrase within a sentence."""
    words = (FOLDER / "messages.yaml").read_text(encoding="utf-8")
    assert re.findall(r"\ban? \{role\}", words) == []
    assert re.findall(r"(?:[.!?]|^\w+:|^  \w+:)\s+\{contact\}", words, re.MULTILINE) == []


def test_help_names_the_commands() -> None:
    words = {"campaign": "C", "hashtag": "#C", "slash": "/campaign", "contact": "a person"}
    commands = {"feedback": "opinion", "actions": "todo", "export": "download", "pause_word": "halt", "pages": "site"}
    commands |= {"chat": "evening", "signature": "footer", "stop": "enough", "round": "table"}
    for platform in (None, Platform.SLACK, Platform.TEAMS):
        text = shipped().messages.help.on(platform, **words, **commands)
        assert [name for name in commands.values() if name not in text] == []
    assert "/campaign opinion" in shipped().messages.help.on(Platform.SLACK, **words, **commands)


@pytest.mark.parametrize(
    "said",
    ["Thank you, that was great!", "thanks so much for your help everyone", "Cheers – helpful, much appreciated :)"],
)
def test_thanks_in_more_than_a_word_are_thanks(said: str) -> None:
    assert is_only(said, shipped().manners.thanks)


def test_the_feedback_form_asks_to_leave_personal_information_out() -> None:
    hint = shipped().messages.feedback_hint.on(None)
    assert hint == "Do not include personal information, for example a name or NHS number."


def test_the_september_chat_of_2017_has_its_seven_questions() -> None:
    chat = shipped().chats["2017-09-19"]
    assert chat.day(shipped().campaign.chat) == date(2017, 9, 19)
    assert len(chat.questions) == 7


def test_a_next_chat_and_its_cards_and_actions_are_there_as_templates() -> None:
    content = shipped()
    assert content.chats["2026-12-15"].day(content.campaign.chat) == date(2026, 12, 15)
    assert [month.month for month in content.actions] == ["2017-03", "2026-12"]
    assert len(content.actions[0].actions) == 7
    assert {card.release for card in content.cards} >= {None, date(2017, 9, 19), date(2026, 12, 10)}
    assert len(content.cards) >= 4


def test_pictures_are_small_and_of_the_size_of_a_card() -> None:
    for card in shipped().cards:
        data = (FOLDER / "cards" / card.image).read_bytes()
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        assert (width, height) == (1200, 675)
        assert len(data) < 60_000


def test_what_is_said_to_people_keeps_to_plain_style() -> None:
    """Times as 8pm, organisations' words without shouting, hashtags in capitals that can be read."""
    text = "\n".join(path.read_text() for path in YAML_FILES if path.name != "campaign.yaml")
    assert re.findall(r"\b\d{1,2}(?:[:.]\d\d)? (?:am|pm|AM|PM)\b|#amilliondecisions|\be-mail", text) == []


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_each_file_tells_editors_its_schema(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (path.parent / first.removeprefix(prefix)).resolve().parent == FOLDER / "schemas"
    assert (path.parent / first.removeprefix(prefix)).is_file()


def test_the_schemas_are_those_of_the_models() -> None:
    written = {path.name: path.read_text() for path in (FOLDER / "schemas").iterdir()}
    assert written == schemas(), "run: antiphon content schema"
