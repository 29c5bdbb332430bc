import json

import pytest

from sumun.detection import Detector, NotJson, TooDeep, TooLarge, Unscannable


def paths(detector, value, **options):
    return {
        (each.leaf.path, finding.entity_type, each.leaf.text[finding.start : finding.end])
        for each in detector.scan_tree(value, **options)
        for finding in each.findings
    }


def test_a_finding_names_its_path(detector):
    value = {"customers": [{"phones": ["x", "010-1234-5678"]}], "e-mail": {"a b": "j@example.com"}}
    assert paths(detector, value) == {
        ("$.customers[0].phones[1]", "PHONE_NUMBER", "010-1234-5678"),
        ("$['e-mail']['a b']", "EMAIL_ADDRESS", "j@example.com"),
    }
    assert {each.path for each in detector.scan_json(value)} == {
        "$.customers[0].phones[1]",
        "$['e-mail']['a b']",
    }


def test_a_quote_in_a_key_is_escaped_in_the_path(detector):
    assert paths(detector, {"it's \\": "j@example.com"}) == {
        (r"$['it\'s \\']", "EMAIL_ADDRESS", "j@example.com")
    }


def test_a_bare_string_is_a_leaf(detector):
    assert paths(detector, "j@example.com") == {("$", "EMAIL_ADDRESS", "j@example.com")}


@pytest.mark.parametrize(
    ("key", "number", "entity_type"),
    [
        ("phone", 1012345678, "PHONE_NUMBER"),
        ("전화번호", 1012345678.0, "PHONE_NUMBER"),
        ("userPhone", 2125550123, "PHONE_NUMBER"),
        ("주민번호", 9001011234568, "KR_RRN"),
        ("value", 9001011234568, "KR_RRN"),
        ("card", 4111111111111111, "CREDIT_CARD"),
        ("ssn", 536904399, "US_SSN"),
        ("password", 12345679, "PASSWORD"),
    ],
)
def test_numbers_count_too(detector, key, number, entity_type):
    assert paths(detector, {key: number}) == {(f"$.{key}", entity_type, str(int(number)))}


@pytest.mark.parametrize("value", [1, -5, 0.5, 1e9, 1e300, True, None, 2**200, 1763900000000])
def test_other_numbers_are_nobodys(detector, value):
    assert detector.scan_json({"phone": value, "values": [value]}) == []


@pytest.mark.parametrize(
    ("key", "value", "entity_type"),
    [
        ("성명", "김철수", "PERSON"),
        ("이름", "남궁민수", "PERSON"),
        ("name", "Jane Doe", "PERSON"),
        ("first_name", "Jane", "PERSON"),
        ("fullName", "Jane Doe", "PERSON"),
        ("customer_name", "김철수", "PERSON"),
        ("password", "correct horse battery 7", "PASSWORD"),
        ("clientSecret", "s3cr3tvalue", "PASSWORD"),
        ("비밀번호", "abcd1234", "PASSWORD"),
        ("api_key", "9f8e7d6c5b", "PASSWORD"),
        ("사업자등록번호", "2148112345", None),
        ("name", "get_weather", None),
        ("name", "Production", None),
        ("name", "Weather Service", None),
        ("nextPageToken", "c2Vjb25kcGFnZQ12", None),
        ("password", "must have at least eight characters", None),
        ("key", "value1234", None),
        ("token", "string", None),
    ],
)
def test_keys_give_context(detector, key, value, entity_type):
    expected = {(f"$.{key}", entity_type, value)} if entity_type else set()
    assert paths(detector, {key: value}) == expected


def test_a_key_gives_context_to_its_own_value_alone(detector):
    secret = "9f8e7d6c5b"
    value = {"api_key": secret, "other": secret, "more": {"other": [secret]}}
    assert paths(detector, value) == {("$.api_key", "PASSWORD", secret)}


def test_elements_of_a_list_have_the_key_of_the_list(detector):
    assert {path for path, _, _ in paths(detector, {"phones": [1012345678, ["040 898 9331"]]})} == {
        "$.phones[0]",
        "$.phones[1][0]",
    }


def test_a_key_that_is_personal_data_is_found_as_a_key(detector):
    [leaf] = detector.scan_tree({"john@example.com": 1})
    assert leaf.leaf.is_key
    assert leaf.leaf.text == "john@example.com"
    assert [(each.start, each.end) for each in leaf.findings] == [(0, 16)]


def test_a_list_under_such_a_key_does_not_repeat_it(detector):
    leaves = detector.scan_tree({"john@example.com": ["a", "b"]})
    assert [each.leaf.is_key for each in leaves] == [True]


def test_what_is_in_a_list_under_such_a_key_is_found(detector):
    assert paths(detector, {"x": 1, "j@example.com": ["010-1234-5678", "k@example.com"]}) == {
        ("$['j@example.com']", "EMAIL_ADDRESS", "j@example.com"),
        ("$['j@example.com'][0]", "PHONE_NUMBER", "010-1234-5678"),
        ("$['j@example.com'][1]", "EMAIL_ADDRESS", "k@example.com"),
    }


