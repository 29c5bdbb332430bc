"""RFC 7636 §4, RFC 9700 §2.1.1: every client proves that it began what it ends."""

import pytest
from tests.conformance.browser import answer, challenge, redeem

BAD_CHALLENGES = {
    "n12 none": {"code_challenge": None},
    "n12 neither": {"code_challenge": None, "code_challenge_method": None},
    "n13 plain": {"code_challenge_method": "plain"},
    "n13 no method": {"code_challenge_method": None},
    "n13 small": {"code_challenge_method": "s256"},
    "n13 other": {"code_challenge_method": "S512"},
    "n14 short": {"code_challenge": "a" * 42},
    "n14 long": {"code_challenge": "a" * 129},
    "n14 longer than any SHA-256": {"code_challenge": "a" * 44},
    "n14 padded": {"code_challenge": "a" * 42 + "="},
    "n14 base64": {"code_challenge": "a" * 42 + "+"},
    "n14 newline": {"code_challenge": "a" * 43 + "\n"},
    "n15 twice": {"code_challenge": ["a" * 43, "a" * 43]},
}


@pytest.mark.parametrize("case", BAD_CHALLENGES)
@pytest.mark.parametrize("client_id", ["app", "server-app"])
async def test_no_request_without_a_good_challenge(browser, client_id, case):
    told = answer(await browser.authorize(client_id, **BAD_CHALLENGES[case]))
    assert told["error"] == "invalid_request"
    assert told["state"] == "a state"


@pytest.mark.parametrize(
    "verifier",
    [None, "v" * 42, "w" * 43, "v" * 44, "v" * 129, "é" * 43, "v" * 42 + "=", "v" * 43 + "\n"],
)
async def test_n24_a_verifier_that_does_not_answer(browser, people, verifier):
    code = await browser.code()
    response = await redeem(people, code, code_verifier=verifier)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_grant"
    assert (await redeem(people, code)).status_code == 200, "only a right request spends it"


async def test_the_challenge_itself_is_no_verifier(browser, people):
    code = await browser.code()
    response = await redeem(people, code, code_verifier=challenge())
    assert response.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["a" * 128, "A-._~" * 9])
async def test_every_verifier_the_rfc_allows(browser, people, verifier):
    code = await browser.code(code_challenge=challenge(verifier))
    assert (await redeem(people, code, code_verifier=verifier)).status_code == 200


async def test_the_example_of_appendix_b(browser, people):
    code = await browser.code(code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert (await redeem(people, code, code_verifier=verifier)).status_code == 200
