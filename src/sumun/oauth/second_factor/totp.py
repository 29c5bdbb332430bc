"""Time-based one-time passwords (RFC 6238), as every authenticator app makes them."""

import base64
import hmac
import re
import secrets
from typing import Final
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

DIGITS: Final = 6
STEP: Final = 30
"""Seconds a code is shown."""

_SECRET: Final = 20
"""Bytes: as many as the hash gives (RFC 4226 §4)."""
_DRIFT: Final = 1
"""Steps a telephone's clock may be off (RFC 6238 §5.2)."""
_CODE: Final = re.compile(rf"[0-9]{{{DIGITS}}}")


def new_secret() -> bytes:
    """Return a secret to share with an app."""
    return secrets.token_bytes(_SECRET)


def matching_step(secret: bytes, code: str, now: float) -> int | None:
    """Return the time step whose code this is; ``None`` if it is that of none near ``now``.

    ``now`` is Unix seconds. Spaces, as apps show them, do not count.
    """
    code = "".join(code.split())
    if not _CODE.fullmatch(code):
        return None
    # RFC 6238 §1.2: SHA-1 is what apps know; its collisions do not matter here.
    hotp = HOTP(secret, DIGITS, SHA1())  # noqa: S303 - see above
    current = int(now) // STEP
    matching = None
    # All are compared, so that the time taken tells nothing.
    for step in range(max(1, current - _DRIFT), current + _DRIFT + 1):
        if hmac.compare_digest(hotp.generate(step), code.encode()):
            matching = step
    return matching


def base32(secret: bytes) -> str:
    """Return the secret as apps take it typed in."""
    return base64.b32encode(secret).decode().rstrip("=")


def otpauth_uri(secret: bytes, *, issuer: str, account: str) -> str:
    """Return the address that apps read from a picture or open from a link."""
    label = quote(f"{issuer}:{account}", safe="")
    query = urlencode({"secret": base32(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"
