"""What must hold before a decision is reviewed, and before a review is decided."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from casework import policies_recusals as recusals
from casework.models_cases import CaseTrack
from casework.policies_tracks import has_run_out, require_submitter, was_over
from casework.stages import IN_FORCE
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.words import _l
from notices import queries as notices
from notices.laid_down import period_of
from notices.states import SERVICE
from registry import calendar, golive, merging, settings
from registry.clock_moves import has_ended, live
from registry.models import Party
from sanctions import ballots, rounds, served
from sanctions.levels import FIRST_MAJOR, RECTIFICATION, heaviest
from sanctions.models_decisions import Decision, PanelMember
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from sanctions.policies import VOTES_TO_COME, may_draw
from sanctions.review_tallies import Result, is_behind, may_change, tally
from sanctions.states import PUBLICATION, REVIEW
from sanctions.tallies import Put, is_lighter

REVIEW.lives(Review)

ORDERS = ("STOP_CONTACT", "DELETE_DATA")
"""What a panel can declare immediate (S80)."""
EVENTS = {"UPHOLD": "uphold", "VARY": "vary", "QUASH": "quash", "REMIT": "remit"}
BY_BODY = ("S33", "S34", "S35", "S36")
golive.rests_on(("RESTORATION_DAYS",), "track.S23", "track.S70", "track.S71", "track.S72", "review.R01")
GIVE_GROUNDS = _l("Give the grounds: what is wrong with the decision, and why.")
WITHDRAWS = _l("Confirm that your company withdraws the review.")
SAY_OBSTACLE = _l("Say what prevented your company, and why it was not of its making.")
SAY_ITS_END = _l("Say on which day the obstacle ended.")


def may_reopen(actor: Actor) -> bool:
    """Whether somebody has a decision in force reviewed (row R07): the head."""
    return REVIEW.rows["R07"].is_for(actor)


def may_see_open(actor: Actor) -> bool:
    """Whether somebody sees all open reviews: whoever draws their members, and the council."""
    return may_draw(actor) or actor.has("council")


def open_review(session: Session, track_id: int) -> Review | None:
    """The open review of a track."""
    return session.scalar(select(Review).where(Review.track_id == track_id, Review.ended_at.is_(None)))


def last_review(session: Session, track_id: int) -> Review | None:
    """The last review of a track, open or ended."""
    return session.scalar(select(Review).where(Review.track_id == track_id).order_by(Review.id.desc()).limit(1))


def sitting(review: Review) -> list[ReviewMember]:
    """The members of a review who take part."""
    return ballots.sitting(review.members)


def votes(session: Session, review: Review) -> Sequence[ReviewVote]:
    """The votes of members who still sit."""
    ids = [each.id for each in sitting(review)]
    mine = select(ReviewVote).where(ReviewVote.review_id == review.id, ReviewVote.member_id.in_(ids))
    return session.scalars(mine.order_by(ReviewVote.id)).all()


def result(session: Session, review: Review) -> Result | None:
    """What the votes come to; None while too few have voted."""
    cast = votes(session, review)
    if review.size is None or len(cast) < ballots.needed(review):
        return None
    return tally(review.decision.measures, cast, ballots.rules_of(review))


def votes_to_come(session: Session, review: Review) -> bool:
    """Whether somebody who has not voted yet, or is still to be drawn, could change the result."""
    cast = votes(session, review)
    missing = (review.size or 0) - len(cast)
    return missing > 0 and may_change(review.decision.measures, cast, missing, ballots.rules_of(review))


def announces(review: Review, member: ReviewMember, vote: ReviewVote | None, put: Put) -> bool:
    """Whether a member announces the decision and writes its reasons."""
    behind = is_behind(review.decision.measures, vote, put) if vote is not None else None
    return ballots.is_to_announce(member, put, behind)


def stands_in(session: Session, decided: Sequence[int], review_id: int, member_id: int, put: Put) -> bool:
    """Whether a member who was outvoted announces, since nobody is left who should."""

    def announcing(seat: Any) -> bool:  # noqa: ANN401 - a row of seat and vote
        return ballots.is_to_announce(seat, put, is_behind(decided, seat, put) if seat.choice else None)

    of = ReviewMember.review_id == review_id
    return ballots.stands_in(session, ReviewMember, ReviewVote, of, member_id, announcing)


def is_on(actor: Actor, review: Review) -> bool:
    """Whether somebody sits on the review body: was not recused, and still has the role."""
    return ballots.seated(review.members, actor) is not None


def _grounds(ask: Ask) -> Iterator[Refused]:
    yield from filled(ask, "grounds", GIVE_GROUNDS)


@TRACK.guard("S31")
def asked_in_time(ask: Ask) -> Iterator[Refused]:
    """K20 has not ended, and there are grounds."""
    yield from require_submitter(ask)
    if was_over(ask, ask.it, "K20"):
        yield NotNow(_l("The time for asking for a review has ended."))
    yield from _grounds(ask)


def restoration_days(session: Session) -> int:
    """How many days after an obstacle ended one can ask for a missed time limit to run again (S70)."""
    return settings.days(session, "RESTORATION_DAYS")


def obstacle_problems(session: Session, said: str, ended_on: date | None, asked_on: date) -> Iterator[Refused]:
    """An obstacle not of the respondent's making, and asked in time after it ended (S70)."""
    if not said.strip():
        yield BadInput("obstacle", SAY_OBSTACLE)
    if ended_on is None or ended_on > asked_on:
        yield BadInput("obstacle_ended", SAY_ITS_END)
    elif calendar.are_over(session, ended_on, restoration_days(session), asked_on):
        within = period_of("RESTORATION_DAYS")
        yield BadInput("obstacle_ended", _l("This is asked within %(within)s after the obstacle ended.", within=within))


