"""`antiphon faq …`: the FAQ's workshop."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli_common import load_content, read_settings
from bot.core.problems import Problem

if TYPE_CHECKING:
    from bot.core.answers import Matcher
    from bot.core.content import Content, FaqEntry

app = typer.Typer(no_args_is_help=True, help="What people ask: try it, check it, see what an edit changes.")

_TIER = "core, vectors or encoder; without it, as in the settings."
Tier = Annotated[str, typer.Option("--tier", help=_TIER)]
Questions = Annotated[Path, typer.Option("--questions", help="A file with one question a line.")]


@app.command()
def ask(
    text: Annotated[list[str], typer.Argument(help="A question, as somebody would type it.")],
    explain: Annotated[bool, typer.Option("--explain", help="Show how it was read, and the closest entries.")] = False,
    tier: Tier = "",
) -> None:
    """What the bot would answer."""
    from bot.core.answers import band
    from bot.core.answers.workshop import told

    content = load_content(read_settings().content_dir)
    matcher, question = _matcher(content, tier), " ".join(text)
    ranking = matcher.rank(question)
    print(f"{told(band(ranking, content.campaign.answers))}, with a probability of {ranking.confidence:.2f}")
    if explain:
        print("\n".join(matcher.explained(question)))


@app.command()
def check(tier: Tier = "") -> None:
    """Entries that take each other's questions, want phrasings, or have fragments."""
    from bot.core.answers import workshop

    content = load_content(read_settings().content_dir)
    found = workshop.check(content.faq, _matcher(content, tier))
    for finding in found.findings:
        print(f"{finding.entry}: {finding.cause}. Fix: {finding.fix}.")
    share = found.own / max(found.phrasings, 1)
    print(f"{len(content.faq)} entries. {share:.0%} of {found.phrasings} phrasings find their entry by the others.")
    if found.findings:
        raise typer.Exit(1)


@app.command()
def unanswered(questions: Questions, tier: Tier = "") -> None:
    """Questions without a sure answer, like with like, and the entries that come closest."""
    from bot.core.answers import workshop

    content = load_content(read_settings().content_dir)
    for group in workshop.unanswered(_lines(questions), _matcher(content, tier), content.campaign.answers):
        closest = ", ".join(entry.id for entry in group.closest.entries[:3]) or "none"
        print(f"{len(group.questions)} × closest: {closest}")
        print("\n".join(f"    {text}" for text in group.questions))
    print("A phrasing goes into faq.yaml, what is none of the campaign's into not-for-us.yaml.")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="The content folder, or the faq.yaml, as it was before the edit.")],
    questions: Questions,
    tier: Tier = "",
) -> None:
    """Which past questions would be answered differently now."""
    from dataclasses import replace

    from bot.core.answers import workshop

    content = load_content(read_settings().content_dir)
    old = load_content(before) if before.is_dir() else replace(content, faq=tuple(_entries(before)))
    found = workshop.changes(_lines(questions), _matcher(old, tier), _matcher(content, tier), content.campaign.answers)
    for change in found:
        print(f"{change.question}\n    was {change.before}; now {change.after}")
    print(f"{len(found)} of {len(_lines(questions))} questions would be answered differently.")


@app.command()
def evaluate(
    faq: Annotated[Path, typer.Option(help="YAML or JSON: a list of id, question, alternatives or phrasings, answer.")],
    queries: Annotated[Path, typer.Option(help='JSON lines: {"id", "query"}.')],
    out: Annotated[Path, typer.Option(help="Written: id, entry or null, score, top3, us (microseconds), band.")],
    tier: Tier = "",
) -> None:
    """Match a file of questions with a FAQ, for a benchmark. Synonyms and bands are those of content/."""
    from dataclasses import replace

    from bot.core.answers import Known, Unknown, band

    content = replace(load_content(read_settings().content_dir), faq=tuple(_entries(faq)))
    matcher, bands = _matcher(content, tier), content.campaign.answers
    with _opened(out) as file:
        for line in _lines(queries):
            query = json.loads(line)
            start = time.perf_counter()  # how long it took, not what time it is
            ranking = matcher.rank(query["query"])
            taken = (time.perf_counter() - start) * 1e6
            answer = band(ranking, bands)
            row = {
                "id": query["id"],
                "entry": answer.entry.id if isinstance(answer, Known) else None,
                "score": ranking.confidence,
                "top3": [entry.id for entry in ranking.entries[:3]],
                "us": taken,
                "band": "unknown" if isinstance(answer, Unknown) else type(answer).__name__.lower(),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _matcher(content: "Content", tier: str) -> "Matcher":
    from bot.adapters.meaning import Tier as Tiers
    from bot.adapters.meaning import open_encoder
    from bot.core.answers import matcher_for

    settings = read_settings()
    name = tier or settings.answers
    if name not in list(Tiers):
        raise Problem(f"There is no tier {name!r}. Choose {', '.join(Tiers)}.")
    return matcher_for(content, open_encoder(Tiers(name), settings.answers_cache))


def _entries(file: Path) -> Iterator["FaqEntry"]:
    """Entries of any FAQ, ours or a benchmark's. They need no source and no short form to be matched."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from bot.core.content import FaqEntry

    text = _text(file)
    try:
        # JSON is YAML, and reading it as what it is takes a hundredth of the time.
        found: Any = json.loads(text) if text.lstrip().startswith("[") else YAML(typ="safe").load(text)
        for entry in found:
            yield FaqEntry.model_construct(
                id=entry["id"],
                question=entry["question"],
                phrasings=tuple(entry.get("phrasings", entry.get("alternatives", ()))),
                answer=entry.get("answer") or "",
                short="",
                source="",
            )
    except (ValueError, KeyError, TypeError, AttributeError, YAMLError) as error:
        raise Problem(f"{file} is no FAQ: a list of entries with id, question and alternatives ({error}).") from None


def _lines(file: Path) -> Sequence[str]:
    return [line for line in _text(file).splitlines() if line.strip()]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{file} cannot be read ({error}). Check its name, and that it is text in UTF-8.") from None


def _opened(file: Path) -> Any:
    try:
        return file.open("w", encoding="utf-8")
    except OSError as error:
        raise Problem(f"{file} cannot be written ({error.strerror}).") from None
