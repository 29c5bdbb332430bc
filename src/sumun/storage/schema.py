"""Numbered, checksummed migrations, and what may be done to a database that has some of them.

``storage/migrations/<dialect>/0001_name.sql`` is applied once, in order, in one transaction
under a lock, by whichever process comes first.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sumun.storage.contract import Dialect, StorageError

LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)
"""
"""Which migrations a database has; the same text in both dialects."""

APPLIED = "SELECT version, name, checksum FROM schema_migrations ORDER BY version"

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


class SchemaError(StorageError):
    """The database's schema is not one this version can use."""


class Migration(NamedTuple):
    """One step of the schema."""

    version: int
    name: str
    checksum: str
    sql: str


@cache
def migrations(dialect: Dialect) -> tuple[Migration, ...]:
    """Read the migrations of a dialect, in order.

    Raises
    ------
    SchemaError
        If a file is misnamed or a number is missing or taken twice.

    """
    directory = files("sumun.storage") / "migrations" / dialect
    steps: list[Migration] = []
    for entry in sorted(directory.iterdir(), key=lambda entry: entry.name):
        match = _FILE.fullmatch(entry.name)
        if match is None or int(match[1]) != len(steps) + 1:
            raise SchemaError(f"migration {entry.name!r} does not continue the numbering")
        text = entry.read_bytes()
        checksum = hashlib.sha256(text).hexdigest()
        steps.append(Migration(int(match[1]), match[2], checksum, text.decode()))
    return tuple(steps)


def pending(known: Sequence[Migration], applied: Sequence[Sequence[object]]) -> Sequence[Migration]:
    """Return what is still to be applied, given the ledger's (version, name, checksum) rows.

    Raises
    ------
    SchemaError
        If the database is newer than this version or has a migration of other content.

    """
    if len(applied) > len(known):
        raise SchemaError(
            f"the database has schema version {applied[-1][0]}, this version of Sumun knows "
            f"{len(known)}: install the newer version, or restore a backup made by this one"
        )
    for step, (version, name, checksum) in zip(known, applied, strict=False):
        if (step.version, step.name, step.checksum) != (version, name, checksum):
            raise SchemaError(
                f"migration {version:04}_{name} in the database is not the one this version "
                "has: install the version that made the database, or restore a backup"
            )
    return known[len(applied) :]
