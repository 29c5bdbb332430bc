"""Word lists that tell what a value is not."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_TOP_LEVEL_DOMAINS = _words("""
    png jpg jpeg gif svg webp css js json html htm txt pdf service socket timer mount scope
    slice target xml yaml yml toml lock local
""")
"""Endings of file and unit names after an at sign: ``icon@2x.png``, ``getty@tty1.service``."""

NOT_SECRETS = _words("""
    true false null none undefined nil string str number integer boolean bool required
    optional password passwd secret token key value hidden invalid expired incorrect missing
    empty unset yes no on off enabled disabled reset change changed forgot basic bearer
    oauth env write-only text varchar hash bcrypt argon2id scrypt sha256
""")
"""What stands beside ``password:`` in documentation, schemas and messages."""

NOT_WESTERN_NAMES = _words("""
    api app account admin agent bank beta book bot business center central city client cloud
    company config corp corporation customer data database default demo department dev east
    engineering enterprise error event example file first general global group hotel inc
    index info international internet item job key lab last ledger list llc local ltd main
    management manager market marketing media metric middle model monitor name network new
    node none north null number office online open order pacific park plan platform policy
    pro product production project public query queue region report resource restaurant role
    sales sample school search server service services shop site smart solutions south stage
    staging standard state status store street support system systems table task team tech
    technologies test the ticket token tool total training type united university unknown
    update user value version web west workspace world
""")
"""Words, in lower case, that make a capitalised phrase something else than a person."""

NOT_KOREAN_NAMES = _words("""
    고객 선생 부모 이사 주인 사장 회원 강사 교수 담당 신청 정부 이용 이번 전문 조사 이전
    현재 최근 장관 기타 공동 전체 해당 우리 지원 차기 신임 문의 연구 연락 이메일 성명 주소
    전화 정보 번호 기관 소속 유의 주의 안내 하단 이상 이하 원본 도움 국회 위원 선임 주무
    전임 수석 기획 인사 총무 회계 영업 홍보 마케팅 개발 상담 이체 한국 서울 부산 인천 남편
    조합 진료 주치 전담 방문 대표 본인 미상 없음 공란 확인 여부 이름 기재 연구원 책임자
    담당자 관리자 신청자 대표자 전문가 이용자 소유자 임차인 임대인 지원자 위원장 인사팀
    총무팀 영업팀 개발팀 기획팀 홍보팀 고객센 서비스 안내문 주식회 유한회 공무원 정보팀
    주소지 연락처 전화번 성함은 기관명 정규직 계약직 이사회 하나은 신한은 국민은 우리은 성함
    기업 명의 차량 지정 변경 서명 오는 국세청 민주당 유치원 선교사 공관위 새누리 여당 야당
    신규 원장 가해 피해 임시 현장 채권 채무 은행 계좌 우체국 구청 시청 동사무 변동 사항
""")
"""Words, and beginnings of words, that look like a surname and a given name."""
