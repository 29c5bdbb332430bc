"""One typed configuration model, read from defaults, ``sumun.toml``, the environment and flags.

Later sources win: defaults, then the file, then ``SUMUN_*`` variables (``SUMUN_SERVER__PORT``),
then what the command line gave. Unknown names are errors, because a misspelt setting that is
silently ignored is a hole.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

Mode = Literal["development", "production"]

KNOWN_SECRETS = frozenset({"mcp-oauth2-demo-secret-key-2025", "secret", "changeme", "password"})
"""Root secrets printed in public documents; production refuses them."""

SECRET_LENGTH = 16
"""Characters a root secret has at least, in production."""


class ConfigurationError(Exception):
    """The configuration cannot be used; the message names the source, the setting and the mend."""


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The HTTP listener.

    Sizes are bytes, times are seconds. ``access_log`` writes one JSON line per request to standard
    error; ``metrics`` shows ``/metrics`` to everyone who can connect, not only on loopback.
    ``origins`` are the web origins whose pages may call, beside the issuer's own.
    """

    host: str = "127.0.0.1"
    port: int = 8081
    workers: int = 1
    body_limit: int = 4 * 1024 * 1024
    header_limit: int = 32 * 1024
    header_timeout: float = 5.0
    body_timeout: float = 10.0
    drain_timeout: float = 10.0
    origins: list[str] = []
    debug: bool = False
    access_log: bool = False
    metrics: bool = False


class StorageConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where state lives: empty for SQLite in the data directory, or a ``postgresql://`` URL."""

    url: str = ""


class KeysConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Key material and its rotation.

    ``root_secret`` is the secret from which keys at rest, cookies and keyed hashes are derived
    (HKDF, RFC 5869). Left empty, one is generated in the key directory.
    """

    root_secret: str = ""
    root_secret_file: str = ""
    directory: str = ""
    publish_ahead: int = 0


class OAuthConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The authorization server.

    ``audience`` is the ``aud`` of access tokens asked for without ``resource`` (RFC 9068 §3);
    empty means the issuer. ``scope_hierarchy`` maps a scope to the patterns it includes.
    ``demo_client`` adds the client ``mcp-client`` with the secret ``secret``, which everybody
    knows: development only.
    """

    audience: str = ""
    signing_alg: Literal["ES256", "RS256", "EdDSA"] = "ES256"
    access_token_ttl: int = 900
    scope_hierarchy: dict[str, list[str]] = msgspec.field(
        default_factory=lambda: {"mcp.access": ["mcp:*"]}
    )
    demo_client: bool = False


class AuditConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The audit log.

    ``log_file`` is the JSON-lines copy for people and shippers; empty means
    ``logs/security_audit.log`` in the data directory. ``node`` names this machine's own log.
    """

    log_file: str = ""
    node: str = "main"
    commit_timeout: float = 5.0


class PolicyConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the policy document is; empty means ``policy.toml`` in the data directory."""

    file: str = ""


class UpstreamConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An MCP server behind the gateway, reached at ``url``.

    ``authorization`` is the whole header value sent upstream; the caller's own token never is.
    Times are seconds, sizes are bytes.
    """

    url: str
    authorization: str = ""
    timeout: float = 30.0
    result_limit: int = 16 * 1024 * 1024


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration."""

    mode: Mode = "production"
    issuer: str = "http://localhost:8081"
    data_dir: str = "sumun-data"
    server: ServerConfig = ServerConfig()
    storage: StorageConfig = StorageConfig()
    keys: KeysConfig = KeysConfig()
    oauth: OAuthConfig = OAuthConfig()
    audit: AuditConfig = AuditConfig()
    policy: PolicyConfig = PolicyConfig()
    servers: dict[str, UpstreamConfig] = {}

    @property
    def data_path(self) -> Path:
        """The data directory."""
        return Path(self.data_dir)

    @property
    def keys_path(self) -> Path:
        """The directory of key files."""
        return Path(self.keys.directory) if self.keys.directory else self.data_path / "keys"

    @property
    def database_url(self) -> str:
        """The storage URL: what was configured, or SQLite in the data directory."""
        return self.storage.url or f"sqlite:///{self.data_path / 'sumun.db'}"

    @property
    def audit_log_path(self) -> Path:
        """The JSON-lines copy of the audit log."""
        if self.audit.log_file:
            return Path(self.audit.log_file)
        return self.data_path / "logs" / "security_audit.log"

    @property
    def policy_path(self) -> Path:
        """The policy document."""
        return Path(self.policy.file) if self.policy.file else self.data_path / "policy.toml"

    @property
    def scope_hierarchy(self) -> dict[str, list[str]]:
        """Which scope includes which patterns.

        In development the seed's one scope opens the operator's tools too.
        """
        hierarchy = dict(self.oauth.scope_hierarchy)
        if self.mode == "development":
            hierarchy["mcp.access"] = [*hierarchy.get("mcp.access", ()), "audit:read"]
        return hierarchy

    @property
    def default_audience(self) -> str:
        """The ``aud`` of tokens asked for without ``resource``."""
        return self.oauth.audience or self.issuer


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
        If a source cannot be read or a setting is unknown, of the wrong type, or unsafe.

    """
    environ = os.environ if environ is None else environ
    tree = _read_file(file)
    for name, path in _environment_settings(environ):
        _assign(tree, path, environ[name], source=name)
    for dotted, value in (overrides or {}).items():
        _assign(tree, dotted.split("."), value, source=dotted)
    try:
        config = msgspec.convert(tree, Config, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"configuration: {error}") from None
    config = _with_secret_file(config)
    check(config, serving=serving)
    return config


def check(config: Config, *, serving: bool = True) -> None:
    """Refuse settings that are unsafe in the configured mode.

    Raises
    ------
    ConfigurationError
        With every unsafe setting and how to mend it, one a line.

    """
    problems = [*(_serving_problems(config) if serving else ()), *_secret_problems(config)]
    if problems:
        raise ConfigurationError("\n".join(problems))


def _serving_problems(config: Config) -> list[str]:
    found: list[str] = []
    issuer = config.issuer
    if not issuer.startswith(("https://", "http://")) or "?" in issuer or "#" in issuer:
        found.append(
            f"issuer: {issuer!r} must be an http(s) URL without query or fragment (RFC 8414 §2)"
        )
    if config.mode == "development":
        return found
    if issuer.startswith("http://"):
        found.append(
            f"issuer: {issuer!r} is plain http; production needs https:// "
            '(or mode = "development" on a loopback address)'
        )
    if config.server.debug:
        found.append("server.debug: must be off in production; remove it")
    if config.oauth.demo_client:
        found.append(
            "oauth.demo_client: everybody knows its secret; remove it, "
            "and add a client of your own with sumun client add"
        )
    return found


def _secret_problems(config: Config) -> list[str]:
    secret = config.keys.root_secret
    if config.mode == "development" or not secret:
        return []
    if secret not in KNOWN_SECRETS and len(secret) < SECRET_LENGTH:
        problem = (
            f"keys.root_secret: has fewer than {SECRET_LENGTH} characters and can be guessed; "
            "set JWT_SECRET_KEY to a longer one: sumun init writes one"
        )
        return [problem]
    if secret in KNOWN_SECRETS:
        problem = (
            "keys.root_secret: this value is printed in public documents; set JWT_SECRET_KEY "
            "(or SUMUN_KEYS__ROOT_SECRET_FILE) to a secret of your own: sumun init writes one"
        )
        return [problem]
    return []


def _read_file(file: Path | None) -> dict[str, Any]:
    path = file or Path("sumun.toml")
    if file is None and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}") from None


_PREFIX = "SUMUN_"
_NOT_SETTINGS = frozenset({"SUMUN_CONFIG"})


def _environment_settings(environ: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    found = []
    if environ.get("JWT_SECRET_KEY"):
        found.append(("JWT_SECRET_KEY", ["keys", "root_secret"]))
    found.extend(
        (name, name.removeprefix(_PREFIX).lower().split("__"))
        for name in sorted(environ)
        if name.startswith(_PREFIX) and name not in _NOT_SETTINGS
    )
    return found


def _assign(tree: dict[str, Any], path: list[str], value: object, *, source: str) -> None:
    node = tree
    for name in path[:-1]:
        child = node.setdefault(name, {})
        if not isinstance(child, dict):
            raise ConfigurationError(f"{source}: {name!r} is a value, not a section")
        node = child
    node[path[-1]] = value


def _with_secret_file(config: Config) -> Config:
    if config.keys.root_secret or not config.keys.root_secret_file:
        return config
    path = Path(config.keys.root_secret_file)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"keys.root_secret_file: {path} cannot be read: {error}") from None
    return msgspec.structs.replace(
        config, keys=msgspec.structs.replace(config.keys, root_secret=secret)
    )
