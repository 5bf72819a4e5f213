"""What must hold before a track moves from the check to the decision, and who may sit on a panel."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import former_parts
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest
from casework.policies_recusals import barred, concerned, since, still_bars, takes_no_part, taking_part
from casework.policies_tracks import citable, has_run_out, is_document, require_submitter, within_jurisdiction
from casework.states import CHECKING, TRACK
from core.actors import Actor
from core.clock import day_of, today
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.words import _l
from registry import golive, settings
from registry.clock_moves import has_ended, live
from registry.models_accounts import Account, AccountRole, Audience
from sanctions import ballots, queries_hearings, rounds, served, terms
from sanctions.levels import FIRST_MAJOR, HIGHEST, LEVELS, heaviest, label
from sanctions.models_decisions import Panel, PanelBackground, PanelMember, Proposal, Vote
from sanctions.models_reviews import ReviewMember
from sanctions.tallies import Outcome, Put, is_behind, may_change, tally

STATING = ("K14", "K15")
"""The time for a statement; a waiver ends it before its last day."""
WINDOWS = (*STATING, "K16")
golive.rests_on(("TIER_WORD.minor",), "track.S15", "track.S25")
golive.rests_on(("TIER_WORD.major",), "track.S16", "track.S26")
for number in range(1, 8):
    golive.rests_on((f"MEASURE_BASIS.{label(number)}",), f"measure.{number}")
WRITE_STATEMENT = _l("Write your statement.")
NOTHING_MORE = _l("Confirm that nothing more will follow.")
NOT_DRAWN = _l("No panel has been drawn yet.")
VOTES_TO_COME = _l(
    "A vote that is still to come, also of whoever is drawn for a free seat, could change the result: wait for it, "
    "or for the last day."
)


def is_on(actor: Actor, panel: Panel | None) -> bool:
    """Whether somebody sits on a panel: was not recused, and still has the role."""
    return panel is not None and ballots.seated(panel.members, actor) is not None


def by_its_members(actor: Actor, panel: Panel | None) -> Iterator[Refused]:
    """Only members of a panel act for it."""
    if not is_on(actor, panel):
        yield NotAllowed(_l("Only members of the panel decide."))


SAME_PART = {"panel": {"panel", "chair"}, "review body": {"review"}}
"""What somebody may have done before in a case, and be drawn again for the same."""


def dealing_with(session: Session, track: CaseTrack, role: str = "panel") -> set[int]:
    """Who may not sit on a panel of the case: whoever took part in another way (I-03), or was recused."""
    parts = taking_part(session, track.case_id)
    others = {number for number, did in parts.items() if set(did) - SAME_PART[role]}
    others |= {number for number, did in former_parts.of_case(session, track.case_id) if did not in SAME_PART[role]}
    return others | barred(session, track.case_id)


def eligible(session: Session, track: CaseTrack, role: str = "panel") -> list[tuple[Account, PanelBackground | None]]:
    """The pool without people who took part in the case, or are tied to a company concerned or its partners."""
    tied = concerned(session, track.case_id)
    ties = select(Interest.account_id).where(
        Interest.party_id.in_(tied),
        still_bars(since(session, today())),
    )
    pool = (
        select(Account, PanelBackground)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .outerjoin(PanelBackground, PanelBackground.account_id == Account.id)
        .where(AccountRole.role == role, Account.audience == Audience.STAFF, Account.works)
        .where(Account.id.not_in(ties))
        .order_by(Account.id)
    )
    taken = dealing_with(session, track, role)
    return [
        (person, background)
        for person, background in session.execute(pool)
        if person.id not in taken and (background is None or background.party_id not in tied)
    ]


Pool = Sequence[tuple[Account, PanelBackground | None]]
"""Who may be drawn, with where each works."""


def is_outside(background: PanelBackground | None) -> bool:
    """Whether a member is entered as working outside the member institutions; without an entry the answer is no."""
    return background is not None and background.party_id is None


def may_draw(actor: Actor) -> bool:
    """Whether somebody has panels and review bodies drawn: the secretary or the head."""
    return actor.has("secretary", "head", "system")


def draws(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why somebody does not draw: not their work, no part in the case, or an earlier investigation of it (I-03)."""
    if not may_draw(actor):
        yield NotAllowed()
        return
    yield from takes_no_part(session, actor, track.case_id, today())
    if actor.id in former_parts.investigated(session, *track.case.tracks):
        yield NotAllowed(_l("Whoever investigated the case does not serve its panel."))


