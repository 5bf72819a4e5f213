"""Deeds of triage: a complaint is accepted, completed, rejected or referred on one screen."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import copies, policies, triage
from casework.labels import REASON, choices
from casework.models import Complaint, NamedCompany
from casework.passing_on import noted
from casework.phrases import phrase
from core.actors import Actor
from core.labels import state_label
from core.plainly import in_words
from core.typed_lists import lines
from core.words import _, _l, joined, language
from desk import forms_complaints as forms
from desk import queries_complaint
from desk.choices import by_name, told_apart
from desk.deeds import Deed, table
from notices.laid_down import period_of
from registry import queries as register
from registry.models import Party, PartyKind

WAYS = ("new", "institution", "authority", "court", "police")
Form = Any


def why(found: queries_complaint.Candidate) -> str:
    """Why a party is offered, and by what the rules bound it."""
    if found.succeeds is not None:
        reason = str(_("successor of %(company)s", company=found.succeeds.name(language())))
    elif found.named or found.engagement is None:
        reason = str(_("named by the complainant"))
    else:
        reason = str(_("engaged on the day of the conduct, since %(day)s", day=in_words(found.engagement.from_on)))
    return f"{reason} · {state_label('basis', found.basis).text}"


def respondents(session: Session, it: Complaint) -> list[queries_complaint.Candidate]:
    """Whom a complaint can still be put before."""
    return [each for each in queries_complaint.candidates(session, it) if each.reachable and not each.forwarded]


def offer_respondents(session: Session, it: Complaint, form: Form) -> None:
    """Offer those within reach, and a field to name another; tick those that the complainant named."""
    found = respondents(session, it)
    names = [each.said for each in told_apart((each.party, "") for each in found)]
    form.respondents.choices = [
        (str(each.party.id), name, {"hint": why(each)}) for each, name in zip(found, names, strict=True)
    ]
    if form.untouched:
        form.respondents.data = [str(each.party.id) for each in found if each.named]
    by_name(session, form.other)
    form.respondents.validators = [] if form.other.data else form.respondents.validators


def _offer_accept(session: Session, it: Complaint, form: Form) -> None:
    offer_respondents(session, it, form)
    form.other.description = joined(*_unmatched(session, it)) or form.other.description
    if it.masked_facts is not None:
        form.holds(masked_facts=it.masked_facts)
    elif form.masked_facts.data is None:
        form.masked_facts.data = copies.draft(it)


def _unmatched(session: Session, it: Complaint) -> Iterator[str]:
    """Who was named and not found, or by what several bear, and the numbers that called: a number is no name."""
    left = []
    for each in it.companies:
        bearers = register.match(session, each.value, each.how) if each.party_id is None else []
        if len(bearers) > 1:
            yield _(
                "In the register “%(name)s” leads to several companies: %(companies)s. Choose under “Companies as "
                "named” which one is meant.",
                name=each.value,
                companies=str(_(", ")).join(one.name(language()) for one in bearers),
            )
        elif likely := _likely(session, each):
            yield _(
                "“%(name)s” as it was given is not in the register; the name, or nearly so, is that of %(companies)s. "
                "Choose under “Companies as named” if that is meant.",
                name=each.value,
                companies=str(_(", ")).join(one.name(language()) for one in likely),
            )
        elif each.party_id is None:
            left.append(each)
    if names := [each.value for each in left if each.how not in policies.UNNAMED]:
        yield _(
            "Named, but not in the register under this name: %(names)s. Once it is matched under “Companies as named”, "
            "it is offered here.",
            names=str(_(", ")).join(names),
        )
    if numbers := [each.value for each in left if each.how == "NUMBER"]:
        yield _("No company was found in the register by the number %(numbers)s.", numbers=str(_(", ")).join(numbers))


def _likely(session: Session, named: NamedCompany) -> list[Party]:
    """Who bears a name in another way than it was given, or but for the legal form."""
    if named.party_id is not None or named.how in policies.UNNAMED:
        return []
    if borne := register.borne_anyhow(session, named.value):
        return borne
    near = register.resembling(session, named.value, PartyKind(named.kind))
    found = register.party(session, near) if near is not None else None
    return [found] if found is not None else []


def chosen(form: Form) -> list[int]:
    """The parties that were ticked or named."""
    ticked = [int(number) for number in form.respondents.data or ()] if "respondents" in form else []
    return list(dict.fromkeys([*ticked, *form.other.numbers]))


def _accept(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    triage.accept(
        at,
        it,
        respondents=chosen(form),
        masked_facts=form.masked_facts.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _all_named(session: Session, it: Complaint) -> dict[str, Any]:
    """All that were named, which is enough to learn whether anybody is within reach."""
    return {"respondents": [each.party.id for each in respondents(session, it)], "masked_facts": "…"}


def _ask_info(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    missing = lines(form.missing.data)
    triage.ask_info(at, it, missing=missing, actor=actor, version=form.version.data, now=now)


def _offer_reject(_session: Session, it: Complaint, form: Form) -> None:
    form.reason.choices = choices(REASON, *policies.REASONS)
    form.ways.choices = [(key, phrase(f"way.{key}", language())) for key in WAYS]
    if form.untouched:
        form.ways.data = ["new", "institution", "authority"] if it.severity < policies.GRAVE else list(WAYS)


def _reject(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    triage.reject(
        at,
        it,
        reason=form.reason.data,
        why=form.why.data or "",
        ways=[phrase(f"way.{key}", it.lang) for key in form.ways.data],
        actor=actor,
        version=form.version.data,
        now=now,
    )


def referral(form: Form) -> triage.Referral:
    """What is referred to which authority; if it is the whole complaint, no part is named."""
    told = {each: (form[each].data or "") if each in form else "" for each in ("scope", "facts")}
    return triage.Referral(
        **told,
        authority=form.authority.data,
        authority_contact=form.authority_contact.data or "",
        why=form.why.data,
        suspected=form.suspected.data or "",
        identity=form.identity.data,
        agreed_how=form.agreed_how.data or "",
        agreed_on=form.agreed_on.data,
    )


def _refer_out(at: Session, it: Complaint, form: Form, actor: Actor, now: datetime) -> None:
    triage.refer_out(at, it, referral(form), actor=actor, version=form.version.data, now=now)


TRIAGE = table(
    Deed(
        "accept",
        _l("Accept and forward"),
        _l("Accept and forward"),
        noted(_accept),
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
        noted(_ask_info),
        forms.AskInfoForm,
        _l("The acceptance check stops; the person has %(period)s.", period=period_of("K02")),
        said=_l("The person was asked for more."),
        inline=True,
    ),
    Deed(
        "reject",
        _l("Do not accept"),
        _l("Do not accept"),
        noted(_reject),
        forms.RejectForm,
        _l("The person gets a letter with the reason and what can still be done."),
        said=_l("Not accepted; the person is told why."),
        undo=True,
        confirm=_l("The complaint ends here, and the letter goes out. Go on?"),
        offer=_offer_reject,
        inline=True,
    ),
    Deed(
        "refer_out",
        _l("Refer to an authority"),
        _l("Refer"),
        noted(_refer_out),
        forms.ReferForm,
        _l("Only where no company named is bound by the association's rules."),
        said=_l("Referred; the person is told to whom."),
        undo=True,
        confirm=_l("The complaint ends here, and the letters go out. Go on?"),
        inline=True,
    ),
)
"""What is decided on one screen while a complaint is checked."""
