"""From a word in Slack to the organisers' pages, with the real bot and the emulated platform."""

import re
from urllib.parse import urlsplit

import requests

from tests.demo.conftest import Demo
from tests.forms import Forms
from tests.waiting import until

LINK = re.compile(r"http://127\.0\.0\.1:\d+/pages/sign-in\?link=[\w-]+")


def test_an_organiser_gets_a_link_in_slack_and_signs_in_by_it(demo: Demo) -> None:
    olive = demo.visitor("organiser")

    def links() -> list[str]:
        return LINK.findall(str(demo.ask("/slack/messages", channel="U0ORGANISER")))

    olive.post("/clock", {"as": "organiser", "do": "pause"})  # at the demo's speed a link ends after some seconds
    olive.press("Send", "slack", text="/campaign pages", place="direct")
    until(lambda: bool(links()))
    browser = requests.Session()
    (form,) = Forms(browser.get(links()[-1], timeout=10).text).found
    home = browser.post(f"{olive.base}{form.action}", form.fields, headers={"origin": olive.base}, timeout=10)
    olive.post("/clock", {"as": "organiser", "do": "resume"})
    assert (urlsplit(home.url).path, home.status_code) == ("/pages/", 200)
    assert "What needs you" in home.text
    assert "What goes out next" in home.text


def test_an_organiser_signs_in_with_the_emulated_slack(demo: Demo) -> None:
    olive, browser = demo.visitor("organiser"), requests.Session()
    olive.post("/clock", {"as": "organiser", "do": "pause"})
    there = browser.get(f"{olive.base}/pages/sign-in/slack", timeout=10)
    assert "Slack, emulated" in there.text
    home = browser.post(there.url, {"person": "U0ORGANISER"}, timeout=10)
    olive.post("/clock", {"as": "organiser", "do": "resume"})
    assert (home.url, home.status_code) == (f"{olive.base}/pages/", 200)
    assert "Signed in as Organiser" in home.text
