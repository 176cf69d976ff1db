"""Who is in Slack's user groups, for roles that are given to a group.

A group that Slack does not tell us about has nobody in it: a mistake takes rights away and gives none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack import SlackAccount
from bot.adapters.slack.web import told, web_client
from bot.ports import Clock, Report

log = structlog.get_logger()

EVERY = timedelta(minutes=5)
"""Who leaves a group keeps its rights for so long at most. Slack allows twenty calls a minute (Tier 2)."""
TRUSTED_FOR = timedelta(minutes=15)
"""How long what Slack told last counts while it cannot be asked."""
_PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_WORDS = {
    "no_such_subteam": "Slack knows no such user group, or it is disabled. Check ORGANISERS, MODERATORS and ADMINS",
    "missing_scope": "the app lacks the permission usergroups:read. Update it from its manifest and install it again",
    "plan_upgrade_required": "the workspace's plan has no user groups. Name people by their own ids instead",
}
_ELSEWHERE = "it is of another workspace than the bot's token"


class SlackGroups(Mapping[str, frozenset[str]]):
    """Refs of members by the refs of their groups, `slack:WORKSPACE/S…`, as Slack told them at most TRUSTED_FOR ago."""

    def __init__(self, account: SlackAccount, clock: Clock, refs: Sequence[str], report: Report) -> None:
        self._account, self._clock, self._refs, self._report = account, clock, sorted(refs), report
        self._members: dict[str, frozenset[str]] = {}
        self._told_at: dict[str, datetime] = {}
        self._workspace = ""

    def __getitem__(self, ref: str) -> frozenset[str]:
        members = self._members[ref]
        return members if self._clock.now() - self._told_at[ref] < TRUSTED_FOR else frozenset()

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    async def run(self) -> None:
        """Ask again and again, for ever."""
        while True:
            await self.refresh()
            await self._clock.sleep(EVERY)

    async def refresh(self) -> None:
        """Ask once for each group, and report what is wrong."""
        client = web_client(self._account)
        troubles = [f"{ref}: {trouble}." for ref in self._refs if (trouble := await self._asked(client, ref))]
        if troubles:
            log.warning("user groups not known", troubles=" ".join(troubles))
        self._report(" ".join(troubles))

    async def _asked(self, client: AsyncWebClient, ref: str) -> str:
        """What is wrong, or nothing. What Slack refuses for good empties the group at once."""
        workspace, _, group = ref.removeprefix("slack:").partition("/")
        try:
            if workspace != await self._own(client):
                self._put(ref, frozenset())
                return _ELSEWHERE
            users = told(await client.usergroups_users_list(usergroup=group), "users", list)
        except SlackApiError as error:
            code = _code(error)
            if code and code not in _PASSING:
                self._put(ref, frozenset())
            return _WORDS.get(code, f"Slack says {code or 'nothing that can be read'}")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return f"Slack cannot be asked ({type(error).__name__})"
        self._put(ref, frozenset(f"slack:{workspace}/{user}" for user in users))
        return ""

    async def _own(self, client: AsyncWebClient) -> str:
        """The workspace that the token is for."""
        self._workspace = self._workspace or told(await client.auth_test(), "team_id", str)
        return self._workspace

    def _put(self, ref: str, members: frozenset[str]) -> None:
        self._members[ref], self._told_at[ref] = members, self._clock.now()


def _code(error: SlackApiError) -> str:
    """Slack's own word for it; empty where something on the way answered in its place."""
    body = error.response.data if isinstance(error.response, AsyncSlackResponse) else error.response
    return str(body.get("error", "")) if isinstance(body, dict) else ""
