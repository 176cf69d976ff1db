"""What people write who want to see whether a page can be made to run it: five hundred strings, made of parts."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product

MARK = "injected"
"""The class of every element that one of them would make, and what each would say in a dialog."""
_OUT = (
    "", '">', "'>", "`>", "-->", "</textarea>", "</title>", "</script>", "</style>", "</option></select>", '\\"">',
    "]]>", "\">\n\n", "&quot;>", "\"/><b/",
)  # fmt: skip
"""Ways out of where a template puts them: an attribute, a comment, a field."""
_SAY = f"alert('{MARK}')"
_IN = (
    f"<script class={MARK}>{_SAY}</script>",
    f"<SCRIPT class={MARK}>{_SAY}//",
    f"<img class={MARK} src=x onerror={_SAY}>",
    f"<img/class={MARK}/src=`x`/onerror={_SAY}//",
    f"<svg class={MARK} onload={_SAY}>",
    f"<svg><script class={MARK}>{_SAY}</script></svg>",
    f"<math class={MARK}><mi xlink:href=javascript:{_SAY}>x",
    f"<iframe class={MARK} srcdoc='<script>{_SAY}</script>'></iframe>",
    f"<iframe class={MARK} src=javascript:{_SAY}>",
    f"<a class={MARK} href=javascript:{_SAY} autofocus>x</a>",
    f"<a class={MARK} href='java\tscript:{_SAY}'>x</a>",
    f"<input class={MARK} onfocus={_SAY} autofocus>",
    f"<details class={MARK} open ontoggle={_SAY}>",
    f"<video class={MARK}><source onerror={_SAY}>",
    f"<audio class={MARK} src=x onerror={_SAY}>",
    f"<body class={MARK} onload={_SAY}>",
    f"<marquee class={MARK} onstart={_SAY}>",
    f"<object class={MARK} data=javascript:{_SAY}>",
    f"<embed class={MARK} src=javascript:{_SAY}>",
    f"<form class={MARK} action=javascript:{_SAY}><button class={MARK}>x",
    f"<base class={MARK} href=//evil.example.net/>",
    f"<meta class={MARK} http-equiv=refresh content=0;url=//evil.example.net>",
    f"<link class={MARK} rel=stylesheet href=//evil.example.net/x.css>",
    f"<style class={MARK}>*{{background:url(//evil.example.net)}}</style>",
    f"<table class={MARK} background=//evil.example.net><tr><td class={MARK}>",
    f"<noscript><p title='</noscript><img class={MARK} src=x onerror={_SAY}>'>",
    f"<template class={MARK}><script>{_SAY}</script></template>",
    f"<!--><img class={MARK} src=x onerror={_SAY}>-->",
    f"x class={MARK} onmouseover={_SAY} style=position:fixed;inset:0",
    f"' class='{MARK}' onfocus='{_SAY}' autofocus='",
    f'" class="{MARK}" onfocus="{_SAY}" autofocus="',
    f"&lt;script class={MARK}&gt;{_SAY}&lt;/script&gt;",
    f"%3Cscript class={MARK}%3E{_SAY}%3C/script%3E",
)
_OTHERS = (
    "{{7*7}}", "{{ ''.__class__.__mro__ }}", "{% raw %}{{7*7}}", "{% include 'base.html' %}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "{{config}}", "{0.__class__}", "%(x)s %s %n", "\0", "\u202e evig ot thgir", "\u2066\u2069\u200f",
    "\u200b\u200c\u200d\ufeff", "Z\u0351\u036a\u0302" * 20, "\u2028\u2029\u0085", "\x01\x08\x0b\x1f\x7f",
    "\ufffe\uffff", "\U000e0001\U000e0020", "ſcript K", "＜script＞alert(1)＜/script＞", "=HYPERLINK(1)", "a" * 300,
)  # fmt: skip
STRINGS = (*("".join(parts) for parts in product(_OUT, _IN)), *_OTHERS)


def batches(size: int) -> Iterator[str]:
    """All of them, so many to a text."""
    for start in range(0, len(STRINGS), size):
        yield " ".join(STRINGS[start : start + size])


class Built(HTMLParser):
    """What a page is built of: each element with the names of its attributes, in order; and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]

    @property
    def astray(self) -> list[str]:
        """Addresses that are none of our own."""
        ours = ("/pages/", "/feedback", "#", "mailto:")
        return [address for address in self.addresses if address and not address.startswith(ours)]
