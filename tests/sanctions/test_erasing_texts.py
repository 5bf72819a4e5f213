"""No text that stays when a case is erased names a complainant, in whatever table and column somebody wrote it."""

from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models import Complainant, Complaint
from casework.models_cases import Allegation, CaseFile, CaseTrack
from casework.models_erasures import ErasureHold
from core.db import transaction
from notices import queries as notices
from notices.models import Document, ServiceStep
from notices.models_archive import ArchiveVolume
from notices.papers import Para
from registry.models_accounts import Account
from sanctions import erasing
from sanctions.models_admissions import Admission
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import Decision, Proposal
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem, Training
from sanctions.models_milestones import Milestone
from sanctions.models_publications import BulletinCorrection, Publication, PublicationText, Redaction
from sanctions.models_resolutions import Motion, Resolution, Restoration
from sanctions.models_reviews import Review
from tests.canary import holding
from tests.conftest import NOW
from tests.sanctions.test_erasing_cases import AFTER, NAME, WORD, Told, erase, named, track

__all__ = ["track"]

SAID = f"{NAME}一案"
OF_TRACK = ArchiveVolume.subject_kind == "track"
DASHED = "138-1234-5678"
"""The number of whoever complained, as somebody typed it."""


def named_everywhere(at: Session, it: CaseTrack) -> set[str]:
    """The name stands in every text that is looked through, also in those that are seldom written; says where."""
    places = named(at, it)
    terms, no = {"1": {"problems": [SAID]}}, {"refused_because": SAID}
    score = {"score": 1, "band": [1], "parts": [{"name": "A1", "reason": SAID}], "departure": SAID}
    planned = dict.fromkeys(erasing.PLANNED, SAID)
    asked = {"proposed_for": NOW, "proposed_at": NOW, "proposed_why": SAID, "proposal_refused_because": SAID}
    texts: dict[type[Any], dict[str, Any]] = {
        Proposal: {"terms": terms, "score": score},
        Decision: {"statement_dealt": SAID, "immediate_reasons": SAID, "terms": terms},
        Measure: {"terms": terms, "more_time_reason": SAID, "time_requests": [{"why": SAID}]},
        Hearing: {**no, "at": NOW, "place": SAID, "adjourned_at": NOW, "adjourned_because": SAID, "corrections": WORD},
        Admission: {**no, "withdrawn_at": None, "refused_at": NOW},
        Review: {"revoked": SAID, "reasons": SAID, "questions": SAID},
        Resolution: {"reasons": SAID},
        Motion: {"reasons": SAID},
        Restoration: {**no, "granted_at": None, "refused_at": NOW},
        Publication: {"withdrawn_because": SAID},
        TextCorrection: {"corrected": SAID, "reason": SAID},
        Interview: {**no, **asked, **planned, "commitments": [SAID], "proposals": [{"why": SAID}]},
        RectificationItem: dict.fromkeys(("problem", "correction", "proof", "result_note"), SAID),
        CaseFile: {"title": SAID, "title_en": SAID},
        Allegation: {"reason": f"{SAID}，致电{DASHED}"},
        ArchiveVolume: {"title": SAID},
    }
    for table, said in texts.items():
        which = {Allegation: [Allegation.finding.is_not(None)], ArchiveVolume: [OF_TRACK]}.get(table, [])
        at.execute(update(table).where(*which).values(said))
        places |= {f"{table.__tablename__}.{name}" for name, value in said.items() if value not in (None, NOW)}
    item, published = (at.scalars(select(each.id)).first() for each in (RectificationItem, Publication))
    day = NOW.date()
    done = {"due_on": day, "set_at": NOW, "set_by": Told.known(at)["head"].id, "done_on": day, "done_at": NOW}
    step = Milestone(item_id=item, attempt=1, text=SAID, note=SAID, files=[], **done)
    left_out = Redaction(publication_id=published, passage=WORD, instead=SAID, reason=SAID)
    head = Told.known(at)["head"].id
    over = ErasureHold(case_id=it.case_id, reason=WORD, held_at=NOW, held_by=head, let_go_at=NOW)
    at.execute(update(CaseTrack).where(CaseTrack.id == it.id).values(reasons=SAID, explained_parts=[{"text": WORD}]))
    at.execute(update(Interview).values(recusal_answer=WORD))
    for ordered in at.scalars(select(RectificationItem)):
        ordered.found(Told.known(at)["head"].id or 0, NOW, "FAIL", SAID)
    at.add_all([step, left_out, over, *ordered_and_published(at, published or 0, head)])
    at.flush()
    seldom = "milestone.text milestone.note redaction.passage redaction.instead redaction.reason erasure_hold.reason "
    seldom += "publication_text.title publication_text.summary publication_text.body publication_text.note "
    seldom += "bulletin_correction.reasons training.who training.subjects training.form training.place "
    places.add("rectification_item.findings")
    return places | set((seldom + "case_track.reasons case_track.explained_parts interview.recusal_answer").split())


