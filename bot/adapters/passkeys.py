"""Passkeys, read by py_webauthn, which is loaded only where the pages can have them."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import structlog
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.core.access import Passkey, drawn
from bot.ports.sign_in import NewPasskey

log = structlog.get_logger()
T = TypeVar("T")

_VERIFIED = UserVerificationRequirement.REQUIRED
"""The device asks for a finger, a face or its PIN: nothing else is asked for here, so having it must not be enough."""
_LONGEST_ANSWER = 20_000
"""Octets. Without an attestation an answer has less than two thousand."""


class WebAuthnPasskeys:
    """`url` is the pages' address: a passkey works there and on no page that only looks like it. `campaign` is what
    devices list it under."""

    def __init__(self, url: str, campaign: str) -> None:
        self._origin, self._site, self._campaign = url, urlsplit(url).hostname or "", campaign

    def to_add(self, secret: str, who: str, name: str, has: Sequence[Passkey]) -> str:
        options = generate_registration_options(
            rp_id=self._site,
            rp_name=self._campaign,
            # The same for the same person, so that a device replaces theirs; it tells nobody who that is.
            user_id=hashlib.sha256(f"passkey:{who}".encode()).digest(),
            user_name=name,
            user_display_name=name,
            challenge=_challenge(secret),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in has],
        )
        return options_to_json(options)

    def added(self, answer: str, secret: str) -> NewPasskey | None:
        found = _read(
            lambda: verify_registration_response(
                credential=answer[:_LONGEST_ANSWER],
                expected_challenge=_challenge(secret),
                expected_rp_id=self._site,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        )
        if found is None:
            return None
        id, key = bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key)
        return NewPasskey(id, key, found.sign_count)

    def to_sign_in(self, secret: str) -> str:
        options = generate_authentication_options(
            rp_id=self._site, challenge=_challenge(secret), user_verification=_VERIFIED
        )
        return options_to_json(options)

    def shown(self, answer: str) -> str | None:
        found = _read(lambda: parse_authentication_credential_json(answer[:_LONGEST_ANSWER]))
        return bytes_to_base64url(found.raw_id) if found else None

    def uses(self, answer: str, secret: str, passkey: Passkey) -> int | None:
        found = _read(
            lambda: verify_authentication_response(
                credential=answer[:_LONGEST_ANSWER],
                expected_challenge=_challenge(secret),
                expected_rp_id=self._site,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(passkey.key),
                # It must have risen, where the device counts: or else there are two of it.
                credential_current_sign_count=passkey.uses,
                require_user_verification=True,
            )
        )
        return found.new_sign_count if found else None


def _read(read: Callable[[], T]) -> T | None:
    """None for an answer that does not hold, with the reason in the log."""
    try:
        return read()
    # Whatever the library's parsers of CBOR, ASN.1 and certificates raise: the answer is anybody's.
    except Exception as error:
        log.warning("passkey not taken", error=type(error).__name__, reason=str(error)[:200])
        return None


def _challenge(secret: str) -> bytes:
    return drawn(secret, "challenge").encode()
