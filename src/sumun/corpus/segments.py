"""What formats make of a text: pieces of it, each with the values in it that matter."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from sumun.detection import Detector, Finding

Read = Callable[[], str]
"""Returns the next part of a text, and an empty one at its end."""

Form = Literal["plain", "string", "number", "cell"]
"""How a value is written: as it is, as a JSON string or number, or as a cell of a table."""

_MOST_DIGITS = 40


class Value(msgspec.Struct, frozen=True, gc=False):
    """A value in a piece of text.

    Attributes
    ----------
    start, end:
        Where it stands, with its quotes.
    text:
        The value itself.
    key:
        The JSON key or column it stands under; empty for none.
    form:
        How it is written.
    is_key:
        Whether it is such a key itself.

    """

    start: int
    end: int
    text: str
    key: str = ""
    form: Form = "plain"
    is_key: bool = False


class Found(NamedTuple):
    """A value, and what was found in it."""

    value: Value
    findings: list[Finding]


class Segment(NamedTuple):
    """A piece of a text as it was read, and the values in it that matter, in order."""

    raw: str
    found: list[Found]


Find = Callable[[Sequence[Value]], list[Found]]
"""Picks the values that matter."""


def finding(detector: Detector) -> Find:
    """Return what picks the values in which a detector finds something."""

    def find(values: Sequence[Value]) -> list[Found]:
        if len(values) == 1 and values[0].form == "plain":
            findings = detector.scan_text(values[0].text)
            return [Found(values[0], findings)] if findings else []
        return list(_found(values, detector))

    return find


def _found(values: Iterable[Value], detector: Detector) -> Iterator[Found]:
    """Scan all values at once, each behind its key."""
    columns: dict[str, list[str | int]] = {}
    members: dict[str, list[Value]] = {}
    keys: dict[str, list[Value]] = {}
    for value in values:
        if value.is_key:
            keys.setdefault(value.text, []).append(value)
            columns.setdefault(value.text, [])
            continue
        text = value.text
        is_number = value.form == "number" and len(text) <= _MOST_DIGITS
        columns.setdefault(value.key, []).append(int(text) if is_number else text)
        members.setdefault(value.key, []).append(value)
    names = {id(column): name for name, column in columns.items()}
    found: list[Found] = []
    told: set[str] = set()
    for leaf, findings in map(_parts, detector.scan_tree(columns)):
        if leaf.is_key:
            told.add(leaf.text)
            found.extend(Found(value, findings) for value in keys.get(leaf.text, ()))
            continue
        value = members[names[id(leaf.container)]][leaf.key]
        if value.form == "number":
            value = msgspec.structs.replace(value, text=leaf.text)
        found.append(Found(value, findings))
    found.sort(key=_start)
    for each in found:
        # A key that is personal data itself is not to be told as the place of another finding.
        yield each._replace(value=_nameless(each.value)) if each.value.key in told else each


def _parts(located: Any) -> tuple[Any, list[Finding]]:
    return located.leaf, located.findings


def _start(found: Found) -> int:
    return found.value.start


def _nameless(value: Value) -> Value:
    return msgspec.structs.replace(value, key="")
