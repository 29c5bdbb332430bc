"""The rooms of a running server: opened, kept up to date, closed."""

import asyncio
import contextlib
import datetime as dt
import time

import pytest
import uvicorn
from aiohttp import web

from sumun.audit import Event
from sumun.config import (
    ConfigurationError,
    OAuthConfig,
    PolicyConfig,
    StorageConfig,
    UpstreamConfig,
)
from sumun.gateway.registry import add_server, remove_server
from sumun.keys import DataKeys, KeyMaterialError, SealedFiles, SigningKeyring
from sumun.protection import Scope
from sumun.server import house as house_module
from sumun.server.app import Application
from sumun.server.house import House
from sumun.server.lifespan import Lifespan, StartupError
from sumun.storage import StorageError, connect

NOBODY = UpstreamConfig(url="http://127.0.0.1:9/mcp")
SCOPE = Scope(tenant="default", audience="crm")


async def until(condition, seconds=5.0):
    """Wait until an asynchronous condition holds, and return how long it took."""
    begun = time.monotonic()
    while not await condition():
        assert time.monotonic() - begun < seconds, "it did not come"
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


@contextlib.asynccontextmanager
async def another_process(running):
    """The same installation, as another process sees it."""
    config = running.house.config
    database = connect(config.database_url)
    await database.open()
    try:
        yield SealedFiles(config.keys_path, running.house.rooms.root), database
    finally:
        await database.close()


@pytest.fixture
async def upstream():
    """An MCP server that answers every call, and its URL."""

    async def answer(request):
        message = await request.json()
        return web.json_response({"jsonrpc": "2.0", "id": message["id"], "result": {"content": []}})

    application = web.Application()
    application.router.add_post("/mcp", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield UpstreamConfig(url=f"http://127.0.0.1:{runner.addresses[0][1]}/mcp")
    await runner.cleanup()


# -- opening and closing ---------------------------------------------------------------------------


def _unreadable_policy(config, tmp_path):
    (tmp_path / "policy.toml").write_text("version = 1\n[[rule]]\naction = 'what'\n")
    return config(policy=PolicyConfig(file=str(tmp_path / "policy.toml")))


def _missing_policy(config, tmp_path):
    return config(policy=PolicyConfig(file=str(tmp_path / "nowhere.toml")))


def _storage_that_is_a_directory(config, tmp_path):
    return config(storage=StorageConfig(url=f"sqlite:///{tmp_path}"))


def _storage_of_an_unknown_kind(config, _tmp_path):
    return config(storage=StorageConfig(url="mysql://somewhere"))


def _storage_that_is_no_database(config, tmp_path):
    (tmp_path / "sumun.db").write_bytes(b"not a database, but long enough" * 100)
    return config(storage=StorageConfig(url=f"sqlite:///{tmp_path}/sumun.db"))


def _damaged_root_key(config, tmp_path):
    (tmp_path / "data" / "keys").mkdir(parents=True, mode=0o700)
    (tmp_path / "data" / "keys" / "root.key").write_text("short\n")
    return config()


def _data_directory_that_is_a_file(config, tmp_path):
    (tmp_path / "data").write_text("")
    return config()


def _server_name_nobody_could_call(config, _tmp_path):
    return config(servers={"No Name": NOBODY})


def _server_url_that_is_none(config, _tmp_path):
    return config(servers={"crm": UpstreamConfig(url="ftp://crm")})


def _client_authority_that_is_nowhere(config, tmp_path):
    return config(oauth=OAuthConfig(client_ca_file=str(tmp_path / "nowhere.pem")))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_unreadable_policy, "policy.toml:"),
        (_missing_policy, "nowhere.toml"),
        (_storage_that_is_a_directory, ""),
        (_storage_of_an_unknown_kind, "mysql"),
        (_storage_that_is_no_database, "sumun.db"),
        (_damaged_root_key, "root.key"),
        (_data_directory_that_is_a_file, "data"),
        (_server_name_nobody_could_call, "No Name"),
        (_server_url_that_is_none, "servers.crm.url"),
        (_client_authority_that_is_nowhere, "nowhere.pem"),
    ],
)
async def test_a_start_that_fails_says_why_in_one_line(config, tmp_path, caplog, make, said):
    application = Application(make(config, tmp_path))
    served = uvicorn.Config(application, log_config=None)
    served.load()
    with pytest.raises(StartupError) as raised:
        await Lifespan(served).startup()
    assert said in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert "Traceback" not in caplog.text
    assert application.house is None


