"""Deeds that are no rows of a table: what a person says about terms or pressure, an authorisation shown."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import (
    answers_on_paper,
    erasure_requests,
    erasures,
    intake,
    messages,
    policies,
    putting_right,
    putting_right_days,
    queries_erasures,
    rechecks,
    settlements,
    taking_back,
)
from casework.complaints import speaking
from casework.models import Complaint, Settlement
from casework.models_erasures import ErasureHold, ErasureRequest
from casework.passing_on import noted
from casework.states import COMPLAINT
from core.actors import Actor
from core.errors import Refused
from core.words import _l, language
from desk import forms_notes as forms
from desk import queries_complaint
from desk.deeds import Deed, table
from desk.forms_complaints import WhyToPersonForm

Form = Any
FOR_GOOD = {
    "ask-erasing": erasure_requests.refusals,
    "erase-early": erasure_requests.grant_refusals,
    "day": putting_right_days.refusals,
}
"""What is refused whatever its form says, and why it is."""


def _offer_terms(session: Session, it: Complaint, form: Form) -> None:
    """Fill in the present terms, so that the person agrees to them or says others."""
    _read_terms(session, it, form)
    found = queries_complaint.settlement(session, it)
    if found is not None:
        form.holds(terms=found.terms)


def _settle(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    """Note what the person agrees to; staff agree to nothing themselves, and never for a company."""
    found, said = queries_complaint.settlement(at, it), _said(form)
    terms = form.terms.data.strip()
    if found is None or found.terms != terms:
        settlements.propose(at, it, terms, read=form.read.data, said=said, actor=actor, now=now)
    pressed = form.pressure.data == "yes"
    settlements.confirm(at, it, terms=terms, pressure=pressed, said=said, actor=actor, now=now)


def _said(form: Form) -> settlements.Said:
    return settlements.Said(form.said_on.data, form.said_how.data or "")


def _read_terms(session: Session, it: Complaint, form: Form) -> None:
    """Keep which terms stand beside the form."""
    found = queries_complaint.settlement(session, it)
    form.read.object_data = found.turn if found is not None else 0
    if form.untouched:
        form.read.data = form.read.object_data


def _say_no(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    """Note that the person refuses the terms that stand beside the form."""
    settlements.refuse(at, it, read=form.read.data, said=_said(form), actor=actor, now=now)


def _offer_company(session: Session, it: Complaint, form: Form) -> None:
    """Name the companies that can agree only on paper; the terms are the present ones."""
    form.company.choices = [
        (str(each.id), each.party.name(language())) for each in answers_on_paper.writing(session, it)
    ]
    if policies.is_debtors(it):
        del form.warned
    _offer_terms(session, it, form)


def _agree(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    """Enter what a company agrees to."""
    found = next(each for each in it.forwardings if str(each.id) == form.company.data)
    paper = answers_on_paper.Terms(
        terms=form.terms.data or "",
        signed_by=form.signed_by.data or "",
        received_on=form.received_on.data,
        read=form.read.data,
        warned="warned" in form and bool(form.warned.data),
        scans=[(each.stream, each.filename) for each in form.scans.data],
    )
    answers_on_paper.agree(at, found, paper, actor=actor, now=now)


def _worse(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    messages.worse(at, it, said=form.said.data or "", actor=speaking(actor, it), now=now)


def _authorise(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    intake.authorise(at, it, actor=actor, version=form.version.data, now=now)


def _take_name_back(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    taking_back.name(at, it, actor=actor, version=form.version.data, now=now)


def _put_right(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    given = {"name": form.name.data or "", "contact": form.contact.data or "", "id_no": form.id_no.data or ""}
    said = {**given, "role": form.role.data or "", "unreached": form.unreached.data, "why": form.why.data}
    putting_right.person(at, it, **said, actor=actor, version=form.version.data, now=now)


def _put_day_right(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    said = {"day": form.day.data, "why": form.why.data or "", "version": form.version.data}
    putting_right_days.receipt(at, it, **said, actor=actor, now=now)


def _keep(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    said = {"reason": form.reason.data, "told": (form.told.data or "") if "told" in form else ""}
    erasures.hold(at, it, **said, actor=actor, version=form.version.data, now=now)


def _hold_form(session: Session, it: Complaint) -> type[forms.HoldForm]:
    asked = queries_erasures.request_of(session, it)
    return forms.HoldGrantedForm if asked is not None and asked.granted and it.can_be_written_to else forms.HoldForm


def _let_go(at: Session, it: Complaint, _form: Form, actor: Actor, now: datetime) -> None:
    erasures.let_go(at, it, actor=actor, now=now)


def _propose(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    said = {"asked_on": form.asked_on.data, "reason": form.reason.data, "version": form.version.data}
    erasure_requests.propose(at, it, **said, actor=actor, now=now)


def _grant(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    erasure_requests.grant(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _refuse(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    erasure_requests.refuse(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _take_erasing_back(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    erasure_requests.take_back(at, it, actor=actor, version=form.version.data, now=now)


def kept_early(session: Session, actor: Actor, it: Complaint, asked: ErasureRequest | None) -> Refused | None:
    """Why an ended complaint can't be erased early now: for whoever could propose it, or grant what is proposed."""
    if asked is None:
        may = it.ended and erasure_requests.may_propose(actor)
        return next(erasure_requests.refusals(session, it), None) if may else None
    may = not asked.granted and erasure_requests.may_decide(actor, asked)
    return next(erasure_requests.grant_refusals(session, it), None) if may else None


