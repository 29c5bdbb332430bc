"""What may be configured, from where, and what an operator is told when it may not."""

import tomllib
from pathlib import Path

import pytest

from sumun.config import (
    Config,
    ConfigurationError,
    OAuthConfig,
    PartnerConfig,
    ServerConfig,
    TrustedIssuerConfig,
    check,
    load,
)

SECRET = "correct-horse-battery-staple"
DEVELOPMENT = 'mode = "development"\n'


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text="", environ=None, overrides=None):
    """The configuration of a file with this text, an environment and a command line."""
    Path("sumun.toml").write_text(DEVELOPMENT + text, encoding="utf-8")
    return load(environ=environ or {}, overrides=overrides)


def refusal(*arguments, **options):
    with pytest.raises(ConfigurationError) as raised:
        read(*arguments, **options)
    return str(raised.value)


# -- where settings come from ----------------------------------------------------------------------


def test_without_any_source_everything_has_its_default():
    assert load(environ={"SUMUN_MODE": "development"}) == Config(mode="development")


@pytest.mark.parametrize(
    ("text", "environ", "overrides", "port"),
    [
        ("", {}, {}, 8081),
        ("[server]\nport = 1", {}, {}, 1),
        ("[server]\nport = 1", {"SUMUN_SERVER__PORT": "2"}, {}, 2),
        ("[server]\nport = 1", {"SUMUN_SERVER__PORT": "2"}, {"server.port": 3}, 3),
        ("[server]\nport = 1", {"SUMUN_SERVER__PORT": ""}, {}, 1),
    ],
)
def test_later_sources_win(text, environ, overrides, port):
    assert read(text, environ, overrides).server.port == port


def test_sources_are_merged_setting_by_setting():
    config = read(
        '[server]\nport = 1\n[servers.crm]\nurl = "http://crm/mcp"\ntimeout = 5',
        {"SUMUN_SERVER__WORKERS": "2", "SUMUN_SERVERS__CRM__TIMEOUT": "7"},
        {"server.host": "::1"},
    )
    assert (config.server.port, config.server.workers, config.server.host) == (1, 2, "::1")
    assert (config.servers["crm"].url, config.servers["crm"].timeout) == ("http://crm/mcp", 7.0)


def test_a_named_file_is_read_instead_of_the_usual_one(place):
    Path("sumun.toml").write_text("nonsense")
    (place / "other.toml").write_text(DEVELOPMENT + 'data_dir = "there"')
    assert load(place / "other.toml", environ={}).data_dir == "there"


def test_other_variables_are_no_business_of_ours():
    read(environ={"SUMUN": "x", "SUMUN_CONFIG": "y", "MY_SUMUN_MODE": "z", "PATH": "/bin"})


# -- what a variable's text means ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("SERVER__PORT", "9081", 9081),
        ("SERVER__HEADER_TIMEOUT", "2.5", 2.5),
        ("SERVER__HEADER_TIMEOUT", "2", 2.0),
        ("SERVER__DEBUG", "true", True),
        ("SERVER__DEBUG", "1", True),
        ("SERVER__DEBUG", "False", False),
        ("SERVER__ORIGINS", '["https://a.example", "http://b:1"]', ["https://a.example", "http://b:1"]),
        ("SERVER__ORIGINS", "[]", []),
        ("OAUTH__SCOPE_HIERARCHY", '{"all": ["mcp:*"]}', {"all": ["mcp:*"]}),
        ("OAUTH__AUDIENCE", "7", "7"),
        ("OAUTH__SIGNING_ALG", "EdDSA", "EdDSA"),
    ],
)  # fmt: skip
def test_a_text_becomes_what_the_setting_is(name, text, value):
    config = read(environ={f"SUMUN_{name}": text})
    section, setting = name.lower().split("__")
    assert getattr(getattr(config, section), setting) == value


