"""A load generator: so many clients at once, each on a connection of its own, one request after the other."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.measure import MS

COMMON = "Host: 127.0.0.1\r\nAccept-Encoding: gzip\r\nUser-Agent: bench\r\n"
LENGTH, TAG = b"content-length:", b"etag:"


@dataclass
class Asked:
    """What came of the requests: milliseconds each, how many bytes, and how often which status."""

    times: list[float] = field(default_factory=list)
    size: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """One answer, as far as a bench looks."""

    status: str
    size: int
    tag: str


Request = Callable[[random.Random], tuple[str, str] | tuple[str, str, str]]
"""Gives an address, and further lines of the head; and the body of a form that is sent."""


class Enough(Exception):  # noqa: N818 - an end, no error
    """There is nothing more to ask for."""


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        """Not open yet."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, lines: str = "", form: str = "") -> Answer:
        """One request and its whole answer; a connection that the server closed is opened again."""
        method, length = ("POST", f"Content-Length: {len(form)}\r\n") if form else ("GET", "")
        head = f"{method} {path} HTTP/1.1\r\n{COMMON}{lines}{length}\r\n{form}".encode()
        for turn in range(2):
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            try:
                writer.write(head)
                return await self._answer(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                self._streams = None
                if turn:
                    raise
        raise ConnectionError

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        first, *headers = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        size, tag, closes = 0, "", False
        for line in headers:
            name = line[:15].lower()
            if name.startswith(LENGTH):
                size = int(line[len(LENGTH) :])
            elif name.startswith(TAG):
                tag = line[len(TAG) :].decode().strip()
            elif line.lower() == b"connection: close":
                closes = True
        if size:
            await reader.readexactly(size)
        if closes and self._streams is not None:
            self._streams[1].close()
            self._streams = None
        return Answer(first.split()[1].decode(), size, tag)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


async def _reader(port: int, request: Request, dice: random.Random, until: float, asked: Asked) -> None:
    client = Client(port)
    while (began := time.perf_counter()) < until:
        try:
            wanted = request(dice)
        except Enough:
            break
        answer = await client.ask(*wanted)
        asked.times.append((time.perf_counter() - began) * MS)
        asked.size += answer.size
        asked.statuses[answer.status] = asked.statuses.get(answer.status, 0) + 1
    client.close()


async def _all(port: int, request: Request, clients: int, seconds: float) -> Asked:
    asked, began = Asked(), time.perf_counter()
    dices = [random.Random(number) for number in range(clients)]  # noqa: S311 - the same addresses each time
    await asyncio.gather(*(_reader(port, request, dice, began + seconds, asked) for dice in dices))
    asked.seconds = time.perf_counter() - began
    return asked


def press(port: int, request: Request, *, clients: int, seconds: float) -> Asked:
    """Let so many clients ask for so long."""
    return asyncio.run(_all(port, request, clients, seconds))


def press_both(
    port: int, first: Request, second: Request, *, clients: tuple[int, int], seconds: float
) -> tuple[Asked, Asked]:
    """Two kinds of clients at the same time."""

    async def both() -> tuple[Asked, Asked]:
        one, other = clients
        return await asyncio.gather(_all(port, first, one, seconds), _all(port, second, other, seconds))

    return asyncio.run(both())


def fetch(port: int, paths: Sequence[str]) -> list[Answer]:
    """Each address once, one after the other."""

    async def each() -> list[Answer]:
        client = Client(port)
        found = [await client.ask(path) for path in paths]
        client.close()
        return found

    return asyncio.run(each())
