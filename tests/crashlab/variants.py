"""Known-bad variants of the protocol, each a small patch: the laboratory has to catch them.

They are made in a process of their own, which is never used for anything else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.db.outbox import _SAVING, SqlOutbox
from bot.adapters.slack import outcomes as slack_outcomes
from bot.adapters.slack import web as slack_web
from bot.adapters.x import client as x_client
from bot.adapters.x import wire
from bot.core import outbox as core
from bot.core.bodies import Text
from bot.core.events import Platform
from bot.core.outbox import Absent, Delivered, Finding, Lost, Outcome, Patience, Post, State, Unavailable
from bot.ports import InTime, ItsTime
from bot.runtime import publisher
from tests.crashlab.points import ANYWHERE, GATE_OPENED, IN_FLIGHT, STOPPED
from tests.crashlab.weather import (
    DUPLICATE_AFTER,
    DUPLICATE_BEFORE,
    RESET_AFTER,
    RESET_BEFORE,
    SLACK_5XX_AFTER,
    SLOW_AFTER,
    Json,
)

Wrong = Callable[[], None]
VARIANTS: dict[str, "Variant"] = {}
_CLAIMED, _INTENT, _WRITING = STOPPED
_SETTLED, _SENT, _LOOKED = "after commit: save", "after call: deliver", "after call: find"


@dataclass(frozen=True)
class Variant:
    """`about` says what is done wrong. At most `kills` at the points of `focus`, among `faults`, show it."""

    apply: Wrong
    about: str
    on: Platform
    database: str
    kills: int
    focus: tuple[str, ...]
    faults: Sequence[Json]


def variant(
    name: str,
    on: Platform,
    database: str = "sqlite",
    *,
    focus: tuple[str, ...],
    faults: Sequence[Json] = (),
    kills: int = 120,
) -> Callable[[Wrong], Wrong]:
    def keep(apply: Wrong) -> Wrong:
        VARIANTS[name] = Variant(apply, apply.__doc__ or "", on, database, kills, focus, faults)
        return apply

    return keep


def _replace(owner: object, name: str, by: object) -> None:
    setattr(owner, name, by)


def _settle_lost_as(replacement: Callable[[Lost], Outcome]) -> None:
    settle = core.settle

    def settled(post: Post, outcome: Outcome, now: datetime, patience: Patience = core.PATIENCE) -> Post:
        return settle(post, replacement(outcome) if isinstance(outcome, Lost) else outcome, now, patience)

    _replace(publisher, "settle", settled)


@variant("blind-retry", Platform.SLACK, focus=(_SENT, _SETTLED), faults=(RESET_AFTER,))
def blind_retry() -> None:
    """No answer is taken for a refusal, and the post is sent again."""
    _settle_lost_as(lambda lost: Unavailable(lost.reason))


@variant("silence-is-success", Platform.TEAMS, focus=(_SENT, _SETTLED), faults=(RESET_BEFORE,))
def silence_is_success() -> None:
    """No answer is taken for success."""
    _settle_lost_as(lambda _: Delivered())


@variant("sdk-retry", Platform.SLACK, focus=(_SENT,), faults=(RESET_AFTER,))
def sdk_retry() -> None:
    """Slack's SDK repeats a request whose connection was cut or whose answer was 5xx."""
    plain = slack_web.web_client

    def eager(*args: Any) -> AsyncWebClient:
        client = plain(*args)
        soon = FixedValueRetryIntervalCalculator(0.01)
        client.retry_handlers += [
            AsyncConnectionErrorRetryHandler(interval_calculator=soon),
            AsyncServerErrorRetryHandler(interval_calculator=soon),
        ]
        return client

    _replace(slack_web, "web_client", eager)


@variant("5xx-is-refusal", Platform.SLACK, focus=(_SENT, _SETTLED), faults=(SLACK_5XX_AFTER,))
def server_error_is_refusal() -> None:
    """An answer of 5xx is taken for "not accepted"."""
    judged = slack_outcomes._judged

    def wrongly(answer: slack_outcomes.AnswerError, now: datetime) -> Outcome:
        return Unavailable("5xx") if answer.status >= 500 else judged(answer, now)

    _replace(slack_outcomes, "_judged", wrongly)


@variant("duplicate-is-success", Platform.X, kills=30, focus=(_SENT, _SETTLED), faults=(DUPLICATE_BEFORE,))
def duplicate_is_success() -> None:
    """X's 403 for a duplicate is believed without a look."""

    def repeated(*_: object) -> Outcome:
        return Delivered()

    _replace(x_client.XClient, "_repeated", repeated)


@variant("duplicate-is-reworded", Platform.X, focus=(_SENT, _SETTLED), faults=(DUPLICATE_AFTER,))
def duplicate_is_reworded() -> None:
    """After X's 403 for a duplicate the words are varied to get past it."""

    def repeated(self: x_client.XClient, client: Any, post: Post, body: Text) -> Outcome:
        words = wire.create_arguments(post, replace(body, text=f"{body.text} (again)"), [])
        return self._send(client, words)

    _replace(x_client.XClient, "_repeated", repeated)


@variant("delete-before-send", Platform.SLACK, kills=12, focus=(GATE_OPENED, IN_FLIGHT))
def delete_before_send() -> None:
    """The post is struck off the list when it is about to leave."""
    begin = SqlOutbox.begin

    async def begun(self: SqlOutbox, posts: Sequence[Post], **options: Any) -> Sequence[Post]:
        leaving = await begin(self, posts, **options)
        for post in leaving:
            await self.save([replace(post, state=State.SENT, lease_until=None)])
        return leaving

    _replace(SqlOutbox, "begin", begun)


