"""Named SQL statements, read from ``storage/sql/*.sql`` and checked once.

A file is a run of statements, each headed by ``-- name: find_client``, with parameters written
``:client_id``. One text serves both dialects; where it cannot, ``<topic>.postgresql.sql`` holds
statements of the same names and parameters that replace those of ``<topic>.sql``.
"""

import re
from collections.abc import Iterator, KeysView, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sumun.storage.contract import Dialect

_HEADER = re.compile(r"^-- name: *([a-z][a-z0-9_]*) *$", re.MULTILINE)
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:([a-z_][a-z0-9_]*)")


class StatementError(Exception):
    """A statement's file, name or parameters are wrong: a fault in the program, not in storage."""


class Statement(NamedTuple):
    """One statement, in the placeholder style of its dialect."""

    sql: str
    parameters: frozenset[str]


class Statements:
    """The statements of one dialect, by name."""

    def __init__(self, statements: Mapping[str, Statement]) -> None:
        self._statements = statements

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def sql(self, name: str, parameters: KeysView[str]) -> str:
        """Return the text of a statement, given exactly the parameters it takes.

        Raises
        ------
        StatementError
            If there is no such statement, or a parameter is missing or unknown.

        """
        statement = self._statements.get(name)
        if statement is None:
            raise StatementError(f"there is no statement named {name!r}")
        if parameters != statement.parameters:
            odd = ", ".join(sorted(parameters ^ statement.parameters))
            raise StatementError(f"statement {name!r}: missing or unknown parameters: {odd}")
        return statement.sql

    def parameters(self, name: str) -> frozenset[str]:
        """Return the names of the parameters a statement takes."""
        return self._statements[name].parameters


@cache
def load(dialect: Dialect) -> Statements:
    """Read and check every statement file of the package.

    Raises
    ------
    StatementError
        If a file is malformed, a name is defined twice, or an override fits no statement.

    """
    directory = files("sumun.storage") / "sql"
    texts = {entry.name: entry.read_text("utf-8") for entry in directory.iterdir()}
    return compile_statements(texts, dialect)


def compile_statements(texts: Mapping[str, str], dialect: Dialect) -> Statements:
    """Build the statements of ``dialect`` from the texts of files, by file name."""
    found: dict[str, Statement] = {}
    origin: dict[str, str] = {}
    for file in sorted(name for name in texts if name.count(".") == 1 and name.endswith(".sql")):
        for name, sql in _split(file, texts[file]):
            if name in found:
                raise StatementError(f"{file}: {name!r} is already defined in {origin[name]}")
            found[name] = _translate(sql, dialect)
            origin[name] = file
    suffix = f".{dialect}.sql"
    for file in sorted(name for name in texts if name.endswith(suffix)):
        base = file.removesuffix(suffix) + ".sql"
        replaced = set()
        for name, sql in _split(file, texts[file]):
            statement = _translate(sql, dialect)
            if name in replaced or origin.get(name) != base:
                raise StatementError(f"{file}: {name!r} must replace one statement of {base}")
            if statement.parameters != found[name].parameters:
                raise StatementError(f"{file}: {name!r} takes other parameters than in {base}")
            found[name] = statement
            replaced.add(name)
    return Statements(found)


def _split(file: str, text: str) -> Iterator[tuple[str, str]]:
    preamble, *rest = _HEADER.split(text)
    if any(line and not line.startswith("--") for line in preamble.splitlines()):
        raise StatementError(f"{file}: text before the first '-- name:'")
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        sql = body.strip().removesuffix(";")
        if not sql:
            raise StatementError(f"{file}: {name!r} is empty")
        yield name, sql


def _translate(sql: str, dialect: Dialect) -> Statement:
    names = frozenset(match[1] for match in _TOKEN.finditer(sql) if match[1])
    if dialect == "postgresql":
        sql = _TOKEN.sub(
            lambda match: f"%({match[1]})s" if match[1] else match[0], sql.replace("%", "%%")
        )
    return Statement(sql, names)
