"""The commands that run something, as people meet them: ``demo``, ``try``, ``serve``."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

SUMUN = [sys.executable, "-m", "sumun.cli"]
PATIENCE = 30.0


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUMUN_")}
    for name in ("JWT_SECRET_KEY", "LC_ALL", "LANG", "NO_COLOR"):
        kept.pop(name, None)
    return kept | more


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Terminal:
    """Where commands are typed: a directory and its surroundings."""

    def __init__(self, directory, **variables):
        self.directory = directory
        self.variables = environment(**variables)

    def run(self, *arguments, check=None):
        finished = subprocess.run(
            [*SUMUN, *map(str, arguments)],
            cwd=self.directory,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if check is not None:
            assert finished.returncode == check, finished.stdout + finished.stderr
        assert "Traceback" not in finished.stderr, finished.stderr
        return finished

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json", check=0).stdout)

    def start(self, *arguments, log):
        with log.open("wb") as output:
            return subprocess.Popen(
                [*SUMUN, *map(str, arguments)],
                cwd=self.directory,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )


def wait_until_ready(url, process, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=1):
            return
        time.sleep(0.02)
    pytest.fail(f"not ready in {PATIENCE} s:\n{log.read_text()}")


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demonstration, and the second terminal beside it."""
    directory = tmp_path_factory.mktemp("demo")
    port = free_port()
    url = f"http://localhost:{port}"
    log = directory / "demo.log"
    process = Terminal(directory).start("demo", "--port", port, log=log)
    try:
        wait_until_ready(url, process, log)
        terminal = Terminal(directory)
        terminal.url, terminal.log = url, log
        yield terminal
    finally:
        assert stop(process) == 0, log.read_text()


def test_what_it_says(demo):
    said = demo.log.read_text()
    for expected in (demo.url, f"{demo.url}/mcp/customers", "mcp-client / secret", "sumun try"):
        assert expected in said
    assert said.count("DEVELOPMENT MODE") == 1
    assert len(said.splitlines()) <= 12


def test_one_whole_protected_call(demo):
    ran = demo.run("try", check=0)
    sections = [line for line in ran.stdout.splitlines() if line[:1].isdigit()]
    assert [line[0] for line in sections] == list("123456")
    model = [line for line in ran.stdout.splitlines() if line.startswith("email")]
    assert "minjun.kim@example.kr" in model[0]
    assert "<EMAIL_ADDRESS:" in model[0]
    assert ran.stdout.splitlines()[-1].startswith("verified")


def test_the_same_as_data(demo):
    steps = demo.json("try")
    raw = json.dumps(steps["raw"], ensure_ascii=False)
    protected = json.dumps(steps["protected"], ensure_ascii=False)
    for value in (
        "minjun.kim@example.kr",
        "010-1234-5678",
        "880214-2974120",
        "4111-1111-1111-1111",
    ):
        assert value in raw
        assert value not in protected
    assert steps["token"]["claims"]["aud"] == f"{demo.url}/mcp/customers"
    assert steps["token"]["answer"]["access_token"].endswith(".…")
    event = steps["event"]
    assert (event["event_type"], event["tool_name"]) == ("tool_access", "find_customer")
    assert event["token_id"] == steps["token"]["claims"]["jti"]
    assert event["contains_pii"] is True
    assert steps["verification"]["ok"] is True


def test_nobody_is_found(demo):
    assert "No customer is found" in demo.run("try", "--query", "nobody at all", check=0).stdout


def test_in_korean(demo):
    terminal = Terminal(demo.directory, LANG="ko_KR.UTF-8")
    assert "검증됨" in terminal.run("try", check=0).stdout


def test_colour_only_where_wanted(demo):
    assert "\x1b[" not in demo.run("try", check=0).stdout


def test_the_doctor_finds_all_well(demo):
    checks = {each["name"]: each["status"] for each in demo.json("doctor")["checks"]}
    assert checks.pop("mode") == "warning"
    assert set(checks.values()) == {"ok"}
    assert {"server", "issuer", "key set", "audit log", "upstream customers"} <= checks.keys()


def test_the_other_commands_see_it(demo):
    assert demo.json("server", "check")[0]["detail"] == "tools: 6"
    assert demo.json("client", "list")[0]["client_id"] == "mcp-client"
    assert demo.json("policy", "test")[0]["passed"] is True
    assert demo.json("audit", "verify")["ok"] is True


