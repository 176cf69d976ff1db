"""Posts and accounts as X's API shows them: the fields and expansions that were asked for."""

import hashlib
import html
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.emulators.x.state import Picture, Post, State, User
from bot.emulators.x.text import LINK, LONGEST, weighted_length

Json = dict[str, Any]
_LONGEST_REPOST = 140
_CUT = 270
"""Characters of a long post that are shown before the link to the whole of it."""


class View:
    """What one request asked to see. Names that X does not know are dropped, as X drops them: silently."""

    def __init__(self, state: State, query: Mapping[str, str]) -> None:
        self.state = state
        self.fields = _names(query, "post.fields")
        self.expansions = _names(query, "expansions")
        self.media_fields = _names(query, "media.fields")
        self.user_fields = _names(query, "user.fields")

    def answer(self, posts: list[Post]) -> Json:
        """Several posts, without `meta`."""
        data = {"data": [self.post(post) for post in posts]} if posts else {}
        includes = self._includes(posts)
        return {**data, **({"includes": includes} if includes else {})}

    def post(self, post: Post) -> Json:
        shown: Json = {"id": post.id, "text": shown_text(self.state, post), "edit_history_post_ids": [post.id]}
        known: dict[str, Callable[[Post], Any]] = {
            "created_at": lambda post: instant(post.at),
            "conversation_id": self._conversation,
            "display_text_range": self._display_text_range,
            "entities": self._entities,
            "attachments": _attachments,
        }
        shown |= {name: show(post) for name, show in known.items() if name in self.fields}
        if "note_post" in self.fields and _is_long(post):
            whole = _prefix(self.state, post) + _whole(post)
            shown["note_post"] = {"text": whole, "entities": {"urls": _urls(post, whole)}}
        if "author_id" in self.expansions:
            shown["author_id"] = post.author.id
        if "referenced_posts" in self.expansions and (references := _references(post)):
            shown["referenced_posts"] = references
        return shown

    def _includes(self, posts: list[Post]) -> Json:
        includes: Json = {}
        if "author_id" in self.expansions:
            includes["users"] = list({post.author.id: self._user(post.author) for post in posts}.values())
        if "referenced_posts" in self.expansions:
            ids = dict.fromkeys(post.repost_of or post.in_reply_to for post in posts)
            includes["posts"] = [self.post(self.state.posts[id]) for id in ids if id in self.state.posts]
        if "attachments.media_keys" in self.expansions:
            includes["media"] = [self._media(picture) for post in posts for picture in post.pictures]
        return {name: things for name, things in includes.items() if things}

    def _user(self, user: User) -> Json:
        shown = show_user(user)
        if "public_metrics" in self.user_fields:
            others = dict.fromkeys(("following_count", "post_count", "listed_count"), 0)
            shown["public_metrics"] = {"followers_count": user.followers, **others}
        return shown

    def _media(self, picture: Picture) -> Json:
        shown = {"media_key": picture.key, "type": "photo"}
        return {**shown, "alt_text": picture.alt} if picture.alt and "alt_text" in self.media_fields else shown

    def _conversation(self, post: Post) -> str:
        parent = self.state.posts.get(post.in_reply_to)
        return self._conversation(parent) if parent else post.in_reply_to or post.id

    def _display_text_range(self, post: Post) -> list[int]:
        return [len(_prefix(self.state, post)), len(_prefix(self.state, post)) + len(_written(post))]

    def _entities(self, post: Post) -> Json:
        return {"urls": _urls(post, shown_text(self.state, post))}


def _names(query: Mapping[str, str], parameter: str) -> frozenset[str]:
    return frozenset(query.get(parameter, "").split(","))


def instant(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def show_user(user: User) -> Json:
    return {"id": user.id, "name": user.name, "username": user.name}


def shown_text(state: State, post: Post) -> str:
    """As X gives it back: & < > escaped, links shortened, a link for its pictures, and before it whom it answers."""
    if original := state.posts.get(post.repost_of):
        text = f"RT @{original.author.name}: {shown_text(state, original)}"
        return text if len(text) <= _LONGEST_REPOST else f"{text[: _LONGEST_REPOST - 1]}…"
    return _prefix(state, post) + _written(post) + _picture_link(post)


def _prefix(state: State, post: Post) -> str:
    parent = state.replied_to(post)
    return f"@{parent.name} " if parent else ""


def _written(post: Post) -> str:
    whole = _whole(post)
    return f"{whole[:_CUT].rstrip()}… {_short(post.id)}" if _is_long(post) else whole


def _is_long(post: Post) -> bool:
    """Whether only a subscriber can have posted it."""
    return weighted_length(post.text) > LONGEST


def _whole(post: Post) -> str:
    return LINK.sub(lambda link: _short(link[0]), html.escape(post.text, quote=False))


def _picture_link(post: Post) -> str:
    return f" {_short(post.pictures[0].id)}" if post.pictures else ""


def _short(link: str) -> str:
    return f"https://t.co/{hashlib.sha256(link.encode()).hexdigest()[:10]}"


def _urls(post: Post, text: str) -> list[Json]:
    """Each link of the post that its short form stands for in a text, and where."""
    start, urls = 0, []
    links = [match[0] for match in LINK.finditer(html.escape(post.text, quote=False))]
    for link in [*links, *(picture.id for picture in post.pictures[:1])]:
        if (found := text.find(_short(link), start)) >= 0:
            urls.append(_url(link, found))
            start = found + 1
    return urls


def _url(link: str, start: int) -> Json:
    short = _short(link)
    where = {"start": start, "end": start + len(short), "url": short}
    if link.isdecimal():
        return {**where, "expanded_url": f"https://x.com/i/status/{link}/photo/1", "media_key": f"3_{link}"}
    full = html.unescape(link if "://" in link else f"http://{link}")
    return {**where, "expanded_url": full, "display_url": full.split("://", 1)[1]}


def _attachments(post: Post) -> Json:
    media = {"media_keys": [picture.key for picture in post.pictures]} if post.pictures else {}
    return {**media, **({"poll_ids": [post.poll.id]} if post.poll else {})}


def _references(post: Post) -> list[Json]:
    if post.repost_of:
        return [{"type": "retweeted", "id": post.repost_of}]
    return [{"type": "replied_to", "id": post.in_reply_to}] if post.in_reply_to else []
