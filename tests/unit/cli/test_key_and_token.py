import json

import pytest


@pytest.fixture
def agent(sumun, installed):
    sumun("client", "add", "agent", "--scope", "mcp:crm")
    return "agent"


@pytest.fixture
def token(sumun, agent, installed):
    path = installed / "token"
    path.write_text(sumun("token", "issue", agent).out)
    return path


def test_rotating_keeps_what_was_signed(sumun, token):
    kid = sumun("key", "rotate", "--publish-ahead", "0", "--json").json["kid"]
    states = {key["kid"]: key["state"] for key in sumun("key", "list", "--json").json}
    assert sorted(states.values()) == ["signing", "verifying"]
    assert states[kid] == "signing"
    assert sumun("token", "inspect", token).status == 0


def test_a_key_can_be_published_ahead(sumun, installed):
    sumun("key", "rotate")
    states = sorted(key["state"] for key in sumun("key", "list", "--json").json)
    assert states == ["published ahead", "signing"]


def test_a_withdrawn_key_takes_its_tokens_along(sumun, token, typed):
    kid = sumun("key", "list", "--json").json[0]["kid"]
    typed("")
    assert "--yes" in sumun("key", "withdraw", kid).err
    assert sumun("key", "withdraw", kid, "--yes").status == 0
    assert sumun("token", "inspect", token).status == 1


def test_a_key_that_is_not_there(sumun, installed):
    ran = sumun("key", "withdraw", "nosuch", "--yes")
    assert ran.status == 2
    assert "nosuch" in ran.err


def test_rotations_are_recorded(sumun, installed, events):
    kid = sumun("key", "rotate", "--json").json["kid"]
    data_key = sumun("key", "rotate", "--data", "--json").json["kid"]
    signing, data = events()[-2:]
    assert (signing["event_type"], signing["detail"]["kid"]) == ("key_rotated", kid)
    assert (data["event_type"], data["detail"]["kid"]) == ("data_key_rotated", data_key)
    assert sumun("key", "rotate", "--data", "--publish-ahead", "1").status == 2


def test_a_token_is_printed_alone(sumun, agent):
    ran = sumun("token", "issue", agent)
    assert ran.out.count(".") == 2
    assert ran.out.count("\n") == 1
    assert "mcp:crm" in ran.err


def test_inspecting(sumun, token):
    found = sumun("token", "inspect", token, "--json").json
    assert found["state"] == "valid"
    assert (found["client_id"], found["scope"]) == ("agent", "mcp:crm")
    assert found["aud"] == "http://localhost:8081"


def test_standard_input_and_the_word_bearer(sumun, token, typed):
    typed(f"Bearer {token.read_text()}")
    assert sumun("token", "inspect").status == 0


def test_revoking_by_file_and_by_id(sumun, agent, token, installed, events):
    assert sumun("token", "revoke", token).status == 0
    found = sumun("token", "inspect", token, "--json")
    assert found.status == 1
    assert found.json["reason"] == "it was revoked"
    assert events()[-1]["event_type"] == "token_revoked"

    other = installed / "other"
    other.write_text(sumun("token", "issue", agent).out)
    token_id = sumun("token", "inspect", other, "--json").json["jti"]
    assert sumun("token", "revoke", "--id", token_id).status == 0
    assert sumun("token", "inspect", other).status == 1


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.e30", "é.é.é", "x" * 20000])
def test_what_is_no_token_of_ours(sumun, installed, typed, text):
    typed(text)
    ran = sumun("token", "inspect", "--json")
    assert ran.status == 1
    assert ran.json["state"] == "refused"
    typed(text)
    assert sumun("token", "revoke", "-").status == 2


def test_a_token_of_another_issuer(sumun, token, installed):
    settings = installed / "sumun.toml"
    settings.write_text(settings.read_text().replace("localhost:8081", "localhost:9999"))
    assert (
        sumun("token", "inspect", token, "--json").json["reason"]
        == "it was issued by another server"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "there is no enabled client"),
        (["agent", "--scope", "mcp:hr"], "invalid_scope"),
        (["agent", "--resource", "https://other.example"], "invalid_target"),
    ],
)
def test_what_the_token_endpoint_would_refuse(sumun, agent, arguments, said):
    ran = sumun("token", "issue", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_token_for_a_server_behind_the_gateway(sumun, agent, typed):
    sumun("server", "add", "crm", "http://127.0.0.1:9/mcp")
    resource = "http://localhost:8081/mcp/crm"
    issued = sumun("token", "issue", agent, "--resource", resource, "--json").json
    typed(issued["access_token"])
    assert sumun("token", "inspect", "--json").json["aud"] == resource


def test_production_wants_it_said_twice(sumun, in_production, events):
    sumun("client", "add", "agent")
    refused = sumun("token", "issue", "agent")
    assert refused.status == 2
    assert "https://mcp.example/oauth2/token" in refused.err
    assert sumun("token", "issue", "agent", "--i-know").status == 0
    issued = events()[-1]
    assert (issued["event_type"], issued["source"]) == ("token_issued", "cli")


def test_revoke_needs_exactly_one(sumun, installed, token):
    assert sumun("token", "revoke").status == 2
    assert sumun("token", "revoke", token, "--id", "x").status == 2


def test_no_token_is_in_the_log(sumun, token):
    log = json.dumps(sumun("audit", "tail", "--json").json)
    assert token.read_text().strip() not in log


@pytest.mark.parametrize("verb", ["inspect", "revoke"])
def test_a_token_in_place_of_a_file_is_not_repeated(sumun, token, verb):
    secret = token.read_text().strip()
    refused = sumun("token", verb, secret)
    assert refused.status == 2
    assert "standard input" in refused.err
    assert secret not in refused.err + refused.out


def test_a_key_that_begins_with_a_dash_is_a_key(sumun, installed):
    ran = sumun("key", "withdraw", "-Gk4JD7cxcJ0kwZ11_8uwoi2YY3km8vfd1pasNC7wNM", "--yes")
    assert "option" not in ran.err
    assert "-Gk4JD7cxcJ0kwZ11_8uwoi2YY3km8vfd1pasNC7wNM" in ran.err
