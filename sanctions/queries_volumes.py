"""What the volumes of a track's file hold, and in which order: the main, the internal and the complainant's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clauses, hanging, queries_cases, queries_erasures
from casework.models import Answer, Complaint, Forwarding
from casework.models_cases import STAMPED, CaseTrack, Evidence
from casework.showable import showable
from casework.states import COMPLAINT, TRACK
from core.at_hand import once
from core.clock import day_of
from notices import archives, queries_serving
from notices import queries as notices
from notices.archives import Sheet
from notices.kinds import KINDS
from notices.models import Document, Service
from notices.models_archive import ArchiveVolume
from registry import lineage
from sanctions import queries_hearings
from sanctions.models_admissions import Admission
from sanctions.models_corrections import TextCorrection, TextCorrectionVote
from sanctions.models_decisions import Panel, Statement, Vote
from sanctions.models_measures import Measure
from sanctions.models_publications import Publication
from sanctions.models_resolutions import Motion, MotionVote, Restoration
from sanctions.models_reviews import Review, ReviewVote

MAIN = (
    *("D05b", "D06a", "D07a", "D07b", "answer", "D11b", "D41", "D13a", "D13b", "D14", "D30", "evidence", "D29"),
    *("explanation", "D17", "statement", "admission", "hearing", "D18", "D19", "restoration", "D20"),
    *("D16a", "D16b", "D16c", "D25", "D26", "D27", "review", "D22"),
    *("D23a", "D23b", "D23c", "D23d", "report", "verification", "D38", "D07c", "D23e", "D23f", "D36a", "D36b"),
    *("D24", "D40"),
)
"""The order of the main volume (domain 6.7); each letter is followed by its proof of service."""
INTERNAL = ("D10", "D11a", "D15", "D31", "vote", "D42", "D34", "evidence", "D32")
"""The order of the internal volume."""
BINDABLE = TRACK.states_for("archive")
COVERS = ("D35",)
"""A volume's own cover is no paper in it."""
PROOF = "D21"
AFTERWARDS = ("D36a", "D36b")
"""What a publication leaves in the file when the file may be in the archive already."""
OF_SERVICE = ("D37", PROOF)
"""How a letter reached whom: the notice by publication, where that was the way, and the proof."""
STEPS = {
    "hand_over": "签收回执",
    "attempted": "直接送达未成",
    "post": "邮寄凭证",
    "slip_signed": "邮寄回执",
    "returned": "邮件退回",
    "leave": "留置送达",
    "acknowledge": "收到确认",
    "bounce": "提醒退回",
    "post_publicly": "公告送达",
}
"""What a file proves of how a letter was served."""
Placed = tuple[str, Sheet]
"""A sheet, and by which word of the order it is placed."""


@dataclass(frozen=True)
class File:
    """Every document of a file, and for each document those about its service."""

    papers: list[Document]
    proofs: dict[int, list[Document]]
    scans: dict[int, list[Sheet]] = field(default_factory=dict)
    """What proves the steps of service: receipts, slips, recordings."""

    def after(self, paper: Document) -> list[Sheet]:
        """What follows a letter: the proof of its service, and what proves the steps of it."""
        told = [archives.sheet_of(proof, KINDS[proof.kind].zh) for proof in self.proofs.get(paper.id, ())]
        return [*told, *self.scans.get(paper.id, ())]

    @property
    def every(self) -> list[Document]:
        """All of them."""
        return [*self.papers, *(each for some in self.proofs.values() for each in some)]


def file_of(session: Session, track: CaseTrack) -> File:
    """The documents, looked up once for all volumes: the track's own, its publications, complaints put before it."""
    subjects = hanging.of_tracks(session, [track.id])
    subjects += [("forwarding", each) for each in _forwardings(session, track)]
    found = notices.documents_of(session, subjects)
    papers = [each for each in found if each.kind not in COVERS and each.complaint_id is None]
    served = proofs(session, papers)
    return File([*papers, *_dispatched(session, [*found, *File([], served).every])], served, scans(session, papers))


def _dispatched(session: Session, found: Iterable[Document]) -> Sequence[Document]:
    """The dispatch sheets of everything issued; a move that also wrote to a complainant has one too."""
    dossiers = {each.dossier_id for each in found if each.dossier_id is not None}
    return notices.documents_of(session, [("approval", each) for each in sorted(dossiers)])


