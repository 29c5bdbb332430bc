import pytest

from sumun.gateway.eras.handshake import Handshake, is_handshake


def agreed(**params):
    return Handshake.agreed(params)


@pytest.mark.parametrize("revision", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_a_session_holds_what_was_agreed(revision):
    made = agreed(
        protocolVersion=revision,
        clientInfo={"name": "a", "version": "1", "icons": ["long"]},
        capabilities={"elicitation": {}, "tasks": {}},
    )
    assert is_handshake(made.session)
    found = Handshake.of_session(made.session)
    assert found == made
    assert (found.revision, found.client) == (revision, {"name": "a", "version": "1"})
    assert found.capabilities == {"elicitation": {}}


def test_every_session_is_another():
    assert agreed().session != agreed().session


@pytest.mark.parametrize("odd", [None, 7, "x", [], {"name": 7}])
def test_odd_parameters_are_agreed_on_too(odd):
    made = agreed(
        protocolVersion=odd, clientInfo=odd, capabilities=odd if odd != {"name": 7} else 1
    )
    assert made.revision == "2025-11-25"
    assert made.client == {"name": "unknown", "version": "0"}
    assert made.capabilities == {}


def test_a_session_id_stays_short():
    made = agreed(
        clientInfo={"name": "n" * 10_000, "version": "1"},
        capabilities={"elicitation": {"url": {}, "x": "y" * 9000}, "experimental": {"a": "b"}},
    )
    assert len(made.session) < 3000
    assert made.capabilities == {"elicitation": {"url": {}}}
