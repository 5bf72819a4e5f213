"""What the documents of forwardings say: the letter, extension, reminder, further questions, the released answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.copies import parted
from casework.documents import (
    evidence_of,
    lang_of,
    period,
    pictures_of,
    portal_url,
    to_complainant,
    tracking_url,
    violations,
)
from casework.models import Answer, Complaint, Forwarding
from casework.phrases import phrase
from casework.policies import conduct_day, predecessor_in, was_voided
from casework.states import LETTERS
from core import typed_lists
from core.clock import day_of
from core.machine import Ask
from filestore.files import neutral_name
from notices import queries as papers_sent
from notices.documents import urgency_from
from notices.making import Draft, makes
from notices.papers import Lang, Para, day_text, period_text
from notices.sentences import joined_up, written_in
from registry import calendar, clocks, lineage
from registry.clock_hooks import HOOKS
from registry.models import Party


def _to_party(session: Session, forwarding: Forwarding, lang: Lang, values: dict[str, Any]) -> Draft:
    return Draft(
        values={"complaint_no": complaint_of(session, forwarding).ref} | values,
        to=forwarding_party(session, forwarding).name(lang),
        lang=lang,
        party_id=forwarding.party_id,
        round=forwarding.round,
    )


def _lang(ask: Ask) -> Lang:
    return written_in(ask, forwarding_party(ask.session, ask.it))


def complaint_of(session: Session, forwarding: Forwarding) -> Complaint:
    """The complaint that was forwarded."""
    return session.get_one(Complaint, forwarding.complaint_id)


def forwarding_party(session: Session, forwarding: Forwarding) -> Party:
    """The respondent it was forwarded to."""
    return session.get_one(Party, forwarding.party_id)


@urgency_from("forwarding")
def is_urgent(session: Session, number: int) -> bool:
    """Whether the complaint that was forwarded is urgent."""
    return complaint_of(session, session.get_one(Forwarding, number)).urgent


def conduct_period(first: date | None, last: date | None, lang: Lang = "zh") -> str:
    """From when to when the conduct took place."""
    if first is None and last is None:
        return phrase("conduct.unknown", lang)
    days = [day_text(day, lang) for day in dict.fromkeys([first or last, last or first]) if day]
    return phrase("conduct.from_to", lang, first=days[0], last=days[1]) if len(days) > 1 else days[0]


@makes("forwarding", "D05b")
def forwarding_letter(ask: Ask) -> Iterator[Draft]:
    """What the respondent is asked to look into, masked, and until when."""
    it: Forwarding = ask.it
    if _other_was_void(ask, "D05b"):
        return
    complaint, lang = complaint_of(ask.session, it), _lang(ask)
    codes = violations(ask.session, it.codes, lang)
    happened, asked = parted(it.masked_facts)
    points = typed_lists.lines(happened)
    if (former := predecessor_in(ask.session, [complaint], it.party_id, conduct_day(complaint))) is not None:
        name = lineage.name_on(ask.session, ask.session.get_one(Party, former), conduct_day(complaint), lang)
        points.append(phrase("succeeded", lang, name=name))
    if codes:
        points.append(phrase("alleged", lang, codes=joined_up(codes, lang)))
    shared = evidence_of(ask.session, complaint, shared=True)
    agreed = it.identity if complaint.complainant and complaint.complainant.share_identity else None
    who = phrase("identity.shared", lang, who=agreed) if agreed else phrase("identity.kept", lang)
    why = _insisted(ask)
    draft = _to_party(
        ask.session,
        it,
        lang,
        {
            "received_on": day_text(complaint.received_on, lang),
            "product": it.product or "",
            "conduct_period": conduct_period(it.conduct_from, it.conduct_to, lang),
            "allegations": points,
            "requests": typed_lists.lines(asked),
            "files": [neutral_name(each.stripped_sha256 or each.sha256, each.media_type) for each in shared],
            "identity_note": who,
            "insist_reason": phrase("insist", lang, why=why) if why else "",
            "answer_period": period(ask.session, "K03", lang),
            "may_return": phrase("may_return", lang) if it.return_reason is None else "",
            "portal_url": portal_url(),
        },
    )
    yield replace(draft, pictures=pictures_of(complaint)) if agreed else draft


def _other_was_void(ask: Ask, kind: str) -> bool:
    """Whether row F18 issues the other kind of letter again, and not this one: only the void one is."""
    if ask.row is None or ask.row.id != "F18":
        return False
    void = was_voided(ask.session, "forwarding", ask.it.id, LETTERS)
    return void is None or void.kind != kind


def _insisted(ask: Ask) -> str:
    """Why the return is not accepted; a letter that is issued again gives the reason of the void one."""
    row = ask.row.id if ask.row is not None else ""
    if row == "F06":
        return str(ask.facts["why"]).rstrip("。.")
    void = was_voided(ask.session, "forwarding", ask.it.id, ("D05b",)) if row == "F18" else None
    if void is None:
        return ""
    own = void.frozen
    said = [each.text for one in (own, own.enclosed) if one for each in one.blocks if isinstance(each, Para)]
    for before, after in (phrase("insist", lang, why="\n").split("\n") for lang in ("zh", "en")):
        for text in said:
            if text.startswith(before) and text.endswith(after):
                return text.removeprefix(before).removesuffix(after)
    return ""


def _basis(session: Session, forwarding: Forwarding, lang: Lang, *kinds: str) -> tuple[str, str]:
    """Number and day of service of the letter that a further one follows."""
    found = papers_sent.last_document(session, kinds, "forwarding", forwarding.id)
    if found is None or found.number is None:
        return "—", "—"
    served = papers_sent.served_on(session, found.id)
    return found.number, day_text(served or found.issued_on, lang)


def extended(ask: Ask) -> tuple[int, str, date | None]:
    """The total length of the answer period once it is extended, its unit, and its last day if that is certain."""
    clock = clocks.live(ask.session, "K03", ("forwarding", ask.it.id))
    if clock is None or clock.day0 is None:
        return 0, "CD", None
    step = next((total for total in clock.extend_to[len(clock.steps) :] if total > clock.length), clock.length)
    total = int(ask.facts.get("to") or step)
    return total, clock.unit.value, clocks.printed_end(ask.session, clock, total)


@makes("forwarding", "D06a")
def extension_for_respondent(ask: Ask) -> Iterator[Draft]:
    """To the respondent: how long it has in total."""
    total, unit, last = extended(ask)
    lang = _lang(ask)
    number, _served = _basis(ask.session, ask.it, lang, "D05b")
    values = {
        "matter": phrase("matter.answer", lang, no=complaint_of(ask.session, ask.it).ref),
        "basis_number": number,
        "reason": ask.facts["why"],
        "total_period": period_text(total, unit, lang),
        "new_due": day_text(last, lang) if last else "",
    }
    yield replace(_to_party(ask.session, ask.it, lang, {}), values=values)


@makes("forwarding", "D06b")
def extension_for_complainant(ask: Ask) -> Iterator[Draft]:
    """To the complainant: that the respondent has more time, and why."""
    complaint = complaint_of(ask.session, ask.it)
    lang = lang_of(complaint)
    total, unit, last = extended(ask)
    yield to_complainant(
        complaint,
        {
            "respondent": forwarding_party(ask.session, ask.it).name(lang),
            "reason": str(ask.facts["why"]).rstrip("。."),
            "total_period": period_text(total, unit, lang),
            "new_due": day_text(last, lang) if last else "",
        },
        received=False,
    )


@makes("forwarding", "D07a")
def reminder(ask: Ask) -> Iterator[Draft]:
    """That the period has ended and a short one begins."""
    further = ask.row is not None and ask.row.id == "F09"
    lang = _lang(ask)
    number, served = _basis(ask.session, ask.it, lang, "D07b" if further else "D05b")
    begins: date | None = ask.facts.get("from_day")
    said = day_text(begins, lang) if begins else ""
    terms = HOOKS.terms(ask.session, "K04")
    due = calendar.deadline(ask.session, begins or ask.on, terms.length, terms.unit)
    last = due.due_on if due.due_on and not due.provisional and due.due_on >= day_of(ask.now) else None
    yield _to_party(
        ask.session,
        ask.it,
        lang,
        {
            "basis_number": number,
            "basis_letter": phrase("reminded.further_letter" if further else "reminded.letter", lang),
            "missing_answer": phrase("reminded.further" if further else "reminded.answer", lang),
            "served_on": served,
            "due_on": day_text(ask.on, lang),
            "succession": clauses.forwarded_before(ask.session, ask.it, lang),
            "reminder_from": phrase(f"reminded.from_{ask.facts.get('from_what', 'end')}", lang, day=said),
            "reminder_period": period(ask.session, "K04", lang),
            "reminder_due": day_text(last, lang) if last else "",
            "portal_url": portal_url(),
        },
    )


@makes("forwarding", "D07b")
def request_for_more(ask: Ask) -> Iterator[Draft]:
    """The gaps of the answer, or the points that are still open."""
    it: Forwarding = ask.it
    if _other_was_void(ask, "D07b"):
        return
    lang = _lang(ask)
    number, _served = _basis(ask.session, it, lang, "D05b")
    answers = select(Answer).where(Answer.forwarding_id == it.id)
    last = ask.session.scalar(answers.order_by(Answer.submitted_at.desc(), Answer.id.desc()).limit(1))
    disputed = _row_that_asked(ask) == "F14"
    yield _to_party(
        ask.session,
        it,
        lang,
        {
            "basis_number": number,
            "answered_on": day_text(last.day if last is not None else day_of(ask.now), lang),
            "reason": phrase("ask_again.reason" if disputed else "send_back.reason", lang),
            "succession": clauses.forwarded_before(ask.session, it, lang),
            "points": [line for line in (it.gaps or "").splitlines() if line.strip()],
            "answer_period": period(ask.session, "K30", lang),
            "portal_url": portal_url(),
        },
    )


def _row_that_asked(ask: Ask) -> str:
    """The row by which a further answer is asked for; for a letter issued again, the row of the void one."""
    row = ask.row.id if ask.row is not None else ""
    if row != "F18":
        return row
    sent = papers_sent.documents_of(ask.session, [("forwarding", ask.it.id)])
    return next((each.row for each in reversed(sent) if each.kind == "D07b" and each.row != "F18"), "")


@makes("forwarding", "D39")
def released_answer(ask: Ask) -> Iterator[Draft]:
    """The text for the complainant as released, and nothing else of the answer (I-16)."""
    it: Forwarding = ask.it
    complaint = complaint_of(ask.session, it)
    lang = lang_of(complaint)
    answer: Answer = ask.facts["answer"]
    others = sum(each.waits for each in complaint.forwardings if each.id != it.id)
    yield to_complainant(
        complaint,
        {
            "respondent": forwarding_party(ask.session, it).name(lang),
            "answered_on": day_text(answer.day, lang),
            "answer_text": answer.to_complainant,
            "pending_note": phrase("pending" if others > 1 else "pending.one", lang, n=others) if others else "",
            "feedback_period": period(ask.session, "K05", lang),
            "tracking_url": tracking_url(),
        },
        received=False,
    )
