"""What the documents of complaints and forwardings say: the values of their wordings' placeholders."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import queries_answering
from casework.masking import masked
from casework.models import Complaint, Forwarding, NamedCompany, Release, Settlement
from casework.models_cases import Evidence
from casework.personal_strings import names_of
from casework.phrases import phrase
from casework.policies import FINAL, UNNAMED, reach, recheck_days, tracks_of
from core import typed_lists
from core.clock import day_of
from core.machine import Ask
from core.site import outside
from core.tongues import in_one_line
from notices.documents import urgency_from
from notices.making import Draft, makes
from notices.papers import Lang, day_text, period_text
from notices.sentences import listed
from registry import lineage
from registry.clock_hooks import HOOKS
from registry.models import Party
from registry.models_rulebook import Violation
from registry.policies import may_be_named
from registry.settings import association

SHORT = 200
"""How many characters of a complaint's text a letter repeats that only reminds of it."""


def tracking_url() -> str:
    """The page that a receipt code opens."""
    return outside("/track")


def mail_body(session: Session, key: str, lang: str, **values: object) -> str:
    """What a mail to a complainant says, with whose mail it is: an unsigned one is taken for a fraud."""
    house = association(session)["name_en" if lang == "en" else "name_zh"]
    return "\n\n".join(filter(None, (phrase(key, lang, **values), house)))


def portal_url() -> str:
    """The page of institutions and firms."""
    return outside("/portal")


@urgency_from("complaint")
def is_urgent(session: Session, number: int) -> bool:
    """Whether a complaint is urgent, and therefore also what is written because of it."""
    return session.get_one(Complaint, number).urgent


def lang_of(complaint: Complaint) -> Lang:
    """The language in which a complainant is written to."""
    return "en" if complaint.lang.startswith("en") else "zh"


def period(session: Session, key: str, lang: Lang) -> str:
    """The length of a kind of clock, in words."""
    terms = HOOKS.terms(session, key)
    return period_text(terms.length, terms.unit.value, lang)


def company_name(company: NamedCompany, lang: str = "zh") -> str:
    """The party's own name where it was found, else what the person wrote; a number that called is no name."""
    if company.party is None and company.how == "NUMBER":
        return phrase("company.number", lang, number=company.value)
    return company.party.name(lang) if company.party else company.value


def coded(company: NamedCompany) -> str:
    """The company's name with its unified social credit code, for an authority that must know which one is meant."""
    if company.party is None:
        return company_name(company)
    return f"{company.party.name_zh}（统一社会信用代码：{company.party.uscc}）"


def violations(session: Session, codes: list[str], lang: str) -> list[str]:
    """What the codes are called."""
    found = [session.get(Violation, code) for code in sorted(set(codes))]
    return [row.name(lang) for row in found if row is not None]


def summary(session: Session, complaint: Complaint, lang: str) -> str:
    """What it is about, in one line: the kinds of conduct, otherwise the beginning of the text."""
    named = violations(session, [alleged.code for alleged in complaint.codes], lang)
    if named:
        return ("; " if lang == "en" else "；").join(named)
    text = in_one_line(complaint.facts)
    return text[:SHORT] + ("…" if len(text) > SHORT else "")


def pictures_of(complaint: Complaint) -> dict[str, str]:
    """Pictures of the characters of the person's name that no font has."""
    person = complaint.complainant
    return (person.name_pictures or {}) if person else {}


def to_complainant(complaint: Complaint, values: dict[str, Any], *, received: bool = True) -> Draft:
    """A letter to the complainant, in that person's language."""
    lang = lang_of(complaint)
    known: dict[str, Any] = {"complaint_no": complaint.ref}
    if received:
        known["received_on"] = day_text(complaint.received_on, lang)
    person = complaint.complainant
    return Draft(
        values=known | values,
        to=(person.name if person and person.name else phrase("person", lang)),
        pictures=pictures_of(complaint),
        lang=lang,
        complaint_id=complaint.id,
        round=complaint.round,
    )


def evidence_of(session: Session, complaint: Complaint, *, shared: bool = False) -> list[Evidence]:
    """The files that the complainant gave; only those for the respondent's eyes where asked."""
    mine = select(Evidence).where(Evidence.complaint_id == complaint.id, Evidence.given_by == "COMPLAINANT")
    if shared:
        mine = mine.where(Evidence.shared, Evidence.case_id.is_(None))
    return list(session.scalars(mine.order_by(Evidence.id)))


@makes("complaint", "D01")
def acknowledgement(ask: Ask) -> Iterator[Draft]:
    """That the complaint was received, under which number; never the receipt code."""
    it: Complaint = ask.it
    lang = lang_of(it)
    yield to_complainant(
        it,
        {
            "channel": phrase(f"channel.{it.channel}", lang),
            "respondents": [company_name(company, lang) for company in it.companies],
            "product": it.product or "",
            "summary": summary(ask.session, it, lang),
            "file_count": len(ask.facts["files"] if "files" in ask.facts else evidence_of(ask.session, it)),
            "acceptance_period": period(ask.session, "K01", lang),
            "tracking_url": tracking_url(),
        },
    )


