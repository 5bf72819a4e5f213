"""What must hold before a complaint moves on: the guards of the rows of COMPLAINT."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from casework.models import Complaint, Message, Settlement, Task
from casework.models_cases import Evidence
from casework.policies import (
    GRAVE,
    NO_AUTHORITY,
    NOBODY_TO_ASK,
    NOT_ENDED,
    NOT_VOID,
    NOT_YOURS,
    REASONS,
    SEVERE,
    SIMILAR,
    cases_ended,
    clock_ended,
    disputable,
    disputed_forwardings,
    is_own,
    may_receive,
    nobody_left,
    reach,
    same_person,
    still_personal,
    verified_similar,
    waited_for,
    was_voided,
)
from casework.states import COMPLAINT, OVER
from core import days
from core.at_hand import noted
from core.clock import midnight
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.planned import PLANNED
from core.words import _l
from registry import golive, lineage, settings
from registry.models import Party
from registry.models_clocks import Clock, ClockState

golive.rests_on(("REAL_NAME_REQUIRED", "COMPLAINTS_PER_PERSON_PER_DAY"), "complaint.C01")
golive.begins("complaint.C07", "complaint", "forwarding")
CHECK_COPY = _l("Check the copy that the respondent may read.")
SAY_PART = _l("Say which part is referred.")
SAY_MISSING = _l("Say what is missing.")
NO_NAME = _l("There is no name and no contact that could be passed on.")


@COMPLAINT.guard("C03", "C10", "C11", "C20")
def only_ones_own(ask: Ask) -> Iterator[Refused]:
    """A receipt code opens only its own complaint."""
    if not (is_own(ask.actor, ask.it) or may_receive(ask.actor)):
        yield NotAllowed(NOT_YOURS)


AFTER_RECEIPT = _l("What it tells of happened after this day.")


@COMPLAINT.guard("C01")
def form_is_complete(ask: Ask) -> Iterator[Refused]:
    """The form has what a complaint needs, and its trap for machines is empty."""
    it: Complaint = ask.it
    person = it.complainant
    if ask.facts.get("honeypot"):
        yield NotNow(_l("This could not be sent. Leave the last field empty."))
    if it.channel != "WEB" and not may_receive(ask.actor):
        yield NotAllowed()
    if not it.facts.strip():
        yield BadInput("facts", _l("Tell what happened."))
    if person is None or not person.role:
        yield BadInput("role", _l("Say what you have to do with the debt."))
    if not any(company.value.strip() for company in it.companies):
        yield BadInput("companies", _l("Name the company that you complain about."))
    yield from _days_in_order(it, ask.on)
    if it.came_on and it.conduct_to and it.conduct_to > it.came_on:
        yield BadInput("came_on", AFTER_RECEIPT)


def _days_in_order(it: Complaint, today: date) -> Iterator[Refused]:
    first, last = it.conduct_from, it.conduct_to
    if (first and first > today) or (last and last > today):
        yield BadInput("conduct_from" if first and first > today else "conduct_to", _l("This day lies in the future."))
    elif first and last and first > last:
        yield BadInput("conduct_to", days.BACKWARDS)


SENT_TODAY = "sent today"
"""The fact of how many complaints somebody sent today, where it was asked already."""
SENT_HERE = "sent here"
"""And of how many of them the same browser sent."""
TODAY = (
    "(SELECT count(*) FROM complainant p WHERE p.contact_hash = (SELECT %(contact)s::bytea) "
    "AND p.contact_verified_at IS NOT NULL AND "
    "(SELECT c.received_at >= %(midnight)s AND c.state <> 'NEW' FROM complaint c WHERE c.id = p.complaint_id))"
)
"""A contact that nobody verified is no person: a stranger who types it uses up nobody's number, and learns none.

