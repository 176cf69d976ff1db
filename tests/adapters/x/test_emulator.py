"""The emulated X keeps X's rules. Spoken to here without the bot: requests, signed by requests-oauthlib."""

import base64
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from bot.emulators.x.text import weighted_length
from tests.emulators import Emulators

NOW = 1505847600.0  # 19 September 2017, 19:00 UTC


class Caller:
    """Somebody who speaks X's API with the bot's keys."""

    def __init__(self, emulators: Emulators) -> None:
        self.emulators = emulators
        self.settings: dict[str, str] = emulators.get("/x/credentials")
        emulators.put("/clock", {"campaign": NOW, "wall": 0, "speed": 0})
        self.me: str = self.get("/2/users/me").json()["data"]["id"]

    def auth(self, **changes: str) -> OAuth1:
        keys = {**self.settings, **changes}
        return OAuth1(keys["X_API_KEY"], keys["X_API_SECRET"], keys["X_ACCESS_TOKEN"], keys["X_ACCESS_SECRET"])

    def get(self, path: str, **query: str) -> requests.Response:
        return requests.get(self.settings["X_API_URL"] + path, params=query, auth=self.auth(), timeout=10)

    def post(self, path: str, **body: Any) -> requests.Response:
        return requests.post(self.settings["X_API_URL"] + path, json=body, auth=self.auth(), timeout=10)

    def says(self, by: str, text: str, **more: str) -> str:
        post: str = self.emulators.post("/x/posts", by=by, text=text, **more)["id"]
        return post

    def found(self, query: str, **more: str) -> list[str]:
        answer = self.get("/2/tweets/search/recent", query=query, **more).json()
        return [post["text"] for post in answer.get("data", [])]


@pytest.fixture
def x(emulators: Emulators) -> Caller:
    return Caller(emulators)


def test_a_request_must_be_signed_with_the_accounts_keys(x: Caller) -> None:
    url = f"{x.settings['X_API_URL']}/2/users/me"
    for auth in (None, x.auth(X_API_SECRET="wrong"), x.auth(X_ACCESS_SECRET="wrong"), x.auth(X_ACCESS_TOKEN="wrong")):
        answer = requests.get(url, auth=auth, timeout=10)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


def test_a_signature_holds_for_one_url_once_and_for_five_minutes(x: Caller) -> None:
    url = f"{x.settings['X_API_URL']}/2/users/me"
    signed = requests.Request("GET", url, auth=x.auth()).prepare()
    elsewhere = requests.Request("GET", url.replace("/me", "/by/username/StudentSam"), headers=signed.headers).prepare()
    stale = OAuth1(
        x.settings["X_API_KEY"],
        x.settings["X_API_SECRET"],
        x.settings["X_ACCESS_TOKEN"],
        x.settings["X_ACCESS_SECRET"],
        timestamp="1505847600",
    )
    with requests.Session() as session:
        assert session.send(elsewhere).status_code == 401
        assert session.send(signed).status_code == 200
        assert session.send(signed).status_code == 401
    assert requests.get(url, auth=stale, timeout=10).status_code == 401


def test_a_post_is_public_and_in_the_ledger(x: Caller) -> None:
    post = x.post("/2/tweets", text="Q1 What helps & what hinders? https://www.hee.nhs.uk/our-work #ukmedlibs").json()[
        "data"
    ]
    assert post["text"].startswith("Q1 What helps &amp; what hinders? https://t.co/")
    [entry] = x.emulators.ledger("x")
    assert (entry["action"], entry["id"], entry["author"]) == ("post", post["id"], "AntiphonBot")
    assert entry["text"] == "Q1 What helps & what hinders? https://www.hee.nhs.uk/our-work #ukmedlibs"
    assert entry["at"].startswith("2017-09-19T19:00:00")


def test_ids_rise_even_when_the_clock_is_set_back(x: Caller) -> None:
    first = x.says("StudentSam", "one")
    x.emulators.put("/clock", {"campaign": NOW - 86400, "wall": 0, "speed": 0})
    assert int(x.says("StudentSam", "two")) > int(first)


@pytest.mark.parametrize(
    ("weight", "text"),
    [  # as counted by twitter-text, configuration version 3
        (41, "Plain words, with a dash — and “quotes”…"),
        (84, "See https://www.hee.nhs.uk/our-work/library-knowledge-services?a=1#b, or hee.nhs.uk/a and bbc.co.uk."),
        (12, "医療図書館員"),
        (57, "Cards 📚 by 👩🏽‍💻 and 👨‍👩‍👧‍👦, flag 🇬🇧, key 1️⃣, heart ❤️, tick ✅"),
        (28, "Café in two forms: café cafe\u0301"),
        (57, "mail someone@example.org about #ukmedlibs @UKMedLibs $NHS"),
        (30, "arrow → bullet • ™ © ®️ ©️"),
    ],
)
def test_length_is_weighted_as_x_weighs_it(weight: int, text: str) -> None:
    assert weighted_length(text) == weight


