"""An OpenID Connect provider, where the person goes on and comes back from."""

from collections.abc import Mapping

from sumun.oauth.providers import Providers, Purpose, UpstreamRefused
from sumun.oauth.sign_in.method import Attempt, SentElsewhere, SignInRefused
from sumun.oauth.users import User


class ProviderSignIn:
    """Every provider of the configuration, each with a button of its own."""

    name = "provider"
    second_factor = False

    def __init__(self, providers: Providers) -> None:
        self._providers = providers

    async def offered_to(self, user: User | None) -> bool:
        """Offer it to everybody who is not known yet, if there are providers."""
        return user is None and bool(self._providers.by_name)

    async def describe(self, _ticket: str, _user: User | None) -> Mapping[str, object]:
        """Return the providers there are."""
        return {
            "providers": [
                {"provider": provider.name, "label": provider.label}
                for provider in self._providers.by_name.values()
            ]
        }

    def account(self, _attempt: Attempt) -> str:
        """Return nothing: whose it is shows only when they come back."""
        return ""

    async def prove(self, attempt: Attempt) -> SentElsewhere:
        """Return where the person goes on.

        Raises
        ------
        SignInRefused
            ``elsewhere`` if the provider cannot be reached.
        StorageError
            If the request cannot be kept.

        """
        form = attempt.form
        # The page that has a ticket in its form waits for an application's request.
        purpose: Purpose = "request" if form.get("ticket") == attempt.ticket else "account"
        try:
            url = await self._providers.begin(
                form.get("provider", ""),
                purpose,
                attempt.ticket,
                then=form.get("then", ""),
                again=bool(form.get("again")),
            )
        except UpstreamRefused as refused:
            why = f"{form.get('provider', '')}: {refused.detail or refused.reason}"
            raise SignInRefused("elsewhere", why=why) from None
        return SentElsewhere(url)
