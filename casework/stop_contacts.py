"""Stop-contact requests: a number is passed on to companies that shall no longer contact it, and followed up."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, holds, leads, messages, noting, policies_tracks, receipts, tasks
from casework.changes import unchanged
from casework.documents_stop_contacts import CODE
from casework.inquiries import on_paper
from casework.intake import EvidenceFile, add_evidence
from casework.models import Complaint
from casework.models_cases import CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.policies_stop_contacts import LETTER, TAKEN_BACK, is_gone, plain_number, reached_on
from casework.states import STOP_CONTACT, TRACK
from core.actors import SYSTEM, Actor
from core.characters import LETTERS
from core.clock import ZONE, day_of, midnight
from core.errors import BadInput
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from notices.papers import day_text, moment_text
from notices.sentences import say
from registry import lineage, successions
from registry.models import Party

BEFORE_IT = _l("It can't have come before the complaint itself: check the day.")


def hold(session: Session, it: StopContact, version: int | None = None) -> None:
    """Lock the complaint, then the request; refuse if somebody changed it since the page was opened."""
    holds.hold(session, it.complaint)
    session.flush()
    session.refresh(it, with_for_update=True)
    unchanged(it, version)


def request(
    session: Session,
    complaint: Complaint,
    *,
    number: str,
    own: bool,
    parties: Iterable[int | None] | None = None,
    day: date | None = None,
    actor: Actor,
    now: datetime,
) -> list[StopContact]:
    """A number shall not be contacted any more (row P01): one request to each company named, or known to staff.

    If the register does not know one of them, one request waits until staff say which company it is. Whoever was asked
    before about this number is not asked again; if nobody is left, that is refused. `day` is the day on which the
    request came, if it is entered later: the time to pass it on runs from there.
    """
    holds.hold(session, complaint)
    if day is not None and day < complaint.received_on:
        raise BadInput("came_on", BEFORE_IT)
    session.refresh(complaint, ["companies"])
    wanted = _named(session, complaint) if parties is None else list(dict.fromkeys(parties))
    before = _asked_before(session, complaint, number)
    fresh = [each for each in wanted if each not in before]
    if None in fresh and before - set(wanted):
        fresh.remove(None)  # staff have found out since which company it was
    made = []
    for party_id in fresh or wanted[:1]:
        it = StopContact(
            ref=_reference(session, now),
            complaint_id=complaint.id,
            party_id=party_id,
            number=plain_number(number) or number.strip(),
            number_hash=receipts.contact_hash(number),
            confirmed_own=own,
            state="NEW",
            requested_at=now if day in (None, day_of(now)) else midnight(day),
        )
        dossiers.move(Ask(session, it, actor, {"from_day": day}, now), STOP_CONTACT, "request")
        made.append(it)
    complaints.leave(session, complaint, now)
    return made


def _named(session: Session, complaint: Complaint) -> list[int | None]:
    """The companies named, with None for those the register does not know; a caller's number names no company.

    The successor stands for a company that is gone.
    """
    named = [each.party for each in complaint.companies if each.party is not None]
    going_on = [lineage.heirs(session, each.id) if each.ceased_on is not None else [] for each in named]
    both = zip(named, going_on, strict=True)
    known: list[int | None] = list(dict.fromkeys(each.id for one, heirs in both for each in heirs or [one]))
    unmatched = [each for each in complaint.companies if each.party_id is None and each.how != "UNKNOWN"]
    unknown = any((each.kind, each.how) != ("FIRM", "NUMBER") for each in unmatched)
    return [*known, None] if unknown or not known else known


def _asked_before(session: Session, complaint: Complaint, number: str) -> set[int | None]:
    """The companies that the complaint has asked about this number already."""
    mine = select(StopContact.party_id).where(
        StopContact.complaint_id == complaint.id,
        StopContact.number_hash == receipts.contact_hash(number),
        StopContact.state != "DECLINED",
    )
    return set(session.scalars(mine))


def request_with(session: Session, complaint: Complaint, *, number: str, own: bool, now: datetime) -> list[StopContact]:
    """Request that a number is contacted no more, together with the complaint itself."""
    sender = Actor(None, frozenset({"complainant"}), subject_id=complaint.id, name="complainant")
    return request(session, complaint, number=number, own=own, actor=sender, now=now)


def asked(session: Session, complaint: Complaint) -> bool:
    """Whether something was asked already, so that a form that is sent twice asks once."""
    return session.scalar(select(StopContact.id).where(StopContact.complaint_id == complaint.id).limit(1)) is not None


def _reference(session: Session, now: datetime) -> str:
    """TL, the year and six random characters, from which nothing leads to a complaint."""
    while True:
        ref = f"TL{day_of(now).year}-{''.join(secrets.choice(LETTERS) for _ in range(6))}"
        if session.scalar(select(StopContact.id).where(StopContact.ref == ref)) is None:
            return ref


@STOP_CONTACT.effect("P01")
def ask_intake(ask: Ask) -> None:
    """Ask intake to pass it on within one working day."""
    ask.session.add(ask.it)
    ask.session.flush()
    tasks.put(ask.session, "stop_contact", ("stop_contact", ask.it.id, ask.it.ref), role="intake", now=ask.now)


def relay(
    session: Session,
    it: StopContact,
    *,
    party: Party | None = None,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The number goes to the company by letter (row P02); staff name the company where it is not known yet."""
    hold(session, it, version)
    dossiers.move(Ask(session, it, actor, {"party": party}, now), STOP_CONTACT, "relay")


