"""What holds nobody's data, and looks as if it did; seeded.

Records, logs and code in bulk, counted by false hits per 100 kB; and single lines, each with one
thing that is easily taken for another, counted by lines with a false hit.
"""

import json
import random
import re
import uuid
from collections.abc import Iterator
from typing import Any

from benchmarks.detection.values import Values


def records(count: int, seed: int = 20) -> Iterator[dict[str, Any]]:
    """Yield JSON objects: identifiers, timestamps, hashes, counters, measurements."""
    source = random.Random(f"records{seed}")
    values = Values(source)
    for number in range(count):
        yield source.choice((_ticket, _row, _span, _deployment, _reading, _asset))(values, number)


def _uuid(values: Values) -> str:
    return str(uuid.UUID(int=values.source.getrandbits(128), version=4))


def _ticket(values: Values, number: int) -> dict[str, Any]:
    return {
        "id": _uuid(values),
        "number": 10_000 + number,
        "external_id": values.digits("@###############"),
        "createdAt": int(values.digits("17##########0")),
        "updated": int(values.digits("17########")),
        "due": f"2026-0{values.digits('@')}-1{values.digits('#')}",
        "session": values.hexadecimal(32),
        "attachments": [{"sha256": values.hexadecimal(64), "size": int(values.digits("@######"))}],
        "labels": [f"sprint-{values.digits('##')}", f"v{values.digits('@.##.#')}"],
        "parent": values.digits("@#########"),
        "title": f"Retry queue {values.digits('@####')} stalls after {values.digits('@###')} items",
    }


def _row(values: Values, number: int) -> dict[str, Any]:
    return {
        "row_id": number,
        "seq": int(values.digits("@###############")),
        "offset": int(values.digits("@###########")),
        "partition_key": values.digits("############"),
        "snowflake": str(values.source.getrandbits(62) | 1 << 60),
        "checksum": int(values.digits("@#########")),
        "xmin": values.digits("@########"),
        "lsn": f"{values.hexadecimal(2).upper()}/{values.hexadecimal(8).upper()}",
        "rev": f"{values.digits('@')}-{values.hexadecimal(32)}",
        "ts": f"{values.digits('17########')}.{values.digits('######')}",
        "batch": values.digits("20260###-@###"),
        "next_token": values.digits("@#################"),
        "order_no": values.digits("20260###-#######"),
    }


def _span(values: Values, number: int) -> dict[str, Any]:
    return {
        "traceId": values.hexadecimal(32),
        "spanId": values.hexadecimal(16),
        "x-amzn-trace-id": f"Root=1-{values.hexadecimal(8)}-{values.hexadecimal(24)}",
        "startTimeUnixNano": values.digits("17################0"),
        "duration_ns": int(values.digits("@########")),
        "thread": int(values.digits("14#############")),
        "pid": int(values.digits("@####")),
        "attributes": {
            "http.request_content_length": int(values.digits("@####")),
            "db.statement_id": values.digits("@##############"),
            "session.id": values.hexadecimal(26),
            "messaging.kafka.offset": int(values.digits("@########")),
            "retry": number % 3,
        },
        "numeric_id": values.digits("@##################"),
    }


def _deployment(values: Values, number: int) -> dict[str, Any]:
    return {
        "image": f"registry.local/app@sha256:{values.hexadecimal(64)}",
        "version": values.digits("@.@#.#.@"),
        "build": values.digits("2026####.@"),
        "run_id": int(values.digits("@##########")),
        "run_number": number,
        "commit": values.hexadecimal(40),
        "etag": f'"{values.hexadecimal(32)}"',
        "arn": values.digits("arn:aws:ecs:eu-west-1:############:task/") + values.hexadecimal(32),
        "pod": f"api-{values.hexadecimal(9)}-{values.hexadecimal(5)}",
        "actor_id": int(values.digits("@#######")),
        "resource_version": values.digits("@########"),
    }


def _reading(values: Values, number: int) -> dict[str, Any]:
    return {
        "sensor": f"SN{values.digits('########')}",
        "serial_number": values.digits("####-####-####"),
        "value": values.source.uniform(-1000, 1000),
        "samples": [values.source.randrange(10**12) for _ in range(4)],
        "histogram": [round(values.source.random(), 6) for _ in range(4)],
        "epoch_ms": int(values.digits("17###########")),
        "firmware": values.digits("@.##.###"),
        "counter": values.digits("@############"),
        "calibrated": f"2026{values.digits('0@')}1{values.digits('#')}T0{values.digits('#')}1530Z",
        "n": number,
    }


def _asset(values: Values, number: int) -> dict[str, Any]:
    return {
        "sku": values.digits("@###-####-##"),
        "isbn": f"978{values.digits('##########')}",
        "upc": values.digits("############"),
        "gtin": values.digits("@#############"),
        "model": f"XR-{values.digits('@###')}-{values.digits('##')}",
        "lot": values.digits("L########"),
        "tracking_number": values.digits("1Z###E##########"),
        "price": f"{values.digits('@#,###.##')}",
        "quantity": number,
        "image_id": values.digits("@##############"),
        "barcode": values.digits("880##########"),
        "재고번호": values.digits("######-##-####"),
        "입고일시": f"2026-0{values.digits('@')}-1{values.digits('#')} 10:1{values.digits('#')}",
    }


