import pytest

from sumun.protection import ProtectionKeys


@pytest.mark.parametrize(
    ("current", "keys", "message"),
    [
        ("k2", {"k1": b"a" * 32}, "current key 'k2'"),
        ("k1", {"k1": b"a" * 31}, "at least 32 bytes"),
        ("K.1", {"K.1": b"a" * 32}, "key id 'K.1'"),
        ("", {"": b"a" * 32}, "key id ''"),
    ],
)
def test_unfit_keys_are_refused(current, keys, message):
    with pytest.raises(ValueError, match=message):
        ProtectionKeys(current, keys)


def test_words_a_subkey_is_bound_to_cannot_run_into_each_other():
    keys = ProtectionKeys("k1", {"k1": b"a" * 32})
    assert keys.derive("k1", "token", 32, "ab", "c") != keys.derive("k1", "token", 32, "a", "bc")
    assert keys.derive("k1", "token", 32, "ab", "c") != keys.derive("k1", "hash", 32, "ab", "c")


def test_a_subkey_of_an_unknown_key_is_refused():
    with pytest.raises(KeyError):
        ProtectionKeys("k1", {"k1": b"a" * 32}).derive("k2", "token", 32, "acme")
