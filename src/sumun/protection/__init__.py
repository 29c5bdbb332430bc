"""What is done with a finding: mask, redact, hash, tokenize, encrypt, restore. Pure, given keys."""

from sumun.action import Action
from sumun.protection.ciphers import Opened
from sumun.protection.errors import (
    DecryptionError,
    InvalidText,
    InvalidToken,
    KeyCollision,
    ProtectionError,
    Rejected,
)
from sumun.protection.fernet import FernetService
from sumun.protection.keys import ProtectionKeys, Scope
from sumun.protection.protector import Change, Choose, Protector
from sumun.protection.restoring import Allow, AllowAt
from sumun.protection.streaming import RestoringStream
from sumun.protection.vault import Row, Rows

__all__ = [
    "Action",
    "Allow",
    "AllowAt",
    "Change",
    "Choose",
    "DecryptionError",
    "FernetService",
    "InvalidText",
    "InvalidToken",
    "KeyCollision",
    "Opened",
    "ProtectionError",
    "ProtectionKeys",
    "Protector",
    "Rejected",
    "RestoringStream",
    "Row",
    "Rows",
    "Scope",
]
