"""The index of the search, written in the transaction that changes what it tells of."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import event, func, inspect, select, text, tuple_
from sqlalchemy.orm import Session, UOWTransaction

from core import outbox
from core.db import Base, before_the_end
from core.held_back import Part, beside_new, on_changed, on_new
from core.planned import PLANNED
from search import hashed, terms
from search.models import SearchEntry

LONGEST: Final = 20_000
"""So many characters of a text are looked through."""
BATCH: Final = 500
NOTICED: Final = "search"
"""Under this name a session holds what changed, until its transaction ends."""
TOLD: Final = "search told"
"""And under this one what is to be found of new things, where somebody said it."""
Subject = tuple[str, int]


@dataclass(frozen=True)
class Entry:
    """What can be found of one thing by one audience."""

    number: int
    """The key of the thing."""
    audience: str
    ref: str
    title: str
    at: datetime
    body: str = ""
    title_en: str = ""
    parties: Iterable[int | None] = ()
    keys: Iterable[str | None] = ()
    """Numbers, codes and names by which it is found first."""
    secrets: Iterable[str | None] = ()
    """Numbers and addresses of people: found exactly, by their keyed hash."""
    also: str = ""
    """What is looked through as well, and never shown."""
    everybody: bool = False
    """Of what companies find: whether each of them does."""
    job: str = ""
    """A job that has yet to read more of it."""


Source = Callable[[Session, Sequence[int]], Iterator[Entry]]
Follow = Callable[[Any], Iterable[Subject]]
Wider = Callable[[Session, Sequence[int]], Iterable[Subject]]


@dataclass
class _Known:
    """What was registered: sources by kind, what to look at where a row changes, what else a thing changes."""

    sources: dict[str, Source] = field(default_factory=dict)
    models: dict[str, type[Base]] = field(default_factory=dict)
    audiences: dict[str, tuple[str, ...]] = field(default_factory=dict)
    followed: dict[type[Base], tuple[frozenset[str], Follow]] = field(default_factory=dict)
    wider: dict[str, Wider] = field(default_factory=dict)


KNOWN: Final = _Known()


def finds(kind: str, model: type[Base], *audiences: str) -> Callable[[Source], Source]:
    """Register what is found of a kind of thing, the table of such things, and who finds them at most."""

    def register(source: Source) -> Source:
        KNOWN.sources[kind], KNOWN.models[kind], KNOWN.audiences[kind] = source, model, audiences
        return source

    return register


def follows(model: type[Base], *columns: str) -> Callable[[Follow], Follow]:
    """Register of which things a row tells; where columns are named, only a change of those counts."""

    def register(follow: Follow) -> Follow:
        KNOWN.followed[model] = frozenset(columns), follow
        return follow

    return register


def widens(kind: str) -> Callable[[Wider], Wider]:
    """Register which other things tell of a thing of this kind."""

    def register(wider: Wider) -> Wider:
        KNOWN.wider[kind] = wider
        return wider

    return register


def notice(session: Session, kind: str, numbers: Iterable[int | None], *, new: bool = False) -> None:
    """These things changed, or are new: their entries are written anew before this transaction ends."""
    noticed: dict[Subject, bool] = session.info.setdefault(NOTICED, {})
    told: dict[Subject, Entry] = session.info.get(TOLD, {})
    for number in numbers:
        told.pop((kind, number or 0), None)
        if number is not None:
            noticed[kind, number] = new or noticed.get((kind, number), False)


def tell(session: Session, kind: str, entry: Entry) -> None:
    """What is to be found of a new thing, by whoever has it in hand: nobody asks for it, unless it changes again."""
    session.info.setdefault(TOLD, {})[kind, entry.number] = entry


@event.listens_for(Session, "after_flush")
def _noticed(session: Session, _context: UOWTransaction) -> None:
    if not session.info.get("open"):
        return
    _notice_new(session, list(session.new))
    _notice_changed(session, [*session.dirty, *session.deleted])


@on_changed
def _notice_changed(session: Session, rows: Iterable[Any]) -> None:
    for row in rows:
        columns, follow = KNOWN.followed.get(type(row), (frozenset(), None))
        if follow is None or (row not in session.deleted and not _changed(row, columns)):
            continue
        for kind, number in follow(row):
            notice(session, kind, [number])


@on_new
def _notice_new(session: Session, rows: Iterable[Any]) -> None:
    for row in rows:
        _columns, follow = KNOWN.followed.get(type(row), (frozenset(), None))
        for kind, number in follow(row) if follow is not None else ():
            mine = isinstance(row, KNOWN.models.get(kind, ())) and getattr(row, "id", None) == number
            notice(session, kind, [number], new=mine)


def _changed(row: Base, columns: frozenset[str]) -> bool:
    state: Any = inspect(row)
    watched = columns or {column.key for column in state.mapper.column_attrs}
    return any(state.attrs[name].history.has_changes() for name in watched)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(NOTICED, None)
        session.info.pop(TOLD, None)


def follow_rows(session: Session, table: str, numbers: Sequence[int]) -> None:
    """Rows of a table were changed by a statement of SQL: notice what they tell of."""
    for model, (_columns, follow) in KNOWN.followed.items():
        if model.__tablename__ == table:
            key = inspect(model).primary_key[0]
            for row in session.scalars(select(model).where(key.in_(numbers))):
                for kind, number in follow(row):
                    notice(session, kind, [number])


@beside_new
def _told_of_new(session: Session) -> Iterator[Part]:
    """What somebody said of new things is written along with them; for whatever else was noticed see `settle`."""
    noticed: dict[Subject, bool] = session.info.get(NOTICED, {})
    told: dict[Subject, Entry] = session.info.get(TOLD, {})
    mine = [subject for subject in told if noticed.get(subject) and subject[0] not in KNOWN.wider]
    rows: list[dict[str, Any]] = []
    for kind, number in sorted(mine):
        rows += _rows(session, kind, [number], {number}, told)
        del noticed[kind, number], told[kind, number]
    if rows:
        yield PUT, _words(rows)


@before_the_end
def settle(session: Session) -> None:
    """Write what was noticed into the index, in an order that is always the same."""
    noticed: dict[Subject, bool] = session.info.pop(NOTICED, {})
    told: dict[Subject, Entry] = session.info.pop(TOLD, {})
    for kind, wider in KNOWN.wider.items():
        if narrow := [number for each, number in noticed if each == kind]:
            noticed |= {subject: False for subject in wider(session, narrow) if subject not in noticed}
    rows: list[dict[str, Any]] = []
    for kind in sorted({kind for kind, _ in noticed}):
        numbers = sorted(number for each, number in noticed if each == kind)
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            rows += _rows(session, kind, some, {number for number in some if noticed[kind, number]}, told)
            if len(rows) >= BATCH:
                _put(session, rows)
                rows = []
    _put(session, rows)


def write(session: Session, kind: str, numbers: Sequence[int]) -> int:
    """Write the entries of these things anew; how many there are."""
    rows = _rows(session, kind, numbers)
    _put(session, rows)
    return len(rows)


def _rows(
    session: Session,
    kind: str,
    numbers: Sequence[int],
    new: Collection[int] = (),
    told: Mapping[Subject, Entry] | None = None,
) -> list[dict[str, Any]]:
    """What the index is to say of these things; what it says of them no longer is gone, and new ones had nothing."""
    source = KNOWN.sources.get(kind)
    if source is None or not numbers:
        return []
    entries = [told[kind, number] for number in numbers if (kind, number) in told] if told else []
    if len(entries) < len(numbers):
        entries += source(session, [number for number in numbers if not told or (kind, number) not in told])
    rows = list(map_rows(kind, entries))
    kept = {(row["audience"], row["subject_id"]) for row in rows}
    had = [number for number in numbers if number not in new]
    wanted = len(had) * len(KNOWN.audiences[kind])
    if sum(number not in new for _audience, number in kept) < wanted and (stale := _stale(session, kind, had, kept)):
        session.execute(text("DELETE FROM search_entry WHERE id = ANY(:ids)"), {"ids": stale})
    for job, number in sorted({(entry.job, entry.number) for entry in entries if entry.job}):
        outbox.later(session, job, key=f"{job}:{number}", number=number)
    return rows


def _put(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.connection().exec_driver_sql(PUT, (_words(rows),), PLANNED)


def _words(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)


PUT: Final = """
INSERT INTO search_entry AS known (audience, subject_kind, subject_id, ref, title, title_en, body, parties, at, terms)
SELECT audience, subject_kind, subject_id, ref, title, title_en, body, parties, at,
  array_to_tsvector(lexemes) || strip(to_tsvector('english', words))
