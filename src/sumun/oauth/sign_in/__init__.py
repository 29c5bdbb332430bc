"""How people prove who they are: one module per method."""

from sumun.oauth.sign_in.method import (
    Attempt,
    Proven,
    SentElsewhere,
    SignInMethod,
    SignInRefused,
)
from sumun.oauth.sign_in.sign_in import SignedIn, SignIn, Visitor

__all__ = [
    "Attempt",
    "Proven",
    "SentElsewhere",
    "SignIn",
    "SignInMethod",
    "SignInRefused",
    "SignedIn",
    "Visitor",
]
