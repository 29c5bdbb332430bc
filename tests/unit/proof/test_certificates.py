from sumun.config import ServerConfig
from sumun.proof import ClientCertificates


def test_the_certificate_of_the_connection_comes_first():
    certificates = ClientCertificates(
        ServerConfig(trusted_proxies=["10.0.0.1"], client_certificate_header="Client-Cert")
    )
    scope = {
        "headers": [(b"client-cert", b":AAAA:")],
        "client": ("10.0.0.1", 1),
        "extensions": {"tls": {"client_cert_der": b"der"}},
    }
    assert certificates.of(scope) == b"der"
    assert certificates.of({**scope, "extensions": {"tls": {"client_cert_der": None}}}) == b"\0\0\0"
    assert certificates.of({**scope, "extensions": {}}) == b"\0\0\0"
    assert certificates.of({**scope, "client": None, "extensions": {}}) is None
    assert ClientCertificates(ServerConfig()).of({**scope, "extensions": {}}) is None
