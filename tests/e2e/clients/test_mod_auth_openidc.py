"""mod_auth_openidc: Apache keeps a page for people who sign in with us, and takes our tokens."""

import grp
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

MODULES = Path("/usr/lib/apache2/modules")
MEND = "Apache with mod_auth_openidc is missing; scripts/test-programs installs it"
CONFIGURATION = """
ServerRoot {directory}
ServerName localhost
Listen 127.0.0.1:{port}
User {user}
Group {group}
PidFile {directory}/apache.pid
DefaultRuntimeDir {directory}
ErrorLog {directory}/error.log
LogLevel warn auth_openidc:info
DocumentRoot {directory}/pages

LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI http://localhost:{port}/app/callback
OIDCCryptoPassphrase exactly-for-this-run
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCRemoteUserClaim sub

OIDCOAuthServerMetadataURL {issuer}/.well-known/oauth-authorization-server
OIDCOAuthClientID {caller_id}
OIDCOAuthClientSecret {caller_secret}
OIDCOAuthRemoteUserClaim sub

<Location /app>
  AuthType openid-connect
  Require valid-user
  Header set X-Subject "%{{OIDC_CLAIM_sub}}e"
  Header set X-Issuer "%{{OIDC_CLAIM_iss}}e"
</Location>
<Location /api>
  AuthType oauth20
  Require claim aud:http://localhost:{port}/api
  Header set X-Subject "%{{OIDC_CLAIM_sub}}e"
</Location>
"""


@pytest.fixture(scope="module")
def apache():
    """Return Apache's program; never skips."""
    if not (MODULES / "mod_auth_openidc.so").exists():
        pytest.fail(MEND, pytrace=False)
    return shutil.which("apache2") or "/usr/sbin/apache2"


class Site(NamedTuple):
    """A site, and the client whose tokens its interface takes."""

    url: str
    caller: tuple[str, str]


@pytest.fixture
def site(server, apache, free_port):
    """A site whose people sign in with us, and which asks us about tokens."""
    port = free_port()
    url = f"http://localhost:{port}"
    client = httpx2.post(
        f"{server.url}/oauth2/register",
        json={
            "client_name": "Intranet",
            "redirect_uris": [f"{url}/app/callback"],
            "post_logout_redirect_uris": [f"{url}/bye.html"],
            "token_endpoint_auth_method": "client_secret_basic",
        },
        trust_env=False,
    ).json()
    # RFC 7662 lets a client ask about its own tokens.
    added = server.command(
        "client", "add", f"intranet-{port}", "--scope", "mcp.access", "--resource", f"{url}/api"
    )
    settings = {
        "port": port,
        "issuer": server.url,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "caller_id": added["client_id"],
        "caller_secret": added["client_secret"],
    }
    # As root, Apache serves as somebody else, who may not look into pytest's directories.
    directory = Path(tempfile.mkdtemp(prefix="sumun-apache-"))
    directory.chmod(0o755)
    try:
        with serving(apache, directory, settings):
            yield Site(url, (added["client_id"], added["client_secret"]))
        errors = (directory / "error.log").read_text(encoding="utf-8")
        assert not re.search(r"\[\w+:(error|crit|alert|emerg)\]", errors), errors
    finally:
        shutil.rmtree(directory)


@contextmanager
def serving(apache, directory, settings):
    for name in ("app/index.html", "api/index.html", "bye.html"):
        page = directory / "pages" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"This is {name}.", encoding="utf-8")
    configuration = directory / "apache.conf"
    person = pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("www-data")
    settings["user"], settings["group"] = person.pw_name, grp.getgrgid(person.pw_gid).gr_name
    configuration.write_text(
        CONFIGURATION.format(directory=directory, modules=MODULES, **settings), encoding="utf-8"
    )
    process = subprocess.Popen([apache, "-f", configuration, "-DFOREGROUND"])
    try:
        deadline = time.monotonic() + 10
        while not is_up(f"http://localhost:{settings['port']}/bye.html"):
            assert process.poll() is None, "Apache has ended"
            assert time.monotonic() < deadline, "Apache does not answer"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def is_up(url):
    try:
        return httpx2.get(url, trust_env=False).status_code == 200
    except httpx2.ConnectError:
        return False


def test_a_page_for_people_who_signed_in(server, site):
    with httpx2.Client(trust_env=False) as browser:
        first = browser.get(f"{site.url}/app/index.html")
        assert first.headers["location"].startswith(f"{server.url}/oauth2/authorize?")
        page = browser.get(first.headers["location"], follow_redirects=True)
        assert page.text == "This is app/index.html."
        assert page.headers["X-Subject"].startswith("user-")
        assert page.headers["X-Issuer"] == server.url
        again = browser.get(f"{site.url}/app/index.html")
        assert again.headers["X-Subject"] == page.headers["X-Subject"]
        bye = browser.get(
            f"{site.url}/app/callback",
            params={"logout": f"{site.url}/bye.html"},
            follow_redirects=True,
        )
        assert bye.text == "This is bye.html."
        assert any(str(each.url).startswith(f"{server.url}/oauth2/logout?") for each in bye.history)
        assert browser.get(f"{site.url}/app/index.html").status_code == 302


def test_an_interface_for_tokens_made_for_it(server, site):
    with httpx2.Client(trust_env=False) as http:

        def call(token):
            return http.get(
                f"{site.url}/api/index.html", headers={"Authorization": f"Bearer {token}"}
            )

        form = {"grant_type": "client_credentials"}
        answer = http.post(f"{server.url}/oauth2/token", data=form, auth=site.caller)
        assert answer.json()["error"] == "invalid_target"
        form["resource"] = f"{site.url}/api"
        answer = http.post(f"{server.url}/oauth2/token", data=form, auth=site.caller)
        token = answer.json()["access_token"]
        called = call(token)
        assert called.text == "This is api/index.html."
        assert called.headers["X-Subject"] == site.caller[0]
        assert call(token[:-8] + "AAAAAAAA").status_code == 401
        assert http.get(f"{site.url}/api/index.html").status_code == 401
