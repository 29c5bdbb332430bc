"""Each intent that uses something up is won by one of fifty, wherever they ask."""

import asyncio
from typing import NamedTuple

import msgspec
import pytest

from sumun.guard.approval_store import Approval, ApprovalSpent, add_approval, decide, use
from sumun.oauth.authorization.codes import Code, CodeSpent, issue_code, redeem_code
from sumun.oauth.authorization.device_codes import (
    DeviceCode,
    DeviceCodeSpent,
    add_device_code,
    decide_device_code,
    open_device_code,
    redeem_device_code,
)
from sumun.oauth.authorization.grants import AuthorizationGrant, add_grant
from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.pushed import push_request, take_pushed_request
from sumun.oauth.authorization.refresh_tokens import (
    NewRefreshToken,
    RefreshSpent,
    add_refresh_token,
    rotate_refresh,
)
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.tickets import TicketSpent, add_ticket, use_ticket
from sumun.oauth.passkeys.passkey import (
    ChallengeUsed,
    CounterWentBack,
    Passkey,
    add_passkey,
    use_passkey,
)
from sumun.oauth.second_factor.recovery_codes import replace_codes, use_code
from sumun.oauth.users import User, add_user
from sumun.proof import claim_jti
from sumun.proof.claims import claim_of

NOW = 1_800_000_000
USES = 50
GRANT = AuthorizationGrant(
    grant_id="grant-1",
    client_id="agent",
    user_id="user-1",
    resource="https://sumun.example",
    scope="mcp.access",
    created_at=NOW,
    expires_at=NOW + 1000,
)
REQUEST = AuthorizationRequest(
    client_id="agent",
    redirect_uri="https://agent.example/cb",
    scope="mcp.access",
    resource="https://sumun.example",
    code_challenge="c" * 43,
)
URI = "urn:ietf:params:oauth:request_uri:one"


APPROVAL = Approval(
    approval_id="approval-1",
    digest=b"digest",
    tenant="default",
    client_id="agent",
    subject="user-1",
    server="bank",
    tool="pay",
    arguments="{}",
    rule="payments",
    approvers="kim",
    requested_at=NOW,
    expires_at=NOW + 60,
)


def give_approval(tx):
    add_approval(tx, APPROVAL)
    decide(tx, "approval-1", "approved", "kim", now=NOW)


def refresh(token_hash):
    return NewRefreshToken(
        token_hash=token_hash, grant_id="grant-1", created_at=NOW, expires_at=NOW + 1000
    )


def give_code(tx):
    code = Code(grant_id="grant-1", redirect_uri="", code_challenge="", expires_at=NOW + 60)
    issue_code(tx, b"code", code, GRANT)


def give_refresh_token(tx):
    add_grant(tx, GRANT)
    add_refresh_token(tx, refresh(b"old"))


def give_device_code(tx):
    code = DeviceCode(
        client_id="agent",
        resource="r",
        scope="s",
        authorization_details="",
        source="",
        created_at=NOW,
        expires_at=NOW + 60,
    )
    add_device_code(tx, b"device", b"user", code)
    open_device_code(tx, b"user", "user-1", now=NOW)
    decide_device_code(tx, b"user", "user-1", GRANT, now=NOW)


def give_passkey(tx):
    passkey = Passkey(
        credential_id=b"credential",
        user_id="user-1",
        public_key=b"key",
        sign_count=0,
        name="A device",
        aaguid="0",
        backed_up=False,
        created_at=NOW,
    )
    add_passkey(tx, passkey, b"made", expires_at=NOW + 60)


def answer_challenge(tx, use):
    use_passkey(
        tx,
        b"credential",
        b"challenge",
        expires_at=NOW + 60,
        sign_count=use + 1,
        backed_up=False,
        now=NOW,
    )


class Spent(Exception):
    """What an intent says that answers whether it won."""


def told(won):
    if not won:
        raise Spent


class Thing(NamedTuple):
    give: object
    use: object
    """Also given the number of the use."""
    lost: type[Exception] | tuple[type[Exception], ...] = Spent


THINGS = {
    "N23 code": Thing(
        give_code, lambda tx, _: redeem_code(tx, b"code", "grant-1", now=NOW), CodeSpent
    ),
    "N35 refresh token": Thing(
        give_refresh_token,
        lambda tx, use: rotate_refresh(
            tx, b"old", refresh(b"new-%d" % use), sealed=b"sealed", now=NOW
        ),
        RefreshSpent,
    ),
    "N51 device code": Thing(
        give_device_code,
        lambda tx, _: redeem_device_code(tx, b"device", "grant-1", now=NOW),
        DeviceCodeSpent,
    ),
    "N54 request_uri": Thing(
        lambda tx: push_request(tx, URI, "agent", Parameters({}), now=NOW, expires_at=NOW + 60),
        lambda tx, _: told(take_pushed_request(tx, URI, "agent", now=NOW)),
    ),
    "N75 consent": Thing(
        lambda tx: add_ticket(tx, b"ticket", b"browser", REQUEST, now=NOW),
        lambda tx, _: use_ticket(tx, b"ticket", b"browser", now=NOW),
        TicketSpent,
    ),
    **{
        name: Thing(
            lambda _: None,
            lambda tx, _, purpose=purpose: told(
                claim_jti(tx, claim_of(purpose, "issuer", "jti"), expires_at=NOW + 60)
            ),
        )
        for name, purpose in (("N32 assertion", "private_key_jwt"), ("N47 proof", "dpop"))
    },
    "N82 passkey challenge": Thing(
        give_passkey, answer_challenge, (ChallengeUsed, CounterWentBack)
    ),
    "approval": Thing(give_approval, lambda tx, _: use(tx, "approval-1", now=NOW), ApprovalSpent),
    "word about a call": Thing(
        lambda tx: add_approval(tx, APPROVAL),
        lambda tx, _: decide(tx, "approval-1", "approved", "kim", now=NOW),
        ApprovalSpent,
    ),
    "request for an approval": Thing(
        lambda _: None,
        lambda tx, use: add_approval(
            tx, msgspec.structs.replace(APPROVAL, approval_id=f"approval-{use}")
        ),
        ApprovalSpent,
    ),
    "recovery code": Thing(
        lambda tx: replace_codes(tx, "user-1", [b"a"], now=NOW),
        lambda tx, _: told(use_code(tx, "user-1", b"a", now=NOW)),
    ),
}


@pytest.fixture(params=[1, 2], ids=["one node", "two nodes"])
async def nodes(request, opened):
    """One database object, or two of one store; either on SQLite and on PostgreSQL."""
    return [await opened() for _ in range(request.param)]


@pytest.mark.parametrize("thing", THINGS)
async def test_one_of_fifty_at_once_uses_it(nodes, thing):
    give, use, lost = THINGS[thing]
    person = User(user_id="user-1", username="minjun", password_hash="x", created_at=NOW)
    await nodes[0].write(add_user, person)
    await nodes[0].write(give)
    uses = (nodes[number % len(nodes)].write(use, number) for number in range(USES))
    outcomes = await asyncio.gather(*uses, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(refused) == USES - 1
    assert all(isinstance(refusal, lost) for refusal in refused), refused
