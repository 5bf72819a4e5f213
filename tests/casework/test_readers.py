"""Who sees what of a complaint: the database itself hides the rest, also from a query that forgot."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import ProgrammingError

from casework import intake, messages, settlements
from casework.intake import EvidenceFile
from casework.models import (
    Answer,
    Complainant,
    Complaint,
    Forwarding,
    LedgerEntry,
    Message,
    Note,
    Release,
    Settlement,
    Task,
)
from casework.models_cases import Evidence
from casework.models_stop_contacts import StopContact
from core.db import Reader, read_as, session, transaction
from filestore import files
from notices.models import Document
from tests.builders import Desk, person_of
from tests.conftest import NOW

TABLES = (
    Complaint,
    Complainant,
    Forwarding,
    Answer,
    Release,
    Message,
    Note,
    Evidence,
    Settlement,
    Task,
    LedgerEntry,
)


@pytest.fixture
def scene(app: Flask) -> Any:
    """Two complaints of two people about two companies; one answered and released, one answered only."""
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            first = desk.accepted(desk.lender, desk.firm)
            desk.release(desk.answer(first.forwardings[0]))
            desk.answer(first.forwardings[1])
            second = desk.accepted(desk.firm, contact="13900001111")
            for one in (first, second):
                messages.write(at, one, "有新情况", actor=person_of(one), now=NOW)
                for shared in (True, False):
                    kept = files.keep_made(at, f"x{one.id}{shared}".encode(), "a.pdf", "application/pdf")
                    file = EvidenceFile(kept.sha256, "a.pdf", kept.media_type, kept.size)
                    [added] = intake.add_evidence(at, one, [file], now=NOW)
                    added.shared = shared
            settlements.propose(at, first, "致歉", actor=desk.lead, now=NOW)
            numbers = (first.id, second.id)
        yield desk, *numbers


def seen(role: str, *settings: tuple[str, str]) -> dict[str, int]:
    """How many rows of each table such a reader sees."""
    at = session()
    found = {}
    for model in TABLES:
        at.rollback()
        read_as(at, Reader(role, settings))
        key = next(iter(model.__table__.primary_key.columns))
        try:
            found[model.__tablename__] = at.execute(select(func.count(key))).scalar_one()
        except ProgrammingError:
            found[model.__tablename__] = 0
    at.rollback()
    return {name: count for name, count in found.items() if count}


def read(scene: Any, role: str, name: str = "", value: object = "") -> dict[str, int]:
    del scene
    return seen(role, *([(name, str(value))] if name else []))


def test_a_complainant_sees_the_own_complaint_and_nothing_of_an_answer_but_its_release(scene: Any) -> None:
    _desk, first, second = scene
    assert read(scene, "zilu_complainant", "zilu.complaint", first) == {
        "complaint": 1,
        "complainant": 1,
        "forwarding": 2,
        "release": 1,
        "message": 1,
        "evidence": 2,
        "settlement": 1,
    }
    assert "release" not in read(scene, "zilu_complainant", "zilu.complaint", second)


def test_a_company_sees_its_own_forwardings_and_answers_and_shared_files_only(scene: Any) -> None:
    desk, _first, _second = scene
    assert read(scene, "zilu_party", "zilu.party", desk.lender.id) == {
        "forwarding": 1,
        "answer": 1,
        "evidence": 1,
        "settlement": 1,
    }
    assert read(scene, "zilu_party", "zilu.party", desk.firm.id)["forwarding"] == 2
    assert read(scene, "zilu_party", "zilu.party", desk.outside.id) == {}


def test_a_company_that_was_let_off_reads_no_files_and_no_terms_but_those_it_agreed_to(scene: Any) -> None:
    desk, first, second = scene
    lender_id, firm_id = desk.lender.id, desk.firm.id
    with transaction() as at:
        of_lender = at.scalars(select(Forwarding).where(Forwarding.party_id == lender_id)).one()
        of_lender.state, of_lender.let_off_on = "CLOSED", NOW.date()
        of_firm = at.scalars(select(Forwarding).where(Forwarding.complaint_id == second)).one()
        of_firm.state, of_firm.let_off_on, returned = "CLOSED", NOW.date(), of_firm.id
        settlements.propose(
            at,
            at.get_one(Complaint, second),
            "停止联系",
            said=settlements.Said(NOW.date(), "TELEPHONE"),
            actor=desk.intake,
            now=NOW,
        )

    def read_by(party_id: int) -> tuple[int, int]:
        found = read(scene, "zilu_party", "zilu.party", party_id)
        session().rollback()
        return found.get("evidence", 0), found.get("settlement", 0)

    assert read_by(lender_id) == (0, 1), "the terms that it proposed itself"
    assert read_by(firm_id) == (1, 1), "of the complaint that still concerns it"
    with transaction() as at:
        settlements.propose(at, at.get_one(Complaint, first), "别的", actor=desk.firm_lead, now=NOW)
    assert read_by(lender_id) == (0, 0)
    with transaction() as at:
        at.get_one(Forwarding, returned).let_off_on = None
    assert read_by(firm_id) == (2, 2), "it had to answer all the same"


@pytest.mark.parametrize(("state", "known"), [("REQUESTED", 0), ("DECLINED", 0), ("RELAYED", 1)])
def test_a_company_reads_a_number_that_it_is_not_to_call_only_once_its_letter_went_out(
    scene: Any, state: str, known: int
) -> None:
    desk, first, _second = scene
    number = {"number": "13812345678", "number_hash": b"x", "confirmed_own": True, "requested_at": NOW}
    why = "是借款人" if state == "DECLINED" else None
    with transaction() as at:
        about = {"complaint_id": first, "ref": "TL2026-T00001", "party_id": desk.lender.id}
        at.add(StopContact(**about, **number, state=state, declined_why=why))
    at = session()
    at.rollback()
    read_as(at, Reader("zilu_party", (("zilu.party", str(desk.lender.id)),)))
    assert len(at.scalars(select(StopContact.number)).all()) == known


def test_of_a_paper_that_stays_inside_neither_its_company_nor_its_complainant_reads_anything(scene: Any) -> None:
    desk, first, _second = scene
    readers = [
        Reader("zilu_party", (("zilu.party", str(desk.lender.id)),)),
        Reader("zilu_complainant", (("zilu.complaint", str(first)),)),
    ]

    def papers() -> list[bool]:
        at, found = session(), []
        for reader in readers:
            at.rollback()
            read_as(at, reader)
            found.append(at.scalars(select(Document.id)).first() is not None)
        at.rollback()
        return found

    assert papers() == [True, True]
    with transaction() as at:
        at.execute(update(Document).values(outward=False))
    assert papers() == [False, False]


def test_a_complainant_reads_no_file_that_others_added_to_the_complaint(scene: Any) -> None:
    _desk, first, _second = scene
    with transaction() as at:
        kept = files.keep_made(at, b"y", "b.pdf", "application/pdf")
        said = {"sha256": kept.sha256, "media_type": kept.media_type, "size": kept.size, "added_at": NOW}
        at.add_all(
            Evidence(complaint_id=first, given_by=each, name="b.pdf", **said) for each in ("RESPONDENT", "STAFF")
        )
    assert read(scene, "zilu_complainant", "zilu.complaint", first)["evidence"] == 2


def test_a_company_selects_no_name_that_a_complainant_gave_a_file(scene: Any) -> None:
    desk, first, _second = scene
    with transaction() as at:
        sent = at.scalars(select(Forwarding).where(Forwarding.complaint_id == first)).first()
        kept = files.keep_made(at, b"y", "b.pdf", "application/pdf")
        own = {"party_id": desk.lender.id, "given_by": "RESPONDENT", "forwarding_id": sent.id}
        said = {"sha256": kept.sha256, "media_type": kept.media_type, "size": kept.size}
        at.add(Evidence(**own, **said, name="通话记录.pdf", added_at=NOW))
    at = session()
    at.rollback()
    read_as(at, Reader("zilu_party", (("zilu.party", str(desk.lender.id)),)))
    assert sorted(at.scalars(select(Evidence.own_name)), key=str) == [None, "通话记录.pdf"]
    for hidden in (Evidence.name, Evidence.shows, Evidence.added_by):
        with pytest.raises(ProgrammingError, match="permission denied"):
            at.scalars(select(hidden)).all()
        at.rollback()


def test_the_public_and_administrators_see_nothing(scene: Any) -> None:
    assert read(scene, "zilu_public") == {}
    assert read(scene, "zilu_admin") == {}


def test_a_complainant_cannot_select_what_a_forwarding_says(scene: Any) -> None:
    _desk, first, _second = scene
    at = session()
    at.rollback()
    read_as(at, Reader("zilu_complainant", (("zilu.complaint", str(first)),)))
    assert len(at.execute(select(Forwarding.ref)).all()) == 2
    with pytest.raises(ProgrammingError):
        at.execute(select(Forwarding.gaps)).all()
    at.rollback()
