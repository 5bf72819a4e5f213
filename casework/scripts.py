"""Complaints that tell the same: remembered as they come in, suggested to people, who decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.types import BigInteger

from casework import policies
from casework.models import Complaint
from casework.models_scripts import ComplaintScript
from casework.states import COMPLAINT
from casework.wordings_alike import NEAR, bands, closest

MOST = 60
"""So many candidates are compared."""
SHOWN = 8


@dataclass(frozen=True)
class Alike:
    """Another complaint that tells the same: by the same person, or by another one to the same script."""

    complaint: Complaint
    percent: int
    same_person: bool
    near: bool

    @property
    def mergeable(self) -> bool:
        """Whether the two look like one matter told twice, the other one still open."""
        return self.same_person and self.complaint.state not in {*COMPLAINT.ends, "MERGED", "HISTORIC", "NEW"}


def remember(session: Session, complaint: Complaint) -> None:
    """Keep the fingerprint of a text that came in or grew, and join the group of its script."""
    marks = bands(complaint.facts)
    known = session.get(ComplaintScript, complaint.id)
    if not marks:
        if known is not None:
            session.delete(known)
            session.flush()
        return
    if known is None:
        known = ComplaintScript(complaint_id=complaint.id, bands=marks)
        session.add(known)
    known.bands, known.script_id = marks, None
    session.flush()
    found = _candidates(session, complaint, marks)
    near = closest(complaint.facts, [(each.id, each.facts) for each in found])
    if not near:
        return
    first = session.get_one(ComplaintScript, near[0][0])
    known.script_id = first.script_id = first.script_id or first.complaint_id
    session.flush()


def _candidates(session: Session, complaint: Complaint, marks: Iterable[int]) -> list[Complaint]:
    wanted = array(list(marks), type_=BigInteger)
    found = (
        select(Complaint)
        .join(ComplaintScript, ComplaintScript.complaint_id == Complaint.id)
        .where(ComplaintScript.bands.overlap(wanted), Complaint.id != complaint.id)
        .where(Complaint.state.not_in(["NEW", "HISTORIC"]))
        .options(selectinload(Complaint.complainant))
        .order_by(Complaint.id.desc())
        .limit(MOST)
    )
    return list(session.scalars(found))


def alike(session: Session, complaint: Complaint) -> list[Alike]:
    """What tells the same as this complaint, the same person's first, then the most alike."""
    known = session.get(ComplaintScript, complaint.id)
    if known is None:
        return []
    found = {each.id: each for each in _candidates(session, complaint, known.bands)}
    near = closest(complaint.facts, [(each.id, each.facts) for each in found.values()])
    made = [
        Alike(found[number], round(100 * share), policies.same_person(complaint, found[number]), share >= NEAR)
        for number, share in near
    ]
    return sorted(made, key=lambda each: (not each.same_person, -each.percent, each.complaint.id))[:SHOWN]


def sizes(session: Session, numbers: Iterable[int]) -> dict[int, int]:
    """How many other complaints follow the same script as each of these."""
    mine = select(ComplaintScript.complaint_id, ComplaintScript.script_id)
    mine = mine.where(ComplaintScript.complaint_id.in_(list(numbers)), ComplaintScript.script_id.is_not(None))
    groups = {row.complaint_id: row.script_id for row in session.execute(mine)}
    counted = (
        select(ComplaintScript.script_id, func.count().label("size"))
        .where(ComplaintScript.script_id.in_(set(groups.values())))
        .group_by(ComplaintScript.script_id)
    )
    many: dict[int | None, int] = {row.script_id: row.size for row in session.execute(counted)}
    return {number: many[group] - 1 for number, group in groups.items() if many.get(group, 0) > 1}
