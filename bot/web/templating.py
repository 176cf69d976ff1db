"""Templates with their words in the language of whoever reads the page."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.language import N_, gettext, language, marked, nmarked

_FOLDER = Path(__file__).parent / "templates"


def environment() -> Environment:
    """The templates, with their words in the language of whoever reads them."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
    made.globals |= {"_": marked, "gettext": marked, "ngettext": nmarked, "N_": N_, "language": language}
    made.filters["spoken"] = gettext
    return made