def test_the_running_server_takes_up_a_rotated_key(demo):
    demo.run("key", "rotate", check=0)
    time.sleep(1.5)
    header = demo.json("try")["token"]["header"]
    signing = [key["kid"] for key in demo.json("key", "list") if key["state"] == "signing"]
    assert [header["kid"]] == signing


def test_the_running_server_takes_up_a_rotated_data_key(demo):
    def email():
        return demo.json("try")["protected"]["result"]["structuredContent"]["customers"][0]["email"]

    before = email()
    rotated = demo.json("key", "rotate", "--data")
    assert rotated["kid"] not in before
    time.sleep(1.5)
    assert email().startswith(f"<EMAIL_ADDRESS:{rotated['kid']}.")
    # A model that still holds the older stand-in can go on using it.
    again = demo.json("try", "--query", before)["protected"]["result"]
    (found,) = again["structuredContent"]["customers"]
    assert found["customer_id"] == "C-1001"


def test_a_token_from_here_opens_the_server_until_it_is_revoked(demo):
    token = demo.run(
        "token", "issue", "mcp-client", "--scope", "mcp.access", check=0
    ).stdout.strip()
    path = Path(demo.directory, "token")
    path.write_text(token)

    def hello():
        request = urllib.request.Request(f"{demo.url}/hello")
        request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert hello() == 200
    demo.run("token", "revoke", path, check=0)
    assert hello() == 401


def test_following_the_log(demo):
    log = Path(demo.directory, "tail.log")
    follower = demo.start("audit", "tail", "-f", "-n", "0", "--json", log=log)
    try:
        deadline = time.monotonic() + PATIENCE
        while not log.read_text() and time.monotonic() < deadline:
            demo.run("try", check=0)
            time.sleep(0.2)
        events = [json.loads(line) for line in log.read_text().splitlines()]
    finally:
        follower.send_signal(signal.SIGINT)
        assert follower.wait(PATIENCE) == 130
    assert {"token_issued", "tool_call", "tool_access"} & {each["event_type"] for each in events}


def test_no_raw_value_is_in_the_log(demo):
    demo.run("try", check=0)
    text = demo.run("audit", "export", check=0).stdout
    text += Path(demo.directory, "sumun-data", "logs", "security_audit.log").read_text()
    for value in ("minjun.kim", "010-1234-5678", "880214-2974120", "4111"):
        assert value not in text


def test_a_second_one_says_that_the_port_is_taken(demo, tmp_path):
    port = demo.url.rpartition(":")[2]
    ran = Terminal(tmp_path).run("demo", "--port", port, check=3)
    assert ran.stderr.startswith(f"sumun: port {port} is in use")
    assert ran.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_it_ends_well_and_comes_back_with_its_data(tmp_path):
    port = free_port()
    terminal, log = Terminal(tmp_path), tmp_path / "log"
    for round_ in (1, 2):
        process = terminal.start("demo", "--port", port, log=log)
        wait_until_ready(f"http://localhost:{port}", process, log)
        sample = json.loads((tmp_path / "sumun-data" / "demo.json").read_text())["sample_url"]
        terminal.run("try", check=0)
        assert stop(process) == 0, log.read_text()
        assert "Traceback" not in log.read_text()
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(sample, timeout=1)
        calls = terminal.json("audit", "tail", "--type", "tool_access")
        assert len(calls) == round_
    assert "is the demonstration running?" in terminal.run("try", check=3).stderr


