"""Two entries that are one company: merged into the one that stands, and taken back exactly."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused, unchanged
from core.registered import Registered
from core.words import _l
from registry import batches, pointing, policies, second_factors
from registry.models import Party, PartyAlias
from registry.models_lineage import PartyMerge, PartyMove, PartySuccession
from registry.parties import note

Obstacle = Callable[[Session, Party, Party], Iterable[Refused]]
_obstacles = Registered[Obstacle]()
obstacle = _obstacles.add
"""Register what forbids that the first of two entries goes into the second."""
Done = Callable[[Session, PartyMerge, datetime], None]
_done = Registered[Done]()
on_done = _done.add
"""Register what follows once two entries were merged, or that was taken back, and each row is where it belongs."""


def refusals(session: Session, gone: Party, kept: Party) -> list[Refused]:
    """Why the first entry can't go into the second now, with what to do first."""
    if gone.id == kept.id:
        return [NotNow(_l("This is the same entry: choose another."))]
    found: list[Refused] = [
        NotNow(_l("%(company)s was merged already: open its page again.", company=each.name_zh))
        for each in (gone, kept)
        if each.merged_into_id is not None
    ]
    if gone.kind is not kept.kind:
        found.append(
            NotNow(_l("One entry is an institution, the other a collection firm: correct the wrong entry first."))
        )
    if session.scalar(select(PartySuccession.id).where(*_between(gone, kept)).limit(1)) is not None:
        found.append(NotNow(_l("One of the two is entered as the successor of the other: withdraw that first.")))
    elif gone.ceased_on is not None and kept.ceased_on is None:
        found.append(
            NotNow(
                _l(
                    "%(company)s is noted as a company that exists no more, the other entry is not: note it of both, "
                    "or of neither, first.",
                    company=gone.name_zh,
                )
            )
        )
    for ask in _obstacles:
        found += ask(session, gone, kept)
    return found


def _between(gone: Party, kept: Party) -> list[Any]:
    both = [gone.id, kept.id]
    stands = PartySuccession.withdrawn_at.is_(None)
    return [PartySuccession.predecessor_id.in_(both), PartySuccession.successor_id.in_(both), stands]


def merge(
    session: Session,
    gone: Party,
    kept: Party,
    *,
    reason: str,
    actor: Actor,
    versions: tuple[int | None, int | None],
    now: datetime,
) -> PartyMerge:
    """From now on the first entry is the second: all that names it moves there, each row noted.

    Both entries are locked, so that no row can be written under either meanwhile; what another transaction held back
    goes to the standing entry by the trigger zilu_standing_party.
    """
    if not policies.may_join_parties(actor):
        raise NotAllowed
    gone, kept = _locked(session, gone, kept)
    for party, version in zip((gone, kept), versions, strict=True):
        unchanged(party.version, version)
    for refusal in refusals(session, gone, kept):
        raise refusal
    if not reason.strip():
        raise BadInput("reason", _l("Say how it is known that they are one company."))
    made = PartyMerge(
        gone_id=gone.id,
        kept_id=kept.id,
        reason=reason.strip(),
        marks=pointing.marks(session),
        member_no=_take_number(session, gone, kept),
        merged_at=now,
    )
    session.add(made)
    session.flush()
    moved = pointing.point(session, pointing.of(session, gone.id), gone.id, kept.id)
    pointing.note(session, moved, merge_id=made.id)
    _tell_names_apart(session, moved, made)
    was, gone.merged_into_id = gone.state, kept.id
    session.flush()
    second_factors.keep_required(session, gone, kept, actor=actor, now=now)
    said = {"gone": gone.uscc, "kept": kept.uscc, "reason": made.reason, "rows": _counted(moved)}
    note(session, gone, "merge", actor, now, said, was=was)
    note(session, kept, "take_in", actor, now, said)
    _follow(session, made, now)
    return made


def undo(
    session: Session,
    merge: PartyMerge,
    *,
    reason: str,
    back: Sequence[str],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Take a merge back: each row goes where it was, with what hangs on it; of later matters, those chosen."""
    if not policies.may_join_parties(actor):
        raise NotAllowed
    gone, kept = _locked(session, merge.gone, merge.kept)
    session.refresh(merge)
    unchanged(merge.version, version)
    if merge.undone_at is not None:
        raise NotNow(_l("This merge was taken back already."))
    if kept.merged_into_id is not None:
        raise NotNow(_l("%(company)s was itself merged since: take that back first.", company=kept.name_zh))
    if not reason.strip():
        raise BadInput("reason", _l("Say how it is known that they are two companies."))
    chosen = [each for each in pointing.later(session, merge) if each.key in back]
    if len(chosen) != len(set(back)):
        raise BadInput("back", _l("Something in the list changed meanwhile: choose again."))
    moved = pointing.noted(session, PartyMove.merge_id == merge.id)
    after = pointing.rows_of(session, pointing.together(chosen), kept.id)
    hanging = pointing.rows_of(session, pointing.bearing(moved), kept.id)
    was, gone.merged_into_id = gone.state, None
    session.flush()
    for rows in (moved, hanging, after):
        pointing.point(session, rows, kept.id, gone.id)
    session.execute(update(PartyAlias).where(PartyAlias.came_with_id == merge.id).values(came_with_id=None))
    _give_number(session, merge)
    batches.drop_files_of(session, [gone.id, kept.id])
    merge.undone_at, merge.undo_reason = now, reason.strip()
    session.flush()
    said = {"gone": gone.uscc, "kept": kept.uscc, "reason": merge.undo_reason, "later": [each.key for each in chosen]}
    note(session, gone, "unmerge", actor, now, said, was=was)
    note(session, kept, "give_back", actor, now, said)
    _follow(session, merge, now)


def _follow(session: Session, merge: PartyMerge, now: datetime) -> None:
    for each in _done:
        each(session, merge, now)


def _tell_names_apart(session: Session, moved: pointing.Numbers, merge: PartyMerge) -> None:
    """The standing entry was never called what the other one was called once."""
    mine = PartyAlias.id.in_(moved.get("party_alias.party_id", [])) & PartyAlias.came_with_id.is_(None)
    session.execute(update(PartyAlias).where(mine).values(came_with_id=merge.id))


def _locked(session: Session, first: Party, second: Party) -> tuple[Party, Party]:
    """Both entries, locked in the order of their keys; nothing that refers to them is written meanwhile."""
    asked = select(Party).where(Party.id.in_([first.id, second.id])).order_by(Party.id).with_for_update()
    found = {each.id: each for each in session.scalars(asked.execution_options(populate_existing=True))}
    return found[first.id], found[second.id]


def _take_number(session: Session, gone: Party, kept: Party) -> str | None:
    """The standing entry gets the member number where it has none; the other is told with its own entry."""
    number = gone.member_no
    if number is None or kept.member_no is not None:
        return None
    gone.member_no = None
    session.flush()
    kept.member_no = number
    session.flush()
    return number


def _give_number(session: Session, merge: PartyMerge) -> None:
    """The entry gets back the member number that it had, unless a third one bears it by now."""
    if merge.kept.member_no == merge.member_no:
        merge.kept.member_no = None
        session.flush()
    if merge.member_no is not None and not session.scalar(select(Party.id).where(Party.member_no == merge.member_no)):
        merge.gone.member_no = merge.member_no


def _counted(moved: pointing.Numbers) -> dict[str, int]:
    return {where: len(numbers) for where, numbers in sorted(moved.items())}
