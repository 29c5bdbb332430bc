"""A text written again with other values in it; all else stays as it was, to the byte."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from sumun.corpus.delimited import write_cell
from sumun.corpus.json_text import write_string
from sumun.corpus.places import Lines, place
from sumun.corpus.segments import Found, Read, Segment, Value
from sumun.corpus.values import restore_text
from sumun.protection import (
    Choose,
    DecryptionError,
    InvalidToken,
    ProtectionError,
    Protector,
    Rejected,
    Scope,
)

LONGEST_WORD: Final = 8 * 1024 * 1024
"""Characters of the longest run without a space that is held to look for a token in."""

Change = Callable[[Found], str]
"""Returns what a value becomes."""


class NotRewritten(Exception):
    """A value could not be changed as asked; what stands before it was.

    Attributes
    ----------
    line:
        Where it is, counted from 1.

    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


def rewritten(segments: Iterable[Segment], change: Change) -> Iterator[str]:
    """Yield the pieces of a text, changed.

    Raises
    ------
    NotRewritten
        If a value may not pass, or cannot be turned back.

    """
    lines = Lines()
    for raw, found in segments:
        written = []
        cursor = 0
        for each in found:
            value = each.value
            try:
                text = change(each)
            except ProtectionError as error:
                at = place(raw, value, _position(each, error))
                line, _ = lines.advance(raw, 0, at)
                raise NotRewritten(line, _reason(error)) from None
            if text != value.text:
                written.append(raw[cursor : value.start])
                written.append(_write(raw[value.start : value.end], value, text))
                cursor = value.end
        lines.advance(raw, 0, len(raw))
        written.append(raw[cursor:])
        yield "".join(written)


def protecting(protector: Protector, choose: Choose, scope: Scope) -> Change:
    """Return what protects a value as chosen."""

    def change(found: Found) -> str:
        return protector.protect_text(found.value.text, found.findings, choose, scope=scope)

    return change


def restoring(protector: Protector, scope: Scope) -> Change:
    """Return what turns tokens and ciphertext in a value back."""

    def change(found: Found) -> str:
        return restore_text(found.value.text, protector, scope)

    return change


def protected_values(values: Sequence[Value]) -> list[Found]:
    """Pick the values that tokens or ciphertext may be in."""
    return [Found(value, []) for value in values if ":" in value.text]


def words(read: Read) -> Iterator[Segment]:
    """Yield a text in pieces that end where no token does not: at white space.

    Raises
    ------
    NotRewritten
        If there is none for too long.

    """
    text = ""
    line = 1
    while more := read():
        text += more
        cut = max(text.rfind("\n"), text.rfind(" "), text.rfind("\t")) + 1
        if cut:
            yield _whole(text[:cut])
            line += text.count("\n", 0, cut)
            text = text[cut:]
        if len(text) > LONGEST_WORD:
            raise NotRewritten(line, "there is no white space for too long")
    yield _whole(text)


def _whole(text: str) -> Segment:
    return Segment(text, protected_values([Value(0, len(text), text)]))


def _write(raw: str, value: Value, text: str) -> str:
    match value.form:
        case "string" | "number":
            return write_string(raw, text)
        case "cell":
            return write_cell(raw, text)
        case _:
            return text


def _position(found: Found, error: ProtectionError) -> int:
    """Return where in a value it is that something cannot be done with."""
    if isinstance(error, InvalidToken):
        return error.position
    if isinstance(error, Rejected):
        wanted = (each for each in found.findings if each.entity_type == error.entity_type)
        return next((each.start for each in wanted), 0)
    return 0


def _reason(error: ProtectionError) -> str:
    if isinstance(error, InvalidToken):
        return "a token is not one that was made with this key"
    if isinstance(error, DecryptionError):
        return "ciphertext does not open with this key"
    return str(error)
