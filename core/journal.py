"""The journal: one entry per transition, chained by hash per subject, never changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.actors import Actor
from core.crypto import keyed_hash
from core.db import SUBJECT_NOT_BARRED, Base, BigId, Instant, before_the_end
from core.held_back import Part, beside_new, part
from core.planned import PLANNED

START = "0" * 64
IN_FULL = 1e16
"""From here on Python writes a number with an exponent."""
ERASED = "retention.erased"
ERASED_CASE = "case.erased"
"""The rows of entries that vouch for those whose changed values were erased: of a complaint, of a case."""
VOUCHED = "journal.erased"


class JournalEntry(Base):
    """What happened to one subject: the row of its machine, by whom, when, from which state to which."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id", "seq"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": SUBJECT_NOT_BARRED, "admin": "true"}
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {
        "admin": ("id", "subject_kind", "subject_id", "seq", "row", "ref", "actor", "at", "before", "after", "digest"),
    }
    id: Mapped[BigId]
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(Integer)
    row: Mapped[str]
    ref: Mapped[str]
    actor: Mapped[str]
    at: Mapped[Instant]
    before: Mapped[str]
    after: Mapped[str]
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Changed values: no administrator may select this column."""
    prev: Mapped[str]
    digest: Mapped[str]


class JournalHead(Base):
    """The last entry of each subject; locked while the chain grows."""

    __tablename__ = "journal_head"
    __readers__: ClassVar[dict[str, str]] = {"staff": SUBJECT_NOT_BARRED, "admin": "true"}
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str]


@dataclass(frozen=True)
class Broken:
    """Where a chain does not hold."""

    subject_kind: str
    subject_id: int
    seq: int
    why: str


def write(  # noqa: PLR0913 - what an entry says
    session: Session,
    *,
    subject: tuple[str, int],
    row: str,
    ref: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str],
    changes: Mapping[str, Any] | None = None,
    begins: bool = False,
) -> None:
    """Note what happened; it is written at the end of the transaction, with the heads locked in sorted order.

    Of what begins with it, and is new itself, nobody ever told: its head and entries are written as it is. Raises
    TypeError where changes hold what no JSON does.
    """
    session.info.setdefault("journal", []).append(
        {
            "subject_kind": subject[0],
            "subject_id": subject[1],
            "row": row,
            "ref": ref,
            "actor": actor.who,
            "at": now,
            "before": states[0],
            "after": states[1],
            "changes": _as_kept(changes) if changes else None,
            "begins": begins,
        },
    )


def _as_kept(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changed values as the database will give them back: digested so, an unchanged entry always fits its digest."""
    said = json.dumps(dict(changes), ensure_ascii=False, allow_nan=False, default=_in_words)
    kept: dict[str, Any] = json.loads(said, parse_float=_number)
    return kept


def _in_words(value: object) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    message = f"{type(value).__name__} has no place in the journal"
    raise TypeError(message)


def _number(said: str) -> float | int:
    """JSONB writes large numbers without an exponent, and no minus before nothing."""
    number = float(said)
    return number if 0 < abs(number) < IN_FULL else int(number)


class Subject(NamedTuple):
    """What an entry is about: its kind, its number, and how people call it."""

    kind: str
    id: int
    ref: str


def note(
    session: Session,
    of: Subject,
    what: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str] = ("", ""),
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Note something that is no row of a state machine, under the name of its subject's kind."""
    row, subject = f"{of.kind}.{what}", (of.kind, of.id)
    write(session, subject=subject, row=row, ref=of.ref, actor=actor, now=now, states=states, changes=changes)


@beside_new
def _begun(session: Session) -> Iterator[Part]:
    """Entries that are all about new subjects are written along with them; otherwise all wait for the end, in order."""
    entries = session.info.get("journal", [])
    if entries and _all_begin(entries):
        heads, rows = _chained(session.info.pop("journal"), {})
        yield part(JournalHead.__table__, [_head(subject, end) for subject, end in heads.items()])
        yield part(JournalEntry.__table__, rows)


@before_the_end
def settle(session: Session) -> None:
    """Chain the entries of this transaction. Heads are locked in sorted order: any other ends in deadlocks.

    What has no head yet begins with the end that it has here: nobody else can have told of it meanwhile. Entries are
    digested and sent along with the heads only where every subject is new; else once their ends are known.
    """
    entries = session.info.pop("journal", [])
    if not entries:
        return
    connection = session.connection()
    if _all_begin(entries):
        heads, rows = _chained(entries, {})
    else:
        heads, rows = dict.fromkeys(map(_subject, entries), (0, START)), []
    known, is_told = _known(connection, heads, rows)
    if not is_told:
        ends, rows = _chained(entries, known)
        connection.execute(TOLD, _said(ends) | {"rows": _words(rows)})


