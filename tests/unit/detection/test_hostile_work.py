"""What hostile text makes the detector do is counted, not timed: it grows as the text does."""

import base64
import gc
import random
import re
import string
import tracemalloc
from collections.abc import Callable, Iterator

import msgspec
import pytest

from sumun.detection import Detector, normalise
from sumun.detection.entities import ENTITIES
from sumun.detection.recognizer import FunctionRecognizer, Recognizer
from sumun.detection.recognizers import RECOGNIZERS

LENGTH = 10_000
MOST_JUDGED = 0.5
"""Candidates a character: few are looked at twice."""

MOST_MEMORY = 250
"""Bytes a character, at the worst."""

MOST_KEPT = 50_000
"""Bytes that may stay when a text has been read: shapes of numbers met for the first time."""

LAYERS = 3
DIGITS, LOWER, UPPER = string.digits, string.ascii_lowercase, string.ascii_uppercase
HEX, ALNUM = "0123456789abcdef", string.ascii_letters + string.digits
LABELS = [word for each in ENTITIES.values() for word in (*each.english, *each.korean)]


def some(draw: random.Random, alphabet: str, length: int) -> str:
    return "".join(draw.choices(alphabet, k=length))


def dashed(draw: random.Random, *groups: int, by: str = "-") -> str:
    return by.join(some(draw, DIGITS, each) for each in groups)


def card(draw: random.Random) -> str:
    digits = "4" + some(draw, DIGITS, 14)
    doubled = [2 * int(each) - 9 * (each > "4") for each in digits[-1::-2]]
    return digits + str(-(sum(doubled) + sum(map(int, digits[-2::-2]))) % 10)


