"""Deeds about admitted facts: refused or decided by the head, and who can sign before that."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.passing_on import noted
from core.actors import Actor
from core.errors import NotAllowed
from core.words import LazyString, _l
from desk.deeds import Deed, table
from proceedings import forms_admissions as forms
from sanctions import admissions, policies_admissions, rounds
from sanctions.levels import LEVELS

Form = Any
SIGNING: dict[str, LazyString] = {
    "officer": _l("Sign the admitted case as officer"),
    "legal": _l("Sign the admitted case as legal reviewer"),
}


def _refuse(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    admissions.refuse(at, it, reasons=form.reasons.data or "", actor=actor, version=form.version.data, now=now)


def _offer_measures(session: Session, it: CaseTrack, form: Form) -> None:
    proposal = rounds.proposal(session, it)
    announced = list(proposal.measures) if proposal else []
    form.measures.choices = [(str(level), LEVELS[level].word) for level in announced]
    form.statement_dealt.flags.required = bool(rounds.statements(session, it))
    to_read(session, it, form)
    if form.untouched:
        form.measures.data = [str(level) for level in announced]
        form.reasons.data = proposal.reasons if proposal else ""


def _decide(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    admissions.decide(
        at,
        it,
        measures=[int(each) for each in form.measures.data or ()],
        reasons=form.reasons.data or "",
        statement_dealt=form.statement_dealt.data or "",
        opinion=form.opinion.data or "",
        actor=actor,
        version=form.version.data,
        seen=form.seen.data,
        now=now,
    )


def to_read(session: Session, it: CaseTrack, form: Form) -> None:
    """Let the page carry how many statements there are now, also where a draft of an earlier day came back."""
    form.seen.object_data = len(rounds.statements(session, it))
    if form.untouched or form.brought_back:
        form.seen.data = form.seen.object_data


def signing(session: Session, it: CaseTrack, actor: Actor, url: Callable[[str], str]) -> list[dict[str, Any]]:
    """The signatures that this reader could give; `url` makes the address from a role."""
    if it.state != "ADMITTED":
        return []
    found = []
    for role, title in SIGNING.items():
        refused = list(policies_admissions.sign_refusals(session, it, role, actor))
        if not any(isinstance(each, NotAllowed) for each in refused):
            note = _l("The respondent admitted the facts; three people sign instead of a panel.")
            step = {"title": title, "note": note, "button": _l("Sign…"), "url": url(role), "refused": refused}
            found.append(step)
    return found


DEEDS = table(
    Deed(
        "decide_admitted",
        _l("Decide the admitted case"),
        _l("Decide…"),
        noted(_decide),
        forms.DecideAdmittedForm,
        _l("Yours is the third signature, after those of an officer and of a legal reviewer."),
        said=_l("Decided; the decision goes out."),
        offer=_offer_measures,
    ),
    Deed(
        "refuse_admission",
        _l("The facts need a panel"),
        _l("Refuse the admission…"),
        _refuse,
        forms.RefuseAdmissionForm,
        _l("The respondent's time for a statement begins anew; nothing it admitted counts against it."),
        said=_l("The admission is refused; the case goes to a panel."),
        aside=True,
    ),
)
