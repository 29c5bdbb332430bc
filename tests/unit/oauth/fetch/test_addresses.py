from ipaddress import ip_address

import pytest

from sumun.oauth.fetch.addresses import LOOPBACK, is_public, may_connect


@pytest.mark.parametrize(
    "text",
    ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"],
)
def test_is_public(text):
    assert is_public(ip_address(text))
    assert may_connect(text, ())


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_n71_is_special(text):
    assert not is_public(ip_address(text))
    assert not may_connect(text, ())


def test_every_address_the_standard_library_calls_private_is_special():
    """A second opinion: whatever is not global to Python is never public here."""
    for first in range(256):
        for second in (0, 2, 18, 31, 51, 63, 64, 88, 100, 127, 168, 175, 254, 255):
            address = ip_address(f"{first}.{second}.0.1")
            if is_public(address):
                assert address.is_global, address


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.1", "1.2.3", "1.2.3.4.5", "::g"])
def test_what_is_no_address_is_refused(text):
    assert not may_connect(text, ())


def test_loopback_only_where_allowed():
    assert may_connect("127.0.0.1", LOOPBACK)
    assert may_connect("::1", LOOPBACK)
    assert not may_connect("10.0.0.1", LOOPBACK)
    assert not may_connect("::ffff:127.0.0.1", LOOPBACK)
