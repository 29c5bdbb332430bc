"""``sumun restore``."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sumun.cli import corpus_options, grammar
from sumun.cli.failures import Failure

if TYPE_CHECKING:
    from sumun.corpus.reading import Source


@grammar.command(
    name="restore",
    examples="""
    sumun restore --key-file data.key < protected.jsonl > original.jsonl
    """,
)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@grammar.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The key that it was protected with. [env SUMUN_DATA_KEY, SUMUN_DATA_KEY_FILE]",
)
@corpus_options.form
def command(file: Path | None, key_file: Path | None, form: str) -> int:
    """Write a text again with its tokens and ciphertext turned back into values.

    From standard input, or a file, to standard output. Needs the key that `sumun mask` worked
    with. What was masked, redacted or hashed stays: nothing of it is left to turn back.

    Exit status: 0 done; 1 a token was altered or made with another key, and what follows it was
    not written; 2 wrong usage.
    """
    from sumun.cli.rewriting import rewrite
    from sumun.corpus import SCOPE, KeyNeeded, open_keys
    from sumun.corpus.rewriting import protected_values, restoring, rewritten, words
    from sumun.corpus.values import protector_of

    try:
        keys = open_keys(key_file)
    except KeyNeeded as error:
        raise Failure(str(error)) from None
    change = restoring(protector_of(keys), SCOPE)

    def restored(source: "Source") -> Iterable[str]:
        return rewritten(source.segments(protected_values, plainly=words), change)

    return rewrite(file, form, restored)
