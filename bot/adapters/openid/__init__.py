"""OpenID Connect: asks Slack and Microsoft who somebody is. The libraries are imported by `service`, not here."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Registration:
    """Our app as a service knows it. Its metadata stand below `issuer`, which signs what it says.

    `pkce` is for a service that takes it (RFC 7636) from an app with a secret. Slack does not: it has PKCE for apps
    without one (docs.slack.dev/authentication/using-pkce) and answers both together with `internal_error`
    (paradigmxyz/centaur#1101). There the nonce keeps a stolen code from being used, as RFC 9700, 2.1.1, has it.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    pkce: bool = True
    hints: Mapping[str, str] = field(default_factory=dict)
    """What else the service is told when somebody is sent there, to offer what fits. Nothing relies on it."""
