from statistics import median
from time import perf_counter

from sumun.keys import RootSecret
from sumun.oauth.client_secrets import ClientSecrets


def test_minted_secrets_carry_256_bits_and_are_unique():
    minted = {ClientSecrets.mint() for _ in range(100)}
    assert len(minted) == 100
    assert all(len(secret.removeprefix("sumun-secret-")) == 43 for secret in minted)


def test_only_the_secret_itself_verifies(root):
    secrets = ClientSecrets(root)
    stored = secrets.hash("agent", "right")
    assert secrets.verify("agent", stored, "right")
    for wrong in ("", "wrong", "right ", "Right", "right\0", "ri한ght"):
        assert not secrets.verify("agent", stored, wrong)


def test_the_stored_hash_shows_nothing_and_is_bound_to_client_and_root(root):
    secrets = ClientSecrets(root)
    stored = secrets.hash("agent", "right")
    assert "right" not in stored
    assert not secrets.verify("other", stored, "right")
    assert not ClientSecrets(RootSecret(b"another")).verify("agent", stored, "right")


def test_a_client_without_a_secret_never_verifies(root):
    secrets = ClientSecrets(root)
    assert not secrets.verify("agent", None, "")
    assert not secrets.verify("", None, "anything")


def test_refused_secrets_never_verify(root):
    stored = ClientSecrets(root).hash("mcp-client", "secret")
    assert not ClientSecrets(root, refused={"secret"}).verify("mcp-client", stored, "secret")


def test_unknown_and_wrong_take_the_same_time(root):
    secrets = ClientSecrets(root)
    stored = secrets.hash("agent", "right")

    def typical(stored: str | None) -> float:
        times = []
        for _ in range(2000):
            begin = perf_counter()
            secrets.verify("agent", stored, "wrong")
            times.append(perf_counter() - begin)
        return median(times)

    assert 0.5 < typical(None) / typical(stored) < 2
