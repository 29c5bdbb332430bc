"""``sumun playground``."""

import click

from sumun.cli import grammar
from sumun.cli.grammar import current_output
from sumun.cli.language import tr


@grammar.command(
    name="playground",
    examples="""
    sumun playground                 prints the address
    sumun playground --open          and opens it
    sumun playground --port 9000
    """,
)
@grammar.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="The port to listen on. [default: one that is free]",
)
@grammar.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
def command(port: int | None, opens: bool) -> None:
    """Serve a page where text is pasted, and what is found in it and why is seen at once.

    Only this machine can reach it. No settings, no database and no data directory are needed;
    nothing that is pasted is stored or logged, and the keys it works with end with it.
    """
    from sumun.config import Config, ServerConfig
    from sumun.server.playground import APPLICATION, URL_PATH
    from sumun.server.serve import serve

    def announce(url: str) -> None:
        page = url + URL_PATH
        current_output().answer({"url": page}, _show)
        if opens:
            click.launch(page)

    server = ServerConfig(host="127.0.0.1", port=port or 0)
    serve(Config(mode="development", server=server), APPLICATION, ready=announce)


def _show(where: dict[str, str]) -> str:
    ready = click.style(tr("The playground is ready."), fg="green", bold=True)
    return f"{ready}\n{where['url']}\n{tr('Ctrl+C ends it.')}"
