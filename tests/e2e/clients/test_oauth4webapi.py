"""oauth4webapi, the strictest client there is: every response as its standard has it."""

import pytest


@pytest.fixture
def run(server, node):
    def run(flow, **more):
        given = {"flow": flow, "issuer": server.url, "mcp": server.mcp, **more}
        return node.run("oauth4webapi.mjs", given)

    return run


def test_discovery(server, run):
    oidc, oauth2 = run("discovery")
    assert oidc == oauth2
    assert oidc["issuer"] == server.url


def test_a_public_client_from_registering_to_revoking(server, run):
    found = run("public_client")
    assert found["claims"]["aud"] == server.mcp
    assert found["tokens"]["token_type"] == "bearer"
    assert "<EMAIL_ADDRESS:" in found["result"]


def test_a_confidential_client_asks_what_its_token_is_worth(run):
    found = run("confidential_client")
    assert found["before"]["active"] is True
    assert found["after"] == {"active": False}


def test_a_signed_answer_to_what_a_token_is_worth(run):
    assert run("signed_introspection")["active"] is True


def test_client_credentials(server, run):
    name = "oauth4webapi-service"
    added = server.command("client", "add", name, "--scope", "mcp:customers")
    found = run(
        "client_credentials",
        credentials={"client_id": name, "client_secret": added["client_secret"]},
    )
    assert [claims["scope"] for claims in found] == ["mcp:customers"] * 2


def test_private_key_jwt(server, run):
    assert run("private_key_jwt")["aud"] == server.mcp


def test_tokens_bound_to_a_key(run):
    found = run("dpop")
    assert found["type"] == "dpop"
    assert "<EMAIL_ADDRESS:" in found["result"]


def test_userinfo(run):
    assert run("userinfo")["sub"].startswith("user-")
