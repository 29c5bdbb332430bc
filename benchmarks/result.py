"""What a benchmark reports."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the table: ours, the peer's, and what we hold ourselves to.

    ``goal`` bounds the ratio where there is a peer, and the figure itself where there is none.
    """

    what: str
    ours: float
    unit: str
    better: Literal["more", "less"] = "more"
    peer_name: str = ""
    peer: float | None = None
    goal: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer; below 1 is worse."""
        if self.peer is None or not self.peer or not self.ours:
            return None
        return self.ours / self.peer if self.better == "more" else self.peer / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` where there is none."""
        if self.goal is None:
            return None
        if self.ratio is not None:
            return self.ratio >= self.goal
        return self.ours >= self.goal if self.better == "more" else self.ours <= self.goal

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def table(results: list[Result]) -> str:
    """Return the results as one plain table."""
    heads = ("", "ours", "peer", "", "unit", "ratio", "goal", "")
    rows = [heads, *map(_row, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = {1, 2, 5, 6}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.what,
        _figure(result.ours),
        "" if result.peer is None else _figure(result.peer),
        result.peer_name,
        result.unit,
        "" if result.ratio is None else f"{result.ratio:.2f} x",
        _goal(result),
        " ".join(filter(None, [_verdict(result), result.note])),
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _goal(result: Result) -> str:
    if result.goal is None:
        return ""
    if result.peer is not None:
        return f">= {result.goal:g} x"
    return f"{'>=' if result.better == 'more' else '<='} {result.goal:g}"


def _verdict(result: Result) -> str:
    return {True: "met", False: "MISSED", None: ""}[result.met]
