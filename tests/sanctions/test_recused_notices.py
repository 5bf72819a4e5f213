"""Whoever was recused reads nothing of a notice of service in the case: dossier, sheet, notice, journal."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models_cases import CaseTrack
from core.db import Reader, read_as, transaction
from core.db import session as reading
from core.journal import JournalEntry
from notices import queries, serving
from notices.models import Document, Dossier
from tests.builders import rendered
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def _seen(account_id: int) -> tuple[int, int, int]:
    """Dossiers of a service, papers about it or its dossier, and what the journal tells of the dossier."""
    at: Session = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, Reader("zilu_staff", (("zilu.account", str(account_id)),)))
    dossiers = at.scalars(select(Dossier).where(Dossier.subject_kind == "service")).all()
    of = Document.subject_kind.in_(["approval", "service"])
    papers = select(Document).where(Document.kind.in_(["D34", "D37"]), of)
    sheets = [each for each in at.scalars(papers) if each.kind == "D37" or each.subject_id in _numbers]
    told = select(JournalEntry.id).where(JournalEntry.subject_kind == "approval", JournalEntry.subject_id.in_(_numbers))
    return len(dossiers), len(sheets), len(at.scalars(told).all())


_numbers: list[int] = []


def test_a_recused_officer_reads_nothing_of_a_notice_of_service(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, START)
            track = chain.proposed([1])
            document = queries.last_document(at, ["D17"], "track", track.id)
            assert document is not None
            service = rendered(at, document, chain.later(4))[0]
            said = {"actor": actor(chain.officer), "now": chain.later(5)}
            for slip in ("EX1", "EX2"):
                serving.step(at, service.id, "post", slip_no=slip, **said)
                serving.step(at, service.id, "returned", reason="查无此人", **said)
            serving.step(at, service.id, "post_publicly", actor=actor(chain.head), now=chain.later(5))
            number, people = track.id, (chain.second.id, chain.officer.id)
            _numbers[:] = at.scalars(select(Dossier.id).where(Dossier.subject_kind == "service")).all()
            mover = actor(chain.officer)
            when = chain.later(6)
        assert [bool(each) for each in _seen(people[1])] == [True, True, True]
        with transaction() as at:
            case = at.get_one(CaseTrack, number).case
            recusals.declare(at, case, ground="RELATIVE", facts="亲属关系", actor=mover, now=when)
        assert _seen(people[1]) == (0, 0, 0)
        assert [bool(each) for each in _seen(people[0])] == [True, True, True]
