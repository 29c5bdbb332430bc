"""What ``[detection]`` adds counts in calls: everywhere, for a server, for a tool."""

from pathlib import Path

import pytest

from sumun.config import ConfigurationError, load
from sumun.guard import Call, Principal, Rooms
from sumun.guard.detectors import Detectors
from sumun.policy import Policy
from sumun.watch.detectors.honeytoken import Honeytoken
from sumun.watch.incident import Response
from sumun.watch.observation import Observation

AGENT = Principal(subject="anna", client_id="agent", scopes=frozenset({"mcp:*"}), token_id="t1")
SETTINGS = """
mode = "development"
data_dir = "{folder}"

[detection]
gitleaks = ["{folder}/rules.toml"]
honeytokens = ["decoy.customer@example.com"]
honeytoken_files = ["{folder}/decoys.txt"]
allow = {{ "*" = ["help@acme.io"] }}

[[detection.recognizers]]
name = "employee"
entity = "CUSTOM_EMPLOYEE_NUMBER"
pattern = 'EMP-[0-9]{{6}}'

[detection.servers.crm]
deny = {{ CUSTOM_PROJECT = ["Bluebird"] }}

[detection.servers.crm.tools.find_customer]
allow_patterns = {{ email = ['[a-z]{{1,20}}@acme\\.io'] }}
"""


@pytest.fixture
def config(tmp_path: Path):
    (tmp_path / "rules.toml").write_text("[[rules]]\nid = 'acme'\nregex = 'acme_[a-z0-9]{12}'\n")
    (tmp_path / "decoys.txt").write_text("\n900101-1234568\n\n미끼-고객-7\n", encoding="utf-8")
    (tmp_path / "sumun.toml").write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    return load(tmp_path / "sumun.toml", {})


def types(detector, text):
    return [each.entity_type for each in detector.scan_text(text)]


@pytest.mark.parametrize(
    ("server", "tool", "text", "expected"),
    [
        ("", "", "EMP-123456 acme_0a1b2c3d4e5f", ["CUSTOM_EMPLOYEE_NUMBER", "API_KEY"]),
        ("other", "x", "EMP-123456 Bluebird", ["CUSTOM_EMPLOYEE_NUMBER"]),
        ("crm", "x", "EMP-123456 Bluebird", ["CUSTOM_EMPLOYEE_NUMBER", "CUSTOM_PROJECT"]),
        ("crm", "find_customer", "Bluebird me@acme.io", ["CUSTOM_PROJECT"]),
        ("crm", "x", "me@acme.io help@acme.io", ["EMAIL_ADDRESS"]),
        ("other", "x", "미끼-고객-7 900101-1234568", ["HONEYTOKEN", "HONEYTOKEN"]),
    ],
)
def test_each_place_has_its_detector(config, server, tool, text, expected):
    assert types(Detectors(config).of(server, tool), text) == expected


def test_what_one_server_s_detector_would_find_is_clean_for_none(config):
    detectors = Detectors(config)
    assert not detectors.is_clean(b'{"a":"Bluebird"}')
    assert detectors.is_clean(b'{"a":"blue sky"}')
    assert set(types(detectors, "Bluebird")) == {"CUSTOM_PROJECT"}
    assert types(detectors, "blue sky") == []


async def test_a_decoy_in_a_call_raises_the_alarm(config):
    rooms = Rooms(config)
    await rooms.open()
    seen = []
    rooms.audit.subscribe(seen.append)
    guard = rooms.guard(
        Policy.parse(
            'version = 1\n[[rule]]\nname = "own"\nentity = "CUSTOM_PROJECT"\naction = "redact"\n'
        )
    )
    params = {"name": "find", "arguments": {"mail": "decoy.customer@example.com"}}
    call = Call(server="crm", method="tools/call", tool="find", params=params)
    admitted = await guard.admit(AGENT, call)
    assert "decoy" not in str(params)
    result = await guard.release(admitted, {"content": [{"type": "text", "text": "on Bluebird"}]})
    assert result.result["content"][0]["text"] == "on <CUSTOM_PROJECT>"
    await rooms.close()
    intent = seen[0]
    assert intent.event_type == "tool_call"
    assert intent.detail == {"honeytoken": True}
    suspicion = Honeytoken().examine(Observation(intent, 0.0, ("anna", "agent")))
    assert suspicion.breach
    assert suspicion.response is Response.REVOKE


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            '[[detection.recognizers]]\nname="x"\nentity="SHOE"\npattern="a"',
            "detection.recognizers[0].entity: unknown",
        ),
        (
            '[[detection.recognizers]]\nname="x"\nentity="CUSTOM_X"\npattern="(a+)+b"',
            "detection.recognizers[0].pattern: can be matched in too many ways",
        ),
        (
            '[[detection.recognizers]]\nname="x y"\nentity="CUSTOM_X"\npattern="a"',
            "recognizers[0].name: must be",
        ),
        ('[detection.deny]\nemail=["ab"]', "detection.deny.email: value 1: must be 3 to 512"),
        ('[detection.servers.crm.allow]\nSHOE=["x"]', "detection.servers.crm.allow: unknown"),
        (
            '[detection]\ngitleaks=["nowhere.toml"]',
            "detection.gitleaks: nowhere.toml cannot be read",
        ),
        (
            '[detection.deny_files]\nemail=["nowhere.txt"]',
            "detection.deny_files.email: nowhere.txt cannot",
        ),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, settings, problem):
    path = tmp_path / "sumun.toml"
    path.write_text(f'mode = "development"\n{settings}\n')
    with pytest.raises(ConfigurationError) as raised:
        Detectors(load(path, {}))
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    "settings",
    [
        "[detection]\nmin_score = 2",
        "[detection]\nrecognisers = []",
        '[[detection.recognizers]]\nname="x"\nentity="CUSTOM_X"\npattern="a"\nchecksum="crc"',
        '[[detection.recognizers]]\nname="x"',
    ],
)
def test_settings_of_the_wrong_form_are_refused_when_read(tmp_path, settings):
    path = tmp_path / "sumun.toml"
    path.write_text(f'mode = "development"\n{settings}\n')
    with pytest.raises(ConfigurationError, match="detection"):
        load(path, {})
