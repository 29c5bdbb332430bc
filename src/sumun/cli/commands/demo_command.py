"""``sumun demo``."""

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import demonstration, grammar, rooms
from sumun.cli.commands.serve_command import development_warning, quieten_demo_client
from sumun.cli.demonstration import (
    CLIENT_ID,
    CLIENT_SECRET,
    PERSON,
    PERSON_PASSWORD,
    SERVER,
    Demonstration,
)
from sumun.cli.failures import UNAVAILABLE, Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields

if TYPE_CHECKING:
    from sumun.config import Config
    from sumun.guard import Rooms
    from sumun.storage import Transaction

_STOP_TIMEOUT = 3.0
_LABELS = {
    "issuer": "server",
    "mcp": "MCP server behind the gateway",
    "own_tools": "Sumun's own MCP tools",
    "client": "client / secret",
    "person": "person / password",
    "data": "data",
}

POLICY = """\
# What becomes of personal data on its way between agents and tools. Change it, restart the
# demonstration, and look again with `sumun try`.

version = 1

[defaults]                 # where no rule applies
arguments = "tokenize"
results = "tokenize"       # a stand-in the model can carry around

# Rules are tried in order; the first that applies decides.

[[rule]]
name = "secrets are never passed on"
category = "credential"
action = "redact"

[[rule]]
name = "identity numbers and accounts keep only their shape"
category = ["government_id", "financial"]
action = "mask"

[[rule]]
name = "an organisation is nobody"
entity = "ORGANIZATION"
action = "allow"

# The sample server is trusted with what agents only hold stand-ins for: whoever asks it for a
# customer by a stand-in finds the customer.
[[restore]]
name = "the customer system knows its customers"
server = "customers"
tool = "find_customer"
category = ["person", "contact"]

[[test]]                   # run by `sumun policy test`
name = "models see stand-ins for e-mail addresses"
server = "customers"
tool = "find_customer"
direction = "results"
entity = "EMAIL_ADDRESS"
scope = "mcp:customers"
expect = "tokenize"
"""


@grammar.command(
    name="demo",
    examples="""
    sumun demo
    sumun demo --port 9090 --data-dir /tmp/sumun-demo
    sumun demo --auto-approve                no pages: for test suites
    """,
)
@grammar.option(
    "--port", type=click.IntRange(1, 65535), metavar="PORT", help="The port. [default: 8081]"
)
@grammar.option(
    "--auto-approve", is_flag=True, help="Grant every request at once, without asking the person."
)
def command(port: int | None, auto_approve: bool) -> None:
    """Start a demonstration: everything on this machine, nothing to set up.

    The server runs in development mode with a client everybody knows. Behind its gateway stands
    a sample MCP server full of invented Korean and English customers, which knows nothing of
    Sumun. Try it from a second terminal with `sumun try`. Ctrl-C ends it; the data stays in
    ./sumun-data.
    """
    config = _configure(port, auto_approve)
    _refuse_other_data(config)
    with _sample_server() as sample:
        # The sample server starts while we load ours.
        importlib.import_module("sumun.server.app")
        from sumun.server.serve import bind, serve

        for listener in bind(config.server):
            # Nothing is written for a server that could not listen.
            listener.close()

        made = Demonstration(issuer=config.issuer, sample_url=sample.url())
        rooms.run(_furnish(config, made))
        quieten_demo_client()
        serve(config, ready=lambda _: _announce(config))


def _configure(port: int | None, auto_approve: bool) -> "Config":
    settings = current_settings()
    overrides: dict[str, Any] = {"oauth.demo_client": True}
    if port is not None:
        overrides["server.port"] = port
    if auto_approve:
        overrides["oauth.auto_approve"] = PERSON
    config = settings.load_local(overrides)
    if config.storage.url:
        raise Failure(
            tr("storage.url: a demonstration keeps its own SQLite database; unset it for this")
        )
    return config


def _refuse_other_data(config: "Config") -> None:
    """Keep the client everybody knows out of an installation that is in earnest."""
    used = any((config.data_path / name).exists() for name in ("sumun.db", "keys"))
    if used and demonstration.read(config.data_path) is None:
        raise Failure(
            tr(
                "{path}: belongs to an installation that is no demonstration; "
                "name another directory with --data-dir"
            ).format(path=config.data_path)
        )


class _Sample:
    """The sample server as a child process that ends when we do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sumun.sample", "--stateless", "--exit-with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for us: calls under way are finished before the server behind goes.
            start_new_session=True,
        )

    def url(self) -> str:
        """Wait until it is ready, and return where it is."""
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise Failure(
                tr("the sample server did not start; its line above says why"), UNAVAILABLE
            )
        return str(json.loads(line)["url"])

    def stop(self) -> None:
        """Tell it to stop, and see that it does."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@contextmanager
def _sample_server() -> Iterator[_Sample]:
    sample = _Sample()
    try:
        yield sample
    finally:
        sample.stop()


async def _furnish(config: "Config", made: Demonstration) -> None:
    """Put the sample server behind the gateway, under the address it has this time."""
    from sumun.config import UpstreamConfig
    from sumun.gateway.registry import add_server, remove_server
    from sumun.keys.files import write_private

    definition = UpstreamConfig(url=made.sample_url)

    def replace(tx: "Transaction") -> None:
        remove_server(tx, SERVER)
        add_server(tx, SERVER, definition, int(time.time()))

    config.data_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    demonstration.write(config.data_path, made)
    if not config.policy_path.exists():
        # For this user only, whatever the umask: who writes it decides what agents see.
        write_private(config.policy_path, POLICY.encode())
    async with rooms.opened_rooms(config) as opened:
        event = rooms.change("server_added", "added", server=SERVER)
        await opened.audit.write([event], replace)
        await _welcome_person(opened)


async def _welcome_person(opened: "Rooms") -> None:
    """Register the person who can sign in here, unless they are known from an earlier time."""
    from sumun.oauth.users import Passwords, User, add_user, find_user, new_user_id

    if await opened.database.read(find_user, PERSON) is not None:
        return
    passwords = Passwords(threads=1)
    user = User(
        user_id=new_user_id(),
        username=PERSON,
        password_hash=await passwords.hash(PERSON_PASSWORD),
        created_at=int(time.time()),
    )
    passwords.close()
    event = rooms.change("user_created", "created", user_id=user.user_id)
    await opened.audit.write([event], add_user, user)


def _announce(config: "Config") -> None:
    base = config.issuer.rstrip("/")
    where = {
        "issuer": config.issuer,
        "mcp": f"{base}/mcp/{SERVER}",
        "own_tools": f"{base}/mcp",
        "client": f"{CLIENT_ID} / {CLIENT_SECRET}",
        "person": f"{PERSON} / {PERSON_PASSWORD}",
        "data": str(config.data_path),
        "mode": config.mode,
    }
    output = current_output()
    output.answer(where, _show)
    if output.as_json:
        output.aside(development_warning())


def _show(where: dict[str, str]) -> str:
    ready = click.style(tr("Sumun's demonstration is ready."), fg="green", bold=True)
    next_step = click.style("sumun try", bold=True)
    then = tr("Now, in a second terminal here: {command}").format(command=next_step)
    return f"{ready}\n{fields(where, _LABELS)}\n{development_warning()}\n{then}"
