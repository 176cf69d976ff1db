"""A board as Markdown."""

from collections.abc import Iterator

from bot.core.board.values import Board, Point
from bot.core.record.markdown import escaped


def to_markdown(board: Board) -> str:
    lines = [f"# {escaped(board.title)}", "", escaped(board.about)]
    for box in board.boxes:
        lines += ["", f"## {escaped(box.heading)}", ""]
        lines += [line for point in box.points for line in _bullets(point, "")] or ["Nobody answered this."]
    return "\n".join(lines) + "\n"


def _bullets(point: Point, indent: str) -> Iterator[str]:
    yield f"{indent}- {escaped(point.text)}"
    for one in point.under:
        yield from _bullets(one, indent + "  ")
