"""Codes, refresh tokens and tickets are used once, on every backend, whoever asks at once."""

import pytest

from sumun.oauth.authorization.codes import Code, CodeSpent, find_code, issue_code, redeem_code
from sumun.oauth.authorization.consents import (
    Consent,
    find_consent,
    list_consents,
    remember_consent,
    withdraw_consent,
)
from sumun.oauth.authorization.grants import (
    AuthorizationGrant,
    GrantEnded,
    add_grant,
    find_grant,
    is_grant_live,
    list_grants,
    revoke_grant,
)
from sumun.oauth.authorization.purge import purge_authorizations
from sumun.oauth.authorization.refresh_tokens import (
    NewRefreshToken,
    RefreshSpent,
    add_refresh_token,
    find_refresh_token,
    rotate_refresh,
)
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import (
    Session,
    end_session,
    find_session,
    list_sessions,
    renew_session,
    see_session,
    start_session,
)
from sumun.oauth.authorization.tickets import (
    TicketSpent,
    add_ticket,
    find_ticket,
    sign_ticket_in,
    use_ticket,
)
from sumun.oauth.revocation import is_revoked
from sumun.oauth.users import User, add_user, disable_user

NOW = 1_800_000_000
REQUEST = AuthorizationRequest(
    client_id="agent",
    redirect_uri="https://agent.example/cb",
    scope="mcp:crm",
    resource="https://sumun.example/mcp/crm",
    code_challenge="c" * 43,
    state="상태",
    prompt=("login",),
)


def grant(grant_id="grant-1", **fields):
    fields = {"scope": "mcp:crm", "session_id": "session-1", "expires_at": NOW + 1000, **fields}
    return AuthorizationGrant(
        grant_id=grant_id,
        client_id="agent",
        user_id="user-1",
        resource="https://sumun.example/mcp/crm",
        auth_time=NOW,
        amr=("pwd", "otp"),
        acr="mfa",
        created_at=NOW,
        **fields,
    )


def refresh(token_hash, grant_id="grant-1", **fields):
    fields = {"expires_at": NOW + 1000, **fields}
    return NewRefreshToken(token_hash=token_hash, grant_id=grant_id, created_at=NOW, **fields)


def session(**fields):
    return Session(
        **{
            "session_id": "session-1",
            "user_id": "user-1",
            "auth_time": NOW,
            "amr": ("pwd",),
            "acr": "1fa",
            "user_agent": "Firefox",
            "created_at": NOW,
            "seen_at": NOW,
            "expires_at": NOW + 100,
            **fields,
        }
    )


CODE = Code(
    grant_id="grant-1",
    redirect_uri="https://agent.example/cb",
    code_challenge="c" * 43,
    nonce="n",
    expires_at=NOW + 60,
)


@pytest.fixture
async def kept(database):
    await database.write(
        add_user, User(user_id="user-1", username="minjun", password_hash="", created_at=NOW)
    )
    return database


@pytest.fixture
async def two_nodes(kept, opened):
    """The store, opened twice."""
    return kept, await opened()


async def test_a_code_keeps_what_it_is_bound_to(kept):
    await kept.write(issue_code, b"code", CODE, grant())
    found = await kept.read(find_code, b"code")
    assert found.code == CODE
    assert found.grant == grant()
    assert await kept.read(find_code, b"other") is None


async def test_a_used_code_stays_used_after_reopening_and_when_clocks_go_back(kept, opened):
    await kept.write(issue_code, b"code", CODE, grant())
    await kept.write(redeem_code, b"code", "grant-1", now=NOW)
    await kept.close()
    again = await opened()
    for now in (NOW, NOW - 3600, NOW + 1):
        with pytest.raises(CodeSpent):
            await again.write(redeem_code, b"code", "grant-1", now=now)


async def test_an_expired_code_is_spent(kept):
    await kept.write(issue_code, b"code", CODE, grant())
    with pytest.raises(CodeSpent):
        await kept.write(redeem_code, b"code", "grant-1", now=NOW + 60)


