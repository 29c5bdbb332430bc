"""What entity types are called on the pages, briefly, in both languages."""

from typing import Final

from sumun.console.language import Language

_WORDS: Final = """
EMAIL_ADDRESS: E-mail: 이메일
PHONE_NUMBER: Telephone: 전화번호
PERSON: Name: 이름
LOCATION: Address: 주소
KR_RRN: Korean resident number: 주민등록번호
KR_FRN: Korean foreigner number: 외국인등록번호
KR_PASSPORT: Korean passport: 대한민국 여권번호
KR_DRIVER_LICENSE: Korean driving licence: 운전면허번호
KR_VEHICLE: Korean vehicle number: 차량번호
KR_BRN: Korean business number: 사업자등록번호
KR_CORP: Korean corporate number: 법인등록번호
KR_CUSTOMS_CODE: Korean customs code: 개인통관고유부호
KR_MILITARY_NUMBER: Korean service number: 군번
KR_BANK_ACCOUNT: Korean bank account: 계좌번호
US_SSN: US Social Security number: 미국 사회보장번호
CREDIT_CARD: Payment card: 카드번호
IBAN_CODE: IBAN: IBAN 계좌번호
NATIONAL_ID: Identity number: 신분증 번호
US_ITIN: US taxpayer number: 미국 개인 납세자번호
US_EIN: US employer number: 미국 고용주번호
US_PASSPORT: US passport: 미국 여권번호
US_DRIVER_LICENSE: US driving licence: 미국 운전면허번호
US_BANK_NUMBER: Bank account: 은행 계좌번호
US_NPI: US provider number (NPI): 미국 의료인번호 (NPI)
US_MBI: US Medicare number: 미국 메디케어 번호
CA_SIN: Canadian insurance number: 캐나다 사회보험번호
BR_CPF: Brazilian CPF: 브라질 CPF
BR_CNPJ: Brazilian CNPJ: 브라질 CNPJ
MX_CURP: Mexican CURP: 멕시코 CURP
MX_RFC: Mexican RFC: 멕시코 RFC
AR_DNI: Argentine DNI: 아르헨티나 DNI
AR_CUIT: Argentine CUIT: 아르헨티나 CUIT
CL_RUT: Chilean RUT: 칠레 RUT
CO_NIT: Colombian NIT: 콜롬비아 NIT
CO_CC: Colombian cédula: 콜롬비아 시민증 번호
PE_RUC: Peruvian RUC: 페루 RUC
PE_DNI: Peruvian DNI: 페루 DNI
EC_CI: Ecuadorian cédula: 에콰도르 시민증 번호
UY_CI: Uruguayan cédula: 우루과이 시민증 번호
PY_RUC: Paraguayan RUC: 파라과이 RUC
DO_CEDULA: Dominican cédula: 도미니카 시민증 번호
VE_RIF: Venezuelan RIF: 베네수엘라 RIF
UK_NHS: UK NHS number: 영국 NHS 번호
UK_NINO: UK National Insurance: 영국 국민보험번호
UK_UTR: UK taxpayer number: 영국 납세자번호
UK_PASSPORT: UK passport: 영국 여권번호
UK_DRIVING_LICENCE: UK driving licence: 영국 운전면허번호
UK_VEHICLE_REGISTRATION: UK number plate: 영국 차량번호
IE_PPSN: Irish PPS number: 아일랜드 PPS 번호
FR_NIR: French social security: 프랑스 사회보장번호
FR_SPI: French tax number: 프랑스 납세자번호
BE_NRN: Belgian national number: 벨기에 국민번호
NL_BSN: Dutch BSN: 네덜란드 BSN
LU_NIN: Luxembourg number: 룩셈부르크 식별번호
DE_TAX_ID: German tax number: 독일 납세자번호
DE_ID_CARD: German identity card: 독일 신분증 번호
DE_PASSPORT: German passport: 독일 여권번호
DE_SOCIAL_SECURITY: German social insurance: 독일 사회보험번호
DE_HEALTH_INSURANCE: German health insurance: 독일 건강보험번호
AT_SVNR: Austrian social insurance: 오스트리아 사회보험번호
CH_AHV: Swiss AHV number: 스위스 AHV 번호
ES_NIF: Spanish NIF: 스페인 NIF
ES_NIE: Spanish NIE: 스페인 외국인번호
ES_NUSS: Spanish social security: 스페인 사회보장번호
ES_PASSPORT: Spanish passport: 스페인 여권번호
PT_NIF: Portuguese NIF: 포르투갈 납세자번호
PT_CC: Portuguese citizen card: 포르투갈 시민증 번호
IT_FISCAL_CODE: Italian fiscal code: 이탈리아 납세자번호
IT_VAT_CODE: Italian VAT number: 이탈리아 부가세번호
IT_IDENTITY_CARD: Italian identity card: 이탈리아 신분증 번호
IT_PASSPORT: Italian passport: 이탈리아 여권번호
IT_DRIVER_LICENSE: Italian driving licence: 이탈리아 운전면허번호
GR_AMKA: Greek AMKA: 그리스 AMKA
GR_AFM: Greek tax number: 그리스 납세자번호
MT_ID: Maltese identity card: 몰타 신분증 번호
HR_OIB: Croatian OIB: 크로아티아 OIB
SI_EMSO: Slovenian EMŠO: 슬로베니아 EMŠO
RS_JMBG: JMBG: JMBG 식별번호
DK_CPR: Danish CPR: 덴마크 CPR 번호
SE_PERSONNUMMER: Swedish personal number: 스웨덴 개인번호
SE_ORGANISATIONSNUMMER: Swedish organisation number: 스웨덴 법인번호
NO_FNR: Norwegian identity number: 노르웨이 식별번호
FI_PERSONAL_IDENTITY_CODE: Finnish personal code: 핀란드 개인번호
IS_KT: Icelandic kennitala: 아이슬란드 식별번호
EE_IK: Estonian personal code: 에스토니아 개인번호
LV_PK: Latvian personal code: 라트비아 개인번호
LT_AK: Lithuanian personal code: 리투아니아 개인번호
PL_PESEL: Polish PESEL: 폴란드 PESEL
PL_NIP: Polish NIP: 폴란드 NIP
PL_ID_CARD: Polish identity card: 폴란드 신분증 번호
CZ_BIRTH_NUMBER: Czech birth number: 체코 출생번호
SK_BIRTH_NUMBER: Slovak birth number: 슬로바키아 출생번호
HU_TAJ: Hungarian TAJ: 헝가리 TAJ
HU_TAX_ID: Hungarian tax number: 헝가리 납세자번호
HU_PERSONAL_ID: Hungarian personal number: 헝가리 개인번호
RO_CNP: Romanian CNP: 루마니아 CNP
BG_EGN: Bulgarian EGN: 불가리아 EGN
UA_RNOKPP: Ukrainian taxpayer number: 우크라이나 납세자번호
RU_INN: Russian INN: 러시아 INN
RU_SNILS: Russian SNILS: 러시아 SNILS
RU_PASSPORT: Russian passport: 러시아 여권번호
KZ_IIN: Kazakh IIN: 카자흐스탄 IIN
TR_NATIONAL_ID: Turkish identity number: 튀르키예 식별번호
IL_TZ: Israeli identity number: 이스라엘 식별번호
SA_NID: Saudi identity number: 사우디아라비아 식별번호
AE_EMIRATES_ID: Emirates ID: 에미리트 신분증 번호
KW_CIVIL_ID: Kuwaiti civil number: 쿠웨이트 시민번호
QA_QID: Qatari identity number: 카타르 식별번호
IR_NID: Iranian national code: 이란 국민번호
ZA_ID_NUMBER: South African identity number: 남아프리카 식별번호
NG_NIN: Nigerian NIN: 나이지리아 식별번호
NG_BVN: Nigerian bank number: 나이지리아 은행 인증번호
EG_NID: Egyptian national number: 이집트 국민번호
KE_ID: Kenyan identity number: 케냐 식별번호
KE_PIN: Kenyan tax number: 케냐 납세자번호
GH_CARD: Ghana Card: 가나 신분증 번호
MA_CIN: Moroccan identity number: 모로코 식별번호
CN_RIC: Chinese identity number: 중국 신분증 번호
TW_NID: Taiwanese identity number: 대만 신분증 번호
HK_HKID: Hong Kong identity card: 홍콩 신분증 번호
MO_BIR: Macau identity card: 마카오 신분증 번호
JP_MY_NUMBER: Japanese My Number: 일본 마이넘버
JP_PASSPORT: Japanese passport: 일본 여권번호
IN_AADHAAR: Indian Aadhaar: 인도 아드하르
IN_PAN: Indian PAN: 인도 PAN
IN_GSTIN: Indian GSTIN: 인도 GSTIN
IN_VOTER: Indian voter number: 인도 유권자번호
IN_PASSPORT: Indian passport: 인도 여권번호
IN_VEHICLE_REGISTRATION: Indian number plate: 인도 차량번호
PK_CNIC: Pakistani CNIC: 파키스탄 CNIC
BD_NID: Bangladeshi identity number: 방글라데시 식별번호
LK_NIC: Sri Lankan NIC: 스리랑카 NIC
SG_NRIC_FIN: Singaporean NRIC: 싱가포르 NRIC
SG_UEN: Singaporean UEN: 싱가포르 UEN
MY_NRIC: Malaysian MyKad: 말레이시아 MyKad
ID_NIK: Indonesian NIK: 인도네시아 NIK
PH_TIN: Philippine TIN: 필리핀 TIN
PH_SSS: Philippine SSS: 필리핀 SSS
PH_PHILSYS: Philippine PhilSys: 필리핀 PhilSys
PH_UMID: Philippine UMID: 필리핀 UMID
TH_TNIN: Thai identity number: 태국 식별번호
VN_CCCD: Vietnamese citizen number: 베트남 시민번호
AU_ABN: Australian ABN: 호주 ABN
AU_ACN: Australian ACN: 호주 ACN
AU_TFN: Australian TFN: 호주 TFN
AU_MEDICARE: Australian Medicare: 호주 메디케어 번호
NZ_IRD: New Zealand IRD: 뉴질랜드 IRD
NZ_NHI: New Zealand NHI: 뉴질랜드 NHI
ABA_ROUTING_NUMBER: US routing number: 미국 은행 식별번호
SWIFT_CODE: SWIFT code: SWIFT 코드
CRYPTO: Crypto wallet: 가상자산 지갑 주소
MEDICAL_LICENSE: DEA number: 미국 DEA 번호
MEDICAL_RECORD_NUMBER: Medical record number: 진료기록번호
HEALTH_INSURANCE_ID: Health insurance: 건강보험번호
DATE_OF_BIRTH: Date of birth: 생년월일
ORGANIZATION: Organisation: 조직·기관명
EMPLOYEE_ID: Employee number: 사번
STUDENT_ID: Student number: 학번
POSTAL_CODE: Postal code: 우편번호
COORDINATES: Coordinates: 좌표
IP_ADDRESS: IP address: IP 주소
MAC_ADDRESS: MAC address: MAC 주소
URL_CREDENTIALS: Password in a URL: URL 속 비밀번호
API_KEY: API key: API 키
PASSWORD: Password: 비밀번호
PRIVATE_KEY: Private key: 개인 키
JWT: JSON Web Token: JSON 웹 토큰
AUTHORIZATION_HEADER: Authorization header: 인증 헤더
SESSION_COOKIE: Session cookie: 세션 쿠키
HONEYTOKEN: Decoy: 미끼 값
"""


def _read(line: str) -> tuple[str, tuple[str, str]]:
    name, english, korean = (part.strip() for part in line.split(":"))
    return name, (english, korean)


ENTITY_WORDS: Final = dict(map(_read, _WORDS.strip().splitlines()))
"""English and Korean by entity type."""


def entity_in_words(entity_type: str, language: Language) -> str:
    """Return what an entity type is called; one of a deployment's own, by its name."""
    words = ENTITY_WORDS.get(entity_type)
    if words is None:
        return entity_type.replace("_", " ").capitalize()
    return words[language == "ko"]
