"""What a configuration may not be, and how to mend it."""

import re
from ipaddress import ip_network

from sumun.config.credential import credential_problems
from sumun.config.errors import ConfigurationError
from sumun.config.model import Config, ProviderConfig, UpstreamConfig
from sumun.config.reaching import reaching_problems

KNOWN_SECRETS = frozenset({"mcp-oauth2-demo-secret-key-2025", "secret", "changeme", "password"})
"""Root secrets printed in public documents; production refuses them."""

SECRET_LENGTH = 16
"""Characters a root secret has at least, in production."""

PUBLISHED_KEYS = 16
"""Superseded signing keys that may be published at once; verifiers bound the sets they take."""

_ISSUER = re.compile(r"https?://(?!/)[!-~]+")
_ENTRY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TENANT = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_OWN_ISSUER = frozenset({"", "okta", "keycloak"})
"""Providers of which everybody has their own."""
_NOT_IN_ISSUER = re.compile(r'[?#@"\\<>]')


def check(config: Config, *, serving: bool = True) -> None:
    """Refuse settings that are unsafe in the configured mode.

    Raises
    ------
    ConfigurationError
        With every unsafe setting and how to mend it, one a line.

    """
    of_serving = (
        (
            _serving_problems,
            _proxy_problems,
            _key_problems,
            _trust_problems,
            _provider_problems,
            _upstream_problems,
            _reveal_problems,
        )
        if serving
        else ()
    )
    checks = (*of_serving, _secret_problems)
    problems = [problem for check in checks for problem in check(config)]
    if problems:
        raise ConfigurationError("\n".join(problems))


def _serving_problems(config: Config) -> list[str]:
    found: list[str] = []
    issuer = config.issuer
    if not _ISSUER.fullmatch(issuer) or _NOT_IN_ISSUER.search(issuer):
        # Not shown: what is wrong with it may be a password in it.
        found.append(
            "issuer: must be an http(s) URL in ASCII, without user, query or fragment"
            " (RFC 8414 §2), such as https://gate.example.com"
        )
    if config.mode == "development":
        return found
    if not found and issuer.startswith("http://"):
        found.append(
            f"issuer: {issuer!r} is plain http; production needs https:// "
            '(or mode = "development" on a loopback address)'
        )
    if config.server.debug:
        found.append("server.debug: must be off in production; remove it")
    if config.oauth.demo_client:
        found.append(
            "oauth.demo_client: everybody knows its secret; remove it, "
            "and add a client of your own with sumun client add"
        )
    if config.oauth.auto_approve:
        found.append(
            "oauth.auto_approve: lets everybody in as one person; remove it, "
            "and add people with sumun user add"
        )
    return found


def _proxy_problems(config: Config) -> list[str]:
    server = config.server
    found = [
        f"server.trusted_proxies: {each} is no address or network, such as 10.0.0.5 or fd00::/64"
        for each in server.trusted_proxies
        if not _is_network(each)
    ]
    if bool(server.tls_certificate) != bool(server.tls_key):
        found.append(
            "server.tls_certificate and server.tls_key: TLS needs both; name the files, "
            "or leave both out where a proxy ends TLS"
        )
    if server.client_certificate_header and not server.trusted_proxies:
        found.append(
            "server.client_certificate_header: nobody is trusted to send it; "
            "name the proxies in server.trusted_proxies"
        )
    return found


def _key_problems(config: Config) -> list[str]:
    keys = config.keys
    found = []
    if 0 < keys.rotate_every <= keys.publish_ahead:
        found.append(
            f"keys.rotate_every: a key cannot sign for {keys.rotate_every} s when the next is "
            f"published {keys.publish_ahead} s ahead; make it longer than keys.publish_ahead"
        )
    if 0 < keys.rotate_every * PUBLISHED_KEYS < config.oauth.access_token_ttl:
        found.append(
            f"keys.rotate_every: more than {PUBLISHED_KEYS} keys would be published at once; "
            "make it longer, or oauth.access_token_ttl shorter"
        )
    if keys.store == "database" and not keys.root_secret:
        found.append(
            "keys.store: nodes that share keys share the secret they are sealed under; set "
            "JWT_SECRET_KEY, the same on each"
        )
    return found


