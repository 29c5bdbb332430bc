"""A signer of whatever a test wants signed: right, wrong, or not at all."""

import base64
import json
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

ALGS = ["ES256", "RS256", "PS256", "Ed25519", "HS256", "ES384"]


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    """A key pair of a client, signing by a library that is not ours."""

    def __init__(self, alg: str = "ES256", kid: str | None = "one") -> None:
        self.alg = alg
        self.kid = kid
        match alg:
            case "ES256":
                self.key: Any = ECKey.generate_key("P-256")
            case "ES384":
                self.key = ECKey.generate_key("P-384")
            case "Ed25519":
                self.key = OKPKey.generate_key("Ed25519")
            case _:
                self.key = RSAKey.generate_key(2048)

    @property
    def public(self) -> dict[str, Any]:
        named = {} if self.kid is None else {"kid": self.kid}
        return {**self.key.as_dict(private=False), **named}

    @property
    def private(self) -> dict[str, Any]:
        return self.key.as_dict(private=True)

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.public]}

    @property
    def thumbprint(self) -> str:
        return self.key.thumbprint()

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign; a header or claim that is ``None`` is left out."""
        named = {} if self.kid is None else {"kid": self.kid}
        protected = {"alg": self.alg, "typ": "JWT", **named, **header}
        protected = {name: value for name, value in protected.items() if value is not None}
        payload = {name: value for name, value in claims.items() if value is not None}
        return jws.serialize_compact(
            protected,
            json.dumps(payload).encode(),
            self.key,
            registry=jws.JWSRegistry(algorithms=ALGS, strict_check_header=False),
        )


def unsigned(claims: dict[str, Any], alg: str = "none", **header: Any) -> str:
    protected = encode(json.dumps({"alg": alg, **header}).encode())
    return f"{protected}.{encode(json.dumps(claims).encode())}."
