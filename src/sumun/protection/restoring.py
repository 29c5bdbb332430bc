"""Turning stand-ins back into values, whole ones only."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from sumun.protection.ciphers import Ciphers, Opened
from sumun.protection.errors import DecryptionError, InvalidToken, KeyCollision
from sumun.protection.keys import Scope
from sumun.protection.shapes import find_shapes
from sumun.protection.stand_ins import (
    ENVELOPE_PREFIX,
    KEPT_LENGTH,
    StandIn,
    find_stand_ins,
    find_token_attempts,
)
from sumun.protection.tree import Edit, Trail, apply, as_before, exact_path, path_of, texts
from sumun.protection.vault import Rows, VaultCiphers

Allow = Callable[[str], bool]
"""Whether stand-ins of an entity type are restored."""
AllowAt = Callable[[str, str], bool]
"""Whether stand-ins of an entity type are restored at a JSON path."""

_EMAIL: Final = "EMAIL_ADDRESS"


class _Place(msgspec.Struct, frozen=True, gc=False):
    """Where something is to be restored: a stand-in, or a name that only the vault knows."""

    start: int
    end: int
    entity_type: str
    stand_in: StandIn | None = None
    name: str = ""
    reserved: bool = True


class Restorer:
    """Restores texts and JSON values.

    Parameters
    ----------
    ciphers, vault:
        Open what was made under the same keys.

    """

    def __init__(self, ciphers: Ciphers, vault: VaultCiphers) -> None:
        self._ciphers = ciphers
        self._vault = vault

    def row_ids(self, value: Any, scope: Scope, allow: AllowAt | None) -> list[str]:
        """Return in which rows the values of kept stand-ins may be found."""
        found: dict[str, None] = {}
        for text, trail in _all_texts(value):
            for place in _places(text, _at(allow, trail), kept=True):
                if place.name and self._may_be_ours(place, scope):
                    ids = self._vault.row_ids(place.entity_type, place.name, scope)
                    found.update(dict.fromkeys(ids))
        return list(found)

    def places(self, text: str, *, kept: bool) -> list[tuple[int, int]]:
        """Return the spans that restoring would look at."""
        return [(place.start, place.end) for place in _places(text, None, kept=kept)]

    def kept(self, text: str, scope: Scope, rows: Rows) -> Opened | None:
        """Return type and value where the whole of a text stands for a kept value.

        Raises
        ------
        InvalidToken
            If its row cannot be opened.

        """
        for place in _places(text, None, kept=True):
            if place.name and (place.start, place.end) == (0, len(text)):
                value = self._open_kept(place, scope, rows)
                if value is not None:
                    return Opened(place.entity_type, value)
        return None

    def text(
        self, text: str, scope: Scope, allow: Allow | None, rows: Rows | None
    ) -> tuple[str, int]:
        """Return a text restored, and how many stand-ins there were.

        Raises
        ------
        InvalidToken
            If one was altered, cut, invented, erased, or made for another scope.

        """
        written = []
        cursor = count = 0
        unknown: list[_Place] = []
        for place in _places(text, allow, kept=rows is not None):
            if place.start < cursor:
                continue
            value = self._open(place, scope, allow, rows)
            if value is not None:
                written.append(text[cursor : place.start])
                written.append(value)
                cursor = place.end
                count += 1
                unknown = [each for each in unknown if each.end <= place.start]
            elif place.reserved:
                unknown.append(place)
        if unknown:
            raise InvalidToken(unknown[0].start)
        if not count:
            return text, 0
        written.append(text[cursor:])
        return "".join(written), count

    def tree(
        self, value: Any, scope: Scope, allow: AllowAt | None, rows: Rows | None
    ) -> tuple[Any, int]:
        """Restore every text, key and number of a JSON value in place.

        Raises
        ------
        InvalidToken, KeyCollision
            Then the value is unchanged.

        """
        if isinstance(value, str):
            return self.text(value, scope, _at(allow, ()), rows)
        edits = []
        total = 0
        for container, key, text, is_key, trail in texts(value):
            try:
                restored, count = self.text(text, scope, _at(allow, trail), rows)
            except InvalidToken as error:
                raise InvalidToken(error.position, path_of(trail)) from None
            if count:
                total += count
                if is_key and restored in container:
                    raise KeyCollision
                now = restored if is_key else as_before(container[key], restored)
                edits.append(Edit(container, key, now, is_key))
        apply(edits)
        return value, total

    def _open(
        self, place: _Place, scope: Scope, allow: Allow | None, rows: Rows | None
    ) -> str | None:
        """Return the value; ``None`` if there is none, or it may not be restored.

        Raises
        ------
        InvalidToken
            If it is a stand-in, but not a good one.

        """
        if place.name:
            return self._open_kept(place, scope, rows)
        if place.stand_in is None:
            raise InvalidToken(place.start)
        try:
            opened = self._ciphers.open(place.stand_in, scope)
        except DecryptionError:
            raise InvalidToken(place.start) from None
        # What type an envelope is of, it says only now.
        return opened.value if allow is None or allow(opened.entity_type) else None

    def _open_kept(self, place: _Place, scope: Scope, rows: Rows | None) -> str | None:
        if rows is None or not self._may_be_ours(place, scope):
            return None
        for row_id in self._vault.row_ids(place.entity_type, place.name, scope):
            row = rows.get(row_id)
            if row is not None:
                try:
                    entity_type, value = self._vault.open(row, scope)
                except DecryptionError:
                    raise InvalidToken(place.start) from None
                return value if entity_type == place.entity_type else None
        return None

    def _may_be_ours(self, place: _Place, scope: Scope) -> bool:
        """Tell by its check characters, where it has any, that it was not altered."""
        if place.stand_in is None and place.entity_type != _EMAIL:
            return True
        return len(place.name) == KEPT_LENGTH and self._vault.is_ours(
            place.entity_type, place.name, scope
        )


def _at(allow: AllowAt | None, trail: Trail) -> Allow | None:
    if allow is None:
        return None
    path = ""

    def allow_here(entity_type: str) -> bool:
        nonlocal path
        path = path or exact_path(trail)
        return allow(entity_type, path)

    return allow_here


def _all_texts(value: Any) -> Iterator[tuple[str, Trail]]:
    if isinstance(value, str):
        yield value, ()
    else:
        for _container, _key, text, _is_key, trail in texts(value):
            yield text, trail


def _places(text: str, allow: Allow | None, *, kept: bool) -> Iterable[_Place]:
    """Return the places to restore, in order."""
    places = []
    for attempt in find_token_attempts(text):
        token = attempt.token
        if allow is not None and not allow(attempt.entity_type):
            continue
        name = token.body if token is not None and token.kind == "kept" else ""
        end = attempt.start + 1 if token is None else token.end
        places.append(_Place(attempt.start, end, attempt.entity_type, token, name))
    if ENVELOPE_PREFIX in text:
        places.extend(
            _Place(found.start, found.end, "", found)
            for found in find_stand_ins(text)
            if found.kind == "envelope"
        )
    if kept:
        places.extend(
            _Place(shape.start, shape.end, shape.entity_type, None, shape.name, shape.reserved)
            for shape in find_shapes(text, allow or _any)
        )
    return sorted(places, key=_start)


def _any(_entity_type: str) -> bool:
    return True


def _start(place: _Place) -> int:
    return place.start
