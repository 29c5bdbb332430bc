import pytest


def test_the_secret_is_shown_once_and_kept_nowhere(sumun, installed):
    secret = sumun("client", "add", "agent", "--scope", "mcp:crm", "--json").json["client_secret"]
    assert secret.startswith("sumun-secret-")
    assert secret not in sumun("client", "show", "agent", "--json").out
    kept = [path for path in installed.rglob("*") if path.is_file()]
    assert not any(secret.encode() in path.read_bytes() for path in kept)


def test_people_are_told_to_keep_it(sumun, installed):
    ran = sumun("client", "add", "agent")
    assert ran.out.count("sumun-secret-") == 1
    assert "keep it now" in ran.out


def test_list_and_show(sumun, installed):
    sumun("client", "add", "b", "--scope", "mcp:x mcp:y:*", "--name", "Bee")
    sumun("client", "add", "a", "--resource", "http://localhost:8081/mcp/x")
    listed = sumun("client", "list", "--json").json
    assert [each["client_id"] for each in listed] == ["a", "b"]
    shown = sumun("client", "show", "b", "--json").json
    assert shown == listed[1]
    assert (shown["scope"], shown["name"], shown["state"]) == ("mcp:x mcp:y:*", "Bee", "enabled")
    assert "Bee" in sumun("client", "list").out


def test_no_clients_yet(sumun, installed):
    assert "sumun client add" in sumun("client", "list").out
    assert sumun("client", "list", "--json").json == []


def test_disable_and_enable(sumun, installed):
    sumun("client", "add", "agent")
    assert sumun("client", "disable", "agent", "--json").json["state"] == "disabled"
    assert sumun("token", "issue", "agent").status == 2
    assert sumun("client", "enable", "agent", "--json").json["state"] == "enabled"
    assert sumun("token", "issue", "agent").status == 0


def test_a_new_secret_is_another(sumun, installed):
    first = sumun("client", "add", "agent", "--json").json["client_secret"]
    second = sumun("client", "rotate-secret", "agent", "--json").json["client_secret"]
    assert first != second


def test_removing_asks(sumun, installed, typed):
    sumun("client", "add", "agent")
    typed("")
    ran = sumun("client", "remove", "agent")
    assert ran.status == 2
    assert "--yes" in ran.err
    assert sumun("client", "remove", "agent", "--yes").status == 0
    assert sumun("client", "show", "agent").status == 2


@pytest.mark.parametrize("verb", ["show", "disable", "enable", "rotate-secret", "remove"])
def test_an_unknown_client(sumun, installed, events, verb):
    before = events()
    ran = sumun("client", verb, "nobody", *(["--yes"] if verb == "remove" else []))
    assert ran.status == 2
    assert "client 'nobody': there is no such client" in ran.err
    assert events() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["agent"], "there is one already"),
        (["user-x"], "begins the identifiers of users"),
        (["에이전트"], "printable ASCII"),
        (["other", "--scope", 'a"b'], "--scope: "),
    ],
)
def test_what_cannot_be_registered(sumun, installed, arguments, said):
    sumun("client", "add", "agent")
    ran = sumun("client", "add", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert len(sumun("client", "list", "--json").json) == 1


def test_every_change_is_recorded(sumun, installed, events):
    sumun("client", "add", "agent", "--scope", "mcp:crm")
    for verb in ("disable", "enable", "rotate-secret"):
        sumun("client", verb, "agent")
    sumun("client", "remove", "agent", "--yes")
    recorded = [each for each in events() if each.get("client_id") == "agent"]
    assert [each["event_type"] for each in recorded] == [
        "client_created", "client_disabled", "client_enabled", "client_secret_rotated",
        "client_removed",
    ]  # fmt: skip
    assert {each["source"] for each in recorded} == {"cli"}


def test_there_must_be_an_installation(sumun, place):
    for command in (["client", "list"], ["client", "add", "x"], ["key", "list"], ["audit", "tail"]):
        ran = sumun(*command)
        assert ran.status == 2
        assert "there is no installation here" in ran.err
    assert list(place.iterdir()) == []


def test_the_data_of_settings_must_be_there(sumun, place):
    (place / "sumun.toml").write_text('mode = "development"\ndata_dir = "gone"\n')
    assert "gone: there is no such data directory" in sumun("client", "list").err
    assert sumun("key", "list").status == sumun("audit", "verify").status == 2
    assert not (place / "gone").exists()


def test_a_corrupt_database(sumun, installed):
    (installed / "sumun-data" / "sumun.db").write_bytes(b"not a database" * 1000)
    for suffix in ("-wal", "-shm"):
        (installed / "sumun-data" / f"sumun.db{suffix}").unlink(missing_ok=True)
    ran = sumun("client", "list")
    assert ran.status == 3
    assert "sumun.db" in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_root_secret(sumun, installed, monkeypatch):
    monkeypatch.setenv("JWT_SECRET_KEY", "another-secret-than-the-one-of-before")
    ran = sumun("client", "add", "agent")
    assert ran.status == 2
    assert "does not open with this root secret" in ran.err


def test_a_database_that_cannot_be_reached(sumun, installed, monkeypatch):
    monkeypatch.setenv("SUMUN_STORAGE__URL", "mysql://user:hunter2@host/db")
    ran = sumun("client", "list")
    assert ran.status == 3
    assert "storage.url: unknown kind" in ran.err
    assert "hunter2" not in ran.err


def test_where_people_go_after_logout_and_who_is_told(sumun, installed):
    added = sumun(
        "client", "add", "rp", "--public", "--redirect-uri", "https://rp.example/cb",
        "--post-logout-redirect-uri", "https://rp.example/after",
        "--backchannel-logout-uri", "https://rp.example/told", "--json",
    ).json  # fmt: skip
    assert added["post_logout_redirect_uris"] == ["https://rp.example/after"]
    assert added["backchannel_logout_uri"] == "https://rp.example/told"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--post-logout-redirect-uri", "javascript:x"),
        ("--backchannel-logout-uri", "http://rp.example/told"),
        ("--backchannel-logout-uri", "https://10.0.0.1/told"),
    ],
)
def test_addresses_for_logout_are_judged(sumun, installed, option, value):
    ran = sumun(
        "client", "add", "rp", "--public", "--redirect-uri", "https://rp.example/cb", option, value
    )
    assert ran.status == 2
    assert option in ran.err
