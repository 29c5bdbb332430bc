import json

import jwt
import pytest

from sumun.keys import KeyMaterialError, SealedFiles, SigningKeyring

ALGORITHMS = ["ES256", "RS256", "EdDSA"]
PUBLIC_MEMBERS = {
    "EC": {"kty", "crv", "x", "y", "kid", "use", "alg"},
    "RSA": {"kty", "n", "e", "kid", "use", "alg"},
    "OKP": {"kty", "crv", "x", "kid", "use", "alg"},
}


def open_keyring(files, clock, alg="ES256"):
    return SigningKeyring.open(files, alg, clock)


def kids(keyring):
    return [key["kid"] for key in keyring.public_jwks()["keys"]]


def signed_by(token):
    return jwt.get_unverified_header(token)["kid"]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_an_independent_library_verifies_what_we_sign(files: SealedFiles, clock, alg):
    keyring = open_keyring(files, clock, alg)
    token = keyring.active().sign({"sub": "someone"}, "at+jwt")
    key = jwt.PyJWKSet.from_dict(keyring.public_jwks())[signed_by(token)]
    assert jwt.decode(token, key, algorithms=[alg]) == {"sub": "someone"}
    assert jwt.get_unverified_header(token) == {
        "alg": alg,
        "typ": "at+jwt",
        "kid": keyring.active().kid,
    }


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_verification_key_verifies_only_what_was_signed(files: SealedFiles, clock, alg):
    keyring = open_keyring(files, clock, alg)
    head, body, signature = keyring.active().sign({}, "at+jwt").split(".")
    raw = jwt.utils.base64url_decode(signature)
    verification = keyring.find(keyring.active().kid)
    assert verification is not None
    message = f"{head}.{body}".encode()
    assert verification.verify(message, raw)
    assert not verification.verify(message + b"x", raw)
    for forged in (b"", b"\0" * len(raw), raw[:-1], raw + b"\0", b"\xff" * len(raw)):
        assert not verification.verify(message, forged)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_kid_is_the_rfc7638_thumbprint(files: SealedFiles, clock, alg):
    from joserfc.jwk import import_key

    for jwk in open_keyring(files, clock, alg).public_jwks()["keys"]:
        assert import_key(jwk).thumbprint() == jwk["kid"]


def test_jwks_publishes_public_members_only(files: SealedFiles, clock):
    for alg in ALGORITHMS:
        keyring = open_keyring(files, clock, alg)
        keyring.rotate(keep=60)
    published = keyring.public_jwks()["keys"]
    assert len(published) == 6
    for jwk in published:
        assert set(jwk) == PUBLIC_MEMBERS[jwk["kty"]]
        assert jwk["use"] == "sig"