@pytest.mark.parametrize("broken", ["database.open", "audit.open"])
async def test_closing_after_a_failed_opening_closes_what_was_opened(config, monkeypatch, broken):
    async def fail():
        raise StorageError("storage is away")

    house = House(config())
    room, verb = broken.split(".")
    monkeypatch.setattr(getattr(house.rooms, room), verb, fail)
    with pytest.raises(StorageError, match="storage is away"):
        await house.open()
    await house.close()


async def test_closing_what_was_never_opened(config):
    await House(config()).close()


async def test_an_error_while_opening_is_told_even_if_closing_fails(config, monkeypatch, start):
    def fail(_self):
        raise KeyMaterialError("the first thing that went wrong")

    monkeypatch.setattr(House, "_door", fail)
    with pytest.raises(KeyMaterialError, match="the first thing"):
        async with start():
            pass
    monkeypatch.undo()
    async with start() as running:
        assert (await running.get("/livez")).status_code == 200


async def test_what_was_recorded_is_there_after_a_restart(start):
    async with start() as running:
        await running.token()
        before = await running.house.rooms.audit.tail(1000)
    async with start() as running:
        assert await running.house.rooms.audit.tail(1000) == before
        assert (await running.house.rooms.audit.verify()).ok


# -- what other processes change -------------------------------------------------------------------


async def test_a_server_added_elsewhere_is_callable_within_about_a_second(running, upstream):
    token = await running.token(scope="mcp:*")
    assert (await running.call("new", token=token)).status_code == 404
    async with another_process(running) as (_, database):
        await database.write(add_server, "new", upstream, 0)

        async def callable_now():
            response = await running.http.post(
                "/oauth2/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": "mcp-client",
                    "client_secret": "secret",
                    "resource": "https://sumun.example/mcp/new",
                },
            )
            return response.status_code == 200

        assert await until(callable_now) < 2.5
        assert "result" in (await running.call("new")).json()
        metadata = await running.get("/.well-known/oauth-protected-resource/mcp/new")
        assert metadata.json()["resource"] == "https://sumun.example/mcp/new"

        held = await running.token("https://sumun.example/mcp/new")
        await database.write(remove_server, "new")

        async def gone():
            return (await running.call("new", token=held)).status_code == 404

        assert await until(gone) < 2.5


async def test_signing_keys_rotated_elsewhere_are_used(running):
    before = await running.token()
    async with another_process(running) as (files, _):
        kid = SigningKeyring.open(files, "ES256").rotate(keep=60)

    async def used():
        return running.house.keyring.active().kid == kid

    assert await until(used) < 2.5
    published = (await running.get("/.well-known/jwks.json")).json()["keys"]
    assert kid in {key["kid"] for key in published}
    assert len(published) == 2
    for token in (before, await running.token()):
        assert (await running.get("/hello", token)).status_code == 200


async def test_data_keys_rotated_elsewhere_make_new_stand_ins_and_restore_the_old(running):
    rooms = running.house.rooms

    def protect():
        text = "write to kim@example.com"
        return rooms.protector.protect_text(
            text, rooms.detector.scan_text(text), lambda _: "tokenize", scope=SCOPE
        )

    before = protect()
    sealed = rooms.fernet.encrypt("old")
    async with another_process(running) as (files, _):
        DataKeys.open(files).rotate()

    async def changed():
        return protect() != before

    assert await until(changed) < 2.5
    for text in (before, protect()):
        assert rooms.protector.restore_text(text, scope=SCOPE)[0] == "write to kim@example.com"
    assert rooms.fernet.decrypt(sealed) == "old"


async def test_keeping_up_to_date_survives_storage_that_is_away(start, upstream, monkeypatch):
    monkeypatch.setattr(house_module, "_REFRESH", 0.02)
    async with start() as running:
        real = running.house.rooms.database.read
        asked = 0

        async def away(*_arguments, **_options):
            nonlocal asked
            asked += 1
            raise StorageError("storage is away")

        monkeypatch.setattr(running.house.rooms.database, "read", away)

        async def asked_often():
            return asked >= 3

        await until(asked_often)
        monkeypatch.setattr(running.house.rooms.database, "read", real)
        async with another_process(running) as (_, database):
            await database.write(add_server, "new", upstream, 0)

        async def known():
            return running.house.registry.knows("new")

        await until(known)


