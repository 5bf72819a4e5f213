"""What must hold when all is over: clocks, numbers, journal, ends, and nothing left to do."""

from collections.abc import Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.simulation.season import Season
from core import journal
from core.db import transaction
from core.machine import Machine
from registry.clock_moves import due_of
from registry.models_clocks import Clock, ClockState
from sanctions.models_reviews import Review

LIVES = ("complaint", "forwarding", "stop_contact", "track", "review", "recusal", "publication", "service", "approval")
MAY_RUN = "'K20', 'K27', 'K33'"
"""Clocks that may go on at an end (domain 6.3)."""


def broken(season: Season) -> Iterator[str]:
    """Everything that does not hold."""
    with transaction() as at:
        yield from _numbers(at)
        yield from _lives(at)
        yield from _clocks(at, season)
        yield from _work(at)
        for each in journal.verify(at):
            yield f"journal: {each.subject_kind} {each.subject_id}, entry {each.seq}: {each.why}"


def _lives(at: Session) -> Iterator[str]:
    """Every life is at an end of its machine, and its journal leads there (I-15); at an end no clock runs (I-22)."""
    for name in LIVES:
        machine = Machine.all[name]
        model = machine.model
        assert model is not None  # noqa: S101 - the application is wired
        left = select(model.id, model.state).where(model.state.not_in([*machine.ends, "HISTORIC"]))
        if model is Review:  # one that stays a measure lives by its track
            left = select(Review.id, Review.state).where(Review.ended_at.is_(None))
        for number, state in at.execute(left.order_by(model.id).limit(20)):
            yield f"{name} {number} never came to an end: {state}"
        table = model.__tablename__
        last = text(  # the chain of a stayed review is its track's
            f"SELECT t.id, t.state FROM {table} t WHERE t.state NOT IN ('HISTORIC', 'STAYED') AND t.state IS DISTINCT "
            f"FROM (SELECT j.after FROM journal j WHERE j.subject_kind = '{name}' AND j.subject_id = t.id "
            "AND j.row ~ '^[A-JL-Z][0-9]' ORDER BY j.seq DESC LIMIT 1)"
        )
        for number, state in at.execute(last):
            yield f"{name} {number} is {state}, and its journal says otherwise"


def _numbers(at: Session) -> Iterator[str]:
    """Numbers are gapless per series and year, each given once, and as many as were counted (I-07)."""
    asked = text(
        "SELECT d.series, d.year, count(*), count(DISTINCT d.serial), min(d.serial), max(d.serial), max(s.last) "
        "FROM document d LEFT JOIN series_counter s ON s.series = d.series AND s.year = d.year "
        "WHERE d.series IS NOT NULL GROUP BY d.series, d.year"
    )
    for series, year, many, distinct, first, last, counted in at.execute(asked):
        if not many == distinct == last == counted or first != 1:
            yield f"numbers {series} {year}: {many} documents, {first} to {last}, counted {counted}"
    twice = text("SELECT number FROM document WHERE number IS NOT NULL GROUP BY number HAVING count(*) > 1")
    for (number,) in at.execute(twice):
        yield f"number {number} was given twice"


def _clocks(at: Session, season: Season) -> Iterator[str]:
    """None runs on that should not, none is overdue, and each last day is what the count says."""
    for key, kind, number in at.execute(
        text(f"SELECT key, subject_type, subject_id FROM clock WHERE state <> 'ENDED' AND key NOT IN ({MAY_RUN})")
    ):
        yield f"clock {key} on {kind} {number} has not ended"
    overdue = select(Clock).where(Clock.state == ClockState.RUNNING, Clock.due_on < season.morning)
    for each in at.scalars(overdue):
        yield f"clock {each.id} {each.key} was due on {each.due_on} and never ended"
    for each in at.scalars(select(Clock).order_by(Clock.id).execution_options(yield_per=1000)):
        if each.day0 is None or each.due_on is None:
            continue
        counted = due_of(at, each)
        if counted.due_on != each.due_on:
            yield f"clock {each.id} {each.key} from {each.day0}: {each.due_on}, but it counts {counted.due_on}"


def _work(at: Session) -> Iterator[str]:
    """Nothing is stuck in the outbox, and no document lacks its file."""
    for job, trouble, many in at.execute(
        text("SELECT job, trouble, count(*) FROM outbox WHERE done_at IS NULL GROUP BY job, trouble")
    ):
        yield f"{many} jobs {job} are not done: {trouble}"
    for kind, many in at.execute(text("SELECT kind, count(*) FROM document WHERE pdf_sha256 IS NULL GROUP BY kind")):
        yield f"{many} documents {kind} have no PDF"