def wanted_from_outside(session: Session, stay: Iterable[PanelMember | ReviewMember], size: int) -> int:
    """How many of those to be drawn must come from outside, given those who stay."""
    there = sum(1 for each in stay if each.outside)
    return min(size, max(0, int(settings.value(session, "PANEL_OUTSIDE")) - there))


def too_few_outside(pool: Pool, wanted: int) -> Iterator[Refused]:
    """No body is drawn without its members from outside; the refusal says how many are missing."""
    found = sum(1 for _person, background in pool if is_outside(background))
    if found >= wanted:
        return
    unplaced = sum(1 for _person, background in pool if background is None)
    said = {"found": found, "wanted": wanted, "unplaced": unplaced}
    if unplaced:
        yield NotNow(
            _l(
                "Too few members from outside: %(wanted)s needed, %(found)s may be drawn. Of %(unplaced)s more nobody "
                "has entered where they work; the system administrator does that in the pool for panels.",
                **said,
            )
        )
    else:
        yield NotNow(_l("Too few members from outside: %(wanted)s needed, %(found)s may be drawn.", **said))


@TRACK.guard(*CHECKING)
def checked_by_somebody_else(ask: Ask) -> Iterator[Refused]:
    """Whoever investigated any track of the case checks none of them (I-03)."""
    if ask.actor.id in former_parts.investigated(ask.session, *ask.it.case.tracks):
        yield NotAllowed(_l("Whoever investigated a track does not review it."))


@TRACK.guard("S14")
def nothing_established(ask: Ask) -> Iterator[Refused]:
    """No allegation is established."""
    if any(each.finding == "ESTABLISHED" for each in ask.it.allegations):
        yield NotNow(_l("An allegation is established: propose a measure."))
    yield from filled(ask, "reasons", _l("Give the reasons."))


@TRACK.guard("S15", "S16")
def can_be_proposed(ask: Ask) -> Iterator[Refused]:
    """Something is established, the party is bound, and each rule can be cited."""
    track: CaseTrack = ask.it
    if all(each.finding != "ESTABLISHED" for each in track.allegations):
        yield NotNow(_l("No allegation is established: there is nothing to take a measure for."))
    yield from within_jurisdiction(ask.session, track)
    yield from citable(ask.session, track)
    if "measures" in ask.facts:
        yield from measures_said(ask)


def can_be_taken(measures: Sequence[int]) -> Iterator[Refused]:
    """Something is chosen, and nothing that cannot be imposed yet."""
    if not measures or any(level not in LEVELS or level > HIGHEST for level in measures):
        yield BadInput("measures", _l("Choose measures from L1 to L5; heavier ones can't be taken yet."))


def of_tier(ask: Ask, *, major: bool) -> Iterator[Refused]:
    """Of two rows for one move, the one whose event ends in the measures' tier."""
    if ask.row is not None and ask.row.event.endswith("_major") is not major:
        yield NotNow(_l("The heaviest measure decides the tier."))


