import msgspec
import pytest

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.authorization.consents import Consent, fingerprint
from sumun.oauth.authorization.decision import Step, is_identity_assured, next_step
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import Session, acr_of

NOW = 1_800_000_000
WEB, NATIVE = "https://app.example/cb", "http://127.0.0.1:1/cb"
PUBLIC = Client(client_id="app", metadata=ClientMetadata(token_endpoint_auth_methods=("none",)))
CONFIDENTIAL = Client(client_id="app")


def request(**fields):
    return AuthorizationRequest(
        **{
            "client_id": "app",
            "redirect_uri": WEB,
            "scope": "a b",
            "resource": "r",
            "code_challenge": "c",
            **fields,
        }
    )


def session(**fields):
    return Session(
        **{
            "session_id": "s",
            "user_id": "u",
            "auth_time": NOW - 100,
            "amr": ("pwd",),
            "acr": "1fa",
            "user_agent": "",
            "created_at": NOW - 100,
            "seen_at": NOW,
            "expires_at": NOW + 100,
            **fields,
        }
    )


def consent(scope="a b c", of=PUBLIC):
    return Consent(
        user_id="u",
        client_id="app",
        resource="r",
        scope=scope,
        fingerprint=fingerprint(of.metadata),
        granted_at=NOW,
    )


STEPS = {
    "nobody signed in": ({}, None, consent(), PUBLIC, Step.SIGN_IN),
    "half signed in": ({}, session(auth_time=None), consent(), PUBLIC, Step.SIGN_IN),
    "never asked": ({}, session(), None, PUBLIC, Step.CONSENT),
    "asked before": ({}, session(), consent(), PUBLIC, Step.GRANT),
    "asked for less": ({}, session(), consent("a"), PUBLIC, Step.CONSENT),
    "another client then": ({}, session(), consent(of=CONFIDENTIAL), PUBLIC, Step.CONSENT),
    "prompt=consent": ({"prompt": ("consent",)}, session(), consent(), PUBLIC, Step.CONSENT),
    "prompt=login": ({"prompt": ("login",)}, session(), consent(), PUBLIC, Step.SIGN_IN),
    "select": ({"prompt": ("select_account",)}, session(), consent(), PUBLIC, Step.SIGN_IN),
    "young enough": ({"max_age": 100}, session(), consent(), PUBLIC, Step.GRANT),
    "too old": ({"max_age": 99}, session(), consent(), PUBLIC, Step.SIGN_IN),
    "max_age=0": ({"max_age": 0}, session(auth_time=NOW - 1), consent(), PUBLIC, Step.SIGN_IN),
    "strong enough": ({"acr_values": ("mfa", "1fa")}, session(), consent(), PUBLIC, Step.GRANT),
    "too weak": ({"acr_values": ("phr", "mfa")}, session(), consent(), PUBLIC, Step.SIGN_IN),
    "unknown class": ({"acr_values": ("gold",)}, session(), consent(), PUBLIC, Step.GRANT),
    "native": ({"redirect_uri": NATIVE}, session(), consent(), PUBLIC, Step.CONSENT),
}


@pytest.mark.parametrize("case", STEPS)
def test_what_comes_next(case):
    fields, who, agreed, client, expected = STEPS[case]
    step = next_step(request(**fields), client, who, agreed, signed_in_for=None, now=NOW)
    assert step is expected


@pytest.mark.parametrize(
    "fields", [{"prompt": ("login",)}, {"max_age": 0}, {"acr_values": ("phr",)}]
)
def test_signing_in_for_this_request_is_enough_and_for_another_is_not(fields):
    asked = request(**fields)
    for signed_in_for, expected in (("s", Step.GRANT), ("other", Step.SIGN_IN)):
        step = next_step(asked, PUBLIC, session(), consent(), signed_in_for=signed_in_for, now=NOW)
        assert step is expected


def test_half_signed_in_for_this_request_is_not_enough():
    half = session(auth_time=None)
    step = next_step(request(), PUBLIC, half, consent(), signed_in_for="s", now=NOW)
    assert step is Step.SIGN_IN


@pytest.mark.parametrize(
    ("client", "redirect_uri", "assured"),
    [
        (PUBLIC, WEB, True),
        (PUBLIC, NATIVE, False),
        (PUBLIC, "com.example.app:/cb", False),
        (CONFIDENTIAL, NATIVE, True),
    ],
)
def test_whose_answer_can_only_reach_whom_it_is_meant_for(client, redirect_uri, assured):
    assert is_identity_assured(client, redirect_uri) is assured


@pytest.mark.parametrize(
    ("amr", "acr"),
    [
        (("pwd",), "1fa"),
        (("pwd", "otp"), "mfa"),
        (("pwd", "pwd"), "1fa"),
        (("hwk",), "phr"),
        (("swk", "user"), "phr"),
        ((), "1fa"),
    ],
)
def test_what_methods_amount_to(amr, acr):
    assert acr_of(amr) == acr


AGREED_TO = {
    "client_name": "Another",
    "client_uri": "https://another.example",
    "logo_uri": "https://another.example/logo.png",
    "tos_uri": "https://another.example/terms",
    "policy_uri": "https://another.example/privacy",
    "application_type": "native",
    "redirect_uris": (WEB, "https://another.example/cb"),
    "token_endpoint_auth_methods": ("none",),
}
NOT_ASKED_ABOUT = {
    "token_endpoint_auth_methods": ("private_key_jwt",),
    "jwks": {"keys": [{"kty": "EC"}]},
    "dpop_bound_access_tokens": True,
}


@pytest.mark.parametrize("field", ClientMetadata.__struct_fields__)
def test_people_are_asked_again_when_what_they_agreed_to_is_another(field):
    before = ClientMetadata(redirect_uris=(WEB,))
    value = getattr(before, field)
    other = {str: "changed", bool: not value, tuple: ("changed",), type(None): ("changed",)}
    changed = AGREED_TO.get(field, NOT_ASKED_ABOUT.get(field, other[type(value)]))
    after = msgspec.structs.replace(before, **{field: changed})
    assert after != before
    assert (fingerprint(after) != fingerprint(before)) == (field in AGREED_TO)


@pytest.mark.parametrize("field", NOT_ASKED_ABOUT)
def test_nobody_is_asked_again_about_how_a_client_proves_itself(field):
    before = ClientMetadata(redirect_uris=(WEB,))
    after = msgspec.structs.replace(before, **{field: NOT_ASKED_ABOUT[field]})
    assert after != before
    assert fingerprint(after) == fingerprint(before)


def test_the_order_of_redirect_uris_is_nothing_to_ask_about():
    uris = ("https://a.example/cb", "https://b.example/cb")
    one, other = (ClientMetadata(redirect_uris=each) for each in (uris, uris[::-1]))
    assert fingerprint(one) == fingerprint(other)
