import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIL = "minjun.kim@example.kr"


def where(ran):
    return [(each["line"], each["column"], each["entity_type"]) for each in ran.json["findings"]]


def test_a_file(sumun, place):
    (place / "x.txt").write_text(f"first\n연락처: {MAIL}, 010-1234-5678\n")
    ran = sumun("scan", "x.txt", "--json")
    assert ran.status == 1
    assert where(ran) == [(2, 6, "EMAIL_ADDRESS"), (2, 29, "PHONE_NUMBER")]
    assert MAIL not in ran.out
    assert "010-1234-5678" not in ran.out


def test_for_people(sumun, place):
    (place / "x.txt").write_text(MAIL)
    ran = sumun("scan", "x.txt")
    assert "x.txt:1:1" in ran.out
    assert MAIL not in ran.out
    assert ran.out.splitlines()[-1].startswith("found: 1 (EMAIL_ADDRESS 1)")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["dirty"], 1),
        (["clean"], 0),
        (["dirty", "--entities", "credential"], 0),
        (["dirty", "--entities", "contact"], 1),
        (["dirty", "--entities", "credential,email"], 1),
        (["dirty", "--fail-on", "never"], 0),
        (["dirty", "--fail-on", "credential"], 0),
        (["dirty", "--fail-on", "credential,email"], 1),
        (["dirty", "--min-score", "1"], 0),
    ],
    ids=str,
)
def test_what_is_found_decides_the_status(sumun, place, arguments, status):
    (place / "dirty").write_text(MAIL)
    (place / "clean").write_text("nothing here")
    assert sumun("scan", *arguments).status == status


@pytest.mark.parametrize("option", ["--entities", "--fail-on"])
def test_an_unknown_entity(sumun, option):
    ran = sumun("scan", option, "shoe_size", ".")
    assert ran.status == 2
    assert f"{option}: unknown" in ran.err


def test_folders_leave_out_what_is_no_text_of_their_own(sumun, place):
    (place / "d" / ".git").mkdir(parents=True)
    (place / "d" / ".git" / "config").write_text(MAIL)
    (place / "d" / "b.txt").write_text(MAIL)
    (place / "d" / "a.bin").write_bytes(b"\x00\x01" + MAIL.encode())
    (place / "d" / "link").symlink_to("b.txt")
    os.mkfifo(place / "d" / "pipe")
    found = sumun("scan", "d", "--json").json
    assert [each["file"] for each in found["findings"]] == ["d/b.txt"]
    assert found["skipped"] == [{"file": "d/a.bin", "reason": "binary file"}]
    assert sumun("scan", "d").out.splitlines()[-1].endswith("files read: 1; files skipped: 1")


