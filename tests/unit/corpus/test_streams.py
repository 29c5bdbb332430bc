"""Texts of any form, in pieces: nothing lost, nothing told twice, nothing else changed."""

import csv
import io
import json
import random

import pytest

from sumun.corpus.places import located
from sumun.corpus.plain import plain_segments
from sumun.corpus.rewriting import NotRewritten
from sumun.corpus.segments import finding
from sumun.detection import Detector

MAIL = "minjun.kim@example.kr"
VALUES = [MAIL, "010-1234-5678", "880214-2974120", "4242-4242-4242-4242"]


def tables():
    rows = [["이름", "전화", "card number", "note"]]
    rows += [
        ["김민준", "010-1234-5678", "4111111111111111", 'say "hi" to\n' + MAIL + ", twice"],
        ["", "01087654321", "", "x;y"],
    ] * 5
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


JSON = (
    '{"이름": "김민준", "mail": "k\\u0040example.com \\"q\\" ' + MAIL + '",\n'
    '  "card": 4111111111111111, "small": 12.5e3, "none": null, "yes": true,\n'
    '  "phones": ["010-1234-5678", "", "\\ud83d\\ude00 01087654321"], "k@example.com": []}\n'
)


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.txt"])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_pieces_give_what_the_whole_gives(stream, name, step):
    text = {"a.json": JSON * 3, "a.csv": tables(), "a.txt": JSON}[name]
    whole = stream(text, name)
    pieces = stream(text, name, step=step)
    assert pieces.places == whole.places
    assert pieces.protected() == whole.protected()
    assert len(whole.places) > 3


