"""What must hold before a request to stop contacting a number moves on: the guards of the rows of STOP_CONTACT."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from casework import policies
from casework.models import Complaint
from casework.models_cases import REFUSED_CONTACT, CaseComplaint, CaseTrack
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.plainly import in_words
from core.words import _l
from notices import queries as papers_sent
from registry import lineage
from registry.models import Party
from registry.policies import leads, may_be_named

STOP_CONTACT.lives(StopContact)

NOT_SENT = ("NEW", "REQUESTED", "DECLINED")
"""States in which no letter names the number."""
OWN_DEBT = ("DEBTOR", "GUARANTOR")
"""Roles whose own debt it is: such a person's number can be called about it (row P03)."""
TWICE = "TWICE"
"""The number was passed on at another request of the same complaint: this one asks for nothing more (row P03)."""
UNREACHABLE = "UNREACHABLE"
"""The company is not in the register, or nothing can be sent to it: the person is told where to turn (row P03)."""
KINDS = ("CALL_INTERACTIVE", "CALL_NOTICE", "CALL_ATTEMPT", "SMS", "IM")
"""The ways in which a number can be contacted."""
LEAST, MOST = 5, 15
"""Digits of a telephone number."""
LETTER = "D33"
ONE_NUMBER = _l("Write one whole telephone number of 5 to 15 digits and nothing else, such as 13800138000.")
ELEVEN = _l("A mobile number has 11 digits: compare each with yours. A landline begins with its area code.")
HOLDER_CONFIRMS = _l("The holder of the number must confirm that it is theirs.")


def plain_number(text: str) -> str:
    """A number as the letter prints it, digits with separators between them; empty if it is none."""
    said = unicodedata.normalize("NFKC", text).strip().replace("–", "-")
    if not re.fullmatch(r"\+?[0-9][0-9 ()-]*", said):
        return ""
    digits = re.sub(r"\D", "", said)
    return said.replace(" ", "") if LEAST <= len(digits) <= MOST else ""


def is_slipped_mobile(number: str) -> bool:
    """Whether a plain number begins as mobiles here do and has a digit too few or too many: a letter would miss it."""
    found = re.fullmatch(r"(?:\+86|0086)?(1[3-9][0-9]*)", re.sub(r"[()-]", "", number))
    return found is not None and len(found[1]) != len("13800138000")


def may_ask(actor: Actor, complaint: Complaint) -> bool:
    """Whether somebody may ask: the person of the complaint, and intake for somebody on the telephone."""
    return policies.is_own(actor, complaint) or policies.may_receive(actor)


def is_offered(complaint: Complaint) -> bool:
    """Whether it is offered: not to debtors and guarantors, who may be called about their own debt."""
    person = complaint.complainant
    return person is not None and person.role not in OWN_DEBT and complaint.can_be_written_to


def is_own_debt(complaint: Complaint) -> bool:
    """Whether the debt is the complainant's own: other people who are called ask for themselves."""
    return complaint.complainant is not None and complaint.complainant.role in OWN_DEBT


def may_confirm(actor: Actor, it: StopContact) -> bool:
    """Whether somebody may confirm: the lead of the company that was asked."""
    return leads(actor, it.party_id)


def reached_on(session: Session, it: StopContact) -> date | None:
    """The day on which the letter reached the company, if it did."""
    letter = papers_sent.last_document(session, [LETTER], "stop_contact", it.id)
    return papers_sent.served_on(session, letter.id) if letter is not None else None


@STOP_CONTACT.guard("P01")
def number_of_its_holder(ask: Ask) -> Iterator[Refused]:
    """The holder gives and confirms the number; each company is asked once."""
    it: StopContact = ask.it
    complaint = ask.session.get_one(Complaint, it.complaint_id)
    if not may_ask(ask.actor, complaint):
        yield NotAllowed(policies.NOT_YOURS)
    if not complaint.can_be_written_to:
        yield NotNow(_l("A request to stop contact belongs to a complaint that was received."))
    if not it.number or plain_number(it.number) != it.number:
        yield BadInput("number", ONE_NUMBER)
    elif is_slipped_mobile(it.number):
        yield BadInput("number", ELEVEN)
    if not it.confirmed_own:
        yield BadInput("own", HOLDER_CONFIRMS)
    if _asked_before(ask, it.party_id):
        yield BadInput("number", _l("This was already asked for this number."))


