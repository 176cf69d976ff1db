"""The demo's page over HTTP, with the real bot and the emulated platforms behind it."""

import asyncio
import html
import re
import threading
from datetime import timedelta

import pytest
import requests

from bot.core.bodies import Text
from bot.core.events import Place, Platform
from bot.core.outbox import new_post
from bot.demo import narrator
from bot.demo.story import STEPS
from bot.demo.tale import Tale
from tests.demo.conftest import Demo, Visitor
from tests.forms import Form
from tests.waiting import until

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_the_page_shows_three_platforms_a_clock_and_a_story(sam: Visitor) -> None:
    page = sam.home()
    assert all(f'id="{name}-title"' in page for name in ("x", "slack", "teams", "clock", "story", "inspector"))
    assert "December 2026" in page


def test_the_page_may_load_nothing_from_elsewhere_and_runs_no_inline_script(sam: Visitor) -> None:
    answer = requests.get(f"{sam.base}/", timeout=10)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", answer.text)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", answer.text)


@pytest.mark.parametrize(
    ("platform", "answer"), [("x", "Reply to @LibrarianMel"), ("slack", "In a thread"), ("teams", "Source: ")]
)
def test_a_question_is_answered_on_the_page(mel: Visitor, platform: str, answer: str) -> None:
    back = mel.press("Ask with typos", platform)
    assert back.url.endswith(f"#{platform}")
    mel.sees(f"feed-{platform}", answer)


def test_a_post_without_a_mention_says_why_it_is_not_answered(sam: Visitor) -> None:
    sam.press("Only the hashtag", "x")
    sam.sees("feed-x", "a bot may answer only who asks it")


def test_what_is_written_is_said_where_the_visitor_chose(demo: Demo, sam: Visitor) -> None:
    back = sam.press("Send", "slack", text="Just between us & the bot", place="direct")
    assert '<option value="direct" selected>' in back.text
    said = [row["text"] for row in demo.ask("/slack/messages", channel="U0STUDENT")]
    assert "Just between us &amp; the bot" in said


def test_a_slack_form_and_its_receipt_are_seen_by_their_person_only(mel: Visitor, sam: Visitor) -> None:
    mel.press("Feedback form", "slack")
    mel.sees("forms-slack", "Your feedback")
    assert "Your feedback" not in sam.part("forms-slack")
    [modal] = mel.forms("address.view_id")
    mel.fill(modal, {"text": "Earlier, please", "may_quote": "unnamed"})
    mel.sees("feed-slack", "Its number is")
    assert "Only you can see this" in mel.part("feed-slack")
    assert "Its number is" not in sam.part("feed-slack")
    until(lambda: not mel.forms("address.view_id"))


def test_a_form_that_was_sent_already_is_refused_and_what_was_typed_comes_back(demo: Demo, mel: Visitor) -> None:
    mel.press("Feedback form", "slack")
    mel.sees("forms-slack", "Your feedback")
    [modal] = mel.forms("address.view_id")
    mel.fill(modal, {"text": "First tab", "may_quote": "no"})
    until(lambda: not mel.forms("address.view_id"))
    again = mel.fill(modal, {"text": "Typed in the second tab", "may_quote": "no"})
    assert again.status_code == 400
    assert "no longer there" in again.text
    assert "Typed in the second tab" in again.text


def test_a_form_without_what_it_wants_is_given_back_as_it_was(mel: Visitor) -> None:
    mel.press("Feedback form", "slack")
    mel.sees("forms-slack", "Your feedback")
    [modal] = mel.forms("address.view_id")
    back = mel.fill(modal, {"text": " ", "may_quote": "unnamed"})
    assert back.status_code == 400
    assert "“Your feedback” is filled in" in back.text
    assert '<option value="unnamed" selected>' in back.text
    mel.fill(modal, {"text": "Now with words", "may_quote": "unnamed"})
    until(lambda: not mel.forms("address.view_id"))


