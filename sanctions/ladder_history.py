"""What the ladder reads of the past: earlier measures that count against a company, and what others got."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework import clauses
from casework.models_cases import Allegation, CaseFile, CaseTrack
from casework.policies_tracks import answers_until, conduct_day
from core.at_hand import once
from registry import lineage, settings
from registry.counting import same_day_later
from registry.models_rulebook import Violation
from sanctions.levels import heaviest
from sanctions.models_decisions import Decision, Proposal
from sanctions.models_measures import Measure

MOST = 8
"""How many similar decisions are listed."""
LATEST = 200
"""How many decisions about the same breach are looked at, the latest first."""


@dataclass(frozen=True)
class Earlier:
    """One earlier decision that counts: which, since when, for what, and why it counts as the same."""

    ref: str
    since: date
    codes: tuple[str, ...]
    """Those of its codes that count."""
    measures: tuple[int, ...]
    same_code: bool
    """Otherwise it is of the same family, within one step of severity."""
    of: str = ""
    """The predecessor it was ordered of, where it was not the company itself."""
    varied: bool = False
    """These measures are what a review left of it, since it was counted."""

    def to_json(self) -> dict[str, Any]:
        """The decision as it is kept with a proposal."""
        return {**asdict(self), "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Earlier":
        """The decision, read from what was kept."""
        said = {"since": date.fromisoformat(kept["since"]), "codes": tuple(kept["codes"])}
        return cls(**{**kept, **said, "measures": tuple(kept["measures"])})


@dataclass(frozen=True)
class Similar:
    """One decision on the same kind of breach with a close score, and what it ordered; it does not say against whom."""

    ref: str
    day: date
    codes: tuple[str, ...]
    score: int
    measures: tuple[int, ...]
    all_codes: bool = field(default=True)
    """Whether everything established is the same, and not only the most serious part."""

    def to_json(self) -> dict[str, Any]:
        """The decision as it is kept with a proposal."""
        return {**asdict(self), "day": self.day.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Similar":
        """The decision, read from what was kept."""
        said = {"day": date.fromisoformat(kept["day"]), "codes": tuple(kept["codes"])}
        return cls(**{**kept, **said, "measures": tuple(kept["measures"])})

    def apart(self, measures: Iterable[int]) -> tuple[list[int], list[int]]:
        """Which of these measures it did not order, and which others it ordered."""
        mine, theirs = set(measures), set(self.measures)
        return sorted(mine - theirs), sorted(theirs - mine)

    def steps(self, measures: Iterable[int]) -> int:
        """By how many levels the heaviest of these measures is heavier; negative if it is lighter."""
        return heaviest(list(measures)) - heaviest(list(self.measures))


def standing() -> Select[Decision]:
    """SQL: the decision took effect and still stands; not pending, quashed, remitted or set aside (I-14)."""
    return (
        select(Decision)
        .join(CaseTrack, CaseTrack.id == Decision.track_id)
        .where(Decision.round == CaseTrack.round, Decision.effective_on.is_not(None), Decision.level > 0)
        .where(CaseTrack.state.not_in(["NO_MEASURE"]))
        .where(Decision.set_aside_on.is_(None))
    )


def counted_with(session: Session, track: CaseTrack) -> dict[int, str]:
    """Whose measures count against a company: its own entries and, if SUCCESSOR_PRIORS, its predecessors' by name."""
    return once(session, ("counted with", track.id), lambda: _counted_with(session, track))


def _counted_with(session: Session, track: CaseTrack) -> dict[int, str]:
    if settings.value(session, "SUCCESSOR_PRIORS"):
        return _with_predecessors(session, track)
    return dict.fromkeys(lineage.entries(session, track.party_id), "")


def _with_predecessors(session: Session, track: CaseTrack) -> dict[int, str]:
    found = dict.fromkeys(lineage.entries(session, track.party_id), "")
    for each in lineage.predecessors(session, track.party_id):
        found |= dict.fromkeys(lineage.entries(session, each.id), each.name_zh)
    return found


