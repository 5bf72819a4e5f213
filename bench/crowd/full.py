"""Fills one case up: so many entries in its journal, files of evidence and notices, as a long inquiry has them."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import cases
from casework.models_cases import CaseTrack, Evidence
from core.actors import Actor
from core.journal import JournalEntry
from filestore.files import StoredFile
from notices.models import Document, Service
from registry.models_accounts import Account

EVENTS, FILES, NOTICES = 40, 30, 12
DIGEST = "a" * 64
SAME = ("kind", "lang", "outward", "volume", "subject_kind", "subject_id", "row", "party_id", "to", "paper")
"""What the notices of a track have in common here; no file stands behind them."""


def fill_up(session: Session, track: CaseTrack, by: Account, events: int, files: int, notices: int) -> None:
    """Hang more on the case of a filed track until it has so much: notes with their entries, files, notices."""
    case, actor = track.case, Actor(by.id, frozenset({"officer"}), audience="staff", name=by.name)
    subjects = [("case", case.id), *(("track", each.id) for each in case.tracks)]
    told = sum(_many(session, JournalEntry, subject_kind=kind, subject_id=number) for kind, number in subjects)
    notices_of = select(Document).filter_by(subject_kind="track", subject_id=track.id, kind="D11b")
    first = session.scalars(notices_of.order_by(Document.id).limit(1)).one()  # more, where it was filled up before
    for place in range(told, events):
        when = first.issued_at + timedelta(minutes=place)
        cases.note(session, case, text=f"note {place}: 与当事单位联系人通话，其称正在核查录音。", actor=actor, now=when)
    session.merge(StoredFile(sha256=DIGEST, size=5, media_type="text/plain", kept_at=first.issued_at))
    of = {"given_by": "STAFF", "media_type": "text/plain", "size": 5, "added_at": first.issued_at, "sha256": DIGEST}
    had = _many(session, Evidence, case_id=case.id)
    session.add_all(Evidence(case_id=case.id, name=f"通话记录-{place}.txt", **of) for place in range(had, files))
    held = {name: getattr(first, name) for name in (*SAME, "paper_sha256", "wording", "issued_at", "issued_on")}
    for _place in range(
        sum(_many(session, Document, subject_kind=kind, subject_id=it) for kind, it in subjects), notices
    ):
        made = Document(check_code=secrets.token_hex(16), **held)
        session.add(made)
        session.flush()
        session.add(Service(document_id=made.id, state="ISSUED", party_id=first.party_id))


def _many(session: Session, what: type, **of: object) -> int:
    return session.scalar(select(func.count()).select_from(what).filter_by(**of)) or 0
