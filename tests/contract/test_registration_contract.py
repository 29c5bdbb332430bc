"""Registration on both backends: what may happen once happens once, however many try at once."""

import asyncio

import pytest

from sumun.audit import AuditLog
from sumun.config import Config, OAuthConfig
from sumun.keys import RootSecret
from sumun.oauth.authorization.grants import AuthorizationGrant, add_grant, find_grant
from sumun.oauth.cimd.records import (
    Kept,
    find_document,
    forget_document,
    keep_document,
    purge_documents,
)
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import (
    Client,
    ClientMetadata,
    add_client,
    find_client,
    list_clients,
    note_client_use,
)
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import Fetcher
from sumun.oauth.key_sets import KeySets
from sumun.oauth.registration.described import Described
from sumun.oauth.registration.housekeeping import purge_clients
from sumun.oauth.registration.initial_access_tokens import (
    add_initial_access_token,
    find_initial_access_token,
    list_initial_access_tokens,
    mint_initial_access_token,
    purge_initial_access_tokens,
    revoke_initial_access_token,
)
from sumun.oauth.registration.records import (
    Changed,
    change_registration,
    find_registered,
    remove_registration,
)
from sumun.oauth.registration.registrar import Registrar
from sumun.oauth.registration.software_statement import SoftwareStatements
from sumun.oauth.revocation import is_revoked
from sumun.oauth.scopes import ScopeHierarchy

NOW = 1_800_000_000
RACERS = 50
ROOT = RootSecret(b"a root secret for tests")
PUBLIC = Described(
    client_name="An agent",
    redirect_uris=["https://client.example/cb"],
    token_endpoint_auth_method="none",
)


@pytest.fixture
async def nodes(opened):
    """Two nodes over one store: a registrar each, with a log each."""
    logs, registrars = [], []
    for node in ("one", "two"):
        database = await opened()
        audit = AuditLog(database, ROOT.derive(node), node=node, sink=None)
        await audit.open()
        logs.append(audit)
        registrars.append(
            Registrar(
                Config(mode="development", oauth=OAuthConfig(registration="open")),
                database,
                audit,
                hierarchy=ScopeHierarchy({}),
                client_secrets=ClientSecrets(ROOT),
                statements=SoftwareStatements(
                    {}, KeySets(Fetcher()), audience="", clock=lambda: NOW
                ),
                clock=lambda: NOW,
            )
        )
    yield registrars
    for audit in logs:
        await audit.close()


async def race(registrars, described, token=None):
    """Register fifty times at once, at both nodes; return what came of each."""
    tries = (
        registrars[number % 2].register(described, token, "192.0.2.1") for number in range(RACERS)
    )
    return await asyncio.gather(*tries, return_exceptions=True)


async def test_a_token_for_one_registers_one(nodes, database):
    minted = mint_initial_access_token(scope="", uses=1, lifetime=60, now=NOW)
    await database.write(add_initial_access_token, minted)
    results = await race(nodes, PUBLIC, minted.token)
    won = [each for each in results if not isinstance(each, BaseException)]
    lost = [each for each in results if isinstance(each, OAuthError)]
    assert (len(won), len(lost)) == (1, RACERS - 1)
    assert {each.error for each in lost} == {"invalid_token"}
    assert [client.client_id for client in await database.read(list_clients)] == [
        won[0].client.client_id
    ]


async def test_a_token_for_seven_registers_seven(nodes, database):
    minted = mint_initial_access_token(scope="", uses=7, lifetime=60, now=NOW)
    await database.write(add_initial_access_token, minted)
    results = await race(nodes, PUBLIC, minted.token)
    assert sum(not isinstance(each, BaseException) for each in results) == 7
    assert len(await database.read(list_clients)) == 7
    assert await database.read(find_initial_access_token, minted.token, now=NOW) is None


async def test_identical_registrations_are_one_client(nodes, database):
    results = await race(nodes, PUBLIC)
    assert not [each for each in results if isinstance(each, BaseException)]
    (client,) = await database.read(list_clients)
    assert {each.client.client_id for each in results} == {client.client_id}
    tokens = [each.token for each in results if each.token]
    assert len(tokens) == 1
    # Shared, so nobody's own.
    assert await database.read(find_registered, client.client_id, tokens[0]) is None


async def test_clients_with_secrets_are_each_their_own(nodes, database):
    described = Described(redirect_uris=["https://client.example/cb"])
    results = await race(nodes, described)
    assert len({each.client.client_id for each in results}) == RACERS
    assert len({each.secret for each in results}) == RACERS
    assert len(await database.read(list_clients)) == RACERS


