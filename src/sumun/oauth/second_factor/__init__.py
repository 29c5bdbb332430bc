"""What a person shows beside a password: codes of an authenticator app, and recovery codes."""

from sumun.oauth.second_factor.second_factors import (
    Enrolment,
    SecondFactors,
    SecondFactorStatus,
)

__all__ = ["Enrolment", "SecondFactorStatus", "SecondFactors"]
