"""What a scan hands to other programs, and the files that are no text."""

import jsonschema
import pyarrow as pa
import pytest
from pyarrow import parquet

from sumun.corpus.sarif import sarif
from sumun.corpus.scanning import Report, Request, Row, Scan
from sumun.detection import Detector

MAIL = "minjun.kim@example.kr"


def closed(required, **properties):
    """The schema of an object that has these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


TEXT = closed("text", text={"type": "string", "minLength": 1})
POSITIVE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
URI = closed("uri", uri={"type": "string", "pattern": r"^[^\s\\]+$"})
REGION = closed("startLine", startLine=POSITIVE, startColumn=POSITIVE, endColumn=POSITIVE)
PHYSICAL = closed("artifactLocation", artifactLocation=URI, region=REGION)
LOCATIONS = {"type": "array", "items": closed("physicalLocation", physicalLocation=PHYSICAL)}
RULE = closed(
    "id",
    id={"type": "string"},
    shortDescription=TEXT,
    defaultConfiguration=closed("", level=LEVEL),
    properties={"type": "object"},
)
RESULT = closed(
    "message",
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=TEXT,
    rank={"type": "number", "minimum": -1, "maximum": 100},
    locations=LOCATIONS,
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties={"type": "object"},
)
NOTICE = closed("message", message=TEXT, level=LEVEL, locations=LOCATIONS)
RUN = closed(
    "tool",
    tool=closed(
        "driver",
        driver=closed(
            "name",
            name={"type": "string"},
            version={"type": "string"},
            rules={"type": "array", "items": RULE, "uniqueItems": True},
        ),
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations={
        "type": "array",
        "items": closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications={"type": "array", "items": NOTICE},
        ),
    },
    results={"type": "array", "items": RESULT},
)
SARIF = closed(
    "version runs",
    **{"$schema": {"type": "string"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": RUN},
)
"""What the OASIS schema of SARIF 2.1.0 says of the members that are used."""


@pytest.mark.parametrize("file", ["a b/c.txt", "/abs/한글.txt", "-"])
def test_sarif_has_the_form_of_its_standard(file):
    rows = [
        Row(file, 3, 7, 20, "mail", "EMAIL_ADDRESS", 0.95, "m***@example.kr", "email", "f" * 16),
        Row(file, 4, 1, 0, "", "API_KEY", 1.0, "****", "rule"),
    ]
    skipped = [Report(file, skipped="damaged file", unreadable=True)]
    document = sarif(rows, skipped, version="1")
    jsonschema.validate(document, SARIF)
    [run] = document["runs"]
    assert [each["level"] for each in run["results"]] == ["warning", "error"]
    assert run["invocations"][0]["executionSuccessful"] is False


class TestParquet:
    @pytest.fixture
    def scan(self):
        return Scan(Request(Detector))

    def test_rows_and_columns(self, scan, tmp_path):
        path = tmp_path / "x.parquet"
        rows = 20_000
        mails = [MAIL if row == rows - 1 else "x" for row in range(rows)]
        table = pa.table({"n": range(rows), "nested": [{"mail": mail} for mail in mails]})
        parquet.write_table(table, path, row_group_size=5000)
        [row] = scan.path(path).rows
        assert (row.line, row.column, row.key, row.value) == (rows, 2, "nested", "m***@example.kr")

    def test_a_damaged_file_is_not_taken_for_clean(self, scan, tmp_path):
        (tmp_path / "x.parquet").write_bytes(b"PAR1 no, it is not")
        report = scan.path(tmp_path / "x.parquet")
        assert (report.skipped, report.unreadable) == ("damaged file", True)

    def test_without_what_reads_it(self, scan, tmp_path, monkeypatch):
        (tmp_path / "x.parquet").write_bytes(b"PAR1")
        monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
        report = scan.path(tmp_path / "x.parquet")
        assert (report.skipped, report.unreadable) == ("needs sumun[parquet]", True)
