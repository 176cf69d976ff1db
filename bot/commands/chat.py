"""`antiphon chat …`: what was said in a chat."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.common import tell
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.core.heard import HeardPost
    from bot.core.qn import Matched
    from bot.core.qn.chat_file import ChatFile

app = typer.Typer()


@app.command()
def label(
    chat: Annotated[
        Path, typer.Option(help='JSON: {"questions": [{"n", "time_s", "post_id", "text"}], "posts": […]}.')
    ],
    out: Annotated[Path, typer.Option(help="Written, a JSON line a post: id, label, how, confidence, held.")],
) -> None:
    """Say which questions of a chat each of its posts answers (docs/chats.md)."""
    matched = _read(chat).matched()
    lines = "".join(_line(post, found) for post, found in matched)
    try:
        out.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{out} cannot be written ({error.strerror}). Nothing was kept; choose another file.") from None
    answers = sum(1 for _, found in matched if found.questions)
    held = sum(1 for _, found in matched if found.held)
    tell(f"{len(matched)} posts: {answers} answer a question, {held} are for a moderator to look at. See {out}.")


def _read(file: Path) -> "ChatFile":
    from bot.core.qn.chat_file import parse_chat

    try:
        return parse_chat(json.loads(file.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}). Check its name.") from None
    except (ValueError, RecursionError) as error:
        raise Problem(f"{file} is no JSON in UTF-8 ({error}). Nothing was written.") from None


def _line(post: "HeardPost", found: "Matched") -> str:
    row = {
        "id": post.id,
        "label": list(found.questions),
        "how": found.how,
        "confidence": round(found.confidence, 3),
        "held": found.held,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"
