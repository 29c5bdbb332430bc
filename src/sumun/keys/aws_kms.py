"""Signing keys in AWS KMS."""

import hashlib
from typing import Any, Final

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sumun.config import AwsKmsConfig
from sumun.keys.algorithms import Alg, PublicKey, raw_ecdsa
from sumun.keys.errors import KeyMaterialError, SignerUnavailable

_RAW_LIMIT: Final = 4096
_KEY_SPECS: Final = {
    "ES256": "ECC_NIST_P256",
    "RS256": "RSA_2048",
    "EdDSA": "ECC_NIST_EDWARDS25519",
}
_ALGORITHMS: Final = {
    "ES256": "ECDSA_SHA_256",
    "RS256": "RSASSA_PKCS1_V1_5_SHA_256",
    "EdDSA": "ED25519_SHA_512",
}


class AwsKmsKeys:
    """Makes asymmetric keys in KMS and has it sign.

    The caller needs ``kms:CreateKey``, ``kms:TagResource``, ``kms:GetPublicKey`` and
    ``kms:Sign``; the last three for keys with the tag ``sumun``.

    Parameters
    ----------
    config:
        The region and the endpoint, where they are not the usual ones.

    Raises
    ------
    KeyMaterialError
        If there is no region.

    """

    name = "aws-kms"

    def __init__(self, config: AwsKmsConfig) -> None:
        try:
            self._client: Any = boto3.session.Session().client(
                "kms",
                region_name=config.region or None,
                endpoint_url=config.endpoint or None,
                config=ClientConfig(
                    connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2}
                ),
            )
        except (BotoCoreError, ValueError) as error:
            raise KeyMaterialError(f"keys.aws_kms: {error}") from None

    def create(self, alg: Alg) -> tuple[str, PublicKey]:
        """Make a key.

        Raises
        ------
        SignerUnavailable
            If KMS does not answer, or may not make one for us.

        """
        made = self._call(
            "create_key",
            KeyUsage="SIGN_VERIFY",
            KeySpec=_KEY_SPECS[alg],
            Description=f"Signs access tokens of Sumun ({alg})",
            Tags=[{"TagKey": "sumun", "TagValue": alg}],
        )
        try:
            key_id: str = made["KeyMetadata"]["Arn"]
            public = self._call("get_public_key", KeyId=key_id)["PublicKey"]
            return key_id, load_der_public_key(public)  # type: ignore[return-value]  # as asked for
        except (KeyError, ValueError):
            raise SignerUnavailable("KMS describes the new key in a way unknown") from None

    def sign(self, alg: Alg, reference: str, message: bytes) -> bytes:
        """Return the signature KMS makes of ``message``.

        Raises
        ------
        SignerUnavailable
            If KMS does not answer or does not sign with this key, or the message is too long.

        """
        if alg == "EdDSA":
            if len(message) > _RAW_LIMIT:
                raise SignerUnavailable(f"KMS signs at most {_RAW_LIMIT} bytes with Ed25519")
            asked = {"Message": message, "MessageType": "RAW"}
        else:
            asked = {"Message": hashlib.sha256(message).digest(), "MessageType": "DIGEST"}
        answer = self._call("sign", KeyId=reference, SigningAlgorithm=_ALGORITHMS[alg], **asked)
        try:
            signature: bytes = answer["Signature"]
            return raw_ecdsa(signature) if alg == "ES256" else signature
        except (KeyError, ValueError, IndexError):
            raise SignerUnavailable("the signature of KMS cannot be read") from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**parameters)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "an error")
            raise SignerUnavailable(f"KMS answered {code} to {operation}") from None
        except BotoCoreError as error:
            raise SignerUnavailable(f"KMS cannot be asked: {type(error).__name__}") from None
        return answer
