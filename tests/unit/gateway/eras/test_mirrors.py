from sumun.gateway.eras.mirrors import mirrored, mirroring

STRING = {"type": "string"}


def annotated(header, type_="string"):
    return {"type": type_, "x-mcp-header": header}


def test_annotations_that_properties_lead_to():
    schema = {
        "properties": {
            "a": annotated("A"),
            "b": {"properties": {"c": annotated("Deep", "integer")}},
            "d": annotated("D", "number"),
            "e": annotated("not a token"),
            "f": annotated(7),
            "g": {"items": annotated("G")},
            "h": {"type": ["string"], "x-mcp-header": "H"},
            "i": "odd",
        },
        "oneOf": [{"properties": {"z": annotated("Z")}}],
    }
    assert mirrored(schema) == {("a",): "A", ("b", "c"): "Deep"}
    assert mirrored(None) == mirrored({"properties": [1]}) == {}


def test_headers_of_values():
    paths = {("a",): "A", ("b", "c"): "C", ("d",): "D", ("e",): "E"}
    arguments = {"a": "=?base64?YQ==?=", "b": {"c": 42}, "d": None, "e": [1]}
    assert mirroring("tools/call", {"name": " t", "arguments": arguments}, paths) == [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "=?base64?IHQ=?="),
        ("mcp-param-a", "=?base64?PT9iYXNlNjQ/WVE9PT89?="),
        ("mcp-param-c", "42"),
    ]
    assert mirroring("tools/call", {"arguments": "odd"}, paths)[2:] == []
