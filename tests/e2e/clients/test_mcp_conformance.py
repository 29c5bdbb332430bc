"""The authorization command of the MCP conformance suite, in its newest prerelease."""

import json
import re
import subprocess

import httpx2

AUTHORIZE = re.compile(r"https?://\S*/oauth2/authorize\?\S+")


def test_every_check_of_the_authorization_server(server, node, free_port, tmp_path):
    port = free_port()
    registered = httpx2.post(
        f"{server.url}/oauth2/register",
        json={
            "client_name": "MCP conformance suite",
            "redirect_uris": [f"http://127.0.0.1:{port}/callback"],
            "token_endpoint_auth_method": "none",
        },
        trust_env=False,
    ).json()
    suite = node.packages / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    command = [node.program, suite, "authorization", "--url", server.url]
    command += ["--client-id", registered["client_id"], "--resource", server.mcp]
    command += ["--port", str(port), "--spec-version", "2026-07-28", "--output-dir", tmp_path]
    said = []
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout:
            said.append(line)
            if asked := AUTHORIZE.search(line):
                httpx2.get(asked[0], follow_redirects=True, trust_env=False)
    report = "".join(said)
    assert process.returncode == 0, report
    checks = [
        check
        for result in tmp_path.rglob("checks.json")
        for check in json.loads(result.read_text(encoding="utf-8"))
    ]
    assert {check["id"]: check["status"] for check in checks} == {
        "authorization-server-metadata": "SUCCESS",
        "authorization-server-metadata-cimd": "SUCCESS",
        "authorization-code-grant": "SUCCESS",
    }, report
