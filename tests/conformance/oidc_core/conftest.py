import pytest
from tests.conformance.browser import Browser


class Tokens:
    """What a client was given, and what it does with it."""

    def __init__(self, system, answer):
        self.system = system
        self.access = answer["access_token"]
        self.refresh = answer.get("refresh_token")
        self.id = answer.get("id_token")

    async def userinfo(self, method="GET", **headers):
        sent = {"Authorization": f"Bearer {self.access}", **headers}
        return await self.system.http.request(method, "/oauth2/userinfo", headers=sent)


@pytest.fixture
def signed_in(people, browser: Browser):
    """Go all the way and return the tokens; scopes of the resource come along."""

    async def signed_in(scope="openid", client_id="app", **parameters):
        answer = await browser.tokens(client_id, scope=f"mcp:crm {scope}", **parameters)
        return Tokens(people, answer)

    return signed_in
