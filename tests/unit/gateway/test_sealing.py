import msgspec
import pytest

from sumun.gateway.sealing import NotOurs, Seal
from sumun.guard import Principal

WHO = Principal(subject="anna", client_id="agent", tenant="shop")
SEAL = Seal(bytes(32))
SEALED = SEAL.close("비밀 \udc80", "session", "crm", WHO)


def other(**changes):
    return msgspec.structs.replace(WHO, **changes)


def test_comes_back_for_whom_it_was_sealed():
    assert SEAL.open(SEALED, "session", "crm", WHO) == "비밀 \udc80"
    assert SEAL.open(SEALED, "session", "crm", other(scopes=frozenset({"x"}))) == "비밀 \udc80"


def test_two_seals_of_one_value_differ_and_are_visible_ascii():
    again = SEAL.close("비밀 \udc80", "session", "crm", WHO)
    assert again != SEALED
    assert all("!" <= character <= "~" for character in again)


@pytest.mark.parametrize(
    ("purpose", "server", "principal"),
    [
        ("state", "crm", WHO),
        ("cursor", "crm", WHO),
        ("session", "hr", WHO),
        ("session", "crm", other(subject="bob")),
        ("session", "crm", other(client_id="else")),
        ("session", "crm", other(tenant="bank")),
    ],
)
def test_is_nothing_to_anyone_else(purpose, server, principal):
    with pytest.raises(NotOurs):
        SEAL.open(SEALED, purpose, server, principal)


@pytest.mark.parametrize(
    "value",
    ["", "=", "====", "A", "é", "\x00", "비밀", SEALED[4:], SEALED[:-4], "A" * 10_000],
    # A sealed value is another one in every process that collects the tests.
    ids=["none", "=", "====", "A", "latin", "nul", "korean", "headless", "cut", "long"],
)
def test_nonsense_is_not_ours(value):
    with pytest.raises(NotOurs):
        SEAL.open(value, "session", "crm", WHO)


def test_no_character_can_be_changed():
    for at in range(0, len(SEALED) - 1, 3):
        bent = SEALED[:at] + ("A" if SEALED[at] != "A" else "B") + SEALED[at + 1 :]
        with pytest.raises(NotOurs):
            SEAL.open(bent, "session", "crm", WHO)


def test_another_key_opens_nothing():
    with pytest.raises(NotOurs):
        Seal(bytes([1] * 32)).open(SEALED, "session", "crm", WHO)


@pytest.mark.parametrize(
    ("purpose", "lifetime"), [("state", 3600), ("cursor", 86_400), ("session", None)]
)
def test_is_good_for_a_time(purpose, lifetime):
    now = 1_000_000.0
    seal = Seal(bytes(32), lambda: now)
    sealed = seal.close("x", purpose, "crm", WHO)
    now += lifetime or 10**8
    assert seal.open(sealed, purpose, "crm", WHO) == "x"
    now += 1
    if lifetime is None:
        assert seal.open(sealed, purpose, "crm", WHO) == "x"
    else:
        with pytest.raises(NotOurs):
            seal.open(sealed, purpose, "crm", WHO)