def _trust_problems(config: Config) -> list[str]:
    found: list[str] = []
    for name, issuer in config.oauth.trusted_issuers.items():
        at = f"oauth.trusted_issuers.{name}"
        if not _ENTRY.fullmatch(name):
            found.append(f"{at}: the name must be letters, digits, '.', '_' and '-', at most 64")
        found.extend(
            f"{at}.{what}: is missing" for what in ("issuer", "keys") if not getattr(issuer, what)
        )
        if issuer.issuer == config.issuer:
            found.append(f"{at}.issuer: this server does not take its own assertions")
        if issuer.kind == "workload" and "sub" not in issuer.claims:
            found.append(
                f"{at}.claims: name the workload's sub, or a pattern of it: "
                "everybody on a shared platform has an assertion of its issuer"
            )
    found.extend(
        f"oauth.partners.{name}.audience: is missing"
        for name, partner in config.oauth.partners.items()
        if not partner.audience
    )
    return found


def _provider_problems(config: Config) -> list[str]:
    found: list[str] = []
    for name, provider in config.oauth.providers.items():
        at = f"oauth.providers.{name}"
        if not _ENTRY.fullmatch(name):
            found.append(f"{at}: the name must be letters, digits, '.', '_' and '-', at most 64")
        if not provider.client_id:
            found.append(f"{at}.client_id: is missing; the provider gives it to you")
        found.extend(f"{at}.{problem}" for problem in _issuer_problems(provider, config.mode))
        if provider.issuer == config.issuer:
            found.append(f"{at}.issuer: is this server itself")
        found.extend(
            f"{at}.networks: {each} is no address or network, such as 10.0.0.0/8"
            for each in provider.networks
            if not _is_network(each)
        )
    return found


def _issuer_problems(provider: ProviderConfig, mode: str) -> list[str]:
    issuer = provider.issuer
    if provider.preset in _OWN_ISSUER and not issuer:
        return ["issuer: is missing; it is the iss of the provider's tokens, to the letter"]
    if provider.preset == "entra" and not issuer and not _TENANT.fullmatch(provider.tenant):
        return [
            (
                "tenant: must be the identifier of one tenant, as 8-4-4-4-12 hexadecimal digits: "
                "in any other anybody could call themselves anything"
            )
        ]
    local = mode == "development" and issuer.startswith(("http://localhost:", "http://localhost/"))
    if issuer and not local and (not _ISSUER.fullmatch(issuer) or issuer.startswith("http:")):
        return ["issuer: must be an https URL (in development also http://localhost:PORT)"]
    return []


def _upstream_problems(config: Config) -> list[str]:
    return [
        f"servers.{name}.{problem}"
        for name, server in config.servers.items()
        for problem in (
            *reaching_problems(server),
            *_shown_problems(server, config),
            *(f"credential.{problem}" for problem in credential_problems(server.credential)),
        )
    ]


def _shown_problems(server: UpstreamConfig, config: Config) -> list[str]:
    found: list[str] = []
    credential = server.credential
    if server.authorization and server.authorization_file:
        found.append("authorization: is in a file as well; leave one of them out")
    if credential.kind and (server.authorization or server.authorization_file):
        found.append("authorization: the access token takes its place; leave it out")
    if bool(server.tls_certificate) != bool(server.tls_key):
        found.append("tls_certificate and tls_key: a certificate needs both; name the files")
    if (server.tls_certificate or server.tls_authorities) and server.url.startswith("http:"):
        found.append("url: is plain http; a certificate is shown over https:// only")
    if credential.issuer == config.issuer:
        found.append("credential.issuer: is this server itself")
    found.extend(
        f"credential.networks: {each} is no address or network, such as 10.0.0.0/8"
        for each in credential.networks
        if not _is_network(each)
    )
    return found


def _reveal_problems(config: Config) -> list[str]:
    found: list[str] = []
    for name, words in config.reveal.purposes.items():
        at = f"reveal.purposes.{name}"
        if not _PURPOSE.fullmatch(name):
            found.append(f"{at}: the name must be lower-case letters, digits and '_', at most 32")
        if not words.en or not words.ko:
            found.append(f"{at}: say it in both languages, en and ko; people agree to these words")
    return found


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _secret_problems(config: Config) -> list[str]:
    secret = config.keys.root_secret
    if config.mode == "development" or not secret:
        return []
    if secret in KNOWN_SECRETS:
        problem = (
            "keys.root_secret: this value is printed in public documents; set JWT_SECRET_KEY "
            "(or SUMUN_KEYS__ROOT_SECRET_FILE) to a secret of your own: sumun init writes one"
        )
        return [problem]
    if len(secret) < SECRET_LENGTH:
        problem = (
            f"keys.root_secret: has fewer than {SECRET_LENGTH} characters and can be guessed; "
            "set JWT_SECRET_KEY to a longer one: sumun init writes one"
        )
        return [problem]
    return []
