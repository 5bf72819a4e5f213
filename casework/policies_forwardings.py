"""What may be done with forwardings: questions for pages, and the guards of the rows of FORWARDING."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Answer, Complaint, Forwarding
from casework.policies import (
    NO_DEBT,
    NOBODY_TO_ASK,
    NOT_ENDED,
    NOT_VOID,
    clock_ended,
    disputed_forwardings,
    is_debtors,
    nobody_left,
    personal_in,
    reach,
    still_personal,
    was_voided,
)
from casework.states import FORWARDING, LETTERS
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.plainly import in_words
from core.words import LazyString, _l
from filestore.file_kinds import PAGES
from notices.states import SERVICE
from registry import clock_moves, clocks, settings
from registry.clock_moves import next_step
from registry.models_clocks import Clock
from registry.policies import LEAD_DOES, LEAD_SUBMITS, leads

FORWARDING.lives(Forwarding)

OUTCOMES = ("REMEDY_MONEY", "REMEDY_NONMONEY", "EXPLAINED", "REJECTED_BY_INST")
"""How a respondent can have dealt with a complaint (domain 3)."""
EXPIRY = {"F08": "K03", "F09": "K30", "F11": "K04"}
WHY_MORE_TIME = _l("Say why more time is needed.")


def is_of_party(actor: Actor, forwarding: Forwarding) -> bool:
    """Whether somebody belongs to the respondent."""
    return actor.party_id is not None and actor.party_id == forwarding.party_id


def may_answer(actor: Actor, forwarding: Forwarding) -> bool:
    """Whether somebody submits for the respondent: its lead; members only draft."""
    return leads(actor, forwarding.party_id)


def needs_warning(forwarding: Forwarding) -> bool:
    """Whether the text must not show the debt: to anybody but the debtor that would itself be V-I01."""
    return not is_debtors(forwarding.complaint)


def _said(ask: Ask, fact: str) -> bool:
    return bool(str(ask.facts.get(fact) or "").strip())


def answered(session: Session, forwarding: Forwarding) -> bool:
    """Whether an answer was ever given."""
    return session.scalar(select(Answer.id).where(Answer.forwarding_id == forwarding.id).limit(1)) is not None


@FORWARDING.guard("F04", "F10")
def by_its_lead(ask: Ask) -> Iterator[Refused]:
    """Only an authorised person of this respondent submits; others draft."""
    return _by_lead(ask, LEAD_SUBMITS)


@FORWARDING.guard("F02", "F05")
def asked_by_its_lead(ask: Ask) -> Iterator[Refused]:
    """Only an authorised person of this respondent asks; there is no draft that others could write."""
    return _by_lead(ask, LEAD_DOES)


def _by_lead(ask: Ask, otherwise: LazyString) -> Iterator[Refused]:
    if not is_of_party(ask.actor, ask.it):
        yield NotAllowed(_l("This was not forwarded to your company."))
    elif not may_answer(ask.actor, ask.it):
        yield NotAllowed(otherwise)


@FORWARDING.guard("F01")
def may_be_sent(ask: Ask) -> Iterator[Refused]:
    """The rules reach the company; the masked copy was checked; identity and files as consented (I-11, I-13)."""
    it: Forwarding = ask.it
    complaint = ask.session.get_one(Complaint, it.complaint_id)
    within, _outside = reach(ask.session, complaint, [it.party_id])
    if not within:
        yield NotNow(_l("The rules did not bind this respondent on the day of the conduct."))
    person = complaint.complainant
    if not it.masked_facts.strip() or personal_in(complaint, it.masked_facts):
        yield NotNow(_l("The copy for the respondent was not checked."))
    if it.identity and not (person and person.share_identity and person.consented_at):
        yield NotNow(_l("The person has not consented to being named."))


def steps(session: Session, forwarding: Forwarding) -> int:
    """How often the answer period can be extended: as the settings said when it began."""
    running = clocks.live(session, "K03", ("forwarding", forwarding.id))
    return len(running.extend_to if running is not None else settings.said(session, "K03.extend").value)


def _extended_enough(ask: Ask) -> Iterator[Refused]:
    if ask.it.extended >= steps(ask.session, ask.it):
        yield NotNow(_l("The period was extended as often as it can be."))


@FORWARDING.guard("F02")
def may_ask_for_time(ask: Ask) -> Iterator[Refused]:
    """K03 has not ended, and there is a reason."""
    if clock_ended(ask, "K03"):
        yield NotNow(_l("The answer period has ended: answer at once, late answers are accepted."))
    if ask.it.time_asked_at is not None:
        yield NotNow(_l("You have already asked for more time."))
    yield from _extended_enough(ask)
    if not _said(ask, "why"):
        yield BadInput("why", WHY_MORE_TIME)


def over_already(ask: Ask, clock: Clock) -> Iterator[Refused]:
    """Refuse more time that would be over when it is given: a request made in time may wait that long."""
    longest, to = next_step(clock), int(ask.facts.get("to") or 0)
    if longest is None:
        return
    last = clocks.printed_end(ask.session, clock, longest)
    if last is not None and last < day_of(ask.now):
        yield NotNow(
            _l("Even the longest time that can be given would have ended on %(day)s: refuse it.", day=in_words(last))
        )
    elif clock.length < to < longest:
        last = clocks.printed_end(ask.session, clock, to)
        if last is not None and last < day_of(ask.now):
            yield BadInput("to", _l("So much time in total would have ended on %(day)s.", day=in_words(last)))


@FORWARDING.guard("F03")
def may_extend(ask: Ask) -> Iterator[Refused]:
    """K03 has not acted, though its last day may have passed while the request waited; no more steps than laid down."""
    found = clocks.live(ask.session, "K03", ("forwarding", ask.it.id))
    if found is None or found.day0 is None:
        yield NotNow(_l("The answer period is not running."))
    elif ask.it.time_asked_at is None and clock_moves.has_ended(found, day_of(ask.now)):
        yield NotNow(_l("The answer period has ended."))
    else:
        yield from over_already(ask, found)
    yield from _extended_enough(ask)
    if not _said(ask, "why"):
        yield BadInput("why", _l("Give the reason."))


@FORWARDING.guard("F16")
def may_refuse_time(ask: Ask) -> Iterator[Refused]:
    """There is a request, and reasons against it."""
    if ask.it.time_asked_at is None:
        yield NotNow(_l("Nobody asked for more time."))
    if not _said(ask, "why"):
        yield BadInput("why", _l("Give the reason."))


@FORWARDING.guard("F04", "F10")
def answer_is_complete(ask: Ask) -> Iterator[Refused]:
    """An outcome, a text for the association and one for the complainant; what is stamped comes as its pages."""
    if ask.facts.get("outcome") not in OUTCOMES:
        yield BadInput("outcome", _l("Choose an outcome."))
    if not _said(ask, "to_association"):
        yield BadInput("to_association", _l("Write what you found."))
    if not _said(ask, "to_complainant"):
        yield BadInput("to_complainant", _l("Write the text for the complainant."))
    if not all(each.startswith(PAGES) for each in ask.facts.get("stamped", ())):
        yield BadInput("files_stamped", _l("A stamped answer is a PDF, or pictures of its pages."))


@FORWARDING.guard("F05")
def may_return(ask: Ask) -> Iterator[Refused]:
    """Not returned before, not answered, with a reason."""
    if ask.it.return_reason is not None:
        yield NotNow(_l("You returned this once, and the association upheld it: please answer."))
    if answered(ask.session, ask.it):
        yield NotNow(_l("You have already answered this."))
    if not _said(ask, "why"):
        yield BadInput("why", _l("Say why this does not concern you."))


@FORWARDING.guard("F06")
def insists_once(ask: Ask) -> Iterator[Refused]:
    """Only once, with a company that still exists, and with reasons."""
    yield from nobody_left(
        ask.session,
        ask.it,
        _l(
            "The company has ceased to exist and has no successor: accept the return. The complaint can then be put "
            "before another respondent."
        ),
    )
    if ask.it.insisted:
        yield NotNow(_l("The forwarding was already upheld once."))
    if not _said(ask, "why"):
        yield BadInput("why", _l("Give the reason."))


@FORWARDING.guard(*EXPIRY)
def really_expired(ask: Ask) -> Iterator[Refused]:
    """A clock expires only after its confirmed last day (I-19)."""
    if ask.row and not clock_ended(ask, EXPIRY[ask.row.id]):
        yield NotNow(NOT_ENDED)


@FORWARDING.guard("F08")
def no_request_waits(ask: Ask) -> Iterator[Refused]:
    """While a request for time waits, K03 does not act."""
    if ask.it.time_asked_at is not None:
        yield NotNow(_l("A request for more time has not been decided."))


@FORWARDING.guard("F12")
def sends_back_once(ask: Ask) -> Iterator[Refused]:
    """Only once, to a company that still exists, with the gaps named."""
    instead = _l("The company has ceased to exist and has no successor: release its answer as it stands.")
    yield from nobody_left(ask.session, ask.it, instead)
    if ask.it.sent_back:
        yield NotNow(_l("The answer was already sent back once."))
    if not any(str(gap).strip() for gap in ask.facts.get("gaps", ())):
        yield BadInput("gaps", _l("Name the gaps of the answer."))


@FORWARDING.guard("F13")
def text_was_read(ask: Ask) -> Iterator[Refused]:
    """The complainant's text was read; unless the complainant is the debtor, the warning was confirmed."""
    if not ask.facts.get("read"):
        yield BadInput("read", _l("Confirm that you have read the text for the complainant."))
    if needs_warning(ask.it) and not ask.facts.get("warned"):
        yield BadInput("warned", NO_DEBT)


