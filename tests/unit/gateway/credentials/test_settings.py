"""What a credential may not be, said before anything starts."""

import pytest

from sumun.config import ConfigurationError, load

SECRET = {"client_id": "gateway", "client_secret": "hush"}
ISSUER = {"issuer": "https://as.example"}


def read(server):
    """Load a configuration with one server."""
    values = {"servers": {"crm": {"url": "https://crm.example/mcp", **server}}}
    return load(environ={}, overrides={"mode": "development", **values})


@pytest.mark.parametrize(
    ("server", "named"),
    [
        ({"authorization": "a", "authorization_file": "b"}, "authorization: is in a file as well"),
        ({"tls_certificate": "c.pem"}, "tls_certificate and tls_key"),
        ({"url": "http://10.0.0.1/", "tls_authorities": "a.pem"}, "url: is plain http"),
        ({"credential": {"scope": "a"}}, "credential.kind: is missing"),
        (
            {
                "authorization": "a",
                "credential": {"kind": "client_credentials", **SECRET, **ISSUER},
            },
            "authorization: the access token takes its place",
        ),
        ({"credential": {"kind": "client_credentials", **SECRET}}, "credential.issuer: is missing"),
        (
            {"credential": {"kind": "client_credentials", **ISSUER, "client_id": "a"}},
            "credential.client_secret: is missing",
        ),
        (
            {"credential": {"kind": "client_credentials", **ISSUER, "client_secret": "a"}},
            "credential.client_id: is missing",
        ),
        (
            {
                "credential": {
                    "kind": "token_exchange",
                    "client_id": "a",
                    "client_authentication": "private_key_jwt",
                }
            },
            "credential.issuer: is missing",
        ),
        (
            {
                "credential": {
                    "kind": "identity_assertion",
                    **SECRET,
                    **ISSUER,
                    "private_key_file": "a.pem",
                }
            },
            "credential.client_secret: there is a key as well",
        ),
        (
            {"credential": {"kind": "sign_in", "token_endpoint": "https://as.example/token"}},
            "credential.token_endpoint: signing in needs more",
        ),
        (
            {"credential": {"kind": "sign_in", "issuer": "http://localhost:8081"}},
            "credential.issuer: is this server itself",
        ),
        (
            {"credential": {"kind": "sign_in", "networks": ["1.2.3"]}},
            "credential.networks: 1.2.3",
        ),
    ],
)
def test_a_mistake_names_its_setting(server, named):
    with pytest.raises(ConfigurationError, match=f"servers.crm.{named}"):
        read(server)


def test_a_variable_sets_any_of_them():
    environ = {
        "SUMUN_MODE": "development",
        "SUMUN_SERVERS__CRM__URL": "https://crm.example/mcp",
        "SUMUN_SERVERS__CRM__CREDENTIAL__KIND": "sign_in",
        "SUMUN_SERVERS__CRM__CREDENTIAL__NETWORKS": '["10.0.0.0/8"]',
    }
    credential = load(environ=environ).servers["crm"].credential
    assert (credential.kind, credential.networks) == ("sign_in", ("10.0.0.0/8",))
