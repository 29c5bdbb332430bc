"""A policy: read once, asked on every call."""

from collections.abc import Callable, Collection
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from typing import Final

from sumun.action import Action
from sumun.policy.cedar import CedarPolicies
from sumun.policy.conditions import NOWHERE, Circumstances
from sumun.policy.document import PolicyError, unknown
from sumun.policy.explanation import Explanation, FoundAt, explain
from sumun.policy.model import (
    DENIED,
    Access,
    AccessRule,
    Binary,
    Direction,
    Limits,
    Mode,
    Named,
    TestResult,
    Tokens,
)
from sumun.policy.patterns import matches, matches_any
from sumun.policy.reading import Document, read
from sumun.policy.resolved import Resolved
from sumun.policy.trial import idle_rules
from sumun.policy.when import Context, When

_CACHED_CONTEXTS: Final = 4096
_DATA: Final = "pii:"
_PERSONAL: Final = {"client_id": "client", "subject": "subject", "tenant": "tenant", "acr": "acr"}
"""What tells callers apart, and what a rule that asks for it calls it."""
_NONE: Final[frozenset[str]] = frozenset()

DEFAULT_DOCUMENT: Final = """\
version = 1
mode = "enforce"        # "observe" records what would happen and changes nothing
binary = "refuse"       # content that cannot be inspected: "refuse" or "allow"

[defaults]              # where no rule applies
arguments = "tokenize"
results = "tokenize"

# Rules are tried in order; the first that applies decides.

[[rule]]
name = "secrets are never passed on"
category = "credential"
action = "redact"

[[rule]]
name = "identity numbers and accounts keep only their shape"
category = ["government_id", "financial"]
action = "mask"

[[rule]]
name = "an organisation is nobody"
entity = "ORGANIZATION"
action = "allow"
"""
"""What holds where nobody has written a policy, and what a new one starts from."""


