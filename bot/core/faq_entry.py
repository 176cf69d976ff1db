"""An entry of the FAQ: what people ask, what they are told, and who sees to it that it stays true."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from bot.core.fields import ContentModel, Day, Identifier, Line, Link, wrong

_SOON = timedelta(days=31)


def _at_most_80_words(text: str) -> str:
    if len(words := text.split()) > 80:
        raise wrong(f"An answer has at most 80 words and this one has {len(words)}", "say it shorter, or link to more")
    return text


_Phrasings = Annotated[tuple[Line, ...], Field(min_length=3)]
_Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_at_most_80_words)]
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250)]


class Translation(ContentModel):
    """An entry in another language. A draft is asked for in that language and answered in English."""

    language: Literal["cy"]
    """cy is Welsh."""
    draft: bool = True
    """Set to false by somebody who speaks the language and has read all of it."""
    question: Line
    phrasings: _Phrasings
    answer: _Answer
    short: _Short


class FaqEntry(ContentModel):
    id: Identifier
    question: Line
    phrasings: _Phrasings
    """Other ways in which people ask this: whole sentences work best."""
    answer: _Answer
    short: _Short
    """The answer for X: fits one post beside the asker's name."""
    source: Line
    """Where the answer comes from, as people would look it up."""
    link: Link | None = None
    tags: tuple[Identifier, ...] = ()
    owner: Line | None = None
    """Who sees to it that the answer stays true: a role, not a name."""
    review_by: Day | None = None
    """When the owner should look at it again; from then on organisers are told."""
    offers: Literal["signature", "person"] | None = None
    """A button below the answer: the ready e-mail signature, or the way to a person."""
    translations: tuple[Translation, ...] = ()


def in_all_languages(entries: Iterable[FaqEntry]) -> Iterator[FaqEntry]:
    """The entries as questions are matched with them: a language that the phrasing is in gets its own answer.

    The phrasings of drafts lead to the English entry. A checked translation is an entry of its own, `logo-cy`.
    """
    for entry in entries:
        drafts = [translation for translation in entry.translations if translation.draft]
        asked = [text for draft in drafts for text in (draft.question, *draft.phrasings)]
        yield entry.model_copy(update={"phrasings": (*entry.phrasings, *asked)})
        for translation in entry.translations:
            if not translation.draft:
                own = translation.model_dump(exclude={"language", "draft"})
                yield entry.model_copy(
                    update={"id": translated_id(entry.id, translation.language), "translations": (), **own}
                )


def translated_id(entry: str, language: str) -> str:
    """The id under which a checked translation is an entry of its own."""
    return f"{entry}-{language}"


def to_review(entries: Iterable[FaqEntry], today: date) -> Iterator[FaqEntry]:
    """Those that are due for a look within a month, or were before."""
    return (entry for entry in entries if entry.review_by is not None and entry.review_by <= today + _SOON)
