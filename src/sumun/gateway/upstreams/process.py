"""A local MCP server as a process of its own, which leaves nothing behind when it ends."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, SubprocessStreamProtocol
from collections import deque
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from sumun.config import UpstreamConfig
from sumun.gateway.upstreams.lines import Oversized, read_lines
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed

_INHERITED: Final = ("HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "USER")
"""All that a server sees of our environment, where our secrets may be."""
_GRACE: Final = 2.0
"""Seconds a server has to end after its input was closed, and again after SIGTERM (MCP
"Lifecycle", "Shutdown")."""
_LINGER: Final = 0.2
"""Seconds in which what it said last still comes, after it ended."""
_UNREAD_LIMIT: Final = 16 * 1024 * 1024
"""Bytes that may wait for a server to read them."""
_BUFFER: Final = 64 * 1024
_WORDS: Final = 40
_WORD_LENGTH: Final = 500
_VALUE_LIMIT: Final = 64 * 1024
_UNHURRIED: Final = 0.02


class ServerProcess:
    """A server that runs, spoken to over its standard streams (MCP transports, "stdio")."""

    def __init__(self, transport: asyncio.SubprocessTransport, streams: "_Streams") -> None:
        self._transport = transport
        self._streams = streams
        self._words: deque[str] = deque(maxlen=_WORDS)
        self._listening = asyncio.create_task(self._listen())
        self._ending: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Its process id, which is that of its group, too."""
        return self._transport.get_pid()

    @property
    def last_words(self) -> list[str]:
        """What it said last on standard error: for the operator's eyes, never for a log."""
        return list(self._words)

    @property
    def fate(self) -> str:
        """How it ended, for people."""
        status = self._transport.get_returncode()
        if status is None:
            return "it closed its output"
        return f"it ended with status {status}" if status >= 0 else f"it ended by signal {-status}"

    async def write(self, message: bytes) -> None:
        """Write one message, and wait until the server takes it.

        Raises
        ------
        UpstreamFailed
            If it does not read, or has ended.

        """
        stdin = self._streams.stdin
        if stdin is None or stdin.is_closing():
            raise UpstreamFailed(self.fate)
        if stdin.transport.get_write_buffer_size() > _UNREAD_LIMIT:
            raise UpstreamFailed("it does not read what it is sent")
        stdin.write(message + b"\n")
        try:
            await stdin.drain()
        except ConnectionError:
            raise UpstreamFailed(self.fate) from None

    async def messages(self, limit: int) -> AsyncIterator[bytes | Oversized]:
        """Yield what it writes, line by line, until it ends."""
        if self._streams.stdout is not None:
            async for line in read_lines(self._streams.stdout, limit):
                yield line
        await self._ended(_LINGER)

    async def end(self) -> None:
        """End it in order, in the end by force, and whatever it started with it."""
        if self._ending is None:  # once: its number may be another's soon
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        if self._streams.stdin is not None:
            self._streams.stdin.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if await self._ended(_GRACE):
                break
            self._signal(number)
        await self._ended(_GRACE)
        self._signal(signal.SIGKILL)  # children that outlived it
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        self._transport.close()

    async def _ended(self, patience: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._streams.exited.wait()
        return self._streams.exited.is_set()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def _listen(self) -> None:
        """Read standard error, no faster than a server should complain."""
        if self._streams.stderr is None:
            return
        async for line in read_lines(self._streams.stderr, _BUFFER):
            text = line if isinstance(line, bytes) else line.begins
            self._words.append(text[:_WORD_LENGTH].decode("utf-8", "replace"))
            if len(self._words) == _WORDS:
                await asyncio.sleep(_UNHURRIED)


class _Streams(SubprocessStreamProtocol):
    """The standard streams, whose end is seen when the server ends.

    A child that the server started and left may hold them open for ever.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=_BUFFER, loop=loop)
        self._running = loop
        self._over = False
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()
        self._running.call_later(_LINGER, self._hang_up)

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        if not self._over:
            super().pipe_data_received(fd, data)

    def _hang_up(self) -> None:
        self._over = True
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.feed_eof()


async def start_process(definition: UpstreamConfig) -> ServerProcess:
    """Start a server, in a group of its own and without a shell.

    Raises
    ------
    UpstreamAway
        If it cannot be started.

    """
    loop = asyncio.get_running_loop()
    try:
        transport, streams = await loop.subprocess_exec(
            lambda: _Streams(loop),
            *definition.command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            cwd=definition.cwd or None,
            env=environment(definition, os.environ),
            start_new_session=True,
        )
    except OSError as error:
        raise UpstreamAway(f"it cannot be started: {error.strerror}") from None
    return ServerProcess(transport, streams)


def environment(definition: UpstreamConfig, ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a server: a little of ours, and what was configured.

    Files are read at each start, so that a secret may be renewed.

    Raises
    ------
    UpstreamAway
        If a file cannot be read.

    """
    inherited = {name: ours[name] for name in _INHERITED if name in ours}
    from_files = {name: _value(name, path) for name, path in definition.env_files.items()}
    return inherited | definition.env | from_files


def _value(name: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            value = file.read(_VALUE_LIMIT + 1).decode().strip()
    except (OSError, UnicodeDecodeError):
        raise UpstreamAway(f"it cannot be started: the file of {name} cannot be read") from None
    if not value or len(value) > _VALUE_LIMIT or "\0" in value:
        raise UpstreamAway(f"it cannot be started: the file of {name} holds no value")
    return value
