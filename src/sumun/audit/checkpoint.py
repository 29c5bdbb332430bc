"""Signed tree heads in the form of C2SP ``tlog-checkpoint`` and ``signed-note``.

A checkpoint says "the log named so had so many entries and this root", signed with Ed25519::

    sumun/audit/main
    1042
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — sumun/audit/main Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

Any tool that reads these formats can check it, given the verifier key.
"""  # noqa: E501 - a signature does not break

import base64
import binascii
import hashlib
import re
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_ED25519 = b"\x01"
_DASH = "\u2014 "
_TEXT_LIMIT = 4096
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_NAME = re.compile(r"[^\s+]+")


class CheckpointError(Exception):
    """A checkpoint is malformed, or no known key signed it."""


class Checkpoint(NamedTuple):
    """What a checkpoint states."""

    origin: str
    size: int
    root: bytes


class CheckpointVerifier:
    """One log's public key.

    Parameters
    ----------
    name:
        The key's name, which is also the log's origin.
    public_key:
        32 bytes (RFC 8032).

    """

    def __init__(self, name: str, public_key: bytes) -> None:
        self.name = name
        self._bytes = public_key
        self._key = Ed25519PublicKey.from_public_bytes(public_key)
        self.key_id = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]

    @classmethod
    def parse(cls, verifier_key: str) -> "CheckpointVerifier":
        """Read a key from its text form, ``name+id+key``.

        Raises
        ------
        CheckpointError
            If it is not an Ed25519 verifier key.

        """
        try:
            name, key_id, encoded = verifier_key.strip().split("+", 2)
            data = base64.b64decode(encoded, validate=True)
            verifier = cls(name, data[1:])
        except (ValueError, binascii.Error):
            raise CheckpointError("this is not a verifier key (name+id+key)") from None
        if data[:1] != _ED25519 or key_id != verifier.key_id.hex():
            raise CheckpointError("the verifier key does not match its own id")
        return verifier

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(_ED25519 + self._bytes)}"

    def open(self, note: str) -> Checkpoint:
        """Check the signature and return what was signed.

        Signatures of other keys (witnesses) are passed over, as signed-note asks.

        Raises
        ------
        CheckpointError
            If the note is malformed, of another log, or not signed by this key.

        """
        text, separator, signatures = note.rpartition("\n\n")
        if not separator or len(note) > _TEXT_LIMIT or not signatures.endswith("\n"):
            raise CheckpointError("this is not a signed note")
        checkpoint = _parse(text)
        if checkpoint.origin != self.name:
            raise CheckpointError(f"the checkpoint is of another log, {checkpoint.origin!r}")
        for line in signatures.splitlines():
            signature = self._signature(line)
            if signature is None:
                continue
            try:
                self._key.verify(signature, f"{text}\n".encode())
            except InvalidSignature:
                raise CheckpointError("the signature is not valid") from None
            return checkpoint
        raise CheckpointError(f"no signature by the key {self.name}+{self.key_id.hex()}")

    def _signature(self, line: str) -> bytes | None:
        name, separator, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not separator:
            raise CheckpointError("a signature line is malformed")
        try:
            data = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise CheckpointError("a signature line is malformed") from None
        return data[4:] if name == self.name and data[:4] == self.key_id else None


class CheckpointSigner:
    """One log's private key.

    Parameters
    ----------
    name:
        The log's origin: no spaces, no ``+``.
    seed:
        32 secret bytes (RFC 8032 §5.1.5).

    """

    def __init__(self, name: str, seed: bytes) -> None:
        if not _KEY_NAME.fullmatch(name):
            raise ValueError("the name of a log has no spaces and no '+'")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = CheckpointVerifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, size: int, root: bytes) -> str:
        """Return the signed checkpoint of a tree."""
        text = f"{self.verifier.name}\n{size}\n{_base64(root)}\n"
        signature = _base64(self.verifier.key_id + self._key.sign(text.encode()))
        return f"{text}\n{_DASH}{self.verifier.name} {signature}\n"


def _parse(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 3 or "" in lines or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004
        raise CheckpointError("the checkpoint is malformed")
    origin, size, root = lines[:3]
    try:
        decoded = base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error):
        raise CheckpointError("the checkpoint is malformed") from None
    return Checkpoint(origin, int(size), decoded)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