def test_a_kill_takes_the_sample_server_along(tmp_path):
    port = free_port()
    terminal, log = Terminal(tmp_path), tmp_path / "log"
    process = terminal.start("demo", "--port", port, log=log)
    wait_until_ready(f"http://localhost:{port}", process, log)
    sample = json.loads((tmp_path / "sumun-data" / "demo.json").read_text())["sample_url"]
    process.kill()
    process.wait(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(sample, timeout=1)
        except urllib.error.HTTPError:
            time.sleep(0.05)
        except urllib.error.URLError:
            break
    else:
        pytest.fail("the sample server outlived the demonstration")
    assert terminal.json("audit", "verify")["ok"] is True


class TestServing:
    """``sumun init`` and ``sumun serve`` as an operator uses them."""

    @pytest.fixture
    def port(self):
        return free_port()

    @pytest.fixture
    def operator(self, tmp_path, port):
        """A development installation, not running yet."""
        terminal = Terminal(tmp_path)
        issuer = f"http://localhost:{port}"
        terminal.run("init", "--mode", "development", "--issuer", issuer, check=0)
        return terminal

    def test_from_nothing_to_a_token(self, operator, port):
        client = operator.json("client", "add", "agent", "--scope", "mcp.access")
        url, log = f"http://localhost:{port}", Path(operator.directory, "log")
        process = operator.start("serve", "--dev", log=log)
        try:
            wait_until_ready(url, process, log)
            form = urllib.parse.urlencode(
                {
                    "grant_type": "client_credentials",
                    "client_id": "agent",
                    "client_secret": client["client_secret"],
                }
            ).encode()
            with urllib.request.urlopen(f"{url}/oauth2/token", form, timeout=5) as answer:
                token = json.load(answer)["access_token"]
            operator.run("client", "disable", "agent", check=0)
            time.sleep(1.2)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{url}/oauth2/token", form, timeout=5)
            refused.value.close()
            assert refused.value.code == 401
            assert operator.json("doctor")["ok"] is True
        finally:
            assert stop(process) == 0, log.read_text()
        assert token not in log.read_text()
        assert client["client_secret"] not in log.read_text()
        assert log.read_text().startswith("Sumun is ready.")

    def test_several_workers(self, operator, port):
        url, log = f"http://localhost:{port}", Path(operator.directory, "log")
        process = operator.start("serve", "--workers", "2", log=log)
        try:
            wait_until_ready(url, process, log)
        finally:
            assert stop(process) == 0, log.read_text()
        assert log.read_text().count("Sumun is ready.") == 1
        assert operator.json("audit", "verify")["ok"] is True

    def test_a_port_in_use(self, operator, port):
        with socket.create_server(("127.0.0.1", port)):
            ran = operator.run("serve", check=3)
        assert ran.stderr == f"sumun: port {port} is in use; choose another with --port\n"

    def test_an_address_of_another_machine(self, operator):
        ran = operator.run("serve", "--host", "203.0.113.1", check=3)
        assert "203.0.113.1" in ran.stderr

    def test_production_refuses_what_is_unsafe(self, tmp_path):
        ran = Terminal(tmp_path).run("serve", check=2)
        assert "plain http" in ran.stderr
        variables = {"SUMUN_ISSUER": "https://x.example", "JWT_SECRET_KEY": "changeme"}
        ran = Terminal(tmp_path, **variables).run("serve", check=2)
        assert "printed in public documents" in ran.stderr
        assert "changeme" not in ran.stderr

    @pytest.mark.parametrize(
        ("name", "content", "status", "said"),
        [
            ("policy.toml", b"version = 1\nwhat = 2\n", 2, "policy.toml:2"),
            ("sumun.db", b"no database at all" * 999, 3, "sumun.db"),
            ("keys/signing-keys.sealed", b"no key", 2, "signing-keys.sealed"),
            ("keys/root.key", b"another-secret-than-the-one-of-before\n", 2, "root secret"),
        ],
    )
    def test_what_is_damaged_is_named(self, operator, name, content, status, said):
        Path(operator.directory, "sumun-data", name).write_bytes(content)
        ran = operator.run("serve")
        assert (ran.returncode, ran.stdout) == (status, "")
        assert ran.stderr.startswith("sumun: ")
        assert said in ran.stderr
        assert len(ran.stderr.splitlines()) == 1


def test_a_reader_that_has_seen_enough(tmp_path):
    Terminal(tmp_path).run("init", "--mode", "development", check=0)
    finished = subprocess.run(
        f"{' '.join(SUMUN)} scan {__file__} --limit 100000 --json | head -c 1",
        shell=True,
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (finished.stdout, finished.stderr) == ("{", "")


def test_asking_for_the_version_takes_no_time():
    """At most 200 ms for ``--version`` and 250 ms for ``--help``; the best of five counts."""

    def best(*arguments):
        times = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run([*SUMUN, *arguments], capture_output=True, check=True)
            times.append(time.perf_counter() - began)
        return min(times)

    assert best("--version") < 0.200
    assert best("--help") < 0.250
