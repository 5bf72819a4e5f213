"""Companies that ceased to exist, and the companies they go on as; what was open goes on against the successor."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, unchanged
from core.registered import Registered
from core.words import _l
from registry import batches, lineage, notifications, pointing, policies
from registry.models import Party
from registry.models_lineage import ENDING, PartyMove, PartySuccession, SuccessionKind
from registry.parties import note, one_name_at_a_time, require_name_left

NAME_PAPER = _l("Name the paper that shows it.")
Handed = Callable[[Session, pointing.Numbers, str, datetime], None]
_handed = Registered[Handed]()
on_handed = _handed.add
"""Register what follows when rows go to another company's people, who were told nothing of them; with a word for it."""

Gone = Callable[[Session, Party, Actor, datetime], None]
_gone = Registered[Gone]()
on_gone = _gone.add
"""Register what follows when a company ceases to exist, goes on as another, or exists after all."""

Withdrawn = Callable[[Session, PartySuccession, datetime], None]
_withdrawn = Registered[Withdrawn]()
on_withdrawn = _withdrawn.add
"""Register what follows once a succession was entered by mistake, and each row is where it belongs."""


def record(  # noqa: PLR0913 - each value is named
    session: Session,
    predecessor: Party,
    successor: Party,
    *,
    kind: SuccessionKind,
    from_on: date,
    evidence: str,
    matters: Sequence[str],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> PartySuccession:
    """Enter that a company goes on as another; the open matters that were chosen go on against the successor."""
    _may(actor)
    _lock(session, predecessor, successor, version)
    _can_follow(session, predecessor, successor)
    _proved(from_on, evidence, now)
    made = PartySuccession(
        predecessor_id=predecessor.id,
        successor_id=successor.id,
        kind=kind,
        from_on=from_on,
        evidence=evidence.strip(),
    )
    session.add(made)
    was = predecessor.state
    if kind in ENDING and predecessor.ceased_on is None:
        predecessor.ceased_on, predecessor.ceased_evidence = from_on, evidence.strip()
    session.flush()
    said = {"kind": kind.value, "from_on": str(from_on), "predecessor": predecessor.uscc, "successor": successor.uscc}
    note(session, predecessor, "go_on_as", actor, now, said, was=was)
    note(session, successor, "succeed", actor, now, said)
    if matters:
        pass_on(session, made, matters=matters, actor=actor, now=now)
    _follow(session, predecessor, actor, now)
    return made


def _follow(session: Session, party: Party, actor: Actor, now: datetime) -> None:
    for each in _gone:
        each(session, party, actor, now)


def pass_on(
    session: Session, succession: PartySuccession, *, matters: Sequence[str], actor: Actor, now: datetime
) -> None:
    """Open matters go on against the successor: its people see and answer them; what was issued stays as written."""
    _may(actor)
    _lock(session, succession.predecessor, succession.successor, None)
    session.refresh(succession)
    if succession.withdrawn_at is not None:
        raise NotNow(_l("This succession was withdrawn."))
    old, new = succession.predecessor_id, succession.successor_id
    chosen = [each for each in open_matters(session, old) if each.key in matters]
    if not chosen or len(chosen) != len(set(matters)):
        raise BadInput("matters", _l("Something in the list changed meanwhile: choose again."))
    moved = pointing.point(session, _going(session, pointing.together(chosen), old), old, new)
    stayed = [each for each in chosen if each.number not in _moved(moved, each.table)]
    if stayed:
        raise NotNow(
            _l(
                "%(matter)s: the successor is concerned there already. End it against the predecessor instead.",
                matter=stayed[0].text,
            )
        )
    pointing.note(session, moved, succession_id=succession.id)
    _hand_over(session, moved, succession, new, now)
    said = {"matters": [each.key for each in chosen]}
    for party in (succession.predecessor, succession.successor):
        note(session, party, "pass_on", actor, now, said)


def _hand_over(session: Session, moved: pointing.Numbers, succession: PartySuccession, to: int, now: datetime) -> None:
    """The people of the other company hear of it: what runs against them now began before anybody told them."""
    word = f"passed_on:{succession.id}:{now.isoformat()}"
    notifications.tell_party(session, to, "passed_on", key=word, now=now)
    for each in _handed:
        each(session, moved, word, now)


def _going(session: Session, matters: pointing.Numbers, party_id: int) -> dict[str, list[int]]:
    """What goes with matters to another company: not what either gave, which stays its own."""
    return pointing.rows_of(session, matters, party_id, given=False)


def _moved(moved: pointing.Numbers, table: str) -> list[int]:
    return [number for where, numbers in moved.items() if where.startswith(f"{table}.") for number in numbers]


def open_matters(session: Session, party_id: int) -> list[pointing.Matter]:
    """What still goes on against a company."""
    return [each for each in pointing.matters(session, [party_id]) if each.open]


def withdraw(
    session: Session, succession: PartySuccession, *, reason: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """It was entered by mistake: each row that moved goes back, and the company exists again."""
    _may(actor)
    predecessor, successor = succession.predecessor, succession.successor
    one_name_at_a_time(session)
    _lock(session, predecessor, successor, None)
    session.refresh(succession)
    unchanged(succession.version, version)
    if succession.withdrawn_at is not None:
        raise NotNow(_l("This succession was withdrawn."))
    if not reason.strip():
        raise BadInput("reason", _l("Say why."))
    if _went_on(session, succession):
        raise NotNow(_l("%(company)s itself goes on as another since: withdraw that first.", company=successor.name_zh))
    _give_back(session, succession, now)
    succession.withdrawn_at, succession.withdrawn_because = now, reason.strip()
    session.flush()
    was = predecessor.state
    _end_by_what_stands(session, succession)
    said = {"reason": reason.strip()}
    note(session, predecessor, "withdraw_succession", actor, now, said, was=was)
    note(session, successor, "withdraw_succession", actor, now, said)
    for each in _withdrawn:
        each(session, succession, now)
    _follow(session, predecessor, actor, now)


def _give_back(session: Session, succession: PartySuccession, now: datetime) -> None:
    """What moved goes back, with what has been hung on it since."""
    old, new = succession.predecessor_id, succession.successor_id
    moved = pointing.noted(session, PartyMove.succession_id == succession.id)
    hanging = _going(session, pointing.bearing(moved), new)
    for rows in (moved, hanging):
        if back := pointing.point(session, rows, new, old):
            _hand_over(session, back, succession, old, now)
    batches.drop_files_of(session, [old, new])


def _end_by_what_stands(session: Session, succession: PartySuccession) -> None:
    """The company ended by another succession that stands, or it exists again; an end noted apart stays."""
    party = succession.predecessor
    noted = party.ceased_on, party.ceased_evidence
    if succession.kind not in ENDING or noted != (succession.from_on, succession.evidence):
        return
    others = [each for each in lineage.successions(session, party.id) if each.kind in ENDING]
    if not others:
        require_name_left(session, party)
    party.ceased_on = others[0].from_on if others else None
    party.ceased_evidence = others[0].evidence if others else ""
    session.flush()


def _went_on(session: Session, succession: PartySuccession) -> bool:
    """Whether the successor has passed something of it on in its turn: only from there it comes back."""
    mine, since = aliased(PartyMove), aliased(PartyMove)
    same = (since.place == mine.place) & (since.row_id == mine.row_id) & (since.id > mine.id)
    found = select(since.id).join(mine, same).join(PartySuccession, PartySuccession.id == since.succession_id)
    stands = PartySuccession.withdrawn_at.is_(None) & (PartySuccession.predecessor_id == succession.successor_id)
    return session.scalar(found.where(mine.succession_id == succession.id, stands).limit(1)) is not None


def cease(
    session: Session, party: Party, *, on: date, evidence: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """The company exists no more; whether anybody succeeds it is entered apart."""
    _may(actor)
    _lock(session, party, party, version)
    if party.ceased_on is not None:
        raise NotNow(_l("It is noted already that this company ceased to exist."))
    _proved(on, evidence, now)
    was, party.ceased_on, party.ceased_evidence = party.state, on, evidence.strip()
    session.flush()
    note(session, party, "cease", actor, now, {"on": str(on), "evidence": evidence.strip()}, was=was)
    _follow(session, party, actor, now)


def exist(session: Session, party: Party, *, reason: str, actor: Actor, version: int | None, now: datetime) -> None:
    """It was a mistake: the company exists."""
    _may(actor)
    one_name_at_a_time(session)
    _lock(session, party, party, version)
    if party.ceased_on is None:
        raise NotNow(_l("It is not noted that this company ceased to exist."))
    if any(each.kind in ENDING for each in lineage.successions(session, party.id)):
        raise NotNow(_l("It is entered that this company went on as another: withdraw that first."))
    if not reason.strip():
        raise BadInput("reason", _l("Say why."))
    require_name_left(session, party)
    before = {"on": str(party.ceased_on), "evidence": party.ceased_evidence}
    was, party.ceased_on, party.ceased_evidence = party.state, None, ""
    session.flush()
    note(session, party, "exist", actor, now, {"before": before, "reason": reason.strip()}, was=was)
    _follow(session, party, actor, now)


def _may(actor: Actor) -> None:
    if not policies.may_join_parties(actor):
        raise NotAllowed


def _lock(session: Session, first: Party, second: Party, version: int | None) -> None:
    asked = select(Party).where(Party.id.in_([first.id, second.id])).order_by(Party.id).with_for_update()
    session.scalars(asked.execution_options(populate_existing=True)).all()
    unchanged(first.version, version)
    for party in (first, second):
        if party.merged_into_id is not None:
            raise NotNow(_l("%(company)s was merged already: open its page again.", company=party.name_zh))


def _can_follow(session: Session, predecessor: Party, successor: Party) -> None:
    if predecessor.id == successor.id:
        raise BadInput("successor", _l("A company does not succeed itself: name another."))
    if successor.id in {each.successor_id for each in lineage.successions(session, predecessor.id)}:
        raise BadInput("successor", _l("This successor is entered already."))
    if successor.id in {each.id for each in lineage.predecessors(session, predecessor.id)}:
        raise BadInput("successor", _l("This company is itself a predecessor of the one it would succeed."))


def _proved(on: date, evidence: str, now: datetime) -> None:
    if on > day_of(now):
        raise BadInput("from_on", _l("This day lies ahead: enter it when it has come."))
    if not evidence.strip():
        raise BadInput("evidence", NAME_PAPER)
