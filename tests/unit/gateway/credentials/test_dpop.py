"""Access tokens bound to a key of the gateway's (RFC 9449)."""

import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from tests.unit.gateway.credentials.conftest import send

from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.proof import DpopProofs, MemoryClaims

KIND = "client_credentials"


def thumbprint(proof):
    header = jws.extract_compact(proof.encode()).protected
    return ECKey.import_key(header["jwk"]).thumbprint()


async def test_every_request_has_a_proof_of_its_own(way, partner):
    upstream = way.credential(partner, kind=KIND, dpop=True)
    await send(upstream)
    await send(upstream)
    verifier = DpopProofs(MemoryClaims(way.clock), clock=way.clock)
    [form] = partner.form_headers
    bound = await verifier.verify([form["dpop"].encode()], "POST", f"{partner.issuer}/token")
    for received in partner.calls:
        assert received["authorization"] == "DPoP theirs-1"
        proven = await verifier.verify(
            [received["dpop"].encode()], "POST", partner.url, token=b"theirs-1"
        )
        assert proven.thumbprint == bound.thumbprint


async def test_nonces_are_used_as_they_are_given(way, partner):
    partner.nonce = "nonce-1"
    upstream = way.credential(partner, kind=KIND, dpop=True)
    assert await send(upstream) == 200
    assert len(partner.forms) == 2
    assert len(partner.calls) == 1  # the same origin: it was known by then
    partner.nonce = "nonce-2"
    assert await send(upstream) == 200
    assert len(partner.calls) == 3
    assert await send(upstream) == 200
    assert len(partner.calls) == 4
    assert partner.issued == 1


async def test_a_nonce_that_is_never_right_ends_the_attempts(way, partner):
    upstream = way.credential(partner, kind=KIND, dpop=True)
    await send(upstream)
    partner.nonce = 'never"right'
    assert await send(upstream) == 401
    assert len(partner.calls) == 3


async def test_a_token_that_is_not_bound_is_not_made_do_with(way, partner):
    partner.token = {"token_type": "Bearer"}
    with pytest.raises(UpstreamFailed):
        await send(way.credential(partner, kind=KIND, dpop=True))
    assert partner.calls == []
