"""Deeds of complaints: triage, what is noted for the complainant, the check of a disputed reply, escalation, ends."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import complaints, policies, queries_pages
from casework import forms_staff as forms
from casework.complaints import Company, EvidenceFile, speaking
from casework.deeds import Deed, table
from casework.labels import REASON, choices
from casework.models import Complaint, Forwarding
from casework.phrases import phrase
from core import files
from core.actors import Actor
from core.errors import BadInput
from core.forms import LongText
from core.i18n import language
from core.web import state_label
from core.words import _, _l
from registry import queries as register
from registry import rulebook
from registry.models import PartyKind

WAYS = ("new", "institution", "authority", "court", "police")
Form = Any


def lines(text: str | None) -> list[str]:
    """Points, one a line."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def kept(session: Session, uploads: Any, *, shared: bool = False) -> list[EvidenceFile]:  # noqa: ANN401 - uploads of a form
    """Uploads checked and kept."""
    found = [files.keep(session, each.stream, each.filename) for each in uploads or ()]
    return [EvidenceFile(each.sha256, each.name, each.media_type, each.size, shared) for each in found]


def party_choices(session: Session, kind: PartyKind | None = None) -> list[tuple[str, str]]:
    """The register's parties as answers of a form."""
    return [(str(each.id), each.name(language())) for each in register.parties(session, kind)]


def code_choices(session: Session) -> list[tuple[str, str]]:
    """The kinds of violations as answers of a form."""
    return [(each.code, f"{each.code} {each.name(language())}") for each in rulebook.violations(session)]


def why(found: queries_pages.Candidate) -> str:
    """Why a party is offered, and on what the rules bound it."""
    if found.named or found.engagement is None:
        reason = str(_("named by the complainant"))
    else:
        reason = str(_("engaged on the day of the conduct, since %(day)s", day=found.engagement.from_on.isoformat()))
    return f"{reason} · {state_label('basis', found.basis).text}"


def _respondents(session: Session, it: Complaint) -> list[queries_pages.Candidate]:
    return [each for each in queries_pages.candidates(session, it) if each.reachable and not each.forwarded]


def _offer_respondents(session: Session, it: Complaint, form: Form) -> None:
    """Those in reach; ticked are the named ones, and the other side of a single engagement."""
    found = _respondents(session, it)
    form.respondents.choices = [
        (str(each.party.id), each.party.name(language()), {"hint": why(each)}) for each in found
    ]
    if not form.is_submitted() and not form.restored:
        engaged = [each for each in found if not each.named]
        ticked = [each for each in found if each.named] + (engaged if len(engaged) == 1 else [])
        form.respondents.data = [str(each.party.id) for each in ticked]


def _offer_accept(session: Session, it: Complaint, form: Form) -> None:
    _offer_respondents(session, it, form)
    shown = {value for value, *_rest in form.respondents.choices}
    form.other.choices = [each for each in party_choices(session) if each[0] not in shown]
    form.respondents.validators = [] if form.other.data else form.respondents.validators
    if form.masked_facts.data is None:
        form.masked_facts.data = complaints.masked_draft(it)


def _chosen(form: Form) -> list[int]:
    other = getattr(form, "other", None)
    extra = [int(other.data)] if other is not None and other.data else []
    return [int(number) for number in form.respondents.data or ()] + extra


