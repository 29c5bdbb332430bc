"""What strangers say of clients, made up at random: refused or taken, never a fault."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from sumun.config import Config
from sumun.oauth.cimd.document import BadDocument, read_document
from sumun.oauth.cimd.freshness import LONGEST, SHORTEST, lifetime
from sumun.oauth.clients import decode_metadata, encode_metadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import FetchRefused, check_url
from sumun.oauth.redirects import InvalidRedirectUri, check_redirect_uri, redirect_matches
from sumun.oauth.registration.described import Described, read_described
from sumun.oauth.registration.metadata import check_metadata
from sumun.oauth.registration.offers import offer_to_anybody, offer_to_documents

CONFIG = Config(mode="development")
URL = "https://client.example/client.json"

schemes = st.sampled_from(
    ["https://", "http://", "http://localhost", "http://127.0.0.1", "cursor://", "javascript:", ""]
)
uris = st.builds(str.__add__, schemes, st.text(max_size=40))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | uris,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
plausible = st.fixed_dictionaries(
    {},
    optional={
        "client_id": st.just(URL) | values,
        "client_name": st.text(max_size=20) | values,
        "redirect_uris": st.lists(uris, max_size=4) | values,
        "grant_types": st.lists(st.sampled_from(["authorization_code", "refresh_token", "x"]))
        | values,
        "token_endpoint_auth_method": st.sampled_from(["none", "client_secret_basic"]) | values,
        "jwks": values,
        **dict.fromkeys(
            set(Described.__struct_fields__)
            - {"client_id", "client_name", "redirect_uris", "grant_types", "jwks"}
            - {"token_endpoint_auth_method"},
            values,
        ),
    },
)


def taken(metadata):
    """What is taken can be kept, and leads only where it may."""
    assert decode_metadata(encode_metadata(metadata)) == metadata
    for uri in (*metadata.redirect_uris, *metadata.post_logout_redirect_uris):
        assert not uri.lower().startswith(("javascript:", "data:", "vbscript:", "file:"))
        check_redirect_uri(uri, CONFIG.oauth.private_use_schemes)


def outcome(judge, *arguments):
    """What came of it: a value, or one of the refusals there may be."""
    try:
        return judge(*arguments)
    except (OAuthError, BadDocument, FetchRefused, InvalidRedirectUri) as refusal:
        return refusal


def register(body):
    return check_metadata(read_described(body), offer_to_anybody(CONFIG))


@given(plausible)
def test_registrations(members):
    judged = outcome(register, json.dumps(members).encode())
    if isinstance(judged, OAuthError):
        assert judged.error in {"invalid_redirect_uri", "invalid_client_metadata"}
        assert judged.status == 400
    else:
        taken(judged)


@given(plausible)
def test_documents(members):
    body = json.dumps(members).encode()
    judged = outcome(read_document, URL, body, offer_to_documents(CONFIG))
    if isinstance(judged, BadDocument):
        assert str(judged)
    else:
        taken(judged)
        assert not judged.has_secret


@given(st.binary(max_size=200))
def test_bytes(body):
    judged = outcome(register, body)
    assert isinstance(judged, OAuthError)
    assert judged.status == 400


@given(uris | st.text())
@example("http://localhost:" + "9" * 5000)
def test_redirect_uris(uri):
    if isinstance(outcome(check_redirect_uri, uri), InvalidRedirectUri):
        return
    assert redirect_matches(uri, uri)
    for other in (uri + "x", uri + "#", uri.replace("https://", "https://x@")):
        assert other == uri or not redirect_matches(uri, other)


@given(uris | st.text())
def test_urls_to_fetch(url):
    host = outcome(check_url, url)
    if isinstance(host, FetchRefused):
        assert host.reason == "url"
        return
    assert url.lower().startswith(f"https://{host}")
    assert not host[-1].isdigit()


@given(
    st.dictionaries(
        st.sampled_from(["cache-control", "expires", "age"]),
        st.text(max_size=60) | st.from_regex(r"\A(max-age=\d*,? ?|no-store|public)*\Z"),
    )
)
def test_freshness(headers):
    assert SHORTEST <= lifetime(headers, 1_800_000_000.0) <= LONGEST
