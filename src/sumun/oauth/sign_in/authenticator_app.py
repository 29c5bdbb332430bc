"""A code of an authenticator app (RFC 6238), after a password."""

from collections.abc import Mapping

from sumun.oauth.second_factor import SecondFactors
from sumun.oauth.sign_in.method import Attempt, Proven, SignInRefused
from sumun.oauth.users import User


class AuthenticatorApp:
    """Six digits that are good for a moment and once."""

    name = "authenticator_app"
    second_factor = True

    def __init__(self, second_factors: SecondFactors) -> None:
        self._second_factors = second_factors

    async def offered_to(self, user: User | None) -> bool:
        """Offer it to those who have set it up."""
        if user is None:
            return False
        return (await self._second_factors.status(user)).enrolled_at is not None

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
            ``wrong``, also for a code used before; ``too_many`` after a few wrong ones.
        StorageError
            If it cannot be looked up.

        """
        if attempt.user is None:
            raise SignInRefused("wrong")
        tried = await self._second_factors.try_code(attempt.user, attempt.form.get("code", ""))
        if tried.wait:
            raise SignInRefused("too_many", tried.wait)
        if not tried.proven:
            raise SignInRefused("wrong")
        return Proven(attempt.user, ("otp",))
