"""How long a document may be used, as its HTTP headers say (RFC 9111 §4.2, §5.2.2)."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

SHORTEST: Final = 60
"""A document is not fetched more often than once in these seconds, whatever it asks for."""

LONGEST: Final = 86_400
"""Seconds after which a document is fetched again, whatever it allows."""

_UNSAID: Final = 3600
_MAX_AGE: Final = re.compile(r'max-age="?([0-9]{1,10})"?')
_SECONDS: Final = re.compile(r"[0-9]{1,10}")


def lifetime(headers: Mapping[str, str], now: float) -> int:
    """Return the seconds a document is fresh, within bounds.

    Parameters
    ----------
    headers:
        By name in small letters.
    now:
        Unix seconds.

    """
    return round(min(max(_asked(headers, now), SHORTEST), LONGEST))


def _asked(headers: Mapping[str, str], now: float) -> float:
    directives = [each.strip().lower() for each in headers.get("cache-control", "").split(",")]
    if "no-store" in directives or "no-cache" in directives:
        return 0
    for directive in directives:
        match = _MAX_AGE.fullmatch(directive)
        if match is not None:
            return int(match[1]) - _age(headers)
    if "expires" in headers:
        return _until(headers["expires"], now)
    return _UNSAID


def _age(headers: Mapping[str, str]) -> int:
    age = headers.get("age", "")
    return int(age) if _SECONDS.fullmatch(age) else 0


def _until(date: str, now: float) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, OverflowError):
        return 0  # RFC 9111 §5.3: an invalid date is one in the past
