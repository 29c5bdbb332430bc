import asyncio

import msgspec
import pytest

from sumun.audit import AuditLog
from sumun.oauth.cimd import ClientDocuments, DocumentTrust
from sumun.oauth.cimd.records import Kept, find_document, keep_document, purge_documents
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import Fetched, FetchRefused
from sumun.oauth.registration.metadata import Offer
from sumun.oauth.throttle import Throttle

URL = "https://client.example/client.json"
OFFER = Offer(
    grant_types=frozenset({"authorization_code", "refresh_token"}),
    auth_methods=frozenset({"none"}),
    default_method="none",
    private_use_schemes=frozenset(),
)


def document(url=URL, **changes):
    return {"client_id": url, "client_name": "A", "redirect_uris": ["https://a.example/"]} | changes


class FakeFetcher:
    """Answers with what it is given: a document, or a reason."""

    def __init__(self) -> None:
        self.answer = document()
        self.headers = {"cache-control": "max-age=600"}
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def get(self, url):
        self.asked.append(url)
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        answer = document(url) if self.answer is ... else self.answer
        return Fetched(msgspec.json.encode(answer), "application/json", self.headers)


UNREACHABLE = FetchRefused("unreachable", "no usable answer came")
GONE = FetchRefused("status", "it answers 404, not 200", status=404)


@pytest.fixture
async def audit(database, root):
    log = AuditLog(database, root.derive("audit"), node="main", sink=None)
    await log.open()
    yield log
    await log.close()


@pytest.fixture
def fetcher():
    return FakeFetcher()


@pytest.fixture
def make(database, audit, fetcher, clock):
    def made(**options):
        options.setdefault("trust", DocumentTrust(["*"], []))
        return ClientDocuments(
            database=database,
            audit=audit,
            fetcher=fetcher,
            offer=OFFER,
            clock=clock,
            monotonic=clock,
            **options,
        )

    return made


async def refusal(documents, url=URL, source="192.0.2.1"):
    with pytest.raises(OAuthError) as raised:
        await documents.find(url, source)
    return raised.value


async def events(audit, kind):
    return [each for each in await audit.tail(1000) if each["event_type"] == kind]


async def test_a_document_becomes_a_client_and_is_recorded(make, audit):
    client = await make().find(URL, "192.0.2.1")
    assert (client.client_id, client.origin) == (URL, "document")
    assert client.metadata.client_name == "A"
    assert client.is_public
    (event,) = await events(audit, "client_document_fetched")
    assert (event["client_id"], event["source"]) == (URL, "192.0.2.1")
    assert event["detail"] == {"changed": False, "expires_in": 600}


async def test_it_is_kept_as_long_as_its_headers_say_also_after_a_restart(make, fetcher, clock):
    await make().find(URL, "")
    clock.advance(599)
    await make().find(URL, "")
    assert len(fetcher.asked) == 1
    clock.advance(1)
    await make().find(URL, "")
    assert len(fetcher.asked) == 2


async def test_n73_a_change_is_noticed_and_recorded(make, fetcher, clock, audit):
    documents = make()
    await documents.find(URL, "")
    fetcher.answer = document(redirect_uris=["https://other.example/"])
    clock.advance(600)
    client = await documents.find(URL, "")
    assert client.metadata.redirect_uris == ("https://other.example/",)
    changes = [each["detail"]["changed"] for each in await events(audit, "client_document_fetched")]
    assert sorted(changes) == [False, True]


async def test_n72_one_flight_for_each_identifier(make, fetcher):
    documents = make()
    fetcher.gate.clear()
    waiting = [asyncio.create_task(documents.find(URL, f"192.0.2.{n}")) for n in range(50)]
    await asyncio.sleep(0.05)
    fetcher.gate.set()
    clients = await asyncio.gather(*waiting)
    assert len(fetcher.asked) == 1
    assert {client.client_id for client in clients} == {URL}


async def test_whoever_leaves_takes_the_flight_from_nobody(make, fetcher):
    documents = make()
    fetcher.gate.clear()
    first = asyncio.create_task(documents.find(URL, ""))
    second = asyncio.create_task(documents.find(URL, ""))
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.sleep(0)
    fetcher.gate.set()
    assert (await second).client_id == URL
    assert len(fetcher.asked) == 1


async def test_n72_a_failure_is_not_asked_for_again_at_once_and_never_kept(
    make, fetcher, clock, database, audit
):
    documents = make()
    fetcher.answer = GONE
    first, second = await refusal(documents), await refusal(documents)
    assert first.error == second.error == "invalid_client"
    assert first.description == second.description
    assert len(fetcher.asked) == 1
    assert await database.read(find_document, URL) is None
    (event,) = await events(audit, "client_document_refused")
    assert event["reason"] == "status"
    clock.advance(10)
    fetcher.answer = document()
    assert (await documents.find(URL, "")).client_id == URL