def _known(connection: Connection, heads: "Ends", rows: Sequence[Mapping[str, Any]]) -> tuple["Ends", bool]:
    """Begin new chains and lock the ends of the others; those ends, and whether the entries were written as well."""
    known: Ends = {}
    told, many = _words(rows), len(heads)
    is_told = False
    while heads:
        said = {"heads": _lines(heads), "rows": told, "many": many}
        found = {
            (kind, number): (seq, digest)
            for kind, number, seq, digest in connection.execute(OPENED, said, execution_options=PLANNED)
        }
        begun = sum(end[0] is None for end in found.values())
        is_told = is_told or (bool(rows) and begun == many)
        known |= {subject: end for subject, end in found.items() if end[0] is not None}
        heads = {subject: end for subject, end in heads.items() if subject not in found}  # begun by others meanwhile
    return known, is_told


Ends = dict[tuple[str, int], tuple[int, str]]
"""How many entries each subject has, and the digest of the last one."""


def _chained(entries: Sequence[Mapping[str, Any]], before: Ends) -> tuple[Ends, list[dict[str, Any]]]:
    """The ends of the chains after these entries, and the entries as rows."""
    ends: Ends = {}
    rows = []
    for entry in entries:
        subject = _subject(entry)
        seq, prev = ends.get(subject) or before.get(subject) or (0, START)
        digest = digest_of(prev, seq + 1, entry)
        ends[subject] = seq + 1, digest
        said = {name: value for name, value in entry.items() if name != "begins"}
        rows.append({**said, "seq": seq + 1, "prev": prev, "digest": digest})
    return ends, rows


def _all_begin(entries: Sequence[Mapping[str, Any]]) -> bool:
    return {_subject(each) for each in entries} == {_subject(each) for each in entries if each["begins"]}


def _subject(entry: Mapping[str, Any]) -> tuple[str, int]:
    return entry["subject_kind"], entry["subject_id"]


def _words(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)


def _said(heads: Ends) -> dict[str, list[Any]]:
    rows = [(*subject, *heads[subject]) for subject in sorted(heads)]
    return {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}


def _lines(heads: Ends) -> str:
    return json.dumps([_head(subject, heads[subject]) for subject in sorted(heads)])


def _head(subject: tuple[str, int], end: tuple[int, str]) -> dict[str, Any]:
    return dict(zip(NAMES, (*subject, *end), strict=True))


NAMES = ("subject_kind", "subject_id", "seq", "digest")
_LINES = "json_to_recordset(CAST(:heads AS json)) AS said (subject_kind text, subject_id bigint, seq int, digest text)"
"""Of how many the server guesses the same for any value, so that it keeps one plan."""
_HEADS = (
    "unnest(CAST(:subject_kind AS text[]), CAST(:subject_id AS bigint[]), CAST(:seq AS int[]), "
    "CAST(:digest AS text[])) AS said (subject_kind, subject_id, seq, digest)"
)
_TOLD = (
    'INSERT INTO journal (subject_kind, subject_id, seq, "row", ref, actor, at, before, after, changes, prev, digest) '
    'SELECT subject_kind, subject_id, seq, "row", ref, actor, at, before, after, changes, prev, digest '
    "FROM json_to_recordset(CAST(:rows AS json)) AS said (subject_kind text, subject_id bigint, seq int, "
    '"row" text, ref text, actor text, at timestamptz, before text, after text, changes jsonb, prev text, digest text)'
)
OPENED = text(
    "WITH begun AS (INSERT INTO journal_head (subject_kind, subject_id, seq, digest) "  # noqa: S608 - our own words
    f"SELECT * FROM {_LINES} ON CONFLICT DO NOTHING RETURNING subject_kind, subject_id), "
    f"told AS ({_TOLD} WHERE (SELECT count(*) FROM begun) = :many), "
    f"held AS (SELECT each.* FROM {_LINES} CROSS JOIN LATERAL (SELECT h.* FROM journal_head h "
    "WHERE (h.subject_kind, h.subject_id) = (said.subject_kind, said.subject_id) FOR UPDATE) AS each) "
    "SELECT subject_kind, subject_id, NULL AS seq, NULL AS digest FROM begun "
    "UNION ALL SELECT subject_kind, subject_id, seq, digest FROM held"
)
TOLD = text(
    "WITH gone_on AS (UPDATE journal_head h SET seq = said.seq, digest = said.digest "  # noqa: S608 - our own words
    f"FROM {_HEADS} WHERE (h.subject_kind, h.subject_id) = (said.subject_kind, said.subject_id)) {_TOLD}"
)


