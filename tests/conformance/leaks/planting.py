"""What is planted where: each mark in each form by turns, and as a number, and as a key.

Several at a time, since no message has few members; each alone where that told nothing.
"""

import copy
import itertools
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

from tests.conformance.leaks.marks import FORMS, MARKS, NUMBER, found_in
from tests.conformance.leaks.messages import FILLED, Place, places

_TOGETHER = 12
_TURNS = [(form, mark) for form in FORMS for mark in MARKS]

Hear = Callable[[dict[str, Any]], Awaitable[bytes]]
"""Sends a message through a door, and returns what the other side heard."""


class Plant(NamedTuple):
    """Something at a place; ``words`` say what."""

    words: str
    place: Place
    what: Any


def planted(message: dict[str, Any], plants: list[Plant]) -> dict[str, Any]:
    """Return a copy of a message with something planted."""
    changed = copy.deepcopy(message)
    for plant in plants:
        container: Any = changed
        for step in plant.place[:-1]:
            container = container[step]
        container[plant.place[-1]] = plant.what
    return changed


def groups(messages: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[Plant]]]:
    """Yield what is planted together in which message; what holds no more than itself, alone."""
    turns = itertools.cycle(_TURNS)
    done: set[Place] = set()
    for message in messages:
        new = [place for place in places(message) if place not in done]
        done.update(new)
        kinds: tuple[list[Plant], ...] = ([], [], [])
        for place in new:
            plants = _plants(place, *next(turns))
            if len(place) == 1:
                yield from ((message, [plant]) for plant in plants)
                continue
            for kind, plant in zip(kinds, plants, strict=False):
                kind.append(plant)
        for kind in kinds:
            yield from (
                (message, kind[at : at + _TOGETHER]) for at in range(0, len(kind), _TOGETHER)
            )


def _plants(place: Place, form: str, mark: str) -> list[Plant]:
    where = ".".join(map(str, place))
    plants = [
        Plant(f"{where}: {mark} as {form}", place, FORMS[form](MARKS[mark])),
        Plant(f"{where}: number", place, NUMBER),
    ]
    if isinstance(place[-1], str):
        plants.append(Plant(f"{where}: key {mark}", (*place[:-1], MARKS[mark]), "something"))
    return plants


async def leaks(messages: list[dict[str, Any]], hear: Hear) -> list[str]:
    """Return what the other side could read, of all that was planted in some messages."""
    found: list[str] = []
    for message, plants in groups(messages):
        heard = await hear(planted(message, plants))
        together = found_in(heard)
        if FILLED in heard and not together:
            continue
        alone = [(plant, found_in(await hear(planted(message, [plant])))) for plant in plants]
        found += [f"{plant.words} leaks {sorted(marks)}" for plant, marks in alone if marks]
        if together and not any(marks for _, marks in alone):
            found.append(f"{[plant.words for plant in plants]} together leak {sorted(together)}")
    return found
