"""Pictures with alt text."""

import base64
from pathlib import Path

import tweepy

from bot.adapters.x.api import send
from bot.core.bodies import Media


def read(root: Path, media: Media) -> bytes:
    """A picture of the content folder. Raises OSError when it is not there, or not inside."""
    path = (root / media.path).resolve()
    if not path.is_relative_to(root.resolve()):
        raise FileNotFoundError(media.path)
    return path.read_bytes()


def upload(client: tweepy.Client, picture: bytes, alt: str) -> str:
    """Hand a picture to X and say what is on it. Returns the id to post it with (good for a day)."""
    body = {"media": base64.b64encode(picture).decode(), "media_category": "tweet_image"}
    media_id = str(send(client, "/2/media/upload", body)["data"]["id"])
    if alt:
        send(client, "/2/media/metadata", {"id": media_id, "metadata": {"alt_text": {"text": alt}}})
    return media_id