@STOP_CONTACT.effect("P02", "P09")
def note_relay(ask: Ask) -> None:
    """Keep to whom the number is passed on, and when."""
    it: StopContact = ask.it
    if ask.facts.get("party") is not None:
        it.party_id = ask.facts["party"].id
        complaints.leave(ask.session, ask.session.get_one(Complaint, it.complaint_id), ask.now, [it.party_id])
    it.relayed_on = ask.on
    _answered(ask, "stop_contact")


def _answered(ask: Ask, *kinds: str) -> None:
    tasks.settle(ask.session, ("stop_contact", ask.it.id), kinds, actor=ask.actor, now=ask.now)


def decline(
    session: Session,
    it: StopContact,
    *,
    holder: str,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Decline a debtor's or guarantor's own number, or where nobody can be told (row P03); the person reads why."""
    hold(session, it, version)
    facts = {"holder": holder, "why": why.strip()}
    dossiers.move(Ask(session, it, actor, facts, now), STOP_CONTACT, "decline")
    messages.write(session, it.complaint, why, actor=actor, now=now)


@STOP_CONTACT.effect("P03")
def note_decline(ask: Ask) -> None:
    """Keep why it is not passed on, and close the clerk's task."""
    ask.it.declined_why = ask.facts["why"]
    _answered(ask, "stop_contact")


def take_back(session: Session, it: StopContact, *, actor: Actor, version: int | None = None, now: datetime) -> None:
    """The person no longer wants it passed on (row P10); the same number can be asked for again."""
    hold(session, it, version)
    dossiers.move(Ask(session, it, complaints.speaking(actor, it.complaint), {}, now), STOP_CONTACT, "take_back")


@STOP_CONTACT.effect("P10")
def note_taking_back(ask: Ask) -> None:
    """Keep that the person took it back, and close the clerk's task."""
    ask.it.declined_why = say(TAKEN_BACK, ask.it.complaint.lang)
    _answered(ask, "stop_contact")


def give_up(
    session: Session, it: StopContact, *, why: str, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """Give up: nobody is left to get the letter (row P11). It is made void; the person reads why and where to turn."""
    hold(session, it, version)
    dossiers.move(Ask(session, it, actor, {"why": why.strip()}, now), STOP_CONTACT, "give_up")
    messages.write(session, it.complaint, why, actor=actor, now=now)


@STOP_CONTACT.effect("P11")
def note_giving_up(ask: Ask) -> None:
    """Let the number count as passed on to nobody, so that it can be asked for again."""
    ask.it.declined_why, ask.it.relayed_on = ask.facts["why"], None
    _answered(ask, "stop_gone")


@successions.on_gone
def tell_whose_company_is_gone(session: Session, party: Party, actor: Actor, now: datetime) -> None:
    """Have people told who wait for a company that is gone; close that if it exists after all or has a successor."""
    mine = select(StopContact).where(StopContact.party_id == party.id, StopContact.state == "RELAYED")
    gone = is_gone(session, party)
    for it in session.scalars(mine.order_by(StopContact.id)):
        if gone:
            _ask_to_tell(session, it, now)
        else:
            tasks.settle(session, ("stop_contact", it.id), ("stop_gone",), actor=actor, now=now)


def _ask_to_tell(session: Session, it: StopContact, now: datetime) -> None:
    key = f"stop_gone:{it.id}:{now.isoformat()}"
    tasks.put(session, "stop_gone", ("stop_contact", it.id, it.ref), role="officer", now=now, key=key)


def confirm(
    session: Session,
    it: StopContact,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
    day: date | None = None,
) -> None:
    """The company says that it has stopped (rows P04, P06); whoever confirms has received the letter.

    `day` is the day of what came on paper.
    """
    hold(session, it, version)
    ask = Ask(session, it, actor, on_paper(day, now), now, day=day)
    for refusal in STOP_CONTACT.refusals(ask, "confirm"):
        raise refusal
    serving.answer(session, "stop_contact", it.id, actor=actor, now=now, day=day, kinds=(LETTER,))
    dossiers.move(ask, STOP_CONTACT, "confirm")


@STOP_CONTACT.effect("P04", "P06")
def note_confirmation(ask: Ask) -> None:
    """Keep who of the company said so, and when."""
    ask.it.confirmed_at, ask.it.confirmed_came_on = ask.now, ask.day
    ask.it.confirmed_by = ask.actor.id
    _answered(ask, "stop_unconfirmed")


@STOP_CONTACT.effect("P05")
def follow_up(ask: Ask) -> None:
    """Have an officer ask why nobody confirmed in time; not of a company that is gone."""
    if is_gone(ask.session, ask.it.party):
        return  # whoever is to tell the person has that task already
    subject = ("stop_contact", ask.it.id, ask.it.ref)
    tasks.put(ask.session, "stop_unconfirmed", subject, role="officer", now=ask.now)


def reporting(actor: Actor, it: StopContact) -> Actor:
    """The actor by whom a contact is noted: an officer as officer, intake as the person who says so."""
    return actor if actor.has("officer") else complaints.speaking(actor, it.complaint)


def breach(  # noqa: PLR0913 - what is reported, each value named
    session: Session,
    it: StopContact,
    *,
    at: datetime | None,
    kind: str,
    from_number: str = "",
    said: str = "",
    files: Sequence[EvidenceFile] = (),
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> ContactEvent:
    """The number was contacted all the same (rows P07, P08): that is evidence, and a lead on the company."""
    hold(session, it, version)
    actor = reporting(actor, it)
    facts = {"at": at, "kind": kind, "from_number": from_number.strip(), "said": said.strip(), "files": list(files)}
    ask, further = Ask(session, it, actor, facts, now), it.state == "BREACHED"
    dossiers.move(ask, STOP_CONTACT, "breach")
    for track in leads_of(ask) if further else ():  # row P08 fires nothing, and the earlier case takes nothing in
        dossiers.move(Ask(session, track, SYSTEM, {"codes": [CODE]}, now), TRACK, "open_lead")
    _beside_the_complaint(session, it, ask.facts["given"])
    noted: ContactEvent = ask.facts["contact"]
    return noted


def _beside_the_complaint(session: Session, it: StopContact, given: Sequence[Evidence]) -> None:
    """Put the proof of the contact into the case it led to: at the complaint, the company would see whose number it is.

    If there is no such case, nothing is shown to the company.
    """
    party = it.party_id
    track = policies_tracks.about_stopped(session, party, it.complaint_id) if party is not None else None
    for each in given:
        each.case_id = track.case_id if track is not None else None
        each.shared = each.shared and track is not None
    session.flush()


@STOP_CONTACT.effect("P07", "P08")
def note_contact(ask: Ask) -> None:
    """Make the contact and its recording evidence of the complaint, and have an officer look at it."""
    it: StopContact = ask.it
    given = add_evidence(ask.session, it.complaint, ask.facts.get("files", ()), now=ask.now, actor=ask.actor)
    kind = ask.facts["kind"]
    noted = ContactEvent(
        complaint_id=it.complaint_id,
        stop_contact_id=it.id,
        party_id=it.party_id,
        at=ask.facts["at"],
        direction="IN",
        kind=kind,
        number=it.number,
        from_number=ask.facts.get("from_number") or None,
        target_role=it.complaint.complainant.role if it.complaint.complainant else None,
        connected=kind != "CALL_ATTEMPT" if kind.startswith("CALL") else None,
        evidence_id=given[0].id if given else None,
        said=ask.facts.get("said") or None,
        added_at=ask.now,
        added_by=ask.actor.id,
    )
    ask.session.add(noted)
    ask.session.flush()
    ask.facts["contact"], ask.facts["given"] = noted, given
    subject = ("stop_contact", it.id, it.ref)
    key = f"stop_breached:{it.id}:{noted.id}"
    tasks.put(ask.session, "stop_breached", subject, role="officer", now=ask.now, key=key)


@TRACK.found_from("stop_contact")
def leads_of(ask: Ask) -> list[CaseTrack]:
    """New tracks for contact after refusal (V-C03), in a case of their own.

    The lead names the letter and so the number; in a case about the complaint the company would learn whose it is.
    """
    it: StopContact = ask.it
    session, complaint = ask.session, it.complaint
    day = day_of(ask.facts["at"])
    concerned = leads.with_other_side(session, session.get_one(Party, it.party_id), complaint, day)
    fresh = [each for each in concerned if policies_tracks.about_stopped(session, each.party.id, complaint.id) is None]
    if not fresh:
        return []
    case = leads.new_case(
        session,
        title=leads.title_of(session, [each.party for each in fresh], [CODE]),
        source="COMPLAINT",
        day=ask.on,
        conduct=(day, day),
        officer_id=complaint.officer_id or (ask.root.actor.id if ask.root.by_staff else None),
    )
    noting.of_case(session, case, "open", ask.root.actor, ask.now, complaint=complaint.ref)
    leads.check_white_list(session, case, concerned, ask.now)
    leads.link(session, case, complaint, actor=ask.root.actor, now=ask.now, dated=False)
    text = _lead(ask, it)
    made = [leads.new_track(session, case, each, lead=text, place=place) for place, each in enumerate(fresh, 1)]
    for track in made:
        track.lead_code = CODE
    return made


WAYS = {
    "CALL_INTERACTIVE": "电话",
    "CALL_NOTICE": "语音播报电话",
    "CALL_ATTEMPT": "电话（未接通）",
    "SMS": "短信",
    "IM": "即时通信消息",
}
"""How the lead form says it, which is always Chinese."""


def _lead(ask: Ask, it: StopContact) -> str:
    """The text of the lead: days and numbers of documents, neither the telephone number nor its holder."""
    reached = reached_on(ask.session, it)
    at: Any = ask.facts["at"].astimezone(ZONE)
    served = day_text(reached, "zh") if reached else ""
    way = WAYS[ask.facts["kind"]]
    return f"停止联系转告函（事项编号{it.ref}）于{served}送达后，该函所载号码于{moment_text(at)}仍被以{way}方式联系。"


def reissue(session: Session, it: StopContact, *, actor: Actor, version: int | None = None, now: datetime) -> None:
    """Issue D33 again, which was made void before it was served (row P09)."""
    hold(session, it, version)
    dossiers.move(Ask(session, it, actor, {}, now), STOP_CONTACT, "reissue")


def seen_by(session: Session, number: int, key: str) -> tuple[int | None, int | None]:
    """Who sees a clock: the complainant when it will be passed on, the company when it has to confirm."""
    it = session.get_one(StopContact, number)
    return (it.party_id, None) if key == "K09" else (None, it.complaint_id)
