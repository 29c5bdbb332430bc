"""Names of what machines count: digits behind them are nobody's, whatever their check digit says.

One in thirty random numbers of 16 digits looks like a card, one in forty of 13 like a resident
registration number.
"""

import re

_COUNTED = re.compile(
    "(?:id|uu?id|guid|key|seq|sequence|offset|cursor|position|trace|span|tx|transaction|lsn|rev"
    "|revision|ver|version|hash|checksum|crc|sum|ts|time|timestamp|epoch|nonce|nano|ns|ms|serial|sn"
    "|sku|upc|ean|gtin|isbn|barcode|code|track|tracking|order|invoice|ticket|ref|reference|parcel"
    "|shipment|imei|iccid|thread|pid|tid|count|counter|size|byte|length|index|row|partition|shard"
    "|snowflake|token|batch|run|job|build|commit|image|asset|session|event|resource|lot|part"
    "|device|next|parent|address|pointer|seed|random|tab)"
    "|(?:주문|송장|운송장|접수|등기|일련|관리|문서|식별|상품|재고|품목|부품|쿠폰)(?:번호|코드)?"
    "|바코드|시리얼|식별자"
)
_NUMBER = frozenset(("number", "no", "num", "nr", "번호"))
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[가-힣]+")
_LETTER = re.compile("[A-Za-z가-힣]")
_APART = re.compile(r"[,;.{}|\n\x1e]")
_LEFT = 32


def is_counted(text: str, start: int) -> bool:
    """Tell whether the word before ``start``, or the last of its key, names what is counted."""
    beside = text[max(0, start - _LEFT) : start]
    if not _LETTER.search(beside):
        return False
    beside = _APART.split(beside)[-1]
    words = [word.lower() for word in _WORDS.findall(beside)]
    name = next((word for word in reversed(words) if word not in _NUMBER), "")
    return _COUNTED.fullmatch(name) is not None
