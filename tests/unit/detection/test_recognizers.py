"""One table for each recognizer: what it finds, and what looks like it and is something else."""

import base64

import pytest

from sumun.detection.entities import ENTITIES
from sumun.detection.identity_numbers import IDENTITY_NUMBERS
from sumun.detection.recognizers import RECOGNIZERS, secrets

LUHN_CARD = "4111 1111 1111 1111"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb2huIn0.dGhpcyBpcyBhIHNpZ25hdHVyZQ"
PEM = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----"
BASIC = base64.b64encode(b"aladdin:opensesame").decode()


def _secret(prefix: str, length: int) -> str:
    """Make a key of the right shape that no secret scanner finds in this file."""
    return prefix + ("a1B2c3D4e5" * 30)[:length]


FOUND = [
    # recognizer, text, value
    ("email", "메일은john.o-brien+tag@mail.example.co.kr로", "john.o-brien+tag@mail.example.co.kr"),
    ("email", "say 'o'neil@example.com'", "o'neil@example.com"),
    ("email", "<john@example.com>, and", "john@example.com"),
    ("phone_international", "reach +44 20 7946 0958 now", "+44 20 7946 0958"),
    ("phone_international", "+447700900123", "+447700900123"),
    ("phone_international", "+41 (0)62 585 51 90", "+41 (0)62 585 51 90"),
    ("phone_labelled", "my phone: 040 898 9331", "040 898 9331"),
    ("phone_labelled", "They're not answering at 0680 298 70 63", "0680 298 70 63"),
    ("phone_dialled_abroad", "0044 20 7946 0958", "0044 20 7946 0958"),
    ("phone_national", "01 23 45 67 89", "01 23 45 67 89"),
    ("phone_national", "020 7946 0958", "020 7946 0958"),
    ("phone_national", "(11) 98765-4321", "(11) 98765-4321"),
    ("phone_national_labelled", "phone 612 345 678", "612 345 678"),
    ("phone_national", "0532 123 45 67", "0532 123 45 67"),
    ("phone_before_label", "21 253 109 8211 office", "21 253 109 8211"),
    ("kr_mobile", "T.010-1234-5678", "010-1234-5678"),
    ("kr_mobile", "010 1234 5678", "010 1234 5678"),
    ("kr_mobile", "(01012345678)", "01012345678"),
    ("kr_mobile", "011-234-5678", "011-234-5678"),
    ("kr_mobile", "82-10-1234-5678", "82-10-1234-5678"),
    ("kr_mobile", "+82-10-1234-5678", "+82-10-1234-5678"),
    ("kr_landline", "02-123-4567", "02-123-4567"),
    ("kr_landline", "02)1234-5678로", "02)1234-5678"),
    ("kr_landline", "(031) 123-4567", "(031) 123-4567"),
    ("kr_landline", "070-1234-5678", "070-1234-5678"),
    ("kr_service", "1588-1234", "1588-1234"),
    ("us_phone", "(212) 555-0123", "(212) 555-0123"),
    ("us_phone", "212.555.0123", "212.555.0123"),
    ("kr_rrn", "900101-1234568", "900101-1234568"),
    ("kr_rrn_unlabelled", "9001011234568", "9001011234568"),
    ("kr_frn_unlabelled", "8503155123450", "8503155123450"),
    ("kr_rrn", "201105-3000001", "201105-3000001"),  # after October 2020: no checksum
    ("kr_rrn", "주민등록번호 991332-1234567", "991332-1234567"),  # mistyped, but labelled
    ("kr_rrn_half_hidden", "900101-1******", "900101-1******"),
    ("kr_frn", "900101-5234561", "900101-5234561"),
    ("kr_brn", "사업자등록번호 214-81-12345", "214-81-12345"),
    ("kr_brn", "124-81-00998", "124-81-00998"),
    ("kr_corp", "법인등록번호 110111-0045678", "110111-0045678"),
    ("kr_driver", "11-20-123456-70", "11-20-123456-70"),
    ("kr_driver_labelled", "운전면허번호 11-20-45-12-345-67", "11-20-45-12-345-67"),
    ("kr_passport", "여권번호: M12345678", "M12345678"),
    ("kr_passport", "passport M123A4567", "M123A4567"),
    ("kr_vehicle", "12가 3456", "12가 3456"),
    ("kr_vehicle", "123허4567입니다", "123허4567"),
    ("kr_account", "신한은행 110-421-993012 예금주", "110-421-993012"),
    ("kr_rrn", "외국인 아닌 950229-1234567 아님, 주민번호 960229-1234567", "960229-1234567"),
    ("kr_landline", "0502-1234-5678", "0502-1234-5678"),
    ("kr_landline", "080-123-4567", "080-123-4567"),
    ("kr_customs", "개인통관고유부호는 P123456789012입니다", "P123456789012"),
    ("kr_health_insurance", "건강보험증 번호(1-2345678901)", "1-2345678901"),
    ("kr_health_insurance", "국민건강보험공단 등록번호는 105-12-34567-11이며", "105-12-34567-11"),
    ("kr_prescription", "처방번호: RX-2024-0001", "RX-2024-0001"),
    ("kr_health_insurance", "보험번호 1234567890", "1234567890"),
    ("kr_prescription", "처방전(ID: RX-99201-B)", "RX-99201-B"),
    ("kr_military", "군번: 12-76012345", "12-76012345"),
    ("kr_employee", "사번은 A20210315이고", "A20210315"),
    ("kr_student", "학번: 2018112233", "2018112233"),
    ("us_ssn", "536-90-4399", "536-90-4399"),
    ("us_ssn", "SSN 536904399", "536904399"),
    ("card", LUHN_CARD, LUHN_CARD),
    ("card_unlabelled", "4111111111111111", "4111111111111111"),
    ("card", "3782 822463 10005", "3782 822463 10005"),
    ("card", "카드번호 4518-2290-1104-8834", "4518-2290-1104-8834"),  # no checksum, but labelled
    ("aba_routing", "routing number 121000358", "121000358"),
    ("bank_account_labelled", "account number: 94545678", "94545678"),
    ("swift", "BIC: DEUTDEFF500", "DEUTDEFF500"),
    ("base58_wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("base58_wallet", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    ("bech32_wallet", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", None),
    (
        "bech32_wallet",
        "bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297",
        None,
    ),
    ("ethereum_wallet", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", None),
    (
        "ethereum_wallet",
        "wallet 0x7a494897bc1ace4b11893d017934d6cfe87441de",
        "0x7a494897bc1ace4b11893d017934d6cfe87441de",
    ),
    ("us_npi", "NPI: 1234567893", "1234567893"),
    ("dea_number", "DEA number BB1388568", "BB1388568"),
    ("us_mbi", "1EG4-TE5-MK73", "1EG4-TE5-MK73"),
    ("medical_record", "medical record number: 00123456", "00123456"),
    ("medical_record", "patient_id = P-2024-0811", "P-2024-0811"),
    ("medical_record_prefixed", "seen today, MRN-310303.", "MRN-310303"),
    ("medical_record_beside_a_word", "medical records L1421041 and X3467103", "X3467103"),
    ("medical_record_korean", "환자번호: 20230911", "20230911"),
    ("health_insurance", "member ID: XYZ123456789", "XYZ123456789"),
    ("au_medicare", "Medicare 2123 45670 1", "2123 45670 1"),
    ("nz_nhi", "NHI: ZAC5361", "ZAC5361"),
    ("birth_date", "date of birth: 12 March 1985", "12 March 1985"),
    ("birth_date", "DOB 03/12/1985", "03/12/1985"),
    ("birth_date", "생년월일: 1990년 5월 12일", "1990년 5월 12일"),
    ("birth_date", "생년월일 900512", "900512"),
    ("coordinates", "coordinates: 37.56650, 126.97800", "37.56650, 126.97800"),
    ("coordinate_labelled", "latitude=37.5665", "37.5665"),
    ("coordinates_sexagesimal", "40°26′46″N 79°58′56″W", "40°26′46″N 79°58′56″W"),
    ("iban", "GB82 WEST 1234 5698 7654 32 and", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "DE89370400440532013000", "DE89370400440532013000"),
    ("iban", "gb82west12345698765432", "gb82west12345698765432"),
    ("ipv4", "from 203.0.113.7:443", "203.0.113.7"),
    ("ipv6", "2001:db8::ff00:42:8329", "2001:db8::ff00:42:8329"),
    ("ipv6", "[2001:db8:0:0:0:ff00:42:8329]", "2001:db8:0:0:0:ff00:42:8329"),
    ("mac", "00:1b:44:11:3a:b7", "00:1b:44:11:3a:b7"),
    ("mac", "00-1B-44-11-3A-B7", "00-1B-44-11-3A-B7"),
    ("mac_dotted", "Cisco MAC: 0012.3456.789A", "0012.3456.789A"),
    (
        "url_userinfo",
        "postgres://app:s3cr3t@db.local:5432/x",
        "postgres://app:s3cr3t@db.local:5432",
    ),
    ("url_userinfo", "redis://:hunter22@cache:6379", "redis://:hunter22@cache:6379"),
    ("aws_access_key", _secret("AKIA", 0) + "QWERTYUIOPASDF22", "AKIAQWERTYUIOPASDF22"),
    ("github_token", _secret("ghp_", 36), _secret("ghp_", 36)),
    ("github_fine_grained", _secret("github_pat_", 82), _secret("github_pat_", 82)),
    ("gitlab_token", _secret("glpat-", 20), _secret("glpat-", 20)),
    ("slack_token", _secret("xoxb-", 40), _secret("xoxb-", 40)),
    ("slack_app_token", _secret("xapp-1-", 40), _secret("xapp-1-", 40)),
    (
        "slack_webhook",
        _secret("https://hooks.slack.com/services/", 40),
        _secret("https://hooks.slack.com/services/", 40),
    ),
    ("stripe_key", _secret("sk_live_", 24), _secret("sk_live_", 24)),
    ("stripe_webhook_secret", _secret("whsec_", 32), _secret("whsec_", 32)),
    ("anthropic_key", _secret("sk-ant-", 90), _secret("sk-ant-", 90)),
    ("openai_key", _secret("sk-proj-", 48), _secret("sk-proj-", 48)),
    ("google_api_key", _secret("AIza", 35), _secret("AIza", 35)),
    ("google_oauth_secret", _secret("GOCSPX-", 28), _secret("GOCSPX-", 28)),
    ("huggingface_token", "hf_" + "abCDefGHij" * 3 + "klmn", "hf_" + "abCDefGHij" * 3 + "klmn"),
    ("npm_token", _secret("npm_", 36), _secret("npm_", 36)),
    ("pypi_token", _secret("pypi-AgE", 120), _secret("pypi-AgE", 120)),
    ("sendgrid_key", "SG." + _secret("", 22) + "." + _secret("", 43), None),
    ("twilio_key", "SK" + "0123456789abcdef" * 2, None),
    ("telegram_bot_token", "123456780:AA" + _secret("", 33), None),
    ("digitalocean_token", "dop_v1_" + "0a1b2c3d" * 8, None),
    ("private_key", f"key:\n{PEM}\n", PEM),
    ("jwt", f"token {JWT},", JWT),
    ("bearer_header", "Authorization: Bearer mF_9.B5f-4.1JqMabcdef", "mF_9.B5f-4.1JqMabcdef"),
    ("basic_header", f"Authorization: Basic {BASIC}", BASIC),
    ("named_secret", "password: hunter2!", "hunter2!"),
    ("named_secret", 'PASSWORD="correct horse 7"', "correct horse 7"),
    ("named_secret", "비밀번호는 abcd1234!입니다", "abcd1234!"),
    ("named_secret", "client_secret=s3cr3tvalue;", "s3cr3tvalue"),
    ("named_secret", "Server=db;Password=pa55word;", "pa55word"),
    ("named_secret", "api-key: 9f8e7d6c5b", "9f8e7d6c5b"),
    ("kr_name_labelled", "성명: 김철수", "김철수"),
    ("kr_name_labelled", "이름은 홍길동입니다", "홍길동"),
    ("kr_name_labelled", "담당자 김서윤(총무)", "김서윤"),
    ("kr_name_labelled", "예금주 남궁민수", "남궁민수"),
    ("kr_name_entitled", "어제 박지훈 과장이", "박지훈"),
    ("kr_name_entitled", "이영희님께", "이영희"),
    ("kr_name_labelled", "신청인 성명: 김하늘", "김하늘"),
    ("kr_name_labelled", "제 이름 김서윤인데", "김서윤"),
    ("kr_name_entitled", "오늘 윤재호 감독은", "윤재호"),
    ("kr_name_numbered", "간호사 이민정(010-4928-1122)", "이민정"),
    ("kr_name_numbered", "김영수(만 34세)가", "김영수"),
    ("kr_name_speaker", "확인했어요.\n최유진: 네 맞아요", "최유진"),
    ("kr_name_told", "안녕하세요, 저는 문채린입니다", "문채린"),
    ("kr_name_known", "어제 김민준을 만났다", "김민준"),
    ("kr_name_key", "customer_name = 김철수", "김철수"),
    ("name_labelled", "Full name: Jane van der Berg", "Jane van der Berg"),
    ("name_labelled", "name: Jane Doe", "Jane Doe"),
    ("name_labelled", "Patient: Jane", "Jane"),
    ("name_titled", "Dear Mr. Smith,", "Smith"),
    ("name_greeted", "Dear Judy, your order", "Judy"),
    ("name_greeted", "Hi Nongluk Saetang!", "Nongluk Saetang"),
    ("name_signed", "See you.\n\nBest regards,\nSzabina J. Gelencsér", "Szabina J. Gelencsér"),
    ("name_addressed", "from Matej Novotny <m.n@example.com>", "Matej Novotny"),
    ("name_known", "we met Linda Okafor yesterday", "Linda Okafor"),
    ("name_known", "Grace Hopper Turner's desk", "Grace Hopper Turner"),
    ("name_known", "Customer info: John Doe (john@example.com)", "John Doe"),
    ("kr_address", "서울 강남구 테헤란로 152에 있습니다", "서울 강남구 테헤란로 152"),
    (
        "kr_address",
        "주소: 경기도 성남시 분당구 판교역로 235, 101동 1502호 입니다",
        "경기도 성남시 분당구 판교역로 235, 101동 1502호",
    ),
    ("kr_address", "강남구 역삼동 123-4번지 앞", "강남구 역삼동 123-4번지"),
    (
        "kr_address",
        "전북특별자치도 전주시 완산구 효자동3가 1234-5로",
        "전북특별자치도 전주시 완산구 효자동3가 1234-5",
    ),
    (
        "kr_address",
        "충남 천안시 서북구 불당21로 67, 1203호",
        "충남 천안시 서북구 불당21로 67, 1203호",
    ),
    (
        "kr_address",
        "제주특별자치도 서귀포시 안덕면 신화역사로304번길 89",
        "제주특별자치도 서귀포시 안덕면 신화역사로304번길 89",
    ),
    (
        "kr_address",
        "(06236) 서울특별시 강남구 테헤란로 152, 32층 (역삼동, 강남파이낸스센터)",
        "서울특별시 강남구 테헤란로 152, 32층 (역삼동, 강남파이낸스센터)",
    ),
    ("kr_address", "테헤란로 231 12층에서 만나요", "테헤란로 231 12층"),
    ("kr_address", "주소는 새말로 18입니다", "새말로 18"),
    ("kr_address_unnumbered", "집은 서울시 강남구 역삼동이고", "서울시 강남구 역삼동"),
    ("kr_address_unnumbered", "세종특별자치시 어진동", "세종특별자치시 어진동"),
    (
        "street_address",
        "at 10 Downing Street, London SW1A 2AA.",
        "10 Downing Street, London SW1A 2AA",
    ),
    (
        "street_address",
        "742 Evergreen Terrace, Springfield, IL 62704",
        "742 Evergreen Terrace, Springfield, IL 62704",
    ),
    (
        "street_address",
        "Ship to: 1600 Pennsylvania Avenue NW, Washington, DC 20500",
        "1600 Pennsylvania Avenue NW, Washington, DC 20500",
    ),
    ("street_address", "at 1200 N. Main St now", "1200 N. Main St"),
    ("street_address", "350 5th Ave, New York, NY 10118", "350 5th Ave, New York, NY 10118"),
    ("address_labelled", "address: 77 Mesquite Trail, Austin", "77 Mesquite Trail, Austin"),
    ("employee_id", "Employee ID: E-20417", "E-20417"),
    ("student_id", "student number 20181122", "20181122"),
    ("post_box", "send it to P.O. Box 1278, Dallas, TX 75201", "P.O. Box 1278, Dallas, TX 75201"),
    ("post_box", "광화문우체국 사서함 101호로", "사서함 101호"),
    (
        "kr_address_romanised",
        "at 152 Teheran-ro, Gangnam-gu, Seoul 06236 now",
        "152 Teheran-ro, Gangnam-gu, Seoul 06236",
    ),
    ("postal_code", "우편번호는 06236입니다", "06236"),
    ("postal_code", "서울 (우: 04524)", "04524"),
    ("postal_code", "ZIP code: 94103-1234", "94103-1234"),
    ("kr_organisation", "사업주 (주)넥스트웨이브의", "(주)넥스트웨이브"),
    ("kr_organisation", "한빛소프트㈜, 서울", "한빛소프트㈜"),
    ("kr_organisation_by_kind", "그는 성균관대학교에서", "성균관대학교"),
    ("kr_organisation_by_kind", "신한은행 앞", "신한은행"),
    (
        "organisation",
        "from Graham, Ochoa and Vasquez Ltd. yesterday",
        "Graham, Ochoa and Vasquez Ltd",
    ),
    ("organisation_by_kind", "a nurse at Mercy General Hospital", "Mercy General Hospital"),
    ("organisation_by_kind", "the University of Toronto said", "University of Toronto"),
    ("organisation_labelled", "Company: Palantir Technologies", "Palantir Technologies"),
    ("kr_organisation_labelled", "회사명: 한빛소프트, 서울", "한빛소프트"),
    ("name_told", "hello, my name is Ada Lovelace.", "Ada Lovelace"),
]

NOT_FOUND = [
    "account_id: 123456789012",
    "0x0000000000000000000000000000000000000000",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",  # the checksum says no
    "reborn in 1985-03-12",
    "weights 0.1234, 0.5678",
    "95.1234, 200.5678",
    "Address Line PRODUCTS",
    "20 30 40 50 60",
    "서울시는 오늘 발표했다",
    "서울 강남 집값",
    "서울특별시 담당자로 지정된",
    "부산 남구 선관위가 관내 투표소",
    "앞으로 3일 동안 서울로 12대의 버스가",
    "길 3 에서 만난 사람",
    "으로 12명이 참가했다",
    "고속도로 12km 구간, 국도 3호선",
    "제주도로 3박 4일",
    "활동 3회, 운동 5회, 우리 2명",
    "도로 3-2 구간",
    "강서구 3명, 마포구 2명",
    "분류 2 처리 3-4",
    "회의실 3동 2층",
    "Step 3 Click Place Order",
    "There are 3 Way Points",
    "address: not given yet",
    "the address = 0x7ffe and 12 more",
    "icon@2x.png",
    "getty@tty1.service",
    "a..b@example.c",
    "git@github.com:owner/repository.git",
    "@decorator",
    "550e8400-e29b-41d4-a716-446655440000",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "1763900000000",  # milliseconds
    "1763900000000000",  # microseconds
    "2026-11-23T10:20:30.123456Z",
    "20261123102030",
    "1234567890123456789",
    "3.14159265358979",
    "order-20261123-000123",
    "4111 1111 1111 1112",  # the checksum says no, and nothing says card
    "1111 1111 1111 1111",
    "version 1.2.3.4",
    "v10.2.3.4",
    "300.1.2.3",
    "127.0.0.1",
    "::1",
    "std::vector",
    "00:00:00:00:00:00",
    "FF:FF:FF:FF:FF:FF",
    "1234.5678.9012",
    "693-09.4444",
    "12:30:45",
    "000-12-3456",
    "666-12-3456",
    "20조 5000억",
    "100주 1000원",
    "password: ********",
    "password: ${DB_PASSWORD}",
    "password: required",
    "password = os.getenv('PASSWORD')",
    "api_key: your-api-key-here",
    "next_page_token: c2Vjb25kcGFnZQ12",
    "token_type: bearer",
    "Bearer <YOUR_ACCESS_TOKEN>",
    "monkey: banana99",
    "https://example.com:8443/path@2",
    "http://user:xxxxx@localhost",
    "eyJub3QiOiAidG9rZW4ifQ.eyJub3QiOiAidG9rZW4ifQ.abcdef",
    "-----BEGIN PUBLIC KEY-----",
    "name: Weather Service",
    "Bank Name: Credit Karma",
    "file name: Annual Report",
    "name: get_weather",
    "고객님 안녕하세요",
    "종합병원과 시중은행, 지방 국립대학교",
    "자세한 사항은 병원에 문의",
    "zip file of 12345 rows",
    "company: unknown, the University",
    "건강보험 제도가 2024년에 바뀐다",
    "처방에 따라 3일",
    "PO box",
    "P20240101123456789",
    "Dear Customer, Hello World, Hi Team,",
    "Thanks,\nSupport Team",
    "in Virginia Beach and on Victoria Street",
    "Charlotte Airport, Jackson Hole, Jordan River",
    "Grace Period, Frank Review, Mark Complete",
    "Martin Street 12",
    "Avenida Pedro Ulisses 888",
    "Visual Studio Code and Google Cloud Platform",
    "담당자: 이메일 참조",
    "이 남성은 금메달을 차지한 선수",
    "최우수 사원, 공영주차장 입구",
    "저는 공무원입니다",
    "신고인: 주무관",
    "민원실(만 3세 반)",
    "우리나라는 정상 회담을 제안했다",
    "임차인은 신분증을 제출하고 임대료를 낸다",
    "담당자 정보를 확인",
    "이름: 없음",
    "김치찌개 이천원",
    "GB82 WEST 1234 5698 7654 33",  # the checksum says no
]


@pytest.mark.parametrize(("recognizer", "text", "value"), FOUND, ids=lambda each: str(each)[:40])
def test_a_recognizer_finds(detector, recognizer, text, value):
    by_span = {(each.start, each.end): each for each in detector.scan_text(text)}
    start = text.index(value or text)
    finding = by_span.get((start, start + len(value or text)))
    assert finding is not None, f"found {list(by_span.values())}"
    entity_types = {each.entity_type for each in RECOGNIZERS if each.name == recognizer}
    assert {finding.entity_type} == entity_types


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_only_looks_like_it_is_left_alone(found, text):
    assert found(text) == []


def test_every_recognizer_has_a_row_of_its_own():
    rows = {recognizer for recognizer, _, _ in FOUND}
    known = {each.name for each in RECOGNIZERS}
    elsewhere = {each.name for each in secrets.RECOGNIZERS}  # test_secrets.py
    elsewhere |= {  # test_identity_numbers.py
        each.name
        for each in RECOGNIZERS
        if each.entity_type in {entity.name for entity in IDENTITY_NUMBERS}
    }
    elsewhere |= {"de_health_insurance"}
    assert known - elsewhere <= rows <= known


def test_every_entity_type_has_a_recognizer():
    # What a decoy is, the configuration says.
    assert {each.entity_type for each in RECOGNIZERS} == set(ENTITIES) - {"HONEYTOKEN"}


def test_recognizer_names_are_unique():
    names = [each.name for each in RECOGNIZERS]
    assert len(names) == len(set(names))
