"""Making what was protected fit its tool's output schema again, or refusing it."""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sumun.detection import Finding
from sumun.guard.call import Admitted
from sumun.protection import Change, Choose, ProtectionError, Protector
from sumun.protection.tree import as_before

if TYPE_CHECKING:
    from sumun.guard.output_schemas import Failure, OutputSchema

_MEMBER: Final = "structuredContent"
_REMEMBERED: Final = 1024
_PASSES: Final = 3
"""Rounds of giving values a form: one nearly always, more where a schema asks of the whole."""

Place = tuple[int, Any]
"""A container, by its identity, and a key in it."""


class Unfit(ProtectionError):
    """No stand-in fits the schema; the message names the place, and never a value."""


class _Demand(NamedTuple):
    """A value that needs a form, and which parts of the schema that form must fit."""

    finding: Finding
    value: Any
    schemas: list[Any]


class _Work(NamedTuple):
    """What was changed, where in the structured content, and how it was chosen."""

    changes: list[Change]
    touched: dict[Place, Change]
    choose: Choose


class Fitting:
    """Gives stand-ins the form that a schema asks for.

    Parameters
    ----------
    protector:
        Makes them.

    """

    def __init__(self, protector: Protector) -> None:
        self._protector = protector
        self._judges: dict[tuple[str, str], tuple[Any, OutputSchema]] = {}

    async def fit(
        self, admitted: Admitted, result: Any, changes: list[Change], choose: Choose
    ) -> None:
        """Rewrite what was changed in the structured content of a result where it must.

        What did not fit before, and was not touched, is its server's own.

        Raises
        ------
        Unfit
            If no form of a stand-in fits.

        """
        call = admitted.call
        if not changes or call.output_schema is None or not isinstance(result, dict):
            return
        structured = result.get(_MEMBER)
        if structured is None or result.get("isError") is True:
            return
        touched = {
            (id(each.found.leaf.container), each.found.leaf.key): each
            for each in changes
            if each.found.leaf.path.startswith(f"$.{_MEMBER}")
        }
        schema = await call.output_schema() if touched else None
        if schema is None:
            return
        from sumun.guard.output_schemas import UnusableSchema  # noqa: PLC0415 - costs 150 ms

        try:
            judge = self._judge(call.server, call.tool, schema)
            self._fit(admitted, structured, judge, _Work(changes, touched, choose))
        except UnusableSchema as error:
            raise Unfit(str(error)) from None

    def _fit(self, admitted: Admitted, structured: Any, judge: "OutputSchema", work: _Work) -> None:
        failures = judge.failures(structured)
        if not failures:
            return
        own = _own_failures(structured, judge, work)
        shaped: dict[tuple[str, str], str] = {}
        for _ in range(_PASSES):
            demands = _demands(structured, failures, own, work)
            if not demands:
                return
            for key, demand in demands.items():
                made = self._shape(admitted, judge, demand, work.choose)
                if made is None or shaped.get(key) == made:
                    raise Unfit(_words(key[0]))
                shaped[key] = made
            self._protector.protect_again(
                work.changes, work.choose, scope=admitted.scope, rows=admitted.rows, shaped=shaped
            )
            failures = judge.failures(structured)
        for entity_type, _value in _demands(structured, failures, own, work):
            raise Unfit(_words(entity_type))

    def _shape(
        self, admitted: Admitted, judge: "OutputSchema", demand: _Demand, choose: Choose
    ) -> str | None:
        def fits(text: str) -> bool:
            value = as_before(demand.value, text)
            return all(judge.accepts(schema, value) for schema in demand.schemas)

        return self._protector.shape(
            choose(demand.finding),
            demand.finding.entity_type,
            str(demand.value),
            scope=admitted.scope,
            rows=admitted.rows,
            fits=fits,
        )

    def _judge(self, server: str, tool: str, schema: dict[str, Any]) -> "OutputSchema":
        from sumun.guard.output_schemas import OutputSchema  # noqa: PLC0415 - costs 150 ms

        known = self._judges.get((server, tool))
        if known is not None and known[0] is schema:
            return known[1]
        judge = OutputSchema(schema)
        if len(self._judges) >= _REMEMBERED:
            self._judges.clear()
        self._judges[server, tool] = (schema, judge)
        return judge


def _own_failures(structured: Any, judge: "OutputSchema", work: _Work) -> "set[_Failed]":
    """Return what did not fit before anything was changed."""
    leaves = [(change.found.leaf, change.was) for change in work.touched.values()]
    values = [(leaf, was) for leaf, was in leaves if not leaf.is_key]
    now = [_swap(leaf.container, leaf.key, was) for leaf, was in values]
    try:
        return {_failed(each) for each in judge.failures(structured)}
    finally:
        for (leaf, _), value in zip(values, now, strict=True):
            _swap(leaf.container, leaf.key, value)


def _demands(
    structured: Any, failures: "list[Failure]", own: "set[_Failed]", work: _Work
) -> dict[tuple[str, str], _Demand]:
    """Return which values need a form, by type and value.

    Raises
    ------
    Unfit
        If what does not fit is more than one value, or the name of a member.

    """
    demands: dict[tuple[str, str], _Demand] = {}
    for failure in failures:
        if _failed(failure) in own:
            continue
        for change, schemas in _concerned(structured, failure, work):
            leaf, findings = change.found.leaf, change.found.findings
            finding = findings[0]
            whole = (finding.start, finding.end) == (0, len(leaf.text))
            if leaf.is_key or len(findings) > 1 or not whole:
                raise Unfit(_words(finding.entity_type))
            key = (finding.entity_type, leaf.text)
            demands.setdefault(key, _Demand(finding, change.was, [])).schemas.extend(schemas)
    return demands


def _concerned(structured: Any, failure: "Failure", work: _Work) -> list[tuple[Change, list[Any]]]:
    """Return the changes that a failure may come from, and what is asked of each value."""
    value = structured
    place: Place | None = None
    for key in failure.path:
        place = (id(value), key)
        value = value[key]
    if not isinstance(value, dict | list):
        change = None if place is None else work.touched.get(place)
        return [] if change is None else [(change, [failure.schema])]
    inside = _containers(value)
    return [(change, []) for (at, _), change in work.touched.items() if at in inside]


def _containers(value: Any) -> set[int]:
    found = set()
    stack = [value]
    while stack:
        container = stack.pop()
        found.add(id(container))
        members = container.values() if isinstance(container, dict) else container
        stack.extend(each for each in members if isinstance(each, dict | list))
    return found


_Failed = tuple[tuple[Any, ...], int]


def _failed(failure: "Failure") -> _Failed:
    return failure.path, id(failure.schema)


def _swap(container: Any, key: Any, value: Any) -> Any:
    before, container[key] = container[key], value
    return before


def _words(entity_type: str) -> str:
    return f"no stand-in for {entity_type} fits; let policy allow it here, or correct the schema"