def _asked_before(ask: Ask, party_id: int | None) -> bool:
    """Whether another request of the complaint asks the same company about the same number."""
    it: StopContact = ask.it
    with ask.session.no_autoflush:
        same = select(StopContact.id).where(
            StopContact.complaint_id == it.complaint_id,
            StopContact.number_hash == it.number_hash,
            StopContact.party_id == party_id if party_id else StopContact.party_id.is_(None),
            StopContact.state != "DECLINED",
            StopContact.id != it.id if it.id else true(),
        )
        return ask.session.scalar(same.limit(1)) is not None


def _passed_on(ask: Ask) -> bool:
    """Whether another request took the number to a company: to this one's company, if it names one."""
    it: StopContact = ask.it
    same = select(StopContact.id).where(
        StopContact.complaint_id == it.complaint_id,
        StopContact.number_hash == it.number_hash,
        StopContact.state.not_in(NOT_SENT),
        StopContact.id != it.id,
        StopContact.party_id == it.party_id if it.party_id else true(),
    )
    return ask.session.scalar(same.limit(1)) is not None


@STOP_CONTACT.guard("P02")
def only_a_number_is_told(ask: Ask) -> Iterator[Refused]:
    """The letter holds the number and nothing about the person (I-20); it goes to a company that can be written to."""
    it: StopContact = ask.it
    party = ask.facts.get("party") or (ask.session.get(Party, it.party_id) if it.party_id else None)
    if party is None:
        yield BadInput("party", _l("Say which company is asked to stop."))
    elif went_on := _went_on(ask.session, party):
        yield went_on
    elif not may_be_named(party):
        yield BadInput("party", _l("%(name)s can't be sent anything at present.", name=party.name_zh))
    elif _asked_before(ask, party.id):
        yield BadInput("party", _l("This was already asked for this number."))
    if not it.number or plain_number(it.number) != it.number:
        yield NotNow(_l("The letter would hold more than a number: note the request again with the number alone."))
    elif is_slipped_mobile(it.number):  # noted before that was asked
        yield NotNow(
            _l(
                "This mobile number has a digit too few or too many: note that the person takes the request back, and "
                "note it again with the right number."
            )
        )


def _went_on(session: Session, party: Party) -> NotNow | None:
    """The successor of a company that is gone is asked: it has the files and makes the calls now."""
    heirs = lineage.heirs(session, party.id) if party.ceased_on is not None else []
    if not heirs:
        return None
    named = {"company": party.name_zh, "successor": heirs[0].name_zh}
    return NotNow(_l("%(company)s went on as %(successor)s: pass the request on to it on the company's page.", **named))


@STOP_CONTACT.guard("P03")
def own_debt_and_told_why(ask: Ask) -> Iterator[Refused]:
    """A debtor's or guarantor's own, or passed on before, or nobody can be written to; and the person is told why."""
    holder = ask.facts.get("holder")
    if holder == TWICE and not _passed_on(ask):
        yield BadInput("holder", _l("This number was not passed on at another request of the complaint."))
    if holder == UNREACHABLE and _can_be_written_to(ask):
        yield BadInput("holder", _l("This company can be written to: pass the number on."))
    if holder not in (*OWN_DEBT, TWICE, UNREACHABLE):
        yield BadInput("holder", _l("Only a request of the debtor or a guarantor is declined."))
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Tell the person why."))


def _can_be_written_to(ask: Ask) -> bool:
    party = ask.session.get(Party, ask.it.party_id) if ask.it.party_id else None
    return party is not None and (may_be_named(party) or _went_on(ask.session, party) is not None)


def is_gone(session: Session, party: Party | None) -> bool:
    """Whether a company exists no more and nobody goes on as it: no letter reaches it."""
    return party is not None and party.ceased_on is not None and not lineage.heirs(session, party.id)


