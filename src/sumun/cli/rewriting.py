"""What ``sumun mask`` and ``sumun restore`` have in common: a stream in, a stream out."""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from sumun.cli.failures import FAILED, OK, Failure
from sumun.cli.language import tr

if TYPE_CHECKING:
    from sumun.corpus.reading import Source


def rewrite(file: Path | None, form: Any, change: "Callable[[Source], Iterable[str]]") -> int:
    """Write what a file, or standard input, becomes to standard output; in its own encoding.

    Raises
    ------
    Failure
        If it is no text.

    """
    from sumun.corpus.reading import Damaged, NotText, Source
    from sumun.corpus.rewriting import NotRewritten

    output = sys.stdout.buffer
    with _opened(file) as stream:
        try:
            source = Source(stream, str(file or ""), form=form)
            output.write(source.encoding.mark)
            for text in change(source):
                output.write(source.encoding.encode(text))
                output.flush()
        except (NotText, Damaged):
            raise Failure(tr("the input is not text")) from None
        except UnicodeEncodeError:
            raise Failure(
                tr("a value cannot be written in {encoding}").format(encoding=source.encoding.name)
            ) from None
        except NotRewritten as error:
            click.echo(f"sumun: {error}", err=True)
            return FAILED
    return OK


def _opened(file: Path | None) -> AbstractContextManager[BinaryIO]:
    if file is None or str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    return file.open("rb")
