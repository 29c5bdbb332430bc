"""Reading the configuration: which sources there are, and what each may say.

Later sources win: defaults, then the file, then ``SUMUN_*`` variables (``SUMUN_SERVER__PORT``),
then what the command line gave. Unknown names are errors, because a misspelt setting that is
silently ignored is a hole.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec

from sumun.config.errors import ConfigurationError
from sumun.config.model import Config
from sumun.config.safety import check

_PREFIX = "SUMUN_"
_NOT_SETTINGS = frozenset({"SUMUN_CONFIG", "SUMUN_DATA_KEY", "SUMUN_DATA_KEY_FILE"})
_ROOT_SECRET = "JWT_SECRET_KEY"  # noqa: S105 - the variable's name
_SECRET_LIMIT = 64 * 1024
_RIVALS = {"root_secret": "root_secret_file", "root_secret_file": "root_secret"}
"""Two settings for one thing: what is said last counts."""


class _Source(NamedTuple):
    """Where settings come from.

    ``name`` is for messages; the command line has none. ``texts`` says that every value is a
    text, whatever the setting's type: an environment knows nothing else.
    """

    name: str
    settings: Mapping[str, Any]
    texts: bool = False

    def error(self, path: tuple[str, ...], problem: str) -> ConfigurationError:
        where = f"{self.name}: " if self.name else ""
        return ConfigurationError(f"{where}{'.'.join(path)}: {problem}")

    def write(self, setting: str) -> str:
        """Return how a setting is called in this source."""
        return _PREFIX + setting.upper().replace(".", "__") if self.texts else setting


def load(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    serving: bool = True,
) -> Config:
    """Read the configuration.

    Parameters
    ----------
    file:
        The TOML document; ``None`` reads ``sumun.toml`` here if there is one.
    environ:
        The environment; ``None`` means the process's own.
    overrides:
        Settings from the command line, by dotted name (``server.port``).
    serving:
        Whether a server is to run with it; if not, what only a server has is not judged.

    Raises
    ------
    ConfigurationError
        If a source cannot be read or a setting is unknown, of the wrong type, out of its bounds,
        or unsafe.

    """
    tree: dict[str, Any] = {}
    for source in _sources(file, os.environ if environ is None else environ, overrides or {}):
        _merge(tree, Config, source.settings, source)
    config = _with_secret_file(msgspec.convert(tree, Config))
    check(config, serving=serving)
    return config


def _sources(
    file: Path | None, environ: Mapping[str, str], overrides: Mapping[str, Any]
) -> Iterator[_Source]:
    path = file or Path("sumun.toml")
    if file is not None or path.is_file():
        yield _Source(str(path), _read_toml(path))
    if _ROOT_SECRET in environ:
        settings = {"keys": {"root_secret": environ[_ROOT_SECRET]}}
        yield _Source(_ROOT_SECRET, settings, texts=True)
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in _NOT_SETTINGS:
            path_of = name.removeprefix(_PREFIX).lower().split("__")
            yield _Source(name, _nested(path_of, environ[name]), texts=True)
    for dotted, value in overrides.items():
        yield _Source("", _nested(dotted.split("."), value))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}") from None


def _nested(path: list[str], value: object) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return value  # type: ignore[return-value]


def _merge(
    into: dict[str, Any],
    kind: Any,
    given: Mapping[str, Any],
    source: _Source,
    at: tuple[str, ...] = (),
) -> None:
    """Put what a source gives over what is there already, each value of its setting's type."""
    for name, value in given.items():
        path = (*at, name)
        inner = _member(kind, path, source)
        if source.texts and value == "":
            continue  # an empty variable says nothing
        if _is_section(inner):
            table = _parsed(value, path, source) if source.texts else value
            if not isinstance(table, Mapping):
                raise source.error(path, "is a section, not a value")
            _merge(into.setdefault(name, {}), inner, table, source, path)
            continue
        into[name] = _converted(inner, value, path, source)
        if at == ("keys",) and value != "":
            into.pop(_RIVALS.get(name, ""), None)


def _is_section(kind: Any) -> bool:
    """Whether settings are merged one by one, not replaced as a whole."""
    if get_origin(kind) is dict:
        return _is_section(get_args(kind)[1])
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _member(kind: Any, path: tuple[str, ...], source: _Source) -> Any:
    """Return the type of the setting at ``path``, whose last name is a member of ``kind``."""
    *at, name = path
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    for field in msgspec.structs.fields(kind):
        if field.name == name:
            return field.type
    near = _nearest(".".join(path), [".".join((*at, known)) for known in _names(kind)])
    mend = f"; did you mean {source.write(near)}?" if near else ""
    raise source.error(path, f"there is no such setting{mend}")


def _names(kind: type[msgspec.Struct]) -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        yield field.name
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from (f"{field.name}.{name}" for name in _names(field.type))


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is misspelt

    return next(iter(get_close_matches(name, known, n=1, cutoff=0.75)), "")


def _converted(kind: Any, value: object, path: tuple[str, ...], source: _Source) -> Any:
    if source.texts and get_origin(kind) in {list, tuple, dict}:
        value = _parsed(value, path, source)
    try:
        return msgspec.convert(value, kind, strict=not source.texts)
    except msgspec.ValidationError as error:
        problem = str(error)
    if get_origin(kind) is Literal:
        problem = f"expected {' or '.join(map(repr, get_args(kind)))}"
    raise source.error(path, problem[0].lower() + problem[1:])


def _parsed(value: object, path: tuple[str, ...], source: _Source) -> Any:
    """Return the list or table that a variable holds as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        problem = 'a list or a table is written as JSON in a variable: ["…", "…"] or {"name": …}'
        raise source.error(path, problem) from None


def _with_secret_file(config: Config) -> Config:
    if not config.keys.root_secret_file:
        return config
    path = Path(config.keys.root_secret_file)
    problem = ""
    secret = ""
    try:
        with path.open("rb") as file:
            secret = file.read(_SECRET_LIMIT + 1).decode().strip()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = "is not UTF-8 text"
    if not problem and not 0 < len(secret) <= _SECRET_LIMIT:
        problem = "is too long for a secret" if secret else "is empty"
    if problem:
        raise ConfigurationError(f"keys.root_secret_file: {path} {problem}")
    return msgspec.structs.replace(
        config, keys=msgspec.structs.replace(config.keys, root_secret=secret)
    )
