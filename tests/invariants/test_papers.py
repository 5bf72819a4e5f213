"""Tries to number twice, to change what was issued, to serve what is not final or was served, and to issue a half."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import triage
from core.db import transaction
from core.machine import Ask
from notices import making, serving
from notices.forms import STEPS
from notices.models import Document, Dossier, Service
from notices.states import SERVICE
from tests.builders import MASKED, Desk, rendered
from tests.conftest import NOW
from tests.invariants.house import House, all_refused, database_refuses, house

__all__ = ["house"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def _papers(at: Session) -> list[tuple[object, ...]]:
    return [
        (each.id, each.number, each.paper_sha256, each.issued_at)
        for each in at.scalars(select(Document).order_by(Document.id))
    ]


def _house(house: House) -> None:
    """A forwarding whose letter was issued and is not rendered."""
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        forwarding = desk.accepted().forwardings[0]
        letter = at.scalars(select(Document).where(Document.kind == "D05b")).one()
        house.people |= {name: getattr(desk, name).id for name in ("intake", "officer", "head", "lead", "firm_lead")}
        house.numbers |= {"number": letter.id, "forwarding": forwarding.id, "ref": forwarding.complaint.ref}


# --- I-07 ---


@pytest.mark.invariant("I-07", "verb")
def test_a_refused_move_leaves_no_gap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I-07: the second document of a move fails; the next one gets the number that follows."""
    complaint = desk.received()
    made, real = [], making.BUILDERS["forwarding", "D05b"]

    def fails(ask: Ask) -> Iterator[making.Draft]:
        made.append(1)
        message = "no font"
        raise ConnectionError(message)
        yield from real(ask)

    monkeypatch.setitem(making.BUILDERS, ("forwarding", "D05b"), fails)
    said = {"respondents": [desk.lender.id], "masked_facts": MASKED, "actor": desk.intake, "now": NOW}
    with pytest.raises(ConnectionError), desk.session.begin_nested():
        triage.accept(desk.session, complaint, **said)
    assert made
    desk.session.expire_all()
    monkeypatch.setitem(making.BUILDERS, ("forwarding", "D05b"), real)
    triage.accept(desk.session, complaint, **said)
    found = desk.session.execute(select(Document.series, Document.serial).where(Document.series.is_not(None))).all()
    for series in {each.series for each in found}:
        serials = sorted(each.serial for each in found if each.series == series)
        assert serials == list(range(1, len(serials) + 1)), series


@pytest.mark.invariant("I-07", "web")
def test_a_form_sent_twice_numbers_once(house: House) -> None:
    """I-07: the same deed sent again, by the same person, by another, and with a number of one's own."""
    _house(house)
    before = house.read(_papers)
    said = {"masked_facts": MASKED, "respondents": "1", "number": "受〔2026〕99号", "serial": "99", "series": "受"}
    for who in ("intake", "head", "intake"):
        house.post(who, "/staff/complaints/{ref}/do/accept", **said)
    assert house.read(_papers) == before
    assert not [each for each in house.broken() if each.startswith("I-07")]


@pytest.mark.invariant("I-07", "database")
def test_the_database_gives_no_number_twice(desk: Desk) -> None:
    """I-07: a number written by SQL that another document has."""
    desk.accepted()
    copied = (
        "INSERT INTO document SELECT (jsonb_populate_record(d, jsonb_build_object('id', d.id + 900, "
        "'check_code', 'x', 'subject_id', 900))).* FROM document d WHERE d.kind = 'D05b'"
    )
    assert "series_year_serial" in database_refuses(desk.session, copied)


# --- I-08 ---


@pytest.mark.invariant("I-08", "verb")
def test_no_deed_changes_what_was_issued(desk: Desk) -> None:
    """I-08: voids, answers and releases after the letter; its words, number and digest stay."""
    forwarding = desk.forwarded()
    before = _papers(desk.session)
    desk.answer(forwarding)
    desk.release(forwarding)
    desk.void("complaint", forwarding.complaint_id, "D05a")
    desk.session.expire_all()
    assert _papers(desk.session)[: len(before)] == before


@pytest.mark.invariant("I-08", "web")
def test_no_form_changes_what_was_issued(house: House) -> None:
    """I-08: the page of the notice with words of its own in every field, from everybody."""
    _house(house)
    before = house.read(_papers)
    other = {"paper": "别的", "text": "别的", "number": "别的", "reason": "写错了", "kind": "D05a", "to": "x"}
    answers = {
        (who, step): house.post(who, "/staff/notices/{number}", step=step, **other)
        for step, _words in reversed(STEPS)
        for who in sorted(house.people, key="head".__eq__)
    }
    after = house.read(_papers)
    assert [each for each in after if each in before] == before
    assert answers["head", "void"] == 303, "what is sent is what the page takes from whoever may"
    assert {code for (who, step), code in answers.items() if (who, step) != ("head", "void")} <= {404, 403, 422}


@pytest.mark.invariant("I-08", "database")
def test_the_database_changes_and_deletes_no_document(desk: Desk) -> None:
    """I-08: the words, the number, the digest and the whole, by SQL."""
    desk.accepted()
    for changed in (
        "paper = '{}'",
        "number = 'x'",
        "paper_sha256 = 'x'",
        "serial = 99",
        "issued_at = now()",
        "issued_on = issued_on + 1",
    ):
        assert "never changes" in database_refuses(desk.session, f"UPDATE document SET {changed} WHERE kind = 'D05b'")
    assert "never deleted" in database_refuses(desk.session, "DELETE FROM document WHERE kind = 'D05b'")


# --- I-18 ---