def _accept(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.accept(
        at,
        it,
        respondents=_chosen(form),
        masked_facts=form.masked_facts.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _all_named(session: Session, it: Complaint) -> dict[str, Any]:
    """Enough to learn whether anybody is in reach at all."""
    return {"respondents": [each.party.id for each in _respondents(session, it)], "masked_facts": "…"}


def _ask_info(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    missing = lines(form.missing.data)
    complaints.ask_info(at, it, missing=missing, actor=actor, version=form.version.data, now=now)


def _offer_reject(_session: Session, it: Complaint, form: Form) -> None:
    form.reason.choices = choices(REASON, *policies.REASONS)
    form.ways.choices = [(key, phrase(f"way.{key}", language())) for key in WAYS]
    if not form.is_submitted() and not form.restored:
        form.ways.data = ["new", "institution", "authority"] if it.severity < policies.GRAVE else list(WAYS)


def _reject(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.reject(
        at,
        it,
        reason=form.reason.data,
        why=form.why.data or "",
        ways=[phrase(f"way.{key}", it.lang) for key in form.ways.data],
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _refer_out(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.refer_out(
        at,
        it,
        authority=form.authority.data,
        authority_contact=form.authority_contact.data or "",
        why=form.why.data,
        suspected=form.suspected.data or "",
        identity=form.identity.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _refer_part(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.refer_part(
        at,
        it,
        scope=form.scope.data,
        authority=form.authority.data,
        authority_contact=form.authority_contact.data or "",
        why=form.why.data,
        facts=form.facts.data or "",
        suspected=form.suspected.data or "",
        identity=form.identity.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _offer_add(session: Session, it: Complaint, form: Form) -> None:
    sent = {each.party_id for each in it.forwardings}
    form.respondents.choices = [each for each in party_choices(session) if int(each[0]) not in sent]
    if not form.is_submitted():
        form.respondents.data = [str(each.party.id) for each in _respondents(session, it)]


def _add_respondent(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.add_respondent(at, it, respondents=_chosen(form), actor=actor, version=form.version.data, now=now)


def _give_info(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.give_info(
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
    released = queries_pages.releases(session, it)
    form.release.choices = [(str(each.id), names.get(each.forwarding_id, "")) for each in released]


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
    disputed = policies.disputed_forwardings(session, it)
    return [each for each in it.forwardings if each.id in disputed]


def _points_form(session: Session, it: Complaint) -> type[forms.StaffForm]:
    """One field for each respondent whose answer is disputed."""
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
    return type("AskAgainForm", (forms.StaffForm,), {"drafted": True, **fields})


def _ask_again(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    points = {
        each.id: lines(form[f"points_{each.id}"].data) for each in _disputed(at, it) if f"points_{each.id}" in form
    }
    complaints.ask_again(at, it, points=points, actor=actor, version=form.version.data, now=now)


def _any_points(session: Session, it: Complaint) -> dict[str, Any]:
    return {"points": {each.id: ["…"] for each in _disputed(session, it)}}


def _offer_parties(_session: Session, it: Complaint, form: Form) -> None:
    sent = [each for each in it.forwardings if each.return_reason is None or each.state != "CLOSED"]
    form.parties.choices = [(str(each.party_id), each.party.name(language())) for each in sent]
    if not form.is_submitted() and not form.restored:
        form.parties.data = [value for value, _label in form.parties.choices]


def _escalate(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    parties = [int(number) for number in form.parties.data or ()] or None
    complaints.escalate(at, it, why=form.why.data, parties=parties, actor=actor, version=form.version.data, now=now)


def _offer_lead(session: Session, it: Complaint, form: Form) -> None:
    person = it.complainant
    same = policies.open_with(session, person.contact_hash) if person and person.contact_hash else []
    others = [each.ref for each in same if each.id != it.id]
    if others and not form.is_submitted():
        form.lead.data = form.lead.data or others[0]
    form.lead.description = _("Open complaints of the same contact: %(refs)s", refs=", ".join(others) or _("none"))


def _merge(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    found = queries_pages.by_refs(at, [form.lead.data])
    if not found:
        raise BadInput("lead", _l("There is no complaint of this number."))
    same = form.same_facts.data
    complaints.merge(at, it, lead=found[0], same_facts=same, actor=actor, version=form.version.data, now=now)


def _offer_messages(session: Session, it: Complaint, form: Form) -> None:
    later = queries_pages.messages(session, it.lead_id) if it.lead_id else ()
    form.messages.choices = [(str(each.id), f"{each.at:%Y-%m-%d} {each.body[:80]}") for each in later]


def _unmerge(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    chosen = [int(number) for number in form.messages.data or ()]
    complaints.unmerge(at, it, why=form.why.data, messages=chosen, actor=actor, version=form.version.data, now=now)


def _reissue(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.reissue(at, it, actor=actor, version=form.version.data, now=now)


def _recheck(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    complaints.recheck(
        at,
        it,
        why=form.why.data,
        asked_on=form.asked_on.data,
        own_error=form.own_error.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def offer_take_up(session: Session, it: Complaint, form: Form) -> None:
    """What the old register says, to be completed."""
    form.institution.choices = party_choices(session, PartyKind.INSTITUTION)
    form.firm.choices = party_choices(session, PartyKind.FIRM)
    form.codes.choices = code_choices(session)
    if not form.is_submitted() and not form.restored:
        known = {each.kind: each.party_id for each in it.companies if each.party_id is not None}
        form.institution.data = str(known.get("INSTITUTION", "")) or None
        form.firm.data = str(known.get("FIRM", "")) or None
        form.facts.data, form.lang.data = it.facts, it.lang
        form.role.data = it.complainant.role if it.complainant else "DEBTOR"
        form.conduct_from.data = it.conduct_from or policies.conduct_day(it)
        form.conduct_to.data = it.conduct_to or policies.conduct_day(it)


def take_up(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> tuple[Complaint, str]:
    """A new complaint of a historic one; its receipt code is told this once."""
    chosen = [register.party(at, int(number)) for number in (form.institution.data, form.firm.data) if number]
    companies = [Company(each.kind.value, "NAME", each.name_zh, each.id) for each in chosen if each is not None]
    return complaints.take_up(
        at,
        it,
        key=form.key.data,
        companies=companies,
        codes=form.codes.data or (),
        role=form.role.data,
        facts=form.facts.data,
        conduct_from=form.conduct_from.data,
        conduct_to=form.conduct_to.data,
        lang=form.lang.data,
        actor=actor,
        now=now,
    )


TRIAGE = table(
    Deed(
        "accept",
        _l("Accept and forward"),
        _l("Accept and forward"),
        _accept,
        forms.AcceptForm,
        _l("Each respondent gets its own letter and its own time to answer."),
        said=_l("Accepted and forwarded."),
        offer=_offer_accept,
        facts=_all_named,
        inline=True,
    ),
    Deed(
        "ask_info",
        _l("Ask for more"),
        _l("Send the request"),
        _ask_info,
        forms.AskInfoForm,
        _l("The acceptance check stops; the person has 10 working days."),
        said=_l("The person was asked for more."),
        inline=True,
    ),
    Deed(
        "reject",
        _l("Do not accept"),
        _l("Do not accept"),
        _reject,
        forms.RejectForm,
        _l("The person gets a letter with the reason and what can still be done."),
        said=_l("Not accepted; the person is told why."),
        confirm=_l("The complaint ends here, and the letter goes out. Go on?"),
        offer=_offer_reject,
        inline=True,
    ),
    Deed(
        "refer_out",
        _l("Refer to an authority"),
        _l("Refer"),
        _refer_out,
        forms.ReferForm,
        _l("Only where no company named is bound by the association's rules."),
        said=_l("Referred; the person is told to whom."),
        confirm=_l("The complaint ends here, and the letters go out. Go on?"),
        inline=True,
    ),
)
"""What is decided on one screen while a complaint is checked."""

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
        _escalate,
        forms.EscalateForm,
        _l("Signs of a breach become a lead on each respondent."),
        said=_l("Escalated; a case is open."),
        offer=_offer_parties,
    ),
    Deed(
        "ask_again",
        _l("Ask the respondents again"),
        _l("Ask again…"),
        _ask_again,
        _points_form,
        _l("Only about the open points of disputed answers, and once."),
        said=_l("The respondents were asked again."),
        facts=_any_points,
    ),
    Deed(
        "close",
        _l("Close: no sign of a breach"),
        _l("Close…"),
        _close,
        forms.WhyForm,
        _l("The person reads the result of the check in a letter."),
        said=_l("Closed."),
    ),
    Deed(
        "add_respondent",
        _l("Put it before another respondent"),
        _l("Add…"),
        _add_respondent,
        forms.AddRespondentForm,
        said=_l("Forwarded to another respondent."),
        offer=_offer_add,
        facts=lambda session, it: {"respondents": [each.party.id for each in _respondents(session, it)]},
        aside=True,
    ),
    Deed(
        "merge",
        _l("Merge with another complaint"),
        _l("Merge…"),
        _merge,
        forms.MergeForm,
        offer=_offer_lead,
        aside=True,
    ),
    Deed(
        "unmerge",
        _l("Separate from the leading complaint"),
        _l("Separate…"),
        _unmerge,
        forms.UnmergeForm,
        offer=_offer_messages,
        aside=True,
    ),
    Deed(
        "refer_part",
        _l("Refer a part to an authority"),
        _l("Refer a part…"),
        _refer_part,
        forms.ReferPartForm,
        aside=True,
    ),
    Deed(
        "accept_reply",
        _l("Note that the person accepts the reply"),
        _l("Note it"),
        _accept_reply,
        said=_l("Noted; the complaint is closed."),
        confirm=_l("The complaint is closed. Has the person said so?"),
        speaks=speaking,
        aside=True,
    ),
    Deed(
        "dispute",
        _l("Note that the person disputes a reply"),
        _l("Note it…"),
        _dispute,
        forms.DisputeNoteForm,
        said=_l("Noted; the reply is checked."),
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
        _l("Asked for within 30 days, or an error of our own; decided by somebody new to it."),
        facts=lambda _session, _it: {"why": "…"},
    ),
)
