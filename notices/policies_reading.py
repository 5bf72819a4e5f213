"""Who of the staff reads a document or a draft: whoever reads its matter, and whoever has a part in it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.actors import Actor
from notices import doers, policies_approval, queries, queries_approval, queries_seals
from notices.models import Document, Dossier, Service
from notices.policies import may_stamp

TOLD = ("complaint", "forwarding", "stop_contact")
"""What a matter is that rests on what complainants told, and what is written to them."""
DRAWN = ("panel", "review body")
"""Whoever decides reads what the decision rests on, whatever other roles they have."""


@dataclass
class _Readers:
    """Who reads complaints, who files, and which papers quote complaints; registered by the room that knows it."""

    complaints: Callable[[Actor], bool] = lambda _actor: False
    files: Callable[[Actor], bool] = lambda _actor: False
    quotes: Callable[[Session, Document], bool] = lambda _session, _it: False


_readers = _Readers()


def read_by(
    *,
    complaints: Callable[[Actor], bool],
    files: Callable[[Actor], bool],
    quotes: Callable[[Session, Document], bool],
) -> None:
    """Register who of the staff reads complaints, who reads files, and which papers of a case quote complaints."""
    _readers.complaints, _readers.files, _readers.quotes = complaints, files, quotes


def may_read_told(actor: Actor) -> bool:
    """Whether somebody reads what is written to complainants."""
    return _readers.complaints(actor)


def may_list(actor: Actor) -> bool:
    """Whether somebody opens files at all."""
    return _readers.files(actor)


def may_read(session: Session, it: Document, actor: Actor) -> bool:
    """Whether somebody reads it: whoever reads its matter; the keeper of the seal also what is or was to be stamped."""
    return may_read_proofs(session, it, actor) or _stamps(session, it, actor)


def readable(session: Session, numbers: Collection[int], actor: Actor) -> set[int]:
    """Which of these documents somebody may read, asked for all at once."""
    found, *_held = queries.with_steps(session, numbers) if numbers else ((),)  # so that they stay loaded
    return {each.id for each in found if may_read(session, each, actor)}


def may_read_proofs(session: Session, it: Document, actor: Actor) -> bool:
    """Whether somebody reads proofs: whoever reads the matter; members of a panel what the database shows them."""
    return _reads(actor, told=_tells(session, it) or _is_told(session, it.subject_kind, it.subject_id))


def _tells(session: Session, it: Document) -> bool:
    """Whether it is written to a complainant, or says in a complainant's own words what was told."""
    return it.complaint_id is not None or _readers.quotes(session, it)


def _reads(actor: Actor, *, told: bool) -> bool:
    if told:
        return _readers.complaints(actor)
    return _readers.files(actor) or not may_stamp(actor) or actor.has(*DRAWN)


def _is_told(session: Session, kind: str, number: int) -> bool:
    """Whether it was written to a complainant; a step of service, or a dispatch sheet, counts as its documents do."""
    if kind == "approval":
        dossier = session.get(Dossier, number)
        return dossier is None or _writes_to_one(session, dossier)
    if kind != "service":
        return kind in TOLD
    service = session.get(Service, number)
    return service is None or service.complaint_id is not None or service.document.subject_kind in TOLD


def _writes_to_one(session: Session, it: Dossier) -> bool:
    return any(_tells(session, each) for each in it.documents) or _is_told(session, it.subject_kind, it.subject_id)


def _stamps(session: Session, it: Document, actor: Actor) -> bool:
    if it.seal_mode != "physical" or not may_stamp(actor):
        return False
    line = queries_seals.line_of(session, it.id)
    return line.keeper_id == actor.id if line is not None else it.pdf_sha256 is None


def may_read_draft(session: Session, it: Dossier, actor: Actor) -> bool:
    """Whether somebody reads a draft: whoever reads its matter, drafted it or has a step, and the body that decided."""
    return (
        _reads(actor, told=_writes_to_one(session, it))
        or it.drafted_by == actor.id
        or policies_approval.is_of_its_chain(queries_approval.steps_of(session, it.id), actor)
        or (it.of_body and actor.id in doers.body_of(session, it))
    )
