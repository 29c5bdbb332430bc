"""Rewriting texts inside a JSON value, in place."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

Trail = tuple[Any, ...]
"""Where a text is, cheap to carry: ``(trail of the container, key)``; empty at the root."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*")
_SHORTEST_NUMBER: Final = 10**8
_LONGEST_NUMBER: Final = 10**40


class Edit(NamedTuple):
    """Write ``value`` at ``container[key]``, or rename that key to it."""

    container: Any
    key: Any
    value: Any
    is_key: bool


def apply(edits: Iterable[Edit]) -> None:
    """Carry out edits: values first, because a renamed key is no longer where its value was."""
    renames: dict[int, tuple[dict[str, Any], dict[str, str]]] = {}
    for container, key, value, is_key in edits:
        if is_key:
            renames.setdefault(id(container), (container, {}))[1][key] = value
        else:
            container[key] = value
    for container, names in renames.values():
        rename_keys(container, names)


def rename_keys(container: dict[str, Any], names: dict[str, str]) -> None:
    """Rename keys; the order stays, and two keys that become one are numbered apart."""
    items = list(container.items())
    taken = {key for key in container if key not in names}
    last_number: dict[str, int] = {}
    container.clear()
    for key, value in items:
        name = names.get(key)
        if name is None:
            container[key] = value
            continue
        free = _free_name(name, taken, last_number)
        taken.add(free)
        container[free] = value


def _free_name(name: str, taken: set[str], last_number: dict[str, int]) -> str:
    free = name
    while free in taken:
        number = last_number.get(name, 1) + 1
        last_number[name] = number
        free = f"{name} ({number})"
    return free


def texts(root: Any) -> Iterator[tuple[Any, Any, str, bool, Trail]]:
    """Yield container, key, text, whether it is a key, and trail, of every text in a container.

    Whole numbers long enough to stand for something are texts too.
    """
    stack: list[tuple[Any, Trail]] = [(root, ())] if isinstance(root, dict | list) else []
    while stack:
        container, trail = stack.pop()
        is_object = isinstance(container, dict)
        for key, value in container.items() if is_object else enumerate(container):
            if is_object and isinstance(key, str):
                yield container, key, key, True, (trail, key)
            if isinstance(value, str):
                yield container, key, value, False, (trail, key)
            elif type(value) is int and _SHORTEST_NUMBER <= value < _LONGEST_NUMBER:
                yield container, key, str(value), False, (trail, key)
            elif isinstance(value, dict | list):
                stack.append((value, (trail, key)))


def as_before(before: object, text: str) -> str | int:
    """Return a text as what stood in its place: a number if that was one and it can be."""
    if type(before) is int and text.isdecimal() and text.isascii() and text[0] != "0":
        return int(text)
    return text


def exact_path(trail: Trail) -> str:
    """Write a trail as a JSON path, as detection does."""
    steps = []
    while trail:
        trail, key = trail
        steps.append(_exact_step(key))
    return "$" + "".join(reversed(steps))


def _exact_step(key: object) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    text = str(key)
    if _IDENTIFIER.fullmatch(text):
        return f".{text}"
    return "['" + text.replace("\\", "\\\\").replace("'", "\\'") + "']"


def path_of(trail: Trail) -> str:
    """Write a trail as a JSON path; a key that is no plain name, and may be a value, as ``*``."""
    steps = []
    while trail:
        trail, key = trail
        steps.append(_step(key))
    return "$" + "".join(reversed(steps))


def _step(key: object) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN_NAME.fullmatch(str(key)) else ".*"
