"""RFC 9449 §5: a public client's refresh token is bound to the key of its first proof."""

import pytest
from tests.conformance.browser import VERIFIER, Browser
from tests.conformance.rfc9449.conftest import Holder


@pytest.fixture
async def bound(people):
    """A browser in which a person let a client in, the client's key, and its tokens."""
    holder = Holder(people)
    async with (browser := Browser(people)).http:
        form = {
            "grant_type": "authorization_code",
            "code": await browser.code(),
            "client_id": "app",
            "code_verifier": VERIFIER,
        }
        headers = {"DPoP": holder.proof()}
        response = await people.http.post("/oauth2/token", data=form, headers=headers)
    assert response.json()["token_type"] == "DPoP"
    return holder, response.json()["refresh_token"]


async def renew(system, token, *proofs):
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"}
    headers = [("DPoP", proof) for proof in proofs]
    return await system.http.post("/oauth2/token", data=form, headers=headers)


def assert_refused(response):
    assert response.status_code == 400, response.text
    assert response.json()["error"] in {"invalid_grant", "invalid_dpop_proof"}


async def test_n40_a_bound_refresh_token_without_a_proof(people, bound):
    holder, token = bound
    assert_refused(await renew(people, token))
    assert (await renew(people, token, holder.proof())).status_code == 200, "nothing was spent"


async def test_n40_a_bound_refresh_token_with_the_proof_of_another_key(people, bound):
    holder, token = bound
    assert_refused(await renew(people, token, Holder(people).proof()))
    assert_refused(await renew(people, token, holder.proof(), holder.proof()))
    answer = await renew(people, token, holder.proof())
    assert answer.json()["token_type"] == "DPoP"
    assert_refused(await renew(people, answer.json()["refresh_token"], Holder(people).proof()))


async def test_n40_a_used_one_gives_its_successor_to_no_other_key(people, bound):
    """The grace for an answer that was lost is the holder's own."""
    holder, token = bound
    assert (await renew(people, token, holder.proof())).status_code == 200
    assert_refused(await renew(people, token, Holder(people).proof()))
    assert_refused(await renew(people, token))
