"""Registering clients with more than a secret, and letting others register them."""

import json

import pytest

from sumun.keys import SigningKey
from sumun.oauth.presets import PRESETS


def test_a_client_of_a_preset(sumun, installed):
    made = sumun("client", "add", "desk", "--preset", "claude", "--json").json
    assert "client_secret" not in made
    assert made["name"] == "Claude"
    assert made["redirect_uris"] == list(PRESETS["claude"].redirect_uris)
    assert made["authentication"] == ["none"]
    assert made["grant_types"] == ["authorization_code", "refresh_token"]
    assert "mcp.access" in made["scope"].split()
    assert made["origin"] == "operator"
    assert sumun("client", "show", "desk", "--json").json == made


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_added_and_is_named_in_the_help(sumun, installed, name):
    assert sumun("client", "add", name, "--preset", name).status == 0
    # Names may be wrapped at their hyphens.
    assert name in "".join(sumun("client", "add", "--help").out.split())


def test_a_preset_is_a_beginning(sumun, installed):
    extra = "https://chatgpt.com/connector/oauth/abc"
    options = ("--preset", "chatgpt", "--redirect-uri", extra, "--scope", "mcp:crm", "--name", "G")
    made = sumun("client", "add", "gpt", *options, "--json").json
    assert made["redirect_uris"][-1] == extra
    assert (made["scope"], made["name"]) == ("mcp:crm", "G")


def test_a_public_client(sumun, installed):
    options = ("--public", "--redirect-uri", "http://127.0.0.1/callback")
    ran = sumun("client", "add", "cli", *options)
    assert ran.status == 0
    assert "keep it now" not in ran.out
    assert sumun("client", "rotate-secret", "cli").status == 2


def test_a_site_with_a_secret(sumun, installed):
    made = sumun("client", "add", "web", "--redirect-uri", "https://a.example/cb", "--json").json
    assert made["client_secret"].startswith("sumun-secret-")
    assert made["authentication"] == ["client_secret_basic", "client_secret_post"]
    assert made["grant_types"] == ["authorization_code", "refresh_token"]


def test_a_client_with_keys(sumun, installed, tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [SigningKey.generate("ES256").verification.jwk]}))
    made = sumun("client", "add", "job", "--jwks", file, "--scope", "mcp:crm", "--json").json
    assert "client_secret" not in made
    assert made["authentication"] == ["private_key_jwt"]
    assert made["grant_types"] == ["client_credentials"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--preset", "unknown"), "--preset"),
        (("--redirect-uri", "javascript:alert(1)"), "--redirect-uri"),
        (("--redirect-uri", "http://a.example/cb"), "--redirect-uri"),
        (("--redirect-uri", "unknown://x"), "--redirect-uri"),
        (("--grant-type", "authorization_code"), "--redirect-uri"),
        (("--public",), "--public"),
        (("--public", "--jwks", "none.json"), "--public"),
        (("--jwks", "none.json"), "--jwks"),
        (("--jwks", "bad.json"), "--jwks"),
        (("--jwks", "private.json"), "--jwks"),
        (("--jwks", "empty.json"), "--jwks"),
        (("--scope", "a  b"), "--scope"),
    ],
)
def test_what_cannot_be_registered(sumun, installed, place, options, told):
    (place / "bad.json").write_text("[]")
    (place / "empty.json").write_text('{"keys": []}')
    (place / "private.json").write_text('{"keys": [{"kty": "oct", "k": "s3cret"}]}')
    ran = sumun("client", "add", "x", *options)
    assert ran.status == 2
    assert told in ran.err
    assert "s3cret" not in ran.err
    assert sumun("client", "list", "--json").json == []


def test_an_identifier_that_is_a_url_needs_no_registration(sumun, installed):
    ran = sumun("client", "add", "https://claude.ai/oauth/x")
    assert ran.status == 2
    assert "document" in ran.err


def test_an_initial_access_token_is_shown_once(sumun, installed):
    add = ("client", "initial-token", "add")
    made = sumun(*add, "--scope", "mcp:crm", "--uses", 3, "--json").json
    assert made["token"].startswith("sumun-initial-")
    (listed,) = sumun("client", "initial-token", "list", "--json").json
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert listed["uses_left"] == 3
    kept = [path for path in installed.rglob("*") if path.is_file()]
    assert not any(made["token"].encode() in path.read_bytes() for path in kept)
    assert "keep it now" in sumun(*add).out


def test_an_initial_access_token_is_revoked(sumun, installed, events):
    made = sumun("client", "initial-token", "add", "--json").json
    assert sumun("client", "initial-token", "revoke", made["token_id"]).status == 0
    assert sumun("client", "initial-token", "list", "--json").json == []
    assert sumun("client", "initial-token", "revoke", made["token_id"]).status == 2
    kinds = [event["event_type"] for event in events()]
    assert kinds.count("initial_access_token_created") == 1
    assert kinds.count("initial_access_token_revoked") == 1


@pytest.mark.parametrize("options", [("--uses", 0), ("--days", 0), ("--scope", 'a"b')])
def test_an_initial_access_token_that_cannot_be(sumun, installed, options):
    assert sumun("client", "initial-token", "add", *options).status == 2


def test_the_server_of_a_resource(sumun, installed):
    resource = "https://gate.example.com/mcp/crm"
    options = ("--serves", resource, "--may-act", "worker", "--json")
    made = sumun("client", "add", "crm", *options).json
    assert (made["serves"], made["may_act"], made["requires"]) == ([resource], "worker", [])
    assert made["client_secret"]


def test_a_client_with_a_certificate(sumun, installed):
    options = ("--tls-subject", "CN=agent,O=Example", "--require", "certificate", "--json")
    made = sumun("client", "add", "agent", *options).json
    assert made["authentication"] == ["tls_client_auth"]
    assert made["requires"] == ["certificate"]
    assert "client_secret" not in made


@pytest.mark.parametrize("requirement", ["dpop", "certificate", "par", "signed-request"])
def test_what_a_client_must_do(sumun, installed, requirement):
    made = sumun("client", "add", "agent", "--require", requirement, "--json").json
    assert made["requires"] == [requirement]


@pytest.mark.parametrize("options", [("--public",), ("--jwks", "keys.json")])
def test_one_way_to_prove_it_is_enough(sumun, installed, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    ran = sumun("client", "add", "agent", "--tls-subject", "CN=agent", *options)
    assert ran.status == 2
