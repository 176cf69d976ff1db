"""Microsoft Teams. The SDK costs most of a second and 50 MB: it is imported by `client` and `listener`, not here."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TeamsAccount:
    """The bot's registration with Microsoft, and where its services are."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant_id: str
    service_url: str
    login_url: str
    openid_url: str
    channel: str = ""
    graph_url: str = "https://graph.microsoft.com"
    team_id: str = ""
    """Group id of the team that has the channels; without it they cannot be read back."""
    media_url: str = ""
    """Public https address under which the content folder's pictures can be fetched.

    Needed only for pictures that are too large to travel inside a card.
    """
