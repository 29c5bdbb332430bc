"""Each of the nine tools does what its name says, over real rooms."""

import json

import pytest

from sumun.audit import Event
from sumun.watch.simulation import KINDS

EMAIL = "kim@example.com"
PHONE = "010-1234-5678"
RRN = "880214-2974120"
TEXT = f"메일은 {EMAIL}이고 전화는 {PHONE}입니다. 주민번호 {RRN}."


# -- status and guide ------------------------------------------------------------------------------


async def test_status_tells_what_is(system):
    before = await system.report("get_oauth2_server_status")
    assert (before["mode"], before["issuer"]) == ("development", "https://sumun.example")
    assert before["storage"] == "sqlite"
    assert before["audit_log"]["verified"] is True
    (key,) = before["signing_keys"]

    await system.house.rooms.audit.record(Event(event_type="test"), Event(event_type="test"))
    fresh = system.house.keyring.rotate(keep=60)
    after = await system.report("get_oauth2_server_status")
    assert after["audit_log"]["events"] == before["audit_log"]["events"] + 2
    assert {each["kid"] for each in after["signing_keys"]} == {key["kid"], fresh}
    assert '"d"' not in json.dumps(after)


async def test_status_tells_of_a_log_that_was_changed(system):
    def tamper(tx):
        tx._connection.execute("UPDATE audit_events SET line = CAST('{}' AS BLOB) WHERE seq = 0")

    await system.house.rooms.database.write(tamper)
    assert (await system.report("get_oauth2_server_status"))["audit_log"]["verified"] is False
    assert (await system.report("get_security_audit_log"))["verified"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({}, "Ask for a token"), ({"language": "en"}, "Ask for"), ({"language": "ko"}, "토큰 요청")],
)
async def test_the_guide_speaks_both_languages_and_names_real_endpoints(system, arguments, words):
    guide = await system.report("get_oauth2_flow_guide", **arguments)
    assert guide["steps"][0].startswith(words)
    assert len(guide["steps"]) == 3
    for name in ("openid_configuration", "jwks_uri"):
        assert (await system.http.get(guide["endpoints"][name])).status_code == 200
    assert (await system.http.get(guide["endpoints"]["protected_resource"])).status_code == 401
    assert (await system.http.post(guide["endpoints"]["mcp"])).status_code == 401
    assert (await system.http.post(guide["endpoints"]["token_endpoint"])).status_code == 400


async def test_a_language_nobody_speaks_is_refused(system):
    assert "language" in await system.refusal("get_oauth2_flow_guide", language="fr")


# -- test tokens -----------------------------------------------------------------------------------


async def test_a_test_token_opens_its_resource_and_is_recorded(system):
    issued = await system.report("create_oauth2_test_token")
    assert (issued["token_type"], issued["scope"]) == ("Bearer", "mcp.access")
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    assert (await system.http.get("/hello", headers=headers)).status_code == 200
    (event,) = await system.events("token_issued")
    assert event["source"] == "create_oauth2_test_token"
    assert event["client_id"] == "mcp-client"
    assert issued["access_token"] not in json.dumps(event)


async def test_a_test_token_is_for_one_resource(system):
    issued = await system.report("create_oauth2_test_token", resource="https://sumun.example/mcp")
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    assert (await system.http.get("/hello", headers=headers)).status_code == 401
    (event,) = await system.events("token_issued")
    assert event["resource"] == "https://sumun.example/mcp"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"scope": "admin"}, "invalid_scope: the client is not registered for: admin"),
        ({"scope": 'a"b'}, "invalid_scope"),
        ({"resource": "https://elsewhere.example"}, "invalid_target"),
        ({"scope": "x" * 1001}, "scope"),
        ({"resource": "x" * 2001}, "resource"),
    ],
)
async def test_a_test_token_for_more_than_there_is_is_refused(system, arguments, said):
    assert said in await system.refusal("create_oauth2_test_token", **arguments)
    assert await system.events("token_issued") == []


async def test_no_test_tokens_in_production(start):
    async with start("production") as system:
        said = await system.refusal("create_oauth2_test_token")
        assert "in development mode only" in said
        assert "token endpoint" in said
        assert await system.events("token_issued") == []


async def test_no_test_token_without_the_demo_client(start):
    async with start(demo_client=False) as system:
        said = await system.refusal("create_oauth2_test_token")
        assert "no enabled client mcp-client" in said


# -- detection and encryption ----------------------------------------------------------------------


async def test_detection_tells_what_is_where_and_masks_it(system):
    found = await system.report("test_pii_detection", text=TEXT)
    assert found["contains_pii"] is True
    assert found["by_type"] == {"EMAIL_ADDRESS": 1, "PHONE_NUMBER": 1, "KR_RRN": 1}
    assert found["count"] == len(found["findings"]) == 3
    spans = {each["entity_type"]: TEXT[each["start"] : each["end"]] for each in found["findings"]}
    assert spans == {"EMAIL_ADDRESS": EMAIL, "PHONE_NUMBER": PHONE, "KR_RRN": RRN}
    for raw in (EMAIL, PHONE, RRN):
        assert raw not in json.dumps(found, ensure_ascii=False)
    assert found["masked_text"].startswith("메일은 ")


