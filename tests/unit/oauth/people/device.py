"""A device that makes passkeys, as honest or as odd as a test wants it (WebAuthn §6)."""

import base64
import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """One key pair; attributes are what a test may bend."""

    def __init__(self, origin="https://gate.example", rp_id="gate.example"):
        self.origin = origin
        self.rp_id = rp_id
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.user_handle = None
        self.flags = UP | UV
        self.count = 0
        self.client_data = {}
        self.alg = -7
        self.fmt = "none"

    def create(self, options):
        """Answer registration options."""
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["authenticatorSelection"]["residentKey"] == "required"
        self.user_handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
        cose = cbor2.dumps({1: 2, 3: self.alg, -1: 1, -2: x, -3: y})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(AT) + attested + cose
        statement = {"fmt": self.fmt, "authData": data, "attStmt": {}}
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options["challenge"]),
            attestationObject=cbor2.dumps(statement),
        )

    def get(self, options):
        """Answer sign-in options."""
        assert options["userVerification"] == "required"
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": client_data, "authenticatorData": data, "signature": signature}
        handle = {} if self.user_handle is None else {"userHandle": self.user_handle}
        return self._answer(handle, **answer)

    def _data(self, flags):
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind, challenge):
        data = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(data | self.client_data).encode()

    def _answer(self, more=None, **response):
        encoded = {name: b64(value) for name, value in response.items()} | (more or {})
        identifier = b64(self.credential_id)
        return json.dumps(
            {
                "id": identifier,
                "rawId": identifier,
                "type": "public-key",
                "response": encoded,
                "clientExtensionResults": {},
            }
        )