def test_changing_the_jwks_answer_does_not_change_the_keyring(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    keyring.public_jwks()["keys"][0]["d"] = "leak"
    assert "leak" not in json.dumps(keyring.public_jwks())


def test_keys_survive_a_restart(files: SealedFiles, clock):
    assert open_keyring(files, clock).active().kid == open_keyring(files, clock).active().kid


def test_rotation_keeps_old_tokens_valid_until_they_have_expired(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    old = keyring.active().kid
    new = keyring.rotate(keep=900)
    assert keyring.active().kid == new
    assert keyring.find(old) is not None
    assert set(kids(keyring)) == {old, new}
    clock.advance(899)
    assert keyring.find(old) is not None
    clock.advance(1)
    assert keyring.find(old) is None
    assert kids(keyring) == [new]


def test_a_key_is_published_before_it_signs(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    old = keyring.active().kid
    new = keyring.rotate(publish_ahead=300, keep=900)
    assert new in kids(keyring)
    assert keyring.active().kid == old
    clock.advance(299)
    assert keyring.active().kid == old
    clock.advance(1)
    assert keyring.active().kid == new
    assert keyring.find(old) is not None
    clock.advance(900)
    assert keyring.find(old) is None


def test_a_key_still_waiting_is_superseded_by_the_next(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    first = keyring.active().kid
    waiting = keyring.rotate(publish_ahead=300, keep=900)
    last = keyring.rotate(publish_ahead=600, keep=900)
    assert kids(keyring) == [first, last]
    clock.advance(400)
    assert keyring.active().kid == first
    clock.advance(200)
    assert keyring.active().kid == last
    assert keyring.find(waiting) is None
    clock.advance(899)
    assert keyring.find(first) is not None


def test_rotations_within_one_second_sign_with_the_last(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    rotated = [keyring.rotate(keep=60) for _ in range(3)]
    assert keyring.active().kid == rotated[-1]
    assert open_keyring(files, clock).active().kid == rotated[-1]


def test_retired_keys_leave_the_file_at_the_next_rotation(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    for _ in range(5):
        keyring.rotate(keep=60)
        clock.advance(61)
    keyring.rotate(keep=60)
    assert len(keyring.describe()) == 2


def test_another_process_sees_a_rotation(files: SealedFiles, clock):
    one, two = open_keyring(files, clock), open_keyring(files, clock)
    old = two.active().kid
    new = one.rotate(keep=900)
    assert new in kids(two)
    assert two.find(new) is not None
    clock.advance(1)
    assert two.active().kid == new
    assert two.find(old) is not None


def test_another_process_never_signs_with_a_key_the_jwks_lacks(files: SealedFiles, clock):
    one, two = open_keyring(files, clock), open_keyring(files, clock)
    two.active()
    one.rotate(keep=900)
    assert two.active().kid in kids(one)
    assert one.active().kid in kids(two)


def test_unknown_kid_is_not_found(files: SealedFiles, clock):
    assert open_keyring(files, clock).find("../../etc/passwd") is None


def test_withdrawn_key_is_refused_at_once_everywhere(files: SealedFiles, clock):
    one, two = open_keyring(files, clock), open_keyring(files, clock)
    leaked = one.active().kid
    two.rotate(keep=900)
    one.withdraw(leaked)
    assert one.find(leaked) is None
    clock.advance(1)
    assert two.find(leaked) is None
    assert leaked not in kids(two)
    with pytest.raises(KeyMaterialError, match="not in the keyring"):
        one.withdraw(leaked)


def test_withdrawing_the_last_key_makes_a_new_one(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    leaked = keyring.active().kid
    keyring.withdraw(leaked)
    assert keyring.active().kid != leaked
    assert kids(keyring) == [keyring.active().kid]


def test_algorithms_live_side_by_side(files: SealedFiles, clock):
    elliptic = open_keyring(files, clock, "ES256")
    token = elliptic.active().sign({}, "at+jwt")
    edwards = open_keyring(files, clock, "EdDSA")
    assert edwards.active().alg == "EdDSA"
    assert edwards.find(signed_by(token)).alg == "ES256"
    edwards.rotate(keep=1)
    clock.advance(2)
    assert edwards.find(signed_by(token)) is not None


def test_clock_set_back_still_signs_with_a_published_key(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    clock.advance(-3600)
    assert keyring.active().kid in kids(keyring)


def test_a_damaged_file_keeps_the_keys_in_memory(files: SealedFiles, clock, caplog):
    keyring = open_keyring(files, clock)
    kid = keyring.active().kid
    (files.directory / "signing-keys.sealed").write_bytes(b"damaged")
    clock.advance(5)
    assert keyring.active().kid == kid
    keyring.public_jwks()
    assert len(caplog.records) == 1
    assert "stay in use" in caplog.text
    with pytest.raises(KeyMaterialError):
        open_keyring(files, clock)


def test_description_names_states_and_shows_no_private_part(files: SealedFiles, clock):
    keyring = open_keyring(files, clock)
    keyring.rotate(keep=900)
    keyring.rotate(publish_ahead=60, keep=900)
    described = keyring.describe()
    assert [key["state"] for key in described] == ["verifying", "signing", "published ahead"]
    assert all("private" not in key for key in described)


def test_the_private_key_does_not_show(files: SealedFiles, clock):
    key = open_keyring(files, clock).active()
    assert repr(key) == f"SigningKey(ES256, kid={key.kid})"
