"""The web's processes are copies of one that has made the application: it hands on nothing that two may not share."""

import threading
from pathlib import Path

from flask import Flask

from wsgi import create_app


def _sockets() -> set[str]:
    links = (each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink())
    return {str(each) for each in links if str(each).startswith("socket:")}


def test_an_application_that_was_made_holds_no_connection_and_runs_no_thread(whole_app: Flask) -> None:
    assert whole_app.testing  # catalogues and assets are made by now
    sockets, threads = _sockets(), threading.active_count()
    made = create_app()
    assert made.url_map is not whole_app.url_map
    assert _sockets() <= sockets
    assert threading.active_count() <= threads
