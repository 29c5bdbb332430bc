import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from sumun.cli.reading import open_text, scan_stream
from sumun.detection import Detector

MAIL = "minjun.kim@example.kr"


def where(ran):
    return [(each["line"], each["column"], each["entity_type"]) for each in ran.json["findings"]]


def test_a_file(sumun, place):
    (place / "x.txt").write_text(f"first\n연락처: {MAIL}, 010-1234-5678\n")
    ran = sumun("scan", "x.txt", "--json")
    assert ran.status == 0
    assert where(ran) == [(2, 6, "EMAIL_ADDRESS"), (2, 29, "PHONE_NUMBER")]
    assert MAIL not in ran.out
    assert "010-1234-5678" not in ran.out


def test_for_people(sumun, place):
    (place / "x.txt").write_text(MAIL)
    ran = sumun("scan", "x.txt")
    assert "x.txt:1:1" in ran.out
    assert MAIL not in ran.out
    assert ran.out.splitlines()[-1].startswith("found: 1 (EMAIL_ADDRESS 1)")


def test_fail_decides_the_status(sumun, place):
    (place / "dirty").write_text(MAIL)
    (place / "clean").write_text("nothing here")
    assert sumun("scan", "--fail", "dirty").status == 1
    assert sumun("scan", "--fail", "clean").status == 0
    assert sumun("scan", "--fail", "--entity", "credential", "dirty").status == 0
    assert sumun("scan", "--fail", "--entity", "contact", "dirty").status == 1
    assert sumun("scan", "--fail", "--entity", "email", "dirty").status == 1


def test_an_unknown_entity(sumun, place):
    ran = sumun("scan", "--entity", "shoe_size", ".")
    assert ran.status == 2
    assert "--entity: unknown" in ran.err


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
    ran = sumun("scan", "--fail", "x", "--json")
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
        check=True,
    )
    assert len(json.loads(finished.stdout)["findings"]) == 2


class TestWindows:
    """A text is read a piece at a time, and nothing is lost or told twice where pieces meet."""

    def places(self, text, **options):
        found = scan_stream(io.StringIO(text), Detector(), **options)
        return [(each.line, each.column, each.value) for each in found]

    def test_pieces_give_what_the_whole_gives(self):
        chance = random.Random(7)
        values = [MAIL, "010-1234-5678", "880214-2974120", "4242-4242-4242-4242"]
        words = ["lorem", "ipsum", "\n", "안녕", "\n\n", "전화"]
        for _ in range(40):
            parts = [chance.choice(words + values) for _ in range(400)]
            text = " ".join(parts)
            whole = self.places(text, window=1 << 30, overlap=1 << 10)
            assert self.places(text, window=1000, overlap=200) == whole
            assert whole

    @pytest.mark.parametrize("length", range(990, 1012))
    def test_a_value_across_the_seam(self, length):
        text = "x " * (length // 2) + "\n" + MAIL
        assert [each[2] for each in self.places(text, window=1000, overlap=100)] == [MAIL]

    def test_a_line_without_end_takes_bounded_memory(self):
        class Endless(io.StringIO):
            asked = 0

            def read(self, size):
                assert size <= 1000
                self.asked += size
                return "x" * size if self.asked < 100_000 else ""

        assert list(scan_stream(Endless(), Detector(), window=1000, overlap=100)) == []

    def test_a_character_cut_in_the_sample(self):
        text = "김" * 50_000
        stream = open_text(io.BytesIO(text.encode()))
        assert stream.encoding == "utf-8-sig"
        assert stream.read() == text
