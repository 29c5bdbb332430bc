import httptools
import pytest

from sumun.server.refusal import Refused
from sumun.server.target import TARGET_LIMIT, check_host, check_length, origin_form, split

HOST = b"example.com:8081"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"/a?b", b"/a?b"),
        (b"//a", b"//a"),
        (b"http://example.com:8081/a?b", b"/a?b"),
        (b"HTTPS://EXAMPLE.com:8081", b"/"),
        (b"http://example.com:8081?b", b"/?b"),
    ],
)
def test_every_form_becomes_a_path(target, path):
    assert origin_form(b"GET", target, HOST) == path


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        (b"CONNECT", b"example.com:8081", 501),
        (b"OPTIONS", b"*", 400),
        (b"GET", b"/a#b", 400),
        (b"GET", b"a", 400),
        (b"GET", b"http://example.com/a", 400),
        (b"GET", b"http://example.com:8081@elsewhere/", 400),
        (b"GET", b"http://elsewhere/?http://example.com:8081/", 400),
        (b"GET", b"gopher://example.com:8081/", 400),
    ],
)
def test_what_is_not_about_this_host_is_refused(method, target, status):
    with pytest.raises(Refused) as caught:
        origin_form(method, target, HOST)
    assert caught.value.status == status


@pytest.mark.parametrize("host", [b"localhost", b"a.b:1", b"[::1]:8081", b"%5B", b"a_b"])
def test_one_host(host):
    check_host([host])


@pytest.mark.parametrize(
    "hosts", [[], [b"a", b"a"], [b""], [b"a b"], [b"a/b"], [b"a@b"], [b"a?"], [b"\xc3\xa9"]]
)
def test_not_one_host(hosts):
    with pytest.raises(Refused, match="exactly one valid Host"):
        check_host(hosts)


def test_length():
    check_length(b"/" * TARGET_LIMIT)
    with pytest.raises(Refused) as caught:
        check_length(b"/" * (TARGET_LIMIT + 1))
    assert caught.value.status == 414


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (b"/", ("/", b"/", b"")),
        (b"/a%20b", ("/a b", b"/a%20b", b"")),
        (b"/a?b=c&d", ("/a", b"/a", b"b=c&d")),
        (b"/a?", ("/a", b"/a", b"")),
        (b"//a/b", ("//a/b", b"//a/b", b"")),
        (b"/a%3Fb?c", ("/a?b", b"/a%3Fb", b"c")),
    ],
)
def test_a_target_is_taken_apart(target, parts):
    assert split(target) == parts
    assert split(target) == parts


def test_a_target_that_is_not_ascii_is_none():
    with pytest.raises(httptools.HttpParserInvalidURLError):
        split("/ä".encode())


def test_no_query_is_kept():
    from sumun.server import target

    before = target._split.cache_info().currsize
    split(b"/once?code=secret")
    assert target._split.cache_info().currsize == before
