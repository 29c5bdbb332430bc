"""Detection in what the protocol says: word by word, whatever the members are called."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sumun.detection import Detector, Leaf, LeafFindings
from sumun.guard.parts import Place, path_of
from sumun.protection.tree import texts


def scan_words(detector: Detector, value: Any, places: Iterable[Place]) -> list[LeafFindings]:
    """Return what is in some places of a JSON value.

    A key gives no context here: that a request's id is a number says nothing of what number it
    is, and that a client has a name does not make it a person.

    Raises
    ------
    Unscannable
        If it cannot be scanned.

    """
    leaves = [leaf for place in places for leaf in _leaves(value, place)]
    found = detector.scan_tree([leaf.text for leaf in leaves]) if leaves else []
    return [
        LeafFindings(leaf, [msgspec.structs.replace(one, path=leaf.path) for one in each.findings])
        for each in found
        if isinstance(each.leaf.key, int)
        for leaf in [leaves[each.leaf.key]]
    ]


def _leaves(value: Any, place: Place) -> Iterator[Leaf]:
    """Yield the texts and numbers at a place and below it."""
    *steps, last = place
    container = value
    for step in steps:
        container = _member(container, step)
    found = _member(container, last)
    if isinstance(found, dict | list):
        for below, key, text, is_key, _trail in texts(found):
            yield Leaf(below, key, text, is_key, path_of(place))
    elif isinstance(found, str) or type(found) is int:
        yield Leaf(container, last, str(found), is_key=False, path=path_of(place))


def _member(container: Any, key: str | int) -> Any:
    if isinstance(container, dict):
        return container.get(key)
    if isinstance(container, list) and isinstance(key, int) and key < len(container):
        return container[key]
    return None
