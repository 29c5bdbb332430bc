"""Why an attempt failed, over HTTP, for those who may read the log."""

import re

import pytest

FORM = {"grant_type": "client_credentials", "client_id": "mcp-client", "client_secret": "wrong"}


@pytest.fixture
async def running(start):
    async with start() as started:
        yield started


async def fail(running):
    """Fail to get a token; return the reference that the refusal names."""
    refused = await running.http.post("/oauth2/token", data=FORM)
    await running.house.authorization_server.traces.flush()
    return re.search(r"\(ref: ([0-9a-f-]{14})\)", refused.json()["error_description"])[1]


async def test_who_may_read_the_log_sees_every_step_and_no_secret(running):
    ref = await fail(running)
    answer = await running.get(f"/oauth2/traces/{ref}", await running.token())
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    assert (shown["ref"], shown["client_id"], shown["grant_id"]) == (ref, "mcp-client", None)
    assert [(step["stage"], step["outcome"], step["code"]) for step in shown["steps"]] == [
        ("token", "refused", "invalid_client")
    ]
    assert "secret" in shown["steps"][0]["words"] or shown["next"]
    assert "wrong" not in answer.text


async def test_a_reference_is_read_as_people_write_it(running):
    ref = await fail(running)
    token = await running.token()
    for written in (ref.upper(), ref.replace("-", ""), f"(ref:%20{ref})"):
        answer = await running.get(f"/oauth2/traces/{written}", token)
        assert answer.json()["ref"] == ref


@pytest.mark.parametrize("ref", ["0000-0000-0000", "x", "%00", "0" * 5000, "%F0%9F"])
async def test_what_is_not_kept_is_not_found(running, ref):
    answer = await running.get(f"/oauth2/traces/{ref}", await running.token())
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


async def test_nobody_else_sees_it(running):
    ref = await fail(running)
    assert (await running.get(f"/oauth2/traces/{ref}")).status_code == 401
    for_tools = await running.token(resource=f"{running.application.config.issuer}/mcp")
    assert (await running.get(f"/oauth2/traces/{ref}", for_tools)).status_code == 401
    narrow = await running.token(scope="mcp:crm")
    answer = await running.get(f"/oauth2/traces/{ref}", narrow)
    assert answer.status_code == 403
    assert 'scope="audit:read"' in answer.headers["www-authenticate"]
