"""What the server writes to standard error: one line per problem, one JSON line per request."""

import asyncio
import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

PATH_LIMIT = 256
"""Characters of a path that an access line keeps."""


class ErrorFormatter(logging.Formatter):
    """One line per record, naming where an exception came from but not what it said.

    The text of an exception may quote the data it choked on; only debugging shows it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = f"sumun: {record.levelname.lower()}: {record.getMessage().strip()}"
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return line
        frames = traceback.extract_tb(error.__traceback__)
        where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        return f"{line}: {type(error).__name__}{where}"


class NotCancelled(logging.Filter):
    """Leaves out the requests that were cut short on purpose, when draining took too long."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the record."""
        return not record.exc_info or not isinstance(record.exc_info[1], asyncio.CancelledError)


class AccessFormatter(logging.Formatter):
    """A request as JSON: no query string, no header, nothing that is not ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; ``record.args`` are those of uvicorn's access log."""
        assert isinstance(record.args, tuple)  # noqa: S101 - narrows the union for the type checker
        client, method, target, version, status = record.args
        return json.dumps(
            {
                "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
                "client": client,
                "method": method,
                "path": str(target).partition("?")[0][:PATH_LIMIT],
                "http_version": version,
                "status": status,
            }
        )


def log_config(*, debug: bool) -> dict[str, Any]:
    """Return the :mod:`logging` configuration of the server; ``debug`` shows tracebacks."""
    error_format: dict[str, Any] = {"()": ErrorFormatter}
    if debug:
        error_format = {"format": "sumun: %(levelname)s: %(message)s"}
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"error": error_format, "access": {"()": AccessFormatter}},
        "filters": {"not_cancelled": {"()": NotCancelled}},
        "handlers": {
            "error": handler | {"formatter": "error", "filters": ["not_cancelled"]},
            "access": handler | {"formatter": "access"},
        },
        "loggers": {
            "uvicorn.error": {
                "handlers": ["error"],
                "level": "DEBUG" if debug else "WARNING",
                "propagate": False,
            },
            "uvicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
        },
    }