@FORWARDING.guard("F14")
def was_disputed(ask: Ask) -> Iterator[Refused]:
    """It was answered and is disputed; the company still exists; only the open points are asked."""
    yield from nobody_left(ask.session, ask.it, NOBODY_TO_ASK)
    if not answered(ask.session, ask.it) or ask.it.id not in disputed_forwardings(ask.session, ask.it.complaint):
        yield NotNow(_l("No answer is disputed."))
    if not ask.facts.get("points", {}).get(ask.it.id):
        yield NotNow(_l("Name the open points of a disputed answer."))


@FORWARDING.guard("F17")
def wrong_respondent(ask: Ask) -> Iterator[Refused]:
    """The wrong respondent, which has not answered, with a reason."""
    if answered(ask.session, ask.it):
        yield NotNow(_l("The respondent has already answered."))
    if not _said(ask, "why"):
        yield BadInput("why", _l("Give the reason."))


@FORWARDING.guard("F18")
def letter_was_void(ask: Ask) -> Iterator[Refused]:
    """The document that the answer waits for was made void before it was served; its copy names nobody (I-13)."""
    void = was_voided(ask.session, "forwarding", ask.it.id, LETTERS)
    if void is None:
        yield NotNow(NOT_VOID)
    elif void.kind == "D05b":
        yield from still_personal(ask.it.complaint, ask.facts.get("text") or ask.it.masked_facts)
    if not answered(ask.session, ask.it):  # a further question cannot be taken back; public notice will serve it
        instead = _l("The company has ceased to exist and has no successor: take the letter back instead.")
        yield from nobody_left(ask.session, ask.it, instead)


@SERVICE.guard("V17")
def released_answer_stays(ask: Ask) -> Iterator[Refused]:
    """D39 is not made void: no row issues it again, and the complainant's time for feedback waits for its service."""
    if ask.it.document.kind == "D39" and ask.fired_by is None:
        yield NotNow(_l("A released answer is not made void: the complainant reads it, and has time for feedback."))