class Policy:
    """Which rule applies to which call; unchangeable, so a change is a new one."""

    def __init__(self, document: Document, cedar: CedarPolicies | None = None) -> None:
        self._document = document
        self._cedar = cedar
        named = self._named = document.named
        asked = [
            field
            for field, said in _PERSONAL.items()
            if any(getattr(rule.when, said) for rule in named)
        ]
        self._asked = tuple(asked)
        self._read_who = attrgetter("server", *asked)
        self.asks_circumstances = bool(cedar) or any(rule.when.conditions for rule in named)
        self._conditional = lru_cache(_CACHED_CONTEXTS)(self._find_conditional)
        self._resolve = lru_cache(_CACHED_CONTEXTS)(self._work_out)

    @classmethod
    def parse(cls, text: str, source: str = "policy.toml") -> "Policy":
        """Read a policy document.

        Parameters
        ----------
        text:
            TOML.
        source:
            What messages call it.

        Raises
        ------
        PolicyError
            If it is wrong: each line of the message names source, line and the mend.

        """
        document = read(text, source)
        if idle := list(idle_rules(document)):
            said = [f"{source}:{line}: {' '.join(message.split())}" for line, message in idle]
            raise PolicyError("\n".join(said))
        return cls(document)

    @classmethod
    def default(cls) -> "Policy":
        """Return the policy that is safe without a document."""
        return cls.parse(DEFAULT_DOCUMENT, "built-in policy")

    @classmethod
    def uniform(cls, action: Action, *, results: Action | None = None) -> "Policy":
        """Return the policy that treats all data alike, or all of each direction."""
        defaults: dict[Direction, Action] = {"arguments": action, "results": results or action}
        return cls(Document(source="uniform policy", defaults=defaults))

    def with_cedar(self, cedar: CedarPolicies) -> "Policy":
        """Return the policy with others that must agree to a call, too."""
        return Policy(self._document, cedar)

    @property
    def mode(self) -> Mode:
        """Whether choices are carried out (``enforce``) or only recorded (``observe``)."""
        return self._document.mode

    @property
    def binary(self) -> Binary:
        """What becomes of content that cannot be inspected."""
        return self._document.binary

    @property
    def limits(self) -> Limits:
        """How much one principal may do."""
        return self._document.limits

    @property
    def tokens(self) -> Tokens:
        """How tokens are made."""
        return self._document.tokens

    @property
    def source(self) -> str:
        """Where it was read from."""
        return self._document.source

    @property
    def rule_names(self) -> list[str]:
        """The names of all rules in order, for whoever counts how often each decides."""
        return [rule.name for rule in self._named] + (
            self._cedar.rule_names if self._cedar is not None else []
        )

    @property
    def rule_lines(self) -> dict[str, int]:
        """On which line each rule is; 0 for those that are elsewhere."""
        return dict.fromkeys(self.rule_names, 0) | {rule.name: rule.line for rule in self._named}

    @property
    def digest(self) -> str:
        """SHA-256 of what it was read from, by which the log knows it; empty if from nothing."""
        if self._cedar is None:
            return self._document.digest
        return sha256(f"{self._document.digest}{self._cedar.digest}".encode()).hexdigest()

    def data_scopes(self, server: str = "") -> list[str]:
        """Return the data scopes (``pii:contact``) that rules ask for at a server, or anywhere."""
        return sorted(
            {
                scope
                for rule in self._named
                if not server or not rule.when.server or matches_any(rule.when.server, server)
                for scope in rule.when.scope
                if scope.startswith(_DATA) and "*" not in scope
            }
        )

    def strange_servers(self, servers: Collection[str]) -> list[str]:
        """Return a warning for each rule that names a server which is not among ``servers``."""
        return [
            f'{self.source}:{rule.line}: "{rule.name}": ' + unknown("server", pattern, servers)
            for rule in self._named
            for pattern in rule.when.server
            if not any(matches(pattern, server) for server in servers)
        ]

    def unfound(self, finds: Callable[[When], Collection[str]]) -> list[str]:
        """Return a complaint for each rule about data that nobody looks for.

        ``finds`` tells which entity types are looked for in the calls a rule means. A category
        that is looked for in part is looked for.
        """
        complaints = []
        for rule in self._named:
            wanted = None if isinstance(rule, AccessRule) else rule.data.entities
            if wanted is None or isinstance(rule, AccessRule):
                continue
            missing = wanted - set(finds(rule.when))
            if missing and (rule.data.field == "entity" or missing == wanted):
                complaints.append(
                    f'{self.source}:{rule.line}: "{rule.name}": nothing here looks for '
                    f"{', '.join(sorted(missing))}; add a recognizer, list or model to [detection]"
                )
        return complaints

    def resolve(self, context: Context, here: Circumstances = NOWHERE) -> Resolved:
        """Return what holds for a call; worked out once for all that are alike, and kept a while.

        ``here`` says nothing unless :attr:`asks_circumstances`.
        """
        who: tuple[str, ...] = self._read_who(context) if self._asked else ()
        if not self.asks_circumstances:
            return self._resolve(context.server, context.tool, context.scopes, who)
        call = (context.server, context.tool, context.scopes, who)
        unmet = [
            rule.name
            for rule in self._conditional(*call)
            if rule.when.unmet(here, gives=rule.gives)
        ]
        return self._resolve(*call, frozenset(unmet))

    def access(self, resolved: Resolved, context: Context, here: Circumstances = NOWHERE) -> Access:
        """Return whether a call may be made: by the rules, the scopes and Cedar alike.

        Cedar is not asked about what carries nobody's data: greetings and lists.
        """
        access = resolved.access()
        if self._cedar is None or not access.allowed or not context.tool:
            return access
        theirs = self._cedar.access(context, here)
        return access if theirs.allowed and not theirs.rule else theirs

    def explain(
        self,
        context: Context,
        direction: Direction,
        entity_type: str,
        *,
        here: Circumstances = NOWHERE,
        argument: str = "",
    ) -> Explanation:
        """Say which rules were tried for an entity type, which decided, and why."""
        access = self.access(self.resolve(context, here), context, here)
        finding = FoundAt(direction, entity_type, argument)
        return explain(self._document, context, here, finding, access)

    def run_tests(self) -> list[TestResult]:
        """Run the ``[[test]]`` examples of the document."""
        results = []
        for example in self._document.examples:
            resolved = self.resolve(example.context, example.here)
            access = self.access(resolved, example.context, example.here)
            if example.expect == DENIED or not access.allowed:
                actual, rule = ("allowed" if access.allowed else DENIED), access.rule
            else:
                choice = resolved.choose(
                    example.direction, example.entity, example.score, example.argument
                )
                actual, rule = choice.action.value, choice.rule
            results.append(
                TestResult(
                    name=example.name,
                    line=example.line,
                    passed=actual == example.expect,
                    expected=example.expect,
                    actual=actual,
                    rule=rule,
                )
            )
        return results

    def _context(
        self, server: str, tool: str, scopes: frozenset[str], who: tuple[str, ...]
    ) -> Context:
        """Return what a remembered call was about, as far as rules ask."""
        return Context(server, tool, scopes=scopes, **dict(zip(self._asked, who[1:], strict=True)))

    def _find_conditional(
        self, server: str, tool: str, scopes: frozenset[str], who: tuple[str, ...]
    ) -> tuple[Named, ...]:
        """Return the rules that mean a call, but only under conditions."""
        context = self._context(server, tool, scopes, who)
        return tuple(
            rule for rule in self._named if rule.when.conditions and rule.when.applies(context)
        )

    def _work_out(
        self,
        server: str,
        tool: str,
        scopes: frozenset[str],
        who: tuple[str, ...],
        unmet: frozenset[str] = _NONE,
    ) -> Resolved:
        """Return what holds where the conditions of some rules, by name, are not met."""
        context = self._context(server, tool, scopes, who)
        document = self._document.without(unmet) if unmet else self._document
        return Resolved(context, document)