def test_a_table_of_servers_in_one_variable():
    servers = '{"my-crm": {"url": "http://crm/mcp", "timeout": 3}}'
    config = read('[servers.hr]\nurl = "http://hr/mcp"', {"SUMUN_SERVERS": servers})
    assert sorted(config.servers) == ["hr", "my-crm"]
    assert config.servers["my-crm"].timeout == 3.0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("SERVER__PORT", "eighty", "server.port: expected `int`, got `str`"),
        ("SERVER__PORT", " 80", "server.port: expected `int`, got `str`"),
        ("SERVER__DEBUG", "yes", "server.debug: expected `bool`, got `str`"),
        ("SERVER__ORIGINS", "https://a.example", "server.origins: a list or a table is"),
        ("SERVER__ORIGINS", '"https://a.example"', "server.origins: expected `array`, got `str`"),
        ("SERVER__ORIGINS", "[" * 100_000, "server.origins: a list or a table is"),
        ("SERVER__ORIGINS", "[7]", "server.origins: expected `str`, got `int`"),
        ("OAUTH__SCOPE_HIERARCHY", '{"a": "b"}', "scope_hierarchy: expected `array`"),
        ("SERVER", "x", "server: a list or a table is"),
        ("SERVER", "7", "server: is a section, not a value"),
        ("MODE__X", "y", "mode: expected 'development' or 'production'"),
        ("SERVERS__CRM", "[]", "servers.crm: is a section, not a value"),
        ("SERVERS__CRM__TIMEOUT", "5", "servers.crm.url: is missing"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_value_is_refused(name, text, said):
    assert said in refusal(environ={f"SUMUN_{name}": text})


# -- names and types -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("[server]\nprot = 1", {}, "server.prot: there is no such setting; did you mean server.p"),
        ("isuer = 'x'", {}, "sumun.toml: isuer: there is no such setting; did you mean issuer?"),
        ("[servers.crm]\ntimeot = 1", {}, "setting; did you mean servers.crm.timeout?"),
        ("[nothing.like.it]\nx = 1", {}, "sumun.toml: nothing: there is no such setting"),
        ("", {"SUMUN_SERVER__PROT": "1"}, "SUMUN_SERVER__PROT: server.prot: there is no"),
        ("", {"SUMUN_SERVER_PORT": "1"}, "did you mean SUMUN_SERVER__PORT?"),
        ("", {"SUMUN_SERVER__PROT": ""}, "there is no such setting"),
        ("", {"SUMUN_": "1"}, "there is no such setting"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_an_error_that_guesses(text, environ, said):
    assert said in refusal(text, environ)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[server]\nport = "8081"', "server.port: expected `int`, got `str`"),
        ("[server]\ndebug = 1", "server.debug: expected `bool`, got `int`"),
        ("data_dir = 2026-01-01", "data_dir: expected `str`"),
        ("server = 1", "server: is a section, not a value"),
        ("servers = []", "servers: is a section, not a value"),
        ('[servers]\ncrm = "http://crm"', "servers.crm: is a section, not a value"),
        ("[servers.crm]\ntimeout = 5", "servers.crm.url: is missing"),
        ("[oauth]\nsigning_alg = 'HS256'", "oauth.signing_alg: expected 'ES256' or"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(text, said):
    assert refusal(text).startswith(f"sumun.toml: {said}" if "missing" not in said else said)


def test_the_command_line_may_not_misspell_either():
    assert refusal(overrides={"server.prot": 1}).startswith("server.prot: there is no such")


@pytest.mark.parametrize(
    "text",
    [
        "[server]\nport = -1",
        "[server]\nport = 65536",
        "[server]\nworkers = 0",
        "[server]\nworkers = 1000",
        "[server]\nbody_limit = 0",
        "[server]\nheader_limit = -1",
        "[server]\nheader_timeout = 0",
        "[server]\nbody_timeout = nan",
        "[server]\ndrain_timeout = inf",
        '[server]\norigins = ["https://app.example/page"]',
        '[server]\norigins = ["*"]',
        "[keys]\npublish_ahead = -1",
        "[oauth]\naccess_token_ttl = 0",
        "[oauth]\naccess_token_ttl = 100000000",
        "[audit]\ncommit_timeout = 0",
        '[audit]\nnode = "two words"',
        '[servers.crm]\nurl = "http://crm/mcp"\ntimeout = 0',
        '[servers.crm]\nurl = "http://crm/mcp"\nresult_limit = 0',
    ],
)
def test_what_is_out_of_bounds_is_refused(text):
    (section, members), *_ = tomllib.loads(text).items()
    setting = (
        f"{section}.crm.{text.split()[-3]}"
        if section == "servers"
        else f"{section}.{next(iter(members))}"
    )
    assert refusal(text).startswith(f"sumun.toml: {setting}: expected ")


# -- files that cannot be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"port = ", "sumun.toml: is not valid TOML: Invalid value (at end of document)"),
        (b"a = 1\na = 2", "sumun.toml: is not valid TOML"),
        (b'issuer = "\xff"', "sumun.toml: is not UTF-8 text"),
        (b"a = " + b"[" * 100_000, "sumun.toml: is not valid TOML"),
    ],
)
def test_a_damaged_file_is_one_line(content, said):
    Path("sumun.toml").write_bytes(content)
    with pytest.raises(ConfigurationError) as raised:
        load(environ={})
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_a_named_file_must_be_there(place):
    with pytest.raises(ConfigurationError, match=r"absent\.toml: cannot be read: No such file"):
        load(Path("absent.toml"), environ={})
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load(place, environ={})


# -- the root secret -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "environ", "secret"),
    [
        ('root_secret = "of the file"', {}, "of the file"),
        ('root_secret = "of the file"', {"JWT_SECRET_KEY": "seed's"}, "seed's"),
        ('root_secret = "of the file"', {"JWT_SECRET_KEY": ""}, "of the file"),
        ("", {"JWT_SECRET_KEY": "seed's", "SUMUN_KEYS__ROOT_SECRET": "ours"}, "ours"),
        ("", {"JWT_SECRET_KEY": "seed's", "SUMUN_KEYS__ROOT_SECRET": ""}, "seed's"),
        ('root_secret_file = "secret"', {}, SECRET),
        ('root_secret_file = "secret"', {"JWT_SECRET_KEY": "seed's"}, "seed's"),
        ('root_secret = "of the file"', {"SUMUN_KEYS__ROOT_SECRET_FILE": "secret"}, SECRET),
        ("", {"JWT_SECRET_KEY": "seed's", "SUMUN_KEYS__ROOT_SECRET_FILE": "secret"}, SECRET),
    ],
)
def test_the_root_secret_is_the_one_said_last(text, environ, secret):
    Path("secret").write_text(f"{SECRET}\n")
    assert read(f"[keys]\n{text}", environ).keys.root_secret == secret


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", " \n\n"])
def test_a_secret_file_may_end_as_editors_end_files(ending):
    Path("secret").write_bytes((SECRET + ending).encode())
    assert read('[keys]\nroot_secret_file = "secret"').keys.root_secret == SECRET


