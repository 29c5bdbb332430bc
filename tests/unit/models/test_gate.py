import pytest

from sumun.models.gate import is_worth_reading, may_hold_any


@pytest.mark.parametrize(
    ("text", "languages", "worth"),
    [
        ("Mina called", ("en",), True),
        ("김민수", ("ko",), True),
        ("김민수", (), True),
        ("김민수", ("en",), False),
        ("Mina called", ("ko",), False),
        ("山田さん", ("en", "ja"), True),
        ("all lower case, 42", (), False),
        ("4111-1111", (), False),
        ("A", (), False),
        ("", (), False),
    ],
)
def test_a_text_is_read_where_its_script_can_name_somebody(text, languages, worth):
    assert is_worth_reading(text, languages) is worth


@pytest.mark.parametrize("text", ["Mina", "김민수", "山田", "Ünal", "éa"])
def test_bytes_that_hold_such_a_text_are_never_clean(text):
    assert is_worth_reading(text, ())
    assert may_hold_any(text.encode())


def test_bytes_without_capitals_or_other_scripts_are_clean():
    assert not may_hold_any(b'{"count": 42, "state": "done"}')
