"""X (Twitter), by tweepy and API v2."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class XAccount:
    """The bot's account and where X's API is (`https://api.x.com`). `timeout` is in seconds, for one answer."""

    api_url: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_secret: str = field(repr=False)
    timeout: float = 15.0

    @property
    def user_id(self) -> str:
        """X's user access tokens begin with the id of their account."""
        return self.access_token.partition("-")[0]
