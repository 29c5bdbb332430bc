"""One typed configuration model, read from defaults, ``sumun.toml``, the environment and flags."""

from sumun.config.errors import ConfigurationError
from sumun.config.model import (
    AuditConfig,
    CimdConfig,
    Config,
    KeysConfig,
    Mode,
    OAuthConfig,
    PolicyConfig,
    ServerConfig,
    StorageConfig,
    UpstreamConfig,
)
from sumun.config.reading import load
from sumun.config.safety import KNOWN_SECRETS, SECRET_LENGTH, check

__all__ = [
    "KNOWN_SECRETS",
    "SECRET_LENGTH",
    "AuditConfig",
    "CimdConfig",
    "Config",
    "ConfigurationError",
    "KeysConfig",
    "Mode",
    "OAuthConfig",
    "PolicyConfig",
    "ServerConfig",
    "StorageConfig",
    "UpstreamConfig",
    "check",
    "load",
]
