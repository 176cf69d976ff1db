"""What an answer of Slack's means for a post. What is not in the tables is unknown: the post may be public."""

import json
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackObjectFormationError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.outbox import CannotLook, Finding, Lost, Outcome, RateLimited, Refused, Unavailable

RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_REINSTALL = "Copy the bot token again from the app's page under “Install App” into SLACK_BOT_TOKEN."
_PRESS_AGAIN = "Slack lets a form open only within three seconds of a command or a button. Please ask for it again."
_INVITE = "Invite the app to the channel: /invite @ and its name."
REFUSED = {
    "account_inactive": f"Slack says the app was removed from this workspace. Install it again. {_REINSTALL}",
    "cannot_dm_bot": "Slack does not deliver direct messages between bots.",
    "cant_delete_message": "Slack does not let the app delete this message. Delete it by hand.",
    "channel_not_found": f"Slack knows no such channel, or the app may not see it. Check SLACK_CHANNEL. {_INVITE}",
    "exchanged_trigger_id": _PRESS_AGAIN,
    "expired_trigger_id": _PRESS_AGAIN,
    "invalid_arguments": "Slack found a mistake in what we sent.",
    "invalid_auth": f"Slack does not accept the bot token. {_REINSTALL}",
    "invalid_blocks": "Slack found a mistake in the layout of what we sent.",
    "invalid_trigger_id": _PRESS_AGAIN,
    "is_archived": "The channel is archived. Choose another one in SLACK_CHANNEL, or bring it back.",
    "messages_tab_disabled": "Direct messages to the app are off. Allow them under “App Home” on the app's page.",
    "metadata_too_large": "Slack found our mark on the message too large.",
    "missing_scope": "The app lacks a permission. Update it from its manifest and install it again.",
    "msg_blocks_too_long": "The message is too long for Slack. Shorten it.",
    "msg_too_long": "The message is too long for Slack: at most 40,000 characters. Shorten it.",
    "no_permission": "Slack says the app may not do this. Update it from its manifest and install it again.",
    "no_text": "There is nothing to say in this message.",
    "not_allowed_token_type": f"Slack wants a bot token (xoxb-…) here. {_REINSTALL}",
    "not_authed": f"Slack got no token. {_REINSTALL}",
    "not_in_channel": f"The app is not a member of the channel. {_INVITE}",
    "restricted_action": "The workspace's settings do not allow the app to post here. Ask a workspace owner.",
    "thread_not_found": "The message that this answers is gone.",
    "token_expired": f"The bot token has run out. {_REINSTALL}",
    "token_revoked": f"The bot token was revoked. {_REINSTALL}",
    "user_not_found": "Slack knows no such person.",
    "user_not_in_channel": "The person is not in the channel.",
}
"""Certainly not accepted, and never will be."""
UNAVAILABLE = {
    "org_login_required": "Slack is moving this workspace to another organisation.",
    "request_timeout": "What we sent reached Slack incomplete.",
    "team_added_to_org": "Slack is moving this workspace to another organisation.",
}
"""Certainly not accepted, and worth trying again. Not `fatal_error` nor `internal_error`: Slack's documentation says
that part of the call may have happened."""
GONE = frozenset({"expired_url", "used_url"})
"""A response URL works for thirty minutes and five answers."""
_WAIT = 30
"""Seconds, where Slack does not say how long."""


class UnanswerableError(Exception):
    """We ourselves see that this cannot be posted. Says why, for people."""


class NotYetError(Exception):
    """Something the post needs is not ready, and nothing of it is visible."""


class AnswerError(Exception):
    """What Slack answered, where it was not what we asked for. `status` is HTTP's."""

    def __init__(self, status: int, error: str, retry_after: str = "") -> None:
        super().__init__(status, error)
        self.status, self.error, self.retry_after = status, error, retry_after


FAILURES = (
    AnswerError,
    NotYetError,
    UnanswerableError,
    SlackApiError,
    SlackObjectFormationError,
    aiohttp.ClientError,
    OSError,  # timeouts among them
    AttributeError,  # the SDK's, on a text where JSON should be
    ValueError,  # half an answer
)
"""Everything that a call can end with."""


def webhook_answer(status: int, body: str, retry_after: str) -> AnswerError:
    """A response URL's answer: JSON, or just the error's name."""
    try:
        error = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        error = body.strip()
    return AnswerError(status, error, retry_after)


def outcome_of(error: Exception, now: datetime) -> Outcome:
    match error:
        case UnanswerableError() | SlackObjectFormationError():
            return Refused(str(error))
        case NotYetError():
            return Unavailable(str(error))
        case aiohttp.ClientConnectorError():
            return Unavailable("Slack could not be reached. Check the network.")
        case AnswerError():
            return _judged(error, now)
        case SlackApiError():
            return _judged(_answer(error), now)
        case TimeoutError():
            return Lost("Slack did not answer in time.")
        case _:
            return Lost(f"Slack's answer was cut off or made no sense ({type(error).__name__}).")


def _answer(error: SlackApiError) -> AnswerError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return AnswerError(0, "")
    data = response.data if isinstance(response.data, dict) else {}
    return AnswerError(response.status_code, str(data.get("error", "")), str(response.headers.get("Retry-After", "")))


def _judged(answer: AnswerError, now: datetime) -> Outcome:
    if answer.status == 429 or answer.error in RATE_LIMITED:
        wait = int(answer.retry_after) if answer.retry_after.isdigit() else _WAIT
        return RateLimited(now + timedelta(seconds=wait))
    if answer.status >= 500:
        return Lost(f"Slack had a problem of its own (HTTP {answer.status}).")
    if answer.error in REFUSED:
        return Refused(REFUSED[answer.error])
    if answer.error in UNAVAILABLE:
        return Unavailable(UNAVAILABLE[answer.error])
    return Lost(f"Slack answered in a way that we do not know ({answer.error or f'HTTP {answer.status}'}).")


def before_sending(outcome: Outcome) -> Outcome:
    """The outcome where the step that makes a post visible was not yet taken: nothing can be lost."""
    return Unavailable(outcome.reason) if isinstance(outcome, Lost) else outcome


def finding_of(outcome: Outcome) -> Finding:
    """What a failed look means."""
    match outcome:
        case Refused(reason):
            return CannotLook(reason)
        case Unavailable(reason) | Lost(reason):
            return Unavailable(reason)
        case _:
            return Unavailable("Slack asked us to wait.")
