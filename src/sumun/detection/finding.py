"""What detection says: this span of this text is probably that kind of data."""

import msgspec


class Finding(msgspec.Struct, frozen=True, gc=False):
    """A span that a recognizer took for personal data or a secret.

    Attributes
    ----------
    entity_type:
        Presidio's name where it has one (``EMAIL_ADDRESS``, ``KR_RRN``).
    start, end:
        Half-open span in code points of the text that was scanned.
    score:
        How sure, from 0 to 1.
    recognizer:
        The name of the rule that found it.
    path:
        JSON path of the value it is in (``$.customer.phones[0]``); empty for plain text.

    The value itself is never kept: whoever holds the text can slice it.

    """

    entity_type: str
    start: int
    end: int
    score: float
    recognizer: str
    path: str = ""
