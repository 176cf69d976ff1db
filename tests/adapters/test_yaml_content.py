"""Every kind of mistake that a person makes in `content/`, and what they are told."""

import json
from collections.abc import Callable
from datetime import date, time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.adapters.yaml_content import ContentProblems, Problem, check, hints, load
from bot.adapters.yaml_content.library import ContentFolder
from bot.adapters.yaml_content.tree import _parsed, read_tree
from bot.core import problems
from bot.core.pictures import without_trail
from tests.core.test_pictures import TRAIL, jpeg
from tests.samples import WORDS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
CAMPAIGN = """\
name: A Million Decisions
hashtag: "#AMillionDecisions"
chat_hashtag: "#ukmedlibs"
contact: your regional library lead
commands:
  feedback: [feedback, opinion]
watch:
  accounts: [LibraryChampion]
"""
FAQ = """\
- id: get-involved
  question: How can I get involved?
  phrasings:
    - How do I take part?
    - What can I do?
    - Where do I start?
  answer: Post a card.
  short: Post a card.
  source: Campaign pages
  link: https://example.org/get-involved
- id: logo
  question: May I use the logo?
  phrasings: [Where is the logo?, Can I have the logo?, Who may use the logo?]
  answer: Yes.
  short: Yes.
  source: Campaign pages
"""
CHAT = """\
month: 2026-12
start: 20:00
topic: What we learnt
questions:
  - text: What did you learn?
  - text: What comes next?
"""
ACTIONS = """\
month: 2026-11
focus: access
actions:
  - id: one
    text: Tell a manager.
    day: 30
  - id: two
    text: Share a story.
"""
ALT = "In large letters, evidence helps people to decide.\n"
CARDS = f"""\
- id: evidence
  image: evidence.png
  alt: {ALT}  text: Evidence helps.
  credit: The team
  release: 2026-12-01
"""
FILES: dict[str, str | bytes] = {
    "campaign.yaml": CAMPAIGN,
    "messages.yaml": "\n".join(f"{name}: {json.dumps(words)}" for name, words in WORDS.items()),
    "faq.yaml": FAQ,
    "chats/dec.yaml": CHAT,
    "actions/2026-11.yaml": ACTIONS,
    "cards/cards.yaml": CARDS,
    "cards/evidence.png": PNG,
}

Change = Callable[[Path], object]


def write(path: str, content: str | bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)

    return change


def swap(path: str, old: str, new: str) -> Change:
    text = FILES[path]
    assert isinstance(text, str)
    assert old in text
    return write(path, text.replace(old, new, 1))


faq = partial(swap, "faq.yaml")
campaign = partial(swap, "campaign.yaml")
messages = partial(swap, "messages.yaml")
chat = partial(swap, "chats/dec.yaml")
actions = partial(swap, "actions/2026-11.yaml")
cards = partial(swap, "cards/cards.yaml")


def remove(path: str) -> Change:
    return lambda folder: (folder / path).unlink()


def link(path: str, target: str) -> Change:
    def change(folder: Path) -> None:
        (folder / path).unlink()
        (folder / path).symlink_to(target)

    return change


def folder_instead(path: str) -> Change:
    def change(folder: Path) -> None:
        (folder / path).unlink()
        (folder / path).mkdir()

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "content")


def filled(folder: Path) -> Path:
    for path, content in FILES.items():
        write(path, content)(folder)
    return folder


def test_a_folder_in_order_becomes_content(folder: Path) -> None:
    content = load(folder)

    assert check(folder) == []
    assert [entry.id for entry in content.faq] == ["get-involved", "logo"]
    assert content.chats["dec"].start == time(20, 0)
    assert content.cards[0].release == date(2026, 12, 1)
    assert content.command("Opinion: too fast") == ("feedback", "too fast")


def test_chats_actions_and_cards_can_be_left_out(folder: Path) -> None:
    for path in ("chats/dec.yaml", "actions/2026-11.yaml", "cards/cards.yaml"):
        (folder / path).unlink()

    content = load(folder)

    assert (content.chats, content.actions, content.cards) == ({}, (), ())


