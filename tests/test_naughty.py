"""Whatever is typed is kept or refused in words: no form breaks on it, and nothing is kept that could not be read."""

import importlib
import pkgutil
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from flask import Flask, g
from sqlalchemy import bindparam, select
from werkzeug.datastructures import MultiDict

from admin.forms_wordings import WordingForm
from core.actors import NOBODY
from core.characters import wrong
from core.db import transaction
from core.fields import Text
from core.fields_typed import MANY, Whole
from core.forms import Form
from desk.forms_rows import RowForm, with_rows
from tests.casework.house import House, house, received, today
from tests.rooms import ROOMS

SCRIPT = "<script>alert(1)</script>\"'&"
LONG = "长" * 9000
NAUGHTY = (
    "电话\x07响",
    "\x00",
    "一\x00二",
    "abc\u202etxt.exe",
    "\ud800",
    "\ue001",
    "\ufffe\U000e0fff",
    "𬭎𠮷",
    "Z" + "\u0301\u0323" * 60,
    "👨\u200d👩\u200d👧🏽\ufe0f",
    SCRIPT,
    "{{7*7}}{% raw %}${7*7}",
    "%s %(name)s {0} {name} %",
    "'; DROP TABLE complaint; --",
    " \t\u3000\u00a0\r\n\u2028 ",
    "１２３４５６７８９０",
    "²",
    "٣०Ⅷ",
    "null",
    "0",
    "-1",
    "NaN",
    "1e999",
    "9" * 400,
    LONG,
    '=HYPERLINK("http://x")\t@SUM',
    "../../etc/passwd\\..\\x",
    "(a+)+$[",
    "a@b.c\r\nBcc: x@y.z",
    "0001-01-01 00:00",
    "0001-01-01",
    "9999-12-31",
)
__all__ = ["house", "received", "today"]
LEAST = 250
"""So many forms there are, at least."""


def _below(form: type[Form]) -> Iterator[type[Form]]:
    for each in form.__subclasses__():
        yield each
        yield from _below(each)


def _forms() -> list[type[Form]]:
    """Every form of every room."""
    for room in ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__, f"{room}."):
            importlib.import_module(module.name)
    return [each for each in dict.fromkeys(_below(Form)) if each.__module__.partition(".")[0] in ROOMS]


def _made(form: type[Form], sent: MultiDict[str, str]) -> Form:
    return _sent(form, formdata=sent)


def _sent(form: type[Form], **said: MultiDict[str, str]) -> Form:
    """A form with what it was given, else with what the request brings."""
    made: Form = (with_rows(form) if issubclass(form, RowForm) else form)(**said)
    return made.of("D20", "zh") if isinstance(made, WordingForm) else made


def _kept_of(form: type[Form], word: str, names: list[str]) -> Iterator[str]:
    """What a form takes of a word in all its fields; whatever it does not take it refuses in words."""
    filled = _made(form, MultiDict((name, word) for name in names))
    filled.validate_on_submit()
    for field in filled:
        where = (form.__qualname__, field.name, word[:20])
        assert all(str(said).encode() for said in field.errors), where
        if field.errors or not getattr(filled, "is_read", lambda _name: True)(field.name):
            continue  # what is not read goes nowhere
        if isinstance(field, Text):
            data = field.data or ""
            assert wrong(data, private=field.private) is None, where
            assert len(data) <= field.most, where
            yield data
        if isinstance(field, Whole):
            assert field.data is None or abs(field.data) <= MANY, where
        if word is SCRIPT:
            assert SCRIPT not in str(field()), where


def test_every_form_keeps_what_it_can_and_says_what_it_cannot(app: Flask) -> None:
    every, kept = _forms(), set[str]()
    for form in every:
        with app.test_request_context("/", method="POST"):
            g.me = NOBODY
            names = [field.name for field in _made(form, MultiDict())]
            for word in NAUGHTY:
                kept.update(_kept_of(form, word, names))
    assert len(every) > LEAST
    assert {"𬭎𠮷", "null", "0", SCRIPT} <= kept
    with app.app_context(), transaction() as at:
        asked = [bindparam(f"word{place}", word) for place, word in enumerate(sorted(kept))]
        assert list(at.execute(select(*asked)).one()) == sorted(kept), "the database gives back what was kept"


def test_no_form_breaks_on_what_no_page_sends(app: Flask) -> None:
    for form in _forms():
        with app.test_request_context("/", method="POST"):
            g.me = NOBODY
            names = [field.name for field in _made(form, MultiDict())]
        files = {name: (BytesIO(b"x"), "a.pdf") for name in names}
        for sent in ({"data": files}, {"json": dict.fromkeys(names, 5)}, {"json": [5]}):
            with app.test_request_context("/", method="POST", **sent):
                g.me = NOBODY
                _sent(form).validate_on_submit()


def test_what_was_typed_stands_on_pages_as_it_was_typed(received: House) -> None:
    """A note is written, the search and the queue are asked: fields, keys of forms and addresses alike."""
    intake, at = received.enter("intake").client, f"/staff/complaints/{received.made['ref']}"
    words = [word for word in NAUGHTY if "\ud800" not in word]  # no browser can send that one
    for place, word in enumerate([*words, "长" * 10**6]):
        sent = {"note-text": word, "note-key": f"{place}{word[:40]}"}
        assert intake.post(f"{at}/notes", data=sent).status_code in {303, 413, 422}, word[:20]
        if word.isprintable() and not word[0].isdigit():
            continue
        found = intake.get("/staff/search", query_string={"q": word[:200], "since": word[:40]})
        assert found.status_code in {200, 422}, word[:20]
        asked = {"view": "open", "text": word[:200], "since": word[:40], "until": word[:40], "after": word[:40]}
        assert intake.get("/staff", query_string=asked).status_code in {200, 302, 404}, word[:20]
    page = intake.get(at).text
    assert SCRIPT not in page
    for word in (SCRIPT, "{{7*7}}{% raw %}${7*7}", "'; DROP TABLE complaint; --", "%s %(name)s {0} {name} %", "𬭎𠮷"):
        assert unescape(page).count(word), word
