"""The scripts of the few pages that have some, and how htmx is to behave on them."""

import json
from typing import Any

from bot.web.pages.site import versioned

_HTMX = versioned("htmx.min.js")
DESK = (_HTMX, versioned("htmx-ext-sse.min.js"), versioned("idiomorph-ext.min.js"), versioned("live.js"))
IMPORT = (_HTMX, versioned("import.js"))


def htmx(**more: Any) -> str:
    """htmx's settings, for its meta tag: it runs nothing that is in a page, and keeps no page for going back."""
    settings = {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
    }
    return json.dumps(settings | more)
