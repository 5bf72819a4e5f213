"""The web's processes are copies of one that has made the application: it hands on nothing that two may not share."""

import gc
import logging
import runpy
import socket
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create

from core.settings import ROOT, Misconfigured
from tests.conftest import DATABASE, PATIENT, _owner
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


def test_a_web_process_serves_nothing_as_a_role_that_row_level_security_does_not_bind(app: Flask) -> None:
    begun, often = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"], gc.get_threshold()
    try:
        begun(SimpleNamespace(wsgi=app))
        with pytest.raises(Misconfigured):
            begun(SimpleNamespace(wsgi=create_app(SQLALCHEMY_DATABASE_URI=_owner(DATABASE), **PATIENT)))
        away = _owner(DATABASE).replace(DATABASE, "no_such_database")
        waits = SimpleNamespace(wsgi=create_app(SQLALCHEMY_DATABASE_URI=away, **PATIENT), log=logging.getLogger())
        fresh = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
        fresh["post_worker_init"](waits)
        waits.wsgi = app
        fresh["pre_request"](waits, SimpleNamespace())
        assert fresh["_answered"] == [True], "it is asked once the database is back"
    finally:
        gc.set_threshold(*often)


def test_a_stranger_says_nowhere_under_which_address_the_site_begins() -> None:
    """Through a proxy on this machine, which gunicorn believes: some hand on whatever header a browser sends."""
    told, ours = Config(), runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    for name in ours.keys() & told.settings.keys():
        told.set(name, ours[name])
    sent = b"GET //evil.example/bulletins HTTP/1.1\r\nHost: zilu\r\nSCRIPT_NAME: //evil.example\r\n\r\n"
    proxy = ("127.0.0.1", 40_000)
    asked = next(RequestParser(told, iter([sent]), proxy))
    _answer, environ = create(asked, socket.socket(), proxy, ("127.0.0.1", 8000), told)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("", "//evil.example/bulletins")
