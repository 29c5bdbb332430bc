"""The endpoints page says what a running server answers."""

import re
from pathlib import Path

import httpx2
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "http-endpoints.md"
NAMES = {"NAME": "customers", "CLIENT": "mcp-client"}
FOR_PEOPLE = {
    ("GET", "/oauth2/authorize"),
    ("POST", "/oauth2/authorize"),
    ("POST", "/oauth2/logout"),
    ("GET", "/oauth2/logout"),
    ("GET", "/oauth2/errors"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/consent"),
    ("POST", "/consent"),
    ("GET", "/device"),
    ("POST", "/device"),
    ("GET", "/approvals"),
    ("POST", "/approvals"),
    ("GET", "/playground"),
    ("POST", "/playground"),
    *(
        (method, f"/account{page}")
        for method in ("GET", "POST")
        for page in (
            "",
            "/sign-in",
            "/password",
            "/passkeys",
            "/providers",
            "/connect",
            "/second-factor",
        )
    ),
}
"""Pages, or what leads to one."""
NEEDS_A_TOKEN = {"/", "/hello", "/oauth2/traces/REF", "/mcp", "/mcp/customers", "/oauth2/userinfo"}


def documented() -> list[tuple[str, str, str]]:
    """Section, method and path of every endpoint."""
    found = []
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading = section.split("\n", 1)[0]
        for methods, path in re.findall(r"^\| ([A-Z, ]+) \| `(/[^`]*)` \|", section, re.MULTILINE):
            for name, example in NAMES.items():
                path = path.replace(name, example)  # noqa: PLW2901 - the path as it is asked for
            found += [(heading, method, path) for method in methods.split(", ")]
    return found


def ask(demo, method, path):
    return httpx2.request(method, demo.url + path, trust_env=False)


def media_type(answer):
    return answer.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize(("section", "method", "path"), documented())
def test_answers_as_documented(demo, section, method, path):
    answer = ask(demo, method, path)
    if path in NEEDS_A_TOKEN:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    elif method == "GET" and (path.startswith("/.well-known/") or section == "Operation"):
        assert answer.status_code == 200
    else:
        assert answer.status_code in {200, 302, 303, 400, 401}, "it is there, and lacks something"
    if section == "Operation":
        assert media_type(answer) == "text/plain"
    elif (method, path) in FOR_PEOPLE:
        assert answer.is_redirect or media_type(answer) == "text/html"
    else:
        assert media_type(answer) == "application/json"


@pytest.mark.parametrize("path", sorted({path for _, _, path in documented()}))
def test_another_method_is_refused(demo, path):
    answer = ask(demo, "PATCH", path)
    assert answer.status_code == (401 if path.startswith("/mcp") else 405)


def test_readyz_says_what_is_wrong_to_those_who_may_know(demo):
    checks = ask(demo, "GET", "/readyz?verbose").json()["checks"]
    assert checks.keys() >= {"storage", "audit"}
