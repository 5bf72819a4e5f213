"""Bulletins kept for many readers: the same answer without new work, and never one that holds no longer."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import clock, kept_pages
from core.actors import SYSTEM
from core.db import transaction
from core.machine import Ask
from core.squeeze import LEAST
from publishing.wiring import FILTERS, KEPT
from registry.models_settings import Setting
from sanctions import bulletins
from sanctions.models_publications import Publication
from sanctions.states import PUBLICATION
from tests.conftest import NOW
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _published

__all__ = ["house", "today"]
QUESTION = "SELECT zilu_public_version()"


class Counted:
    """The application, and how often it was asked."""

    def __init__(self, app: Flask) -> None:
        self.inner, self.times = app.wsgi_app, 0

    def __call__(self, environ: Any, start: Any) -> Any:
        self.times += 1
        return self.inner(environ, start)


@pytest.fixture
def counted(house: House) -> Iterator[Counted]:
    """Pages are kept, and whoever looks sees how often one was made."""
    app: Any = house.app
    before = app.wsgi_app
    asked = Counted(app)
    app.wsgi_app = asked
    app.config["KEEP_PAGES"] = True
    kept_pages.keep(app, question=QUESTION, paths=KEPT, names=FILTERS)
    house.fill(_published)
    yield asked
    app.wsgi_app._version._hang_up()
    app.wsgi_app = before
    del app.config["KEEP_PAGES"]


def _anybody(house: House) -> FlaskClient:
    return house.app.test_client()


def _act(house: House, event: str, **facts: object) -> None:
    def act(at: Session) -> None:
        later = NOW + timedelta(days=4 * 365) if event.endswith("expired") else clock.now()
        PUBLICATION.carry_out(Ask(at, at.scalars(select(Publication)).one(), SYSTEM, facts, later), event)

    house.read(act)


def test_a_page_is_made_once_for_each_language_and_look(house: House, counted: Counted) -> None:
    places = ("/bulletins", f"/bulletins/{house.slug}", "/bulletins.atom", "/bulletins.json?kind=FIRM", "/sitemap.xml")
    for place in places:
        first = _anybody(house).get(place)
        made = counted.times
        again = _anybody(house).get(place)
        had = _anybody(house).get(place, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.data, had.status_code, had.data) == (first.data, 304, b""), place
        assert counted.times == made, place
        assert "Set-Cookie" not in first.headers, place
        assert "Content-Security-Policy" in again.headers
        squeezed = _anybody(house).get(place, headers={"Accept-Encoding": "gzip"})
        assert (squeezed.headers.get("Content-Encoding") == "gzip") == (len(first.data) >= LEAST), place
        assert _anybody(house).head(place).data == b""
        for refused in ("gzip; q=0", "identity, gzip;q=0"):
            assert "Content-Encoding" not in _anybody(house).get(place, headers={"Accept-Encoding": refused}).headers
    english, dark = _anybody(house), _anybody(house)
    english.set_cookie("lang", "en")
    dark.set_cookie("theme", "dark")
    made = counted.times
    pages = {browser.get("/bulletins").text for browser in (_anybody(house), english, dark) for _turn in range(2)}
    assert (len(pages), counted.times) == (3, made + 2)
    chosen = [_anybody(house).get("/bulletins?lang=en") for _turn in range(2)]
    assert [each.headers["Set-Cookie"].partition(";")[0] for each in chosen] == ["lang=en"] * 2
    assert counted.times == made + 3
    _not_kept(house, counted)


def test_a_reader_never_gets_the_page_of_another_browsers_language(house: House, counted: Counted) -> None:
    asked = ("en-GB,en;q=0.8", "zh-CN,zh;q=0.9", "", "fr")
    made = counted.times
    said = [_anybody(house).get("/bulletins", headers={"Accept-Language": each}).text for each in asked]
    assert ['<html lang="en"' in each for each in said] == [True, False, False, False]
    assert len(set(said)) == 2
    assert counted.times == made + 2, "those who read the same language share a page"
    unknown = _anybody(house)
    unknown.set_cookie("lang", "xx")
    assert unknown.get("/bulletins", headers={"Accept-Language": "en"}).text == said[0]


def test_no_cookie_beside_the_session_makes_a_page_of_one_person_everybodys(house: House, counted: Counted) -> None:
    person = house.enter("head").client
    (session,) = [each for each in person._cookies.values() if each.key == house.app.config["SESSION_COOKIE_NAME"]]  # type: ignore[union-attr]
    for strange in ('consent={"all": true}', "a=b c", "[x]", "你=1".encode().decode("latin1"), "a@b=1"):
        said = f"{strange}; {session.key}={session.value}"
        browser = house.app.test_client(use_cookies=False)
        for _turn in range(2):
            made = counted.times
            browser.get("/bulletins", headers={"Cookie": said})
            assert counted.times > made, strange
    both = house.app.test_client(use_cookies=False)
    assert '<html lang="en"' in both.get("/bulletins?kind=FIRM", headers={"Cookie": "lang=en; lang=zh"}).text
    assert '<html lang="zh-CN"' in _anybody(house).get("/bulletins?kind=FIRM").text


def test_what_a_browser_says_besides_is_in_no_page_of_others(house: House, counted: Counted) -> None:
    odd = {"Referer": "http://localhost/track/x", "HX-Request": "true", "X-Draft": "1", "Cookie": "theme=purple"}
    first = house.app.test_client(use_cookies=False).get("/bulletins", headers=odd)
    made = counted.times
    assert _anybody(house).get("/bulletins").data == first.data
    assert counted.times == made


def _not_kept(house: House, counted: Counted) -> None:
    """Sessions and searches; nor is anything where the database does not say what is shown now."""
    person, made = house.enter("head").client, counted.times
    for _turn in range(2):
        person.get("/bulletins")
        _anybody(house).get("/bulletins?text=青屿")
        _anybody(house).get("/bulletins?other=1")
        _anybody(house).post("/bulletins")
    assert counted.times == made + 8
    kept: Any = house.app.wsgi_app
    kept._version, before = kept_pages.Version("postgresql://nobody@127.0.0.1:1/none", QUESTION), kept._version
    _anybody(house).get("/bulletins")
    assert counted.times == made + 9
    kept._version = before


def test_what_is_changed_or_withdrawn_is_never_given_out_as_it_was(house: House, counted: Counted) -> None:
    def said() -> str:
        return str(house.read(lambda at: at.scalar(text(QUESTION))))

    before = said()
    house.read(lambda at: at.execute(text("UPDATE party SET name_en = 'X' WHERE name_en <> 'X'")))
    named = said()
    house.read(lambda at: setattr(at.scalars(select(Setting).limit(1)).one(), "basis", "2026-11"))
    assert len({before, named, said()}) == 3
    place = f"/bulletins/{house.slug}"
    tag = _anybody(house).get(place).headers["ETag"]
    assert house.slug in _anybody(house).get("/bulletins").text
    with house.app.app_context(), suppress(ZeroDivisionError), transaction() as at:
        at.execute(text("UPDATE publication SET version = version + 1"))
        raise ZeroDivisionError
    _anybody(house).get("/bulletins")
    assert counted.times == 2  # what was not committed has changed nothing
    _act(house, "withdraw", reason="决定已被撤销")
    after = _anybody(house).get(place, headers={"If-None-Match": tag})
    assert (after.status_code, "涉嫌违规事项" in after.text) == (410, False)
    assert "已撤回" in _anybody(house).get("/bulletins").text
    assert "#withdrawn" in _anybody(house).get("/bulletins.atom").text
    assert counted.times == 5
    house.read(lambda at: bulletins.end_withdrawal(at, at.scalars(select(Publication)).one(), NOW + timedelta(days=60)))
    gone = _anybody(house).get(place)
    assert (gone.status_code, "已被撤回" in gone.text, "展示期限" in gone.text) == (410, True, False)


def test_a_former_name_that_is_entered_or_dropped_shows_at_once(house: House, counted: Counted) -> None:
    def after(change: str) -> str:
        house.read(lambda at: at.execute(text(change)))
        return str(house.read(lambda at: at.scalar(text(QUESTION))))

    entered = "INSERT INTO party_alias (party_id, kind, value, folded) SELECT min(id), '{}', '旧名', '旧名' FROM party"
    before = after("SELECT 1")
    assert after(entered.format("APP")) == before, "an app's name stands on no page that is kept"
    former = after(entered.format("FORMER"))
    assert len({before, former, after("DELETE FROM party_alias WHERE kind = 'FORMER'")}) == 3


def test_expiry_shows_at_once(house: House, counted: Counted) -> None:
    place = f"/bulletins/{house.slug}"
    assert [_anybody(house).get(place).status_code for _turn in range(2)] == [200, 200]
    _act(house, "K36_expired")
    assert _anybody(house).get(place).status_code == 410
    assert counted.times == 2
