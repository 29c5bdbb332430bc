"""Compiled patterns are loaded where they are the user's own, and compiled everywhere else."""

import hyperscan
import pytest

from sumun.detection import compiled

FLAGS = hyperscan.HS_FLAG_SINGLEMATCH


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sumun"


@pytest.fixture
def count(monkeypatch):
    made = []
    compile_ = compiled._compiled

    def counted(patterns, flags, first):
        made.append(tuple(patterns))
        return compile_(patterns, flags, first)

    monkeypatch.setattr(compiled, "_compiled", counted)
    return made


def numbers(database, data):
    found = []
    database.scan(
        data, lambda number, *_: found.append(number), scratch=hyperscan.Scratch(database)
    )
    return sorted(found)


def test_what_was_compiled_once_is_loaded_and_finds_the_same(count):
    first = compiled.database([b"abc", b"x[0-9]+"], FLAGS)
    second = compiled.database([b"abc", b"x[0-9]+"], FLAGS)
    assert len(count) == 1
    assert numbers(first, b"abc x1") == numbers(second, b"abc x1") == [0, 1]


@pytest.mark.parametrize(
    ("patterns", "flags"),
    [([b"ab", b"c"], FLAGS), ([b"a", b"bc"], 0), ([b"bc", b"a"], FLAGS)],
    ids=["cut elsewhere", "flags", "order"],
)
def test_other_patterns_are_another_file(count, patterns, flags):
    compiled.database([b"a", b"bc"], FLAGS)
    compiled.database(patterns, flags)
    assert len(count) == 2


@pytest.mark.parametrize("damage", [b"", b"no database", None], ids=["empty", "other", "cut"])
def test_a_damaged_file_is_compiled_again_and_mended(cache, count, damage):
    compiled.database([b"abc"], FLAGS)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert numbers(compiled.database([b"abc"], FLAGS), b"abc") == [0]
    assert len(count) == 2
    assert file.read_bytes() == whole


def test_a_changed_byte_of_the_automaton_is_noticed(cache, count):
    compiled.database([b"abc"], FLAGS)
    (file,) = cache.iterdir()
    data = bytearray(file.read_bytes())
    data[-40] ^= 0xFF
    file.write_bytes(data)
    compiled.database([b"abc"], FLAGS)
    assert len(count) == 2


def test_the_cache_is_the_users_alone(cache):
    compiled.database([b"abc"], FLAGS)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in cache.iterdir()] == [0o600]


@pytest.mark.parametrize("mode", [0o770, 0o777])
def test_nothing_is_loaded_from_where_others_can_write(cache, count, mode):
    compiled.database([b"abc"], FLAGS)
    cache.chmod(mode)
    compiled.database([b"abc"], FLAGS)
    assert len(count) == 2


def test_a_link_to_another_directory_is_not_followed(cache, count, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    compiled.database([b"abc"], FLAGS)
    compiled.database([b"abc"], FLAGS)
    assert len(count) == 2
    assert not list((tmp_path / "elsewhere").iterdir())


def test_where_nothing_can_be_kept_it_is_compiled(cache, count):
    cache.write_text("a file")
    assert numbers(compiled.database([b"abc"], FLAGS), b"abc") == [0]


def test_what_cannot_be_compiled_says_so():
    with pytest.raises(hyperscan.error):
        compiled.database([b"("], FLAGS)
