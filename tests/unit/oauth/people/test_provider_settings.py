"""The settings of providers: presets, and what is refused."""

from typing import get_args
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from sumun.config import Config, ConfigurationError, OAuthConfig, ProviderConfig, check, load
from sumun.oauth.fetch import Fetched, Fetcher, FetchRefused
from sumun.oauth.providers.id_token import UpstreamPerson
from sumun.oauth.providers.presets import PRESETS
from sumun.oauth.providers.provider import Provider
from sumun.oauth.providers.reaching import fetcher_of
from sumun.oauth.providers.refused import UpstreamRefused
from sumun.oauth.upstream.requests import UpstreamRequest

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


def person(email="", hosted_domain=""):
    return UpstreamPerson("https://id.example", "1", email, "", hosted_domain)


@pytest.mark.parametrize(
    ("preset", "who", "vouched"),
    [
        ("google", person("mina@corp.example", "corp.example"), True),
        ("google", person("mina@corp.example"), False),
        ("google", person("mina@corp.example", "evil.example"), False),
        ("google", person("mina@gmail.com"), False),
        ("keycloak", person("mina@corp.example"), True),
        ("keycloak", person("", "corp.example"), False),
    ],
)
def test_google_vouches_for_accounts_that_a_domain_manages(preset, who, vouched):
    issuer = {} if preset == "google" else {"issuer": "https://id.example"}
    assert provider(preset=preset, **issuer).vouches_for(who, {"corp.example"}) is vouched


def test_google_vouches_for_its_own_addresses():
    assert provider(preset="google").vouches_for(person("mina@gmail.com"), {"gmail.com"})


KAKAO = {
    "issuer": "https://kauth.kakao.com",
    "authorization_endpoint": "https://kauth.kakao.com/oauth/authorize",
    "token_endpoint": "https://kauth.kakao.com/oauth/token",
    "userinfo_endpoint": "https://kapi.kakao.com/v1/oidc/userinfo",
    "jwks_uri": "https://kauth.kakao.com/.well-known/jwks.json",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "request_uri_parameter_supported": False,
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code", "refresh_token"],
    "code_challenge_methods_supported": ["S256"],
}
NAVER = {
    "issuer": "https://nid.naver.com",
    "authorization_endpoint": "https://nid.naver.com/oauth2/authorize",
    "token_endpoint": "https://nid.naver.com/oauth2/token",
    "jwks_uri": "https://nid.naver.com/oauth2/jwks",
    "userinfo_endpoint": "https://openapi.naver.com/v1/nid/me",
    "response_types_supported": ["code"],
    "scopes_supported": ["openid", "profile"],
    "grant_types_supported": ["authorization_code"],
    "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
    "code_challenge_methods_supported": ["S256"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
}
"""What they say of themselves."""


class Scripted:
    """Answers as the provider would, and keeps what it was asked."""

    def __init__(self, metadata):
        self.metadata = metadata
        self.forms = []

    def check(self, url):
        Fetcher().check(url)

    async def get(self, url, **_):
        assert url == f"{self.metadata['issuer']}/.well-known/openid-configuration"
        return Fetched(msgspec.json.encode(self.metadata), "application/json", {})

    async def submit(self, url, form, *, headers, **_):
        self.forms.append((url, dict(form), headers))
        raise FetchRefused("status", "enough was seen", status=400)


async def asked(metadata, preset, again):
    """Return what a provider is asked, at both of its endpoints."""
    fetcher = Scripted(metadata)
    config = ProviderConfig(preset=preset, client_id="id", client_secret="hush")
    made = Provider("corp", config, redirect_uri="https://a/cb", fetcher=fetcher, clock=lambda: 0)
    request = UpstreamRequest(
        purpose="account", bound_to="", nonce="n", code_verifier="v" * 43, again=again
    )
    url = await made.authorization_url("st", request)
    with pytest.raises(UpstreamRefused):
        await made.answered({"code": "c", "state": "st"}, request)
    return url, fetcher.forms[0]


@pytest.mark.parametrize(
    ("metadata", "preset", "anew", "more"),
    [
        (KAKAO, "kakao", {"prompt": "login", "max_age": "0"}, {}),
        (NAVER, "naver", {"auth_type": "reauthenticate"}, {"state": "st"}),
    ],
    ids=["kakao", "naver"],
)
async def test_kakao_and_naver_are_asked_as_their_guides_say(metadata, preset, anew, more):
    url, (endpoint, form, headers) = await asked(metadata, preset, again=True)
    assert url.startswith(metadata["authorization_endpoint"] + "?")
    query = dict(parse_qsl(urlsplit(url).query))
    assert query["scope"] == "openid"
    assert query["code_challenge_method"] == "S256"
    assert anew.items() <= query.items()
    assert endpoint == metadata["token_endpoint"]
    assert headers == {}
    assert form == {
        "grant_type": "authorization_code",
        "code": "c",
        "redirect_uri": "https://a/cb",
        "code_verifier": "v" * 43,
        "client_id": "id",
        "client_secret": "hush",
        **more,
    }
    url, _ = await asked(metadata, preset, again=False)
    assert anew.keys().isdisjoint(dict(parse_qsl(urlsplit(url).query)))


@pytest.mark.parametrize(
    ("mode", "issuer", "reached"),
    [
        ("development", "http://localhost:8080", True),
        ("development", "https://id.example", False),
        ("production", "http://localhost:8080", False),
    ],
)
def test_only_a_provider_on_this_machine_may_send_us_to_it(mode, issuer, reached):
    made = fetcher_of(Config(mode=mode))(ProviderConfig(client_id="a", issuer=issuer))
    if reached:
        made.check("http://localhost:8080/token")
    else:
        with pytest.raises(FetchRefused):
            made.check("http://localhost:8080/token")
