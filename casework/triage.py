"""Triage: a received complaint is completed, rejected, referred, accepted and forwarded, merged or parted again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import assigning, complaints, holds, naming
from casework.models import Complaint, Message, Release
from casework.models_cases import COVER, Evidence
from casework.states import COMPLAINT
from core.actors import Actor
from core.machine import Ask
from notices import dossiers


def ask_info(
    session: Session,
    complaint: Complaint,
    *,
    missing: Sequence[str],
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Ask for what is missing (row C02)."""
    holds.hold(session, complaint, version)
    dossiers.move(Ask(session, complaint, actor, {"missing": list(missing)}, now), COMPLAINT, "ask_info")


@COMPLAINT.effect("C02")
def note_missing(ask: Ask) -> None:
    """Keep what was asked for; it is asked for once."""
    ask.it.missing = "\n".join(str(line).strip() for line in ask.facts["missing"] if str(line).strip())
    ask.it.asked_info = True


def reissue(session: Session, complaint: Complaint, *, actor: Actor, version: int | None = None, now: datetime) -> None:
    """Issue D02 again, which was made void before it was served (row C28)."""
    holds.hold(session, complaint, version)
    dossiers.move(Ask(session, complaint, actor, {}, now), COMPLAINT, "reissue")


def reject(
    session: Session,
    complaint: Complaint,
    *,
    reason: str,
    why: str = "",
    ways: Sequence[str] = (),
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Do not accept it, for a reason of the list (row C05); the person is told what else can be done."""
    holds.hold(session, complaint, version)
    facts = {"reason": reason, "why": why.strip(), "ways": [way.strip() for way in ways if way.strip()]}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "reject")


@COMPLAINT.effect("C04", "C05")
def note_rejection(ask: Ask) -> None:
    """Keep why and by whom it was rejected: a second look is somebody else's."""
    by_clock = ask.row is not None and ask.row.id == "C04"
    ask.it.reason = "K02" if by_clock else ask.facts["reason"]
    ask.it.reason_text = ask.facts.get("why") or None
    ask.it.ended_at, ask.it.ended_by = ask.now, ask.actor.id


@dataclass(frozen=True)
class Referral:
    """What goes to which authority, and why it is competent."""

    authority: str
    why: str
    authority_contact: str = ""
    scope: str = ""
    """Which part it is, where it is not all."""
    facts: str = ""
    suspected: str = ""
    identity: bool = False
    """Whether name and contact go along."""
    agreed_how: str = ""
    agreed_on: date | None = None

    @property
    def agreed(self) -> dict[str, str]:
        """How and when the person agreed that this authority learns name and contact, for the journal."""
        on = self.agreed_on.isoformat() if self.agreed_on else ""
        return {"agreed_how": self.agreed_how, "agreed_on": on} if self.identity else {}


def refer_out(
    session: Session,
    complaint: Complaint,
    referral: Referral,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Refer it to the competent authority, since no respondent is within reach (row C06)."""
    holds.hold(session, complaint, version)
    facts = vars(referral) | referral.agreed | {"journal": referral.agreed}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "refer_out")


@COMPLAINT.effect("C06")
def note_referral(ask: Ask) -> None:
    """Keep to whom it went."""
    ask.it.authority, ask.it.outcome = str(ask.facts["authority"]).strip(), "REFERRED_OUT"
    ask.it.ended_at, ask.it.ended_by = ask.now, ask.actor.id


def refer_part(
    session: Session,
    complaint: Complaint,
    referral: Referral,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Refer a part: another authority is competent for one respondent, or for some facts (row C26)."""
    holds.hold(session, complaint, version)
    journal = {"authority": referral.authority, "scope": referral.scope} | referral.agreed
    facts = vars(referral) | referral.agreed | {"journal": journal}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "refer_part")


def accept(
    session: Session,
    complaint: Complaint,
    *,
    respondents: Sequence[int],
    masked_facts: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Accept it and put it before each respondent that the rules reach, one forwarding each (row C07)."""
    holds.hold(session, complaint, version)
    naming.recognise(session, complaint, respondents, actor=actor, now=now)
    facts = {"respondents": list(respondents), "masked_facts": masked_facts.strip()}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "accept")


def add_respondent(
    session: Session,
    complaint: Complaint,
    *,
    respondents: Sequence[int],
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Put it before another party found to be concerned (rows C31, C32)."""
    holds.hold(session, complaint, version)
    naming.recognise(session, complaint, respondents, actor=actor, now=now)
    facts = {"respondents": list(respondents)}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "add_respondent")


@COMPLAINT.effect("C07", "C31", "C32")
def note_masked_copy(ask: Ask) -> None:
    """Keep what respondents may read and who checked it; and who handles it, if nobody does."""
    if ask.facts.get("masked_facts"):
        ask.it.masked_facts, ask.it.masked_by = ask.facts["masked_facts"], ask.actor.id
    complaints.leave(ask.session, ask.it, ask.now, ask.facts["respondents"])
    if ask.row is not None and ask.row.id == "C07":
        assigning.at_acceptance(ask, ask.facts["respondents"])
    if ask.it.officer_id is None and ask.actor.has("officer"):
        ask.it.officer_id = ask.actor.id


def merge(
    session: Session,
    complaint: Complaint,
    *,
    lead: Complaint,
    same_facts: bool,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The same matter twice: this one follows the leading complaint (row C23).

    Both are locked, in the order of their numbers: a lead that ends at this moment ends without it, or takes it along.
    """
    if lead.id < complaint.id:
        session.refresh(lead, with_for_update=True)
    holds.hold(session, complaint, version)
    if lead.id > complaint.id:
        session.refresh(lead, with_for_update=True)
    facts = {"lead": lead, "same_facts": same_facts, "journal": {"lead": lead.ref}}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "merge")


@COMPLAINT.effect("C23")
def note_lead(ask: Ask) -> None:
    """Keep which complaint leads, and since when."""
    ask.it.lead_id, ask.it.merged_at = ask.facts["lead"].id, ask.now


def unmerge(  # noqa: PLR0913 - what is shared out, each named
    session: Session,
    complaint: Complaint,
    *,
    why: str,
    messages: Sequence[int] | None,
    files: Sequence[int] = (),
    replies: Sequence[int] = (),
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Part them again (row C24); what came to the leading complaint since and belongs here is copied."""
    holds.hold(session, complaint, version)
    facts = {
        "why": why,
        "messages": None if messages is None else list(messages),
        "files": list(files),
        "replies": list(replies),
        "journal": {"why": why},
    }
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "unmerge")


@COMPLAINT.effect("C24")
def share_out(ask: Ask) -> None:
    """Copy messages, files and replies that came to the leading complaint, each once, so that nothing is lost."""
    it, session = ask.it, ask.session
    leads = leads_of(session, it)
    there = {(each.at, each.body) for each in _messages(session, [it.id])}
    chosen = [each for each in _messages(session, leads) if each.id in ask.facts["messages"]]
    for each in chosen:
        if (each.at, each.body) not in there:
            _copy_message(session, it, each.body, each.at, from_complainant=each.from_complainant, by=each.author_id)
    for reply in session.scalars(select(Release).where(Release.complaint_id.in_(leads)).order_by(Release.id)):
        if reply.id in ask.facts.get("replies", ()) and (reply.released_at, reply.body) not in there:
            _copy_message(session, it, reply.body, reply.released_at, from_complainant=False, by=reply.released_by)
    _copy_files(session, it, leads, ask.facts.get("files", ()))
    it.lead_id = it.merged_at = None


def leads_of(session: Session, it: Complaint) -> list[int]:
    """The complaint that a merged one follows, and those further up: what came later came to one of them."""
    found: list[int] = []
    lead = it.lead_id
    while lead is not None and lead not in found:
        found.append(lead)
        lead = session.scalar(select(Complaint.lead_id).where(Complaint.id == lead, Complaint.state == "MERGED"))
    return found


def _messages(session: Session, numbers: Sequence[int]) -> Sequence[Message]:
    return session.scalars(select(Message).where(Message.complaint_id.in_(numbers)).order_by(Message.id)).all()


def _copy_message(
    session: Session, it: Complaint, body: str, at: datetime, *, from_complainant: bool, by: int | None
) -> None:
    session.add(Message(complaint_id=it.id, from_complainant=from_complainant, body=body, at=at, author_id=by))


def _copy_files(session: Session, it: Complaint, leads: Sequence[int], chosen: Sequence[int]) -> None:
    """The copy in which people are covered comes along: without it they would be shown to the respondent."""
    own = set(session.scalars(select(Evidence.sha256).where(Evidence.complaint_id == it.id)))
    mine = select(Evidence).where(Evidence.complaint_id.in_(leads), Evidence.id.in_(chosen)).order_by(Evidence.id)
    for each in session.scalars(mine).all():
        if each.sha256 not in own:
            session.add(
                Evidence(
                    complaint_id=it.id,
                    given_by=each.given_by,
                    sha256=each.sha256,
                    stripped_sha256=each.stripped_sha256,
                    name=each.name,
                    media_type=each.media_type,
                    size=each.size,
                    shared=each.shared,
                    added_at=each.added_at,
                    added_by=each.added_by,
                    **{name: getattr(each, name) for name in COVER},
                ),
            )
