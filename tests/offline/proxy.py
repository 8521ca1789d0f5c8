"""A proxy that spoils requests on purpose: the standard library's asyncio, one connection a request."""

import asyncio
import contextlib
import json
import random
import re
import socket
import struct
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

# What can befall one request. The first five never reach the server whole; the others do, or are answered by somebody else.
FAULTS = (
    "refused",  # nobody listens for a moment
    "reset_before",  # cut before the body was read
    "cut_up",  # half of the body arrives, then the line is dead
    "short_up",  # half of the body arrives and calls itself the whole
    "empty_up",  # an empty body arrives
    "reset_after",  # the server has it, the answer is lost
    "late",  # the server has it, the answer comes after the client gave up
    "cut_down",  # the server has it, half of the answer comes
    "error_after",  # the server has it, a gateway says 502
    "doubled",  # it arrives twice
    "error_500",
    "busy_503",  # with Retry-After
    "too_many_429",
    "portal",  # a page of a captive portal, with 200
    "foreign",  # a receipt, but of something else
)
BROKEN_OFF = {"cut_up", "reset_after", "cut_down"}
PORTAL = b"<!doctype html><title>Free Wi-Fi</title><p>Welcome! Please accept the terms to go on."
HEAD_LIMIT = 64 * 1024


@dataclass
class Request:
    """As it came from the browser."""

    method: str
    path: str
    head: bytes
    body: bytes

    def with_body(self, body: bytes) -> bytes:
        """The bytes of this request with another body, and a head that agrees with it."""
        head = re.sub(rb"(?im)^content-length:.*\r\n", b"", self.head)
        head = re.sub(rb"(?im)^connection:.*\r\n", b"", head)
        length = b"" if self.method in {"GET", "HEAD"} else b"Content-Length: %d\r\n" % len(body)
        return head + length + b"Connection: close\r\n\r\n" + body


@dataclass
class Proxy:
    """Listens on `port` of localhost in a thread of its own and passes on to `upstream`.

    `chooses(request)` names a fault or None; it is called in the proxy's thread. `late` is how long a late answer takes,
    in seconds. `rewrite` may change an answer's bytes by path (whole answer, head and body).
    """

    upstream: int
    port: int
    chooses: Callable[[Request], str | None] = lambda _request: None
    late: float = 3.0
    rewrite: Callable[[Request, bytes], bytes] | None = None
    met: Counter[str] = field(default_factory=Counter)
    seen: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda _loop, _told: None)  # browsers are killed here: lines end anyhow
        self._server: asyncio.Server | None = None
        self._silent: set[asyncio.StreamWriter] = set()
        self._black_hole = False
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._run(self._listen())

    def close(self) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def go_away(self) -> None:
        """From now on connections are refused."""
        self._run(self._unlisten())

    def come_back(self) -> None:
        """Listens again, and lets go of what a black hole holds."""
        self._black_hole = False
        self._run(self._listen())

    def swallow(self) -> None:
        """From now on requests are taken and never answered."""
        self._black_hole = True

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=32 * 1024 * 1024)

    async def _end(self) -> None:
        await self._unlisten()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _unlisten(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            if self._black_hole:
                self._silent.add(writer)  # never read, never answered, never closed
                return
            await self._one(reader, writer)
        with contextlib.suppress(OSError):
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n"))[:-2]
        method, path, _version = head.split(b"\r\n", 1)[0].decode().split(" ")
        found = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        request = Request(method, path, head, b"")
        fault = self.chooses(request)
        self.met[fault or "passed"] += 1
        self.seen.append((fault or "passed", method, path))
        if fault in {"refused", "reset_before"}:
            if fault == "refused":
                await self._refuse_for_a_moment()
            _reset(writer)
            return
        request.body = await reader.readexactly(int(found[1])) if found else b""
        if self._black_hole:
            self._silent.add(writer)
            return
        await (self._spoil(fault, request, writer) if fault else self._pass(request, writer))

    async def _refuse_for_a_moment(self) -> None:
        await self._unlisten()
        self._loop.call_later(0.15, lambda: self._loop.create_task(self._listen()))

    async def _pass(self, request: Request, writer: asyncio.StreamWriter) -> None:
        answer = await self._ask(request.with_body(request.body))
        if self.rewrite is not None:
            answer = self.rewrite(request, answer)
        await _write(writer, answer)

    async def _ask(self, data: bytes) -> bytes:
        """Send these bytes to the server; its whole answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            writer.write(data)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()

    async def _spoil(self, fault: str, request: Request, writer: asyncio.StreamWriter) -> None:
        if fault == "cut_up":
            await self._cut_up(request)
        elif fault in BY_OTHERS:
            await _write(writer, BY_OTHERS[fault])
        elif fault == "foreign":
            await _write(writer, _foreign())
        else:
            await _write(writer, await self._answer(fault, request))
        if fault in BROKEN_OFF:
            _reset(writer)

    async def _answer(self, fault: str, request: Request) -> bytes:
        """What comes back where the server did get something."""
        cut = {"empty_up": 0, "short_up": len(request.body) // 2}.get(fault, len(request.body))
        for _time in range({"doubled": 2, "tenfold": 10}.get(fault, 1)):
            answer = await self._ask(request.with_body(request.body[:cut]))
        if fault == "late":
            await asyncio.sleep(self.late)
        if fault == "error_after":
            return _page(502, b"<html>Bad gateway")
        if fault == "cut_down":
            head, body = answer.split(b"\r\n\r\n", 1)
            return head + b"\r\n\r\n" + body[: len(body) // 2]
        return b"" if fault == "reset_after" else answer

    async def _cut_up(self, request: Request) -> None:
        whole = request.with_body(request.body)
        _reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        writer.write(whole[: len(whole) - max(len(request.body) // 2, 1)])
        await writer.drain()
        await asyncio.sleep(0.05)
        _reset(writer)


def by_chance(
    seed: int, share: float, only: tuple[str, ...] = FAULTS, under: str = "/api/"
) -> Callable[[Request], str | None]:
    """A chooser: each request below `under` meets one of `only` with this probability; the same seed, the same luck."""
    chance = random.Random(seed)

    def choose(request: Request) -> str | None:
        if not request.path.startswith(under) or chance.random() >= share:
            return None
        return chance.choice(only)

    return choose


def _page(status: int, body: bytes, *more: bytes) -> bytes:
    head = [b"HTTP/1.1 %d Spoiled" % status, b"Content-Type: text/html", b"Content-Length: %d" % len(body), *more]
    return b"\r\n".join([*head, b"Connection: close", b"", body])


BY_OTHERS = {
    "error_500": _page(500, b"<h1>Server error</h1>"),
    "busy_503": _page(503, b"<h1>Back soon</h1>", b"Retry-After: 1"),
    "busy_long": _page(503, b"<h1>Back soon</h1>", b"Retry-After: 120"),
    "too_many_429": _page(429, b"<h1>Slower</h1>", b"Retry-After: 1"),
    "portal": _page(200, PORTAL),
}


def _foreign() -> bytes:
    """A good-looking answer about something this phone never sent."""
    other = str(uuid.uuid4())
    receipt = {"id": other, "revision": 1, "photos": {other: "0" * 64}}
    body = json.dumps({"id": other, "revision": 1, "received_sha256": "0" * 64, "receipt": receipt, "results": None})
    return _page(200, body.encode()).replace(b"text/html", b"application/json")


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset, as a line that breaks."""
    end: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