def test_a_secret_that_a_platform_mounts_for_all_to_read_is_read():
    """The platform decides who else is there; ``sumun doctor`` tells about the rest."""
    Path("secret").write_text(SECRET)
    Path("secret").chmod(0o644)
    assert read('[keys]\nroot_secret_file = "secret"').keys.root_secret == SECRET


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff" + SECRET.encode(), "is not UTF-8 text"),
        (b"x" * 100_000, "is too long for a secret"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_secret_file_that_is_none(content, said):
    if content is not None:
        Path("secret").write_bytes(content)
    assert refusal('[keys]\nroot_secret_file = "secret"') == f"keys.root_secret_file: secret {said}"


def test_an_endless_secret_file_is_not_read_to_its_end():
    said = refusal('[keys]\nroot_secret_file = "/dev/zero"')
    assert said == "keys.root_secret_file: /dev/zero is too long for a secret"


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        (f'[keys]\nroot_secret = ["{SECRET}"]', {}),
        (f"[keys]\nroot_secret = {{ x = '{SECRET}' }}", {}),
        (f'[keys]\nroot_secert = "{SECRET}"', {}),
        (f'[keys]\nroot_secret = "{SECRET}', {}),
        ("", {"SUMUN_KEYS": SECRET}),
        ("", {"SUMUN_KEYS__ROOT_SECRET__X": SECRET}),
        ("", {"SUMUN_KEYS__ROOT_SECERT": SECRET}),
        ("", {"SUMUN_SERVERS": f'{{"crm": {{"authorization": ["{SECRET}"]}}}}'}),
        (f'issuer = "https://user:{SECRET}@gate.example"', {}),
    ],
)
def test_no_error_shows_a_secret(text, environ):
    assert SECRET not in refusal(text, environ)


# -- what production refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "setting", "mend"),
    [
        ({"SUMUN_ISSUER": "http://gate.example"}, "issuer", "production needs https://"),
        ({"SUMUN_SERVER__DEBUG": "true"}, "server.debug", "remove it"),
        ({"SUMUN_OAUTH__DEMO_CLIENT": "true"}, "oauth.demo_client", "sumun client add"),
        ({"JWT_SECRET_KEY": "mcp-oauth2-demo-secret-key-2025"}, "keys.root_secret", "sumun init"),
        ({"SUMUN_KEYS__ROOT_SECRET": "changeme"}, "keys.root_secret", "sumun init"),
        ({"SUMUN_KEYS__ROOT_SECRET_FILE": "known"}, "keys.root_secret", "sumun init"),
        ({"JWT_SECRET_KEY": "only-15-letters"}, "keys.root_secret", "sumun init"),
    ],
)
def test_what_is_unsafe_is_refused_in_production_with_its_mend(environ, setting, mend):
    Path("known").write_text("secret\n")
    usual = {"SUMUN_ISSUER": "https://gate.example"}
    load(environ=usual)
    load(environ=usual | environ | {"SUMUN_MODE": "development"})
    with pytest.raises(ConfigurationError) as raised:
        load(environ=usual | environ)
    (line,) = str(raised.value).splitlines()
    assert line.startswith(f"{setting}: ")
    assert mend in line
    assert not any(value in line for value in environ.values() if setting == "keys.root_secret")


