"""Texts to begin with; every value in them is made up or published as an example."""

from typing import Final

EXAMPLES: Final[dict[str, tuple[str, str]]] = {
    "record": (
        "A customer record",
        """\
Customer: Jane Doe
E-mail: jane.doe@example.com
Phone: (415) 555-0132
Date of birth: 04/17/1988
SSN: 536-22-8726
Card: 4539 1488 0343 6467, exp 09/27
Ship to: 1600 Pennsylvania Avenue NW, Washington, DC 20500

She called twice about order 4111-2230-77 and will pay from IBAN
GB29 NWBK 6016 1331 9268 19 next month.
""",
    ),
    "korean": (
        "A Korean sentence",
        """\
고객 정보: 홍길동 (hong@example.com, 010-1234-5678)

홍길동 님의 주민등록번호는 900101-1234568이고, 연락처는 공일공-일이삼사-오육칠팔입니다.
배송지: 서울특별시 강남구 테헤란로 152, 3층
카드번호 4539-1488-0343-6467로 결제했고, 환불은 국민은행 123456-01-234567로 받습니다.
""",
    ),
    "tool": (
        "The result of an MCP tool",
        """\
{
  "content": [
    {
      "type": "text",
      "text": "{\\"customer\\": \\"김민준\\", \\"email\\": \\"minjun.kim@example.co.kr\\"}"
    }
  ],
  "structuredContent": {
    "customer": {
      "id": 48213,
      "name": "김민준",
      "email": "minjun.kim@example.co.kr",
      "phones": ["+82 10-9876-5432", 821098765432],
      "주민등록번호": "850315-1234562",
      "card_number": 4539148803436467
    },
    "updated_at": 1735689600000
  },
  "isError": false
}
""",
    ),
    "log": (
        "A log with secrets",
        """\
2026-03-02T09:14:07Z INFO  deploy started region=ap-northeast-2 host=10.24.3.17
2026-03-02T09:14:08Z DEBUG env AWS_ACCESS_KEY_ID=AKIAQ3EGRZ7WPLNVD4TU
2026-03-02T09:14:08Z DEBUG env DATABASE_URL=postgresql://app:Vq7-tR2m9x@db.internal:5432/orders
2026-03-02T09:14:09Z WARN  Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.\
c2lnbmF0dXJlLW9mLW5vYm9keS1hdC1hbGw
2026-03-02T09:14:09Z ERROR mail to ops%40example.com failed, password=hunter2-Z9!qLx
2026-03-02T09:14:10Z INFO  token=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (placeholder)
""",
    ),
    "nothing": (
        "Looks like personal data, is none",
        """\
Release 10.4.2 of 2026-03-02 ships build 20260302.1 (sha 9f86d081884c7d659a2feaa0c55ad015).
Order 4111-1111-1111-1112 is 1,234,567 bytes; ticket 123-45-6789-00; ISBN 978-3-16-148410-0.
Trace 4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7, at 1735689600000 ms.
Set API_KEY=<your-api-key> and PASSWORD=${DB_PASSWORD} before you start.
회의는 2026년 3월 2일 14시 30분, 참석 인원 12명, 예산 1,250,000원입니다.
""",
    ),
}
"""Title and text by name."""
