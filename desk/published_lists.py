"""Beside a case without a known engagement: where the lenders publish their firms, and what to do then."""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import tasks
from casework.models_cases import CaseFile
from casework.policies_tracks import may_work_on
from core.actors import Actor
from core.words import language
from desk import panels
from registry.models import Engagement


def addresses(session: Session, case: CaseFile) -> list[tuple[str, str]]:
    """The lenders of the case with the addresses of their lists, from their other engagements, each once."""
    lenders = {each.party_id: each.party for each in case.tracks if each.role == "PRINCIPAL"}
    mine = select(Engagement).where(Engagement.institution_id.in_(lenders)).order_by(Engagement.id.desc())
    found = {
        each.white_list_url: lenders[each.institution_id].name(language())
        for each in session.scalars(mine)
        if urlsplit(each.white_list_url).scheme in {"http", "https"}
    }
    return [(name, url) for url, name in found.items()]


@panels.beside
def to_check(session: Session, case: CaseFile, me: Actor) -> panels.Shown | None:
    """The task to look there, while it is open."""
    waits = any(task.kind == "white_list" for task in tasks.open_of(session, ("case", case.id)))
    if not waits:
        return None
    shown = {"case": case, "addresses": addresses(session, case), "works": may_work_on(me)}
    return panels.Shown("desk/published_lists.html", shown)
