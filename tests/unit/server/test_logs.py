import asyncio
import json
import logging
import sys

from sumun.server.logs import AccessFormatter, ErrorFormatter, NotCancelled


def record(message, *args, error=None):
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("uvicorn", logging.ERROR, "f", 1, message, args, exc_info)


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()[1]


def test_an_exception_is_one_line_without_what_it_said():
    error = raised(ValueError("kim@example.com"))

    line = ErrorFormatter().format(record("Exception in application\n", error=error))

    assert "\n" not in line
    assert "kim" not in line
    assert line.startswith("sumun: error: Exception in application: ValueError at ")
    assert __file__ in line


def test_an_access_line_has_neither_query_nor_control_characters():
    target = "/callback/%0A?code=secret"
    args = ("192.0.2.1:4000", "GET", target, "1.1", 200)

    line = AccessFormatter().format(record('%s - "%s %s HTTP/%s" %d', *args))

    assert "\n" not in line
    fields = json.loads(line)
    assert fields.pop("timestamp").endswith("+00:00")
    assert fields == {
        "client": "192.0.2.1:4000",
        "method": "GET",
        "path": "/callback/%0A",
        "http_version": "1.1",
        "status": 200,
    }


def test_an_access_line_is_bounded():
    args = ("192.0.2.1:4000", "GET", "/" + "a" * 8000, "1.1", 200)

    assert len(AccessFormatter().format(record('%s - "%s %s HTTP/%s" %d', *args))) < 500


def test_requests_cut_short_on_purpose_are_not_errors():
    assert not NotCancelled().filter(record("x", error=raised(asyncio.CancelledError())))
    assert NotCancelled().filter(record("x", error=raised(ValueError())))
    assert NotCancelled().filter(record("x"))
