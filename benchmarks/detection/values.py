"""Made-up values of every structured type, as people and machines write them. Nobody's are real.

Numbers with a check digit mostly hold it, as typed numbers mostly do.
"""

import random
import string

_HANGUL_PLATES = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호"
_FAMILY = "김이박최정강조윤장임한오서신권황안송류홍전고문양손배백허유남심노하곽성차주우구"
_GIVEN = "민서 지호 서연 하준 예은 도윤 수아 시우 지유 현우 유진 태현 은지 준영 소라 재훈 미경 영호"
_FIRST = (
    "Olivia Noah Priya Mateo Ingrid Tomasz Aisha Declan Yuki Chidi Fatima Lars Zoe Hiroshi Elena"
)
_LAST = (
    "Marlowe Okafor Lindqvist Petrov Nakamura Duarte Whitfield Kowalski Haddad Brennan Castellano"
)
_HOSTS = (
    "harborline.io meadowbank.co.uk nordwind.de tessera.dev lumen-press.com kyobo.co.kr hanmail.net"
)
_STREETS = "Alder Birchwood Cromwell Dunmore Elmhurst Fairview Grafton Hawthorne"
_ROADS = "세종대로 테헤란로 올림픽로 월드컵북로 한강대로 동성로 해운대로 충장로"
_PLACES = (
    "서울특별시 마포구",
    "부산광역시 해운대구",
    "경기도 성남시 분당구",
    "대구광역시 중구",
    "광주광역시 동구",
    "제주특별자치도 제주시",
)
_BANKS = {
    "국민은행": "######-##-######",
    "신한은행": "###-###-######",
    "우리은행": "####-###-######",
    "하나은행": "###-######-#####",
    "농협은행": "###-####-####-##",
    "카카오뱅크": "####-##-#######",
    "기업은행": "###-######-##-###",
    "토스뱅크": "####-####-####",
}


