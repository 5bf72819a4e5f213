"""Receipts of what a company sent in its procedure: statements, reports, admissions, requests."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import party_requests
from casework.models_cases import CaseTrack
from core.words import _
from portal import queries_portal
from portal.portal_receipts import Sent, in_time, of_track, on_paper, sender, text_digest
from portal.queries_portal import File
from sanctions import queries
from sanctions.labels import LEVEL
from sanctions.models_admissions import Admission
from sanctions.models_decisions import Statement
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Measure
from sanctions.models_resolutions import Restoration
from sanctions.models_reviews import Review


@of_track("statement")
def statement(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """One statement, with the files that came with it."""
    found = at.get(Statement, which)
    if found is None or found.track_id != it.id:
        return None
    files = queries_portal.own_files(at, it, it.party_id, "STATEMENT")
    return Sent(
        title=_("Receipt of a statement"),
        ref=it.ref,
        at=found.stated_at,
        by=found.stated_by,
        pairs=[*on_paper(found.came_on), in_time(late=found.late)],
        texts=[(text_digest(), found.body)],
        files=[each for each in files if each.at == found.stated_at],
        entered=found.came_on is not None,
    )


@of_track("report")
def report(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """The last report on an order, problem by problem, with its proof; without problems that had passed before."""
    found = _measure(at, it, which)
    told = [(item, each) for item in found.items for each in item.reports] if found else []
    sent = max((each.at for _item, each in told), default=None)
    if found is None or sent is None:
        return None
    mine = [(item, each) for item, each in told if each.at == sent]
    of, first = {None, *(item.id for item, _each in mine)}, mine[0][1]
    files = queries_portal.own_files(at, it, it.party_id, "PROOF")
    return Sent(
        title=_("Receipt of a report of corrections"),
        ref=it.ref,
        at=sent,
        by=first.by,
        pairs=[
            *on_paper(first.came_on),
            (_("Signed by"), first.signed_by or "—"),
            in_time(late=first.late),
        ],
        texts=[(_("SHA-256 of the report on problem %(no)s", no=item.no), each.text) for item, each in mine],
        files=[each for each in files if each.at == sent and each.of in of],
        entered=first.came_on is not None,
    )


@of_track("more-time")
def more_time(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """The last request for more time to carry out a measure."""
    found = _measure(at, it, which)
    asked = next(reversed(party_requests.told(found.time_requests)), None) if found is not None else None
    if found is None or asked is None:
        return None
    return Sent(
        title=_("Receipt of a request for more time"),
        ref=it.ref,
        at=asked.at,
        by=sender("case", it.case_id, asked.at),
        pairs=[(_("Measure"), str(LEVEL[found.level][0]))],
        texts=[(text_digest(), asked.why)],
    )


@of_track("hearing")
def hearing(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """A request for a hearing."""
    found = at.get(Hearing, which)
    if found is None or found.track_id != it.id:
        return None
    return Sent(
        title=_("Receipt of a request for a hearing"),
        ref=it.ref,
        at=found.asked_at,
        by=found.asked_by,
        pairs=on_paper(found.came_on),
        texts=[(text_digest(), found.wishes)],
        files=_scans(at, it, found.asked_at),
        entered=found.came_on is not None,
    )


@of_track("review")
def review(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """A request for a review; one that the association opened was sent by nobody."""
    found = at.get(Review, which)
    if found is None or found.track_id != it.id or found.own_motion:
        return None
    revoked = [(_("SHA-256 of what was said of the revoked document"), found.revoked)] if found.revoked else []
    handed = queries_portal.own_files(at, it, it.party_id, "REVIEW")
    files = [each for each in handed if each.at == found.asked_at]
    since = [(_("It was revoked on"), f"{found.revoked_on}")] if found.revoked_on else []
    return Sent(
        title=_("Receipt of a request for a review"),
        ref=it.ref,
        at=found.asked_at,
        by=found.asked_by,
        pairs=[*on_paper(found.came_on), *since],
        texts=[(text_digest(), found.grounds), *revoked],
        files=files,
        entered=found.came_on is not None,
    )


@of_track("restoration")
def restoration(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """A request to have the time run again."""
    found = at.get(Restoration, which)
    if found is None or found.track_id != it.id:
        return None
    return Sent(
        title=_("Receipt of a request to have the time run again"),
        ref=it.ref,
        at=found.asked_at,
        by=found.asked_by,
        pairs=[*on_paper(found.came_on), (_("The obstacle ended on"), f"{found.ended_on:%Y-%m-%d}")],
        texts=[(text_digest(), found.obstacle)],
        files=_scans(at, it, found.asked_at),
        entered=found.came_on is not None,
    )


@of_track("admission")
def admission(at: Session, it: CaseTrack, which: int) -> Sent | None:
    """An admission of the facts, whatever became of it."""
    found = at.get(Admission, which)
    if found is None or found.track_id != it.id:
        return None
    signed = (_("Signed by"), f"{found.signed_by} · {found.position}")
    title = _("Receipt of an admission of the facts")
    said = [(text_digest(), found.body)] if found.body else []
    return Sent(title, it.ref, found.admitted_at, found.admitted_by, pairs=[signed], texts=said)


def _scans(at: Session, it: CaseTrack, entered: datetime) -> list[File]:
    """What came on paper with a request: it is kept beside the statements, and found by the moment of its entry."""
    return [each for each in queries_portal.own_files(at, it, it.party_id, "STATEMENT") if each.at == entered]


def _measure(at: Session, it: CaseTrack, which: int) -> Measure | None:
    return next((each for each in queries.measures_of(at, it) if each.id == which), None)
