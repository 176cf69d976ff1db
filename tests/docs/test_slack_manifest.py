"""The Slack app that people are told to make is the one that the bot needs."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from bot.adapters.yaml_content import load
from bot.emulators.slack.api import GRANTED

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared/specs/slack-manifest/manifest.schema.1.0.0.json"


@pytest.fixture
def manifest() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(ROOT / "docs/slack-manifest.yaml")
    return document


def test_it_asks_for_no_right_that_the_emulated_app_does_not_have(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) <= set(GRANTED.split(","))


def test_its_command_is_the_contents(manifest: dict[str, Any]) -> None:
    [command] = manifest["features"]["slash_commands"]
    assert command["command"] == load(ROOT / "content").campaign.slash


def test_it_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not at hand")
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))


def test_the_app_for_signing_in_asks_for_no_more_than_who_somebody_is() -> None:
    document = YAML(typ="safe").load(ROOT / "docs/slack-sign-in-manifest.yaml")
    assert document["oauth_config"]["scopes"] == {"user": ["openid", "profile"]}
    [back] = document["oauth_config"]["redirect_urls"]
    assert back.endswith("/pages/sign-in/slack/back")
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not at hand")
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