def test_json_inside_a_string_is_text(detector):
    inner = json.dumps({"주민번호": "900101-1234568", "full_name": "Jane Doe"}, ensure_ascii=True)
    found = {entity for _, entity, _ in paths(detector, {"content": [{"text": inner}]})}
    assert found == {"KR_RRN", "PERSON"}


def test_values_do_not_run_into_each_other(detector):
    assert detector.scan_json(["010-1234", "-5678", "john@", "example.com"]) == []
    assert detector.scan_json({"a": "password:", "b": "hunter22"}) == []


def test_a_leaf_can_be_rewritten_in_place(detector):
    value = {"a": [{"mail": "to john@example.com"}], "n": 4111111111111111}
    for each in detector.scan_tree(value):
        each.leaf.container[each.leaf.key] = "***"
    assert value == {"a": [{"mail": "***"}], "n": "***"}


@pytest.mark.parametrize(
    "path", ["$.params._meta", "$.params['_meta']", "$['params']._meta", "$.params"]
)
def test_what_is_skipped_is_not_looked_at(detector, path):
    value = {"params": {"_meta": {"a": "john@example.com"}}, "b": "jane@example.com"}
    assert paths(detector, value, skip=frozenset([path])) == {
        ("$.b", "EMAIL_ADDRESS", "jane@example.com")
    }


def test_an_element_can_be_skipped(detector):
    value = ["john@example.com", "jane@example.com"]
    assert {p for p, _, _ in paths(detector, value, skip=frozenset(["$[0]"]))} == {"$[1]"}


def test_skipping_what_is_not_there_skips_nothing(detector):
    skip = frozenset(["$.x.y", "$[4]", "$.a.b.c", "$['a'][0]"])
    assert paths(detector, {"a": "j@example.com"}, skip=skip)


@pytest.mark.parametrize("path", ["", "a", "nonsense", "$.a b", "$.a.", "$[x]"])
def test_what_is_not_a_path_is_refused(detector, path):
    with pytest.raises(ValueError, match="not a JSON path"):
        detector.scan_tree({"a": "j@example.com"}, skip=frozenset([path]))


@pytest.mark.parametrize("make", [lambda v: [v], lambda v: {"a": v}])
def test_nesting_over_the_limit_is_refused_without_recursion(detector, make):
    value: object = "john@example.com"
    for _ in range(100_000):
        value = make(value)
    with pytest.raises(TooDeep):
        detector.scan_json(value)


def test_nesting_up_to_the_limit_is_followed():
    value: object = "john@example.com"
    for _ in range(50):
        value = [value]
    assert Detector(max_depth=50).scan_json(value)
    with pytest.raises(TooDeep):
        Detector(max_depth=49).scan_json(value)


def test_a_wide_value_over_the_limit_is_refused():
    with pytest.raises(TooLarge):
        Detector(max_length=100).scan_json(["x" * 10] * 20)


@pytest.mark.parametrize(
    "value", [b"john@example.com", {1: "a"}, {"a": {1, 2}}, [object()], (1, 2)]
)
def test_what_json_does_not_know_is_refused(detector, value):
    with pytest.raises(NotJson) as refused:
        detector.scan_json(value)
    assert isinstance(refused.value, Unscannable)


def test_a_value_that_contains_itself_is_looked_at_once(detector):
    value: list[object] = ["john@example.com"]
    value.append(value)
    assert len(detector.scan_json(value)) == 1


def test_machine_made_json_has_no_personal_data(detector):
    tickets = [
        {
            "id": 184_467_440_737 + n * 7919,
            "uuid": f"{n * 2654435761 % 2**32:08x}-e29b-41d4-a716-{n * 40503 % 2**48:012x}",
            "sha256": f"{n * 11400714819323198485 % 2**64:016x}" * 4,
            "created_at": 1_763_900_000_000 + n * 86_399_999,
            "updated": f"2026-11-{n % 28 + 1:02}T10:20:30.{n:06}Z",
            "snowflake": str(1_100_000_000_000_000_000 + n * 4_194_304_123),
            "title": "Printer on floor 3 does not answer",
            "build": f"2026.{n}.{n + 1}",
            "ratio": n / 7,
            "embedding": [n / 3, -n / 9, n * 0.123456789],
        }
        for n in range(1000)
    ]
    assert len(detector.scan_json(tickets)) <= 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"lat": 37.5665, "lng": 126.9784}, {("$.lat", "37.5665"), ("$.lng", "126.9784")}),
        ({"home_latitude": -33.86785}, {("$.home_latitude", "-33.86785")}),
        ({"위도": 37.5665}, {("$.위도", "37.5665")}),
        ({"lat": [37.5665]}, {("$.lat[0]", "37.5665")}),
        ({"flat": 37.5665, "price": 126.9784, "lat": 37, "lon": 1.5, "lng": 1e-9}, set()),
    ],
)
def test_coordinates_are_numbers_too(detector, value, expected):
    found = {(path, text) for path, _, text in paths(detector, value)}
    assert found == expected


def test_short_values_behind_keys_of_one_name_are_all_found():
    rows = [{"여권번호": f"M1234{at:04}"} for at in range(5)]
    assert sorted(each.path for each in Detector().scan_json(rows)) == [
        f"$[{at}].여권번호" for at in range(5)
    ]
