"""OpenID Connect Registration §2, Back-Channel Logout §2.2: what a client says of itself."""

import pytest

CLIENT = {
    "redirect_uris": ["https://rp.example/cb"],
    "post_logout_redirect_uris": ["https://rp.example/after"],
    "token_endpoint_auth_method": "none",
}


async def register(system, **members):
    return await system.http.post("/oauth2/register", json={**CLIENT, **members})


async def test_what_is_offered_is_kept(start):
    async with start(
        registration="open", resource_signing_algs={"https://r.example": "RS256"}
    ) as system:
        answer = await register(
            system,
            backchannel_logout_uri="https://rp.example/told",
            id_token_signed_response_alg="RS256",
        )
        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert told["backchannel_logout_uri"] == "https://rp.example/told"
        assert told["id_token_signed_response_alg"] == "RS256"
        client = await system.server.clients.find(told["client_id"])
        assert client.metadata.backchannel_logout_uri == "https://rp.example/told"


@pytest.mark.parametrize("alg", ["RS256", "none", "HS256", "x"])
async def test_an_algorithm_without_a_key_is_left_out(start, alg):
    """RFC 7591 §3.2.1: the answer says what was registered in fact."""
    async with start(registration="open") as system:
        answer = await register(system, id_token_signed_response_alg=alg)
        assert "id_token_signed_response_alg" not in answer.json()


@pytest.mark.parametrize(
    "uri",
    [
        "http://rp.example/told",
        "https://rp.example/told#x",
        "https://127.0.0.1/told",
        "https://169.254.169.254/told",
        "https://u@rp.example/told",
        "javascript:x",
    ],
)
async def test_n71_where_nobody_may_be_told(start, uri):
    async with start(registration="open") as system:
        answer = await register(system, backchannel_logout_uri=uri)
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_client_metadata"
