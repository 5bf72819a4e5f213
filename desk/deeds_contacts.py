"""Deeds on contacts of a case: entered by hand, taken out one by one or by list."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import contacts, queries_cases
from casework.contacts import By, Contact, Whose
from casework.models_cases import CaseFile
from casework.models_contacts import ContactEvent
from casework.policies_contacts import WHICH_COMPANY
from core.actors import Actor
from core.errors import BadInput
from core.words import _, _l, language
from desk import forms_contacts as forms
from desk import showing
from desk.deeds import Deed
from registry import queries as register

Form = Any
ANSWERED: dict[str, tuple[bool | None, bool | None]] = {
    "SPOKEN": (True, True),
    "CONNECTED": (True, False),
    "NO": (False, False),
}


def whose_choices(case: CaseFile) -> list[tuple[str, Any]]:
    """The persons of the case's complaints, and debtors who did not complain."""
    return [*((f"c{each.id}", each.ref) for each in case.complaints), *forms.OTHERS]


def whose(value: str | None) -> Whose:
    """Whose contact it is, as chosen."""
    kind, number = (value or "")[:1], (value or "")[1:]
    return Whose(complaint_id=int(number)) if kind == "c" and number.isdecimal() else Whose(mark=number or None)


def by_choices(session: Session, case: CaseFile) -> list[tuple[str, str]]:
    """Who may have made contact: a lender, or a firm with the lender it acted for."""
    found = []
    for each in contacts.choices_of(session, case):
        party, principal = register.party(session, each.party_id), register.party(session, each.principal_id or 0)
        name = party.name(language()) if party else ""
        if principal is not None:
            name = str(_("%(firm)s, for %(name)s", firm=name, name=principal.name(language())))
        found.append((f"{each.party_id}-{each.principal_id or ''}", name))
    return found


def by(value: str | None) -> By | None:
    """Who made contact, as chosen."""
    party, _dash, principal = (value or "").partition("-")
    return By(int(party), int(principal) if principal else None) if party.isdecimal() else None


def _offer(session: Session, it: CaseFile, form: Form) -> None:
    form.whose.choices = whose_choices(it)
    if len(it.complaints) == 1 and form.untouched:
        form.whose.data = form.whose.choices[0][0]
    form.by.choices = by_choices(session, it)
    hide = showing.veil(showing.names_of_case(it))
    form.evidence.choices = [
        (str(each.id), " · ".join(word for word in (f"E{place}", hide(each.name), hide(each.shows)) if word))
        for place, each in enumerate(queries_cases.evidence_of(session, it), 1)
    ]


def _enter(at: Session, it: CaseFile, form: Form, actor: Actor, now: datetime) -> None:
    chosen = by(form.by.data)
    if chosen is None:
        raise BadInput("by", WHICH_COMPANY)
    connected, effective = ANSWERED.get(form.answer.data, (None, None))
    if not form.kind.data.startswith("CALL"):
        connected = effective = None
    number = form.evidence.data or ""
    contacts.enter(
        at,
        it,
        Contact(
            at=form.at.data,
            kind=form.kind.data,
            by=chosen,
            whose=whose(form.whose.data),
            direction=form.direction.data,
            target_role=form.target_role.data,
            number=form.number.data or "",
            from_number=form.from_number.data or "",
            connected=connected,
            effective=effective,
            seconds=form.seconds.data,
            said=form.said.data or "",
        ),
        evidence=next((each for each in queries_cases.evidence_of(at, it) if str(each.id) == number), None),
        actor=actor,
        now=now,
    )


ENTER = Deed(
    "contact",
    _l("Enter a contact"),
    _l("Enter"),
    _enter,
    forms.ContactForm,
    _l("Each call, message or visit is entered by itself; the daily counts follow."),
    said=_l("Entered."),
    offer=_offer,
)


def taking_out(case: CaseFile) -> Deed:
    """The deed that takes a contact of this case out, with a reason."""

    def take_out(at: Session, it: ContactEvent, form: Form, actor: Actor, now: datetime) -> None:
        contacts.take_out(at, case, it, why=form.why.data, actor=actor, now=now)

    note = _l("It stays to be read, with the reason, and counts for nothing.")
    said = _l("Taken out.")
    return Deed("out", _l("Take the contact out"), _l("Take out"), take_out, forms.OutForm, note, said=said)


def taking_list_out(case: CaseFile) -> Deed:
    """The deed that takes all contacts of one list out, with a reason; the file stays as evidence."""

    def take_out(at: Session, it: Any, form: Form, actor: Actor, now: datetime) -> None:  # noqa: ANN401 - evidence
        contacts.take_list_out(at, case, it.id, why=form.why.data, actor=actor, now=now)

    note = _l("The file stays as evidence; its contacts count for nothing.")
    said = _l("Taken out.")
    return Deed(
        "out", _l("Take out all contacts of this list"), _l("Take out"), take_out, forms.OutForm, note, said=said
    )
