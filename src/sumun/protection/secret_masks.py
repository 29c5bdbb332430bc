"""Masking secrets: what stays is the prefix that says what kind it is, never how long it was."""

import re
from typing import Final

_HIDDEN: Final = "********"

_PREFIX: Final = re.compile(
    r"sk-(?:proj-|ant-(?:api\d\d-)?|or-(?:v1-)?|live-|test-)?"  # OpenAI, Anthropic, OpenRouter
    r"|(?:sk|pk|rk|whsec)_(?:live_|test_)?"  # Stripe
    r"|gh[opsur]_|github_pat_|gl(?:pat|dt|rt|cbt)-"
    r"|xox[abeoprs]-|xapp-"
    r"|A(?:KIA|SIA|IDA|ROA)(?=[A-Z0-9*])|AIza|ya29\.|GOCSPX-"
    r"|npm_|pypi-|hf_|dckr_pat_|dop_v1_|shp(?:at|ca|pa|ss)_|sq0(?:atp|csp)-|SG\."
    r"|lin_api_|figd_|glsa_|nvapi-|hvs\.|dapi(?=[0-9a-f*])|PMAK-|EAA[A-Z]|eyJ"
)
_SCHEME: Final = re.compile(r"(?:Bearer|Basic|Digest|DPoP|Token|ApiKey)[ ]", re.IGNORECASE)
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,31}://")


def mask_secret(value: str) -> str:
    """Return the kind of a secret and nothing of it: ``ghp_********``, ``Bearer ********``."""
    kind = _SCHEME.match(value) or _URL.match(value) or _PREFIX.match(value)
    shown = kind[0] if kind and kind.end() < len(value) else ""
    return shown + _HIDDEN