def test_folders_leave_out_what_they_are_told_to(sumun, place):
    for name in ("a.txt", "b.csv", "node_modules/c.txt", "gone/d.txt", "kept/e.txt", "kept/f.txt"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(MAIL)

    def files(*options):
        return sorted(sumun("scan", ".", *options, "--json").json["summary"]["by_file"])

    assert files() == ["a.txt", "b.csv", "gone/d.txt", "kept/e.txt", "kept/f.txt"]
    assert files("--include", "*.csv", "--include", "e.*") == ["b.csv", "kept/e.txt"]
    assert files("--exclude", "gone", "--exclude", "kept/e*") == ["a.txt", "b.csv", "kept/f.txt"]
    assert sumun("scan", "node_modules").status == 1


def test_a_path_that_is_not_there(sumun):
    ran = sumun("scan", "gone")
    assert ran.status == 2
    assert ran.err == "sumun: gone: there is no such file or folder\n"


def test_what_cannot_be_read_is_not_taken_for_clean(sumun, place, monkeypatch):
    (place / "x").write_text("hello")
    real = Path.open

    def refuse(path, *arguments, **options):
        if path.name == "x":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    ran = sumun("scan", "x", "--json")
    assert ran.status == 3
    assert ran.json["skipped"] == [{"file": "x", "reason": "Permission denied"}]


def test_a_limit_bounds_the_list_and_not_the_count(sumun, place):
    (place / "x").write_text(f"{MAIL}\n" * 50)
    found = sumun("scan", "x", "--limit", "3", "--json").json
    assert (len(found["findings"]), found["summary"]["findings"]) == (3, 50)
    assert "47 more" in sumun("scan", "x", "--limit", "3").out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_encodings(sumun, place, encoding):
    (place / "x").write_bytes(f"고객 이메일: {MAIL}\n".encode(encoding))
    assert where(sumun("scan", "x", "--json")) == [(1, 9, "EMAIL_ADDRESS")]


def test_bytes_that_do_not_fit_hide_nothing(sumun, place):
    (place / "x").write_bytes(b"\xff\xfe\xfd"[1:] + b" " + MAIL.encode())
    assert len(where(sumun("scan", "x", "--json"))) == 1


def test_names_cannot_reach_the_terminal(sumun, place):
    (place / "\x1b[2J").write_text(MAIL)
    assert "\x1b[2J" not in sumun("scan", ".").out


def test_standard_input():
    finished = subprocess.run(
        [sys.executable, "-m", "sumun.cli", "scan", "-", "--json"],
        input=f"{MAIL}\n".encode() * 2,
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 1
    assert len(json.loads(finished.stdout)["findings"]) == 2


def test_the_column_and_the_key_are_told(sumun, place):
    (place / "x.csv").write_text("name,phone\n김민준,010-1234-5678\n")
    (place / "y.jsonl").write_text(f'{{"mail": "{MAIL}"}}\n' * 2)
    found = sumun("scan", ".", "--json").json["findings"]
    assert [(each["file"], each["line"], each["column"], each["key"]) for each in found] == [
        ("x.csv", 2, 1, "name"),
        ("x.csv", 2, 5, "phone"),
        ("y.jsonl", 1, 11, "mail"),
        ("y.jsonl", 2, 11, "mail"),
    ]


def test_a_key_that_is_personal_data_is_not_told(sumun, place):
    (place / "x.json").write_text(json.dumps({MAIL: "010-1234-5678"}))
    ran = sumun("scan", "x.json", "--json")
    assert len(ran.json["findings"]) == 2
    assert MAIL not in ran.out


def test_values_are_shown_where_asked_for(sumun, place):
    (place / "x").write_text(MAIL)
    assert MAIL in sumun("scan", "x", "--show-values").out


def test_standard_input_may_be_a_table(sumun, typed):
    typed("name,phone\n김민준,x\n")
    assert [each["key"] for each in sumun("scan", "-", "--json").json["findings"]] == ["name"]


class TestPacked:
    def test_gzip_of_several_members(self, sumun, place):
        part = gzip.compress(f"a\n{MAIL}\n".encode())
        (place / "x.log.gz").write_bytes(part * 2)
        assert [each[0] for each in where(sumun("scan", "x.log.gz", "--json"))] == [2, 4]

    @pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:20] + b"xx"])
    def test_a_damaged_one_is_not_taken_for_clean(self, sumun, place, damage):
        (place / "x.gz").write_bytes(damage(gzip.compress(os.urandom(100).hex().encode() * 9)))
        ran = sumun("scan", "x.gz", "--json")
        assert ran.status == 3
        assert ran.json["skipped"] == [{"file": "x.gz", "reason": "damaged file"}]

    def test_form_is_that_of_what_is_packed(self, sumun, place):
        (place / "x.csv.gz").write_bytes(gzip.compress("name,x\n김민준,y\n".encode()))
        assert where(sumun("scan", "x.csv.gz", "--json")) == [(2, 1, "PERSON")]

    def test_what_blows_up_takes_bounded_memory(self, place):
        (place / "x.gz").write_bytes(gzip.compress(b" " * (60 << 20)))
        script = (
            "import sys; from pathlib import Path; from sumun.cli.root import run;"
            "status = run(['scan', 'x.gz']);"
            "peak = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0];"
            "sys.exit(status or int(peak) > 120_000)"
        )
        finished = subprocess.run([sys.executable, "-c", script], cwd=place, check=False)
        assert finished.returncode == 0


class TestFormats:
    def test_lines_of_json(self, sumun, place):
        (place / "x").write_text(f"{MAIL} {MAIL}")
        ran = sumun("scan", "x", "--format", "jsonl")
        assert [json.loads(line)["column"] for line in ran.out.splitlines()] == [1, 23]
        assert ran.err.startswith("found: 2")

    def test_sarif(self, sumun, place):
        (place / "x y").write_text(MAIL)
        (place / "b").write_bytes(b"\0")
        [run] = sumun("scan", ".", "--format", "sarif").json["runs"]
        [result] = run["results"]
        assert result["ruleId"] == "EMAIL_ADDRESS"
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "x%20y"
        assert location["region"] == {"startLine": 1, "startColumn": 1, "endColumn": 22}


