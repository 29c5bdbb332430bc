import msgspec
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


def test_a_destroyed_key_is_gone_everywhere(files: SealedFiles):
    one, two = DataKeys.open(files), DataKeys.open(files)
    old = one.current_id
    secret = two.get(old)
    seen = two.generation
    one.rotate()
    fingerprint = one.destroy(old)
    assert len(fingerprint) == 64
    assert two.generation != seen
    assert two.get(old) is one.get(old) is None
    assert secret.hex() not in fingerprint


def test_the_current_key_and_an_unknown_one_are_not_destroyed(files: SealedFiles):
    keys = DataKeys.open(files)
    with pytest.raises(KeyMaterialError, match="rotate first"):
        keys.destroy(keys.current_id)
    with pytest.raises(KeyMaterialError, match="no such data key"):
        keys.destroy("unknown")
    assert len(keys.ids) == 1


def test_each_tenant_has_a_secret_until_it_is_destroyed(files: SealedFiles):
    keys = DataKeys.open(files)
    keys.add_tenant("acme")
    first = dict(keys.tenants)
    assert first.keys() == {"default", "acme"}
    keys.add_tenant("acme")
    assert DataKeys.open(files).tenants == first
    keys.destroy_tenant("acme")
    assert keys.tenants["acme"] != first["acme"]
    assert keys.tenants["default"] == first["default"]
    with pytest.raises(KeyMaterialError, match="no such tenant"):
        keys.destroy_tenant("nobody")


def test_keys_of_an_older_installation_still_open(files: SealedFiles):
    secret = b"k" * 32
    files.store("data-keys", msgspec.json.encode({"keys": {"k1": secret}}))
    keys = DataKeys.open(files)
    assert (keys.get("k1"), keys.tenants) == (secret, {"default": b""})
    with pytest.raises(KeyMaterialError, match="older"):
        keys.destroy_tenant("default")