def measures_said(ask: Ask, besides: Iterable[Refused] = ()) -> Iterator[Refused]:
    """Measures to be announced, proposed or harsher: of the row's tier, with their terms and their basis.

    `besides` is what else the row asks of them, once they are known.
    """
    measures: list[int] = ask.facts["measures"]
    if out := list(can_be_taken(measures)):
        yield from out
        return
    yield from of_tier(ask, major=heaviest(measures) >= FIRST_MAJOR)
    if sum(1 for level in measures if level >= FIRST_MAJOR) > 1:
        yield BadInput("measures", _l("Only one of L4 and L5 is taken for one act."))
    yield from besides
    for level in measures:
        yield from terms.problems(ask.session, level, terms.of_level(ask.facts["terms"], level))
        yield from confirmed(ask.session, f"MEASURE_BASIS.{label(level)}")


def confirmed(session: Session, *keys: str) -> Iterator[Refused]:
    """In production, nothing rests on an unconfirmed setting."""
    try:
        settings.require(session, *keys)
    except Refused as refusal:
        yield refusal


@TRACK.guard("S17")
def advance_notice_served(ask: Ask) -> Iterator[Refused]:
    """Served is the advance notice of this round."""
    yield from is_document(ask, "D17", of_round=True)


@TRACK.guard("S19")
def stated_before_the_vote(ask: Ask) -> Iterator[Refused]:
    """Any number of times, late ones marked; none after the vote has begun."""
    yield from require_submitter(ask)
    if rounds.has_voted(ask.session, ask.it):
        yield NotNow(_l("The panel is voting: statements can't be taken any more."))
    yield from filled(ask, "text", WRITE_STATEMENT)


@TRACK.guard("S69", "S59")
def waived_in_writing(ask: Ask) -> Iterator[Refused]:
    """A right is waived only in writing."""
    yield from require_submitter(ask)
    if "confirmed" in ask.facts and not ask.facts["confirmed"]:
        yield BadInput("confirmed", NOTHING_MORE)


@TRACK.guard("S21")
def windows_over(ask: Ask) -> Iterator[Refused]:
    """All windows of the advance notice have ended, were stopped or waived."""
    if any(not has_run_out(ask.session, ask.it, key, day_of(ask.now)) for key in WINDOWS):
        yield NotNow(_l("The respondent still has time for a statement or for asking a hearing."))


def outcome(session: Session, track: CaseTrack) -> Outcome | None:
    """What the votes of the present panel come to; None while too few have voted."""
    panel, proposal = rounds.panel(session, track), rounds.proposal(session, track)
    if panel is None or proposal is None:
        return None
    cast = rounds.votes(session, panel)
    return tally(proposal.measures, cast, ballots.rules_of(panel)) if len(cast) >= ballots.needed(panel) else None


def announces(session: Session, track: CaseTrack, member: PanelMember, vote: Vote | None, put: Put) -> bool:
    """Whether a member announces the decision and writes its reasons."""
    proposal = rounds.proposal(session, track)
    behind = is_behind(proposal.measures, vote, put) if proposal is not None and vote is not None else None
    return ballots.is_to_announce(member, put, behind)


def stands_in(session: Session, proposed: Sequence[int], panel_id: int, member_id: int, put: Put) -> bool:
    """Whether a member who was outvoted announces, since nobody is left who should."""

    def announcing(seat: Any) -> bool:  # noqa: ANN401 - a row of seat and vote
        return ballots.is_to_announce(seat, put, is_behind(proposed, seat, put) if seat.choice else None)

    return ballots.stands_in(session, PanelMember, Vote, PanelMember.panel_id == panel_id, member_id, announcing)


def votes_to_come(session: Session, track: CaseTrack) -> bool:
    """Whether somebody who has not voted yet, or is still to be drawn, could change the result."""
    panel, proposal = rounds.panel(session, track), rounds.proposal(session, track)
    if panel is None or proposal is None:
        return False
    cast = rounds.votes(session, panel)
    missing = panel.size - len(cast)
    return missing > 0 and may_change(proposal.measures, cast, missing, ballots.rules_of(panel))


