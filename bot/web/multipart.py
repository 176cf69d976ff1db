"""Forms with a file in them (multipart/form-data, RFC 7578), as small as our pages need it."""

import base64
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser

_HEADERS = HeaderParser()


def parts(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """The fields by name: words as they are, a file in base64 (empty where none was chosen). What is no part of a
    form is left out."""
    boundary = _read(f"content-type: {content_type}").get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        return
    for part in body.split(b"--" + boundary.encode())[1:]:
        head, found, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name, file = _named(head)
        if not found or not name:
            continue
        data = data.removesuffix(b"\r\n")
        yield name, base64.b64encode(data).decode() if file else data.decode(errors="replace")


def _named(head: bytes) -> tuple[str, bool]:
    """A part's name, and whether it is a file."""
    read = _read(head.decode(errors="replace"))
    name = read.get_param("name", "", "content-disposition")
    file = read.get_param("filename", None, "content-disposition")
    return name if isinstance(name, str) else "", file is not None


def _read(headers: str) -> Message:
    return _HEADERS.parsestr(headers)
