"""Forms with a file in them, as a real client writes them."""

from collections.abc import Mapping

import httpx
import pytest

from bot.web.pages.uploads import NOTHING, Upload, parsed

DATA = b"\x89PNG\r\n\x1a\n--not-a-boundary\r\n\r\n" + bytes(range(256))


def sent(files: dict[str, tuple[str, bytes]], **fields: str) -> tuple[Mapping[str, str], Upload]:
    request = httpx.Request("POST", "https://bot.example.org", data=fields, files=files)
    return parsed(request.headers["content-type"], request.read())


def test_fields_and_files_come_as_they_were_sent() -> None:
    read = sent({"picture": ("a “b”.png", DATA)}, text="Zoë\r\nsaid", empty="")
    assert read == ({"text": "Zoë\r\nsaid", "empty": ""}, Upload("a “b”.png", DATA, "picture"))


def test_a_file_that_was_not_chosen_is_empty() -> None:
    assert sent({"picture": ("", b"")})[1] == NOTHING


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--a\r\n\r\nx", "multipart/form-data; boundary="),
        (b"--a\r\nnonsense\r\n\r\nx\r\n--a--", "multipart/form-data; boundary=a"),
        (b'--a\r\ncontent-disposition: form-data; name="x"', "multipart/form-data; boundary=a"),
    ],
)
def test_what_is_no_form_has_no_fields(body: bytes, kind: str) -> None:
    assert parsed(kind, body) == ({}, NOTHING)
