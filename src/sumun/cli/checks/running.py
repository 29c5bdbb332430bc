"""Checks of the running server, by asking it as a client would, and of the servers behind it."""

import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from sumun.cli.checks import Check, failed, passed, skipped
from sumun.cli.http import Answer, Unreachable, request
from sumun.cli.language import tr
from sumun.cli.upstreams import probe
from sumun.config import Config, UpstreamConfig

_DISCOVERY = ("oauth-authorization-server", "openid-configuration")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CLOCK_TOLERANCE = 5.0
_SUCCESS = 200


def check_server(config: Config, names: list[str], signing: list[str]) -> Iterator[Check]:
    """Yield whether the server is ready, and whether all its documents are as they should be.

    Parameters
    ----------
    config:
        What should be.
    names:
        The servers behind the gateway.
    signing:
        The key that signs here, which the server must publish: or it is another server.

    """
    base = config.issuer.rstrip("/")
    try:
        ready = request("GET", f"{base}/readyz")
    except Unreachable as error:
        yield skipped(
            "server",
            str(error),
            tr("start it with sumun serve; if it runs, the issuer must lead to it"),
        )
        return
    if ready.status != _SUCCESS:
        yield failed(
            "server",
            tr("{url} answers {status}").format(url=f"{base}/readyz", status=ready.status),
            tr("see the server's own output; {url}?verbose says which part").format(
                url=f"{base}/readyz"
            ),
        )
        return
    yield passed("server", tr("ready at {url}").format(url=base))
    yield _check_clock(ready)
    yield _check_issuer(config, base, names)
    yield _check_key_set(base, signing)


def check_upstreams(servers: Mapping[str, UpstreamConfig]) -> Iterator[Check]:
    """Yield whether each server behind the gateway answers."""
    for name, definition in sorted(servers.items()):
        found = probe(name, definition)
        what = f"upstream {name}"
        if found["ok"]:
            yield passed(what, f"{found['url']}: {found['detail']}")
        else:
            yield failed(
                what,
                found["detail"],
                tr("start it, or mend its settings: sumun server remove {name}, then add").format(
                    name=name
                ),
            )


def _check_clock(answer: Answer) -> Check:
    try:
        there = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return skipped("server clock", tr("the server does not say what time it has"))
    apart = abs(time.time() - there)
    if apart > _CLOCK_TOLERANCE:
        return failed(
            "server clock",
            tr("{seconds} s apart from here").format(seconds=round(apart)),
            tr("synchronise the clocks (NTP): tokens would be refused"),
        )
    return passed("server clock", tr("agrees with this machine's"))


def _check_issuer(config: Config, base: str, names: list[str]) -> Check:
    """Compare every document byte for byte: clients do (RFC 8414 §3.3, RFC 9728 §3.3)."""
    well_known = f"{base}/.well-known"
    documents: list[tuple[str, str, object]] = [
        (f"{well_known}/{name}", "issuer", config.issuer) for name in _DISCOVERY
    ]
    resource = f"{well_known}/oauth-protected-resource"
    documents += [(resource, "authorization_servers", [config.issuer])]
    documents += [
        (f"{resource}/mcp/{name}", "resource", f"{base}/mcp/{name}") for name in sorted(names)
    ]
    for url, member, wanted in documents:
        try:
            document = _document(url)
        except _Wrong as wrong:
            return failed(
                "issuer", str(wrong), tr("let nothing between you and the server change paths")
            )
        if document.get(member) != wanted:
            return failed(
                "issuer",
                tr("{url}: {member} is {found}, and the settings say {wanted}").format(
                    url=url, member=member, found=document.get(member), wanted=wanted
                ),
                tr("set issuer to what clients use, exactly, and restart the server"),
            )
    return passed(
        "issuer",
        tr("{issuer}; documents compared: {count}").format(
            issuer=config.issuer, count=len(documents)
        ),
    )


def _check_key_set(base: str, signing: list[str]) -> Check:
    url = f"{base}/.well-known/jwks.json"
    try:
        keys = _document(url).get("keys")
    except _Wrong as wrong:
        return failed("key set", str(wrong), tr("restart the server; see its output"))
    if not isinstance(keys, list) or not keys:
        return failed("key set", tr("{url} has no keys").format(url=url), "sumun key rotate")
    if any(not isinstance(key, dict) or _PRIVATE & key.keys() for key in keys):
        return failed(
            "key set",
            tr("{url} publishes a private key").format(url=url),
            tr("withdraw it now: sumun key withdraw"),
        )
    if not {*signing} <= {key.get("kid") for key in keys}:
        return failed(
            "key set",
            tr("{url} does not have the key that signs here").format(url=url),
            tr("another installation answers there: issuer and data directory must be of one"),
        )
    return passed("key set", tr("public keys: {count}").format(count=len(keys)))


class _Wrong(Exception):
    """A document cannot be had."""


def _document(url: str) -> dict[str, Any]:
    try:
        answer = request("GET", url)
        document = answer.json()
    except (Unreachable, ValueError) as error:
        raise _Wrong(f"{url}: {error}") from None
    if answer.status != _SUCCESS or not isinstance(document, dict):
        raise _Wrong(tr("{url}: HTTP {status}").format(url=url, status=answer.status))
    return document