def test_words_and_numbers_stay_what_they_look_like(folder: Path) -> None:
    swap("cards/cards.yaml", "credit: The team", "credit: 2018")(folder)
    swap("faq.yaml", "answer: Yes.", "answer: no")(folder)

    content = load(folder)

    assert content.cards[0].credit == "2018"
    assert content.faq[1].answer == "no"


def test_a_byte_order_mark_of_notepad_is_no_problem(folder: Path) -> None:
    write("campaign.yaml", b"\xef\xbb\xbf" + CAMPAIGN.encode())(folder)
    assert check(folder) == []


def test_hidden_files_of_systems_and_editors_are_left_alone(folder: Path) -> None:
    write(".DS_Store", b"\0")(folder)
    write(".git/config", "x")(folder)
    assert check(folder) == []


TOO_LONG = "evidence " * 30
WELSH = (
    "answer: Yes.\n  translations:\n    - {language: cy, question: Y, phrasings: [A, B, C], answer: I, short: I,\n"
    "       draft: maybe}"
)
EMPTY_LINE = [*WORDS].index("feedback_empty") + 1

# What is changed, what is said about it: its place, its cause, its fix.
MISTAKES: list[tuple[Change, str, str, str]] = [
    # The form of a file
    (faq("  answer: Yes.", "\tanswer: Yes."), "faq.yaml:14", "tab", "spaces"),
    (faq("  answer: Yes.", " answer: Yes."), "faq.yaml:14", "not stand under", "same column"),
    (faq("answer: Yes.", 'answer: "Yes.'), "faq.yaml:14", "quotation mark", "end the text"),
    (faq("answer: Yes.", 'answer: "Yes.\n  # the "word"'), "faq.yaml:14", "does not end with one", 'put " at the end'),
    (faq("answer: Yes.", "answer: 'What's next?'"), "faq.yaml:14", "apostrophe ends the text early", 'with "'),
    (faq("answer: Yes.", 'answer: "So" they say'), "faq.yaml:14", "ends the text early", "with '"),
    (faq("answer: Yes.", "answer: Yes: do."), "faq.yaml:14", "colon", "quotes"),
    (faq("answer: Yes.", 'answer: >-\n    Say\n    "so", I hear.\n  aim: Yes: do.'), "faq.yaml:17", "colon", "quotes"),
    (faq("answer: Yes.", "answer: @you may."), "faq.yaml:14", "cannot begin with @", "quotes"),
    (faq("answer: Yes.", "answer: *yes*"), "faq.yaml:14", "begins with *", "quotes"),
    (faq("answer: Yes.", "answer: * yes"), "faq.yaml:14", "begins with *", "quotes"),
    (faq("answer: Yes.", "answer: &yes sure"), "faq.yaml:14", "begins with &", "quotes"),
    (faq("answer: Yes.", "answer: !yes sure"), "faq.yaml:14", "begins with !", "quotes"),
    (faq("answer: Yes.", "answer: Use #yes"), "faq.yaml:14", "ends before the #", "quotes"),
    (faq("answer: Yes.", 'answer: "C:\\qed"'), "faq.yaml:14", "backslash", r"\\"),
    (faq("answer: Yes.", 'answer: "\\UFFFFFFFF"'), "faq.yaml", "not valid YAML", "quotes"),
    (faq("answer: Yes.", "answer: [Yes"), "faq.yaml", "bracket", "close it"),
    (faq("answer: Yes.", "answer"), "faq.yaml", "colon is missing", "field's name"),
    (faq("answer: Yes.", "answer:\n    Say: yes.\n    Or no.\n    Or so."), "faq.yaml:17", "has one in it", "with >-"),
    (faq("answer: Yes.", "answer: Y\x07es."), "faq.yaml:14", "invisible control", "type the line"),
    (faq("answer: Yes.", "answer: Y\u200bes."), "faq.yaml:14", "invisible", "type the text"),
    (faq("answer: Yes.", 'answer: "\\ud800"'), "faq.yaml:14", "invisible", "type the text"),
    (faq("answer: Yes.", ": Yes."), "faq.yaml:14", "no field name", "write one"),
    (faq("answer: Yes.", "answer: Yes.\n  answer: No."), "faq.yaml:15", "stands twice", "keep one"),
    (faq("answer: Yes.", "answer: }"), "faq.yaml:14", "sign", "quotes"),
    (faq("answer: Yes.", "answer: - Yes."), "faq.yaml:14", "sign", "quotes"),
    (write("faq.yaml", "%YAML 9\n" + FAQ), "faq.yaml:1", "begins with ! or %", "quotes"),
    (write("faq.yaml", FAQ + "---\n- id: more\n"), "faq.yaml:18", "second document", "---"),
    (write("faq.yaml", "[" * 60 + "]" * 60), "faq.yaml", "too deep", "compare"),
    (write("faq.yaml", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), "faq.yaml:2", "begins with *", "quotes"),
    (write("faq.yaml", ""), "faq.yaml", "empty", "write it, or copy it"),
    (write("faq.yaml", "# nothing yet\n"), "faq.yaml", "empty", "write"),
    (write("faq.yaml", FAQ.replace("Yes.", "Café").encode("latin-1")), "faq.yaml:14", "UTF-8", "save it again"),
    (write("faq.yaml", FAQ.encode("utf-16")), "faq.yaml:1", "UTF-8", "save it again"),
    (write("faq.yaml", FAQ + "#" * 1_000_000), "faq.yaml", "larger than 1 MB", "split"),
    (write("chats/dec.yaml", ""), "chats/dec.yaml", "empty", "write it, or delete it"),
    (remove("faq.yaml"), "faq.yaml", "missing", "write it, or copy it"),
    (folder_instead("faq.yaml"), "faq.yaml", "cannot be read", "allow"),
    (link("faq.yaml", "/etc/hosts"), "faq.yaml", "outside", "put the file"),
    (write("fqa.yaml", FAQ), "fqa.yaml", "does not know this file", "rename it to faq.yaml"),
    (write("messages.yml", "x"), "messages.yml", "does not know this file", "rename it to messages.yaml"),
    (write("chats/2027-01-19.yaml.txt", CHAT), "chats/2027-01-19.yaml.txt", "does not know", "to 2027-01-19.yaml"),
    (
        write("chats/2027-02-31.yaml", CHAT.replace("12", "10")),
        "chats/2027-02-31.yaml",
        "no such day",
        "date of its chat",
    ),
    (write("chat/2027-01-19.yaml", CHAT), "chat/2027-01-19.yaml", "does not know", "move it to chats/2027-01-19.yaml"),
    (write("2027-01.yaml", "x"), "2027-01.yaml", "does not know", "move it to actions/2027-01.yaml"),
    (write("ask.png", PNG), "ask.png", "does not know", "move it to cards/ask.png"),
    (write("cards/manners.yaml", "x"), "cards/manners.yaml", "does not know", "move it to manners.yaml"),
    (write("notes.docx", "x"), "notes.docx", "does not know this file", "move it"),
    (write("chats/My chat.yaml", CHAT.replace("12", "10")), "chats/My chat.yaml", "name of this file", "small letters"),
    # Fields
    (faq("  answer: Yes.", "  anwser: Yes."), "faq.yaml:14", "no field 'anwser'", "mean 'answer'?"),
    (chat("- text: What comes", "- txt: What comes"), "chats/dec.yaml:6", "no field 'txt'", "mean 'text'?"),
    (campaign("accounts:", "acounts:"), "campaign.yaml:8", "no field 'acounts'", "mean 'accounts'?"),
    (campaign("accounts:", "xyz:"), "campaign.yaml:8", "no field 'xyz'", "known here: accounts, hashtags"),
    (faq("  answer: Yes.\n", ""), "faq.yaml:11", "'answer' is missing", "add a line 'answer: …'"),
    (faq("answer: Yes.", "answer:"), "faq.yaml:14", "'answer' is empty", "write it after"),
    (campaign('hashtag: "#AM', "hashtag: #AM"), "campaign.yaml:2", "'hashtag' is empty", "quotes"),
    (campaign('"#ukmedlibs"', "ukmedlibs"), "campaign.yaml:3", "'ukmedlibs' cannot", "a hashtag in quotes"),
    (faq("answer: Yes.", "answer: [Yes, No]"), "faq.yaml:14", "must be text", "one line"),
    (faq("answer: Yes.", "answer: " + 81 * "so "), "faq.yaml:14", "81", "shorter"),
    (faq("id: logo", "id: The Logo"), "faq.yaml:11", "'The Logo' cannot", "small letters"),
    (faq("answer: Yes.", WELSH), "faq.yaml:17", "'draft' must be true or false", "one of the two"),
    (faq("id: logo", "id: " + 61 * "o"), "faq.yaml:11", "it has 61 characters, and 60 fit", "shorten it by 1"),
    (faq(", Who may use the logo?", ""), "faq.yaml:13", "at least 3 and has 2", "add more"),
    (faq("[Where is the logo?", "Why? # [Where"), "faq.yaml:13", "must be a list", "- "),
    (faq("https:", "http:"), "faq.yaml:10", "cannot be used", "https://"),
    (write("faq.yaml", "question: Why?"), "faq.yaml:1", "must be a list", "- "),
    (campaign("watch:\n  accounts: [LibraryChampion]", "watch: us"), "campaign.yaml:7", "fields", "below"),
    (campaign("accounts: [L", "accounts: ['@L"), "campaign.yaml:8", "quotation", "end"),
    (campaign("[LibraryChampion]", "['@Champion']"), "campaign.yaml:8", "cannot be used", "without the @"),
    (campaign("watch:", "zone: Europe/Londn\nwatch:"), "campaign.yaml:7", "time zone", "Europe/London"),
    (campaign("watch:", "chat: {nth: 5}\nwatch:"), "campaign.yaml:7", "'nth' is too large", "4 or less"),
    (campaign("watch:", "chat: {nth: 0}\nwatch:"), "campaign.yaml:7", "'nth' is too small", "1 or more"),
    (campaign("watch:", "chat: {nth: third}\nwatch:"), "campaign.yaml:7", "whole number", "digits"),
    (campaign("watch:", "chat: {weekday: Tue}\nwatch:"), "campaign.yaml:7", "words known", "'tuesday'"),
    (campaign("opinion", "your view"), "campaign.yaml:6", "'your view' cannot", "one word"),
    (campaign("opinion", "help"), "campaign.yaml:5", "'help' calls two", "keep it"),
    (messages("help: ", "hlep: "), "messages.yaml:1", "'help' is missing", "add a line"),
    (messages("{contact}", "{person}"), "messages.yaml:1", "no {person}", "{campaign}, {hashtag}"),
    (messages("{contact}", "{contact.__class__}"), "messages.yaml:1", "no {contact.__class__}", "use only"),
    (messages("{contact}", "{contact!r:>9}"), "messages.yaml:1", "no {contact!r:>9}", "use only"),
    (messages("{contact}", "{contact"), "messages.yaml:1", "no partner", "{{ or }}"),
    (messages('"default": "{answer}', '"twitter": "{answer}'), "messages.yaml:3", "words known", "'x'"),
    (messages('"default": "{answer}', '"slack": "{answer}'), "messages.yaml:3", "other platforms", "default"),
    # Days and times
    (chat("20:00", "8pm"), "chats/dec.yaml:2", "'8pm' is not a time", "20:00"),
    (chat("20:00", "25:00"), "chats/dec.yaml:2", "not a time", "24-hour"),
    (chat("2026-12", "2026-13"), "chats/dec.yaml:1", "'2026-13'", "year and a month"),
    (chat("month: 2026-12", "topics: x"), "chats/dec.yaml:1", "'topics'", "'topic'?"),
    (chat("month", "date: 2026-12-01\nmonth"), "chats/dec.yaml:1", "one day", "not both"),
    (cards("2026-12-01", "2026-11-31"), "cards/cards.yaml:6", "no such day", "calendar"),
    (cards("2026-12-01", "1/12/2026"), "cards/cards.yaml:6", "not a date", "2026-12-15"),
    (cards("2026-12-01", "20261201"), "cards/cards.yaml:6", "not a date", "2026-12-15"),
    (actions("day: 30", "day: 31"), "actions/2026-11.yaml:6", "November 2026 has no day 31", "30"),
    (actions("2026-11", "2026-10"), "actions/2026-11.yaml:1", "not named after", "2026-10.yaml"),
    # What must hold together
    (faq("id: logo", "id: get-involved"), "faq.yaml:11", "stands already on line 1", "own"),
    (actions("id: two", "id: one"), "actions/2026-11.yaml:7", "already on line 4", "own"),
    (faq("Where is the logo?", "how do I take  part"), "faq.yaml:13", "line 4, in 'get-involved'", "keep"),
    (
        write("campaign.yaml", f"{CAMPAIGN}chat:\n  skip: [2026-12]\n"),
        "chats/dec.yaml:1",
        "months without a chat",
        "give this chat a 'date'",
    ),
    (chat("topic", "lead_ids: [Gwen]\ntopic"), "chats/dec.yaml", "'Gwen' cannot be used", "by id"),
    (chat("topic", "also: [cake]\ntopic"), "chats/dec.yaml", "'also'", "'reading'"),
    (write("chats/extra.yaml", CHAT), "chats/extra.yaml:1", "chat on 2026-12-15 already", "move one"),
    (messages("That was empty.", TOO_LONG), f"messages.yaml:{EMPTY_LINE}", "characters too long", "shorten"),
    # Pictures
    (remove("cards/evidence.png"), "cards/cards.yaml:2", "no picture evidence.png", "add it"),
    (write("cards/evidence.png", "<svg/>"), "cards/cards.yaml:2", "not a PNG or JPEG", "save it"),
    (write("cards/evidence.png", b"\xff\xd8\xff" + bytes(9)), "cards/cards.yaml:2", "JPEG picture with", ".jpg"),
    (write("cards/evidence.png", PNG + bytes(5 << 20)), "cards/cards.yaml:2", "larger than 5 MB", "smaller"),
    (link("cards/evidence.png", "/etc/hosts"), "cards/cards.yaml:2", "outside", "copy"),
    (folder_instead("cards/evidence.png"), "cards/cards.yaml:2", "cannot be read", "allow"),
    (cards("evidence.png", "../campaign.png"), "cards/cards.yaml:2", "cannot be used", ".png"),
    (cards("alt: In large", "alt: Image of large"), "cards/cards.yaml:3", "say nothing", "begin with"),
    (cards("  alt: " + ALT, ""), "cards/cards.yaml:1", "'alt' is missing", "add"),
    (cards(ALT, "A card\n"), "cards/cards.yaml:3", "too short", "more"),
]


