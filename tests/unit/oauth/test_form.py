import pytest

from sumun.oauth.errors import OAuthError
from sumun.oauth.form import BODY_LIMIT, ClientGone, read_form, source_of

FORM = [(b"content-type", b"application/x-www-form-urlencoded")]


def scope(headers=FORM, method="POST"):
    return {"type": "http", "method": method, "headers": headers, "client": ("192.0.2.1", 5)}


def receiver(*parts, disconnect=False):
    messages = [
        {"type": "http.request", "body": part, "more_body": disconnect or number < len(parts)}
        for number, part in enumerate(parts, 1)
    ]
    if disconnect:
        messages.append({"type": "http.disconnect"})

    async def receive():
        return messages.pop(0)

    return receive


async def test_parts_are_joined_and_decoded():
    request = await read_form(scope(), receiver(b"a=1&b=%ED%95", b"%9C+x", b"&resource=r"))
    assert request.parameters == {"a": "1", "b": "한 x"}
    assert request.resources == ["r"]
    assert request.source == "192.0.2.1"
    assert request.authorization is None


async def test_the_limit_itself_is_borne():
    body = b"a=" + b"x" * (BODY_LIMIT - 2)
    assert len((await read_form(scope(), receiver(body))).parameters["a"]) == BODY_LIMIT - 2
    with pytest.raises(OAuthError) as raised:
        await read_form(scope(), receiver(body + b"x"))
    assert raised.value.status == 413


async def test_reading_stops_once_too_much_came():
    parts = [b"x" * 40_000] * 50
    receive = receiver(*parts)
    with pytest.raises(OAuthError):
        await read_form(scope(), receive)
    remaining = 0
    while True:
        message = await receive()
        remaining += 1
        if not message["more_body"]:
            break
    assert remaining == 48


async def test_a_client_that_left_gets_no_answer():
    with pytest.raises(ClientGone):
        await read_form(scope(), receiver(b"a=1", disconnect=True))


def test_a_connection_without_an_address_has_an_empty_source():
    assert source_of({"type": "http", "client": None}) == ""
