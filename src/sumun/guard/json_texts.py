"""JSON written as text inside a result: the twin of ``structuredContent``.

Inside such a text a value has a key that gives it context, and a number may not simply be replaced
by words without quotes. So it is opened before it is inspected, and written again only if
something in it changed.
"""

import json
from typing import Any

import msgspec

from sumun.guard.parts import text_blocks

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class JsonTexts:
    """The JSON texts of one result, opened in place."""

    def __init__(self, result: Any) -> None:
        self._opened: list[tuple[dict[str, Any], str, bytes]] = []
        for block in text_blocks(result):
            text = block.get("text")
            if isinstance(text, str) and text[:1] in {"{", "["}:
                self._open(block, text)

    def close(self) -> None:
        """Put texts back: as they were, or written anew where something changed."""
        for block, text, before in self._opened:
            after = _encode(block["text"])
            if after == before and not _hides(text, before):
                block["text"] = text
                continue
            indented = "\n" in text
            block["text"] = (msgspec.json.format(after, indent=2) if indented else after).decode()

    def _open(self, block: dict[str, Any], text: str) -> None:
        try:
            value = _decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return
        block["text"] = value
        self._opened.append((block, text, _encode(value)))


def _hides(text: str, value: bytes) -> bool:
    """Tell whether a text holds more than the value it was read as: keys given twice.

    Only the last of them was inspected, but whoever reads the text may take the first.
    """
    if msgspec.json.format(text, indent=-1).encode() == value:
        return False
    try:
        json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return True
    return False


def _once(members: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in members}) < len(members):
        raise ValueError("a key is given twice")
