"""Unguessable values: handed out once, kept only as their SHA-256."""

import hashlib
import secrets

LIMIT = 256
"""Characters of the longest value worth looking up."""


def mint(prefix: str = "") -> str:
    """Return a new value of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def digest(value: str) -> bytes:
    """Return what is stored in the value's place; 256 random bits need no slower hash."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()
