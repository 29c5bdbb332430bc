import pytest

from sumun.oauth.errors import ERRORS, OAuthError


def test_a_description_holds_only_what_the_rfc_lets_stand_there():
    error = OAuthError("invalid_scope", 'quote " backslash \\ newline \n korean 한 tilde ~')
    assert error.description == "quote ? backslash ? newline ? korean ? tilde ~"


def test_a_description_is_bounded():
    assert len(OAuthError("invalid_scope", "x" * 10_000).description) == 400


def test_the_usual_status_can_be_overridden():
    assert OAuthError("invalid_request", "").status == 400
    assert OAuthError("invalid_request", "", status=413).status == 413


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_says_what_it_means_and_how_to_mend_it(code):
    kind = ERRORS[code]
    assert kind.meaning.endswith(".")
    assert kind.mend.endswith(".")
    assert kind.source.startswith(("RFC ", "OIDC "))
    assert 400 <= kind.status < 600