@pytest.mark.parametrize(("change", "place", "cause", "fix"), MISTAKES)
def test_a_mistake_is_told_with_file_line_cause_and_fix(
    change: Change, place: str, cause: str, fix: str, folder: Path
) -> None:
    change(folder)

    found = [problem for problem in check(folder) if f"{problem}".startswith(f"content/{place}:")]

    assert [problem for problem in found if cause in problem.cause and fix in problem.fix], check(folder)
    assert all("Input should" not in str(problem) and "valid" not in problem.fix for problem in found)


@pytest.mark.parametrize("path", ["chats/dec.yaml", "actions/2026-11.yaml", "cards/cards.yaml"])
def test_what_does_not_fit_on_x_says_by_how_much(path: str, folder: Path) -> None:
    swap("messages.yaml", '"x": "Q{number}. {text} {hashtag}"', f'"x": "{TOO_LONG}{{text}}"')(folder)
    (folder / "messages.yaml").write_text(
        (folder / "messages.yaml").read_text().replace('"x": "{text} {hashtag}"', f'"x": "{TOO_LONG}{{text}}"')
    )

    (first, *_) = [problem for problem in check(folder) if problem.file == f"content/{path}"]

    assert "characters too long" in first.cause


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    for change in (
        swap("campaign.yaml", "name: A Million Decisions\n", ""),
        swap("faq.yaml", "  answer: Yes.\n  short: Yes.\n", ""),
        swap("chats/dec.yaml", "20:00", "8pm"),
        swap("cards/cards.yaml", "evidence.png", "missing.png"),
        write("notes.txt", ""),
    ):
        change(folder)

    with pytest.raises(ContentProblems) as told:
        load(folder)

    assert str(told.value).splitlines() == [
        "content/campaign.yaml:1: 'name' is missing here. Fix: add a line 'name: …'.",
        "content/cards/cards.yaml:2: There is no picture missing.png in content/cards. "
        "Fix: add it, or correct the name (small and capital letters count).",
        "content/chats/dec.yaml:2: '8pm' is not a time. "
        "Fix: write hours and minutes on the 24-hour clock, for example 20:00.",
        "content/faq.yaml:11: 'answer' is missing here. Fix: add a line 'answer: …'.",
        "content/faq.yaml:11: 'short' is missing here. Fix: add a line 'short: …'.",
        "content/notes.txt: The bot does not know this file, so it would not be read. "
        "Fix: move it elsewhere, or rename it as docs/content.md says.",
    ]
    assert isinstance(told.value, problems.Problem)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = check(tmp_path / "nowhere")
    fix = "go into the bot's folder first (cd), or say in CONTENT_DIR where the content is"
    assert problem == Problem(str(tmp_path / "nowhere"), 0, 0, "There is no such folder here", fix)
    with pytest.raises(ContentProblems):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "when", "told"),
    [
        ("2026-12-15", "month: 2026-12", None),
        ("2026-12-15", "date: 2026-12-15", None),
        ("2026-12-15", "date: 2026-12-17", "The chat is on Thursday 2026-12-17"),
        ("2026-12-16", "month: 2026-12", "The chat is on Tuesday 2026-12-15"),
        ("christmas", "date: 2026-12-17", None),
    ],
)
def test_a_chat_on_another_day_than_its_file_says_is_pointed_out_and_allowed(
    name: str, when: str, told: str | None, folder: Path
) -> None:
    remove("chats/dec.yaml")(folder)
    write(f"chats/{name}.yaml", CHAT.replace("month: 2026-12", when))(folder)

    assert [(hint.file, hint.line, hint.cause.split(",")[0]) for hint in hints(folder)] == (
        [(f"content/chats/{name}.yaml", 1, told)] if told else []
    )
    assert load(folder).chats[name].topic == "What we learnt"


