"""What is done with which type: said as one action, by type, or by a policy."""

from collections.abc import Iterator, Mapping
from typing import Final

from sumun.action import Action
from sumun.detection import CATEGORIES, ENTITIES, Finding, canonical
from sumun.policy import Choice, Context, Policy

Actions = Action | str | Mapping[str, Action | str] | Policy
"""One action for all; actions by entity type, category or ``"*"``; or a policy."""

OTHERS: Final = "*"
"""In a mapping: every type that nothing else names."""

_KEYED: Final = frozenset({Action.HASH, Action.TOKENIZE, Action.ENCRYPT})
_UNNAMED: Final = "CUSTOM_TYPE"


class Choosing:
    """Says for each finding what is done with it.

    Parameters
    ----------
    actions:
        In a mapping a type counts before its category, and that before ``"*"``; types that are
        not named are masked. Of a policy the rules for results count that ask for no server, tool
        or caller; it is enforced also where it only observes calls.

    Raises
    ------
    ValueError
        If there is no such action, type or category.

    Attributes
    ----------
    needs_key:
        Whether something is done that takes a key.

    """

    def __init__(self, actions: Actions) -> None:
        if isinstance(actions, Policy):
            resolved = actions.resolve(Context(server=""))
            self._others = resolved.ladder("results", _UNNAMED)
            self._named = {name: resolved.ladder("results", name) for name in ENTITIES}
        else:
            others, named = (
                _by_type(actions) if isinstance(actions, Mapping) else (_action(actions), {})
            )
            self._others = Choice(others, "")
            self._named = {name: Choice(action, "") for name, action in named.items()}
        choices = (self._others, *self._named.values())
        self.needs_key = any(not _KEYED.isdisjoint(_actions(each)) for each in choices)

    def __call__(self, finding: Finding) -> Action:
        """Return what is done with a finding."""
        return self._named.get(finding.entity_type, self._others).of(finding.score).action


def _actions(choice: Choice | None) -> Iterator[Action]:
    while choice is not None:
        yield choice.action
        choice = choice.otherwise


def _by_type(actions: Mapping[str, Action | str]) -> tuple[Action, dict[str, Action]]:
    by_category: dict[str, Action] = {}
    by_name: dict[str, Action] = {}
    for name, word in actions.items():
        action = _action(word)
        if name in CATEGORIES:
            by_category.update(dict.fromkeys(CATEGORIES[name], action))
        elif name != OTHERS:
            try:
                by_name[canonical(name)] = action
            except KeyError as error:
                raise ValueError(error.args[0]) from None
    return _action(actions.get(OTHERS, Action.MASK)), by_category | by_name


def _action(word: Action | str) -> Action:
    try:
        return Action(word)
    except ValueError:
        known = ", ".join(each.value for each in Action)
        raise ValueError(f"there is no action {word!r}; it may be {known}") from None
