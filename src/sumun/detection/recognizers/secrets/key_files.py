"""Private keys as they lie in files."""

import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.secrets.checksums import is_bech32
from sumun.detection.recognizers.secrets.form import keyed, token

_WHOLE = 0.98

RECOGNIZERS: tuple[Recognizer, ...] = (
    # PKCS #1 and #8, SEC 1, OpenSSH, SSH2, PGP: the words before PRIVATE KEY differ.
    PatternRecognizer(
        name="private_key",
        entity_type="PRIVATE_KEY",
        trigger=rb"----[ -]?BEGIN ",
        pattern=re.compile(
            r"(?P<value>----[ -]?BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?[ -]?----"
            r"(?:[^-\x1e\x1f]|-(?!---)){0,16384}"
            r"(?:----[ -]?END (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?[ -]?-{4,5})?)"
        ),
        judge=_WHOLE,
    ),
    PatternRecognizer(
        name="putty_private_key",
        entity_type="PRIVATE_KEY",
        trigger=rb"PuTTY-User-Key-File-",
        pattern=re.compile(
            r"(?P<value>PuTTY-User-Key-File-[23]: [^\x1e\x1f]{1,8192}?"
            r"Private-MAC: ?[0-9a-f]{40,64})"
        ),
        judge=_WHOLE,
    ),
    token(
        "age_secret_key",
        "AGE-SECRET-KEY-1",
        "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
        check=is_bech32,
        entity_type="PRIVATE_KEY",
    ),
    token(
        "bip32_extended_private_key",
        "[xyz]prv",
        "[1-9A-HJ-NP-Za-km-z]{107}",
        entity_type="PRIVATE_KEY",
    ),
    token(
        "nostr_secret_key",
        "nsec1",
        "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}",
        check=is_bech32,
        entity_type="PRIVATE_KEY",
    ),
    keyed(
        "wireguard_private_key",
        "private[-_]?key",
        "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=",
        entity_type="PRIVATE_KEY",
    ),
)
