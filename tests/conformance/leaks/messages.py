"""Every message of the protocol with every member it may have, made from the official schemas."""

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
FILLED = b"word"
"""What stands where something may: a message that holds it was not refused."""
Place = tuple[str | int, ...]
_DATES = {"protocolVersion": MODERN}


def of_era(table: str, revision: str) -> dict[str, list[dict[str, Any]]]:
    """Return the messages that a table of the SDK's knows in a revision, by their method."""
    return {
        method: examples(model)
        for (method, known), model in getattr(methods, table).items()
        if known == revision
    }


def without(messages: list[dict[str, Any]], *members: str) -> list[dict[str, Any]]:
    """Return messages without some members of their params."""
    return [
        each | {"params": {key: it for key, it in each["params"].items() if key not in members}}
        if "params" in each
        else each
        for each in messages
    ]


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
