"""RFC 9068 §2, §4: what an access token says, and which tokens are refused."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest

ISSUER = "https://sumun.example"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_json(value: object) -> str:
    return encode(json.dumps(value).encode())


class Forger:
    """Signs anything with the server's own key, so that only the thing under test is wrong."""

    def __init__(self, system) -> None:
        self.key = system.keyring.active()
        now = int(system.clock())
        self.header = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}
        self.claims = {
            "iss": ISSUER,
            "sub": "mcp-client",
            "aud": ISSUER,
            "exp": now + 900,
            "iat": now,
            "jti": "an-identifier",
            "client_id": "mcp-client",
            "scope": "mcp.access",
        }

    def sign(self, header: str, payload: str) -> str:
        message = f"{header}.{payload}"
        return f"{message}.{encode(self.key._sign(message.encode()))}"

    def with_header(self, **changes: object) -> str:
        return self.sign(encode_json({**self.header, **changes}), encode_json(self.claims))

    def with_claims(self, **changes: object) -> str:
        return self.sign(encode_json(self.header), encode_json({**self.claims, **changes}))

    def without_claim(self, name: str) -> str:
        rest = {key: value for key, value in self.claims.items() if key != name}
        return self.sign(encode_json(self.header), encode_json(rest))

    def with_raw(self, header: bytes | None = None, payload: bytes | None = None) -> str:
        return self.sign(
            encode_json(self.header) if header is None else encode(header),
            encode_json(self.claims) if payload is None else encode(payload),
        )


@pytest.fixture
def forger(system) -> Forger:
    return Forger(system)


async def assert_refused(system, token):
    response = await system.call(token)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_token"


async def test_header_and_claims(system):
    token = await system.token(scope="mcp.access")
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    claims = jwt.decode(token, options={"verify_signature": False})
    now = int(system.clock())
    assert claims.pop("jti")
    assert claims == {
        "iss": ISSUER,
        "sub": "mcp-client",
        "aud": ISSUER,
        "iat": now,
        "exp": now + 900,
        "client_id": "mcp-client",
        "scope": "mcp.access",
    }


async def test_token_identifiers_are_unique(system):
    tokens = [await system.token() for _ in range(50)]
    identifiers = {jwt.decode(t, options={"verify_signature": False})["jti"] for t in tokens}
    assert len(identifiers) == 50


async def test_the_forger_signs_acceptable_tokens(system, forger):
    """Otherwise the refusals below would prove nothing."""
    assert (await system.call(forger.with_claims())).status_code == 200
    assert (await system.call(forger.with_raw())).status_code == 200
    assert (await system.call(forger.with_claims(nbf=int(system.clock())))).status_code == 200


@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        f"{ISSUER}/",
        f"{ISSUER}/mcp",
        ISSUER[:-1],
        f"{ISSUER}.evil",
        ISSUER.upper(),
        ["https://other.example"],
        [ISSUER, "https://other.example"],
        {},
        0,
    ],
)
async def test_n61_wrong_audience(system, forger, audience):
    await assert_refused(system, forger.with_claims(aud=audience))


@pytest.mark.parametrize("issuer", [None, "", f"{ISSUER}/", ISSUER.upper(), "http://sumun.example"])
async def test_n61_wrong_issuer(system, forger, issuer):
    await assert_refused(system, forger.with_claims(iss=issuer))


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"])
async def test_n61_missing_claim(system, forger, claim):
    await assert_refused(system, forger.without_claim(claim))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "1900000000"},
        {"exp": 1900000000.5},
        {"exp": True},
        {"exp": None},
        {"exp": -1},
        {"exp": 0},
        {"exp": 10**400},
        {"nbf": 1900000000},
        {"nbf": "1"},
        {"iat": 1900000000},
        {"sub": 1},
        {"jti": ["x"]},
        {"scope": ["mcp.access"]},
        {"client_id": None},
    ],
    ids=lambda claims: str(claims)[:32],
)
async def test_n61_claims_of_the_wrong_type_or_time(system, forger, claims):
    await assert_refused(system, forger.with_claims(**claims))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"typ": "JWT"}, id="n66 typ JWT"),
        pytest.param({"typ": "at+JWT"}, id="n66 typ at+JWT"),
        pytest.param({"typ": "id+jwt"}, id="n66 typ id+jwt"),
        pytest.param({"typ": None}, id="n66 no typ"),
        pytest.param({"alg": "none"}, id="n62 alg none"),
        pytest.param({"alg": "None"}, id="n62 alg None"),
        pytest.param({"alg": "HS256"}, id="n62 alg HS256"),
        pytest.param({"alg": "RS256"}, id="n63 alg RS256"),
        pytest.param({"alg": "ES384"}, id="n63 alg ES384"),
        pytest.param({"alg": ["ES256"]}, id="n63 alg is a list"),
        pytest.param({"kid": "../../etc/passwd"}, id="n65 kid is a path"),
        pytest.param({"kid": "' OR 1=1 --"}, id="n65 kid is SQL"),
        pytest.param({"kid": "k" * 10_000}, id="n65 kid of 10 kB"),
        pytest.param({"kid": None}, id="n65 no kid"),
        pytest.param({"kid": ["x"]}, id="n65 kid is a list"),
        pytest.param({"crit": ["x"], "x": 1}, id="n64 crit x"),
        pytest.param({"crit": ["b64"], "b64": False}, id="n64 crit b64"),
        pytest.param({"b64": False}, id="n64 b64 alone"),
        pytest.param({"jwk": {"kty": "EC"}}, id="n65 jwk"),
        pytest.param({"jku": "https://evil.example/jwks.json"}, id="n65 jku"),
        pytest.param({"x5u": "https://evil.example/cert"}, id="n65 x5u"),
        pytest.param({"x5c": ["MII"]}, id="n65 x5c"),
        pytest.param({"zip": "DEF"}, id="zip"),
    ],
)
async def test_header_this_server_never_writes(system, forger, header):
    await assert_refused(system, forger.with_header(**header))


