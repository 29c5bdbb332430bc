"""What in a tool's words is made for models and not for people ("Tool Poisoning").

These are hints for whoever approves, not a verdict: clean words can mislead, too.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from sumun.gateway.pins.statement import Statement

_INVISIBLE: Final = frozenset({"Cf", "Co", "Cn", "Cs"})
_JOINER: Final = "\u200d"
"""Part of many emoji."""
_MARKERS: Final = re.compile(
    r"<\s*/?\s*(?:important|system|instructions?|secret|hidden)\s*>"
    r"|\b(?:ignore|disregard|forget)\b[^.\n]{0,40}\b(?:instructions?|previous|above|rules)\b"
    r"|\bdo not (?:tell|mention|inform|show|reveal)\b"
    r"|\bbefore (?:using|calling) (?:this|any)\b"
    r"|\b(?:id_rsa|\.ssh/|\.env\b|mcp\.json|api[_ ]keys?)"
    r"|(?:이전|위의?) (?:지시|명령)[^.\n]{0,20}무시"
    r"|사용자에게 (?:알리지|말하지|보여주지) 마",
    re.IGNORECASE,
)
_HIDDEN_TEXT: Final = re.compile(r"<!--|\x1b\[|[A-Za-z0-9+/]{120,}")


def suspicions(said: Statement) -> list[str]:
    """Return what is suspicious in a statement, each named once."""
    found = {
        name
        for text in _texts(said)
        for name, is_there in (
            ("invisible characters", _has_invisible(text)),
            ("instructions to the model", _MARKERS.search(text) is not None),
            ("hidden text", _HIDDEN_TEXT.search(text) is not None),
        )
        if is_there
    }
    return sorted(found)


def _has_invisible(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.category(each) in _INVISIBLE and each != _JOINER for each in text
    )


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a statement, keys too: a model reads them all."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            stack.extend(part)
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
