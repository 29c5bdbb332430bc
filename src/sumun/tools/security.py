"""What the security tools report, from the running server's own rooms."""

from collections import Counter
from typing import Literal

from sumun import __version__
from sumun.tools.workbench import Report, Workbench
from sumun.watch.report import security_report
from sumun.watch.simulation import KINDS, simulate

_REPORT_EVENTS = 100_000
"""Events a report reads at most, newest first."""


async def status(workbench: Workbench) -> Report:
    """Return mode, keys, storage and log state."""
    config = workbench.config
    verification = await workbench.audit.verify()
    return {
        "status": "running",
        "version": __version__,
        "mode": config.mode,
        "issuer": config.issuer,
        "endpoints": {
            "token_endpoint": f"{config.issuer}/oauth2/token",
            "openid_configuration": f"{config.issuer}/.well-known/openid-configuration",
            "jwks_uri": f"{config.issuer}/.well-known/jwks.json",
        },
        "signing_keys": workbench.keyring.describe(),
        "storage": workbench.database.dialect,
        "audit_log": {"events": verification.size, "verified": verification.ok},
    }


def detection(workbench: Workbench, text: str) -> Report:
    """Return what was found in ``text``, by type and place, and the text masked."""
    findings = workbench.detector.scan_text(text)
    return {
        "contains_pii": bool(findings),
        "count": len(findings),
        "by_type": dict(Counter(finding.entity_type for finding in findings)),
        "findings": [
            {
                "entity_type": finding.entity_type,
                "start": finding.start,
                "end": finding.end,
                "score": round(finding.score, 2),
                "recognizer": finding.recognizer,
            }
            for finding in findings
        ],
        "masked_text": workbench.mask(text),
    }


def encryption(workbench: Workbench, text: str) -> Report:
    """Encrypt ``text`` and decrypt it again."""
    ciphertext = workbench.fernet.encrypt(text)
    return {
        "algorithm": "Fernet (AES-128-CBC, HMAC-SHA256)",
        "ciphertext": ciphertext,
        "plaintext_length": len(text),
        "ciphertext_length": len(ciphertext),
        "decrypts_to_the_same": workbench.fernet.decrypt(ciphertext) == text,
    }


async def audit_log(workbench: Workbench, limit: int, event_type: str) -> Report:
    """Return the newest events and whether the log verifies."""
    events = await workbench.audit.tail(limit, event_type=event_type or None)
    verification = await workbench.audit.verify()
    return {
        "events": events,
        "count": len(events),
        "log_size": verification.size,
        "verified": verification.ok,
    }


def breach_simulation(scenario: str) -> Report:
    """Run the scripted scenario through the real detectors; nothing is recorded or revoked."""
    return simulate(KINDS if scenario == "all" else [scenario]).as_dict()


async def report(workbench: Workbench, language: Literal["en", "ko"]) -> Report:
    """Return the security report over the log."""
    events = await workbench.audit.tail(_REPORT_EVENTS)
    made = security_report(events)
    return {**made.as_dict(language), "markdown": made.as_markdown(language)}
