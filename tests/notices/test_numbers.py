"""The register of numbers: no gap, each number in its place, void ones as void with their reason."""

import html
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from core import keyset
from core.clock import day_of
from core.db import Reader, attempt, read_as, transaction
from core.db import session as current
from core.errors import NotNow, Refused
from figures import asking, queries
from notices import erasing, numbers, queries_numbers, serving
from notices.models import Document, SeriesCounter
from notices.states import ENDED
from printing import fonts
from printing.seal import NoSeal
from registry.models_accounts import Account, AccountRole, Audience
from registry.models_settings import Setting
from tests.builders import Desk, account, rendered
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.signed_in import signed_in

LAST_SECOND = datetime.fromisoformat("2026-12-31T23:59:59+08:00")
MIDNIGHT = datetime.fromisoformat("2027-01-01T00:00:00+08:00")


def letters(desk: Desk) -> list[Document]:
    """Three acknowledgements, the second declared void."""
    for number in range(3):
        desk.received(contact=f"1390000000{number}")
    found = desk.session.query(Document).filter(Document.kind == "D01").order_by(Document.serial).all()
    service = rendered(desk.session, found[1], desk.now)[0]
    serving.step(desk.session, service.id, "void", actor=desk.head, now=desk.now, reason="收件信息录入有误")
    return found


def test_the_register_shows_every_number_in_its_place_and_void_ones_with_their_reason(session: Session) -> None:
    found = letters(Desk(session, NOW))
    page = queries_numbers.page(session, "受", 2026, last=3)
    assert [(each.serial, each.state) for each in page] == [(3, "IN_THE_MAKING"), (2, "VOID"), (1, "IN_THE_MAKING")]
    assert (page[1].number, page[1].void_reason, page[1].void_on) == (found[1].number, "收件信息录入有误", day_of(NOW))
    assert [each.serial for each in queries_numbers.void(session, "受", 2026)[0]] == [2]


def test_a_number_whose_text_was_erased_is_none_whose_paper_is_still_being_made(session: Session) -> None:
    found = letters(Desk(session, NOW))
    erasing.emptied(session, found[1:], NOW)
    page = queries_numbers.page(session, "受", 2026, last=3)
    assert [each.state for each in page] == ["ERASED", "VOID", "IN_THE_MAKING"]


