"""Doing to findings what policy chose, and undoing what can be undone."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sumun.action import Action
from sumun.detection.finding import Finding
from sumun.detection.tree import LeafFindings
from sumun.protection.ciphers import Ciphers, Opened
from sumun.protection.errors import DecryptionError, InvalidToken, KeyCollision, Rejected
from sumun.protection.keys import ProtectionKeys, Scope
from sumun.protection.masks import mask
from sumun.protection.stand_ins import (
    StandIn,
    find_stand_ins,
    find_token_attempts,
    parse_stand_in,
)
from sumun.protection.tree import Edit, apply, path_of, texts

Choose = Callable[[Finding], Action]
"""What is done with a finding."""

Allow = Callable[[str], bool]
"""Whether tokens of an entity type are restored."""


class Protector:
    """Protects and restores texts and JSON values under one set of keys."""

    def __init__(self, keys: ProtectionKeys) -> None:
        self._keys = keys
        self._ciphers = Ciphers(keys)

    def use(self, keys: ProtectionKeys) -> None:
        """Take up other keys from now on."""
        self._ciphers = Ciphers(keys)

    def replace(self, action: Action, entity_type: str, value: str, *, scope: Scope) -> str:
        """Return what stands for one value.

        Raises
        ------
        Rejected
            If the action is ``reject``.
        InvalidText
            If the value holds a lone surrogate and the action needs its bytes.

        """
        match action:
            case Action.ALLOW:
                return value
            case Action.MASK:
                return mask(entity_type, value)
            case Action.REDACT:
                return f"<{entity_type}>"
            case Action.HASH:
                return self._ciphers.hash(entity_type, value, scope)
            case Action.TOKENIZE:
                return self._ciphers.tokenize(entity_type, value, scope)
            case Action.ENCRYPT:
                return self._ciphers.encrypt(entity_type, value, scope)
            case Action.REJECT:
                raise Rejected(entity_type)

    def protect_text(
        self, text: str, findings: Sequence[Finding], choose: Choose, *, scope: Scope
    ) -> str:
        """Return the text with every finding replaced as chosen.

        Stand-ins already in the text stay as they are. Where findings overlap, the earlier is
        replaced whole and of the later what is left of it.

        Raises
        ------
        Rejected, InvalidText
            As :meth:`replace`.

        """
        chosen = [
            (finding, action)
            for finding in findings
            if (action := choose(finding)) is not Action.ALLOW
        ]
        if not chosen:
            return text
        chosen.sort(key=_start)
        stand_ins = [found for found in find_stand_ins(text) if self._is_opaque(found, scope)]
        written = []
        cursor = 0
        for finding, action in chosen:
            for start, end in _open_parts(text, finding, cursor, stand_ins):
                written.append(text[cursor:start])
                written.append(
                    self.replace(action, finding.entity_type, text[start:end], scope=scope)
                )
                cursor = end
        written.append(text[cursor:])
        return "".join(written)

    def protect_leaf(self, leaf: LeafFindings, choose: Choose, *, scope: Scope) -> None:
        """Protect one text of a JSON value in place; see :meth:`protect_tree` for several."""
        self.protect_tree([leaf], choose, scope=scope)

    def protect_tree(self, leaves: Iterable[LeafFindings], choose: Choose, *, scope: Scope) -> None:
        """Protect texts of a JSON value in place, all or, if one raises, none.

        A number becomes the text that stands for it. A key is renamed where it is, and numbered
        if another key has that name.

        Raises
        ------
        Rejected, InvalidText
            As :meth:`replace`.

        """
        edits = []
        for found in leaves:
            leaf = found.leaf
            text = self.protect_text(leaf.text, found.findings, choose, scope=scope)
            if text != leaf.text:
                edits.append(Edit(leaf.container, leaf.key, text, leaf.is_key))
        apply(edits)

    def opaque_spans(self, text: str, *, scope: Scope) -> list[tuple[int, int]]:
        """Return the spans of stand-ins that will not be touched again, in order."""
        return [
            (found.start, found.end)
            for found in find_stand_ins(text)
            if self._is_opaque(found, scope)
        ]

    def restore_text(
        self, text: str, *, scope: Scope, allow: Allow | None = None
    ) -> tuple[str, int]:
        """Return the text with its tokens turned back into values, and how many there were.

        Parameters
        ----------
        text:
            May hold tokens anywhere; only whole ones are turned back.
        scope:
            For whom: tokens made for another tenant or audience are refused.
        allow:
            Which entity types; tokens of others stay as they are. ``None`` means all.

        Raises
        ------
        InvalidToken
            If a token was altered, cut, invented, or made for another scope.

        """
        written = []
        cursor = count = 0
        for attempt in find_token_attempts(text):
            if allow is not None and not allow(attempt.entity_type):
                continue
            if attempt.token is None:
                raise InvalidToken(attempt.start)
            try:
                opened = self._ciphers.open(attempt.token, scope)
            except DecryptionError:
                raise InvalidToken(attempt.start) from None
            written.append(text[cursor : attempt.start])
            written.append(opened.value)
            cursor = attempt.token.end
            count += 1
        if not count:
            return text, 0
        written.append(text[cursor:])
        return "".join(written), count

    def restore_tree(
        self, value: Any, *, scope: Scope, allow: Allow | None = None
    ) -> tuple[Any, int]:
        """Restore every text and key of a JSON value in place; return it and the number of tokens.

        Raises
        ------
        InvalidToken
            As :meth:`restore_text`; the value is unchanged then.
        KeyCollision
            If two keys of one object would become the same; the value is unchanged then.

        """
        if isinstance(value, str):
            return self.restore_text(value, scope=scope, allow=allow)
        edits = []
        total = 0
        for container, key, text, is_key, trail in texts(value):
            try:
                restored, count = self.restore_text(text, scope=scope, allow=allow)
            except InvalidToken as error:
                raise InvalidToken(error.position, path_of(trail)) from None
            if count:
                total += count
                if is_key and restored in container:
                    raise KeyCollision
                edits.append(Edit(container, key, restored, is_key))
        apply(edits)
        return value, total

    def open(self, stand_in: str, *, scope: Scope) -> Opened:
        """Return the entity type and value of one token or envelope.

        Raises
        ------
        DecryptionError
            If it is neither, was altered, was made for another scope, or its key is gone.

        """
        parsed = parse_stand_in(stand_in)
        if parsed is None or parsed.kind not in {"token", "envelope"}:
            raise DecryptionError("neither a token nor an envelope")
        return self._ciphers.open(parsed, scope)

    def decrypt(self, envelope: str, *, scope: Scope) -> str:
        """Return the value of an envelope.

        Raises
        ------
        DecryptionError
            As :meth:`open`.

        """
        return self.open(envelope, scope=scope).value

    def decrypt_text(self, text: str, *, scope: Scope) -> str:
        """Return the text with its envelopes decrypted; everything else stays as it is.

        Raises
        ------
        DecryptionError
            As :meth:`open`.

        """
        written = []
        cursor = 0
        for found in find_stand_ins(text):
            if found.kind == "envelope":
                written.append(text[cursor : found.start])
                written.append(self._ciphers.open(found, scope).value)
                cursor = found.end
        written.append(text[cursor:])
        return "".join(written)

    def _is_opaque(self, found: StandIn, scope: Scope) -> bool:
        """Tell a stand-in from a value dressed as one.

        In brackets nothing fits that could be read as a value; an envelope's wider alphabet
        could carry one, so it must prove to be ours.
        """
        if found.kind == "token":
            return found.key_id in self._keys
        if found.kind == "envelope":
            try:
                self._ciphers.open(found, scope)
            except DecryptionError:
                return False
        return True


def _open_parts(
    text: str, finding: Finding, cursor: int, stand_ins: list[StandIn]
) -> Iterator[tuple[int, int]]:
    """Yield the parts of a finding after ``cursor`` that no stand-in covers."""
    start, end = max(finding.start, cursor), min(finding.end, len(text))
    at = bisect_right(stand_ins, start, key=_end)
    while at < len(stand_ins) and stand_ins[at].start < end:
        yield from _worth_hiding(text, start, stand_ins[at].start)
        start = stand_ins[at].end
        at += 1
    if start == finding.start < end:
        yield start, end
    else:
        yield from _worth_hiding(text, start, end)


def _worth_hiding(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if any(character.isalnum() for character in text[start:end]):
        yield start, end


def _start(chosen: tuple[Finding, Action]) -> int:
    return chosen[0].start


def _end(stand_in: StandIn) -> int:
    return stand_in.end
