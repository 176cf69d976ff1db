"""Pictures without their trail."""

import re
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pictures import ending, has_position, without_trail
from tests.web.pages.everything import png

SCAN = b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\x12\xff\0\x34\xff\xd0\x56" * 3
TABLES = b"\xff\xdb\0\x04\0\1" + b"\xff\xc0\0\x05\x08\0\1"
ICC = b"\xff\xe2\0\x11ICC_PROFILE\0\1\1x"
THUMBNAIL = b"the uncropped face"


def exif(*, orientation: int, order: str = ">") -> bytes:
    """Exif as phones write it: which way up, a position (51° 30′ N), and a thumbnail behind it."""
    degrees = struct.pack(f"{order}6I", 51, 1, 30, 1, 0, 1)
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    first = struct.pack(f"{order}HHHIHHHHIII", 2, 0x0112, 3, 1, orientation, 0, 0x8825, 4, 1, 38, 0)
    gps = struct.pack(f"{order}HHHI4sHHIII", 2, 1, 2, 2, b"N\0\0\0", 2, 5, 3, 68, 0)
    return head + first + gps + degrees + THUMBNAIL


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(*extra: bytes) -> bytes:
    jfif = segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\1\1" + b"rgb")
    return b"\xff\xd8" + jfif + b"".join(extra) + ICC + TABLES + SCAN + b"\xff\xd9" + b"another picture after it"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(*extra: bytes) -> bytes:
    made = png()
    return made[:33] + b"".join(extra) + made[33:]


TRAIL = (
    segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude='51'/>"),
    segment(0xED, b"Photoshop 3.0\0by Olive"),
    segment(0xE2, b"MPF\0where the other picture is"),
    segment(0xFE, b"taken at home"),
)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_photograph_loses_its_position_and_keeps_which_way_up_it_is(orientation: int, order: str) -> None:
    found = exif(orientation=orientation, order=order)
    photographs = jpeg(segment(0xE1, b"Exif\0\0" + found), *TRAIL), with_chunks(chunk(b"eXIf", found))
    for photograph in photographs:
        assert has_position(photograph)
        clean = without_trail(photograph)
        assert clean
        assert not has_position(clean)
        assert THUMBNAIL not in clean
        assert (clean.count(b"\x01\x12\0\3\0\0\0\1\0\6") == 1) is (orientation == 6)
        assert (clean.count(b"xif\0\0") + clean.count(b"eXIf") == 1) is (orientation == 6)


def test_what_a_jpeg_looks_like_stays_and_the_rest_goes() -> None:
    clean = without_trail(jpeg(*TRAIL))
    assert clean == b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\0\0") + ICC + TABLES + SCAN + b"\xff\xd9"


def test_what_a_png_looks_like_stays_and_the_rest_goes() -> None:
    colours, words = chunk(b"iCCP", b"x\0\0y"), chunk(b"tEXt", b"Author\0Olive")
    assert without_trail(with_chunks(words, colours, chunk(b"tIME", bytes(7))) + b"trailer") == with_chunks(colours)
    assert has_position(with_chunks(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0exif:GPSLatitude")))


DAMAGED = [b"", b"\xff\xd8\xff", b"GIF89a", png()[:-12], png()[:20], jpeg()[:40], jpeg()[:-30], with_chunks(b"\0" * 12)]


@pytest.mark.parametrize("data", [*DAMAGED, jpeg(b"\xff\xd8"), jpeg(b"\xff\xe1\0\1"), b"\xff\xd8\xff" + jpeg()[30:]])
def test_a_damaged_picture_is_none(data: bytes) -> None:
    assert without_trail(data) is None
    assert not has_position(data)


BEGINNINGS = st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", png()[:33], jpeg()[:24]])
PARTS = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([TABLES, SCAN, ICC, b"\xff\xd9", b"\xff\xff", png()[33:], *TRAIL]),
    st.builds(segment, st.integers(0xC0, 0xFE), st.binary(max_size=40)),
    st.builds(chunk, st.sampled_from([b"eXIf", b"IDAT", b"iCCP", b"tEXt"]), st.binary(max_size=40)),
    st.builds(lambda tiff: segment(0xE1, b"Exif\0\0II*\0" + tiff), st.binary(max_size=40)),
)
ANY = st.builds(lambda head, parts: head + b"".join(parts), BEGINNINGS, st.lists(PARTS, max_size=8))


@given(ANY)
def test_no_bytes_are_too_strange_and_a_second_time_changes_nothing(data: bytes) -> None:
    has_position(data)
    clean = without_trail(data)
    if clean is not None:
        assert ending(clean) == ending(data)
        assert without_trail(clean) == clean
        assert not has_position(clean)


@given(st.lists(st.sampled_from([*TRAIL, segment(0xE1, b"Exif\0\0" + exif(orientation=8)), b"\xff"])), st.binary())
def test_the_pixels_stay_as_they_are(trail: list[bytes], pixels: bytes) -> None:
    scan = SCAN + pixels.replace(b"\xff", b"\xff\0")
    whole = jpeg(*trail).replace(SCAN, scan)
    clean = without_trail(whole)
    assert clean
    assert clean.endswith(TABLES + scan + b"\xff\xd9")
    data = chunk(b"IDAT", pixels)
    clean = without_trail(with_chunks(chunk(b"tEXt", pixels), data))
    assert clean
    assert re.findall(re.escape(data), clean)[:1] == [data]


@pytest.mark.parametrize(
    "tiff", [b"", b"II*\0", b"XX\0*\0\0\0\x08\0\1", b"MM\0*\0\0\xff\xff", b"MM\0*\0\0\0\x08\0\x09"]
)
def test_exif_that_makes_no_sense_goes_like_any_other(tiff: bytes) -> None:
    assert without_trail(jpeg(segment(0xE1, b"Exif\0\0" + tiff))) == without_trail(jpeg())
