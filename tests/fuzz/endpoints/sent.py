"""What is sent: words, forms, messages and registrations that are nearly right, and plain noise.

``@name`` stands for what the application gave, such as a token.
"""

import json
from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st
from tests.conformance.browser import PASSWORD, USERNAME, VERIFIER, challenge
from tests.conformance.mcp.conftest import ISSUER
from tests.fuzz.endpoints.served import BODY_LIMIT

visible = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"))
words = st.text(max_size=30)
noise = st.one_of(
    words,
    st.sampled_from(
        [
            *("", " ", "\0", "../../etc/passwd", "' OR 1=1 --", "%00", "\ud7ff", "𝒳" * 20),
            *("9" * 400, "-1", "1e999", "null", "[]", "{}", "<script>", "=", "&", "a" * 5000),
            *("https://[", "https://[::1", "http://[fe80::1%25]/", "//", "urn:", "https://a:x/"),
            *("a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "https://x.invalid:99999/"),
        ]
    ),
)
names = st.one_of(
    st.sampled_from(
        [
            *("grant_type", "client_id", "client_secret", "scope", "resource", "audience", "code"),
            *("code_verifier", "redirect_uri", "refresh_token", "token", "token_type_hint"),
            *("response_type", "code_challenge", "code_challenge_method", "state", "nonce"),
            *("prompt", "max_age", "acr_values", "id_token_hint", "login_hint", "ui_locales"),
            *("request", "request_uri", "claims", "display", "response_mode", "dpop_jkt"),
            *("client_assertion", "client_assertion_type", "assertion", "subject_token"),
            *("subject_token_type", "actor_token", "actor_token_type", "requested_token_type"),
            *("authorization_details", "post_logout_redirect_uri", "device_code", "user_code"),
            *("username", "password", "csrf", "ticket", "decision", "lang", "method", "reference"),
        ]
    ),
    st.text(max_size=10),
)
URN = "urn:ietf:params:oauth:"
plausible = st.sampled_from(
    [
        *("client_credentials", "authorization_code", "refresh_token", "password", "implicit"),
        *(f"{URN}grant-type:{name}" for name in ("jwt-bearer", "token-exchange", "device_code")),
        *(f"{URN}token-type:{name}" for name in ("access_token", "id_token", "jwt", "id-jag")),
        f"{URN}client-assertion-type:jwt-bearer",
        *("mcp-client", "app", "server-app", "native", "off", "secret", "mcp.access", "mcp:crm"),
        *(f"{ISSUER}/mcp/crm", f"{ISSUER}/mcp", ISSUER, "https://app.example/cb"),
        *("code", "S256", "none", "login", "consent", "0", "openid offline_access", VERIFIER),
        *(challenge(), "allow", "deny", "ko", USERNAME, PASSWORD, "true", "query", "form_post"),
        *("@token", "@crm", "@own", "@ticket"),
    ]
)
values = plausible | noise
fields = st.lists(st.tuples(names, values), max_size=8)
plans = {
    "token": {
        "grant_type": "client_credentials",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "scope": "mcp.access",
    },
    "introspect": {"client_id": "mcp-client", "client_secret": "secret", "token": "@token"},
    "authorize": {
        "client_id": "app",
        "redirect_uri": "https://app.example/cb",
        "response_type": "code",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        "resource": f"{ISSUER}/mcp/crm",
    },
    "exchange": {
        "grant_type": f"{URN}grant-type:token-exchange",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "subject_token": "@token",
        "subject_token_type": f"{URN}token-type:access_token",
    },
    "assertion": {
        "grant_type": f"{URN}grant-type:jwt-bearer",
        "client_assertion_type": f"{URN}client-assertion-type:jwt-bearer",
        "client_assertion": "e30.e30.e30",
        "assertion": "e30.e30.e30",
    },
    "decision": {"ticket": "@ticket", "csrf": "@csrf", "decision": "allow", "scope": "mcp:crm"},
    "form": {"csrf": "@here", "method": "password", "username": USERNAME, "password": PASSWORD},
    "nothing": {},
}
nearly = st.builds(
    lambda plan, changed, left_out: [
        *((name, value) for name, value in plan.items() if name not in left_out),
        *changed,
    ],
    st.sampled_from(list(plans.values())),
    fields,
    st.lists(
        st.sampled_from(sorted({name for plan in plans.values() for name in plan})), max_size=2
    ),
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | noise,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | names, inner, max_size=4),
    max_leaves=10,
)
any_messages = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0") | trees},
    optional={
        "id": st.integers() | words | trees,
        "method": st.sampled_from(
            ["tools/call", "tools/list", "initialize", "ping", "server/discover", "resources/read"]
        )
        | words,
        "params": st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["echo", "scan_text", "check_setup"]) | trees,
                "arguments": trees,
                "_meta": trees,
                "uri": trees,
                "protocolVersion": st.just("2025-06-18") | trees,
                "capabilities": trees,
                "clientInfo": trees,
            },
        )
        | trees,
    },
)
any_clients = st.fixed_dictionaries(
    {},
    optional={
        "redirect_uris": st.lists(st.just("https://app.example/cb") | noise, max_size=3) | trees,
        "client_name": words | trees,
        "jwks": trees,
        "jwks_uri": noise | trees,
        "scope": values | trees,
        "token_endpoint_auth_method": st.sampled_from(["none", "private_key_jwt"]) | trees,
        "grant_types": st.lists(values, max_size=3) | trees,
        "software_statement": noise | trees,
        "contacts": trees,
    },
)


