"""What a hearing adds to a respondent's page of its case: its card, offers, events."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.policies_tracks import has_run_out
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.db import session as own_session
from core.plainly import instant_text
from core.words import _, _l
from portal.portal_offers import only_lead
from portal.portal_panels import Happened, Panel, offer, on_paper, panel, standing, teller
from portal.queries_portal import own_files
from portal.queries_waiting import Waiting, source
from proceedings import queries_waiting
from sanctions import queries_hearings


@panel
def hearing(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """The hearing: that it was asked for, once its notice was served its day and agenda, its minutes."""
    found = queries_hearings.hearing(session, it)
    if found is None:
        return None
    told = queries_hearings.told(session, it)
    off = told and queries_hearings.is_off(it, found)
    scans = own_files(session, it, it.party_id, "STATEMENT") if found.came_on else []
    files = [each for each in scans if each.at == found.asked_at]
    shown = {"it": it, "hearing": found, "told": told, "off": off, "files": files}
    return Panel("proceedings/portal_hearing_card.html", shown)


@standing
def served(it: CaseTrack) -> str:
    """When the hearing is, though the state still says that the notice has to be opened."""
    session = own_session()
    if it.state != "HEARING_SET" or not queries_hearings.told(session, it):
        return ""
    found = queries_hearings.hearing(session, it)
    if found is None or found.at is None:
        return ""
    at = instant_text(found.at, "long")
    if found.at < clock.now():
        return _("The hearing was set for %(at)s. Its minutes come to you to be signed.", at=at)
    return _("The hearing is on %(at)s. You can still add statements until the vote.", at=at)


@offer
def being_heard(session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to ask for a hearing, to waive it, or to sign its minutes."""
    refused = only_lead(it, actor)
    if TRACK.row(it.state, "ask_hearing") and it.major and not has_run_out(session, it, "K16", clock.today()):
        yield {
            "title": _("Ask for a hearing"),
            "note": _("You can still send a statement beside it; asking makes nothing harsher."),
            "url": url_for("proceedings_portal_hearings.ask", number=it.id),
            "button": _("Ask"),
            "refused": refused,
        }
    if TRACK.row(it.state, "waive_hearing"):
        yield {
            "title": _("Give up the hearing"),
            "note": _("What you state in writing stays; the panel then decides without a hearing."),
            "url": url_for("proceedings_portal_hearings.waive", number=it.id),
            "button": _("Give up"),
            "seldom": True,
            "refused": refused,
        }
    found = queries_hearings.hearing(session, it)
    if found is not None and found.to_sign:
        yield {
            "title": _("Read and sign the minutes of the hearing"),
            "url": url_for("proceedings_portal_hearings.minutes", number=it.id),
            "button": _("Read the minutes"),
            "refused": [],
        }


@teller
def heard(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """What happened about hearings."""
    ours, theirs = _("Your company"), _("The Association")
    for each in queries_hearings.hearings(session, it):
        yield Happened(each.asked_at, ours, on_paper(_("asked for a hearing"), each.came_on), own=True)
        if each.adjourned_at:
            yield Happened(each.adjourned_at, theirs, _("adjourned the hearing"), own=False)
        if each.waived_at:
            yield Happened(each.waived_at, ours, on_paper(_("gave up the hearing"), each.waiver_came_on), own=True)
        if each.ended_at:
            yield Happened(each.ended_at, theirs, _("held the hearing"), own=False)
        if each.signed_at and each.signed_account:
            yield Happened(each.signed_at, ours, _("signed the minutes of the hearing"), own=True)


@source
def to_attend(session: Session, party_id: int) -> Iterator[Waiting]:
    """Hearings to attend, and minutes to sign."""
    for it in queries_waiting.tracks_in(session, party_id, ("HEARING_SET", "DELIBERATION")):
        found = queries_hearings.hearing(session, it)
        if found is None:
            continue
        to_come = found.at is not None and found.at > clock.now()
        if it.state == "HEARING_SET" and found.at and to_come and queries_hearings.told(session, it):
            yield Waiting(_l("Come to the hearing"), it.ref, queries_waiting.PAGE, it.id, day_of(found.at))
        if it.state == "DELIBERATION" and found.to_sign:
            yield Waiting(_l("Read and sign the minutes of the hearing"), it.ref, queries_waiting.PAGE, it.id)
