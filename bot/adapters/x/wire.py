"""Between X's JSON and our own words. Nobody past this module sees the one or the other side's shape."""

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.core.bodies import Repost, Text
from bot.core.content import Watch
from bot.core.events import CardSeen, Mention, Person, Place, Platform
from bot.core.heard import HeardPost
from bot.core.outbox import Post

Json = Mapping[str, Any]

SEEN = {
    "post.fields": "created_at,display_text_range,entities,note_post",
    "expansions": "author_id,referenced_posts",
}
"""What is asked of X about each post."""

_LEADING_NAMES = re.compile(r"^(?:@\w+\s+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: str
    name: str


def parse_me(answer: Json) -> Me:
    return Me(str(answer["data"]["id"]), str(answer["data"]["username"]))


def parse_mention(shown: Json, users: Mapping[str, str], me: Me) -> Mention | None:
    """A post in which somebody calls us by name, or None for any other.

    X also counts an answer to us as a mention, because it puts our name before the text: that is somebody
    taking part in the chat, not calling us, and X would refuse our reply to it.
    """
    start = (shown.get("display_text_range") or [0])[0]
    name = re.compile(rf"(?<![\w@/])[@＠]{re.escape(me.name)}(?!\w)", re.IGNORECASE | re.ASCII)
    before, text = str(shown["text"])[:start], str(_whole(shown)["text"])
    text = html.unescape(text.removeprefix(before))
    if not _by_another(shown, me) or not name.search(text):
        return None
    return Mention(
        key=f"x:{shown['id']}",
        at=_instant(shown),
        author=_author(shown, users),
        place=_place(shown),
        text=" ".join(name.sub(" ", text).split()),
        message_id=str(shown["id"]),
    )


def _whole(shown: Json) -> Json:
    """The post with all its words and links. Of a subscriber's long one, X calls the beginning its text."""
    return {**shown, **(shown.get("note_post") or shown.get("note_tweet") or {})}


def parse_card(shown: Json, users: Mapping[str, str], me: Me) -> CardSeen | None:
    """A post that the card watch found, or None for our own and for reposts."""
    if not _by_another(shown, me):
        return None
    # Its own kind of key: a card may mention us too, and is then both.
    return CardSeen(
        key=f"x:{shown['id']}:card",
        at=_instant(shown),
        author=_author(shown, users),
        place=_place(shown),
        post_id=str(shown["id"]),
        text=html.unescape(str(_whole(shown)["text"])),
    )


HEARD = {
    "post.fields": "created_at,entities,note_post",
    "user.fields": "public_metrics,protected",
    "expansions": "author_id,referenced_posts",
}
"""What is asked of X about each post of a chat."""


def parse_heard(answer: Json) -> list[HeardPost]:
    """The posts of a page, with whom they are by. Who protects their account is left out."""
    users = {str(user["id"]): user for user in (answer.get("includes") or {}).get("users", [])}
    shown = [(post, users.get(str(post.get("author_id")), {})) for post in answer.get("data", [])]
    return [_heard(post, user) for post, user in shown if not user.get("protected")]


def _heard(shown: Json, user: Json) -> HeardPost:
    references = dict(_references(shown))
    name = str(user.get("username", ""))
    return HeardPost(
        Platform.X,
        str(shown["id"]),
        _instant(shown).astimezone(UTC),
        str(shown["author_id"]),
        _with_whole_links(_whole(shown)),
        references.get("replied_to"),
        "retweeted" in references,
        "quoted" in references,
        name,
        (user.get("public_metrics") or {}).get("followers_count"),
        f"https://x.com/{name or 'i'}/status/{shown['id']}",
    )


def _with_whole_links(shown: Json) -> str:
    """The words without what X does to them: it escapes & < >, shortens links, and adds one for a picture."""
    text = html.unescape(str(shown["text"]))
    for url in (shown.get("entities") or {}).get("urls") or []:
        text = text.replace(url["url"], "" if _is_picture(url) else url.get("expanded_url") or url["url"])
    return text.strip()


def parse_gone(answer: Json) -> list[str]:
    """Of the posts that were looked up, those that are deleted, or not to be seen any more."""
    errors = answer.get("errors") or []
    kinds = ("/resource-not-found", "/not-authorized-for-resource")
    return [
        str(one["resource_id"]) for one in errors if str(one.get("type", "")).endswith(kinds) and "resource_id" in one
    ]


def parse_users(answer: Json) -> Mapping[str, str]:
    """Account names by id."""
    users = (answer.get("includes") or {}).get("users", [])
    return {str(user["id"]): str(user["username"]) for user in users}


def card_query(watch: Watch) -> str:
    """The search for the campaign's cards; empty when nothing is watched."""
    accounts = " OR ".join(f"from:{account}" for account in watch.accounts)
    hashtags = " OR ".join(watch.hashtags)
    groups = [f"({group})" for group in (accounts, hashtags) if group]
    return " ".join([*groups, "has:images", "-is:retweet"]) if groups else ""


def create_arguments(post: Post, body: Text, media_ids: list[str]) -> dict[str, Any]:
    """A post as tweepy's `create_tweet` takes it. Buttons have no place on X: the words stand alone."""
    arguments: dict[str, Any] = {"text": body.text}
    if post.place.thread:
        arguments["in_reply_to_tweet_id"] = post.place.thread
    if media_ids:
        arguments["media_ids"] = media_ids
    if body.poll:
        arguments["poll_options"] = list(body.poll.options)
        arguments["poll_duration_minutes"] = body.poll.minutes
    return arguments


def is_same(post: Post, shown: Json) -> bool:
    """Whether a post on our timeline is the one that we sent."""
    match post.body:
        case Repost(post_id):
            return ("retweeted", post_id) in _references(shown)
        case Text() if post.place.thread:
            # Whatever its words: everybody is answered once, and an answer that is made again after a restore may
            # be worded anew (a receipt's number).
            return ("replied_to", post.place.thread) in _references(shown)
        case Text(text):
            return not any(kind == "replied_to" for kind, _ in _references(shown)) and has_words(text, shown)
        case _:
            return False


def has_words(text: str, shown: Json) -> bool:
    """Whether X shows these words, after what it does to them.

    It escapes & < >, shortens links, adds one for a picture, and puts before an answer the name of whom it answers.
    """
    if any(kind == "retweeted" for kind, _ in _references(shown)):
        return False
    remote = html.unescape(str(shown["text"]))
    for url in (shown.get("entities") or {}).get("urls") or []:
        full = "" if _is_picture(url) else url.get("expanded_url") or url["url"]
        remote = remote.replace(url["url"], full)
    return _bare(remote) == _bare(text)


def _bare(text: str) -> str:
    words = re.sub(r"https?://", "", unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    return " ".join(word.rstrip("/") for word in _LEADING_NAMES.sub("", words).split())


def _is_picture(url: Json) -> bool:
    return bool(url.get("media_key")) or "/photo/" in (url.get("expanded_url") or "")


def _by_another(shown: Json, me: Me) -> bool:
    repost = any(kind == "retweeted" for kind, _ in _references(shown))
    return not repost and shown.get("author_id") not in (None, me.id)


def _references(shown: Json) -> list[tuple[str, str]]:
    # X's activity payloads and its older vocabulary say "tweets" where the present one says "posts".
    found = shown.get("referenced_posts") or shown.get("referenced_tweets") or []
    return [(str(reference["type"]), str(reference["id"])) for reference in found]


def _instant(shown: Json) -> datetime:
    return datetime.fromisoformat(shown["created_at"])


def _author(shown: Json, users: Mapping[str, str]) -> Person:
    author = str(shown["author_id"])
    return Person(Platform.X, "", author, users.get(author, ""))


def _place(shown: Json) -> Place:
    return Place(Platform.X, thread=str(shown["id"]))
