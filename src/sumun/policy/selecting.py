"""Reading which calls a rule means."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from ipaddress import ip_network
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sumun.policy.conditions import (
    DAYS,
    MINUTES_OF_A_DAY,
    Conditions,
    Given,
    Hours,
    Network,
)
from sumun.policy.document import Table
from sumun.policy.when import When

MAX_CONDITIONS: Final = 20
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_OFFSET: Final = re.compile(r"([+-])([01]\d):([0-5]\d)")


def read_when(table: Table) -> When:
    """Read what every kind of rule may say of the calls it means."""
    return When(
        server=table.words("server"),
        tool=table.words("tool"),
        client=table.words("client"),
        subject=table.words("subject"),
        scope=table.words("scope"),
        tenant=table.words("tenant"),
        acr=table.words("acr"),
        conditions=Conditions(
            time=tuple(map(_read_hours, table.tables("time", MAX_CONDITIONS))),
            network=_read_networks(table),
            given=tuple(map(_read_given, table.tables("given", MAX_CONDITIONS))),
        ),
    )


def _read_hours(table: Table) -> Hours:
    days = [_read_day(table, word) for word in table.words("days")]
    hours = Hours(
        zone=_read_zone(table),
        days=frozenset(days) if days else Hours().days,
        begin=_read_minutes(table, "from", 0),
        end=_read_minutes(table, "to", MINUTES_OF_A_DAY),
    )
    if hours.begin == hours.end:
        table.note("", "from and to are the same, so there is no such time")
    table.refuse_others()
    return hours


def _read_day(table: Table, word: str) -> int:
    name = word.lower()[:3]
    if name not in DAYS:
        table.note("days", f'unknown day "{word[:20]}"; known: {", ".join(DAYS)}')
        return 0
    return DAYS.index(name)


def _read_minutes(table: Table, key: str, default: int) -> int:
    text = table.text(key)
    if not text and key not in table:
        return default
    found = _CLOCK.fullmatch(text)
    if found is None:
        table.note(key, f'{key} must be a time of day: {key} = "09:00"')
        return default
    return int(found[1]) * 60 + int(found[2]) if found[1] else MINUTES_OF_A_DAY


def _read_zone(table: Table) -> tzinfo:
    name = table.text("zone")
    offset = _OFFSET.fullmatch(name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.note(
            "zone",
            f'zone must be one that is known here: zone = "Asia/Seoul", "UTC" or "+09:00"; '
            f'"{name[:80]}" is not',
        )
        return UTC


def _read_networks(table: Table) -> tuple[Network, ...]:
    found = []
    for word in table.words("network"):
        try:
            found.append(ip_network(word))
        except ValueError as error:
            table.note("network", f"network must be an address or a range of them: {error}")
    return tuple(found)


def _read_given(table: Table) -> Given:
    given = Given(
        argument=table.text("argument"),
        equals=table.scalars("equals"),
        matches=table.words("matches"),
        minimum=table.bound("minimum"),
        maximum=table.bound("maximum"),
    )
    if not given.argument:
        table.note("argument", 'argument is missing: name where the value is, such as "amount"')
    ranged = given.minimum is not None or given.maximum is not None
    if bool(given.equals) + bool(given.matches) + ranged != 1:
        table.note("", "give one of equals, matches, or minimum and maximum")
    if None not in (given.minimum, given.maximum) and not _is_range(given):
        table.note("maximum", "maximum is less than minimum, so no number fits")
    table.refuse_others()
    return given


def _is_range(given: Given) -> bool:
    return (given.minimum or 0) <= (given.maximum or 0)
