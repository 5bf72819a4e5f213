"""What must hold before a panel announces something harsher, returns a case, or lets windows open again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.policies_recusals import no_recusal_is_open, not_introduced
from casework.policies_tracks import citable, within_jurisdiction
from casework.showable import is_showable
from casework.states import TRACK
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask, filled
from core.plainly import in_words
from core.words import _l
from notices import queries as notices
from registry import calendar
from registry.counting import Unit
from sanctions import ballots, policies, policies_resting, queries_hearings, rounds, served
from sanctions.levels import heaviest
from sanctions.models_decisions import Panel, PanelMember, Proposal
from sanctions.models_resolutions import Motion, MotionVote, Resolution, Restoration
from sanctions.policies_hearings import of_panel
from sanctions.policies_reviews import obstacle_problems, remitting, restoration_days
from sanctions.tallies import Put, is_harsher

NEVER = ("STATEMENT", "RECORD")
"""What a statement brought, or a hearing's recording: nothing harsher rests on it (I-23)."""
NOBODY_ASKS = _l("Nobody asks for a time limit to run again.")


def returns(session: Session, track: CaseTrack) -> list[Resolution]:
    """The resolutions by which panels returned the track."""
    mine = select(Resolution).where(Resolution.track_id == track.id, Resolution.kind == "RETURN")
    return list(session.scalars(mine.order_by(Resolution.id)))


def every(session: Session, track: CaseTrack) -> list[Resolution]:
    """Everything that panels of the track resolved besides their decisions, in order."""
    return list(session.scalars(select(Resolution).where(Resolution.track_id == track.id).order_by(Resolution.id)))


def open_motion(session: Session, track: CaseTrack) -> Motion | None:
    """The motion before the panel."""
    return session.scalar(select(Motion).where(Motion.track_id == track.id, Motion.ended_at.is_(None)))


def motion_votes(session: Session, motion: Motion) -> Sequence[MotionVote]:
    """The votes on a motion, without those of members who no longer sit."""
    sitting = select(PanelMember.id).where(PanelMember.panel_id == motion.panel_id, PanelMember.recused_at.is_(None))
    mine = select(MotionVote).where(MotionVote.motion_id == motion.id, MotionVote.member_id.in_(sitting))
    return session.scalars(mine.order_by(MotionVote.id)).all()


def put(session: Session, motion: Motion) -> Put:
    """How the members voted on a motion."""
    choices = [each.choice for each in motion_votes(session, motion)]
    return Put((), choices.count("FOR"), choices.count("AGAINST"), choices.count("ABSTAIN"), motion.kind)


def votes_to_come(panel: Panel, motion: Motion) -> bool:
    """Whether somebody who has not voted yet, or is still to be drawn, could change the result of a motion.

    By what is counted: a member reads the own vote only.
    """
    yes, no, abstained = ((motion.tally or {}).get(each, 0) for each in ("yes", "no", "abstained"))
    found, rules = Put((), yes, no, abstained, motion.kind), ballots.rules_of(panel)
    missing = panel.size - found.present
    ends = replace(found, yes=found.yes + missing), replace(found, no=found.no + missing)
    return missing > 0 and any(rules.carry(each) != rules.carry(found) for each in ends)


def restoration(session: Session, track: CaseTrack) -> Restoration | None:
    """The last request of the round to have the time run again."""
    mine = select(Restoration).where(Restoration.track_id == track.id, Restoration.round == track.round)
    return session.scalar(mine.order_by(Restoration.id.desc()).limit(1))


def is_outside_defence(track: CaseTrack, evidence: Evidence) -> bool:
    """Whether a piece can be shown and does not come from the respondent's defence."""
    from_defence = evidence.given_by == "RESPONDENT" or evidence.purpose in NEVER
    return not from_defence and is_showable(evidence, track)


def is_new(track: CaseTrack, evidence: Evidence) -> bool:
    """Whether such a piece was also not in the advance notice."""
    return is_outside_defence(track, evidence) and evidence.id not in {each.id for each in clauses.cited(track)}


def new_evidence(track: CaseTrack) -> list[Evidence]:
    """Evidence on which something harsher could rest."""
    return [each for each in track.case.evidence if is_new(track, each)]


def _carried(ask: Ask, panel: Panel) -> Iterator[Refused]:
    """Enough members have voted, and more than half of them said yes."""
    motion: Motion = ask.facts["motion"]
    found = put(ask.session, motion)
    if motion.panel_id != panel.id or motion.ended_at is not None:
        yield NotNow(_l("This motion is not before the panel any more."))
    elif found.present < ballots.needed(panel):
        yield from ballots.enough(found.present, ballots.needed(panel))
    elif not ballots.rules_of(panel).carry(found):
        yield NotNow(_l("More than half of the members present must be for it."))


