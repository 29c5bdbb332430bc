"""The smallest door: a decorator around a function."""

import asyncio
import inspect
import os
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from sumun.action import Action
from sumun.guard import Admitted, Call, Guard, Principal, Refusal
from sumun.integrations.local import LocalHouse, local_house
from sumun.integrations.plain import from_plain, to_plain
from sumun.policy import Policy

P = ParamSpec("P")
R = TypeVar("R")
PiiPolicy = Literal["encrypt", "mask", "reject", "redact", "hash", "tokenize"]

_WHO = ("client_id", "user_id")


class CallRefused(PermissionError):
    """The guard refuses the call or its result.

    Attributes
    ----------
    refusal:
        Why, and what would help.

    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def secure_tool(
    requires_encryption: bool = False,
    log_access: bool = True,
    pii_policy: PiiPolicy = "encrypt",
    *,
    house: LocalHouse | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Put a function, ``async`` or not, behind the guard.

    The function's own arguments ``client_id`` and ``user_id`` say who calls; they are recorded,
    not altered. Everything else in the arguments, and the result, is protected.

    Parameters
    ----------
    requires_encryption:
        What is found in the *result* leaves it encrypted, whatever ``pii_policy`` says of masking.
    log_access:
        Record every call; without it only those in which something was found or refused.
    pii_policy:
        What is done with personal data: ``encrypt``, ``mask`` or ``reject`` (the call raises
        :class:`CallRefused`).
    house:
        The keys and the log to use; the process's own by default.

    Raises
    ------
    ValueError
        If ``pii_policy`` is none of these.

    """
    results = "encrypt" if requires_encryption and pii_policy != "reject" else pii_policy

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        local = house or local_house()
        policy = Policy.uniform(Action(pii_policy), results=Action(results))
        guard = local.rooms.guard(policy)
        quiet = not log_access
        signature = inspect.signature(function)

        def bind(args: tuple[Any, ...], kwargs: dict[str, Any]) -> "_Passage":
            bound = signature.bind(*args, **kwargs)
            call = Call(
                server="",
                method="tools/call",
                tool=function.__name__,
                correlation_id=os.urandom(8).hex(),
                quiet=quiet,
            )
            return _Passage(guard, call, bound)

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def secured(*args: P.args, **kwargs: P.kwargs) -> Any:
                passage = bind(args, kwargs)
                await _elsewhere(local, passage.enter())
                try:
                    result = await function(*passage.bound.args, **passage.bound.kwargs)
                except Exception:
                    await _elsewhere(local, passage.fail())
                    raise
                return await _elsewhere(local, passage.leave(result))

            return secured  # type: ignore[return-value]

        @wraps(function)
        def secured_sync(*args: P.args, **kwargs: P.kwargs) -> R:
            passage = bind(args, kwargs)
            local.run(passage.enter())
            try:
                result = function(*passage.bound.args, **passage.bound.kwargs)
            except Exception:
                local.run(passage.fail())
                raise
            leaving: R = local.run(passage.leave(result))
            return leaving

        return secured_sync

    return decorate


async def _elsewhere(house: LocalHouse, coroutine: Coroutine[Any, Any, Any]) -> Any:
    return await asyncio.wrap_future(house.submit(coroutine))


class _Passage:
    """One call on its way through the guard and back."""

    def __init__(self, guard: Guard, call: Call, bound: inspect.BoundArguments) -> None:
        self._guard = guard
        self._call = call
        self.bound = bound
        arguments = dict(bound.arguments)
        who = {key: str(arguments.get(key) or "local") for key in _WHO}
        self._principal = Principal(
            subject=who["user_id"], client_id=who["client_id"], scopes=frozenset({"mcp:*"})
        )
        self._data = {key: value for key, value in arguments.items() if key not in _WHO}
        self._admitted: Admitted | None = None

    async def enter(self) -> None:
        """Protect the arguments, or raise."""
        plain = to_plain(self._data)
        self._call.params = {"name": self._call.tool, "arguments": plain}
        admitted = await self._guard.admit(self._principal, self._call)
        if isinstance(admitted, Refusal):
            raise CallRefused(admitted)
        self._admitted = admitted
        self.bound.arguments.update(from_plain(self._data, plain))

    async def leave(self, result: Any) -> Any:
        """Protect the result and record the outcome, or raise."""
        admitted = self._entered()
        holder = {"value": to_plain(result)}
        released = await self._guard.release(admitted, holder)
        if isinstance(released, Refusal):
            raise CallRefused(released)
        return from_plain(result, released.result["value"])

    async def fail(self) -> None:
        """Record that the function raised."""
        await self._guard.abandon(self._entered(), "tool_error")

    def _entered(self) -> Admitted:
        if self._admitted is None:
            raise RuntimeError("the call was never admitted")
        return self._admitted
