"""The invented customers and their orders.

Nobody here exists. E-mail domains are reserved (RFC 2606), phone numbers lie in unassigned or
fictional blocks (010-1xxx in Korea, 555-01xx in the USA, Ofcom's drama numbers), resident
registration numbers carry a valid check digit but a region code (97 to 99) that was never
assigned, social security numbers start with 9, which never was issued, and cards and IBANs are
the test numbers that payment networks and the IBAN registry print.
"""

from pydantic import BaseModel


class Customer(BaseModel):
    """One customer. What someone does not have is empty: ``rrn``, ``ssn``, ``bank_account``."""

    customer_id: str
    name: str
    language: str
    email: str
    phone: str
    rrn: str
    ssn: str
    address: str
    card_number: str
    bank_account: str


class Order(BaseModel):
    """One order; ``total`` is in the currency's major unit."""

    order_id: str
    customer_id: str
    items: list[str]
    total: float
    currency: str
    deliver_to: str
    contact: str
    status: str


_ROWS: tuple[tuple[str, ...], ...] = (
    ("C-1001", "김민준", "ko", "minjun.kim@example.kr", "010-1234-5678", "880214-2974120", "",
     "서울특별시 종로구 가온길 12, 301호", "4111-1111-1111-1111", ""),
    ("C-1002", "이서연", "ko", "seoyeon.lee@example.kr", "010-1357-2468", "910705-1972355", "",
     "부산광역시 해운대구 물결로 45", "5555-5555-5555-4444", ""),
    ("C-1003", "박지훈", "ko", "jihoon.park@example.com", "010-1472-5836", "790322-2986418", "",
     "대구광역시 수성구 솔바람길 8", "4242-4242-4242-4242", ""),
    ("C-1004", "최수아", "ko", "sua.choi@example.kr", "010-1593-7846", "850919-1995172", "",
     "인천광역시 연수구 너울로 210, 1502호", "5105-1051-0510-5100", ""),
    ("C-1005", "정하은", "ko", "haeun.jung@example.com", "010-1029-3847", "960130-2978281", "",
     "광주광역시 북구 무지개길 33", "3530-1113-3330-0000", ""),
    ("C-1006", "강도윤", "ko", "doyun.kang@example.kr", "010-1564-7382", "730611-1982640", "",
     "대전광역시 유성구 별빛로 77", "6011-1111-1111-1117", ""),
    ("C-1007", "조은우", "ko", "eunwoo.cho@example.kr", "010-1835-9264", "011225-4971330", "",
     "경기도 성남시 분당구 햇살로 5, 204호", "4012-8888-8888-1881", ""),
    ("C-1008", "윤지우", "ko", "jiwoo.yoon@example.com", "010-1746-2058", "820408-2977551", "",
     "강원특별자치도 춘천시 안개길 19", "5200-8282-8282-8210", ""),
    ("C-1009", "장예준", "ko", "yejun.jang@example.kr", "010-1912-8374", "940816-1990464", "",
     "전북특별자치도 전주시 완산구 한솔길 61", "3566-0020-2036-0505", ""),
    ("C-1010", "임채원", "ko", "chaewon.lim@example.kr", "010-1608-4937", "681103-2989071", "",
     "제주특별자치도 서귀포시 돌담로 3", "4000-0566-5566-5556", ""),
    ("C-1011", "한시우", "ko", "siwoo.han@example.com", "010-1187-6502", "030517-3974181", "",
     "경상남도 창원시 의창구 물레길 140", "2223-0031-2200-3222", ""),
    ("C-1012", "서다인", "ko", "dain.seo@example.kr", "010-1450-3219", "870726-2983507", "",
     "충청북도 청주시 상당구 느티나무길 27", "6011-0009-9013-9424", ""),
    ("C-2001", "Eleanor Whitcombe", "en", "eleanor.whitcombe@example.com", "+1 202-555-0143",
     "", "901-23-4567", "742 Larkspur Lane, Springfield, IL 62704", "4111 1111 1111 1111", ""),
    ("C-2002", "Marcus Oyelaran", "en", "marcus.oyelaran@example.org", "+1 404-555-0117",
     "", "912-34-5678", "18 Peachblossom Court, Atlanta, GA 30309", "5555 5555 5555 4444", ""),
    ("C-2003", "Priya Ravindran", "en", "priya.ravindran@example.com", "+1 312-555-0188",
     "", "923-45-6789", "901 Lakefront Terrace, Chicago, IL 60611", "3782 822463 10005", ""),
    ("C-2004", "Tomas Vandersloot", "en", "tomas.vandersloot@example.net", "+1 617-555-0102",
     "", "934-12-6780", "5 Harbour Steps, Boston, MA 02110", "3714 496353 98431", ""),
    ("C-2005", "Grace Abernathy", "en", "grace.abernathy@example.com", "+1 206-555-0164",
     "", "945-21-7803", "2210 Cedar Hollow Road, Seattle, WA 98101", "6011 1111 1111 1117", ""),
    ("C-2006", "Diego Santamaria", "en", "diego.santamaria@example.org", "+1 512-555-0139",
     "", "956-42-1870", "77 Mesquite Trail, Austin, TX 78701", "3056 930902 5904", ""),
    ("C-2007", "Harriet Pemberley", "en", "harriet.pemberley@example.com", "+44 7700 900123",
     "", "967-31-2504", "14 Wren Street, London WC1X 0HF", "4012 8888 8888 1881",
     "GB29 NWBK 6016 1331 9268 19"),
    ("C-2008", "Conor Gallagher", "en", "conor.gallagher@example.net", "+44 7700 900456",
     "", "978-24-3691", "3 Heather Row, Belfast BT1 5GS", "5105 1051 0510 5100",
     "IE29 AIBK 9311 5212 3456 78"),
    ("C-2009", "Annika Lindqvist", "en", "annika.lindqvist@example.org", "+1 612-555-0175",
     "", "981-13-4725", "660 Birchwood Avenue, Minneapolis, MN 55401", "3530 1113 3330 0000",
     "SE45 5000 0000 0583 9825 7466"),
    ("C-2010", "Jonas Feldkamp", "en", "jonas.feldkamp@example.com", "+1 303-555-0126",
     "", "990-45-6128", "28 Alpine Crescent, Denver, CO 80202", "5200 8282 8282 8210",
     "DE89 3704 0044 0532 0130 00"),
    ("C-2011", "Camille Duvernay", "en", "camille.duvernay@example.net", "+1 504-555-0151",
     "", "905-17-8342", "91 Magnolia Walk, New Orleans, LA 70112", "4000 0566 5566 5556",
     "FR14 2004 1010 0505 0001 3M02 606"),
    ("C-2012", "Samuel Okonkwo", "en", "samuel.okonkwo@example.com", "+1 713-555-0192",
     "", "918-36-2059", "405 Bayou Bend Drive, Houston, TX 77002", "2223 0031 2200 3222",
     "NL91 ABNA 0417 1643 00"),
)  # fmt: skip

