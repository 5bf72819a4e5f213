"""Deeds on complaints after triage: noted for the complainant, the check of a disputed reply, escalation, ends."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import complaints, intake, policies, rechecks, scripts, triage
from casework.complaints import speaking
from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from casework.intake import Company
from casework.models import Complaint, Forwarding
from casework.passing_on import noted
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput
from core.forms import Filled, LongText
from core.typed_lists import lines
from core.words import _, _l, language
from desk import deeds_escalation, queries_complaint, showing
from desk import forms_complaints as forms
from desk.choices import by_name, code_choices, kept, standing_for
from desk.deeds import Deed, table
from desk.deeds_triage import TRIAGE, chosen, offer_respondents, referral, respondents
from registry import queries as register
from registry.models import PartyKind

Form = Any


def _refer_part(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    triage.refer_part(at, it, referral(form), actor=actor, version=form.version.data, now=now)


def _offer_add(session: Session, it: Complaint, form: Form) -> None:
    offer_respondents(session, it, form)
    if not form.respondents.choices:
        del form.respondents


def _add_respondent(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    triage.add_respondent(at, it, respondents=chosen(form), actor=actor, version=form.version.data, now=now)


def _give_info(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    intake.give_info(
        at,
        it,
        text=form.text.data or "",
        files=kept(at, form.files.data),
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _accept_reply(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.accept_reply(at, it, actor=actor, version=form.version.data, now=now)


def _offer_releases(session: Session, it: Complaint, form: Form) -> None:
    names = {each.id: each.party.name(language()) for each in it.forwardings}
    released = policies.disputable(session, it)
    form.release.choices = [(str(each.id), names.get(each.forwarding_id, "")) for each in released]
    if len(released) == 1 and form.untouched:
        form.release.data = str(released[0].id)


def _dispute(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    chosen = [int(form.release.data)]
    complaints.dispute(at, it, releases=chosen, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _withdraw(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    pressed = form.pressure.data == "yes"
    why = form.why.data or ""
    complaints.withdraw(at, it, pressure=pressed, why=why, actor=actor, version=form.version.data, now=now)


def _close(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.close(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _disputed(session: Session, it: Complaint) -> list[Forwarding]:
    """Disputed forwardings to companies that still exist; if none does, all: then the refusal says what to do."""
    disputed = policies.disputed_forwardings(session, it)
    found = [each for each in it.forwardings if each.id in disputed]
    return [each for each in found if each.party.ceased_on is None and each.party.merged_into_id is None] or found


def _points_form(session: Session, it: Complaint) -> type[StaffForm]:
    """A form with a field for each respondent whose answer is disputed."""
    fields = {
        f"points_{each.id}": LongText(
            _l("Open points for %(name)s", name=each.party.name(language())),
            most=3000,
            rows=4,
            required=False,
            hint=_l("One point a line; empty: not asked again"),
        )
        for each in _disputed(session, it)
    }
    return type("AskAgainForm", (Outward, StaffForm), {"drafted": True, "outward": ("points_",), **fields})


def _ask_again(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    points = {
        each.id: lines(form[f"points_{each.id}"].data) for each in _disputed(at, it) if f"points_{each.id}" in form
    }
    complaints.ask_again(at, it, points=points, actor=actor, version=form.version.data, now=now)


def _any_points(session: Session, it: Complaint) -> dict[str, Any]:
    return {"points": {each.id: ["…"] for each in _disputed(session, it)}}


def _offer_lead(session: Session, it: Complaint, form: Form) -> None:
    person = it.complainant
    same = policies.open_with(session, person.contact_hash) if person and person.contact_hash else []
    told = [each.complaint for each in scripts.alike(session, it) if each.mergeable]
    others = list(dict.fromkeys(each.ref for each in [*told, *same] if each.id != it.id))
    if others and not form.is_submitted():
        form.lead.data = form.lead.data or others[0]
    form.lead.description = _(
        "Open complaints of the same contact: %(refs)s", refs=str(_(", ")).join(others) or _("none")
    )


def _merge(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    found = queries_complaint.named(at, form.lead.data, actor)
    if found is None:
        raise BadInput("lead", _l("There is no complaint of this number."))
    same = form.same_facts.data
    triage.merge(at, it, lead=found, same_facts=same, actor=actor, version=form.version.data, now=now)


def _offer_messages(session: Session, it: Complaint, form: Form) -> None:
    """Offer what came to the leading complaint since the two were merged."""
    if it.lead_id is None:
        return
    since, leads = it.merged_at or it.received_at, triage.leads_of(session, it)
    wrote = [each for lead in leads for each in queries_complaint.messages(session, lead) if each.at >= since]
    told_by = [it, *(session.get_one(Complaint, lead) for lead in leads)]
    hide = showing.veil(name for each in told_by for name in showing.names(each))
    form.messages.choices = [(str(each.id), f"{day_of(each.at)} {hide(each.body)[:80]}") for each in wrote]
    brought = [
        each for lead in leads for each in queries_complaint.evidence_of(session, lead) if each.added_at >= since
    ]
    form.files.choices = [(str(each.id), hide(each.name)) for each in brought]
    told = [
        each for lead in leads for each in queries_complaint.releases_of(session, lead) if each.released_at >= since
    ]
    form.replies.choices = [(str(each.id), f"{day_of(each.released_at)} {hide(each.body)[:80]}") for each in told]


def _unmerge(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    chosen = {name: [int(each) for each in form[name].data or ()] for name in ("messages", "files", "replies")}
    triage.unmerge(at, it, why=form.why.data, **chosen, actor=actor, version=form.version.data, now=now)


def _reissue(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    triage.reissue(at, it, actor=actor, version=form.version.data, now=now)


def _offer_recheck(_session: Session, it: Complaint, form: Form) -> None:
    """Fill in when the person asked; the reason is the head's own, and that of the person stands on the page."""
    if it.recheck_asked_at is not None and form.untouched:
        form.asked_on.data = day_of(it.recheck_asked_at)


