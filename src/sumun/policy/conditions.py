"""What holds for one call and not for the next: when it is made, from where, with which values.

A condition is asked in one of two ways. A rule that gives something (access, a value) needs it to
hold ``surely``. One that takes something away is content if it may hold: what cannot be told
counts against the call.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import msgspec

from sumun.policy.patterns import matches, matches_any

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_A_DAY: Final = 24 * 60

Network = IPv4Network | IPv6Network
Scalar = str | int | float | bool


def _nothing_hidden(_text: str) -> bool:
    return False


class Circumstances(msgspec.Struct, frozen=True):
    """What is so for one call only.

    Attributes
    ----------
    arguments:
        Of the tool, decoded.
    address:
        The caller's; empty where there is none, as over stdio.
    at:
        When, in Unix seconds.
    is_hidden:
        Tells whether a text holds something that stands for another value.

    """

    arguments: Any = None
    address: str = ""
    at: float = 0.0
    is_hidden: Callable[[str], bool] = _nothing_hidden

    def moment(self) -> str:
        """Return when, in words of RFC 3339."""
        return datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds")


NOWHERE: Final = Circumstances()
"""What is said where nobody asks."""


class Hours(msgspec.Struct, frozen=True):
    """Some hours of some days of the week, in a time zone.

    ``begin`` and ``end`` are minutes after midnight; where the end comes first, the hours go past
    midnight and belong to the day they begin on.
    """

    zone: tzinfo = UTC
    days: frozenset[int] = frozenset(range(7))
    begin: int = 0
    end: int = MINUTES_OF_A_DAY

    def include(self, at: float) -> bool:
        """Tell whether a moment, in Unix seconds, is in them."""
        then = datetime.fromtimestamp(at, self.zone)
        day, minute = then.weekday(), then.hour * 60 + then.minute
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        if minute >= self.begin:
            return day in self.days
        return minute < self.end and (day - 1) % 7 in self.days

    def __str__(self) -> str:
        days = (
            "" if len(self.days) == len(DAYS) else "/".join(DAYS[day] for day in sorted(self.days))
        )
        return f"{days} {_clock(self.begin)}-{_clock(self.end)} {self.zone}".strip()


class Given(msgspec.Struct, frozen=True):
    """A test of the values of arguments.

    Attributes
    ----------
    argument:
        Pattern of paths in the arguments (``amount``, ``recipients[*].email``).
    equals:
        Any of these; a text and a number are never equal.
    matches:
        Any of these patterns of texts.
    minimum, maximum:
        Bounds of a number, which are included.

    """

    argument: str
    equals: tuple[Scalar, ...] = ()
    matches: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def holds(self, here: Circumstances, *, surely: bool) -> bool:
        """Tell whether all values there pass, or (not ``surely``) one may."""
        seen = False
        for value in _values(here.arguments, self.argument):
            passes = self._passes(value, here.is_hidden)
            if surely and not passes:
                return False
            if not surely and passes is not False:
                return True
            seen = True
        return surely and seen

    def __str__(self) -> str:
        if self.equals or self.matches:
            return f"{self.argument} = {' | '.join(map(str, self.equals or self.matches))}"
        least = "" if self.minimum is None else f"{self.minimum:g}"
        most = "" if self.maximum is None else f"{self.maximum:g}"
        return f"{self.argument} = {least}..{most}"

    def _passes(self, value: object, is_hidden: Callable[[str], bool]) -> bool | None:
        """Tell whether one value does; ``None`` where it is of a kind that cannot be compared."""
        if isinstance(value, str):
            if is_hidden(value) or not (self.matches or self._compares(str)):
                return None
            return matches_any(self.matches, value) or value in self.equals
        if isinstance(value, bool):
            return any(value is each for each in self.equals) if self._compares(bool) else None
        if not isinstance(value, int | float):
            return None
        if self.minimum is None and self.maximum is None:
            if not (self._compares(int) or self._compares(float)):
                return None
            return any(value == each and not isinstance(each, bool) for each in self.equals)
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )

    def _compares(self, kind: type) -> bool:
        return any(type(each) is kind for each in self.equals)


class Conditions(msgspec.Struct, frozen=True):
    """All that a rule asks of one call: one of the hours, one of the networks, every value."""

    time: tuple[Hours, ...] = ()
    network: tuple[Network, ...] = ()
    given: tuple[Given, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.time or self.network or self.given)

    def unmet(self, here: Circumstances, *, surely: bool) -> str:
        """Return which of ``time``, ``network`` and ``given`` does not hold; empty if all do."""
        if self.time and not any(hours.include(here.at) for hours in self.time):
            return "time"
        if self.network:
            address = ip_address_of(here.address)
            known = address is not None
            if (surely or known) and not (known and _is_in(address, self.network)):
                return "network"
        if not all(each.holds(here, surely=surely) for each in self.given):
            return "given"
        return ""

    def words(self, field: str) -> tuple[str, ...]:
        """Return what is asked of ``time``, ``network`` or ``given``, for people."""
        return tuple(map(str, getattr(self, field)))

    def cover(self, other: "Conditions") -> bool:
        """Tell whether these hold wherever the others do."""
        return (
            (not self.time or (bool(other.time) and set(other.time) <= set(self.time)))
            and (not self.network or _contain(self.network, other.network))
            and set(self.given) <= set(other.given)
        )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(maxsize=4096)
def ip_address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, that of IPv4 where it is only mapped; nothing if it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: IPv4Address | IPv6Address | None, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _contain(ours: tuple[Network, ...], theirs: tuple[Network, ...]) -> bool:
    return bool(theirs) and all(
        any(
            their.version == our.version and their.subnet_of(our)  # type: ignore[arg-type]
            for our in ours
        )
        for their in theirs
    )


def _values(arguments: Any, pattern: str) -> Iterator[Any]:
    """Yield what is at the paths that fit a pattern.

    What is not a scalar there fits no comparison; where the pattern goes on with a star, what is
    in it fits the pattern itself.
    """
    open_ended = pattern.endswith("*")
    stack: list[tuple[str, Any]] = [("", arguments)]
    while stack:
        path, value = stack.pop()
        within: Iterator[tuple[str, Any]] | None = None
        if isinstance(value, dict):
            within = ((f"{path}.{key}" if path else str(key), value[key]) for key in value)
        elif isinstance(value, list):
            within = ((f"{path}[{index}]", each) for index, each in enumerate(value))
        if within is not None:
            stack.extend(within)
        if path and (within is None or not open_ended) and matches(pattern, path):
            yield value