@variant("no-intent", Platform.SLACK, focus=(_SENT, IN_FLIGHT), faults=(SLOW_AFTER,))
def no_intent() -> None:
    """The post leaves before its intent is written: a crash leaves no trace of it."""

    async def begun(self: SqlOutbox, posts: Sequence[Post], *, now: datetime, lease: timedelta) -> Sequence[Post]:
        return [replace(post, state=State.SENDING, lease_until=max(now, post.try_at) + lease) for post in posts]

    _replace(SqlOutbox, "begin", begun)


@variant("put-back-what-may-have-left", Platform.TEAMS, focus=(_SENT, IN_FLIGHT), faults=(SLOW_AFTER,))
def put_back_what_may_have_left() -> None:
    """What a dead worker left behind is queued again, whatever its state."""

    def abandoned(post: Post, now: datetime, patience: Patience = core.PATIENCE) -> Post:
        return core.put_back(post)

    _replace(publisher, "abandon", abandoned)


@variant("answer-not-kept", Platform.TEAMS, focus=(_SETTLED, ANYWHERE))
def answer_not_kept() -> None:
    """A post that was delivered at once goes back to the queue."""
    settle = core.settle

    def settled(post: Post, outcome: Outcome, now: datetime, patience: Patience = core.PATIENCE) -> Post:
        if isinstance(outcome, Delivered) and post.attempts == 1:
            return replace(core.put_back(post), attempts=1)
        return settle(post, outcome, now, patience)

    _replace(publisher, "settle", settled)


@variant("trouble-is-absence", Platform.SLACK, focus=(_SENT, _LOOKED), faults=(RESET_AFTER,))
def trouble_is_absence() -> None:
    """A look that failed is taken for a look that found nothing."""
    reconcile = core.reconcile

    def reconciled(post: Post, finding: Finding, now: datetime, patience: Patience = core.PATIENCE) -> Post:
        return reconcile(post, Absent() if isinstance(finding, Unavailable) else finding, now, patience)

    _replace(publisher, "reconcile", reconciled)


@variant("no-quiet", Platform.SLACK, focus=(_SENT, _LOOKED), faults=(RESET_AFTER,))
def no_quiet() -> None:
    """The look for a post comes before the platform shows it."""
    settle = core.settle

    def settled(post: Post, outcome: Outcome, now: datetime, patience: Patience = core.PATIENCE) -> Post:
        return settle(post, outcome, now, replace(patience, quiet=timedelta()))

    _replace(publisher, "settle", settled)


@variant("quiet-from-the-intent", Platform.SLACK, focus=(_INTENT, ANYWHERE), faults=(SLOW_AFTER,))
def quiet_from_the_intent() -> None:
    """The quiet window is counted from the commit of the intent, not from our start or the end of the lease."""
    abandon = core.abandon

    def abandoned(post: Post, now: datetime, patience: Patience = core.PATIENCE) -> Post:
        return abandon(post, post.lease_until - patience.lease if post.lease_until else now, patience)

    _replace(publisher, "abandon", abandoned)


@variant("no-fence-in-begin", Platform.TEAMS, "postgres", focus=(_CLAIMED, _CLAIMED, _SETTLED))
def no_fence_in_begin() -> None:
    """A worker that lost its lease while it stood still begins all the same."""

    async def begun(self: SqlOutbox, posts: Sequence[Post], *, now: datetime, lease: timedelta) -> Sequence[Post]:
        begun = [replace(post, state=State.SENDING, lease_until=max(now, post.try_at) + lease) for post in posts]
        await self._write(("key", "state", "fence", "lease_until"), begun)
        return begun

    _replace(SqlOutbox, "begin", begun)


@variant("no-lease-at-the-gate", Platform.SLACK, "postgres", focus=(_INTENT, _INTENT, _SETTLED))
def no_lease_at_the_gate() -> None:
    """A worker that stood still between intent and write looks at no clock before it writes."""
    settled = publisher.Publisher._let_go

    def let_go(self: publisher.Publisher, waiting: Any, begun: Sequence[Post]) -> None:
        forever = datetime.max.replace(tzinfo=self._clock.now().tzinfo)
        settled(self, waiting, [replace(post, lease_until=forever) for post in begun])

    _replace(publisher.Publisher, "_let_go", let_go)


@variant("no-lease-at-the-write", Platform.SLACK, "postgres", focus=(_WRITING, _WRITING, _SETTLED))
def no_lease_at_the_write() -> None:
    """A worker that stood still after it had looked at the clock writes all the same."""
    gate = publisher.Publisher._gate

    def carelessly(self: publisher.Publisher, *args: Any) -> ItsTime:
        its_time = gate(self, *args)

        async def then_always() -> InTime:
            await its_time()
            return lambda: None

        return then_always

    _replace(publisher.Publisher, "_gate", carelessly)


@variant("save-without-fence", Platform.TEAMS, "postgres", focus=(_CLAIMED, _CLAIMED, _SENT))
def save_without_fence() -> None:
    """A worker that lost its lease while it stood still writes down what it believes."""

    async def saved(self: SqlOutbox, posts: Sequence[Post]) -> Sequence[Post]:
        await self._write(_SAVING, posts)
        return posts

    _replace(SqlOutbox, "save", saved)


@variant("no-wait-for-the-lease", Platform.SLACK, "postgres", focus=(_INTENT, _INTENT, ANYWHERE, ANYWHERE))
def no_wait_for_the_lease() -> None:
    """What another worker has in hand is taken from it at our start."""
    take_over = SqlOutbox.take_over

    async def taken(self: SqlOutbox, platform: Platform, *, expired_by: datetime, **options: Any) -> Sequence[Post]:
        return await take_over(self, platform, expired_by=expired_by + timedelta(days=1), **options)

    _replace(SqlOutbox, "take_over", taken)
