"""The settings of providers: presets, and what is refused."""

from typing import get_args

import msgspec
import pytest

from sumun.config import Config, ConfigurationError, OAuthConfig, ProviderConfig, check, load
from sumun.oauth.fetch import Fetcher
from sumun.oauth.providers.presets import PRESETS
from sumun.oauth.providers.provider import Provider

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def provider(**settings):
    config = ProviderConfig(client_id="sumun", **settings)
    return Provider(
        "corp", config, redirect_uri="https://gate.example/cb", fetcher=Fetcher(), clock=lambda: 0
    )


@pytest.mark.parametrize(
    ("settings", "issuer", "label"),
    [
        ({"preset": "google"}, "https://accounts.google.com", "Google"),
        (
            {"preset": "entra", "tenant": TENANT},
            f"https://login.microsoftonline.com/{TENANT}/v2.0",
            "Microsoft",
        ),
        ({"preset": "okta", "issuer": "https://a.okta.com"}, "https://a.okta.com", "Okta"),
        (
            {"preset": "keycloak", "issuer": "https://id.example/realms/a", "label": "회사"},
            "https://id.example/realms/a",
            "회사",
        ),
        ({"preset": "kakao"}, "https://kauth.kakao.com", "Kakao"),
        ({"preset": "naver"}, "https://nid.naver.com", "Naver"),
        ({"issuer": "https://id.example/"}, "https://id.example/", "corp"),
    ],
)
def test_a_preset_knows_the_issuer(settings, issuer, label):
    made = provider(**settings)
    assert (made.issuer, made.label) == (issuer, label)


def test_every_preset_is_a_setting_and_the_other_way_round():
    fields = {field.name: field for field in msgspec.structs.fields(ProviderConfig)}
    assert set(get_args(fields["preset"].type)) == {"", *PRESETS}
    assert all("openid" in preset.scope.split() for preset in PRESETS.values())


def config(mode="production", **settings):
    providers = {settings.pop("name", "corp"): ProviderConfig(**settings)}
    return Config(mode=mode, issuer="https://gate.example", oauth=OAuthConfig(providers=providers))


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"issuer": "https://id.example"}, "client_id"),
        ({"client_id": "a"}, "issuer"),
        ({"client_id": "a", "preset": "okta"}, "issuer"),
        ({"client_id": "a", "preset": "keycloak"}, "issuer"),
        ({"client_id": "a", "preset": "entra"}, "tenant"),
        ({"client_id": "a", "preset": "entra", "tenant": "common"}, "tenant"),
        ({"client_id": "a", "preset": "entra", "tenant": "contoso.onmicrosoft.com"}, "tenant"),
        ({"client_id": "a", "issuer": "http://id.example"}, "issuer"),
        ({"client_id": "a", "issuer": "http://localhost:8080"}, "issuer"),
        ({"client_id": "a", "issuer": "ftp://id.example"}, "issuer"),
        ({"client_id": "a", "issuer": "https://gate.example"}, "issuer"),
        ({"client_id": "a", "preset": "google", "networks": ["1.2.3.4/99"]}, "networks"),
        ({"client_id": "a", "preset": "google", "name": "a/b"}, "name must be"),
    ],
)
def test_what_cannot_work_or_is_not_safe_is_refused(settings, setting):
    with pytest.raises(ConfigurationError, match=setting):
        check(config(**settings))


def test_in_development_a_provider_may_be_on_this_machine():
    check(config("development", client_id="a", issuer="http://localhost:8080/realms/a"))
    with pytest.raises(ConfigurationError):
        check(config("development", client_id="a", issuer="http://localhost.evil.example"))


def test_a_table_of_the_file_is_a_provider(tmp_path):
    file = tmp_path / "sumun.toml"
    file.write_text(
        'issuer = "https://gate.example"\n'
        "[oauth.providers.google]\n"
        'preset = "google"\nclient_id = "a"\nclient_secret = "b"\n'
    )
    loaded = load(file, environ={})
    assert loaded.oauth.providers["google"].client_id == "a"


def test_the_secret_may_be_in_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    made = provider(preset="google", client_secret_file=str(file))
    assert made._client_secret == "from a file"


def test_a_public_client_has_none():
    assert provider(preset="google")._client_secret == ""
