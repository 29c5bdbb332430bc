"""The OAuth2 web server: authorization server and protected resource in one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.oauth2_common import configuration

from sumun.config import ConfigurationError
from sumun.server.app import create_app
from sumun.server.lifespan import StartupError
from sumun.server.serve import serve

try:
    config = configuration()
except ConfigurationError as error:
    sys.exit(str(error))
app = create_app(config)

if __name__ == "__main__":
    try:
        serve(config, ready=lambda url: print(f"listening on {url}; issuer {config.issuer}"))
    except StartupError as error:
        sys.exit(str(error))