@TRACK.guard("S28", "S57", "S58")
def resolved_by_the_panel(ask: Ask) -> Iterator[Refused]:
    """The members' votes and reasons carry it."""
    yield from of_panel(ask)
    panel = rounds.panel(ask.session, ask.it)
    if panel is None:
        yield NotNow(policies.NOT_DRAWN)
    elif "motion" in ask.facts:
        yield from _carried(ask, panel)
    yield from filled(ask, "reasons", _l("Give the reasons."))


@TRACK.guard("S25", "S26", "S27", "S28", "S57", "S58")
def one_thing_at_a_time(ask: Ask) -> Iterator[Refused]:
    """While a motion is before the panel, nothing else is put or decided."""
    found = open_motion(ask.session, ask.it)
    if found is not None and ask.facts.get("motion") is not found:
        yield NotNow(_l("A motion is before the panel: it is voted on first."))


@TRACK.guard("S28", "S57")
def rests_on_new_facts(ask: Ask) -> Iterator[Refused]:
    """It rests on facts or evidence not in the earlier notice, never on the statement, the hearing or its request."""
    track: CaseTrack = ask.it
    yield from no_recusal_is_open(ask.session, track.case_id)
    if "measures" not in ask.facts:
        return
    yield from within_jurisdiction(ask.session, track)
    yield from citable(ask.session, track)
    if not str(ask.facts["new_facts"]).strip():
        yield BadInput("new_facts", _l("Say which facts were not in the advance notice."))
    evidence: list[Evidence] = ask.facts["evidence"]
    if not evidence:
        yield BadInput("evidence", _l("New facts rest on evidence that was not in the advance notice."))
    if any(each.case_id != track.case_id or not is_new(track, each) for each in evidence):
        yield BadInput(
            "evidence",
            _l("Nothing harsher rests on a statement, on a hearing or on evidence that was known before."),
        )
    about: Allegation | None = ask.facts["allegation"]
    if about is None or about.track_id != track.id:
        yield BadInput("allegation", _l("Say which violation the new facts belong to."))
    yield from policies.measures_said(ask, _beyond_announced(ask))


def _beyond_announced(ask: Ask) -> Iterator[Refused]:
    measures: list[int] = ask.facts["measures"]
    earlier = rounds.proposal(ask.session, ask.it)
    announced = set(earlier.measures) if earlier else set()
    if set(measures) <= announced or heaviest(measures) < heaviest(sorted(announced)):
        yield BadInput("measures", _l("This is not harsher than what was announced: the panel decides it by its vote."))


def _said_in_minutes(session: Session, track: CaseTrack) -> int:
    """How many days the minutes of the missed hearing gave, whatever the setting says since."""
    minutes = notices.last_document(session, ["D19"], "track", track.id, track.round)
    return int(notices.laid_down_in(minutes, "RESTORATION_DAYS") or restoration_days(session))


def _came_after(asked: Restoration, missed: datetime) -> bool:
    """Whether it was asked for after the hearing was missed: on paper by its day, not by that of its entry."""
    return asked.asked_at >= missed if asked.came_on is None else asked.came_on >= day_of(missed)


def unsettled(session: Session, track: CaseTrack, today: date) -> Iterator[Refused]:
    """What has to be settled before a panel votes: who sits was told, and no time runs again or can still do so."""
    yield from not_introduced(track, today)
    yield from _restorable(session, track, today)


def _restorable(session: Session, track: CaseTrack, today: date) -> Iterator[Refused]:
    """A request for the time to run again, or the time to make one."""
    asked, missed = restoration(session, track), queries_hearings.hearing(session, track)
    if asked is not None and asked.waits:
        yield NotNow(_l("The respondent asks for its time to run again: the panel decides on that first."))
        return
    ended = queries_hearings.excused_until(missed)
    if missed is None or missed.started_at is None or ended is None:
        return
    answered = asked is not None and _came_after(asked, missed.started_at)
    days = _said_in_minutes(session, track)
    if not answered and not calendar.are_over(session, ended, days, today):
        last = calendar.deadline(session, ended, days, Unit.CD).due_on or ended + timedelta(days=days)
        yield NotNow(
            _l(
                "The respondent missed the hearing for a good reason and can ask until %(day)s for its time to run "
                "again: the panel votes after that day.",
                day=in_words(last),
            )
        )


