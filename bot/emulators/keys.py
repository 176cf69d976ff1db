"""An RSA key of an emulated service, as the real ones publish and use theirs."""

import base64
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.emulators.world import Json


class SigningKey:
    """Made when the emulator starts."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._forger: rsa.RSAPrivateKey | None = None

    @property
    def public(self) -> rsa.RSAPublicKey:
        return self._key.public_key()

    def jwks(self, **more: object) -> Json:
        """The key set with its one key, which says `more` about itself."""
        numbers = self.public.public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id}
        return {"keys": [key | {"n": base64url(_octets(numbers.n)), "e": base64url(_octets(numbers.e))} | more]}

    def sign(self, claims: Json, *, forged: bool = False) -> str:
        """A token; a forged one names this key but is signed with another."""
        key = self._foreign_key() if forged else self._key
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": self.id})

    def _foreign_key(self) -> rsa.RSAPrivateKey:
        if self._forger is None:
            self._forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._forger


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url(octets: bytes) -> str:
    """Without padding, as the standards of tokens have it."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