def changed(good, others):
    """What is in order but for one or two members."""
    return st.builds(
        lambda change, kept: {
            **good,
            **{name: change[name] for name in sorted(set(change) - set(kept))[:2]},
        },
        others,
        st.lists(st.sampled_from(sorted(good)), max_size=3),
    )


messages = any_messages | st.one_of(
    *(
        changed({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, any_messages)
        for method, params in (
            ("tools/call", {"name": "echo", "arguments": {"to": "010-1234-5678"}}),
            ("tools/call", {"name": "scan_text", "arguments": {"text": "a@b.example"}}),
            ("tools/list", {}),
            (
                "initialize",
                {
                    "protocolVersion": "2025-06-18",
                    "capabilities": {},
                    "clientInfo": {"name": "a", "version": "1"},
                },
            ),
        )
    )
)
clients = any_clients | changed(
    {
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code"],
        "client_name": "An app",
    },
    any_clients,
)
deep = st.builds(
    lambda opening, depth: opening * depth,
    st.sampled_from(['{"a":', "[", '{"jsonrpc":"2.0","id":1,"method":"x","params":[', "{"]),
    st.integers(1, 3000),
)


def encoded(pairs):
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)


bodies = st.one_of(
    nearly.map(lambda pairs: encoded(pairs).encode()),
    st.one_of(messages, clients, trees).map(lambda tree: json.dumps(tree).encode()),
    st.binary(max_size=300),
    deep.map(str.encode),
    st.integers(BODY_LIMIT - 2, BODY_LIMIT + 2).map(lambda size: b"a" * size),
)
queries = st.one_of(
    nearly.map(encoded),
    st.binary(max_size=40).map(quote_from_bytes),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40),
)
content_types = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/json",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=latin-1",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "application/json, application/x-www-form-urlencoded",
        "",
    ]
)
authorizations = st.one_of(
    st.sampled_from(
        [
            *("Bearer @token", "Bearer @crm", "Bearer @own", "DPoP @token", "bearer", "Basic"),
            *("Basic bWNwLWNsaWVudDpzZWNyZXQ=", "Basic %%%", "Basic 8J+SqQ==", "Bearer a b"),
        ]
    ),
    st.builds(lambda scheme, rest: f"{scheme} {rest}", st.sampled_from(["Bearer", "Basic", "DPoP"]),
              visible),
    visible,
)  # fmt: skip
named = st.sampled_from(
    [
        *("accept", "accept-language", "cookie", "origin", "sec-fetch-site", "dpop", "host"),
        *("x-forwarded-for", "forwarded", "mcp-session-id", "mcp-protocol-version", "mcp-method"),
        *("mcp-name", "last-event-id", "content-encoding", "if-none-match", "range", "expect"),
        *("content-type", "authorization", "x-forwarded-client-cert", "traceparent", "referer"),
        *("access-control-request-method", "x-request-id", "content-length"),
    ]
)
header_values = st.one_of(
    st.sampled_from(
        [
            *("@cookie", "*/*", "application/json, text/event-stream", "text/html", "ko"),
            *("application/token-introspection+jwt", "2025-06-18", "https://sumun.example", "null"),
            *("a" * 9000, "gzip", "same-origin", "e30.e30.e30", "\xff\xfe"),
            *("=?base64?w6k=?=", "=?base64?!?="),
        ]
    ),
    visible,
)  # fmt: skip
headers = st.builds(
    lambda kind, authorization, others: [
        *([("content-type", kind)] if kind else []),
        *([("authorization", authorization)] if authorization is not None else []),
        *others,
    ],
    content_types,
    st.none() | authorizations,
    st.lists(st.tuples(named, header_values.map(str.strip)), max_size=4),
)
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "MKCOL"]
segments = st.one_of(
    st.sampled_from(["crm", "mcp", "..", ".", "", "style.css", "a" * 3000, "%2e%2e", "%00", "%ff"]),
    words.map(lambda word: quote(word, safe="")),
)
requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(METHODS),
        "segment": segments,
        "query": st.just("") | queries,
        "headers": headers,
        "body": st.just(b"") | bodies,
        "declared": st.booleans(),
    }
)


def filled(text, known):
    """Put what the application gave in the place of what stands for it."""
    for name, value in known.items():
        text = text.replace(f"@{name}", value).replace(f"%40{name}", quote(value))
    return text
