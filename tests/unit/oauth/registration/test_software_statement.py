import msgspec
import pytest

from sumun.config import ConfigurationError
from sumun.keys import SigningKey
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import Fetched
from sumun.oauth.key_sets import KeySets
from sumun.oauth.registration.described import Described
from sumun.oauth.registration.software_statement import SoftwareStatements

ISSUER = "https://publisher.example"
US = "https://sumun.example"
KEY = SigningKey.generate("ES256")
OTHER = SigningKey.generate("ES256")
JWKS = {"keys": [KEY.verification.jwk]}


class FakeFetcher:
    async def get(self, _url, **_options):
        return Fetched(msgspec.json.encode(JWKS), "application/json", {})


@pytest.fixture(params=["file", "url"])
def statements(request, tmp_path, clock):
    file = tmp_path / "publisher.json"
    file.write_bytes(msgspec.json.encode(JWKS))
    where = str(file) if request.param == "file" else "https://publisher.example/jwks.json"
    return SoftwareStatements({ISSUER: where}, KeySets(FakeFetcher()), audience=US, clock=clock)


async def signed(key=KEY, **claims):
    made = key.sign({"iss": ISSUER} | claims, "JWT")
    return made if isinstance(made, str) else await made


async def refusal(statements, statement):
    with pytest.raises(OAuthError) as raised:
        await statements.apply(Described(software_statement=statement))
    return raised.value.error


async def test_without_a_statement_nothing_changes(statements):
    described = Described(client_name="A")
    assert await statements.apply(described) is described


async def test_what_it_says_takes_the_place_of_what_the_client_says(statements):
    statement = await signed(client_name="Stated", redirect_uris=["https://stated.example/cb"])
    described = await statements.apply(
        Described(client_name="Claimed", scope="a", software_statement=statement)
    )
    assert described.client_name == "Stated"
    assert described.redirect_uris == ["https://stated.example/cb"]
    assert described.scope == "a"


async def test_it_says_nothing_of_identifiers_and_secrets(statements):
    statement = await signed(client_id="chosen", client_secret="chosen")
    described = await statements.apply(Described(software_statement=statement))
    assert described.client_id is None
    assert described.client_secret is None


@pytest.mark.parametrize(
    "claims",
    [{}, {"iss": None}, {"iss": "https://other.example"}, {"iss": f"{ISSUER}/"}, {"iss": 1}],
)
async def test_an_issuer_nobody_trusts(statements, claims):
    statement = await signed(**claims) if claims else await signed(iss="")
    assert await refusal(statements, statement) == "unapproved_software_statement"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1000},
        {"exp": 1},
        {"exp": "soon"},
        {"nbf": 2000},
        {"iat": 2000},
        {"aud": "https://other.example"},
        {"aud": []},
        {"client_name": 1},
        {"redirect_uris": "https://stated.example/cb"},
    ],
)
async def test_a_statement_that_is_not_good(statements, claims):
    assert await refusal(statements, await signed(**claims)) == "invalid_software_statement"


async def test_a_statement_for_us_that_is_good_now(statements):
    statement = await signed(aud=[US, "https://other.example"], exp=1001, nbf=1000, iat=1050)
    assert await statements.apply(Described(software_statement=statement))


async def test_a_signature_that_does_not_hold(statements):
    assert await refusal(statements, await signed(OTHER)) == "invalid_software_statement"
    head, payload, signature = (await signed()).split(".")
    forged = [
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"eyJhbGciOiJub25lIn0.{payload}.",
        f"eyJhbGciOiJIUzI1NiJ9.{payload}.{signature}",
        "a.b",
        "",
        "x" * 10_000,
    ]
    for statement in forged:
        assert await refusal(statements, statement) == "invalid_software_statement"


def test_keys_that_cannot_be_read_are_told_at_start(tmp_path, clock):
    bad = tmp_path / "bad.json"
    for text in ("", "[]", '{"keys": [{"kty": "oct", "k": "AA"}]}'):
        bad.write_text(text)
        with pytest.raises(ConfigurationError) as raised:
            SoftwareStatements({ISSUER: str(bad)}, KeySets(FakeFetcher()), audience=US, clock=clock)
        assert "oauth.software_statement_issuers" in str(raised.value)
    with pytest.raises(ConfigurationError):
        SoftwareStatements(
            {ISSUER: str(tmp_path / "none")}, KeySets(FakeFetcher()), audience=US, clock=clock
        )
