"""Every word of the pages can be translated, and what is translated fits the pages."""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from bot.core import dates
from bot.core.events import Platform
from bot.core.feedback import Consent, Source, Status
from bot.core.plan import Kind
from bot.core.policy import Role
from bot.services.planning import MEANWHILE
from bot.web.fixed import FIXED
from bot.web.language import LOCALE
from bot.web.templating import environment
from tests.web.catalogues import HOW, ROOT, extracted, forms, known, read, template
from tests.web.pages.pseudo import WORDED

mofile = pytest.importorskip("babel.messages.mofile", reason="Babel is not installed (group test)")
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/pages.po"))
PLACES = re.compile(r"%\((\w+)\)s|%%|%(?!\()")
AMERICAN = re.compile(
    r"\b\w*(?:organiz|recogniz|summariz|color|center|canceled|canceling|favor|license plate|analyz)\w*\b", re.IGNORECASE
)


def test_the_catalogue_has_every_word_of_the_pages_and_no_other() -> None:
    there = {forms(message.id) for message in template() if message.id}
    now = extracted()
    assert now - there == set(), HOW
    assert there - now == set(), HOW


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_catalogue_has_the_same_words(file: Path) -> None:
    assert {message.id for message in read(file)} == {message.id for message in template()}, HOW


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_what_is_translated_has_the_same_places_for_values(file: Path) -> None:
    wrong = [
        (message.id, said)
        for message in read(file)
        for said in forms(message.string)
        if message.id and said and places(said) not in [places(id) for id in forms(message.id)]
    ]
    assert wrong == []


def places(words: str) -> Counter[str]:
    return Counter(match[0] for match in PLACES.finditer(words))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_language_is_offered_when_its_translators_say_so_and_nearly_all_of_it_is_there(file: Path) -> None:
    catalogue, compiled = read(file), file.with_suffix(".mo")
    if catalogue.fuzzy:
        assert not compiled.exists(), "It is marked as fuzzy: no reader should get it. Delete the .mo file."
        return
    done = [message for message in catalogue if message.id and all(forms(message.string))]
    assert len(done) >= 0.9 * len(catalogue), "Translate the rest, or mark it as fuzzy and delete the .mo file."
    made = io.BytesIO()
    mofile.write_mo(made, catalogue)
    assert compiled.read_bytes() == made.getvalue(), "Run pybabel compile, as docs/pages.md has it."


def test_welsh_has_the_six_forms_of_its_numbers() -> None:
    """CLDR: zero, one, two, few (three), many (six), other."""
    welsh = read(LOCALE / "cy" / "LC_MESSAGES" / "pages.po")
    assert welsh.num_plurals == 6
    choose = eval(
        re.sub(r"(n==\d) \? (\d) : ", r"\2 if \1 else ", welsh.plural_expr.strip("()")).join(["lambda n: ", ""])
    )
    assert [choose(n) for n in (0, 1, 2, 3, 4, 5, 6, 7, 100)] == [0, 1, 2, 3, 5, 5, 4, 5, 5]


def test_the_english_is_british_and_says_nothing_in_two_ways() -> None:
    assert [words for words in known() if AMERICAN.search(words)] == []
    alike = Counter(bare(words) for words in known())
    assert {words for words in known() if alike[bare(words)] > 1} == set()


def bare(words: str) -> str:
    """Without what differs only in how it was typed."""
    return re.sub(r"[’'\"“”]|…|\.\.\.|\s+", "", words)


def test_the_words_that_the_core_has_are_as_the_core_has_them() -> None:
    core = {*dates.MONTHS, *dates.WEEKDAYS, *Role, *Kind, *Status, MEANWHILE}
    core |= {source.label for source in Source} | {consent.label for consent in Consent}
    assert {str(words) for words in core} - {on.label for on in Platform} <= set(FIXED)


# Words that no catalogue would have: those of a branch that no test of the pages goes through as well.

LOOKED_UP = {"_", "N_", "gettext", "ngettext", "marked", "nmarked"}
NOT_SHOWN = (
    "This is a whole campaign.",  # the READ-ME of an exported campaign, in English as its files are
    "calendar of:",  # a key
    "sure ",  # what a button sends
    "; script-src",
    "There is nothing to send here.",  # what a stream answers, which no person reads
    "Too many pages are kept up to date already.",
)


def test_no_sentence_of_the_code_is_out_of_the_catalogues_reach() -> None:
    server = ROOT / "bot" / "web" / "server.py"  # whoever starts the bot reads its words, in a terminal
    found = [
        f"{file.relative_to(ROOT)}:{line}: {words}"
        for file in sorted({*(ROOT / "bot" / "web").rglob("*.py")} - {server})
        for line, words in said_in(ast.parse(file.read_text(encoding="utf-8")))
        if not words.startswith(NOT_SHOWN)
    ]
    assert found == []


def said_in(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Sentences, and parts of them, that are not looked up. What is logged or documents the code is none."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Call(func=ast.Name(id=name)) if name in LOOKED_UP:
                yield from said_in(ast.Tuple([word.value for word in child.keywords], ast.Load()))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                pass
            case ast.JoinedStr(values=parts):
                texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
                yield from ((child.lineno, text) for text in texts if PART.search(text))
                yield from said_in(
                    ast.Tuple([part for part in parts if isinstance(part, ast.FormattedValue)], ast.Load())
                )
            case ast.Constant(value=str(words)) if re.match(r"[A-Z“%].* .*[a-z]", words, re.DOTALL):
                yield child.lineno, words
            case _:
                yield from said_in(child)


def test_no_word_of_a_template_is_out_of_the_catalogues_reach() -> None:
    templates = environment()
    loader = templates.loader
    assert loader is not None
    found = [
        f"{name}: {words}"
        for name in templates.list_templates()
        for words in written(templates.parse(loader.get_source(templates, name)[0]))
    ]
    assert found == []


def written(template: nodes.Template) -> Iterator[str]:
    """Words of a template that are not looked up: between its tags, in attributes that people read, in expressions."""
    markup = "".join(markup_of(template))
    yield from (found["words"] for found in IN_ATTRIBUTE.finditer(markup) if PLAIN.search(found["words"]))
    yield from (
        piece for piece in ELEMENT.sub("\n", markup).splitlines() if PLAIN.search(OF_NO_LANGUAGE.sub("", piece))
    )
    yield from (words for words in constants(template) if SENTENCE.search(OF_NO_LANGUAGE.sub("", words)))


PART = re.compile("[A-Za-z]{2,} |^ ?[A-Z][a-z]+")
PLAIN = re.compile("[A-Za-z]{2,}")
SENTENCE = re.compile(r"^[A-Z][^/]*[a-z]|^[^-=/]*[a-z]{2,} [^-=/]*[a-z]")
ELEMENT = re.compile(r"<style>.*?</style>|<!?/?[a-z][^>]*>", re.DOTALL)
IN_ATTRIBUTE = re.compile(rf'\b(?:{"|".join(WORDED)}|data-[a-z]+)="(?P<words>[^"]*)"')
OF_NO_LANGUAGE = re.compile(r"\b(CSV|JSON|antiphon login-link|not on)\b|aria-describedby|enctype=.*")


def is_looked_up(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in LOOKED_UP


def markup_of(node: nodes.Node) -> Iterator[str]:
    """A template as it stands, with a mark in the place of each expression."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield "·"
        else:
            yield from markup_of(child)


def constants(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            yield child.value
        elif isinstance(child, nodes.Call) and is_looked_up(child):
            yield from (words for value in child.kwargs for words in constants(value))
        else:
            yield from constants(child)