CUSTOMERS: dict[str, Customer] = {
    row[0]: Customer(**dict(zip(Customer.model_fields, row, strict=True))) for row in _ROWS
}

_GOODS = (
    (["초경량 배낭", "보온병"], ["Field notebook", "Brass pencil"]),
    (["무선 키보드"], ["Wool blanket"]),
    (["녹차 세트", "다기"], ["Desk lamp", "Light bulbs"]),
)


def _order(number: int, customer: Customer) -> Order:
    korean = customer.language == "ko"
    goods = _GOODS[number % len(_GOODS)][0 if korean else 1]
    return Order(
        order_id=f"ORD-{5001 + number}",
        customer_id=customer.customer_id,
        items=list(goods),
        total=float(19_000 + 7_300 * number) if korean else 19.5 + 7.25 * number,
        currency="KRW" if korean else "USD",
        deliver_to=f"{customer.name}, {customer.address}",
        contact=customer.phone,
        status=("delivered", "shipped", "packing")[number % 3],
    )


ORDERS: dict[str, Order] = {
    order.order_id: order
    for order in (_order(number, customer) for number, customer in enumerate(CUSTOMERS.values()))
}


def find(query: str) -> list[Customer]:
    """Find customers by a part of the name or e-mail, or by the digits the phone number ends in.

    Eight digits tell subscribers apart whatever stands before them (``+82 10`` or ``010``).
    """
    wanted = query.strip().casefold()
    digits = _digits(query)[-_SUBSCRIBER_DIGITS:]
    return [
        customer
        for customer in CUSTOMERS.values()
        if wanted
        and (
            wanted in customer.name.casefold()
            or wanted in customer.email
            or (len(digits) == _SUBSCRIBER_DIGITS and _digits(customer.phone).endswith(digits))
        )
    ]


_SUBSCRIBER_DIGITS = 8


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
