"""What the commands about policies read: a document, and scopes."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sumun.cli.failures import Failure
from sumun.cli.grammar import current_settings
from sumun.cli.language import tr

if TYPE_CHECKING:
    from sumun.policy import Policy

_LIMIT = 1024 * 1024
FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


def read_policy_file(file: Path | None) -> "Policy":
    """Return the policy of a file or of standard input, or the configured one.

    Raises
    ------
    ConfigurationError, PolicyError
        If it is wrong, or speaks of data that nobody looks for here.
    Failure
        If it cannot be read.

    """
    from sumun.guard import add_cedar, check_data, read_policy
    from sumun.guard.detectors import Detectors
    from sumun.policy import Policy

    settings = current_settings()
    config = settings.load_with({"mode": "development"})  # a document can be read anywhere
    if file is None:
        config = settings.load(serving=False)
        policy = read_policy(config)
    elif str(file) == "-":
        policy = Policy.parse(sys.stdin.read(_LIMIT), "standard input")
    else:
        try:
            policy = Policy.parse(file.read_text(encoding="utf-8"), str(file))
        except OSError as error:
            raise Failure(f"{file}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise Failure(tr("{path}: is not UTF-8 text").format(path=file)) from None
    check_data(policy, Detectors(config))
    return policy if file is None else add_cedar(policy, config)


def expanded() -> Callable[[frozenset[str]], frozenset[str]]:
    """Return what adds to scopes all that the configured hierarchy does, as the guard sees them."""
    hierarchy = current_settings().load_with({"mode": "development"}).scope_hierarchy

    def expand(scopes: frozenset[str]) -> frozenset[str]:
        return scopes | {added for each in scopes for added in hierarchy.get(each, ())}

    return expand