@REVIEW.guard("R01")
def may_be_reviewed(ask: Ask) -> Iterator[Refused]:
    """A minor decision, in time or restored; or one in force that rests on a document since revoked; with grounds.

    Whoever asked once has had the review, however it ended: no obstacle opens another (association setting).
    """
    it: Review = ask.it
    track = ask.session.get_one(CaseTrack, it.track_id)
    follow = Ask(ask.session, track, ask.actor, ask.facts, ask.now)
    yield from require_submitter(follow)
    yield from _in_force(ask, track)
    yield from _grounds(ask)
    if it.basis == "REVOKED":
        yield from filled(ask, "revoked", _l("Name the document that was revoked, by whom and when."))
        if "revoked_on" in ask.facts and not _since(it.decision, ask.facts["revoked_on"], ask.on):
            yield BadInput("revoked_on", _l("Say on which day since the decision the document was revoked."))
    elif asked_before(ask.session, it.decision):
        yield NotNow(
            _l("A review of this decision was asked for before: it is not reviewed a second time at your request.")
        )
    elif track.major:
        yield NotNow(_l("A major decision in force is reviewed again only where a document it rests on was revoked."))
    elif it.basis == "RESTORED":
        said, ended_on = str(ask.facts.get("obstacle", "")), ask.facts.get("obstacle_ended")
        yield from obstacle_problems(ask.session, said, ended_on, ask.on)
    elif was_over(ask, track, "K20"):
        yield NotNow(_l("The time for asking for a review has ended."))


def _since(decision: Decision, revoked_on: date | None, today: date) -> bool:
    return revoked_on is not None and decision.decided_on <= revoked_on <= today


def asked_before(session: Session, decision: Decision) -> bool:
    """Whether a review at the respondent's request ended that was about this decision, or made it."""
    every = session.scalars(select(Review).where(Review.track_id == decision.track_id)).all()
    asked = [each for each in every if each.ended_at is not None and not each.own_motion]
    return any(decision.id in {each.decision_id, each.new_decision_id} for each in asked)


def _in_force(ask: Ask, track: CaseTrack) -> Iterator[Refused]:
    if track.state not in IN_FORCE:
        yield NotNow(_l("No decision is in force in this case."))
    if track.party.merged_into_id is not None:  # it stayed where it had ended: nobody reads what is sent to that entry
        standing = ask.session.get_one(Party, track.party.merged_into_id)
        named = {"company": track.party.name_zh, "standing": standing.name_zh}
        yield NotNow(
            _l(
                "%(company)s was merged into %(standing)s, which is a respondent of this case as well: take the merger "
                "back before this decision is reviewed.",
                **named,
            )
        )
    if open_review(ask.session, track.id) is not None:
        yield NotNow(_l("A review of this decision is open already."))


