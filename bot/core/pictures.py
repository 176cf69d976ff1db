"""Pictures without their trail: where they were taken, by whom and with what, what was cut off, what was noted.

JPEG by ITU-T T.81 annex B, with the application segments of JFIF, Exif and ICC.1; PNG by its specification, third
edition. What the picture looks like stays, to the byte: its data, its colours, and which way up it is.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

_PNG = b"\x89PNG\r\n\x1a\n"
_ENDINGS: Mapping[bytes, str] = MappingProxyType({_PNG: "png", b"\xff\xd8\xff": "jpg"})
"""How a picture's file begins, and how its name should end."""
_SHOWN = frozenset(b"tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split())
"""What a PNG may have besides its critical chunks that changes how it looks."""

_START, _END, _SCAN, _EXIF, _JFIF, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE1, 0xE0, 0xFE
_OURS = MappingProxyType({0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"})
"""Application segments that change how a JPEG looks, and how they begin: its colour profile, what its colours are."""
_APPLICATION = range(0xE0, 0xF0)
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers that nothing belongs to."""
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

_ORIENTATION, _GPS = 0x0112, 0x8825
_UPRIGHT = 1


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment or a chunk: its marker or type, all of it as it stands in the file, and what is in it."""

    kind: int | bytes
    whole: bytes
    content: bytes = b""


def ending(data: bytes) -> str:
    """How the name of such a picture ends; empty for what is neither PNG nor JPEG."""
    return next((ending for beginning, ending in _ENDINGS.items() if data.startswith(beginning)), "")


def without_trail(data: bytes) -> bytes | None:
    """The same picture without its trail. None for a damaged one, of which nobody can tell what is in it, and for what
    is neither PNG nor JPEG."""
    parts = _parts(data)
    if parts is None:
        return None
    turned = _orientation(parts)
    if data.startswith(_PNG):
        first, *rest = [part.whole for part in parts if _is_shown(part)]
        exif = _chunk(b"eXIf", _tiff(turned)) if turned != _UPRIGHT else b""
        return b"".join([_PNG, first, exif, *rest])
    head = [_plain_jfif(part.content) for part in parts if part.kind == _JFIF and part.content.startswith(b"JFIF\0")]
    exif = _segment(_EXIF, b"Exif\0\0" + _tiff(turned)) if turned != _UPRIGHT else b""
    return b"".join([b"\xff\xd8", *head, exif, *(part.whole for part in parts if _stays(part))])


def as_it_may_leave(data: bytes) -> bytes:
    """The same picture without its trail. A damaged one, and what is no picture, is as it was."""
    return without_trail(data) or data


def has_position(data: bytes) -> bool:
    """Whether a picture says where it was taken."""
    parts = _parts(data) or ()
    return any(tag == _GPS for tag, _ in _tags(parts)) or any(b"GPSLatitude" in part.content for part in parts)


def _parts(data: bytes) -> Sequence[_Part] | None:
    return {"png": _chunks, "jpg": _segments}.get(ending(data), lambda _: None)(data)


def _chunks(data: bytes) -> Sequence[_Part] | None:
    found: list[_Part] = []
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data) or not kind.isalpha() or (not found and kind != b"IHDR"):
            return None
        found.append(_Part(kind, data[at:end], data[at + 8 : end - 4]))
        if kind == b"IEND":
            return found  # what may come after it belongs to no picture
        at = end
    return None


def _is_shown(part: _Part) -> bool:
    assert isinstance(part.kind, bytes)
    return part.kind[:1].isupper() or part.kind in _SHOWN


def _segments(data: bytes) -> Sequence[_Part] | None:
    found: list[_Part] = []
    at = 2
    while marked := _MARKER.match(data, at):
        marker, begins = marked[1][0], marked.end()
        if marker == _END:
            return [*found, _Part(_END, b"\xff\xd9")]  # after it, cameras put other pictures of the same moment
        end = begins if marker in _ALONE else _end_of(data, marker, begins)
        if end is None or marker == _START:
            return None
        found.append(_Part(marker, data[at:end], data[begins + 2 : end]))
        at = end
    return None


def _end_of(data: bytes, marker: int, begins: int) -> int | None:
    """Where a segment ends whose length stands at `begins`; of a scan, the pixels that follow it belong to it."""
    length = int.from_bytes(data[begins : begins + 2], "big")
    end = begins + length
    if length < 2 or end > len(data):
        return None
    if marker != _SCAN:
        return end
    following = _AFTER_SCAN.search(data, end)
    return following.start() if following else None


def _stays(part: _Part) -> bool:
    if part.kind == _COMMENT:
        return False
    if part.kind not in _APPLICATION:
        return True
    assert isinstance(part.kind, int)
    return part.kind in _OURS and part.content.startswith(_OURS[part.kind])


def _plain_jfif(content: bytes) -> bytes:
    """Without the small picture that it may have of a time before this one was cut."""
    return _segment(_JFIF, content[:12].ljust(12, b"\0") + b"\0\0")


def _orientation(parts: Sequence[_Part]) -> int:
    """Which way up a picture is, 1 to 8."""
    values = (struct.unpack(f"{order}H", value[:2])[0] for tag, (order, value) in _tags(parts) if tag == _ORIENTATION)
    return next((int(value) for value in values if _UPRIGHT < value <= 8), _UPRIGHT)


def _tags(parts: Sequence[_Part]) -> Iterator[tuple[int, tuple[str, bytes]]]:
    """What the first directory of the Exif data says: each tag with the order of its octets and its value."""
    for part in parts:
        if part.kind == b"eXIf":
            yield from _directory(part.content)
        elif part.kind == _EXIF and part.content.startswith(b"Exif\0\0"):
            yield from _directory(part.content[6:])


def _directory(tiff: bytes) -> Iterator[tuple[int, tuple[str, bytes]]]:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    if not order or len(tiff) < 8:
        return
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        (tag,) = struct.unpack_from(f"{order}H", tiff, entry)
        yield tag, (order, tiff[entry + 8 : entry + 12])


def _tiff(orientation: int) -> bytes:
    """Exif data that say which way up the picture is, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