REPEATED = [
    *(
        "1",
        "0",
        "1-",
        "1.",
        "(1",
        "1 ",
        "1-1-",
        "1.1.1.1.",
        "01 ",
        "4111 1111 ",
        "x",
        "A",
        "-",
        "_",
    ),
    *("a@", "@a.bc", "a@b.co", "://", "://a:", "://a:b@c ", "::", "a:", "::1 ", "ab:", "ab-"),
    *("%41", "%252541", "%ff", "&#64;", "&#x", r"\u0040", "\\", "\u200b", "1\u200b", "a\u00ad"),
    *(
        "０",
        "０a",
        "①",
        "공일 ",
        "일",
        "길1 ",
        "12가1",
        "김",
        "김철수 ",
        "이름 김",
        "서울시 강남구 ",
    ),
    *("John A ", "John ", "name: Aa ", "Mr. A", "my name is A", "1 Main ", "5.555,5.555 "),
    *("'\"", '{"', '":"', 'password:"', "password=a ", "Bearer a", "sk-", "ghp_", "eyJ", "eyJa."),
    *("-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "x\x1f", "x\x1e", "\x00", "card 4111 "),
    *("GB82WEST12345698765432", "GB12abcd ", "ABCDUS33 ", "zip 1", "passport M1", "lat:1.234 "),
    *("a [at] b ", "골뱅이 ", "j o h n @ e x ", "1 0 2 ", "\u1112\u1161\u11ab", "900101-1234568 "),
]
DRAWN: dict[str, Callable[[random.Random], str]] = {
    "digits": lambda draw: some(draw, DIGITS, 50),
    "digits and separators": lambda draw: some(draw, DIGITS + "-. ()+", 50),
    "mostly digits": lambda draw: some(draw, DIGITS * 4 + "-. ()", 50),
    "digits of any width": lambda draw: some(draw, "０１２３４５６７８９①②③٠١٢－ ", 50),
    "digits spelt": lambda draw: some(draw, "공일이삼사오육칠팔구 -에", 50),
    "hexadecimal": lambda draw: some(draw, HEX, 50),
    "hexadecimal and colons": lambda draw: some(draw, HEX + ":", 50),
    "capitals and digits": lambda draw: some(draw, UPPER + DIGITS + " -", 50),
    "base64": lambda draw: some(draw, ALNUM + "+/", 50),
    "base64 of texts": lambda draw: (
        base64.b64encode(f"mail {draw.random()}".encode()).decode() + " "
    ),
    "printable": lambda draw: some(draw, string.printable[:95], 50),
    "punctuation of JSON": lambda draw: some(draw, '{}[]:,"\\', 50),
    "at signs and dots": lambda draw: some(draw, "@.a", 50),
    "percent": lambda draw: f"%{draw.randrange(256):02x}",
    "entities": lambda draw: f"&#{draw.randrange(70000)};",
    "Hangul and digits": lambda draw: (
        chr(draw.randrange(0xAC00, 0xD7A4)) + some(draw, DIGITS + " ", 1)
    ),
    "any character": lambda draw: chr(draw.randrange(1, 0xD800)),
    "labels": lambda draw: draw.choice(LABELS) + " ",
    "labels and numbers": lambda draw: f"{draw.choice(LABELS)} {dashed(draw, 9)},",
    "labels and codes": lambda draw: f"{draw.choice(LABELS)}: {some(draw, UPPER + DIGITS, 9)},",
    "keys and values": lambda draw: f"{some(draw, LOWER, 8)}={some(draw, ALNUM, 10)}&",
    "named secrets": lambda draw: f'"token":"{some(draw, ALNUM, 30)}",',
    "tokens": lambda draw: f"ghp_{some(draw, ALNUM, 36)} ",
    "JWTs": lambda draw: f"eyJ{some(draw, ALNUM, 20)}.{some(draw, ALNUM, 20)}.",
    "capitalised words": lambda draw: some(draw, UPPER, 1) + some(draw, LOWER, 5) + " ",
    "cards": card,
    "cards apart": lambda draw: card(draw) + " ",
    "registration numbers": lambda draw: dashed(draw, 6, 7) + " ",
    "social security numbers": lambda draw: dashed(draw, 3, 2, 4) + " ",
    "telephone numbers": lambda draw: "010-" + dashed(draw, 4, 4) + " ",
    "international numbers": lambda draw: f"+{dashed(draw, 11)},",
    "numbers of any length": lambda draw: some(draw, DIGITS, draw.randrange(7, 20)) + ",",
    "IBANs": lambda draw: f"{some(draw, UPPER, 2)}{some(draw, DIGITS, 20)} ",
    "e-mail addresses": lambda draw: f"{some(draw, LOWER, 6)}@{some(draw, LOWER, 5)}.com ",
    "addresses": lambda draw: ".".join(str(draw.randrange(256)) for _ in range(4)) + " ",
    "long addresses": lambda draw: ":".join(f"{draw.randrange(65536):x}" for _ in range(8)) + " ",
    "hardware addresses": lambda draw: ":".join(some(draw, HEX, 2) for _ in range(6)) + " ",
    "dates": lambda draw: (
        f"{draw.randrange(1900, 2030)}-0{draw.randrange(1, 10)}-1{draw.randrange(9)} "
    ),
    "wallets": lambda draw: f"bc1q{some(draw, 'acdefghjklmnpqrstuvwxyz023456789', 38)} ",
    "codes of banks": lambda draw: some(draw, UPPER, 8) + " ",
}


def beginning(trigger: bytes) -> str:
    """Return the first literal of a trigger, or a code where it has none."""
    bare = re.sub(r"\(\?[a-z]*:|\\.|\[[^]]*\]|[{(?*+|)}][0-9,}]*", " ", trigger.decode("latin-1"))
    words = bare.encode("latin-1").decode("utf-8", "ignore").split()
    return f"{words[0]}: a1" if words else "a1"


BEGINNINGS = sorted({beginning(each.trigger) for each in RECOGNIZERS if hasattr(each, "trigger")})


def hostile(name: str, length: int) -> str:
    """Return so much of a text: drawn at random, the same each time, or a piece repeated."""
    if name not in DRAWN:
        return (name * (length // len(name) + 1))[:length]
    draw = random.Random(name)
    pieces: list[str] = []
    total = 0
    while total < length:
        pieces.append(DRAWN[name](draw))
        total += len(pieces[-1])
    return "".join(pieces)[:length]


class Work:
    """A detector that counts what its recognizers are asked."""

    def __init__(self) -> None:
        self.judged = 0
        self.detector = Detector(recognizers=tuple(map(self._counted, RECOGNIZERS)))

    def _counted(self, recognizer: Recognizer) -> Recognizer:
        if isinstance(recognizer, FunctionRecognizer):
            find = recognizer.find

            def found(text: str) -> Iterator[tuple[int, int, float]]:
                for each in find(text):
                    self.judged += 1
                    yield each

            return msgspec.structs.replace(recognizer, find=found)
        judge = recognizer.judge
        if isinstance(judge, float):
            return recognizer

        def judged(*candidate: object) -> float:
            self.judged += 1
            return judge(*candidate)

        return msgspec.structs.replace(recognizer, judge=judged)

    def of(self, text: str) -> int:
        self.judged = 0
        self.detector.scan_text(text)
        return self.judged


@pytest.fixture(scope="module")
def work() -> Work:
    return Work()


@pytest.mark.parametrize("name", [*DRAWN, *REPEATED], ids=ascii)
def test_no_text_has_more_candidates_than_every_other_character(work, name):
    short, long = (work.of(hostile(name, length)) for length in (LENGTH, 2 * LENGTH))
    assert long <= 2 * LENGTH * MOST_JUDGED
    assert long <= 2.5 * short + 100  # linear: twice the text, twice the work


def test_nothing_a_recognizer_waits_for_makes_more_candidates_than_characters(work):
    judged = {each: work.of(hostile(each, LENGTH)) for each in BEGINNINGS}
    assert {each: count for each, count in judged.items() if count > LENGTH * MOST_JUDGED} == {}


@pytest.mark.parametrize("name", [*DRAWN, *REPEATED], ids=ascii)
def test_written_plainly_no_text_is_longer(name):
    text = hostile(name, LENGTH)
    layers = normalise.plain(text)
    assert len(layers) <= LAYERS
    assert all(len(layer.text) <= len(text) for layer in layers)


@pytest.mark.parametrize("name", [*DRAWN, *REPEATED], ids=ascii)
def test_memory_grows_with_the_text_alone(detector, name):
    text = hostile(name, LENGTH)
    detector.scan_text(text)  # what is compiled, and what is remembered of shapes, stays
    tracemalloc.start()
    findings = len(detector.scan_text(text))
    peak = tracemalloc.get_traced_memory()[1]
    gc.collect()  # empties the free lists of the interpreter
    stays = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert findings <= LENGTH
    assert peak <= MOST_MEMORY * LENGTH
    assert stays <= MOST_KEPT
