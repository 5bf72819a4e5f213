"""What may be done with complaints: questions for pages, and the guards of the rows of COMPLAINT."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import AllegedCode, Complainant, Complaint, Forwarding, NamedCompany, Release, Settlement
from casework.models_cases import CaseComplaint, CaseTrack
from casework.states import COMPLAINT
from core.actors import Actor
from core.clock import ZONE, day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices.models import Document
from registry import clocks, settings
from registry.models import Party
from registry.policies import may_be_named, within_jurisdiction

COMPLAINT.lives(Complaint)

STAFF = ("intake", "officer", "head")
REASONS = (
    "DUPLICATE",
    "NO_FACTS",
    "COURT_OR_AUTHORITY",
    "OUT_OF_SCOPE",
    "ABUSIVE",
    "CANNOT_IDENTIFY",
    "UNAUTHORISED_AGENT",
)
"""Why a complaint may be rejected (row C05)."""
FINAL = frozenset({"ACCEPTED", "SETTLED", "WITHDRAWN"})
"""Outcomes that nobody looks at again: the person decided it."""
SEVERE, GRAVE = 3, 4
RECHECK_DAYS = 30
"""In which a rejected or closed complaint may be looked at again (rows C29, C30)."""


def is_own(actor: Actor, complaint: Complaint) -> bool:
    """Whether somebody came with this complaint's receipt code, or speaks for its complainant."""
    return actor.subject_id is not None and actor.subject_id == complaint.id


def may_read(actor: Actor, complaint: Complaint) -> bool:
    """Staff, and the complainant."""
    return actor.has(*STAFF, "reviewer", "secretary", "investigator") or is_own(actor, complaint)


def may_work(actor: Actor) -> bool:
    """Whoever receives complaints or handles cases."""
    return actor.has(*STAFF)


def may_reveal(actor: Actor) -> bool:
    """Whether somebody may unmask personal data, which the journal notes."""
    return actor.has(*STAFF)


def conduct_day(complaint: Complaint) -> date:
    """The day by which jurisdiction and rules are chosen: the last of the conduct, else that of receipt."""
    return complaint.conduct_to or complaint.conduct_from or day_of(complaint.received_at)


def reach(session: Session, complaint: Complaint, party_ids: Iterable[int]) -> tuple[list[Party], list[Party]]:
    """Which of these parties the association's rules reached on the day of the conduct, and which not (I-11)."""
    within: list[Party] = []
    outside: list[Party] = []
    for number in dict.fromkeys(party_ids):
        party = session.get(Party, number)
        if party is None:
            raise BadInput("respondents", _l("This respondent is not in the register."))
        reached = may_be_named(party) and within_jurisdiction(session, party, conduct_day(complaint))
        (within if reached else outside).append(party)
    return within, outside


def personal_in(complaint: Complaint, text: str) -> bool:
    """Whether a copy for a respondent still names the complainant."""
    person = complaint.complainant
    if person is None:
        return False
    own = [person.name, person.contact, person.id_no]
    plain = "".join(text.split()).casefold()
    return any(one and len(one) > 1 and "".join(one.split()).casefold() in plain for one in own)


def tracks_of(session: Session, complaint: Complaint) -> list[CaseTrack]:
    """The tracks of every case that rests on this complaint."""
    mine = select(CaseComplaint.case_id).where(CaseComplaint.complaint_id == complaint.id)
    return list(session.scalars(select(CaseTrack).where(CaseTrack.case_id.in_(mine)).order_by(CaseTrack.id)))


def cases_ended(session: Session, complaint: Complaint) -> bool:
    """Whether there was a case, and every track of it has ended."""
    found = tracks_of(session, complaint)
    return bool(found) and all(track.ended_on is not None for track in found)


def similar(session: Session, complaint: Complaint, now: datetime) -> list[Complaint]:
    """Complaints about a same party and a same kind of conduct within SIMILAR_DAYS, this one among them."""
    since = now - timedelta(days=settings.days(session, "SIMILAR_DAYS"))
    parties = [company.party_id for company in complaint.companies if company.party_id is not None]
    codes = [alleged.code for alleged in complaint.codes]
    found = (
        select(Complaint)
        .where(Complaint.received_at >= since, Complaint.state.not_in(["NEW", "HISTORIC", "REJECTED"]))
        .where(Complaint.id.in_(select(NamedCompany.complaint_id).where(NamedCompany.party_id.in_(parties))))
        .where(Complaint.id.in_(select(AllegedCode.complaint_id).where(AllegedCode.code.in_(codes))))
        .order_by(Complaint.received_at.desc(), Complaint.id.desc())
        .limit(50)
    )
    return list(session.scalars(found))


