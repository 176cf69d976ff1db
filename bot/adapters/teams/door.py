"""Who may come in: Microsoft's signing keys and the bot's own token, fetched without holding up the event loop.

The SDK checks the tokens itself, but fetches keys synchronously, once for every unknown key id anybody sends;
and for tokens that claim another issuer it fetches keys from an address made of the claim. `Door` is asked first.
"""

import asyncio
import math
from typing import Any

import httpx
import jwt
import structlog

from bot.adapters.teams import TeamsAccount
from bot.ports import Report

log = structlog.get_logger()

_SECONDS_BETWEEN_FETCHES = 60.0
_SECONDS_AFTER_FAILURE = 5.0
_KEYS_FRESH = 24 * 3600.0
"""Microsoft asks bots to fetch the keys at least once a day."""
_RENEW_BEFORE = 300.0
_NO_KEYS = (
    "Microsoft's signing keys cannot be fetched, so the bot may have to turn away what Teams sends. It keeps trying; "
    "check the network if this goes on."
)


class Keys(jwt.PyJWKClient):
    """The keys that sign what Teams sends us. Given to the SDK in place of its own fetcher: never fetches for it."""

    def __init__(self, openid_url: str, http: httpx.AsyncClient, report: Report = lambda _: None) -> None:
        super().__init__(openid_url, cache_jwk_set=False)
        self._report = report
        self._openid_url = openid_url
        self._http = http
        self._published: dict[str, Any] = {"keys": []}
        self._fresh_until = self._next_fetch = -math.inf
        self._lock = asyncio.Lock()
        self._failed = asyncio.Event()

    def fetch_data(self) -> Any:
        return self._published

    async def prepare(self, key_id: str) -> bool:
        """See that the key is here, if it is published. False when we cannot know whether it is.

        However many unknown ids are asked for, Microsoft is asked once a minute.
        """
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if now >= self._next_fetch and (not self.has(key_id) or now >= self._fresh_until):
                await self._fetch(now)
        return bool(self._published["keys"]) and (self.has(key_id) or not self._failed.is_set())

    def has(self, key_id: str) -> bool:
        return any(key.get("kid") == key_id for key in self._published["keys"])

    async def keep_trying(self) -> None:
        """After each failure fetch again, although nobody may knock: for ever, as a loop of the supervisor."""
        while True:
            await self._failed.wait()
            await asyncio.sleep(_SECONDS_AFTER_FAILURE)
            async with self._lock:
                if self._failed.is_set():
                    await self._fetch(asyncio.get_running_loop().time())

    async def _fetch(self, now: float) -> None:
        try:
            metadata = (await self._http.get(self._openid_url)).raise_for_status().json()
            published = (await self._http.get(metadata["jwks_uri"])).raise_for_status().json()
            jwt.PyJWKSet.from_dict(published)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            log.warning("Microsoft's signing keys could not be fetched", url=self._openid_url, reason=repr(error))
            self._next_fetch = now + _SECONDS_AFTER_FAILURE
            self._report(_NO_KEYS)
            self._failed.set()
        else:
            self._report("")
            self._failed.clear()
            self._published = published
            self._next_fetch = now + _SECONDS_BETWEEN_FETCHES
            self._fresh_until = now + _KEYS_FRESH


def unverified(token: str) -> tuple[str, str]:
    """A token's key id and issuer, believed by nobody. Raises jwt.InvalidTokenError when it is no token."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return str(jwt.get_unverified_header(token).get("kid", "")), str(claims.get("iss", ""))


class OneAtATime:
    """Lets callers through one a turn of the event loop: checking many tokens must not make a turn long."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def my_turn(self) -> None:
        async with self._lock:
            await asyncio.sleep(0)


class SignInRefusedError(Exception):
    """Microsoft gives the bot no token. The message is for people."""


class Tokens:
    """The bot's own token towards Teams.

    Fetched here, not by the SDK's MSAL: that asks its login server synchronously when it is made, and takes
    no address but https, so that no emulator could stand in.
    """

    def __init__(self, account: TeamsAccount, http: httpx.AsyncClient) -> None:
        self._account = account
        self._http = http
        self._token = ""
        self._renew_at = -math.inf
        self._lock = asyncio.Lock()

    async def provide(self, scope: str | list[str], tenant: str | None) -> str:
        """A valid token, kept until five minutes before its end. Raises SignInRefusedError or httpx.HTTPError."""
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if now >= self._renew_at:
                answer = await self._ask(scope if isinstance(scope, str) else " ".join(scope), tenant or "common")
                self._token = str(answer["access_token"])
                self._renew_at = now + float(answer["expires_in"]) - _RENEW_BEFORE
            return self._token

    def forget(self) -> None:
        """The token was not accepted: ask for a new one next time."""
        self._renew_at = -math.inf

    async def _ask(self, scope: str, tenant: str) -> dict[str, Any]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
            "scope": scope,
        }
        address = f"{self._account.login_url.rstrip('/')}/{tenant}/oauth2/v2.0/token"
        response = await self._http.post(address, data=form)
        if response.status_code in (400, 401, 403):
            raise SignInRefusedError(
                f"Microsoft does not let the bot sign in ({_error_code(response)}). Check TEAMS_CLIENT_ID, "
                "TEAMS_CLIENT_SECRET (has it expired?) and TEAMS_TENANT_ID."
            )
        answer: dict[str, Any] = response.raise_for_status().json()
        return answer


def _error_code(response: httpx.Response) -> str:
    """Microsoft Entra's own code (`AADSTS7000215`), which its documentation explains."""
    try:
        told = response.json()
        return str(told.get("error_description", "")).partition(":")[0] or str(told["error"])
    except (ValueError, KeyError, AttributeError):
        return f"status {response.status_code}"