def earlier(session: Session, track: CaseTrack, violations: Sequence[Violation]) -> list[Earlier]:
    """Decisions against the same company that count (A3): in force within REPEAT_MONTHS before the conduct ended.

    They concern the same code, or the same family within one step of severity.
    """
    ended = answers_until(session, track)
    since = same_day_later(ended, -int(settings.value(session, "REPEAT_MONTHS")))
    mine = (
        standing()
        .where(CaseTrack.party_id.in_(whose := counted_with(session, track)), CaseTrack.id != track.id)
        .where(Decision.effective_on >= since, Decision.effective_on <= ended)
        .order_by(Decision.effective_on, Decision.id)
    )
    found = [_counted(session, each, violations, whose[each.track.party_id]) for each in session.scalars(mine)]
    return [each for each in found if each is not None]


def for_the_same_days(session: Session, track: CaseTrack) -> list[str]:
    """Decisions against the same company on the same kind of breach, in days of this conduct: maybe the same acts.

    Pending ones as well, and those of a predecessor, whatever SUCCESSOR_PRIORS says of what counts; none that was set
    aside, or ended without a measure.
    """
    codes = {each.code for each in clauses.established(track)}
    first, last = track.case.conduct_from or conduct_day(track.case), answers_until(session, track)
    since = func.coalesce(CaseFile.conduct_from, CaseFile.conduct_to, CaseFile.opened_on)
    until = func.coalesce(CaseFile.conduct_to, CaseFile.conduct_from, CaseFile.opened_on)  # as `conduct_day`
    same = select(Allegation.track_id).where(Allegation.code.in_(codes), Allegation.finding == "ESTABLISHED")
    found = (
        select(CaseTrack.ref)
        .join(CaseFile, CaseFile.id == CaseTrack.case_id)
        .join(Decision, (Decision.track_id == CaseTrack.id) & (Decision.round == CaseTrack.round))
        .where(CaseTrack.party_id.in_(_with_predecessors(session, track)), CaseTrack.id != track.id)
        .where(Decision.level > 0, Decision.set_aside_on.is_(None), CaseTrack.id.in_(same))
        .where(since <= last, until >= first)
    )
    return list(session.scalars(found.order_by(CaseTrack.ref).distinct()))


def _counted(session: Session, decision: Decision, violations: Sequence[Violation], of: str) -> Earlier | None:
    before = kinds(session, [each.code for each in clauses.established(decision.track)])
    now = {each.code for each in violations}
    same = sorted(each.code for each in before if each.code in now)
    near = sorted(each.code for each in before if any(_near(each, other) for other in violations))
    if decision.effective_on is None or not (same or near):
        return None
    ordered = tuple(sorted(decision.measures))
    return Earlier(decision.track.ref, decision.effective_on, tuple(same or near), ordered, bool(same), of)


def _near(then: Violation, now: Violation) -> bool:
    return then.family == now.family and abs(then.severity - now.severity) <= 1


def as_it_stands(session: Session, counted: Sequence[Earlier]) -> list[Earlier]:
    """Of these decisions, those not set aside since they were counted (I-14), as a review varied them."""
    refs = [each.ref for each in counted]
    there = session.scalars(standing().where(CaseTrack.ref.in_(refs))).all() if refs else ()
    stand = {each.id for each in there}
    found = ((each, made) for each in counted for made in _made(session, each) if made.id in stand)
    return [each if made.effective_on == each.since else _varied(each, made) for each, made in found]


def as_told(session: Session, counted: Sequence[Earlier]) -> list[Earlier]:
    """Each as it was counted, and as any review left it: whatever a notice or a decision can have told of it."""
    later = (
        _varied(each, made) for each in counted for made in _made(session, each) if made.effective_on != each.since
    )
    return [*counted, *later]


def _made(session: Session, counted: Earlier) -> Sequence[Decision]:
    """The decision that was counted, and those that varied it: of one round, the others take effect later."""
    mine = select(Decision).join(CaseTrack, CaseTrack.id == Decision.track_id).where(CaseTrack.ref == counted.ref)
    rounds = mine.where(Decision.effective_on == counted.since).with_only_columns(Decision.round)
    return session.scalars(mine.where(Decision.round.in_(rounds)).order_by(Decision.id)).all()


