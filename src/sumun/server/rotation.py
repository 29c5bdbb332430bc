"""Signing keys rotated by themselves, as the schedule says."""

import asyncio
import logging
from typing import Final

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.keys import KeyMaterialError, Schedule, SignerUnavailable, SigningKeyring
from sumun.storage import StorageError

EVERY: Final = 1.0
"""Seconds between two looks at the schedule."""

AGAIN: Final = 60.0
"""Seconds until a rotation that failed is tried again."""

_log = logging.getLogger("sumun.keys")


class KeyRotation:
    """Follows the schedule for as long as the server runs, and records each rotation.

    Every process of every node does so; which one rotates is decided where the keys are.
    """

    def __init__(self, keyring: SigningKeyring, schedule: Schedule, audit: AuditLog) -> None:
        self._keyring = keyring
        self._schedule = schedule
        self._audit = audit

    async def run(self) -> None:
        """Look at the schedule now and then, for ever."""
        while True:
            try:
                await self.follow()
            except (KeyMaterialError, SignerUnavailable, StorageError, AuditUnavailable) as error:
                _log.error("the signing keys were not rotated: %s", error)
                await asyncio.sleep(AGAIN)
            await asyncio.sleep(EVERY)

    async def follow(self) -> None:
        """Do what is due.

        Raises
        ------
        KeyMaterialError, SignerUnavailable, StorageError
            If it could not be done.
        AuditUnavailable
            If it was done and could not be recorded.

        """
        # In a thread, because it waits for a lock, the disk, and whoever makes the key.
        for kid in await asyncio.to_thread(self._keyring.follow, self._schedule):
            await self._audit.record(
                Event(
                    event_type="key_rotated",
                    action_taken="rotated",
                    source="schedule",
                    detail={"kid": kid},
                )
            )