Whoever sends is looked up first: among what came today the server would look through all of a flood, each time. Its
value stands in a SELECT, so that what the server expects, and with it the plan, is the same for whoever sends.
"""


@COMPLAINT.guard("C01")
def not_too_many(ask: Ask) -> Iterator[Refused]:
    """Above the daily number a person is told to add to the complaint that is open."""
    person = ask.it.complainant
    if person is None or person.contact_hash is None:
        return
    most = int(settings.value(ask.session, "COMPLAINTS_PER_PERSON_PER_DAY"))
    sent = ask.facts.get(SENT_TODAY)
    if sent is None:
        said = {"contact": person.contact_hash, "midnight": midnight(ask.on)}
        sent = ask.session.connection().exec_driver_sql(f"SELECT {TODAY}", said, PLANNED).scalar_one()
    if max(sent, int(ask.facts.get(SENT_HERE, 0))) >= most:
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
        yield BadInput("share_identity", NO_NAME)


@COMPLAINT.guard("C02")
def asks_once(ask: Ask) -> Iterator[Refused]:
    """A person is asked to complete the complaint once, and told what is missing."""
    if ask.it.asked_info:
        yield NotNow(_l("This person was already asked for more once."))
    if not any(str(line).strip() for line in ask.facts.get("missing", ())):
        yield BadInput("missing", SAY_MISSING)


@COMPLAINT.guard("C03")
def still_in_time(ask: Ask) -> Iterator[Refused]:
    """K02 has not ended; what came in time by another way still counts as what was asked for."""
    if clock_ended(ask, "K02") and not came_since_asked(ask.session, ask.it):
        yield NotNow(_l("The period for adding to the complaint has ended."))
    if not str(ask.facts.get("text") or "").strip() and not ask.facts.get("files"):
        yield BadInput("facts", _l("Add what was asked for, or say why you can't."))


CAME = "came since asked"
"""The name under which loaded complaints note how much came."""


def came_since_asked(session: Session, complaint: Complaint) -> int:
    """How many messages and files came from the person since more was asked for; asking once more changes nothing."""
    known: dict[int, int] = noted(session, CAME, {})
    return known[complaint.id] if complaint.id in known else see_what_came(session, [complaint.id])[complaint.id]


def see_what_came(session: Session, complaints: Collection[int]) -> dict[int, int]:
    """Ask `came_since_asked` for many at once, before their clocks are acted on; they are locked, so no more comes."""
    asked = select(func.min(Clock.created_at)).where(
        Clock.key == "K02", Clock.subject_type == "complaint", Clock.subject_id == Complaint.id
    )
    since = asked.correlate(Complaint).scalar_subquery()  # else it would be of all complaints
    wrote = select(func.count()).where(
        Message.complaint_id == Complaint.id, Message.from_complainant, Message.at >= since
    )
    sent = select(func.count()).where(
        Evidence.complaint_id == Complaint.id, Evidence.given_by == "COMPLAINANT", Evidence.added_at >= since
    )
    counted = select(Complaint.id, wrote.scalar_subquery() + sent.scalar_subquery())
    came = {row[0]: row[1] for row in session.execute(counted.where(Complaint.id.in_(complaints)))}
    noted(session, CAME, {}).update(came)
    return came


WROTE = "wrote since released"
"""The name under which loaded complaints note who wrote."""


def wrote_since_released(session: Session, complaint: Complaint) -> bool:
    """Whether the person has written since feedback was awaited, and nobody has dealt with that yet."""
    known: dict[int, bool] = noted(session, WROTE, {})
    return known[complaint.id] if complaint.id in known else see_who_wrote(session, [complaint.id])[complaint.id]


def see_who_wrote(session: Session, complaints: Collection[int]) -> dict[int, bool]:
    """Ask `wrote_since_released` for many at once; a message is dealt with when its task is done, in whatever way."""
    unseen = (Task.subject_kind == "complaint") & (Task.subject_id == Clock.subject_id) & Task.done_at.is_(None)
    unseen &= Task.kind == "message"
    asked = select(Clock.subject_id).where(Clock.key == "K05", Clock.subject_type == "complaint")
    asked = asked.where(Clock.subject_id.in_(complaints), Clock.state != ClockState.ENDED)
    found = set(session.scalars(asked.where(exists().where(unseen, Task.raised_at >= Clock.created_at))))
    known: dict[int, bool] = noted(session, WROTE, {})
    known |= {number: number in found for number in complaints}
    return known


EXPIRY = {"C04": "K02", "C12": "K05", "C21": "K07"}


@COMPLAINT.guard(*EXPIRY)
def really_expired(ask: Ask) -> Iterator[Refused]:
    """A clock expires only after its confirmed last day (I-19)."""
    key = EXPIRY[ask.row.id] if ask.row else ""
    if not clock_ended(ask, key):
        yield NotNow(NOT_ENDED)


@COMPLAINT.guard("C05")
def reason_of_the_list(ask: Ask) -> Iterator[Refused]:
    """The reason is one of the list, and the person is told what else can be done."""
    if ask.facts.get("reason") not in REASONS:
        yield BadInput("reason", _l("Choose a reason."))
    if not ask.facts.get("ways"):
        yield BadInput("ways", _l("Tell the person what can still be done."))


WRITING = "WRITING"
AGREED = (WRITING, "TELEPHONE", "IN_PERSON")
"""How a person agrees that an authority learns name and contact."""


@COMPLAINT.guard("C06", "C26")
def authority_named(ask: Ask) -> Iterator[Refused]:
    """The competent authority is named; identity is passed on only as consented for it (I-13)."""
    if not str(ask.facts.get("authority") or "").strip():
        yield BadInput("authority", NO_AUTHORITY)
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))
    if ask.row and ask.row.id == "C26" and not str(ask.facts.get("scope") or "").strip():
        yield BadInput("scope", SAY_PART)
    person = ask.it.complainant
    if not ask.facts.get("identity"):
        return
    if person is None or not (person.name or person.contact):
        yield BadInput("identity", NO_NAME)
    if ask.facts.get("agreed_how") not in AGREED or not ask.facts.get("agreed_on"):
        yield BadInput(
            "agreed_how", _l("Say how and on which day the person agreed that this authority learns name and contact.")
        )
    elif ask.facts["agreed_how"] != WRITING and str(ask.facts["agreed_on"]) < ask.it.received_on.isoformat():
        yield BadInput(
            "agreed_on", _l("Asked by telephone or in person, nobody agreed before the complaint came: check the day.")
        )


@COMPLAINT.guard("C06")
def nobody_within_reach(ask: Ask) -> Iterator[Refused]:
    """Refuse to refer a complaint away that is about a party within reach, unless that party was let off."""
    off = {forwarding.party_id for forwarding in ask.it.forwardings if forwarding.let_off}
    named = [company.party_id for company in ask.it.companies if company.party_id and company.party_id not in off]
    heirs = (each.id for number in named for each in _gone_on_as(ask.session, number))
    within, _outside = reach(ask.session, ask.it, [*named, *(each for each in heirs if each not in off)])
    if within:
        yield NotNow(
            _l("%(name)s is bound by the association's rules: forward the complaint.", name=within[0].name_zh),
        )


def _gone_on_as(session: Session, number: int) -> list[Party]:
    return lineage.heirs(session, number) if session.get_one(Party, number).ceased_on is not None else []


@COMPLAINT.guard("C07", "C31", "C32")
def somebody_within_reach(ask: Ask) -> Iterator[Refused]:
    """At least one respondent is in the register, was bound on the day of the conduct, and was not asked yet."""
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
        yield BadInput("masked_facts", CHECK_COPY)
    else:
        yield from still_personal(ask.it, text)


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
    """No forwarding waits for anybody, and at least one answer was released, perhaps before an earlier end."""
    if any(f.waits for f in ask.it.forwardings):
        yield NotNow(_l("Another answer is still awaited."))
    if not any(f.released_at is not None and f.state in OVER for f in ask.it.forwardings):
        yield NotNow(_l("No answer was released."))


@COMPLAINT.guard("C22", "C27")
def every_track_ended(ask: Ask) -> Iterator[Refused]:
    """A case that still runs keeps the complaint open."""
    if not cases_ended(ask.session, ask.it):
        yield NotNow(_l("A case of this complaint has not ended."))


@COMPLAINT.guard("C22")
def no_answer_awaited(ask: Ask) -> Iterator[Refused]:
    """A forwarding whose reminder period has ended no longer counts as awaited."""
    if any(f.waits for f in ask.it.forwardings):
        yield NotNow(_l("Another answer is still awaited."))


@COMPLAINT.guard("C11")
def dispute_in_time(ask: Ask) -> Iterator[Refused]:
    """K05 has not ended, or waits until somebody reads what was written; which answer is disputed, and why.

    A dispute that nobody has checked yet is not asked for again.
    """
    if ask.facts.get("stands"):
        return
    if clock_ended(ask, "K05") and not wrote_since_released(ask.session, ask.it):
        yield NotNow(_l("The period for feedback has ended."))
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Say what is not right, or not answered."))
    wanted = set(ask.facts.get("releases", ()))
    mine = {each.id for each in disputable(ask.session, ask.it)}
    if not wanted or not wanted <= mine:
        yield BadInput("release", _l("Choose the answer that you do not accept."))


@COMPLAINT.guard("C13", "C15")
def reasons_given(ask: Ask) -> Iterator[Refused]:
    """Reasons in words: why there is no sign of a breach, or which signs there are."""
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))


@COMPLAINT.guard("C14")
def asks_again_once(ask: Ask) -> Iterator[Refused]:
    """Asked again only once; at least one answer is disputed; the open points are named."""
    if ask.it.asked_again:
        yield NotNow(_l("The respondents were already asked again once."))
    points: dict[int, list[str]] = ask.facts.get("points", {})
    disputed = disputed_forwardings(ask.session, ask.it)
    if not disputed:
        yield NotNow(_l("No answer is disputed."))
    if not points or not set(points) <= disputed or not all(any(p.strip() for p in each) for each in points.values()):
        yield BadInput("points", _l("Name the open points of a disputed answer."))
    for each in ask.it.forwardings:
        if each.id in points:
            yield from nobody_left(ask.session, each, NOBODY_TO_ASK)


@COMPLAINT.guard("C16")
def severe_or_many(ask: Ask) -> Iterator[Refused]:
    """Severity S3 or more, or enough verified, distinct, similar complaints about the party."""
    if ask.it.severity >= SEVERE:
        return
    yield from golive.refused(ask.session, SIMILAR)
    if verified_similar(ask.session, ask.it, ask.now) < settings.days(ask.session, "SIMILAR_COUNT"):
        yield NotNow(_l("Only severe allegations, or several similar complaints, are escalated before feedback."))


@COMPLAINT.guard("C17")
def grave_only(ask: Ask) -> Iterator[Refused]:
    """Severity S4 or more; the forwardings go on."""
    if ask.it.severity < GRAVE:
        yield NotNow(_l("Only grave allegations are escalated while answers are awaited."))


@COMPLAINT.guard("C18")
def reminder_ended(ask: Ask) -> Iterator[Refused]:
    """The reminder period of a forwarding has ended."""
    if not any(f.gave_up and f.state == "OVERDUE" for f in ask.it.forwardings):
        yield NotNow(_l("No reminder period has ended."))


@COMPLAINT.guard("C19")
def same_terms_confirmed(ask: Ask) -> Iterator[Refused]:
    """The complainant and every respondent whose forwarding is open, at least one, confirmed the same terms."""
    terms = ask.session.scalar(select(Settlement).where(Settlement.complaint_id == ask.it.id))
    if terms is None or terms.complainant_at is None:
        yield NotNow(_l("The complainant has not confirmed the terms."))
    if terms is None or not terms.confirmed:  # even if every forwarding is closed: nobody settles alone
        yield NotNow(_l("No company has confirmed the terms."))
    missing = waited_for(ask.it, terms)
    if missing:
        yield NotNow(_l("%(name)s has not confirmed the terms.", name=missing[0].party.name_zh))
    if ask.it.pressure is None:
        yield NotNow(_l("The person was not asked about pressure."))


@COMPLAINT.guard("C20")
def asked_about_pressure(ask: Ask) -> Iterator[Refused]:
    """Nobody withdraws without having been asked about pressure."""
    if ask.facts.get("pressure") is None:
        yield BadInput("pressure", _l("Answer whether anybody pressed you."))


@COMPLAINT.guard("C23")
def same_matter(ask: Ask) -> Iterator[Refused]:
    """Same person, same respondents, same facts; the leading complaint is open."""
    it, lead = ask.it, ask.facts.get("lead")
    if lead is None or lead.id == it.id or not lead.goes_on:
        yield BadInput("lead", _l("The leading complaint must be another one that is open."))
        return
    if not same_person(it, lead):
        yield BadInput("lead", _l("The two complaints do not come from the same person."))
    mine, its = ({c.party_id or c.value for c in one.companies} for one in (it, lead))
    if not mine <= its:
        yield BadInput("lead", _l("The leading complaint does not concern the same companies."))
    if not ask.facts.get("same_facts"):
        yield BadInput("same_facts", _l("Confirm that both tell the same facts."))


@COMPLAINT.guard("C24")
def nothing_is_lost(ask: Ask) -> Iterator[Refused]:
    """It is said why the two part, and which later messages of the leading complaint belong to this one."""
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
    """D02 was made void before it was served."""
    if not was_voided(ask.session, ask.machine, ask.it.id, ("D02",)):
        yield NotNow(NOT_VOID)
