"""A passkey: a key on the person's device, which verifies that it is them."""

from collections.abc import Mapping

from sumun.oauth.passkeys import PasskeyRefused, Passkeys
from sumun.oauth.sign_in.method import Attempt, Proven, SignInRefused
from sumun.oauth.users import User


class PasskeySignIn:
    """A discoverable credential: the device says who it is, so that no user name is asked."""

    name = "passkey"
    second_factor = False

    def __init__(self, passkeys: Passkeys) -> None:
        self._passkeys = passkeys

    async def offered_to(self, user: User | None) -> bool:
        """Offer it to everybody who is not known yet, where browsers have passkeys."""
        return user is None and self._passkeys.available

    async def describe(self, ticket: str, _user: User | None) -> Mapping[str, object]:
        """Return the challenge, which is bound to the pending request."""
        return {"options": self._passkeys.sign_in_options(ticket)}

    def account(self, _attempt: Attempt) -> str:
        """Return nothing: whose it is shows only once it is proven."""
        return ""

    async def prove(self, attempt: Attempt) -> Proven:
        """Check what the device signed.

        Raises
        ------
        SignInRefused
            ``wrong``, whatever it is.
        StorageError
            If it cannot be looked up.

        """
        response = attempt.form.get("credential", "")
        try:
            user, kind = await self._passkeys.sign_in(
                attempt.ticket, response, source=attempt.source
            )
        except PasskeyRefused:
            raise SignInRefused("wrong") from None
        # The device has the key and has verified the person: two factors in one (RFC 8176).
        return Proven(user, (kind, "user"))
