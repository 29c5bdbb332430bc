import pytest

from sumun.storage.schema import Migration, SchemaError, migrations, pending

KNOWN = (Migration(1, "initial", "aa", ""), Migration(2, "more", "bb", ""))


def test_both_dialects_have_the_same_steps():
    steps = [[(m.version, m.name) for m in migrations(d)] for d in ("sqlite", "postgresql")]
    assert steps[0] == steps[1]
    assert steps[0][0] == (1, "initial")


def test_what_is_still_to_do():
    assert pending(KNOWN, []) == KNOWN
    assert pending(KNOWN, [(1, "initial", "aa")]) == KNOWN[1:]
    assert pending(KNOWN, [(1, "initial", "aa"), (2, "more", "bb")]) == ()


def test_a_changed_migration_is_refused():
    with pytest.raises(SchemaError, match="0001_initial in the database is not the one"):
        pending(KNOWN, [(1, "initial", "zz")])


def test_a_newer_database_is_refused():
    applied = [(1, "initial", "aa"), (2, "more", "bb"), (3, "future", "cc")]
    with pytest.raises(SchemaError, match="has schema version 3, this version of Sumun knows 2"):
        pending(KNOWN, applied)


@pytest.mark.parametrize("file", ["0002_gap.sql", "1_short.sql", "notes.txt"])
def test_misnamed_files_are_refused(tmp_path, monkeypatch, file):
    directory = tmp_path / "migrations" / "sqlite"
    directory.mkdir(parents=True)
    (directory / file).write_text("SELECT 1")
    monkeypatch.setattr("sumun.storage.schema.files", lambda _: tmp_path)
    with pytest.raises(SchemaError, match=file):
        migrations.__wrapped__("sqlite")
