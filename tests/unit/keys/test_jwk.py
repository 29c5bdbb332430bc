import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from sumun.keys.algorithms import ALGORITHMS, Alg
from sumun.keys.jwk import FOREIGN_ALGS, KEYS_LIMIT, ForeignKeys, read_jwk
from sumun.keys.jws import Jws, Malformed, read_jws
from sumun.keys.signing import SigningKey

KEYS = {alg: SigningKey.generate(alg) for alg in ("ES256", "RS256", "EdDSA")}
"""Made once: RSA takes its time."""


def public(alg: Alg) -> dict[str, str]:
    return dict(KEYS[alg].verification.jwk)


@pytest.mark.parametrize("alg", KEYS)
def test_a_signature_holds_under_the_key_that_made_it_and_no_other(alg):
    jws = read_jws(KEYS[alg].sign({"sub": "a"}, "JWT"))
    key = read_jwk(public(alg))
    assert key.verify(jws)
    assert key.thumbprint == KEYS[alg].kid
    assert not read_jwk(SigningKey.generate("ES256").verification.jwk).verify(jws)


def test_ps256():
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = ALGORITHMS["RS256"].public_jwk(private.public_key())
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    signature = private.sign(b"message", pss, SHA256())
    key = read_jwk(jwk)
    assert key.algs == {"RS256", "PS256"}
    assert key.verify(Jws({"alg": "PS256"}, "", b"message", signature))
    assert not key.verify(Jws({"alg": "RS256"}, "", b"message", signature))
    assert read_jwk({**jwk, "alg": "RS256"}).algs == {"RS256"}


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS256", "", None, 5, ["ES256"]])
def test_an_algorithm_that_is_not_the_key_s_never_holds(alg):
    jws = read_jws(KEYS["ES256"].sign({"sub": "a"}, "JWT"))
    assert not read_jwk(public("ES256")).verify(jws._replace(header={**jws.header, "alg": alg}))


def small_rsa() -> dict[str, str]:
    numbers = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    return ALGORITHMS["RS256"].public_jwk(numbers)


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param(None, id="nothing"),
        pytest.param({}, id="empty"),
        pytest.param({"kty": "oct", "k": "AA"}, id="symmetric"),
        pytest.param({**public("ES256"), "d": "AA"}, id="private"),
        pytest.param({**public("ES256"), "use": "enc"}, id="for encryption"),
        pytest.param({**public("ES256"), "key_ops": ["sign"]}, id="for signing"),
        pytest.param({**public("ES256"), "alg": "HS256"}, id="HS256"),
        pytest.param({**public("ES256"), "alg": ["ES256"]}, id="alg no text"),
        pytest.param({**public("ES256"), "crv": "P-521"}, id="another curve"),
        pytest.param({**public("ES256"), "x": "AA"}, id="short"),
        pytest.param({**public("ES256"), "x": public("ES256")["y"]}, id="not on the curve"),
        pytest.param({**public("ES256"), "x": public("ES256")["x"] + "="}, id="padded"),
        pytest.param({**public("ES256"), "y": 5}, id="a number"),
        pytest.param({**public("EdDSA"), "x": "AAAA"}, id="short Ed25519"),
        pytest.param(small_rsa(), id="RSA of 1024 bits"),
        pytest.param({**public("RS256"), "n": "_" * 4000}, id="huge RSA"),
        pytest.param({**public("RS256"), "e": "AA"}, id="exponent 0"),
    ],
)
def test_what_is_no_public_signature_key_is_refused(jwk):
    with pytest.raises(Malformed):
        read_jwk(jwk)


def test_a_set_is_searched_by_name():
    jws = read_jws(KEYS["ES256"].sign({"sub": "a"}, "JWT"))
    mine, other = public("ES256"), dict(SigningKey.generate("ES256").verification.jwk)
    assert ForeignKeys({"keys": [other, mine]}).verify(jws) is not None
    assert ForeignKeys({"keys": [other]}).verify(jws) is None
    assert ForeignKeys({"keys": [{**mine, "kid": "another"}]}).verify(jws) is None
    unnamed = jws._replace(header={"alg": "ES256"})
    assert ForeignKeys({"keys": [other, mine]}).verify(unnamed) is not None
    for kid in (5, "k" * 10_000, "../../etc/passwd", "' OR 1=1"):
        assert ForeignKeys({"keys": [mine]}).verify(jws._replace(header={"kid": kid})) is None


def test_keys_of_another_kind_do_not_spoil_a_set():
    future = {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}
    assert len(ForeignKeys({"keys": [future, public("ES256"), "text"]})) == 1


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"keys": {}},
        {"keys": "text"},
        {"keys": [public("ES256")] * (KEYS_LIMIT + 1)},
        {"keys": [public("ES256"), {"kty": "oct", "k": "AA"}]},
        {"keys": [{**public("ES256"), "d": "AA"}]},
    ],
)
def test_what_is_no_set_of_public_keys_is_refused(document):
    with pytest.raises(Malformed):
        ForeignKeys(document)


@pytest.mark.parametrize(
    "token",
    ["", "a.b", "a.b.c.d", "e30.e30.é", "é.e30.AA", "e30=.e30.AA", "e30.e30.AAA=", "x" * 9000],
)
def test_what_is_no_compact_jws_is_refused(token):
    with pytest.raises(Malformed):
        read_jws(token).claims()


def test_a_payload_that_is_no_object_is_refused():
    for payload in (b"[]", b'"a"', b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 5000, b"\xff"):
        encoded = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
        with pytest.raises(Malformed):
            read_jws(f"e30.{encoded}.AA").claims()


def test_only_asymmetric_algorithms_are_accepted():
    assert FOREIGN_ALGS == ("ES256", "RS256", "PS256", "EdDSA", "Ed25519")
