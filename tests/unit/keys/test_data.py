import pytest

from sumun.keys import DataKeys, KeyMaterialError, SealedFiles


def test_first_key_is_made_once(files: SealedFiles):
    one, two = DataKeys.open(files), DataKeys.open(files)
    assert one.current_id == two.current_id
    key = one.get(one.current_id)
    assert key is not None
    assert len(key) == 32
    assert two.get(one.current_id) == key


def test_rotation_keeps_the_old_keys(files: SealedFiles):
    keys = DataKeys.open(files)
    old = keys.current_id
    value = keys.get(old)
    new = keys.rotate()
    assert keys.current_id == new
    assert keys.get(old) == value
    assert keys.ids == [old, new]


def test_another_process_sees_a_rotation(files: SealedFiles):
    one, two = DataKeys.open(files), DataKeys.open(files)
    new = one.rotate()
    assert two.get(new) == one.get(new)
    assert two.current_id == new


def test_unknown_id_is_none(files: SealedFiles):
    assert DataKeys.open(files).get("unknown") is None


def test_fernet_opens_what_an_earlier_key_closed(files: SealedFiles):
    keys = DataKeys.open(files)
    closed = keys.fernet().encrypt(b"value")
    keys.rotate()
    assert keys.fernet().decrypt(closed) == b"value"
    assert DataKeys.open(files).fernet().decrypt(closed) == b"value"


def test_a_lost_file_is_one_clear_line(files: SealedFiles):
    keys = DataKeys.open(files)
    (files.directory / "data-keys.sealed").unlink()
    with pytest.raises(KeyMaterialError, match="is gone"):
        keys.get("unknown")
