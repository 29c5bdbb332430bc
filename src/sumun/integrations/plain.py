"""Python values as JSON the guard can walk, and back again in their own shapes.

The guard rewrites JSON in place; a program's own arguments must not change under it, and must
come back as what they were: a tuple as a tuple, a dataclass as that dataclass.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from sumun.detection import Unscannable

_DEPTH = 200


def to_plain(value: Any, depth: int = 0) -> Any:
    """Return ``value`` as fresh dicts, lists, texts and numbers.

    What holds no text (a database connection, a request context) stands as ``None``.

    Raises
    ------
    Unscannable
        If it is nested too deeply, or holds bytes that are no text.

    """
    if depth > _DEPTH:
        raise Unscannable("a value is nested too deeply")
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes | bytearray):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise Unscannable("a value holds bytes that are no text") from None
    if isinstance(value, Mapping):
        return {key: to_plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_plain(item, depth + 1) for item in value]
    fields = _fields(value)
    if fields is not None:
        return {name: to_plain(item, depth + 1) for name, item in fields.items()}
    return None


def from_plain(original: Any, plain: Any) -> Any:
    """Return ``plain`` in the shape of ``original``, of which it was made.

    Whatever did not change is given back as the very object it was.
    """
    if isinstance(original, str | bool | int | float) or original is None:
        return original if type(plain) is type(original) and plain == original else plain
    if isinstance(original, bytes | bytearray):
        return type(original)(str(plain).encode())
    if isinstance(original, Mapping):
        # A key that held personal data was renamed where it stood: order ties old to new.
        pairs = zip(original.values(), plain.items(), strict=True)
        return {key: from_plain(was, item) for was, (key, item) in pairs}
    if isinstance(original, list | tuple | set | frozenset):
        items = [from_plain(was, item) for was, item in zip(original, plain, strict=True)]
        if isinstance(original, tuple) and hasattr(original, "_fields"):
            return type(original)(*items)
        return type(original)(items)
    fields = _fields(original)
    if fields is None:
        return original
    changed = {
        name: restored
        for name, was in fields.items()
        if (restored := from_plain(was, plain[name])) is not was
    }
    return _replaced(original, changed) if changed else original


def _fields(value: Any) -> dict[str, Any] | None:
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    names = getattr(type(value), "__struct_fields__", None) or getattr(
        type(value), "model_fields", None
    )
    if names is not None:
        return {name: getattr(value, name) for name in names}
    return None


def _replaced(original: Any, changed: dict[str, Any]) -> Any:
    if dataclasses.is_dataclass(original) and not isinstance(original, type):
        return dataclasses.replace(original, **changed)
    copy: Callable[..., Any] | None = getattr(original, "model_copy", None)
    if copy is not None:
        return copy(update=changed)
    replace: Callable[..., Any] = original.__replace__
    return replace(**changed)