@pytest.mark.parametrize("text", ["", "아무것도 없습니다", "😀" * 1000])
async def test_detection_finds_nothing_where_nothing_is(system, text):
    found = await system.report("test_pii_detection", text=text)
    assert (found["contains_pii"], found["findings"]) == (False, [])
    assert found["masked_text"] == text


@pytest.mark.parametrize("text", ["", TEXT, "\0", "😀" * 25_000])
async def test_encryption_goes_there_and_back(system, text):
    report = await system.report("test_encryption", text=text)
    assert report["decrypts_to_the_same"] is True
    assert report["plaintext_length"] == len(text)
    assert system.house.rooms.fernet.decrypt(report["ciphertext"]) == text
    assert not text or text not in report["ciphertext"]


@pytest.mark.parametrize("tool", ["test_pii_detection", "test_encryption"])
@pytest.mark.parametrize("arguments", [{}, {"text": 5}, {"text": "x" * 100_001}])
async def test_a_text_has_its_bounds(system, tool, arguments):
    assert "text" in await system.refusal(tool, **arguments)


# -- the log and its report ------------------------------------------------------------------------


async def test_the_log_is_filtered_and_limited(system):
    events = [Event(event_type="a" if n % 2 else "b", tool_name=f"t{n}") for n in range(10)]
    await system.house.rooms.audit.record(*events)

    log = await system.report("get_security_audit_log", limit=3)
    assert [event["tool_name"] for event in log["events"]] == ["t7", "t8", "t9"]
    assert (log["count"], log["verified"]) == (3, True)
    assert log["log_size"] >= 10

    log = await system.report("get_security_audit_log", limit=2, event_type="b")
    assert [event["tool_name"] for event in log["events"]] == ["t6", "t8"]
    assert (await system.report("get_security_audit_log", event_type="none"))["events"] == []


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}])
async def test_the_log_is_read_in_bounds(system, arguments):
    assert "limit" in await system.refusal("get_security_audit_log", **arguments)


async def test_the_report_adds_up_the_log(system):
    record = system.house.rooms.audit.record
    person = {"client_id": "agent", "user_id": "kim"}
    found = {"EMAIL_ADDRESS": 2, "KR_RRN": 1}
    await record(
        Event(event_type="tool_call", tool_name="find", **person),
        Event(event_type="tool_access", tool_name="find", action_taken="executed_with_masking",
              entities=found, **person),
        Event(event_type="tool_access", tool_name="find", action_taken="executed",
              entities={"EMAIL_ADDRESS": 1}, **person),
        Event(event_type="access_refused", tool_name="drop", action_taken="rejected",
              reason="insufficient_scope", **person),
        Event(event_type="token_issued", client_id="agent"),
        Event(event_type="token_refused", client_id="agent", reason="invalid_client"),
    )  # fmt: skip
    log = await system.report("get_security_audit_log", limit=1000)
    report = await system.report("generate_security_report")

    def count(event_type):
        return sum(event["event_type"] == event_type for event in log["events"])

    assert report["period"]["events"] == log["log_size"] == log["count"]
    assert report["calls"]["total"] == count("tool_access") == 2
    assert report["findings"]["total"] == 4
    assert report["findings"]["unprotected"] == 1
    assert report["refusals"]["by_reason"] == {"insufficient_scope": 1, "invalid_client": 1}
    assert report["tokens"] == {"token_issued": 1, "token_refused": 1}
    assert report["top_clients"][0] == {
        "client_id": "agent", "calls": 2, "findings": 4, "refusals": 2,
    }  # fmt: skip
    assert report["recommendations"]


@pytest.mark.parametrize(
    ("language", "title"), [("en", "# Security report"), ("ko", "# 보안 보고서")]
)
async def test_the_report_speaks_both_languages(system, language, title):
    report = await system.report("generate_security_report", language=language)
    assert report["markdown"].startswith(title)


# -- the rehearsal ---------------------------------------------------------------------------------


async def test_every_burst_is_found_without_a_false_alarm(system):
    before = len(await system.house.rooms.audit.tail(1000))
    simulated = await system.report("simulate_data_breach_detection")
    assert (simulated["detected"], simulated["false_alarms"]) == (True, 0)
    assert [each["kind"] for each in simulated["scenarios"]] == list(KINDS)
    for each in simulated["scenarios"]:
        assert 0 < each["detected_after_events"] <= each["burst_events"]
        assert each["would_do"]
    assert len(await system.house.rooms.audit.tail(1000)) == before, "it is a sandbox"


@pytest.mark.parametrize("kind", KINDS)
async def test_one_burst_may_be_asked_for(system, kind):
    simulated = await system.report("simulate_data_breach_detection", scenario=kind)
    assert [each["kind"] for each in simulated["scenarios"]] == [kind]
    assert simulated["detected"] is True


async def test_a_burst_nobody_scripted_is_refused(system):
    assert "scenario" in await system.refusal("simulate_data_breach_detection", scenario="no")
