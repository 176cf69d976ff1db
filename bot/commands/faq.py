"""`antiphon faq …`: the FAQ's workshop."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.common import LARGEST, bot_now, clock_now, load_content, on_database, read_settings, tell
from bot.core.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.adapters.db import SqlDatabase
    from bot.core.answers import Answer, Encoder, Matcher
    from bot.core.answers.workshop import Group
    from bot.core.content import Content, FaqEntry
    from bot.core.faq_edits import Edit
    from bot.core.questions import Question

app = typer.Typer(no_args_is_help=True, help="What people ask: try it, check it, see what an edit changes.")

_TIER = "core, vectors or encoder; without it, as in the settings."
Tier = Annotated[str, typer.Option("--tier", help=_TIER)]
_PAST = "A file with one question a line; without it, what people asked the bot."
PastQuestions = Annotated[Path | None, typer.Option("--questions", help=_PAST)]


@app.command()
def ask(
    text: Annotated[list[str], typer.Argument(help="A question, as somebody would type it.")],
    explain: Annotated[bool, typer.Option("--explain", help="Show how it was read, and the closest entries.")] = False,
    tier: Tier = "",
) -> None:
    """What the bot would answer."""
    from bot.core.answers import Answers, Unknown
    from bot.core.answers.workshop import told
    from bot.core.manners import is_only

    content = load_content(read_settings().content_dir)
    answers, question = Answers(_encoder(tier)), " ".join(text)
    commands = content.campaign.commands.model_dump().items()
    asks_nothing = {"a greeting": content.manners.greetings, "thanks": content.manners.thanks}
    asks_nothing |= {f"the command “{name}”": phrases for name, phrases in commands}
    for name, phrases in asks_nothing.items():
        if is_only(question, phrases):
            tell(f"{name}, and no question")
            return
    matcher, answer = answers.matcher(content), answers.best_now(question, content)
    confidence = matcher.rank(question).confidence if isinstance(answer, Unknown) else answer.confidence
    tell(f"{told(answer)}, with a probability of {confidence:.2f}")
    for part in _parts(question, answer, matcher) if explain else ():
        tell("\n".join(matcher.explained(part)))


def _parts(question: str, answer: "Answer", matcher: "Matcher") -> Sequence[str]:
    """What of a message was answered: each of several questions, the only sentence that asks, or all of it."""
    from bot.core.answers import Known
    from bot.core.answers.splitting import questions, the_question

    if not isinstance(answer, Known):
        return [question]
    if answer.also:
        return questions(question, matcher.together)
    sure_as_a_whole = matcher.rank(question).confidence >= answer.confidence
    return [question if sure_as_a_whole else the_question(question)]


@app.command()
def check(tier: Tier = "") -> None:
    """Entries that take each other's questions, want phrasings, or have fragments."""
    from bot.core.answers import workshop
    from bot.core.faq_entry import to_review

    content = load_content(read_settings().content_dir)
    found = workshop.check(content.faq, _matcher(content, tier))
    for finding in found.findings:
        tell(f"{finding.entry}: {finding.cause}. Fix: {finding.fix}.")
    for entry in to_review(content.faq, clock_now().astimezone(content.zone).date()):
        tell(f"{entry.id}: Look at it again by {entry.review_by} ({entry.owner or 'no owner'}), then move review_by.")
    share = found.own / max(found.phrasings, 1)
    tell(f"{len(content.faq)} entries. {share:.0%} of {found.phrasings} phrasings find their entry by the others.")
    if found.findings:
        raise typer.Exit(1)


