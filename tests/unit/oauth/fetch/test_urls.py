import pytest

from sumun.oauth.fetch import FetchRefused, check_url


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://client.example/client.json", "client.example"),
        ("https://client.example/", "client.example"),
        ("https://Client.Example:8443/a/b%20c?v=1", "client.example"),
        ("https://xn--bcher-kva.example/c", "xn--bcher-kva.example"),
        ("https://localhost/client.json", "localhost"),
        ("https://1.client.example/...", "1.client.example"),
    ],
)
def test_may_be_fetched(url, host):
    assert check_url(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://client.example/c",
        "HTTPS://client.example/c",
        "https:client.example/c",
        "//client.example/c",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://client.example",
        "https://client.example?x",
        "https://client.example/c#",
        "https://client.example/c#part",
        "https://user@client.example/c",
        "https://user:pass@client.example/c",
        "https://@client.example/c",
        "https://good.example@evil.example/c",
        "https://client.example/./c",
        "https://client.example/../c",
        "https://client.example/a/..",
        "https://client.example/%2e/c",
        "https://client.example/%2E%2e/c",
        "https://client.example/.%2e/c",
        "https://client.example/a%",
        "https://client.example/a%2",
        "https://client.example/a\\b",
        "https://client.example\\@evil.example/",
        "https://client.example/a b",
        "https://client.example/a\tb",
        "https://client.example/a\nb",
        "https://client.example/a\x00b",
        "https://client.example/<c>",
        'https://client.example/"c"',
        "https://client.example/{c}",
        "https://cli\u00e9nt.example/c",
        "https://client.example/\u00e9",
        "https:///c",
        "https://./c",
        "https://client..example/c",
        "https://client.example./c",
        "https://-client.example/c",
        "https://client-.example/c",
        "https://client_a.example/c",
        "https://intranet/c",
        "https://client.example:/c",
        "https://client.example:0/c",
        "https://client.example:65536/c",
        "https://client.example:99999/c",
        "https://client.example:4 4/c",
        "https://127.0.0.1/c",
        "https://10.0.0.1/c",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/c",
        "https://127.1/c",
        "https://0x7f.0.0.1/c",
        "https://0x7f000001/c",
        "https://0177.0.0.01/c",
        "https://client.0x/c",
        "https://[::1]/c",
        "https://[::ffff:10.0.0.1]/c",
        "https://[64:ff9b::a00:1]/c",
        f"https://{'a' * 64}.example/c",
        f"https://{'a.' * 130}example/c",
        f"https://client.example/{'a' * 2048}",
    ],
)
def test_n70_is_refused_on_its_text(url):
    with pytest.raises(FetchRefused) as raised:
        check_url(url)
    assert raised.value.reason == "url"
    assert not raised.value.passing


def test_a_hostile_url_is_judged_in_linear_time():
    for url in ("https://" + "a." * 900, "https://a.example/" + "%2e/" * 500 + "\\"):
        with pytest.raises(FetchRefused):
            check_url(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8080/realms/a", True),
        ("http://localhost/realms/a", True),
        ("https://id.example/realms/a", True),
        ("http://localhost.evil.example/", False),
        ("http://localhost@evil.example/", False),
        ("http://localhost:80@evil.example/", False),
        ("http://127.0.0.1:8080/", False),
        ("http://id.example/", False),
        ("HTTP://localhost/", False),
    ],
)
def test_plain_http_is_for_this_machine_and_only_when_asked_for(url, allowed):
    if allowed:
        check_url(url, plain_localhost=True)
    else:
        with pytest.raises(FetchRefused):
            check_url(url, plain_localhost=True)
    if url.startswith("http:"):
        with pytest.raises(FetchRefused):
            check_url(url)