def verified_people(complaints: Iterable[Complaint]) -> int:
    """How many different people with a verified contact stand behind complaints; agents do not count."""
    people = (complaint.complainant for complaint in complaints)
    return len(
        {
            person.contact_hash
            for person in people
            if person and person.contact_hash and person.contact_verified_at and person.role != "AGENT"
        },
    )


@COMPLAINT.guard("C03", "C10", "C11", "C20")
def only_ones_own(ask: Ask) -> Iterator[Refused]:
    """A receipt code opens one complaint."""
    if not (is_own(ask.actor, ask.it) or ask.actor.has("intake")):
        yield NotAllowed(_l("This is not your complaint."))


@COMPLAINT.guard("C01")
def form_is_complete(ask: Ask) -> Iterator[Refused]:
    """What a complaint needs; its trap for machines stays empty."""
    it: Complaint = ask.it
    person = it.complainant
    if ask.facts.get("honeypot"):
        yield NotNow(_l("This could not be sent. Leave the last field empty."))
    if it.channel != "WEB" and not ask.actor.has("intake"):
        yield NotAllowed()
    if not it.facts.strip():
        yield BadInput("facts", _l("Tell what happened."))
    if person is None or not person.role:
        yield BadInput("role", _l("Say what you have to do with the debt."))
    if not any(company.value.strip() for company in it.companies):
        yield BadInput("companies", _l("Name the company that you complain about."))
    yield from _days_in_order(it, ask.on)


def _days_in_order(it: Complaint, today: date) -> Iterator[Refused]:
    first, last = it.conduct_from, it.conduct_to
    if (first and first > today) or (last and last > today):
        yield BadInput("conduct_from" if first and first > today else "conduct_to", _l("This day lies in the future."))
    elif first and last and first > last:
        yield BadInput("conduct_to", _l("The last day lies before the first."))


@COMPLAINT.guard("C01")
def not_too_many(ask: Ask) -> Iterator[Refused]:
    """Above the daily number a person adds to the complaint that is open."""
    person = ask.it.complainant
    if person is None or person.contact_hash is None:
        return
    most = int(settings.value(ask.session, "COMPLAINTS_PER_PERSON_PER_DAY"))
    midnight = datetime.combine(ask.on, datetime.min.time(), tzinfo=ZONE)
    today = (
        select(func.count())
        .select_from(Complainant)
        .join(Complainant.complaint)
        .where(Complainant.contact_hash == person.contact_hash, Complaint.received_at >= midnight)
        .where(Complaint.state != "NEW")
    )
    if (ask.session.scalar(today) or 0) >= most:
        yield NotNow(
            _l(
                "One person can send at most %(most)s complaints a day. Add this to a complaint that is open, "
                "with its receipt code.",
                most=most,
            ),
        )


@COMPLAINT.guard("C01")
def name_where_required(ask: Ask) -> Iterator[Refused]:
    """Anonymous complaints are taken, unless the association decided otherwise."""
    person = ask.it.complainant
    required = bool(settings.value(ask.session, "REAL_NAME_REQUIRED"))
    if required and not (person and person.name):
        yield BadInput("name", _l("The association takes complaints only with a name."))
    if person and person.share_identity and not (person.name or person.contact):
        yield BadInput("share_identity", _l("There is no name and no contact that could be passed on."))


@COMPLAINT.guard("C02")
def asks_once(ask: Ask) -> Iterator[Refused]:
    """A person is asked to complete the complaint once, and told what is missing."""
    if ask.it.asked_info:
        yield NotNow(_l("This person was already asked for more once."))
    if not any(str(line).strip() for line in ask.facts.get("missing", ())):
        yield BadInput("missing", _l("Say what is missing."))


@COMPLAINT.guard("C03")
def still_in_time(ask: Ask) -> Iterator[Refused]:
    """K02 has not ended."""
    if clock_ended(ask, "K02"):
        yield NotNow(_l("The period for adding to the complaint has ended."))
    if not str(ask.facts.get("text") or "").strip() and not ask.facts.get("files"):
        yield BadInput("facts", _l("Add what was asked for, or say why you can't."))