async def test_n71_a_stranger_is_not_told_what_exists_here(make, fetcher, audit):
    descriptions = set()
    documents = make()
    for number, reason in enumerate(("unresolvable", "special_address", "unreachable", "timeout")):
        fetcher.answer = FetchRefused(reason, f"detail of {reason}")
        descriptions.add((await refusal(documents, f"{URL}?{number}")).description)
    assert descriptions == {"the document at client_id cannot be used: it cannot be fetched"}
    assert len({event["reason"] for event in await events(audit, "client_document_refused")}) == 4


async def test_the_last_good_one_serves_while_it_cannot_be_had(make, fetcher, clock):
    documents = make()
    await documents.find(URL, "")
    fetcher.answer = UNREACHABLE
    for _ in range(3):
        clock.advance(3600)
        assert (await documents.find(URL, "")).client_id == URL
        assert (await documents.find(URL, "")).client_id == URL
    assert len(fetcher.asked) == 4
    clock.advance(86_400)
    assert (await refusal(documents)).error == "invalid_client"


@pytest.mark.parametrize("answer", [GONE, document(client_name="")])
async def test_a_document_taken_back_or_broken_serves_no_longer(
    make, fetcher, clock, answer, database
):
    documents = make()
    await documents.find(URL, "")
    fetcher.answer = answer
    clock.advance(600)
    assert (await refusal(documents)).error == "invalid_client"
    assert await database.read(find_document, URL) is None
    fetcher.answer = UNREACHABLE
    clock.advance(600)
    assert (await refusal(documents)).error == "invalid_client"


@pytest.mark.parametrize(
    "url",
    [
        "https://client.example",
        "https://client.example/../c",
        "https://user@client.example/c",
        "https://client.example/c#f",
        "https://127.0.0.1/c",
        f"https://client.example/{'a' * 2048}",
    ],
)
async def test_n70_a_bad_identifier_is_never_fetched(make, fetcher, url):
    assert (await refusal(make(), url)).error == "invalid_client"
    assert fetcher.asked == []


async def test_a_host_that_is_not_trusted_is_never_fetched(make, fetcher):
    documents = make(trust=DocumentTrust(["claude.ai"], []))
    assert (await refusal(documents)).error == "invalid_client"
    assert fetcher.asked == []


async def test_trust_withdrawn_holds_for_documents_already_kept(make):
    await make().find(URL, "")
    assert (await refusal(make(trust=DocumentTrust(["*"], [URL])))).error == "invalid_client"


async def test_n72_a_thousand_identifiers_from_one_place_are_capped(make, fetcher, audit):
    documents = make(per_source=Throttle(rate=1 / 6, burst=20, clock=lambda: 0.0))
    fetcher.answer = ...
    refused = []
    for number in range(1000):
        try:
            await documents.find(f"https://client.example/{number}", "192.0.2.1")
        except OAuthError as error:
            refused.append(error)
    assert len(fetcher.asked) == 20
    assert {error.error for error in refused} == {"too_many_requests"}
    assert {error.status for error in refused} == {429}
    assert all(dict(error.headers)[b"retry-after"].isdigit() for error in refused)
    assert len(await audit.tail(10_000)) == 20
    # Others, and what is known already, are not affected.
    assert await documents.find("https://client.example/x", "192.0.2.2")
    assert await documents.find("https://client.example/0", "192.0.2.1")


async def test_n72_and_from_everywhere_together(make, fetcher):
    documents = make(in_all=Throttle(rate=2, burst=100, clock=lambda: 0.0))
    fetcher.answer = ...
    refused = 0
    for number in range(300):
        try:
            await documents.find(f"https://client.example/{number}", f"10.0.{number}.1")
        except OAuthError:
            refused += 1
    assert (len(fetcher.asked), refused) == (100, 200)


async def test_a_brake_does_not_stop_who_is_known(make, clock, fetcher):
    documents = make()
    await documents.find(URL, "192.0.2.1")
    clock.advance(600)
    braking = make(per_source=Throttle(rate=0.001, burst=1, clock=clock))
    fetcher.answer = ...
    await braking.find("https://client.example/other", "192.0.2.1")
    assert (await braking.find(URL, "192.0.2.1")).client_id == URL


async def test_old_and_surplus_documents_are_purged(database):
    for number in range(5):
        kept = Kept(f"{URL}?{number}", ClientMetadata(), number, number + 60)
        await database.write(keep_document, kept)
    assert await database.write(purge_documents, fetched_before=1) == 1
    assert await database.write(purge_documents, fetched_before=0, keep=2) == 2
    assert await database.read(find_document, f"{URL}?2") is None
    assert await database.read(find_document, f"{URL}?3") is not None
    assert await database.write(purge_documents, fetched_before=0, keep=2) == 0


async def test_the_directory_finds_urls_there_and_gives_them_the_scope_of_strangers(
    make, database, clock, fetcher
):
    fetcher.answer = document(scope="admin")
    directory = ClientDirectory(
        database, clock, documents=make(), self_registered_scope="mcp.access"
    )
    client = await directory.find(URL, "192.0.2.1")
    assert client.metadata.scope == "mcp.access"
    assert await ClientDirectory(database, clock).find(URL) is None
    assert len(fetcher.asked) == 1