def test_280_weighted_characters_pass_and_281_do_not(x: Caller) -> None:
    assert x.post("/2/tweets", text="é" * 257 + " https://www.hee.nhs.uk/" + "a" * 100).status_code == 403
    assert x.post("/2/tweets", text="é" * 256 + " https://www.hee.nhs.uk/" + "a" * 100).status_code == 201


def test_a_reply_needs_a_call_by_name_in_the_post_replied_to(x: Caller) -> None:
    call = x.says("LibrarianLena", "@AntiphonBot how can I get involved?")
    chat = x.says("StudentSam", "A1 Time and trust #ukmedlibs")
    own = x.post("/2/tweets", text="Q1 @AntiphonBot #ukmedlibs").json()["data"]["id"]
    answer = x.says("StudentSam", "A1 we do", in_reply_to=own)
    assert x.post("/2/tweets", text="Like this", reply={"in_reply_to_tweet_id": call}).status_code == 201
    for uncalled in (chat, answer):
        refused = x.post("/2/tweets", text="Well said", reply={"in_reply_to_tweet_id": uncalled})
        assert refused.status_code == 403
        assert "not been mentioned" in refused.json()["detail"]


def test_the_same_words_are_refused_but_may_answer_two_people(x: Caller) -> None:
    lena = x.says("LibrarianLena", "@AntiphonBot help")
    sam = x.says("StudentSam", "@AntiphonBot help")
    assert x.post("/2/tweets", text="Hello").status_code == 201
    assert "duplicate content" in x.post("/2/tweets", text="Hello").json()["detail"]
    for call in (lena, sam):
        assert x.post("/2/tweets", text="Hello", reply={"in_reply_to_tweet_id": call}).status_code == 201


def test_quotes_likes_and_two_cashtags_are_refused(x: Caller) -> None:
    post = x.says("UKMedLibs", "New card")
    assert x.post("/2/tweets", text="Look", quote_tweet_id=post).status_code == 403
    assert x.post(f"/2/users/{x.me}/likes", tweet_id=post).status_code == 403
    assert x.post("/2/tweets", text="$NHS and $BMA").status_code == 403


def test_a_post_is_reposted_once(x: Caller) -> None:
    post = x.says("UKMedLibs", "New card")
    again = [x.post(f"/2/users/{x.me}/retweets", tweet_id=post) for _ in range(2)]
    assert again[0].json()["data"]["retweeted"] is True
    assert (again[1].status_code, "already retweeted" in again[1].text) == (400, True)
    assert [entry["more"]["repost_of"] for entry in x.emulators.ledger("x") if entry["action"] == "repost"] == [post]


def test_pictures_carry_their_alt_text(x: Caller) -> None:
    picture = base64.b64encode(b"a picture").decode()
    uploaded = x.post("/2/media/upload", media=picture, media_category="tweet_image").json()["data"]
    x.post("/2/media/metadata", id=uploaded["id"], metadata={"alt_text": {"text": "A card"}})
    assert x.post("/2/tweets", text="Card", media={"media_ids": [uploaded["id"]]}).status_code == 201
    shown = {"alt": "A card", "media_id": uploaded["id"], "bytes": 9}
    assert x.emulators.get("/x/timeline")[0]["media"] == [shown]
    assert x.post("/2/tweets", text="No such", media={"media_ids": ["1"]}).status_code == 400
    assert x.post("/2/media/upload", media="?", media_category="tweet_image").status_code == 400


def test_polls_have_two_to_four_short_options(x: Caller) -> None:
    good = {"options": ["Yes", "Not yet"], "duration_minutes": 60}
    assert x.post("/2/tweets", text="Do you?", poll=good).status_code == 201
    wrong: list[list[Any]] = [["One"], ["x" * 26, "y"], ["Yes", " "], ["Yes", 1], ["a", "b", "c", "d", "e"]]
    times = ({**good, "duration_minutes": minutes} for minutes in (1, 10_081))
    for bad in (*({**good, "options": options} for options in wrong), *times):
        assert x.post("/2/tweets", text="Would you?", poll=bad).status_code == 400
    assert [entry["action"] for entry in x.emulators.ledger("x")] == ["poll"]


def test_search_knows_hashtags_authors_and_pictures_and_leaves_out_reposts(x: Caller) -> None:
    card = x.says("UKMedLibs", "Card #AMillionDecisions", alt="A card")
    x.says("StudentSam", "Mine #amilliondecisions", alt="Another")
    x.says("UKMedLibs", "Words only #AMillionDecisions")
    x.says("LibrarianLena", "", repost_of=card)
    query = "(from:ukmedlibs OR from:LibrarianLena) (#AMillionDecisions OR #other) has:images -is:retweet"
    assert [text.split(" https")[0] for text in x.found(query)] == ["Card #AMillionDecisions"]
    assert len(x.found("#AMillionDecisions")) == 3
    assert x.found("from:LibrarianLena") == []
    for wrong in ("has:images", "from:a (", "near:London", "(OR) a"):
        assert x.get("/2/tweets/search/recent", query=wrong).status_code == 400


