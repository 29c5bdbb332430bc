"""Everything that may be used once: how one is made, and used at any node.

Using answers what only the first use may get, such as a token; refused, it answers ``None``. Who
fails to prove who they are is held up (429) after some uses, at each node for itself.
"""

import itertools
import json
import re
import time
from html import unescape
from urllib.parse import parse_qs, urlsplit

from tests.conformance.browser import PASSWORD, VERIFIER, request
from tests.conformance.keys import Signer
from tests.faults.single_use.nodes import CAREFUL, DEVICE_GRANT

ASKED = {"resource": None, "scope": "mcp.access", "prompt": "consent"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NUMBERS = itertools.count()


async def token(world, node, headers=None, **form):
    """What the token endpoint gives; the answer to a refresh token is its successor."""
    response = await world.http.post(f"{node.url}/oauth2/token", data=form, headers=headers or {})
    held_up = {429} if "client_assertion" in form else set()
    assert response.status_code in {200, 400, 401} | held_up, response.text
    answer = response.json()
    if form["grant_type"] == "refresh_token":
        return answer.get("refresh_token")
    return answer.get("access_token")


def code_of(response):
    assert response.status_code in {303, 400, 403}, response.text
    query = parse_qs(urlsplit(response.headers.get("location", "")).query)
    return query.get("code", [None])[0]


def session_of(response):
    assert response.status_code in {303, 400, 401, 429}, response.text
    return response.cookies.get("sumun-session") if response.status_code == 303 else None


async def code(world):
    return await world.visitor().code(**ASKED)


async def redeem(world, node, code):
    form = {"grant_type": "authorization_code", "client_id": "app", "code_verifier": VERIFIER}
    return await token(world, node, code=code, **form)


async def refresh_token(world):
    form = {"grant_type": "authorization_code", "client_id": "app", "code_verifier": VERIFIER}
    data = {**form, "code": await code(world)}
    return (await world.http.post("/oauth2/token", data=data)).json()["refresh_token"]


async def refresh(world, node, value):
    return await token(
        world, node, grant_type="refresh_token", client_id="app", refresh_token=value
    )


async def device_code(world):
    asked = {"client_id": "television", "scope": "mcp.access"}
    codes = (await world.http.post("/oauth2/device_authorization", data=asked)).json()
    visitor = world.visitor()
    page = await visitor.open(await visitor.http.get("/device"))
    form = {**page.fields, "method": "password", "username": "minjun", "password": PASSWORD}
    page = await visitor.open(await visitor.http.post(page.forms[-1]["action"], data=form))
    for filled in ({"user_code": codes["user_code"]}, {"action": "allow"}):
        form = {**page.fields, **filled}
        page = await visitor.open(await visitor.http.post("/device", data=form))
    return codes["device_code"]


async def poll(world, node, value):
    form = {"grant_type": DEVICE_GRANT, "client_id": "television"}
    return await token(world, node, device_code=value, **form)


async def request_uri(world):
    response = await world.http.post("/oauth2/par", data=request(**ASKED))
    return response.json()["request_uri"]


async def authorize(world, node, value):
    query = {"client_id": "app", "request_uri": value}
    response = await world.http.get(f"{node.url}/oauth2/authorize", params=query)
    assert response.status_code in {303, 400}, response.text
    return response.headers.get("location")


async def assertion(world):
    now = int(time.time())
    claims = {"iss": "agent", "sub": "agent", "aud": world.issuer, "iat": now, "exp": now + 120}
    return world.agent.sign({**claims, "jti": f"jti-{next(NUMBERS)}"})


async def show_assertion(world, node, value):
    return await token(
        world,
        node,
        grant_type="client_credentials",
        client_assertion_type=ASSERTION,
        client_assertion=value,
    )


async def proof(world):
    signer = Signer(kid=None)
    claims = {
        "jti": f"jti-{next(NUMBERS)}",
        "htm": "POST",
        "htu": f"{world.issuer}/oauth2/token",
        "iat": int(time.time()),
    }
    return signer.sign(claims, typ="dpop+jwt", jwk=signer.public)


async def show_proof(world, node, value):
    form = {"client_id": "service", "client_secret": "secret"}
    return await token(world, node, {"DPoP": value}, grant_type="client_credentials", **form)


async def consent(world):
    visitor = world.visitor()
    return visitor, await visitor.consent_page(**ASKED)


async def decide(world, node, value):
    visitor, page = value
    form = {**page.fields, "decision": "allow"}
    return code_of(await visitor.http.post(f"{node.url}/consent", data=form))


async def recovery_code(world):
    return next(world.recovery_codes)


async def show_recovery_code(world, node, value):
    visitor = world.visitor()
    page = await visitor.open(await visitor.authorize(**ASKED))
    page = await visitor.open(await visitor.sign_in(page, CAREFUL))
    assert 'name="recovery_code"' in page.text
    form = {**page.fields, "method": "recovery_code", "recovery_code": value}
    return session_of(await visitor.http.post(f"{node.url}/sign-in", data=form))


async def challenge(world):
    visitor = world.visitor()
    page = await visitor.open(await visitor.authorize(**ASKED))
    options = re.search(r"data-passkey=\"get\" data-options='([^']+)'", page.text)
    credential = world.device.get(json.loads(unescape(options[1])))
    cookies = "; ".join(f"{name}={text}" for name, text in visitor.http.cookies.items())
    return cookies, {**page.fields, "method": "passkey", "credential": credential}


async def answer_challenge(world, node, value):
    """Every use is as the first was, whatever cookies that one earned."""
    cookies, form = value
    headers = {"Cookie": cookies}
    return session_of(await world.http.post(f"{node.url}/sign-in", data=form, headers=headers))


THINGS = {
    "code": (code, redeem),
    "refresh token": (refresh_token, refresh),
    "device code": (device_code, poll),
    "request_uri": (request_uri, authorize),
    "consent": (consent, decide),
    "passkey challenge": (challenge, answer_challenge),
    "DPoP proof": (proof, show_proof),
    "client assertion": (assertion, show_assertion),
}
