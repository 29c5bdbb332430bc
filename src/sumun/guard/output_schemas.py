"""Judging a result by its tool's output schema, within bounds: both come from somebody else.

JSON Schema as jsonschema reads it, but that nothing is fetched, that no pattern is tried by
backtracking, and that the steps are counted.
"""

import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend, validator_for
from referencing import Registry

_STEPS: Final = 500_000
_ERRORS: Final = 1000
_LONGEST_PATTERN: Final = 512
_steps = threading.local()
"""How many the judging that goes on in a thread may still take."""
Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


class UnusableSchema(Exception):
    """It cannot be told whether the result fits: the schema is wrong, or asks for too much."""


class Failure(NamedTuple):
    """A place that does not fit: where it is in the result, and what was asked of it."""

    path: tuple[str | int, ...]
    schema: Any


class OutputSchema:
    """One schema, ready to judge results.

    Raises
    ------
    UnusableSchema
        If it is none, or holds patterns for names of members.

    """

    def __init__(self, schema: dict[str, Any]) -> None:
        _refuse_member_patterns(schema)
        base = validator_for(schema, default=Draft202012Validator)
        self._validator = _counting(base)(
            schema, registry=Registry(), format_checker=base.FORMAT_CHECKER
        )

    def failures(self, value: Any) -> list[Failure]:
        """Return what of a value does not fit, at most a thousand places.

        Raises
        ------
        UnusableSchema
            If that cannot be told.

        """
        found = []
        for error in self._bounded(self._validator, value):
            found.append(Failure(tuple(error.absolute_path), error.schema))
            if len(found) == _ERRORS:
                break
        return found

    def accepts(self, schema: Any, value: Any) -> bool:
        """Tell whether a value fits a part of the schema, as :class:`Failure` names it.

        Raises
        ------
        UnusableSchema
            If that cannot be told.

        """
        part = self._validator.evolve(schema=schema)
        return next(self._bounded(part, value), None) is None

    def _bounded(self, validator: Any, value: Any) -> Iterator[ValidationError]:
        _steps.left = _STEPS
        try:
            yield from validator.iter_errors(value)
        except UnusableSchema:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a schema of somebody else's can cause
            raise UnusableSchema(f"the schema cannot be used ({type(error).__name__})") from None


@lru_cache(maxsize=16)
def _counting(base: Any) -> Any:
    """Return a dialect whose steps are counted; making one takes longer than judging by it."""
    counted = {name: _counted(check) for name, check in base.VALIDATORS.items()}
    return extend(base, validators=counted | {"pattern": _counted(_pattern)})


def _counted(check: Keyword) -> Keyword:
    def counted(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        _steps.left -= 1
        if _steps.left < 0:
            raise UnusableSchema("judging by it takes too long")
        yield from check(validator, asked, value, schema) or ()

    return counted


def _pattern(_validator: Any, pattern: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _matches(pattern, value):
        yield ValidationError("does not match the pattern")


def _matches(pattern: str, text: str) -> bool:
    found: list[int] = []
    data = text.encode("utf-8", "replace")
    _compiled(pattern).scan(data, match_event_handler=lambda *_: found.append(1))
    return bool(found)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    try:
        import hyperscan  # noqa: PLC0415 - not on every platform
    except ImportError:
        raise UnusableSchema("there is no engine here for its patterns") from None
    if len(pattern) > _LONGEST_PATTERN:
        raise UnusableSchema("a pattern is too long")
    flags = (
        hyperscan.HS_FLAG_SINGLEMATCH
        | hyperscan.HS_FLAG_ALLOWEMPTY
        | hyperscan.HS_FLAG_UTF8
        | hyperscan.HS_FLAG_UCP
        | hyperscan.HS_FLAG_DOTALL
    )
    database = hyperscan.Database()
    try:
        database.compile(expressions=[pattern.encode()], ids=[0], elements=1, flags=[flags])
    except hyperscan.error:
        raise UnusableSchema("a pattern needs backtracking") from None
    return database


def _refuse_member_patterns(schema: Any) -> None:
    stack = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if part.get("patternProperties"):
                raise UnusableSchema("it has patterns for names of members")
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
