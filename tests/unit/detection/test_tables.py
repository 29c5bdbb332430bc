"""Tables in text: the name of a column is beside every one of its cells."""

import pytest

from sumun.detection import Detector
from sumun.detection.tables import MAX_COLUMNS, Cells

ROWS = 30


def _cells(text):
    return Cells(text, lambda _name: True)


def _column(head, cells):
    """Return a table whose rows are long, so that its head is near none but the first."""
    rows = [f"{at:04},{'-' * 40},{cell}" for at, cell in enumerate(cells)]
    return "\n".join([f"no,note,{head}", *rows]) + "\n"


@pytest.mark.parametrize("engine", ["hyperscan", "python"])
@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_values_are_found_far_below_the_name_of_their_column(engine, between):
    accounts = [f"110-4{at:02}-8812{at:02}" for at in range(ROWS)]
    text = _column("계좌번호", accounts).replace(",", between)
    seen = [text[each.start : each.end] for each in Detector(engine=engine).scan_text(text)]
    assert seen == accounts
    assert not Detector().scan_text(text.replace("계좌번호", "부품번호"))


def test_a_markdown_table_in_a_json_value(detector):
    rows = "".join(f"| {at} | {'-' * 40} | M1234{at:04} |\n" for at in range(ROWS))
    table = f"Here it is:\n\n| no | note | 여권번호 |\n|:---|---|--:|\n{rows}\nThat is all."
    found = detector.scan_json({"content": [{"type": "text", "text": table}]})
    assert [table[each.start : each.end] for each in found] == [
        f"M1234{at:04}" for at in range(ROWS)
    ]
    assert {each.path for each in found} == {"$.content[0].text"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", ["1", "2"]),
        ("a,b\r\n1,2\r\n", ["1", "2"]),
        ("a,b\n1, 2 ", ["1", "2"]),
        ('"a","b"\n"1,2","3 ""x"" 4"\n5,\n', ["1,2", '3 ""x"" 4', "5"]),
        ("a|b\n1|2\n", ["1", "2"]),
        ("| a | b |\n|---|---|\n|  | 2 |\n", ["2"]),
        ("a,b\n1,2,3\n4,5\n", ["4", "5"]),
        ("a,b\n1,2\nno more\n3,4\n", ["1", "2"]),
        ("a,b\n1,2\n\nc;d\n3;4", ["1", "2", "3", "4"]),
        ("가,나\n홍길동,😀\n", ["홍길동", "😀"]),
        ("a,b\n", []),
        ("a,b\nno cell\n", []),
        ("Well, that is so.\nAnd, then, more\n", []),
        ("at=1,by=2\n3,4\n", []),
        ("2026,2027\n1,2\n", []),
        ("a,b\x1e\n1,2", []),
        (",".join("n" * (MAX_COLUMNS + 1)) + "\n" + "1," * MAX_COLUMNS + "1\n", []),
        ("", []),
    ],
)
def test_cells_stand_where_they_are(text, expected):
    cells = _cells(text)
    seen, at = [], 0
    while (at := cells.text.find("\x1f", at) + 1) > 0:
        start, end = cells.original(at, cells.text.index("\x1e", at))
        seen.append(text[start:end])
    assert seen == expected


def test_what_reaches_out_of_a_cell_stands_nowhere():
    cells = _cells("a,b\n1,2\n")
    assert cells.text == "a\x1f1\x1eb\x1f2\x1e"
    assert cells.original(0, 1) is None
    assert cells.original(2, 3) == (4, 5)
    assert cells.original(2, 5) is None
    assert cells.original(4, 7) is None


def test_columns_whose_names_say_nothing_are_passed_over():
    cells = Cells("id,phone,note\n1,22,3\n", lambda name: name == "phone")
    assert cells.text == "phone\x1f22\x1e"
