"""Papers that tell who complains: whom each names, how it is masked, and what the journal notes of opening it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import identities, masking, noting, personal_strings, queries_cases, queries_evidence
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack
from casework.models_stop_contacts import StopContact
from core.actors import Actor
from core.errors import NotAllowed
from core.journal import JournalEntry
from notices.models import Document, Dossier

REVEALED: Final = {"complaint": identities.REVEALED, "case": "case.revealed"}
"""How the journal calls it, as it calls a look at the person or at the case."""


class Papers:
    """Says which papers name complainants, and notes who opens them (notices.names_hidden)."""

    def veil(self, session: Session, it: Document) -> Callable[[str], str] | None:
        """How its text is masked; the association's own telephone and numbers that called stay whole."""
        case = _case(session, it)
        if case is None and not _numbers(session, it):
            return None
        told = queries_cases.told_for(case) if case is not None else _people(session, it)
        names = queries_evidence.names_in(told)
        if not told:  # this reader may not see whose it is
            names.append(it.paper["head"].get("recipient_name", ""))
        own = [
            it.paper["head"].get("telephone", ""),
            *(n for each in told for n in personal_strings.companies_own(each)),
        ]
        return _but(masking.masker(names), [each for each in own if each])

    def is_open(self, session: Session, it: Document, actor: Actor, now: datetime) -> bool:
        """Whether this person opened it not long ago; of several complainants all were noted at once."""
        kind, number = next(iter(_subjects(session, it)), ("", 0))
        noted = select(JournalEntry.id).where(
            JournalEntry.subject_kind == kind,
            JournalEntry.subject_id == number,
            JournalEntry.row == REVEALED.get(kind),
            JournalEntry.changes["document"].as_integer() == it.id,
            JournalEntry.actor == actor.who,
            JournalEntry.at > now - queries_evidence.OPEN_FOR,
        )
        return session.scalar(noted.limit(1)) is not None

    def open_it(self, session: Session, it: Document, *, actor: Actor, now: datetime) -> None:
        """Note it with each complaint whose person it names, or with the case whose complaints it repeats."""
        if (case := _case(session, it)) is not None:
            noting.of_case(session, case, "revealed", actor, now, document=it.id)
            return
        people = _people(session, it)
        if not people:
            raise NotAllowed
        for each in people:
            noting.of_complaint(session, each, REVEALED["complaint"], actor, now, {"document": it.id})


def _but(hide: Callable[[str], str], whole: list[str]) -> Callable[[str], str]:
    if not whole:
        return hide
    stays = re.compile("|".join(f"({re.escape(each)})" for each in sorted(whole, key=len, reverse=True)))

    def hidden(text: str) -> str:
        parts, at = [], 0
        for found in stays.finditer(text):
            parts += [hide(text[at : found.start()]), found[0]]
            at = found.end()
        return "".join([*parts, hide(text[at:])])

    return hidden


def _subjects(session: Session, it: Document) -> list[tuple[str, int]]:
    case = _case(session, it)
    return [("case", case.id)] if case is not None else [("complaint", each) for each in sorted(_numbers(session, it))]


def _case(session: Session, it: Document) -> CaseFile | None:
    """The case whose complaints a paper repeats word for word."""
    if not queries_cases.quotes_complaints(session, it):
        return None
    track = session.get(CaseTrack, it.subject_id)
    return track.case if track is not None else None


def _people(session: Session, it: Document) -> list[Complaint]:
    """The complaints whose complainants it names, as far as this reader may see them and they are not erased."""
    mine = select(Complaint).where(Complaint.id.in_(_numbers(session, it)), Complaint.erased_at.is_(None))
    return list(session.scalars(mine.options(joinedload(Complaint.complainant)).order_by(Complaint.id)))


def _numbers(session: Session, it: Document) -> set[int]:
    """Whose complainants it names: proofs of service and dispatch sheets name whom their documents went to."""
    if it.complaint_id is not None:
        return {it.complaint_id}
    if it.subject_kind == "complaint":
        return {it.subject_id}
    if it.subject_kind == "approval":
        sheet = session.get(Dossier, it.subject_id)
        return {each.complaint_id for each in sheet.documents if each.complaint_id is not None} if sheet else set()
    if it.subject_kind == "stop_contact":
        asked = session.get(StopContact, it.subject_id)
        return {asked.complaint_id} if asked is not None else set()
    sent = session.get(Forwarding, it.subject_id) if it.subject_kind == "forwarding" else None
    told = session.get(Complaint, sent.complaint_id) if sent is not None else None
    return {told.id} if told is not None and personal_strings.passed_on_of(told) else set()
