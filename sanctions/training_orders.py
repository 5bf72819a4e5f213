"""Trainings ordered for many at once: one plan for all decisions that wait for it, a numbered notice for each."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from casework.models_cases import CaseTrack
from casework.policies_pages import may_read_files
from core.actors import Actor
from core.errors import NotNow, Refused
from core.words import _, _l, in_both
from filestore.sheets_made import Table, csv_of
from filestore.zips import zipped
from notices import approvals, chains
from notices.doers import Sent
from notices.models import Document
from notices.queries import LINKS
from registry import batches
from registry.batches import Chosen, File, Kind
from registry.models_batches import Batch, BatchItem
from sanctions import measures, rounds
from sanctions.levels import INTERVIEW, TRAINING
from sanctions.models_decisions import Decision
from sanctions.plans import TrainingPlan

NAME = "sanctions.trainings"
NOTICE = "D23d"
DEED = "sanctions.track/execute"
ZIP = "application/zip"


def _waiting() -> Select[CaseTrack]:
    """SQL: tracks whose decision is in force and orders a training that is not ordered yet."""
    stands = (Decision.track_id == CaseTrack.id) & (Decision.round == CaseTrack.round)
    asked = select(CaseTrack).join(Decision, stands).where(Decision.set_aside_on.is_(None))
    return asked.where(CaseTrack.state == "EFFECTIVE", Decision.measures.contains([TRAINING]))


def first(session: Session, most: int) -> Sequence[CaseTrack]:
    """The first of those that wait, to choose from."""
    return session.scalars(_waiting().options(joinedload(CaseTrack.party)).order_by(CaseTrack.id).limit(most)).all()


def waiting(session: Session) -> Sequence[int]:
    """The numbers of all that wait; one more than allowed, if there are too many."""
    return session.scalars(
        _waiting().with_only_columns(CaseTrack.id).order_by(CaseTrack.id).limit(batches.MOST + 1)
    ).all()


def prepare(session: Session, numbers: Iterable[int], plan: TrainingPlan, *, actor: Actor, now: datetime) -> Batch:
    """Look at each decision: what can be ordered now, and what cannot, and why."""
    params = {
        "first": plan.first.isoformat() if plan.first else None,
        "last": plan.last.isoformat() if plan.last else None,
        "place": plan.place,
        "sessions": list(plan.sessions),
    }
    tracks = session.scalars(select(CaseTrack).where(CaseTrack.id.in_(list(numbers))).order_by(CaseTrack.id)).all()
    chosen = [
        Chosen("track", each.id, f"{each.party.name_zh} · {each.ref}", why_not(session, each, plan, actor, now))
        for each in tracks
    ]
    return batches.prepare(session, NAME, chosen, params=params, actor=actor, now=now)


def why_not(session: Session, track: CaseTrack, plan: TrainingPlan, actor: Actor, now: datetime) -> Refused | None:
    """What keeps this training from being ordered with the others."""
    levels = rounds.to_order(session, track)
    if TRAINING not in levels:
        return NotNow(_l("No training waits to be ordered here."))
    if INTERVIEW in levels:
        return NotNow(
            _l("The decision orders an interview too, which needs a day of its own: order its measures on its page.")
        )
    return next(iter(measures.refusals(session, track, actor=actor, now=now, training=plan)), None)


def _order(session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
    """Do exactly what the track's page does; documents that need more hands are put before them."""
    track = session.get_one(CaseTrack, item.subject_id, with_for_update=True, populate_existing=True)
    plan = _plan(batch)
    if (refused := why_not(session, track, plan, actor, now)) is not None:
        raise refused

    def do() -> None:
        measures.execute(session, track, actor=actor, version=None, now=now, training=plan)

    if not chains.any_chain(session):
        do()
        return
    fields = (
        *((f"{name}_on", said) for name in ("first", "last") if (said := batch.params.get(name))),
        ("sessions", "\n".join(plan.sessions)),
        ("training_place", plan.place),
    )
    if approvals.carry_out(session, DEED, track.id, Sent(fields), do, actor=actor, now=now):
        item.reason = in_both(approvals.WAITS)


def _plan(batch: Batch) -> TrainingPlan:
    """The prepared plan; an old one, with days in words, must be prepared anew."""
    said = batch.params
    first, last = (date.fromisoformat(said[name]) if said.get(name) else None for name in ("first", "last"))
    return TrainingPlan(first, said["place"], last, tuple(said["sessions"]))


def notices_of(session: Session, batch: Batch) -> Sequence[Document]:
    """The training notices that came of it, including those that waited for approval."""
    mine = select(BatchItem.subject_id).where(BatchItem.batch_id == batch.id, BatchItem.state == "DONE")
    asked = select(Document).where(Document.kind == NOTICE, Document.subject_kind == "track")
    asked = asked.where(Document.subject_id.in_(mine), Document.issued_at >= batch.started_at)
    return session.scalars(asked.order_by(Document.year, Document.serial, Document.id)).all()


def _lacking(session: Session, batch: Batch) -> int:
    return sum(each.pdf_sha256 is None for each in notices_of(session, batch))


def _zip(session: Session, batch: Batch) -> File:
    """Every notice whose PDF exists, with a list of all."""
    mine = select(BatchItem.subject_id, BatchItem.ref).where(BatchItem.batch_id == batch.id)
    refs = {number: ref for number, ref in session.execute(mine)}  # noqa: C416 - rows are no pairs for mypy
    made = notices_of(session, batch)
    rows = [[each.number or "", refs[each.subject_id], "有" if each.pdf_sha256 else "制作中"] for each in made]
    if not any(each.pdf_sha256 for each in made):
        raise NotNow(_l("No PDF is there yet."))
    kept = [(f"{each.number} {refs[each.subject_id].partition(' · ')[0]}.pdf", each.pdf_sha256) for each in made]
    listed = csv_of(Table("强制培训通知书", ["文号", "当事单位", "PDF"], rows))
    content = zipped([(name, sha256) for name, sha256 in kept if sha256], [("强制培训通知书清单.csv", listed)])
    return File(f"强制培训通知书 {batch.id}.zip", ZIP, content)


def _title(_session: Session, batch: Batch) -> str:
    said = batch.params
    dates = said.get("dates") or " – ".join(filter(None, (said["first"], said["last"])))
    return str(_("Order trainings: %(dates)s, %(place)s", dates=dates, place=said["place"]))


def _seen(session: Session, item: BatchItem) -> bool:
    return bool(session.scalar(select(func.count()).where(CaseTrack.id == item.subject_id)))


def _url(item: BatchItem) -> str:
    return LINKS["track"](item.subject_id) if "track" in LINKS else ""


TRAININGS = Kind(
    _title,
    _order,
    may=may_read_files,
    seen=_seen,
    url=_url,
    file=_zip,
    lacking=_lacking,
    note=_l(
        "Each decision gets its own notice with its own number; all measures it orders are ordered with it. What needs "
        "the approval of others is put before them."
    ),
)
