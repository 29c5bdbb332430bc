"""Signatures on P-256 from DER to the form of JWS (RFC 7518 §3.4)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from sumun.keys.algorithms import raw_ecdsa

COORDINATES = st.integers(min_value=1, max_value=2**256 - 1) | st.sampled_from(
    [1, 127, 128, 255, 256, 2**248 - 1, 2**248, 2**255 - 1, 2**255, 2**256 - 1]
)


@given(r=COORDINATES, s=COORDINATES)
def test_every_signature_is_read_as_it_was_written(r, s):
    raw = raw_ecdsa(encode_dss_signature(r, s))
    assert raw == r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.mark.parametrize("number", [2**256, 2**300])
def test_what_is_too_large_for_the_curve_is_none(number):
    with pytest.raises(ValueError, match="P-256"):
        raw_ecdsa(encode_dss_signature(number, 1))


@given(st.binary(max_size=80))
def test_no_other_bytes_are_taken_for_one(data):
    try:
        raw = raw_ecdsa(data)
    except (ValueError, IndexError):
        return
    assert len(raw) == 64
