"""Models as the settings name them, asked by the guard beside the event loop."""

import asyncio
import json
import threading
from importlib import invalidate_caches

import msgspec
import pytest

from sumun.config import Config, ConfigurationError, DetectionConfig
from sumun.guard import Admitted, Call, Principal, Refusal, Rooms
from sumun.policy import Policy

AGENT = Principal(subject="anna", client_id="agent", scopes=frozenset({"mcp:*"}), token_id="t1")
MODULE = """
import threading

go, reading = threading.Event(), threading.Event()
threads = []

class Names:
    entities = frozenset({"PERSON"})
    languages = frozenset()

    def __init__(self, settings):
        self.name = settings.name

    def find(self, texts):
        threads.append(threading.current_thread())
        reading.set()
        if any("wait" in text for text in texts):
            go.wait(5)
        return [
            [(text.index("Omar"), text.index("Omar") + 4, "PERSON", 0.9)] if "Omar" in text else []
            for text in texts
        ]
"""
PATIENT = {"kind": "names", "timeout_ms": 30_000}
MASKING = 'version = 1\n[defaults]\narguments = "mask"\nresults = "mask"\n'
REJECTING = 'version = 1\n[defaults]\narguments = "reject"\nresults = "reject"\n'


@pytest.fixture
def names(tmp_path, monkeypatch):
    folder = tmp_path / "package"
    info = folder / "known_names-1.dist-info"
    info.mkdir(parents=True)
    (folder / "known_names.py").write_text(MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: known-names\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[sumun.recognizers]\nnames = known_names:Names\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(__import__("sys").modules, "known_names", raising=False)
    invalidate_caches()
    import known_names

    return known_names


@pytest.fixture
async def opened(tmp_path):
    rooms = []

    async def start(detection, policy=MASKING):
        settings = msgspec.convert(detection, DetectionConfig)
        made = Rooms(Config(mode="development", data_dir=str(tmp_path), detection=settings))
        await made.open()
        rooms.append(made)
        return made, made.guard(Policy.parse(policy))

    yield start
    for each in rooms:
        await each.close()


def _call(text, server="crm", tool="find"):
    params = {"name": tool, "arguments": {"q": text}}
    raw = json.dumps(params, ensure_ascii=False).encode()
    return Call(server=server, method="tools/call", tool=tool, params=params, raw=raw)


async def test_what_a_model_finds_is_protected(opened, names):
    _, guard = await opened({"models": [PATIENT]})
    admitted = await guard.admit(AGENT, _call("see Omar at noon"))
    assert isinstance(admitted, Admitted)
    assert "Omar" not in str(admitted.call.params)
    assert admitted.findings == {"PERSON": 1}


async def test_only_the_tools_that_name_a_model_are_read_by_it(opened, names):
    servers = {"crm": {"tools": {"find": {"models": [PATIENT]}}}}
    _, guard = await opened({"servers": servers})
    for call in (_call("see Omar", "wiki"), _call("see Omar", tool="list")):
        admitted = await guard.admit(AGENT, call)
        assert "Omar" in str(admitted.call.params)
    assert names.threads == []
    admitted = await guard.admit(AGENT, _call("see Omar"))
    assert "Omar" not in str(admitted.call.params)


async def test_the_event_loop_goes_on_while_a_model_reads(opened, names):
    _, guard = await opened({"models": [PATIENT]})
    admitting = asyncio.create_task(guard.admit(AGENT, _call("wait for Omar")))
    assert await asyncio.to_thread(names.reading.wait, 5)
    assert names.threads[0] is not threading.main_thread()
    assert not admitting.done()
    names.go.set()
    assert isinstance(await admitting, Admitted)


async def test_a_call_with_nothing_to_read_never_reaches_a_model(opened, names):
    _, guard = await opened({"models": [PATIENT]})
    call = _call("count 42")
    assert isinstance(await guard.admit(AGENT, call), Admitted)
    assert names.threads == []


async def test_a_failure_passes_and_is_in_the_log_where_nothing_is_rejected(opened, names):
    rooms, guard = await opened({"models": [{"kind": "names", "timeout_ms": 20}]})
    admitted = await guard.admit(AGENT, _call("wait for Omar, omar@example.com"))
    names.go.set()
    assert isinstance(admitted, Admitted)
    assert "omar@example.com" not in str(admitted.call.params)
    event = (await rooms.audit.tail(1))[0]
    assert event["detail"]["models_failed"] == ["names"]


@pytest.mark.parametrize(
    ("on_failure", "policy"),
    [("policy", REJECTING), ("refuse", MASKING), ("refuse", REJECTING)],
)
async def test_a_failure_refuses_where_it_must(opened, names, on_failure, policy):
    model = {"kind": "names", "timeout_ms": 20, "on_failure": on_failure}
    rooms, guard = await opened({"models": [model]}, policy)
    refusal = await guard.admit(AGENT, _call("wait for Omar"))
    names.go.set()
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "unscannable"
    assert "Omar" not in refusal.message
    assert (await rooms.audit.tail(1))[0]["reason"] == "unscannable"


async def test_a_failure_may_be_told_to_pass_whatever_the_policy(opened, names):
    model = {"kind": "names", "timeout_ms": 20, "on_failure": "pass"}
    _, guard = await opened({"models": [model]}, REJECTING)
    assert isinstance(await guard.admit(AGENT, _call("wait for Omar")), Admitted)
    names.go.set()


async def test_names_for_the_log_are_judged_without_a_model(opened, names):
    rooms, guard = await opened({"models": [PATIENT]})
    assert guard.is_clean(b"Omar-7")
    assert not guard.is_clean(b"omar@example.com")
    assert rooms.detectors.scan_text("Omar") == []
    assert rooms.detector.scan_text("Omar") == []
    assert names.threads == []


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ({"kind": "magic"}, r"detection\.models\[0\]: there is no kind of model called 'magic'"),
        ({"kind": "gliner"}, r"detection\.models\[0\]: gliner needs path"),
        ({"kind": "kiwi", "entities": ["nobody"]}, r"detection\.models\[0\]: .*nobody"),
        ({"kind": "kiwi", "labels": {"PS": "nobody"}}, r"detection\.models\[0\]: .*nobody"),
    ],
)
async def test_settings_that_cannot_be_are_told_at_the_start(opened, model, says):
    with pytest.raises(ConfigurationError, match=says):
        await opened({"models": [model]})