@pytest.mark.parametrize("name", ["alg", "typ", "kid"])
async def test_missing_header_member(system, forger, name):
    header = {key: value for key, value in forger.header.items() if key != name}
    await assert_refused(system, forger.with_raw(header=json.dumps(header).encode()))


async def test_n62_no_signature(system, forger):
    head, payload, _ = forger.with_claims().split(".")
    unsigned = encode_json({"alg": "none", "typ": "at+jwt"})
    for token in (f"{head}.{payload}.", f"{head}.{payload}", f"{unsigned}.{payload}."):
        await assert_refused(system, token)


async def test_n62_public_key_as_hmac_secret(system, forger):
    keys = (await system.http.get("/.well-known/jwks.json")).json()["keys"]
    pem = jwt.PyJWK(keys[0]).key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    secret = pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = encode_json({**forger.header, "alg": "HS256"})
    message = f"{header}.{encode_json(forger.claims)}"
    signature = hmac.new(secret, message.encode(), hashlib.sha256).digest()
    await assert_refused(system, f"{message}.{encode(signature)}")


@pytest.mark.parametrize(
    "signature",
    [b"\0" * 64, b"\xff" * 64, b"", b"\0" * 63, b"\1" * 65, b"\0" * 6000],
    ids=["r=s=0", "too great", "empty", "short", "long", "very long"],
)
async def test_n62_forged_signature(system, forger, signature):
    head, payload, _ = forger.with_claims().split(".")
    await assert_refused(system, f"{head}.{payload}.{encode(signature)}")


async def test_n62_key_of_somebody_else(system, forger):
    from sumun.keys import SigningKey

    stranger = SigningKey.generate("ES256")
    await assert_refused(system, stranger.sign(forger.claims, "at+jwt"))
    stranger.kid = forger.key.kid
    await assert_refused(system, stranger.sign(forger.claims, "at+jwt"))


async def test_n60_every_change_of_one_character_is_refused(system):
    token = await system.token()
    assert (await system.call(token)).status_code == 200
    for position in range(0, len(token), 7):
        other = "A" if token[position] != "A" else "B"
        await assert_refused(system, token[:position] + other + token[position + 1 :])


async def test_n60_other_spellings_of_the_same_token_are_refused(system):
    """One token has one spelling: the last character's unused bits and padding count too."""
    token = await system.token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])
    twin = token[:-1] + alphabet[last ^ 1]
    assert base64.urlsafe_b64decode(token.split(".")[2] + "==") == base64.urlsafe_b64decode(
        twin.split(".")[2] + "=="
    )
    for spelling in (
        twin,
        f"{token}=",
        f"{token}==",
        token[:-1],
        f"{token}A",
        f"{token}.",
        f".{token}",
    ):
        await assert_refused(system, spelling)
    head, payload, signature = token.split(".")
    for spelling in (
        f"{head}=.{payload}.{signature}",
        f"{head}.{payload[:9]}\t{payload[9:]}.{signature}",
    ):
        await assert_refused(system, spelling)


@pytest.mark.parametrize(
    "payload",
    [
        b'{"iss":"https://sumun.example","iss":"https://sumun.example"}',
        b"[]",
        b"null",
        b'"x"',
        b"",
        b"\xff",
        b'{"exp":NaN}',
        b'{"exp":Infinity}',
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"[" * 5000,
        b"{} {}",
        b'{"exp":' + b"9" * 5000 + b"}",
    ],
    ids=lambda payload: payload[:24].decode("latin-1"),
)
async def test_n60_payload_that_is_not_plain_json(system, forger, payload):
    await assert_refused(system, forger.with_raw(payload=payload))
    await assert_refused(system, forger.with_raw(header=payload))


async def test_n60_duplicate_claims_are_refused_although_signed(system, forger):
    text = json.dumps(forger.claims)
    duplicated = f'{text[:-1]}, "scope": "mcp.access"}}'
    await assert_refused(system, forger.with_raw(payload=duplicated.encode()))


@pytest.mark.parametrize(
    "token",
    ["a", ".", "..", "...", "a.b.c", "a" * 8193, "." * 9000, "x" * 1_000_000, "é.é.é", "\xff\xfe"],
    ids=lambda token: f"{token[:6]}×{len(token)}",
)
async def test_n60_garbage(system, token):
    value = b"Bearer " + token.encode("latin-1")
    response = await system.http.get("/hello", headers={"Authorization": value})
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_token"


@pytest.mark.parametrize("scope", ["mcp.access.evil", "xmcp.access", "mcp.acces", "MCP.ACCESS"])
async def test_n67_scope_is_compared_whole(system, forger, scope):
    response = await system.call(forger.with_claims(scope=scope))
    assert response.status_code == 403
    assert response.json()["error"] == "insufficient_scope"


async def test_a_token_is_good_at_one_resource_only(system):
    crm = await system.token(resource=f"{ISSUER}/mcp/crm", scope="mcp.access")
    root = await system.token()
    assert (await system.call(crm, "/mcp/crm")).status_code == 200
    assert (await system.call(root, "/hello")).status_code == 200
    await assert_refused(system, crm)
    assert (await system.call(root, "/mcp/crm")).status_code == 401
