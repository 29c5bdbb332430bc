"""A text or a JSON value as passages, some of which are findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from sumun.detection.finding import Finding
from sumun.detection.tree import Leaf

_INDENT = "  "

Place = tuple[int, str | int, bool]
"""Container, key, and whether the key itself is meant."""


class Passage(NamedTuple):
    """A piece of what is shown.

    Attributes
    ----------
    text:
        As it is shown.
    number:
        Which finding it is; ``None`` for what is none.

    """

    text: str
    number: int | None = None


class Mark(NamedTuple):
    """A finding, and what is written in its place."""

    number: int
    finding: Finding
    leaf: Leaf | None
    written: str | None = None
    """Nothing: as it was."""


def in_text(text: str, marks: Sequence[Mark]) -> Iterator[Passage]:
    """Yield the passages of a text."""
    done = 0
    for mark in marks:
        start, end = mark.finding.start, mark.finding.end
        if start > done:
            yield Passage(text[done:start])
        yield Passage(text[start:end] if mark.written is None else mark.written, mark.number)
        done = end
    if done < len(text):
        yield Passage(text[done:])


def in_json(value: Any, marks: Sequence[Mark]) -> Iterator[Passage]:
    """Yield the passages of a JSON value, indented; marks are of its own containers."""
    by_place: dict[Place, list[Mark]] = {}
    for mark in marks:
        if mark.leaf is not None:
            place = (id(mark.leaf.container), mark.leaf.key, mark.leaf.is_key)
            by_place.setdefault(place, []).append(mark)
    yield from _value(value, by_place, "\n")


def _value(value: Any, marks: Mapping[Place, list[Mark]], line: str) -> Iterator[Passage]:
    if isinstance(value, dict) and value:
        yield from _members(value, marks, line)
    elif isinstance(value, list) and value:
        inner = line + _INDENT
        for number, each in enumerate(value):
            yield Passage(("," if number else "[") + inner)
            yield from _element(each, marks, inner, marks.get((id(value), number, False)))
        yield Passage(line + "]")
    else:
        yield Passage(_encoded(value))


def _members(
    members: dict[str, Any], marks: Mapping[Place, list[Mark]], line: str
) -> Iterator[Passage]:
    inner = line + _INDENT
    taken = {key for key in members if (id(members), key, True) not in marks}
    for number, (key, each) in enumerate(members.items()):
        yield Passage(("," if number else "{") + inner)
        on_key = marks.get((id(members), key, True), ())
        name = list(in_text(key, on_key))
        if on_key:
            name += _numbered("".join(passage.text for passage in name), taken)
        yield from _quoted(name)
        yield Passage(": ")
        yield from _element(each, marks, inner, marks.get((id(members), key, False)))
    yield Passage(line + "}")


def _numbered(name: str, taken: set[str]) -> list[Passage]:
    """Return what keeps two keys apart that have become the same."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return [Passage(free[len(name) :])] if number > 1 else []


def _element(
    value: Any, marks: Mapping[Place, list[Mark]], line: str, own: Sequence[Mark] | None
) -> Iterator[Passage]:
    if not own or own[0].leaf is None:
        yield from _value(value, marks, line)
        return
    passages = list(in_text(own[0].leaf.text, own))
    as_before = "".join(passage.text for passage in passages) == own[0].leaf.text
    if isinstance(value, str) or not as_before:
        yield from _quoted(passages)
    else:
        yield from passages


def _quoted(passages: Iterable[Passage]) -> Iterator[Passage]:
    yield Passage('"')
    for passage in passages:
        yield passage._replace(text=_encoded(passage.text)[1:-1])
    yield Passage('"')


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()
