import pytest

from sumun.protection import ProtectionKeys, Protector, Scope


@pytest.fixture
def protector():
    return Protector(ProtectionKeys("k1", {"k1": b"a" * 32}))


@pytest.fixture
def scope():
    return Scope("acme", "http://localhost:8081/mcp/customers")
