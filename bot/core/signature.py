"""The campaign's lines for the end of an e-mail, as text and as HTML."""

import html

from bot.core.fields import ContentModel, Line, Link


class Signature(ContentModel):
    line: Line
    """What the campaign says in one sentence."""
    link: Link | None = None


def as_text(signature: Signature, hashtag: str) -> str:
    return "\n".join(["[Your name, your library]", signature.line, *_last(signature, hashtag)])


def as_html(signature: Signature, hashtag: str) -> str:
    """Plain enough for every mail program: no pictures, no fonts of its own, and it can be read without colours."""
    link = html.escape(signature.link or "")
    line = html.escape(signature.line)
    shown = f'<a href="{link}">{html.escape(hashtag)}</a>' if link else html.escape(hashtag)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<meta charset="utf-8">\n<title>E-mail signature</title>\n'
        f"<p>[Your name, your library]</p>\n<p>{line}<br>\n<strong>{shown}</strong></p>\n</html>\n"
    )


def _last(signature: Signature, hashtag: str) -> list[str]:
    return [f"{hashtag} {signature.link or ''}".strip()]