def digest_of(prev: str, seq: int, entry: Mapping[str, Any]) -> str:
    """SHA-256 over the previous digest and everything the entry says, in a canonical order."""
    said = {
        **{name: entry[name] for name in ("subject_kind", "subject_id", "row", "ref", "actor", "before", "after")},
        "at": entry["at"].timestamp(),
        "changes": entry["changes"],
        "seq": seq,
        "prev": prev,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def blank(session: Session, complaint_id: int) -> dict[str, dict[str, str]]:
    """Erase the changed values in the entries about an erased complaint; the links of their chains stay.

    By chain and place, what is left of each: the entry about the erasing vouches for it.
    """
    return _blanked(session, "SELECT zilu_blank_journal(:number)", complaint_id)


def blank_case(session: Session, case_id: int) -> dict[str, dict[str, str]]:
    """Do the same for an erased case, its tracks and what hangs on them."""
    return _blanked(session, "SELECT zilu_blank_case_journal(:number)", case_id)


def _blanked(session: Session, does: str, number: int) -> dict[str, dict[str, str]]:
    columns = JournalEntry.__table__.columns
    gone = session.scalars(text(does), {"number": number}).all()
    rest: dict[str, dict[str, str]] = {}
    for entry in session.execute(select(*columns).where(columns.id.in_(gone)).order_by(columns.id)):
        said = dict(zip(columns.keys(), entry, strict=True))
        rest.setdefault(f"{entry.subject_kind}:{entry.subject_id}", {})[str(entry.seq)] = _rest(entry.seq, said)
    return rest


def _rest(seq: int, entry: Mapping[str, Any]) -> str:
    """A digest of an entry without its changed values, at its place in the chain.

    By a key that the database does not hold: else its owner could say anything in an old entry, and vouch for that.
    """
    return keyed_hash(VOUCHED, digest_of(entry["prev"], seq, {**entry, "changes": [entry["digest"]]})).hex()


def _vouched(session: Session) -> dict[tuple[str, int, int], str]:
    """For each entry whose changed values were erased, the digest of the rest of it."""
    columns = JournalEntry.__table__.columns
    found: dict[tuple[str, int, int], str] = {}
    for changes in session.scalars(select(columns.changes).where(columns.row.in_((ERASED, ERASED_CASE)))):
        for chain, places in ((changes or {}).get("blanked") or {}).items():
            kind, _colon, number = chain.partition(":")
            found |= {(kind, int(number), int(seq)): digest for seq, digest in places.items()}
    return found


def verify(session: Session) -> Iterator[Broken]:
    """Every place where a chain is broken, in the order of subjects; then every end that is not its head.

    However long the journal is, a thousand entries are held at a time. Where changed values were erased, what is
    left must be what the entry about the erasing vouches for.
    """
    vouched = _vouched(session)
    last: tuple[str, int] | None = None
    prev, seq = START, 0
    columns = JournalEntry.__table__.columns
    entries = select(*columns).order_by(columns.subject_kind, columns.subject_id, columns.seq)
    for entry in session.execute(entries, execution_options={"yield_per": 1000}):
        subject = (entry.subject_kind, entry.subject_id)
        if subject != last:
            prev, seq, last = START, 0, subject
        seq += 1
        if entry.seq != seq:
            yield Broken(*subject, seq, "an entry is missing")
            seq = entry.seq
        elif entry.prev != prev or not _holds(seq, dict(zip(columns.keys(), entry, strict=True)), vouched):
            yield Broken(*subject, entry.seq, "an entry was changed")
        prev = entry.digest
    for kind, number, head in session.execute(ENDS):
        yield Broken(kind, number, head or 0, "the head is missing" if head is None else "the end was cut off")


def _holds(seq: int, entry: Mapping[str, Any], vouched: Mapping[tuple[str, int, int], str]) -> bool:
    """Whether an entry fits its digest or, once erased, what the entry about the erasing says of it."""
    if entry["digest"] == digest_of(entry["prev"], seq, entry):
        return True
    return entry["changes"] is None and vouched.get((*_subject(entry), seq)) == _rest(seq, entry)


ENDS = text(
    "SELECT subject_kind, subject_id, h.seq FROM journal_head h FULL JOIN (SELECT DISTINCT ON (subject_kind, "
    "subject_id) subject_kind, subject_id, seq, digest FROM journal ORDER BY subject_kind, subject_id, seq DESC) e "
    "USING (subject_kind, subject_id) WHERE (h.seq, h.digest) IS DISTINCT FROM (e.seq, e.digest)"
)
"""Subjects whose last entry is not what their head says."""
