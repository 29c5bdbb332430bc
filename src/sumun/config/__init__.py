"""One typed configuration model, read from defaults, ``sumun.toml``, the environment and flags."""

from sumun.config.credential import CredentialConfig
from sumun.config.detection import (
    DetectionConfig,
    ModelConfig,
    RecognizerConfig,
    ServerDetectionConfig,
    ToolDetectionConfig,
)
from sumun.config.errors import ConfigurationError
from sumun.config.model import (
    AuditConfig,
    AwsKmsConfig,
    CimdConfig,
    Config,
    ConsoleConfig,
    KeysConfig,
    Mode,
    OAuthConfig,
    PartnerConfig,
    PeopleConfig,
    Pkcs11Config,
    PolicyConfig,
    ProviderConfig,
    ServerConfig,
    StorageConfig,
    TrustedIssuerConfig,
    UpstreamConfig,
    VaultConfig,
)
from sumun.config.reaching import reaching_problems
from sumun.config.reading import load
from sumun.config.reveal import PurposeConfig, RevealConfig
from sumun.config.safety import KNOWN_SECRETS, SECRET_LENGTH, check
from sumun.config.telemetry import TelemetryConfig

__all__ = [
    "KNOWN_SECRETS",
    "SECRET_LENGTH",
    "AuditConfig",
    "AwsKmsConfig",
    "CimdConfig",
    "Config",
    "ConfigurationError",
    "ConsoleConfig",
    "CredentialConfig",
    "DetectionConfig",
    "KeysConfig",
    "Mode",
    "ModelConfig",
    "OAuthConfig",
    "PartnerConfig",
    "PeopleConfig",
    "Pkcs11Config",
    "PolicyConfig",
    "ProviderConfig",
    "PurposeConfig",
    "RecognizerConfig",
    "RevealConfig",
    "ServerConfig",
    "ServerDetectionConfig",
    "StorageConfig",
    "TelemetryConfig",
    "ToolDetectionConfig",
    "TrustedIssuerConfig",
    "UpstreamConfig",
    "VaultConfig",
    "check",
    "load",
    "reaching_problems",
]
