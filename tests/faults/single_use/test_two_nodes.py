"""What one node is told, the other knows: revoked tokens at once, keys before they are used."""

import asyncio
import base64
import json
import subprocess

from tests.faults.single_use.nodes import SUMUN

SERVICE = {"client_id": "service", "client_secret": "secret"}


async def token(world, node):
    form = {"grant_type": "client_credentials", **SERVICE}
    response = await world.http.post(f"{node.url}/oauth2/token", data=form)
    assert response.status_code == 200, response.text
    return response.json()["access_token"]


async def call(world, node, token):
    headers = {"Authorization": f"Bearer {token}"}
    return (await world.http.get(f"{node.url}/hello", headers=headers)).status_code


async def published(world, node):
    keys = (await world.http.get(f"{node.url}/.well-known/jwks.json")).json()["keys"]
    return {key["kid"] for key in keys}


def signed_with(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]


async def test_n58_a_token_revoked_at_one_node_is_refused_at_the_other_at_once(world):
    one, two = world.nodes
    revoked, other = await token(world, one), await token(world, one)
    for node in world.nodes:  # seen before, and remembered, at both
        assert [await call(world, node, each) for each in (revoked, other)] == [200, 200]
    form = {"token": revoked, **SERVICE}
    assert (await world.http.post(f"{one.url}/oauth2/revoke", data=form)).status_code == 200
    assert await call(world, two, revoked) == 401
    looked_at = await world.http.post(f"{two.url}/oauth2/introspect", data=form)
    assert looked_at.json() == {"active": False}
    assert await call(world, two, other) == 200


async def test_n88_a_key_rotated_at_one_node_is_known_at_the_other(world):
    one, two = world.nodes
    old = await token(world, one)
    rotate = [SUMUN, "--json", "key", "rotate", "--publish-ahead", "0"]
    done = await asyncio.to_thread(
        subprocess.run, rotate, cwd=one.directory, env=one.environ, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    then_signing = None
    for _ in range(80):  # published for ten seconds before it signs, and noticed within one
        tokens = [await token(world, node) for node in world.nodes]
        for made, other in zip(tokens, (two, one), strict=True):
            assert signed_with(made) in await published(world, other)
            assert await call(world, other, made) == 200
        if then_signing is None and len(await published(world, two)) == 2:
            then_signing = signed_with(tokens[0])
        if all(signed_with(made) != signed_with(old) for made in tokens):
            break
        await asyncio.sleep(0.25)
    assert signed_with(tokens[0]) == signed_with(tokens[1]) != signed_with(old)
    assert then_signing == signed_with(old), "known at the other before it signs anywhere"
    assert [await call(world, node, old) for node in world.nodes] == [200, 200]