def _recheck(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    rechecks.recheck(
        at,
        it,
        why=form.why.data,
        asked_on=form.asked_on.data,
        own_error=form.own_error.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


AS_THEY_STAND = _l("Left empty, the words of the old entry are taken over as they stand there, unmasked.")


def offer_take_up(session: Session, it: Complaint, form: Form) -> None:
    """Fill in what the earlier register says, to be completed."""
    by_name(session, form.institution, PartyKind.INSTITUTION)
    by_name(session, form.firm, PartyKind.FIRM)
    known = {each.kind: each.party for each in it.companies if each.party_id is not None}
    before = [standing_for(form[kind.lower()], known.get(kind)) for kind in ("INSTITUTION", "FIRM")]
    form.codes.choices = code_choices(session)
    if it.facts:  # taken over as they are, and shown to nobody in clear without a journal entry
        form.facts.validators = [each for each in form.facts.validators if not isinstance(each, Filled)]
        form.facts.flags.required, form.facts.description = False, AS_THEY_STAND
    if form.untouched:
        form.institution.data, form.firm.data = before
        form.lang.data = it.lang
        form.role.data = it.complainant.role if it.complainant else None
        form.conduct_from.data, form.conduct_to.data = it.conduct_from, it.conduct_to


def take_up(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> tuple[Complaint, str]:
    """Make a new complaint of a historic one; its receipt code is told only now."""
    chosen = [register.party(at, number) for number in (form.institution.number, form.firm.number) if number]
    companies = [Company(each.kind.value, "NAME", each.name_zh, each.id) for each in chosen if each is not None]
    told = {
        "companies": companies,
        "codes": form.codes.data,
        "role": form.role.data,
        "facts": form.facts.data,
        "conduct_from": form.conduct_from.data,
        "conduct_to": form.conduct_to.data,
        "lang": form.lang.data,
    }
    said = replace(intake.told_before(it), **{name: value for name, value in told.items() if value})
    return intake.take_up(at, it, said, key=form.key.data, actor=actor, now=now)


DEEDS = TRIAGE | table(
    Deed("reissue", _l("Issue the request again"), _l("Issue again"), _reissue, said=_l("Issued again."), quiet=True),
    Deed(
        "give_info",
        _l("Note what the person added"),
        _l("Note it"),
        _give_info,
        forms.InfoNoteForm,
        _l("By telephone, letter or at the counter; the acceptance check begins anew."),
        said=_l("Noted; the acceptance check begins anew."),
    ),
    Deed(
        "escalate",
        _l("Escalate to a case"),
        _l("Escalate…"),
        deeds_escalation.escalate,
        forms.EscalateForm,
        _l("Signs of a breach become a lead on each respondent."),
        said=_l("Escalated; a case is open."),
        offer=deeds_escalation.offer_parties,
    ),
    Deed(
        "ask_again",
        _l("Ask the respondents again"),
        _l("Ask again…"),
        noted(_ask_again),
        _points_form,
        _l("Only about the open points of disputed answers, and once."),
        said=_l("The respondents were asked again."),
        facts=_any_points,
    ),
    Deed(
        "close",
        _l("Close: no sign of a breach"),
        _l("Close…"),
        noted(_close),
        forms.WhyToPersonForm,
        _l("The person reads the result of the check in a letter."),
        said=_l("Closed."),
        undo=True,
    ),
    Deed(
        "add_respondent",
        _l("Put it before another respondent"),
        _l("Add…"),
        _add_respondent,
        forms.AddRespondentForm,
        said=_l("Forwarded to another respondent."),
        offer=_offer_add,
        facts=lambda session, it: {"respondents": [each.party.id for each in respondents(session, it)]},
        aside=True,
    ),
    Deed(
        "merge",
        _l("Merge with another complaint"),
        _l("Merge…"),
        _merge,
        forms.MergeForm,
        said=_l("Merged; the complaint is dealt with together with the leading one."),
        offer=_offer_lead,
        aside=True,
    ),
    Deed(
        "unmerge",
        _l("Separate from the leading complaint"),
        _l("Separate…"),
        _unmerge,
        forms.UnmergeForm,
        said=_l("Separated; its own acceptance check begins."),
        offer=_offer_messages,
        aside=True,
    ),
    Deed(
        "refer_part",
        _l("Refer a part to an authority"),
        _l("Refer a part…"),
        noted(_refer_part),
        forms.ReferPartForm,
        said=_l("A part is referred and the person told to whom; the complaint goes on."),
        aside=True,
    ),
    Deed(
        "accept_reply",
        _l("Note that the person accepts the answer"),
        _l("Note it"),
        _accept_reply,
        said=_l("Noted; the complaint is closed."),
        confirm=_l("The complaint is closed. Has the person said so?"),
        speaks=speaking,
        aside=True,
    ),
    Deed(
        "dispute",
        _l("Note that the person disputes an answer"),
        _l("Note it…"),
        _dispute,
        forms.DisputeNoteForm,
        said=_l("Noted; the answer is checked."),
        offer=_offer_releases,
        speaks=speaking,
        aside=True,
    ),
    Deed(
        "withdraw",
        _l("Note that the person withdraws"),
        _l("Note it…"),
        _withdraw,
        forms.WithdrawNoteForm,
        said=_l("Noted; the complaint is withdrawn."),
        speaks=speaking,
        aside=True,
    ),
    Deed(
        "recheck",
        _l("Look at it once more"),
        _l("Look again…"),
        _recheck,
        forms.RecheckForm,
        _l("Asked for within the time that the notice gave, or an error of our own; decided by somebody new to it."),
        said=_l("It is looked at once more; its time limit runs from today."),
        offer=_offer_recheck,
        facts=lambda _session, _it: {"why": "…"},
    ),
)