def of_erasing(
    actor: Actor, it: Complaint, *, held: ErasureHold | None, asked: ErasureRequest | None, kept: Refused | None
) -> list[Deed]:
    """What this reader can do about the day on which personal data are erased; nothing is offered that is refused."""
    found = ["let-go" if held else "hold-back"] if erasures.may_hold(actor) else []
    if asked is not None and erasure_requests.may_decide(actor, asked):
        found += ["keep-years"] if asked.granted or kept is not None else ["erase-early", "keep-years"]
    if asked is not None and erasure_requests.may_propose(actor):
        found.append("asks-no-more")
    elif asked is None and kept is None and it.ended and erasure_requests.may_propose(actor):
        found.append("ask-erasing")
    return [DEEDS[name] for name in found]


def _no_second_look(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    rechecks.refuse(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def of_recheck(session: Session, actor: Actor, it: Complaint) -> list[Deed]:
    """To refuse the second look that the person asked for; granting it is a step of the complaint."""
    waits = policies.recheck_waits(it) and rechecks.may_refuse(session, it, actor)
    return [DEEDS["stays-decided"]] if waits else []


def of_terms(session: Session, it: Complaint) -> list[Deed]:
    """To enter that the person says no, or what a company agrees to in a letter, where it can send nothing itself."""
    if COMPLAINT.row(it.state, "settle") is None:
        return []
    found = ["terms-refused"] if standing(session, it) is not None else []
    found += ["terms-on-paper"] if answers_on_paper.writing(session, it) else []
    return [DEEDS[name] for name in found]


def standing(session: Session, it: Complaint) -> Settlement | None:
    """The terms to which the person has said neither yes nor no."""
    terms = queries_complaint.settlement(session, it)
    return terms if terms is not None and terms.complainant_at is None and terms.refused_at is None else None


def closed(session: Session, deed: Deed, it: Complaint) -> Refused | None:
    """Why a form does not open: nobody should fill in what would be refused whatever it says."""
    return next(FOR_GOOD[deed.event](session, it), None) if deed.event in FOR_GOOD else None


def offered(it: Complaint, actor: Actor) -> list[Deed]:
    """Which of them make sense for this complaint now."""
    person = it.complainant
    agent = person is not None and person.role == "AGENT" and not person.agent_authorised
    fits = {
        "settlement": COMPLAINT.row(it.state, "settle") is not None,
        "worse": it.can_be_written_to,
        "authorised": agent and it.state not in COMPLAINT.ends,
        "unnamed": person is not None and person.share_identity and it.state != "HISTORIC",
        "person": person is not None and it.state != "HISTORIC",
        "day": putting_right_days.is_open(it) and policies.may_receive(actor),
    }
    return [deed for name, deed in DEEDS.items() if fits.get(name)]


DEEDS = table(
    Deed(
        "settlement",
        _l("Note terms that the person agrees to"),
        _l("Note it"),
        _settle,
        forms.SettlementNoteForm,
        _l("Only in the person's own words or those proposed; other words undo what the company agreed to."),
        said=_l("Noted; it is settled once everybody concerned has agreed to the same words."),
        offer=_offer_terms,
    ),
    Deed(
        "terms-refused",
        _l("Note that the person says no to the terms"),
        _l("Note it"),
        _say_no,
        forms.SaidForm,
        _l("The complaint goes on; each company that agreed to these terms is told that they were answered."),
        said=_l("Noted; the complaint goes on, and the person may still agree."),
        offer=_read_terms,
    ),
    Deed(
        "terms-on-paper",
        _l("Enter terms that a company agrees to on paper"),
        _l("Enter"),
        _agree,
        forms.TermsOnPaperForm,
        _l("The words of the person's proposal, or others, which the person then reads and may agree to."),
        said=_l("Entered; it is settled once everybody concerned has agreed to the same words."),
        offer=_offer_company,
    ),
    Deed(
        "worse",
        _l("Note that it has become worse"),
        _l("Note it"),
        _worse,
        forms.WorseNoteForm,
        _l("Pressure or retaliation because of the complaint: an urgent task for an officer."),
        said=_l("Noted as urgent."),
    ),
    Deed(
        "authorised",
        _l("Note that the agent showed the authorisation"),
        _l("Note it"),
        _authorise,
        said=_l("The written authorisation is noted."),
        confirm=_l("Have you seen the written authorisation, and is it on file?"),
    ),
    Deed(
        "unnamed",
        _l("Note that the companies may no longer learn who complains"),
        _l("Note it"),
        _take_name_back,
        note=_l("The person takes the consent back: it ends for whatever is passed on later."),
        said=_l("From now on name and contact are passed on to no company."),
        confirm=_l("Has the person said so, by telephone, letter or at the counter?"),
    ),
    Deed(
        "person",
        _l("Put right who the person is, or how to be reached"),
        _l("Put it right"),
        _put_right,
        forms.PersonForm,
        _l(
            "What is empty stays as it is. A new contact counts as not verified, and gets no text messages any more; "
            "letters that nobody has received yet are announced there, and their days begin anew."
        ),
        said=_l("It is put right."),
    ),
    Deed(
        "day",
        _l("Put right on which day it came"),
        _l("Put it right"),
        _put_day_right,
        forms.DayForm,
        _l("A time for acceptance counted from receipt counts anew, and the person is told both days by a message."),
        said=_l("It is put right; the person is told."),
    ),
    Deed(
        "hold-back",
        _l("Hold back from erasing"),
        _l("Hold back"),
        _keep,
        _hold_form,
        _l("Its personal data stay beyond the years laid down, until somebody lets it go."),
        said=_l("It is held back from erasing."),
    ),
    Deed(
        "let-go",
        _l("Hold back no longer"),
        _l("Hold back no longer"),
        _let_go,
        note=_l("Once its years have passed its personal data are erased in the next night, for good."),
        said=_l("It is held back no longer."),
        confirm=_l("Is the reason over for which it was held back?"),
    ),
    Deed(
        "ask-erasing",
        _l("Propose to delete the data early"),
        _l("Propose the deletion"),
        _propose,
        forms.AskErasingForm,
        _l("For a person who asks for it. The head decides; what still waits or is kept for a case stops it."),
        said=_l("Proposed; the head decides."),
    ),
    Deed(
        "erase-early",
        _l("Grant that the data are deleted early"),
        _l("Grant"),
        noted(_grant),
        WhyToPersonForm,
        _l("The person reads the reason, and can take it back for some days; then the data are erased, for good."),
        said=_l("Granted; the person is told."),
    ),
    Deed(
        "asks-no-more",
        _l("Note that the person takes the request back"),
        _l("Note it"),
        _take_erasing_back,
        note=_l("The data are then kept for the years laid down; it can be asked for again."),
        said=_l("Noted; the data are kept for the years laid down."),
    ),
    Deed(
        "stays-decided",
        _l("Refuse to look at it once more"),
        _l("Refuse"),
        noted(_no_second_look),
        WhyToPersonForm,
        _l("The person reads the reason, and cannot ask again; what was decided stands."),
        said=_l("Refused; the person is told."),
    ),
    Deed(
        "keep-years",
        _l("Refuse to delete the data early"),
        _l("Refuse"),
        noted(_refuse),
        WhyToPersonForm,
        _l("The person reads the reason. The data are kept for the years laid down."),
        said=_l("Refused; the person is told."),
    ),
)
"""By the word in the page's address."""
