"""A secret that is the same for everybody: a header as it stands in the configuration."""

from collections.abc import Mapping

from sumun.config import UpstreamConfig
from sumun.gateway.credentials.credential import Presented
from sumun.guard import Principal
from sumun.keys.files import secret_setting


class StaticHeader:
    """Shows a header, or nothing at all.

    Parameters
    ----------
    name:
        The server's, for errors.

    Raises
    ------
    KeyMaterialError
        If the file of the secret cannot be read.

    """

    def __init__(self, name: str, definition: UpstreamConfig) -> None:
        self._headers: Presented = ()
        if definition.authorization or definition.authorization_file:
            secret = secret_setting(
                f"servers.{name}.authorization",
                definition.authorization,
                definition.authorization_file,
            )
            self._headers = ((definition.header.lower(), secret),)

    async def present(
        self,
        method: str,  # noqa: ARG002 - the protocol's
        principal: Principal | None,  # noqa: ARG002 - it is the same for all
    ) -> Presented:
        """Return the header."""
        return self._headers

    async def answered(
        self,
        presented: Presented,  # noqa: ARG002 - the protocol's
        status: int,  # noqa: ARG002 - the protocol's
        headers: Mapping[str, str],  # noqa: ARG002 - the protocol's
        principal: Principal | None,  # noqa: ARG002 - the protocol's
    ) -> bool:
        """Return that there is nothing else to try."""
        return False
