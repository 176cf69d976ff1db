"""OpenID Connect: asks Slack and Microsoft who somebody is. The libraries are imported by `service`, not here."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Registration:
    """Our app as a service knows it. Its metadata stand below `issuer`, which signs what it says."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