def clock_ended(ask: Ask, key: str) -> bool:
    """Whether the clock of this thing was acted on, or its confirmed last day has passed (domain 6.2, 4)."""
    found = clocks.live(ask.session, key, (ask.machine, ask.it.id))
    return found is None or clocks.has_ended(found, day_of(ask.now))


EXPIRY = {"C04": "K02", "C12": "K05", "C21": "K07"}


@COMPLAINT.guard(*EXPIRY)
def really_expired(ask: Ask) -> Iterator[Refused]:
    """Nothing expires before its confirmed last day has passed (I-19)."""
    key = EXPIRY[ask.row.id] if ask.row else ""
    if not clock_ended(ask, key):
        yield NotNow(_l("This time limit has not ended."))


@COMPLAINT.guard("C05")
def reason_of_the_list(ask: Ask) -> Iterator[Refused]:
    """A reason of the list; and what the person can still do is told."""
    if ask.facts.get("reason") not in REASONS:
        yield BadInput("reason", _l("Choose a reason."))
    if not ask.facts.get("ways"):
        yield BadInput("ways", _l("Tell the person what can still be done."))


@COMPLAINT.guard("C06", "C26")
def authority_named(ask: Ask) -> Iterator[Refused]:
    """The competent authority is named; identity is passed on only as consented (I-13)."""
    if not str(ask.facts.get("authority") or "").strip():
        yield BadInput("authority", _l("Name the authority that is competent."))
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))
    if ask.row and ask.row.id == "C26" and not str(ask.facts.get("scope") or "").strip():
        yield BadInput("scope", _l("Say which part is referred."))
    person = ask.it.complainant
    if ask.facts.get("identity") and not (person and person.share_identity):
        yield BadInput("identity", _l("The person has not consented to being named."))


@COMPLAINT.guard("C06")
def nobody_within_reach(ask: Ask) -> Iterator[Refused]:
    """A complaint about a party that the rules reach is handled, not referred away."""
    named = [company.party_id for company in ask.it.companies if company.party_id is not None]
    within, _outside = reach(ask.session, ask.it, named)
    if within:
        yield NotNow(
            _l("%(name)s is bound by the association's rules: forward the complaint.", name=within[0].name_zh),
        )


@COMPLAINT.guard("C07", "C31", "C32")
def somebody_within_reach(ask: Ask) -> Iterator[Refused]:
    """At least one respondent is in the register, with jurisdiction on the day of the conduct, and new to it."""
    within, _outside = reach(ask.session, ask.it, ask.facts.get("respondents", ()))
    if not within:
        yield BadInput("respondents", _l("Choose at least one respondent that the rules reach on that day."))
    known = {forwarding.party_id for forwarding in ask.it.forwardings}
    if again := [party for party in within if party.id in known]:
        yield BadInput(
            "respondents",
            _l("This complaint was already forwarded to %(name)s.", name=again[0].name_zh),
        )


@COMPLAINT.guard("C07", "C31", "C32")
def masked_copy_checked(ask: Ask) -> Iterator[Refused]:
    """What the respondent may read was checked, and names nobody who did not consent (I-13)."""
    text = str(ask.facts.get("masked_facts") or ask.it.masked_facts or "")
    if not text.strip():
        yield BadInput("masked_facts", _l("Check the copy that the respondent may read."))
    elif personal_in(ask.it, text):
        yield BadInput("masked_facts", _l("This copy still holds the name, contact or identity number of the person."))


@COMPLAINT.guard("C07")
def agent_is_authorised(ask: Ask) -> Iterator[Refused]:
    """An agent has shown the written authorisation."""
    person = ask.it.complainant
    if person and person.role == "AGENT" and not person.agent_authorised:
        yield NotNow(_l("The agent has not shown a written authorisation."))


@COMPLAINT.guard("C08")
def all_ended_unanswered(ask: Ask) -> Iterator[Refused]:
    """Every forwarding has ended without an answer."""
    if any(f.state != "CLOSED" or f.answers for f in ask.it.forwardings):
        yield NotNow(_l("Another respondent still has this complaint."))


@COMPLAINT.guard("C09", "C27")
def nobody_is_waited_for(ask: Ask) -> Iterator[Refused]:
    """No forwarding waits for anybody, and at least one answer is released."""
    if any(f.waits for f in ask.it.forwardings):
        yield NotNow(_l("Another answer is still awaited."))
    if not any(f.state == "RELEASED" for f in ask.it.forwardings):
        yield NotNow(_l("No answer was released."))


