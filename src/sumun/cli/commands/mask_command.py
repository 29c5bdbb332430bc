"""``sumun mask``."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import corpus_options, grammar
from sumun.cli.failures import Failure
from sumun.cli.language import tr

if TYPE_CHECKING:
    from sumun.corpus import Actions, Choosing
    from sumun.corpus.reading import Source
    from sumun.detection import Finding
    from sumun.protection import Action, ProtectionKeys

_BARE = "*"


@grammar.command(
    name="mask",
    examples="""
    sumun mask < customers.csv > shareable.csv
    sumun mask --action EMAIL_ADDRESS=redact --action credential=redact < app.log
    sumun mask --action tokenize --key-file data.key < in.jsonl > out.jsonl
    sumun restore --key-file data.key < out.jsonl
    """,
)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@grammar.option(
    "--action",
    "actions",
    multiple=True,
    metavar="[NAME=]ACTION",
    help="mask, redact, hash, tokenize, encrypt, reject or allow; for one type or category, or "
    "for all others. [default: mask]",
)
@grammar.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What a policy document says of results.",
)
@grammar.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The key for hash, tokenize and encrypt; made if there is none. [env SUMUN_DATA_KEY, "
    "SUMUN_DATA_KEY_FILE]",
)
@corpus_options.entities
@corpus_options.min_score
@corpus_options.form
def command(file: Path | None, form: str, **options: Any) -> int:
    """Write a text again with the personal data and secrets in it masked.

    From standard input, or a file, to standard output, in memory that does not grow; everything
    else stays as it was, to the byte. JSON stays JSON and CSV stays CSV. What sumun.toml adds to
    detection counts here too.

    Exit status: 0 done; 1 something may not pass, and what follows it was not written; 2 wrong
    usage.
    """
    from sumun.cli.detecting import finder
    from sumun.cli.rewriting import rewrite
    from sumun.corpus import SCOPE
    from sumun.corpus.rewriting import protecting, rewritten
    from sumun.corpus.segments import finding
    from sumun.corpus.values import protector_of

    choosing = _choosing(options["actions"], options["policy_file"])
    keys = _keys(options["key_file"], needed=choosing.needs_key)
    detector, only = finder(options["names"], options["min_score"])
    find = finding(detector())

    def choose(found: "Finding") -> "Action":
        from sumun.action import Action

        outside = only is not None and found.entity_type not in only
        return Action.ALLOW if outside else choosing(found)

    change = protecting(protector_of(keys), choose, SCOPE)

    def masked(source: "Source") -> Iterable[str]:
        return rewritten(source.segments(find), change)

    return rewrite(file, form, masked)


def _choosing(actions: tuple[str, ...], policy_file: Path | None) -> "Choosing":
    from sumun.corpus import Choosing

    if policy_file is None:
        chosen: Actions = dict(_parted(actions))
    elif actions:
        raise Failure(tr("--action and --policy: only one of them can be given"))
    else:
        from sumun.policy import Policy

        chosen = Policy.parse(policy_file.read_text(encoding="utf-8"), str(policy_file))
    try:
        return Choosing(chosen)
    except ValueError as error:
        raise Failure(f"--action: {error}") from None


def _parted(actions: Iterable[str]) -> Iterator[tuple[str, str]]:
    for each in actions:
        name, equals, action = each.rpartition("=")
        yield (name if equals else _BARE), action


def _keys(key_file: Path | None, *, needed: bool) -> "ProtectionKeys":
    from sumun.corpus import KeyNeeded, create_key_file, open_keys

    if key_file is not None and needed and not key_file.exists():
        create_key_file(key_file)
        click.echo(tr("a new key was written: {path}").format(path=key_file), err=True)
    try:
        return open_keys(key_file, needed=needed)
    except KeyNeeded as error:
        raise Failure(str(error)) from None
