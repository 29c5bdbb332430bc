import pytest

from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import (
    Client,
    ClientMetadata,
    add_client,
    disable_client,
    enable_client,
    ensure_client,
    find_client,
    list_clients,
    replace_client_secret,
)
from sumun.storage import Conflict

CLIENT = Client(
    client_id="agent",
    metadata=ClientMetadata(client_name="에이전트", scope="mcp:crm", resources=("https://a/mcp",)),
    secret_hash="hash",
    created_at=1,
)


async def test_a_client_comes_back_as_it_was_registered(database):
    await database.write(add_client, CLIENT)
    assert await database.read(find_client, "agent") == CLIENT
    assert await database.read(find_client, "Agent") is None


async def test_an_identifier_is_taken_once(database):
    await database.write(add_client, CLIENT)
    with pytest.raises(Conflict):
        await database.write(add_client, CLIENT)


async def test_ensuring_leaves_an_existing_client_as_it_is(database):
    assert await database.write(ensure_client, CLIENT)
    assert not await database.write(ensure_client, Client(client_id="agent"))
    assert await database.read(find_client, "agent") == CLIENT


async def test_clients_are_listed_by_identifier(database):
    for client_id in ("b", "a", "c"):
        await database.write(add_client, Client(client_id=client_id))
    assert [c.client_id for c in await database.read(list_clients)] == ["a", "b", "c"]


async def test_disabling_and_enabling_say_whether_they_changed_anything(database):
    await database.write(add_client, CLIENT)
    assert await database.write(disable_client, "agent", now=5)
    assert not await database.write(disable_client, "agent", now=6)
    disabled = await database.read(find_client, "agent")
    assert disabled.disabled_at == 5
    assert await database.write(enable_client, "agent")
    assert not await database.write(enable_client, "agent")
    assert not await database.write(disable_client, "unknown", now=5)


async def test_a_secret_is_replaced(database):
    await database.write(add_client, CLIENT)
    assert await database.write(replace_client_secret, "agent", "another")
    assert not await database.write(replace_client_secret, "unknown", "another")
    assert (await database.read(find_client, "agent")).secret_hash == "another"


@pytest.mark.parametrize("client_id", ["", "x" * 256, "한국", "tab\t", "nul\0", "user-1"])
async def test_identifiers_that_cannot_be_are_refused(database, client_id):
    for intent in (add_client, ensure_client):
        with pytest.raises(ValueError, match="client id"):
            await database.write(intent, Client(client_id=client_id))


def test_a_public_client_has_nothing_to_prove_itself_with():
    assert not CLIENT.is_public
    metadata = ClientMetadata(token_endpoint_auth_methods=("none",))
    assert Client(client_id="app", metadata=metadata).is_public
    either = ClientMetadata(token_endpoint_auth_methods=("private_key_jwt", "none"))
    assert Client(client_id="app", metadata=either).is_public


async def test_the_directory_reads_a_client_once_a_second(database, clock):
    directory = ClientDirectory(database, clock)
    await database.write(add_client, CLIENT)
    assert await directory.find("agent") == CLIENT
    await database.write(disable_client, "agent", now=5)
    assert (await directory.find("agent")).disabled_at is None
    clock.advance(1)
    assert (await directory.find("agent")).disabled_at == 5


async def test_the_directory_forgets_at_once_when_told(database, clock):
    directory = ClientDirectory(database, clock)
    assert await directory.find("agent") is None
    await database.write(add_client, CLIENT)
    assert await directory.find("agent") is None
    directory.forget("agent")
    directory.forget("unknown")
    assert await directory.find("agent") == CLIENT


async def test_the_directory_does_not_grow_without_bound(database, clock):
    directory = ClientDirectory(database, clock)
    for number in range(5000):
        await directory.find(f"guess-{number}")
    assert len(directory._cache) <= 4096
