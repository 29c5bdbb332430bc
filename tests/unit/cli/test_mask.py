"""``sumun mask`` and ``sumun restore``: a stream in, a stream out."""

import csv
import io
import json
import os
import signal
import subprocess
import sys

import pytest

MAIL = "minjun.kim@example.kr"
MASKED = "m***@example.kr"
SUMUN = [sys.executable, "-m", "sumun.cli"]


def test_a_text_is_masked(sumun, typed):
    typed(f"to {MAIL}\r\n전화 010-1234-5678")
    assert sumun("mask") == (0, f"to {MASKED}\r\n전화 010-****-5678", "")


def test_a_file_keeps_its_form(sumun, place):
    (place / "x.json").write_text(f'{{"mail":"{MAIL}", "card": 4111111111111111}}')
    out = sumun("mask", "x.json").out
    assert json.loads(out) == {"mail": MASKED, "card": "************1111"}
    (place / "x.csv").write_text("name,phone\n김민준,010-1234-5678\n")
    assert sumun("mask", "x.csv").out == "name,phone\n김*준,010-****-5678\n"


def test_a_table_from_standard_input(sumun, typed):
    typed('name,note\n김민준,"a, ""b"""\n')
    assert list(csv.reader(io.StringIO(sumun("mask").out)))[1] == ["김*준", 'a, "b"']


def test_actions(sumun, typed):
    typed(f"{MAIL} 010-1234-5678")
    ran = sumun("mask", "--action", "redact", "--action", "email=mask")
    assert ran.out == f"{MASKED} <PHONE_NUMBER>"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--action", "shred"], "--action: there is no action 'shred'"),
        (["--action", "shoe_size=mask"], "--action: unknown"),
        (["--action", "tokenize"], "SUMUN_DATA_KEY"),
        (["--action", "mask", "--policy", "p.toml"], "only one of them"),
        (["--entities", "shoe_size"], "--entities: unknown"),
    ],
)
def test_wrong_usage(sumun, typed, arguments, said):
    typed(MAIL)
    ran = sumun("mask", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_policy_decides(sumun, typed, place):
    (place / "p.toml").write_text('version = 1\n[defaults]\nresults = "redact"\n')
    typed(MAIL)
    assert sumun("mask", "--policy", "p.toml").out == "<EMAIL_ADDRESS>"


def test_only_what_was_named_is_touched(sumun, typed):
    typed(f"{MAIL} 010-1234-5678")
    assert sumun("mask", "--entities", "phone").out == f"{MAIL} 010-****-5678"


def test_what_is_rejected_ends_it(sumun, typed):
    typed(f"one\n{MAIL}\n")
    ran = sumun("mask", "--action", "reject")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "sumun: line 2: EMAIL_ADDRESS may not pass\n"


def test_binary_input_is_refused(sumun, typed):
    typed(b"\0\1\2")
    ran = sumun("mask")
    assert ran.status == 2
    assert ran.err == "sumun: the input is not text\n"


@pytest.mark.parametrize("action", ["tokenize", "encrypt"])
@pytest.mark.parametrize("name", ["x.txt", "x.csv", "x.jsonl"])
def test_what_was_protected_comes_back(sumun, place, action, name):
    text = {
        "x.txt": f"to {MAIL}, 010-1234-5678\n",
        "x.csv": f'name,note\n김민준,"say ""hi"", {MAIL}"\n',
        "x.jsonl": f'{{"mail": "{MAIL} \\"x\\""}}\n' * 2,
    }[name]
    (place / name).write_text(text)
    ran = sumun("mask", name, "--action", action, "--key-file", "data.key")
    assert (ran.status, ran.err) == (0, "a new key was written: data.key\n")
    assert MAIL not in ran.out
    (place / name).write_text(ran.out)
    assert sumun("restore", name, "--key-file", "data.key") == (0, text, "")


def test_another_key_restores_nothing(sumun, place):
    (place / "x").write_text(MAIL)
    out = sumun("mask", "x", "--action", "tokenize", "--key-file", "one.key").out
    (place / "x").write_text(f"\n{out}")
    (place / "two.key").write_text("k" * 40)
    ran = sumun("restore", "x", "--key-file", "two.key")
    assert (ran.status, ran.out) == (1, "\n")
    assert ran.err == "sumun: line 2: a token is not one that was made with this key\n"


def test_restoring_needs_a_key(sumun, typed):
    typed("x")
    ran = sumun("restore", "--key-file", "gone")
    assert (ran.status, ran.out) == (2, "")
    assert not os.path.lexists("gone")


def test_a_large_stream_takes_bounded_memory(place):
    """40 MB pass; the peak beside that of a small one may not show it."""
    line = f"2026-01-01T00:00:00Z INFO user=41 path=/a/b {'x' * 900}\n".encode()

    def peak(count):
        script = (
            "import sys; from pathlib import Path; from sumun.cli.root import run; run(['mask']);"
            "peak = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0];"
            "print(peak, file=sys.stderr)"
        )
        finished = subprocess.run(
            [sys.executable, "-c", script], input=line * count, capture_output=True, check=True
        )
        assert len(finished.stdout) == len(line) * count
        return int(finished.stderr)

    assert peak(40_000) < peak(1_000) + 20_000


def test_a_reader_that_has_seen_enough():
    finished = subprocess.run(
        f"yes {MAIL} | {' '.join(SUMUN)} mask | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (finished.stdout, finished.stderr) == (MASKED[:10], "")


def test_an_interruption_is_one_line():
    with subprocess.Popen(
        [*SUMUN, "mask"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdin.write(f"{MAIL}\n".encode() * 13_000)
        process.stdin.flush()
        process.stdout.read(10)  # it has begun
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said.strip()) == (130, b"sumun: interrupted")
