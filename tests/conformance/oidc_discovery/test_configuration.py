"""OpenID Connect Discovery 1.0 §3, §4."""

PATH = "/.well-known/openid-configuration"


async def test_required_members(system):
    document = (await system.http.get(PATH)).json()
    assert {
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    } <= set(document)


async def test_it_says_the_same_as_the_other_document(system):
    other = await system.http.get("/.well-known/oauth-authorization-server")
    assert (await system.http.get(PATH)).json() == other.json()


async def test_the_algorithm_named_is_the_one_that_signs(start):
    import jwt

    async with start(signing_alg="EdDSA") as system:
        document = (await system.http.get(PATH)).json()
        header = jwt.get_unverified_header(await system.token())
        assert document["id_token_signing_alg_values_supported"] == [header["alg"]]


async def test_other_methods_than_get(system):
    assert (await system.http.post(PATH)).status_code == 405
