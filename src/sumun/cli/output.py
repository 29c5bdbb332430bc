"""Answers: tables for people or one JSON document, from the same data."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from sumun.cli.language import tr

T = TypeVar("T")

_GAP = "  "


class Output:
    """Where a command's answer goes.

    Parameters
    ----------
    as_json:
        Whether it is one JSON document on standard output, and nothing else.
    color:
        ``None`` lets click ask the terminal.

    """

    def __init__(self, *, as_json: bool, color: bool | None = None) -> None:
        self.as_json = as_json
        self._color = color

    def answer(self, data: T, show: Callable[[T], str]) -> None:
        """Print ``data``: as JSON, or as ``show`` puts it for people."""
        if self.as_json:
            self.json(data)
        else:
            self.line(show(data))

    def json(self, data: Any, *, indent: int = 2) -> None:
        """Print one JSON document; ``indent`` 0 keeps it on one line."""
        import msgspec

        text = msgspec.json.encode(data, order="deterministic" if indent == 0 else None)
        if indent:
            text = msgspec.json.format(text, indent=indent)
        click.echo(text.decode(), color=self._color)

    def line(self, text: str = "") -> None:
        """Print a line for people, whatever ``--json`` says."""
        click.echo(text, color=self._color)

    def aside(self, text: str) -> None:
        """Print a line that is not part of the answer, on standard error."""
        click.echo(text, err=True, color=self._color)


def table(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, empty: str = "none"
) -> str:
    """Return rows as aligned columns.

    Parameters
    ----------
    rows:
        The data; a missing or empty value shows as ``-``.
    columns:
        Which members, with their headings, in order.
    empty:
        What to say if there are no rows.

    """
    if not rows:
        return tr(empty)
    cells = [[tr(heading) for heading in columns.values()]]
    cells.extend([value_text(row.get(name)) for name in columns] for row in rows)
    widths = [max(width(row[n]) for row in cells) for n in range(len(columns))]
    lines = [
        _GAP.join(pad(cell, widths[n]) for n, cell in enumerate(row)).rstrip() for row in cells
    ]
    lines[0] = click.style(lines[0], bold=True)
    return "\n".join(lines)


def fields(record: Mapping[str, Any], labels: Mapping[str, str] | Sequence[str]) -> str:
    """Return one record as ``label  value`` lines; members without a value are left out.

    Parameters
    ----------
    record:
        The data.
    labels:
        Which members, in order, with what people call them; or only which, where their own names
        are what people know (the claims of a token).

    """
    if not isinstance(labels, Mapping):
        called = {name: name for name in labels}
    else:
        called = {name: tr(label) for name, label in labels.items()}
    shown = {
        label: record[name]
        for name, label in called.items()
        if record.get(name) not in (None, "", [], {})
    }
    wide = max((width(label) for label in shown), default=0)
    return "\n".join(
        f"{click.style(pad(label, wide), dim=True)}{_GAP}{value_text(value)}"
        for label, value in shown.items()
    )


def value_text(value: Any) -> str:
    """Return a value as people read it, with nothing in it that a terminal would obey."""
    match value:
        case None | "" | []:
            return "-"
        case True:
            return tr("yes")
        case False:
            return tr("no")
        case dict() if not value:
            return "-"
        case dict():
            return ", ".join(
                f"{visible(str(key))}={value_text(each)}" for key, each in value.items()
            )
        case list() | tuple() | set() | frozenset():
            return " ".join(value_text(each) for each in value)
        case _:
            return visible(str(value))


def visible(text: str) -> str:
    """Return ``text`` with control and direction characters written out as escapes."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def when(seconds: int | None) -> str | None:
    """Return Unix seconds as an RFC 3339 time in UTC."""
    if seconds is None:
        return None
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def width(text: str) -> int:
    """Return how many columns a terminal gives ``text``; Korean characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def pad(text: str, wanted: int) -> str:
    """Return ``text`` filled up with spaces to ``wanted`` columns."""
    return text + " " * (wanted - width(text))


def verdict(verification: Mapping[str, Any]) -> str:
    """Return what recomputing the log found, as the one line that counts."""
    if verification["ok"]:
        verified = click.style(tr("verified"), fg="green", bold=True)
        fits = tr("events: {size}; chain, tree and signatures fit").format(**verification)
        return f"{verified}  {fits}"
    broken = click.style(tr("NOT VERIFIED"), fg="red", bold=True)
    return f"{broken}  {visible(verification['reason'])}"