@merging.obstacle
def under_review(session: Session, gone: Party, kept: Party) -> Iterator[Refused]:
    """What has ended stays with the entry that goes where the other one is in the case too: a review may reopen it."""
    other = aliased(CaseTrack)
    mine = select(CaseTrack.ref).join(Review, Review.track_id == CaseTrack.id)
    mine = mine.join(other, other.case_id == CaseTrack.case_id).where(other.party_id == kept.id)
    mine = mine.where(CaseTrack.party_id == gone.id, CaseTrack.state.in_(TRACK.ends), Review.ended_at.is_(None))
    for ref in session.scalars(mine.order_by(CaseTrack.id)):
        yield NotNow(
            _l("Both are respondents of one case, and a review of %(ref)s is open: wait until it is decided.", ref=ref)
        )


@REVIEW.guard("R07")
def on_own_motion(ask: Ask) -> Iterator[Refused]:
    """The decision is in force; there is an error or new evidence; the review is only in the respondent's favour."""
    it: Review = ask.it
    track = ask.session.get_one(CaseTrack, it.track_id)
    yield from recusals.takes_no_part(ask.session, ask.actor, track.case_id, day_of(ask.now))
    yield from _in_force(ask, track)
    yield from _grounds(ask)
    if it.basis not in {"ERROR", "NEW_EVIDENCE"}:
        yield BadInput("basis", _l("Choose: an error, or new evidence."))
    if "favour" in ask.facts and not ask.facts["favour"]:
        yield BadInput("favour", _l("Confirm that the review can only end in the respondent's favour."))


def review_of(ask: Ask) -> Review | None:
    """The review that a row is about: the thing itself, or the open review of the track."""
    return ask.it if isinstance(ask.it, Review) else open_review(ask.session, ask.it.id)


@TRACK.guard(*BY_BODY)
@REVIEW.guard("R02", "R03", "R04", "R05")
def body_has_decided(ask: Ask) -> Iterator[Refused]:
    """Its members did not decide; no recusal is open; there is a quorum; and the votes have a result."""
    review = review_of(ask)
    if review is None or not review.members:
        yield NotNow(_l("No members have been drawn for the review yet."))
        return
    session, track = ask.session, review.track
    yield from recusals.takes_no_part(session, ask.actor, track.case_id, day_of(ask.now))
    if not is_on(ask.actor, review):
        yield NotAllowed(_l("Only members drawn for the review decide it."))
    decided = select(PanelMember.account_id).where(PanelMember.track_id == review.track_id)
    if {each.account_id for each in sitting(review)} & set(session.scalars(decided)):
        yield NotAllowed(_l("Whoever decided does not review the decision."))
    yield from recusals.no_recusal_is_open(session, track.case_id)
    yield from recusals.not_introduced(track, day_of(ask.now))
    found = result(session, review)
    if found is None:
        yield from ballots.enough(len(votes(session, review)), ballots.needed(review))
    elif ask.row is not None and ask.row.event != EVENTS[found.what]:
        yield NotNow(_l("The votes come to another result."))
    seat = ballots.seat(review.members, ask.actor.id)
    if found is not None and seat is not None:
        cast = next((each for each in votes(session, review) if each.member_id == seat.id), None)
        put, decided_on = found.puts[-1], review.decision.measures
        mine = announces(review, seat, cast, put)
        yield from ballots.outvoted(mine or stands_in(session, decided_on, review.id, seat.id, put))
    yield from filled(ask, "reasons", _l("Give the reasons."))


@TRACK.guard(*BY_BODY)
@REVIEW.guard("R02", "R03", "R04", "R05")
def nobody_is_overtaken(ask: Ask) -> Iterator[Refused]:
    """A member who has not voted and could change the result is waited for, as long as the review has time (K21)."""
    review = review_of(ask)
    if review is None:
        return
    time = live(ask.session, "K21", ("track", review.track_id) if review.stayed else ("review", review.id))
    over = time is None or has_ended(time, ask.on)
    if not over and result(ask.session, review) is not None and votes_to_come(ask.session, review):
        yield NotNow(VOTES_TO_COME)


