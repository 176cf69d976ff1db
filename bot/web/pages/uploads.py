"""A form with a file, as browsers send it (RFC 7578)."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass

_BOUNDARY = re.compile(r'multipart/form-data;.*boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(r'\bname="([^"]{1,100})"')
_FILE = re.compile(r'\bfilename="([^"]*)"')
_MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file's name, as the browser says it, and its content. `field` is what the form calls it."""

    name: str = ""
    data: bytes = dataclasses.field(default=b"", repr=False)
    field: str = ""


NOTHING = Upload()


def is_upload(content_type: str) -> bool:
    return _BOUNDARY.match(content_type) is not None


def parsed(content_type: str, body: bytes) -> tuple[Mapping[str, str], Upload]:
    """The fields without files, and the last file."""
    found = _BOUNDARY.match(content_type)
    form, upload = dict[str, str](), NOTHING
    mark = b"\r\n--" + (found[1] if found else "").encode("latin-1", "replace")
    for part in (b"\r\n" + body).split(mark)[1 : _MOST_PARTS + 1]:
        head, between, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        told = head.decode("utf-8", "replace")
        name, file = _NAME.search(told), _FILE.search(told)
        if not between or name is None:
            continue
        if file is None:
            form[name[1]] = content.decode("utf-8", "replace")
        else:
            upload = Upload(file[1], content, name[1])
    return form, upload
