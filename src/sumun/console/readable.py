"""What others call themselves, as it may be shown."""

import unicodedata
from typing import Final

_LIMIT: Final = 60


def readable(text: str, limit: int = _LIMIT) -> str:
    """Return text as it may be shown: bounded, and without invisible or reordering characters."""
    shown = "".join(
        character if unicodedata.category(character)[0] != "C" else " " for character in text
    )
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
