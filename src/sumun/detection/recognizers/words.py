"""Word lists that tell what a value is not."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_TOP_LEVEL_DOMAINS = _words("""
    png jpg jpeg gif svg webp css js json html htm txt pdf service socket timer mount scope slice
    target xml yaml yml toml lock local
""")
"""Endings of file and unit names after an at sign: ``icon@2x.png``, ``getty@tty1.service``."""

NOT_SECRETS = _words("""
    true false null none undefined nil string str number integer boolean bool required optional
    password passwd secret token key value hidden invalid expired incorrect missing empty unset yes
    no on off enabled disabled reset change changed forgot basic bearer oauth env write-only text
    varchar hash bcrypt argon2id scrypt sha256
""")
"""What stands beside ``password:`` in documentation, schemas and messages."""

NOT_WESTERN_NAMES = _words("""
    mr mrs ms mister mstr master madame madam sir dr prof all everyone everybody team folks there
    friends colleagues guys hiring committee manager recruiter sirs valued world again both it
    email address phone certificate employee's suite apt what how thanks thank please road street
    avenue investments luther schwab capistrano api app account admin agent bank beta book bot
    business center central city client cloud company config corp corporation customer data
    database default demo department dev east engineering enterprise error event example file first
    general global group hotel inc index info international internet item job key lab last ledger
    list llc local ltd main management market marketing media metric middle model monitor name
    network new node none north null number office online open order pacific park plan platform
    policy pro product production project public query queue region report resource restaurant role
    sales sample school search server service services shop site smart solutions south stage
    staging standard state status store support system systems table task tech technologies test
    the ticket token tool total training type united university unknown update user value version
    web west workspace
""")
"""Words, in lower case, that make a capitalised phrase something else than a person."""

NOT_KOREAN_NAMES = _words("""
    고객 선생 부모 이사 주인 사장 회원 강사 교수 담당 신청 정부 이용 이번 전문 조사 이전 현재 최근
    장관 기타 공동 전체 해당 우리 지원 차기 신임 문의 연구 연락 이메일 성명 주소 전화 정보 번호
    기관 소속 유의 주의 안내 하단 이상 이하 원본 도움 국회 위원 선임 주무 전임 수석 기획 인사 총무
    회계 영업 홍보 마케팅 개발 상담 이체 한국 서울 부산 인천 남편 조합 진료 주치 전담 방문 대표
    본인 미상 없음 공란 확인 여부 이름 기재 연구원 책임자 담당자 관리자 신청자 대표자 전문가 이용자
    소유자 임차인 임대인 지원자 위원장 인사팀 총무팀 영업팀 개발팀 기획팀 홍보팀 고객센 서비스
    안내문 주식회 유한회 공무원 정보팀 주소지 연락처 전화번 성함은 기관명 정규직 계약직 이사회
    하나은 신한은 국민은 우리은 성함 기업 명의 차량 지정 변경 서명 오는 국세청 민주당 유치원 선교사
    공관위 새누리 여당 야당 신규 원장 가해 피해 임시 현장 채권 채무 은행 계좌 우체국 구청 시청
    동사무 변동 사항 최우수 우리나 우리아 하나 남성 여성 차지 이재민 인준안 주인공 장애인 한국인
    조선인 구성원 연구소 연구진 유권자 이용권 이주민 정치인 지인 지원은 전문인 안전 정부안 수정안
    조정안 한정식 유학생 신입생 주부 공기업 민간인 외국인 성인 노인 여인 고인 이유 이전은 이후 이어
    이미 이날 이들 이란 이상은 오전 오후 오늘 오랜 전국 전날 전력 전망 전반 전원 전주 정상 정식
    정원 정확 정해진 조기 조만 조선 조직 주가 주민 주장 지난 지속 지역 지적 지하 진행 차례 차원
    최고 최대 최소 최종 최초 하지만 한번 한동 한때 한편 현장은 현지 황금 고등 고속 고정 고유 공동의
    구체 권리 기준 기존 김치 남자 남은 남한 노동 도시 명령 모두 모든 문제 문화 민족 박사 방법 방송
    배경 변경은 백만 서로 석유 선거 선수 성공 성과 성장 소비 송금은 신문 심사 안건 안정 양국 양측
    여기 여러 여성의 연간 연말 염려 오직 왕복 용의 원래 원인 유럽 유명 윤리 의원 인구 인권 임금
    임무 임원 자리 장기 장애 장소 전자 정리 정당 정말 정보의 제도 조건 조치 주요 주택 중요 지금
    진실 천연 추정 표시 한계 한층 함께 해석 허가 현실 홍수 환경 신용 신분 신규의 신청은 소유 소재
    구매 주문 정산 정기 유효 유지 전송 조회 이력 이동 이체는 임차 임대 임대료 금수원 명시 조제자
    조제일 조제 민원실 민원 공영주 공영 지하주 황보건설 신분증 이를 명단
