"""Reads of how entries hang together: which are one company, whom a company goes on as, what it was called on a day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session

from core.at_hand import at_hand
from registry.models import AliasKind, Party, PartyAlias
from registry.models_lineage import ENDING, PartyMerge, PartyMove, PartySuccession

Number = ColumnElement[int]
FORWARDED = "forwarding.party_id"
"""Under this name it is noted that a forwarding was passed on to a successor."""


def standing(party: type[Party] = Party) -> Number:
    """The entry that stands for a party: itself, unless it was merged."""
    return func.coalesce(party.merged_into_id, party.id)


def stands_for(number: int | Number) -> Number:
    """The key of the entry that stands for one: an address that was kept names a company as before it was merged."""
    stands = select(standing()).where(Party.id == number).correlate(None).scalar_subquery()
    return func.coalesce(stands, number)


def entries(session: Session, number: int) -> list[int]:
    """Every entry that is this one company: the one that stands, and those merged into it."""
    known = at_hand(session, Party, "id", number)
    if known:
        root = known[0].merged_into_id or number
    else:
        root = session.scalar(select(standing()).where(Party.id == number)) or number
    return [root, *session.scalars(select(Party.id).where(Party.merged_into_id == root).order_by(Party.id))]


def named(folded: str) -> Select[int]:
    """The keys of the companies whose name, now or before, or any other name, holds these folded words."""
    own = [name.contains(folded, autoescape=True) for name in (Party.folded_zh, Party.folded_en)]
    other = select(PartyAlias.party_id).where(PartyAlias.folded.contains(folded, autoescape=True))
    found = select(Party.id, standing().label("standing")).where(or_(*own, Party.id.in_(other))).subquery()
    both = union(select(found.c.id), select(found.c.standing)).subquery()
    return select(both.c.id)


def of_code(uscc: str) -> Select[int]:
    """The key of the entry that stands for the company of this code, also where the code is that of a merged one."""
    return select(standing()).where(Party.uscc == uscc)


def merged(session: Session, party: Party) -> Sequence[Party]:
    """The entries that were merged into this one; each keeps its names."""
    return session.scalars(select(Party).where(Party.merged_into_id == party.id).order_by(Party.id)).all()


def merges(session: Session, number: int) -> Sequence[PartyMerge]:
    """What was merged into this entry and stands so, the newest first."""
    mine = select(PartyMerge).where(PartyMerge.kept_id == number, PartyMerge.undone_at.is_(None))
    return session.scalars(mine.order_by(PartyMerge.id.desc())).all()


def merge(session: Session, number: int) -> PartyMerge | None:
    """One merge."""
    return session.get(PartyMerge, number)


def succession(session: Session, number: int) -> PartySuccession | None:
    """One succession."""
    return session.get(PartySuccession, number)


def successions(session: Session, number: int) -> Sequence[PartySuccession]:
    """Its successions: as whom this company goes on."""
    mine = select(PartySuccession).where(PartySuccession.predecessor_id.in_(entries(session, number)))
    return session.scalars(_standing(mine)).all()


def origins(session: Session, number: int) -> Sequence[PartySuccession]:
    """Whom this company succeeded."""
    mine = select(PartySuccession).where(PartySuccession.successor_id.in_(entries(session, number)))
    return session.scalars(_standing(mine)).all()


def _standing(asked: Select[PartySuccession]) -> Select[PartySuccession]:
    return asked.where(PartySuccession.withdrawn_at.is_(None)).order_by(PartySuccession.from_on, PartySuccession.id)


def goes_back(session: Session, number: int, to: int) -> bool:
    """Whether what one entry has goes back to another that went on as it, or was merged into it, and stands so."""
    went_on = select(PartySuccession.id).where(PartySuccession.withdrawn_at.is_(None))
    went_on = went_on.where(PartySuccession.predecessor_id == to, PartySuccession.successor_id == number)
    joined = select(PartyMerge.id).where(PartyMerge.gone_id == to, PartyMerge.kept_id == number)
    return bool(session.scalar(select(or_(went_on.exists(), joined.where(PartyMerge.undone_at.is_(None)).exists()))))


def predecessors(session: Session, number: int) -> list[Party]:
    """Whom this company goes on as, and whom those went on as, the nearest first."""
    found: dict[int, Party] = {}
    open_ends = [number]
    while open_ends:
        for each in origins(session, open_ends.pop(0)):
            if each.predecessor_id not in found and each.predecessor_id != number:
                found[each.predecessor_id] = each.predecessor
                open_ends.append(each.predecessor_id)
    return list(found.values())


def heirs(session: Session, number: int) -> list[Party]:
    """As whom a company that is gone goes on now: its successors, or theirs where those are gone themselves."""
    found: dict[int, Party] = {}
    seen, open_ends = {number}, [number]
    while open_ends:
        for each in successions(session, open_ends.pop(0)):
            if each.successor_id in seen:
                continue
            seen.add(each.successor_id)
            if each.successor.ceased_on is None:
                found[each.successor_id] = each.successor
            else:
                open_ends.append(each.successor_id)
    return list(found.values())


def _came(session: Session, number: int) -> Sequence[PartySuccession]:
    """How a company came to go on as others, by its own entry."""
    if (known := at_hand(session, PartySuccession, "successor_id", number)) is not None:
        standing = [each for each in known if each.withdrawn_at is None]
        return sorted(standing, key=lambda each: (each.from_on, each.id))
    return session.scalars(_standing(select(PartySuccession).where(PartySuccession.successor_id == number))).all()


def answered_for(session: Session, number: int, day: date) -> list[int]:
    """Whose conduct of that day a company answers for, the nearest first: they went on as it only later."""
    found: list[int] = []
    open_ends = [number]
    while open_ends:
        for each in _came(session, open_ends.pop(0)):
            if each.from_on > day and each.predecessor_id not in {number, *found}:
                found.append(each.predecessor_id)
                open_ends.append(each.predecessor_id)
    return found


def acted(session: Session, place: str, row_id: int) -> int | None:
    """Whose conduct a row is about that was passed on to a successor; none where it was not."""
    if at_hand(session, PartyMove, "row_id", row_id, place=place) == []:
        return None
    first = (
        select(PartySuccession.predecessor_id)
        .join(PartyMove, PartyMove.succession_id == PartySuccession.id)
        .where(PartyMove.place == place, PartyMove.row_id == row_id, PartySuccession.withdrawn_at.is_(None))
        .order_by(PartyMove.id)
    )
    return session.scalar(first.limit(1))


def holders(session: Session, place: str, row_id: int, *, gone: bool = False) -> Sequence[int]:
    """Who had a row before it was passed on, the first one first; on request only those that are gone since."""
    if at_hand(session, PartyMove, "row_id", row_id, place=place) == []:
        return []
    had = (
        select(PartySuccession.predecessor_id)
        .join(PartyMove, PartyMove.succession_id == PartySuccession.id)
        .where(PartyMove.place == place, PartyMove.row_id == row_id, PartySuccession.withdrawn_at.is_(None))
    )
    had = had.where(PartySuccession.kind.in_(ENDING)) if gone else had
    return session.scalars(had.order_by(PartyMove.id)).all()


def gone_before(session: Session, place: str, rows: Iterable[int]) -> dict[int, set[int]]:
    """By row, which companies that are gone had it before it was passed on."""
    asked = [each for each in rows if at_hand(session, PartyMove, "row_id", each, place=place) != []]
    found: dict[int, set[int]] = {}
    if asked:
        had = select(PartyMove.row_id, PartySuccession.predecessor_id)
        had = had.join(PartySuccession, PartyMove.succession_id == PartySuccession.id)
        had = had.where(PartyMove.place == place, PartyMove.row_id.in_(asked), PartySuccession.kind.in_(ENDING))
        for row, party in session.execute(had.where(PartySuccession.withdrawn_at.is_(None))):
            found.setdefault(row, set()).add(party)
    return found


def had_on(session: Session, place: str, row_id: int, day: date) -> Party | None:
    """Who had on that day a row that was passed on to a successor only from a later one; none where it was its own."""
    if at_hand(session, PartyMove, "row_id", row_id, place=place) == []:
        return None
    later = (
        select(PartySuccession)
        .join(PartyMove, PartyMove.succession_id == PartySuccession.id)
        .where(PartyMove.place == place, PartyMove.row_id == row_id)
        .where(PartySuccession.withdrawn_at.is_(None), PartySuccession.from_on > day)
        .order_by(PartySuccession.from_on, PartyMove.id)
    )
    first = session.scalar(later.limit(1))
    return first.predecessor if first is not None else None


def former_names(session: Session, party: Party) -> Sequence[PartyAlias]:
    """What a company was called before, the latest first."""
    mine = select(PartyAlias).where(PartyAlias.party_id == party.id, PartyAlias.kind == AliasKind.FORMER)
    return session.scalars(mine.order_by(PartyAlias.to_on.desc().nulls_last(), PartyAlias.id.desc())).all()


def _own_former(session: Session, party: Party, came_with: int | None = None) -> list[PartyAlias]:
    """What the entry itself was called before, or the one that came with this merge: each has a line of names."""
    return [each for each in former_names(session, party) if each.came_with_id == came_with]


def former_in(session: Session, text: str) -> Sequence[PartyAlias]:
    """Former names that stand in a text; what is a company's present name is none."""
    borne = select(Party.id).where(or_(Party.name_zh == PartyAlias.value, Party.name_en == PartyAlias.value))
    asked = select(PartyAlias).where(PartyAlias.kind == AliasKind.FORMER, ~borne.exists())
    return session.scalars(
        asked.where(func.strpos(text, PartyAlias.value) > 0).order_by(PartyAlias.party_id, PartyAlias.id)
    ).all()


