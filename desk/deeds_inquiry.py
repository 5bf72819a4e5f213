"""Deeds of the investigation: asking a firm, more time, suspension, referral, questioning, answers on paper."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import evidence, inquiries, policies_recusals, queries_cases, queries_evidence
from casework.inquiries import Referral
from casework.models_cases import CaseTrack
from casework.passing_on import noted
from casework.policies_inquiry import OFFICERS, is_on_its_way, is_outside, may_enter_answer
from casework.policies_tracks import NAME_INVESTIGATOR
from casework.questioning import Questioning
from casework.states import FILED_BY
from core import clock
from core.actors import Actor
from core.errors import BadInput
from core.typed_lists import lines
from core.words import _l
from desk import forms_inquiry as forms
from desk import showing
from desk import showing_paper_days as days
from desk.choices import people_choices
from desk.deeds import Deed, table
from desk.forms_on_paper import AnswerOnPaperForm
from desk.forms_rows import with_rows
from desk.queries_people import colleagues
from registry.models_accounts import Account

Form = Any
USUAL = (
    "是否受托催收有关债权，委托机构名称、委托期间和委托范围",
    "上述期间联系有关人员的时间、次数、方式和内容，并提供通话录音、短信等记录",
    "有关联系方式的来源",
    "已经采取和拟采取的措施",
)
"""What a firm is usually asked; the head changes it as the case needs."""


def investigator(session: Session, number: str | None) -> Account:
    """The investigator chosen from the list."""
    found = session.get(Account, int(number)) if number else None
    if found is None:
        raise BadInput("investigator", NAME_INVESTIGATOR)
    return found


def _offer_question(session: Session, it: CaseTrack, form: Form) -> None:
    gone = policies_recusals.kept_out(session, it.case_id, clock.today())
    fit = [each for each in queries_cases.investigators(session) if each.id not in gone]
    form.investigator.choices = people_choices(session, fit)
    if form.untouched:
        form.asked.data = "\n".join(USUAL)


def _ask(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    inquiries.ask_outsider(
        at,
        it,
        investigator=investigator(at, form.investigator.data),
        asked=lines(form.asked.data),
        opinion=form.opinion.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _extend(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    version = form.version.data
    inquiries.extend(at, it, reasons=form.reasons.data, to=form.to.data, actor=actor, version=version, now=now)


def _suspend(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    cause, version = form.cause.data, form.version.data
    inquiries.suspend(at, it, cause=cause, reasons=form.reasons.data, actor=actor, version=version, now=now)


def _resume(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    ended, version = bool(form.ended.data), form.version.data
    inquiries.resume(at, it, ended=ended, reasons=form.reasons.data, actor=actor, version=version, now=now)


def _offer_referral(session: Session, it: CaseTrack, form: Form) -> None:
    every, names = queries_cases.evidence_of(session, it.case), showing.names_of_case(it.case)
    form.evidence.choices = [
        queries_evidence.choice(place, each, names)
        for place, each in enumerate(every, 1)
        if each.given_by != "COMPLAINANT" or each.shared
    ]
    if form.untouched:
        form.facts.data = "\n".join(each.facts for each in it.allegations)


def _referral(form: Form) -> Referral:
    return Referral(
        authority=form.authority.data,
        facts=form.facts.data,
        suspected=form.suspected.data,
        evidence=tuple(int(number) for number in form.evidence.data or ()),
        own_handling=(form.own_handling.data or "") if "own_handling" in form else "",
        scope=form.scope.data if "scope" in form else "",
    )


def _refer_all(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    nothing, version = bool(form.nothing_left.data), form.version.data
    inquiries.refer_all(at, it, _referral(form), nothing_left=nothing, actor=actor, version=version, now=now)


def _refer_part(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    inquiries.refer_part(at, it, _referral(form), actor=actor, version=form.version.data, now=now)


def _question_form(_session: Session, _it: CaseTrack) -> type[forms.QuestionForm]:
    return with_rows(forms.QuestionForm)


def _offer_officers(session: Session, it: CaseTrack, form: Form) -> None:
    out = {it.investigator_id, *policies_recusals.kept_out(session, it.case_id, clock.today())}
    people = people_choices(session, [each for each in colleagues(session, *OFFICERS) if each.id not in out])
    form.second.choices, form.witness.choices = people, [("", "—"), *people]


def _question(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    taken = [
        evidence.add(
            at,
            it.case,
            each.stream,
            each.filename,
            actor=actor,
            now=now,
            track=it,
            purpose="RECORD",
            shows="询问录音录像",
        )
        for each in form.recording.data
    ]
    record = Questioning(
        started_at=form.started_at.data,
        ended_at=form.ended_at.data,
        place=form.place_of.data or "",
        officers=tuple(number for number in (actor.id, int(form.second.data)) if number),
        person=form.person.data or "",
        position=form.position.data or "",
        identity_checked=form.identity_checked.data or "",
        rights_told=bool(form.rights_told.data),
        recusal=form.recusal.data or "",
        entries=tuple({name: str(value or "") for name, value in row.items()} for row in form.given("entry")),
        corrections=form.corrections.data or "",
        recording=taken[0].sha256 if taken else "",
        signed_by=form.signed_by.data or "",
        refused_because=form.refused_because.data or "",
        witness_id=int(form.witness.data) if form.witness.data else None,
    )
    inquiries.question(at, it, record=record, actor=actor, version=form.version.data, now=now)


def _enter(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    inquiries.enter_answer(
        at,
        it,
        text=form.text.data,
        signed_by=form.signed_by.data,
        received_on=form.received_on.data,
        scans=[(each.stream, each.filename) for each in form.scans.data],
        actor=actor,
        version=form.version.data,
        now=now,
    )


DEEDS = table(
    Deed(
        "ask_outsider",
        _l("Ask the firm, which is outside the rules"),
        _l("Ask…"),
        noted(_ask),
        forms.AskOutsiderForm,
        _l(
            "It owes no answer; no measure can be taken against it. The investigation begins when the letter is served."
        ),
        said=_l("The question goes out."),
        offer=_offer_question,
    ),
    Deed(
        "question",
        _l("Enter the record of a questioning"),
        _l("Record…"),
        noted(_question),
        _question_form,
        _l("Two officers; rights told; recusal asked; every page signed, or the refusal noted."),
        said=_l("The record is kept."),
        offer=_offer_officers,
    ),
    Deed(
        "explain",
        _l("Enter an answer that came on paper"),
        _l("Enter…"),
        _enter,
        AnswerOnPaperForm,
        _l("It counts on the day it was handed over, or posted; a late one is taken and marked."),
        said=_l("The answer is kept."),
        offer=lambda at, it, form: days.offer(at, form, ("track", it.id), "K12", FILED_BY),
        counts=lambda at, it: days.counted(at, ("track", it.id), "K12", late=list(it.explained)[-1].late),
        speaks=inquiries.speaking,
        early=is_on_its_way,
        aside=True,
    ),
    Deed(
        "extend",
        _l("Give the investigation more time"),
        _l("Extend…"),
        _extend,
        forms.ExtendForm,
        _l("Once, before its time has ended; counted again from the start."),
        said=_l("More time is given."),
        aside=True,
    ),
    Deed(
        "suspend",
        _l("Suspend the investigation"),
        _l("Suspend…"),
        noted(_suspend),
        forms.SuspendForm,
        _l("Its time limits stand still; the company is told."),
        said=_l("Suspended; the company is told."),
        aside=True,
    ),
    Deed(
        "resume",
        _l("Go on with the investigation"),
        _l("Resume…"),
        noted(_resume),
        forms.ResumeForm,
        _l("What was left of the time limits counts on from tomorrow; the company is told."),
        said=_l("The investigation goes on; the company is told."),
    ),
    Deed(
        "refer_all",
        _l("Refer the whole matter to an authority"),
        _l("Refer…"),
        noted(_refer_all),
        forms.ReferAllForm,
        _l("The track ends here. Only when nothing is left for the association."),
        said=_l("Referred; the track has ended."),
        offer=_offer_referral,
        aside=True,
    ),
    Deed(
        "refer_part",
        _l("Refer a part to an authority"),
        _l("Refer…"),
        noted(_refer_part),
        forms.ReferPartForm,
        _l("The case goes on with the rest."),
        said=_l("Referred; the case goes on."),
        offer=_offer_referral,
        aside=True,
    ),
)
"""Rows of the investigation, as staff find them."""
PAGES = {"question": "desk/staff_question.html"}
"""Deeds whose form has a page of its own."""


def out_of_question(session: Session, it: CaseTrack, actor: Actor) -> set[str]:
    """Deeds that make no sense on this track: filing against a firm outside the rules, asking one that is bound."""
    gone = {"file"} if is_outside(session, it) else {"ask_outsider"}
    if not may_enter_answer(session, actor, it):
        gone.add("explain")
    return gone
