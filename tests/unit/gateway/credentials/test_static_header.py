"""A header as it stands in the configuration."""

import pytest
from tests.unit.gateway.credentials.conftest import send

from sumun.keys import KeyMaterialError


async def test_the_authorization_header_is_sent_as_it_stands(way, partner):
    assert await send(way.upstream(partner.url, authorization="Bearer fixed")) == 200
    [received] = partner.calls
    assert received["authorization"] == "Bearer fixed"


async def test_a_file_holds_the_secret_and_another_header_takes_it(way, partner):
    file = way.directory / "api-key"
    file.write_text("key-1\n")
    upstream = way.upstream(partner.url, authorization_file=str(file), header="X-API-Key")
    await send(upstream)
    [received] = partner.calls
    assert received["x-api-key"] == "key-1"
    assert "authorization" not in received


async def test_without_a_secret_nothing_is_shown(way, partner):
    await send(way.upstream(partner.url))
    [received] = partner.calls
    assert "authorization" not in received


async def test_a_file_that_is_not_there_is_named(way, partner):
    with pytest.raises(KeyMaterialError, match="nothing-there"):
        way.upstream(partner.url, authorization_file="/nothing-there")


async def test_a_refusal_is_passed_on_at_once(way, partner):
    partner.accepted = "Bearer another"
    assert await send(way.upstream(partner.url, authorization="Bearer fixed")) == 401
    assert len(partner.calls) == 1
