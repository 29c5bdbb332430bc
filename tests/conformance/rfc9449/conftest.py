import base64
import hashlib
import itertools

import pytest
from tests.conformance.keys import Signer

from sumun.proof import NONCE_PURPOSE, Nonces
from sumun.resource import BearerVerifier

ISSUER = "https://sumun.example"
NUMBERS = itertools.count()


class Holder:
    """A client that holds a key and proves it."""

    def __init__(self, system, alg="ES256"):
        self.system = system
        self.signer = Signer(alg, kid=None)
        self.nonce = None

    def claims(self, method="POST", path="/oauth2/token", token=None, **changes):
        ath = token and base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest())
        return {
            "jti": f"jti-{next(NUMBERS)}",
            "htm": method,
            "htu": ISSUER + path,
            "iat": int(self.system.clock()),
            "ath": ath and ath.rstrip(b"=").decode(),
            "nonce": self.nonce,
            **changes,
        }

    def proof(self, *args, header=None, **kwargs):
        head = {"typ": "dpop+jwt", "jwk": self.signer.public, **(header or {})}
        return self.signer.sign(self.claims(*args, **kwargs), **head)

    async def ask(self, *proofs, client_id="mcp-client", **form):
        return await self.system.http.post(
            "/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": "secret",
                **form,
            },
            headers=[("DPoP", proof) for proof in proofs or (self.proof(),)],
        )

    async def token(self, **form):
        response = await self.ask(**form)
        assert response.status_code == 200, response.text
        return response.json()["access_token"]

    async def call(self, token, *proofs, path="/hello", scheme="DPoP", method="GET"):
        proofs = proofs or (self.proof(method, path.partition("?")[0], token),)
        headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", p) for p in proofs)]
        return await self.system.http.request(method, path, headers=headers)


@pytest.fixture
def holder(system):
    return Holder(system)


@pytest.fixture
async def demanding(start):
    """A system that asks for nonces."""
    async with start(dpop_nonces=True) as system:
        system.verifier = BearerVerifier(
            system.config,
            keyring=system.keyring,
            database=system.database,
            audit=system.audit,
            covers=system.server.hierarchy.covers,
            nonces=Nonces(system.root.derive(NONCE_PURPOSE), system.clock),
            clock=system.clock,
        )
        yield Holder(system)
