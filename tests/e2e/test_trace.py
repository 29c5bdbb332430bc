"""From an answer that says no to ``sumun trace``: another process, the same installation."""

import json
import re
import subprocess
import sys
import time

import httpx2
import pytest

REFERENCE = re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}")
REDIRECT = "https://app.example/cb"


class Place:
    """A server that runs, a client of it, and a terminal beside it."""

    def __init__(self, issuer):
        self.issuer = issuer

    def sumun(self, *arguments, expected=0):
        done = subprocess.run(
            [sys.executable, "-m", "sumun.cli", *arguments],
            cwd=self.issuer.directory,
            env=self.issuer.environ | {"LANG": "C", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expected, done.stderr
        return done

    def authorize(self, **parameters):
        usual = {
            "client_id": "app",
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "code_challenge": "x" * 43,
            "code_challenge_method": "S256",
        }
        url = f"{self.issuer.url}/oauth2/authorize"
        return httpx2.get(url, params={**usual, **parameters}, trust_env=False)

    def trace(self, ref):
        # Notes are written a moment after the answer has left.
        time.sleep(0.5)
        return json.loads(self.sumun("--json", "trace", ref).stdout)


@pytest.fixture(scope="module")
def place(at_home):
    issuer = at_home("traced")
    with issuer.running():
        issuer.command("client", "add", "app", "--public", "--redirect-uri", REDIRECT)
        yield Place(issuer)


def reference(text):
    found = REFERENCE.search(text)
    assert found is not None, text
    return found.group()


def test_the_page_shows_a_reference_that_says_why(place):
    response = place.authorize(redirect_uri="https://evil.example/cb")
    assert response.status_code == 400
    found = place.trace(reference(response.text))
    [step] = found["steps"]
    assert (step["stage"], step["outcome"], step["code"]) == (
        "authorize",
        "refused",
        "redirect_uri",
    )
    assert "https://evil.example/cb is not one of those registered" in step["words"]
    assert found["next"].startswith("Register the redirect URI exactly")


def test_the_clients_error_description_ends_with_one(place):
    response = place.authorize(code_challenge_method="plain")
    found = place.trace(response.headers["location"])
    assert [step["stage"] for step in found["steps"]] == ["authorize"]
    assert found["steps"][0]["code"] == "invalid_request"


def test_people_read_it_in_two_languages(place):
    ref = reference(place.authorize(client_id="nobody").text)
    time.sleep(0.5)
    english = place.sumun("trace", ref).stdout
    assert "authorization request" in english
    assert "What to do next: Check client_id" in english
    korean = place.sumun("--lang", "ko", "trace", ref).stdout
    assert "인가 요청" in korean
    assert "다음에 할 일: client_id를 확인하십시오" in korean


def test_the_last_attempts_are_listed(place):
    place.authorize()
    time.sleep(0.5)
    newest = json.loads(place.sumun("--json", "trace", "-n", "1").stdout)
    assert [(each["client_id"], each["stage"], each["outcome"]) for each in newest] == [
        ("app", "sign_in", "waiting")
    ]
    shown = place.sumun("trace", "--client", "app").stdout
    assert newest[0]["ref"] in shown


def test_the_token_endpoint_says_where_the_reason_is(place):
    form = {"grant_type": "authorization_code", "client_id": "app", "code": "made-up"}
    response = httpx2.post(f"{place.issuer.url}/oauth2/token", data=form, trust_env=False)
    found = place.trace(reference(response.json()["error_description"]))
    assert "issued no such code" in found["steps"][-1]["words"]
    assert "made-up" not in json.dumps(found)


@pytest.mark.parametrize(
    ("ref", "said"), [("x", "is no reference"), ("0000-0000-0000", "nothing is kept")]
)
def test_what_leads_nowhere(place, ref, said):
    assert said in place.sumun("trace", ref, expected=2).stderr
