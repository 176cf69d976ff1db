"""A board as one HTML page that needs nothing beside it: no script, no network, readable at 320 px and on paper."""

from html import escape

from bot.core.board.values import Board, Box, Point

_STYLE = """
body{font:1.1875rem/1.5 Arial,sans-serif;color:#212b32;background:#fff;margin:0 auto;max-width:75rem;padding:1rem;
overflow-wrap:anywhere}
h1{font-size:2rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem}
main{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
section{border:2px solid #4c6272;padding:1rem}
ul{margin:0;padding-left:1.25rem}
li{margin-bottom:.25rem}
@media print{body{font-size:11pt;max-width:none;padding:0}main{grid-template-columns:1fr 1fr}}
""".strip()


def to_page(board: Board) -> str:
    boxes = "\n".join(_box(box) for box in board.boxes)
    title = escape(printable(board.title))
    return f"""<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>{_STYLE}</style></head>
<body><header><h1>{title}</h1>
<p>{escape(printable(board.about))}</p></header>
<main>
{boxes}
</main></body>
</html>
"""


def printable(text: str) -> str:
    """Text without what neither HTML nor XML may hold, such as NUL, a bell, or half a character."""
    return "".join(sign if _is_text(sign) else "\ufffd" for sign in text)


def _is_text(sign: str) -> bool:
    # XML 1.0, section 2.2; the second range of controls is allowed there, and an error in HTML.
    return (
        sign in "\t\n"
        or " " <= sign <= "~"
        or "\xa0" <= sign <= "\ud7ff"
        or "\ue000" <= sign <= "\ufdcf"
        or ("\ufdf0" <= sign <= "\ufffd" or (sign >= "\U00010000" and ord(sign) & 0xFFFE != 0xFFFE))
    )


def _box(box: Box) -> str:
    points = _list(box.points) if box.points else "<p>Nobody answered this.</p>"
    return f'<section><h2 dir="auto">{escape(printable(box.heading))}</h2>\n{points}</section>'


def _list(points: tuple[Point, ...]) -> str:
    """Each point finds its own direction: a right-to-left sign in one does not turn the next."""
    items = (
        f'<li dir="auto">{escape(printable(point.text))}{_list(point.under) if point.under else ""}</li>'
        for point in points
    )
    return f"<ul>{''.join(items)}</ul>"
