"""Doing to findings what policy chose, and undoing what can be undone."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sumun.action import Action
from sumun.detection.finding import Finding
from sumun.detection.tree import LeafFindings
from sumun.protection.ciphers import Ciphers, Opened
from sumun.protection.errors import DecryptionError, InvalidToken, Rejected
from sumun.protection.keys import ProtectionKeys, Scope
from sumun.protection.masks import mask
from sumun.protection.restoring import Allow, AllowAt, Restorer
from sumun.protection.shaping import Shaper, find_opaque_shapes
from sumun.protection.stand_ins import StandIn, find_stand_ins, parse_stand_in
from sumun.protection.tree import Edit, apply, as_before
from sumun.protection.vault import Rows, VaultCiphers

Choose = Callable[[Finding], Action]
"""What is done with a finding."""

Shaped = Mapping[tuple[str, str], str]
"""What stands for a value of a type where a form was asked for."""


NOTHING_SHAPED: Final[Shaped] = {}


_PLACE: Final = {"COORDINATES"}


class Change(NamedTuple):
    """A text of a JSON value that was protected, and what stood there."""

    found: LeafFindings
    was: Any


class Protector:
    """Protects and restores texts and JSON values under one set of keys."""

    def __init__(self, keys: ProtectionKeys) -> None:
        self.use(keys)

    def use(self, keys: ProtectionKeys) -> None:
        """Take up other keys from now on."""
        self._keys = keys
        self._ciphers = Ciphers(keys)
        self._vault = VaultCiphers(keys)
        self._restorer = Restorer(self._ciphers, self._vault)
        self._shaper = Shaper(keys, self._vault)

    def replace(
        self,
        action: Action,
        entity_type: str,
        value: str,
        *,
        scope: Scope,
        rows: Rows | None = None,
    ) -> str:
        """Return what stands for one value.

        Parameters
        ----------
        action, entity_type, value:
            What is done with what.
        scope:
            For whom: it turns back into its value nowhere else.
        rows:
            Where rows for the vault are gathered, which the caller is to store before anybody
            sees the stand-in. Without it tokens hold their values themselves.

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
            case Action.TOKENIZE if rows is not None:
                name = self._vault.name(entity_type, value, scope)
                row = self._vault.seal(entity_type, name, value, scope)
                rows.setdefault(row.row_id, row)
                return f"<{entity_type}:{name}>"
            case Action.TOKENIZE:
                return self._ciphers.tokenize(entity_type, value, scope)
            case Action.ENCRYPT:
                return self._ciphers.encrypt(entity_type, value, scope)
            case Action.REJECT:
                raise Rejected(entity_type)

    def protect_text(
        self,
        text: str,
        findings: Sequence[Finding],
        choose: Choose,
        *,
        scope: Scope,
        rows: Rows | None = None,
        shaped: Shaped = NOTHING_SHAPED,
    ) -> str:
        """Return the text with every finding replaced as chosen.

        Stand-ins already in the text stay as they are. Where findings overlap, the earlier is
        replaced whole and of the later what is left of it. ``shaped`` says what stands for some
        values; for ``rows`` see :meth:`replace`.

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
        stand_ins = self.opaque_spans(text, scope=scope)
        written = []
        cursor = 0
        for finding, action in chosen:
            for start, end in _open_parts(text, finding, cursor, stand_ins):
                written.append(text[cursor:start])
                part = text[start:end]
                made = shaped.get((finding.entity_type, part)) or self.replace(
                    action, finding.entity_type, part, scope=scope, rows=rows
                )
                written.append(made)
                cursor = end
        written.append(text[cursor:])
        return "".join(written)

    def protect_leaf(self, leaf: LeafFindings, choose: Choose, *, scope: Scope) -> None:
        """Protect one text of a JSON value in place; see :meth:`protect_tree` for several."""
        self.protect_tree([leaf], choose, scope=scope)

    def protect_tree(
        self,
        leaves: Iterable[LeafFindings],
        choose: Choose,
        *,
        scope: Scope,
        rows: Rows | None = None,
    ) -> list[Change]:
        """Protect texts of a JSON value in place, all or, if one raises, none.

        A number becomes the text that stands for it; one of a pair of coordinates stays a number,
        rounded to a tenth of a degree, some ten kilometres. A key is renamed where it is, and
        numbered if another key has that name.

        Returns what was changed; for ``rows`` see :meth:`replace`.

        Raises
        ------
        Rejected, InvalidText
            As :meth:`replace`.

        """
        edits = []
        changes = []
        for found in leaves:
            leaf = found.leaf
            text = self.protect_text(leaf.text, found.findings, choose, scope=scope, rows=rows)
            if text != leaf.text:
                was = leaf.text if leaf.is_key else leaf.container[leaf.key]  # type: ignore[index]
                if type(was) is float and {each.entity_type for each in found.findings} == _PLACE:
                    edits.append(Edit(leaf.container, leaf.key, round(was, 1), is_key=False))
                    continue
                edits.append(Edit(leaf.container, leaf.key, text, leaf.is_key))
                changes.append(Change(found, was))
        apply(edits)
        return changes

    def protect_again(
        self,
        changes: Iterable[Change],
        choose: Choose,
        *,
        scope: Scope,
        rows: Rows | None,
        shaped: Shaped,
    ) -> None:
        """Write what was changed anew where a value in it now stands in a form of its own."""
        for found, was in changes:
            leaf, findings = found.leaf, found.findings
            parts = ((each.entity_type, leaf.text[each.start : each.end]) for each in findings)
            if not leaf.is_key and not shaped.keys().isdisjoint(parts):
                text = self.protect_text(
                    leaf.text, findings, choose, scope=scope, rows=rows, shaped=shaped
                )
                leaf.container[leaf.key] = as_before(was, text)  # type: ignore[index]

    def shape(
        self,
        action: Action,
        entity_type: str,
        value: str,
        *,
        scope: Scope,
        rows: Rows,
        fits: Callable[[str], bool],
    ) -> str | None:
        """Return a stand-in in the form of a value, the first that ``fits``; ``None`` if none does.

        What can be turned back under the action gets its row in ``rows``.
        """
        return self._shaper.shape(action, entity_type, value, scope=scope, rows=rows, fits=fits)

    def opaque_spans(self, text: str, *, scope: Scope) -> list[tuple[int, int]]:
        """Return the spans of stand-ins that will not be touched again, in order."""
        spans = [
            (found.start, found.end)
            for found in find_stand_ins(text)
            if self._is_opaque(found, scope)
        ]
        shapes = [
            (shape.start, shape.end)
            for shape in find_opaque_shapes(text)
            if self._shaper.is_ours(shape, scope)
        ]
        return sorted(spans + shapes) if shapes else spans

    def row_ids(self, value: Any, *, scope: Scope, allow: AllowAt | None = None) -> list[str]:
        """Return the ids of the rows that restoring a JSON value needs; most may not exist."""
        return self._restorer.row_ids(value, scope, allow)

    def places(self, text: str, *, kept: bool) -> list[tuple[int, int]]:
        """Return the spans of whatever restoring would look at, ``kept`` ones too, in order."""
        return self._restorer.places(text, kept=kept)

    def subjects(self, value: str, *, tenant: str) -> list[str]:
        """Return by which hashes the rows of a value are found, however it is written."""
        return self._vault.subjects(value, tenant)

    def restore_text(
        self,
        text: str,
        *,
        scope: Scope,
        allow: Allow | None = None,
        rows: Rows | None = None,
    ) -> tuple[str, int]:
        """Return the text with its stand-ins turned back into values, and how many there were.

        Parameters
        ----------
        text:
            May hold tokens and envelopes anywhere; only whole ones are turned back.
        scope:
            For whom: what was made for another is refused.
        allow:
            Which entity types; stand-ins of others stay as they are. ``None`` means all.
        rows:
            What the vault has of :meth:`row_ids`. Without it there are no stand-ins that take
            another form than that of a token.

        Raises
        ------
        InvalidToken
            If one was altered, cut, invented, made for another scope, erased or has expired.

        """
        return self._restorer.text(text, scope, allow, rows)

    def restore_tree(
        self,
        value: Any,
        *,
        scope: Scope,
        allow: AllowAt | None = None,
        rows: Rows | None = None,
    ) -> tuple[Any, int]:
        """Restore every text, key and number of a JSON value in place; return it and the number.

        ``allow`` is asked with the entity type and the JSON path (``$.to[0]``).

        Raises
        ------
        InvalidToken
            As :meth:`restore_text`; the value is unchanged then.
        KeyCollision
            If two keys of one object would become the same; the value is unchanged then.

        """
        return self._restorer.tree(value, scope, allow, rows)

    def open(self, stand_in: str, *, scope: Scope, rows: Rows | None = None) -> Opened:
        """Return the entity type and value of one token or envelope.

        ``rows`` are what the vault has of :meth:`row_ids`; without it there are no kept values.

        Raises
        ------
        DecryptionError
            If it is neither, was altered, was made for another scope, or its key is gone.

        """
        try:
            kept = self._restorer.kept(stand_in, scope, rows) if rows else None
        except InvalidToken:
            raise DecryptionError("its row was altered, or is another's") from None
        if kept is not None:
            return kept
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
        if found.kind == "kept":
            return self._vault.is_ours(found.entity_type, found.body, scope)
        if found.kind == "envelope":
            try:
                self._ciphers.open(found, scope)
            except DecryptionError:
                return False
        return True


def _open_parts(
    text: str, finding: Finding, cursor: int, stand_ins: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the parts of a finding after ``cursor`` that no stand-in covers."""
    start, end = max(finding.start, cursor), min(finding.end, len(text))
    at = bisect_right(stand_ins, start, key=_end)
    while at < len(stand_ins) and stand_ins[at][0] < end:
        yield from _worth_hiding(text, start, stand_ins[at][0])
        start = stand_ins[at][1]
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


def _end(span: tuple[int, int]) -> int:
    return span[1]