_TIME = "2026-0{d1}-1{d1}T1{d1}:1{d1}:1{d1}.{d6}Z"
_LOG_LINES = (
    f"{_TIME} DEBUG pool-{{d1}}-thread-{{d2}} id={{d16}}",
    f"{_TIME} INFO request_id={{h32}} status=200 dur={{d2}}.{{d3}}ms",
    "[{d6}.{d6}] usb 1-1.{d1}: new high-speed device number {d2}",
    f"{_TIME} WARN compaction of sst {{d6}} took {{d5}} ms, {{d9}} bytes",
    f"{_TIME} ERROR NullPointerException at com.acme.Order.place(Order.java:{{d3}})",
    '  File "/srv/app/worker.py", line {d3}, in run',
    "0x{h16} in main+0x{h4} ({d9})",
    "npm http fetch GET 200 https://registry.local/pad/-/pad-{d1}.{d1}.{d1}.tgz {d3}ms",
    f"{_TIME} INFO kafka offset={{d11}} lag={{d4}} epoch=17{{d11}}",
    f"{_TIME} INFO 배치 20260{{d3}}-{{d4}} 완료: {{d5}}건, 소요 {{d4}}ms",
    f"{_TIME} session {{h24}} evicted after {{d4}} s",
    "txid {d12} committed at 17{d8}.{d6}",
)
_CODE = (
    "const SEED = {d10};\nlet rect = [{d3}, {d3}];",
    "static const uint32_t K[] = {0x{h8}, 0x{h8}};",
    "assert total == {d11}  # see #{d5}",
    '"integrity": "sha512-{h64}",\n"version": "{d1}.{d2}.{d1}",',
    "@@ -{d3},7 +{d3},8 @@ def load(path):",
    "index {h7}..{h7} 100644",
    '    <path d="M{d2}.{d3} {d2}.{d3}L{d3}.{d2}-{d3}.{d2}z"/>',
    "migration_20260{d3}{d6}_add_index.sql",
    ".grid { grid-template: {d3}px / {d3}px; color: #{h6} }",
    "password = getpass('Password: ')\ntoken = os.environ['SERVICE_TOKEN']",
    "return hash(key) % {d10} if key else None",
    "user.email = form.cleaned_data['email']\nphone = models.CharField(max_length=20)",
    "lat, lon = point.x * {d1}.{d6}, point.y / {d3}",
    "# 기본값은 {d5}이며 최대 {d9}까지 허용한다",
    'session = requests.Session()\nsession.headers["Accept"] = "application/json"',
    "name: str = Field(description='Name of the tool')",
)
_BLANK = re.compile(r"\{([dh])(\d+)\}")


def logs(lines: int, seed: int = 20) -> str:
    """Return lines as servers, kernels and build machines write them."""
    return _filled(_LOG_LINES, lines, f"logs{seed}")


def code(blocks: int, seed: int = 20) -> str:
    """Return source code, tables of constants, and what compilers say."""
    return _filled(_CODE, blocks, f"code{seed}")


def _filled(patterns: tuple[str, ...], count: int, seed: str) -> str:
    """Return patterns in any order, ``{d4}`` and ``{h4}`` made four digits of base 10 or 16."""
    values = Values(random.Random(seed))

    def fill(match: re.Match[str]) -> str:
        length = int(match[2])
        return (
            values.hexadecimal(length)
            if match[1] == "h"
            else values.digits("@" + "#" * (length - 1))
        )

    return "\n".join(_BLANK.sub(fill, values.pick(patterns)) for _ in range(count))


