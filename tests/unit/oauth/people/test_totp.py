"""RFC 6238, against its own test vectors."""

import base64

import pytest

from sumun.oauth.second_factor.totp import (
    STEP,
    base32,
    matching_step,
    new_secret,
    otpauth_uri,
)

SECRET = b"12345678901234567890"
# RFC 6238 appendix B, SHA-1; the last six of the eight digits are the code of six.
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("now", "code"), VECTORS)
def test_the_codes_are_those_of_the_rfc(now, code):
    assert matching_step(SECRET, code[2:], now) == now // STEP


@pytest.mark.parametrize(("drift", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(drift, good):
    now, code = VECTORS[1]
    step = matching_step(SECRET, code[2:], now + drift * STEP)
    assert step == (now // STEP if good else None)


@pytest.mark.parametrize(
    "code", ["", "08180", "0818040", "o81804", "٠٨١٨٠٤", "081804\0", "08180\ud800", "081804" * 9999]
)
def test_what_is_no_code_matches_nothing(code):
    assert matching_step(SECRET, code, 1111111109) is None


def test_spaces_as_apps_show_them_do_not_count():
    assert matching_step(SECRET, " 081 804 ", 1111111109) is not None


def test_secrets_have_160_bits_and_are_written_as_apps_read_them():
    secret = new_secret()
    assert len(secret) == 20
    assert secret != new_secret()
    assert base64.b32decode(base32(secret)) == secret


def test_the_uri_keeps_issuer_and_account_apart():
    uri = otpauth_uri(SECRET, issuer="gate.example:8443", account="mina:a/b?c&d 민")
    assert uri == (
        "otpauth://totp/gate.example%3A8443%3Amina%3Aa%2Fb%3Fc%26d%20%EB%AF%BC"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=gate.example%3A8443"
    )
