"""Vault's transit engine, by a server that answers in its shapes with real keys."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sumun.config import VaultConfig
from sumun.keys import KeyMaterialError, SignerUnavailable, SigningKeyring
from sumun.keys.jws import verify_jws
from sumun.keys.vault import VaultKeys

CLAIMS = {"sub": "someone"}


class FakeVault:
    """The transit engine, as Vault 1.17 and OpenBao 2 answer."""

    def __init__(self, token="a-token", namespace=None):
        self.token = token
        self.namespace = namespace
        self.keys = {}
        self.sealed = False
        self.asked = []

    def __call__(self, method, path, headers, body):
        self.asked.append((method, path, body))
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if headers.get("X-Vault-Token") != self.token:
            return 403, {"errors": ["permission denied"]}
        if headers.get("X-Vault-Namespace") != self.namespace:
            return 404, {"errors": ["no handler for route"]}
        verb, _, name = path.removeprefix("/v1/transit/").partition("/")
        asked = json.loads(body) if body else {}
        if verb == "keys" and method == "POST":
            self.keys[name] = (asked["type"], self._generate(asked["type"]))
            return 200, {"data": self._describe(name)}
        if name not in self.keys:
            return (404, {"errors": []}) if verb == "keys" else (400, {"errors": ["not found"]})
        if verb == "keys":
            return 200, {"request_id": "0", "lease_id": "", "data": self._describe(name)}
        return 200, {"data": {"key_version": 1, "signature": self._sign(name, asked)}}

    @staticmethod
    def _generate(kind):
        if kind == "ecdsa-p256":
            return ec.generate_private_key(ec.SECP256R1())
        if kind == "rsa-2048":
            return rsa.generate_private_key(65537, 2048)
        return ed25519.Ed25519PrivateKey.generate()

    def _describe(self, name):
        kind, key = self.keys[name]
        if kind == "ed25519":
            public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        else:
            public = key.public_key()
            public = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        version = {"creation_time": "2026-01-01T00:00:00Z", "name": kind, "public_key": public}
        return {
            "name": name,
            "type": kind,
            "exportable": False,
            "latest_version": 1,
            "supports_signing": True,
            "keys": {"1": version},
        }

    def _sign(self, name, asked):
        kind, key = self.keys[name]
        message = base64.b64decode(asked["input"])
        if kind == "ecdsa-p256":
            assert asked["marshaling_algorithm"] == "jws"
            r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
            raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
            encoded = base64.urlsafe_b64encode(raw).rstrip(b"=")
        elif kind == "rsa-2048":
            assert asked["signature_algorithm"] == "pkcs1v15"
            encoded = base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256()))
        else:
            encoded = base64.b64encode(key.sign(message))
        return f"vault:v{asked['key_version']}:{encoded.decode()}"


@pytest.fixture
def vault():
    return FakeVault()


@pytest.fixture
def connect(serve, vault):
    opened = []

    def connect(**settings):
        settings = {"address": serve(vault), "token": "a-token", **settings}
        opened.append(VaultKeys(VaultConfig(**settings)))
        return opened[-1]

    yield connect
    for service in opened:
        service.close()


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
async def test_tokens_it_signs_are_verified(files, clock, connect, alg):
    keyring = SigningKeyring.open(files, alg, clock, service=connect())
    token = await keyring.sign(CLAIMS, "at+jwt")
    assert verify_jws(token, keyring, "at+jwt")[1] == CLAIMS
    keyring.close()


def test_a_key_is_made_unexportable_under_a_name_of_its_own(connect, vault):
    service = connect(key="gate")
    names = [service.create("ES256")[0] for _ in range(2)]
    assert len(set(names)) == 2
    assert all(name.startswith("gate-es256-") for name in names)
    made = json.loads(vault.asked[0][2])
    assert made == {"type": "ecdsa-p256", "exportable": False}


def test_the_version_that_was_published_signs(connect, vault):
    service = connect()
    name, _ = service.create("ES256")
    service.sign("ES256", name, b"message")
    assert json.loads(vault.asked[-1][2])["key_version"] == 1


def test_the_token_file_is_read_for_each_call(connect, vault, tmp_path):
    path = tmp_path / "token"
    path.write_text("a-token\n")
    service = connect(token="", token_file=str(path))
    service.create("ES256")
    vault.token = "renewed"
    with pytest.raises(SignerUnavailable, match="403"):
        service.create("ES256")
    path.write_text("renewed")
    service.create("ES256")
    path.unlink()
    with pytest.raises(SignerUnavailable, match="No such file"):
        service.create("ES256")


def test_the_namespace_is_named(connect, vault):
    vault.namespace = "team"
    connect(namespace="team").create("EdDSA")


def test_a_sealed_vault_is_unavailable(connect, vault):
    vault.sealed = True
    with pytest.raises(SignerUnavailable, match="503"):
        connect().create("ES256")


def test_no_vault_is_unavailable(connect):
    with pytest.raises(SignerUnavailable, match="ConnectError"):
        connect(address="http://127.0.0.1:1").create("ES256")


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        [],
        {"data": None},
        {"data": {"keys": {}}},
        {"data": {"keys": {"1": {"public_key": "?"}}}},
        {"data": {"signature": 7}},
        {"data": {"x": "x" * 100_000}},
    ],
)
def test_answers_that_cannot_be_are_no_keys_and_no_signatures(serve, document):
    address = serve(lambda *_: (200, document))
    service = VaultKeys(VaultConfig(address=address, token="a-token"))
    with pytest.raises(SignerUnavailable):
        service.create("ES256")
    with pytest.raises(SignerUnavailable):
        service.sign("RS256", "name", b"message")
    service.close()


@pytest.mark.parametrize("address", ["", "http://vault.example", "ftp://127.0.0.1", "vault:8200"])
def test_the_token_goes_nowhere_unprotected(address):
    with pytest.raises(KeyMaterialError, match="address"):
        VaultKeys(VaultConfig(address=address, token="a-token"))


def test_no_error_holds_the_token(connect, vault):
    vault.token = "another"
    with pytest.raises(SignerUnavailable) as caught:
        connect().create("ES256")
    assert "a-token" not in repr(caught.value)
