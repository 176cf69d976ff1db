"""The bot's own sentences, and how they are filled in."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Discriminator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    RootModel,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from bot.core.events import Platform
from bot.core.fields import ContentModel, wrong

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
_ByPlatform = Mapping[Literal["default", "x", "slack", "teams"], _Words]


def _shape(value: Any) -> str:
    return "by-platform" if isinstance(value, Mapping) else "words"


class Wording(
    RootModel[
        Annotated[
            Annotated[_Words, Tag("words")] | Annotated[_ByPlatform, Tag("by-platform")],
            Discriminator(_shape),
        ]
    ]
):
    """Words, the same everywhere or with a wording of their own for a platform. `{name}` is filled in."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _has_default(self) -> "Wording":
        if not isinstance(self.root, str) and "default" not in self.root:
            raise wrong("The wording for the other platforms is missing", "add a line 'default: …'")
        return self

    def on(self, platform: Platform | None, /, **fields: object) -> str:
        """The words for a platform (None: the default), with fields filled in."""
        if isinstance(self.root, str):
            words = self.root
        else:
            words = self.root.get(platform.value, self.root["default"]) if platform else self.root["default"]
        return words.format(**fields).strip()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.root,) if isinstance(self.root, str) else tuple(self.root.values())


@dataclass(frozen=True, slots=True)
class Holds:
    """A wording that uses no other `{field}` than these, each plainly: no formats, no attributes."""

    allowed: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Mapping[str, Any]:
        fields = ", ".join(self._listed) or "none"
        return {"allOf": [handler(schema)], "description": f"Fields that can be used here: {fields}"}

    @property
    def _listed(self) -> list[str]:
        return [f"{{{field}}}" for field in self.allowed]

    def check(self, wording: Wording) -> Wording:
        for text in wording.texts:
            for field in _fields(text):
                if field not in self.allowed:
                    raise wrong(f"There is no {{{field}}} to fill in here", self._advice)
        return wording

    @property
    def _advice(self) -> str:
        return f"use only {', '.join(self._listed)}" if self.allowed else "write the words themselves"


