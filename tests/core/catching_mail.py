"""A mail server for tests: speaks enough SMTP to take a message, or to refuse it with a given reply."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


@dataclass
class Caught:
    """Where it listens, what came in, and the reply it gives to a recipient."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    """The same messages as they came."""
    recipients: list[str] = field(default_factory=list)
    reply: str = "250 taken"
    leave: str = "221 bye"
    """What it says when it is left."""


@contextmanager
def mail_server() -> Iterator[Caught]:
    """Listen on a free port until the block ends."""
    caught = Caught()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

        def handle(self) -> None:
            self.say("220 catcher")
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ", 1)[0].upper()
                if word == "RCPT":
                    caught.recipients.append(line)
                    self.say(caught.reply)
                elif word == "DATA":
                    self.say("354 go on")
                    caught.messages.append(self.message())
                    self.say("250 taken")
                elif word == "QUIT":
                    self.say(caught.leave)
                    return
                else:
                    self.say("250 fine")

        def message(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            caught.raw.append(b"".join(lines))
            return cast("EmailMessage", message_from_bytes(b"".join(lines), policy=policy.default))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        caught.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield caught
        server.shutdown()
