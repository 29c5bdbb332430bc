"""Certificates and keys that cannot be used, said in one line."""

import pytest

from sumun.config import Config, OAuthConfig, ServerConfig
from sumun.server.lifespan import StartupError
from sumun.server.listener import Listener
from sumun.server.tls import tls_options


def test_without_a_certificate_there_is_no_tls():
    assert tls_options(Config(oauth=OAuthConfig(client_ca_file="ca.pem"))) == {}


@pytest.mark.parametrize(
    ("text", "said"), [(None, "cannot be read: No such file"), ("x", "no certificate in PEM")]
)
def test_files_that_cannot_be_used(tmp_path, text, said):
    file = tmp_path / "server.pem"
    if text is not None:
        file.write_text(text)
    server = ServerConfig(tls_certificate=str(file), tls_key=str(file))
    options = tls_options(Config(server=server))
    with pytest.raises(StartupError, match=f"server.tls_certificate.*{said}") as raised:
        Listener(lambda: None, server, **options).load()
    assert len(str(raised.value).splitlines()) == 1
