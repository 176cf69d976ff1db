"""`antiphon privacy …`: what is kept about one person, for them; and erasing it."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import clock_now, on_database, prepare_database, read_settings, tell
from bot.core.problems import Problem

app = typer.Typer(no_args_is_help=True, help="What is kept about one person.")

Who = Annotated[
    str,
    typer.Argument(
        metavar="PERSON",
        help="slack:WORKSPACE/USER, teams:TENANT/USER, x:USER or web:NAME; or an e-mail address that is surely theirs.",
    ),
]


@app.command()
def export(
    who: Who, out: Annotated[Path | None, typer.Option(help="A file to write; without it, printed.")] = None
) -> None:
    """Everything that is kept about somebody, as JSON, for them to have. The audit notes it."""
    from bot.adapters.db import erasure
    from bot.adapters.db.tables import clean
    from bot.adapters.db.whose import person_of
    from bot.unfinished import once_whole

    settings, person = read_settings(), person_of(who)
    prepare_database(settings)
    url, key = settings.database_url.get_secret_value(), settings.pseudonym_key.get_secret_value()
    erasure.note_access(url, person, clock_now(), str(out.absolute()) if out else "")
    text = clean(json.dumps(erasure.told(url, person, key), ensure_ascii=False, indent=2))
    if out is None:
        tell(text)
        return
    try:
        with once_whole(out) as part:
            part.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Problem(f"{out} cannot be written ({error.strerror}). Choose another place with --out.") from None
    tell(f"What is kept about {person.ref} is in {out}.")


@app.command()
def erase(who: Who, yes: Annotated[bool, typer.Option("--yes", help="Really: it cannot be undone.")] = False) -> None:
    """Delete everything about somebody: what they said, who they are, what was sent to them alone."""
    from bot.adapters.db import erasure
    from bot.adapters.db.whose import person_of
    from bot.runtime.operations_feedback import exported_to
    from bot.unfinished import clear

    settings, person = read_settings(), person_of(who)
    if not yes:
        raise Problem(
            f"This deletes everything about {person.ref}, and cannot be undone. Add --yes if that is what you want. "
            "`antiphon privacy export` shows what there is."
        )
    files = on_database(settings, exported_to)
    url, key = settings.database_url.get_secret_value(), settings.pseudonym_key.get_secret_value()
    done = erasure.erase(url, person, clock_now(), settings.erased_list, key)
    for place in {None, *(Path(file).parent for file in files)}:
        clear(place)  # a program that was killed may have left their words there
    tell(f"Erased: {done.deleted} rows deleted, {done.changed} others changed. In the audit it is {done.pseudonym}.")
    if not done.known:
        tell(
            f"Nothing was kept under {person.ref}. If you expected something, look whether it is an id, and no name, "
            "with its capitals: `antiphon feedback show NUMBER --with-personal-data` has the author's."
        )
    if done.taken_down:
        tell(f"Posts of the bot that quote them: {done.taken_down}. It takes them down as soon as it runs.")
    for address in sorted(done.contacts):
        tell(f"They gave the address {address}. If it is surely theirs: antiphon privacy erase {address} --yes")
    for file in filter(os.path.exists, files):
        tell(f"{file} was exported before and may have their words: delete it, and write anew what is needed.")
    if done.busy:
        tell("Another program has the database open, so its log may still have parts. Stop the bot and do it again.")
    tell(
        f"Keep {settings.erased_list}: from it the bot erases them again when a backup from before is restored.\n"
        "Not within the bot's reach: backups, files that moderators took elsewhere, and what the platforms keep."
    )
