"""How a server behind the gateway is reached: what the settings may not be."""

import re
from collections.abc import Iterator

from sumun.config.model import UpstreamConfig

_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?(?:\?[^\s#]*)?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OF_COMMANDS = ("command", "env", "env_files", "cwd", "per_principal")
_OF_URLS = (
    "url",
    "authorization",
    "authorization_file",
    "credential",
    "tls_certificate",
    "tls_key",
    "tls_authorities",
)
_NONE = UpstreamConfig()


def reaching_problems(server: UpstreamConfig) -> Iterator[str]:
    """Yield why no call could be sent to a server, each beginning with the setting's name."""
    local = server.transport == "stdio"
    for name in _OF_URLS if local else _OF_COMMANDS:
        if getattr(server, name) != getattr(_NONE, name):
            others = "http or sse" if local else "stdio"
            yield f"{name}: is for transport {others}, and this server's is {server.transport}"
    if local:
        yield from _command_problems(server)
    elif not server.url:
        yield "url: is missing"
    elif not _URL.fullmatch(server.url):
        yield "url: is not an http(s) URL without user or fragment"


def _command_problems(server: UpstreamConfig) -> Iterator[str]:
    if not server.command or not server.command[0]:
        yield 'command: is missing; a program and its arguments, such as ["python", "server.py"]'
    if any("\0" in word for word in (*server.command, server.cwd, *server.env.values())):
        yield "command, cwd, env: hold a NUL character, which no program can be given"
    for setting, names in (("env", server.env), ("env_files", server.env_files)):
        for name in names:
            if not _VARIABLE.fullmatch(name):
                yield f"{setting}: {name!r} is no name of a variable"
    for name in server.env.keys() & server.env_files.keys():
        yield f"env_files: {name} stands in env as well; leave one of them out"
