"""``python -m sumun.tools``: the tools over standard input and output, for a local MCP client."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from sumun.config import ConfigurationError, load
from sumun.keys import KeyMaterialError
from sumun.storage import StorageError
from sumun.tools.stdio import serve


def main() -> int:
    """Serve until standard input ends, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sumun.tools", description=__doc__)
    parser.add_argument(
        "--config",
        type=Path,
        default=os.environ.get("SUMUN_CONFIG"),
        help="the settings file (default: $SUMUN_CONFIG, or ./sumun.toml)",
    )
    try:
        asyncio.run(serve(load(parser.parse_args().config)))
    except (ConfigurationError, KeyMaterialError, StorageError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
