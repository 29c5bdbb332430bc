import json

from sumun.resource.refusals import InvalidToken, challenge


def test_values_that_would_break_the_header_are_replaced():
    value = challenge("https://a", scopes=('x"', "y\\"), error="e", description="line\r\nbreak 한")
    assert value == (
        'Bearer error="e", error_description="line??break ?", scope="x? y?", '
        'resource_metadata="https://a/.well-known/oauth-protected-resource"'
    )


def test_header_and_body_use_the_same_words():
    refusal = InvalidToken("https://a", ("s",), "the token has expired")
    body = json.loads(refusal.body)
    header = dict(refusal.headers)[b"www-authenticate"].decode()
    assert body == {"error": "invalid_token", "error_description": "the token has expired"}
    assert all(f'{name}="{value}"' in header for name, value in body.items())
