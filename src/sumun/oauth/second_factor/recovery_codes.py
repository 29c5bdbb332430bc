"""Codes to keep on paper, for the day the telephone is lost: each good once."""

import hmac
import secrets
from typing import Final

from sumun.storage import Scalar, Transaction

COUNT: Final = 10
"""Codes a person has at once."""

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter looks like a digit."""
_READ_AS: Final = str.maketrans({"i": "1", "l": "1", "o": "0"})
_LENGTH: Final = 16
"""Characters of five bits each."""
_GROUP: Final = 4
_INPUT_LIMIT: Final = 64


def mint_codes() -> list[str]:
    """Return a new set of codes, as they are shown: once."""
    return [_grouped("".join(map(secrets.choice, [_ALPHABET] * _LENGTH))) for _ in range(COUNT)]


def hash_code(key: bytes, user_id: str, code: str) -> bytes:
    """Return what is stored in a code's place; how it is spaced and written does not matter."""
    typed = "".join(c for c in code[:_INPUT_LIMIT].lower() if c.isalnum()).translate(_READ_AS)
    message = f"{user_id}\0{typed}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256")


def replace_codes(tx: Transaction, user_id: str, hashes: list[bytes], *, now: int) -> None:
    """Give the person these codes; the earlier ones are good no longer."""
    remove_codes(tx, user_id)
    rows: list[dict[str, Scalar]] = [
        {"code_hash": each, "user_id": user_id, "now": now} for each in hashes
    ]
    tx.execute_many("add_recovery_code", rows)


def use_code(tx: Transaction, user_id: str, code_hash: bytes, *, now: int) -> bool:
    """Use up a code; return whether it was the person's, and not used before.

    One statement decides, whoever asks at once.
    """
    return tx.execute("use_recovery_code", user_id=user_id, code_hash=code_hash, now=now) > 0


def count_codes(tx: Transaction, user_id: str) -> int:
    """Return how many codes the person has left."""
    row = tx.fetch_one("count_recovery_codes", user_id=user_id)
    return 0 if row is None else int(str(row[0]))


def remove_codes(tx: Transaction, user_id: str) -> None:
    """Make the person's codes worthless."""
    tx.execute("remove_recovery_codes", user_id=user_id)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
