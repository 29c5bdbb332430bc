import subprocess
import sys

import pytest

from sumun.detection import CATEGORIES, ENTITIES, canonical


@pytest.mark.parametrize(
    ("name", "entity_type"),
    [
        ("email", "EMAIL_ADDRESS"),
        ("phone", "PHONE_NUMBER"),
        ("korean_rrn", "KR_RRN"),
        ("credit_card", "CREDIT_CARD"),
        ("ssn", "US_SSN"),
        ("ip_address", "IP_ADDRESS"),
        ("kr_rrn", "KR_RRN"),
        ("Email", "EMAIL_ADDRESS"),
        ("IBAN_CODE", "IBAN_CODE"),
    ],
)
def test_aliases_lead_to_the_canonical_name(name, entity_type):
    assert canonical(name) == entity_type


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(KeyError, match="EMAIL_ADDRESS"):
        canonical("shoe_size")


def test_no_alias_means_two_things():
    aliases = [alias for entity in ENTITIES.values() for alias in entity.aliases]
    assert len(aliases) == len(set(aliases))


def test_every_entity_type_is_in_its_category():
    assert {name for names in CATEGORIES.values() for name in names} == set(ENTITIES)


def test_detection_does_no_input_or_output():
    script = (
        "import sys, sumun.detection as d; d.Detector().scan_text('x');"
        "kept_out = {'asyncio', 'socket', 'sumun.storage', 'sumun.config'};"
        "print(sorted(kept_out.intersection(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert output.stdout.strip() == b"[]"
