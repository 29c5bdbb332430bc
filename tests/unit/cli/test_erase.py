import pytest

EMAIL = "kim@example.com"


@pytest.fixture
def data_key(sumun, installed):
    return sumun("key", "rotate", "--data", "--json").json["kid"]


def test_a_person_s_values_are_erased_and_it_is_recorded(sumun, installed, events):
    ran = sumun("erase", "--subject", EMAIL, "--yes", "--json")
    assert ran.json == {"tenant": "default", "values": 0, "fingerprint": ""}
    event = events()[-1]
    assert (event["event_type"], event["action_taken"]) == ("data_erased", "erased")
    assert event["detail"]["tenant"] == "default"
    assert len(event["subjects"]) == 1
    assert EMAIL not in str(events())


def test_values_are_read_line_by_line(sumun, installed, typed, events):
    typed("a@example.com\n\n b@example.com \n")
    assert "0" in sumun("erase", "--subject", "-", "--yes").out
    assert len(events()[-1]["subjects"]) == 2


def test_a_tenant_s_key_is_destroyed(sumun, installed, events):
    first = sumun("erase", "--tenant", "default", "--yes", "--json").json["fingerprint"]
    second = sumun("erase", "--tenant", "default", "--yes", "--json").json["fingerprint"]
    assert len(first) == 64
    assert first != second
    assert [event["detail"]["fingerprint"] for event in events()[-2:]] == [first, second]


def test_a_tenant_that_is_not_there(sumun, installed):
    ran = sumun("erase", "--tenant", "nobody", "--yes")
    assert ran.status == 2
    assert "nobody" in ran.err


def test_a_rotated_data_key_is_destroyed_and_the_current_one_is_not(sumun, data_key, events):
    assert "rotate first" in sumun("key", "destroy", data_key, "--yes").err
    sumun("key", "rotate", "--data")
    ran = sumun("key", "destroy", data_key, "--yes", "--json")
    assert ran.json["action"] == "destroyed"
    event = events()[-1]
    assert event["event_type"] == "data_key_destroyed"
    assert event["detail"]["fingerprint"] == ran.json["fingerprint"]
    assert sumun("key", "destroy", data_key, "--yes").status == 2


@pytest.mark.parametrize(
    "command", [["erase", "--subject", EMAIL], ["erase", "--tenant", "default"], ["erase"]]
)
def test_nothing_is_erased_unasked(sumun, installed, typed, command, events):
    typed("")
    before = len(events())
    assert sumun(*command).status != 0
    assert len(events()) == before