@COMPLAINT.guard("C22", "C27")
def every_track_ended(ask: Ask) -> Iterator[Refused]:
    """A case that runs keeps the complaint open."""
    if not cases_ended(ask.session, ask.it):
        yield NotNow(_l("A case of this complaint has not ended."))


@COMPLAINT.guard("C22")
def no_answer_awaited(ask: Ask) -> Iterator[Refused]:
    """A forwarding whose reminder period ended no longer waits."""
    if any(f.waits for f in ask.it.forwardings):
        yield NotNow(_l("Another answer is still awaited."))


@COMPLAINT.guard("C11")
def dispute_in_time(ask: Ask) -> Iterator[Refused]:
    """K05 has not ended; which answer, and why."""
    if clock_ended(ask, "K05"):
        yield NotNow(_l("The period for feedback has ended."))
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Say what is not right, or not answered."))
    wanted = set(ask.facts.get("releases", ()))
    mine = set(ask.session.scalars(select(Release.id).where(Release.complaint_id == ask.it.id)))
    if not wanted or not wanted <= mine:
        yield BadInput("release", _l("Choose the reply that you do not accept."))


@COMPLAINT.guard("C13", "C15")
def reasons_given(ask: Ask) -> Iterator[Refused]:
    """No sign of a breach, or which signs there are: in words."""
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))


@COMPLAINT.guard("C14")
def asks_again_once(ask: Ask) -> Iterator[Refused]:
    """Once; at least one answer is disputed; the open points are named."""
    if ask.it.asked_again:
        yield NotNow(_l("The respondents were already asked again once."))
    points: dict[int, list[str]] = ask.facts.get("points", {})
    disputed = disputed_forwardings(ask.session, ask.it)
    if not disputed:
        yield NotNow(_l("No answer is disputed."))
    if not points or not set(points) <= disputed or not all(any(p.strip() for p in each) for each in points.values()):
        yield BadInput("points", _l("Name the open points of a disputed answer."))


def disputed_forwardings(session: Session, complaint: Complaint) -> set[int]:
    """The forwardings of which an answer is disputed."""
    mine = select(Release.forwarding_id).where(Release.complaint_id == complaint.id, Release.disputed_at.is_not(None))
    return set(session.scalars(mine))


@COMPLAINT.guard("C16")
def severe_or_many(ask: Ask) -> Iterator[Refused]:
    """Severity S3 or more, or enough verified, distinct, similar complaints on the party."""
    if ask.it.severity >= SEVERE:
        return
    if verified_people(similar(ask.session, ask.it, ask.now)) < settings.days(ask.session, "SIMILAR_COUNT"):
        yield NotNow(_l("Only severe allegations, or several similar complaints, are escalated before feedback."))


@COMPLAINT.guard("C17")
def grave_only(ask: Ask) -> Iterator[Refused]:
    """Severity S4 or more; the forwardings go on."""
    if ask.it.severity < GRAVE:
        yield NotNow(_l("Only grave allegations are escalated while answers are awaited."))


@COMPLAINT.guard("C18")
def reminder_ended(ask: Ask) -> Iterator[Refused]:
    """The reminder period of a forwarding ended."""
    if not any(f.gave_up and f.state == "OVERDUE" for f in ask.it.forwardings):
        yield NotNow(_l("No reminder period has ended."))


@COMPLAINT.guard("C19")
def same_terms_confirmed(ask: Ask) -> Iterator[Refused]:
    """The complainant, and every respondent whose forwarding is open, confirmed the same terms."""
    terms = ask.session.scalar(select(Settlement).where(Settlement.complaint_id == ask.it.id))
    if terms is None or terms.complainant_at is None:
        yield NotNow(_l("The complainant has not confirmed the terms."))
    missing = waited_for(ask.it, terms)
    if missing:
        yield NotNow(_l("%(name)s has not confirmed the terms.", name=missing[0].party.name_zh))
    if ask.it.pressure is None:
        yield NotNow(_l("The person was not asked about pressure."))


def waited_for(complaint: Complaint, terms: Settlement | None) -> list[Forwarding]:
    """The open forwardings whose respondents have not confirmed the terms."""
    confirmed = terms.confirmed if terms else {}
    return [f for f in complaint.forwardings if f.state != "CLOSED" and str(f.party_id) not in confirmed]