@pytest.mark.parametrize("why", ["revoked", "over", "person disabled"])
async def test_n39_nothing_is_redeemed_or_refreshed_of_a_grant_that_ended(kept, why):
    await kept.write(issue_code, b"code", CODE, grant())
    await kept.write(add_refresh_token, refresh(b"old"))
    now = NOW
    if why == "revoked":
        await kept.write(revoke_grant, "grant-1", now=NOW, deny_until=NOW + 900)
    elif why == "over":
        await kept.write(
            issue_code,
            b"late",
            Code(grant_id="grant-2", redirect_uri="", code_challenge="", expires_at=NOW + 60),
            grant("grant-2", expires_at=NOW),
        )
    else:
        await kept.write(disable_user, "user-1", now=NOW)
    name, code = ("grant-2", b"late") if why == "over" else ("grant-1", b"code")
    with pytest.raises(GrantEnded):
        await kept.write(redeem_code, code, name, now=now, refresh=refresh(b"new", name))
    assert await kept.read(find_refresh_token, b"new") is None
    assert (await kept.read(find_code, code)).code.used_at is None
    if why != "over":
        with pytest.raises(GrantEnded):
            await kept.write(rotate_refresh, b"old", refresh(b"new"), sealed=b"s", now=now)


async def test_n37_a_used_refresh_token_stays_used_after_reopening(kept, opened):
    await kept.write(add_grant, grant())
    await kept.write(add_refresh_token, refresh(b"old"))
    await kept.write(rotate_refresh, b"old", refresh(b"new"), sealed=b"s", now=NOW)
    await kept.close()
    again = await opened()
    for now in (NOW, NOW - 3600):
        with pytest.raises(RefreshSpent):
            await again.write(rotate_refresh, b"old", refresh(b"newer"), sealed=b"s", now=now)
    await again.write(rotate_refresh, b"new", refresh(b"newer"), sealed=b"s", now=NOW)


async def test_an_expired_refresh_token_is_spent(kept):
    await kept.write(add_grant, grant())
    await kept.write(add_refresh_token, refresh(b"old", expires_at=NOW))
    with pytest.raises(RefreshSpent):
        await kept.write(rotate_refresh, b"old", refresh(b"new"), sealed=b"s", now=NOW)


async def test_revoking_a_grant_puts_its_tokens_on_the_deny_list_once(two_nodes):
    one, two = two_nodes
    await one.write(add_grant, grant())
    assert await one.read(is_grant_live, "grant-1", now=NOW)
    assert await one.write(revoke_grant, "grant-1", now=NOW, deny_until=NOW + 900)
    assert not await two.write(revoke_grant, "grant-1", now=NOW + 1, deny_until=NOW + 900)
    assert not await two.read(is_grant_live, "grant-1", now=NOW)
    assert await two.read(is_revoked, "grant-1")
    assert (await two.read(find_grant, "grant-1")).revoked_at == NOW
    assert await two.read(list_grants, "user-1", now=NOW) == []


async def test_a_ticket_is_good_in_its_own_browser_only(kept):
    await kept.write(add_ticket, b"ticket", b"browser", REQUEST, now=NOW)
    found = await kept.read(find_ticket, b"ticket", b"browser", now=NOW)
    assert found.request == REQUEST
    assert found.session_id is None
    assert await kept.read(find_ticket, b"ticket", b"another", now=NOW) is None
    for intent in (use_ticket, lambda tx, *key, now: sign_ticket_in(tx, *key, "s", now=now)):
        with pytest.raises(TicketSpent):
            await kept.write(intent, b"ticket", b"another", now=NOW)
    await kept.write(sign_ticket_in, b"ticket", b"browser", "session-1", now=NOW)
    found = await kept.read(find_ticket, b"ticket", b"browser", now=NOW)
    assert found.session_id == "session-1"


async def test_a_ticket_expires(kept):
    await kept.write(add_ticket, b"ticket", b"browser", REQUEST, now=NOW)
    late = NOW + 900
    assert await kept.read(find_ticket, b"ticket", b"browser", now=late) is None
    with pytest.raises(TicketSpent):
        await kept.write(use_ticket, b"ticket", b"browser", now=late)