async def test_a_registration_is_removed_once(nodes, database):
    made = await nodes[0].register(PUBLIC, None, "")
    removals = [
        database.write(
            remove_registration, made.client.client_id, made.token, now=NOW, deny_until=NOW
        )
        for _ in range(RACERS)
    ]
    results = await asyncio.gather(*removals, return_exceptions=True)
    assert results.count(None) == 1
    assert sum(isinstance(each, Changed) for each in results) == RACERS - 1


async def test_what_people_granted_a_client_ends_with_it(nodes, database):
    made = await nodes[0].register(PUBLIC, None, "")
    for grant_id, client_id in (("g1", made.client.client_id), ("g2", "another")):
        grant = AuthorizationGrant(
            grant_id=grant_id,
            client_id=client_id,
            user_id="user-x",
            resource="https://sumun.example/mcp",
            scope="mcp.access",
            expires_at=NOW + 60,
        )
        await database.write(add_grant, grant)
    await database.write(
        remove_registration, made.client.client_id, made.token, now=NOW, deny_until=NOW + 60
    )
    assert not (await database.read(find_grant, "g1")).is_live(NOW)
    assert await database.read(is_revoked, "g1")
    assert (await database.read(find_grant, "g2")).is_live(NOW)


async def test_a_change_needs_the_token_at_the_moment_it_is_made(nodes, database):
    made = await nodes[0].register(PUBLIC, None, "")
    arguments = (made.client.client_id, made.token, ClientMetadata(client_name="B"))
    await database.write(change_registration, *arguments, secret_hash=None)
    assert (await database.read(find_client, arguments[0])).metadata.client_name == "B"
    with pytest.raises(Changed):
        await database.write(
            change_registration, arguments[0], "wrong", ClientMetadata(), secret_hash=None
        )
    await database.write(remove_registration, *arguments[:2], now=NOW, deny_until=NOW)
    with pytest.raises(Changed):
        await database.write(change_registration, *arguments, secret_hash=None)


async def test_a_client_is_as_it_was_made(database):
    client = Client(
        client_id="client-x",
        metadata=ClientMetadata(client_name="\ud55c\uae00", redirect_uris=("cursor://a/b",)),
        secret_hash="hmac-sha256:00",
        created_at=NOW,
        origin="self",
    )
    await database.write(add_client, client, digest=b"\x00\xff", registration_hash=b"\xff\x00")
    assert await database.read(find_client, "client-x") == client


async def test_initial_access_tokens_are_listed_revoked_and_purged(database):
    kept, revoked, expiring = [
        mint_initial_access_token(scope="mcp:crm", uses=2, lifetime=lifetime, now=NOW)
        for lifetime in (300, 200, 100)
    ]
    for minted in (kept, revoked, expiring):
        await database.write(add_initial_access_token, minted)
    listed = await database.read(list_initial_access_tokens, now=NOW)
    assert listed == [expiring.record, revoked.record, kept.record]
    assert await database.write(revoke_initial_access_token, revoked.record.token_id)
    assert not await database.write(revoke_initial_access_token, revoked.record.token_id)
    later = NOW + 100
    assert await database.read(list_initial_access_tokens, now=later) == [kept.record]
    assert await database.write(purge_initial_access_tokens, now=later) == 1


async def test_unused_clients_are_forgotten_and_no_others(opened, database):
    audit = AuditLog(database, ROOT.derive("x"), node="x", sink=None)
    await audit.open()
    for client_id, origin in (("op", "operator"), ("s1", "self"), ("s2", "self"), ("t", "self")):
        client = Client(client_id=client_id, origin=origin, created_at=NOW)
        await database.write(add_client, client)
    assert await database.write(note_client_use, "s2", now=NOW)
    assert not await database.write(note_client_use, "s2", now=NOW + 1)
    purge = {"unused_client_ttl": 60}
    assert await purge_clients(database, audit, now=NOW + 60, **purge) == 0
    assert await purge_clients(database, audit, now=NOW + 61, **purge) == 2
    assert [client.client_id for client in await database.read(list_clients)] == ["op", "s2"]
    await audit.close()


async def test_documents_outlive_the_process_and_are_bounded(opened, database):
    url = "https://client.example/client.json"
    first = Kept(url, ClientMetadata(client_name="A"), NOW, NOW + 60)
    second = Kept(url, ClientMetadata(client_name="B"), NOW + 60, NOW + 120)
    await database.write(keep_document, first)
    await database.write(keep_document, second)
    assert await (await opened()).read(find_document, url) == second
    for number in range(5):
        kept = Kept(f"{url}?{number}", ClientMetadata(), NOW + number, NOW)
        await database.write(keep_document, kept)
    assert await database.write(purge_documents, fetched_before=NOW + 1, keep=3) == 3
    assert await database.read(find_document, f"{url}?2") is None
    assert await database.write(forget_document, url)
    assert not await database.write(forget_document, url)