@pytest.mark.invariant("I-18", "verb")
def test_nothing_is_served_before_its_final_pdf_nor_twice(desk: Desk) -> None:
    """I-18: every step of service by everybody without a PDF; and again once it was served."""
    desk.accepted()
    letter = desk.session.scalars(select(Document).where(Document.kind == "D05b")).one()
    [service] = letter.services
    people = (desk.lead, desk.firm_lead, desk.officer, desk.intake, desk.head)
    events = sorted(SERVICE.events - {"void", "issue"})
    all_refused(
        lambda who=who, event=event: SERVICE.carry_out(Ask(desk.session, service, who, {}, NOW), event)
        for who in people
        for event in events
    )
    all_refused(
        lambda who=who: serving.open_(desk.session, service.id, actor=who, now=NOW)
        for who in (desk.firm_lead, desk.officer)
    )
    desk.serve("forwarding", letter.subject_id, "D05b")
    day = service.served_on
    for who in people:
        for event in events:
            if SERVICE.row(service.state, event) is None or SERVICE.row(service.state, event).target == "SERVED":  # type: ignore[union-attr]
                all_refused(
                    [lambda who=who, event=event: SERVICE.carry_out(Ask(desk.session, service, who, {}, NOW), event)]
                )
    assert (service.state, service.served_on) == ("SERVED", day)


@pytest.mark.invariant("I-18", "web")
def test_no_form_serves_what_is_not_final(house: House) -> None:
    """I-18: the company opens, says that it arrived; staff note a receipt; while the PDF is being made."""
    _house(house)
    receipt = {"served_on": "2026-11-25", "receiver": "甲、乙", "reason": "x", "slip_no": "EX1", "position": "前台"}
    for who in house.people:
        for step in dict(STEPS).keys() - {"void"}:
            house.post(who, "/staff/notices/{number}", step=step, **receipt)
        for address in ("/portal/notices/{number}/open", "/portal/notices/{number}/received"):
            house.post(who, address)
    assert house.read(lambda at: set(at.scalars(select(Service.served_on)))) == {None}
    assert not [each for each in house.broken() if each.startswith("I-18")]
    house.read(lambda at: rendered(at, at.get_one(Document, house.numbers["number"]), NOW))
    assert house.post("officer", "/staff/notices/{number}", step="hand_over", **receipt) == 303, (
        "the same form, once it may be"
    )
    assert NOW.date() in house.read(lambda at: set(at.scalars(select(Service.served_on))))


@pytest.mark.invariant("I-18", "database")
def test_the_database_serves_nothing_unfinished_and_nothing_twice(desk: Desk) -> None:
    """I-18: the state written by SQL without a PDF; another day once it was served."""
    desk.accepted()
    letter = desk.session.scalars(select(Document).where(Document.kind == "D05b")).one()
    written = "UPDATE service SET state = 'SERVED', served_on = '2026-11-25' WHERE document_id = :id"
    assert "final PDF" in database_refuses(desk.session, written, id=letter.id)
    desk.serve("forwarding", letter.subject_id, "D05b")
    again = "UPDATE service SET served_on = '2026-11-26' WHERE document_id = :id"
    assert "twice" in database_refuses(desk.session, again, id=letter.id)


def test_the_database_takes_no_day_of_service_before_the_day_of_issue(desk: Desk) -> None:
    """A slip with an earlier day, written by SQL: whatever is counted from it would begin too early."""
    desk.accepted()
    letter = desk.session.scalars(select(Document).where(Document.kind == "D05b")).one()
    rendered(desk.session, letter, desk.now)
    written = "UPDATE service SET state = 'SERVED', served_on = '2026-11-24' WHERE document_id = :id"
    assert "before it was issued" in database_refuses(desk.session, written, id=letter.id)


# --- I-24 ---


@pytest.mark.invariant("I-24", "verb")
def test_documents_of_one_move_are_issued_together_or_not_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """I-24: the last document of an acceptance cannot be made; none of the others is issued, and nothing moved."""
    complaint = desk.received()
    papers = _papers(desk.session)

    def fails(ask: Ask) -> Iterator[making.Draft]:
        message = "no font"
        raise ConnectionError(message)
        yield

    monkeypatch.setitem(making.BUILDERS, ("forwarding", "D05b"), fails)
    said = {"respondents": [desk.lender.id], "masked_facts": MASKED, "actor": desk.intake, "now": NOW}
    with pytest.raises(ConnectionError), desk.session.begin_nested():
        triage.accept(desk.session, complaint, **said)
    desk.session.expire_all()
    assert complaint.state == "RECEIVED"
    assert _papers(desk.session) == papers
    monkeypatch.undo()
    triage.accept(desk.session, complaint, **said)
    for dossier in desk.session.scalars(select(Dossier)):
        assert {each.issued_at for each in dossier.documents} == {dossier.issued_at}
    rendered(desk.session, desk.session.scalars(select(Document).where(Document.kind == "D05b")).one(), NOW)


@pytest.mark.invariant("I-24", "web")
def test_a_form_whose_last_document_fails_issues_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """I-24: the acceptance sent through its page while the letter to the company cannot be made."""
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.received()
        house.people["intake"] = desk.intake.id or 0
        house.numbers |= {"ref": complaint.ref, "lender": desk.lender.id}

    def fails(ask: Ask) -> Iterator[making.Draft]:
        message = "no font"
        raise ConnectionError(message)
        yield

    before = house.read(_papers)
    monkeypatch.setitem(making.BUILDERS, ("forwarding", "D05b"), fails)
    monkeypatch.setitem(house.app.config, "TESTING", False)
    said = {"respondents": str(house.numbers["lender"]), "masked_facts": MASKED}
    with pytest.raises((ConnectionError, AssertionError)):
        house.post("intake", "/staff/complaints/{ref}/do/accept", **said)
    assert house.read(_papers) == before
    assert not [each for each in house.broken() if each.startswith("I-24")]
