"""What was told for a case is erased when its years are over; what the association decided stays (PIPL 47).

Its complaints follow as complaints do, once no case that is still kept rests on them.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from casework import erased_files, hanging, holds, masking, personal_strings, queries_merged
from casework import queries_erasing_cases as queries
from casework.models import Complainant, Note
from casework.models_cases import CaseFile, CaseTrack
from casework.models_contacts import ContactEvent
from casework.models_erasures import ErasureHold
from casework.models_recusals import Recusal
from casework.queries_erasures import Subject
from core import drafts, journal
from core.actors import SYSTEM
from core.forgetting import forget_later
from core.registered import Registered
from notices import erasing as papers
from notices.models import Document, Service, ServiceStep
from registry import batches


@dataclass(frozen=True)
class Leaving:
    """A case that is being erased, and what hangs on it."""

    case: CaseFile
    tracks: Sequence[int]
    about: Sequence[Subject]
    evidence: Sequence[int]
    own: Sequence[str]
    """What its complainants told of themselves, and whom their words introduce: hidden in what stays."""

    def hidden(self, text: str) -> str:
        """A text that stays, with names hidden; word for word if it names nobody."""
        return masking.masked(text, self.own) if self.named_in(text) else text

    def named_in(self, text: str) -> bool:
        """Whether a text names one of the people or numbers of the case."""
        return masking.is_named(text, self.own) or masking.tells(text, self.own)

    def hide(self, row: Any, *names: str) -> None:  # noqa: ANN401 - a row of any table
        """Cover the people and numbers of the case in columns of a row."""
        for name in names:
            said = getattr(row, name)
            if said and (bare := self._bare(said)) != said:
                setattr(row, name, bare)

    def _bare(self, said: Any) -> Any:  # noqa: ANN401 - a text, or what holds texts
        if isinstance(said, str):
            return self.hidden(said)
        if isinstance(said, list):
            return [self._bare(each) for each in said]
        return {name: self._bare(each) for name, each in said.items()} if isinstance(said, dict) else said


ALSO = Registered[Callable[[Session, Leaving], Iterable[str]]]()
"""What higher rooms keep of a case goes first; they tell the digests of files that they named."""


def erase_if_due(session: Session, number: int, now: datetime) -> bool:
    """Erase what was told for one case if its years are over and nothing keeps it; returns whether it was erased.

    The complaints on which it rests are locked too: one that is held back at this moment keeps the case.
    """
    holds.hold_complaints(session, number)
    it = session.get(CaseFile, number, with_for_update=True, populate_existing=True)
    if it is None or not queries.is_due(session, it, now):
        return False
    _erase(session, it, now)
    return True


def _erase(session: Session, it: CaseFile, now: datetime) -> None:
    """Erase everything in one transaction; the bytes of its files go afterwards, unless something else names them.

    That it is being erased is written first: some of what never changes may lose names only then.
    """
    own = [*personal_strings.of_case(session, it.id), *personal_strings.introduced_in(session, it.id)]
    it.erased_at = now
    session.flush()
    about = hanging.of_case(session, it)
    evidence = queries.evidence_of(session, it)
    leaving = Leaving(it, [each.id for each in it.tracks], about, evidence, own)
    gone = {digest for also in ALSO for digest in also(session, leaving)}
    gone |= _papers(session, leaving, now)
    gone |= batches.drop_files(session, about)
    drafts.forget_about(session, about, _pages(leaving))
    session.execute(delete(ContactEvent).where(queries.only_of(it, ContactEvent)))
    session.execute(delete(ContactEvent).where(ContactEvent.evidence_id.in_(evidence)))
    gone |= erased_files.empty(session, evidence, now)
    _texts(session, leaving)
    session.flush()
    vouched = journal.blank_case(session, it.id)
    forget_later(session, gone)
    journal.write(
        session,
        subject=("case", it.id),
        row=journal.ERASED_CASE,
        ref=it.ref,
        actor=SYSTEM,
        now=now,
        states=("OPEN", "OPEN"),
        changes={"blanked": vouched} if vouched else None,
    )


def _pages(leaving: Leaving) -> str:
    """A pattern for the addresses of its pages, those of staff and of companies alike."""
    tracks = "|".join(map(str, leaving.tracks))
    return f"^(/staff/cases/{leaving.case.id}|/(portal/cases|staff/tracks)/({tracks}))(/|$)"


def _papers(session: Session, leaving: Leaving, now: datetime) -> set[str]:
    """Keep what was issued to companies, unless it names a complainant; delete drafts and full volumes."""
    every = queries.papers(session, leaving.about)
    told = [each for each in every if _tells(each, leaving)]
    _beside(session, [each for each in every if each not in told], leaving)
    gone, services = papers.emptied(session, told, now)
    gone |= papers.drafts(session, [*leaving.about, *(("service", number) for number in services)])
    for volume in papers.volumes_of(session, leaving.about):
        leaving.hide(volume, "title")
    theirs = Complainant.complaint_id.in_(select(queries_merged.of_cases([leaving.case.id]).c.complaint_id))
    consents = select(Complainant.complaint_id).where(theirs, Complainant.consented_at.is_not(None))
    agreed = session.scalar(consents.limit(1))
    return gone | papers.volumes(session, leaving.about, now, named=agreed is not None)


def _tells(document: Document, leaving: Leaving) -> bool:
    """Whether a document retells what was told: it is internal, goes to a complainant, or names somebody."""
    if document.complaint_id is not None or (not document.outward and document.kind != queries.PROOF):
        return True
    return leaving.named_in(json.dumps(document.paper, ensure_ascii=False))


def _beside(session: Session, staying: Sequence[Document], leaving: Leaving) -> None:
    """What was noted of a document that stays: why it is void, why it came back, who refused it and why."""
    for document in staying:
        leaving.hide(document, "void_reason")
    services = session.scalars(select(Service).where(Service.document_id.in_([each.id for each in staying]))).all()
    for service in services:
        leaving.hide(service, "trouble", "receiver", "proof")
    noted = select(ServiceStep).where(ServiceStep.service_id.in_([each.id for each in services]))
    for step in session.scalars(noted):
        leaving.hide(step, "said")


STAYS = ("at", "came_on", "late")
"""When an explanation came, which the list of the volume tells; not a word of it."""


def _days_of(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: part[name] for name in STAYS if name in part} | {"size": 0} for part in parts]


def _texts(session: Session, leaving: Leaving) -> None:
    """Erase leads, explanations, reports and notes; hide names in what was alleged, found and decided."""
    it = leaving.case
    leaving.hide(it, "title", "title_en")
    for track in session.scalars(select(CaseTrack).where(CaseTrack.id.in_(leaving.tracks))):
        track.lead, track.explained_parts = "", _days_of(track.explained_parts[:1])
        track.explanation = track.report = track.suspended_because = track.gaps = None
        leaving.hide(track, "reasons")
        for alleged in track.allegations:
            leaving.hide(alleged, "facts", "reason")
    for recusal in session.scalars(select(Recusal).where(Recusal.case_id == it.id)):
        recusal.facts = ""
        leaving.hide(recusal, "reasons")
    session.execute(delete(Note).where(Note.case_id == it.id))
    session.execute(update(ErasureHold).where(ErasureHold.case_id == it.id).values(reason=""))
