"""Slack, by slack-bolt and slack-sdk."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackAccount:
    """The app as installed in one workspace.

    With an app token events come over a WebSocket (Socket Mode); without one Slack must be able to reach us, and
    the signing secret tells its requests from others.
    """

    api_url: str
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