class Values:
    """Draws values from one source of chance."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.pick = source.choice

    def digits(self, pattern: str) -> str:
        """Return the pattern with each ``#`` a digit and each ``@`` a digit that is not zero."""
        draw = {"#": string.digits, "@": string.digits[1:]}
        return "".join(self.pick(draw.get(each, each)) for each in pattern)

    def hexadecimal(self, length: int) -> str:
        """Return digits of base 16."""
        return "".join(self.source.choices("0123456789abcdef", k=length))

    def email(self) -> str:
        """Return an address with a human or a technical local part."""
        first, last = self.pick(_FIRST.split()).lower(), self.pick(_LAST.split()).lower()
        local = self.pick(
            (
                f"{first}.{last}",
                f"{first[0]}{last}",
                f"{last}_{self.digits('##')}",
                f"{first}+{self.pick(('shop', 'news', 'billing'))}",
                f"{first}-{last}{self.digits('@###')}",
            )
        )
        return f"{local}@{self.pick(('', '', 'mail.', 'eu.'))}{self.pick(_HOSTS.split())}"

    def phone(self) -> str:
        """Return a telephone number of some country, in one of its ways of writing."""
        nanp = "", f"5{self.digits('##')}", self.digits("####")
        area = self.pick(("212", "415", "617", "303", "512", "206", "416", "604"))
        return self.pick(
            (
                f"({area}) {nanp[1]}-{nanp[2]}",
                f"{area}-{nanp[1]}-{nanp[2]}",
                f"{area}.{nanp[1]}.{nanp[2]}",
                f"+1 {area} {nanp[1]} {nanp[2]}",
                f"+1{area}{nanp[1]}{nanp[2]}",
                f"1-{area}-{nanp[1]}-{nanp[2]}",
                f"{area} {nanp[1]} {nanp[2]} x{self.digits('@##')}",
                self.digits("+44 20 7### ####"),
                self.digits("+44 7@## ######"),
                self.digits("020 7946 ####"),
                self.digits("07700 9#####"),
                self.digits("+49 30 @#####"),
                self.digits("+49 (0)89 @######"),
                self.digits("+33 6 ## ## ## ##"),
                self.digits("06 1# ## ## ##"),
                self.digits("+61 2 9### ####"),
                self.digits("0412 ### ###"),
                self.digits("+91 98### #####"),
                self.digits("+81 3-6###-####"),
                self.digits("+34 61# ### ###"),
                self.digits("+55 11 9####-####"),
                self.digits("+46 70 ### ## ##"),
                self.digits("+65 6@## ####"),
                self.digits("00 353 1 @## ####"),
            )
        )

    def korean_phone(self) -> str:
        """Return a Korean telephone number of any kind."""
        return self.pick(
            (
                self.digits("010-@###-####"),
                self.digits("010-@###-####"),
                self.digits("010 @### ####"),
                self.digits("010.@###.####"),
                self.digits("010@#######"),
                self.digits("+82 10-@###-####"),
                self.digits("+82-10-@###-####"),
                self.digits("+8210@#######"),
                self.digits("02-@##-####"),
                self.digits("02)@###-####"),
                self.digits("031-@##-####"),
                self.digits("(051) @##-####"),
                self.digits("070-@###-####"),
                self.digits("1588-####"),
                self.digits("080-@##-####"),
                self.digits("0502-@##-####"),
            )
        )

    def card(self) -> str:
        """Return a card number whose check digit holds."""
        head, length = self.pick(
            (("4", 16), ("51", 16), ("55", 16), ("37", 15), ("6011", 16), ("3566", 16), ("9", 16))
            if self.source.random() < 0.1
            else (("4", 16), ("52", 16), ("54", 16), ("37", 15), ("6011", 16), ("2223", 16))
        )
        number = _with_luhn(head + self.digits("#" * (length - len(head) - 1)))
        if length == 15:
            groups = (number[:4], number[4:10], number[10:])
        else:
            groups = tuple(number[at : at + 4] for at in range(0, 16, 4))
        return self.pick((" ", "-", "")).join(groups)

    def ssn(self) -> str:
        """Return a Social Security number of an area that is issued."""
        area = self.source.choice([n for n in range(1, 900) if n != 666])
        group, serial = self.source.randrange(1, 100), self.source.randrange(1, 10_000)
        return self.pick(("-", "-", " ")).join((f"{area:03}", f"{group:02}", f"{serial:04}"))

    def iban(self) -> str:
        """Return an account number whose check digits hold."""
        country, body = self.pick(
            (
                ("DE", self.digits("#" * 18)),
                ("FR", self.digits("#" * 23)),
                ("NL", "INGB" + self.digits("#" * 10)),
                ("GB", "BARC" + self.digits("#" * 14)),
                ("ES", self.digits("#" * 20)),
                ("PL", self.digits("#" * 24)),
                ("CH", self.digits("#" * 17)),
            )
        )
        spelt = "".join(str(int(each, 36)) for each in f"{body}{country}00")
        compact = f"{country}{98 - int(spelt) % 97:02}{body}"
        grouped = " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))
        return self.pick((compact, grouped))

    def ip(self) -> str:
        """Return an address, of four octets mostly."""
        if self.source.random() < 0.2:
            return "2001:db8:" + ":".join(self.hexadecimal(4) for _ in range(6))
        octets = (self.source.randrange(1, 224), *(self.source.randrange(256) for _ in range(3)))
        return "10.20.30.40" if octets[0] == 127 else ".".join(map(str, octets))

    def mrn(self) -> str:
        """Return the number of a medical record."""
        return self.pick(
            (self.digits("@#######"), self.digits("MRN-@#####"), self.digits("H@######"))
        )

    def us_license(self) -> str:
        """Return the number of a driving licence."""
        return self.pick(
            (self.digits("D@######"), self.digits("S@##-####-####"), self.digits("K#######"))
        )

    def rrn(self) -> str:
        """Return a resident registration number, of before October 2020 mostly."""
        year, month, day = (
            self.source.randrange(50, 120),
            self.pick(range(1, 13)),
            self.pick(range(1, 29)),
        )
        front = f"{year % 100:02}{month:02}{day:02}"
        sex = self.pick("12" if year < 100 else "34")
        if self.source.random() < 0.2:
            return f"{front}-{sex}{self.digits('######')}"
        body = front + sex + self.digits("#####")
        weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
        check = (11 - sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11) % 10
        return f"{front}{self.pick(('-', '-', '-', ' - ', ''))}{body[6:]}{check}"

    def brn(self) -> str:
        """Return a business registration number."""
        body = self.digits("@##") + self.pick(("81", "86", "12", "05", "23")) + self.digits("####")
        weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
        total = sum(int(a) * b for a, b in zip(body, weights, strict=True)) + int(body[8]) * 5 // 10
        whole = f"{body}{-total % 10}"
        return self.pick((f"{whole[:3]}-{whole[3:5]}-{whole[5:]}", whole))

    def corp(self) -> str:
        """Return a corporate registration number."""
        body = self.pick(("1101", "1301", "1801")) + "11" + self.digits("######")
        total = sum(int(each) * (1 + place % 2) for place, each in enumerate(body))
        return f"{body[:6]}-{body[6:]}{-total % 10}"

    def driver(self) -> str:
        """Return the number of a Korean driving licence."""
        return f"{self.pick(range(11, 27))}-{self.digits('##-######-##')}"

    def passport(self) -> str:
        """Return the number of a Korean passport, old or new."""
        return self.pick(
            (self.digits("M########"), self.digits("M@##A####"), self.digits("S########"))
        )

    def vehicle(self) -> str:
        """Return a Korean number plate."""
        front, kind = self.digits(self.pick(("@#", "@##"))), self.pick(_HANGUL_PLATES)
        return f"{front}{kind}{self.pick(('', ' '))}{self.digits('@###')}"

    def account(self) -> tuple[str, str]:
        """Return a Korean bank and an account there."""
        bank = self.pick(list(_BANKS))
        return bank, self.digits(_BANKS[bank])

    def name(self) -> str:
        """Return a name in Latin letters."""
        return f"{self.pick(_FIRST.split())} {self.pick(_LAST.split())}"

    def korean_name(self) -> str:
        """Return a Korean name."""
        return self.pick(_FAMILY) + self.pick(_GIVEN.split())

    def address(self) -> str:
        """Return a street address."""
        kind = self.pick(("Street", "Avenue", "Road", "Lane", "Drive"))
        return f"{self.digits('@##')} {self.pick(_STREETS.split())} {kind}"

    def korean_address(self) -> str:
        """Return a Korean address."""
        return f"{self.pick(_PLACES)} {self.pick(_ROADS.split())} {self.digits('@#')}"


def _with_luhn(body: str) -> str:
    doubled = "0246813579"
    total = sum(int(doubled[int(each)]) for each in body[::-2])
    total += sum(int(each) for each in body[-2::-2])
    return f"{body}{-total % 10}"
