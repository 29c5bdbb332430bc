import pytest

from sumun.cli.output import fields, pad, table, value_text, visible, when, width


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"), ("", "-"), ([], "-"), ({}, "-"), (0, "0"), (True, "yes"), (False, "no"),
        (["a", "b"], "a b"), ({"a": 1, "b": None}, "a=1, b=-"), ("김민준", "김민준"),
    ],
)  # fmt: skip
def test_values_as_people_read_them(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 김", "plain 김"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("one\ntwo", "one\\ntwo"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
    ],
)
def test_nothing_a_terminal_would_obey(text, shown):
    assert visible(text) == shown


def test_korean_takes_two_columns():
    assert width("김a") == 3
    assert pad("김", 4) == "김  "
    rows = [{"name": "김민준", "x": 1}, {"name": "Lee", "x": 2}]
    lines = table(rows, {"name": "NAME", "x": "X"}).splitlines()
    assert [width(line.partition("  ")[0].rstrip()) for line in lines[1:]] == [6, 3]
    assert width(lines[1]) == width(lines[2])


def test_an_empty_table_says_so():
    assert table([], {"a": "A"}, empty="nothing here") == "nothing here"


def test_members_without_value_are_left_out():
    assert fields({"a": 1, "b": None, "c": ""}, ["a", "b", "c"]).endswith("1")


def test_times():
    assert when(0) == "1970-01-01T00:00:00Z"
    assert when(None) is None
