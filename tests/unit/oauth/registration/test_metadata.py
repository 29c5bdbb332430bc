import msgspec
import pytest

from sumun.config import Config
from sumun.keys import SigningKey
from sumun.oauth.errors import OAuthError
from sumun.oauth.registration.described import read_described
from sumun.oauth.registration.metadata import check_metadata
from sumun.oauth.registration.offers import offer_to_anybody, offer_to_trusted

CONFIG = Config(mode="development")
JWK = SigningKey.generate("ES256").verification.jwk
REDIRECT = {"redirect_uris": ["https://client.example/cb"]}


def check(members, offer=None):
    described = read_described(msgspec.json.encode(members))
    return check_metadata(described, offer or offer_to_anybody(CONFIG))


def refusal(members, offer=None):
    with pytest.raises(OAuthError) as raised:
        check(members, offer)
    return raised.value


def test_what_is_left_out_is_as_rfc_7591_says():
    metadata = check(REDIRECT)
    assert metadata.grant_types == ("authorization_code",)
    assert metadata.response_types == ("code",)
    assert metadata.token_endpoint_auth_methods == ("client_secret_basic",)
    assert metadata.application_type == "web"


def test_null_and_empty_are_left_out_and_unknown_members_ignored():
    nothing = dict.fromkeys(("client_name", "client_uri", "logo_uri", "scope", "contacts", "jwks"))
    empty = dict.fromkeys(("client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"), "")
    assert check(REDIRECT | nothing) == check(REDIRECT | empty) == check(REDIRECT | {"x": {"y": 1}})


def test_what_is_not_offered_is_left_out():
    metadata = check(
        REDIRECT
        | {
            "grant_types": ["authorization_code", "refresh_token", "implicit", "unknown"],
            "response_types": ["code", "token"],
        }
    )
    assert metadata.grant_types == ("authorization_code", "refresh_token")
    assert metadata.response_types == ("code",)


@pytest.mark.parametrize(
    ("uris", "declared", "recorded"),
    [
        (["cursor://anysphere.cursor-mcp/oauth/callback"], "web", "native"),
        (["https://client.example/cb", "http://localhost:8787/callback"], "web", "native"),
        (["http://127.0.0.1/cb"], None, "native"),
        (["https://client.example/cb"], "native", "native"),
        (["https://client.example/cb"], "web", "web"),
        (["https://client.example/cb"], "other", "web"),
    ],
)
def test_the_application_type_is_what_the_redirect_uris_say(uris, declared, recorded):
    metadata = check({"redirect_uris": uris, "application_type": declared})
    assert metadata.application_type == recorded


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://client.example/x",
        "http://client.example/cb",
        "https://client.example/cb#f",
        "https://user@client.example/cb",
        "other://x/y",
    ],
)
def test_n06_a_redirect_uri_that_may_not_be(uri):
    for member in ("redirect_uris", "post_logout_redirect_uris"):
        refused = refusal(REDIRECT | {member: ["https://client.example/ok", uri]})
        assert refused.error == "invalid_redirect_uri"
        assert refused.description.startswith(f"{member}: number 2")


def test_a_client_of_the_code_flow_needs_a_redirect_uri():
    assert refusal({}).error == "invalid_redirect_uri"
    assert refusal({"redirect_uris": []}).error == "invalid_redirect_uri"


@pytest.mark.parametrize(
    "members",
    [
        {"redirect_uris": "https://client.example/cb"},
        {"redirect_uris": [1]},
        {"redirect_uris": [None]},
        {"grant_types": "authorization_code"},
        {"grant_types": ["implicit"]},
        {"grant_types": ["password"]},
        {"grant_types": ["refresh_token"]},
        {"grant_types": ["x"] * 21},
        {"grant_types": [str(number) for number in range(21)]},
        {"response_types": ["token"]},
        {"response_types": ["code token"]},
        {"token_endpoint_auth_method": "client_secret_jwt"},
        {"token_endpoint_auth_method": "tls_client_auth"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [JWK | {"d": "x"}]}},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "oct"}]}},
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [JWK]},
            "token_endpoint_auth_signing_alg": "HS256",
        },
        {"jwks": {"keys": [JWK]}, "jwks_uri": "https://client.example/jwks"},
        {"jwks": {}},
        {"jwks": []},
        {"jwks_uri": "http://client.example/jwks"},
        {"jwks_uri": "https://169.254.169.254/jwks"},
        {"client_name": 1},
        {"client_name": "x" * 129},
        {"client_name": "\u202egnp.exe"},
        {"client_name": "a\x00b"},
        {"client_name": "a\u200bb"},
        {"client_uri": "javascript:alert(1)"},
        {"client_uri": "https://client.example/ x"},
        {"client_uri": f"https://client.example/{'x' * 2048}"},
        {"client_uri": "https://[x/"},
        {"logo_uri": "https://10.0.0.1/logo.png"},
        {"tos_uri": "data:text/html,x"},
        {"policy_uri": "https://user:pass@client.example/"},
        {"contacts": ["x"] * 11},
        {"contacts": ["x" * 256]},
        {"contacts": ["a\nb"]},
        {"scope": "a  b"},
        {"scope": 'a"b'},
        {"scope": "x" * 3000},
        {"software_id": "x" * 256},
        {"dpop_bound_access_tokens": "yes"},
        {"client_secret_expires_at": "never"},
    ],
)
def test_what_contradicts_itself_or_is_out_of_bounds(members):
    refused = refusal(REDIRECT | members)
    assert refused.error == "invalid_client_metadata"
    assert refused.description


def test_too_many_redirect_uris():
    uris = [f"https://client.example/{number}" for number in range(21)]
    assert refusal({"redirect_uris": uris}).error == "invalid_redirect_uri"
    assert len(check({"redirect_uris": uris[:20]}).redirect_uris) == 20


def test_client_credentials_need_the_operator_s_leave():
    asked = {"grant_types": ["client_credentials"]}
    assert "initial access token" in refusal(asked).description
    assert check(asked, offer_to_trusted(CONFIG)).grant_types == ("client_credentials",)
    assert check(asked, offer_to_trusted(CONFIG)).response_types == ()


def test_private_use_schemes_are_the_operator_s_choice():
    config = Config(
        mode="development",
        oauth=msgspec.convert({"private_use_schemes": ["app"]}, type(CONFIG.oauth)),
    )
    offer = offer_to_anybody(config)
    assert check({"redirect_uris": ["app://x"]}, offer).redirect_uris == ("app://x",)
    assert refusal({"redirect_uris": ["cursor://x"]}, offer).error == "invalid_redirect_uri"


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"1", b"{", b"\xff", b"[" * 10_000])
def test_what_is_no_json_object(text):
    with pytest.raises(OAuthError) as raised:
        read_described(text)
    assert raised.value.error == "invalid_client_metadata"
