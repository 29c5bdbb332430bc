"""Checks of the signing keys: which signs, and whether the schedule is kept."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sumun.cli.checks import Check, failed, passed, warned
from sumun.cli.language import tr
from sumun.cli.output import when

if TYPE_CHECKING:
    from sumun.config import Config
    from sumun.keys import SigningKeyring

_LATE = 120
"""Seconds after which a rotation that did not happen is worth a word."""


def check_signing(
    keyring: "SigningKeyring", config: "Config", signing: list[str]
) -> Iterator[Check]:
    """Yield which key signs and when the next takes over, and note the key in ``signing``."""
    key = keyring.active()
    signing.append(key.kid)
    yield passed("keys", tr("{alg} key {kid} signs").format(alg=key.alg, kid=key.kid))
    yield _check_schedule(keyring, config)


def _check_schedule(keyring: "SigningKeyring", config: "Config") -> Check:
    from sumun.keys import Schedule

    schedule = Schedule.of(config)
    if keyring.from_the_future():
        return failed(
            "key rotation",
            tr("a signing key was made later than now: a clock is, or was, wrong"),
            tr("synchronise the clocks (NTP), then: sumun key rotate"),
        )
    if not schedule.rotate_every:
        return warned(
            "key rotation",
            tr("keys are never rotated by themselves"),
            tr("set keys.rotate_every, or rotate now and then: sumun key rotate"),
        )
    if any(late > _LATE for late in keyring.overdue(schedule).values()):
        return warned(
            "key rotation",
            tr("the next key should have been published by now"),
            tr("start the server, which does it; its log says why if it cannot"),
        )
    return passed(
        "key rotation",
        tr("the next key is published on {time}").format(
            time=when(keyring.next_rotation(schedule))
        ),
    )
