"""``oauth.auto_approve``: one person agrees to everything without a page. Development only.

Test suites run unattended with it. ``Config`` refuses it in production mode.
"""

from collections.abc import Callable

from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.users import find_user
from sumun.storage import Database, StorageError

_SECONDS = 3600


class AutoApprove:
    """Grants every request in the name of one person."""

    def __init__(
        self,
        username: str,
        flow: AuthorizationFlow,
        database: Database,
        clock: Callable[[], float],
    ) -> None:
        self._username = username
        self._flow = flow
        self._database = database
        self._clock = clock

    async def grant(self, request: AuthorizationRequest, source: str) -> str:
        """Return where the browser takes the code.

        Raises
        ------
        StorageError
            If there is no such person, or they cannot be looked up.
        AuditUnavailable
            If it cannot be recorded.

        """
        user = await self._database.read(find_user, self._username)
        if user is None or user.disabled_at is not None:
            raise StorageError(
                f"oauth.auto_approve: there is no user {self._username!r}; see sumun user add"
            )
        now = int(self._clock())
        session = Session(
            session_id="",
            user_id=user.user_id,
            auth_time=now,
            amr=(),
            acr="",
            user_agent="",
            created_at=now,
            seen_at=now,
            expires_at=now + _SECONDS,
        )
        return await self._flow.grant(request, session, source=source, reason="auto_approve")
