"""Giving a value a stand-in in its own form, and knowing such a one again."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from sumun.action import Action
from sumun.protection.keys import ProtectionKeys, Scope
from sumun.protection.shapes import (
    DOMAIN,
    Shape,
    ShapeCipher,
    find_shapes,
    first_fitting,
    make_shapes,
    name_of,
)
from sumun.protection.stand_ins import KEPT_LENGTH
from sumun.protection.vault import Rows, VaultCiphers

_EMAIL: Final = "EMAIL_ADDRESS"
_REVERSIBLE: Final = frozenset({Action.TOKENIZE, Action.ENCRYPT})
_NOBODYS: Final = frozenset({_EMAIL, "PHONE_NUMBER", "IBAN_CODE", "DATE_OF_BIRTH", "IP_ADDRESS"})
"""Types whose reserved forms no number of another kind has, an account's for example."""
_CACHED_CIPHERS: Final = 256


class Shaper:
    """Makes stand-ins that keep a form.

    Parameters
    ----------
    keys:
        What they are made under.
    vault:
        Where what they mean is kept.

    """

    def __init__(self, keys: ProtectionKeys, vault: VaultCiphers) -> None:
        self._keys = keys
        self._vault = vault
        self._cipher = lru_cache(_CACHED_CIPHERS)(self._make_cipher)

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
        """Return the first stand-in that fits, with its row if the action can be undone."""
        reversible = action in _REVERSIBLE
        made = first_fitting(self._shapes(entity_type, value, scope, reversible), fits)
        if made is not None and reversible:
            row = self._vault.seal(entity_type, name_of(entity_type, made), value, scope)
            rows[row.row_id] = row
        return made

    def is_ours(self, shape: Shape, scope: Scope) -> bool:
        """Tell a stand-in from a value dressed as one, as far as it can be told without the vault.

        An e-mail address has check characters; of the others only the range can be seen.
        """
        if shape.entity_type == _EMAIL:
            return len(shape.name) == KEPT_LENGTH and self._vault.is_ours(_EMAIL, shape.name, scope)
        return shape.reserved

    def _shapes(
        self, entity_type: str, value: str, scope: Scope, reversible: bool
    ) -> Iterator[str]:
        if entity_type == _EMAIL:
            # Of what cannot be turned back, the name is that of another value.
            said = value if reversible else f"\0{value}"
            yield f"{self._vault.name(_EMAIL, said, scope)}@{DOMAIN}"
            return
        purpose = "shape" if reversible else "shape-only"
        yield from make_shapes(entity_type, value, self._cipher(purpose, scope))

    def _make_cipher(self, purpose: str, scope: Scope) -> ShapeCipher:
        return ShapeCipher(self._keys.derive(self._keys.current_id, purpose, 32, *scope.words))


def find_opaque_shapes(text: str) -> Iterator[Shape]:
    """Yield what may be such a stand-in and cannot be a value."""
    return find_shapes(text, _NOBODYS.__contains__)
