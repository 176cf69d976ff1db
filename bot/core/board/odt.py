"""A board as an OpenDocument text, which LibreOffice and Word open: two columns of boxes, as on paper."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bot.core.board.page import printable
from bot.core.board.values import Board, Box, Point

_MIME = "application/vnd.oasis.opendocument.text"
_MADE = (1980, 1, 1, 0, 0, 0)
"""Of the parts within the file: the same board is the same file, byte for byte."""
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIME}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">
<office:automatic-styles>
<style:style style:name="Box" style:family="table-cell">
<style:table-cell-properties fo:border="1pt solid #4c6272" fo:padding="6pt"/></style:style>
<text:list-style style:name="Bullets">
<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>
<text:list-level-style-bullet text:level="2" text:bullet-char="◦"/>
<text:list-level-style-bullet text:level="3" text:bullet-char="▪"/>
<text:list-level-style-bullet text:level="4" text:bullet-char="•"/>
</text:list-style>
</office:automatic-styles>
<office:body><office:text>
"""
_TAIL = "</office:text></office:body></office:document-content>\n"


def to_odt(board: Board) -> bytes:
    pairs = [board.boxes[at : at + 2] for at in range(0, len(board.boxes), 2)]
    wide = max(map(len, pairs), default=1)
    rows = "".join(_row(pair, wide) for pair in pairs)
    body = (
        f"{_heading(board.title, 1)}<text:p>{_text(board.about)}</text:p>\n"
        f'<table:table table:name="Board"><table:table-column table:number-columns-repeated="{wide}"/>\n'
        f"{rows}</table:table>\n"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        # First and not compressed, so that the kind of file can be told from its first bytes (ODF 1.3, part 2, 3.3).
        parts.writestr(zipfile.ZipInfo("mimetype", _MADE), _MIME, zipfile.ZIP_STORED)
        for name, text in (("content.xml", _HEAD + body + _TAIL), ("META-INF/manifest.xml", _MANIFEST)):
            parts.writestr(zipfile.ZipInfo(name, _MADE), text.encode(), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _row(pair: Sequence[Box], wide: int) -> str:
    cells = "".join(f'<table:table-cell table:style-name="Box">{_box(box)}</table:table-cell>' for box in pair)
    return f"<table:table-row>{cells}{'<table:table-cell/>' * (wide - len(pair))}</table:table-row>\n"


def _box(box: Box) -> str:
    points = _list(box.points, ' text:style-name="Bullets"') if box.points else "<text:p>Nobody answered this.</text:p>"
    return f"{_heading(box.heading, 2)}{points}"


def _heading(text: str, level: int) -> str:
    return f'<text:h text:outline-level="{level}">{_text(text)}</text:h>'


def _list(points: Sequence[Point], style: str = "") -> str:
    items = (
        f"<text:list-item><text:p>{_text(point.text)}</text:p>{_list(point.under) if point.under else ''}"
        "</text:list-item>"
        for point in points
    )
    return f"<text:list{style}>{''.join(items)}</text:list>"


def _text(text: str) -> str:
    return escape(printable(text))
