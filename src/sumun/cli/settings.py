"""The global options of one run, and the configuration they lead to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sumun.config import Config

_DEFAULT_FILE = "sumun.toml"


class Settings:
    """What was said before or after the command's name.

    Attributes
    ----------
    config_file:
        The settings file; ``None`` means ``SUMUN_CONFIG`` or ``./sumun.toml``.
    data_dir:
        The data directory; ``None`` means the configured one.
    json:
        Whether the answer is one JSON document.
    debug:
        Whether an error shows its traceback.

    """

    def __init__(self) -> None:
        self.config_file: Path | None = None
        self.data_dir: str | None = None
        self.json = False
        self.debug = False

    @property
    def found_file(self) -> Path | None:
        """The settings file that is read, if any."""
        default = Path(_DEFAULT_FILE)
        return self.file or (default if default.is_file() else None)

    @property
    def file(self) -> Path | None:
        """The settings file that was named, on the line or in the environment."""
        if self.config_file is not None:
            return self.config_file
        named = os.environ.get("SUMUN_CONFIG")
        return Path(named) if named else None

    def load(self, *, serving: bool = True) -> "Config":
        """Read the configuration of the installation that a command works on.

        What ``sumun demo`` made is in development mode and has the issuer the demonstration
        runs under: whoever looks into it need not repeat that. Without ``serving``, what only a
        server has is not judged: a wrapped server or a decorated function has a log and a policy,
        and no issuer.

        Raises
        ------
        ConfigurationError
            As :func:`sumun.config.load`.
        Failure
            If there is neither a settings file nor data here, or a demonstration's own file is
            damaged.

        """
        from sumun.cli import demonstration

        lenient = self.load_with({"mode": "development"})
        made = demonstration.read(lenient.data_path)
        if made is None:
            self._require_something(lenient)
            return self.load_with({}, serving=serving)
        return self.load_with({"mode": "development", "issuer": made.issuer})

    def load_local(self, overrides: Mapping[str, Any]) -> "Config":
        """Read the configuration of a server in development mode.

        Where nobody chose an issuer, it follows the port: a server on another port is not the
        one at the default address.

        Raises
        ------
        ConfigurationError
            As :func:`sumun.config.load`.

        """
        from sumun.config import Config

        config = self.load_with({**overrides, "mode": "development"})
        usual = Config()
        if config.issuer != usual.issuer or config.server.port == usual.server.port:
            return config
        issuer = f"http://localhost:{config.server.port}"
        return self.load_with({**overrides, "mode": "development", "issuer": issuer})

    def load_with(self, overrides: Mapping[str, Any], *, serving: bool = True) -> "Config":
        """Read the configuration, with these settings by dotted name above all others.

        Raises
        ------
        ConfigurationError
            As :func:`sumun.config.load`.

        """
        from sumun.config import load

        chosen = dict(overrides)
        if self.data_dir is not None:
            chosen["data_dir"] = self.data_dir
        return load(self.file, overrides=chosen, serving=serving)

    def _require_something(self, config: "Config") -> None:
        from sumun.cli.failures import Failure
        from sumun.cli.language import tr

        configured = self.found_file is not None or config.storage.url
        if not configured and not config.data_path.is_dir():
            raise Failure(
                tr(
                    "there is no installation here: neither {file} nor {path}; run sumun init or "
                    "sumun demo first, or name another place with --config or --data-dir"
                ).format(file=_DEFAULT_FILE, path=config.data_path)
            )
