"""The demo does what its document says: every block of it is run as written.

The demo's server has one port, 8081, for itself: no other test uses it.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import jwt
import pytest
import yaml
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "examples" / "oauth2-demo"
DOCUMENT = (SOURCE / "README.md").read_text(encoding="utf-8")
URL = "http://localhost:8081"
HELLO = "MCP OAuth2 데모에서 안녕하세요!"
TIMEOUT = 60.0
REPLACED = {"python-jose": "joserfc", "httpx": "httpx2"}
"""What the document installs and we do with something else, under a name of its own."""
KEPT = ("keys", "logs", "data")

JQ = """\
#!{python}
import json, sys
*_, path = sys.argv[1:]
value = json.load(sys.stdin)
for name in path.strip(".").split("."):
    value = value[name]
print(value)
"""


class Block(NamedTuple):
    heading: str
    language: str
    code: str


def read_blocks(text: str) -> list[Block]:
    """Return the fenced blocks, those within lists too, with the heading they stand under."""
    blocks, heading = [], ""
    lines = iter(text.splitlines())
    for line in lines:
        fence = re.fullmatch(r"(\s*)```(\w*)", line)
        if fence:
            code = []
            while (line := next(lines)).strip() != "```":
                code.append(line)
            blocks.append(Block(heading, fence[2], textwrap.dedent("\n".join(code))))
        elif line.startswith("#"):
            heading = line.lstrip("#").strip()
    return blocks


BLOCKS = read_blocks(DOCUMENT)


def section(heading: str) -> str:
    """Return what stands under a heading, up to the next."""
    _, _, rest = DOCUMENT.partition(f"# {heading}\n")
    assert rest, heading
    return re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]


@dataclass
class Demo:
    """A copy of the demo in a place of its own, and what its server said."""

    place: Path
    environ: dict[str, str]
    served_by: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.place / "oauth2-demo"

    def shell(self, code: str, *, inside: bool = False, timeout: float = TIMEOUT) -> str:
        """Run a script in the demo's parent directory, or inside; return what it printed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            cwd=self.home if inside else self.place,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, (
            f"{code}\nexit status {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def python(self, code: str) -> str:
        """Run Python inside the demo."""
        script = self.place / "snippet.py"
        script.write_text(code, encoding="utf-8")
        return self.shell(f"{sys.executable} - <{script}", inside=True)

    def token(self, resource: str = "") -> str:
        form = dict(credentials(), **({"resource": resource} if resource else {}))
        answer = httpx2.post(f"{URL}/oauth2/token", data=form, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    @contextlib.contextmanager
    def running(self, command: str, url: str = URL, **settings: str) -> Iterator[None]:
        """Run a server until the block ends, and see it end well."""
        log = self.place / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.home,
                env=self.environ | settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_ready(url, server, log)
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(TIMEOUT)
        assert status in {0, -signal.SIGTERM}, log.read_text(encoding="utf-8")


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text(encoding='utf-8')}")
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"the server is not ready: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def port_8081() -> Iterator[None]:
    """Have the port to ourselves, also among workers that know nothing of groups."""
    with (Path(tempfile.gettempdir()) / f"sumun-port-8081.{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        deadline = time.monotonic() + TIMEOUT
        while _is_taken(8081):
            if time.monotonic() > deadline:
                pytest.fail("something else listens on port 8081; stop it, and run this again")
            time.sleep(0.2)
        yield


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def demo(port_8081: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, its server started as the document says, with the secret the document sets."""
    place = tmp_path_factory.mktemp("seed")
    shutil.copytree(
        SOURCE,
        place / "oauth2-demo",
        ignore=lambda folder, names: [
            name
            for name in names
            if name == "__pycache__" or (Path(folder).name in KEPT and name != "README.md")
        ],
    )
    tools = place / "bin"
    tools.mkdir()
    if shutil.which("jq") is None:
        (tools / "jq").write_text(JQ.format(python=sys.executable), encoding="utf-8")
        (tools / "jq").chmod(0o755)
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SUMUN_")}
    path = [str(Path(sys.executable).parent), str(tools), os.environ.get("PATH", os.defpath)]
    environ |= {"PATH": os.pathsep.join(path), "HOME": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    name, _, value = commands(block("Environment Variables").code)[0].partition("=")
    found = Demo(place, environ | {name: value})
    change_directory, by_script, by_uvicorn = commands(block("2. Run Server").code)
    assert change_directory == "cd oauth2-demo"
    for command in (by_uvicorn, by_script):
        with found.running(command):
            found.served_by[command] = httpx2.get(f"{URL}/hello", trust_env=False).text
            if command == by_script:
                yield found


def block(heading: str) -> Block:
    (found,) = [each for each in BLOCKS if each.heading == heading]
    return found


def commands(code: str) -> list[str]:
    """Return the commands of a block, without comments, continued lines joined."""
    joined = code.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def credentials() -> dict[str, str]:
    pairs = re.findall(
        r"^- \*\*(.+?)\*\*: `(.+?)`$", section("OAuth2 Client Credentials"), re.MULTILINE
    )
    return {name.lower().replace(" ", "_"): value for name, value in pairs}


# -- every block -----------------------------------------------------------------------------------


def check_structure(demo: Demo, code: str) -> None:
    stack: list[str] = []
    for line in code.splitlines()[1:]:
        drawing, name = re.match(r"([│├└─ ]+)(\S+)", line).groups()
        depth = len(drawing) // 4 - 1
        stack[depth:] = [name]
        path = demo.home.joinpath(*stack)
        assert path.is_dir() if name.endswith("/") else path.is_file(), path


def check_install(_demo: Demo, code: str) -> None:
    lines = commands(code)
    assert [line.split(" install ")[0] for line in lines] == ["uv pip", "pip"]
    for line in lines:
        for requirement in line.split(" install ")[1].split():
            name = requirement.partition("[")[0]
            assert importlib.metadata.version(REPLACED.get(name, name))


def check_run(demo: Demo, code: str) -> None:
    assert list(demo.served_by) == commands(code)[:0:-1]
    assert all("error_description" in answer for answer in demo.served_by.values())


def check_get_token(demo: Demo, code: str) -> None:
    answer = json.loads(demo.shell(code))
    assert answer["token_type"] == "Bearer"
    assert answer["scope"] == "mcp.access"
    assert answer["expires_in"] > 0


def check_call_protected(demo: Demo, code: str) -> None:
    assert HELLO in demo.shell(code.replace("<YOUR_ACCESS_TOKEN>", demo.token()))


def check_status(demo: Demo, code: str) -> None:
    discovery, protected = commands(code)
    assert f'"issuer":"{URL}"' in demo.shell(discovery)
    said = demo.shell(f"{protected} 2>&1")
    assert re.search(r"^< HTTP/1.1 401 Unauthorized", said, re.MULTILINE)
    assert re.search(
        r"^< www-authenticate: Bearer .*resource_metadata=", said, re.MULTILINE | re.IGNORECASE
    )


def check_acquire_and_call(demo: Demo, code: str) -> None:
    assert HELLO in DOCUMENT
    assert json.loads(demo.shell(code)) == {"message": HELLO}


def check_automated_tests(demo: Demo, code: str) -> None:
    scripts = commands(code)
    assert len(scripts) == 3
    for script in scripts:
        said = demo.shell(script, inside=True)
        assert "모두 통과 all passed" in said
        assert "시작했습니다" not in said, "the running server was not asked"


def check_environment(demo: Demo, code: str) -> None:
    (assignment,) = commands(code)
    assert demo.environ["JWT_SECRET_KEY"] == assignment.partition("=")[2]
    assert not list((demo.home / "keys").glob("root*")), "a secret was made beside the given one"


def check_detection(demo: Demo, code: str) -> None:
    detected, masked = demo.python(code).splitlines()
    assert "john@example.com" in detected
    assert "010-1234-5678" in detected
    assert masked.startswith("Masked text: Customer info: ")
    assert not re.search(r"john@|1234", masked)


def check_encryption(demo: Demo, code: str) -> None:
    encrypted, decrypted = demo.python(f"{code}\nprint(encrypted)\nprint(decrypted)").splitlines()
    assert decrypted == "Customer email: customer@company.com"
    assert encrypted.startswith("gAAAAA"), "a Fernet token"


def check_decorator(demo: Demo, code: str) -> None:
    calls = """
import asyncio
print(asyncio.run(process_customer_data("a@b.example", client_id="mcp-client", user_id="user9")))
"""
    said = demo.python(code + calls)
    assert "'status': 'processed'" in said
    assert "a@b.example" not in said
    assert "enc:v1:" in said
    event = _wait_for(demo, tool_name="process_customer_data", user_id="user9")
    assert event["action_taken"] == "executed_with_encryption"


def check_audit_sample(demo: Demo, code: str) -> None:
    sample = json.loads(code)
    demo.python(
        "from security.security_common import secure_tool\n"
        "@secure_tool(requires_encryption=True)\n"
        "def store_sensitive_data(data, user_id, client_id): return data\n"
        "store_sensitive_data('010-1234-5678', 'user123', 'mcp-client')\n"
    )
    event = _wait_for(demo, tool_name="store_sensitive_data", event_type="tool_access")
    differing = {name for name, value in sample.items() if event[name] != value}
    assert differing == {"timestamp"}
    assert event["timestamp"][: len("2025-01-06T12:34:56")].count(":") == 2


def check_troubleshooting(demo: Demo, code: str) -> None:
    curl, docker = commands(code)
    assert json.loads(demo.shell(curl))["issuer"] == URL
    assert re.search(docker.rpartition("grep ")[2], container_name())


def check_logs(demo: Demo, code: str) -> None:
    tail, docker = commands(code)
    said = demo.shell(f"timeout 2 {tail} || [ $? = 124 ]")
    assert all(json.loads(line)["event_type"] for line in said.splitlines())
    assert said.count("\n") == 10, "tail prints the last ten lines"
    assert docker == f"docker logs {container_name()}"


def container_name() -> str:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return compose["services"]["sumun"]["container_name"]


CHECKS: dict[str, Callable[[Demo, str], None]] = {
    "📁 Project Structure": check_structure,
    "1. Install Dependencies": check_install,
    "2. Run Server": check_run,
    "Get Token": check_get_token,
    "Call Protected Endpoint": check_call_protected,
    "1. Verify Server Status": check_status,
    "2. Token Acquisition & Validation": check_acquire_and_call,
    "Automated Tests": check_automated_tests,
    "Environment Variables": check_environment,
    "PII Detection & Masking": check_detection,
    "Data Encryption": check_encryption,
    "Security Tool Decorator": check_decorator,
    "📊 Security Audit Logging": check_audit_sample,
    "Common Issues": check_troubleshooting,
    "Log Checking": check_logs,
}


def _wait_for(demo: Demo, **sought: str) -> dict[str, Any]:
    """Return the newest such event of the log file; the server writes it within a second or so."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for event in reversed(log_events(demo)):
            if sought.items() <= event.items():
                return event
        time.sleep(0.1)
    pytest.fail(f"no event like {sought}")


def log_events(demo: Demo) -> list[dict[str, Any]]:
    log = (demo.home / "logs" / "security_audit.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in log.splitlines()]


def test_the_document_is_the_seed_and_nothing_else():
    digest = hashlib.sha256(DOCUMENT.encode()).hexdigest()
    assert digest == "73644d8278d601abce9d9d9c1dce0350c6160d3f08c28e9c2abaf4c012daff0c"


@pytest.mark.parametrize("written", BLOCKS, ids=[each.heading for each in BLOCKS])
def test_block(written: Block, demo: Demo):
    CHECKS[written.heading](demo, written.code)


# -- what the document says in words ---------------------------------------------------------------


def test_endpoints(demo: Demo):
    rows = re.findall(r"^\| `(.+?)` \| (\w+) \|(.*)\|$", DOCUMENT, re.MULTILINE)
    assert len(rows) == 5
    for path, method, rest in rows:
        if method == "POST":
            assert httpx2.post(URL + path, data=credentials(), trust_env=False).status_code == 200
        elif "✅" in rest:
            assert httpx2.get(URL + path, trust_env=False).status_code == 401
            bearer = {"Authorization": f"Bearer {demo.token()}"}
            assert httpx2.get(URL + path, headers=bearer, trust_env=False).status_code == 200
        else:
            assert httpx2.get(URL + path, trust_env=False).status_code == 200


async def test_tools_over_http(demo: Demo):
    documented = re.findall(r"^- \*\*`(\w+)`\*\*", DOCUMENT, re.MULTILINE)
    resource = f"{URL}/mcp"
    headers = {"Authorization": f"Bearer {demo.token(resource)}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=30) as http,
        Client(streamable_http_client(resource, http_client=http)) as client,
    ):
        names = [tool.name for tool in (await client.list_tools()).tools]
        setup = await client.call_tool("validate_oauth2_setup", {})
    assert names == [*documented, "reveal"]  # the document's, in its order, and ours
    assert setup.structured_content["ok"], setup.structured_content


@pytest.mark.parametrize(
    ("accept", "message"),
    [
        ("en-GB,en;q=0.9", "Hello from the MCP OAuth2 demo!"),
        ("ko", HELLO),
        ("fr", HELLO),
    ],
)
def test_hello_speaks_two_languages(accept: str, message: str, demo: Demo):
    headers = {"Authorization": f"Bearer {demo.token()}", "Accept-Language": accept}
    assert httpx2.get(f"{URL}/hello", headers=headers, trust_env=False).json()["message"] == message


def test_published_keys_are_public(demo: Demo):
    keys = httpx2.get(f"{URL}/.well-known/jwks.json", trust_env=False).json()["keys"]
    assert keys
    assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}.intersection(*keys)


@pytest.mark.parametrize("policy", re.findall(r'^- \*\*`"(\w+)"`\*\*', DOCUMENT, re.MULTILINE))
def test_policy_options(policy: str, demo: Demo):
    said = demo.python(
        "from security.security_common import CallRefused, secure_tool\n"
        f"@secure_tool(pii_policy={policy!r})\n"
        "def see(text):\n"
        "    return text\n"
        "try:\n"
        "    print(see('mail a@b.example'))\n"
        "except CallRefused as refused:\n"
        "    print('refused:', refused)\n"
    )
    expected = {"encrypt": "mail enc:v1:", "mask": r"mail \S*\*", "reject": "refused: .*EMAIL"}
    assert re.match(expected[policy], said)
    assert "a@b" not in said


def test_no_raw_value_in_the_log(demo: Demo):
    demo.python(
        "from security.security_common import secure_tool\n"
        "@secure_tool()\n"
        "def see(text): return text\n"
        "see('raw.value@example.com')\n"
    )
    _wait_for(demo, tool_name="see", event_type="tool_access")
    log = (demo.home / "logs" / "security_audit.log").read_text(encoding="utf-8")
    assert "raw.value" not in log
    assert "secret" not in log


# -- other servers than the one on 8081 ------------------------------------------------------------


def test_a_front_that_validates_by_discovery_and_audience_accepts_tokens(demo: Demo):
    port = free_port()
    url = f"http://localhost:{port}"
    settings = {
        "SUMUN_ISSUER": url,
        "SUMUN_SERVER__PORT": str(port),
        "SUMUN_OAUTH__AUDIENCE": "mcp-client",
        "SUMUN_DATA_DIR": str(demo.place / "front"),
        "SUMUN_KEYS__DIRECTORY": str(demo.place / "front" / "keys"),
        "SUMUN_AUDIT__LOG_FILE": str(demo.place / "front" / "audit.log"),
    }
    with demo.running("python core/mcp_oauth2_server.py", url, **settings):
        answer = httpx2.post(f"{url}/oauth2/token", data=credentials(), trust_env=False)
        token = answer.json()["access_token"]
        found = httpx2.get(f"{url}/.well-known/openid-configuration", trust_env=False).json()
        keys = httpx2.get(found["jwks_uri"], trust_env=False).json()["keys"]
        key = next(key for key in keys if key["kid"] == jwt.get_unverified_header(token)["kid"])
        claims = jwt.decode(
            token,
            jwt.PyJWK(key),
            algorithms=found["id_token_signing_alg_values_supported"],
            audience="mcp-client",
            issuer=found["issuer"],
        )
        assert claims["scope"] == "mcp.access"
        bearer = {"Authorization": f"Bearer {token}"}
        assert httpx2.get(f"{url}/hello", headers=bearer, trust_env=False).status_code == 200


def test_production_refuses_the_documented_secret_in_one_line(demo: Demo):
    settings = {"SUMUN_ISSUER": "https://sumun.example", "SUMUN_DATA_DIR": str(demo.place / "no")}
    for command, more in [
        ("python core/mcp_oauth2_server.py", {"SUMUN_OAUTH__DEMO_CLIENT": "false"}),
        ("sumun serve", {}),
    ]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=demo.home if "core" in command else demo.place,
            env=demo.environ | settings | more | {"SUMUN_MODE": "production"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode != 0
        (line,) = (done.stdout + done.stderr).splitlines()
        assert "keys.root_secret" in line
        assert "mcp-oauth2-demo-secret-key-2025" not in line
