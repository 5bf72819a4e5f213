"""Portal pages of stop-contact requests: numbers a company was asked not to contact, and its confirmation."""

from collections.abc import Iterator

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import queries_stop_contacts, respondents_clocks, stop_contacts
from casework.models_stop_contacts import StopContact
from casework.queries_stop_contacts import Told
from core import clock, keyset
from core.db import session, transaction
from core.web import blueprint
from core.words import _, _l
from notices.kinds import KINDS
from portal import labels_portal as words
from portal import queries_portal
from portal.forms_portal import ConfirmForm
from portal.queries_waiting import Waiting, clocks_by_subject, source
from registry.policies import leads

bp = blueprint("portal_stops", __name__, audience="portal", prefix="/portal/stop-contacts")

TO_CONFIRM = ("RELAYED", "UNCONFIRMED")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Every number the company was asked not to contact: the list to block."""
    found, part = queries_stop_contacts.told(session(), g.me.party_id, keyset.place_of(request.args))
    return render_template("portal/portal_stop_contacts.html", found=found, part=part)


@bp.route("/<int:number>", methods=["GET", "POST"])
def show(number: int) -> ResponseReturnValue:
    """One number: what is asked, by when, and the confirmation by the lead."""
    it = _told(number)
    form = ConfirmForm(version=it.version)
    if not form.validate_on_submit():
        return _page(it, form), form.status_code
    with transaction(once=form.key.data) as at:
        found = at.get_one(StopContact, number)
        stop_contacts.confirm(at, found, actor=g.me, version=form.version.data, now=clock.now())
    flash(_("Your confirmation is recorded."))
    return redirect(url_for(".show", number=number), 303)


def _told(number: int) -> Told:
    return queries_stop_contacts.told_once(session(), g.me.party_id, number) or abort(404)


def _page(it: Told, form: ConfirmForm) -> str:
    late = queries_stop_contacts.missed(session(), [it.id]).get(it.id) if it.state == "UNCONFIRMED" else None
    return render_template(
        "portal/portal_stop_contact.html",
        it=it,
        missed_on=late.due_on if late else None,
        form=form,
        now=words.STOP_CONTACT_NOW[it.state],
        notices_=queries_portal.notices_of(session(), "stop_contact", it.id),
        kinds=KINDS,
        clocks=respondents_clocks.cards(session(), queries_portal.live_clocks(session(), "stop_contact", it.id)),
        to_confirm=it.state in TO_CONFIRM,
        lead=leads(g.me, g.me.party_id),
    )


@source
def unconfirmed(at: Session, party_id: int) -> Iterator[Waiting]:
    """Numbers for which a confirmation is awaited, even if late."""
    found = queries_stop_contacts.told_in(at, party_id, TO_CONFIRM)
    clocks = clocks_by_subject(at, "stop_contact", [each.id for each in found], "K09")
    late = queries_stop_contacts.missed(at, [each.id for each in found if each.state == "UNCONFIRMED"])
    for each in found:
        clock_ = late.get(each.id, clocks.get(each.id))
        due = clock_.due_on if clock_ else None
        what = _l("Stop contacting a number, and confirm it")
        yield Waiting(what, each.ref, "portal_stops.show", each.id, due, clock_)
