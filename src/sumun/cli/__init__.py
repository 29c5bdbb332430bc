"""The commands."""

from typing import NoReturn


def main() -> NoReturn:
    """Run ``sumun``, and exit with its status."""
    from sumun.cli.root import run

    raise SystemExit(run())
