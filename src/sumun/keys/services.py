"""Which key service the configuration names."""

from importlib import import_module

from sumun.config import KeysConfig
from sumun.keys.errors import KeyMaterialError
from sumun.keys.key_service import KeyService

_SERVICES = {
    "pkcs11": ("sumun.keys.pkcs11", "Pkcs11Keys"),
    "vault": ("sumun.keys.vault", "VaultKeys"),
    "aws-kms": ("sumun.keys.aws_kms", "AwsKmsKeys"),
}


def open_key_service(config: KeysConfig) -> KeyService | None:
    """Return what is to hold private signing keys; ``None`` if we do ourselves.

    Raises
    ------
    KeyMaterialError
        If its library is not installed, or its settings cannot be used.

    """
    if config.signer == "local":
        return None
    module, name = _SERVICES[config.signer]
    try:
        make = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise KeyMaterialError(
            f'keys.signer: {error.name} is missing; run: pip install "sumun[{config.signer}]"'
        ) from None
    service: KeyService = make(getattr(config, config.signer.replace("-", "_")))
    return service
