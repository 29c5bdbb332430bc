"""Being a protected resource: metadata, challenges, bearer verification."""

from sumun.resource.metadata import ProtectedResources
from sumun.resource.refusals import (
    Challenged,
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    MissingToken,
    Undecided,
)
from sumun.resource.verifier import BearerVerifier

__all__ = [
    "BearerVerifier",
    "Challenged",
    "InsufficientScope",
    "InvalidRequest",
    "InvalidToken",
    "MissingToken",
    "ProtectedResources",
    "Undecided",
]
