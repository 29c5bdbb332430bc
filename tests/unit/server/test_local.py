import pytest

from sumun.server.local import is_local


def scope(peer="127.0.0.1", host=b"localhost:8081", *fields):
    client = (peer, 40000) if peer else None
    return {"client": client, "headers": [(b"host", host), *fields]}


@pytest.mark.parametrize(
    "local",
    [
        scope(),
        scope("::1", b"[::1]:8081"),
        scope("::1", b"[::1]"),
        scope("127.0.0.1", b"127.0.0.1"),
        scope("127.5.5.5", b"LOCALHOST"),
    ],
)
def test_is_local(local):
    assert is_local(local)


@pytest.mark.parametrize(
    "distant",
    [
        scope("192.0.2.1"),
        scope("10.0.0.1"),
        scope("testclient"),
        scope(None),
        scope("127.0.0.1", b"rebound.example:8081"),
        scope("127.0.0.1", b""),
        scope("127.0.0.1", b"localhost", (b"x-forwarded-for", b"127.0.0.1")),
        scope("127.0.0.1", b"localhost", (b"forwarded", b"for=127.0.0.1")),
        scope("127.0.0.1", b"localhost", (b"x-real-ip", b"127.0.0.1")),
        scope("127.0.0.1", b"localhost", (b"via", b"1.1 proxy")),
    ],
)
def test_is_not_local(distant):
    assert not is_local(distant)
