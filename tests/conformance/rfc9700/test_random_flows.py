"""Random flows, each answer foretold by a model that a person can read."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.conformance.browser import APPS, CRM, challenge, redeem, refresh, settle
from tests.conformance.conftest import ISSUER, System

from sumun.config import Config, OAuthConfig, UpstreamConfig
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import Session

GRACE, CODE_TTL = 10, 60
CLIENTS = ["app", "other-app"]


@dataclass
class Family:
    """What one authorization gave, and what is left of it."""

    client_id: str
    code: str
    code_until: float
    code_used: bool = False
    revoked: bool = False
    tokens: list[str] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=dict)
    access: list[str] = field(default_factory=list)


class Flows(RuleBasedStateMachine):
    """Codes and refresh tokens, used in any order, by anybody, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.directory = tempfile.TemporaryDirectory()
        self.families: list[Family] = []
        self.run(self.open())

    def run(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    async def open(self) -> None:
        path = Path(self.directory.name)
        config = Config(
            mode="development",
            issuer=ISSUER,
            data_dir=str(path),
            # Access tokens last as long as a run, so that what refuses one is its revocation.
            oauth=OAuthConfig(refresh_grace=GRACE, code_ttl=CODE_TTL, access_token_ttl=86_400),
            servers={"crm": UpstreamConfig(url="http://127.0.0.1:1/mcp")},
        )
        self.system = System(config, path)
        await self.system.open()
        await settle(self.system)
        transport = httpx2.ASGITransport(app=self.system.application())
        self.system.http = httpx2.AsyncClient(transport=transport, base_url=ISSUER)

    def teardown(self) -> None:
        self.run(self.system.http.aclose())
        self.run(self.system.close())
        self.loop.close()
        self.directory.cleanup()

    @property
    def now(self) -> int:
        return int(self.system.clock())

    @rule(client_id=st.sampled_from(CLIENTS))
    def authorize(self, client_id: str) -> None:
        request = AuthorizationRequest(
            client_id=client_id,
            redirect_uri=APPS[client_id].redirect_uris[0],
            scope="mcp:crm offline_access",
            resource=CRM,
            code_challenge=challenge(),
        )
        session = Session(
            session_id="session-1",
            user_id="user-1",
            auth_time=self.now,
            amr=("pwd",),
            acr="1fa",
            user_agent="",
            created_at=self.now,
            seen_at=self.now,
            expires_at=self.now + 1000,
        )
        flow = self.system.server.people.flow
        url = self.run(flow.grant(request, session, source="test"))
        code = parse_qs(urlsplit(url).query)["code"][0]
        self.families.append(Family(client_id, code, self.now + CODE_TTL))

    @precondition(lambda self: any(not family.code_used for family in self.families))
    @rule()
    def redeem_the_newest(self) -> None:
        family = [each for each in self.families if not each.code_used][-1]
        self.redeem(family, family.client_id, "v")

    @precondition(lambda self: self.families)
    @rule(data=st.data(), client_id=st.sampled_from(CLIENTS), verifier=st.sampled_from("vw"))
    def redeem_any(self, data: Any, client_id: str, verifier: str) -> None:
        self.redeem(data.draw(st.sampled_from(self.families)), client_id, verifier)

    def redeem(self, family: Family, client_id: str, verifier: str) -> None:
        response = self.run(
            redeem(self.system, family.code, client_id, code_verifier=verifier * 43)
        )
        right = client_id == family.client_id
        if right and family.code_used:
            family.revoked = True
        good = right and verifier == "v" and not family.code_used and not family.revoked
        if good and self.now < family.code_until:
            family.code_used = True
            self.keep(family, response)
        else:
            assert response.json()["error"] == "invalid_grant"

    @property
    def going(self) -> list[Family]:
        return [each for each in self.families if each.tokens and not each.revoked]

    @precondition(lambda self: self.going)
    @rule()
    def refresh_the_newest(self) -> None:
        family = self.going[-1]
        self.refresh(family, family.tokens[-1], family.client_id)

    @precondition(lambda self: self.going)
    @rule(seconds=st.sampled_from([0, 9, 10]), further=st.booleans())
    def refresh_twice(self, seconds: int, further: bool) -> None:
        family = self.going[-1]
        token = family.tokens[-1]
        self.refresh(family, token, family.client_id)
        if further:
            self.refresh(family, family.tokens[-1], family.client_id)
        self.wait(seconds)
        self.refresh(family, token, family.client_id)

    @precondition(lambda self: any(family.tokens for family in self.families))
    @rule(data=st.data(), client_id=st.sampled_from(CLIENTS))
    def refresh_any(self, data: Any, client_id: str) -> None:
        family = data.draw(st.sampled_from([each for each in self.families if each.tokens]))
        self.refresh(family, data.draw(st.sampled_from(family.tokens)), client_id)

    def refresh(self, family: Family, token: str, client_id: str) -> None:
        response = self.run(refresh(self.system, token, client_id))
        if client_id != family.client_id or family.revoked:
            assert response.json()["error"] == "invalid_grant"
        elif token not in family.used:
            family.used[token] = self.now
            self.keep(family, response)
        else:
            successor = family.tokens[family.tokens.index(token) + 1]
            young = self.now - family.used[token] < GRACE
            if young and successor not in family.used:
                assert response.json()["refresh_token"] == successor
                family.access.append(response.json()["access_token"])
            else:
                assert response.json()["error"] == "invalid_grant"
                family.revoked = True

    def keep(self, family: Family, response: httpx2.Response) -> None:
        assert response.status_code == 200, response.text
        assert response.json()["refresh_token"] not in family.tokens
        family.tokens.append(response.json()["refresh_token"])
        family.access.append(response.json()["access_token"])

    @rule(seconds=st.sampled_from([1, 9, 10, 59, 60]))
    def wait(self, seconds: int) -> None:
        self.system.clock.advance(seconds)

    @precondition(lambda self: sum(len(family.tokens) for family in self.families) > 5)
    @rule(client_id=st.sampled_from(CLIENTS))
    def withdraw(self, client_id: str) -> None:
        revoker = self.system.server.people.revoker
        self.run(revoker.withdraw("user-1", client_id, CRM, source="test"))
        for family in self.families:
            if family.client_id == client_id:
                family.revoked = True

    @invariant()
    def an_access_token_works_as_long_as_its_family(self) -> None:
        for family in self.families:
            for token in family.access[-1:]:
                status = self.run(self.system.call(token, "/mcp/crm")).status_code
                assert status == (401 if family.revoked else 200)


Flows.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestFlows = Flows.TestCase
