"""What may be done with a finding: the word that policy decides and protection carries out."""

from enum import StrEnum


class Action(StrEnum):
    """What happens to a value that was found.

    ``mask`` hides part and keeps the shape; ``redact`` leaves only the type; ``hash`` leaves a
    keyed hash, equal for equal values; ``tokenize`` leaves a stand-in that can be turned back;
    ``encrypt`` leaves ciphertext; ``reject`` refuses the whole call.
    """

    ALLOW = "allow"
    MASK = "mask"
    REDACT = "redact"
    HASH = "hash"
    TOKENIZE = "tokenize"
    ENCRYPT = "encrypt"
    REJECT = "reject"