@dataclass(frozen=True)
class Names:
    """What a company was called before, the latest first, and the entries that were merged into it."""

    former: Sequence[PartyAlias]
    merged: Sequence[Party]


def names_of(session: Session, parties: Collection[int]) -> dict[int, Names]:
    """The same of the companies of a list, asked at once."""
    if not parties:
        return {}
    former = select(PartyAlias).where(PartyAlias.party_id.in_(parties), PartyAlias.kind == AliasKind.FORMER)
    gone = select(Party).where(Party.merged_into_id.in_(parties)).order_by(Party.id)
    found: dict[int, tuple[list[PartyAlias], list[Party]]] = {number: ([], []) for number in parties}
    for each in session.scalars(former.order_by(PartyAlias.to_on.desc().nulls_last(), PartyAlias.id.desc())):
        found[each.party_id][0].append(each)
    for entry in session.scalars(gone):
        found[entry.merged_into_id or 0][1].append(entry)
    return {number: Names(*each) for number, each in found.items()}


def name_on(session: Session, party: Party, day: date, lang: str = "zh") -> str:
    """What a company was called on a day; its present name where nothing says otherwise."""
    return _called(party, former_names(session, party), day, lang)


def _called(party: Party, former: Sequence[PartyAlias], day: date, lang: str = "zh") -> str:
    english = lang.startswith("en")
    if party.coming_on is not None and party.coming_on <= day and party.ceased_on is None:
        return (party.coming_en if english else "") or party.coming_zh
    mine = [each for each in former if each.came_with_id is None and each.to_on is not None and each.to_on >= day]
    mine = [each for each in mine if (each.from_on is None or each.from_on <= day) and each.value.isascii() == english]
    return min(mine, key=lambda each: each.to_on or day).value if mine else party.name(lang)


def english_on(session: Session, party: Party, said: str, day: date, known: Names | None = None) -> str:
    """The English name that went on a day with what a text calls a company in Chinese; the same where it had none.

    Whoever was merged into it since is called by the name of its own entry. A list gives what it asked at once.
    """
    former = known.former if known is not None else former_names(session, party)
    if said == party.name_zh or said == _called(party, former, day):
        return _called(party, former, day, "en")
    entries = known.merged if known is not None else merged(session, party)
    return next((each.name("en") for each in entries if each.name_zh == said), said)


def first_day_of_name(session: Session, party: Party, old: str) -> date | None:
    """The day after the last former name of the same script ended; not known where there is none."""
    ended = [each.to_on for each in _own_former(session, party) if each.to_on and each.value.isascii() == old.isascii()]
    return max(ended) + timedelta(days=1) if ended else None


def name_after(session: Session, party: Party, former: PartyAlias) -> PartyAlias | None:
    """The former name that began on the day after this one ended; none where the present name did."""
    if former.to_on is None:
        return None
    begins = former.to_on + timedelta(days=1)
    line = _own_former(session, party, former.came_with_id)
    same = [each for each in line if each.value.isascii() == former.value.isascii()]
    return next((each for each in same if each.from_on == begins), None)
