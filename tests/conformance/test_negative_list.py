"""The list of attacks and the tests that make them say the same."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security" / "negative-tests.md"
BLACK_BOX = ("conformance", "contract", "faults", "fuzz", "e2e")
NUMBERS = [f"N{number:02}" for number in range(1, 93)]
ROW = re.compile(r"^\| (N\d\d) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
IN_NAME = re.compile(r"(?<=_)n(\d\d)(?=_|$)")
IN_ID = re.compile(r"[nN](\d\d)(?![0-9A-Za-z])")


def identifiers(tree):
    """Yield what pytest calls the tests of a module: functions, and the ids of their cases."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name.startswith("test_"):
                    yield from IN_NAME.findall(name)
            case ast.keyword(arg="id" | "ids", value=value):
                yield from starts(ast.walk(value))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            yield from starts(node.value.keys)


def starts(nodes):
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = IN_ID.match(node.value)
            if found:
                yield found[1]


def files_by_number():
    """Which files have a test of each number."""
    found = defaultdict(set)
    for folder in BLACK_BOX:
        for path in (ROOT / "tests" / folder).rglob("test_*.py"):
            for number in identifiers(ast.parse(path.read_text(encoding="utf-8"))):
                found[f"N{number}"].add(path.relative_to(ROOT / "tests").as_posix())
    return found


TESTED = files_by_number()
LISTED = {row[0]: row[1:] for row in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_the_list_is_whole_and_in_order():
    assert list(LISTED) == NUMBERS


def test_no_test_has_a_number_of_its_own():
    assert sorted(set(TESTED) - set(NUMBERS)) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_each_is_tested_where_the_list_says(number):
    *_, files = LISTED[number]
    named = re.findall(r"`([^`]+)`", files)
    assert TESTED[number], f"no test is named after {number}"
    assert sorted(named) == sorted(TESTED[number])