def test_a_teams_form_is_filled_in_on_the_page(mel: Visitor, sam: Visitor) -> None:
    mel.press("Feedback form", "teams")
    mel.sees("feed-teams", "May we quote you")
    [card, *_] = mel.forms("address.activity_id")
    mel.fill(card, {"text": "From the form in Teams", "may_quote": "no"})
    mel.sees("feed-teams", "Its number is")
    assert "May we quote you" not in sam.part("feed-teams")


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_a_moderator_keeps_the_feedback_as_a_file_that_nobody_else_gets(
    morgan: Visitor, sam: Visitor, platform: str
) -> None:
    sam.press("Feedback", "x")
    sam.sees("feed-x", "Its number is")
    morgan.press("Get the feedback", platform)
    morgan.sees(f"feed-{platform}", "Download feedback")
    found = re.search(rf'href="(/file/{platform}/[^?"]+)', morgan.part(f"feed-{platform}"))
    assert found
    file = requests.get(morgan.base + found[1], {"as": "moderator"}, timeout=10)
    assert file.headers["content-type"].startswith("text/csv")
    assert "please post earlier" in file.text
    other = requests.get(morgan.base + found[1], {"as": "participant"}, timeout=10)
    assert other.status_code == 404
    assert "no such file for Sam" in other.text


@pytest.mark.parametrize("platform", ["x", "slack", "teams"])
def test_what_people_write_is_shown_as_they_wrote_it_and_never_run(sam: Visitor, platform: str) -> None:
    sam.press("Send", platform, text=f"@Antiphon {ATTACK}")
    sam.sees(f"feed-{platform}", html.escape(ATTACK))
    assert ATTACK not in sam.home()


def test_the_clock_is_paused_stepped_and_sped_up(demo: Demo, sam: Visitor) -> None:
    assert demo.here
    clock = demo.here.clock
    sam.press("Pause")
    before = clock.now()
    assert "Paused" in sam.part("face")
    sam.press("One minute on")
    assert clock.now() - before == timedelta(minutes=1)
    assert clock.paused
    sam.press("×120")
    assert (clock.speed, clock.paused) == (120, False)
    sam.press("×60")


def test_the_clock_goes_to_what_is_next_and_stops_before_it(demo: Demo, sam: Visitor) -> None:
    assert demo.here
    [title] = re.findall(r"<li><span>[^<]*</span> <strong>[^<]*</strong> ([^<]*)", sam.part("coming"))[:1]
    sam.press("Pause")
    back = sam.press("Go to what is next")
    assert not demo.here.clock.paused
    assert title in back.text.partition('data-part="coming"')[2]
    sam.press("×60")


def test_a_post_that_did_not_go_out_is_named_with_its_reason(demo: Demo, sam: Visitor) -> None:
    assert demo.here
    here, now = demo.here, demo.here.clock.now()
    place = Place(Platform.SLACK, channel="C0CHAT")
    late = new_post("late", place, Text("Too late for this"), now, cut_off=now - timedelta(minutes=1))

    async def queue() -> None:
        async with here.bot.database.transaction() as tx:
            await tx.outbox.add(late)
        await here.bot.supervisor.beat()

    demo.run(queue())
    sam.sees("stuck", "Too late for this")
    assert "missed" in sam.part("stuck")


def test_a_step_of_the_story_is_played_once_however_often_it_is_asked_for(sam: Visitor) -> None:
    [step] = sam.forms("step")
    pressed = step.buttons[next(text for text in step.buttons if text.startswith("Play:"))]
    sam.post(step.action, step.fields | pressed)
    again = sam.post(step.action, step.fields | pressed)
    assert again.status_code == 409
    assert "played already" in again.text
    sam.sees("story", "(done)")


