"""What a respondent is offered on its page of a case, and what the page says about its explanation."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from casework import policies_tracks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.errors import NotAllowed, Refused
from core.words import _
from portal import places, portal_panels, portal_writing
from portal.portal_panels import Happened, on_paper
from registry.models import VIA_PRINCIPAL
from registry.policies import LEAD_DOES, LEAD_SUBMITS


def only_lead(it: CaseTrack, actor: Actor, *, draft: bool = False) -> list[Refused]:
    """Why this reader may not submit; empty for the lead. With a shared draft colleagues prepare the text."""
    if policies_tracks.may_submit(actor, it):
        return []
    return [NotAllowed(LEAD_SUBMITS if draft else LEAD_DOES)]


def together(it: CaseTrack, actor: Actor) -> str:
    """What members are told beside a text that only their lead sends."""
    return portal_writing.together(leads=policies_tracks.may_submit(actor, it))


@portal_panels.offer
def explaining(_session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to explain, while the case is investigated."""
    if TRACK.row(it.state, "explain") is None:
        return
    yield {
        "title": _title(it),
        "url": url_for("portal_tracks.explain", number=it.id),
        "refused": [],
        **portal_writing.begun(places.explanation(it), together(it, actor), _("Write")),
    }


def _title(it: CaseTrack) -> str:
    if it.explained_at:
        return str(_("Add to the explanation"))
    return str(_("Answer the question, if you wish to") if it.basis == VIA_PRINCIPAL else _("Explain what happened"))


@portal_panels.teller
def explained(_session: Session, it: CaseTrack) -> Iterator[Happened]:
    """That the company explained."""
    for each in it.explained:
        text = _("explained what happened, late") if each.late else _("explained what happened")
        yield Happened(each.at, _("Your company"), on_paper(text, each.came_on), own=True)
