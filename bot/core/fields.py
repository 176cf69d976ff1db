"""The kinds of value that a field of `content/` can hold, and how a wrong one is told."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


def wrong(cause: str, fix: str) -> PydanticCustomError:
    """What a validator raises: what is wrong, and what to do about it, each for a person to read."""
    return PydanticCustomError("content", "{cause}. Fix: {fix}", {"cause": cause, "fix": fix})


class ContentModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class Like:
    """Text that matches `pattern` as a whole. `form` says it in words, with an example."""

    pattern: str
    form: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Mapping[str, Any]:
        return {**handler(schema), "pattern": f"^({self.pattern})$", "patternErrorMessage": f"Write {self.form}"}

    def check(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            raise wrong(f"{text[:60]!r} cannot be used here", f"write {self.form}")
        return text


_SPACELESS = r"[^\s\"'<>]+"

Identifier = Annotated[
    str,
    StringConstraints(max_length=60),
    Like(r"[a-z0-9]+(-[a-z0-9]+)*", "small letters, digits and single hyphens, for example get-involved"),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    Like(r"[^\n]*", "all of it on one line"),
]
Word = Annotated[str, StringConstraints(max_length=30), Like(r"[\w-]+", "one word, without spaces or signs")]
Link = Annotated[
    str,
    StringConstraints(max_length=500),
    Like(rf"https://[\w-]+(\.[\w-]+)+(:\d+)?(/{_SPACELESS})?/?", "a web address that begins with https://"),
]
Hashtag = Annotated[
    str,
    StringConstraints(max_length=60),
    Like(r"#\w*[^\W\d_]\w*", 'a hashtag in quotes, for example "#AMillionDecisions"'),
]
PersonRef = Annotated[
    str,
    Like(
        r"(slack|teams):[^/\s]+/[^/\s]+",
        "slack:WORKSPACE/USER or teams:TENANT/USER, by id, for example slack:T024BE7LD/U023BECGF",
    ),
]
Month = Annotated[str, Like(r"20\d\d-(0[1-9]|1[0-2])", "a year and a month, for example 2026-12")]


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"20\d\d-\d\d-\d\d", value, re.ASCII) is None:
        raise wrong(f"{value[:60]!r} is not a date", "write year, month and day, for example 2026-12-15")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise wrong(f"There is no such day as {value}", "look the date up in a calendar") from None


def _time_of_day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value, re.ASCII) is None:
        raise wrong(f"{value[:60]!r} is not a time", "write hours and minutes on the 24-hour clock, for example 20:00")
    hour, minute = value.split(":")
    return dt.time(int(hour), int(minute))


Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
TimeOfDay = Annotated[
    dt.time,
    BeforeValidator(_time_of_day),
    WithJsonSchema({"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$"}),
]
