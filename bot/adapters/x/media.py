"""Pictures with alt text."""

import base64

import tweepy

from bot.adapters.x.api import send


def upload(client: tweepy.Client, picture: bytes, alt: str) -> str:
    """Hand a picture to X and say what is on it. Returns the id to post it with (good for a day)."""
    body = {"media": base64.b64encode(picture).decode(), "media_category": "tweet_image"}
    media_id = str(send(client, "/2/media/upload", body)["data"]["id"])
    if alt:
        send(client, "/2/media/metadata", {"id": media_id, "metadata": {"alt_text": {"text": alt}}})
    return media_id
