"""Detection, encryption and the decorator, with the demo's keys and log."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.oauth2_common import configuration

from sumun.integrations.local import use
from sumun.integrations.security import (
    CallRefused,
    get_encryption_service,
    get_pii_detector,
    secure_tool,
)

use(configuration)

__all__ = ["CallRefused", "get_encryption_service", "get_pii_detector", "secure_tool"]
