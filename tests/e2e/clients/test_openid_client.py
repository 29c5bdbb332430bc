"""openid-client, the relying party most Node applications use: from registering to signing out."""


def test_a_person_signs_in_and_out(server, node):
    found = node.run("openid_client.mjs", {"issuer": server.url})
    assert found["claims"]["aud"] == found["client_id"]
    assert found["userinfo"]["sub"] == found["claims"]["sub"]
    assert found["before"]["active"] is True
    assert found["after"] == {"active": False}, "revoking a refresh token revokes all of its grant"
    assert found["returned"], found["signed_out"]
