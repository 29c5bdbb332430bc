"""What banks of Korea are called, and what makes a kind of house no name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BANKS = _words("""
    국민 신한 우리 하나 농협 기업 산업 수출입 한국 제일 한국씨티 씨티 수협 부산 대구 경남 광주 전북
    제주 아이엠 외환 저축 새마을 카카오 토스 케이 세계 일본 중국 인민 도쿄 KB국민 IBK기업 KDB산업
    NH농협 SC제일
""")
"""What stands before ``은행`` in the name of a bank."""

NOT_PROPER = _words("""
    종합 상급종합 대학 동네 동물 요양 전문 인근 담당 일반 정신 해당 국립 사립 공립 시립 도립 년제
    지방 명문 여자 같은 어느 각 타 이 그 저 우리 모든 다른 거점 협력 재활 한방 치과 산부인과 외국
    근처 지역 민간 공공 유명 대형 개인 최종 소속 출신 사이버 방송통신
""")
"""What stands before ``병원`` and ``대학교`` and names none."""
