"""Which complaints belong together: those on which cases rest, and those merged into one of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, BindParameter, ColumnElement, FromClause, Select, exists, literal_column, select, true

from casework.models import Complaint
from casework.models_cases import CaseComplaint, CaseFile


def of_cases(numbers: Iterable[int | BindParameter[Any]]) -> CTE:
    """By case_id the complaint_id of all that belong to cases; a follower still does when it ended with its lead.

    What follows a follower belongs to the case as well.
    """
    rests, it = CaseComplaint.__table__.c, Complaint.__table__.c
    first = select(rests.case_id, rests.complaint_id).where(rests.case_id.in_(list(numbers)))
    found = first.cte("together", recursive=True)
    follows = one_by_one(select(it.id).where(it.lead_id == found.c.complaint_id))
    return found.union(select(found.c.case_id, follows.c.id).select_from(found.join(follows, true())))


def one_by_one(of_each: Select[Any]) -> FromClause:
    """Ask the statement for each row of a recursive part, row by row, through the index.

    PostgreSQL expects many more rows of such a part than there are, and would read the whole table for a handful.
    """
    return of_each.offset(literal_column("0")).lateral()


def of_this_case() -> Select[int]:
    """For a question about cases: the id of each complaint that belongs to the case at hand."""
    rests, it = CaseComplaint.__table__.c, Complaint.__table__.alias("follower").c
    first = select(rests.complaint_id.label("id")).where(rests.case_id == CaseFile.id).correlate(CaseFile)
    found = first.cte("of_this_case", recursive=True, nesting=True)
    found = found.union(select(it.id).where(it.lead_id == found.c.id))
    return select(found.c.id)


def leads_of(complaints: Iterable[int]) -> CTE:
    """The id of these complaints and of whatever they follow, directly or through another one."""
    it = Complaint.__table__.c
    found = select(it.id, it.lead_id).where(it.id.in_(list(complaints))).cte("leads", recursive=True)
    above = one_by_one(select(it.id, it.lead_id).where(it.id == found.c.lead_id))
    return found.union(select(above.c.id, above.c.lead_id).select_from(found.join(above, true())))


def rests_on_it() -> ColumnElement[bool]:
    """For a question about complaints: whether a case that is still kept rests on it, or on one that it follows."""
    above, rests = Complaint.__table__.alias("above").c, CaseComplaint.__table__.c
    first = select(Complaint.id.label("id"), Complaint.lead_id.label("lead_id")).correlate(Complaint)
    found = first.cte("followed", recursive=True, nesting=True)
    found = found.union(select(above.id, above.lead_id).where(above.id == found.c.lead_id))
    kept = CaseFile.__table__.c
    return exists(
        select(kept.id)
        .join_from(found, CaseComplaint.__table__, rests.complaint_id == found.c.id)
        .join(CaseFile.__table__, kept.id == rests.case_id)
        .where(kept.erased_at.is_(None))
    )
