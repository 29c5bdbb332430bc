"""``sumun policy``."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sumun.cli import grammar, language
from sumun.cli.commands.policy_history import diff, hits
from sumun.cli.commands.policy_reading import FILE, expanded, read_policy_file
from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.grammar import current_output
from sumun.cli.language import tr
from sumun.cli.output import table

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
    sumun policy diff new.toml
    """,
)
def command() -> None:
    """Check, explain and test the data-protection policy.

    The policy is one TOML document (`policy.toml` in the data directory). Rules are tried in
    order, and the first that applies decides what becomes of a finding: allow, mask, redact,
    hash, tokenize, encrypt or reject.
    """


@command.command("check")
@click.argument("file", required=False, type=FILE, metavar="[FILE]")
def check(file: Path | None) -> int:
    """Read the policy as the server would and say what is wrong with it, by line."""
    from sumun.config import ConfigurationError
    from sumun.policy import PolicyError

    try:
        policy = read_policy_file(file)
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
    sumun policy explain --server crm --entity email --address 192.0.2.7 --at 2026-03-02T22:00+09:00
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
@grammar.option("--tenant", default="default", show_default=True, help="Whose data it is.")
@grammar.option("--acr", default="", help="How strongly the person had signed in.")
@grammar.option("--argument", default="", help="Where in the arguments: to, recipients[0].email.")
@grammar.option("--arguments", default="{}", metavar="JSON", help="What the tool is given.")
@grammar.option("--address", default="", help="The caller's address.")
@grammar.option("--at", default="", metavar="TIME", help="When, in RFC 3339; else now.")
@grammar.option("--file", type=FILE, help="Another document than the configured one.")
def explain(
    *,
    server: str,
    tool: str,
    entity: str,
    direction: Any,
    client_id: str,
    subject: str,
    scope: str,
    tenant: str,
    acr: str,
    argument: str,
    arguments: str,
    address: str,
    at: str,
    file: Path | None,
) -> None:
    """Say what becomes of one kind of data in one call, and which rule says so."""
    from sumun.detection import canonical
    from sumun.policy import Circumstances, Context

    try:
        entity_type = canonical(entity)
    except KeyError as error:
        raise Failure(f"--entity: {error.args[0]}") from None
    context = Context(
        server=server,
        tool=tool,
        client_id=client_id,
        subject=subject or client_id,
        scopes=expanded()(frozenset(scope.split())),
        tenant=tenant,
        acr=acr,
    )
    here = Circumstances(_json(arguments), address, _moment(at))
    policy = read_policy_file(file)
    explanation = policy.explain(context, direction, entity_type, here=here, argument=argument)
    current_output().answer(explanation, lambda found: found.text(language.current()))


@command.command("test")
@click.argument("file", required=False, type=FILE, metavar="[FILE]")
def test(file: Path | None) -> int:
    """Run the examples ([[test]]) that the policy carries.

    Exit status 1 if one comes out otherwise than it says.
    """
    results = read_policy_file(file).run_tests()
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


def _json(text: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise Failure(f"--arguments: {error}") from None


def _moment(text: str) -> float:
    if not text:
        return time.time()
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise Failure(f"--at: {error}") from None


command.add_command(diff)
command.add_command(hits)