def test_the_clock_is_the_storys_while_a_step_is_played(
    demo: Demo, sam: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    async def lasts(_: Tale) -> str:
        await asyncio.to_thread(over.wait, 10)
        return "it lasted"

    assert demo.here
    monkeypatch.setattr(narrator, "STEPS", tuple((title, lasts) for title, _ in STEPS))
    sam.press("Play:")
    refused = sam.press("Pause")
    over.set()
    assert refused.status_code == 400
    assert "being played and needs the clock" in refused.text
    assert not demo.here.clock.paused
    sam.sees("story", "It lasted.")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_act_here(demo: Demo, sam: Visitor, headers: dict[str, str]) -> None:
    fields = {"as": "participant", "platform": "x", "text": "Sent by another site"}
    answer = sam.post("/say", fields, **headers)
    assert answer.status_code == 403
    assert "Sent by another site" not in [post["text"] for post in demo.ask("/x/timeline")]


SOMEBODY = {"as": "member", "platform": "slack", "place": "room"}
WRONG = {
    "nothing to say": ("/say", SOMEBODY | {"text": "  "}, 400, "nothing to send"),
    "an unknown person": ("/say", SOMEBODY | {"as": "nobody", "text": "hello"}, 400, "Choose whom you act as"),
    "an unknown platform": ("/say", SOMEBODY | {"platform": "myspace", "text": "hello"}, 400, "no such platform"),
    "an unknown place": ("/say", SOMEBODY | {"place": "attic", "text": "hello"}, 400, "no such place"),
    "an unknown command": ("/say", SOMEBODY | {"text": "/nonsense"}, 400, "knows no command /nonsense"),
    "an unknown example": ("/say", SOMEBODY | {"try": "Dance"}, 400, "no such example"),
    "too long for X": ("/say", {"as": "member", "platform": "x", "text": "a" * 281}, 400, "280 are the most"),
    "too long for Slack": ("/say", SOMEBODY | {"text": "a" * 3001}, 400, "3,000 are the most"),
    "far too long": ("/say", SOMEBODY | {"text": "a" * 200_000}, 400, "Nothing readable arrived"),
    "nothing at all": ("/say", {}, 400, "Nothing readable arrived"),
    "a form that is gone": ("/answer", SOMEBODY | {"address.view_id": "V1"}, 400, "no longer there"),
    "a form of nobody's": ("/answer", {"platform": "slack"}, 400, "Choose whom you act as"),
    "a wrong clock button": ("/clock", {"as": "member", "do": "backwards"}, 400, "knows no such button"),
    "a wrong speed": ("/clock", {"as": "member", "do": "-5"}, 400, "knows no such button"),
    "no step": ("/story", {"as": "member"}, 409, "no such step"),
    "a strange step": ("/story", {"as": "member", "step": "²"}, 409, "no such step"),
    "a step that is not next": ("/story", {"as": "member", "step": "8"}, 409, "played already"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_gets_a_sentence_on_the_page_and_does_nothing(demo: Demo, sam: Visitor, case: str) -> None:
    path, fields, status, sentence = WRONG[case]
    said = [row for row in demo.ask("/ledger") if row["author"] in ("U0MEMBER", "LibrarianMel")]
    answer = sam.post(path, fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    assert [row for row in demo.ask("/ledger") if row["author"] in ("U0MEMBER", "LibrarianMel")] == said


def test_what_was_too_long_is_still_in_its_box(mel: Visitor) -> None:
    words = "Many words " * 30
    back = mel.press("Send", "x", text=words)
    assert f">{words}</textarea>" in back.text


def test_an_unknown_person_in_the_address_is_told_and_becomes_sam(sam: Visitor) -> None:
    page = requests.get(f"{sam.base}/", {"as": "<b>nobody"}, timeout=10).text
    assert "There is nobody called “&lt;b&gt;nobody” here. You are now Sam." in page


def test_a_person_without_a_role_is_refused_by_the_bot_and_sees_it(sam: Visitor, mel: Visitor) -> None:
    sam.press("Send", "teams", text="export")
    sam.sees("feed-teams", "moderators can do this")
    assert "moderators can do this" not in mel.part("feed-teams")


def test_pictures_of_the_content_are_shown_and_nothing_else_is_served(sam: Visitor) -> None:
    picture = requests.get(f"{sam.base}/card/before-you-decide", timeout=10)
    assert picture.headers["content-type"] == "image/png"
    for wrong in ("/card/nothing", "/card/..%2fcampaign.yaml", "/static/..%2fpage.py", "/file/x/1", "/file/y/1"):
        assert requests.get(sam.base + wrong, timeout=10).status_code == 404


def test_the_inspector_shows_what_was_said_on_the_wire_and_no_secret(demo: Demo, sam: Visitor, mel: Visitor) -> None:
    assert demo.here
    mel.press("Ask with typos", "teams")
    sam.sees("inspector", "/v3/conversations")
    shown = html.unescape(sam.part("inspector"))
    assert "User-Agent" in shown
    assert "Authorization: Bearer [left out]" in shown
    assert not [secret for secret in demo.here.settings.secrets if secret in shown]
    assert not re.search(r"eyJ[\w-]{10}|xox[a-z]-|xapp-|oauth_signature|ticket=ticket", shown)


def test_an_example_is_sent_as_who_sees_it(demo: Demo, morgan: Visitor) -> None:
    """Two tabs: one page is old and another person's."""
    form: Form = demo.visitor("organiser").form("Queue an action", "slack")
    answer = morgan.post("/say", form.fields | {"as": "moderator", "try": "Queue an action"})
    assert answer.status_code == 400
    assert "Morgan has no such example" in answer.text
