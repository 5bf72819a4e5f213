"""What is kept of the clock's rounds, what an administrator is told of it, and a machine's time that can't be right."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework import tasks
from core import clock, journal, mail, texts
from core.actors import SYSTEM
from core.models_rounds import RoundStep
from core.outbox import OPEN, Outbox
from core.words import LazyString, _l
from filestore import files
from registry import settings

ROUND: Final = "round"
TIME: Final = "time"
DATABASE: Final = "database"
BEFORE: Final = "before"
APART: Final = timedelta(minutes=5)
"""No further may this machine's time be from the database's."""
AWAY: Final = timedelta(days=3)
"""After a longer time without a round somebody says that the machine's time is right: a long weekend is shorter."""
LOST: Final = timedelta(minutes=10)
"""A database that lacks more than this before the last round was brought back; a standby takes over with less."""
NOTED: Final = "last-round"
SILENT: Final = timedelta(minutes=10)
UNTRIED: Final = timedelta(minutes=30)
FAILING: Final = timedelta(minutes=15)
ALL_DAY: Final = timedelta(hours=20)
WORDS: Final[dict[str, LazyString]] = {
    "time limits": _l("Ending time limits"),
    "later work": _l("Handing later work over"),
    "uploads": _l("Clearing uploads"),
    "notifications": _l("Sending notifications at their hour"),
    "text messages": _l("Sending text messages at their hour"),
    "undo": _l("Carrying out what can no longer be taken back"),
    "forgetting": _l("Forgetting what is past its time"),
    "sign-ins": _l("Forgetting old sign-ins"),
    "batches": _l("Forgetting long jobs that were not started"),
    "imports": _l("Forgetting old imports"),
    "notifications of old": _l("Forgetting old notifications"),
    "figures": _l("Counting the statistics"),
    "reminders": _l("Reminding of materials"),
    "deadlines": _l("Telling of time limits that come"),
    "conflicts of interest": _l("Looking for conflicts of interest"),
    "what stands still": _l("Looking for what stands still"),
    "anchor of the journal": _l("Writing the anchor of the journal"),
    "retention": _l("Erasing what has been kept long enough"),
    "forms": _l("Forgetting forms that were sent"),
}
"""What each step of a round is called where it fails."""
OUTSIDE: Final[dict[str, LazyString]] = {
    mail.SENDING: _l("Mails"),
    texts.SENDING: _l("Text messages"),
    files.SCAN: _l("Files that are to be looked through"),
}
"""What waits for a server outside, by the work that asks it."""
NIGHTLY: Final = "nightly_failed"
tasks.KINDS[NIGHTLY] = _l(
    "What the system does by itself has failed for a day: tell its administrators, whose overview names it."
)
OFFICE: Final = ("installation", 1)


@dataclass(frozen=True)
class Signs:
    """What of clock and worker needs a look."""

    silent: bool
    round_at: datetime | None
    astray: str
    untried_since: datetime | None
    outside: list[tuple[LazyString, datetime]]
    """What has waited for a server outside, and since when."""
    failing: list[tuple[LazyString, RoundStep]]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return self.silent or bool(self.untried_since or self.outside or self.failing)


def astray(at: Session, now: datetime) -> str:
    """Why this machine's time cannot be trusted: it is not the database's, was already, or days had no round.

    A machine that starts in another year takes the database on it along: only the last round tells then.
    A demonstration stands still for weeks, and tests travel in time.
    """
    if _travels(at):
        return ""
    if is_of_another_time(at, now):
        return DATABASE
    last = at.get(RoundStep, ROUND)
    if last is None or last.went_at is None:
        return ""
    if last.went_at - now > 2 * APART:  # as far as two machines may be from each other
        return BEFORE
    return "gap" if now - last.went_at > AWAY else ""


def is_of_another_time(at: Session, now: datetime) -> bool:
    """Whether this machine's time is not the database's, where nobody travels in time."""
    return not _travels(at) and abs(now - there(at)) > APART