def _forwardings(session: Session, track: CaseTrack) -> Sequence[int]:
    """What was put before the company, before whoever had the track before it, and, is it gone, before its end."""
    ids = [each.id for each in track.case.complaints]
    whose = {track.party_id, *lineage.holders(session, "case_track.party_id", track.id)}
    every = session.scalars(select(Forwarding).where(Forwarding.complaint_id.in_(ids)).order_by(Forwarding.id)).all()
    gone = lineage.gone_before(session, lineage.FORWARDED, [each.id for each in every])
    return [each.id for each in every if whose & {each.party_id, *gone.get(each.id, ())}]


def proofs(session: Session, documents: Iterable[Document]) -> dict[int, list[Document]]:
    """For each document the notice by publication, if there was one, and the proof of its service."""
    of = [each.id for each in documents]
    sent = select(Service.id, Service.document_id).where(Service.document_id.in_(of)).order_by(Service.id)
    services = {service: document for service, document in session.execute(sent)}  # noqa: C416 - rows are no pairs to mypy
    found: dict[int, list[Document]] = {}
    for each in notices.documents_of(session, [("service", number) for number in services]):
        if each.kind in OF_SERVICE:
            found.setdefault(services[each.subject_id], []).append(each)
    return found


def scans(session: Session, documents: Iterable[Document]) -> dict[int, list[Sheet]]:
    """For each document the files that prove the steps of its service, in the order of their days."""
    found: dict[int, list[Sheet]] = {}
    for number, it in queries_serving.proven(session, [each.id for each in documents]):
        sheet = Sheet(f"service_step:{it.id}", f"送达凭证（{STEPS[it.event]}）", it.day, sha256=it.sha256)
        found.setdefault(number, []).append(sheet)
    return found


def main(session: Session, track: CaseTrack, file: File | None = None) -> list[Sheet]:
    """The main volume, in its order."""
    others = [*_said(session, track), *_evidence(session, track, shown=True)]
    return _volume(file or file_of(session, track), "main", MAIN, others)


def internal(session: Session, track: CaseTrack, file: File | None = None) -> list[Sheet]:
    """The internal volume: approvals, report, deliberation, votes, dispatch sheets, closing report."""
    others = [*_votes(session, track), *_evidence(session, track, shown=False)]
    return _volume(file or file_of(session, track), "internal", INTERNAL, others)


def _volume(file: File, volume: str, order: tuple[str, ...], others: Iterable[Placed]) -> list[Sheet]:
    mine = [each for each in file.papers if each.volume == volume]
    placed = [*others]
    following = {}
    for each in mine:
        sheet = archives.sheet_of(each, KINDS[each.kind].zh)
        placed.append((each.kind, sheet))
        following[sheet.mark] = file.after(each)
    last = len(order)
    placed.sort(key=lambda one: (order.index(one[0]) if one[0] in order else last, one[1].day))
    return [sheet for _word, first in placed for sheet in (first, *following.get(first.mark, ()))]


def _said(session: Session, track: CaseTrack) -> Iterator[Placed]:
    """What the respondent wrote: answers, explanation, statements, reports with their verification, and requests."""
    yield from _answers(session, track)
    for each in track.explained[:1]:
        yield "explanation", Sheet(f"explanation:{track.id}", "当事单位书面说明", each.day)
    for stated in session.scalars(select(Statement).where(Statement.track_id == track.id).order_by(Statement.id)):
        yield "statement", Sheet(f"statement:{stated.id}", "陈述、申辩意见", stated.day)
    yield from asked_and_reported(session, track)
    yield from _verified(session, track)


def asked_and_reported(session: Session, track: CaseTrack) -> Iterator[Placed]:
    """What the respondent admitted and asked for, and what it reported of its corrections."""
    yield from _asked(session, track)
    for measure in session.scalars(select(Measure).where(Measure.track_id == track.id).order_by(Measure.id)):
        for item in measure.items:
            if told := item.reports:
                yield "report", Sheet(f"report:{item.id}", f"整改报告（问题{item.no}）", told[-1].day)


def _verified(session: Session, track: CaseTrack) -> Iterator[Placed]:
    """What officers found of the corrections: no part of the file that the respondent or a panel reads."""
    for measure in session.scalars(select(Measure).where(Measure.track_id == track.id).order_by(Measure.id)):
        if looked := [each.at for item in measure.items for each in item.found_so_far]:
            yield "verification", Sheet(f"verification:{measure.id}", "整改验收记录", day_of(max(looked)))


