"""Proofs that prove nothing, for either side of the protocol (RFC 9449 §4.3)."""

import json

import pytest
from tests.conformance.keys import Signer, encode, unsigned

OTHER = Signer(kid=None)
NOW = 1_800_000_000


def other_header(holder, *args, **changes):
    """A proof whose header is another than the one that was signed."""
    _, payload, signature = holder.proof(*args).split(".")
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": holder.signer.public, **changes}
    return ".".join([encode(json.dumps(head).encode()), payload, signature])


BAD = [
    pytest.param(lambda h, *a: h.proof(*a, header={"typ": "JWT"}), id="N47 typ"),
    pytest.param(lambda h, *a: h.proof(*a, header={"typ": None}), id="N47 no typ"),
    pytest.param(
        lambda h, *a: unsigned(h.claims(*a), "none", typ="dpop+jwt", jwk=h.signer.public),
        id="N47 none",
    ),
    pytest.param(
        lambda h, *a: unsigned(h.claims(*a), "HS256", typ="dpop+jwt", jwk={"kty": "oct", "k": "A"}),
        id="N47 HS256",
    ),
    pytest.param(lambda h, *a: h.proof(*a, header={"jwk": h.signer.private}), id="N47 private"),
    pytest.param(lambda h, *a: h.proof(*a, header={"jwk": OTHER.public}), id="N47 another jwk"),
    pytest.param(lambda h, *a: h.proof(*a, header={"jwk": None}), id="N47 no jwk"),
    pytest.param(lambda h, *a: other_header(h, *a, jwk="x"), id="N47 jwk is text"),
    pytest.param(lambda h, *a: other_header(h, *a, jwk={}), id="N47 jwk is empty"),
    pytest.param(lambda h, *a: other_header(h, *a, crit=["x"]), id="N47 crit"),
    pytest.param(lambda h, *a: other_header(h, *a, kid="x"), id="N47 another header"),
    pytest.param(lambda h, *a: h.proof(*a, jti=None), id="N47 no jti"),
    pytest.param(lambda h, *a: h.proof(*a, jti=""), id="N47 empty jti"),
    pytest.param(lambda h, *a: h.proof(*a, jti="x" * 5000), id="N47 long jti"),
    pytest.param(lambda h, *a: h.proof(*a, jti=5), id="N47 jti is a number"),
    pytest.param(lambda h, *a: h.proof(*a, htm="PUT"), id="N47 htm"),
    pytest.param(lambda h, *a: h.proof(*a, htm=a[0].lower()), id="N47 htm in small letters"),
    pytest.param(lambda h, *a: h.proof(*a, htm=None), id="N47 no htm"),
    pytest.param(lambda h, *a: h.proof(*a, htu="https://evil.example/hello"), id="N47 host"),
    pytest.param(lambda h, *a: h.proof(*a, htu="http://sumun.example" + a[1]), id="N47 scheme"),
    pytest.param(lambda h, *a: h.proof(*a, htu="https://sumun.example/x"), id="N47 path"),
    pytest.param(
        lambda h, *a: h.proof(*a, htu="https://sumun.example" + a[1] + "/"), id="N47 slash"
    ),
    pytest.param(
        lambda h, *a: h.proof(*a, htu="https://sumun.example" + a[1].upper()), id="N47 path case"
    ),
    pytest.param(lambda h, *a: h.proof(*a, htu="https://[x"), id="N47 htu is no URL"),
    pytest.param(lambda h, *a: h.proof(*a, htu=""), id="N47 empty htu"),
    pytest.param(lambda h, *a: h.proof(*a, htu=None), id="N47 no htu"),
    pytest.param(lambda h, *a: h.proof(*a, iat=NOW - 61), id="N47 old"),
    pytest.param(lambda h, *a: h.proof(*a, iat=NOW + 61), id="N47 of the future"),
    pytest.param(lambda h, *a: h.proof(*a, iat=None), id="N47 no iat"),
    pytest.param(lambda h, *a: h.proof(*a, iat=str(NOW)), id="N47 iat is text"),
    pytest.param(lambda h, *a: h.proof(*a)[:-4], id="N47 truncated"),
    pytest.param(lambda h, *a: "x", id="N47 no JWT"),
    pytest.param(lambda h, *a: "x" * 9000, id="N47 too long"),
]
