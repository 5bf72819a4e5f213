"""Breaches of the daily counters that no single firm committed: named on the institution's track."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import cases, contact_tables
from casework.contact_papers import CALLS
from casework.models_cases import Allegation
from core.actors import Actor
from core.errors import NotNow
from core.words import _l
from notices.papers import day_text


def pass_on(session: Session, allegation: Allegation, *, actor: Actor, now: datetime) -> Allegation:
    """Name on the institution's track what only the sum over its firms shows; the firm's finding stays as it is."""
    found = contact_tables.track_of_institution(session, allegation)
    if found is None:
        raise NotNow(_l("The counts show no breach that is the institution's alone."))
    attribution, track = found
    if track is None:
        raise NotNow(_l("The institution has no track in this case yet: open one first."))
    table = attribution.table
    first, last = (day_text(day, "zh") for day in (table.over[0].day, table.over[-1].day))
    period = first if first == last else f"{first}至{last}间"
    facts = (
        f"{period}，{table.institution.name_zh}及其委托的催收机构合并计算，共有{len(table.over)}日对同一债务人的"
        f"{CALLS[table.counter]['zh']}超过每日{table.most}次"
    )
    return cases.allege(
        session,
        track,
        code=allegation.code,
        facts=facts,
        persons=len({day.debtor for day in table.over}),
        acts=sum(day.total for day in table.over),
        actor=actor,
        now=now,
    )
