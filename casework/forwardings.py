"""Verbs of forwardings: one complaint before one respondent, answered, returned, extended, released."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import (
    held_clocks,
    holds,
    inquiries,
    party_requests,
    policies,
    posted_in_time,
    settlements,
    tasks,
)
from casework.copies import hiding
from casework.intake import EvidenceFile
from casework.models import Answer, Complaint, Forwarding, LedgerEntry, Release
from casework.models_cases import STAMPED, Evidence
from casework.personal_strings import own_of, passed_on_of
from casework.states import FORWARDING
from casework.states import LETTERS as ASKING
from core.actors import Actor
from core.clock import day_of
from core.machine import Ask
from filestore import files as kept_files
from notices import dossiers, serving
from registry import clock_moves, clocks, notifications
from registry.models import Party, PartyKind

LETTERS = ("D05b", "D07a", "D07b")
LATE_ANSWER = posted_in_time.LATE_ANSWER
HELD_BY = {"F08": "K03", "F09": "K30"}
"""The period whose end each of these rows is."""


@FORWARDING.found_from("complaint")
def of_complaint(ask: Ask) -> list[Forwarding]:
    """What a move of a complaint reaches: new ones for respondents within reach, others asked again, or all open."""
    ask.facts.pop("journal", None)
    complaint: Complaint = ask.it
    event = ask.facts["event"]
    if event == "forward":
        return _new(ask, complaint)
    if event == "ask_again":
        return [f for f in complaint.forwardings if f.id in ask.facts.get("points", {})]
    return [f for f in complaint.forwardings if f.state != "CLOSED"]


def _new(ask: Ask, complaint: Complaint) -> list[Forwarding]:
    within, _outside = policies.reach(ask.session, complaint, ask.facts["respondents"])
    known = len(complaint.forwardings)
    return [
        Forwarding(
            ref=f"{complaint.ref}-{known + place}",
            complaint_id=complaint.id,
            party_id=party.id,
            role="PRINCIPAL" if party.kind is PartyKind.INSTITUTION else "COLLECTOR",
            state="NEW",
            sent_at=ask.now,
            masked_facts=complaint.masked_facts or "",
            product=_product(complaint),
            conduct_from=complaint.conduct_from,
            conduct_to=complaint.conduct_to,
            codes=[alleged.code for alleged in complaint.codes],
            identity=passed_on_of(complaint),
            debtor=complaint.complainant is not None and complaint.complainant.role == "DEBTOR",
        )
        for place, party in enumerate(within, 1)
    ]


def _product(complaint: Complaint) -> str | None:
    """The product, masked as the copy is: people write who they are into any field (I-13)."""
    return hiding(complaint.product, own_of(complaint), complaint.lang) if complaint.product else None


@FORWARDING.effect("F01")
def join_complaint(ask: Ask) -> None:
    """Add it to its complaint at once."""
    ask.session.add(ask.it)
    ask.it.complaint = ask.session.get_one(Complaint, ask.it.complaint_id)
    ask.it.party = ask.session.get_one(Party, ask.it.party_id)


def answer(  # noqa: PLR0913 - what a respondent says, each value named
    session: Session,
    forwarding: Forwarding,
    *,
    outcome: str,
    to_association: str,
    to_complainant: str,
    files: Sequence[EvidenceFile] = (),
    stamped: Sequence[EvidenceFile] = (),
    actor: Actor,
    version: int | None = None,
    now: datetime,
    day: date | None = None,
    had_on: date | None = None,
) -> Answer:
    """The respondent answers (rows F04, F10): always taken, marked where it is late.

    `day` is that of one on paper, which the association had on `had_on`.
    """
    holds.hold_forwarding(session, forwarding, version)
    facts: dict[str, Any] = {
        "outcome": outcome,
        "to_association": to_association.strip(),
        "to_complainant": to_complainant.strip(),
    }
    facts |= {"stamped": [each.media_type for each in stamped]}
    facts |= inquiries.on_paper(day, now, had_on)
    ask = Ask(session, forwarding, actor, facts, now, day=day)
    _acknowledge(ask, "answer")
    dossiers.move(ask, FORWARDING, "answer")
    given: Answer = ask.facts["answer"]
    keep_files(session, forwarding, files, actor, now)
    keep_files(session, forwarding, stamped, actor, now, purpose=STAMPED)
    return given


def _acknowledge(ask: Ask, event: str) -> None:
    """Count the letter as received (domain 6.2, 3); raises first if the answer itself is refused."""
    for refusal in FORWARDING.refusals(ask, event):
        raise refusal
    kinds = ASKING if posted_in_time.after_all(ask) else LETTERS
    serving.answer(ask.session, "forwarding", ask.it.id, actor=ask.actor, now=ask.now, day=ask.day, kinds=kinds)


def keep_files(
    session: Session,
    forwarding: Forwarding,
    files: Sequence[EvidenceFile],
    actor: Actor,
    now: datetime,
    *,
    purpose: str = "ANSWER",
) -> None:
    """Keep what a company sent about a forwarding beside its answer."""
    for file in files:
        session.add(
            Evidence(
                forwarding_id=forwarding.id,
                party_id=forwarding.party_id,
                given_by="RESPONDENT",
                purpose=purpose,
                sha256=file.sha256,
                stripped_sha256=kept_files.stripped(session, file.sha256, file.name).sha256 if file.shared else None,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                shared=False,
                added_at=now,
                added_by=actor.id,
            ),
        )
    session.flush()


@FORWARDING.effect("F04", "F10")
def note_answer(ask: Ask) -> None:
    """Keep both texts and whether they are in time; while a request for more time waits, the period has no end."""
    it: Forwarding = ask.it
    key = "K30" if it.round else "K03"
    running = clocks.live(ask.session, key, ("forwarding", it.id))
    late = it.state == "OVERDUE"
    if posted_in_time.after_all(ask):
        late = False
        posted_in_time.strike(ask, LATE_ANSWER)
    if not late and running is not None and clock_moves.has_ended(running, ask.on) and it.time_asked_at is None:
        late = True
        _not_in_time(ask, running.due_on or ask.on)  # the sweep did not get to it, and finds nothing any more
    given = Answer(
        round=it.round,
        outcome=ask.facts["outcome"],
        to_association=ask.facts["to_association"],
        to_complainant=ask.facts["to_complainant"],
        submitted_by=ask.actor.id,
        submitted_at=ask.now,
        came_on=ask.day,
        timely=not late,
    )
    it.answers.append(given)
    request_lapses(ask)
    ask.facts["answer"] = given


def not_ours(
    session: Session,
    forwarding: Forwarding,
    *,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The respondent returns it: it does not concern the respondent (row F05)."""
    holds.hold_forwarding(session, forwarding, version)
    ask = Ask(session, forwarding, actor, {"why": why.strip()}, now)
    _acknowledge(ask, "not_ours")
    dossiers.move(ask, FORWARDING, "not_ours")


