import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sumun.watch import Watch, scripted_burst, security_report
from sumun.watch.figures import OTHERS, add_up

ACCESS = {
    "event_type": "tool_access",
    "timestamp": "2026-01-05T08:00:01.000000Z",
    "tool_name": "find_customer",
    "client_id": "c",
    "action_taken": "executed_with_masking",
    "entities": {"EMAIL_ADDRESS": 2, "KR_RRN": 1},
}
REFUSAL = {
    "event_type": "access_refused",
    "timestamp": "2026-01-05T08:00:00.000000Z",
    "client_id": "d",
    "reason": "insufficient_scope",
    "action_taken": "rejected",
}


def advice(events, language="en"):
    return security_report(events).as_dict(language)["recommendations"]


def test_figures_are_the_sums_of_the_events():
    intent = {**ACCESS, "event_type": "tool_call", "action_taken": "admitted"}
    told = security_report([intent, ACCESS, ACCESS, REFUSAL]).as_dict()
    assert told["period"] == {
        "from": "2026-01-05T08:00:00.000000Z",
        "to": "2026-01-05T08:00:01.000000Z",
        "events": 4,
    }
    assert told["calls"]["by_tool"] == [
        {"tool": "find_customer", "outcome": "executed_with_masking", "count": 2}
    ]
    assert told["findings"]["total"] == 6
    assert told["findings"]["by_type"][0] == {
        "entity_type": "EMAIL_ADDRESS",
        "category": "contact",
        "action": "executed_with_masking",
        "count": 4,
    }
    assert told["refusals"] == {"total": 1, "by_reason": {"insufficient_scope": 1}}
    assert told["top_clients"] == [
        {"client_id": "c", "calls": 2, "findings": 6, "refusals": 0},
        {"client_id": "d", "calls": 0, "findings": 0, "refusals": 1},
    ]


def test_incidents_come_from_the_log_with_their_deadline():
    watch = Watch(clock=lambda: 0)
    events = []
    for event in scripted_burst("exfiltration"):
        events.append(event)
        events += [incident.as_event() for incident in watch.feed(event)]
    report = security_report([msgspec.to_builtins(event) for event in events])
    told = report.as_dict("ko")
    assert told["incidents"]["total"] == 2
    assert told["incidents"]["list"][0]["detector"] == "distinct_subjects"
    assert "개인정보" in told["incidents"]["list"][0]["summary"]
    assert "2건을 즉시 조사" in told["recommendations"][0]
    assert "2026-01-08T10:02" in told["recommendations"][0]


KINDS = st.sampled_from(["incident", "tool_access", "access_refused", "token_refused"])


def many(event, count):
    return [event] * count


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], "no events for this period"),
        ([ACCESS], "Nothing in these figures"),
        ([{**ACCESS, "action_taken": "executed"}], "3 findings went on unprotected (EMAIL_ADDRESS"),
        ([{**ACCESS, "action_taken": "observed"}], "3 findings went on unprotected"),
        ([{**ACCESS, "entities": {"API_KEY": 1}}], "1 secrets were found"),
        ([REFUSAL], "Client d was refused 1 times for lack of scope"),
        (many({**ACCESS, "reason": "tool_error"}, 10), "10 of 10 calls of find_customer failed"),
        (many({"event_type": "token_refused"}, 10), "10 token requests were refused, against 0"),
        ([{**REFUSAL, "reason": "unscannable"}], "1 messages were refused because"),
    ],
)
def test_recommendations_follow_from_the_figures(events, expected):
    assert expected in advice(events)[0]
    assert advice(events, "ko")[0] != advice(events)[0]


@pytest.mark.parametrize(
    "events",
    [
        [*many({**ACCESS, "reason": "tool_error"}, 10), *many(ACCESS, 30)],
        [*many({"event_type": "token_refused"}, 10), *many({"event_type": "token_issued"}, 100)],
        [{**ACCESS, "event_type": "tool_call", "action_taken": "executed"}],
    ],
)
def test_what_is_ordinary_calls_for_nothing(events):
    assert advice(events) == ["Nothing in these figures calls for action."]


@pytest.mark.parametrize(
    ("language", "title", "empty"),
    [("en", "# Security report", "None."), ("ko", "# 보안 보고서", "없음.")],
)
def test_markdown_in_both_languages(language, title, empty):
    text = security_report([ACCESS, REFUSAL]).as_markdown(language)
    assert text.startswith(title)
    assert "| find_customer | executed_with_masking | 1 |" in text
    assert empty in text


def test_names_from_outside_stay_text():
    hostile = {**ACCESS, "client_id": "x\n# Owned | [y](http://z) <b>`", "tool_name": "t" * 10_000}
    text = security_report([hostile]).as_markdown()
    assert "\n# Owned" not in text
    assert "\\# Owned \\| \\[y\\](http://z) \\<b\\>\\`" in text
    assert max(map(len, text.splitlines())) < 1000


def test_memory_is_bounded():
    events = ({**ACCESS, "client_id": f"c{n}", "tool_name": f"t{n}"} for n in range(11_000))
    figures = add_up(events)
    assert len(figures.clients) == 10_001
    assert figures.clients[OTHERS].calls == 1000
    assert sum(figures.calls.values()) == 11_000


SCALAR = st.sampled_from([None, True, 7, 1.5, "", "text", [], ["x"]])
JSON = SCALAR | st.dictionaries(
    st.sampled_from(["severity", "summary", "clock", "en", "PERSON"]),
    SCALAR | st.dictionaries(st.sampled_from(["en", "due"]), SCALAR),
)
EVENT = st.fixed_dictionaries(
    {"event_type": KINDS | SCALAR},
    optional=dict.fromkeys(
        ("timestamp", "tool_name", "client_id", "reason", "entities", "detail"), JSON
    ),
)


@given(st.lists(EVENT, max_size=4))
def test_no_event_can_break_the_report(events):
    report = security_report(events)
    json.dumps(report.as_dict("ko"))
    assert report.as_markdown("en")
