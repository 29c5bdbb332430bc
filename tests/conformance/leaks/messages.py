"""Every message of the protocol with every member it may have, made from the official schemas."""

import copy
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from mcp_types import methods
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

LEGACY, MODERN = "2025-11-25", "2026-07-28"
ERAS = (LEGACY, MODERN)
EXTRA = "x-unheard-of"
"""A member that no schema knows."""
Place = tuple[str | int, ...]
_DATES = {"protocolVersion": MODERN}


def of_era(table: str, revision: str) -> dict[str, list[dict[str, Any]]]:
    """Return the messages that a table of the SDK's knows in a revision, by their method."""
    return {
        method: examples(model)
        for (method, known), model in getattr(methods, table).items()
        if known == revision
    }


def examples(kind: Any, seen: tuple[Any, ...] = ()) -> list[Any]:
    """Return values of a type that together have every member and every variant once."""
    if isinstance(kind, TypeAliasType):
        return [{"any": ["thing"]}]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [] if kind in seen else _models(kind, (*seen, kind))
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return [each for arg in args if arg is not type(None) for each in examples(arg, seen)]
    if origin is Literal:
        return [args[0]]
    if origin is list:
        return [examples(args[0], seen)]
    if origin is dict:
        return [{f"member{n}": each for n, each in enumerate(examples(args[1], seen))}]
    if hasattr(kind, "__value__"):
        return examples(kind.__value__, seen)
    return {str: ["word"], int: [1], float: [0.5], bool: [True]}.get(kind, [{"any": ["thing"]}])


def _models(model: type[BaseModel], seen: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return one object with all members, and one more for each further variant of one."""
    variants: dict[str, list[Any]] = {}
    for name, field in model.model_fields.items():
        found = examples(field.annotation, seen)
        if found:
            variants[_alias(name, field)] = found
    first = {name: values[0] for name, values in variants.items()}
    more = [first | {name: value} for name, values in variants.items() for value in values[1:]]
    return [first, *more]


def _alias(name: str, field: FieldInfo) -> str:
    return field.alias or name


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Yield where something can be planted: values, keys, and one more in each object."""
    if isinstance(value, dict):
        yield (*path, EXTRA)
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))
    else:
        yield path


def planted(message: dict[str, Any], place: Place, what: Any) -> dict[str, Any]:
    """Return a copy of a message with something planted."""
    changed = copy.deepcopy(message)
    container: Any = changed
    for step in place[:-1]:
        container = container[step]
    container[place[-1]] = what
    return changed


def with_key(message: dict[str, Any], place: Place, key: str) -> dict[str, Any]:
    """Return a copy of a message with another key at a place."""
    return planted(message, (*place[:-1], key), "something")
