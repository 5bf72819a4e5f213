"""Deeds on forwardings: release or send back an answer, accept a return or not, give time or refuse it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import answers_on_paper, forwardings, policies, policies_forwardings, respondents_clocks
from casework.forms_staff import StaffForm
from casework.models import Forwarding
from casework.passing_on import noted
from casework.states import LETTERS
from core.actors import Actor
from core.typed_lists import lines
from core.words import _l
from desk import forms_complaints as forms
from desk import showing_paper_days as days
from desk.deeds import Deed, table
from desk.forms_inquiry import AnsweredOnPaperForm
from notices.laid_down import period_of
from registry import clocks

Form = Any


def _release_form(_session: Session, it: Forwarding) -> type[StaffForm]:
    """The form with a warning unless the complainant is the debtor: nobody else may learn of the debt."""
    return forms.WarnedReleaseForm if policies_forwardings.needs_warning(it) else forms.ReleaseForm


def _release(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    warned = bool(form.warned.data) if "warned" in form else False
    read = form.read.data
    forwardings.release(at, it, read=read, warned=warned, actor=actor, version=form.version.data, now=now)


def _send_back(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    gaps = lines(form.gaps.data)
    forwardings.send_back(at, it, gaps=gaps, actor=actor, version=form.version.data, now=now)


def _insist(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    forwardings.insist(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _accept_return(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    forwardings.accept_return(at, it, actor=actor, version=form.version.data, now=now)


def _extend(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    why, to = form.why.data, form.to.data
    forwardings.extend(at, it, why=why, to=to, actor=actor, version=form.version.data, now=now)


def _offer_time(session: Session, it: Forwarding, form: Form) -> None:
    running = clocks.live(session, "K03", ("forwarding", it.id))
    form.to.description = respondents_clocks.longer(session, running) or form.to.description


def _refuse_time(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    forwardings.refuse_time(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _retract(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    forwardings.retract(at, it, why=form.why.data, actor=actor, version=form.version.data, now=now)


def _reissue_form(session: Session, it: Forwarding) -> type[StaffForm]:
    """The copy, or the open points: whichever the void letter held."""
    return forms.ReissueForm if _void_copy(session, it) else forms.ReissuePointsForm


def _void_copy(session: Session, it: Forwarding) -> bool:
    void = policies.was_voided(session, "forwarding", it.id, LETTERS)
    return void is None or void.kind != "D07b"


def _offer_text(session: Session, it: Forwarding, form: Form) -> None:
    """Fill in what the void letter said, to be corrected where that was why it was made void."""
    text = {"masked_facts": it.masked_facts} if _void_copy(session, it) else {"gaps": it.gaps}
    form.holds(**text)


def _reissue(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    text = (form.masked_facts if "masked_facts" in form else form.gaps).data
    forwardings.reissue(at, it, text=text or "", actor=actor, version=form.version.data, now=now)


def _answer(at: Session, it: Forwarding, form: Form, actor: Actor, now: datetime) -> None:
    paper = answers_on_paper.Paper(
        outcome=form.outcome.data or "",
        to_association=form.text.data or "",
        to_complainant=form.to_complainant.data or "",
        signed_by=form.signed_by.data or "",
        received_on=form.received_on.data,
        scans=[(each.stream, each.filename) for each in form.scans.data],
        had_on=form.arrived_on.data,
    )
    answers_on_paper.enter(at, it, paper, actor=actor, version=form.version.data, now=now)


def _period(it: Forwarding) -> str:
    return "K30" if it.round else "K03"


def _counts(at: Session, it: Forwarding) -> str:
    return days.counted(at, ("forwarding", it.id), _period(it), late=not it.answers[-1].timely)


DEEDS = table(
    Deed(
        "answer",
        _l("Enter an answer that came on paper"),
        _l("Enter…"),
        _answer,
        AnsweredOnPaperForm,
        _l(
            "It counts on the day it was handed over, or posted; a late one is taken and marked. Where it was in time "
            "after all, the breach that was noted is struck."
        ),
        said=_l("The answer is kept."),
        offer=lambda at, it, form: days.offer(at, form, ("forwarding", it.id), _period(it), LETTERS),
        counts=_counts,
        speaks=answers_on_paper.speaking,
        facts=lambda _session, _it: {"outcome": "EXPLAINED", "to_association": "—", "to_complainant": "—"},
        aside=True,
    ),
    Deed(
        "release",
        _l("Release the answer to the complainant"),
        _l("Release"),
        _release,
        _release_form,
        _l("The complainant reads the text that was written for the complainant, and nothing else."),
        said=_l("Released; the complainant can read the answer."),
        facts=lambda _session, _it: {"read": True, "warned": True},
        inline=True,
    ),
    Deed(
        "send_back",
        _l("Send the answer back"),
        _l("Send back"),
        noted(_send_back),
        forms.SendBackForm,
        _l("With its gaps, which the respondent answers in %(period)s.", period=period_of("K30")),
        said=_l("Sent back with its gaps."),
        inline=True,
    ),
    Deed(
        "accept_return",
        _l("Accept the return"),
        _l("Accept the return"),
        _accept_return,
        note=_l("It does not concern this respondent; the forwarding ends."),
        said=_l("The return is accepted."),
        confirm=_l("The forwarding to this respondent ends. Go on?"),
    ),
    Deed(
        "insist",
        _l("Do not accept the return"),
        _l("Insist…"),
        noted(_insist),
        forms.WhyToCompanyForm,
        _l("The letter goes out again with the reason, once."),
        said=_l("The letter goes out again."),
    ),
    Deed(
        "extend",
        _l("Give more time"),
        _l("Extend…"),
        _extend,
        forms.ExtendForm,
        _l("As a total from the original start; both sides are told."),
        said=_l("More time is given; both sides are told."),
        offer=_offer_time,
    ),
    Deed(
        "refuse_time",
        _l("Refuse more time"),
        _l("Refuse…"),
        noted(_refuse_time),
        forms.WhyToCompanyForm,
        said=_l("More time is refused."),
        quiet=True,
    ),
    Deed(
        "retract",
        _l("Take the letter back"),
        _l("Retract…"),
        noted(_retract),
        forms.WhyToCompanyForm,
        _l("The wrong respondent: the forwarding ends."),
        said=_l("The letter is taken back."),
        aside=True,
    ),
    Deed(
        "reissue",
        _l("Issue the letter again"),
        _l("Issue again"),
        noted(_reissue),
        _reissue_form,
        _l("Nobody was served the void one: what the company must not read can still be taken out."),
        said=_l("Issued again."),
        offer=_offer_text,
        quiet=True,
    ),
)
