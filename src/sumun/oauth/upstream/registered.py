"""Who we are at an authorization server that the operator registered us with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sumun.config import CredentialConfig
from sumun.keys import KeyMaterialError, SigningKey, SigningKeyring
from sumun.keys.files import read_private, secret_setting
from sumun.oauth.upstream.authentication import (
    ClientAuthentication,
    PrivateKeyJwt,
    Public,
    Secret,
    Sign,
)


def registered(
    at: str, credential: CredentialConfig, keyring: SigningKeyring, clock: Callable[[], float]
) -> ClientAuthentication:
    """Return how the settings of a credential prove it.

    Parameters
    ----------
    at:
        What the settings are called, for errors.
    keyring:
        Signs where the client's key is ours.
    clock:
        Unix seconds.

    Raises
    ------
    KeyMaterialError
        If a secret or a key cannot be read.

    """
    client_id = credential.client_id
    if credential.has_key:
        setting = f"{at}.private_key_file"
        file = credential.private_key_file
        return PrivateKeyJwt(client_id, _of_file(setting, file) if file else keyring.sign, clock)
    if credential.has_secret:
        secret = secret_setting(
            f"{at}.client_secret", credential.client_secret, credential.client_secret_file
        )
        return Secret(client_id, secret, credential.client_authentication)
    return Public(client_id)


def _of_file(setting: str, file: str) -> Sign:
    data = read_private(Path(file), strict=True)
    if data is None:
        raise KeyMaterialError(f"{setting}: there is no file {file}")
    try:
        key = _signing_key(load_pem_private_key(data, None))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyMaterialError(
            f"{setting}: {file} is no unencrypted private key in PEM, on P-256, of RSA or Ed25519"
        ) from None

    async def sign(claims: dict[str, Any], typ: str) -> str:
        return key.sign(claims, typ)

    return sign


def _signing_key(private: object) -> SigningKey:
    match private:
        case ec.EllipticCurvePrivateKey(curve=ec.SECP256R1()):
            return SigningKey("ES256", private)
        case rsa.RSAPrivateKey():
            return SigningKey("RS256", private)
        case ed25519.Ed25519PrivateKey():
            return SigningKey("EdDSA", private)
    raise ValueError("a key of another kind")
