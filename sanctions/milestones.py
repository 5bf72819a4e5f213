"""The plan of a rectification: steps with days, set by the respondent and finished one by one, with proof."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import noting
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.plainly import in_words
from core.words import _l
from registry.clock_moves import live
from registry.models_clocks import ClockState
from sanctions import queries_milestones, rounds
from sanctions.levels import RECTIFICATION
from sanctions.marking import ordered
from sanctions.models_measures import Measure
from sanctions.models_milestones import Milestone
from sanctions.policies_execution import is_opened, is_reported_on

MOST = 20
"""How many steps one problem may have each time that it is ordered."""
KEY = "K22"


def refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why no plan can be made now: the lead plans, once the order was opened and until it is reported on."""
    yield from by_its_lead(actor, track)
    found = next((each for each in rounds.ordered(session, track) if each.level == RECTIFICATION), None)
    if found is None or not is_reported_on(track, found) or not is_opened(session, track, RECTIFICATION):
        yield NotNow(_l("No rectification order waits for your report."))


def add(
    session: Session, track: CaseTrack, *, no: int, text: str, due_on: date, actor: Actor, now: datetime
) -> Milestone:
    """Add a step, on a day that is still to come and within the time of the order."""
    measure = _measure(session, track, actor)
    item = next((each for each in measure.items if each.no == no), None)
    if item is None or item.result == "PASS":
        raise BadInput("item", _l("Choose a problem that is still open."))
    if not text.strip():
        raise BadInput("text", _l("Say what will be done."))
    if due_on < day_of(now):
        raise BadInput("due_on", _l("The day has passed."))
    clock = live(session, KEY, ("track", track.id))
    last = clock.due_on if clock is not None and clock.state is ClockState.RUNNING else None
    if clock is not None and last is not None and due_on > last:
        day = _l("%(day)s (provisional)", day=in_words(last)) if clock.provisional else in_words(last)
        raise BadInput("due_on", _l("The order ends on %(day)s: plan for that day at the latest.", day=day))
    planned = queries_milestones.of(session, [item])
    if any((each.text, each.due_on, each.done_on) == (text.strip(), due_on, None) for each in planned):
        raise BadInput("text", _l("This step is planned for that day already."))
    if sum(each.attempt == measure.attempt for each in planned) >= MOST:
        raise NotNow(_l("At most %(most)s steps for one problem.", most=MOST))
    step = Milestone(
        item_id=item.id,
        attempt=measure.attempt,
        text=text.strip(),
        due_on=due_on,
        set_at=now,
        set_by=actor.id,
        files=[],
    )
    session.add(step)
    session.flush()
    noting.of_case(session, track.case, "plan_step", actor, now, track=track.ref, problem=no, due_on=due_on.isoformat())
    return step


def remove(session: Session, track: CaseTrack, step: Milestone, *, actor: Actor, now: datetime) -> None:
    """Remove a step that will not be taken; a finished one stays."""
    measure = _measure(session, track, actor)
    step = _own(session, measure, step.id)
    if step.done_on is not None:
        raise NotNow(_l("This step is done already."))
    session.delete(step)
    session.flush()
    noting.of_case(session, track.case, "drop_step", actor, now, track=track.ref, due_on=step.due_on.isoformat())


def finish(
    session: Session,
    track: CaseTrack,
    step: Milestone,
    *,
    done_on: date,
    note: str,
    files: Sequence[int],
    actor: Actor,
    now: datetime,
) -> None:
    """Finish a step: when, what came of it, and the evidence handed in with it."""
    measure = _measure(session, track, actor)
    step = _own(session, measure, step.id)
    if step.done_on is not None:
        raise NotNow(_l("This step is done already."))
    if not note.strip():
        raise BadInput("note", _l("Say what was done."))
    if done_on > day_of(now) or done_on < measure.ordered_on:
        raise BadInput("done_on", _l("The step was done between the order and today."))
    step.done_on, step.done_at, step.done_by = done_on, now, actor.id
    step.note, step.files = note.strip(), list(files)
    session.flush()
    noting.of_case(session, track.case, "finish_step", actor, now, track=track.ref, files=len(files))


def _measure(session: Session, track: CaseTrack, actor: Actor) -> Measure:
    session.refresh(track, with_for_update=True)  # an order that is being taken back takes its plan along
    for refusal in refusals(session, track, actor):
        raise refusal
    return ordered(session, track, RECTIFICATION)


def _own(session: Session, measure: Measure, number: int) -> Milestone:
    """The step of this measure, locked."""
    mine = {each.id: each for each in queries_milestones.of(session, list(measure.items))}
    if number not in mine:
        raise NotNow(_l("This step is not there any more."))
    session.refresh(mine[number])
    return mine[number]
