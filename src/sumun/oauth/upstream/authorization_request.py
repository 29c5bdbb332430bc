"""What an authorization request of ours holds (RFC 7636, RFC 6749 §4.1.1)."""

import base64
import hashlib


def challenge(code_verifier: str) -> dict[str, str]:
    """Return the parameters that tie a code to whoever has the verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return {
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
