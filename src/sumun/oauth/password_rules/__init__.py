"""Which passwords people may choose: long ones that nobody tries first (NIST SP 800-63B-4)."""

from sumun.oauth.password_rules.breached import BreachedPasswords
from sumun.oauth.password_rules.rules import LONGEST, PasswordRules, Weakness

__all__ = ["LONGEST", "BreachedPasswords", "PasswordRules", "Weakness"]
