"""A page asks Valkey once, with little patience, and goes on without it."""

import socket
from threading import Thread

import pytest
from flask import Flask
from redis.exceptions import ConnectionError as Away

from core import valkey


def test_a_page_asks_once_and_hangs_on_nobody_who_does_not_answer() -> None:
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    talk, _whom = server.accept()
                except OSError:
                    return
                asked.append("asked")
                talk.close()

        Thread(target=hang_up, daemon=True).start()
        waiting = valkey.connected(Flask("page"), f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        with pytest.raises(Away):
            waiting.ping()
        server.shutdown(socket.SHUT_RDWR)
    assert len(asked) == 1
    told = waiting.connection_pool.connection_kwargs
    assert max(told["socket_timeout"], told["socket_connect_timeout"]) <= 0.2