@COMPLAINT.guard("C20")
def asked_about_pressure(ask: Ask) -> Iterator[Refused]:
    """Nobody withdraws without having been asked whether somebody pressed for it."""
    if ask.facts.get("pressure") is None:
        yield BadInput("pressure", _l("Answer whether anybody pressed you."))


@COMPLAINT.guard("C23")
def same_matter(ask: Ask) -> Iterator[Refused]:
    """Same person, same respondents, same facts; the leading complaint is open."""
    it, lead = ask.it, ask.facts.get("lead")
    if lead is None or lead.id == it.id or lead.state in {*COMPLAINT.ends, "MERGED", "HISTORIC"}:
        yield BadInput("lead", _l("The leading complaint must be another one that is open."))
        return
    if not same_person(it, lead):
        yield BadInput("lead", _l("The two complaints do not come from the same person."))
    mine, its = ({c.party_id or c.value for c in one.companies} for one in (it, lead))
    if not mine <= its:
        yield BadInput("lead", _l("The leading complaint does not concern the same companies."))
    if not ask.facts.get("same_facts"):
        yield BadInput("same_facts", _l("Confirm that both tell the same facts."))


def same_person(one: Complaint, other: Complaint) -> bool:
    """Whether two complaints come from one person: by contact, else by name; strangers are never the same."""
    a, b = one.complainant, other.complainant
    if a is None or b is None:
        return False
    if a.contact_hash and b.contact_hash:
        return a.contact_hash == b.contact_hash
    return bool(a.name) and a.name == b.name


@COMPLAINT.guard("C24")
def nothing_is_lost(ask: Ask) -> Iterator[Refused]:
    """Why they part, and which later messages of the leading complaint belong to this one."""
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))
    if ask.facts.get("messages") is None:
        yield BadInput("messages", _l("Say which later messages belong to this complaint."))


@COMPLAINT.guard("C25")
def lead_has_ended(ask: Ask) -> Iterator[Refused]:
    """The leading complaint ended."""
    lead = ask.session.get(Complaint, ask.it.lead_id)
    if lead is None or lead.state not in COMPLAINT.ends:
        yield NotNow(_l("The leading complaint is still open."))


@COMPLAINT.guard("C28")
def letter_was_void(ask: Ask) -> Iterator[Refused]:
    """D02 was voided before service."""
    if not was_voided(ask.session, ask.machine, ask.it.id, ("D02",)):
        yield NotNow(_l("The document was not made void."))


def was_voided(session: Session, machine: str, number: int, kinds: tuple[str, ...]) -> Document | None:
    """The last document of these kinds on a thing, if it was made void before it was served."""
    mine = select(Document).where(Document.subject_kind == machine, Document.subject_id == number)
    last = session.scalar(mine.where(Document.kind.in_(kinds)).order_by(Document.id.desc()).limit(1))
    served = last is not None and any(service.state == "SERVED" for service in last.services)
    return last if last is not None and last.void_at is not None and not served else None


@COMPLAINT.guard("C29", "C30")
def looked_at_once_more(ask: Ask) -> Iterator[Refused]:
    """Asked within 30 days, once, or an own error; decided by somebody new to it."""
    it: Complaint = ask.it
    if it.rechecked:
        yield NotNow(_l("This complaint was already looked at again once."))
    asked_on = ask.facts.get("asked_on") or ask.on
    ended_on = day_of(it.ended_at) if it.ended_at else asked_on
    if not ask.facts.get("own_error") and asked_on > ended_on + timedelta(days=RECHECK_DAYS):
        yield NotNow(_l("More than %(days)s days have passed since the notice.", days=RECHECK_DAYS))
    if ask.actor.id is not None and ask.actor.id == it.ended_by:
        yield NotAllowed(_l("Somebody who took no part in it must decide."))
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))


@COMPLAINT.guard("C30")
def not_what_the_person_decided(ask: Ask) -> Iterator[Refused]:
    """Not after an accepted reply or a settlement."""
    if ask.it.outcome in FINAL:
        yield NotNow(_l("The person accepted the reply or agreed on terms: a new complaint is possible."))


def open_with(session: Session, contact_hash: bytes) -> list[Complaint]:
    """Complaints of one person that are open, to which more can be added."""
    mine = (
        select(Complaint)
        .join(Complaint.complainant)
        .where(Complainant.contact_hash == contact_hash)
        .where(Complaint.state.not_in([*COMPLAINT.ends, "HISTORIC"]), Complaint.lead_id.is_(None))
    )
    return list(session.scalars(mine.order_by(Complaint.id.desc())))