async def test_a_session_is_found_by_its_cookie_until_it_ends(kept):
    await kept.write(start_session, session(), b"cookie")
    found = await kept.read(find_session, b"cookie")
    assert found == session(username="minjun")
    await kept.write(see_session, b"cookie", now=NOW + 70)
    assert (await kept.read(find_session, b"cookie")).seen_at == NOW + 70
    listed = await kept.read(list_sessions, "user-1", now=NOW)
    assert [each.session_id for each in listed] == ["session-1"]
    assert await kept.write(end_session, "session-1", "user-1", now=NOW, deny_until=NOW)
    assert await kept.read(find_session, b"cookie") is None
    assert await kept.read(list_sessions, "user-1", now=NOW) == []


async def test_signing_in_again_changes_the_cookie_and_not_the_session(kept):
    await kept.write(start_session, session(auth_time=None, acr=""), b"before")
    whole = session(amr=("pwd", "otp"), acr="mfa", auth_time=NOW + 5)
    assert await kept.write(renew_session, whole, b"after")
    assert await kept.read(find_session, b"before") is None
    assert (await kept.read(find_session, b"after")).amr == ("pwd", "otp")
    stranger = session(user_id="user-2")
    assert not await kept.write(renew_session, stranger, b"theirs")


async def test_a_disabled_person_has_no_session(kept):
    await kept.write(start_session, session(), b"cookie")
    await kept.write(disable_user, "user-1", now=NOW)
    assert await kept.read(find_session, b"cookie") is None


async def test_nobody_ends_the_session_of_another(kept):
    await kept.write(start_session, session(), b"cookie")
    assert not await kept.write(end_session, "session-1", "user-2", now=NOW, deny_until=NOW)
    assert await kept.read(find_session, b"cookie") is not None


async def test_what_is_granted_without_offline_access_ends_with_the_session(kept):
    await kept.write(start_session, session(), b"cookie")
    await kept.write(add_grant, grant("grant-online"))
    await kept.write(add_grant, grant("grant-offline", scope="mcp:crm offline_access"))
    await kept.write(add_grant, grant("grant-odd", scope="mcp:x_offline_access_x"))
    await kept.write(end_session, "session-1", "user-1", now=NOW, deny_until=NOW + 900)
    left = await kept.read(list_grants, "user-1", now=NOW)
    assert [each.grant_id for each in left] == ["grant-offline"]


def consent(scope, fingerprint="f", at=NOW):
    return Consent(
        user_id="user-1",
        client_id="agent",
        resource="https://sumun.example/mcp/crm",
        scope=scope,
        fingerprint=fingerprint,
        granted_at=at,
    )


KEY = ("user-1", "agent", "https://sumun.example/mcp/crm")


async def test_a_consent_keeps_what_was_not_asked_about_again(kept):
    await kept.write(remember_consent, consent("a b"), ["a", "b"])
    await kept.write(remember_consent, consent("c"), ["b", "c"])
    found = await kept.read(find_consent, *KEY)
    assert found.scope == "a c"
    assert await kept.read(list_consents, "user-1") == [found]


async def test_n73_a_changed_client_keeps_nothing_of_an_earlier_consent(kept):
    await kept.write(remember_consent, consent("a b"), ["a", "b"])
    await kept.write(remember_consent, consent("c", "g"), ["c"])
    assert (await kept.read(find_consent, *KEY)).scope == "c"


async def test_n39_withdrawing_a_consent_revokes_its_grants(kept):
    await kept.write(remember_consent, consent("mcp:crm"), ["mcp:crm"])
    await kept.write(add_grant, grant())
    revoked = await kept.write(withdraw_consent, *KEY, now=NOW, deny_until=NOW + 900)
    assert revoked == ["grant-1"]
    assert await kept.read(find_consent, *KEY) is None
    assert await kept.read(is_revoked, "grant-1")


async def test_what_expired_long_ago_is_forgotten_and_nothing_else(kept):
    await kept.write(issue_code, b"code", CODE, grant())
    await kept.write(add_refresh_token, refresh(b"old"))
    await kept.write(add_ticket, b"ticket", b"browser", REQUEST, now=NOW)
    await kept.write(start_session, session(), b"cookie")
    assert await kept.write(purge_authorizations, now=NOW + 1000) == 0
    assert await kept.write(purge_authorizations, now=NOW + 1000 + 86_400) == 5
    assert await kept.read(find_code, b"code") is None
