"""node-oidc-provider on the newest Node, both from npm, in a directory of their own.

They are installed once, under the user's cache directory; ``package.json`` names the versions and
the lock file their checksums.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.load import CannotMeasure

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "server.mjs")


def command(port: int) -> list[str]:
    """Return the command that serves at ``port``, installed first if need be."""
    directory = _installed()
    return [str(directory / "node_modules/.bin/node"), str(directory / "server.mjs"), str(port)]


def _installed() -> Path:
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = cache / "sumun-benchmarks" / f"oidc-provider-{digest[:16]}"
    if directory.is_dir():
        return directory
    npm = shutil.which("npm")
    if npm is None:
        raise CannotMeasure("npm is not installed; on Debian: apt-get install npm")
    draft = directory.with_name(f".{directory.name}-{os.getpid()}")
    draft.mkdir(parents=True)
    try:
        for name in FILES:
            shutil.copy(HERE / name, draft)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"],
            cwd=draft,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotMeasure(f"npm could not install node-oidc-provider: {done.stderr}")
        draft.rename(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return directory