""")
"""Words, and beginnings of words, that look like a surname and a given name."""

ALSO_WORDS = _words("""
    Angel April Art Austin Avery Blake Brandy Brooke Carmen Casey Chad Charity Chase Chelsea
    Chester Christian Clay Colin Constance Crystal Daisy Dale Dallas Dawn Dean Dolores Don Drew
    Earl Ebony Eugene Faith Florence Forest Francis Frank Franklin Gene Georgia Glen Grace Grant
    Guy Harry Harvey Hazel Heather Holly Homer Hope Hunter Iris Ivory Ivy Jack Jackson Jade Jan
    Jasmine Jean Jersey Jesus Jordan Joy June Kay Kent Kim King Lance Lee Leo Lester Lincoln Logan
    Louis Louise Madison Marina Mark Marshall Mason Max Maria Mercedes Mercy Miles Milton Misty
    Montana Morgan Myrtle Nelson Nick Nina Norman Olive Oscar Pat Patience Pearl Penny Perry Philip
    Pierce Ray Regina Rich Rick Rob Robin Roman Rose Rosemary Roy Ruby Rusty Salem San Sandy
    Savannah Sierra Sky Stanley Star Sterling Stone Summer Sydney Sue Ted Tiffany Tony Troy Victor
    Victoria Viola Violet Virginia Wade Warren Washington Wayne Wesley Will Windsor Alexandria
    Charlotte Santiago Diego Jose Francisco Lima Martin Hamilton Bob Ben Alexander Jenkins Gina Ada
    Julia Java Ruben Jerry Pablo Bill Claude Gordon Sam Cody Jim Python Antonio Angeles Edgar Vera
    Alma Luis Melody Rene Dominic Cameron Bruce Douglas Vernon Bernard Helen
""")
"""Given names that are places, things or brands as well: the word behind them must be a name."""

NOT_FAMILY_NAMES = _words("""
    And Or The Of In On At For With From By To Is Was Has Had Will Would Street St Avenue Ave Road
    Rd Drive Boulevard Lane Way Court Place Square Park River Lake Island Islands Beach City County
    Town Village Hill Hills Valley Mountain Mountains Bay Airport Station Bridge Building Tower
    Hospital University College School Institute Church Cathedral Museum Library Hotel Inn Center
    Centre Hall House Stadium Theatre Theater Gallery Foundation Award Awards Prize Medal Cup Inc
    Ltd LLC Corp Co Company Group Bank Day Week Month Year Monday Tuesday Wednesday Thursday Friday
    Saturday Sunday January February March April June July August September October November
    December Act Bill Law Case Theorem Method Algorithm Model Test Report Review Times Post Press
    Journal Magazine News Radio Records Music Band Orchestra Festival Show Series Season Album Song
    Film Movie Book Books Edition Version Server Client Code Studio Desktop Mobile Phone Pro Mini
    Plus American British English French German Chinese Japanese Korean Indian Republic Kingdom
    States Department Office Committee Council Commission Team Club League Party Union Systems
    Technologies Software Solutions Labs Capital Partners Consulting Industries Motors Please Your
    You My His Her Their Our This That It He She They We Not No Yes Dear Email Address Account Card
    Number Date Country
""")
"""What stands in capitals behind a given name and is no family name."""
