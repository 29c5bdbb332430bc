"""Everything the commands say is there in Korean, and fits what it stands for."""

import ast
import re
from pathlib import Path

import click
import pytest

import sumun.cli
from sumun.cli import language
from sumun.cli.commands.user_command import WEAK
from sumun.cli.grammar import paragraphs
from sumun.cli.korean import TEXTS
from sumun.cli.root import COMMANDS, root
from sumun.oauth.errors import ERRORS
from sumun.oauth.traces.advice import ADVICE

HOME = Path(sumun.cli.__file__).parent
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def _spoken_in(path: Path) -> set[str]:
    """The literals given to ``tr``, and those that are translated where they are shown."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found |= _spoken_in_call(node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            name = getattr(node.targets[0], "id", "")
            if name.isupper() and name not in {"_STATUSES", "COMMANDS", "_MARKS", "_META"}:
                found |= _values(node.value)
    return found


def _spoken_in_call(call: ast.Call) -> set[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    found = set()
    if name in {"tr", "passed", "failed", "warned", "skipped"}:
        found |= _literals(call.args[0])
    if name in {"table", "fields"}:
        for each in call.args:
            found |= _values(each) if isinstance(each, ast.Dict) else set()
    for keyword in call.keywords:
        found |= _literals(keyword.value) if keyword.arg == "empty" else set()
    return found


def _values(node: ast.Dict) -> set[str]:
    return {text for value in node.values for text in _literals(value)}


def _literals(node: ast.expr) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def _commands(command: click.Command, context: click.Context):
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from _commands(command.get_command(context, name), context)


def spoken() -> set[str]:
    texts = {*COMMANDS.values(), *LATER}
    for path in set(HOME.rglob("*.py")) - {HOME / "korean.py"}:
        texts |= _spoken_in(path)
    for command in _commands(root, click.Context(root)):
        texts |= set(paragraphs(command.help or ""))
        texts |= {option.help for option in command.params if getattr(option, "help", None)}
    # Names that are the same in every language: protocol members, abbreviations, file names.
    return {text for text in texts if text and text not in SAME}


SAME = {"ID", "ALG", "MS", "id", "alg", "sumun", "reason"}


LATER = {
    "signs from now on",
    "published, and signs later",
    "protects data from now on",
    "withdrawn",
    "destroyed",
    "a value is too large to be scanned",
    "binary file",
    "damaged file",
    "needs sumun[parquet]",
    "it was issued by another server",
    "it has expired",
    "it was revoked",
    *ADVICE,
    *WEAK.values(),
    *(kind.mend for kind in ERRORS.values()),
}
"""What is chosen first and translated where it is shown."""


def test_everything_is_there_in_korean():
    missing = sorted(spoken() - TEXTS.keys())
    assert missing == []


def test_nothing_in_korean_is_said_no_more():
    assert sorted(TEXTS.keys() - spoken()) == []


@pytest.mark.parametrize(("english", "korean"), TEXTS.items())
def test_korean_takes_the_same_values(english, korean):
    assert sorted(_PLACEHOLDER.findall(korean)) == sorted(_PLACEHOLDER.findall(english))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_locale_chooses(environ, expected):
    assert language.from_environment(environ) == expected
