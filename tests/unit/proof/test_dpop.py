import pytest

from sumun.proof import Nonces
from sumun.proof.dpop import _hash, normal_url


def test_the_hash_of_the_example_of_rfc_9449():
    token = b"Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert _hash(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://A.example", "https://a.example/"),
        ("https://a.example:443/b?c#d", "https://a.example/b"),
        ("http://a.example:80/", "http://a.example/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://a.example:8443/B", "https://a.example:8443/B"),
        ("https://[::1]:443/", "https://[::1]/"),
        ("/b", ""),
        ("mailto:a@b.example", ""),
        ("https://[x", ""),
    ],
)
def test_urls_are_compared_in_one_form(url, normal):
    assert normal_url(url) == normal


def test_a_nonce_is_ours_and_young_on_every_node():
    now = 1000.0
    nonces, elsewhere = (Nonces(b"k" * 32, lambda: now) for _ in range(2))
    other = Nonces(b"o" * 32, lambda: now)
    nonce = nonces.current()
    assert elsewhere.is_fresh(nonce)
    assert not other.is_fresh(nonce)
    assert nonce == elsewhere.current() != other.current()
    for changed in (nonce[:-1], nonce + "A", "B" + nonce[1:], "", None, 5, "é", "x" * 1000):
        assert not nonces.is_fresh(changed)
    for later, fresh in ((1019.0, True), (1259.0, True), (1260.0, False), (800.0, False)):
        now = later
        assert nonces.is_fresh(nonce) is fresh, later