def test_what_is_left_of_the_chat_that_was_copied_is_pointed_out_and_allowed(folder: Path) -> None:
    write("chats/oct.yaml", CHAT.replace("2026-12", "2026-10").replace("What we learnt", "Something else"))(folder)
    write("chats/jan.yaml", CHAT.replace("2026-12", "2027-01"))(folder)
    assert [(hint.file, hint.line, hint.cause) for hint in hints(folder)] == [
        ("content/chats/jan.yaml", 3, "'topic' says the same as in content/chats/dec.yaml")
    ]
    assert len(load(folder).chats) == 3


def test_a_region_in_which_nobody_can_be_asked_is_pointed_out_and_allowed(folder: Path) -> None:
    write("regions.yaml", "- {id: a, name: A, leads: [slack:T1/U1]}\n- {id: b, name: B}\n")(folder)
    assert [(hint.file, hint.line, hint.cause) for hint in hints(folder)] == [
        ("content/regions.yaml", 2, "There is nobody to ask in this region")
    ]
    assert len(load(folder).regions) == 2


@pytest.mark.parametrize(
    "name",
    [
        "board_too_large",
        "export_too_large",
        "faq_many",
        "faq_repeated",
        "feedback_which",
        "person_left_out",
        "person_long",
        "person_typed",
        "person_undelivered",
        "person_unheard",
        "person_unreached",
    ],
)
def test_a_sentence_that_came_with_a_new_version_is_pointed_out_and_does_not_stop_the_bot(
    folder: Path, name: str
) -> None:
    words = "\n".join(f"{one}: {json.dumps(said)}" for one, said in WORDS.items() if one != name)
    write("messages.yaml", words)(folder)

    assert getattr(load(folder).messages, name).texts[0]
    [hint] = hints(folder)
    assert hint.file == "content/messages.yaml"
    assert hint.cause == f"'{name}' is new, and the bot uses its own words for it"
    assert f"add a line '{name}: …'" in hint.fix


