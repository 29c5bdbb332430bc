"""``sumun``: the commands, and how an error leaves."""

import os
import sys
from collections.abc import Sequence

import click

from sumun import __version__
from sumun.cli import language
from sumun.cli.failures import FAILED, OK, USAGE, explain
from sumun.cli.grammar import LazyGroup
from sumun.cli.language import tr
from sumun.cli.settings import Settings

COMMANDS = {
    "demo": "Start a demonstration: server, sample MCP server, demo client.",
    "try": "Send one protected call through the running demonstration and show each step.",
    "init": "Write the settings file, the data directory and the keys.",
    "serve": "Start the server.",
    "doctor": "Check the installation and say what to do about each fault.",
    "client": "Add, list, show, disable and remove OAuth clients.",
    "user": "Add, list and disable people who sign in.",
    "key": "List and rotate signing keys.",
    "erase": "Erase what stand-ins mean, and prove it in the log.",
    "token": "Issue, inspect and revoke access tokens.",
    "trace": "Show why an authorization attempt failed, and what to do next.",
    "server": "Put MCP servers behind the gateway, take them away, check and approve them.",
    "policy": "Check, explain and test the data-protection policy.",
    "approvals": "List, approve and deny calls that wait for a person.",
    "audit": "Verify, follow, export and prove the audit log.",
    "scan": "Find personal data and secrets in files or text.",
    "mask": "Write a text again with the personal data and secrets in it masked.",
    "restore": "Write a text again with its tokens and ciphertext turned back into values.",
    "playground": "Serve a page that shows what is found in a text, and why.",
    "wrap": "Stand in front of a local MCP server over standard input and output.",
    "connect": "Print or write what Claude, VS Code, Cursor and others need to reach a server.",
    "version": "Show the versions of Sumun and what it stands on.",
}

_INTERRUPTED = 130


def _show_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"sumun {__version__}")
        context.exit()


@click.command(
    cls=LazyGroup,
    package="sumun.cli.commands",
    lazy=COMMANDS,
    examples="""
    sumun demo                    in one terminal
    sumun try                     in another
    sumun scan customers.csv      no server needed
    """,
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Show the version.",
)  # fmt: skip
def root() -> None:
    """Stand between AI agents and the tools that hold people's data.

    Sumun is an authorization server and data-protection gateway for the Model Context Protocol:
    it decides who may call which tool, protects personal data in every argument and result, and
    proves afterwards what happened.

    Exit status: 0 done; 1 a check said no; 2 wrong usage or configuration; 3 something needed
    cannot be reached; 70 a fault in Sumun.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status; an error is a line, not a traceback."""
    settings = Settings()
    language.choose(language.from_environment(os.environ))
    try:
        status = root.main(arguments, prog_name="sumun", standalone_mode=False, obj=settings)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except (click.Abort, KeyboardInterrupt, EOFError):
        click.echo(f"sumun: {tr('interrupted')}", err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has seen enough; Python must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if settings.debug:
            raise
        message, status = explain(error)
        for line in message.splitlines() or [type(error).__name__]:
            click.echo(f"sumun: {line}", err=True)
        return status
    return status if isinstance(status, int) else OK
