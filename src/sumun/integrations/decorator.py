"""The smallest door: a decorator around a function."""

import asyncio
import inspect
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, Final, Literal, ParamSpec, TypeVar, get_args

from sumun.action import Action
from sumun.detection import Unscannable
from sumun.guard import Admitted, Call, Guard, Principal, Refusal
from sumun.integrations.local import LocalHouse, local_house
from sumun.integrations.plain import from_plain, to_plain
from sumun.policy import Policy

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
PiiPolicy = Literal["encrypt", "mask", "reject", "redact", "hash", "tokenize"]

_WHO: Final = ("client_id", "user_id")
_RECEIVERS: Final = frozenset({"self", "cls"})


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
    not altered. Everything else in the arguments, and the result, is protected. What the function
    raises is recorded as a failure and raised unchanged.

    Parameters
    ----------
    requires_encryption:
        What is found in the *result* leaves it encrypted, whatever ``pii_policy`` says of masking.
    log_access:
        Record every call; without it only those in which something was found or refused.
    pii_policy:
        What is done with personal data: ``encrypt``, ``mask`` or ``reject`` (the call raises
        :class:`CallRefused`); also ``redact``, ``hash`` and ``tokenize``.
    house:
        The keys and the log to use; the process's own by default, opened by the first call.

    Raises
    ------
    ValueError
        If ``pii_policy`` is none of these.
    TypeError
        If what is decorated is no function, or a generator.

    """
    known = get_args(PiiPolicy)
    if pii_policy not in known:
        raise ValueError(f"pii_policy: {pii_policy!r} is none of {', '.join(known)}")
    results = "encrypt" if requires_encryption and pii_policy != "reject" else pii_policy
    policy = Policy.uniform(Action(pii_policy), results=Action(results))

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        door = _Door(function, policy, quiet=not log_access, house=house)

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def secured(*args: P.args, **kwargs: P.kwargs) -> Any:
                passage = door.open(args, kwargs)
                await passage.elsewhere(passage.enter())
                with passage:
                    result = await function(*passage.bound.args, **passage.bound.kwargs)
                return await passage.elsewhere(passage.leave(result))

            return secured  # type: ignore[return-value]

        @wraps(function)
        def secured_sync(*args: P.args, **kwargs: P.kwargs) -> R:
            passage = door.open(args, kwargs)
            passage.house.run(passage.enter())
            with passage:
                result = function(*passage.bound.args, **passage.bound.kwargs)
            leaving: R = passage.house.run(passage.leave(result))
            return leaving

        return secured_sync

    return decorate


class _Door:
    """What is the same for every call of one function.

    Attributes
    ----------
    receiver:
        The name of the parameter that is the object of a method; empty if there is none.
    rest:
        The name of the parameter that takes all other keyword arguments; empty if there is none.

    """

    def __init__(
        self, function: Callable[..., Any], policy: Policy, *, quiet: bool, house: LocalHouse | None
    ) -> None:
        if not callable(function):
            raise TypeError(
                "secure_tool goes right above the function, below @classmethod and such"
            )
        self._name = getattr(function, "__name__", type(function).__name__)
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{self._name}: what a generator yields leaves before the guard has seen all of "
                "it; return a list"
            )
        self._signature = inspect.signature(function)
        self.receiver = next((n for n in self._signature.parameters if n in _RECEIVERS), "")
        self.rest = next(
            (
                name
                for name, parameter in self._signature.parameters.items()
                if parameter.kind is parameter.VAR_KEYWORD
            ),
            "",
        )
        self._policy = policy
        self._quiet = quiet
        self._house = house
        self._guard: tuple[LocalHouse, Guard] | None = None

    def open(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> "_Passage":
        """Begin a call."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        house = self._house or local_house()
        if self._guard is None or self._guard[0] is not house:
            self._guard = (house, house.rooms.guard(self._policy))
        call = Call(
            server="",
            method="tools/call",
            tool=self._name,
            correlation_id=os.urandom(8).hex(),
            quiet=self._quiet,
        )
        return _Passage(self, house, self._guard[1], call, bound)


class _Passage:
    """One call on its way through the guard and back; a context around the function's own work."""

    def __init__(
        self,
        door: _Door,
        house: LocalHouse,
        guard: Guard,
        call: Call,
        bound: inspect.BoundArguments,
    ) -> None:
        self.house = house
        self.bound = bound
        self._guard = guard
        self._call = call
        self._rest = rest = door.rest
        given = bound.arguments
        others = given[rest] if rest else {}
        who = {key: given.get(key) or others.get(key) for key in _WHO}
        self._principal = Principal(
            subject=str(who["user_id"] or "local"),
            client_id=str(who["client_id"] or "local"),
            scopes=frozenset({"mcp:*"}),
        )
        # A method's object is where it works, not what it is given.
        kept = {door.receiver, *_WHO}
        self._data = {name: value for name, value in given.items() if name not in kept}
        if rest:
            self._data[rest] = {name: item for name, item in others.items() if name not in _WHO}
        self._admitted: Admitted | None = None

    async def elsewhere(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run ``coroutine`` on the house's loop, and wait for it on this one."""
        return await asyncio.wrap_future(self.house.submit(coroutine))

    async def enter(self) -> None:
        """Protect the arguments, or raise."""
        unscannable: Unscannable | None = None
        plain: Any = None
        try:
            plain = to_plain(self._data)
        except Unscannable as error:
            unscannable = error
        self._call.params = {"name": self._call.tool, "arguments": plain}
        admitted = await self._guard.admit(self._principal, self._call)
        if isinstance(admitted, Refusal):
            raise CallRefused(admitted)
        self._admitted = admitted
        if unscannable is not None:
            raise CallRefused(
                await self._guard.refuse_unscannable(admitted, "arguments", unscannable)
            )
        protected = from_plain(self._data, plain)
        if self._rest:
            others = self.bound.arguments[self._rest]
            who = {name: others[name] for name in _WHO if name in others}
            protected = {**protected, self._rest: {**who, **protected[self._rest]}}
        self.bound.arguments.update(protected)

    async def leave(self, result: Any) -> Any:
        """Protect the result and record the outcome, or raise."""
        admitted = self._entered()
        try:
            holder = {"value": to_plain(result, whole=True)}
        except Unscannable as error:
            raise CallRefused(
                await self._guard.refuse_unscannable(admitted, "results", error)
            ) from None
        released = await self._guard.release(admitted, holder)
        if isinstance(released, Refusal):
            raise CallRefused(released)
        return from_plain(result, released.result["value"])

    def __enter__(self) -> None:
        """Begin the function's own work."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Record that the function raised, without waiting and without hiding what it raised."""
        if kind is not None:
            reason = "tool_error" if issubclass(kind, Exception) else "cancelled"
            with suppress(RuntimeError):
                self.house.submit(self._guard.abandon(self._entered(), reason))

    def _entered(self) -> Admitted:
        if self._admitted is None:
            raise RuntimeError("the call was never admitted")
        return self._admitted
