from pathlib import Path

import pytest

from bot.config import Settings, env_example, read_settings, slips
from bot.core.events import Platform
from bot.core.problems import Problem

X = {"X_API_KEY": "key-1", "X_API_SECRET": "secret-1", "X_ACCESS_TOKEN": "token-1", "X_ACCESS_SECRET": "secret-2"}
ROOT = Path(__file__).parents[1]
GUID = "7f3a1c52-5d0e-4b8e-9c55-0c6f0d1e2a34"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start from, in an environment without our settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def write(folder: Path, **settings: str) -> None:
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")


def test_without_any_setting_there_is_a_default_for_everything(folder: Path) -> None:
    assert read_settings().platforms == frozenset()


def test_a_platform_with_all_it_needs_is_set_up(folder: Path) -> None:
    write(folder, **X)
    assert read_settings().platforms == {Platform.X}


def test_people_sign_in_with_what_has_all_it_needs(folder: Path) -> None:
    write(folder, WEB_URL="https://bot.example.org", SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="s")
    assert read_settings().sign_in == {"slack"}
    assert read_settings(microsoft_client_id="1", microsoft_client_secret="s", microsoft_tenant_id=GUID).sign_in == {
        "slack",
        "microsoft",
    }


def test_the_environment_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, PORT="8081")
    monkeypatch.setenv("PORT", "8082")
    assert read_settings().port == 8082


def test_people_are_named_by_platform_workspace_and_id(folder: Path) -> None:
    write(folder, MODERATORS="slack:T1/U1, teams:tenant/object x:12")
    assert read_settings().roles.moderators == {"slack:T1/U1", "teams:tenant/object", "x:12"}


def test_a_channel_of_teams_is_named_as_teams_names_it(folder: Path) -> None:
    write(folder, TEAMS_CHANNEL="19:4ab_c-d@thread.tacv2")
    assert read_settings().teams_channel == "19:4ab_c-d@thread.tacv2"


def test_the_campaigns_workspaces_make_members(folder: Path) -> None:
    write(folder, MEMBERS_OF="slack:T1")
    assert read_settings().roles.workspaces == {"slack:T1"}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "99999"}, "PORT is not valid. It should be: Port on which the web side listens, 0 to 65535"),
        ({"PORT": "eighty"}, "PORT is not valid."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is not valid. It should be: debug, info, warning or error"),
        ({"MODERATORS": "Lena"}, "MODERATORS: 'Lena' names nobody: write slack:WORKSPACE/USER"),
        ({"ORGANISERS": "slack:U1"}, "ORGANISERS: 'slack:U1' names nobody"),
        ({"ORGANISERS": "x:@lena"}, "ORGANISERS: 'x:@lena' names nobody"),
        ({"MEMBERS_OF": "T1"}, "MEMBERS_OF: 'T1' is no workspace: write slack:WORKSPACE or teams:TENANT, by id"),
        ({"X_API_URL": "http://example.org"}, "X_API_URL: must be an https:// address"),
        ({"X_API_URL": "http://localhost.example.org"}, "X_API_URL: must be an https:// address"),
        ({"WEB_URL": "https://example.org/bot"}, "WEB_URL: must be the address of a whole site"),
        ({"ORGANISERS": "web:Maria!"}, "by id, or web:NAME"),
        (dict(list(X.items())[:3]), "X_ACCESS_SECRET is missing. X_API_KEY is set, so X needs it too."),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_CHANNEL is missing."),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}, "SLACK_APP_TOKEN is missing. Without it, set"),
        ({"TEAMS_CLIENT_ID": "1"}, "TEAMS_TENANT_ID is missing."),
        (
            {"SLACK_CLIENT_ID": "1.2"},
            "SLACK_CLIENT_SECRET is missing. SLACK_CLIENT_ID is set, so signing in with Slack",
        ),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "WEB_URL is missing."),
        ({"MICROSOFT_TENANT_ID": GUID, "WEB_URL": "https://x.org"}, "so signing in with Microsoft needs it too"),
        ({"MICROSOFT_TENANT_ID": "nhs.uk"}, "MICROSOFT_TENANT_ID is not valid."),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN: this token starts with xoxb-"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is missing."),
        ({"SLACK_CHANNEL": "#general"}, "SLACK_CHANNEL is not valid. It should be: Slack: id of the channel (C…, not"),
        ({"TEAMS_CHANNEL": "19%3Aabc%40thread.tacv2"}, "TEAMS_CHANNEL: write the part 19:…@thread.tacv2 of"),
        ({"TEAMS_CHANNEL": "https://teams.microsoft.com/l/channel/19:abc@thread.tacv2/G"}, "TEAMS_CHANNEL: write"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL: write sqlite:///PATH, or postgresql://"),
        ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL: the path of the file is missing"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL: the path of the file is missing"),
        ({"DATABASE_URL": "postgresql://bot:hunter@2@db/antiphon"}, "DATABASE_URL: there is more than one @."),
    ],
)
def test_a_bad_setting_is_named_with_what_to_do(folder: Path, settings: dict[str, str], sentence: str) -> None:
    write(folder, **settings)
    with pytest.raises(Problem) as problem:
        read_settings()
    assert sentence in str(problem.value)


def test_every_problem_is_named_at_once(folder: Path) -> None:
    write(folder, PORT="x", LOG_LEVEL="loud", MODERATORS="Lena")
    with pytest.raises(Problem) as problem:
        read_settings()
    assert all(name in str(problem.value) for name in ("PORT", "LOG_LEVEL", "MODERATORS"))


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / ".env").write_bytes(b"PORT=\xff\xfe80")
    with pytest.raises(Problem, match="not plain text in UTF-8"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("ORGANIZERS=slack:T1/U1", ".env:1: the bot has no setting ORGANIZERS, so this line does nothing. Did you"),
        ("# who\nSLACK_CHANEL=C1", ".env:2: the bot has no setting SLACK_CHANEL"),
        ("POSTGRES_PASSWORD=canary", ".env:1: the bot has no setting POSTGRES_PASSWORD, so this line does nothing."),
        ("ADMINS x:1", ".env:1 is not understood, so it does nothing. Write NAME=value"),
        ("ADMINS=x:1\nadmins=x:2", ".env:2: ADMINS is in line 1 already, which does nothing: the last counts."),
    ],
)
def test_a_line_that_does_nothing_is_told(folder: Path, text: str, slip: str) -> None:
    (folder / ".env").write_text(text, encoding="utf-8")
    told = list(slips())
    assert len(told) == 1
    assert slip in told[0]
    assert "canary" not in told[0]


def test_a_secret_is_not_shown_by_settings_or_problems(folder: Path) -> None:
    write(folder, **X, DATABASE_URL="postgresql://bot:hunter2@db/antiphon")
    settings = read_settings()
    shown = f"{settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert not any(secret in shown for secret in ("secret-1", "token-1", "hunter2"))
    assert {"secret-1", "token-1", "hunter2"} <= settings.secrets
    write(folder, SLACK_BOT_TOKEN="xoxb-canary")
    with pytest.raises(Problem) as problem:
        read_settings()
    assert "canary" not in str(problem.value)


def test_the_example_names_every_setting_and_is_up_to_date(folder: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert text == env_example()
    assert all(f"{name.upper()}=" in text for name in Settings.model_fields)


def test_the_example_can_be_used_as_it_is(folder: Path) -> None:
    (folder / ".env").write_text(env_example(), encoding="utf-8")
    assert read_settings() == Settings(_env_file=None)
    assert list(slips()) == []
