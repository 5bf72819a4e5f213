"""Deeds on stop-contact requests: noted for a person, passed on, declined, issued again; contacts noted."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import answers_on_paper, queries_stop_contacts, stop_contacts
from casework.complaints import speaking
from casework.models import Complaint
from casework.models_stop_contacts import StopContact
from casework.policies_stop_contacts import LETTER
from core.actors import Actor
from core.words import _, _l
from desk import forms_stop_contacts as forms
from desk import queries_complaint
from desk import showing_paper_days as days
from desk.choices import by_name, kept
from desk.deeds import Deed, table
from registry import queries as register
from registry.models import Party

Form = Any


def _concerned(session: Session, complaint: Complaint) -> list[Party]:
    """The companies of the complaint: those that were named, and those that it was put before."""
    found = [each.party for each in queries_complaint.candidates(session, complaint)]
    sent = [each.party for each in complaint.forwardings if each.let_off_on is None]
    return list(dict.fromkeys((*found, *sent)))


def _still_to_ask(session: Session, it: StopContact) -> list[Party]:
    """The companies of the complaint that no other request tells of this number."""
    asked = {
        each.party_id
        for each in queries_stop_contacts.of_complaint(session, it.complaint_id)
        if each.id != it.id and each.number_hash == it.number_hash
    }
    return [each for each in _concerned(session, it.complaint) if each.id not in asked]


def _offer_request(session: Session, it: Complaint, form: Form) -> None:
    by_name(session, form.party, near=_concerned(session, it), none=_("Every company named in the complaint"))


def _request(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    said = {"number": form.number.data, "own": form.own.data, "day": form.came_on.data}
    stop_contacts.request(at, it, **said, parties=form.party.numbers or None, actor=actor, now=now)


def _offer_relay(session: Session, it: StopContact, form: Form) -> None:
    near = _still_to_ask(session, it)
    known = register.party(session, it.party_id) if it.party_id else None
    by_name(session, form.party, near=near if known is None else [known, *(each for each in near if each != known)])
    certain = known is not None or len(near) == 1
    form.holds(party=[each.said for each in form.party.near[:1]] if certain else [])


def _relay(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    party = register.party(at, form.party.number)
    stop_contacts.relay(at, it, party=party, actor=actor, version=form.version.data, now=now)


def _decline(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    said = {"holder": form.holder.data, "why": form.why.data}
    stop_contacts.decline(at, it, **said, actor=actor, version=form.version.data, now=now)


def _breach(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    stop_contacts.breach(
        at,
        it,
        at=form.at.data,
        kind=form.kind.data,
        from_number=form.from_number.data or "",
        said=form.said.data or "",
        files=kept(at, form.files.data, shared=bool(form.shared.data)),
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _confirm(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    scan = next(((each.stream, each.filename) for each in form.scan.data), None)
    said = {"received_on": form.received_on.data, "actor": actor, "version": form.version.data, "now": now}
    answers_on_paper.confirm_stop(at, it, **said, scan=scan)


def _reissue(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    stop_contacts.reissue(at, it, actor=actor, version=form.version.data, now=now)


def _take_back(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    stop_contacts.take_back(at, it, actor=actor, version=form.version.data, now=now)


def _give_up(at: Session, it: StopContact, form: Form, actor: Actor, now: datetime) -> None:
    stop_contacts.give_up(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _for_the_person(actor: Actor, it: StopContact) -> Actor:
    return speaking(actor, it.complaint)


def _known(session: Session, it: StopContact) -> dict[str, Any]:
    """Whether it could be passed on once a company is named."""
    first = _still_to_ask(session, it)
    return {} if it.party_id or not first else {"party": first[0]}


NOTE = Deed(
    "request",
    _l("Note that a number shall not be contacted"),
    _l("Note it"),
    _request,
    forms.StopNoteForm,
    _l("For people who are not the debtor. The company gets a letter with the number and nothing else."),
    said=_l("Noted; it is to be passed on without delay."),
    counts=lambda session, it: days.to_be_passed_on(session, it.id),
    offer=_offer_request,
)
"""Its form has a page of its own, since there is no request yet."""
DEEDS = table(
    Deed(
        "relay",
        _l("Pass the number on"),
        _l("Pass on…"),
        _relay,
        forms.RelayForm,
        _l("The letter holds the number and nothing about the person."),
        said=_l("The letter to the company is issued."),
        offer=_offer_relay,
        facts=_known,
    ),
    Deed(
        "decline",
        _l("Do not pass it on"),
        _l("Do not pass it on…"),
        _decline,
        forms.DeclineForm,
        _l(
            "Only where it belongs to the debtor or a guarantor, was passed on before, or the company can't be written "
            "to; the person is told why."
        ),
        said=_l("Declined; the person is told why."),
    ),
    Deed(
        "take_back",
        _l("Note that the person takes it back"),
        _l("Taken back…"),
        _take_back,
        note=_l("Only where the person says so. The number is not passed on, and can be asked for again."),
        said=_l("Taken back; the number is not passed on."),
        speaks=_for_the_person,
        quiet=True,
        aside=True,
    ),
    Deed(
        "confirm",
        _l("Enter that the company has stopped, as it wrote on paper"),
        _l("Enter…"),
        _confirm,
        forms.ConfirmOnPaperForm,
        _l("Only of a company that can confirm nothing in the portal."),
        said=_l("The confirmation is kept."),
        offer=lambda at, it, form: days.offer(at, form, ("stop_contact", it.id), "K09", (LETTER,)),
        speaks=answers_on_paper.speaking,
        quiet=True,
        aside=True,
    ),
    Deed(
        "breach",
        _l("Note a contact to the number"),
        _l("Note a contact…"),
        _breach,
        forms.BreachNoteForm,
        _l("It becomes evidence, and opens a lead on the company."),
        said=_l("Noted as evidence."),
        speaks=stop_contacts.reporting,
        quiet=True,
    ),
    Deed(
        "give_up",
        _l("End it: the company is gone"),
        _l("Company gone…"),
        _give_up,
        forms.GiveUpForm,
        _l("The letter, which nobody is left to get, becomes void; the person is told. The number can be asked again."),
        said=_l("Ended; the person is told why."),
        quiet=True,
    ),
    Deed("reissue", _l("Issue the letter again"), _l("Issue again"), _reissue, said=_l("Issued again."), quiet=True),
)
