"""The keys of an issuer the operator trusts: where it publishes them, or in a file."""

from pathlib import Path

import msgspec

from sumun.config import ConfigurationError
from sumun.keys.jwk import ForeignKey, ForeignKeys
from sumun.keys.jws import Jws, Malformed
from sumun.oauth.key_sets import KeySets


class IssuerKeys:
    """A key set of somebody else.

    Parameters
    ----------
    setting:
        What names it in the configuration, for messages.
    at:
        An https URL, or a file.

    Raises
    ------
    ConfigurationError
        If the file cannot be read or holds no public keys.

    """

    def __init__(self, setting: str, at: str, key_sets: KeySets) -> None:
        self._url = at if at.startswith("https://") else ""
        self._key_sets = key_sets
        self._keys = None if self._url else _read(setting, at)

    async def find(self, jws: Jws) -> ForeignKey | None:
        """Return the key of the set that made the signature; ``None`` if none did."""
        if self._keys is not None:
            return self._keys.verify(jws)
        return await self._key_sets.find(self._url, jws)


def _read(setting: str, file: str) -> ForeignKeys:
    try:
        return ForeignKeys(msgspec.json.decode(Path(file).read_bytes()))
    except OSError as error:
        raise ConfigurationError(f"{setting}: {file} cannot be read: {error.strerror}") from None
    except (Malformed, msgspec.DecodeError) as error:
        raise ConfigurationError(f"{setting}: {file} is not a key set: {error}") from None
