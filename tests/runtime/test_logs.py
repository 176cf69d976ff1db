import logging

import pytest
import structlog

from bot.runtime import logs

SECRET = "xoxb-canary-123456"


def test_a_secret_is_never_logged_by_us_or_by_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", [SECRET, ""])
    try:
        raise RuntimeError(f"refused for {SECRET}")
    except RuntimeError:
        structlog.get_logger().exception("call failed", header=f"Bearer {SECRET}", attempt=2)
        logging.getLogger("slack_sdk").exception("answer to %s", SECRET)
    printed = capsys.readouterr().err
    assert SECRET not in printed
    assert printed.count("[redacted]") >= 4
    assert "attempt=2" in printed


def test_an_event_is_one_line_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning", [])
    structlog.get_logger().info("not shown")
    structlog.get_logger().warning("post settled", post="chat:q1:x", state="held")
    [line] = capsys.readouterr().err.splitlines()
    assert 'event="post settled"' in line
    assert "post=chat:q1:x" in line
