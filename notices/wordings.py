"""Wordings of the association: drafted, proposed, put in force by a second person, withdrawn."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import journal
from core.actors import Actor
from core.asked_together import forget
from core.clock import day_of, midnight
from core.errors import BadInput, NotAllowed, NotNow, Refused, unchanged
from core.words import _l
from notices import wording, wording_checks, wording_versions
from notices.kinds import KINDS
from notices.models_wording import WordingVersion
from notices.papers import Lang
from notices.samples import languages
from printing import fonts
from registry import golive

DRAFT, PROPOSED, DROPPED, COMING = "DRAFT", "PROPOSED", "DROPPED", "COMING"
IN_FORCE, EARLIER, WITHDRAWN = "IN_FORCE", "EARLIER", "WITHDRAWN"
OPEN: Final = (DRAFT, PROPOSED)
"""Nothing is made from these yet."""
DECIDERS: Final = ("system_admin", "security_admin", "system")
"""Who may put in force what another proposed, and withdraw it; the security administrator writes none."""
SUPPLIED: Final = 0
"""The number of the version that comes with the software."""


def versions(session: Session, kind: str, lang: str) -> Sequence[WordingVersion]:
    """All versions of a wording, the newest first."""
    mine = select(WordingVersion).where(WordingVersion.kind == kind, WordingVersion.lang == lang)
    return session.scalars(mine.order_by(WordingVersion.number.desc())).all()


def version(session: Session, kind: str, lang: str, number: int) -> WordingVersion | None:
    """One version by its number."""
    mine = (WordingVersion.kind == kind, WordingVersion.lang == lang, WordingVersion.number == number)
    return session.scalar(select(WordingVersion).where(*mine))


def states(session: Session, now: datetime) -> dict[tuple[str, str], list[tuple[WordingVersion, str]]]:
    """All versions of all wordings, each with its state, the newest first."""
    found: dict[tuple[str, str], list[WordingVersion]] = {}
    newest = select(WordingVersion).order_by(WordingVersion.kind, WordingVersion.lang, WordingVersion.number.desc())
    for row in session.scalars(newest):
        found.setdefault((row.kind, row.lang), []).append(row)
    return {name: [(row, state_of(row, rows, now)) for row in rows] for name, rows in found.items()}


def to_decide(session: Session, actor: Actor) -> list[WordingVersion]:
    """What was proposed and waits for this person as the second one."""
    open_ones = (WordingVersion.confirmed_at.is_(None), WordingVersion.withdrawn_at.is_(None))
    asked = select(WordingVersion).where(*open_ones, WordingVersion.proposed_at.is_not(None))
    found = session.scalars(asked.order_by(WordingVersion.kind, WordingVersion.lang))
    return [row for row in found if not list(refusals_to_decide(actor, row))]


def state_of(row: WordingVersion, rows: Sequence[WordingVersion], now: datetime) -> str:
    """The state of a version now, among all versions of its wording."""
    if row.withdrawn_at is not None:
        return WITHDRAWN if row.confirmed_at else DROPPED
    if row.in_force_from is None:
        return PROPOSED if row.proposed_at else DRAFT
    if row.in_force_from > now:
        return COMING
    begun = [(each.in_force_from, each.id) for each in rows if each.in_force_from and each.withdrawn_at is None]
    return IN_FORCE if (row.in_force_from, row.id) == max(one for one in begun if one[0] <= now) else EARLIER


def supplied(kind: str, lang: Lang) -> str:
    """The supplied text, version 0."""
    return (wording.FOLDER / f"{kind}.{lang}.txt").read_text("utf-8").strip()


def draft(
    session: Session, kind: str, lang: Lang, text: str, *, actor: Actor, now: datetime, basis: str = ""
) -> WordingVersion:
    """Enter a version as a draft, which has no effect yet. There is one draft at a time, so that no work is lost."""
    _may_change(actor)
    if kind not in KINDS or lang not in languages(kind):
        raise NotNow(_l("Documents of this kind are not made in this language."))
    text = _checked(session, kind, lang, text, now)
    rows = versions(session, kind, lang)
    if any(state_of(row, rows, now) in OPEN for row in rows):
        raise NotNow(_l("There is a draft of this wording already: change that one, or drop it first."))
    last = session.scalar(
        select(func.max(WordingVersion.number)).where(WordingVersion.kind == kind, WordingVersion.lang == lang)
    )
    row = WordingVersion(kind=kind, lang=lang, number=(last or 0) + 1, text=text, basis=basis.strip())
    row.digest, row.made_by, row.made_at = wording.digest(text), actor.id, now
    session.add(row)
    session.flush()
    _note(session, row, "draft", ("NEW", DRAFT), actor, now, {"digest": row.digest})
    return row


def revise(
    session: Session,
    row: WordingVersion,
    text: str,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    basis: str = "",
) -> None:
    """Change a draft, which must then be proposed anew; a version in force never changes, a new one replaces it."""
    _may_change(actor)
    unchanged(row.version, version)
    if row.confirmed_at or row.withdrawn_at:
        raise NotNow(_l("Only a draft is changed. Write a new version."))
    before, state = row.digest, PROPOSED if row.proposed_at else DRAFT
    row.text = _checked(session, row.kind, _lang(row), text, now)
    row.digest, row.basis, row.made_by, row.made_at = wording.digest(row.text), basis.strip(), actor.id, now
    row.proposed_by = row.proposed_at = None
    _note(session, row, "revise", (state, DRAFT), actor, now, {"before": before, "after": row.digest})


def propose(
    session: Session, row: WordingVersion, *, actor: Actor, version: int | None, now: datetime, basis: str = ""
) -> None:
    """Say that a draft is ready and what it rests on, so that a second person looks at it."""
    _may_change(actor)
    unchanged(row.version, version)
    if row.confirmed_at or row.withdrawn_at or row.proposed_at:
        raise NotNow(_l("Only a draft is proposed."))
    if not (basis.strip() or row.basis):
        raise BadInput("basis", _l("Say what this wording rests on: rule, meeting and date."))
    _checked(session, row.kind, _lang(row), row.text, now)
    row.basis = basis.strip() or row.basis
    row.proposed_by, row.proposed_at = actor.id, now
    _note(session, row, "propose", (DRAFT, PROPOSED), actor, now, {"digest": row.digest, "basis": row.basis})


def refusals_to_decide(actor: Actor, row: WordingVersion) -> Iterator[Refused]:
    """Why this person cannot put a proposal in force: they proposed it, or wrote it last."""
    if not actor.has(*DECIDERS):
        yield NotAllowed()
    elif row.confirmed_at or row.withdrawn_at or not row.proposed_at:
        yield NotNow(_l("Only what was proposed is put in force."))
    elif actor.id in {row.proposed_by, row.made_by}:
        yield NotAllowed(
            _l("Whoever wrote or proposed a wording does not put it in force: another administrator does.")
        )


def put_in_force(
    session: Session,
    row: WordingVersion,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    from_on: date | None = None,
) -> None:
    """Put it in force, as a second person who looked at it and says that the association decided it."""
    unchanged(row.version, version)
    for refusal in refusals_to_decide(actor, row):
        raise refusal
    if from_on is not None and from_on < day_of(now):
        raise BadInput("from_on", _l("A wording comes into force today or later."))
    _checked(session, row.kind, _lang(row), row.text, now)
    row.confirmed_by, row.confirmed_at = actor.id, now
    later = from_on is not None and from_on > day_of(now)
    row.in_force_from = midnight(from_on) if from_on and later else now
    forget(session, wording_versions.LAID_DOWN)
    changes = {"digest": row.digest, "basis": row.basis, "in_force_from": row.in_force_from.isoformat()}
    _note(session, row, "put_in_force", (PROPOSED, COMING if later else IN_FORCE), actor, now, changes)


def withdraw(
    session: Session, row: WordingVersion, *, because: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """Drop a draft, or withdraw what is or will be in force; then the version before is in force again.

    Drafts of documents that were made with it and wait for approval are refused at the signature.
    """
    if not actor.has(*DECIDERS):
        raise NotAllowed
    unchanged(row.version, version)
    state = state_of(row, versions(session, row.kind, row.lang), now)
    if state not in {*OPEN, COMING, IN_FORCE}:
        raise NotNow(_l("This version is not in force any more."))
    if not because.strip():
        raise BadInput("because", _l("Say why."))
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = actor.id, now, because.strip()
    after = DROPPED if state in OPEN else WITHDRAWN
    _note(session, row, "withdraw", (state, after), actor, now, {"because": row.withdrawn_because})


def to_go_live(session: Session) -> Iterator[golive.Item]:
    """Wordings in force that no longer fit the software, since an update may require a kind to say more."""
    if fonts.missing():
        return
    rows = session.scalars(select(WordingVersion).where(WordingVersion.in_force_from.is_not(None)))
    confirmed = [row for row in rows if row.withdrawn_at is None]
    for row in confirmed:
        others = [each for each in confirmed if (each.kind, each.lang) == (row.kind, row.lang)]
        newest = max(others, key=lambda each: (each.in_force_from, each.id))
        if row is newest and wording_checks.problems(row.kind, _lang(row), row.text):
            yield golive.Item("wording", row.ref, row.id, (row.kind,))


def _checked(session: Session, kind: str, lang: Lang, text: str, now: datetime) -> str:
    text = text.strip()
    for problem in wording_checks.problems(kind, lang, text):
        raise BadInput("text", problem)
    there = wording_versions.in_force(session, kind, lang, now)
    if text == (there.text if there else supplied(kind, lang)):
        raise BadInput("text", _l("This says the same as the version in force."))
    return text


def _lang(row: WordingVersion) -> Lang:
    return "en" if row.lang == "en" else "zh"


def _may_change(actor: Actor) -> None:
    if not actor.has("system_admin", "system"):
        raise NotAllowed


def _note(
    session: Session,
    row: WordingVersion,
    what: str,
    states: tuple[str, str],
    actor: Actor,
    now: datetime,
    changes: dict[str, str],
) -> None:
    subject = ("wording_version", row.id)
    act = f"wording.{what}"
    journal.write(session, subject=subject, row=act, ref=row.ref, actor=actor, now=now, states=states, changes=changes)
