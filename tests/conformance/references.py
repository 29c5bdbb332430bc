"""What differs between two answers that are otherwise the same."""

import re

_REFERENCE = re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}")


def without_reference(text: str) -> str:
    """The answer, whatever reference its reason is found under."""
    return _REFERENCE.sub("a reference", text)
