"""A gateway for text messages in tests: takes what is posted to it over HTTP, or answers with a given status."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

KEY = "a key between two machines"


@dataclass
class Caught:
    """The file that describes it, what came in, and the status it answers with."""

    file: Path
    messages: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 200

    @property
    def words(self) -> list[str]:
        """What was written, in the order it came."""
        return [each["params"]["words"] for each in self.messages]


@contextmanager
def gateway(folder: Path) -> Iterator[Caught]:
    """Listen on a free port until the block ends; whoever has another key gets 401."""
    caught = Caught(folder / "texts.json")

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            right = self.headers["Authorization"] == f"Bearer {KEY}"
            if right:
                caught.messages.append(body)
                caught.headers.append(dict(self.headers))
            self.send_response(caught.status if right else 401)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_given: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    Thread(target=server.serve_forever, daemon=True).start()
    (folder / "texts.key").write_text(f"{KEY}\n")
    said = {
        "url": f"http://127.0.0.1:{server.server_port}/messages",
        "secret": "texts.key",
        "sign": {"zh": "蓝湾协会", "en": "Lanwan"},
        "templates": {"news": "N-1", "code": "C-1"},
    }
    caught.file.write_text(json.dumps(said))
    try:
        yield caught
    finally:
        server.shutdown()
        server.server_close()
