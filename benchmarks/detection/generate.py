"""Texts and JSON with made-up personal data, in forms that no labelled set has; seeded.

Tool calls and results, chats, letters, tables, logs, forms and prose, in English and Korean, with
values as integers, in full width, broken by zero-width characters, escaped; and between them the
numbers that stand in such texts and are nobody's.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from benchmarks.detection.scoring import Span
from benchmarks.detection.values import Values


class Value(NamedTuple):
    """What is to be found."""

    kind: str
    text: str


Piece = str | Value


class Made(NamedTuple):
    """A text, or a JSON value and the text it is written as, and what is in it.

    ``spans`` are of ``text``; ``leaf_spans`` of the strings and numbers in ``value``.
    """

    form: str
    text: str
    spans: list[Span]
    value: Any = None
    leaf_spans: list[Span] = []  # noqa: RUF012 - never written to


class Field(NamedTuple):
    """A kind of value: what it is called, and who draws it."""

    kind: str
    labels: tuple[str, ...]
    keys: tuple[str, ...]
    draw: Callable[[Values], str]
    leads: tuple[str, ...]
    """How a sentence leads up to it."""


_ENGLISH = (
    Field(
        "EMAIL_ADDRESS",
        ("Email", "E-mail address", "Contact", "Reply-To"),
        ("email", "contactEmail", "primary_email", "to", "replyTo"),
        Values.email,
        ("write to", "cc", "send the invoice to", "the account is under"),
    ),
    Field(
        "PHONE_NUMBER",
        ("Phone", "Tel.", "Mobile", "Cell", "Daytime phone"),
        ("phone", "phoneNumber", "mobile_number", "callback_phone", "tel"),
        Values.phone,
        ("ring me on", "call", "my number is", "text her at", "reach the desk at phone"),
    ),
    Field(
        "CREDIT_CARD",
        ("Card number", "Credit card", "Visa", "Payment card"),
        ("card_number", "cardNumber", "pan", "creditCard"),
        Values.card,
        ("charge it to card", "I paid with my Visa", "the card on file is", "the credit card"),
    ),
    Field(
        "US_SSN",
        ("SSN", "Social Security Number", "Social security no."),
        ("ssn", "socialSecurityNumber", "social_security_number"),
        Values.ssn,
        ("her social is", "the SSN", "social security number", "file it under SSN"),
    ),
    Field(
        "IBAN_CODE",
        ("IBAN", "Bank account (IBAN)", "Account"),
        ("iban", "bankAccount", "beneficiary_iban"),
        Values.iban,
        ("transfer it to", "my IBAN is", "wire the rest to"),
    ),
    Field(
        "IP_ADDRESS",
        ("IP", "Source address", "Client IP"),
        ("ip", "clientIp", "remote_addr", "source_ip"),
        Values.ip,
        ("the login came from", "traffic from", "we blocked"),
    ),
    Field(
        "MEDICAL_RECORD_NUMBER",
        ("MRN", "Medical record number", "Medical Record #"),
        ("mrn", "medicalRecordNumber", "patient_id"),
        Values.mrn,
        ("pull up MRN", "chart for medical record number"),
    ),
    Field(
        "US_DRIVER_LICENSE",
        ("Driver's license", "Driver license number", "Driver's License No."),
        ("driverLicense", "drivers_license_number"),
        Values.us_license,
        ("his driver's license is", "driver license number"),
    ),
    Field(
        "PERSON",
        ("Name", "Full name", "Customer name", "Patient"),
        ("name", "fullName", "customer_name", "assignee"),
        Values.name,
        ("my name is", "please ask Ms.", "signed by", "I spoke with"),
    ),
    Field(
        "LOCATION",
        ("Address", "Street address", "Ship to"),
        ("address", "streetAddress", "shipping_address"),
        Values.address,
        ("deliver it to", "she lives at", "the office is at"),
    ),
)

_KOREAN = (
    Field(
        "EMAIL_ADDRESS",
        ("이메일", "전자우편", "메일주소"),
        ("email", "이메일", "contactEmail"),
        Values.email,
        ("자료는", "회신은", "메일은"),
    ),
    Field(
        "PHONE_NUMBER",
        ("연락처", "휴대전화", "전화번호", "핸드폰", "대표전화"),
        ("phone", "전화번호", "mobileNo", "연락처", "hp_no"),
        Values.korean_phone,
        ("연락은", "전화는", "급하면", "제 번호는"),
    ),
    Field(
        "KR_RRN",
        ("주민등록번호", "주민번호", "주민등록번호(13자리)"),
        ("rrn", "주민등록번호", "residentNumber", "jumin_no"),
        Values.rrn,
        ("주민번호는", "주민등록번호가"),
    ),
    Field(
        "KR_BRN",
        ("사업자등록번호", "사업자번호"),
        ("brn", "사업자등록번호", "businessRegistrationNumber"),
        Values.brn,
        ("사업자등록번호는", "사업자번호가"),
    ),
    Field(
        "KR_CORP",
        ("법인등록번호", "법인번호"),
        ("법인등록번호", "corporate_registration_number"),
        Values.corp,
        ("법인등록번호는",),
    ),
    Field(
        "KR_DRIVER_LICENSE",
        ("운전면허번호", "면허번호"),
        ("운전면허번호", "driverLicenseNo", "license_number"),
        Values.driver,
        ("면허번호는", "운전면허는"),
    ),
    Field(
        "KR_PASSPORT",
        ("여권번호", "여권 번호"),
        ("passportNo", "여권번호", "passport_number"),
        Values.passport,
        ("여권번호는", "여권은"),
    ),
    Field(
        "KR_VEHICLE",
        ("차량번호", "차량 번호", "등록 차량"),
        ("차량번호", "vehicleNumber", "plate"),
        Values.vehicle,
        ("차량은", "주차 등록은", "차번호는"),
    ),
    Field(
        "KR_BANK_ACCOUNT",
        ("계좌번호", "환불계좌", "입금계좌"),
        ("accountNumber", "계좌번호", "bank_account", "refund_account"),
        lambda values: values.account()[1],
        ("입금은 국민은행", "계좌는", "환불 계좌는 신한"),
    ),
    Field(
        "CREDIT_CARD",
        ("카드번호", "결제카드", "신용카드 번호"),
        ("cardNo", "카드번호", "card_number"),
        Values.card,
        ("카드번호는", "결제는 카드"),
    ),
    Field(
        "IP_ADDRESS",
        ("접속 IP", "IP 주소"),
        ("ip", "clientIp", "접속IP"),
        Values.ip,
        ("접속지는", "차단한 주소는"),
    ),
    Field(
        "PERSON",
        ("성명", "이름", "고객명", "담당자"),
        ("name", "성명", "customerName", "고객명"),
        Values.korean_name,
        ("담당은", "제 이름은", "신청인은"),
    ),
    Field(
        "LOCATION",
        ("주소", "배송지", "거주지"),
        ("address", "주소", "배송지"),
        Values.korean_address,
        ("보낼 곳은", "집은", "주소는"),
    ),
)

_PARTICLES = (
    "입니다",
    "이고",
    "으로",
    "로",
    "에서",
    "을",
    "이에요",
    "인데요",
    "까지",
    "이며,",
    "랑",
)
_DECOYS = (
    "order {0}",
    "ticket OPS-{1}",
    "v{2}",
    "2026-0{3}-1{3}",
    "{1} rows",
    "build {0}",
    "#{1}",
    "{1} ms",
    "chapter {3}",
    "room {1}",
    "${1}.{3}0",
)
_KOREAN_DECOYS = (
    "주문 {0}",
    "접수 {1}건",
    "{1}원",
    "2026년 {3}월 1{3}일",
    "제{1}호",
    "{1}번 회의실",
    "{3}층",
    "버전 {2}",
    "송장 {0}",
)


class Writer:
    """Writes texts of one language."""

    def __init__(self, source: random.Random, language: str) -> None:
        self._source = source
        self._values = Values(source)
        self._korean = language == "ko"
        self._fields = fields(language)
        self._forms = (
            *(self.chat, self.letter, self.form, self.log, self.csv, self.markdown, self.prose),
            *(self.yaml, self.html, self.disguised, self.arguments, self.result, self.integers),
            *(self.nested, self.escaped),
        )

    def write(self) -> Made:
        """Return the next text, in any form."""
        return self._source.choice(self._forms)()

    def _some(self, least: int, most: int) -> list[Field]:
        return self._source.sample(self._fields, self._source.randint(least, most))

    def _value(self, field: Field) -> Value:
        return Value(field.kind, field.draw(self._values))

    def _decoy(self) -> str:
        pick = self._source.choice(_KOREAN_DECOYS if self._korean else _DECOYS)
        draw = self._values.digits
        return pick.format(draw("@#######"), draw("@##"), draw("@.##.@"), draw("@"))

    def chat(self) -> Made:
        """A conversation, one line each."""
        pieces: list[Piece] = []
        for field in self._some(2, 4):
            who = self._source.choice(("mina", "joe", "수진", "ops-bot", "kim_d"))
            pieces += [f"[{self._values.digits('1#:##')}] {who}: ", *self._sentence(field), "\n"]
            pieces += [f"[{self._values.digits('1#:##')}] {who}: {self._decoy()} ok\n"]
        return _text("chat", pieces)

    def _sentence(self, field: Field) -> list[Piece]:
        lead, value = self._source.choice(field.leads), self._value(field)
        if self._korean:
            return [f"{lead} ", value, f"{self._source.choice(_PARTICLES)} {self._decoy()} 확인"]
        end = self._source.choice(
            (", thanks", " before noon", ".", " (new)", "!", " - ok?", "; urgent")
        )
        return [f"{lead} ", value, end]

    def letter(self) -> Made:
        """An e-mail with headers and a signature."""
        values = self._values
        pieces: list[Piece] = [
            "From: ",
            Value("EMAIL_ADDRESS", values.email()),
            "\nTo: ",
            Value("EMAIL_ADDRESS", values.email()),
            values.digits("\nDate: Tue, 1# Mar 2026 10:1#:00 +0900"),
            f"\nMessage-ID: {values.hexadecimal(20)}\nSubject: {self._decoy()}\n\n",
        ]
        for field in self._some(2, 3):
            pieces += [*self._sentence(field), "\n"]
        pieces += ["\n-- \n", self._values.digits("Unit @"), f", {self._decoy()}\n"]
        return _text("letter", pieces)

    def form(self) -> Made:
        """Labels and values."""
        colon = self._source.choice((": ", " : ", ":", "\t", " - ", " = "))
        pieces: list[Piece] = []
        for field in self._some(3, 6):
            pieces += [self._source.choice(field.labels), colon, self._value(field), "\n"]
        return _text("form", pieces)

    def log(self) -> Made:
        """Lines of a log, keys and values."""
        pieces: list[Piece] = []
        for field in self._some(2, 3):
            values = self._values
            pieces += [
                values.digits("2026-05-1#T10:11:1#.###Z INFO [worker-@] "),
                f"trace={values.hexadecimal(32)} {self._source.choice(field.keys)}=",
                self._value(field),
                f" status=200 bytes={values.digits('@####')}\n",
            ]
        return _text("log", pieces)

    def _table(self, between: str, edge: str, rule: str, form: str) -> Made:
        fields = self._some(2, 4)
        heads = [self._source.choice(field.labels) for field in fields]
        id_name = "번호" if self._korean else "id"
        pieces: list[Piece] = [edge, between.join([id_name, *heads]), edge, "\n", rule]
        for _ in range(self._source.randint(2, 4)):
            pieces += [edge, self._values.digits("@##")]
            for field in fields:
                pieces += [between, self._value(field)]
            pieces += [edge, "\n"]
        return _text(form, pieces)

    def csv(self) -> Made:
        """A table whose heads say what the columns are."""
        return self._table(self._source.choice((",", ";", "\t")), "", "", "csv")

    def markdown(self) -> Made:
        """A table as models write it."""
        return self._table(" | ", "|", "|---|---|\n", "markdown")

    def prose(self) -> Made:
        """Running text, as a model would answer."""
        pieces: list[Piece] = ["요약하면, " if self._korean else "Here is what I found. "]
        for field in self._some(2, 4):
            label, value = self._source.choice(field.labels), self._value(field)
            if self._korean:
                pieces += [f"**{label}**는 ", value, f"{self._source.choice(_PARTICLES)} "]
                pieces += [f"{self._decoy()}도 확인했습니다. "]
            else:
                pieces += [f"The customer's {label.lower()} is ", value, f", see {self._decoy()}. "]
        return _text("prose", pieces)

    def yaml(self) -> Made:
        """Keys and values, indented."""
        pieces: list[Piece] = ["record:\n", f"  version: {self._values.digits('@.#.#')}\n"]
        for field in self._some(2, 4):
            quote = self._source.choice(("", '"', "'"))
            key = self._source.choice(field.keys)
            pieces += [f"  {key}: {quote}", self._value(field), f"{quote}\n"]
        return _text("yaml", pieces)

    def html(self) -> Made:
        """Cells beside their heads."""
        pieces: list[Piece] = ["<table>"]
        for field in self._some(2, 4):
            pieces += [f"<tr><th>{self._source.choice(field.labels)}</th><td>", self._value(field)]
            pieces += ["</td></tr>"]
        return _text("html", [*pieces, "</table>"])

    def disguised(self) -> Made:
        """Labels, and values in full width or with characters that cannot be seen."""
        pieces: list[Piece] = []
        for field in self._some(2, 4):
            value = self._value(field)
            if value.kind in ("EMAIL_ADDRESS", "IP_ADDRESS") or self._source.random() < 0.5:
                at = self._source.randrange(1, len(value.text))
                hidden = self._source.choice(("\u200b", "\u200d", "\ufeff", "\u2060"))
                shown = value.text[:at] + hidden + value.text[at:]
            else:
                shown = value.text.translate({48 + n: 0xFF10 + n for n in range(10)})
            pieces += [f"{self._source.choice(field.labels)}: ", Value(value.kind, shown), "\n"]
        return _text("disguised", pieces)

    def _members(self, fields: Iterable[Field]) -> dict[str, Any]:
        return {self._source.choice(field.keys): self._value(field) for field in fields}

    def _noise(self) -> dict[str, Any]:
        values = self._values
        return {
            "id": int(values.digits("@#######")),
            "created": int(values.digits("178##########")),
            "etag": values.hexadecimal(32),
            "score": self._source.random(),
        }

    def arguments(self) -> Made:
        """A tool call."""
        call = {
            "name": "update_record",
            "arguments": {**self._members(self._some(2, 4)), "dryRun": False},
        }
        return _json(
            "arguments", {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call}
        )

    def result(self) -> Made:
        """A tool result with structured content, rows in a list."""
        fields = self._some(2, 3)
        keys = [self._source.choice(field.keys) for field in fields]
        rows = [
            {**dict(zip(keys, map(self._value, fields), strict=True)), **self._noise()}
            for _ in range(self._source.randint(1, 3))
        ]
        return _json(
            "result", {"structuredContent": {"rows": rows, "total": len(rows)}, "isError": False}
        )

    def integers(self) -> Made:
        """Numbers as numbers, known by their keys alone."""
        members: dict[str, Any] = {}
        for field in self._fields:
            digits = "".join(each for each in field.draw(self._values) if each.isdigit())
            numeric = ("KR_RRN", "CREDIT_CARD", "US_SSN", "KR_BRN", "PHONE_NUMBER")
            if field.kind in numeric and digits[0] != "0" and len(digits) >= 9:
                members[self._source.choice(field.keys)] = Value(f"int:{field.kind}", digits)
        return _json("integers", {"record": {**members, **self._noise()}})

    def nested(self) -> Made:
        """Lists under keys, and objects in lists."""
        field, other = self._some(2, 2)
        tree = {
            "items": [
                {self._source.choice(field.keys): [self._value(field), self._value(field)]},
                {"details": {self._source.choice(other.keys): self._value(other)}, **self._noise()},
            ]
        }
        return _json("nested", tree)

    def escaped(self) -> Made:
        """JSON in which every character beyond ASCII is escaped."""
        return _json(
            "escaped",
            {"args": {**self._members(self._some(2, 4)), **self._noise()}},
            ascii_only=True,
        )


def fields(language: str) -> tuple[Field, ...]:
    """Return the kinds of values that texts of a language hold."""
    return _KOREAN if language == "ko" else _ENGLISH


def texts(language: str, count: int, seed: int = 20) -> Iterator[Made]:
    """Yield texts of a language, the same for the same seed."""
    writer = Writer(random.Random(f"{language}{seed}"), language)
    for _ in range(count):
        yield writer.write()


def _text(form: str, pieces: Iterable[Piece]) -> Made:
    written: list[str] = []
    spans: list[Span] = []
    at = 0
    for piece in pieces:
        text = piece.text if isinstance(piece, Value) else piece
        if isinstance(piece, Value):
            spans.append(Span("", at, at + len(text), piece.kind))
        written.append(text)
        at += len(text)
    return Made(form, "".join(written), spans)


def _json(form: str, tree: Any, *, ascii_only: bool = False) -> Made:
    found: list[tuple[str, Value]] = []
    value = _plain(tree, "$", found)
    text = json.dumps(value, ensure_ascii=ascii_only)
    spans, leaf_spans, at = [], [], 0
    for path, each in found:
        kind = each.kind.removeprefix("int:")
        written = json.dumps(each.text, ensure_ascii=ascii_only)[1:-1]
        at = text.index(written, at)
        spans.append(Span("", at, at + len(written), kind))
        leaf_spans.append(Span(path, 0, len(each.text), kind))
        at += len(written)
    return Made(form, text, spans, value, leaf_spans)


def _plain(tree: Any, path: str, found: list[tuple[str, Value]]) -> Any:
    if isinstance(tree, Value):
        found.append((path, tree))
        return int(tree.text) if tree.kind.startswith("int:") else tree.text
    if isinstance(tree, dict):
        return {key: _plain(each, path + _step(key), found) for key, each in tree.items()}
    if isinstance(tree, list):
        return [_plain(each, f"{path}[{at}]", found) for at, each in enumerate(tree)]
    return tree


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"['{key}']"
