"""What goes wrong, as one line and an exit status.

Exceptions are recognised by name, so that nothing is imported to recognise what did not happen.
"""

import traceback
from pathlib import Path

import click

from sumun.cli.language import tr

OK = 0
FAILED = 1
USAGE = 2
UNAVAILABLE = 3
FAULT = 70
"""Exit statuses: done; a check said no; wrong usage or configuration; something that is needed
cannot be reached; a fault of ours (``EX_SOFTWARE`` of sysexits.h)."""

_STATUSES = {
    "sumun.config.errors.ConfigurationError": USAGE,
    "sumun.keys.errors.KeyMaterialError": USAGE,
    "sumun.policy.document.PolicyError": USAGE,
    "sumun.server.lifespan.StartupError": UNAVAILABLE,
    "sumun.storage.schema.SchemaError": USAGE,
    "sumun.storage.contract.StorageError": UNAVAILABLE,
    "sumun.audit.log.AuditUnavailable": UNAVAILABLE,
    "sumun.audit.append.AuditDamaged": UNAVAILABLE,
}


class Failure(Exception):
    """A command cannot do what it was asked; the message is one line that says how to mend it.

    Parameters
    ----------
    message:
        Names what and where.
    status:
        The exit status.

    """

    def __init__(self, message: str, status: int = USAGE) -> None:
        super().__init__(message)
        self.status = status


def explain(error: Exception) -> tuple[str, int]:
    """Return what to tell the user of an exception, and the exit status."""
    if isinstance(error, Failure):
        return str(error), error.status
    if isinstance(error, click.UsageError):
        return _usage(error), USAGE
    if isinstance(error, click.ClickException):
        return error.format_message(), USAGE
    status = _foreseen(error)
    if status is not None:
        # A server that cannot start for another reason exits as that reason would.
        cause = error.__cause__
        return str(error), (_foreseen(cause) if cause else None) or status
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}", UNAVAILABLE
    return _fault(error), FAULT


def _foreseen(error: BaseException) -> int | None:
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next((_STATUSES[name] for name in names if name in _STATUSES), None)


def _usage(error: click.UsageError) -> str:
    message = error.format_message().rstrip(".")
    if error.ctx is None:
        return message
    return tr("{problem}; see {command}").format(
        problem=message, command=f"{error.ctx.command_path} --help"
    )


def _fault(error: Exception) -> str:
    # Where, and never what: the text of an unforeseen exception may hold anything.
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "sumun" in Path(frame.filename).parts] or list(frames)
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return tr(
        "a fault in Sumun: {kind} at {where}; run it again with --debug and report it"
    ).format(kind=type(error).__name__, where=where)
