"""Deeds of the adjudication unit without a measure: to return a report, remind, write to the principal."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.passing_on import noted
from core.actors import SYSTEM, Actor
from core.clock import today
from core.typed_lists import lines
from core.words import _l
from desk.choices import by_name
from desk.deeds import Deed, table
from desk.queries_people import colleagues
from proceedings import forms_letters as forms
from proceedings import showing_ladder as shown
from registry import queries as register
from registry.models import PartyKind
from registry.models_accounts import Account
from sanctions import letters
from sanctions.policies_letters import may_approve, principals

Form = Any


def _return(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    letters.return_report(at, it, gaps=lines(form.gaps.data), actor=actor, version=form.version.data, now=now)


def offer_heads(session: Session, it: CaseTrack, form: Form) -> None:
    """Offer heads who can approve an end without a measure."""
    heads = [each for each in colleagues(session, "head") if may_approve(session, each, it, SYSTEM, today())]
    form.approved_by.choices = [(str(each.id), each.name) for each in heads]


def _offer_principals(session: Session, it: CaseTrack, form: Form) -> None:
    offer_heads(session, it, form)
    by_name(session, form.principal, PartyKind.INSTITUTION, near=principals(session, it))
    if form.untouched:
        form.principal.data = [each.said for each in form.principal.near[:1]]
        form.duties.data, form.reports.data = "\n".join(letters.DUTIES), "\n".join(letters.REPORTS)


def _offer_reminder(session: Session, it: CaseTrack, form: Form) -> None:
    offer_heads(session, it, form)
    form.offer_sources(shown.sources(session, it))
    if form.untouched:
        form.take(shown.begun(session, it))


def head_of(at: Session, form: Form) -> Account | None:
    """The head who approved it."""
    return at.get(Account, int(form.approved_by.data)) if form.approved_by.data else None


def _remind(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    letters.remind(
        at,
        it,
        attention=lines(form.attention.data),
        reasons=form.reasons.data,
        approved_by=head_of(at, form),
        lessons=form.lessons.data or "",
        judged=form.judged(),
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _write(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    said = letters.ToPrincipal(
        principal=register.party(at, form.principal.number),
        duties=lines(form.duties.data),
        reports=lines(form.reports.data),
        report_by=form.report_by.data,
    )
    letters.write_to_principal(
        at,
        it,
        said,
        reasons=form.reasons.data,
        approved_by=head_of(at, form),
        lessons=form.lessons.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


DEEDS = table(
    Deed(
        "write_to_principal",
        _l("Write to the principal and invite the firm to sign"),
        _l("Write…"),
        noted(_write),
        forms.PrincipalForm,
        _l("The firm is outside the rules: its principal is told, the firm is invited, and the track is closed."),
        said=_l("The letters go out; the track is closed."),
        offer=_offer_principals,
        quiet=True,
    ),
    Deed(
        "propose_reminder",
        _l("Close the track with a reminder"),
        _l("Remind…"),
        noted(_remind),
        forms.RemindForm,
        _l("A reminder is no measure and no finding; it does not count in the record."),
        said=_l("The reminder goes out; the track is closed."),
        offer=_offer_reminder,
        quiet=True,
    ),
    Deed(
        "return_report",
        _l("Return the report to the investigator"),
        _l("Return…"),
        _return,
        forms.ReturnForm,
        _l("Once; the investigation goes on with the gaps named."),
        said=_l("Returned; the investigation goes on."),
        aside=True,
    ),
)
