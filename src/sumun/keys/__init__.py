"""Key material: the root secret, sealed key files, the signing keyring and the data keys."""

from sumun.keys.data import DataKeys
from sumun.keys.errors import KeyMaterialError, SignerUnavailable
from sumun.keys.keyring import SigningKeyring
from sumun.keys.ring import Schedule
from sumun.keys.root import RootSecret, open_root_secret
from sumun.keys.rows import SealedRows
from sumun.keys.sealed import SealedFiles
from sumun.keys.services import open_key_service
from sumun.keys.signing import SigningKey, VerificationKey
from sumun.keys.store import SealedStore

__all__ = [
    "DataKeys",
    "KeyMaterialError",
    "RootSecret",
    "Schedule",
    "SealedFiles",
    "SealedRows",
    "SealedStore",
    "SignerUnavailable",
    "SigningKey",
    "SigningKeyring",
    "VerificationKey",
    "open_key_service",
    "open_root_secret",
]