class TestJson:
    def test_places_are_those_of_the_text(self, stream):
        found = stream(JSON, "a.json").places
        assert found == [
            (1, 9, "김민준"),
            (1, 24, "k@example.com"),
            (1, 49, MAIL),
            (2, 11, "4111111111111111"),
            (3, 15, "010-1234-5678"),
            (3, 49, "01087654321"),
            (3, 65, "k@example.com"),
        ]
        for line, column, value in found[2:]:
            assert JSON.splitlines()[line - 1].startswith(value, column - 1)

    @pytest.mark.parametrize("action", ["mask", "redact", "hash", "tokenize", "encrypt"])
    def test_what_is_protected_is_json_still(self, stream, action):
        protected = stream(JSON * 2, "a.jsonl").protected(action).decode()
        assert MAIL not in protected
        first, _ = protected[: len(protected) // 2], protected
        value = json.loads(first)
        assert isinstance(value["card"], str)
        assert value["small"] == 12.5e3
        assert value["none"] is None

    def test_nothing_else_changes(self, stream):
        text = '{ "a" :[1,2 , "x\\/y"],\r\n\t"b":"\\u00e9", "mail":"' + MAIL + '" }'
        expected = text.replace(MAIL, "m***@example.kr")
        assert stream(text, "a.json").protected().decode() == expected

    def test_tokens_come_back(self, stream):
        original = json.loads(JSON)
        protected = stream(JSON, "a.json").protected("tokenize")
        restored = json.loads(stream(protected, "a.json").restored())
        assert restored == original | {"card": "4111111111111111"}

    def test_a_restored_value_is_written_as_a_string_is(self, stream, key):
        from sumun import protect

        token = protect('password: a"b\\c9X!zzK', action="tokenize", key=key)
        text = json.dumps({"a": token})
        assert json.loads(stream(text, "a.json").restored()) == {"a": 'password: a"b\\c9X!zzK'}

    @pytest.mark.parametrize(
        "text",
        [
            "{mail: '" + MAIL + "'}",
            '{"a": 1} // ' + MAIL,
            '{"a": "open ' + MAIL,
            '{"a": "x" ' + MAIL + "}",
            '[1, 2, nul, "' + MAIL + '"]',
            '\x00{"a": "' + MAIL + '"}',
        ],
    )
    @pytest.mark.parametrize("step", [3, 1 << 16])
    def test_what_is_no_json_is_read_as_text(self, stream, text, step):
        read = stream(text.replace("\x00", "\x01"), "a.json", step=step)
        assert [each[2] for each in read.places] == [MAIL]
        assert MAIL not in read.protected().decode()
        tokens = stream(read.protected("tokenize"), "a.json")
        assert tokens.restored() == read.data

    def test_a_string_too_long_to_be_held_is_read_as_text(self, stream, monkeypatch):
        from sumun.corpus import structured

        monkeypatch.setitem(structured.structured_segments.__kwdefaults__, "longest", 1000)
        text = '{"a": "' + "x " * 100_000 + MAIL + '"}'
        assert [each[2] for each in stream(text, "a.json", step=500).places] == [MAIL]


class TestTables:
    def test_headers_give_context_and_places_are_those_of_the_text(self, stream):
        found = stream("name,resident number\n김민준,9001011234568\n", "a.csv").places
        assert found == [(2, 1, "김민준"), (2, 5, "9001011234568")]

    @pytest.mark.parametrize("action", ["mask", "tokenize"])
    def test_what_is_protected_is_a_table_still(self, stream, action):
        before = list(csv.reader(io.StringIO(tables())))
        protected = stream(tables(), "a.csv").protected(action).decode()
        after = list(csv.reader(io.StringIO(protected)))
        assert [len(row) for row in after] == [len(row) for row in before]
        assert after[0] == before[0]
        assert "010-1234-5678" not in protected
        assert MAIL not in protected

    def test_tokens_come_back_to_the_byte(self, stream):
        protected = stream(tables(), "a.csv").protected("tokenize")
        assert stream(protected, "a.csv").restored() == tables().encode()

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_delimiters(self, stream, delimiter):
        text = delimiter.join(["name", "phone"]) + "\n" + delimiter.join(["김민준", "x"]) + "\n"
        assert stream(text, "a.csv").places == [(2, 1, "김민준")]
        assert stream(text).places == [(2, 1, "김민준")]

    @pytest.mark.parametrize(
        "text",
        [
            f'a,b\n"never closed,{MAIL}\n',
            f'a,b\n"closed" then more,{MAIL}\n',
            f'a,b\nin"side,{MAIL}',
            f"{MAIL}",
            f"a\r{MAIL}\rb\r",
            f',,\n,,{MAIL},,,\n"',
        ],
    )
    def test_odd_tables_hide_nothing(self, stream, text):
        for step in (2, 1 << 16):
            read = stream(text, "a.csv", step=step)
            assert [each[2] for each in read.places] == [MAIL]
            assert MAIL not in read.protected().decode()


class TestText:
    def places(self, text, **options):
        parts = [text[at : at + 500] for at in range(0, len(text), 500)]
        read = iter([*parts, ""]).__next__
        segments = plain_segments(read, finding(Detector()), **options)
        return [(each.line, each.column, each.value) for each in located(segments)]

    def test_pieces_give_what_the_whole_gives(self):
        chance = random.Random(7)
        words = ["lorem", "ipsum", "\n", "안녕", "\n\n", "전화"]
        for _ in range(40):
            text = " ".join(chance.choice(words + VALUES) for _ in range(400))
            whole = self.places(text, window=1 << 30, overlap=1 << 10)
            assert self.places(text, window=1000, overlap=200) == whole
            assert whole

    @pytest.mark.parametrize("length", range(890, 912))
    def test_a_value_across_the_seam(self, length):
        text = "x " * (length // 2) + "\n" + MAIL
        assert [each[2] for each in self.places(text, window=1000, overlap=100)] == [MAIL]

    def test_a_line_without_end_takes_bounded_memory(self):
        held = []

        def find(values):
            held.append(len(values[0].text))
            return []

        parts = iter(["x" * 100] * 1000 + [""])
        total = sum(
            len(segment.raw)
            for segment in plain_segments(parts.__next__, find, window=1000, overlap=100)
        )
        assert total == 100_000
        assert max(held) <= 1100

    def test_protecting_keeps_every_byte_of_the_rest(self, stream):
        text = f"a\r\nb \ud7ff 안녕 {MAIL}\n\n\t{MAIL}\x0bz"
        expected = text.replace(MAIL, "m***@example.kr").encode()
        assert stream(text, "a.log").protected() == expected

    def test_a_token_across_pieces_comes_back(self, stream):
        text = f"x {MAIL} y\n" * 50
        protected = stream(text, "a.log").protected("tokenize")
        assert stream(protected, "a.log", step=11).restored() == text.encode()

    def test_an_altered_token_says_where(self, stream):
        protected = stream(f"one\ntwo {MAIL}\n", "a.log").protected("tokenize")
        altered = protected.replace(b">", b"q>")
        with pytest.raises(NotRewritten, match=r"^line 2: "):
            stream(altered, "a.log").restored()

    def test_what_is_rejected_says_where(self, stream):
        with pytest.raises(NotRewritten, match=r"^line 2: EMAIL_ADDRESS") as refused:
            stream(f'{{"a": 1,\n"mail": "{MAIL}"}}', "a.json").protected("reject")
        assert MAIL not in str(refused.value)


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp949"])
    @pytest.mark.parametrize("step", [1, 64, 1 << 16])
    def test_each_is_read_and_written_as_it_was(self, stream, encoding, step):
        text = f"고객 이메일: {MAIL}\n"
        read = stream(text, encoding=encoding, step=max(step, 4))
        assert read.places == [(1, 9, MAIL)]
        assert read.protected().decode(encoding) == text.replace(MAIL, "m***@example.kr")

    def test_korean_after_much_english(self, stream):
        text = "log line\n" * 20_000 + f"고객 이메일: {MAIL}\n"
        assert stream(text, encoding="cp949").places == [(20_001, 9, MAIL)]

    @pytest.mark.parametrize(
        "data",
        [
            b"\xff\xfd " + MAIL.encode(),
            "안녕".encode() + b"\xc3 " + MAIL.encode() + b"\xff",
            b"caf\xe9 " + MAIL.encode() + "안녕".encode("cp949") + b"\x80",
        ],
    )
    def test_bytes_that_fit_nowhere_hide_nothing_and_stay(self, stream, data):
        assert [each[2] for each in stream(data).places] == [MAIL]
        assert stream(data).protected() == data.replace(MAIL.encode(), b"m***@example.kr")
