"""Each preset against what the real client publishes or sends."""

import msgspec
import pytest

from sumun.config import Config
from sumun.oauth.cimd.document import read_document
from sumun.oauth.fetch import check_url
from sumun.oauth.presets import PRESETS
from sumun.oauth.redirects import check_redirect_uri, is_registered, redirect_kind
from sumun.oauth.registration.described import read_described
from sumun.oauth.registration.metadata import check_metadata
from sumun.oauth.registration.offers import offer_to_anybody, offer_to_documents

from .documents import DOCUMENTS, REGISTRATIONS

CONFIG = Config(mode="production", issuer="https://sumun.example")


def test_the_clients_many_people_use_are_there():
    assert set(PRESETS) == {
        "claude",
        "claude-code",
        "chatgpt",
        "vscode",
        "cursor",
        "mcp-inspector",
        "mcp-remote",
    }
    assert all(name == preset.name for name, preset in PRESETS.items())
    assert set(DOCUMENTS) == {name for name, preset in PRESETS.items() if preset.document}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_its_document_is_accepted_by_default(name):
    document = DOCUMENTS[name]
    preset = PRESETS[name]
    assert document["client_id"] == preset.document
    assert check_url(preset.document)
    body = msgspec.json.encode(document)
    assert len(body) <= 5120
    metadata = read_document(preset.document, body, offer_to_documents(CONFIG))
    assert metadata.client_name == preset.title
    assert metadata.redirect_uris == tuple(document["redirect_uris"])
    assert preset.auth_method in metadata.token_endpoint_auth_methods
    assert metadata.application_type == preset.application_type


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_client_registered_by_preset_may_come_back_where_its_document_says(name):
    registered = PRESETS[name].metadata().redirect_uris
    known = [uri for uri in DOCUMENTS[name]["redirect_uris"] if "grok.com" not in uri]
    assert all(is_registered(registered, uri) for uri in known)


@pytest.mark.parametrize("name", sorted(REGISTRATIONS))
def test_its_registration_is_accepted_by_default(name):
    sent = REGISTRATIONS[name]
    described = read_described(msgspec.json.encode(sent))
    metadata = check_metadata(described, offer_to_anybody(CONFIG))
    assert metadata.redirect_uris == tuple(sent["redirect_uris"])
    assert metadata.token_endpoint_auth_methods == ("none",)
    assert metadata.application_type == PRESETS[name].application_type


@pytest.mark.parametrize("name", sorted(REGISTRATIONS))
def test_a_client_registered_by_preset_may_come_back_where_it_would_register(name):
    registered = PRESETS[name].metadata().redirect_uris
    known = [uri for uri in REGISTRATIONS[name]["redirect_uris"] if "grokbot" not in uri]
    assert all(is_registered(registered, uri) for uri in known)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_what_a_preset_registers_is_what_anybody_could(preset):
    metadata = preset.metadata()
    for uri in metadata.redirect_uris:
        check_redirect_uri(uri, CONFIG.oauth.private_use_schemes)
    kinds = {redirect_kind(uri) for uri in metadata.redirect_uris}
    assert (preset.application_type == "web") == (kinds == {"web"})
    assert metadata.token_endpoint_auth_methods == ("none",)
    assert metadata.response_types == ("code",)
    assert preset.note


def test_the_document_of_chatgpt_lets_it_prove_who_it_is_or_not():
    body = msgspec.json.encode(DOCUMENTS["chatgpt"])
    metadata = read_document(PRESETS["chatgpt"].document, body, offer_to_documents(CONFIG))
    assert metadata.token_endpoint_auth_methods == ("private_key_jwt", "none")
    assert metadata.jwks_uri == "https://chatgpt.com/oauth/jwks.json"


def test_a_port_nobody_registered_is_fine_on_loopback():
    code = PRESETS["claude-code"].metadata().redirect_uris
    assert is_registered(code, "http://localhost:58135/callback")
    assert is_registered(code, "http://127.0.0.1:52163/callback")
    assert not is_registered(code, "http://localhost:58135/other")
    remote = PRESETS["mcp-remote"].metadata().redirect_uris
    assert is_registered(remote, "http://localhost:35535/oauth/callback")
