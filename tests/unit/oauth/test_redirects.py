import pytest

from sumun.oauth.redirects import (
    NEVER,
    InvalidRedirectUri,
    check_redirect_uri,
    is_registered,
    redirect_host,
    redirect_kind,
    redirect_matches,
)

SCHEMES = frozenset({"cursor", "vscode"})
GOOD = "https://good.example/cb"


@pytest.mark.parametrize(
    "uri",
    [
        GOOD,
        "https://good.example",
        "https://good.example:8443/cb?a=b&c=%20",
        "https://[2001:db8::1]/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:33418/",
        "http://[::1]:9/cb",
        "http://localhost/callback",
        "http://localhost:3334/oauth/callback?x=1",
        "com.example.app:/callback",
        "com.example.app://host/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "vscode://vscode.github-authentication/did-authenticate",
    ],
)
def test_may_be_registered(uri):
    check_redirect_uri(uri, SCHEMES)


@pytest.mark.parametrize("scheme", sorted(NEVER))
def test_n06_a_scheme_that_runs_code_or_leaves_is_refused_even_where_configured(scheme):
    for uri in (f"{scheme}:alert(1)", f"{scheme}://host/path", f"{scheme.upper()}:x"):
        with pytest.raises(InvalidRedirectUri):
            check_redirect_uri(uri, {scheme})


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/cb",
        "good.example/cb",
        "https:",
        "https:///cb",
        "https:good.example/cb",
        "https://",
        "https://good.example/cb#",
        "https://good.example/cb#part",
        "https://good@evil.example/",
        "https://user:pass@good.example/cb",
        "https://@good.example/cb",
        "https://*.good.example/cb",
        "https://good.example:port/cb",
        "https://good.example:99999/cb",
        "https://good.example/ cb",
        "https://good.example/c\nb",
        "https://good.example\\@evil.example/",
        "https://g\u00f6\u00f6d.example/cb",
        "https://good.example/%zz",
        "https://good.example/%2",
        "HTTPS://good.example/cb",
        "http://good.example/cb",
        "http://localhost.evil.com/cb",
        "http://127.0.0.1.evil.com/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://0.0.0.0/cb",
        "http://10.0.0.1/cb",
        "http://LOCALHOST/cb",
        "http://localhost:0/cb",
        "http://localhost:65536/cb",
        "http://localhost:/cb",
        "other://host/cb",
        "app:/cb",
        f"https://good.example/{'a' * 2048}",
    ],
)
def test_may_not_be_registered(uri):
    with pytest.raises(InvalidRedirectUri):
        check_redirect_uri(uri, SCHEMES)


@pytest.mark.parametrize(
    ("registered", "requested"),
    [
        (GOOD, GOOD),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://127.0.0.1:33418/", "http://127.0.0.1:50000/"),
        ("http://127.0.0.1:33418/cb", "http://127.0.0.1/cb"),
        ("http://localhost/callback", "http://localhost:3118/callback"),
        ("http://[::1]/cb?x=1", "http://[::1]:1/cb?x=1"),
        ("com.example.app:/cb", "com.example.app:/cb"),
    ],
)
def test_n04_matches(registered, requested):
    assert redirect_matches(registered, requested)


@pytest.mark.parametrize(
    ("registered", "requested"),
    [
        (GOOD, f"{GOOD}?x=1"),
        (GOOD, f"{GOOD}/"),
        (GOOD, "https://good.example/CB"),
        (GOOD, "https://GOOD.example/cb"),
        (GOOD, "https://good.example/%63b"),
        (GOOD, "https://good.example/x/../cb"),
        (GOOD, "https://good.example/%2e/cb"),
        (GOOD, "https://good@evil.example/cb"),
        (GOOD, "https://good.example:443/cb"),
        (GOOD, "https://good.example\\/cb"),
        (GOOD, f"{GOOD}#"),
        (GOOD, "http://good.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1/other"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1/cb/"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1/cb?x"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1/cb#f"),
        ("http://127.0.0.1/cb", "https://127.0.0.1:1/cb"),
        ("http://127.0.0.1/cb", "http://localhost:1/cb"),
        ("http://localhost/cb", "http://127.0.0.1:1/cb"),
        ("http://127.0.0.1/cb", "http://[::1]:1/cb"),
        ("http://localhost/cb", "http://localhost.evil.com/cb"),
        ("http://localhost/cb", "http://localhost:80@evil.com/cb"),
        ("http://127.0.0.1/cb", "http://127.1/cb"),
        ("http://127.0.0.1/cb", "http://[::ffff:127.0.0.1]/cb"),
        ("http://127.0.0.1/cb", "http://0.0.0.0/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb"),
        ("cursor://host/cb", "cursor://host/cb2"),
        ("cursor://host/cb", "cursor://host:1/cb"),
    ],
)
def test_n03_does_not_match(registered, requested):
    assert not redirect_matches(registered, requested)


def test_one_of_several_is_enough_and_none_is_not():
    assert is_registered((GOOD, "http://localhost/cb"), "http://localhost:1/cb")
    assert not is_registered((), GOOD)


def test_what_people_are_shown():
    assert (redirect_kind(GOOD), redirect_host(GOOD)) == ("web", "good.example")
    assert redirect_kind("http://[::1]:1/cb") == "loopback"
    assert redirect_host("http://[::1]:1/cb") == "::1"
    assert redirect_kind("cursor://a/b") == "private"
    assert redirect_host("com.example.app:/cb") == ""
