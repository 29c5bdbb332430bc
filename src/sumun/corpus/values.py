"""One text or JSON value: protected, and restored."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeVar

from sumun.corpus.choosing import Actions, Choosing
from sumun.corpus.keys import Key, open_keys
from sumun.detection import Detector
from sumun.protection import InvalidToken, KeyCollision, ProtectionKeys, Protector, Scope
from sumun.protection.stand_ins import find_stand_ins
from sumun.protection.tree import Edit, apply, path_of, texts

T = TypeVar("T")

SCOPE: Final = Scope(tenant="", audience="corpus")
"""For whom stand-ins are made where nobody says it: whoever has the key."""


def protect(
    value: T,
    *,
    action: Actions = "mask",
    key: Key | None = None,
    detector: Detector | None = None,
    scope: Scope = SCOPE,
) -> T:
    """Return a text or JSON value with what is found in it replaced.

    The value itself is not changed. In JSON, a number of which something is replaced becomes a
    text.

    Parameters
    ----------
    value:
        A text, or what a JSON parser returns.
    action:
        What is done: ``mask``, ``redact``, ``hash``, ``tokenize``, ``encrypt``, ``reject`` or
        ``allow``; or that by entity type, category and ``"*"``; or a
        :class:`~sumun.policy.Policy`.
    key:
        For ``hash``, ``tokenize`` and ``encrypt``: see :func:`~sumun.corpus.keys.open_keys`.
    detector:
        What finds; one that knows all types if ``None``.
    scope:
        For whom stand-ins are made; they turn back nowhere else.

    Raises
    ------
    ValueError
        If the action is not one, or needs a key and there is none (``KeyNeeded``).
    Rejected
        If the action for something in it is ``reject``.
    Unscannable
        If the value is too deep, too large, or not JSON.

    """
    choose = Choosing(action)
    protector = protector_of(open_keys(key, needed=choose.needs_key))
    finder = detector or usual_detector()
    if isinstance(value, str):
        findings = finder.scan_text(value)
        return protector.protect_text(value, findings, choose, scope=scope)  # type: ignore[return-value]
    held = [copied(value)]
    protector.protect_tree(finder.scan_tree(held), choose, scope=scope)
    return held[0]  # type: ignore[no-any-return]


def restore(
    value: T,
    *,
    key: Key | None = None,
    scope: Scope = SCOPE,
    allow: Callable[[str], bool] | None = None,
) -> T:
    """Return a text or JSON value with its tokens and ciphertext turned back into values.

    The value itself is not changed. Masked, redacted and hashed values stay as they are: nothing
    of them is left to turn back.

    Parameters
    ----------
    value:
        A text, or what a JSON parser returns.
    key, scope:
        As they were to :func:`protect`.
    allow:
        Which entity types; tokens and ciphertext of others stay. ``None`` means all.

    Raises
    ------
    KeyNeeded
        If there is no key.
    InvalidToken
        If a token was altered, cut, invented, or made with another key or for another scope.
    DecryptionError
        If ciphertext was.
    KeyCollision
        If two keys of one object would become the same.

    """
    protector = protector_of(open_keys(key))
    if isinstance(value, str):
        return restore_text(value, protector, scope, allow)  # type: ignore[return-value]
    root = copied(value)
    edits = []
    for container, name, text, is_key, trail in texts(root):
        try:
            restored = restore_text(text, protector, scope, allow)
        except InvalidToken as error:
            raise InvalidToken(error.position, path_of(trail)) from None
        if restored != text:
            if is_key and restored in container:
                raise KeyCollision
            edits.append(Edit(container, name, restored, is_key))
    apply(edits)
    return root  # type: ignore[no-any-return]


def restore_text(
    text: str, protector: Protector, scope: Scope, allow: Callable[[str], bool] | None = None
) -> str:
    """Return a text with tokens and ciphertext turned back; nothing is turned back twice.

    Raises
    ------
    InvalidToken, DecryptionError
        As :func:`restore`.

    """
    written: list[str] = []
    cursor = 0
    envelopes = [found for found in find_stand_ins(text) if found.kind == "envelope"]
    for start, end in [*((each.start, each.end) for each in envelopes), (len(text), len(text))]:
        try:
            restored, _ = protector.restore_text(text[cursor:start], scope=scope, allow=allow)
        except InvalidToken as error:
            raise InvalidToken(cursor + error.position) from None
        written.append(restored)
        if start < end:
            opened = protector.open(text[start:end], scope=scope)
            allowed = allow is None or allow(opened.entity_type)
            written.append(opened.value if allowed else text[start:end])
        cursor = end
    return "".join(written)


def copied(value: Any) -> Any:
    """Return a copy of a JSON value whose containers can be written to, however deep it is."""
    if not isinstance(value, dict | list):
        return value
    copies: dict[int, Any] = {id(value): {} if isinstance(value, dict) else []}
    stack: list[Any] = [value]
    while stack:
        source = stack.pop()
        copy = copies[id(source)]
        is_object = isinstance(source, dict)
        for key, each in source.items() if is_object else enumerate(source):
            if isinstance(each, dict | list):
                if id(each) not in copies:
                    copies[id(each)] = {} if isinstance(each, dict) else []
                    stack.append(each)
                each = copies[id(each)]  # noqa: PLW2901 - what it stands for in the copy
            if is_object:
                copy[key] = each
            else:
                copy.append(each)
    return copies[id(value)]


@lru_cache(1)
def usual_detector() -> Detector:
    """Return the detector of whoever names none."""
    return Detector()


@lru_cache(16)
def protector_of(keys: ProtectionKeys) -> Protector:
    """Return what protects with these keys."""
    return Protector(keys)
