"""``sumun serve``."""

from typing import TYPE_CHECKING, Any

import click

from sumun.cli import grammar
from sumun.cli.failures import Failure
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr
from sumun.cli.output import fields

if TYPE_CHECKING:
    from sumun.config import Config

_LABELS = {"issuer": "issuer", "listening": "listening", "mode": "mode", "data": "data"}


@grammar.command(
    name="serve",
    examples="""
    sumun serve                              production, as sumun.toml says
    sumun serve --host 0.0.0.0 --workers 4
    sumun serve --dev                        plain http on this machine
    sumun serve --dev --auto-approve minjun  no pages: for test suites
    """,
)
@grammar.option("--host", help="The address to listen on. [default: 127.0.0.1]")
@grammar.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="The port to listen on. [default: 8081]",
)
@grammar.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes. [default: 1]"
)
@grammar.option("--dev", is_flag=True, help="Development mode: plain http is allowed.")
@grammar.option(
    "--auto-approve",
    metavar="USER",
    help="Grant every request at once in the name of USER. Development only.",
)
def command(
    host: str | None, port: int | None, workers: int | None, dev: bool, auto_approve: str | None
) -> None:
    """Start the server: authorization server and gateway in one.

    Production mode is the default and refuses what is unsafe: a plain-http issuer, well-known
    secrets, debug settings. SIGTERM drains: what is under way is finished. `sumun init` writes
    the settings file; `sumun doctor` checks it.
    """
    given: dict[str, Any] = {
        "server.host": host,
        "server.port": port,
        "server.workers": workers,
        "oauth.auto_approve": auto_approve,
    }
    overrides = {name: value for name, value in given.items() if value is not None}
    settings = current_settings()
    config = settings.load_local(overrides) if dev else settings.load_with(overrides)
    _refuse_demonstration(config)

    from sumun.server.serve import serve

    quieten_demo_client()
    serve(config, ready=lambda url: announce(config, url))


def announce(config: "Config", url: str) -> None:
    """Say where the server is, once it answers."""
    where = {
        "issuer": config.issuer,
        "listening": url,
        "mode": config.mode,
        "data": str(config.data_path),
    }
    output = current_output()
    output.answer(where, _show)
    if config.mode == "development":
        output.aside(development_warning())


def development_warning() -> str:
    """Return the warning that nobody should miss."""
    return click.style(
        tr("DEVELOPMENT MODE: no secret here is a secret; never expose this server."),
        fg="yellow",
        bold=True,
    )


def quieten_demo_client() -> None:
    """Leave the warning to :func:`development_warning`: said twice, it is read less."""
    import logging

    from sumun.oauth.demo_client import WARNINGS

    logging.getLogger(WARNINGS).setLevel(logging.ERROR)


def _show(where: dict[str, str]) -> str:
    return f"{click.style(tr('Sumun is ready.'), fg='green', bold=True)}\n{fields(where, _LABELS)}"


def _refuse_demonstration(config: "Config") -> None:
    from sumun.cli import demonstration

    if config.mode == "production" and demonstration.read(config.data_path) is not None:
        raise Failure(
            tr(
                "{path}: was made by sumun demo and holds a client whose secret everybody knows; "
                "use another with --data-dir"
            ).format(path=config.data_path)
        )
