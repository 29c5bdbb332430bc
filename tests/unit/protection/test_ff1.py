"""FF1 against the samples that NIST publishes with SP 800-38G ("FF1 Samples", 1 to 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sumun.protection.ff1 import FF1

AES_256 = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94"
AES_192, AES_128 = AES_256[:48], AES_256[:32]
SAMPLES = [
    (AES_128, 10, "", "0123456789", "2433477484"),
    (AES_128, 10, "39383736353433323130", "0123456789", "6124200773"),
    (AES_128, 36, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (AES_192, 10, "", "0123456789", "2830668132"),
    (AES_192, 10, "39383736353433323130", "0123456789", "2496655549"),
    (AES_192, 36, "3737373770717273373737", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (AES_256, 10, "", "0123456789", "6657667009"),
    (AES_256, 10, "39383736353433323130", "0123456789", "1001623463"),
    (AES_256, 36, "3737373770717273373737", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
]


@pytest.mark.parametrize(("key", "radix", "tweak", "plain", "cipher"), SAMPLES)
def test_the_published_samples(key, radix, tweak, plain, cipher):
    ff1 = FF1(bytes.fromhex(key), radix)
    assert ff1.encrypt(plain, bytes.fromhex(tweak)) == cipher
    assert ff1.decrypt(cipher, bytes.fromhex(tweak)) == plain


@given(st.text("0123456789", min_size=6, max_size=120), st.binary(max_size=40))
def test_digits_come_back(plain, tweak):
    ff1 = FF1(b"k" * 32)
    cipher = ff1.encrypt(plain, tweak)
    assert len(cipher) == len(plain)
    assert cipher.isdecimal()
    assert ff1.decrypt(cipher, tweak) == plain


def test_it_is_one_to_one():
    ff1 = FF1(b"k" * 32)
    assert len({ff1.encrypt(f"{number:06}") for number in range(0, 10**6, 997)}) == 1004


@pytest.mark.parametrize("text", ["", "12345", "1" * 257, "12345a", "１２３４５６"])
def test_what_is_too_short_too_long_or_no_digits_is_refused(text):
    with pytest.raises(ValueError, match=r"FF1|digits"):
        FF1(b"k" * 32).encrypt(text)


@pytest.mark.parametrize("radix", [1, 37])
def test_a_radix_without_digits_is_refused(radix):
    with pytest.raises(ValueError, match="radix"):
        FF1(b"k" * 32, radix)
