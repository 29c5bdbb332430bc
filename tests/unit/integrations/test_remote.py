from typing import Any

import httpx2
import pytest

from sumun.integrations.remote import IssuerUnreachable, PublishedKeys, RemoteVerifier
from sumun.keys import SigningKey
from sumun.resource import Challenged, InsufficientScope, InvalidToken, MissingToken

ISSUER = "https://sumun.example"
RESOURCE = "https://notes.example/mcp"
NOW = 1_800_000_000


class FakeIssuer(httpx2.AsyncBaseTransport):
    """Publishes keys, and counts how often it is asked."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys: list[dict[str, Any]] = [key.verification.jwk for key in keys]
        self.asked: list[str] = []
        self.document: Any = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/.well-known/jwks.json"}
        self.answer: httpx2.Response | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        if self.answer is not None:
            return self.answer
        if request.url.path.endswith("openid-configuration"):
            return httpx2.Response(200, json=self.document)
        return httpx2.Response(200, json={"keys": self.keys})


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def sign(key: SigningKey, **changed: Any) -> str:
    claims = {
        "iss": ISSUER,
        "aud": RESOURCE,
        "sub": "kim",
        "client_id": "agent",
        "scope": "mcp.access",
        "iat": NOW,
        "exp": NOW + 60,
        "jti": "one",
    }
    return key.sign(claims | changed, "at+jwt")


@pytest.fixture(params=["ES256", "RS256", "EdDSA"])
def key(request) -> SigningKey:
    return SigningKey.generate(request.param)


def verifier(issuer: FakeIssuer, **settings: Any) -> RemoteVerifier:
    return RemoteVerifier(ISSUER, RESOURCE, transport=issuer, clock=lambda: NOW, **settings)


async def test_a_token_of_the_issuer(key):
    issuer = FakeIssuer(key)
    checked = verifier(issuer)
    for _ in range(3):
        principal = await checked.verify_token(sign(key), ["mcp:notes"])
    assert (principal.subject, principal.client_id, principal.token_id) == ("kim", "agent", "one")
    assert len(issuer.asked) == 2, "the keys are fetched once"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"aud": "https://other.example"}, InvalidToken),
        ({"aud": [RESOURCE]}, InvalidToken),
        ({"iss": "https://evil.example"}, InvalidToken),
        ({"exp": NOW - 60}, InvalidToken),
        ({"scope": "notes:read"}, InsufficientScope),
    ],
)
async def test_other_tokens(changed, refusal):
    key = SigningKey.generate("ES256")
    with pytest.raises(refusal):
        await verifier(FakeIssuer(key)).verify_token(sign(key, **changed), ["mcp.access"])


async def test_no_token_at_all():
    with pytest.raises(MissingToken):
        await verifier(FakeIssuer(SigningKey.generate("ES256"))).verify(
            {"type": "http", "headers": []}
        )


async def test_a_key_that_is_newer_than_the_copy(monkeypatch):
    old, new = SigningKey.generate("ES256"), SigningKey.generate("ES256")
    issuer, clock = FakeIssuer(old), Clock()
    checked = verifier(issuer)
    checked._keys._clock = clock
    await checked.verify_token(sign(old))
    issuer.keys.append(new.verification.jwk)
    with pytest.raises(InvalidToken):
        await checked.verify_token(sign(new))
    clock.now += 10
    assert (await checked.verify_token(sign(new))).subject == "kim"


async def test_strange_tokens_do_not_make_us_ask_again_and_again():
    issuer = FakeIssuer(SigningKey.generate("ES256"))
    checked = verifier(issuer)
    for _ in range(20):
        with pytest.raises(InvalidToken):
            await checked.verify_token(sign(SigningKey.generate("ES256")))
    assert len(issuer.asked) == 2


async def test_keys_are_kept_while_the_issuer_is_away_but_not_for_ever():
    key, clock = SigningKey.generate("ES256"), Clock()
    issuer = FakeIssuer(key)
    keys = PublishedKeys(ISSUER, issuer, clock)
    await keys.refresh()
    issuer.answer = httpx2.Response(503)
    clock.now += 1000
    await keys.refresh()
    assert keys.find(key.kid) is not None
    clock.now += 3000
    with pytest.raises(IssuerUnreachable) as refused:
        await keys.refresh()
    assert refused.value.status == 503
    issuer.answer = None
    clock.now += 10
    await keys.refresh()


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(302, headers={"Location": "https://evil.example"}),
        httpx2.Response(200, content=b" " * 70_000 + b"{}"),
        httpx2.Response(200, content=b"[]"),
        httpx2.Response(200, content=b"\xff"),
    ],
    ids=["redirect", "too long", "no object", "no text"],
)
async def test_answers_of_no_use(answer):
    issuer = FakeIssuer()
    issuer.answer = answer
    with pytest.raises(IssuerUnreachable):
        await PublishedKeys(ISSUER, issuer).refresh()
    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example", "jwks_uri": f"{ISSUER}/keys"},
        {"issuer": f"{ISSUER}/", "jwks_uri": f"{ISSUER}/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://169.254.169.254/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://sumun.example/keys"},
        {"issuer": ISSUER},
    ],
)
async def test_keys_are_fetched_from_the_issuer_only(document):
    issuer = FakeIssuer(SigningKey.generate("ES256"))
    issuer.document = document
    with pytest.raises(IssuerUnreachable):
        await PublishedKeys(ISSUER, issuer).refresh()
    assert len(issuer.asked) == 1


async def test_keys_that_are_not_ours_are_passed_over():
    key = SigningKey.generate("ES256")
    jwk = key.verification.jwk
    issuer = FakeIssuer(key)
    issuer.keys = [
        "text",
        {"kty": "oct", "k": "c2VjcmV0", "kid": key.kid, "alg": "HS256", "use": "sig"},
        jwk | {"kid": "another"},
        jwk | {"alg": "RS256", "kid": "b"},
        jwk | {"use": "enc", "kid": "c"},
        jwk | {"x": "!", "kid": "d"},
        {**jwk, "crv": "P-384", "kid": "e"},
    ]
    keys = PublishedKeys(ISSUER, issuer)
    await keys.refresh()
    assert keys._keys == {}


def test_refusals_name_this_resource():
    metadata = verifier(FakeIssuer()).metadata(["notes:read"], "Notes")
    assert metadata["resource"] == RESOURCE
    assert metadata["authorization_servers"] == [ISSUER]
    assert verifier(FakeIssuer()).metadata_paths() == [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
    ]


@pytest.mark.parametrize(
    ("issuer", "resource"),
    [
        ("http://sumun.example", RESOURCE),
        ("ftp://localhost", RESOURCE),
        (f"{ISSUER}?a=b", RESOURCE),
        ("https://u@sumun.example", RESOURCE),
        (ISSUER, "notes"),
        (ISSUER, "http://notes.example"),
    ],
)
def test_addresses_that_cannot_be_trusted(issuer, resource):
    with pytest.raises(ValueError, match=r"issuer|resource"):
        RemoteVerifier(issuer, resource)


async def test_starlette_applications_can_be_protected_too():
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from sumun.integrations.fastapi import Protected

    key = SigningKey.generate("ES256")
    app = Starlette()
    protected = Protected(app, issuer=ISSUER, resource=RESOURCE, verifier=verifier(FakeIssuer(key)))
    principal_of = protected.needs("mcp:notes")

    async def notes(request):
        return PlainTextResponse((await principal_of(request)).subject)

    app.router.routes.append(Route("/notes", notes))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://notes.example") as http:
        refused = await http.get("/notes")
        assert refused.status_code == 401
        assert 'scope="mcp:notes"' in refused.headers["www-authenticate"]
        assert "detail" not in refused.json()
        twice = [("Authorization", f"Bearer {sign(key)}")] * 2
        assert (await http.get("/notes", headers=twice)).status_code == 400
        answer = await http.get("/notes", headers={"Authorization": f"Bearer {sign(key)}"})
        assert answer.text == "kim"
        document = (await http.get("/.well-known/oauth-protected-resource/mcp")).json()
        assert document["scopes_supported"] == ["mcp:notes"]
    assert issubclass(MissingToken, Challenged)
