"""What a policy says, once it has been read."""

from collections.abc import Callable
from typing import ClassVar, Final, Literal

import msgspec

from sumun.action import Action
from sumun.policy.patterns import covers_scope, matches, matches_any

Direction = Literal["arguments", "results"]
Mode = Literal["enforce", "observe"]
Binary = Literal["refuse", "allow"]
TokenScope = Literal["session", "principal", "tenant"]
TokenForm = Literal["stateless", "vault"]
Reason = Literal["allowed", "denied", "insufficient_scope"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("arguments", "results")
DENIED: Final = "denied"
EVERY_SCOPE: Final = ("mcp:*",)
DEFAULT_RULE: Final = "default"
"""What decides about data where no rule applies."""
SCOPES_RULE: Final = "scopes"
"""What decides about access where no rule denies it."""


class Context(msgspec.Struct, frozen=True):
    """Who calls what.

    Attributes
    ----------
    server, tool:
        What is called; an empty tool is a method that names none.
    client_id, subject:
        Who calls.
    scopes:
        What was granted, with the patterns that a hierarchy adds (``mcp:*``).

    """

    server: str
    tool: str = ""
    client_id: str = ""
    subject: str = ""
    scopes: frozenset[str] = frozenset()


class Mismatch(msgspec.Struct, frozen=True):
    """Why a rule does not apply: what it asks of which field, and what is there."""

    field: str
    wanted: tuple[str, ...]
    found: str


class When(msgspec.Struct, frozen=True):
    """To which calls a rule applies: every field that says something must match."""

    server: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()

    def applies(self, context: Context) -> bool:
        """Tell whether a call is meant."""
        return self.mismatch(context) is None

    def mismatch(self, context: Context) -> Mismatch | None:
        """Return the first field that does not match, or ``None``."""
        for field, patterns, name in (
            ("server", self.server, context.server),
            ("tool", self.tool, context.tool),
            ("client", self.client, context.client_id),
            ("subject", self.subject, context.subject),
        ):
            if patterns and not matches_any(patterns, name):
                return Mismatch(field, patterns, name)
        if self.scope and not any(
            covers_scope(granted, needed) for granted in context.scopes for needed in self.scope
        ):
            return Mismatch("scope", self.scope, " ".join(sorted(context.scopes)))
        return None

    def covers(self, other: "When") -> bool:
        """Tell whether every call that ``other`` means is meant here too."""
        return (
            _covers(self.server, other.server, matches)
            and _covers(self.tool, other.tool, matches)
            and _covers(self.client, other.client, matches)
            and _covers(self.subject, other.subject, matches)
            and _covers(self.scope, other.scope, lambda ours, theirs: covers_scope(theirs, ours))
        )


def _covers(
    ours: tuple[str, ...], theirs: tuple[str, ...], includes: Callable[[str, str], bool]
) -> bool:
    """Compare patterns; a star in theirs is matched only by a star of ours."""
    if not ours:
        return True
    return bool(theirs) and all(any(includes(our, their) for our in ours) for their in theirs)


class Data(msgspec.Struct, frozen=True):
    """Which entity types a rule means.

    ``entities`` is ``None`` for every type there is, also those that are added later; ``field``
    and ``words`` are how the document said it.
    """

    entities: frozenset[str] | None = None
    field: str = ""
    words: tuple[str, ...] = ()

    def includes(self, entity_type: str) -> bool:
        """Tell whether an entity type is meant."""
        return self.entities is None or entity_type in self.entities


class Rule(msgspec.Struct, frozen=True):
    """What is done with which data, found with a score of at least ``min_score``."""

    name: str
    line: int
    when: When
    directions: tuple[Direction, ...]
    data: Data
    action: Action
    min_score: float = 0.0


class AccessRule(msgspec.Struct, frozen=True):
    """Whether a tool may be called at all."""

    name: str
    line: int
    when: When
    allow: bool


class RestoreRule(msgspec.Struct, frozen=True):
    """Which tools are given real values for tokens of which types, in which arguments.

    ``arguments`` are patterns of paths (``to``, ``recipients[*].email``); without any, all.
    """

    name: str
    line: int
    when: When
    data: Data
    arguments: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True):
    """How much one principal may do; 0 is no limit.

    Attributes
    ----------
    calls_per_minute:
        Calls, on average.
    burst:
        Calls at once; 0 means as many as in a minute.

    """

    calls_per_minute: int = 0
    burst: int = 0


class Tokens(msgspec.Struct, frozen=True):
    """How tokens are made, and for how long they mean something.

    Attributes
    ----------
    scope:
        Within what equal values have equal tokens and tokens turn back: a ``session``, a
        ``principal`` or a ``tenant``; always also one server.
    form:
        ``stateless`` (the token holds its value) or ``vault`` (short, the value is kept).
    ttl:
        Seconds a value is kept after it was last seen.
    limit:
        Values kept for one tenant; beyond it those seen longest ago are forgotten.

    """

    scope: TokenScope = "tenant"
    form: TokenForm = "stateless"
    ttl: int = 604_800
    limit: int = 1_000_000


class Example(msgspec.Struct, frozen=True):
    """A test that the document carries.

    ``expect`` is an action, or ``denied`` where the tool should not be callable; then direction
    and entity say nothing.
    """

    name: str
    line: int
    context: Context
    direction: Direction
    entity: str
    expect: str
    score: float = 1.0


class Choice(msgspec.Struct, frozen=True):
    """What is done with a finding, and by which rule.

    That is for findings with a score of at least ``min_score``; ``otherwise`` is for the others.
    """

    action: Action
    rule: str
    min_score: float = 0.0
    otherwise: "Choice | None" = None

    def of(self, score: float) -> "Choice":
        """Return the choice for a finding with a score."""
        choice = self
        while score < choice.min_score and choice.otherwise is not None:
            choice = choice.otherwise
        return choice


class Access(msgspec.Struct, frozen=True):
    """Whether a tool may be called.

    ``rule`` is the one that decided; ``scopes`` is the complete set that would help where the
    reason is ``insufficient_scope`` (RFC 6750 §3.1).
    """

    allowed: bool
    rule: str
    reason: Reason
    scopes: tuple[str, ...] = ()


class TestResult(msgspec.Struct, frozen=True):
    """How one ``[[test]]`` of the document went; ``rule`` is the one that decided."""

    __test__: ClassVar[bool] = False

    name: str
    line: int
    passed: bool
    expected: str
    actual: str
    rule: str