@STOP_CONTACT.guard("P11")
def nobody_left_to_ask(ask: Ask) -> Iterator[Refused]:
    """The company that the letter is for is gone; the letter did not reach it before, and the person is told why."""
    party = ask.session.get(Party, ask.it.party_id)
    if party is not None and (went_on := _went_on(ask.session, party)) is not None:
        yield went_on
    elif not is_gone(ask.session, party):
        yield NotNow(_l("The company exists: its confirmation is waited for."))
    if reached_on(ask.session, ask.it) is not None:
        yield NotNow(_l("The letter reached the company while it existed: that stands."))
    yield from filled(ask, "why", _l("Tell the person why."))


@STOP_CONTACT.guard("P10")
def taken_back_by_the_person(ask: Ask) -> Iterator[Refused]:
    """Whoever asked takes it back before any company was told; staff note what the person says."""
    if not policies.is_own(ask.actor, ask.it.complaint):
        yield NotAllowed(policies.NOT_YOURS)


@STOP_CONTACT.guard("P04", "P06")
def confirmed_by_the_company(ask: Ask) -> Iterator[Refused]:
    """Only an authorised person of the company that was asked says that it has stopped (I-12)."""
    if not may_confirm(ask.actor, ask.it):
        yield NotAllowed(_l("Only an authorised person of the company concerned can confirm this."))


@STOP_CONTACT.guard("P05")
def really_expired(ask: Ask) -> Iterator[Refused]:
    """Nothing expires before its confirmed last day has passed (I-19)."""
    if not policies.clock_ended(ask, "K09"):
        yield NotNow(policies.NOT_ENDED)


@STOP_CONTACT.guard("P07", "P08")
def dated_contact(ask: Ask) -> Iterator[Refused]:
    """A dated contact to the number after the letter was served, noted only once."""
    it: StopContact = ask.it
    if not (policies.is_own(ask.actor, it.complaint) or ask.actor.has("officer")):
        yield NotAllowed(policies.NOT_YOURS)
    reached = reached_on(ask.session, it)
    if reached is None:
        yield NotNow(_l("The letter has not reached the company yet: only contacts after that count."))
    if ask.facts.get("kind") not in KINDS:
        yield BadInput("kind", _l("Say how the number was contacted."))
    at: datetime | None = ask.facts.get("at")
    if at is None:
        yield BadInput("at", _l("Say on which day and at what time it was."))
    elif at > ask.now:
        yield BadInput("at", _l("This time lies in the future."))
    elif reached is not None and day_of(at) <= reached:
        day = in_words(reached)
        yield BadInput(
            "at", _l("The letter reached the company on %(day)s: only contacts after that day count.", day=day)
        )
    elif _noted(ask.session, it, at):
        yield BadInput("at", _l("This contact is already noted."))


def _noted(session: Session, it: StopContact, at: datetime) -> bool:
    mine = select(ContactEvent.id).where(ContactEvent.stop_contact_id == it.id, ContactEvent.at == at)
    return session.scalar(mine.limit(1)) is not None


def noted_at_the_letter(session: Session, track: CaseTrack, code: str) -> Iterator[Refused]:
    """Contact after a letter (V-C03) is noted at the letter and gets its own case: the number stays apart (I-20)."""
    if code != REFUSED_CONTACT or track.lead_code == REFUSED_CONTACT:
        return
    asked = select(StopContact.id).join(CaseComplaint, CaseComplaint.complaint_id == StopContact.complaint_id)
    asked = asked.where(CaseComplaint.case_id == track.case_id, StopContact.state.not_in(NOT_SENT)).limit(1)
    if session.scalar(asked) is not None:
        yield BadInput(
            "code",
            _l(
                "A stop-contact letter went out for a complaint of this case: a later contact is noted at the letter "
                "and gets a case of its own."
            ),
        )


@STOP_CONTACT.guard("P09")
def letter_was_void(ask: Ask) -> Iterator[Refused]:
    """D33 was made void before it was served."""
    if not policies.was_voided(ask.session, "stop_contact", ask.it.id, (LETTER,)):
        yield NotNow(policies.NOT_VOID)
    party = ask.session.get(Party, ask.it.party_id)
    if party is not None and (went_on := _went_on(ask.session, party)) is not None:
        yield went_on  # without a successor, public notice will serve it
