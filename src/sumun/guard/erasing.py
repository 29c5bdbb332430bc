"""Erasing what is kept of people, of a tenant, or under a key; and proving it in the log."""

import asyncio
from collections.abc import Callable, Iterable

import msgspec

from sumun.audit import Event
from sumun.guard.rooms import Rooms
from sumun.guard.subjects import Subjects
from sumun.guard.vault import erase_key, erase_subjects, erase_tenant
from sumun.storage import Transaction


class Erased(msgspec.Struct, frozen=True):
    """What is gone.

    Attributes
    ----------
    values:
        Rows of the vault.
    fingerprint:
        SHA-256 of the key that was destroyed, which the log knows it by; empty if none was.

    """

    values: int
    fingerprint: str = ""


async def erase_people(rooms: Rooms, tenant: str, values: Iterable[str], by: Event) -> Erased:
    """Forget what short tokens stand for, wherever it is one of these values.

    Rows go, and the event of it comes, in one transaction. Tokens that hold their values
    themselves are not in anybody's hands to erase; for them a key must be destroyed.

    Raises
    ------
    StorageError, AuditDamaged
        Then nothing was erased.

    """
    given = list(values)
    known_by = Subjects(rooms.root.derive("audit-subject"), tenant)
    subjects = [each for value in given for each in rooms.protector.subjects(value, tenant=tenant)]
    event = msgspec.structs.replace(by, subjects=sorted(map(known_by.hash, given)))
    return await _erase(rooms, event, "", lambda tx: erase_subjects(tx, tenant, subjects))


async def destroy_tenant(rooms: Rooms, tenant: str, by: Event) -> Erased:
    """Destroy a tenant's key, and all that was kept for it.

    Nothing that was protected for it turns back any more, wherever it is.

    Raises
    ------
    KeyMaterialError, StorageError, AuditDamaged
        If it could not be destroyed, or not recorded.

    """
    fingerprint = await asyncio.to_thread(rooms.data_keys.destroy_tenant, tenant)
    return await _erase(rooms, by, fingerprint, lambda tx: erase_tenant(tx, tenant))


async def destroy_key(rooms: Rooms, key_id: str, by: Event) -> Erased:
    """Destroy a data key, and all that was sealed under it.

    Raises
    ------
    KeyMaterialError, StorageError, AuditDamaged
        If it could not be destroyed, or not recorded.

    """
    fingerprint = await asyncio.to_thread(rooms.data_keys.destroy, key_id)
    return await _erase(rooms, by, fingerprint, lambda tx: erase_key(tx, key_id))


async def _erase(
    rooms: Rooms, by: Event, fingerprint: str, rows: Callable[[Transaction], int]
) -> Erased:
    def erase(tx: Transaction) -> Erased:
        erased = Erased(rows(tx), fingerprint)
        detail = {**(by.detail or {}), "values": erased.values}
        if fingerprint:
            detail["fingerprint"] = fingerprint
        rooms.audit.append(tx, msgspec.structs.replace(by, detail=detail))
        return erased

    return await rooms.database.write(erase)
