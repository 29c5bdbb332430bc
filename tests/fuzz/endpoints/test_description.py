"""What the OpenAPI description allows and what it forbids: answered as it says, everywhere."""

import json
import re
from collections import defaultdict
from pathlib import Path

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.faults.single_use.nodes import Node

DOCS = Path(__file__).parents[3] / "docs" / "reference"
DESCRIPTION = schemathesis.openapi.from_path(DOCS / "openapi.json")
DEMO = {"client_id": "mcp-client", "client_secret": "secret"}
PROOFS = {"client_id", "client_secret", "client_assertion", "client_assertion_type"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_the_description_has_every_endpoint_of_the_page_and_no_other():
    page = (DOCS / "http-endpoints.md").read_text(encoding="utf-8")
    listed = defaultdict(set)
    for methods, path in re.findall(r"^\| ([A-Z, ]+) \| `(/[^`]*)` \|", page, re.MULTILINE):
        listed[path].update(methods.split(", "))
    described = {
        path.replace("{name}", "NAME").replace("{client_id}", "CLIENT").replace("{ref}", "REF"): {
            method.upper() for method in item if method != "parameters"
        }
        for path, item in json.loads((DOCS / "openapi.json").read_text())["paths"].items()
    }
    assert described == listed


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A server with the demo client."""
    directory = tmp_path_factory.mktemp("described")
    settings = {"SUMUN_MODE": "development", "SUMUN_OAUTH__DEMO_CLIENT": "true"}
    running = Node("described", directory, settings)
    running.environ["SUMUN_ISSUER"] = running.url
    running.start()
    running.wait()
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text()


@pytest.fixture(scope="module")
def tokens(node):
    """The tokens of the demo client, by the path they are good at."""
    asked = {"grant_type": "client_credentials", **DEMO}
    answers = {}
    for path in ("/", "/mcp"):
        form = {**asked, **({} if path == "/" else {"resource": node.url + path})}
        answer = httpx2.post(f"{node.url}/oauth2/token", data=form, trust_env=False)
        answers[path] = answer.json()["access_token"]
    return answers


@DESCRIPTION.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_n84_what_is_described_is_what_happens(case, node, tokens):
    schemes = {name for each in case.operation.definition.raw.get("security", []) for name in each}
    headers = {}
    if "bearer" in schemes:
        headers["Authorization"] = f"Bearer {tokens.get(case.path, tokens['/'])}"
    credentials = None
    if "client" in schemes:
        credentials = tuple(DEMO.values())
        if isinstance(case.body, dict):  # or it would be two methods at once
            case.body = {name: text for name, text in case.body.items() if name not in PROOFS}
    case.call_and_validate(
        base_url=node.url, headers=headers, auth=credentials, checks=CHECKS, timeout=10
    )