_ENGLISH_LINES = (
    "Order number @######### shipped from the second warehouse.",
    "Your confirmation code is @#####.",
    "Invoice INV-2026-0####-## is overdue by @# days.",
    "Tracking 1Z999AA1########## arrived in Memphis.",
    "Upgrade to version 1.2.3.4 before Friday.",
    "Firmware v@.#.##.### fixes the fan noise.",
    "See ISBN 978-0-306-#####-@ for the proof.",
    "ISSN 2049-#### is the journal's.",
    "The part is a 74HC595, the board an ESP32-WROOM-@#.",
    "Model number LG-55UK#### is discontinued.",
    "The total comes to $@,###.## including tax.",
    "We sold @,###,### units in 2025.",
    "The parser fails at line @## column @# of schema.json.",
    "Build 2026.0@.1#.@### passed all @,### tests.",
    "The timestamp 17########### is in milliseconds.",
    "Ticket #@###### was merged into #@######.",
    "On 2026-0@-1# the lease ends; it began on 1#/0@/2024.",
    "Meet between 10:00 and 11:30 in room @##-#.",
    "The checksum should be @########## but it is @#########.",
    "It took 00:0@:1#.### to rebuild the index.",
    "Section 4.2.1.@ of the manual covers it.",
    "Case No. 2:21-cv-0@### was dismissed.",
    "The score was 10@-9@ after overtime.",
    "Flight KE@## leaves from gate @#, seat @#A.",
    "Account type: savings; status: active; tier: 3.",
    "The patent is US @,###,### B2.",
    "Use port 5432 and timeout 30000.",
    "The ratio is 3.14159265358979 to 2.71828182845904.",
    "Lot number @####-#### expires in 2027.",
    "The grid reference is row 1# column 2#.",
    "Serial: SN-####-####-####",
    "Coupon SAVE@#-####-#### applies to all plans.",
    "docker run -p 8080:80 -m 512m image:latest",
    "RFC 9728 obsoletes nothing; see also RFC 8414.",
    "Reference number: 2026/0@/####",
    "Please rate us from 1 2 3 4 5 6 7 8 9 10.",
    "Population: 51,@##,###; area: 100,@## km2.",
    "The password must have at least 12 characters.",
    "Enter your phone number and e-mail address below.",
    "Apple Park and Grand Central are landmarks.",
    "Dear Customer, your plan renews on March 1#.",
    "Contact Support, Sales or the Help Center.",
    "By Monday, Project Falcon and Team Rocket merge.",
    "The name of the file is Quarterly Report.",
    "Thanks, The Billing Team",
    "PO Number: 45########",
    "SELECT id FROM t WHERE ts > 17########## LIMIT 100;",
    "Contract 12-34567-@## was signed in Geneva.",
    "GET /v1/items/@########### HTTP/1.1 404 @##",
    "Error code 0x80070005 at 0x00007ff@########.",
)

_KOREAN_LINES = (
    "주문번호 20260###-####### 건이 출고되었습니다.",
    "송장번호 @########### 로 조회해 주세요.",
    "버전 1.2.3.4에서 수정되었습니다.",
    "총 결제 금액은 @,###,###원입니다.",
    "인증번호 ######을 입력해 주세요.",
    "접수번호 2026-####### 처리 중입니다.",
    "2026년 @월 1#일 10시 3#분에 시작합니다.",
    "제품 모델명은 SM-G99#N 입니다.",
    "도서 ISBN 979-11-#####-##-@ 참고.",
    "관리번호 A-2026-#### 를 확인하세요.",
    "우편물 등기번호 @####-####-#### 입니다.",
    "사건번호 2023가단######",
    "예산은 12,@##,### 천원으로 책정되었다.",
    "법률 제1####호 일부개정",
    "지하철 2호선 강남역 @번 출구에서 만나요.",
    "회의실 30@호, 10:00~11:30",
    "서버 로그 17########## 부터 확인 바랍니다.",
    "오류 코드 E-@####가 발생했습니다.",
    "재고 @###개, 안전재고 @##개",
    "경기 결과는 @-@로 끝났다.",
    "전년 대비 @#.#% 증가한 @,###억원",
    "공고 제2026-@##호에 따라 진행한다.",
    "비밀번호는 영문과 숫자를 섞어 8자 이상이어야 합니다.",
    "전화번호와 이메일을 입력하세요.",
    "이름 순으로 정렬합니다.",
    "주소창에 입력한 뒤 엔터를 누르세요.",
    "최대 용량은 @### MB, 해상도 1920x1080",
    "커밋 a1b2c3d에서 라인 @##을 고쳤다.",
    "고객님께서는 우수 회원입니다.",
    "담당자에게 문의해 주시기 바랍니다.",
    "대한민국 서울에서 열린 행사",
    "학번은 입학 연도로 시작합니다.",
    "우리나라의 인구는 약 5,1@#만 명이다.",
    "쿠폰 번호 @###-####-####-#### 는 만료되었습니다.",
    "품목코드 @###.##-####",
    "3월 1@일부터 4월 1@일까지 접수",
    "이번 분기 목표는 @##건입니다.",
    "정답은 1 2 3 4 5 중 하나입니다.",
    "문서번호 총무-####(2026. @. 1#.)",
    "수량: 10@ 단가: @,### 합계: @##,###",
    "배터리 용량 5000mAh, 무게 1@#g",
    "성명서를 발표한 뒤 이사회를 열었다.",
    "김치찌개 2인분과 이자카야 예약",
    "박물관과 정부청사, 한강 이남 지역",
    "차량 3대와 기사 2명을 배정했다.",
    "여권은 6개월 이상 유효해야 합니다.",
    "계좌 개설은 영업점에서 가능합니다.",
    "카드 결제는 5만원부터 할부가 됩니다.",
    "강의실 번호 @##-####, 좌석 @#번",
    "부품번호 ######-####### 품절",
)


def lines(language: str, count: int, seed: int = 20) -> Iterator[str]:
    """Yield single lines of a language, all kinds of them equally often."""
    source = random.Random(f"{language}{seed}")
    values = Values(source)
    patterns = _KOREAN_LINES if language == "ko" else _ENGLISH_LINES
    for number in range(count):
        yield values.digits(patterns[number % len(patterns)])


def as_text(record: dict[str, Any]) -> str:
    """Return the record as JSON text."""
    return json.dumps(record, ensure_ascii=False)
