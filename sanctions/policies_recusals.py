"""Who takes part in decisions, who chairs, what waits for a recusal, and who may sit where (I-03)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal, select, union
from sqlalchemy.orm import Session

from casework import former_parts
from casework import policies_recusals as recusals
from casework.models_cases import CaseTrack
from casework.states import CHECKING, TRACK
from core.at_hand import once
from core.clock import day_of
from core.errors import NotAllowed, Refused
from core.journal import JournalEntry
from core.machine import Ask
from core.words import _l
from notices.models import Dossier
from notices.states import APPROVAL
from sanctions import rounds
from sanctions.models_decisions import Panel, PanelMember
from sanctions.models_measures import Interview, Measure, RectificationItem
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review, ReviewMember
from sanctions.states import PUBLICATION

DECIDING = ("S25", "S26", "S27", "S57")
"""Rows that wait for a recusal; those of hearings and admissions ask for themselves."""
STEPS = ("Q03", "Q04", "Q05")
"""What an approver does with a draft: passes it on, sends it back, signs it."""
JUDGING = (*CHECKING, *DECIDING, "S28", "S54", "S33", "S34", "S35", "S36")
"""Rows that check, propose, decide or review; none of it is approved by whoever investigated."""
JUDGED = frozenset(TRACK.rows[row].event for row in JUDGING if row in TRACK.rows)
"""Their events; a review of a decision in force has those of a review that stays it."""

recusals.CASE_OF["review"] = lambda session, number: session.get_one(Review, number).track.case_id
recusals.CASE_OF["publication"] = lambda session, number: (
    session.get_one(CaseTrack, session.get_one(Publication, number).track_id).case_id
)


@recusals.parts_from
def on_panels(tracks: Select[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Members of panels who were not recused, people who drew them, interviewers, publishers, and people who verify."""
    chairs = case((PanelMember.chair, PanelMember.account_id))
    members = recusals.named_in((PanelMember.account_id, "panel"), (chairs, "chair"))
    yield members.where(PanelMember.track_id.in_(tracks), PanelMember.recused_at.is_(None))
    yield recusals.named_in((Panel.drawn_by, "secretary")).where(Panel.track_id.in_(tracks))
    people = cast(func.jsonb_array_elements_text(Interview.interviewers), BigInteger)
    held = select(people, literal("officer")).join(Measure, Measure.id == Interview.measure_id)
    yield held.where(Measure.track_id.in_(tracks))
    item = RectificationItem
    verifying = recusals.named_in((item.verified_by, "officer"), (item.second_by, "officer"))
    yield verifying.join(Measure, Measure.id == item.measure_id).where(Measure.track_id.in_(tracks))
    out = func.unnest(func.array_append(Publication.authors, Publication.approved_by))
    yield select(out, literal("publisher")).where(Publication.track_id.in_(tracks))


@former_parts.known_by
def gave_up_a_seat(case_id: ColumnElement[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Whoever was drawn and no longer sits, recused or locked out: they read the file as a member does."""
    for each, part in ((PanelMember, "panel"), (ReviewMember, "review")):
        drawn = select(each.account_id, literal(part)).join(CaseTrack, CaseTrack.id == each.track_id)
        yield drawn.where(CaseTrack.case_id == case_id, each.recused_at.is_not(None))


def sits_or_sat(session: Session, case_id: int, account_id: int | None) -> bool:
    """Whether somebody was ever drawn to decide or review a case, even if the seat is another person's now."""
    drawn = union(
        *(
            select(each.account_id).join(CaseTrack, CaseTrack.id == each.track_id).where(CaseTrack.case_id == case_id)
            for each in (PanelMember, ReviewMember)
        )
    )
    return account_id in once(session, ("drawn", case_id), lambda: set(session.scalars(drawn)))


@former_parts.known_by
def approved(case_id: ColumnElement[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Whoever took a step in the approval of its documents, also of a version that was sent back later."""
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == case_id)
    reviews = select(Review.id).where(Review.track_id.in_(tracks))
    person = cast(func.split_part(JournalEntry.actor, ":", 2), BigInteger)
    asked = select(person, literal("approver")).where(JournalEntry.actor.startswith("account:"))
    asked = asked.where(JournalEntry.subject_kind == "approval", JournalEntry.row.in_(STEPS))
    for kind, numbers in (("track", tracks), ("review", reviews)):  # one condition would have all dossiers read
        about = select(Dossier.id).where(Dossier.subject_kind == kind, Dossier.subject_id.in_(numbers))
        yield asked.where(JournalEntry.subject_id.in_(about))


@recusals.chairs_from
def chair_of(session: Session, case_id: int, account_id: int) -> int | None:
    """The chair of the panel on which somebody sits, in the present round of a track of the case."""
    mine = (
        select(Panel)
        .join(CaseTrack, (CaseTrack.id == Panel.track_id) & (CaseTrack.round == Panel.round))
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .where(CaseTrack.case_id == case_id, PanelMember.account_id == account_id)
        .order_by(Panel.id.desc())
    )
    for panel in session.scalars(mine):
        for each in rounds.sitting(panel):
            if each.chair and each.account_id != account_id:
                return each.account_id
    return None


@TRACK.guard(*(row for row in DECIDING if row in TRACK.rows))
def no_recusal_waits(ask: Ask) -> Iterator[Refused]:
    """Nobody decides while a recusal is open."""
    yield from recusals.no_recusal_is_open(ask.session, ask.it.case_id)


@TRACK.guard(*(row for row in CHECKING if row in TRACK.rows))
def checked_by_somebody_new(ask: Ask) -> Iterator[Refused]:
    """The report is checked by nobody who investigates, decides or reviews a track of the case, or ever did (I-03)."""
    parts = recusals.taking_part(ask.session, ask.it.case_id).get(ask.actor.id or 0, [])
    if "investigator" in parts or sits_or_sat(ask.session, ask.it.case_id, ask.actor.id):
        yield NotAllowed(_l("Whoever investigates, decides or reviews a case does not check its report."))


@APPROVAL.guard("Q03", "Q05")
def approved_by_somebody_who_did_not_investigate(ask: Ask) -> Iterator[Refused]:
    """Whoever investigated in the case approves nothing in it, even if they hold the role the chain asks for (I-03)."""
    it: Dossier = ask.it
    person = ask.facts.get("person")
    if person is None or it.subject_kind not in {"track", "review"} or it.event not in JUDGED:
        return
    tracks = select(CaseTrack).where(CaseTrack.case_id == recusals.CASE_OF[it.subject_kind](ask.session, it.subject_id))
    if person.id in former_parts.investigated(ask.session, *ask.session.scalars(tracks)):
        yield NotAllowed(_l("Whoever investigated the case approves nothing that checks or decides it."))


@PUBLICATION.guard(*PUBLICATION.rows)
def published_by_somebody_impartial(ask: Ask) -> Iterator[Refused]:
    """A recused person does not touch the publication either."""
    case_id = ask.session.get_one(CaseTrack, ask.it.track_id).case_id
    yield from recusals.takes_no_part(ask.session, ask.actor, case_id, day_of(ask.now))