@app.command()
def unanswered(
    questions: PastQuestions = None,
    decide: Annotated[bool, typer.Option("--decide", help="Go through them, and say what becomes of each.")] = False,
    tier: Tier = "",
) -> None:
    """Questions without a sure answer, like with like, and the entries that come closest."""
    from bot.core.answers import workshop

    content, asked = load_content(read_settings().content_dir), _past(questions)
    if not asked:
        nobody = "Nobody has asked the bot anything yet. --questions FILE takes questions from a file, one a line."
        tell(f"There is no question in {questions}." if questions else nobody)
    matcher, bands = _matcher(content, tier), content.campaign.answers
    found = workshop.unanswered(asked, matcher, bands)
    for group in found:
        closest = ", ".join(entry.id for entry in group.closest.entries[:3]) or "none"
        tell(f"{group.times} × closest: {closest}")
        tell("\n".join(f"    {text}" for text in group.questions))
        if decide and not _decided(group):
            return
    drafts = workshop.drafts(_answered_by_people() if questions is None else (), matcher, bands)
    for question in drafts:
        tell(f"A person answered question {question.number}: {question.text}\n    {question.answer}")
    if drafts:
        tell("`antiphon faq accept --answered NUMBER` makes an entry of what a person answered.")
    tell("`antiphon faq accept` puts a question into the FAQ, or among those that are not for us." if found else
         "No question is without an answer.")  # fmt: skip


def _decided(group: "Group") -> bool:
    """Ask what becomes of the questions of a group, and do it. False when the person has had enough."""
    from bot.core.faq_edits import NotForUs, Phrasing

    closest = group.closest.entries[:3]
    for number, entry in enumerate(closest, 1):
        tell(f"  {number}  they are phrasings of: {entry.question}")
    tell("  n  they are not for us\n  s  leave them for later\n  q  enough for today")
    said = str(typer.prompt("What are they?", default="s")).strip().casefold()
    for text in group.questions if said == "n" or said in map(str, range(1, len(closest) + 1)) else ():
        try:
            _decide(NotForUs(text) if said == "n" else Phrasing(closest[int(said) - 1].id, text), text)
        except Problem as problem:
            tell(problem)
    return said != "q"


@app.command()
def accept(
    text: Annotated[str, typer.Argument(help="The question, in quotes, as `faq unanswered` shows it.")] = "",
    answered: Annotated[
        int, typer.Option(min=0, max=LARGEST, help="Instead: the number of a question that a person answered.")
    ] = 0,
    entry: Annotated[
        str, typer.Option("--as", help="The entry that answers it: it becomes one of its phrasings.")
    ] = "",
    not_for_us: Annotated[bool, typer.Option("--not-for-us", help="It is none of the campaign's business.")] = False,
    new: Annotated[str, typer.Option("--new", help="The id of a new entry, which needs the options below.")] = "",
    phrasing: Annotated[list[str] | None, typer.Option(help="Another way of asking; at least three times.")] = None,
    answer: Annotated[str, typer.Option(help="At most 80 words; without it, what the person answered.")] = "",
    short: Annotated[str, typer.Option(help="The answer for X.")] = "",
    source: Annotated[str, typer.Option(help="Where the answer comes from.")] = "",
) -> None:
    """Put a question that had no answer into content/: as a phrasing, as a new entry, or as not for us."""
    from bot.core.faq_edits import NewEntry, NotForUs, Phrasing

    if answered:
        question = next((one for one in _answered_by_people() if one.number == answered), None)
        if question is None:
            raise Problem(f"Nobody has answered a question {answered}. Nothing was changed. "
                          "`antiphon questions list --answered` shows those that have an answer.")  # fmt: skip
        text, answer = text or question.text, answer or question.answer
    if not text or sum(map(bool, (entry, not_for_us, new))) != 1:
        raise Problem("Say what the question is: --as ENTRY, --not-for-us, or --new ID. Nothing was changed.")
    if entry:
        _decide(Phrasing(entry, text), text)
    elif not_for_us:
        _decide(NotForUs(text), text)
    else:
        fields = {"answer": answer, "short": short, "source": source}
        _decide(NewEntry({"id": new, "question": text, "phrasings": phrasing or [], **fields}), text)
    tell("Done. A bot that is running takes it up by itself.")


