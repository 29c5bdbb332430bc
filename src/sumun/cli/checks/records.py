"""Checks of the database and the audit log in it."""

import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

from sumun.cli.checks import Check, failed, passed, skipped
from sumun.cli.language import tr
from sumun.config import Config, UpstreamConfig

if TYPE_CHECKING:
    from sumun.guard import Rooms

_FUTURE_TOLERANCE = 5.0


async def check_records(
    config: Config, servers: dict[str, UpstreamConfig], signing: list[str]
) -> AsyncIterator[Check]:
    """Yield how the database, the keys and the log in it are, and note the servers in it.

    ``servers`` and ``signing`` are filled on the way, so that the database is opened once.
    """
    from sumun.audit import AuditDamaged
    from sumun.gateway.registry import list_servers
    from sumun.guard import Rooms
    from sumun.keys import KeyMaterialError
    from sumun.storage import StorageError

    if not config.storage.url and not (config.data_path / "sumun.db").exists():
        yield skipped("database", tr("there is none yet; the first start makes it"))
        return
    try:
        opened = Rooms(config)
        await opened.database.open()
    except StorageError as error:
        yield failed("database", str(error), _mend(config))
        return
    except KeyMaterialError as error:
        yield failed("keys", str(error), tr("see above; keys are never made anew by themselves"))
        return
    try:
        found = await opened.database.describe()
        yield passed(
            "database",
            tr("{dialect} {version} ({driver}), schema {schema_version}").format(**found._asdict()),
        )
        servers.update(await opened.database.read(list_servers))
        if config.keys.store == "database":
            async for check in _check_keys(opened, signing):
                yield check
        async for check in _check_log(opened):
            yield check
    except (StorageError, AuditDamaged) as error:
        yield failed("database", str(error), _mend(config))
    finally:
        await opened.database.close()


async def _check_keys(opened: "Rooms", signing: list[str]) -> AsyncIterator[Check]:
    from sumun.cli.checks.signing import check_signing
    from sumun.keys import KeyMaterialError, SealedRows, SigningKeyring, open_key_service

    config = opened.config
    rows = SealedRows(opened.database, opened.root)
    await rows.refresh()
    if not rows.stored():
        yield skipped("keys", tr("there are none yet; the first start makes them"))
        return
    try:
        service = open_key_service(config.keys)
        keyring = SigningKeyring.read(rows, config.oauth.signing_alg, service=service)
    except KeyMaterialError as error:
        yield failed("keys", str(error), tr("see above; keys are never made anew by themselves"))
        return
    for check in check_signing(keyring, config, signing):
        yield check


async def _check_log(opened: "Rooms") -> AsyncIterator[Check]:
    verification = await opened.audit.verify()
    last = await opened.audit.tail(1)
    if not verification.ok and not verification.size and not last:
        yield skipped("audit log", tr("there is none yet; the first start begins it"))
        return
    if not verification.ok:
        yield failed(
            "audit log",
            verification.reason,
            tr("stop the server, keep the data directory as it is, compare with a backup"),
        )
        return
    yield passed("audit log", tr("verified, events: {size}").format(size=verification.size))
    if last:
        yield _check_time(str(last[-1]["timestamp"]))


def _check_time(timestamp: str) -> Check:
    """Compare the clock with the log, whose times never run backwards."""
    ahead = datetime.fromisoformat(timestamp).timestamp() - time.time()
    if ahead > _FUTURE_TOLERANCE:
        return failed(
            "log time",
            tr("the last event is {seconds} s in the future: the clock was set back").format(
                seconds=round(ahead)
            ),
            tr("set the clock right (NTP)"),
        )
    return passed("log time", tr("the last event is of {time}").format(time=timestamp[:19] + "Z"))


def _mend(config: Config) -> str:
    if config.storage.url:
        return tr("see that the database server runs and storage.url is right")
    return tr("see that the disk has room and the file is this user's; else restore a backup")
