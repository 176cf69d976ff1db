"""What an answer of Teams, or its absence, says about a post: the one table that decides what is sent again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from bot.adapters.teams.door import SignInRefusedError
from bot.core.outbox import Lost, Outcome, RateLimited, Refused, Unavailable

_DEFAULT_WAIT = timedelta(seconds=30)

REFUSALS = {
    400: "Teams did not understand this message ({code}). Sending it again will not help: please report it.",
    401: "Teams no longer accepts the bot's sign-in ({code}). Check TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and "
    "TEAMS_TENANT_ID, then send this again.",
    403: "The bot may not write in this conversation ({code}). Add its app to the team or chat, or ask your "
    "Teams administrator to allow the app.",
    404: "Teams knows no such conversation ({code}). Check TEAMS_CHANNEL, and that the app is still installed there.",
    413: "This message is too large for Teams ({code}; about 28 KB). Shorten it or use a smaller picture.",
}
"""The statuses that say "certainly not accepted, and never will be". Everything not in the tables is unknown."""


def outcome_of(error: Exception, now: datetime) -> Outcome:
    """What became of a post whose sending raised. Unknown is Lost: it may be public."""
    match error:
        case SignInRefusedError():
            return Refused(str(error))
        case httpx.HTTPStatusError(response=response):
            return _by_status(response, now)
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Unavailable("Teams cannot be reached from here. The bot keeps trying.")
        case _:
            return Lost(f"Teams gave no clear answer ({type(error).__name__}); the message may be there.")


def is_gone(error: Exception) -> bool:
    """Whether Teams knows no such message: then there is nothing left to take down."""
    return (
        isinstance(error, httpx.HTTPStatusError)
        and error.response.status_code == 404
        and _code(error.response) == "ActivityNotFoundInConversation"
    )


def before_sending(error: Exception, now: datetime) -> Outcome:
    """The same for what is done before the post itself: where its outcome is unknown, nothing was posted yet."""
    outcome = outcome_of(error, now)
    if isinstance(outcome, Lost):
        return Unavailable("Teams did not let the bot prepare this message. The bot keeps trying.")
    return outcome


def _by_status(response: httpx.Response, now: datetime) -> Outcome:
    status = response.status_code
    if status == 429:
        return RateLimited(now + _wait(response.headers.get("Retry-After", ""), response.headers.get("Date", "")))
    if status in REFUSALS:
        return Refused(REFUSALS[status].format(code=_code(response)))
    return Lost(f"Teams answered with an error ({status}); the message may be there all the same.")


def _wait(retry_after: str, sent: str) -> timedelta:
    """Retry-After in seconds, or as a date against the answer's own Date."""
    if retry_after.isdecimal():
        return timedelta(seconds=int(retry_after))
    try:
        until, at = parsedate_to_datetime(retry_after), parsedate_to_datetime(sent)
        return max(until.astimezone(UTC) - at.astimezone(UTC), timedelta())
    except ValueError:
        return _DEFAULT_WAIT


def _code(response: httpx.Response) -> str:
    """Teams' own name for the problem (`BotNotInConversationRoster`), else the status."""
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}"
