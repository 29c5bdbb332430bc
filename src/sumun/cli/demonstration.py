"""What makes a data directory a demonstration's: one file that says where everything is."""

from pathlib import Path

import msgspec

from sumun.cli.failures import Failure
from sumun.cli.language import tr

FILE = "demo.json"
SERVER = "customers"
CLIENT_ID = "mcp-client"
CLIENT_SECRET = "secret"  # noqa: S105 - printed in public documents on purpose
PERSON = "demo"
PERSON_PASSWORD = "demo"  # noqa: S105 - printed by the command on purpose


class Demonstration(msgspec.Struct, frozen=True):
    """Where a demonstration is.

    Attributes
    ----------
    issuer:
        The issuer, which is also the base of every URL.
    sample_url:
        The sample server behind the gateway, which only this machine can reach.

    """

    issuer: str
    sample_url: str


def read(data_path: Path) -> Demonstration | None:
    """Return the demonstration that a data directory belongs to, if any.

    Raises
    ------
    Failure
        If the file cannot be read.

    """
    path = data_path / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Demonstration)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    except msgspec.MsgspecError:
        raise Failure(tr("{path}: is damaged; run sumun demo again").format(path=path)) from None


def write(data_path: Path, demonstration: Demonstration) -> None:
    """Write the file, for this user only.

    Raises
    ------
    KeyMaterialError
        If it cannot be written.

    """
    from sumun.keys.files import write_private

    write_private(data_path / FILE, msgspec.json.format(msgspec.json.encode(demonstration)) + b"\n")
