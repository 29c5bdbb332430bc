"""``sumun policy``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar, language
from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import table

if TYPE_CHECKING:
    from sumun.policy import Policy

_LIMIT = 1024 * 1024
_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_TESTS = {
    "outcome": "RESULT",
    "name": "TEST",
    "expected": "EXPECTED",
    "actual": "GOT",
    "rule": "RULE",
}


@grammar.group(
    name="policy",
    examples="""
    sumun policy check
    sumun policy explain --server customers --tool find_customer --entity EMAIL_ADDRESS
    sumun policy test
    """,
)
def command() -> None:
    """Check, explain and test the data-protection policy.

    The policy is one TOML document (`policy.toml` in the data directory). Rules are tried in
    order, and the first that applies decides what becomes of a finding: allow, mask, redact,
    hash, tokenize, encrypt or reject.
    """


@command.command("check")
@click.argument("file", required=False, type=_FILE, metavar="[FILE]")
def check(file: Path | None) -> int:
    """Read the policy as the server would and say what is wrong with it, by line."""
    from sumun.config import ConfigurationError
    from sumun.policy import PolicyError

    try:
        policy = _read(file)
    except (ConfigurationError, PolicyError) as error:
        problems = str(error).splitlines()
        current_output().answer({"ok": False, "problems": problems}, lambda _: "\n".join(problems))
        return FAILED
    found = {
        "ok": True,
        "source": policy.source,
        "mode": policy.mode,
        "rules": policy.rule_names,
        "problems": [],
    }
    current_output().answer(
        found,
        lambda _: tr("{source}: fine; mode {mode}, rules {count}").format(
            source=policy.source, mode=policy.mode, count=len(policy.rule_names)
        ),
    )
    return OK


@command.command(
    "explain",
    examples="""
    sumun policy explain --server customers --tool find_customer --entity EMAIL_ADDRESS
    sumun policy explain --server crm --entity korean_rrn --direction arguments
    """,
)
@grammar.option("--server", default="", help="The server that is called.")
@grammar.option("--tool", default="", help="The tool that is called.")
@grammar.option("--entity", required=True, help="What was found: EMAIL_ADDRESS, korean_rrn …")
@grammar.option(
    "--direction",
    type=click.Choice(["arguments", "results"]),
    default="results",
    show_default=True,
    help="Toward the tool, or toward the model.",
)
@grammar.option("--client", "client_id", default="", help="The client that calls.")
@grammar.option("--subject", default="", help="The person or client it calls for.")
@grammar.option("--scope", default="", help="The scopes granted, space-separated.")
@grammar.option("--file", type=_FILE, help="Another document than the configured one.")
def explain(
    *,
    server: str,
    tool: str,
    entity: str,
    direction: Any,
    client_id: str,
    subject: str,
    scope: str,
    file: Path | None,
) -> None:
    """Say what becomes of one kind of data in one call, and which rule says so."""
    from sumun.detection import canonical
    from sumun.policy import Context

    try:
        entity_type = canonical(entity)
    except KeyError as error:
        raise Failure(f"--entity: {error.args[0]}") from None
    context = Context(
        server=server,
        tool=tool,
        client_id=client_id,
        subject=subject or client_id,
        scopes=_expanded(scope),
    )
    explanation = _read(file).explain(context, direction, entity_type)
    current_output().answer(explanation, lambda found: found.text(language.current()))


@command.command("test")
@click.argument("file", required=False, type=_FILE, metavar="[FILE]")
def test(file: Path | None) -> int:
    """Run the examples ([[test]]) that the policy carries.

    Exit status 1 if one comes out otherwise than it says.
    """
    results = _read(file).run_tests()
    rows = [
        {
            "outcome": "passed" if each.passed else "FAILED",
            "name": each.name,
            "line": each.line,
            "passed": each.passed,
            "expected": each.expected,
            "actual": each.actual,
            "rule": each.rule,
        }
        for each in results
    ]
    current_output().answer(
        rows, lambda found: table(found, _TESTS, empty="the policy carries no [[test]]")
    )
    return OK if all(each.passed for each in results) else FAILED


def _read(file: Path | None) -> "Policy":
    """Return the policy of a file or of standard input, or the configured one."""
    from sumun.guard import read_policy
    from sumun.policy import Policy

    if file is None:
        return read_policy(current_settings().load(serving=False))
    if str(file) == "-":
        return Policy.parse(sys.stdin.read(_LIMIT), "standard input")
    try:
        return Policy.parse(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Failure(tr("{path}: is not UTF-8 text").format(path=file)) from None


def _expanded(scope: str) -> frozenset[str]:
    """Return the scopes with what the configured hierarchy adds, as the guard sees them."""
    scopes = frozenset(scope.split())
    hierarchy = current_settings().load_with({"mode": "development"}).scope_hierarchy
    return scopes | {added for each in scopes for added in hierarchy.get(each, ())}