class TestBaseline:
    @pytest.fixture
    def known(self, sumun, place):
        (place / "x").write_text(f"{MAIL}\n")
        (place / "data.key").write_text("k" * 40)
        ran = sumun("scan", "x", "--write-baseline", "known.json", "--key-file", "data.key")
        assert ran.status == 0
        return place

    def test_what_is_known_is_left_out_wherever_it_moved_to(self, sumun, known):
        (known / "x").write_text(f"\n\n  {MAIL}\n")
        ran = sumun("scan", "x", "--baseline", "known.json", "--key-file", "data.key", "--json")
        assert (ran.status, ran.json["summary"]["known"]) == (0, 1)

    def test_what_is_new_is_told(self, sumun, known):
        (known / "x").write_text(f"{MAIL} new@example.com")
        (known / "y").write_text(MAIL)
        ran = sumun(
            "scan", "x", "y", "--baseline", "known.json", "--key-file", "data.key", "--json"
        )
        assert ran.status == 1
        assert where(ran) == [(1, 23, "EMAIL_ADDRESS"), (1, 1, "EMAIL_ADDRESS")]

    def test_no_value_is_in_it_and_another_key_knows_nothing(self, sumun, known):
        assert "example" not in (known / "known.json").read_text()
        (known / "data.key").write_text("l" * 40)
        ran = sumun("scan", "x", "--baseline", "known.json", "--key-file", "data.key")
        assert ran.status == 1

    def test_a_key_is_needed(self, sumun, known):
        ran = sumun("scan", "x", "--baseline", "known.json")
        assert ran.status == 2
        assert "SUMUN_DATA_KEY" in ran.err

    @pytest.mark.parametrize("content", ["", "{}", '{"version": 2, "known": []}', "\udcff"])
    def test_what_is_no_baseline(self, sumun, known, content):
        (known / "b").write_bytes(content.encode("utf-8", "surrogateescape"))
        ran = sumun("scan", "x", "--baseline", "b", "--key-file", "data.key")
        assert ran.status == 2
        assert ran.err.startswith("sumun: b: ")


SETTINGS = """
[detection]
min_score = 0.6
[[detection.recognizers]]
name = "employee"
entity = "CUSTOM_EMPLOYEE"
pattern = '\\b[0-9]{4}-[A-Z]{2}\\b'
[detection.allow]
EMAIL_ADDRESS = ["help@example.com"]
"""


def test_the_settings_add_to_what_is_found(sumun, place):
    (place / "sumun.toml").write_text(SETTINGS)
    (place / "x").write_text(f"1234-AB help@example.com {MAIL}")
    types = [each[2] for each in where(sumun("scan", "x", "--json"))]
    assert types == ["CUSTOM_EMPLOYEE", "EMAIL_ADDRESS"]
    assert len(where(sumun("scan", "x", "--entities", "CUSTOM_EMPLOYEE", "--json"))) == 1
    (place / "sumun.toml").write_text(SETTINGS.replace("[0-9]{4}", "(a+)+"))
    assert sumun("scan", "x").status == 2


def test_several_processes_say_what_one_says(sumun, place):
    (place / "sumun.toml").write_text(SETTINGS)
    for number in range(9):
        (place / f"{number}.txt").write_text(f"1234-AB {MAIL}\n" * number)
    one = sumun("scan", ".", "--include", "*.txt", "--jobs", "1", "--json").json
    several = sumun("scan", ".", "--include", "*.txt", "--jobs", "2", "--json").json
    assert several == one
    assert one["summary"]["findings"] == 72


def test_progress_is_shown_where_somebody_waits(sumun, place, monkeypatch):
    monkeypatch.setattr("sumun.cli.commands.scan_command._WORTH_SHOWING", 10)
    (place / "x").write_text("nothing here\n" * 20_000)
    assert "reading" not in sumun("scan", "x").err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert "reading" in sumun("scan", "x").err