@pytest.mark.parametrize(
    ("environ", "setting"),
    [
        ({"ROTATE_EVERY": "3600"}, "keys.rotate_every"),
        ({"ROTATE_EVERY": "30", "PUBLISH_AHEAD": "10"}, "keys.rotate_every"),
        ({"STORE": "database"}, "keys.store"),
    ],
    ids=["shorter than publish_ahead", "too many keys at once", "no shared root secret"],
)
def test_key_settings_that_cannot_be_kept_are_refused(environ, setting):
    keys = {f"SUMUN_KEYS__{name}": value for name, value in environ.items()}
    with pytest.raises(ConfigurationError) as raised:
        load(environ={"SUMUN_MODE": "development", **keys})
    (line,) = str(raised.value).splitlines()
    assert line.startswith(f"{setting}: ")


def test_everything_unsafe_is_said_at_once():
    environ = {
        "SUMUN_SERVER__DEBUG": "true",
        "SUMUN_OAUTH__DEMO_CLIENT": "true",
        "JWT_SECRET_KEY": "secret",
    }
    with pytest.raises(ConfigurationError) as raised:
        load(environ=environ)
    settings = [line.partition(":")[0] for line in str(raised.value).splitlines()]
    assert settings == ["issuer", "server.debug", "oauth.demo_client", "keys.root_secret"]


def test_commands_that_serve_nothing_do_not_judge_what_a_server_has():
    environ = {"SUMUN_ISSUER": "http://gate.example", "JWT_SECRET_KEY": SECRET}
    load(environ=environ, serving=False)
    with pytest.raises(ConfigurationError, match=r"keys\.root_secret"):
        load(environ=environ | {"JWT_SECRET_KEY": "secret"}, serving=False)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://gate.example",
        "https://gate.example/",
        "https://gate.example:8443/tenant/a",
        "http://[::1]:8081",
        "https://xn--9n2bp8q.example",
    ],
)
def test_issuers(issuer):
    check(Config(mode="development", issuer=issuer))


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "gate.example",
        "ftp://gate.example",
        "https://",
        "https:///path",
        "https://gate.example?x",
        "https://gate.example/#x",
        "https://user@gate.example",
        "https://gate.example/a b",
        "https://gate.example\n",
        'https://gate.example/"',
        "https://예시.example",
    ],
)
def test_what_is_no_issuer(issuer):
    with pytest.raises(ConfigurationError, match=r"^issuer: must be an http\(s\) URL in ASCII"):
        check(Config(mode="development", issuer=issuer))


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"trusted_issuers": {"a b": TrustedIssuerConfig(issuer="x", keys="y")}}, "the name must"),
        ({"trusted_issuers": {"a": TrustedIssuerConfig(keys="y")}}, "a.issuer: is missing"),
        ({"trusted_issuers": {"a": TrustedIssuerConfig(issuer="x")}}, "a.keys: is missing"),
        (
            {"trusted_issuers": {"a": TrustedIssuerConfig(issuer="https://own.example", keys="y")}},
            "its own assertions",
        ),
        (
            {"trusted_issuers": {"a": TrustedIssuerConfig(issuer="x", keys="y", kind="workload")}},
            "name the workload's sub",
        ),
        ({"partners": {"a": PartnerConfig()}}, "a.audience: is missing"),
    ],
)
def test_trust_must_be_said_in_full(settings, problem):
    config = Config(issuer="https://own.example", oauth=OAuthConfig(**settings))
    with pytest.raises(ConfigurationError, match=problem):
        check(config)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"trusted_proxies": ["10.0.0.999"]}, "no address or network"),
        ({"client_certificate_header": "Client-Cert"}, "nobody is trusted to send it"),
        ({"tls_certificate": "server.pem"}, "TLS needs both"),
        ({"tls_key": "server.key"}, "TLS needs both"),
    ],
)
def test_a_connection_is_described_in_full(settings, problem):
    config = Config(issuer="https://own.example", server=ServerConfig(**settings))
    with pytest.raises(ConfigurationError, match=problem):
        check(config)
