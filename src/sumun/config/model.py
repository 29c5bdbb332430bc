"""The settings: their names, types, bounds and defaults."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from sumun.config.credential import CredentialConfig
from sumun.config.detection import DetectionConfig
from sumun.config.reveal import RevealConfig
from sumun.config.telemetry import TelemetryConfig

Mode = Literal["development", "production"]

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Processes = Annotated[int, msgspec.Meta(ge=1, le=256)]
Bytes = Annotated[int, msgspec.Meta(ge=1024, le=2**31)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
TokenLifetime = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
CodeLifetime = Annotated[int, msgspec.Meta(ge=1, le=60)]
RefreshGrace = Annotated[int, msgspec.Meta(ge=0, le=60)]
Lifetime = Annotated[int, msgspec.Meta(ge=60, le=366 * 86_400)]
Ahead = Annotated[int, msgspec.Meta(ge=0, le=30 * 86_400)]
RotateEvery = Annotated[int, msgspec.Meta(ge=0, le=3 * 366 * 86_400)]
Alg = Literal["ES256", "RS256", "EdDSA"]
HeaderName = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9-]{1,64})?$")]
Network = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$")]
Origin = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/?#@]+$")]
Scheme = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9+.-]{0,63}$")]
NodeName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The HTTP listener.

    Sizes are bytes, times are seconds. ``access_log`` writes one JSON line per request to standard
    error; ``metrics`` shows ``/metrics`` to everyone who can connect, not only on loopback.
    ``origins`` are the web origins whose pages may call, beside the issuer's own.

    TLS ends here with ``tls_certificate`` and ``tls_key``, files in PEM, or else at a proxy in
    front. ``trusted_proxies`` are the addresses or networks of those that are believed:
    ``forwarded_header`` names the field to which they add whom they heard from, and
    ``client_certificate_header`` the one in which they hand over the client's certificate
    (RFC 9440, or PEM as nginx escapes it), which they must drop when it comes from outside.
    """

    host: str = "127.0.0.1"
    port: Port = 8081
    workers: Processes = 1
    body_limit: Bytes = 4 * 1024 * 1024
    header_limit: Bytes = 32 * 1024
    header_timeout: Seconds = 5.0
    body_timeout: Seconds = 10.0
    drain_timeout: Seconds = 10.0
    origins: list[Origin] = []
    tls_certificate: str = ""
    tls_key: str = ""
    trusted_proxies: list[Network] = []
    forwarded_header: Literal["", "X-Forwarded-For", "Forwarded"] = "X-Forwarded-For"
    client_certificate_header: HeaderName = ""
    debug: bool = False
    access_log: bool = False
    metrics: bool = False


class StorageConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where state lives: empty for SQLite in the data directory, or a ``postgresql://`` URL."""

    url: str = ""


class Pkcs11Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A PKCS #11 token: the ``module`` that speaks to it, its label, and the user's PIN."""

    module: str = ""
    token: str = ""
    pin: str = ""
    pin_file: str = ""


class VaultConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The transit engine of HashiCorp Vault or OpenBao.

    ``key`` begins the names of our keys there. ``token_file`` is read anew for each call, so that
    an agent may renew it.
    """

    address: str = ""
    mount: str = "transit"
    key: str = "sumun"
    token: str = ""
    token_file: str = ""
    namespace: str = ""
    ca_file: str = ""


class AwsKmsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """AWS KMS; credentials come from where the AWS tools find them."""

    region: str = ""
    endpoint: str = ""


class KeysConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Key material and its rotation.

    ``root_secret`` is the secret from which keys at rest, cookies and keyed hashes are derived
    (HKDF, RFC 5869). Left empty, one is generated in the key directory. ``store`` says where the
    sealed keys are: on one machine in files, on several in the database they share.

    A signing key signs for ``rotate_every`` seconds (0: until somebody rotates), and is published
    ``publish_ahead`` seconds before that, for verifiers that cache the key set. ``signer`` says
    who holds the private signing keys.
    """

    root_secret: str = ""
    root_secret_file: str = ""
    directory: str = ""
    store: Literal["files", "database"] = "files"
    rotate_every: RotateEvery = 90 * 86_400
    publish_ahead: Ahead = 3_600
    signer: Literal["local", "pkcs11", "vault", "aws-kms"] = "local"
    pkcs11: Pkcs11Config = Pkcs11Config()
    vault: VaultConfig = VaultConfig()
    aws_kms: AwsKmsConfig = AwsKmsConfig()


class CimdConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which clients are known by the document that their identifier is the URL of.

    ``allow`` and ``deny`` are hosts (``claude.ai``, ``*.example.com``, ``*`` for all) or URLs
    (``https://example.com/client.json``, with a ``*`` at the end for all that begin so). What is
    denied is denied. Without ``allow`` there are no such clients.
    """

    allow: list[str] = msgspec.field(default_factory=lambda: ["*"])
    deny: list[str] = []


class TrustedIssuerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whose assertions are exchanged for tokens (RFC 7523 §2.1).

    ``issuer`` is the ``iss``, to the letter; ``keys`` its key set, an https URL or a file. An
    ``identity`` provider speaks for people (ID-JAG); a ``workload`` platform for programs, which
    get ``scope`` at ``resources`` (all, if there are none) if every one of ``claims`` fits its
    pattern.
    """

    issuer: str = ""
    keys: str = ""
    kind: Literal["identity", "workload"] = "identity"
    claims: dict[str, str] = {}
    scope: str = ""
    resources: list[str] = []


class PartnerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authorization server that takes our word for who a person is (ID-JAG).

    ``audience`` is its issuer identifier. ``clients`` maps clients of ours to what they are called
    there; they may ask for ``scope`` at ``resources``, both with ``*``.
    """

    audience: str = ""
    clients: dict[str, str] = {}
    scope: str = ""
    resources: list[str] = []


class ProviderConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenID Connect provider that people may sign in at.

    A ``preset`` knows the provider's ``issuer``, ``label`` and ``scope``, where they are the same
    for everybody; ``entra`` needs the ``tenant`` (its identifier), ``okta`` and ``keycloak`` the
    issuer. The redirect URI to register there is ``{issuer}/sign-in/callback/NAME`` of our own
    issuer.

    With ``sign_up`` whoever signs in there for the first time becomes a person here; with
    ``email_domains`` only those whose verified e-mail address is of one of these. Without it
    people link their account first. With ``trust_mfa`` a second factor that was used there need
    not be shown here again. ``networks`` are private networks the provider may be in.
    """

    preset: Literal["", "google", "entra", "okta", "keycloak", "kakao", "naver"] = ""
    issuer: str = ""
    tenant: str = ""
    client_id: str = ""
    client_secret: str = ""
    client_secret_file: str = ""
    label: str = ""
    scope: str = ""
    sign_up: bool = False
    email_domains: list[str] = []
    trust_mfa: bool = False
    networks: list[Network] = []


class OAuthConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The authorization server.

    ``audience`` is the ``aud`` of access tokens asked for without ``resource`` (RFC 9068 §3);
    empty means the issuer. ``resource_signing_algs`` names resources whose tokens are signed in
    another way than ``signing_alg`` says. ``scope_hierarchy`` maps a scope to the patterns it
    includes. ``demo_client`` adds the client ``mcp-client`` with the secret ``secret``, which
    everybody knows: development only. ``dpop_nonces`` asks for a nonce in DPoP proofs (RFC 9449
    §8), so that none can be made in advance. ``client_ca_file`` holds the certificates (PEM) of
    the authorities that vouch for clients which use ``tls_client_auth`` (RFC 8705 §2.1); empty
    for none.

    A code is good for ``code_ttl`` seconds. A refresh token not used for ``refresh_token_ttl``
    seconds expires, and ``grant_ttl`` seconds after a person agreed they are asked again. A
    refresh token that was just used answers for ``refresh_grace`` seconds more with the successor
    it had (a client whose answer was lost may try again); after that, using it again revokes
    everything. A browser stays signed in for ``session_ttl`` seconds, and ``session_idle``
    seconds without a visit. ``auto_approve`` names the person who agrees to everything without a
    page: development only.

    ``registration`` says who may register clients over HTTP (RFC 7591): anybody, whoever has an
    initial access token, or nobody; empty means anybody in development and token holders in
    production. One that never had a token after ``unused_client_ttl`` seconds is forgotten. What
    nobody gave a scope may ask for ``self_registered_scope``: a person still has to agree.
    ``private_use_schemes`` lead to applications on people's devices, beside those with a dot.
    ``software_statement_issuers`` maps those whose statements are trusted to their key sets, an
    https URL or a file.
    """

    audience: str = ""
    signing_alg: Alg = "ES256"
    resource_signing_algs: dict[str, Alg] = {}
    access_token_ttl: TokenLifetime = 900
    scope_hierarchy: dict[str, list[str]] = msgspec.field(
        default_factory=lambda: {"mcp.access": ["mcp:*"]}
    )
    demo_client: bool = False
    dpop_nonces: bool = False
    client_ca_file: str = ""
    code_ttl: CodeLifetime = 60
    refresh_token_ttl: Lifetime = 30 * 86_400
    refresh_grace: RefreshGrace = 10
    grant_ttl: Lifetime = 90 * 86_400
    session_ttl: Lifetime = 7 * 86_400
    session_idle: Lifetime = 12 * 3_600
    auto_approve: str = ""
    registration: Literal["", "open", "initial_access_token", "off"] = ""
    unused_client_ttl: Lifetime = 7 * 86_400
    self_registered_scope: str = "mcp.access mcp:* pii:*"
    private_use_schemes: list[Scheme] = msgspec.field(
        default_factory=lambda: ["claude", "cursor", "grokbot", "vscode", "vscode-insiders"]
    )
    software_statement_issuers: dict[str, str] = {}
    cimd: CimdConfig = CimdConfig()
    trusted_issuers: dict[str, TrustedIssuerConfig] = {}
    partners: dict[str, PartnerConfig] = {}
    providers: dict[str, ProviderConfig] = {}


class PeopleConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which passwords people may choose; lengths are characters (NIST SP 800-63B-4 §3.1.1).

    ``breached_passwords`` is a file of SHA-1 hashes in their order, or a directory of such files by
    the first five digits, as Have I Been Pwned gives them out. With ``check_at_sign_in`` somebody
    who signs in with a password that others know is asked to change it.
    """

    shortest_password: Annotated[int, msgspec.Meta(ge=8, le=64)] = 15
    shortest_with_second_factor: Annotated[int, msgspec.Meta(ge=8, le=64)] = 8
    breached_passwords: str = ""
    check_at_sign_in: bool = False


class ConsoleConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pages for people.

    ``playground`` says whether ``/playground`` is there, where anybody who can connect may paste a
    text and see what is found in it; empty means on in development and off in production.
    """

    playground: Literal["", "on", "off"] = ""


class AuditConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The audit log.

    ``log_file`` is the JSON-lines copy for people and shippers; empty means
    ``logs/security_audit.log`` in the data directory. ``node`` names this machine's own log.
    """

    log_file: str = ""
    node: NodeName = "main"
    commit_timeout: Seconds = 5.0


class PolicyConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the policy document is; empty means ``policy.toml`` in the data directory.

    ``cedar`` are files of Cedar policies that must agree to a call, too.
    """

    file: str = ""
    cedar: list[str] = []


class UpstreamConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An MCP server behind the gateway, reached at ``url``, or by a ``command`` on this machine.

    ``authorization`` is the whole header value sent upstream, in the field ``header``;
    ``authorization_file`` holds it. Instead of it, ``credential`` says how access tokens are got.
    The caller's own token is never sent. ``tls_certificate`` and ``tls_key`` (PEM files) are shown
    to the server; ``tls_authorities`` is the file of those who vouch for it, by default the
    system's.

    Times are seconds, sizes are bytes. ``publish_tools`` names its tools to everybody, in the
    ``scopes_supported`` of its metadata: what they are called tells what the server can do.
    ``combined`` offers what the server has at ``/mcp`` too, with that of all others. ``pin`` says
    whose words about its tools hold: those it first said (``first-use``), only those the operator
    approved (``approve``), or whatever it says (``off``).

    ``transport`` says what is spoken: streamable HTTP, the HTTP with SSE that came before it, or
    lines over the standard streams of ``command``, its first word a program and no shell. A command
    sees a little of the gateway's environment (``PATH``, ``HOME``, ``LANG``), ``env``, and what is
    in ``env_files``, read whenever it starts; it works in ``cwd``. It is started when it is needed,
    and ended after ``idle_timeout`` seconds without. With ``per_principal`` everybody has a process
    of their own, ``processes`` of them at most; a process that is shared can ask nobody anything.
    """

    url: str = ""
    authorization: str = ""
    authorization_file: str = ""
    header: HeaderName = "Authorization"
    credential: CredentialConfig = CredentialConfig()
    tls_certificate: str = ""
    tls_key: str = ""
    tls_authorities: str = ""
    timeout: Seconds = 30.0
    result_limit: Bytes = 16 * 1024 * 1024
    publish_tools: bool = False
    combined: bool = True
    pin: Literal["off", "first-use", "approve"] = "first-use"
    transport: Literal["http", "sse", "stdio"] = "http"
    command: list[str] = []
    env: dict[str, str] = {}
    env_files: dict[str, str] = {}
    cwd: str = ""
    per_principal: bool = False
    processes: Processes = 16
    idle_timeout: Seconds = 900.0


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration."""

    mode: Mode = "production"
    issuer: str = "http://localhost:8081"
    data_dir: str = "sumun-data"
    server: ServerConfig = ServerConfig()
    storage: StorageConfig = StorageConfig()
    keys: KeysConfig = KeysConfig()
    oauth: OAuthConfig = OAuthConfig()
    people: PeopleConfig = PeopleConfig()
    console: ConsoleConfig = ConsoleConfig()
    audit: AuditConfig = AuditConfig()
    policy: PolicyConfig = PolicyConfig()
    reveal: RevealConfig = RevealConfig()
    detection: DetectionConfig = DetectionConfig()
    telemetry: TelemetryConfig = TelemetryConfig()
    servers: dict[str, UpstreamConfig] = {}

    @property
    def data_path(self) -> Path:
        """The data directory."""
        return Path(self.data_dir)

    @property
    def keys_path(self) -> Path:
        """The directory of key files."""
        return Path(self.keys.directory) if self.keys.directory else self.data_path / "keys"

    @property
    def database_url(self) -> str:
        """The storage URL: what was configured, or SQLite in the data directory."""
        return self.storage.url or f"sqlite:///{self.data_path / 'sumun.db'}"

    @property
    def audit_log_path(self) -> Path:
        """The JSON-lines copy of the audit log."""
        if self.audit.log_file:
            return Path(self.audit.log_file)
        return self.data_path / "logs" / "security_audit.log"

    @property
    def policy_path(self) -> Path:
        """The policy document."""
        return Path(self.policy.file) if self.policy.file else self.data_path / "policy.toml"

    @property
    def scope_hierarchy(self) -> dict[str, list[str]]:
        """Which scope includes which patterns.

        In development the seed's one scope opens the operator's tools too.
        """
        hierarchy = dict(self.oauth.scope_hierarchy)
        if self.mode == "development":
            hierarchy["mcp.access"] = [*hierarchy.get("mcp.access", ()), "audit:read"]
        return hierarchy

    @property
    def registration(self) -> Literal["open", "initial_access_token", "off"]:
        """Who may register clients over HTTP."""
        by_mode: Literal["open", "initial_access_token"] = (
            "open" if self.mode == "development" else "initial_access_token"
        )
        return self.oauth.registration or by_mode

    @property
    def playground(self) -> bool:
        """Whether there is a playground."""
        by_mode = "on" if self.mode == "development" else "off"
        return (self.console.playground or by_mode) == "on"

    @property
    def default_audience(self) -> str:
        """The ``aud`` of tokens asked for without ``resource``."""
        return self.oauth.audience or self.issuer
