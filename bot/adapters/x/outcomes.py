"""What became of a request to X, from the way it failed. What is not in the table is unknown: `Lost`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import requests
import tweepy
import urllib3.exceptions

from bot.core.outbox import Delivered, Lost, Outcome, RateLimited, Refused, Unavailable

_WAIT_WITHOUT_RESET = timedelta(seconds=60)
_PLAIN = (401, 402)
"""Statuses that mean the same without an explanation."""

KEYS = (
    "X does not accept the bot's keys. Make new ones in X's developer console and put them in the settings "
    "(X_API_KEY, X_API_SECRET, X_ACCESS_TOKEN, X_ACCESS_SECRET)."
)
CREDIT = "The account has no credit left at X. Add credit in X's developer console."
UNREACHABLE = "X could not be reached. The bot tries again; check the network if this goes on."
SILENT = "X did not say whether it took this."
DUPLICATE = "X says that it has these words already."


@dataclass(frozen=True, slots=True)
class Row:
    """`words` are looked for in X's answer; `outcome`'s reason may use X's own sentence as {said}."""

    status: int
    words: str
    outcome: type[Delivered] | type[Unavailable] | type[Refused] | type[Lost]
    reason: str = ""


TABLE = (
    Row(400, "already retweeted", Delivered),
    Row(403, "already retweeted", Delivered),
    # It means "accepted earlier": it must be looked for, and the words never varied to get past it.
    Row(403, "duplicate", Lost, DUPLICATE),
    Row(
        403,
        "not been mentioned",
        Refused,
        "X lets the bot answer only people who mention it by name in their post. Answer by hand if need be.",
    ),
    Row(403, "too long", Refused, "X says that this is longer than 280 characters. Shorten it."),
    Row(403, "credits", Unavailable, CREDIT),
    Row(
        403,
        "",
        Refused,
        "X does not let the account do this. It says: {said} "
        "Check that the app may read and write, and that the account is not restricted.",
    ),
    Row(400, "deleted or not visible", Refused, "The post to answer is no longer there."),
    Row(400, "", Refused, "X does not take the post as it is. It says: {said}"),
    Row(401, "", Unavailable, KEYS),
    Row(402, "", Unavailable, CREDIT),
    Row(404, "", Refused, "The post is no longer on X."),
    Row(413, "", Refused, "X says that the picture is too large. Make it smaller than 5 MB."),
)


def outcome_of(error: Exception, now: datetime) -> Outcome:
    """What we know after a request that was to create something."""
    if isinstance(error, tweepy.TooManyRequests):
        return RateLimited(retry_at(error, now))
    if isinstance(error, tweepy.HTTPException):
        return _by_table(error)
    if isinstance(error, requests.ConnectionError) and _never_left(error):
        return Unavailable(UNREACHABLE)
    return Lost(SILENT)


def trouble(error: Exception) -> str:
    """Why something could not be read, for people."""
    if isinstance(error, tweepy.TooManyRequests):
        return "X asked us to wait."
    found = _by_table(error) if isinstance(error, tweepy.HTTPException) else None
    return found.reason if isinstance(found, Unavailable | Refused) else UNREACHABLE


def retry_at(error: tweepy.TooManyRequests, now: datetime) -> datetime:
    """When X takes requests again: its reset instant, or in a minute where it names none or a past one."""
    reset = datetime.fromtimestamp(error.reset_time, UTC) if error.reset_time else now
    return reset if reset > now else now + _WAIT_WITHOUT_RESET


def _by_table(error: tweepy.HTTPException) -> Outcome:
    said = " ".join(str(message) for message in error.api_messages)
    status = error.response.status_code
    # An answer that is not X's JSON comes from something in between, which does not know what X did.
    if not said and status not in _PLAIN:
        return Lost(SILENT)
    row = next((row for row in TABLE if row.status == status and row.words in said.lower()), None)
    return row.outcome(row.reason.format(said=said)) if row else Lost(SILENT)


def _never_left(error: requests.ConnectionError) -> bool:
    """True when no connection came about, so that no byte of the request can have left."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(cause, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)
