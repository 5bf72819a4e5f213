"""No process serves a database that is not the one its keys and its code were made for."""

import runpy
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from admin import starting
from core import crypto
from core.settings import ROOT, Misconfigured
from tests.admin.office import Office
from tests.conftest import DATABASE, OWNER, _owner


@pytest.fixture
def use_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other keys than those by which an account was written, until the test ends."""
    Office(app, "system_admin")
    monkeypatch.setattr(crypto, "_keys", crypto._Keys())
    settings = app.extensions["zilu"]

    def use(**other: object) -> None:
        said = {"fields": settings.field_keys, "hashing": settings.hash_key} | other
        crypto.use_keys(**said)

    return use


def test_a_process_with_its_own_keys_starts(app: Flask, use_keys: Callable[..., None]) -> None:
    use_keys()
    starting.check(app)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"hashing": b"another"}, "ZILU_HASH_KEY"),
        ({"fields": {"1": b"k" * 32}}, "ZILU_KEY_FILE holds another key"),
        ({"fields": {"2": b"k" * 32}}, "ZILU_KEY_FILE lacks key '1'"),
    ],
)
def test_neither_web_nor_worker_nor_clock_starts_with_lost_keys_and_nobody_goes_on_after_a_restore(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    use_keys: Callable[..., None],
    other: dict[str, object],
    named: str,
) -> None:
    use_keys(**other)
    web = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"]
    with pytest.raises(Misconfigured, match=named):
        web(SimpleNamespace(wsgi=app))
    for words in (["worker", "--burst"], ["clock", "--once"]):
        ended = app.test_cli_runner().invoke(args=words)
        assert (ended.exit_code, named in str(ended.exception)) == (1, True)
    monkeypatch.setenv(OWNER, _owner(DATABASE))
    for words in (["restored"], ["first-admin", "new@lanwan.example"]):
        refused = app.test_cli_runner().invoke(args=words)
        assert (refused.exit_code, named in refused.stderr) == (1, True)
