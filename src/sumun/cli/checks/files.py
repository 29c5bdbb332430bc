"""Checks of what lies on the disk: permissions, keys, policy."""

import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sumun.cli.checks import Check, failed, passed, skipped, warned
from sumun.cli.language import tr
from sumun.config import Config

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_CLOCK_TOLERANCE = 5.0


def check_mode(config: Config, settings_file: Path | None) -> Iterator[Check]:
    """Yield what is to be known of the settings, which have been read."""
    source = str(settings_file) if settings_file else tr("defaults and environment")
    yield passed("settings", tr("read from {source}").format(source=source))
    if config.mode == "development":
        yield warned(
            "mode",
            tr("development: plain http and well-known secrets are allowed"),
            tr('for other people\'s data use mode = "production"; sumun init writes the settings'),
        )
        return
    yield passed("mode", tr("production"))
    if settings_file is not None and settings_file.stat().st_mode & _OTHERS_WRITE:
        yield failed(
            "settings permissions",
            tr("other users can change {path}").format(path=settings_file),
            f"chmod go-w {settings_file}",
        )


def check_permissions(config: Config) -> Iterator[Check]:
    """Yield whether other users can read or replace what is secret."""
    directories = [path for path in (config.data_path, config.keys_path) if path.is_dir()]
    private = [(path, "700") for path in dict.fromkeys(directories)]
    private += [(path, "600") for path in _secret_files(config)]
    faults = [(path, mode) for path, mode in private if path.stat().st_mode & _OTHERS]
    for path, mode in faults:
        yield failed(
            "permissions",
            tr("other users can get at {path}").format(path=path),
            f"chmod {mode} {path}",
        )
    if not faults:
        yield passed("permissions", tr("data and keys are private to their owner"))


def check_keys(config: Config, signing: list[str]) -> Iterator[Check]:
    """Yield whether the root secret opens the keys, and note in ``signing`` which key signs."""
    from sumun.cli.checks.signing import check_signing
    from sumun.keys import (
        KeyMaterialError,
        SealedFiles,
        SigningKeyring,
        open_key_service,
        open_root_secret,
    )

    if config.keys.store == "database":
        return  # looked at when the database is
    root_file = config.keys_path / "root.key"
    if not config.keys.root_secret and not root_file.exists():
        yield failed(
            "keys",
            tr("{path} is missing").format(path=root_file),
            tr("restore it from a backup, or run sumun init for a new installation"),
        )
        return
    if not any(config.keys_path.glob("*.sealed")):
        yield skipped("keys", tr("there are none yet; the first start makes them"))
        return
    try:
        root = open_root_secret(config)
        files = SealedFiles(config.keys_path, root, strict=config.mode == "production")
        for sealed in sorted(config.keys_path.glob("*.sealed")):
            files.load(sealed.stem)
        service = open_key_service(config.keys)
        keyring = SigningKeyring.read(files, config.oauth.signing_alg, service=service)
    except KeyMaterialError as error:
        yield failed("keys", str(error), tr("see above; keys are never made anew by themselves"))
        return
    yield from check_signing(keyring, config, signing)


def check_policy(config: Config) -> Iterator[Check]:
    """Yield whether the policy can be read, and whether its own tests pass."""
    from sumun.config import ConfigurationError
    from sumun.guard import read_policy

    try:
        policy = read_policy(config)
    except ConfigurationError as error:
        first, *more = str(error).splitlines()
        others = tr(" (and {count} more)").format(count=len(more)) if more else ""
        yield failed("policy", first + others, tr("mend the line; sumun policy check lists all"))
        return
    results = policy.run_tests()
    wrong = [each for each in results if not each.passed]
    if wrong:
        yield failed(
            "policy",
            tr('{source}: {count} of {total} tests fail, first "{name}"').format(
                source=policy.source, count=len(wrong), total=len(results), name=wrong[0].name
            ),
            "sumun policy test",
        )
        return
    detail = tr("{source}: rules {count}, tests passed {total}").format(
        source=policy.source, count=len(policy.rule_names), total=len(results)
    )
    if policy.mode == "observe":
        yield warned(
            "policy",
            detail + tr("; it only observes"),
            tr('nothing is protected until it says mode = "enforce"'),
        )
        return
    yield passed("policy", detail)


def check_disk_clock(config: Config) -> Iterator[Check]:
    """Yield whether the clock agrees with the file system's, which may be another machine's."""
    try:
        with tempfile.NamedTemporaryFile(dir=config.data_path, prefix=".clock-") as probe:
            written = Path(probe.name).stat().st_mtime
    except OSError as error:
        yield failed(
            "data directory",
            f"{config.data_path}: {error.strerror}",
            tr("make it writable for the user the server runs as, and see that the disk has room"),
        )
        return
    apart = abs(time.time() - written)
    if apart > _CLOCK_TOLERANCE:
        yield failed(
            "clock",
            tr("{seconds} s apart from the file system's").format(seconds=round(apart)),
            tr("synchronise the clocks (NTP): tokens and the log depend on them"),
        )
        return
    yield passed("clock", tr("agrees with the file system's"))


def _secret_files(config: Config) -> Iterator[Path]:
    if config.keys_path.is_dir():
        yield from sorted(file for file in config.keys_path.iterdir() if file.is_file())
    if config.keys.root_secret_file:
        yield Path(config.keys.root_secret_file)
    database = config.data_path / "sumun.db"
    yield from (path for path in (database, config.audit_log_path) if path.is_file())