FROM json_to_recordset(CAST(%s AS json)) AS given (audience text, subject_kind text, subject_id bigint, ref text,
  title text, title_en text, body text, parties bigint[], at timestamptz, lexemes text[], words text)
ON CONFLICT (audience, subject_kind, subject_id) DO UPDATE SET ref = excluded.ref, title = excluded.title,
  title_en = excluded.title_en, body = excluded.body, parties = excluded.parties, at = excluded.at,
  terms = excluded.terms
WHERE (known.ref, known.title, known.title_en, known.body, known.parties, known.at, known.terms) IS DISTINCT FROM
  (excluded.ref, excluded.title, excluded.title_en, excluded.body, excluded.parties, excluded.at, excluded.terms)
"""
"""All rows in one statement: of a batch of the whole index, or of one new complaint."""


def _stale(session: Session, kind: str, numbers: Sequence[int], kept: set[tuple[str, int]]) -> list[int]:
    """Entries of things that are gone, or are no longer for somebody."""
    entry = SearchEntry
    known = select(entry.id, entry.audience, entry.subject_id)
    known = known.where(entry.subject_kind == kind, entry.subject_id.in_(numbers))
    there = session.execute(known.where(entry.audience.in_(KNOWN.audiences[kind]))).all()
    return [number for number, audience, subject in there if (audience, subject) not in kept]


def _row(kind: str, entry: Entry) -> dict[str, Any]:
    parties = sorted({number for number in entry.parties if number is not None})
    body = entry.body.replace("\0", "")[:LONGEST]
    said = terms.level(f"{entry.ref}\n{entry.title}\n{entry.title_en}\n{body}\n{entry.also}")
    lexemes = set(terms.pairs(said)) | {f"@p{number}" for number in parties} | {f"#{kind}"}
    lexemes |= {f"={key}" for each in entry.keys if each and (key := terms.key(each))}
    lexemes |= {hashed.secret(each) for each in entry.secrets if each}
    if entry.everybody:
        lexemes.add("@all")
    return {
        "audience": entry.audience,
        "subject_kind": kind,
        "subject_id": entry.number,
        "ref": entry.ref,
        "title": entry.title,
        "title_en": entry.title_en,
        "body": body,
        "parties": parties,
        "at": entry.at,
        "lexemes": list(lexemes),
        "words": " ".join(dict.fromkeys(terms.words(said))),
    }


def anew(session: Session, kind: str, after: int, upto: int) -> tuple[int, int]:
    """One batch of a whole new index: things of a kind after a number; how many entries, and the last number or 0."""
    key: Any = KNOWN.models[kind].__table__.c.id
    numbers = list(session.scalars(select(key).where(key > after, key <= upto).order_by(key).limit(BATCH)))
    return write(session, kind, numbers), (numbers[-1] if numbers else 0)


def without_subject(session: Session, kind: str) -> list[int]:
    """Entries whose thing is gone, at most a batch of them."""
    key: Any = KNOWN.models[kind].__table__.c.id
    there = select(key).where(key == SearchEntry.subject_id).exists()
    return list(session.scalars(select(SearchEntry.id).where(SearchEntry.subject_kind == kind, ~there).limit(BATCH)))


def drifted(session: Session) -> list[tuple[str, str, int]]:
    """Where the index does not say what the things say: audience, kind, number; for tests and for a doubt."""
    found: set[tuple[str, str, int]] = set()
    columns = (SearchEntry.audience, SearchEntry.subject_kind, SearchEntry.subject_id)
    for kind, source in KNOWN.sources.items():
        key: Any = KNOWN.models[kind].__table__.c.id
        numbers = list(session.scalars(select(key).order_by(key)))
        wanted = {(row["audience"], kind, row["subject_id"]): row for row in map_rows(kind, source(session, numbers))}
        known = {tuple(row[:3]): row for row in session.execute(_as_written(columns, kind))}
        found |= wanted.keys() ^ known.keys()
        found |= {name for name in wanted.keys() & known.keys() if not _same(wanted[name], known[name])}
    return sorted(found)


def map_rows(kind: str, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """The rows of some entries."""
    return (_row(kind, entry) for entry in entries)


def _as_written(columns: tuple[Any, ...], kind: str) -> Any:  # noqa: ANN401 - a statement
    entry = SearchEntry
    more = (entry.ref, entry.title, entry.title_en, entry.body, entry.parties, entry.at)
    lexemes = func.tsvector_to_array(entry.terms).label("lexemes")
    return select(*columns, *more, lexemes).where(entry.subject_kind == kind).order_by(tuple_(*columns))


def _same(wanted: Mapping[str, Any], known: Any) -> bool:  # noqa: ANN401 - a row
    plain = ("ref", "title", "title_en", "body", "parties", "at")
    return all(wanted[name] == getattr(known, name) for name in plain) and set(wanted["lexemes"]) <= set(known.lexemes)
