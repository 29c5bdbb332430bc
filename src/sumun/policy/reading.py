"""From the text of a policy document to what it says."""

import hashlib
import re
import tomllib
from collections.abc import Collection
from typing import Any, Final, cast, get_args

import msgspec

from sumun.action import Action
from sumun.detection.entities import CATEGORIES, ENTITIES, is_custom
from sumun.policy.conditions import Circumstances
from sumun.policy.document import MAX_NUMBER, PolicyError, Problems, Table
from sumun.policy.lines import Lines
from sumun.policy.model import (
    DEFAULT_RULE,
    DENIED,
    DIRECTIONS,
    EVERY_SCOPE,
    SCOPES_RULE,
    AccessRule,
    ApprovalRule,
    Binary,
    Data,
    Direction,
    Example,
    Limit,
    Limits,
    Mode,
    Named,
    RestoreRule,
    Rule,
    TokenForm,
    Tokens,
    TokenScope,
    Unit,
)
from sumun.policy.reachable import unreachable_access, unreachable_rules
from sumun.policy.selecting import read_when
from sumun.policy.when import Context

MAX_DOCUMENT: Final = 256 * 1024
MAX_RULES: Final = 200
MAX_TESTS: Final = 1000
_VERSION: Final = 1
_ENTITY_NAMES: Final = {
    word.lower(): entity.name
    for entity in ENTITIES.values()
    for word in (*entity.aliases, entity.name)
}
_CATEGORY_NAMES: Final = {category: category for category in CATEGORIES}
_ACTIONS: Final = [action.value for action in Action]
_PERIODS: Final = {"minute": 60, "hour": 3600, "day": 86_400}
_USUAL_TIMEOUT: Final = 300
_LONGEST_TIMEOUT: Final = 86_400
_HOLDERS: Final = ("principal", "client", "subject", "tenant", "server", "tool")
_MOST: Final = dict.fromkeys(get_args(Unit), MAX_NUMBER) | {"subjects": 100_000}
_TOML_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)$")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All that a policy document says."""

    source: str
    digest: str = ""
    mode: Mode = "enforce"
    binary: Binary = "refuse"
    defaults: dict[Direction, Action]
    rules: tuple[Rule, ...] = ()
    access: tuple[AccessRule, ...] = ()
    restore: tuple[RestoreRule, ...] = ()
    tokens: Tokens = Tokens()
    limits: Limits = Limits()
    quotas: tuple[Limit, ...] = ()
    approvals: tuple[ApprovalRule, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def named(self) -> tuple[Named, ...]:
        """Everything in it that has a name of its own."""
        return (*self.rules, *self.access, *self.restore, *self.quotas, *self.approvals)

    def without(self, names: Collection[str]) -> "Document":
        """Return the document with some rules left out."""
        return msgspec.structs.replace(
            self,
            rules=tuple(rule for rule in self.rules if rule.name not in names),
            access=tuple(rule for rule in self.access if rule.name not in names),
            restore=tuple(rule for rule in self.restore if rule.name not in names),
            quotas=tuple(limit for limit in self.quotas if limit.name not in names),
            approvals=tuple(rule for rule in self.approvals if rule.name not in names),
        )


def read(text: str, source: str) -> Document:
    """Read a document.

    Raises
    ------
    PolicyError
        If it is not TOML, says something unknown, or holds a rule that can never apply.

    """
    content = _parse(text, source)
    problems = Problems(source, Lines(text))
    root = Table(content, (), "", problems)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    document = msgspec.structs.replace(_read_root(root, source), digest=digest)
    problems.raise_if_any()
    for line, message in (
        *unreachable_rules(document.rules),
        *unreachable_access(document.access),
    ):
        problems.note_line(line, message)
    problems.raise_if_any()
    return document


def _parse(text: str, source: str) -> dict[str, Any]:
    if len(text) > MAX_DOCUMENT:
        raise PolicyError(f"{source}:1: longer than {MAX_DOCUMENT} characters")
    try:
        return tomllib.loads(text)
    except ValueError as error:
        message = str(error)
        at = _TOML_LINE.search(message)
        line = at[1] if at else str(text.count("\n") + 1) if "end of document" in message else "1"
        said = _TOML_LINE.sub("", message)
        raise PolicyError(f"{source}:{line}: is not valid TOML: {said}") from None
    except RecursionError:
        raise PolicyError(f"{source}:1: is nested too deeply") from None


def _read_root(root: Table, source: str) -> Document:
    if root.number("version") != _VERSION:
        root.note("version", f"version must be {_VERSION}: write version = {_VERSION} at the top")
    mode = root.choice("mode", ["enforce", "observe"], "enforce")
    binary = root.choice("binary", ["refuse", "allow"], "refuse")
    rules = _named(root, "rule")
    access = _named(root, "access")
    restore = _named(root, "restore")
    quotas = _named(root, "limit")
    approvals = _named(root, "approval")
    _refuse_same_names([*rules, *access, *restore, *quotas, *approvals])
    document = Document(
        source=source,
        mode=cast("Mode", mode),
        binary=cast("Binary", binary),
        defaults=_read_defaults(root.table("defaults")),
        rules=tuple(_read_rule(name, table) for name, table in rules),
        access=tuple(_read_access(name, table) for name, table in access),
        restore=tuple(_read_restore(name, table) for name, table in restore),
        tokens=_read_tokens(root.table("tokens")),
        limits=_read_limits(root.table("limits")),
        quotas=tuple(_read_limit(name, table) for name, table in quotas),
        approvals=tuple(_read_approval(name, table) for name, table in approvals),
        examples=tuple(
            _read_example(name, table) for name, table in _named(root, "test", MAX_TESTS)
        ),
    )
    root.refuse_others()
    return document


def _named(root: Table, kind: str, limit: int = MAX_RULES) -> list[tuple[str, Table]]:
    """Return the tables of a kind with their names; one without is called by its number."""
    return [
        (table.text("name") or f"{kind} {number}", table)
        for number, table in enumerate(root.tables(kind, limit), start=1)
    ]


def _refuse_same_names(named: list[tuple[str, Table]]) -> None:
    taken: dict[str, str] = dict.fromkeys((DEFAULT_RULE, SCOPES_RULE), "a built-in rule")
    for name, table in named:
        if name in taken:
            table.note("name", f"the name is taken by {taken[name]}; names are for one rule each")
        else:
            taken[name] = f"line {table.line}"


def _read_rule(name: str, table: Table) -> Rule:
    arguments = table.words("argument")
    directions = _read_directions(table)
    if arguments:
        if "direction" in table and directions != ("arguments",):
            table.note("argument", "argument says nothing of results; leave out direction or it")
        directions = ("arguments",)
    rule = Rule(
        name=name,
        line=table.line,
        when=read_when(table),
        directions=directions,
        data=_read_data(table),
        action=Action(table.choice("action", _ACTIONS)),
        min_score=table.share("min_score"),
        arguments=arguments,
    )
    table.refuse_others()
    return rule


def _read_access(name: str, table: Table) -> AccessRule:
    rule = AccessRule(name, table.line, read_when(table), table.flag("allow"))
    table.refuse_others()
    return rule


def _read_restore(name: str, table: Table) -> RestoreRule:
    for key in ("server", "tool"):
        if key not in table:
            table.note("", f'{key} is missing: name whom to trust, or {key} = "*" for every one')
    if "entity" not in table and "category" not in table:
        table.note("", "entity or category is missing: name what may be restored")
    rule = RestoreRule(
        name, table.line, read_when(table), _read_data(table), table.words("argument")
    )
    table.refuse_others()
    return rule


def _read_directions(table: Table) -> tuple[Direction, ...]:
    if "direction" not in table:
        return DIRECTIONS
    return (cast("Direction", table.choice("direction", DIRECTIONS)),)


def _read_data(table: Table) -> Data:
    entities = table.names("entity", _ENTITY_NAMES, is_custom)
    categories = table.names("category", _CATEGORY_NAMES)
    if "entity" in table and "category" in table:
        table.note("category", "give entity or category, not both; two rules can say both")
    if categories:
        members = frozenset(entity for category in categories for entity in CATEGORIES[category])
        return Data(members, "category", categories)
    return Data(frozenset(entities), "entity", entities) if entities else Data()


def _read_defaults(table: Table) -> dict[Direction, Action]:
    defaults = {
        direction: Action(table.choice(direction, _ACTIONS, Action.TOKENIZE))
        for direction in DIRECTIONS
    }
    table.refuse_others()
    return defaults


def _read_tokens(table: Table) -> Tokens:
    usual = Tokens()
    tokens = Tokens(
        scope=cast("TokenScope", table.choice("scope", get_args(TokenScope), usual.scope)),
        form=cast("TokenForm", table.choice("form", get_args(TokenForm), usual.form)),
        ttl=table.number("ttl", usual.ttl),
        limit=table.number("limit", usual.limit),
    )
    for key in ("ttl", "limit"):
        if key in table and tokens.form != "vault":
            table.note(key, f'{key} says nothing without form = "vault"')
        elif not getattr(tokens, key):
            table.note(key, f"{key} must be at least 1")
    table.refuse_others()
    return tokens


def _read_limits(table: Table) -> Limits:
    limits = Limits(table.number("calls_per_minute"), table.number("burst"))
    if limits.burst and not limits.calls_per_minute:
        table.note("burst", "burst says nothing without calls_per_minute")
    table.refuse_others()
    return limits


def _read_limit(name: str, table: Table) -> Limit:
    units = [unit for unit in get_args(Unit) if unit in table]
    if len(units) != 1:
        table.note("", f"give one of {', '.join(get_args(Unit))}: how many there may be")
    unit = cast("Unit", units[0] if units else "calls")
    limit = Limit(
        name=name,
        line=table.line,
        when=read_when(table),
        unit=unit,
        most=table.number(unit),
        period=_PERIODS[table.choice("period", _PERIODS)],
        per=table.names("per", {word: word for word in _HOLDERS}) or ("principal",),
        directions=_read_directions(table),
        data=_read_data(table),
    )
    if limit.data.words and unit != "findings":
        table.note(limit.data.field, f"{limit.data.field} says nothing of {unit}")
    if "direction" in table and unit == "calls":
        table.note("direction", "direction says nothing of calls")
    if unit in table and not 1 <= limit.most <= _MOST[unit]:
        table.note(unit, f"{unit} must be from 1 to {_MOST[unit]}")
    table.refuse_others()
    return limit


def _read_approval(name: str, table: Table) -> ApprovalRule:
    approvers = table.words("approver")
    if not approvers:
        table.note("", 'approver is missing: name who decides, or approver = "caller"')
    timeout = table.number("timeout", _USUAL_TIMEOUT)
    if not 1 <= timeout <= _LONGEST_TIMEOUT:
        table.note("timeout", f"timeout must be from 1 to {_LONGEST_TIMEOUT} seconds")
    when = read_when(table)
    above = None
    if "above" in table:
        above = Limit(
            name=name,
            line=table.line,
            when=when,
            unit="calls",
            most=table.number("above"),
            period=_PERIODS[table.choice("period", _PERIODS)],
        )
        if not 1 <= above.most <= _MOST["calls"]:
            table.note("above", f"above must be from 1 to {_MOST['calls']}")
    rule = ApprovalRule(
        name=name,
        line=table.line,
        when=when,
        approvers=approvers,
        timeout=timeout,
        above=above,
    )
    table.refuse_others()
    return rule


def _read_example(name: str, table: Table) -> Example:
    expect = table.choice("expect", [*_ACTIONS, DENIED])
    about_data = expect != DENIED
    entity = table.names("entity", _ENTITY_NAMES, is_custom)
    if about_data and len(entity) != 1:
        table.note("entity", f'entity must name one entity type, unless expect = "{DENIED}"')
    example = Example(
        name=name,
        line=table.line,
        context=Context(
            server=table.text("server"),
            tool=table.text("tool"),
            client_id=table.text("client"),
            subject=table.text("subject"),
            scopes=frozenset(table.words("scope") or EVERY_SCOPE),
            tenant=table.text("tenant", "default"),
            acr=table.text("acr"),
        ),
        direction=cast(
            "Direction",
            table.choice("direction", DIRECTIONS, None if about_data else "arguments"),
        ),
        entity=entity[0] if entity else "",
        expect=expect,
        score=table.share("score", 1.0),
        argument=table.text("argument"),
        here=Circumstances(
            arguments=table.content("arguments"),
            address=table.text("address"),
            at=table.moment("at"),
        ),
    )
    table.refuse_others()
    return example