@makes("complaint", "D02")
def request_to_complete(ask: Ask) -> Iterator[Draft]:
    """What is missing, and how long there is time."""
    lang = lang_of(ask.it)
    yield to_complainant(
        ask.it,
        {
            "missing": [line for line in (ask.it.missing or "").splitlines() if line.strip()],
            "supplement_period": period(ask.session, "K02", lang),
            "count_rule": phrase(f"counted.{HOOKS.terms(ask.session, 'K02').unit.value}", lang),
            "tracking_url": tracking_url(),
        },
    )


def ways(lang: str, *keys: str) -> list[str]:
    """What a person can still do, and where."""
    return [phrase(f"way.{key}", lang) for key in keys]


@makes("complaint", "D03")
def non_acceptance(ask: Ask) -> Iterator[Draft]:
    """Why the complaint is not accepted, and what the person can do instead."""
    it: Complaint = ask.it
    lang = lang_of(it)
    reason = phrase(f"reason.{it.reason}", lang)
    yield to_complainant(
        it,
        {
            "reason": _with_words(reason, it.reason_text or "", lang),
            "ways": ask.facts.get("ways") or ways(lang, "new", "institution", "authority", "court"),
            "recheck_period": _recheck_period(ask.session, it, lang),
        },
    )


def _recheck_period(session: Session, complaint: Complaint, lang: Lang) -> str:
    """How long a second look can be asked for; empty if there was one already, since it is the last."""
    return "" if complaint.rechecked else period_text(recheck_days(session, complaint), "CD", lang)


def _with_words(reason: str, words: str, lang: Lang) -> str:
    """A reason of the list with the words written to it; numbered points begin on lines of their own."""
    between = "\n" if typed_lists.mark(words) else " " * (lang == "en")
    return f"{reason}{between}{words}" if words else reason


def identity_of(complaint: Complaint) -> str:
    """Name and contact, if the person agreed that this authority gets them; otherwise that there is no consent."""
    person = complaint.complainant
    if person is None:
        return phrase("identity.kept")
    return phrase("identity.shared", who="，".join(part for part in (person.name, person.contact) if part))


@makes("complaint", "D04a")
def referral(ask: Ask) -> Iterator[Draft]:
    """The letter to the competent authority, in Chinese; it names the person only as consented."""
    it: Complaint = ask.it
    whole = ask.row is not None and ask.row.id == "C06"
    codes = violations(ask.session, [alleged.code for alleged in it.codes], "zh")
    files = len(evidence_of(ask.session, it))
    yield Draft(
        values={
            "complaint_no": it.ref,
            "received_on": day_text(it.received_on, "zh"),
            "respondents": [coded(company) for company in it.companies],
            "facts": ask.facts.get("facts") or it.masked_facts or masked(it.facts, names_of(it)),
            "suspected": ask.facts.get("suspected") or "；".join(codes) or ask.facts["why"],
            "evidence": [phrase("files.own", n=files) if files else phrase("files.none")],
            "identity_note": identity_of(it) if ask.facts.get("identity") else phrase("identity.kept"),
            "own_handling": phrase("own.ends" if whole else "own.goes_on"),
        },
        to=str(ask.facts["authority"]).strip(),
        pictures=pictures_of(it) if ask.facts.get("identity") else {},
        round=it.round,
    )


@makes("complaint", "D04b")
def notice_of_referral(ask: Ask) -> Iterator[Draft]:
    """To the complainant: where the complaint went, and what about the person was passed on."""
    it: Complaint = ask.it
    lang = lang_of(it)
    whole = ask.row is not None and ask.row.id == "C06"
    yield to_complainant(
        it,
        {
            "authority": str(ask.facts["authority"]).strip(),
            "authority_contact": ask.facts.get("authority_contact") or "",
            "scope": ask.facts.get("scope") or summary(ask.session, it, lang),
            "reason": ask.facts["why"],
            "own_handling": phrase("own.ends" if whole else "own.goes_on", lang),
            "identity_note": phrase(f"identity.told.{'shared' if ask.facts.get('identity') else 'kept'}", lang),
            "recheck_period": _recheck_period(ask.session, it, lang) if whole else "",
        },
    )


def unreachable(
    session: Session, complaint: Complaint, party_ids: list[int], lang: str, asked: Sequence[Party] = ()
) -> list[str]:
    """Named companies that the association cannot reach: where to turn for each, or which successor is asked."""
    _within, outside = reach(session, complaint, party_ids)
    told = [_why_not(session, party, asked, lang) for party in outside]
    unknown = [each.value for each in complaint.companies if each.party_id is None and each.how not in UNNAMED]
    return told + [phrase("unreachable.unknown", lang, name=value) for value in unknown]


