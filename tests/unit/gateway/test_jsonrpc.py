import pytest

from sumun.gateway.jsonrpc import Invalid, parse


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"jsonrpc":"2.0","id":1,"method":"a"}', "request"),
        (b'{"jsonrpc":"2.0","id":"","method":"a"}', "request"),
        (b'{"jsonrpc":"2.0","method":"a","params":{}}', "notification"),
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', "response"),
        (b'{"jsonrpc":"2.0","id":1,"error":{}}', "response"),
    ],
)
def test_messages(body, kind):
    assert parse(body).kind == kind


@pytest.mark.parametrize(
    ("body", "members"),
    [
        (b'{"jsonrpc":"2.0","id":1,"method":"a","result":1,"x":2}', {"jsonrpc", "id", "method"}),
        (b'{"jsonrpc":"2.0","method":"a","Method":"b"}', {"jsonrpc", "method"}),
        (b'{"jsonrpc":"2.0","id":1,"result":{},"params":{}}', {"jsonrpc", "id", "result"}),
    ],
)
def test_only_members_of_its_kind_are_kept(body, members):
    assert set(parse(body).body) == members


@pytest.mark.parametrize("value", ["{}", '{"uri":1}', '{"uri":""}', '{"uri":"a","URI":"b"}'])
def test_what_is_called_has_exactly_one_name(value):
    with pytest.raises(Invalid) as invalid:
        parse(b'{"jsonrpc":"2.0","id":7,"method":"resources/read","params":%s}' % value.encode())
    assert (invalid.value.code, invalid.value.id) == (-32602, 7)
