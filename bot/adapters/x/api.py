"""tweepy, pointed at our base URL and with our timeout. Everything here blocks: call it in a thread."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy

from bot.adapters.x import XAccount

Json = dict[str, Any]


class _Session(requests.Session):
    """Puts our host for tweepy's hard-coded one before the request is signed, so that the signature covers it.

    What people will see is sent, built and signed, after `hold`.
    """

    def __init__(self, account: XAccount, hold: Callable[[], None]) -> None:
        super().__init__()
        self._account = account
        self._hold = hold
        # A kept connection that the server has just closed would make a harmless failure look like a lost post.
        self.headers["Connection"] = "close"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        base = self._account.api_url.rstrip("/")
        options["timeout"] = self._account.timeout
        # Following a redirect would turn a POST into a GET.
        options["allow_redirects"] = False
        return super().request(method, base + urlsplit(str(url)).path, *args, **options)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        # Nobody sees a picture before the post that shows it.
        if request.method in ("POST", "DELETE") and "/2/media/" not in request.path_url:
            self._hold()
        return super().send(request, **options)


@contextmanager
def connected(account: XAccount, hold: Callable[[], None] = lambda: None) -> Iterator[tweepy.Client]:
    """A client for one piece of work in one thread: sessions are not safe between threads.

    `hold` returns when what people will see may leave.
    """
    client = tweepy.Client(
        consumer_key=account.api_key,
        consumer_secret=account.api_secret,
        access_token=account.access_token,
        access_token_secret=account.access_secret,
        return_type=dict,
        wait_on_rate_limit=False,
    )
    client.session = _Session(account, hold)
    with client.session:
        yield client


def get(client: tweepy.Client, path: str, params: Mapping[str, str]) -> Json:
    """Read in X's present vocabulary (`post.fields`), which tweepy's own methods do not speak yet."""
    answer: Json = client.request("GET", path, params=dict(params), user_auth=True).json()
    return answer


def send(client: tweepy.Client, path: str, body: Json) -> Json:
    answer: Json = client.request("POST", path, json=body, user_auth=True).json()
    return answer
