"""Whether a picture can be posted."""

from pathlib import Path

from bot.adapters.yaml_content.files import is_outside
from bot.core.pictures import ending, has_position

_LARGEST = 5 * 1024 * 1024  # bytes: X's limit for a picture
_KINDS = {"png": ("PNG", (".png",)), "jpg": ("JPEG", (".jpg", ".jpeg"))}


def wrong_with(folder: Path, path: str) -> tuple[str, str] | None:
    """Cause and fix, or None for a good picture. `path` is below `folder`."""
    try:
        if is_outside(folder, path):
            return f"The picture {path} lies outside content/cards", "copy the picture itself into content/cards"
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        return (
            f"There is no picture {path} in content/cards",
            "add it, or correct the name (small and capital letters count)",
        )
    except OSError as error:
        return f"The picture {path} cannot be read ({error.strerror})", "allow the bot to read it"
    if len(data) > _LARGEST:
        return (
            f"The picture {path} is larger than 5 MB, which X does not take",
            "save it smaller, 1200 by 675 pixels are enough",
        )
    return _wrong_kind(data, path)


def says_where(folder: Path, path: str) -> bool:
    """Whether a picture has the place in it where it was taken."""
    try:
        return not is_outside(folder, path) and has_position((folder / path).read_bytes())
    except OSError:
        return False


def _wrong_kind(data: bytes, path: str) -> tuple[str, str] | None:
    kind = _KINDS.get(ending(data))
    if kind is None:
        return f"{path} is not a PNG or JPEG picture", "save it as PNG or JPEG"
    name, endings = kind
    if not path.endswith(endings):
        return f"{path} is a {name} picture with another ending", f"rename it to end in {endings[0]}"
    return None
