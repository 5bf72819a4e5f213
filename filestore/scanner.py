"""The scanner for malicious software: clamd, asked over its own protocol (INSTREAM), on this machine or another."""

import socket
import struct
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from core.left_alone import Server

SECONDS: Final = 60.0
"""So long the scanner is waited for at each step; a job has three minutes."""
_PIECE: Final = 1 << 18
_MOST_SAID: Final = 4096


class Away(OSError):  # noqa: N818 - it names what happened
    """The scanner is not there, or not able to look: the file is looked through later, and has not been tried."""

    untried = True


@dataclass(frozen=True)
class Scanner:
    """Where it listens."""

    address: str
    """tcp://host:3310, or unix:///path."""
    server: Server

    def look_through(self, stream: BinaryIO) -> str:
        """What it calls the malicious software in these bytes; nothing where it found none. Raises Away."""
        with self.server.asked():
            try:
                said = self._asked(stream)
            except OSError as error:
                message = f"the scanner does not answer: {type(error).__name__}"
                raise Away(message) from error
            if said == "stream: OK":
                return ""
            if said.startswith("stream: ") and said.endswith(" FOUND"):
                return said.removeprefix("stream: ").removesuffix(" FOUND")
            message = f"the scanner could not look through it: {said[:200]}"
            raise Away(message)

    def _asked(self, stream: BinaryIO) -> str:
        with closing(self._connected()) as line:
            line.sendall(b"zINSTREAM\0")
            try:
                while piece := stream.read(_PIECE):
                    line.sendall(struct.pack("!L", len(piece)) + piece)
                line.sendall(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it takes no more of it, and says why
            said = b""
            while not said.endswith(b"\0") and len(said) < _MOST_SAID and (more := line.recv(_MOST_SAID)):
                said += more
        return said.rstrip(b"\0").decode("utf-8", "replace")

    def _connected(self) -> socket.socket:
        at = urlsplit(self.address)
        if at.scheme == "unix":
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(SECONDS)
            line.connect(at.path)
            return line
        return socket.create_connection((at.hostname or "", at.port or 3310), timeout=SECONDS)
