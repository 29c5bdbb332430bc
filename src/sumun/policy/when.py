"""To which calls a rule applies."""

from collections.abc import Callable

import msgspec

from sumun.policy.conditions import Circumstances, Conditions
from sumun.policy.patterns import covers_scope, matches, matches_any


class Context(msgspec.Struct, frozen=True):
    """Who calls what.

    Attributes
    ----------
    server, tool:
        What is called; an empty tool is a method that names none.
    client_id, subject, tenant:
        Who calls, and whose data it is.
    scopes:
        What was granted, with the patterns that a hierarchy adds (``mcp:*``).
    acr:
        How strongly the person had signed in (RFC 9068 §2.2.1).

    """

    server: str
    tool: str = ""
    client_id: str = ""
    subject: str = ""
    scopes: frozenset[str] = frozenset()
    tenant: str = "default"
    acr: str = ""


class Mismatch(msgspec.Struct, frozen=True):
    """Why a rule does not apply: what it asks of which field, and what is there."""

    field: str
    wanted: tuple[str, ...]
    found: str


class When(msgspec.Struct, frozen=True):
    """To which calls a rule applies: every field that says something must match.

    ``conditions`` are what only one call can show; all else holds for a caller of a tool.
    """

    server: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    tenant: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()
    conditions: Conditions = Conditions()

    def applies(self, context: Context) -> bool:
        """Tell whether calls in a context are meant, whatever conditions say."""
        return self.mismatch(context) is None

    def mismatch(self, context: Context) -> Mismatch | None:
        """Return the first field that does not match, or ``None``."""
        for field, patterns, name in (
            ("server", self.server, context.server),
            ("tool", self.tool, context.tool),
            ("client", self.client, context.client_id),
            ("subject", self.subject, context.subject),
            ("tenant", self.tenant, context.tenant),
            ("acr", self.acr, context.acr),
        ):
            if patterns and not matches_any(patterns, name):
                return Mismatch(field, patterns, name)
        if self.scope and not any(
            covers_scope(granted, needed) for granted in context.scopes for needed in self.scope
        ):
            return Mismatch("scope", self.scope, " ".join(sorted(context.scopes)))
        return None

    def unmet(self, here: Circumstances, *, gives: bool) -> str:
        """Return which condition a call does not meet; empty if it meets all.

        ``gives`` says that the rule gives something, so that what cannot be told is not met.
        """
        return self.conditions.unmet(here, surely=gives)

    def covers(self, other: "When") -> bool:
        """Tell whether every call that ``other`` means is meant here too."""
        return (
            _covers(self.server, other.server, matches)
            and _covers(self.tool, other.tool, matches)
            and _covers(self.client, other.client, matches)
            and _covers(self.subject, other.subject, matches)
            and _covers(self.tenant, other.tenant, matches)
            and _covers(self.acr, other.acr, matches)
            and _covers(self.scope, other.scope, lambda ours, theirs: covers_scope(theirs, ours))
            and self.conditions.cover(other.conditions)
        )


def covers_paths(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Tell whether every path that their patterns mean is meant by ours; none means all."""
    return _covers(ours, theirs, matches)


def _covers(
    ours: tuple[str, ...], theirs: tuple[str, ...], includes: Callable[[str, str], bool]
) -> bool:
    """Compare patterns; a star in theirs is matched only by a star of ours."""
    if not ours:
        return True
    return bool(theirs) and all(any(includes(our, their) for our in ours) for their in theirs)
