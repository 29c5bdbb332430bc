"""What is planted where: each mark in each form by turns, and as a number, and as a key."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from tests.conformance.leaks.marks import FORMS, MARKS, NUMBER, found_in
from tests.conformance.leaks.messages import Place, places, planted, with_key

_AT_ONCE = 64
_TURNS = [(form, mark) for form in FORMS for mark in MARKS]


def plants(messages: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield messages with something planted, and in words what it is and where."""
    turns = itertools.cycle(_TURNS)
    done: set[Place] = set()
    for message in messages:
        for place in places(message):
            if place in done:
                continue
            done.add(place)
            where = ".".join(map(str, place))
            form, mark = next(turns)
            yield f"{where}: {mark} as {form}", planted(message, place, FORMS[form](MARKS[mark]))
            yield f"{where}: number", planted(message, place, NUMBER)
            if isinstance(place[-1], str):
                yield f"{where}: key {mark}", with_key(message, place, MARKS[mark])


async def leaks(
    cases: Iterator[tuple[str, Any]], hear: Callable[[Any], Awaitable[bytes]]
) -> list[str]:
    """Return which of the cases the other side could read a mark in."""
    found: list[str] = []

    async def one(words: str, case: Any) -> None:
        if marks := found_in(await hear(case)):
            found.append(f"{words} leaks {', '.join(sorted(marks))}")

    for some in iter(lambda: list(itertools.islice(cases, _AT_ONCE)), []):
        await asyncio.gather(*(one(*each) for each in some))
    return found
