"""Credential guessing, scope probing, replayed tokens."""

import pytest

from sumun.watch.detectors.credential_guessing import (
    CredentialGuessed,
    CredentialGuessing,
    CredentialGuessingThresholds,
)
from sumun.watch.detectors.scope_probing import ScopeProbing, ScopeProbingThresholds
from sumun.watch.detectors.token_replay import TokenReplay


@pytest.fixture
def refused(at):
    def make(seconds, **fields):
        return at(
            seconds,
            "token_refused",
            **{"client_id": "c", "source": "192.0.2.1", "reason": "invalid_client", **fields},
        )

    return make


class TestCredentialGuessing:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(CredentialGuessing(CredentialGuessingThresholds(window=300, failures=10)))

    def test_fires_for_one_client_from_many_sources(self, watch, refused, fed):
        (incident,) = fed(watch, [refused(n, source=f"192.0.2.{n}") for n in range(15)])
        assert incident.evidence["failures"] == 10
        assert incident.response == "alert", "anyone can guess: the client is not to suffer for it"

    def test_fires_for_one_source_with_many_clients(self, watch, refused, fed):
        assert len(fed(watch, [refused(n, client_id=f"c{n}") for n in range(15)])) == 1

    def test_a_few_mistakes_are_none(self, watch, refused, fed):
        assert fed(watch, [refused(60 * n) for n in range(200)]) == []

    @pytest.mark.parametrize("reason", ["invalid_scope", "invalid_request", "invalid_target"])
    def test_mistakes_in_the_request_are_no_guesses(self, watch, refused, fed, reason):
        assert fed(watch, [refused(n, reason=reason) for n in range(50)]) == []

    def test_the_endpoints_own_brake_is_enough(self, watch, refused):
        assert len(watch.feed(refused(0, detail={"braked": True}))) == 1

    def test_nobody_in_particular_is_not_counted(self, watch, refused, fed):
        assert fed(watch, [refused(n, client_id=None, source=None) for n in range(50)]) == []


class TestCredentialGuessed:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(CredentialGuessed(CredentialGuessingThresholds(window=300, failures=10)))

    def test_fires_on_a_success_after_guesses(self, watch, refused, at, fed):
        issued = at(20, "token_issued", client_id="c", source="192.0.2.1")
        (incident,) = fed(watch, [*(refused(n) for n in range(12)), issued])
        assert incident.severity.name == "CRITICAL"
        assert incident.clock

    def test_the_owner_elsewhere_is_not_the_guesser(self, watch, refused, at, fed):
        issued = at(20, "token_issued", client_id="c", source="198.51.100.1")
        assert fed(watch, [*(refused(n) for n in range(12)), issued]) == []

    def test_a_success_after_a_typo_is_normal(self, watch, refused, at, fed):
        issued = [at(n, "token_issued", client_id="c", source="192.0.2.1") for n in range(100)]
        assert fed(watch, [refused(0), *issued]) == []


class TestScopeProbing:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(ScopeProbing(ScopeProbingThresholds(window=300, targets=6, refusals=30)))

    @pytest.fixture
    def denied(self, at):
        def make(seconds, tool, **fields):
            return at(
                seconds,
                "access_refused",
                tool_name=tool,
                server="crm",
                **{"client_id": "c", "reason": "insufficient_scope", **fields},
            )

        return make

    def test_fires_on_many_tools(self, watch, denied, fed):
        (incident,) = fed(watch, [denied(n, f"t{n}") for n in range(20)])
        assert incident.evidence["targets"] == 6
        assert incident.response == "quarantine"

    def test_fires_on_many_refusals_of_one_tool(self, watch, denied, fed):
        (incident,) = fed(watch, [denied(n, "t") for n in range(40)])
        assert incident.severity.name == "MEDIUM"
        assert incident.response == "alert"

    def test_an_event_counts_for_as_many_as_it_stands_for(self, watch, denied, fed):
        (incident,) = fed(watch, [denied(0, "t"), denied(10, "t", detail={"count": 29})])
        assert incident.evidence["refusals"] == 30

    @pytest.mark.parametrize("count", [0, -40, "40", None])
    def test_a_senseless_count_counts_for_one(self, watch, denied, fed, count):
        assert fed(watch, [denied(n, "t", detail={"count": count}) for n in range(29)]) == []

    def test_without_a_client_the_source_is_suspect(self, watch, denied, fed):
        (incident,) = fed(
            watch, [denied(n, f"t{n}", client_id=None, source="192.0.2.9") for n in range(10)]
        )
        assert incident.response == "alert", "there is no client to quarantine"
        assert incident.evidence["source"] == "192.0.2.9"

    def test_stepping_up_is_no_probe(self, watch, denied, fed):
        assert fed(watch, [denied(120 * n, f"t{n}") for n in range(50)]) == []

    @pytest.mark.parametrize("reason", ["rejected", "limited", "unscannable", "unrecorded"])
    def test_refused_data_is_no_probe(self, watch, denied, fed, reason):
        assert fed(watch, [denied(n, f"t{n}", reason=reason) for n in range(100)]) == []


class TestTokenReplay:
    def test_fires_at_once(self, watch_with, at):
        (incident,) = watch_with(TokenReplay()).feed(
            at(0, "token_replayed", client_id="c", reason="refresh_token")
        )
        assert incident.response == "revoke"
        assert incident.evidence == {"reason": "refresh_token"}

    def test_other_token_events_are_none(self, watch_with, at, fed):
        watch = watch_with(TokenReplay())
        assert fed(watch, [at(0, "token_issued"), at(1, "token_revoked")]) == []