def _asked(session: Session, track: CaseTrack) -> Iterator[Placed]:
    """Facts admitted, and a hearing, time restored or a review asked for; one of our own motion nobody asked for."""
    for admitted in session.scalars(select(Admission).where(Admission.track_id == track.id).order_by(Admission.id)):
        yield "admission", Sheet(f"admission:{admitted.id}", "事实认可", day_of(admitted.admitted_at))
    for heard in queries_hearings.hearings(session, track):
        yield "hearing", Sheet(f"hearing:{heard.id}", "听证申请", heard.day)
    missed = select(Restoration).where(Restoration.track_id == track.id).order_by(Restoration.id)
    for restored in session.scalars(missed):
        yield "restoration", Sheet(f"restoration:{restored.id}", "恢复期限申请", restored.asked_on)
    for review in session.scalars(select(Review).where(Review.track_id == track.id).order_by(Review.id)):
        if not review.own_motion:
            yield "review", Sheet(f"review:{review.id}", "复核申请", review.day)


def _answers(session: Session, track: CaseTrack) -> Iterator[Placed]:
    """What it answered to forwardings, each answer followed by its files; the reply under seal is one of them."""
    sent = _forwardings(session, track)
    answers = select(Answer).where(Answer.forwarding_id.in_(sent)).order_by(Answer.id)
    files = select(Evidence).where(Evidence.forwarding_id.in_(sent), Evidence.case_id.is_(None)).order_by(Evidence.id)
    found = [
        (each.forwarding_id, each.submitted_at, Sheet(f"answer:{each.id}", "当事单位答复", each.day))
        for each in session.scalars(answers)
    ]
    for each in session.scalars(files):
        title = "当事单位答复（盖章件）" if each.purpose == STAMPED else f"答复附件：{clauses.form(each)}"
        sheet = Sheet(f"evidence:{each.id}", title, day_of(each.added_at), sha256=each.sha256)
        found.append((each.forwarding_id or 0, each.added_at, sheet))
    for _forwarding, _at, sheet in sorted(found, key=lambda one: one[:2]):
        yield "answer", sheet


def _evidence(session: Session, track: CaseTrack, *, shown: bool) -> Iterator[Placed]:
    """Evidence for one volume: the main one binds what the respondent may be shown, the internal one the rest."""
    mine = select(Evidence).where(Evidence.case_id == track.case_id).order_by(Evidence.id)
    bound = _forwardings(session, track)
    every = session.scalars(mine).all()
    theirs = showable(every, track)  # an answer by whoever had the letter, or the track, as well
    for each in every:
        if each.taken_over and each.forwarding_id in bound:
            continue  # it stands there as an annex of the answer already
        others = each.track_id not in {None, track.id}
        may_see = each in theirs
        others |= not may_see and each.party_id not in {None, track.party_id}
        if not others and may_see == shown:
            title = f"证据：{each.shows or clauses.form(each)}"
            yield "evidence", Sheet(f"evidence:{each.id}", title, day_of(each.added_at), sha256=each.sha256)


def _votes(session: Session, track: CaseTrack) -> Iterator[Placed]:
    panels = session.scalars(select(Panel.id).where(Panel.track_id == track.id)).all()
    cast = select(Vote).where(Vote.panel_id.in_(panels)).order_by(Vote.id)
    for place, each in enumerate(session.scalars(cast), 1):
        yield "vote", Sheet(f"vote:{each.id}", f"表决票{place}", day_of(each.voted_at))
    reviews = session.scalars(select(Review.id).where(Review.track_id == track.id)).all()
    reviewed = select(ReviewVote).where(ReviewVote.review_id.in_(reviews))
    for place, given in enumerate(session.scalars(reviewed.order_by(ReviewVote.id)), 1):
        yield "vote", Sheet(f"review_vote:{given.id}", f"复核表决票{place}", day_of(given.voted_at))
    motions = session.scalars(select(Motion.id).where(Motion.track_id == track.id)).all()
    moved = select(MotionVote).where(MotionVote.motion_id.in_(motions))
    for place, on_motion in enumerate(session.scalars(moved.order_by(MotionVote.id)), 1):
        yield "vote", Sheet(f"motion_vote:{on_motion.id}", f"动议表决票{place}", day_of(on_motion.voted_at))
    put = select(TextCorrection.id).where(TextCorrection.track_id == track.id)
    agreed = select(TextCorrectionVote).where(TextCorrectionVote.correction_id.in_(put))
    for place, on_error in enumerate(session.scalars(agreed.order_by(TextCorrectionVote.id)), 1):
        yield "vote", Sheet(f"correction_vote:{on_error.id}", f"更正表决票{place}", day_of(on_error.voted_at))


