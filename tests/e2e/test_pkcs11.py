"""Tokens signed in a hardware module, for which SoftHSM stands: a server and its faults."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import jwt
import pytest

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MEND = "SoftHSM is needed for this test: install it (Debian: apt-get install softhsm2; {why})"
ALGORITHMS = ["ES256", "RS256", "EdDSA"]


@pytest.fixture(scope="session")
def softhsm() -> Path:
    """Return SoftHSM's module; it is installed if this may be done, and never skipped."""
    if not _modules():
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            pytest.fail(MEND.format(why="this needs root"), pytrace=False)
        for command in (["update", "-q"], ["install", "-q", "-y", "softhsm2"]):
            done = subprocess.run(
                ["apt-get", *command], capture_output=True, text=True, check=False, timeout=300
            )
            if done.returncode:
                pytest.fail(MEND.format(why=done.stderr.strip()), pytrace=False)
    return _modules()[0]


def _modules() -> list[Path]:
    return [Path(path) for path in MODULES if Path(path).exists()]


@pytest.fixture
def token(softhsm, tmp_path):
    """Return the settings of a fresh token and where SoftHSM keeps it."""
    store = tmp_path / "tokens"
    store.mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {store}\nobjectstore.backend = file\n")
    pin = tmp_path / "pin"
    pin.write_text("4321\n")
    command = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "gate",
        "--so-pin",
        "87654321",
        "--pin",
    ]
    subprocess.run(
        [*command, "4321"], env=os.environ | {"SOFTHSM2_CONF": str(conf)}, check=True, timeout=60,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return {
        "SOFTHSM2_CONF": str(conf),
        "SUMUN_KEYS__SIGNER": "pkcs11",
        "SUMUN_KEYS__PKCS11__MODULE": str(softhsm),
        "SUMUN_KEYS__PKCS11__TOKEN": "gate",
        "SUMUN_KEYS__PKCS11__PIN_FILE": str(pin),
    }


def issue(home, credentials, resource="https://api.example"):
    token = home.token(credentials, resource=resource)
    return token, jwt.get_unverified_header(token)


def verify(home, token):
    keys = httpx2.get(f"{home.url}/.well-known/jwks.json", trust_env=False).json()
    header = jwt.get_unverified_header(token)
    key = jwt.PyJWKSet.from_dict(keys)[header["kid"]]
    return jwt.decode(token, key, algorithms=[header["alg"]], options={"verify_aud": False})


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_server_signs_with_the_token_and_rotates_in_it(at_home, token, alg):
    home = at_home(f"pkcs11-{alg}", **token, SUMUN_OAUTH__SIGNING_ALG=alg)
    with home.running():
        credentials = home.add_client("agent", "https://api.example", scope="api")
        first, header = issue(home, credentials)
        assert header["alg"] == alg
        assert verify(home, first)["client_id"] == "agent"
        home.command("key", "rotate", "--publish-ahead", "0")
        listed = home.command("key", "list")
        assert {key["held_by"] for key in listed} == {"pkcs11"}
        assert sorted(key["state"] for key in listed) == ["signing", "verifying"]
        (signing,) = (key["kid"] for key in listed if key["state"] == "signing")
        time.sleep(1.2)  # a running server looks once a second
        second, header = issue(home, credentials)
        assert header["kid"] == signing
        assert verify(home, first)["jti"] != verify(home, second)["jti"]
    with home.running():
        third, header = issue(home, credentials)
        assert verify(home, third)
        assert verify(home, first)


def test_the_private_half_cannot_be_taken_out(at_home, token):
    home = at_home("pkcs11-private", **token)
    with home.running():
        pass
    found = subprocess.run(
        [sys.executable, "-c", _ATTRIBUTES], env=os.environ | token, capture_output=True,
        text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(found.stdout) == [{"sensitive": True, "extractable": False}]


def test_tokens_of_before_the_move_are_believed_until_they_expire(at_home, token):
    home = at_home("pkcs11-move", SUMUN_KEYS__PUBLISH_AHEAD="0")
    with home.running():
        credentials = home.add_client("agent", "https://api.example", scope="api")
        before, _ = issue(home, credentials)
    home.environ.update(token)
    with home.running():
        after, _ = issue(home, credentials)
        assert verify(home, before)["jti"] != verify(home, after)["jti"]
        states = {key["held_by"]: key["state"] for key in home.command("key", "list")}
        assert states == {"local": "verifying", "pkcs11": "signing"}


def test_without_its_token_the_server_issues_nothing_and_comes_back_with_it(at_home, token):
    home = at_home("pkcs11-away", **token)
    store = Path(token["SOFTHSM2_CONF"]).parent / "tokens"
    with home.running():
        credentials = home.add_client("agent", "https://api.example", scope="api")
        form = {
            "grant_type": "client_credentials",
            "resource": "https://api.example",
            **credentials,
        }
        away = store.rename(store.with_name("away"))
        refused = httpx2.post(f"{home.url}/oauth2/token", data=form, trust_env=False)
        assert refused.status_code == 503
        assert refused.json()["error"] == "temporarily_unavailable"
        assert refused.headers["retry-after"]
        away.rename(store)
        assert issue(home, credentials)
        shown = httpx2.get(f"{home.url}/.well-known/jwks.json", trust_env=False)
        assert shown.status_code == 200


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("SUMUN_KEYS__PKCS11__MODULE", "/nowhere/lib.so", "keys.pkcs11.module"),
        ("SUMUN_KEYS__PKCS11__TOKEN", "another", "'another'"),
        ("SUMUN_KEYS__PKCS11__PIN_FILE", "/nowhere/pin", "/nowhere/pin"),
    ],
)
def test_a_token_that_cannot_be_used_is_named_at_the_start(at_home, token, setting, value, said):
    home = at_home("pkcs11-wrong", **(token | {setting: value}))
    done = subprocess.run(
        [Path(sys.executable).parent / "sumun", "serve"],
        cwd=home.directory,
        env=home.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


_ATTRIBUTES = """
import json, os, pkcs11
from pkcs11 import Attribute, ObjectClass
token = pkcs11.lib(os.environ["SUMUN_KEYS__PKCS11__MODULE"]).get_token(token_label="gate")
with token.open(user_pin="4321") as session:
    keys = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
    print(json.dumps([
        {"sensitive": key[Attribute.SENSITIVE], "extractable": key[Attribute.EXTRACTABLE]}
        for key in keys
    ]))
"""