@FORWARDING.effect("F05")
def note_return(ask: Ask) -> None:
    """Keep why it does not concern the company; a request for more time ends with it."""
    ask.it.return_reason = ask.facts["why"]
    request_lapses(ask)


@FORWARDING.effect("F15", "F17")
def request_lapses(ask: Ask) -> None:
    """End a request for time that is no longer needed."""
    if ask.it.time_asked_at is not None:
        _request_ends(ask, party_requests.LAPSED)


def _request_ends(ask: Ask, how: str, answer: str = "") -> None:
    """Neither the company nor the head waits any more."""
    it: Forwarding = ask.it
    it.time_asked_at = None
    it.time_requests = party_requests.ended(it.time_requests, how, at=ask.now, answer=answer)
    tasks.settle(ask.session, ("forwarding", it.id), ("time_asked", "time_waits"), actor=ask.actor, now=ask.now)


def ask_time(
    session: Session,
    forwarding: Forwarding,
    *,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The respondent asks for more time (row F02); until that is decided the period does not act."""
    holds.hold_forwarding(session, forwarding, version)
    ask = Ask(session, forwarding, actor, {"why": why.strip()}, now)
    _acknowledge(ask, "ask_time")
    dossiers.move(ask, FORWARDING, "ask_time")


@FORWARDING.effect("F02")
def note_request(ask: Ask) -> None:
    """Put the request before the head."""
    it: Forwarding = ask.it
    it.time_asked_at, it.time_reason = ask.now, ask.facts["why"]
    it.time_refused_at = it.time_refused_reason = None
    it.time_requests = party_requests.begun(it.time_requests, why=ask.facts["why"], at=ask.now)
    subject = ("forwarding", it.id, it.ref)
    key = f"time_asked:{it.id}:{ask.now.isoformat()}"
    tasks.put(ask.session, "time_asked", subject, role="head", now=ask.now, key=key)


def extend(
    session: Session,
    forwarding: Forwarding,
    *,
    why: str,
    to: int | None = None,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The head gives more time, as a total from the original start (row F03)."""
    holds.hold_forwarding(session, forwarding, version)
    facts = {"why": why.strip(), "to": to, "journal": {"to": to}}
    dossiers.move(Ask(session, forwarding, actor, facts, now), FORWARDING, "extend")


@FORWARDING.effect("F03")
def note_extension(ask: Ask) -> None:
    """Count one step more. A request made in time may be granted after the last day, since K03 has not acted yet."""
    it: Forwarding = ask.it
    ask.facts["in_time"] = it.time_asked_at is not None
    it.extended += 1
    _request_ends(ask, party_requests.GIVEN, ask.facts["why"])


def refuse_time(
    session: Session,
    forwarding: Forwarding,
    *,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """No more time, with reasons; the period goes on (row F16)."""
    holds.hold_forwarding(session, forwarding, version)
    dossiers.move(Ask(session, forwarding, actor, {"why": why.strip()}, now), FORWARDING, "refuse_time")


@FORWARDING.effect("F16")
def note_refusal(ask: Ask) -> None:
    """Keep why there is no more time, and tell the company."""
    it: Forwarding = ask.it
    it.time_refused_at, it.time_refused_reason = ask.now, ask.facts["why"]
    _request_ends(ask, party_requests.REFUSED, ask.facts["why"])
    key = f"time_refused:forwarding:{it.id}:{ask.now.isoformat()}"
    notifications.tell_party(ask.session, it.party_id, "answered", key=key, now=ask.now)


def insist(
    session: Session,
    forwarding: Forwarding,
    *,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The return is not accepted: the letter goes out again (row F06)."""
    holds.hold_forwarding(session, forwarding, version)
    dossiers.move(Ask(session, forwarding, actor, {"why": why.strip()}, now), FORWARDING, "insist")


@FORWARDING.effect("F06")
def note_insistence(ask: Ask) -> None:
    """Bar another return, and begin the answer period anew."""
    ask.it.insisted = True
    ask.it.extended = 0


def accept_return(
    session: Session,
    forwarding: Forwarding,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """It does not concern this respondent (row F07)."""
    holds.hold_forwarding(session, forwarding, version)
    dossiers.move(Ask(session, forwarding, actor, {}, now), FORWARDING, "accept_return")
    settlements.settle_if_agreed(session, forwarding.complaint, now=now)


def send_back(
    session: Session,
    forwarding: Forwarding,
    *,
    gaps: Sequence[str],
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The answer has gaps, which are named (row F12)."""
    holds.hold_forwarding(session, forwarding, version)
    dossiers.move(Ask(session, forwarding, actor, {"gaps": list(gaps)}, now), FORWARDING, "send_back")


@FORWARDING.effect("F12")
def note_gaps(ask: Ask) -> None:
    """Keep the gaps and begin another round; this happens once."""
    it: Forwarding = ask.it
    it.gaps = "\n".join(str(gap).strip() for gap in ask.facts["gaps"] if str(gap).strip())
    it.sent_back = True
    it.round += 1
    it.gave_up = False


@FORWARDING.effect("F14")
def note_open_points(ask: Ask) -> None:
    """Ask only about the points of this respondent's answer that are still open."""
    it: Forwarding = ask.it
    it.gaps = "\n".join(ask.facts["points"][it.id])
    it.round += 1
    it.gave_up = False


def release(
    session: Session,
    forwarding: Forwarding,
    *,
    read: bool,
    warned: bool = False,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> Release:
    """The complainant may read the text that was written for the complainant (row F13)."""
    holds.hold_forwarding(session, forwarding, version)
    ask = Ask(session, forwarding, actor, {"read": read, "warned": warned}, now)
    dossiers.move(ask, FORWARDING, "release")
    given: Release = ask.facts["release"]
    return given


@FORWARDING.effect("F13")
def note_release(ask: Ask) -> None:
    """Keep the text as released: all that a complainant ever sees of an answer (I-16)."""
    it: Forwarding = ask.it
    last = select(Answer).where(Answer.forwarding_id == it.id).order_by(Answer.id.desc()).limit(1)
    given = ask.session.scalars(last).one()
    given.warned = bool(ask.facts.get("warned"))
    it.released_at = ask.now
    shown = Release(
        complaint_id=it.complaint_id,
        forwarding_id=it.id,
        answer_id=given.id,
        outcome=given.outcome,
        body=given.to_complainant,
        answered_at=given.submitted_at,
        came_on=given.came_on,
        released_at=ask.now,
        released_by=ask.actor.id,
    )
    ask.session.add(shown)
    ask.facts.update(answer=given, release=shown)


def retract(
    session: Session,
    forwarding: Forwarding,
    *,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Take the letter back: it went to the wrong respondent (row F17)."""
    holds.hold_forwarding(session, forwarding, version)
    facts = {"why": why.strip(), "reason": why.strip()}
    dossiers.move(Ask(session, forwarding, actor, facts, now), FORWARDING, "retract")
    settlements.settle_if_agreed(session, forwarding.complaint, now=now)


@FORWARDING.effect("F17")
def note_retraction(ask: Ask) -> None:
    """Keep why the association takes it back."""
    ask.it.retract_reason = ask.facts["why"]


@FORWARDING.effect("F07", "F17")
def note_let_off(ask: Ask) -> None:
    """Keep the day on which the company was found not concerned: figures, ledgers and its own pages ask for it."""
    ask.it.let_off_on = day_of(ask.now)


def reissue(
    session: Session,
    forwarding: Forwarding,
    *,
    text: str = "",
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """A letter was made void before it was served: it is issued again, and the period waits for the new one (F18).

    With another `text` where the void one said what the company must not read; otherwise as it was.
    """
    holds.hold_forwarding(session, forwarding, version)
    ask = Ask(session, forwarding, actor, {"text": text.strip()}, now)
    dossiers.move(ask, FORWARDING, "reissue")
    for kind, key in (("D05b", "K03"), ("D07b", "K30")):
        if made := ask.papers.get(kind):
            clocks.keeper.arm(ask, key, ("forwarding", forwarding.id), [document.id for document in made])


@FORWARDING.effect("F08", "F09")
def remind_from_what_came_late(ask: Ask) -> None:
    """Let the reminder run from what became known only after the last day: it would be over before it is sent.

    That is the head's answer to a request, or what the head said after a restore; or the service itself, as where a
    postal slip came back late.
    """
    key, on = HELD_BY[ask.row.id] if ask.row else "", ("forwarding", ask.it.id)
    requests, period = party_requests.told(ask.it.time_requests), clocks.live(ask.session, key, on)
    late = {
        "answer": requests[-1].ended_at if requests else None,
        "check": held_clocks.let_go_at(ask.session, on, key),
        "service": period.started_at if period is not None else None,
    }
    known = {word: at for word, at in late.items() if at is not None and day_of(at) > ask.on}
    if known:
        word = max(known, key=lambda each: known[each])
        ask.facts["from_day"], ask.facts["from_what"] = day_of(known[word]), word


@FORWARDING.effect("F08", "F09")
def note_late_answer(ask: Ask) -> None:
    """Put on the party's ledger that no answer came in time (V-P01), dated the day after the last day."""
    _not_in_time(ask, ask.on)


def _not_in_time(ask: Ask, last: date) -> None:
    noted, after = {"party_id": ask.it.party_id, "forwarding_id": ask.it.id}, last + timedelta(days=1)
    ask.session.add(LedgerEntry(**noted, code=LATE_ANSWER, on=after))


@FORWARDING.effect("F11")
def give_up(ask: Ask) -> None:
    """Stop waiting; an answer that comes late is still taken."""
    ask.it.gave_up = True