def _travels(at: Session) -> bool:
    return clock.is_shifted() or settings.is_demonstration(at)


def there(at: Session) -> datetime:
    """The time of the database's machine."""
    return at.scalars(select(func.clock_timestamp())).one()


def keep(at: Session, went: Mapping[str, str], now: datetime) -> None:
    """Note of each step that it went well (no words) or how it failed."""
    for name, trouble in went.items():
        well = {"went_at": now, "failing_since": None, "trouble": None}
        badly = {"failing_since": func.coalesce(RoundStep.failing_since, now), "trouble": trouble}
        row = insert(RoundStep).values(
            name=name, went_at=None if trouble else now, failing_since=now if trouble else None, trouble=trouble or None
        )
        at.execute(row.on_conflict_do_update(index_elements=["name"], set_=badly if trouble else well))


def tell(at: Session, steps: Collection[str], now: datetime) -> None:
    """One task while a step fails and has for most of a day, and none once all went well."""
    asked = select(func.min(RoundStep.failing_since)).where(RoundStep.name.in_(steps))
    since = at.scalar(asked)
    if since is None:
        tasks.settle(at, OFFICE, (NIGHTLY,), actor=SYSTEM, now=now)
    elif now - since > ALL_DAY:
        key = f"{NIGHTLY}:{clock.day_of(since)}"
        tasks.put(at, NIGHTLY, (*OFFICE, ""), role="head", now=now, key=key, urgent=True)


def note_beside(data: Path, now: datetime) -> None:
    """Note the last round beside the files as well: a database that was brought back knows only of an earlier one.

    Where the disk takes nothing more, an older note stands there.
    """
    half = data / f".{NOTED}"
    with suppress(OSError):
        half.write_text(now.isoformat(), "ascii")
        half.replace(data / NOTED)


def not_known_of(at: Session, data: Path) -> datetime | None:
    """The last round noted beside the files, where the database knows of none so late."""
    last = at.get(RoundStep, ROUND)
    try:
        noted = datetime.fromisoformat((data / NOTED).read_text("ascii"))
    except (OSError, ValueError):
        return None
    if last is None or last.went_at is None or noted.tzinfo is None:
        return None
    return noted if noted - last.went_at > LOST else None


def trust(at: Session, now: datetime) -> None:
    """Somebody looked: the machine's time is right though days have passed; the next round goes on from here."""
    keep(at, {ROUND: "", TIME: ""}, now)
    note(at, "installation.trust_time", now)


def note(at: Session, row: str, now: datetime, **changes: Any) -> None:
    """What an operator did to the whole installation."""
    ref, states = f"{OFFICE[0]}:{OFFICE[1]}", ("-", "-")
    journal.write(at, subject=OFFICE, row=row, ref=ref, actor=SYSTEM, now=now, states=states, changes=changes)


def signs(at: Session, now: datetime) -> Signs:
    """What an administrator should know without reading logs."""
    known = {row.name: row for row in at.scalars(select(RoundStep))}
    last, time = known.get(ROUND), known.get(TIME)
    round_at = last.went_at if last else None
    untried = at.scalar(select(func.min(Outbox.asked_at)).where(*OPEN, Outbox.tries == 0, Outbox.trouble.is_(None)))
    waits = Outbox.job.in_(OUTSIDE) & Outbox.trouble.is_not(None)
    outside = (
        select(Outbox.job, func.min(Outbox.asked_at)).where(*OPEN, waits).group_by(Outbox.job).order_by(Outbox.job)
    )
    return Signs(
        silent=round_at is None or abs(now - round_at) > SILENT,  # also one at a time that has not come yet
        round_at=round_at,
        astray=(time.trouble or "") if time else "",
        untried_since=untried if untried is not None and now - untried > UNTRIED else None,
        outside=[(OUTSIDE[job], since) for job, since in at.execute(outside) if now - since > UNTRIED],
        failing=[
            (words, row)
            for name, words in WORDS.items()
            if (row := known.get(name)) and row.failing_since is not None and now - row.failing_since > FAILING
        ],
    )