def test_a_region_asks_people_by_id_and_not_by_name(folder: Path) -> None:
    write("regions.yaml", "".join(f"- {{id: a{n}, name: A}}\n" for n in range(101)))(folder)
    assert [(problem.line, problem.cause) for problem in check(folder)] == [(101, "This is region 101")]
    write("regions.yaml", "- {id: a, name: A, leads: ['@lena']}\n")(folder)
    [problem] = check(folder)
    assert "write an id on a platform" in problem.fix


@pytest.fixture(scope="module")
def battered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("battered") / "content")


_TEXTS = sorted(path for path in FILES if path.endswith(".yaml") and path != "messages.yaml")
_PIECES = st.sampled_from(b"\t|\n|- |: |*|&a |!!|[|{|'|>|%|?|\\|\xff|---\n|2026|#".split(b"|"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(_TEXTS), st.integers(0, 400), st.integers(0, 30), st.one_of(_PIECES, st.binary(max_size=6)))
def test_a_damaged_file_is_told_as_a_problem_and_never_crashes(
    battered: Path, path: str, start: int, cut: int, put: bytes
) -> None:
    text = FILES[path]
    assert isinstance(text, str)
    data = text.encode()
    write(path, data[:start] + put + data[start + cut :])(battered)
    found = check(battered)
    write(path, text)(battered)

    assert all(problem.cause and problem.fix and str(problem).encode() for problem in found)


_SIGNS = st.sampled_from([
    ": ", "- ", " #", "\n  ", "\n- ", "\n", "'", '"', "? ", "---\n", "...\n", "|+\n", ">-\n", "[a, b]", "{a: b}",
    "[", "}", ",", "!!str ", "&a ", "*a", "<<: ", "%YAML 1.1\n", "~", "null", "\\x41", "\\", "é", "😀",
    "\u2028", "\x85", "\t", "\ufeff",
])  # fmt: skip


@settings(max_examples=200)
@given(st.sampled_from(_TEXTS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), _SIGNS), max_size=3))
def test_both_parsers_read_the_same(path: str, changes: list[tuple[float, int, str]]) -> None:
    text = FILES[path]
    assert isinstance(text, str)
    for place, cut, put in changes:
        start = int(place * len(text))
        text = text[:start] + put + text[start + cut :]
    assume(text.count("...\n") < 2)
    assert read_tree(path, text) == _parsed(path, text, pure=True)


def test_an_end_of_the_document_may_be_written_twice() -> None:
    """As YAML 1.2 has it (9.1.2), and the parser in C; the one in Python does not."""
    tree = read_tree("a.yaml", "a: 1\n...\n...\n")
    assert (tree.value, tree.problems) == ({"a": "1"}, [])


def test_the_parser_in_c_is_there() -> None:
    assert YAML(typ="safe", pure=False).Parser is not YAML(typ="safe", pure=True).Parser


def test_a_picture_that_says_where_it_was_taken_is_pointed_out_and_allowed(folder: Path) -> None:
    swap("cards/cards.yaml", "evidence.png", "phone.jpg")(folder)
    write("cards/phone.jpg", jpeg(*TRAIL))(folder)
    assert [(hint.line, hint.cause) for hint in hints(folder)] == [(2, "The picture phone.jpg says where it was taken")]
    assert ContentFolder(folder).everything()["cards/phone.jpg"] == without_trail(jpeg())
    assert check(folder) == []
