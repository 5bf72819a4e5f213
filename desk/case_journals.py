"""The journal of one case as a table for download: everything noted about it and what hangs on it."""

from datetime import datetime
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from casework import hanging, policies_tracks, sentences, timelines
from casework.models_cases import CaseFile
from casework.models_stop_contacts import StopContact
from core import clock
from core.actors import Actor
from core.errors import NotAllowed
from core.journal import JournalEntry, Subject, note
from core.words import _
from filestore.sheets_made import Table
from notices.models import Document, Dossier, Service

MOST: Final = 20_000


def take(session: Session, case: CaseFile, ending: str, *, actor: Actor, now: datetime) -> None:
    """Make the table, and note in the journal that it leaves the house."""
    if not policies_tracks.may_take_journal(actor, case):
        raise NotAllowed
    note(session, Subject("case", case.id, case.ref), "journal_out", actor, now, changes={"ending": ending})


def table(session: Session, case: CaseFile, lang: str) -> Table:
    """Every entry in order of time, with the proof of its place in the chain; never what people wrote."""
    subjects = _subjects(session, case)
    about = tuple_(JournalEntry.subject_kind, JournalEntry.subject_id).in_(subjects)
    rows = session.scalars(select(JournalEntry).where(about).order_by(JournalEntry.at, JournalEntry.id).limit(MOST))
    found = rows.all()
    people = timelines.people(session, found)
    heads = [
        *(_("When"), _("By whom"), _("What was noted"), _("Of what"), _("Reference number"), _("Rule no.")),
        *(_("State before"), _("State after"), _("Place in its chain"), _("Digest of the chain")),
    ]
    lines = [
        (
            clock.local(row.at).isoformat(sep=" ", timespec="seconds"),
            timelines.who(row.actor, people.get(row.actor), lang),
            _said(row.row),
            row.subject_kind,
            row.ref,
            row.row,
            row.before,
            row.after,
            row.seq,
            row.digest,
        )
        for row in found
    ]
    return Table(case.ref, heads, lines)


def _said(row: str) -> str:
    """What happened; for a row without a sentence, its states."""
    said = timelines.sentence(row)
    return "" if said == str(sentences.UNKNOWN) else said


def _subjects(session: Session, case: CaseFile) -> list[hanging.Subject]:
    found = hanging.of_case(session, case)
    found += [("complaint", each.id) for each in case.complaints]
    found += [("forwarding", each.id) for it in case.complaints for each in it.forwardings]
    asked = select(StopContact.id).where(StopContact.complaint_id.in_([each.id for each in case.complaints]))
    found += [("stop_contact", number) for number in session.scalars(asked)]
    pairs = tuple_(Document.subject_kind, Document.subject_id).in_(found)
    found += [("service", number) for number in session.scalars(select(Service.id).join(Service.document).where(pairs))]
    drafted = tuple_(Dossier.subject_kind, Dossier.subject_id).in_(found)
    found += [("approval", number) for number in session.scalars(select(Dossier.id).where(drafted))]
    return found
