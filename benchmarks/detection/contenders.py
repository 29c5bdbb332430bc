"""Who is measured, and what each calls the types.

Peers have dependencies that do not agree with ours or each other's, so each runs in an environment
of its own, which ``uv`` makes and keeps in its cache.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.detection.scoring import Span

SECONDS = 900
_PEER = Path(__file__).parent / "peer.py"

STRUCTURED = (
    *("EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "IBAN_CODE", "IP_ADDRESS"),
    *("KR_RRN", "KR_BRN", "KR_CORP", "KR_DRIVER_LICENSE", "KR_PASSPORT", "KR_VEHICLE"),
    *("KR_BANK_ACCOUNT", "MEDICAL_RECORD_NUMBER", "HEALTH_INSURANCE_ID", "US_DRIVER_LICENSE"),
)
"""Types that numbers and codes show, by our names."""

UNSTRUCTURED = ("PERSON", "LOCATION")
"""Names and postal addresses."""


class Peer(NamedTuple):
    """Another detector."""

    name: str
    function: str
    package: str
    types: Mapping[str, str]
    """Its types by ours; those not named are not compared."""


_PRESIDIO = {
    name: name
    for name in (
        *("EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "IBAN_CODE", "IP_ADDRESS"),
        *("KR_RRN", "KR_BRN", "KR_DRIVER_LICENSE", "KR_PASSPORT", "US_DRIVER_LICENSE"),
    )
} | {"KR_FRN": "KR_RRN"}
"""Names and places it leaves to a language model, which is not run here."""

PEERS = (
    Peer("Presidio", "presidio", "presidio-analyzer", _PRESIDIO),
    Peer("Presidio + KR", "presidio_kr", "presidio-analyzer", _PRESIDIO),
    Peer(
        "ko-pii",
        "ko_pii",
        "ko-pii",
        {
            "EMAIL": "EMAIL_ADDRESS",
            "PHONE": "PHONE_NUMBER",
            "FAX": "PHONE_NUMBER",
            "CARD": "CREDIT_CARD",
            "IP": "IP_ADDRESS",
            "RRN": "KR_RRN",
            "FRN": "KR_RRN",
            "BUSINESS_REG": "KR_BRN",
            "CORP_REG": "KR_CORP",
            "DRIVER_LICENSE": "KR_DRIVER_LICENSE",
            "PASSPORT": "KR_PASSPORT",
            "VEHICLE": "KR_VEHICLE",
            "ACCOUNT": "KR_BANK_ACCOUNT",
            "MEDICAL_INSURANCE": "HEALTH_INSURANCE_ID",
            "PERSON": "PERSON",
            "ADDRESS": "LOCATION",
        },
    ),
    Peer(
        "DataFog",
        "datafog",
        "datafog",
        {
            "EMAIL": "EMAIL_ADDRESS",
            "PHONE": "PHONE_NUMBER",
            "CREDIT_CARD": "CREDIT_CARD",
            "SSN": "US_SSN",
            "IP_ADDRESS": "IP_ADDRESS",
        },
    ),
    Peer(
        "scrubadub",
        "scrubadub",
        "scrubadub",
        {
            "email": "EMAIL_ADDRESS",
            "phone": "PHONE_NUMBER",
            "credit_card": "CREDIT_CARD",
            "social_security_number": "US_SSN",
        },
    ),
)

Found = list[list[tuple[int, int, str]]]


class NotThere(Exception):
    """A peer that could not be installed or run; the message says why."""


def predictions(peer: Peer, texts: Sequence[str]) -> tuple[str, Found]:
    """Return the version of the peer, and what it finds in each text by its own names.

    Raises
    ------
    NotThere
        If it cannot be installed or does not run to the end.

    """
    version, *found = _answers(peer, "found", texts)
    return version, found


def seconds(peer: Peer, groups: Sequence[Sequence[str]]) -> list[float]:
    """Return how long the peer takes for a text of each group, in seconds of its processor.

    Raises
    ------
    NotThere
        If it cannot be installed or does not run to the end.

    """
    _, *taken = _answers(peer, "seconds", groups)
    return taken


def _answers(peer: Peer, ask: str, questions: Sequence[Any]) -> list[Any]:
    uv = Path(sys.executable).with_name("uv")
    command = [
        *(str(uv), "run", "--quiet", "--isolated", "--no-project", "--python", sys.executable),
        *("--with", peer.package, "python", "-P", str(_PEER), peer.function, peer.package, ask),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        done = subprocess.run(
            command,
            input="".join(json.dumps(question) + "\n" for question in questions),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
            env=environment,
        )
    except FileNotFoundError:
        raise NotThere(f"{peer.name}: uv is not beside {sys.executable}") from None
    except subprocess.TimeoutExpired:
        raise NotThere(f"{peer.name}: not done after {SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["said nothing"]
        raise NotThere(f"{peer.name}: {lines[-1]}") from None
    return [json.loads(line) for line in done.stdout.splitlines()]


def spans(found: Sequence[tuple[int, int, str]], types: Mapping[str, str]) -> list[Span]:
    """Return what was found under our names, each place once for each type."""
    known = {Span("", start, end, types[kind]) for start, end, kind in found if kind in types}
    return sorted(known)
