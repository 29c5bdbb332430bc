"""The settings of other applications: JSON or TOML, and everything else in them stays."""

import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sumun.cli.failures import Failure
from sumun.cli.language import tr

_PRIVATE = 0o600


def is_toml(path: str) -> bool:
    """Whether a file of this name holds TOML."""
    return path.endswith(".toml")


def block(path: str, member: str, name: str, entry: Mapping[str, Any]) -> str:
    """Return settings of nothing but ``entry``, as a file of that name holds them."""
    if is_toml(path):
        return _toml(f"{member}.{_toml_key(name)}", entry)
    return json.dumps({member: {name: entry}}, ensure_ascii=False, indent=2)


def put(path: Path, member: str, name: str, entry: Mapping[str, Any], *, replace: bool) -> bool:
    """Write an entry into settings; return whether that changed them.

    Parameters
    ----------
    path:
        The file; made if there is none.
    member, name:
        Where the entry belongs.
    replace:
        Whether another entry of that name gives way.

    Raises
    ------
    Failure
        If the file cannot be read as what it should be, or another entry has the name.

    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    settings = _read(path, text)
    servers = settings.setdefault(member, {})
    if not isinstance(servers, dict):
        raise Failure(
            tr("{path}: {member} is not a table of servers").format(path=path, member=member)
        )
    if servers.get(name) == entry:
        return False
    if name in servers and (not replace or is_toml(path.name)):
        mend = tr("remove it there first") if is_toml(path.name) else tr("say so with --replace")
        raise Failure(
            tr("{path}: there is another server {name!r}; {mend}").format(
                path=path, name=name, mend=mend
            )
        )
    if is_toml(path.name):
        before = f"{text.rstrip()}\n\n" if text.strip() else ""
        _replace(path, before + block(path.name, member, name, entry) + "\n")
    else:
        servers[name] = entry
        _replace(path, json.dumps(settings, ensure_ascii=False, indent=2) + "\n")
    return True


def _read(path: Path, text: str) -> dict[str, Any]:
    try:
        settings = tomllib.loads(text) if is_toml(path.name) else json.loads(text or "{}")
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise Failure(
            tr("{path}: cannot be read (comments?); put the printed block in yourself").format(
                path=path
            )
        )
    return settings


def _replace(path: Path, text: str) -> None:
    """Write the whole file or nothing, for those who could read it before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = path.resolve()  # settings may be a link into somebody's collection of them
    mode = target.stat().st_mode & 0o777 if target.exists() else _PRIVATE
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _toml(table: str, entry: Mapping[str, Any]) -> str:
    plain = [f"{key} = {_toml_value(each)}" for key, each in entry.items() if key != "env"]
    lines = [f"[{table}]", *plain]
    if entry.get("env"):
        variables = (
            f"{_toml_key(key)} = {_toml_value(each)}" for key, each in entry["env"].items()
        )
        lines += ["", f"[{table}.env]", *variables]
    return "\n".join(lines)


def _toml_value(value: str | list[str]) -> str:
    """Return a string or a list of them: in TOML 1.0 they are written as in JSON."""
    return json.dumps(value)


def _toml_key(key: str) -> str:
    return (
        key
        if key.replace("-", "").replace("_", "").isalnum() and key.isascii()
        else json.dumps(key)
    )
