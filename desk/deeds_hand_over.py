"""Handing all open work of one person over to another (complaints, cases, investigations), and taking it back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, complaints, queries_assignment, tracks
from casework.models import Complaint
from casework.models_cases import CaseFile, CaseTrack
from casework.models_queue import QueueEntry
from casework.policies_assignment import may_hand_over, why_not_given
from casework.policies_recusals import changes_hands, unfit_to_investigate, unfit_to_keep
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed, NotNow, Refused
from core.words import _, _l
from desk.deeds_bulk import called
from registry import batches
from registry import queries as register
from registry.batches import Chosen, Kind
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem

NAME: Final = "workload.hand_over"
BACK: Final = "workload.hand_back"
MODELS: Final[Mapping[str, Any]] = {"complaint": Complaint, "case": CaseFile, "track": CaseTrack}
HOLDS: Final = {"complaint": "officer_id", "case": "officer_id", "track": "investigator_id"}
"""By kind of thing, the field with whoever has it."""


def numbers(session: Session, giver: int) -> dict[str, list[int]]:
    """The open work of somebody, as far as this reader may see it."""
    going = CaseTrack.state.not_in(sorted(TRACK.ends))
    mine = select(QueueEntry.complaint_id).where(QueueEntry.officer_id == giver, QueueEntry.state != "MERGED")
    kept = select(CaseFile.id).where(CaseFile.officer_id == giver, CaseFile.tracks.any(going))
    asked = {
        "complaint": mine.order_by(QueueEntry.complaint_id),
        "case": kept.order_by(CaseFile.id),
        "track": select(CaseTrack.id).where(CaseTrack.investigator_id == giver, going).order_by(CaseTrack.id),
    }
    return {kind: list(session.scalars(each.limit(batches.MOST + 1))) for kind, each in asked.items()}


def choose(session: Session, found: Mapping[str, list[int]], taker: Account, now: datetime) -> Iterator[Chosen]:
    """Each with the reason why it stays, if it does."""
    barred = queries_assignment.barred_from(session, found["complaint"], taker.id, day_of(now))
    for kind, some in found.items():
        model = MODELS[kind]
        for it in session.scalars(select(model).where(model.id.in_(some)).order_by(model.id)):
            yield Chosen(kind, it.id, it.ref, _why_not(session, kind, it, taker, now, barred))


def _why_not(
    session: Session,
    kind: str,
    it: Any,  # noqa: ANN401 - one of three
    taker: Account,
    now: datetime,
    barred: set[int],
) -> Refused | None:
    held, today = taker.role_words if taker.works else frozenset(), day_of(now)
    if kind == "complaint":
        return why_not_given(it.state, held.intersection(queries_assignment.AT_WORK), barred=it.id in barred)
    if kind == "case":
        why_not = unfit_to_keep(session, it.id, taker, today)
        return NotAllowed(why_not) if why_not is not None else None
    for refusal in changes_hands(session, it):
        return refusal
    if "investigator" not in held:
        return NotAllowed(_l("This person does not investigate."))
    return next(unfit_to_investigate(session, it, taker, today), None)


def _give(session: Session, item: BatchItem, giver: int | None, taker: int, actor: Actor, now: datetime) -> None:
    kind, person = item.subject_kind, session.get_one(Account, taker)
    it = session.get_one(MODELS[kind], item.subject_id, with_for_update=True, populate_existing=True)
    if getattr(it, HOLDS[kind]) != giver:
        raise NotNow(_l("Somebody gave it to somebody else in the meantime."))
    if kind != "case" and (refused := _why_not(session, kind, it, person, now, set())) is not None:
        raise refused
    if kind == "complaint":
        complaints.assign(session, it, taker, actor=actor, now=now)
    elif kind == "case":
        cases.assign(session, it, person, actor=actor, version=None, now=now)
    else:
        tracks.reassign(session, it, person, actor=actor, version=None, now=now)


def _hand_over(session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
    _give(session, item, int(batch.params["giver"]), int(batch.params["taker"]), actor, now)


def _hand_back(session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
    _give(session, item, int(batch.params["taker"]), int(batch.params["giver"]), actor, now)


def _seen(session: Session, item: BatchItem) -> bool:
    model = MODELS[item.subject_kind]
    return session.scalar(select(model.id).where(model.id == item.subject_id)) is not None


def _names(session: Session, batch: Batch) -> dict[str, str]:
    return {each: register.account_name(session, int(batch.params[each])) or "—" for each in ("giver", "taker")}


def register_kinds(url: Any) -> None:  # noqa: ANN401 - a function of an item
    """Register it as a long job."""
    batches.kind(
        NAME,
        Kind(
            lambda at, it: str(_("Hand the work of %(giver)s over to %(taker)s", **_names(at, it))),
            _hand_over,
            may=may_hand_over,
            seen=_seen,
            url=url,
            called=called,
            undo=BACK,
            note=_l("What the rules keep apart stays where it is, with the reason beside it."),
        ),
    )
    batches.kind(
        BACK,
        Kind(
            lambda at, it: str(_("Take back: work of %(giver)s handed over to %(taker)s", **_names(at, it))),
            _hand_back,
            may=may_hand_over,
            seen=_seen,
            url=url,
            called=called,
        ),
    )
