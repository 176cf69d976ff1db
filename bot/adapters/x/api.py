"""tweepy, pointed at our base URL and with our timeout. Everything here blocks: call it in a thread."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter

from bot.adapters.x import XAccount
from bot.ports import InTime

Json = dict[str, Any]


Hold = Callable[[], InTime]
"""Returns when what people will see may leave."""


def _not_held() -> InTime:
    return lambda: None


class _Session(requests.Session):
    """Puts our host for tweepy's hard-coded one before the request is signed, so that the signature covers it."""

    def __init__(self, account: XAccount, hold: Hold) -> None:
        super().__init__()
        self._account = account
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Held(hold))
        # A kept connection that the server has just closed would make a harmless failure look like a lost post.
        self.headers["Connection"] = "close"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        base = self._account.api_url.rstrip("/")
        options["timeout"] = self._account.timeout
        # Following a redirect would turn a POST into a GET.
        options["allow_redirects"] = False
        return super().request(method, base + urlsplit(str(url)).path, *args, **options)


class _Held(HTTPAdapter):
    """Connects at once, and writes what people will see when it is time."""

    def __init__(self, hold: Hold) -> None:
        super().__init__()
        self._hold = hold
        self._visible = False

    def get_connection_with_tls_context(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        # Nobody sees a picture before the post that shows it.
        self._visible = request.method in ("POST", "DELETE") and "/2/media/" not in request.path_url
        pool: Any = super().get_connection_with_tls_context(request, *args, **options)
        pool.ConnectionCls = _waiting(type(pool).ConnectionCls, self._wait)
        return pool

    def _wait(self) -> InTime:
        return self._hold() if self._visible else _not_held()


def _waiting(kind: Any, wait: Hold) -> Any:
    class Waiting(kind):  # type: ignore[misc]
        """A connection whose request waits until it may be written."""

        _in_time = staticmethod(_not_held())

        def endheaders(self, *args: Any, **options: Any) -> None:
            if self.sock is None:
                self.connect()
            self._in_time = wait()
            super().endheaders(*args, **options)

        def send(self, data: Any) -> None:
            self._in_time()
            super().send(data)

    return Waiting


@contextmanager
def connected(account: XAccount, hold: Hold = _not_held) -> Iterator[tweepy.Client]:
    """A client for one piece of work in one thread: sessions are not safe between threads."""
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