@TRACK.guard("S34")
@REVIEW.guard("R03")
def never_harsher(ask: Ask) -> Iterator[Refused]:
    """A review never makes a decision harsher (I-23)."""
    review = review_of(ask)
    found = result(ask.session, review) if review is not None else None
    if review is None or found is None or found.what != "VARY":
        return
    if not is_lighter(found.measures, review.decision.measures):
        yield NotNow(_l("A review never ends in a harsher decision."))


@TRACK.guard("S36")
@REVIEW.guard("R05")
def remitted_with_questions(ask: Ask) -> Iterator[Refused]:
    """It is said what has to be found out."""
    yield from filled(ask, "questions", _l("Name what is to be found out."))


@TRACK.guard("S60")
@REVIEW.guard("R06")
def withdrawn_in_writing(ask: Ask) -> Iterator[Refused]:
    """Whoever asked withdraws it, in writing."""
    review = review_of(ask)
    if review is None:
        yield NotNow(_l("No review is open."))
        return
    follow = Ask(ask.session, review.track, ask.actor, ask.facts, ask.now)
    yield from require_submitter(follow)
    if review.own_motion:
        yield NotAllowed(_l("Your company did not ask for this review."))
    if "confirmed" in ask.facts and not ask.facts["confirmed"]:
        yield BadInput("confirmed", WITHDRAWS)


def _follows(outcome: str, ask: Ask) -> Iterator[Refused]:
    review = ask.fired_by.it if ask.fired_by is not None else None
    if not isinstance(review, Review) or review.outcome != outcome:
        yield NotNow(_l("No review came to this."))


@TRACK.guard("S65")
def review_quashed(ask: Ask) -> Iterator[Refused]:
    """A review quashed the measure."""
    yield from _follows("QUASH", ask)


@TRACK.guard("S66")
def review_remitted(ask: Ask) -> Iterator[Refused]:
    """A review remitted the case."""
    yield from _follows("REMIT", ask)


@TRACK.guard("S78")
def review_varied(ask: Ask) -> Iterator[Refused]:
    """A review varied the measure."""
    yield from _follows("VARY", ask)


@TRACK.guard("S72")
def restored_after_obstacle(ask: Ask) -> Iterator[Refused]:
    """A major decision never reviewed at the respondent's request; an obstacle not of its making; asked in time."""
    track: CaseTrack = ask.it
    if not track.major:
        yield NotNow(_l("This decision is a minor one."))
    if open_review(ask.session, track.id) is not None:
        yield NotNow(_l("A review of this decision is open already."))
    decision = rounds.decision(ask.session, track)
    if decision is not None and asked_before(ask.session, decision):
        yield NotNow(_l("The company asked for a review of this decision before: its time for one does not run again."))
    if "obstacle" in ask.facts:
        asked_on = ask.facts.get("asked_on") or ask.on
        said, ended_on = str(ask.facts["obstacle"]), ask.facts.get("obstacle_ended")
        yield from obstacle_problems(ask.session, said, ended_on, asked_on)


@TRACK.guard("S25", "S26", "S27")
def declared_with_reasons(ask: Ask) -> Iterator[Refused]:
    """Only the order to rectify in a major decision can be immediate, and with reasons (S80)."""
    found = ask.facts.get("outcome")
    if not ask.facts.get("immediate") or found is None:
        return
    measures = list(found.measures)
    if not set(ask.facts["immediate"]) <= set(ORDERS) or RECTIFICATION not in measures:
        yield BadInput("immediate", _l("Only an order of a rectification can be declared immediate."))
    if heaviest(measures) < FIRST_MAJOR:
        yield BadInput("immediate", _l("A minor decision takes effect on service: nothing has to be declared."))
    if not ask.facts["immediate_reasons"]:
        yield BadInput("immediate_reasons", _l("Say why the order can't wait."))


@TRACK.guard("S80")
def declared_immediate(ask: Ask) -> Iterator[Refused]:
    """The panel declared the order to stop contact or delete data immediate, with reasons; it is issued once."""
    decision = rounds.decision(ask.session, ask.it)
    if decision is None or not decision.immediate or not decision.immediate_reasons.strip():
        yield NotNow(_l("The panel declared no order immediate."))
        return
    if RECTIFICATION not in decision.measures:
        yield NotNow(rounds.NOT_ORDERED)
    order = notices.last_document(ask.session, ["D23a"], "track", ask.it.id, ask.it.round)
    if order is not None:
        yield NotNow(_l("This order was issued already."))