@TRACK.guard("S25", "S26", "S27", "S28", "S57", "S58")
def nothing_is_unsettled(ask: Ask) -> Iterator[Refused]:
    """No decision cuts off a right that may still be restored (S70, S71)."""
    yield from unsettled(ask.session, ask.it, day_of(ask.now))


def _only_a_return_helps(session: Session, track: CaseTrack) -> bool:
    """Whether no measure can be decided on what was found and announced, whatever the panel votes or voted."""
    wrong = [*within_jurisdiction(session, track), *citable(session, track, served.announced(session, track))]
    wrong += policies_resting.not_ordered_any_more(session, track)
    return any(isinstance(each, NotNow) for each in wrong)


@TRACK.guard("S58")
def returned_once(ask: Ask) -> Iterator[Refused]:
    """Once, with questions; again where the panel could decide no measure as things stand."""
    if returns(ask.session, ask.it) and not _only_a_return_helps(ask.session, ask.it):
        yield NotNow(_l("The case was returned once already; the panel decides on what it has."))
    if "questions" in ask.facts and not ask.facts["questions"]:
        yield BadInput("questions", _l("Name the questions that are to be answered."))


def announced_before_return(session: Session, track: CaseTrack) -> Sequence[int] | None:
    """What had been announced when the panel returned the case; None if it never did."""
    returned = returns(session, track)
    return _announced(session, returned[-1]) if returned else None


def _announced(session: Session, returned: Resolution) -> Sequence[int]:
    mine = Proposal.track_id == returned.track_id, Proposal.round == returned.round
    return session.scalar(select(Proposal.measures).where(*mine)) or ()


@TRACK.guard("S15", "S16", "S28", "S57")
def not_harsher_after_return(ask: Ask) -> Iterator[Refused]:
    """After a return nothing harsher than was announced, unless on new facts, and never on the defence (I-23).

    Neither does a panel announce more on what was in the file before it.
    """
    track: CaseTrack = ask.it
    returned = returns(ask.session, track)
    if not returned or "measures" not in ask.facts:
        return
    if not is_harsher(ask.facts["measures"], _announced(ask.session, returned[-1])):
        return
    if not str(ask.facts.get("new_facts", "")).strip():
        yield BadInput(
            "new_facts",
            _l("After the panel returned the case the measures are not harsher than announced, unless on new facts."),
        )
    yield from _cited_since(track, returned[-1].resolved_at, ask.facts.get("evidence"))


@TRACK.guard("S15", "S16", "S28", "S57")
def not_harsher_after_review(ask: Ask) -> Iterator[Refused]:
    """After a review sent it back nothing harsher than the decision reviewed, unless on new facts, as after returns.

    Neither does a panel announce more on what was in the file before that.
    """
    track: CaseTrack = ask.it
    sent_back = remitting(ask.session, track)
    if sent_back is None or sent_back.ended_at is None or "measures" not in ask.facts:
        return
    if not is_harsher(ask.facts["measures"], sent_back.decision.measures):
        return
    if not str(ask.facts.get("new_facts", "")).strip():
        yield BadInput(
            "new_facts",
            _l("After a review the measures are not harsher than before, unless new facts came from elsewhere."),
        )
    yield from _cited_since(track, sent_back.ended_at, ask.facts.get("evidence"))


def _cited_since(track: CaseTrack, sent_back: datetime, named: Sequence[Evidence] | None = None) -> Iterator[Refused]:
    """Something harsher cites evidence added since, and not by the defence."""
    since = [each for each in (clauses.cited(track) if named is None else named) if each.added_at > sent_back]
    if not any(is_outside_defence(track, each) for each in since):
        yield BadInput("new_facts", _l("Something harsher rests on evidence that came after the case was sent back."))


@TRACK.guard("S70", "S71")
def kept_by_an_obstacle(ask: Ask) -> Iterator[Refused]:
    """An obstacle not of the respondent's making, and asked in time after it ended (as in Civil Procedure Law)."""
    yield from of_panel(ask)
    track: CaseTrack = ask.it
    yield from policies.of_tier(ask, major=track.major)
    asked = restoration(ask.session, track)
    if asked is None or not asked.waits:
        yield NotNow(NOBODY_ASKS)
        return
    yield from obstacle_problems(ask.session, asked.obstacle, asked.ended_on, asked.asked_on)
    if "not_own" in ask.facts and not ask.facts["not_own"]:
        yield BadInput("not_own", _l("An obstacle of the respondent's own making opens nothing again: refuse it."))
    yield from filled(ask, "reasons", _l("Give the reasons."))
