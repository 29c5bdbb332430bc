"""What a policy says, once it has been read."""

from typing import ClassVar, Final, Literal

import msgspec

from sumun.action import Action
from sumun.policy.conditions import Circumstances
from sumun.policy.patterns import matches_any
from sumun.policy.when import Context, When

Direction = Literal["arguments", "results"]
Mode = Literal["enforce", "observe"]
Binary = Literal["refuse", "allow"]
TokenScope = Literal["session", "principal", "tenant"]
TokenForm = Literal["stateless", "vault"]
Unit = Literal["calls", "bytes", "findings", "subjects"]
Reason = Literal["allowed", "denied", "insufficient_scope"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("arguments", "results")
DENIED: Final = "denied"
EVERY_SCOPE: Final = ("mcp:*",)
DEFAULT_RULE: Final = "default"
"""What decides about data where no rule applies."""
SCOPES_RULE: Final = "scopes"
"""What decides about access where no rule denies it."""


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
    """What is done with which data, found with a score of at least ``min_score``.

    ``arguments`` are patterns of the paths it is found at (``to``, ``recipients[*].email``);
    without any, everywhere.
    """

    name: str
    line: int
    when: When
    directions: tuple[Direction, ...]
    data: Data
    action: Action
    min_score: float = 0.0
    arguments: tuple[str, ...] = ()

    @property
    def gives(self) -> bool:
        """Whether somebody sees more by it."""
        return self.action is Action.ALLOW


class AccessRule(msgspec.Struct, frozen=True):
    """Whether a tool may be called at all."""

    name: str
    line: int
    when: When
    allow: bool

    @property
    def gives(self) -> bool:
        """Whether somebody may do more by it."""
        return self.allow


class RestoreRule(msgspec.Struct, frozen=True):
    """Which tools are given real values for tokens of which types, in which arguments.

    ``arguments`` are patterns of paths (``to``, ``recipients[*].email``); without any, all.
    """

    name: str
    line: int
    when: When
    data: Data
    arguments: tuple[str, ...] = ()

    @property
    def gives(self) -> bool:
        """It gives real values out."""
        return True


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


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """How much of something may be done in a period.

    Attributes
    ----------
    unit, most:
        What is counted, and how much of it may be used.
    period:
        Seconds.
    per:
        Who and what has a count of their own.
    directions:
        Where bytes, findings and people count.
    data:
        Which findings count.

    """

    name: str
    line: int
    when: When
    unit: Unit
    most: int
    period: int
    per: tuple[str, ...] = ("principal",)
    directions: tuple[Direction, ...] = DIRECTIONS
    data: Data = Data()

    @property
    def gives(self) -> bool:
        """It only ever takes."""
        return False


class ApprovalRule(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls wait for a person's word.

    Attributes
    ----------
    approvers:
        User names of those who may give it; ``caller`` is whoever the call is made for.
    timeout:
        Seconds after which nobody's word is a no.
    above:
        Only calls beyond so many are meant; ``None`` means every one.

    """

    name: str
    line: int
    when: When
    approvers: tuple[str, ...]
    timeout: int
    above: Limit | None = None
    data: Data = Data()

    @property
    def gives(self) -> bool:
        """It only ever takes."""
        return False


Named = Rule | AccessRule | RestoreRule | Limit | ApprovalRule
"""What the log and the metrics count by name."""


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
    argument: str = ""
    here: Circumstances = Circumstances()


class Choice(msgspec.Struct, frozen=True):
    """What is done with a finding, and by which rule.

    That is for findings with a score of at least ``min_score``, in arguments that fit one of
    ``arguments`` if there are any; ``otherwise`` is for the others.
    """

    action: Action
    rule: str
    min_score: float = 0.0
    otherwise: "Choice | None" = None
    arguments: tuple[str, ...] = ()

    def of(self, score: float, argument: str = "") -> "Choice":
        """Return the choice for a finding with a score, and where it is in the arguments."""
        choice = self
        while choice.otherwise is not None and (
            score < choice.min_score
            or (choice.arguments and not matches_any(choice.arguments, argument))
        ):
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