@app.command()
def ratings() -> None:
    """How many people found each answer useful, the least useful first."""

    async def read(database: "SqlDatabase") -> "Mapping[str, tuple[int, int]]":
        async with database.transaction() as tx:
            return await tx.asked.ratings()

    counted = on_database(read_settings(), read)
    for entry, (yes, no) in sorted(counted.items(), key=lambda item: item[1][0] / sum(item[1])):
        tell(f"{entry}: useful to {yes} of {yes + no}")
    if not counted:
        tell("Nobody has said yet whether an answer was useful.")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="The content folder, or the faq.yaml, as it was before the edit.")],
    questions: PastQuestions = None,
    tier: Tier = "",
) -> None:
    """Which past questions would be answered differently now."""
    from dataclasses import replace

    from bot.core.answers import workshop

    content = load_content(read_settings().content_dir)
    old = load_content(before) if before.is_dir() else replace(content, faq=_faq(before))
    asked = _past(questions)
    found = workshop.changes(asked, _matcher(old, tier), _matcher(content, tier), content.campaign.answers)
    for change in found:
        tell(f"{change.question}\n    was {change.before}; now {change.after}")
    tell(f"{len(found)} of {len(asked)} questions would be answered differently.")


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

    folders = (read_settings().content_dir, Path(__file__).parents[2] / "content")  # a benchmark may run anywhere
    content = replace(load_content(next(filter(Path.is_dir, folders), folders[0])), faq=_faq(faq))
    matcher, bands = _matcher(content, tier), content.campaign.answers
    with _opened(out) as file:
        for query in _queries(queries):
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


def _queries(file: Path) -> Iterator["Mapping[str, Any]"]:
    for number, line in enumerate(_lines(file), 1):
        try:
            query = json.loads(line)
            yield {"id": query["id"], "query": str(query["query"])}
        except (ValueError, KeyError, TypeError):
            raise Problem(
                f'{file}, question {number}: this is no question. Write JSON like {{"id": "1", "query": "…"}}.'
            ) from None


def _matcher(content: "Content", tier: str) -> "Matcher":
    from bot.core.answers import matcher_for

    return matcher_for(content, _encoder(tier))


def _encoder(tier: str) -> "Encoder":
    from bot.adapters.meaning import Tier as Tiers
    from bot.adapters.meaning import open_encoder

    settings = read_settings()
    name = tier or settings.answers
    if name not in list(Tiers):
        raise Problem(f"There is no tier {name!r}. Choose {', '.join(Tiers)}.")
    return open_encoder(Tiers(name), settings.answers_cache)


def _faq(file: Path) -> "tuple[FaqEntry, ...]":
    """Any FAQ, ours or a benchmark's. Its entries need no source and no short form to be matched."""
    from bot.core.faq_entry import in_all_languages

    return tuple(in_all_languages(_entries(file)))


def _entries(file: Path) -> Iterator["FaqEntry"]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from bot.core.faq_entry import FaqEntry, Translation

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
                translations=tuple(Translation.model_construct(**one) for one in entry.get("translations", ())),
            )
    except (ValueError, KeyError, TypeError, AttributeError, YAMLError) as error:
        raise Problem(f"{file} is no FAQ: a list of entries with id, question and alternatives ({error}).") from None


def _past(file: Path | None) -> Sequence[str]:
    """Questions of a file, or those that people asked the bot."""
    if file is not None:
        return _lines(file)

    async def read(database: "SqlDatabase") -> list[str]:
        async with database.transaction() as tx:
            return [asked.text for asked in await tx.asked.list()]

    return on_database(read_settings(), read)


def _answered_by_people() -> "Sequence[Question]":
    async def read(database: "SqlDatabase") -> "Sequence[Question]":
        async with database.transaction() as tx:
            return await tx.questions.answered()

    return on_database(read_settings(), read)


def _decide(edit: "Edit", text: str) -> None:
    """Make an edit; the question is dealt with. Raises Problem where nothing was changed."""
    from bot.adapters.yaml_content.library import ContentFolder
    from bot.core.audit import COMMAND_LINE
    from bot.runtime.operations_faq import decide

    settings = read_settings()
    library = ContentFolder(settings.content_dir)

    async def inside(database: "SqlDatabase") -> None:
        await decide(database, library, [edit], [text], COMMAND_LINE, await bot_now(database))

    on_database(settings, inside)


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
