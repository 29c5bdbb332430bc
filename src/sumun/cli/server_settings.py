"""What the command line says of a server behind the gateway, as its settings."""

import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sumun.cli.failures import Failure
from sumun.cli.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sumun.config import UpstreamConfig


class Given(NamedTuple):
    """The options of ``sumun server add``."""

    target: "Sequence[str]"
    authorization: str
    transport: str | None
    timeout: float | None
    env: "Sequence[str]"
    env_files: "Sequence[str]"
    cwd: Path | None
    per_principal: bool
    pin: str | None = None


def definition_of(given: Given) -> "UpstreamConfig":
    """Return the settings of a server: of a URL, or of a command.

    Raises
    ------
    Failure
        If there is no such command, or a variable has no value.

    """
    from sumun.config import UpstreamConfig

    settings: dict[str, Any] = {"authorization": given.authorization}
    if given.timeout is not None:
        settings["timeout"] = given.timeout
    if given.pin is not None:
        settings["pin"] = given.pin
    settings |= {"per_principal": given.per_principal, "env": _variables(given.env)}
    files = _variables(given.env_files)
    settings["env_files"] = {name: str(Path(path).absolute()) for name, path in files.items()}
    if given.cwd is not None:
        settings["cwd"] = str(given.cwd.absolute())
    if len(given.target) == 1 and "://" in given.target[0]:
        settings |= {"url": given.target[0], "transport": given.transport or "http"}
    else:
        settings |= {"command": _command(given.target), "transport": "stdio"}
    return UpstreamConfig(**settings)


def where(definition: "UpstreamConfig") -> str:
    """Return where a server is, for people: its URL, or its command as a shell would have it."""
    return definition.url or shlex.join(definition.command)


def _command(words: "Sequence[str]") -> list[str]:
    program, *arguments = words
    found = shutil.which(program)
    if found is None:
        raise Failure(
            tr(
                "{program}: there is no such command here; a server elsewhere is named by its URL, "
                "http://… or https://…"
            ).format(program=program)
        )
    return [str(Path(found).absolute()), *arguments]


def _variables(pairs: "Sequence[str]") -> dict[str, str]:
    variables: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise Failure(tr("{name}: write it as NAME=VALUE").format(name=name or "="))
        variables[name] = value
    return variables