async def test_calls_while_storage_is_away_are_503_and_never_a_fault(start, upstream, monkeypatch):
    async with start(servers={"crm": upstream}) as running:
        token = await running.token("https://sumun.example/mcp/crm")
        assert "result" in (await running.call("crm", token=token)).json()

        async def away(*_arguments, **_options):
            raise StorageError("storage is away")

        monkeypatch.setattr(running.house.rooms.database, "read", away)
        monkeypatch.setattr(running.house.rooms.database, "write", away)
        running.house.registry._read_at = float("-inf")
        for path in ("crm", "unknown"):
            response = await running.call(path, token=token)
            assert response.status_code in {401, 404, 503}, response.text
        response = await running.call("crm", token=token)
        assert response.status_code == 503
        assert (await running.get("/readyz")).status_code == 503
        assert (await running.get("/livez")).status_code == 200


# -- watching --------------------------------------------------------------------------------------


async def probe(running, count=8):
    """Call tools that a token for one tool does not open."""
    token = await running.token("https://sumun.example/mcp/crm", scope="mcp:crm:echo")
    for number in range(count):
        response = await running.call("crm", f"tool_{number}", token=token)
        assert response.status_code == 403


async def test_a_burst_of_refused_calls_becomes_an_incident(start, caplog):
    async with start(servers={"crm": NOBODY}) as running:
        await probe(running)

        async def raised():
            return len(await running.events("incident")) == 1

        await until(raised)
        (incident,) = await running.events("incident")
        assert incident["reason"] == "scope_probing"
        assert incident["client_id"] == "mcp-client"
        assert set(incident["detail"]["summary"]) == {"en", "ko"}
        assert "incident: " in caplog.text


async def test_a_restart_does_not_raise_old_incidents_again(start):
    async with start(servers={"crm": NOBODY}) as running:
        await probe(running)
        await until(lambda: _has_incidents(running))
    async with start(servers={"crm": NOBODY}) as running:
        assert len(await running.events("incident")) == 1
        await probe(running, 1)
        await asyncio.sleep(0.1)
        assert len(await running.events("incident")) == 1
    async with start(servers={"crm": NOBODY}) as running:
        assert (await running.house.rooms.audit.verify()).ok


async def _has_incidents(running):
    return bool(await running.events("incident"))


async def test_what_was_usual_before_a_restart_is_remembered(start):
    async with start(servers={"crm": NOBODY}) as running:
        await probe(running, 5)
        await asyncio.sleep(0.05)
        assert await running.events("incident") == []
    async with start(servers={"crm": NOBODY}) as running:
        token = await running.token("https://sumun.example/mcp/crm", scope="mcp:crm:echo")
        await running.call("crm", "one_more", token=token)
        await until(lambda: _has_incidents(running))


async def test_the_time_nobody_served_is_no_silence(running, monkeypatch):
    """A busy log that ended an hour ago: the server was stopped, not cut off."""
    ended = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    events = [
        {
            "event_type": "tool_access",
            "client_id": "agent",
            "timestamp": (ended - dt.timedelta(seconds=200 - n)).isoformat(),
        }
        for n in range(200)
    ]

    async def tail(*_arguments, **_options):
        return events

    monkeypatch.setattr(running.house.rooms.audit, "tail", tail)
    await running.house._warm_up()
    assert running.house.watch.tick() == []


async def test_an_incident_that_cannot_be_recorded_stops_nothing(start, monkeypatch):
    from sumun.audit import AuditUnavailable

    async with start(servers={"crm": NOBODY}) as running:
        audit = running.house.rooms.audit
        real = audit.record

        async def record(*events: Event):
            if any(event.event_type == "incident" for event in events):
                raise AuditUnavailable("away")
            return await real(*events)

        monkeypatch.setattr(audit, "record", record)
        await probe(running)
        await asyncio.sleep(0.05)
        assert (await running.get("/livez")).status_code == 200


@pytest.mark.parametrize("name", ["sumun.db", "keys/root.key", "logs/security_audit.log"])
async def test_what_is_written_is_private(running, name):
    path = running.house.config.data_path / name
    assert path.stat().st_mode & 0o077 == 0, oct(path.stat().st_mode)


async def test_a_name_reserved_for_our_own_tools_cannot_be_configured(start):
    with pytest.raises(ConfigurationError, match="reserved"):
        async with start(servers={"sumun": NOBODY}):
            pass
