"""The web's processes are copies of one that has made the application: it hands on nothing that two may not share."""

import gc
import logging
import os
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

from admin import rounds_kept
from core.settings import ROOT, Misconfigured
from tests.conftest import DATABASE, PATIENT, _application, _owner
from tests.revision import brought_up_to_date
from tests.site import Site
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


def test_a_web_process_answers_that_it_comes_back_and_ends_once_the_database_is_that_of_other_code(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, often, ended = runpy.run_path(str(ROOT / "gunicorn.conf.py")), gc.get_threshold(), list[int]()
    worker, (near, far) = SimpleNamespace(wsgi=app, log=logging.getLogger()), socket.socketpair()
    monkeypatch.setattr(os, "kill", lambda number, _sign: ended.append(number))
    try:
        web["post_worker_init"](worker)
        with brought_up_to_date() as updates:
            updates()
            web["_looked"][:] = [0.0]
            with pytest.raises(Misconfigured, match="has revision next") as wrong:
                web["pre_request"](worker, SimpleNamespace())
        monkeypatch.setattr(rounds_kept, "is_of_another_time", lambda _at, _now: True)
        with pytest.raises(Misconfigured, match="is not the database's: set it right"):
            web["pre_request"](worker, SimpleNamespace())
    finally:
        gc.set_threshold(*often)
        web["worker_exit"](None, worker)
    worker.handle_error(None, near, None, wrong.value)
    near.close()
    answer = b"".join(iter(lambda: far.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 503 Service Unavailable\r\n")
    assert ("\r\nRetry-After: 30\r\n" in answer, ended) == (True, [os.getppid()] * 2)
    assert all(words in answer for words in ("系统暂时无法访问", "We&#39;ll be back in a moment"))


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


def test_the_log_of_the_web_has_of_a_fault_its_place_and_of_a_wrong_setting_its_sentence() -> None:
    kept: list[str] = []
    log = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["logger_class"](Config())
    log.error_log.addHandler(handler := logging.Handler())
    handler.emit = lambda record: kept.append(record.getMessage())  # type: ignore[method-assign]
    try:
        for fault in (ValueError("13800138000"), Misconfigured("ZILU_DATA is no folder.")):
            try:
                raise fault
            except (ValueError, Misconfigured):
                log.exception("Error handling request %s", "/track?code=13800138000")
    finally:
        log.error_log.removeHandler(handler)
    assert "13800138000" not in "".join(kept)
    assert ("ValueError" in kept[0], "ZILU_DATA is no folder." in kept[1]) == (True, True)


PLAIN = b"POST /sign-in HTTP/1.1\r\nHost: zilu\r\nAccept-Language: en\r\nTransfer-Encoding: chunked\r\n"
TYPED = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
SECRET = b"13800138000"


def _said(site: Site, *sent: bytes) -> str:
    """All that the server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as asked:
        asked.sendall(b"".join(sent))
        asked.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: asked.recv(65536), b"")).decode()


@pytest.mark.usefixtures("app")
def test_what_is_no_request_is_told_so_and_nobody_keeps_what_stood_in_it() -> None:
    site = Site(_application(DATABASE))
    try:
        site.start("valkey", "web")
        for wrong in (b"z\r\n" + SECRET, SECRET + b"z\r\n", b"5\r\nhello" + SECRET, b"5;=" + SECRET + b"\r\nhello\r\n"):
            answer = _said(site, PLAIN, TYPED, wrong)
            assert answer.startswith("HTTP/1.1 400 "), answer[:200]
            assert "This request could not be understood" in answer
        for status, sent in (
            (400, b"GET / HTTP/1.1\r\nHost: zilu\r\nphone " + SECRET + b": x\r\n\r\n"),
            (400, SECRET + b"\r\n\r\n"),
            (414, b"GET /bulletins?q=" + SECRET * 1000 + b" HTTP/1.1\r\nHost: zilu\r\n\r\n"),
            (431, b"GET / HTTP/1.1\r\nHost: zilu\r\nCookie: a=" + SECRET * 5000 + b"\r\n\r\n"),
            (501, b"POST / HTTP/1.1\r\nHost: zilu\r\nTransfer-Encoding: " + SECRET + b"\r\n\r\n"),
        ):
            answer = _said(site, sent)
            assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]
            assert ("返回首页" in answer, "To the start page" in answer) == (True, True)
            assert SECRET.decode() not in answer
        long = _said(
            site, b"GET /bulletins?q=" + b"%E5%82%AC" * 800 + b" HTTP/1.1\r\nHost: zilu\r\nConnection: close\r\n\r\n"
        )
        assert long.startswith("HTTP/1.1 200 "), "eight hundred Chinese characters are an address"
        log = (site.folder / "web.log").read_text("utf-8", "replace")
        assert (SECRET.decode() in log, "No request: InvalidHeaderName" in log) == (False, True)
    finally:
        site.stop()
