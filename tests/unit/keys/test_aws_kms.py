"""AWS KMS, by a server that speaks its protocol with real keys."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sumun.config import AwsKmsConfig
from sumun.keys import KeyMaterialError, SignerUnavailable, SigningKeyring
from sumun.keys.aws_kms import AwsKmsKeys
from sumun.keys.jws import verify_jws

CLAIMS = {"sub": "someone"}


class FakeKms:
    """AWS KMS, in its JSON 1.1 protocol."""

    def __init__(self):
        self.keys = {}
        self.denied = False
        self.asked = []

    def __call__(self, method, path, headers, body):
        operation = headers["X-Amz-Target"].removeprefix("TrentService.")
        asked = json.loads(body)
        self.asked.append((operation, asked))
        signed = headers.get("Authorization", "")
        if not signed.startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/") or "/kms/" not in signed:
            return 403, {"__type": "MissingAuthenticationTokenException", "message": "no"}
        if self.denied:
            return 400, {"__type": "AccessDeniedException", "message": "not authorised"}
        if operation == "CreateKey":
            return 200, {"KeyMetadata": self._create(asked)}
        if asked["KeyId"] not in self.keys:
            return 400, {"__type": "NotFoundException", "message": "no such key"}
        if operation == "GetPublicKey":
            _, key = self.keys[asked["KeyId"]]
            public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return 200, {"KeyId": asked["KeyId"], "PublicKey": base64.b64encode(public).decode()}
        signature = base64.b64encode(self._sign(asked)).decode()
        return 200, {"KeyId": asked["KeyId"], "Signature": signature}

    def _create(self, asked):
        assert asked["KeyUsage"] == "SIGN_VERIFY"
        spec = asked["KeySpec"]
        key_id = f"0000-{len(self.keys)}"
        arn = f"arn:aws:kms:eu-test-1:111122223333:key/{key_id}"
        if spec == "ECC_NIST_P256":
            key = ec.generate_private_key(ec.SECP256R1())
        elif spec == "RSA_2048":
            key = rsa.generate_private_key(65537, 2048)
        else:
            key = ed25519.Ed25519PrivateKey.generate()
        self.keys[arn] = (spec, key)
        return {"KeyId": key_id, "Arn": arn, "KeySpec": spec, "KeyUsage": "SIGN_VERIFY"}

    def _sign(self, asked):
        spec, key = self.keys[asked["KeyId"]]
        message = base64.b64decode(asked["Message"])
        if spec == "ECC_NIST_P256":
            assert (asked["SigningAlgorithm"], asked["MessageType"]) == ("ECDSA_SHA_256", "DIGEST")
            return key.sign(message, ec.ECDSA(Prehashed(hashes.SHA256())))
        if spec == "RSA_2048":
            assert asked["SigningAlgorithm"] == "RSASSA_PKCS1_V1_5_SHA_256"
            return key.sign(message, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        assert (asked["SigningAlgorithm"], asked["MessageType"]) == ("ED25519_SHA_512", "RAW")
        return key.sign(message)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kms():
    return FakeKms()


@pytest.fixture
def service(serve, kms):
    opened = AwsKmsKeys(AwsKmsConfig(region="eu-test-1", endpoint=serve(kms)))
    yield opened
    opened.close()


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
async def test_tokens_it_signs_are_verified(files, clock, service, alg):
    keyring = SigningKeyring.open(files, alg, clock, service=service)
    token = await keyring.sign(CLAIMS, "at+jwt")
    assert verify_jws(token, keyring, "at+jwt")[1] == CLAIMS
    keyring.close()


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_long_messages_go_as_their_digest(service, kms, alg):
    key_id, _ = service.create(alg)
    assert len(service.sign(alg, key_id, b"x" * 100_000)) in {64, 256}
    assert len(kms.asked[-1][1]["Message"]) < 64


def test_what_kms_cannot_sign_is_not_asked(service, kms):
    key_id, _ = service.create("EdDSA")
    with pytest.raises(SignerUnavailable, match="4096"):
        service.sign("EdDSA", key_id, b"x" * 4097)
    assert kms.asked[-1][0] != "Sign"


def test_what_is_denied_is_said(service, kms):
    kms.denied = True
    with pytest.raises(SignerUnavailable, match="AccessDeniedException to create_key"):
        service.create("ES256")


def test_a_key_that_is_gone(service):
    with pytest.raises(SignerUnavailable, match="NotFoundException"):
        service.sign("ES256", "arn:aws:kms:eu-test-1:111122223333:key/gone", b"message")


def test_nobody_there():
    service = AwsKmsKeys(AwsKmsConfig(region="eu-test-1", endpoint="http://127.0.0.1:1"))
    with pytest.raises(SignerUnavailable, match="EndpointConnectionError"):
        service.create("ES256")
    service.close()


@pytest.mark.parametrize("signature", [None, "", "AAAA"])
def test_a_signature_that_is_none(serve, signature):
    service = AwsKmsKeys(
        AwsKmsConfig(region="r", endpoint=serve(lambda *_: (200, {"Signature": signature})))
    )
    with pytest.raises(SignerUnavailable):
        service.sign("ES256", "key", b"message")
    service.close()


def test_a_region_is_needed():
    with pytest.raises(KeyMaterialError, match="region"):
        AwsKmsKeys(AwsKmsConfig())
