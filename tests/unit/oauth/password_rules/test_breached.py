"""The list of breached passwords: found where they are, and nothing else, whatever the size."""

import hashlib
import os
import tracemalloc

import pytest

from sumun.config import ConfigurationError
from sumun.oauth.password_rules import BreachedPasswords

MANY = 3000


def digest(password):
    return hashlib.sha1(password.encode()).hexdigest().upper()


def entries(count=MANY):
    return sorted(f"{digest(f'password {n}')}:{n * 7919 % 100_000 + 1}" for n in range(count))


def write_file(directory, lines, end="\n", last="\n"):
    path = directory / "hashes.txt"
    path.write_bytes((end.join(lines) + last).encode())
    return path


def write_ranges(directory, lines, suffix=".txt"):
    ranges = {"00000": [f"{'0' * 35}:3"]}
    for line in lines:
        ranges.setdefault(line[:5], []).append(line[5:])
    for prefix, rest in ranges.items():
        (directory / f"{prefix}{suffix}").write_bytes("\r\n".join(sorted(rest)).encode())
    return directory


@pytest.fixture(
    params=[
        lambda d: write_file(d, entries()),
        lambda d: write_file(d, entries(), end="\r\n", last=""),
        lambda d: write_file(d, [line.lower() for line in entries()]),
        lambda d: write_file(d, [line[:40] for line in entries()]),
        lambda d: write_ranges(d, entries()),
        lambda d: write_ranges(d, entries(), suffix=""),
    ],
    ids=["file", "windows", "small letters", "no counts", "directory", "no suffix"],
)
def listed(request, tmp_path):
    return BreachedPasswords(request.param(tmp_path))


def test_every_one_is_found(listed):
    assert all(f"password {n}" in listed for n in range(MANY))


def test_no_other_is(tmp_path):
    listed = BreachedPasswords(write_file(tmp_path, entries()))
    assert not any(f"another {n}" in listed for n in range(MANY))
    assert "" not in listed


def test_a_range_that_is_not_there_is_no_answer(tmp_path):
    listed = BreachedPasswords(write_ranges(tmp_path, entries(10)))
    with pytest.raises(FileNotFoundError):
        assert "another" in listed


@pytest.mark.parametrize("count", [1, 2, 90, 91, 92, 93, 94, 95])
def test_lists_of_every_size_are_searched_to_both_ends(tmp_path, count):
    lines = entries(count)
    listed = BreachedPasswords(write_file(tmp_path, lines))
    assert all(f"password {n}" in listed for n in range(count))
    assert f"password {count}" not in listed


def test_what_only_pads_an_answer_is_not_in_the_list(tmp_path):
    lines = sorted([*entries(), f"{digest('padding')}:0"])
    assert "padding" not in BreachedPasswords(write_file(tmp_path, lines))


def test_only_a_few_blocks_are_read(tmp_path, monkeypatch):
    listed = BreachedPasswords(write_file(tmp_path, entries(40_000)))
    read = []
    monkeypatch.setattr(
        os, "pread", lambda *a, pread=os.pread: read.append(len(got := pread(*a))) or got
    )
    tracemalloc.start()
    assert "password 7" in listed
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(read) < 15
    assert sum(read) < 16_000
    assert most < 64_000


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"password\n", b"0123456789:1\n", b"\x1f\x8b\x08 zipped", b"g" * 40 + b":1\n"],
)
def test_what_is_no_list_is_refused_at_the_start(tmp_path, content):
    path = tmp_path / "list.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="HASH:COUNT"):
        BreachedPasswords(path)


def test_a_list_that_is_not_there_is_refused_at_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match="No such file"):
        BreachedPasswords(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="No such file"):
        BreachedPasswords(tmp_path)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    path = write_file(tmp_path, [entries(1)[0], "F" * 100_000])
    with pytest.raises(OSError, match="too long"):
        assert "another" in BreachedPasswords(path)
