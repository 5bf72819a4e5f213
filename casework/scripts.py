"""Complaints that tell the same: remembered as they come in, and suggested to people, who decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, any_, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.types import BigInteger

from casework import policies
from casework.models import Complaint
from casework.models_scripts import ComplaintScript
from casework.policies_assignment import DONE_WITH
from casework.wordings_alike import NEAR, bands, closest
from core.outbox import later

MOST = 60
"""How many candidates are compared."""
SHOWN = 8


def look_again(session: Session, complaint: Complaint, now: datetime) -> None:
    """Ask for a later look whether several people complain about the same."""
    key = f"suggest:{complaint.id}:{now:%Y%m%d%H%M%S}"
    later(session, "casework.suggest", key=key, complaint_id=complaint.id)


@dataclass(frozen=True)
class Alike:
    """Another complaint that tells the same, by the same person or by another one after the same script."""

    complaint: Complaint
    percent: int
    same_person: bool
    near: bool

    @property
    def mergeable(self) -> bool:
        """Whether the two look like one matter told twice, and the other is still open."""
        return self.same_person and self.complaint.state not in DONE_WITH


@dataclass(frozen=True)
class Fingerprint:
    """The marks of a text, and the complaint that is most like it."""

    marks: list[int]
    nearest: int | None


def fingerprint(session: Session, complaint: Complaint) -> Fingerprint:
    """The fingerprint of a new or longer text; compute it before locking anything others wait for."""
    marks = bands(complaint.facts)
    if not marks:
        return Fingerprint(marks, None)
    asked = _candidates(complaint.id, marks).with_only_columns(Complaint.id, Complaint.facts)
    near = closest(complaint.facts, [(row.id, row.facts) for row in session.execute(asked)])
    return Fingerprint(marks, near[0][0] if near else None)


def remember(session: Session, complaint: Complaint, found: Fingerprint, *, new: bool = False) -> None:
    """Keep the fingerprint, and join the group of complaints written to the same script."""
    known = None if new else session.get(ComplaintScript, complaint.id)
    if not found.marks:
        if known is not None:
            session.delete(known)
            session.flush()
        return
    if known is None:
        known = ComplaintScript(complaint_id=complaint.id)
        session.add(known)
    known.bands, known.script_id = found.marks, None
    if found.nearest is not None:
        first = session.get_one(ComplaintScript, found.nearest)
        known.script_id = first.script_id = first.script_id or first.complaint_id
    session.flush()


def _candidates(number: int | None, marks: Iterable[int]) -> Select[Complaint]:
    """The newest complaints that share a mark, found by a function: no policy lets a reader use the index."""
    wanted = array(list(marks), type_=BigInteger)
    numbers = select(func.zilu_alike(wanted, MOST + 1).column_valued("number"))
    found = select(Complaint).where(Complaint.id == any_(func.array(numbers.scalar_subquery())))
    found = found.order_by(Complaint.id.desc()).limit(MOST)
    return found if number is None else found.where(Complaint.id != number)


def alike(session: Session, complaint: Complaint) -> list[Alike]:
    """What tells the same as this complaint, the same person's first, then the most alike."""
    known = session.scalar(select(ComplaintScript).where(ComplaintScript.complaint_id == complaint.id))
    if known is None:
        return []
    told = session.execute(_candidates(complaint.id, known.bands).with_only_columns(Complaint.id, Complaint.facts))
    near = closest(complaint.facts, [(row.id, row.facts) for row in told])
    asked = select(Complaint).where(Complaint.id.in_([number for number, _share in near]))
    asked = asked.options(selectinload(Complaint.complainant))
    found = {each.id: each for each in session.scalars(asked)} if near else {}
    made = [
        Alike(found[number], round(100 * share), policies.same_person(complaint, found[number]), share >= NEAR)
        for number, share in near
    ]
    return sorted(made, key=lambda each: (not each.same_person, -each.percent, each.complaint.id))[:SHOWN]


def followers(session: Session, complaint: Complaint) -> int:
    """How many others follow the same script, as the queue counts them: also those alike only to one between."""
    own, it = select(ComplaintScript.script_id).where(ComplaintScript.complaint_id == complaint.id), ComplaintScript
    mine = select(func.count()).where(it.script_id == own.scalar_subquery(), it.complaint_id != complaint.id)
    return session.scalar(mine) or 0