def still_has_time(session: Session, track: CaseTrack, on: date) -> bool:
    """Whether the panel need not announce yet, since K18 runs."""
    time = live(session, "K18", ("track", track.id))
    return time is not None and not has_ended(time, on)


@TRACK.guard("S25", "S26", "S27")
def nobody_is_overtaken(ask: Ask) -> Iterator[Refused]:
    """A member who has not voted and could change the result is waited for, as long as the panel has time (K18)."""
    if not still_has_time(ask.session, ask.it, ask.on):
        return
    if outcome(ask.session, ask.it) is not None and votes_to_come(ask.session, ask.it):
        yield NotNow(VOTES_TO_COME)


@TRACK.guard("S25", "S26")
def what_was_heard_is_dealt_with(ask: Ask) -> Iterator[Refused]:
    """A statement made at the hearing alone is one as well."""
    if not rounds.statements(ask.session, ask.it) and queries_hearings.heard(ask.session, ask.it):
        yield from dealt_with(ask)


def dealt_with(ask: Ask) -> Iterator[Refused]:
    """The decision says what it makes of what the respondent said."""
    yield from filled(ask, "statement_dealt", _l("Say how the respondent's statement was dealt with."))


@TRACK.guard("S25", "S26", "S27")
def panel_has_decided(ask: Ask) -> Iterator[Refused]:
    """Quorum; a majority, or two thirds for a major measure; the statement was dealt with."""
    panel = rounds.panel(ask.session, ask.it)
    if panel is None:
        yield NotNow(NOT_DRAWN)
        return
    yield from by_its_members(ask.actor, panel)
    votes, found = rounds.votes(ask.session, panel), outcome(ask.session, ask.it)
    if found is None:
        yield from ballots.enough(len(votes), ballots.needed(panel))
        return
    if (seat := ballots.seat(panel.members, ask.actor.id)) is not None:
        cast = next((each for each in votes if each.member_id == seat.id), None)
        mine = announces(ask.session, ask.it, seat, cast, found.last)
        proposed = proposal.measures if (proposal := rounds.proposal(ask.session, ask.it)) else ()
        yield from ballots.outvoted(mine or stands_in(ask.session, proposed, panel.id, seat.id, found.last))
    yield from _tier(ask, found)
    if rounds.statements(ask.session, ask.it):
        yield from dealt_with(ask)
    yield from filled(ask, "reasons", _l("Give the reasons."))


def event_of(level: int) -> str:
    """The event by which a panel decides a level."""
    if not level:
        return "decide_none"
    return "decide_major" if level >= FIRST_MAJOR else "decide_minor"


def _tier(ask: Ask, found: Outcome) -> Iterator[Refused]:
    if ask.row and ask.row.event != event_of(found.level):
        yield NotNow(_l("The votes come to another result."))


@TRACK.guard("S25", "S26")
def not_harsher(ask: Ask) -> Iterator[Refused]:
    """Never more than the advance notice (I-02), of a company bound as known now (I-11), on what is cited (I-09)."""
    yield from within_jurisdiction(ask.session, ask.it)
    proposal: Proposal | None = rounds.proposal(ask.session, ask.it)
    found = outcome(ask.session, ask.it)
    if proposal is not None and found is not None and found.level > proposal.level:
        yield NotNow(_l("A decision is never harsher than the advance notice."))
    yield from citable(ask.session, ask.it, served.announced(ask.session, ask.it))


@TRACK.guard("S29")
def minor_decision_served(ask: Ask) -> Iterator[Refused]:
    """Served is the decision of this round, of the minor tier."""
    yield from is_document(ask, "D20", of_round=True)
    if ask.it.major:
        yield NotNow(_l("This decision is a major one."))


@TRACK.guard("S30")
def major_decision_served(ask: Ask) -> Iterator[Refused]:
    """Served is the decision of this round, of the major tier."""
    yield from is_document(ask, "D20", of_round=True)
    if not ask.it.major:
        yield NotNow(_l("This decision is a minor one."))
