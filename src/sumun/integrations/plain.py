"""Python values as JSON the guard can walk, and back again in their own shapes.

The guard rewrites JSON in place; a program's own arguments must not change under it, and must
come back as what they were: a tuple as a tuple, a dataclass as that dataclass.
"""

import copy
import dataclasses
import io
from collections import deque
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    MutableMapping,
)
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

import msgspec

from sumun.detection import Unscannable

_DEPTH: Final = 100
_COUNT: Final = 1_000_000
"""Values in one argument list or result; what refers to itself never gets that far."""

_ITEMS: Final = (list, tuple, set, frozenset, deque)
_BYTES: Final = (bytes, bytearray, memoryview)
_AS_TEXT: Final = (Decimal, PurePath, IPv4Address, IPv6Address, IPv4Network, IPv6Network)
_NO_DATA: Final = (bool, Enum, date, time, timedelta, tzinfo, UUID, range, slice, complex, type)
"""Values that name nobody, or that the program has written itself."""


def to_plain(value: Any, *, whole: bool = False) -> Any:
    """Return ``value`` as fresh dicts, lists, texts and numbers.

    Keys that are no text are structure, as names of attributes are.

    Parameters
    ----------
    value:
        Data of a program.
    whole:
        Refuse objects that cannot be looked into, as is right for a result. An argument may be
        such an object (a database connection, a request's context); it stands as ``None``.

    Raises
    ------
    Unscannable
        If it is nested too deeply or too large, holds bytes that are no text, or something that
        is gone once it has been looked at.

    """
    try:
        return _Reader(whole).read(value, 0)
    except RecursionError:
        raise Unscannable("a value is nested too deeply") from None


class _Reader:
    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self._left = _COUNT

    def read(self, value: Any, depth: int) -> Any:
        """Return one value."""
        self._left -= 1
        if depth > _DEPTH or self._left < 0:
            raise Unscannable("a value is nested too deeply, or too large")
        if value is None or isinstance(value, _NO_DATA):
            return None
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int | float):
            return int(value) if isinstance(value, int) else float(value)
        if isinstance(value, _BYTES):
            return _decoded(value)
        if isinstance(value, _AS_TEXT) or hasattr(value, "unicode_string"):  # pydantic's URLs
            return str(value)
        if isinstance(value, Mapping):
            return self._read_mapping(value, depth + 1)
        if isinstance(value, _ITEMS):
            return [self.read(item, depth + 1) for item in value]
        fields = _fields(value)
        if fields is not None:
            return {name: self.read(item, depth + 1) for name, item in fields.items()}
        return self._read_object(value)

    def _read_mapping(self, value: Mapping[Any, Any], depth: int) -> Any:
        if all(type(key) is str for key in value):
            return {key: self.read(item, depth) for key, item in value.items()}
        return [
            {key: self.read(item, depth)} if type(key) is str else self.read(item, depth)
            for key, item in value.items()
        ]

    def _read_object(self, value: Any) -> None:
        stream = isinstance(value, Iterator | AsyncIterator) and not isinstance(value, io.IOBase)
        if stream or isinstance(value, Collection | Awaitable) or self._whole:
            raise Unscannable(
                f"a {type(value).__name__} cannot be looked into; use lists, dicts or dataclasses"
            )


def _decoded(value: bytes | bytearray | memoryview) -> str:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        raise Unscannable("a value holds bytes that are no text") from None


def from_plain(original: Any, plain: Any) -> Any:
    """Return ``plain`` in the shape of ``original``, of which it was made.

    Whatever did not change is given back as the very object it was. A number or a number-like
    value of which something was replaced comes back as text.
    """
    if plain is None:
        return original
    if isinstance(original, str | int | float):
        return original if plain == original and isinstance(original, type(plain)) else plain
    if isinstance(original, _BYTES):
        return original if plain.encode() == original else _rebuilt_bytes(original, plain)
    if isinstance(original, _AS_TEXT) or hasattr(original, "unicode_string"):
        if plain == str(original):
            return original
        return type(original)(plain) if isinstance(original, PurePath) else plain
    if isinstance(original, Mapping):
        return _rebuilt_mapping(original, plain)
    if isinstance(original, _ITEMS):
        return _rebuilt_items(original, plain)
    return _rebuilt_object(original, plain)


def _rebuilt_bytes(original: Any, plain: str) -> Any:
    return plain.encode() if isinstance(original, memoryview) else type(original)(plain.encode())


def _rebuilt_mapping(original: Mapping[Any, Any], plain: Any) -> Any:
    # A key that held personal data was renamed where it stood: order ties old to new.
    pairs = {}
    parts = plain.items() if isinstance(plain, dict) else ((None, part) for part in plain)
    for (key, was), (renamed, part) in zip(original.items(), parts, strict=True):
        if renamed is None and type(key) is str:
            ((renamed, part),) = part.items()  # noqa: PLW2901 - it stood in an object of its own
        pairs[key if renamed is None else renamed] = from_plain(was, part)
    same_keys = all(new is old or new == old for new, old in zip(pairs, original, strict=True))
    if same_keys and all(pairs[key] is was for key, was in original.items()):
        return original
    if type(original) is dict or not isinstance(original, MutableMapping):
        return pairs
    rebuilt = copy.copy(original)
    rebuilt.clear()
    rebuilt.update(pairs)
    return rebuilt


def _rebuilt_items(original: Any, plain: list[Any]) -> Any:
    items = [from_plain(was, part) for was, part in zip(original, plain, strict=True)]
    if all(item is was for item, was in zip(items, original, strict=True)):
        return original
    if hasattr(original, "_fields"):
        return type(original)(*items)
    if isinstance(original, deque):
        return type(original)(items, original.maxlen)
    return type(original)(items)


def _rebuilt_object(original: Any, plain: dict[str, Any]) -> Any:
    fields = _fields(original)
    if fields is None:
        return original
    changed = {
        name: rebuilt
        for (name, was), part in zip(fields.items(), plain.values(), strict=True)
        if (rebuilt := from_plain(was, part)) is not was
    }
    if not changed:
        return original
    if hasattr(original, "model_copy"):
        return original.model_copy(update=changed)
    # Neither validators nor defaults run again: it is the same thing, with other texts.
    rebuilt = copy.copy(original)
    write: Callable[[Any, str, Any], None] = (
        msgspec.structs.force_setattr
        if isinstance(original, msgspec.Struct)
        else object.__setattr__
    )
    for name, value in changed.items():
        write(rebuilt, name, value)
    return rebuilt


def _fields(value: Any) -> dict[str, Any] | None:
    """Return the attributes of an object that is a record: it says itself what it holds."""
    kind = type(value)
    if dataclasses.is_dataclass(value):
        names: Any = [field.name for field in dataclasses.fields(value)]
    elif isinstance(value, msgspec.Struct):
        names = kind.__struct_fields__
    elif hasattr(kind, "model_fields"):  # pydantic
        names = [*kind.model_fields, *(value.model_extra or ())]
    elif hasattr(kind, "__attrs_attrs__"):
        names = [field.name for field in kind.__attrs_attrs__]
    else:
        return None
    return {name: getattr(value, name) for name in names if hasattr(value, name)}
