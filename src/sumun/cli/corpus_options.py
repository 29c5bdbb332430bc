"""The options that ``scan``, ``mask`` and ``restore`` have in common."""

import click

from sumun.cli import grammar

entities = grammar.option(
    "--entities",
    "--entity",
    "names",
    multiple=True,
    metavar="NAME,…",
    help="Look only for these types or categories (EMAIL_ADDRESS, korean_rrn, credential).",
)
min_score = grammar.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    help="Leave out findings less sure than this. [default: 0.5, or what the settings say]",
)
form = grammar.option(
    "--as",
    "form",
    type=click.Choice(["auto", "text", "json", "csv", "tsv"]),
    default="auto",
    show_default=True,
    help="What the text is read as; JSON includes JSON lines.",
)