def test_search_takes_no_cursor_older_than_a_week(x: Caller) -> None:
    old = x.says("UKMedLibs", "#tag old")
    x.emulators.put("/clock", {"campaign": NOW + 8 * 86400, "wall": 0, "speed": 0})
    x.says("UKMedLibs", "#tag new")
    refused = x.get("/2/tweets/search/recent", query="#tag", since_id=old)
    assert (refused.status_code, "'since_id' must be" in refused.text) == (400, True)
    assert x.found("#tag") == ["#tag new"]


def test_an_answer_to_an_account_is_among_its_mentions_with_the_name_before_the_text(x: Caller) -> None:
    own = x.post("/2/tweets", text="Q1 What helps? #ukmedlibs").json()["data"]["id"]
    x.says("StudentSam", "A1 Tea", in_reply_to=own)
    x.says("LibrarianLena", "Hello @antiphonbot")
    x.says("LibrarianLena", "mail me@antiphonbot.org")
    answer = x.get(
        f"/2/users/{x.me}/mentions", **{"post.fields": "display_text_range", "expansions": "author_id"}
    ).json()
    assert [post["text"] for post in answer["data"]] == ["Hello @antiphonbot", "@AntiphonBot A1 Tea"]
    assert answer["data"][1]["display_text_range"] == [13, 19]
    assert [user["username"] for user in answer["includes"]["users"]] == ["LibrarianLena", "StudentSam"]


def test_pages_go_back_in_time_down_to_the_cursor(x: Caller) -> None:
    ids = [x.says("StudentSam", f"@AntiphonBot {n}") for n in range(12)]
    query, found = {"max_results": "5", "since_id": ids[0]}, []
    while True:
        page = x.get(f"/2/users/{x.me}/mentions", **query).json()
        found += [post["id"] for post in page["data"]]
        if "next_token" not in page["meta"]:
            break
        query["pagination_token"] = page["meta"]["next_token"]
    assert found == ids[:0:-1]


def test_the_own_timeline_can_leave_out_replies_and_reposts(x: Caller) -> None:
    call = x.says("LibrarianLena", "@AntiphonBot help")
    x.post("/2/tweets", text="Hello")
    x.post("/2/tweets", text="Help is here", reply={"in_reply_to_tweet_id": call})
    x.post(f"/2/users/{x.me}/retweets", tweet_id=call)
    texts = [post["text"] for post in x.get(f"/2/users/{x.me}/tweets").json()["data"]]
    assert texts == ["RT @LibrarianLena: @AntiphonBot help", "@LibrarianLena Help is here", "Hello"]
    [only] = x.get(f"/2/users/{x.me}/tweets", exclude="replies,retweets").json()["data"]
    assert only["text"] == "Hello"


def test_one_deletes_only_ones_own_posts(x: Caller) -> None:
    own = x.post("/2/tweets", text="Hello").json()["data"]["id"]
    other = x.says("StudentSam", "Hello")
    url = f"{x.settings['X_API_URL']}/2/tweets/"
    assert requests.delete(url + own, auth=x.auth(), timeout=10).json() == {"data": {"deleted": True}}
    assert requests.delete(url + other, auth=x.auth(), timeout=10).status_code == 403
    assert x.get(f"/2/tweets/{own}").status_code == 404
    assert x.get(f"/2/tweets/{other}").json()["data"]["text"] == "Hello"


def test_a_rate_window_closes_and_opens_again_on_campaign_time(x: Caller) -> None:
    answers = [x.get("/2/users/me") for _ in range(75)]  # one was spent by the fixture
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert answers[0].headers["x-rate-limit-limit"] == "75"
    reset = int(answers[-1].headers["x-rate-limit-reset"])
    assert NOW < reset <= NOW + 901
    x.emulators.put("/clock", {"campaign": reset, "wall": 0, "speed": 0})
    assert x.get("/2/users/me").status_code == 200


def test_a_reset_forgets_posts_and_windows(x: Caller) -> None:
    x.says("StudentSam", "Hello")
    x.emulators.reset()
    assert x.emulators.get("/x/timeline") == []
    assert x.get("/2/users/me").headers["x-rate-limit-remaining"] == "74"


def test_the_control_routes_make_people_and_remove_posts(x: Caller) -> None:
    made = x.emulators.post("/x/users", name="NurseNia", followers=12)
    assert x.get("/2/users/by/username/nursenia").json()["data"] == {**made, "username": "NurseNia"}
    post = x.says("NurseNia", "Hello", alt="A picture")
    requests.delete(f"{x.emulators.base}/_control/x/posts/{post}", timeout=10).raise_for_status()
    assert x.emulators.get("/x/timeline") == []
    assert [entry["action"] for entry in x.emulators.ledger("x")] == ["post", "delete"]
