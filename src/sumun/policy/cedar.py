"""Cedar policies (https://docs.cedarpolicy.com) as one more answer to who may call what.

They are read, checked against the schema and compiled once. A ``forbid`` that holds refuses a
call. Where there is any ``permit``, one must hold. What cannot be evaluated refuses: Cedar itself
would skip such a policy, and with it a ``forbid``.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from sumun.policy.conditions import Circumstances, ip_address_of
from sumun.policy.document import PolicyError
from sumun.policy.model import DENIED, Access
from sumun.policy.when import Context

SCHEMA: Final = """\
namespace Sumun {
  entity Tenant, Client, Server;
  entity Caller in [Tenant, Client] = {
    subject: String,
    client: String,
    tenant: String,
    acr: String,
    scopes: Set<String>,
  };
  entity Tool in [Server] = { server: String, name: String };
  action "call" appliesTo {
    principal: Caller,
    resource: Tool,
    context: { now: datetime, address?: ipaddr },
  };
}
"""
"""What policies may speak of."""

_PREFIX: Final = "cedar:"
_ACTION: Final = {"type": "Sumun::Action", "id": "call"}
_CACHED: Final = 4096


class CedarMissing(Exception):
    """The library is not installed."""


class CedarPolicies:
    """Policies of one deployment, compiled.

    Parameters
    ----------
    documents:
        What each is called, and its text.

    Attributes
    ----------
    digest:
        SHA-256 of all of them.

    Raises
    ------
    PolicyError
        If one is no Cedar, does not fit the schema, or can never decide anything.
    CedarMissing
        If the extra ``sumun[cedar]`` is not installed.

    """

    def __init__(self, documents: Sequence[tuple[str, str]]) -> None:
        try:
            import cedarpy  # noqa: PLC0415 - an extra
        except ImportError:
            raise CedarMissing from None
        schema = cedarpy.Schema.from_str(SCHEMA)
        for source, text in documents:
            _check(cedarpy, schema, source, text)
        everything = "\n".join(text for _, text in documents)
        self.digest = sha256(everything.encode("utf-8", "surrogatepass")).hexdigest()
        self._policies = cedarpy.PolicySet.from_str(everything)
        described = json.loads(cedarpy.policies_to_json_str(everything))["staticPolicies"]
        effects = {policy["effect"] for policy in described.values()}
        self._needs_permit = "permit" in effects
        self._names = {
            name: _PREFIX + (policy.get("annotations", {}).get("id") or name)
            for name, policy in described.items()
        }
        self._evaluate = cedarpy.is_authorized
        self._entities = lru_cache(_CACHED)(
            lambda context: cedarpy.Entities.from_json_str(json.dumps(_entities(context)))
        )

    @property
    def rule_names(self) -> list[str]:
        """What the log calls each policy: by its ``@id``, or its number."""
        return list(self._names.values())

    def access(self, context: Context, here: Circumstances) -> Access:
        """Return whether a tool may be called, so far as these policies are concerned."""
        try:
            result = self._evaluate(
                _request(context, here), self._policies, self._entities(context)
            )
        except (ValueError, TypeError, OverflowError):
            return Access(False, f"{_PREFIX}error", DENIED)
        names = [self._names.get(reason, _PREFIX) for reason in result.diagnostics.reasons]
        if result.diagnostics.errors:
            return Access(False, f"{_PREFIX}error", DENIED)
        if result.allowed:
            return Access(True, names[0], "allowed")
        if names or self._needs_permit:
            return Access(False, names[0] if names else f"{_PREFIX}no permit", DENIED)
        return Access(True, "", "allowed")


def _check(cedarpy: Any, schema: Any, source: str, text: str) -> None:
    try:
        found = cedarpy.validate_policies(text, schema)
        described = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        raise PolicyError(f"{source}: {_one_line(error)}") from None
    if found.errors:
        raise PolicyError("\n".join(f"{source}: {_one_line(error)}" for error in found.errors))
    if described.get("templates"):
        raise PolicyError(f"{source}: a template decides nothing; write its values in its slots")
    if not described.get("staticPolicies"):
        raise PolicyError(f"{source}: there is no policy in it")


def _request(context: Context, here: Circumstances) -> dict[str, Any]:
    now = here.moment().replace("+00:00", "Z")
    said: dict[str, Any] = {"now": _extension("datetime", now)}
    address = ip_address_of(here.address)
    if address is not None:
        said["address"] = _extension("ip", str(address))
    return {
        "principal": _uid("Caller", context.subject),
        "action": _ACTION,
        "resource": _uid("Tool", _tool_id(context)),
        "context": said,
    }


def _entities(context: Context) -> list[dict[str, Any]]:
    return [
        {
            "uid": _uid("Caller", context.subject),
            "attrs": {
                "subject": context.subject,
                "client": context.client_id,
                "tenant": context.tenant,
                "acr": context.acr,
                "scopes": sorted(context.scopes),
            },
            "parents": [_uid("Tenant", context.tenant), _uid("Client", context.client_id)],
        },
        {
            "uid": _uid("Tool", _tool_id(context)),
            "attrs": {"server": context.server, "name": context.tool},
            "parents": [_uid("Server", context.server)],
        },
    ]


def _tool_id(context: Context) -> str:
    return f"{context.server}/{context.tool}"


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": f"Sumun::{kind}", "id": name}


def _extension(function: str, argument: str) -> dict[str, Any]:
    return {"__extn": {"fn": function, "arg": argument}}


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