def told_of(session: Session, decision: Decision) -> dict[str, str]:
    """What a publication says of the review that upheld or made its decision: which, its number and day."""
    made = Review.new_decision_id == decision.id
    upheld = (Review.decision_id == decision.id) & (Review.outcome == "UPHOLD")
    last = session.scalar(select(Review).where(made | upheld).order_by(Review.id.desc()).limit(1))
    paper = served.review_paper(session, last) if last is not None else None
    if last is None or paper is None:
        return {}
    how = "upheld" if last.outcome == "UPHOLD" else "varied"
    return {f"{how}_number": paper.number or "", f"{how}_on": paper.issued_on.isoformat()}


def review_paper_served(session: Session, review: Review) -> bool:
    """Whether the decision of a review has been served."""
    paper = served.review_paper(session, review)
    return paper is not None and notices.served_on(session, paper.id) is not None


def decided_and_unserved(session: Session, track_id: int) -> bool:
    """Whether a review was decided, and its decision is still on its way; one opened since changes nothing of that."""
    decided = select(Review).where(Review.track_id == track_id, Review.outcome.is_not(None))
    decided = decided.where(Review.outcome != "WITHDRAWN")
    return any(not review_paper_served(session, each) for each in session.scalars(decided.order_by(Review.id)))


@SERVICE.guard("V17")
def review_decision_stays(ask: Ask) -> Iterator[Refused]:
    """D22 is not made void: no row issues it again, and before its service nothing is ordered or published."""
    if ask.it.document.kind == "D22" and ask.fired_by is None:
        yield NotNow(_l("The decision of a review is not made void: an error in it is corrected by a notice."))


@TRACK.guard("S37")
def review_decision_served(ask: Ask) -> Iterator[Refused]:
    """If there was a review, D22 has been served; nothing is ordered while a review is open."""
    if decided_and_unserved(ask.session, ask.it.id):
        yield NotNow(_l("The decision of the review has not been served."))


@TRACK.guard(*(row for row in ("S67",) if row in TRACK.rows))
def no_review_is_open(ask: Ask) -> Iterator[Refused]:
    """A case is archived only once no review is open."""
    if open_review(ask.session, ask.it.id) is not None:
        yield NotNow(_l("A review is open."))


@PUBLICATION.guard("B05", "B10")
def no_review_stands_in_the_way(ask: Ask) -> Iterator[Refused]:
    """Nothing is published anew while a review is open or can be asked for, nor before D22 is served (I-05)."""
    track: CaseTrack = ask.it.track
    if open_review(ask.session, track.id) is not None:
        yield NotNow(_l("A review of the decision is open: nothing is published before it is decided."))
    if decided_and_unserved(ask.session, track.id):
        yield NotNow(_l("The decision of the review has not been served."))
    if track.major and not has_run_out(ask.session, track, "K20", day_of(ask.now)):
        yield NotNow(_l("The time for asking for a review has not ended."))


def remitted(session: Session, track: CaseTrack) -> Sequence[int] | None:
    """The measures decided before a review sent the case back; None if none did."""
    sent_back = remitting(session, track)
    return sent_back.decision.measures if sent_back is not None else None


def remitting(session: Session, track: CaseTrack) -> Review | None:
    """The review that sent a track back; one that the association opened only helps the respondent (R07)."""
    last = last_review(session, track.id)
    return last if last is not None and last.outcome == "REMIT" else None


def reviewed(session: Session, decision: Decision) -> Review | None:
    """The review by which a decision was made, if one made it."""
    return session.scalar(select(Review).where(Review.new_decision_id == decision.id))


@recusals.parts_from
def on_review_bodies(tracks: Select[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Members drawn for reviews who were not recused, and whoever drew them."""
    members = recusals.named_in((ReviewMember.account_id, "review"))
    yield members.where(ReviewMember.track_id.in_(tracks), ReviewMember.recused_at.is_(None))
    yield recusals.named_in((Review.drawn_by, "secretary")).where(Review.track_id.in_(tracks))