def _fields(text: str) -> list[str]:
    """The fields as they are written between braces, formats and all."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        raise wrong("A curly bracket has no partner", "close it, or write {{ or }} for a plain one") from None
    return [_written(name, spec, conversion) for _, name, spec, conversion in parsed if name is not None]


def _written(name: str, spec: str | None, conversion: str | None) -> str:
    return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")


def holds(*allowed: str) -> Holds:
    return Holds(allowed)


class Messages(ContentModel):
    """Every sentence of the bot's own, in one place.

    A sentence that comes with a new version has words here, too: a campaign's own file does not know it yet, and an
    upgrade is not to stop the bot for that. `content check` tells who writes the file.
    """

    help: Annotated[
        Wording,
        holds(
            "campaign",
            "hashtag",
            "slash",
            "feedback",
            "round",
            "actions",
            "chat",
            "signature",
            "stop",
            "export",
            "pause_word",
            "pages",
            "contact",
        ),
    ]
    welcome: Annotated[Wording, holds("campaign", "hashtag", "slash", "feedback")]
    faq_answer: Annotated[Wording, holds("answer", "source", "link")]
    faq_suggest: Annotated[Wording, holds("question")]
    faq_unknown: Annotated[Wording, holds("contact", "slash", "link")]
    faq_again: Annotated[Wording, holds("question")]
    faq_many: Annotated[Wording, holds()] = Wording(
        "That is more than I can answer at once. Please ask me one question at a time, each in a message of its own."
    )
    faq_repeated: Annotated[Wording, holds("contact")] = Wording(
        "To that I can only say what I have answered you already. If it does not help, please ask {contact}."
    )
    useful: Annotated[Wording, holds()]
    useful_yes: Annotated[Wording, holds()]
    useful_no: Annotated[Wording, holds()]
    useful_thanks: Annotated[Wording, holds()]
    useless_thanks: Annotated[Wording, holds("contact")]
    greeting: Annotated[Wording, holds("campaign", "hashtag", "slash")]
    thanked: Annotated[Wording, holds()]
    calm: Annotated[Wording, holds("contact")]
    stopped: Annotated[Wording, holds("start", "slash")]
    stopped_not_paused: Annotated[Wording, holds("slash", "pause_word")]
    started: Annotated[Wording, holds("stop")]
    feedback_intro: Annotated[Wording, holds()]
    feedback_hint: Annotated[Wording, holds()]
    feedback_thanks: Annotated[Wording, holds("number", "slash", "feedback")]
    feedback_personal: Annotated[Wording, holds("found")]
    feedback_deleted: Annotated[Wording, holds("number")]
    feedback_not_theirs: Annotated[Wording, holds("number", "contact")]
    feedback_which: Annotated[Wording, holds("slash", "feedback", "contact")] = Wording(
        "Nothing is deleted yet. The receipt has the number of your feedback: write “{feedback} delete” and the "
        "number. If you do not have it, please ask {contact}."
    )
    feedback_how: Wording
    feedback_list: Annotated[Wording, holds("lines")]
    feedback_nothing: Annotated[Wording, holds()]
    feedback_longer: Annotated[Wording, holds()]
    feedback_like: Annotated[Wording, holds("numbers")]
    feedback_tagged: Annotated[Wording, holds("number", "tags")]
    feedback_marked: Annotated[Wording, holds("number", "status")]
    feedback_assigned: Annotated[Wording, holds("number", "region")]
    feedback_left: Annotated[Wording, holds("number")]
    feedback_yours: Annotated[Wording, holds("number", "region")]
    feedback_answered: Annotated[Wording, holds("number")]
    done_direct: Annotated[Wording, holds("said", "done")]
    done_public: Annotated[Wording, holds("said", "by", "done", "hashtag")]
    done_quotable: Annotated[Wording, holds()]
    done_posted: Annotated[Wording, holds("where")]
    done_before: Annotated[Wording, holds()]
    noted_ask: Annotated[Wording, holds("text", "slash", "feedback")]
    noted_told: Annotated[Wording, holds()]
    noted_no: Annotated[Wording, holds()]
    round_prompt: Annotated[
        Wording, holds("title", "number", "count", "text", "closes", "hashtag", "slash", "answer_word")
    ]
    round_which: Annotated[Wording, holds("lines", "slash", "answer_word")]
    round_opened: Annotated[Wording, holds("number", "title", "where", "closes", "slash", "round")]
    round_closed: Annotated[Wording, holds("number", "title", "count", "slash", "round")]
    round_list: Annotated[Wording, holds("lines", "slash", "round")]
    round_none: Annotated[Wording, holds("slash", "round")]
    round_over: Annotated[Wording, holds("slash", "feedback")]
    round_wrong: Annotated[Wording, holds("problem")]
    round_board: Annotated[Wording, holds("title", "count")]
    board_too_large: Annotated[Wording, holds("title", "number")] = Wording(
        "The board of {title} is too large for a message here, so I sent none. Whoever looks after the bot writes it "
        "to a file with: antiphon round board {number} --out board.html"
    )
    feedback_empty: Annotated[Wording, holds("slash", "feedback")]
    actions_list: Annotated[Wording, holds("month", "focus", "lines")]
    actions_none: Annotated[Wording, holds("month")]
    action_line: Annotated[Wording, holds("number", "when", "text", "standing")]
    action_queued: Annotated[Wording, holds("when", "text", "key")]
    action_changed: Annotated[Wording, holds("when", "text", "key")]
    action_cancelled: Annotated[Wording, holds("text", "key")]
    action_unknown: Annotated[Wording, holds("key", "slash", "actions")]
    action_invalid: Annotated[Wording, holds("problem")]
    action_post: Annotated[Wording, holds("text", "hashtag", "focus")]
    card_post: Annotated[Wording, holds("text", "hashtag", "credit")]
    refused: Annotated[Wording, holds("role", "contact")]
    export_ready: Annotated[Wording, holds("count", "since", "until")]
    export_too_large: Annotated[Wording, holds("export")] = Wording(
        "That file is too large for a message here, so I sent none. Ask for less of it, for example "
        "“{export} this month”. The whole of it is on the pages of the organisers, under Feedback."
    )
    export_dates: Annotated[Wording, holds("slash", "export")]
    failed: Annotated[Wording, holds("contact")]
    person_button: Annotated[Wording, holds()]
    person_intro: Annotated[Wording, holds("contact")]
    person_incomplete: Annotated[Wording, holds()]
    person_long: Annotated[Wording, holds("most")] = Wording(
        "Nothing was passed on, because it is longer than {most} characters. Please shorten it and send it again."
    )
    person_many: Annotated[Wording, holds("contact")]
    person_asked: Annotated[Wording, holds("number", "region")]
    person_left_out: Annotated[Wording, holds("found")] = Wording("I left out what seems to be {found}.")
    person_question: Annotated[Wording, holds("number", "region", "question")]
    person_reminder: Annotated[Wording, holds("number", "region", "question")]
    person_fallback: Annotated[Wording, holds("number", "region", "question")]
    person_typed: Annotated[Wording, holds()] = Wording(
        "If that was the answer to a question that waits for you, press its button here, and send it from there."
    )
    person_taken: Annotated[Wording, holds("number", "question")]
    person_gone: Annotated[Wording, holds("number")]
    person_answer: Annotated[Wording, holds("question", "answer", "region")]
    person_answered: Annotated[Wording, holds("number")]
    person_unheard: Annotated[Wording, holds("number")] = Wording(
        "Thank you. Whoever asked question {number} has told me since to write to them no more, so I cannot bring them "
        "your answer. I keep it for the FAQ."
    )
    person_undelivered: Annotated[Wording, holds("number", "question")] = Wording(
        "I could not bring your answer to whoever asked question {number}: I can write to them no more, neither there "
        "nor directly. There is nothing for you to do, and I keep your answer for the FAQ.\n{question}"
    )
    person_unreached: Annotated[Wording, holds("person", "region")] = Wording(
        "I am not let write to {person}, who is to answer questions from {region}. Please look whether that id in "
        "regions.yaml is right, and whether they can use the app. Others of the region are asked instead, if there are "
        "any. Whoever looks after the bot sees the reason with: antiphon outbox"
    )
    person_late: Annotated[Wording, holds("question", "contact")]
    signature: Annotated[Wording, holds("text")]
    signature_button: Annotated[Wording, holds()]
    signature_file: Annotated[Wording, holds()]
    review_note: Annotated[Wording, holds("reviews", "unsure", "waiting")]
    questions_list: Annotated[Wording, holds("count", "lines")]
    questions_none: Annotated[Wording, holds()]
    pause_begun: Annotated[Wording, holds("pause", "note", "slash", "resume")]
    pause_stands: Annotated[Wording, holds("pause")]
    pause_shown: Annotated[Wording, holds("pause", "backlog", "slash", "resume")]
    pause_none: Annotated[Wording, holds("slash", "pause_word")]
    pause_wrong: Annotated[Wording, holds("problem", "slash", "pause_word")]
    pause_ended: Annotated[Wording, holds("pause", "backlog")]
    where_now: Annotated[Wording, holds("topic", "lead", "hashtag", "left", "number", "text", "list")]
    where_begun: Annotated[Wording, holds("topic", "lead", "hashtag", "left")]
    where_next: Annotated[Wording, holds("topic", "lead", "hashtag", "next")]
    where_regular: Annotated[Wording, holds("hashtag", "next")]
    pages_link: Annotated[Wording, holds("link", "contact")]
    pages_nowhere: Annotated[Wording, holds("contact")]
    chat_reminder_week: Annotated[Wording, holds("topic", "date", "time", "hashtag", "lead")]
    chat_reminder_day: Annotated[Wording, holds("topic", "date", "time", "hashtag", "lead")]
    chat_reminder_hour: Annotated[Wording, holds("topic", "time", "hashtag", "lead")]
    chat_reminder_minutes: Annotated[Wording, holds("topic", "time", "hashtag")]
    chat_welcome: Annotated[Wording, holds("topic", "hashtag", "host", "lead")]
    chat_introductions: Annotated[Wording, holds("topic", "hashtag", "host", "lead")]
    chat_question: Annotated[Wording, holds("number", "text", "hashtag")]
    chat_reading: Annotated[Wording, holds("topic", "date", "time", "hashtag", "lead", "links", "link")]
    chat_questions: Annotated[Wording, holds("topic", "date", "time", "hashtag", "lead", "questions", "count", "first")]
    chat_half_time: Annotated[Wording, holds("number", "text", "hashtag")]
    chat_five_minutes: Annotated[Wording, holds("topic", "hashtag")]
    chat_thanks: Annotated[Wording, holds("topic", "hashtag", "host", "lead", "next")]
    chat_answers: Annotated[Wording, holds("topic", "hashtag", "answers")]
    chat_scores: Annotated[Wording, holds("topic", "hashtag", "best", "answers")]
    chat_again: Annotated[Wording, holds("number", "text", "time", "hashtag")]
    chat_pick_ask: Annotated[Wording, holds("text", "rooms")]
    chat_pick: Annotated[Wording, holds("name", "room", "text", "hashtag")]
    chat_wrap: Annotated[Wording, holds("topic", "hashtag", "next")]
