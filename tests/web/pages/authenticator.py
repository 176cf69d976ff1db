"""A device with passkeys, in software, for a page of one origin (Web Authentication, level 2)."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """It has one passkey. What it answers is JSON, as the page's script makes it of a browser's objects."""

    origin: str
    site: str = ""
    """For whom it signs; empty: for whom it is asked to."""
    verified: bool = True
    """Whether it asked for a finger, a face or a PIN."""
    uses: int = 0
    attested: tuple[str, Any] = ("none", {})
    """What it says of its maker: the format, and a statement in it."""
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str) -> str:
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], _HAS_KEY) + held
        attested = cbor2.dumps({"fmt": self.attested[0], "attStmt": self.attested[1], "authData": data})
        said = self._said("webauthn.create", asked)
        return self._answer(clientDataJSON=said, attestationObject=attested)

    def get(self, options: str) -> str:
        asked = json.loads(options)
        self.uses += 1
        data, said = self._data(asked["rpId"]), self._said("webauthn.get", asked)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature)

    def _data(self, site: str, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verified else 0) | more
        return hashlib.sha256((self.site or site).encode()).digest() + struct.pack(">BI", flags, self.uses)

    def _said(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, **parts: bytes) -> str:
        response = {name: _text(octets) for name, octets in parts.items()}
        return json.dumps({"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response})
