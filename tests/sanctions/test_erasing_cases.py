"""What was told for a case is erased when the years of its file are over; what the association decided stays."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from admin import retention
from casework import cases, erasing_cases, erasures, evidence, queries_erasing_cases, tasks
from casework.models import Complainant, Complaint, Task
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_evidence import EvidenceNote
from casework.models_recusals import Recusal
from core import anchors, drafts, journal, outbox
from core.actors import Actor
from core.db import transaction
from core.errors import NotAllowed, NotNow, Unavailable
from core.journal import JournalEntry
from core.machine import Ask
from filestore import files
from notices import queries as notices
from notices import verifying
from notices.models import Document, Service
from notices.models_approval import DossierComment
from notices.models_archive import ArchiveVolume
from notices.models_bundles import Bundle
from portal.models_materials import MaterialRequest
from registry import clocks
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockState
from registry.settings import setting
from sanctions import bundles, reviews, verifications, volumes
from sanctions.models_admissions import Admission, AdmissionSignature
from sanctions.models_corrections import TextCorrection, TextCorrectionVote
from sanctions.models_decisions import Decision, Panel, Proposal, Statement, Vote
from sanctions.models_file_views import FileView
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem
from sanctions.models_publications import Publication
from sanctions.models_resolutions import Motion, MotionVote, Resolution, Restoration
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from search import entries
from search.models import EvidenceText
from tests.builders import account, rendered
from tests.builders_cases import actor
from tests.canary import holding
from tests.casework.house import House
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import brought_once
from tests.registry.test_settings import as_production
from tests.sanctions.chain import Chain
from tests.two_at_once import at_once

WORD, NAME, PHONE = "鹦鹉螺", "欧阳晓芸", "13812345678"
"""The word stands in all that was told."""
ARCHIVED = NOW + timedelta(days=31)
LAST_DAY = datetime(2036, 12, 26, 15, 59, tzinfo=UTC)
"""The last minute, in Shanghai, of the ten years after that."""
AFTER = LAST_DAY + timedelta(minutes=1)
PDF = b"%PDF-1.7 "


class Told(Chain):
    """A chain in which everybody who tells something says the word."""

    def complaint(self, *args: Any, **more: Any) -> Complaint:
        """With a file, and with a name that the association once wrote down where it should not."""
        it = super().complaint(*args, **{**more, "name": NAME})
        it.facts = f"{WORD}：{it.facts}我的电话{PHONE}"
        kept = files.keep(self.session, BytesIO(made.picture(size=(9, 9))), f"{NAME}{WORD}.png")
        about = {"media_type": kept.media_type, "size": kept.size, "added_at": self.now, "shared": False}
        its = {"complaint_id": it.id, "given_by": "COMPLAINANT", "sha256": kept.sha256, "name": f"{NAME}{WORD}.png"}
        self.session.add(Evidence(**its, **about))
        self.session.flush()
        return it

    @staticmethod
    def known(at: Session) -> dict[str, Actor]:
        """People who were entered, by role."""
        found = {"head": "部门负责人", "officer": "经办甲"}
        return {
            role: actor(at.scalars(select(Account).where(Account.name == name)).one()) for role, name in found.items()
        }

    def archived(self) -> CaseTrack:
        """Decided, carried out, verified, bound and archived; with every kind of trace of what was told."""
        at = self.session
        track = self.executing([1, 2])
        self._tell(track)
        self.interviewed(track)
        self.report(track)
        self.verify(track)
        verifications.pass_(at, track, actor=actor(self.officer), version=None, now=self.later(22))
        self.serve(track, "D24", self.later(22))
        if clocks.live(at, "K20", ("track", track.id)) is not None:
            ask = Ask(at, track, actor(self.officer), {}, self.later(30))
            clocks.keeper.stop(ask, "K20", ("track", track.id))
        at.execute(update(Complaint).values(state="CLOSED", ended_at=self.later(22)))
        self._made()
        bound = volumes.bind(at, track, actor=actor(self.officer), now=self.later(30))
        self._made()
        volumes.archive(at, track, actor=actor(self.officer), version=None, now=ARCHIVED)
        self._made()
        for place, each in enumerate(bound):
            kept = files.keep_made(at, PDF + str(place).encode(), "x.pdf", "application/pdf")
            each.pdf_sha256 = kept.sha256
        kept = files.keep_made(at, PDF + b"shown", "x.pdf", "application/pdf")
        done = {"made_at": NOW, "pages": 1, "size": 1, "made_of": {}}
        for variant, digest in (("main", bound[0].pdf_sha256), ("shown", kept.sha256)):
            bundle = Bundle(subject_kind="track", subject_id=track.id, variant=variant, asked_at=NOW, sha256=digest)
            for name, value in done.items():
                setattr(bundle, name, value)
            at.add(bundle)
        beside = update(CaseTrack).where(CaseTrack.id != track.id)  # the firm's, of which nothing came
        at.execute(beside.values(state="ARCHIVED", ended_on=self.later(22).date(), lead=WORD))
        at.execute(update(Measure).where(Measure.level == 1).values(terms={"problems": [f"{NAME}一案"]}))
        at.execute(update(Hearing).values(agenda=[NAME]))
        interview = at.scalars(select(Interview)).one()
        recorded = files.keep(at, BytesIO(made.picture(size=(7, 7))), "x.png").sha256
        interview.entries, interview.recording_sha256 = [{"question": WORD, "answer": NAME}], recorded
        at.execute(update(RectificationItem).values(report=WORD))
        at.execute(update(Task).values(done_at=NOW))
        at.execute(update(outbox.Outbox).where(outbox.Outbox.done_at.is_(None)).values(done_at=NOW))
        ended = {"state": ClockState.ENDED, "ended_at": NOW, "how": "stopped", "awaits": [], "days_left": None}
        at.execute(update(Clock).where(Clock.state != ClockState.ENDED).values(**ended))
        at.flush()
        return track

    def _made(self) -> None:
        for document in self.session.scalars(select(Document).order_by(Document.id)).all():
            if document.pdf_sha256 is None:
                rendered(self.session, document, self.later(22))
            kept = files.keep_made(self.session, PDF + str(document.id).encode(), "x.pdf", "application/pdf")
            document.pdf_sha256, document.pdf_at, document.pages = kept.sha256, self.later(22), 2
            self.session.execute(update(Service).where(Service.state != "SERVED").values(state="VOID"))
        self.session.flush()

    def _tell(self, track: CaseTrack) -> None:
        """What nobody told by a verb so far."""
        at, case, now = self.session, track.case, self.now
        track.lead = track.explanation = track.gaps = f"{WORD}{NAME}"
        cases.note(at, case, text=f"{WORD}", actor=actor(self.officer), now=now)
        piece = evidence.add(
            at, case, BytesIO(made.picture(size=(5, 5))), f"{WORD}.png", actor=actor(self.officer), now=now,
            shows=f"{WORD}与{NAME}的通话",
        )  # fmt: skip
        alleged = at.scalars(select(Allegation).where(Allegation.track_id == track.id)).one()
        alleged.facts = f"多次致电{NAME}"
        call = {"case_id": case.id, "party_id": self.lender.id, "at": now, "added_at": now, "kind": "SMS"}
        document = notices.last_document(at, ["D17"], "track", track.id)
        assert document is not None
        on = {"dossier_id": document.dossier_id, "of_version": 1}
        asked = {"subject_kind": "track", "subject_id": track.id, "institution_id": self.lender.id}
        about = drafts.About(self.officer.id or 0, "x", f"/staff/cases/{case.id}", "/", "case", case.id)
        drafts.save(at, f"account:{self.officer.id}", f"note#{case.ref}", {"text": [WORD]}, now, about)
        at.add_all(
            [
                EvidenceNote(evidence_id=piece.id, body=WORD, author_id=self.officer.id, written_at=now),
                EvidenceText(evidence_id=piece.id, body=f"{WORD} {NAME}"),
                *(ContactEvent(**call, number=PHONE, said=WORD, evidence_id=each) for each in (piece.id, None)),
                Hearing(track_id=track.id, round=1, asked_at=now, wishes=WORD, record={"x": WORD}, minutes={"x": WORD}),
                FileView(track_id=track.id, made_at=now, entries=[{"text": WORD, "section": "EVIDENCE"}], sha256="0"),
                Statement(track_id=track.id, round=1, body=WORD, stated_at=now, late=False),
                DossierComment(**on, account_id=self.head.id, at=now, body=WORD),
                MaterialRequest(
                    ref="ZL1", **asked, firm_id=self.firm.id, asked=WORD, answer=WORD, due_on=now.date(),
                    state="ANSWERED", answered_at=now, asked_at=now, asked_by=self.lead.id,
                ),
            ]
        )  # fmt: skip
        at.flush()


def make(app: Flask, build: Callable[[Told], Any]) -> Any:
    with app.app_context(), transaction() as at:
        return build(Told(at, NOW))


@pytest.fixture
@brought_once
def track(app: Flask) -> int:
    number: int = make(app, lambda chain: chain.archived().id)
    return number


def erase(app: Flask, now: datetime) -> int:
    with app.app_context():
        return retention.erase_due(now)


def digests(at: Session) -> set[str]:
    """Of all files of the case and of its full volumes."""
    found = {row for rows in at.execute(select(Evidence.sha256, Evidence.stripped_sha256)) for row in rows if row}
    return found | {each for each in at.scalars(select(ArchiveVolume.pdf_sha256)) if each}


def what_was_decided(at: Session) -> list[Any]:
    return list(at.execute(select(Decision.level, Decision.measures, Decision.reasons)).all())


def what_was_issued(at: Session) -> list[Any]:
    columns = (Document.number, Document.paper_sha256, Document.check_code)
    return list(at.execute(select(*columns).order_by(Document.id)).all())


def test_nothing_is_erased_on_the_last_day_of_the_file_and_all_that_was_told_on_the_next(
    app: Flask, track: int
) -> None:
    with app.app_context(), transaction() as at:
        before, gone = holding(at, WORD), digests(at)
        decided = at.execute(select(Decision.level, Decision.measures, Decision.reasons)).all()
        issued = at.execute(
            select(Document.number, Document.paper_sha256, Document.check_code).order_by(Document.id)
        ).all()
        paper = at.scalars(select(Document.paper).where(Document.kind == "D20")).one()
        shown = at.scalars(select(Bundle.sha256).where(Bundle.variant == "shown")).one()
    assert {"complaint.facts", "case_track.lead", "document.paper", "evidence.name", "statement.body"} <= before
    assert erase(app, LAST_DAY) == 0
    assert erase(app, AFTER) == 2
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert holding(at, WORD, NAME, PHONE) == set()
            assert (what_was_decided(at), what_was_issued(at)) == (decided, issued)
            assert at.scalars(select(Document.paper).where(Document.kind == "D20")).one() == paper
            assert list(journal.verify(at)) == []
            assert entries.drifted(at) == []
            it = at.get_one(CaseTrack, track)
            assert it.case.erased_at == it.case.complaints[0].erased_at == AFTER
        assert len(gone) > 4
        for digest in gone:
            with pytest.raises(Unavailable):
                files.read(digest)
        assert files.read(shown or "")


def test_a_bundle_that_hides_nobody_because_somebody_agreed_is_erased_as_well(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Complainant).values(consented_at=NOW, share_identity=False))  # taken back since
        shown = at.scalars(select(Bundle.sha256).where(Bundle.variant == "shown")).one()
    assert erase(app, AFTER) == 2
    with app.app_context():
        outbox.run_all()
        with pytest.raises(Unavailable):
            files.read(shown or "")


def named(at: Session, track: CaseTrack) -> set[str]:
    """The name stands in every table whose texts stay, the word in what goes with the case; says where."""
    said, number = f"{NAME}一案", track.id
    decision, panel = (at.scalars(select(each).where(each.track_id == number)).one() for each in (Decision, Panel))
    head, member = Told.known(at)["head"].id or 0, panel.members[0]
    issued = notices.last_document(at, ["D20"], "track", number)
    assert issued is not None
    lost, of = {"ended_at": NOW, "outcome": "LOST"}, {"track_id": number}
    told = {"told": True, "admitted_at": NOW, "withdrawn_at": NOW}
    put = {"body": "PANEL", "panel_id": panel.id, "size": 5, "put_at": NOW}
    review = Review(**of, decision_id=decision.id, state="DECIDED", basis="ERROR", grounds=said, asked_at=NOW)
    review.ended_at, review.outcome = NOW, "UPHOLD"
    admission = Admission(**of, round=9, body=said, signed_by="周岚", position="副总经理", **told)
    motion = Motion(**of, panel_id=panel.id, kind="RETURN", body=said, reasons="无", moved_by=member.id, moved_at=NOW)
    motion.ended_at, motion.outcome = NOW, "LOST"
    correction = TextCorrection(
        **of, document_id=issued.id, called="决定书", wrong=said, corrected="无", reason="笔误", **put, **lost
    )
    publication = Publication(
        **of, decision_id=decision.id, party_id=track.party_id, scope="PUBLIC", state="DROPPED", slug="x", level=1,
        comments=said,
    )  # fmt: skip
    days = {"ended_on": NOW.date(), "asked_on": NOW.date(), "asked_at": NOW, "granted_at": NOW}
    carried = {"kind": "RETURN", "reasons": "无", "yes": 3, "no": 0, "abstained": 0, "resolved_at": NOW}
    refused = {"state": "REFUSED", "how": "ASKED", "ground": "RELATIVE", "asked_at": NOW, "decided_at": NOW}
    rows: list[Any] = [
        review, admission, motion, correction, publication,
        Restoration(**of, round=9, obstacle=said, **days),
        Resolution(**of, round=9, body=said, **carried),
        Recusal(case_id=track.case_id, account_id=head, part="head", facts=WORD, reasons=said, **refused),
    ]  # fmt: skip
    at.add_all(rows)
    at.flush()
    seat = ReviewMember(review_id=review.id, track_id=number, account_id=account(at, "复核委员", "review body").id)
    at.add(seat)
    at.flush()
    cast = {"reasons": said, "voted_at": NOW}
    hanging: list[Any] = [
        ReviewVote(review_id=review.id, member_id=seat.id, choice="UPHOLD", **cast),
        MotionVote(motion_id=motion.id, member_id=member.id, choice="FOR", **cast),
        TextCorrectionVote(correction_id=correction.id, account_id=head, choice="FOR", **cast),
        AdmissionSignature(admission_id=admission.id, role="legal", account_id=head, opinion=said, signed_at=NOW),
    ]
    at.add_all(hanging)
    at.execute(update(CaseTrack).where(CaseTrack.id == number).values(report=WORD, suspended_because=WORD))
    for table, which in ((Proposal, Proposal.track_id == number), (Decision, Decision.track_id == number)):
        at.execute(update(table).where(which).values(reasons=said))
    at.execute(update(Vote).where(Vote.panel_id == panel.id).values(reasons=said))
    at.flush()
    texts = "review.grounds admission.body motion.body text_correction.wrong publication.comments restoration.obstacle "
    texts += "resolution.body recusal.facts recusal.reasons review_vote.reasons motion_vote.reasons vote.reasons "
    texts += "text_correction_vote.reasons admission_signature.opinion proposal.reasons decision.reasons "
    return set((texts + "case_track.report case_track.suspended_because measure.terms hearing.agenda").split())


def test_nobody_is_named_in_any_text_by_which_it_was_decided(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        places = named(at, at.get_one(CaseTrack, track))
        assert places <= holding(at, WORD, NAME)
    assert erase(app, AFTER) == 2
    with app.app_context(), transaction() as at:
        assert holding(at, WORD, NAME) == set()


def test_what_was_issued_is_still_recognised_and_the_journal_and_its_anchors_hold(
    app: Flask, track: int, tmp_path: Path
) -> None:
    with app.app_context(), transaction() as at:
        anchor = anchors.write(at, tmp_path, NOW)
        assert anchor is not None
        number, code = at.execute(select(Document.id, Document.check_code).where(Document.kind == "D20")).one()
        inside = at.scalars(select(Document.id).where(Document.kind.in_(["D10", "D15", "D31", "D34"]))).all()
        pages = at.scalars(select(ArchiveVolume.pages).order_by(ArchiveVolume.id)).all()
    assert erase(app, AFTER) == 2
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert list(anchors.compare(at, anchor)) == []
            answer = verifying.verify(at, PDF + str(number).encode())
            assert (answer.code, answer.found is not None) == (code, True)
            assert answer.verdict in {verifying.Verdict.GENUINE, verifying.Verdict.OUT_OF_FORCE}
            assert {each.erased_at for each in at.scalars(select(Document).where(Document.id.in_(inside)))} == {AFTER}
            bound = at.scalars(select(ArchiveVolume).order_by(ArchiveVolume.id)).all()
            assert [each.pages for each in bound] == pages
            assert all(each.erased_at and each.erased_sha256 and each.pdf_sha256 is None for each in bound)
            for piece in at.scalars(select(Evidence)):
                assert not any((piece.name, piece.shows, piece.sha256))
                assert len(piece.erased_sha256 or "") == 64
            (entry,) = at.scalars(select(JournalEntry).where(JournalEntry.row == journal.ERASED_CASE))
            assert (entry.subject_kind, entry.actor, set(entry.changes or {})) == ("case", "system", {"blanked"})
            it = at.get_one(CaseTrack, track)
            desk = Told.known(at)
            for act in (
                lambda: cases.note(at, it.case, text="x", actor=desk["head"], now=AFTER),
                lambda: bundles.ask(at, it, ("track", it.id), "shown", actor=desk["officer"], now=AFTER),
                lambda: reviews.own_motion(
                    at, it, basis="ERROR", grounds="x", favour=True, actor=desk["head"], now=AFTER
                ),
            ):
                with pytest.raises(NotNow) as refusal:
                    act()
                assert "was erased" in str(refusal.value.message) or "已经删除" in str(refusal.value.message)


def test_what_is_held_back_open_or_rests_on_years_that_nobody_confirmed_is_not_erased(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        it, people = at.get_one(CaseTrack, track).case, Told.known(at)
        number, resting = it.id, it.complaints[0].id
        assert [day for _it, day in queries_erasing_cases.overview(at, date(2036, 12, 1)).soon] == [date(2036, 12, 27)]
        assert queries_erasing_cases.overview(at, date(2036, 11, 1)).soon == []
        with pytest.raises(NotAllowed):
            erasures.hold_case(at, it, reason="x", actor=people["officer"], now=NOW)
        with pytest.raises(NotNow):
            erasures.let_case_go(at, it, actor=people["head"], now=NOW)
        erasures.hold_case(at, it, reason="法院调取", actor=people["head"], now=NOW)
        with pytest.raises(NotNow):
            erasures.hold_case(at, it, reason="法院调取", actor=people["head"], now=NOW)
    assert erase(app, AFTER) == 0
    with app.app_context(), transaction() as at:
        erasures.let_case_go(at, at.get_one(CaseFile, number), actor=Told.known(at)["head"], now=AFTER)
        erasures.hold(at, at.get_one(Complaint, resting), reason="法院", actor=Told.known(at)["head"], now=NOW)
    assert erase(app, AFTER) == 0
    with app.app_context(), transaction() as at:
        erasures.let_go(at, at.get_one(Complaint, resting), actor=Told.known(at)["head"], now=NOW)
        longest = select(func.max(ArchiveVolume.id)).where(ArchiveVolume.subject_kind == "track").scalar_subquery()
        at.execute(update(ArchiveVolume).where(ArchiveVolume.id == longest).values(retention_years=11))
    assert erase(app, AFTER) == 0, "one of its covers promises more"
    with app.app_context(), transaction() as at:
        at.execute(update(ArchiveVolume).values(retention_years=1))
        again = Task(
            key="x", role="head", kind="x", subject_kind="track", subject_id=track, subject_ref="x", raised_at=NOW
        )
        at.add(again)
    assert erase(app, AFTER) == 0, "a task waits"
    with app.app_context(), transaction() as at:
        at.execute(update(Task).values(done_at=NOW))
        as_production(at)
        setting(at, "RETENTION_YEARS.complaint").confirmed_at = AFTER
    assert erase(app, AFTER) == 0, "nobody confirmed the years of cases"
    with app.app_context(), transaction() as at:
        setting(at, queries_erasing_cases.YEARS).confirmed_at = AFTER
    assert erase(app, AFTER) == 2


def test_a_case_in_which_a_recusal_waits_for_an_answer_is_not_erased(app: Flask, track: int) -> None:
    with app.app_context(), transaction() as at:
        case, asked = at.get_one(CaseTrack, track).case, {"ground": "SHARES", "facts": "持有股权"}
        who, officer = Told.known(at)["head"], case.officer_id or 0
        waits = Recusal(case_id=case.id, account_id=officer, part="officer", how="ASKED", asked_at=NOW, **asked)
        at.add(waits)
        at.flush()
        tasks.put(at, "recusal", ("recusal", waits.id, waits.ref), role="head", now=NOW)
    assert erase(app, AFTER) == 0
    with app.app_context(), transaction() as at:
        tasks.settle(at, ("recusal", waits.id), ("recusal",), actor=who, now=AFTER)
    assert erase(app, AFTER) == 2


def test_a_case_whose_complaint_is_held_back_at_this_moment_is_not_erased(app: Flask, track: int) -> None:
    with app.app_context():
        with transaction() as at:
            case, head = at.get_one(CaseTrack, track).case, Told.known(at)["head"]
            number, resting = case.id, case.complaints[0].id

        def hold(at: Session) -> None:
            erasures.hold(at, at.get_one(Complaint, resting), reason="法院", actor=head, now=NOW)

        assert at_once(app, hold, lambda at: erasing_cases.erase_if_due(at, number, AFTER)) is None
        with transaction() as at:
            assert at.get_one(CaseFile, number).erased_at is None


def test_a_complaint_of_two_cases_keeps_its_files_until_both_are_erased_and_a_killed_night_is_whole(
    app: Flask, track: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        it = at.get_one(CaseTrack, track).case
        other = CaseFile(year=2026, serial=99, ref="AJ99", title="另案", source="COMPLAINT", opened_on=NOW.date())
        at.add(other)
        at.flush()
        at.add(CaseComplaint(case_id=other.id, complaint_id=it.complaints[0].id))
        told, second = holding(at, WORD), other.id

    def dies(*_all: Any) -> None:
        raise KeyError(NAME)

    monkeypatch.setattr(erasing_cases, "_texts", dies)
    with capture_logs() as said:
        assert erase(app, AFTER) == 0
    assert NAME not in str(said)
    monkeypatch.undo()
    with app.app_context(), transaction() as at:
        assert holding(at, WORD) == told
        assert list(journal.verify(at)) == []
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        kept = at.scalars(select(Evidence).where(Evidence.complaint_id.is_not(None))).all()
        assert [each.erased_at for each in kept] == [None]
        assert {"complaint.facts", "evidence.name"} <= holding(at, WORD)
        assert "case_track.lead" not in holding(at, WORD)
        about = {"case_id": second, "party_id": 1, "role": "PRINCIPAL", "basis": "MEMBERSHIP"}
        at.add(CaseTrack(ref="AJ99-1", **about, state="ARCHIVED", ended_on=NOW.date()))
    assert erase(app, AFTER) == 2
    with app.app_context(), transaction() as at:
        assert holding(at, WORD, NAME, PHONE) == set()
        cited = at.scalars(select(Evidence.erased_at)).all()
        assert set(cited) == {AFTER}


def test_pages_say_what_was_erased_and_when_and_the_head_holds_a_case_back(app: Flask) -> None:
    house, numbers = House(app), {}
    with app.app_context(), transaction() as at:
        chain = Told(at, NOW)
        it = chain.archived()
        house.people = {name: getattr(chain, name).id for name in ("head", "officer", "lead", "reviewer")}
        (piece,) = [each.id for each in it.case.evidence if each.shows == f"{WORD}与{NAME}的通话"]
        (view,) = at.scalars(select(FileView.id))
        bundle = at.scalars(select(Bundle.id).where(Bundle.variant == "main", Bundle.sha256.is_not(None))).one()
        report = at.scalars(select(Document.id).where(Document.kind == "D15")).one()
        numbers = {"case": it.case_id, "track": it.id, "ref": it.case.ref}
    case, track = f"/staff/cases/{numbers['case']}", f"/staff/tracks/{numbers['track']}"
    head, officer, lead = (house.enter(name) for name in ("head", "officer", "lead"))
    assert "is erased from" in head.get(case)
    assert "Hold back from erasing" not in officer.get(case)
    assert officer.client.get(f"{case}/do/hold-back").status_code == 302
    head.post(f"{case}/do/hold-back", 422, reason="")
    head.post(f"{case}/do/hold-back", reason="法院调取，〔2036〕1号")
    for page in (case, "/staff/erasing"):
        assert "法院调取" in head.get(page)
    head.post(f"{case}/do/let-go")
    assert "法院调取" not in head.get(case)
    assert erase(app, AFTER) == 2
    said = "What had been told for this case was erased on"
    for page in (case, track):
        assert said in officer.get(page)
    assert "为该案提供和记录的内容已于" in house.enter("officer", "zh").get(case)
    for gone in (f"/staff/evidence/{piece}/room", f"/staff/evidence/{piece}", f"/staff/notices/{report}.pdf"):
        assert "This was erased" in officer.get(gone, 410)
    assert "This was erased" in officer.get(f"{track}/bundles/{bundle}.pdf", 410)
    listed = officer.get(f"{track}/bundles")
    assert "Erased with what had been told" in listed
    assert "Make" not in listed.partition("<main")[2].replace("Made", "")
    assert "erased on" in officer.get(f"{track}/volumes")
    assert "A file that was erased" in officer.get(case)
    assert numbers["ref"] in head.get("/staff/erasing")
    theirs = f"/portal/cases/{numbers['track']}"
    for page in (theirs, f"{theirs}/file/{view}"):
        assert said in lead.get(page)
    assert "This was erased" in lead.get(f"{theirs}/file/{view}/evidence/0", 410)
    assert "nothing more is done" in officer.post(f"{case}/notes", 409, "note", text="x")
