"""A command loads what it needs and nothing else."""

import subprocess
import sys

import pytest

HEAVY = {
    "aiohttp", "apsw", "argon2", "asyncio", "cryptography", "fastapi", "http.client", "httpx2",
    "hyperscan", "joserfc", "mcp", "psycopg", "pydantic", "ssl", "starlette", "uvicorn",
}  # fmt: skip

SCRIPT = """
import sys
from sumun.cli.root import run
status = run(sys.argv[1:])
print(*sys.modules, sep="\\n", file=sys.stderr)
sys.exit(status)
"""


def loaded_by(*arguments):
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True
    )
    return set(finished.stderr.split())


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["client", "--help"], ["demo", "--help"]]
)
def test_asking_what_there_is_loads_nothing_heavy(arguments):
    assert loaded_by(*arguments) & HEAVY == set()


def test_the_version_loads_no_command():
    assert not {name for name in loaded_by("--version") if name.startswith("sumun.cli.commands")}


def test_a_scan_loads_neither_server_nor_database(tmp_path):
    (tmp_path / "text").write_text("a@b.example")
    loaded = loaded_by("scan", "--fail-on", "never", str(tmp_path / "text"))
    assert loaded & {"starlette", "uvicorn", "apsw", "mcp", "aiohttp", "pydantic"} == set()
