"""Korea: numbers that only their label tells, of insurance, service, work, study and customs."""

import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer

_CODE = r"(?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9][A-Z0-9-]{4,17}[0-9A-Z]"


def _labelled(name: str, entity_type: str, label: str, value: str) -> PatternRecognizer:
    """Return a recognizer of a number behind its label, a particle, a colon or a bracket.

    Of a label that may lack a syllable the syllable is a group: a trigger counts bytes.
    """
    return PatternRecognizer(
        name=name,
        entity_type=entity_type,
        trigger=rf"(?:{label})".encode(),
        pattern=re.compile(
            rf"(?:{label})[은는이가]?(?: ?\((?:ID|번호)?)?[\"'\])*]{{0,3}}[ \t]{{0,3}}"
            rf"(?:[:=\x1f\uff1a][ \t]{{0,3}})?[\"'(#]{{0,2}}(?P<value>{value})(?![A-Za-z0-9_])"
        ),
        judge=0.89,
        labelled=True,
    )


RECOGNIZERS: tuple[Recognizer, ...] = (
    _labelled(
        "kr_health_insurance",
        "HEALTH_INSURANCE_ID",
        "(?:건강|의료)보험(?:증|공단)?(?: ?가입자| ?등록)?(?: ?번호)?|보험(?:증)? ?번호"
        "|가입자 ?번호",
        _CODE,
    ),
    _labelled(
        "kr_prescription",
        "MEDICAL_RECORD_NUMBER",
        "처방(?:전)?(?: ?(?:번호|ID))?|교부 ?번호",
        _CODE,
    ),
    _labelled(
        "kr_military",
        "KR_MILITARY_NUMBER",
        "군번|병역번호",
        r"[0-9]{2}-?[0-9]{5,8}|[A-Z]?[0-9]{2}-[0-9]{4,8}",
    ),
    _labelled("kr_employee", "EMPLOYEE_ID", "사번|사원 ?번호|직원 ?번호|행번|교번", _CODE),
    _labelled("kr_student", "STUDENT_ID", "학번|학생 ?번호|수험 ?번호|학적 ?번호", _CODE),
    PatternRecognizer(
        name="kr_customs",
        entity_type="KR_CUSTOMS_CODE",
        trigger=rb"[Pp][0-9]{12}",
        pattern=re.compile(r"(?<![A-Za-z0-9_-])(?P<value>[Pp][0-9]{12})(?![A-Za-z0-9_]|-[0-9])"),
        judge=0.6,
        context=True,
    ),
)
