"""`antiphon …`: one function a command. What a command needs is imported when it runs, so that help is quick."""

import asyncio
import gc
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import (
    actions,
    backup,
    chat,
    content,
    faq,
    feedback,
    live,
    outbox,
    pages,
    pause,
    privacy,
    questions,
    record,
    rounds,
)
from bot.commands.common import clock_now, load_content, prepare_database, read_settings, tell, with_database
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.bootstrap import Process

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
chat_app = typer.Typer(no_args_is_help=True, help="Hosted chats: steering them, and what was said in them.")
app.add_typer(content.app, name="content")
app.add_typer(feedback.app, name="feedback")
app.add_typer(actions.app, name="actions")
app.add_typer(chat_app, name="chat")
for part in (live, chat, record):
    chat_app.add_typer(part.app)
app.add_typer(backup.app)
app.add_typer(faq.app, name="faq")
app.add_typer(outbox.app)
app.add_typer(pages.app)
app.add_typer(pause.app)
app.add_typer(privacy.app, name="privacy")
app.add_typer(questions.app, name="questions")
app.add_typer(rounds.app, name="round")

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the web side, instead of the PORT setting.")]


def main() -> None:
    """Run a command. A Problem is told in words and ends with exit code 1, Ctrl+C silently with 130."""
    gc.disable()  # while importing there is next to no garbage, and looking for it takes a tenth of the time
    try:
        app(prog_name="antiphon")
    except KeyboardInterrupt:
        sys.exit(130)
    except Problem as problem:
        tell(problem, to=sys.stderr)
        sys.exit(1)
    finally:
        gc.enable()


@app.callback()
def antiphon() -> None:
    """Call and response for communities: a campaign's bot on X, Slack and Microsoft Teams."""


@app.command()
def run(port: Port = None) -> None:
    """Run the bot: everything in one process."""
    from bot.bootstrap import Process
    from bot.runtime.watchdog import run_watched

    run_watched(_serve(Process.ALL, port))


@app.command()
def web(port: Port = None) -> None:
    """Run only the web side, which platforms call. Needs a worker beside it."""
    from bot.bootstrap import Process
    from bot.runtime.watchdog import run_watched

    run_watched(_serve(Process.WEB, port))


@app.command()
def worker(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Serve /healthz, /readyz and /metrics here; without it, nothing."),
    ] = None,
) -> None:
    """Run only what listens, plans and sends."""
    from bot.bootstrap import Process
    from bot.runtime.watchdog import run_watched

    run_watched(_serve(Process.WORKER, port))


@app.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    prepare_database(read_settings())
    tell("The database is up to date.")


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page.")] = 8080,
    smoke: Annotated[bool, typer.Option("--smoke", help="Play the story without a browser and check it.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """See the bot at work on emulated platforms: no account, no token, nothing but this machine."""
    from bot.demo.process import start_emulators

    emulators = start_emulators()  # before the imports, which take as long
    from bot.config import content_folder
    from bot.runtime import logs

    logs.configure("warning", ())
    content = content_folder()
    if smoke:
        from bot.demo import story

        asyncio.run(story.play(emulators, content, _tell))
    else:
        from bot.demo import show

        asyncio.run(show.show(emulators, content, port, browser, _stop_on_signals, _tell))


@app.command()
def rehearse(
    chat: Annotated[str, typer.Argument(help="A chat of content/chats, for example 2017-09-19.")] = "",
    speed: Annotated[float, typer.Option(min=1, max=120, help="How many times faster than the wall clock.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="Print the timetable as JSON.")] = False,
) -> None:
    """Run a chat on a fast clock against emulated platforms, and print what was posted when."""
    from rich.console import Console

    from bot.demo import rehearse
    from bot.runtime import logs

    logs.configure("warning", ())
    folder = read_settings().content_dir
    content = load_content(folder)
    with Console(stderr=True).status("Starting the bot and the platforms") as status:  # nothing unless on a terminal
        lines = asyncio.run(rehearse.rehearse(chat, content, folder, speed, status.update))
    if as_json:
        tell(rehearse.as_json(lines))
    else:
        Console().print(rehearse.as_table(lines, content.zone))


@app.command("env-example")
def env_example() -> None:
    """Print the text of .env.example: every setting, its meaning and its default."""
    from bot.config import env_example

    tell(env_example(), end="")


@app.command()
def check() -> None:
    """Say what is wrong with settings and content, or which platforms are set up."""
    from bot.config import slips
    from bot.core.events import Platform

    settings = read_settings()
    content = load_content(settings.content_dir)
    platforms = ", ".join(platform.label for platform in sorted(settings.platforms)) or "none yet: fill in .env"
    tell(f"Content: {len(content.faq)} FAQ entries, {len(content.chats)} chats, {len(content.cards)} cards.")
    tell(f"Platforms: {platforms}.")
    if Platform.TEAMS in settings.platforms and not settings.teams_channel:
        tell("TEAMS_CHANNEL is empty: in Teams the bot answers, but posts no chat, card or key action.")
    for slip in slips():
        tell(slip)


@app.command()
def status() -> None:
    """How the bot is doing, as its database has it: paused or not, what waits, what is behind its time."""
    from bot.runtime import figures

    now = clock_now()
    for line in with_database(lambda database, content: figures.status(database, content, now)):
        tell(line)


def _tell(line: str) -> None:
    print(line, flush=True)


async def _serve(process: "Process", port: int | None) -> None:
    import structlog

    from bot.bootstrap import Process, build
    from bot.config import slips
    from bot.runtime import logs
    from bot.web.server import listen

    settings = read_settings()
    logs.configure(settings.log_level, settings.secrets)
    if not (settings.platforms or settings.feedback_form):
        raise Problem("No platform is set up, so there is nothing to do. Fill in .env (see .env.example).")
    for slip in slips():
        structlog.get_logger().warning("a setting does nothing", why=slip)
    content = load_content(settings.content_dir)
    port = settings.port if port is None and process is not Process.WORKER else port
    sock = None if port is None else listen(settings.host, port)
    bot = await build(settings, content, process)
    address = "none" if sock is None else "{}:{}".format(*sock.getsockname()[:2])
    structlog.get_logger().info("starting", platforms=sorted(settings.platforms), address=address)
    await bot.run(_stop_on_signals(), sock)


def _stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or Ctrl+C. A second one ends the program at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def first(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, first)
    return stop


if __name__ == "__main__":
    main()
