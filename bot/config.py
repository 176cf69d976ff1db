"""Settings, read once from the environment and `.env`. `.env.example` is made from this file."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.events import Platform
from bot.core.plan import Kind
from bot.core.policy import Roles
from bot.core.problems import Problem

T = TypeVar("T")
_FILE = ".env"
_REF = re.compile(r"x:\d+|(slack|teams):[^/\s]+/[^/\s]+|web:[a-z0-9.-]{1,40}")
_GUID = r"^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})?$"
_HERE = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])([:/]|$)")
_CONVERSATION = re.compile(r"\d+:[^%/?\s]+@[^%/?\s]+")
_WORKSPACE = re.compile(r"(slack|teams):[^/\s]+")


def _split(text: object) -> object:
    return frozenset(text.replace(",", " ").split()) if isinstance(text, str) else text


def _by_id(refs: frozenset[str]) -> frozenset[str]:
    for ref in sorted(refs):
        if not _REF.fullmatch(ref):
            raise ValueError(
                f"{ref!r} names nobody: write slack:WORKSPACE/USER, teams:TENANT/USER or x:USER, by id, or web:NAME"
            )
    return refs


def _workspaces(names: frozenset[str]) -> frozenset[str]:
    for name in sorted(names):
        if not _WORKSPACE.fullmatch(name):
            raise ValueError(f"{name!r} is no workspace: write slack:WORKSPACE or teams:TENANT, by id")
    return names


def _url(text: str) -> str:
    if not text.startswith("https://") and not _HERE.match(text):
        raise ValueError("must be an https:// address (plain http:// only on this machine)")
    return text.rstrip("/")


def _site(text: str) -> str:
    url = _url(text) if text else ""
    if urlsplit(url).path or urlsplit(url).query:
        raise ValueError("must be the address of a whole site: https://NAME, with nothing after it")
    return url


def _schema(address: SecretStr) -> SecretStr:
    if not address.get_secret_value().startswith(
        ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
    ):
        raise ValueError("write sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME")
    if address.get_secret_value() in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError("the path of the file is missing: without one, nothing would be kept. Write sqlite:///PATH")
    if address.get_secret_value().startswith("postgres") and address.get_secret_value().count("@") > 1:
        raise ValueError("there is more than one @. Write %40 for each @ of the user's name and the password")
    return address


def _conversation(id_: str) -> str:
    if id_ and not _CONVERSATION.fullmatch(id_):
        raise ValueError("write the part 19:…@thread.tacv2 of the channel's link alone, with : for %3A and @ for %40")
    return id_


def _starts(prefix: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not token.get_secret_value().startswith(prefix):
            raise ValueError(f"this token starts with {prefix}; yours is another one of Slack's")
        return token

    return AfterValidator(check)


People = Annotated[frozenset[str], NoDecode, BeforeValidator(_split), AfterValidator(_by_id)]
Kinds = Annotated[frozenset[Kind], NoDecode, BeforeValidator(_split)]
Workspaces = Annotated[frozenset[str], NoDecode, BeforeValidator(_split), AfterValidator(_workspaces)]
Url = Annotated[str, AfterValidator(_url)]
_NO_SECRET = SecretStr("")


class Settings(BaseSettings):
    """Each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True,
        use_attribute_docstrings=True,
    )  # fmt: skip

    database_url: Annotated[SecretStr, AfterValidator(_schema)] = SecretStr("sqlite:///var/antiphon.db")
    """Where everything is kept: sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME"""
    erased_list: Path = Path("var/erased.txt")
    """File that remembers who was erased, should a backup bring them back; copy it together with your backups"""
    content_dir: Path = Path("content")
    """The folder with what the bot says"""
    host: str = "127.0.0.1"
    """Address on which the web side listens; 0.0.0.0 for all"""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """Port on which the web side listens, 0 to 65535"""
    feedback_form: bool = False
    """True: /feedback on the web side is a form for everybody, without an account"""
    web_url: Annotated[str, AfterValidator(_site)] = ""
    """Address at which people reach the web side, https://…; links to the organisers' pages begin with it"""
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"
    """debug, info, warning or error"""

    answers: Literal["core", "vectors", "encoder"] = "encoder"
    """How questions are understood: encoder (best), vectors (half as large), core (for an old machine)"""
    answers_cache: Path = Path("var/cache/answers")
    """Folder in which the encoder keeps what it worked out for the FAQ"""

    organisers: People = frozenset()
    """Who may queue key actions: slack:WORKSPACE/USER, teams:TENANT/USER, x:USER, separated by spaces"""
    moderators: People = frozenset()
    """Who may read feedback, written the same way; web:NAME is somebody who only signs in to the pages"""
    admins: People = frozenset()
    """Who may do what organisers and moderators may, written the same way"""
    approve: Kinds = frozenset()
    """What organisers write that a second one has to approve: action, announcement, card, chat, separated by spaces"""
    members_of: Workspaces = frozenset()
    """The campaign's own workspaces: who is in one is a member. slack:WORKSPACE, teams:TENANT"""
    pseudonym_key: SecretStr = _NO_SECRET
    """Any long random text, never changed: who wants no messages is kept under it. Without it, one in the database"""

    x_api_key: SecretStr = _NO_SECRET
    """X: the app's API key (developer portal, Keys and tokens)"""
    x_api_secret: SecretStr = _NO_SECRET
    """X: the app's API key secret"""
    x_access_token: SecretStr = _NO_SECRET
    """X: the bot account's access token, with read and write permission"""
    x_access_secret: SecretStr = _NO_SECRET
    """X: the bot account's access token secret"""
    x_chat_dollars: Annotated[Decimal, Field(ge=0, le=1000)] = Decimal(0)
    """X: dollars that listening to one chat may cost at most (0.005 a post, 0.01 a person); 0: X is not listened to"""
    x_api_url: Url = "https://api.x.com"
    """X: another server that speaks the same protocol"""

    slack_bot_token: Annotated[SecretStr, _starts("xoxb-")] = _NO_SECRET
    """Slack: bot token (xoxb-…)"""
    slack_app_token: Annotated[SecretStr, _starts("xapp-")] = _NO_SECRET
    """Slack: app-level token (xapp-…) for Socket Mode; without it Slack must reach /slack/events"""
    slack_signing_secret: SecretStr = _NO_SECRET
    """Slack: signing secret, needed only without an app-level token"""
    slack_channel: Annotated[str, Field(pattern=r"^([CG][A-Z0-9]+)?$")] = ""
    """Slack: id of the channel (C…, not #name) where chats, cards and key actions are posted"""
    slack_api_url: Url = "https://slack.com/api"
    """Slack: another server that speaks the same protocol"""
    slack_client_id: str = ""
    """Slack: client id of the app by which people sign in to the organisers' pages (docs/go-live.md)"""
    slack_client_secret: SecretStr = _NO_SECRET
    """Slack: that app's client secret"""
    slack_openid_url: Url = "https://slack.com"
    """Slack: another server that signs people in as Slack does"""

    teams_client_id: str = ""
    """Teams: the bot's application (client) id"""
    teams_client_secret: SecretStr = _NO_SECRET
    """Teams: the bot's client secret"""
    teams_tenant_id: str = ""
    """Teams: the directory (tenant) id"""
    teams_channel: Annotated[str, AfterValidator(_conversation)] = ""
    """Teams: id of the conversation (19:…@thread.tacv2) where chats, cards and key actions are posted"""
    teams_team_id: Annotated[str, Field(pattern=_GUID)] = ""
    """Teams: the team's group id (groupId in Get link to team); with it the bot can look for a post it is unsure of"""
    teams_service_url: Url = "https://smba.trafficmanager.net/teams"
    """Teams: the connector's address"""
    teams_login_url: Url = "https://login.microsoftonline.com"
    """Teams: where the bot gets its token"""
    teams_openid_url: Url = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    """Teams: where the keys of incoming messages are published"""
    teams_graph_url: Url = "https://graph.microsoft.com"
    """Teams: Microsoft Graph, by which the bot looks for a post it is unsure of"""

    microsoft_client_id: str = ""
    """Microsoft: client id of the app by which people sign in to the organisers' pages (docs/go-live.md)"""
    microsoft_client_secret: SecretStr = _NO_SECRET
    """Microsoft: that app's client secret"""
    microsoft_tenant_id: Annotated[str, Field(pattern=_GUID)] = ""
    """Microsoft: the directory (tenant) id of the people who sign in"""
    microsoft_login_url: Url = "https://login.microsoftonline.com"
    """Microsoft: another server that signs people in as Microsoft does"""

    @property
    def roles(self) -> Roles:
        return Roles(self.organisers, self.moderators, self.admins, self.members_of)

    @property
    def pages_url(self) -> str:
        """Where the organisers' pages are: without WEB_URL, on this machine."""
        return self.web_url or f"http://localhost:{self.port}"

    @property
    def platforms(self) -> frozenset[Platform]:
        """The platforms that have what they need. `problems` says what half a set lacks."""
        return frozenset(platform for platform, needs in _NEEDS.items() if all(self._has(name) for name in needs))

    @property
    def secrets(self) -> frozenset[str]:
        """Values that must never be seen: the secrets, and the password inside the database's address."""
        values = {value.get_secret_value() for _, value in self if isinstance(value, SecretStr)}
        password = urlsplit(self.database_url.get_secret_value()).password
        return frozenset(values - {self.database_url.get_secret_value(), ""} | ({password} if password else set()))

    @property
    def sign_in(self) -> frozenset[str]:
        """The services with which people can sign in to the pages: `slack`, `microsoft`."""
        return frozenset(name for name, needs in _SIGN_IN_NEEDS.items() if all(self._has(each) for each in needs))

    def problems(self) -> Iterator[str]:
        yield from self._half({platform.label: needs for platform, needs in _NEEDS.items()})
        yield from self._half({f"signing in with {name.title()}": needs for name, needs in _SIGN_IN_NEEDS.items()})
        if self._has("slack_app_token") and not self._has("slack_bot_token"):
            yield "SLACK_BOT_TOKEN is missing. SLACK_APP_TOKEN is set, so Slack needs it too."
        if self._has("slack_bot_token") and not (self._has("slack_app_token") or self._has("slack_signing_secret")):
            yield "SLACK_APP_TOKEN is missing. Without it, set SLACK_SIGNING_SECRET and let Slack reach /slack/events."

    def _half(self, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        """What is missing where something is set; the address alone means nothing."""
        for what, needs in wanted.items():
            given = [name for name in needs if self._has(name)]
            for missing in needs if given and given != ["web_url"] else ():
                if missing not in given:
                    yield f"{missing.upper()} is missing. {given[0].upper()} is set, so {what} needs it too."

    def _has(self, name: str) -> bool:
        value: SecretStr | str = getattr(self, name)
        return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


_NEEDS: Mapping[Platform, tuple[str, ...]] = {
    Platform.X: ("x_api_key", "x_api_secret", "x_access_token", "x_access_secret"),
    Platform.SLACK: ("slack_bot_token", "slack_channel"),
    Platform.TEAMS: ("teams_client_id", "teams_client_secret", "teams_tenant_id"),
}

_SIGN_IN_NEEDS: Mapping[str, tuple[str, ...]] = {
    "slack": ("slack_client_id", "slack_client_secret", "web_url"),
    "microsoft": ("microsoft_client_id", "microsoft_client_secret", "microsoft_tenant_id", "web_url"),
}
"""The service sends people back to our address, so it has to be known."""


def read_settings(**overrides: Any) -> Settings:
    """Settings from the environment and `.env`. Raises Problem with everything that is wrong, values left out."""
    settings = _read(lambda: Settings(**overrides))
    if problems := list(settings.problems()):
        raise _problem(problems)
    return settings


def content_folder() -> Path:
    """CONTENT_DIR by itself: the demo needs no other setting, and half of the others must not stop it."""

    class Folder(BaseSettings):
        model_config = Settings.model_config
        content_dir: Path = Settings.model_fields["content_dir"].default

    return _read(Folder).content_dir


def _read(settings: Callable[[], T]) -> T:
    try:
        return settings()
    except ValidationError as error:
        raise _problem(_sentence(item) for item in error.errors()) from None
    except UnicodeDecodeError:
        raise _problem([".env is not plain text in UTF-8. Save it as UTF-8 and start again."]) from None
    except OSError as error:
        raise _problem([f".env cannot be read ({error.strerror}). Make it readable for this user."]) from None


def _problem(lines: Iterator[str] | list[str]) -> Problem:
    return Problem("\n".join(["The settings have problems, so the bot cannot start:", *(f"  {it}" for it in lines),
                              "Correct them in .env or in the environment; .env.example explains each."]))  # fmt: skip


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    if error["type"] == "value_error":
        return f"{name.upper()}: {error['msg'].removeprefix('Value error, ')}"
    return f"{name.upper()} is not valid. It should be: {Settings.model_fields[name].description}"


def slips() -> Iterator[str]:
    """What stands in `.env` and does nothing. It stops nobody: other programs may have their settings there, too."""
    if not Path(_FILE).is_file():
        return
    seen: dict[str, int] = {}
    with Path(_FILE).open(encoding="utf-8") as lines:
        for line in parse_stream(lines):
            name, number = (line.key or "").upper(), line.original.line
            if line.error:
                yield f"{_FILE}:{number} is not understood, so it does nothing. Write NAME=value, or # before a remark."
            elif not name:
                continue
            elif name.lower() not in Settings.model_fields:
                yield f"{_FILE}:{number}: the bot has no setting {name}, so this line does nothing.{_meant(name)}"
            elif name in seen:
                yield f"{_FILE}:{number}: {name} is in line {seen[name]} already, which does nothing: the last counts."
            seen[name] = number


def _meant(name: str) -> str:
    near = get_close_matches(name.lower(), Settings.model_fields, n=1)
    return f" Did you mean {near[0].upper()}?" if near else ""


def env_example() -> str:
    """The text of `.env.example`: every setting with its meaning and default."""
    lines = ["# Copy this file to .env and fill in what you use. Everything has a default or can stay empty."]
    previous = ""
    for name, field in Settings.model_fields.items():
        group = name.split("_")[0]
        if group != previous:
            lines.append("")
        previous = group
        lines += [f"# {field.description}", f"{name.upper()}={_default(field.default)}"]
    return "\n".join(lines) + "\n"


def _default(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if isinstance(value, frozenset | tuple) else str(value)
