"""Every text of every page is there in Korean, with the same gaps, and no text is left over."""

import ast
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

import sumun.console
from sumun.console import rendering
from sumun.console.words import KOREAN
from sumun.detection.entities import CATEGORIES

SOURCES = sorted(Path(sumun.console.__file__).parent.rglob("*.py"))
TEMPLATES = sorted(
    path for path in (Path(str(files("sumun.console"))) / "templates").rglob("*.html")
)


def gaps(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def in_templates():
    for path in TEMPLATES:
        for match in re.finditer(r'_\(\s*"((?:[^"\\]|\\.)*)"', path.read_text("utf-8")):
            yield match[1]


def literals():
    """Every text in the pages' code: what is translated there is among them."""
    for path in SOURCES:
        if path.name.endswith("words.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def translated():
    """The texts that code hands to ``translate``."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "translate"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


@pytest.mark.parametrize("text", sorted({*in_templates(), *translated()}))
def test_there_is_a_korean_text(text):
    assert text in KOREAN


def test_there_is_a_korean_text_for_every_problem():
    from sumun.console.problem_page import _PROBLEMS

    for texts in _PROBLEMS.values():
        assert [text for text in texts if text and text not in KOREAN] == []


def test_there_is_a_korean_text_for_every_reason_a_password_is_refused():
    from sumun.console.account_password_page import _REASONS

    assert [text for text in _REASONS.values() if text not in KOREAN] == []


def test_every_category_of_data_has_words_in_both_languages():
    from sumun.console.scopes import _CATEGORY_WORDS, _FIXED

    assert set(_CATEGORY_WORDS) >= set(CATEGORIES)
    for text in (*_CATEGORY_WORDS.values(), *_FIXED.values()):
        assert text in KOREAN


@pytest.mark.parametrize("text", sorted(KOREAN))
def test_both_languages_have_the_same_gaps(text):
    assert gaps(KOREAN[text]) == gaps(text)
    assert re.search("[가-힣]", KOREAN[text])


def test_no_korean_text_is_left_over():
    used = {*in_templates(), *literals()}
    assert sorted(set(KOREAN) - used) == []


def test_what_has_no_korean_text_is_said_in_english():
    assert rendering.translator("ko")("Never said {x}", x=1) == "Never said 1"
    assert rendering.translator("en")("Allow") == "Allow"