def ordered_and_published(at: Session, published: int, head: int | None) -> list[Any]:
    """A training order; a text of which something was left out later, and why that was first refused."""
    told = dict.fromkeys(("title", "body", "note"), SAID) | {"summary": {"covered": SAID, "wrong": SAID}}
    text = PublicationText(publication_id=published, no=1, shown=False, at=NOW, **told)
    over = {"proposed_at": NOW, "outcome": "REFUSED", "ended_at": NOW, "ended_by": head, "reasons": SAID}
    other = at.scalars(select(Account.id).where(Account.id != head)).first()
    ordered = dict.fromkeys(("who", "subjects", "form", "place"), SAID)
    measure = at.scalars(select(Measure.id)).first()
    return [
        BulletinCorrection(publication_id=published, text=text, proposed_by=other, **over),
        Training(measure_id=measure, minimum=1, hours=1, dates="2026-12-01", pass_mark=60, **ordered),
    ]


def noted_of_papers(at: Session, number: int) -> set[str]:
    """The name stands in what is noted of a company's paper that stays: void, returned, refused; says where."""
    issued = notices.last_document(at, ["D20"], "track", number)
    assert issued is not None
    (service,) = issued.services
    issued.void_at, issued.void_reason = NOW, f"误写{SAID}"
    service.trouble, service.receiver = f"{SAID}，退回", f"{NAME}在场"
    service.proof = {"refusal": f"称与{NAME}无关", "place": "前台"}
    said = {"reason": f"{NAME}称不收", "place": "门口"}
    at.add(ServiceStep(service_id=service.id, event="attempted", day=issued.issued_on, said=said, noted_at=NOW))
    at.flush()
    (proof,) = at.scalars(select(Document).where(Document.kind == "D21", Document.subject_id == service.id))
    copied = {each.key: getattr(proof, each.key) for each in Document.__mapper__.column_attrs if each.key != "id"}
    paper = replace(proof.frozen, blocks=(Para(f"称与{NAME}无关"),))
    its = {"paper": proof.paper | {"paper": paper.to_json()}, "check_code": "K7M2-XQ4P-9TRW-H3DN", "pdf_sha256": None}
    at.add(Document(**copied | its | {"pdf_at": None}))
    at.flush()
    return {"document.void_reason", "service.trouble", "service.receiver", "service.proof", "document.paper"} | {
        "service_step.said"
    }


def test_nobody_is_named_in_what_is_noted_of_a_paper_that_stays(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        assert noted_of_papers(at, track) <= holding(at, NAME)
        kept = at.scalars(select(Document.paper).where(Document.kind == "D20")).one()
        proofs = at.scalars(select(Document.id).where(Document.kind == "D21", Document.complaint_id.is_(None))).all()
    assert erase(app, AFTER) == 2
    with app.app_context(), transaction() as at:
        assert holding(at, NAME) == set()
        issued = at.scalars(select(Document).where(Document.kind == "D20")).one()
        assert (issued.paper, issued.erased_at) == (kept, None), "the paper itself names nobody and stays"
        assert (issued.services[0].proof or {})["place"] == "前台"
        assert [each.said["place"] for each in at.scalars(select(ServiceStep))] == ["门口"]
        gone = at.scalars(select(Document.id).where(Document.id.in_(proofs), Document.erased_at.is_not(None))).all()
        assert len(gone) == 1, "of the proofs of service only the one in which the name stands"
        assert len(proofs) > 1


def test_no_text_that_is_seldom_written_names_anybody_either(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        places = named_everywhere(at, at.get_one(CaseTrack, track))
        tables = [(table, names) for table, names in erasing.OF_TRACK]
        tables += [(table, names) for table, _column, _of, names in erasing.HANGING]
        assert {f"{table.__tablename__}.{name}" for table, names in tables for name in names} <= places
        assert places <= holding(at, WORD, NAME)
        assert holding(at, DASHED) == {"allegation.reason"}
    assert erase(app, AFTER) == 2
    with app.app_context(), transaction() as at:
        assert holding(at, WORD, NAME, DASHED) == set()


def test_a_name_that_only_a_complaint_tells_stands_in_nothing_that_stays(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Complainant).values(name=None))
        at.execute(update(Complaint).values(facts=f"{WORD}。我叫{NAME}，借款人：司马清和。"))
        at.execute(update(Decision).values(reasons=f"多次致电{NAME}，并告知司马清和"))
        at.execute(update(Measure).values(terms={}))
    assert erase(app, AFTER) == 2
    with app.app_context(), transaction() as at:
        assert holding(at, NAME, "司马清和") == set()
