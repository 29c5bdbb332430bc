"""A recovery code, in place of the authenticator app that is not at hand."""

from collections.abc import Mapping

from sumun.oauth.second_factor import SecondFactors
from sumun.oauth.sign_in.method import Attempt, Proven, SignInRefused
from sumun.oauth.users import User


class RecoveryCode:
    """One of the codes a person was shown when setting up the second factor: each good once."""

    name = "recovery_code"
    second_factor = True

    def __init__(self, second_factors: SecondFactors) -> None:
        self._second_factors = second_factors

    async def offered_to(self, user: User | None) -> bool:
        """Offer it to those who have codes left."""
        if user is None:
            return False
        return (await self._second_factors.status(user)).recovery_codes > 0

    async def describe(self, _ticket: str, _user: User | None) -> Mapping[str, object]:
        """Return nothing: its field needs no challenge."""
        return {}

    def account(self, attempt: Attempt) -> str:
        """Return the person whose code is tried."""
        return attempt.user.user_id if attempt.user else ""

    async def prove(self, attempt: Attempt) -> Proven:
        """Check the code and use it up.

        Raises
        ------
        SignInRefused
            ``wrong``, also for a code used before.
        StorageError
            If it cannot be looked up.

        """
        user, code = attempt.user, attempt.form.get("recovery_code", "")
        if user is None or not await self._second_factors.use_recovery_code(user, code):
            raise SignInRefused("wrong")
        # RFC 8176 knows no name for codes on a list; each is a one-time password.
        return Proven(user, ("otp",))
