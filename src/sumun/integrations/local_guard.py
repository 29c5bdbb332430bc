"""The guard of this process, for whoever calls it from an event loop of their own."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sumun.config import Config
from sumun.guard import Admitted, Call, Principal, Refusal, Released, read_policy
from sumun.integrations.local import LocalHouse, local_house
from sumun.policy import Policy

T = TypeVar("T")


class LocalGuard:
    """A guard on the loop of a local house.

    Parameters
    ----------
    config:
        Where keys, log and policy are; by default read as everywhere (``sumun.toml``,
        ``SUMUN_*``), and shared with whatever else of this process has no other.
    policy:
        Instead of the policy document of the configuration.

    Raises
    ------
    ConfigurationError, KeyMaterialError, StorageError
        If the configuration, the keys or the storage cannot be used.

    """

    def __init__(self, config: Config | None = None, policy: Policy | None = None) -> None:
        self._house = local_house() if config is None else LocalHouse(config)
        rooms = self._house.rooms
        self._guard = rooms.guard(policy or read_policy(rooms.config))

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._guard.policy

    async def admit(self, principal: Principal, call: Call) -> Admitted | Refusal:
        """Do as :meth:`sumun.guard.Guard.admit`."""
        return await self._on_house(self._guard.admit(principal, call))

    async def release(
        self, admitted: Admitted, result: Any, raw: bytes, *, failed: bool = False
    ) -> Released | Refusal:
        """Do as :meth:`sumun.guard.Guard.release`."""
        return await self._on_house(self._guard.release(admitted, result, raw, failed=failed))

    async def screen(self, admitted: Admitted, message: Any, raw: bytes) -> Released | Refusal:
        """Do as :meth:`sumun.guard.Guard.screen`."""
        return await self._on_house(self._guard.screen(admitted, message, raw))

    def abandon(self, admitted: Admitted, reason: str) -> None:
        """Have it recorded that a call got no answer; nobody waits for that."""
        self._house.submit(self._guard.abandon(admitted, reason))

    async def _on_house(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._house.submit(coroutine))
