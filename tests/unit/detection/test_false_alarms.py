"""JSON that holds nobody's data: identifiers, timestamps, hashes, measurements."""

import json
import random
import string
import uuid
from typing import Any

import pytest

RECORDS = 400


def _record(source: random.Random) -> dict[str, Any]:
    def hexadecimal(length: int) -> str:
        return "".join(source.choice("0123456789abcdef") for _ in range(length))

    def digits(length: int) -> str:
        return "".join(source.choice("0123456789") for _ in range(length))

    milliseconds = 1_700_000_000_000 + source.randrange(10**11)
    capitals = "".join(source.choice(string.ascii_uppercase) for _ in range(3))
    return {
        "id": source.randrange(10 ** source.randrange(5, 13)),
        "uuid": str(uuid.UUID(int=source.getrandbits(128))),
        "created_at": milliseconds,
        "updatedAt": milliseconds // 1000,
        "ts": f"{milliseconds / 1000:.6f}",
        "timestamp_us": milliseconds * 1000,
        "timestamp_ns": milliseconds * 10**6,
        "snowflake": str(source.getrandbits(62) | 1 << 60),
        "sha256": hexadecimal(64),
        "sha1": hexadecimal(40),
        "commit": hexadecimal(7),
        "etag": f'W/"{hexadecimal(32)}"',
        "trace": hexadecimal(32),
        "span": hexadecimal(16),
        "order_number": f"ORD-2026{digits(8)}",
        "ticket": f"PROJ-{digits(5)}",
        "sku": f"{capitals}{digits(7)}",
        "isbn": f"978{digits(10)}",
        "tracking": f"1Z{hexadecimal(16).upper()}",
        "version": f"{digits(1)}.{digits(2)}.{digits(4)}",
        "size": source.randrange(10**10),
        "offset": source.randrange(10**9),
        "ratio": source.random(),
        "finished": "2026-03-04T05:06:07.123456Z",
        "arn": f"arn:aws:s3:::bucket-{hexadecimal(8)}",
        "account_id": digits(12),
        "tab": source.randrange(10**9, 2 * 10**9),
        "user": f"U{digits(8)}",
        "pod": f"web-{hexadecimal(9)}-{hexadecimal(5)}",
        "sequence": source.randrange(10**11),
        "path": f"/var/log/app-2026{digits(4)}.log",
        "embedding": f"{source.random():.6f}, {-source.random():.6f}, {source.random():.6f}",
        "text": (
            f"Processed {digits(6)} rows in {source.random() * 100:.3f}s for job {digits(9)}"
            f" (run {hexadecimal(8)}) at offset {source.randrange(10**11)}"
        ),
    }


@pytest.mark.parametrize("seed", range(3))
def test_machines_own_numbers_raise_at_most_one_false_alarm_in_100_kilobytes(detector, seed):
    source = random.Random(seed)
    records = [_record(source) for _ in range(RECORDS)]
    size = sum(len(json.dumps(each)) for each in records)
    found = [finding for each in records for finding in detector.scan_json(each)]
    as_text = [finding for each in records for finding in detector.scan_text(json.dumps(each))]
    allowed = size / 100_000
    assert len(found) <= allowed, [(each.entity_type, each.path) for each in found]
    assert len(as_text) <= allowed


@pytest.mark.parametrize(
    "text",
    [
        '{"seq": 4111111111111111}',
        "offset=4111111111111111",
        "주문번호 4111111111111111",
        "order number 4111111111111111",
        '{"version": "1.94.1.9"}',
        "Section 4.2.1.7 of the manual",
        '{"session": "9f86d081884c7d659a2feaa0c55ad015"}',
        "serial 0036-5646-9628",
        "stock 770305-02-1234",
    ],
)
def test_a_word_beside_it_says_what_else_it_is(detector, text):
    assert detector.scan_text(text) == []


@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ('{"note": 4111111111111111}', "CREDIT_CARD"),
        ("order_card=4111111111111111", "CREDIT_CARD"),
        ("Cookie: theme=dark; session=9f86d081884c7d659a2feaa0c55ad015", "SESSION_COOKIE"),
        ("host 10.94.1.9", "IP_ADDRESS"),
        ("<th>MRN</th><td>31643938</td>", "MEDICAL_RECORD_NUMBER"),
        ('{"mrn": ["42887411"]}', "MEDICAL_RECORD_NUMBER"),
        ("driver license number S114-2630-7291", "US_DRIVER_LICENSE"),
    ],
)
def test_other_words_do_not(detector, text, entity_type):
    assert [each.entity_type for each in detector.scan_text(text)] == [entity_type]
