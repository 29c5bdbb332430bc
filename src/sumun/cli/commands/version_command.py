"""``sumun version``."""

import platform
from importlib import metadata

from sumun import __version__
from sumun.cli import grammar
from sumun.cli.grammar import current_output
from sumun.cli.output import fields

_LIBRARIES = (
    "aiohttp",
    "apsw",
    "argon2-cffi",
    "click",
    "cryptography",
    "hyperscan",
    "joserfc",
    "mcp",
    "msgspec",
    "psycopg",
    "starlette",
    "uvicorn",
)


@grammar.command(
    name="version",
    examples="""
    sumun version
    sumun version --json
    """,
)
def command() -> None:
    """Show the versions of Sumun and what it stands on.

    Put this into a report of a fault. `sumun --version` answers with the version alone.
    """
    current_output().answer(versions(), _show)


def versions() -> dict[str, object]:
    """Return the version of everything that matters; libraries that are not here are left out."""
    import apsw
    from cryptography.hazmat.backends.openssl import backend

    return {
        "sumun": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "sqlite": apsw.sqlite_lib_version(),
        "openssl": backend.openssl_version_text(),
        "libraries": {name: version for name in _LIBRARIES if (version := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _show(found: dict[str, object]) -> str:
    libraries = found["libraries"]
    flat = found | (libraries if isinstance(libraries, dict) else {})
    return fields(flat, [name for name in flat if name != "libraries"])
