"""`antiphon outbox …`, `antiphon inbox …` and `antiphon audit`: what needs a person, and who did what."""

from typing import Annotated

import typer

from bot.commands.common import tell, with_zone
from bot.core.outbox import State
from bot.core.problems import Problem

app = typer.Typer()
outbox_app = typer.Typer(help="Posts: those that need a person, and what became of each.")
inbox_app = typer.Typer(no_args_is_help=True, help="Events that failed three times and were set aside.")
app.add_typer(outbox_app, name="outbox")
audit_app = typer.Typer()
app.add_typer(inbox_app, name="inbox")
app.add_typer(audit_app, name="audit")

Key = Annotated[str, typer.Argument(help="The post's key, or as much of its end as tells it from others.")]
EventKey = Annotated[str, typer.Argument(help="The event's key, or as much of its end as tells it from others.")]


@outbox_app.callback(invoke_without_command=True)
def outbox(context: typer.Context) -> None:
    """Posts: those that need a person (without a command), and what became of each."""
    if context.invoked_subcommand is None:
        outbox_list()


@outbox_app.command("list")
def outbox_list(
    state: Annotated[
        State | None, typer.Option(help="Only posts in this state, whether they need a person or not.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All posts, not only those that need a person.")] = False,
) -> None:
    """Posts that need a person, each with its reason."""
    from bot.runtime import operations_outbox

    if everything or state:
        lines = with_zone(lambda database, zone, _: operations_outbox.posts_in_words(database, zone, state))
    else:
        lines = with_zone(lambda database, zone, now: operations_outbox.troubled_posts(database, zone, now))
    tell("\n".join(lines))


@outbox_app.command("show")
def outbox_show(key: Key) -> None:
    """Everything about one post, and what comes next."""
    from bot.runtime import operations_outbox

    lines = with_zone(lambda database, zone, now: operations_outbox.post_in_words(database, zone, now, key))
    tell("\n".join(lines))


@outbox_app.command("resolve")
def outbox_resolve(
    key: Key,
    there: Annotated[bool, typer.Option("--there", help="You have seen it there.")] = False,
    remote_id: Annotated[str, typer.Option("--id", help="Its id on the platform, if you know it.")] = "",
) -> None:
    """Say that a post is there: it counts as sent."""
    from bot.runtime import operations_outbox

    if not there:
        raise Problem("Add --there if you have seen it there. If it is not there: antiphon outbox retry KEY")
    tell(with_zone(lambda database, _, now: operations_outbox.resolve(database, now, key, remote_id)))


@outbox_app.command("retry")
def outbox_retry(
    key: Key,
    sure: Annotated[bool, typer.Option("--yes", help="It is not there: I have looked.")] = False,
) -> None:
    """Send a post now that was missed or refused, or of which nobody knows."""
    from bot.runtime import operations_outbox

    tell(with_zone(lambda database, zone, now: operations_outbox.retry(database, zone, now, key, sure=sure)))


@outbox_app.command("cancel")
def outbox_cancel(key: Key) -> None:
    """See to it that a post is never sent, or put one away that was missed or refused."""
    from bot.runtime import operations_outbox

    tell(with_zone(lambda database, _, now: operations_outbox.cancel(database, now, key)))


@inbox_app.command("list")
def inbox_list() -> None:
    """Events that were set aside, each with what went wrong."""
    from bot.runtime import operations_inbox

    tell("\n".join(with_zone(lambda database, zone, _: operations_inbox.events_aside(database, zone))))


@inbox_app.command("retry")
def inbox_retry(key: EventKey) -> None:
    """Handle an event once more, for example after a new version of the bot."""
    from bot.runtime import operations_inbox

    tell(with_zone(lambda database, _, now: operations_inbox.retry_event(database, now, key)))


@inbox_app.command("drop")
def inbox_drop(key: EventKey) -> None:
    """Let an event go: nothing more is done about it."""
    from bot.runtime import operations_inbox

    tell(with_zone(lambda database, _, now: operations_inbox.drop_event(database, now, key)))


@audit_app.callback(invoke_without_command=True)
def audit(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, latest first.")] = 50,
) -> None:
    """Who did what: pauses, decisions about posts and events, who read feedback."""
    from bot.runtime import operations_inbox

    if context.invoked_subcommand is None:
        tell("\n".join(with_zone(lambda database, zone, _: operations_inbox.audit_in_words(database, zone, limit))))


@audit_app.command("verify")
def audit_verify() -> None:
    """Whether any line was changed, left out or put in later."""
    from bot.runtime import operations_inbox

    tell(with_zone(lambda database, _zone, _now: operations_inbox.audit_verified(database)))
