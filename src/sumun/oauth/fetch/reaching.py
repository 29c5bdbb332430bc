"""How servers the operator named are reached: as strangers are, and where they may be."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Final

from sumun.config import Config
from sumun.oauth.fetch.addresses import LOOPBACK
from sumun.oauth.fetch.fetcher import Fetcher

_PATIENCE: Final = 10.0
"""Seconds: a person waits, and would wait longer for nothing if it were given up early."""
_HERE: Final = ("http://localhost:", "http://localhost/")


def named_fetcher(config: Config, urls: Sequence[str], networks: Sequence[str]) -> Fetcher:
    """Return what fetches from one of them and from whom it names.

    Parameters
    ----------
    urls:
        What the operator wrote: only who is said to be on this machine may send us to it, and
        only while developing.
    networks:
        Private networks that it may be in.

    """
    here = config.mode == "development" and any(f"{url}/".startswith(_HERE) for url in urls)
    return Fetcher(
        allowed=(
            *(ip_network(each, strict=False) for each in networks),
            *(LOOPBACK if here else ()),
        ),
        patience=_PATIENCE,
        plain_localhost=here,
    )
