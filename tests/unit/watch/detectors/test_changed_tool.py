"""Tools whose words changed."""

from sumun.watch.detectors.changed_tool import ChangedTool
from sumun.watch.incident import Severity


def test_a_change_is_an_incident_and_something_new_is_none(watch_with, at, fed):
    def held(second, tool, **detail):
        known = {"kind": "tool", "new": "b", **detail}
        return at(second, "tool_held", server="crm", tool_name=tool, detail=known)

    watch = watch_with(ChangedTool())
    assert fed(watch, [held(0, "new")]) == []
    (incident,) = fed(watch, [held(1, "find", old="a"), held(2, "find", old="a")])
    assert incident.severity is Severity.HIGH
    assert "crm" in incident.summary["en"]
    assert "find" in incident.summary["ko"]
    assert incident.evidence["old"] == "a"
