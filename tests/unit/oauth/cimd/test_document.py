import msgspec
import pytest

from sumun.keys import SigningKey
from sumun.oauth.cimd.document import BadDocument, read_document
from sumun.oauth.registration.metadata import Offer

URL = "https://client.example/client.json"
OFFER = Offer(
    grant_types=frozenset({"authorization_code", "refresh_token"}),
    auth_methods=frozenset({"none", "private_key_jwt"}),
    default_method="none",
    private_use_schemes=frozenset({"cursor"}),
)
GOOD = {
    "client_id": URL,
    "client_name": "An agent",
    "redirect_uris": ["http://127.0.0.1/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}
JWK = SigningKey.generate("ES256").verification.jwk


def read(changes, url=URL):
    document = {name: value for name, value in (GOOD | changes).items() if value is not ...}
    return read_document(url, msgspec.json.encode(document), OFFER)


def test_a_document_in_order():
    metadata = read({})
    assert metadata.client_name == "An agent"
    assert metadata.redirect_uris == ("http://127.0.0.1/callback",)
    assert metadata.grant_types == ("authorization_code", "refresh_token")
    assert metadata.token_endpoint_auth_methods == ("none",)
    assert metadata.application_type == "native"


def test_keys_make_it_a_confidential_client():
    methods = {"token_endpoint_auth_method": "private_key_jwt"}
    assert read(methods | {"jwks": {"keys": [JWK]}}).jwks == {"keys": [JWK]}
    metadata = read(methods | {"jwks_uri": "https://client.example/jwks.json"})
    assert metadata.token_endpoint_auth_methods == ("private_key_jwt",)
    assert metadata.jwks_uri == "https://client.example/jwks.json"


def test_without_a_method_it_is_public():
    assert read({"token_endpoint_auth_method": ...}).token_endpoint_auth_methods == ("none",)


def test_what_is_not_offered_is_passed_over():
    jwt_bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    metadata = read({"grant_types": ["authorization_code", jwt_bearer], "unknown": {"a": 1}})
    assert metadata.grant_types == ("authorization_code",)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": ...},
        {"client_id": None},
        {"client_id": f"{URL}/"},
        {"client_id": URL.upper()},
        {"client_id": "https://client.example:443/client.json"},
        {"client_id": ["https://client.example/client.json"]},
        {"client_name": ...},
        {"client_name": ""},
        {"client_name": "a\u202eb"},
        {"client_name": "a" * 129},
        {"redirect_uris": ...},
        {"redirect_uris": []},
        {"redirect_uris": "http://127.0.0.1/callback"},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["http://client.example/callback"]},
        {"redirect_uris": ["https://client.example/callback#x"]},
        {"client_secret": "s3cret"},
        {"client_secret": ""},
        {"client_secret_expires_at": 0},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "client_secret_jwt"},
        {"token_endpoint_auth_method": "tls_client_auth"},
        {"token_endpoint_auth_methods_supported": ["none", "client_secret_post"]},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://client.example/j"},
        {"jwks_uri": "https://10.0.0.1/jwks"},
        {"jwks_uri": "https://client.example/j", "jwks": {"keys": [JWK]}},
        {"jwks": {"keys": [JWK | {"d": "AA"}]}},
        {"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}},
        {"jwks": []},
        {"logo_uri": "http://client.example/logo.png"},
        {"logo_uri": "data:image/png;base64,AA"},
        {"client_uri": "javascript:alert(1)"},
        {"policy_uri": "https://user@client.example/"},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["implicit"]},
        {"grant_types": ["refresh_token"]},
        {"response_types": ["token"]},
        {"scope": 'a"b'},
    ],
)
def test_n71_a_document_that_breaks_a_rule(changes):
    with pytest.raises(BadDocument) as raised:
        read(changes)
    assert str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b'{"client_id": "\xff"}',
        b"[" * 5000,
        b'{"jwks":' * 600 + b"1" + b"}" * 600,
        b"{}",
    ],
)
def test_n71_what_is_no_json_object(body):
    with pytest.raises(BadDocument):
        read_document(URL, body, OFFER)


def test_a_refusal_says_nothing_of_what_was_sent():
    for changes in ({"client_secret": "s3cret"}, {"jwks": {"keys": [JWK | {"d": "s3cret"}]}}):
        with pytest.raises(BadDocument) as raised:
            read(changes)
        assert "s3cret" not in str(raised.value)