def test_void_numbers_come_page_by_page(app: Flask, people: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context(), transaction() as at:
        for each in at.query(Document).filter(Document.kind == "D01"):
            each.void_at, each.void_reason = NOW, f"作废{each.serial}" if each.serial > 1 else ENDED
    monkeypatch.setattr(keyset, "SIZE", 2)
    client = signed_in(app, people["staff"])
    first = client.get("/staff/numbers/2026/受?void=1").text
    assert [f"作废{each}" in first for each in (3, 2)] == [True, True]
    onward = re.search(r'href="(/staff/numbers/[^"]*after=\d+[^"]*)"', first)
    assert onward is not None
    second = client.get(html.unescape(onward[1])).text
    assert [f"作废{each}" in second for each in (3, 2)] == [False, False]
    assert "ended or changed before it was served" in second, "nobody gave a reason for what became void by itself"


def test_a_void_number_is_given_to_nothing_else(session: Session) -> None:
    desk = Desk(session, NOW)
    letters(desk)
    desk.received(contact="13900000009")
    assert [each.serial for each in queries_numbers.page(session, "受", 2026, last=4)] == [4, 3, 2, 1]
    assert session.query(Document).filter(Document.serial == 2, Document.kind == "D01").count() == 1


def refused_unnumbered(desk: Desk, refusal: type[Refused], status: int = 503) -> None:
    """A letter is refused with this, and no counter has moved."""
    counted = select(SeriesCounter.series, SeriesCounter.last).order_by(SeriesCounter.series)
    documents = select(func.count()).select_from(Document)
    before = desk.session.execute(counted).all(), desk.session.scalar(documents)
    with pytest.raises(refusal) as why, attempt(desk.session):
        desk.received(contact="13900000009")
    assert why.value.status == status
    assert (desk.session.execute(counted).all(), desk.session.scalar(documents)) == before


@pytest.mark.parametrize("name", [fonts.FETCHED[0], fonts.INSTALLED[0], fonts.INSTALLED[-1]])
def test_a_font_that_goes_while_the_process_runs_stops_the_issue_before_a_number_is_given(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    desk = Desk(session, NOW)
    for each in (*fonts.FETCHED, *fonts.INSTALLED):
        (tmp_path / each).symlink_to(fonts.installed(each) or fonts.folder() / each)
    monkeypatch.setenv("ZILU_FONTS", str(tmp_path))
    monkeypatch.setattr(fonts, "_SYSTEM", ())
    monkeypatch.setattr(fonts, "_found", {})
    letters(desk)
    (tmp_path / name).unlink()
    refused_unnumbered(desk, fonts.FontsMissing)


def test_a_seal_without_a_text_stops_the_issue_before_a_number_is_given(session: Session) -> None:
    desk = Desk(session, NOW)
    letters(desk)
    session.execute(update(Setting).where(Setting.key == "ASSOCIATION.seal_text").values(value=" "))
    session.expire_all()
    refused_unnumbered(desk, NoSeal)


def test_a_character_of_the_head_that_no_font_has_stops_the_issue_before_a_number_is_given(session: Session) -> None:
    desk = Desk(session, NOW)
    letters(desk)
    session.execute(update(Setting).where(Setting.key == "ASSOCIATION.address").values(value="\U00031350路18号"))
    session.expire_all()
    refused_unnumbered(desk, NotNow, 409)


def test_the_year_of_numbers_changes_at_midnight_in_shanghai(session: Session) -> None:
    for at in (LAST_SECOND, MIDNIGHT):
        Desk(session, at).received(contact="13900000001" if at is MIDNIGHT else "13900000002")
    first, second = session.query(Document).filter(Document.kind == "D01").order_by(Document.id).all()
    assert (first.year, first.serial, str(first.issued_on)) == (2026, 1, "2026-12-31")
    assert (second.year, second.serial, str(second.issued_on)) == (2027, 1, "2027-01-01")
    assert "〔2027〕1号" in str(second.number)
    assert [(name, year) for name, year, _last in queries_numbers.series(session)] == [("受", 2027), ("受", 2026)]


def test_a_clock_that_steps_back_over_midnight_doubles_no_number_and_makes_nothing_younger_than_today(
    app: Flask,
) -> None:
    back = MIDNIGHT - timedelta(minutes=30)
    with app.app_context(), transaction() as at:
        for step, when in enumerate((LAST_SECOND, MIDNIGHT, back, MIDNIGHT)):
            desk = Desk(at, when)
            complaint = desk.received(contact=f"1390000000{step}")
            if when is MIDNIGHT:
                early, head = complaint.ref, desk.head.id or 0
        given = select(Document.year, Document.serial).where(Document.kind == "D01").order_by(Document.id)
        assert [tuple(each) for each in at.execute(given)] == [(2026, 1), (2027, 1), (2026, 2), (2027, 2)]
    with time_machine.travel(back):
        client = signed_in(app, head)
        with app.app_context(), transaction() as at:
            counted = queries.ages(at, queries.Chosen(back.date(), back.date()), back)
        behind = {"view": "open", **asking._aged(*queries.BANDS["0-7"])}
        shown = [client.get(f"/staff?{urlencode(behind)}").text, client.get(f"/staff/complaints/{early}").text]
    assert counted == {"0-7": 4}
    assert all(early in each for each in shown)
    assert not any(re.search(r"(?<![\w/.-])[-−]\d", re.sub(r"<[^>]*>", " ", each)) for each in shown)


def test_a_number_of_a_matter_that_the_reader_is_kept_out_of_is_no_gap(session: Session) -> None:
    numbers.give(session, "函", 2026)
    (only,) = queries_numbers.page(session, "函", 2026, last=1)
    assert (only.serial, only.state, only.kind) == (1, "HIDDEN", "")


def test_administrators_see_numbers_and_nothing_else_of_a_document(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            letters(Desk(at, NOW))
        reading = current()
        read_as(reading, Reader("zilu_admin"))
        assert [each.state for each in queries_numbers.page(reading, "受", 2026, last=3)][1] == "VOID"
        with pytest.raises(ProgrammingError, match="permission denied"):
            reading.execute(text("SELECT paper, party_id FROM document"))
        reading.rollback()


@pytest.fixture
@brought_once
def people(app: Flask) -> dict[str, int]:
    with app.app_context(), transaction() as at:
        letters(Desk(at, NOW))
        clerk = account(at, "经办人", "officer")
        admin = account(at, "管理员")
        at.execute(update(Account).where(Account.id == admin.id).values(audience=Audience.ADMIN))
        at.add(AccountRole(account_id=admin.id, role="system_admin"))
        return {"staff": clerk.id, "admin": admin.id}


@pytest.mark.parametrize("area", ["staff", "admin"])
def test_staff_and_administrators_read_the_register(app: Flask, people: dict[str, int], area: str) -> None:
    client = signed_in(app, people[area])
    assert "受〔2026〕" in client.get(f"/{area}/numbers/").text
    page = client.get(f"/{area}/numbers/2026/受").text
    assert "收件信息录入有误" in page
    assert ("/staff/notices/" in page) is (area == "staff")
    assert "收件信息录入有误" in client.get(f"/{area}/numbers/2026/受?void=1").text
    assert client.get(f"/{area}/numbers/2025/受").status_code == 404
    other = "admin" if area == "staff" else "staff"
    assert client.get(f"/{other}/numbers/").status_code in {302, 403, 404}