def _why_not(session: Session, party: Party, asked: Sequence[Party], lang: str) -> str:
    name = party.name(lang)
    if may_be_named(party):
        return phrase("unreachable.outside", lang, name=name)
    heirs = lineage.heirs(session, party.id) if party.ceased_on is not None else []
    if going_on := [each.name(lang) for each in heirs if each in asked]:
        return phrase("unreachable.succeeded", lang, name=name, successor=listed(going_on, lang))
    return phrase("unreachable.suspended", lang, name=name)


@makes("complaint", "D05a")
def acceptance(ask: Ask) -> Iterator[Draft]:
    """To whom the complaint is forwarded, until when they answer, and whom the association cannot reach."""
    it: Complaint = ask.it
    lang = lang_of(it)
    asked = list(ask.facts["respondents"])
    within, _outside = reach(ask.session, it, asked)
    named = [company.party_id for company in it.companies if company.party_id is not None]
    rest = [number for number in dict.fromkeys([*asked, *named]) if number not in {party.id for party in within}]
    yield to_complainant(
        it,
        {
            "respondents": [party.name(lang) for party in within],
            "unreachable": unreachable(ask.session, it, rest, lang, within),
            "answer_period": period(ask.session, "K03", lang),
            "tracking_url": tracking_url(),
        },
    )


@makes("complaint", "D08")
def closing(ask: Ask) -> Iterator[Draft]:
    """What was complained about, answered and done, how it ended, and what can still be done."""
    it: Complaint = ask.it
    lang = lang_of(it)
    lead = ask.session.get(Complaint, it.lead_id) if it.lead_id else None
    settled = _settled(ask.session, it, lang) if it.outcome == "SETTLED" else {}
    running = any(track.ended_on is None and track.state != "SCREENING" for track in tracks_of(ask.session, it))
    yield to_complainant(
        it,
        {
            "summary": summary(ask.session, it, lang),
            "answers": _answers(ask, it, lang),
            "association_action": _what_was_done(ask.session, it, lang),
            "outcome": phrase(f"outcome.{it.outcome}", lang, lead=lead.ref if lead else "", **settled),
            "case_note": phrase("case.runs", lang) if running else "",
            "ways": ways(lang, "new", "authority", "court"),
            "recheck_period": "" if it.outcome in FINAL else _recheck_period(ask.session, it, lang),
        },
    )


def _settled(session: Session, complaint: Complaint, lang: str) -> dict[str, str]:
    """With whom the person agreed, and on what."""
    terms = session.scalars(select(Settlement).where(Settlement.complaint_id == complaint.id)).one()
    agreed = [each.party.name(lang) for each in complaint.forwardings if str(each.party_id) in terms.confirmed]
    return {"names": listed(agreed, lang), "terms": in_one_line(terms.terms).rstrip("。.；; ")}


def _answers(ask: Ask, complaint: Complaint, lang: str) -> list[str]:
    """What each company answered, or that it did not: nothing of one whose answer would still be in time."""
    told, session, today = [], ask.session, day_of(ask.now)
    for forwarding in complaint.forwardings:
        mine = select(Release).where(Release.forwarding_id == forwarding.id).order_by(Release.id.desc()).limit(1)
        name = forwarding.party.name(lang)
        if (last := session.scalar(mine)) is not None:
            told.append(phrase("answered", lang, name=name, text=in_one_line(last.body)))
        elif _is_unanswered(forwarding) and queries_answering.still(session, forwarding, today) is None:
            told.append(phrase("unanswered", lang, name=name))
    return told


def _is_unanswered(forwarding: Forwarding) -> bool:
    return forwarding.state == "OVERDUE" or (forwarding.gave_up and not forwarding.answers)


def _what_was_done(session: Session, complaint: Complaint, lang: str) -> str:
    """What was done, and no more: an answer that nobody gave, or that nobody looked at, was not examined."""
    done = [phrase("did.received", lang)]
    if sent := complaint.forwardings:
        names = (", " if lang == "en" else "、").join(each.party.name(lang) for each in sent)
        examined = any(each.released_at is not None or each.sent_back for each in sent)
        done = [phrase("did.forwarded" if examined else "did.sent", lang, names=names)]
    if complaint.outcome == "CHECKED":
        mine = select(Release.id).where(Release.complaint_id == complaint.id, Release.disputed_at.is_not(None))
        objected = session.scalar(mine.limit(1)) is not None
        done.append(phrase("did.checked" if objected else "did.rechecked", lang, why=complaint.reason_text or ""))
    return (" " if lang == "en" else "").join(done)


@makes("complaint", "D09")
def progress(ask: Ask) -> Iterator[Draft]:
    """That the matter is being handled, in neutral words."""
    lang = lang_of(ask.it)
    yield to_complainant(
        ask.it,
        {
            "progress": phrase("progress", lang),
            "next_period": period(ask.session, "K07", lang),
            "tracking_url": tracking_url(),
        },
    )