def complainant(session: Session, complaint: Complaint) -> list[Sheet]:
    """The complainant's volume: the complaint, its annexes, the letters."""
    sheets = [Sheet(f"complaint:{complaint.id}", "投诉登记", day_of(complaint.received_at), number=complaint.ref)]
    annexes = select(Evidence).where(Evidence.complaint_id == complaint.id, Evidence.given_by == "COMPLAINANT")
    sheets += [
        Sheet(f"evidence:{each.id}", f"附件：{clauses.form(each)}", day_of(each.added_at), sha256=each.sha256)
        for each in session.scalars(annexes.order_by(Evidence.id))
    ]
    file = letters_of(session, complaint)
    for each in file.papers:
        sheets.append(archives.sheet_of(each, KINDS[each.kind].zh))
        sheets += file.after(each)
    return sheets


def letters_of(session: Session, complaint: Complaint) -> File:
    """The letters to a complainant, and those about the complaint that no respondent sees."""
    found = notices.documents_of(session, queries_erasures.subjects(session, complaint), [complaint.id])
    letters = [each for each in found if each.volume == "complainant" and each.kind not in {PROOF, *COVERS}]
    return File(letters, proofs(session, letters), scans(session, letters))


def bound_of(session: Session, track: CaseTrack) -> list[ArchiveVolume]:
    """The bound volumes of a track's file, the main one first."""
    places = [(("track", track.id), volume) for volume in ("main", "internal")]
    places += [(("complaint", each.id), "complainant") for each in concerned(track)]
    found = [archives.one(session, subject, volume) for subject, volume in places]
    return [each for each in found if each is not None]


def concerned(track: CaseTrack) -> list[Complaint]:
    """The complaints on which the case rests, and those merged into one of them."""
    return sorted(queries_cases.told_for(track.case), key=lambda each: each.id)


def ended(track: CaseTrack) -> list[Complaint]:
    """Those that have ended: each has its own volume, bound with the file."""
    return [each for each in concerned(track) if each.state in COMPLAINT.ends]


def late(session: Session, track: CaseTrack) -> list[Complaint]:
    """For an archived file, complaints that ended or got something since and are not bound like that."""
    if track.state != "ARCHIVED" or track.case.erased_at is not None:
        return []
    kept = [each for each in ended(track) if each.erased_at is None]
    volume = "complainant"
    return [each for each in kept if not _holds(session, ("complaint", each.id), volume, complainant(session, each))]


def reviewed_since(session: Session, track: CaseTrack) -> bool:
    """Whether a review ended after the file was archived and left it there: its documents are in no volume."""
    bound = archives.one(session, ("track", track.id), "main") if track.state == "ARCHIVED" else None
    if bound is None or track.case.erased_at is not None:
        return False
    ended_at = session.scalar(select(func.max(Review.ended_at)).where(Review.track_id == track.id))
    return ended_at is not None and ended_at > bound.bound_at


def published_since(session: Session, track: CaseTrack) -> bool:
    """Whether a publication was corrected or withdrawn after the file was archived: its notice is in no volume."""
    bound = archives.one(session, ("track", track.id), "main") if track.state == "ARCHIVED" else None
    if bound is None or track.case.erased_at is not None:
        return False
    mine = session.scalars(select(Publication.id).where(Publication.track_id == track.id)).all()
    papers = notices.documents_of(session, [("publication", number) for number in mine])
    held = {each.mark for each in bound.entries}
    return any(each.kind in AFTERWARDS and archives.mark_of(each) not in held for each in papers)


def grew_since(session: Session, track: CaseTrack) -> bool:
    """Whether the archived file itself got something since."""
    return reviewed_since(session, track) or published_since(session, track)


def came_late(session: Session, track: CaseTrack) -> bool:
    """Whether something has still to be bound of an archived file."""
    return grew_since(session, track) or bool(late(session, track))


def is_bound(session: Session, track: CaseTrack) -> bool:
    """Whether the volumes hold everything that belongs in them, as it is now."""
    return once(session, ("bound", track.id), lambda: all(_holds(session, *each) for each in _wanted(session, track)))


def _wanted(session: Session, track: CaseTrack) -> Iterator[tuple[archives.Subject, str, list[Sheet]]]:
    file = file_of(session, track)
    yield ("track", track.id), "main", main(session, track, file)
    yield ("track", track.id), "internal", internal(session, track, file)
    for each in ended(track):
        yield ("complaint", each.id), "complainant", complainant(session, each)


def _holds(session: Session, subject: archives.Subject, volume: str, sheets: list[Sheet]) -> bool:
    bound = archives.one(session, subject, volume) if sheets else None
    return not sheets or (bound is not None and archives.holds(bound, sheets))