def _varied(counted: Earlier, made: Decision) -> Earlier:
    return replace(counted, measures=tuple(sorted(made.measures)), varied=True)


def repeated(ended: date, counted: Iterable[Earlier], rule: Mapping[str, int]) -> list[Earlier]:
    """The earlier measures for one code within the short time, if there are enough of them."""
    since = same_day_later(ended, -int(rule["months"]))
    recent = [each for each in counted if each.same_code and each.since >= since]
    for code in sorted({code for each in recent for code in each.codes}):
        found = [each for each in recent if code in each.codes]
        if len(found) >= int(rule["measures"]):
            return found
    return []


def kinds(session: Session, codes: Iterable[str]) -> list[Violation]:
    """Violation codes, the most serious first."""
    wanted = list(codes)
    found = session.scalars(select(Violation).where(Violation.code.in_(wanted))).all()
    return sorted(found, key=lambda each: (-each.severity, each.code))


def ordered_before(session: Session, track: CaseTrack) -> set[int]:
    """Every measure that was ever ordered against the company and still stands."""
    mine = standing().where(CaseTrack.party_id.in_(counted_with(session, track)), CaseTrack.id != track.id)
    return {level for each in session.scalars(mine) for level in each.measures}


def failed_before(session: Session, track: CaseTrack) -> list[str]:
    """Tracks on which the company failed to carry out a rectification, which the file suggests for A6."""
    return list(
        session.scalars(
            select(CaseTrack.ref)
            .join(Measure, Measure.track_id == CaseTrack.id)
            .join(Decision, Decision.id == Measure.decision_id)
            .where(CaseTrack.party_id.in_(counted_with(session, track)), CaseTrack.id != track.id)
            .where(Measure.state == "FAILED", Measure.level == 1, Decision.set_aside_on.is_(None))
            .order_by(CaseTrack.ref)
            .distinct(),
        ),
    )


def similar(session: Session, track: CaseTrack, score: int) -> list[Similar]:
    """Decisions on the same kind of breach with a close score, the closest first; also those for no measure."""
    found = kinds(session, [each.code for each in clauses.established(track)])
    if not found:
        return []
    close, codes = int(settings.value(session, "LADDER_CLOSE")), {each.code for each in found}
    alleged = aliased(Allegation)
    about_it = select(alleged.track_id).where(alleged.finding == "ESTABLISHED", alleged.code == found[0].code)
    asked = (
        select(Decision, Proposal.score)
        .join(CaseTrack, CaseTrack.id == Decision.track_id)
        .join(Proposal, (Proposal.track_id == Decision.track_id) & (Proposal.round == Decision.round))
        .where(CaseTrack.id != track.id, CaseTrack.id.in_(about_it), Decision.round == CaseTrack.round)
        .where(or_(Decision.effective_on.is_not(None), Decision.level == 0), Decision.set_aside_on.is_(None))
        .where(or_(Decision.level == 0, CaseTrack.state != "NO_MEASURE"))
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
        .limit(LATEST)
    )
    lines = [_line(decision, kept, found[0].code, codes) for decision, kept in session.execute(asked) if kept]
    near = [each for each in lines if each is not None and abs(each.score - score) <= close]
    return sorted(near, key=lambda each: (not each.all_codes, abs(each.score - score), -each.day.toordinal()))[:MOST]


def _line(decision: Decision, kept: Mapping[str, Any], worst: str, codes: set[str]) -> Similar | None:
    theirs = sorted(each.code for each in clauses.established(decision.track))
    if worst not in theirs:
        return None
    ordered = tuple(sorted(decision.measures))
    return Similar(
        decision.track.ref, decision.decided_on, tuple(theirs), int(kept["score"]), ordered, set(theirs) == codes
    )


def length_reached(first: date, last: date, months: int, *, over: bool) -> bool:
    """Whether a time, both days counted, is so many months long; with `over`, whether it is longer."""
    end, full = last + timedelta(days=1), same_day_later(first, months)
    return end > full if over else end >= full
