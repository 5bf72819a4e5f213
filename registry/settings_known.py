"""Every setting as it stands: read once per process and change; each transaction asks once whether one changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from core.asked_together import asked, forget, together
from registry.models_settings import Installation, Setting

TABLES = frozenset({Setting.__tablename__, Installation.__tablename__})
KNOWN, MOST = "settings", 50
"""Under this name a transaction asks how they stand; so many states of all settings are kept in the process."""
together(
    KNOWN,
    "SELECT ARRAY[current_database() || bit_xor(hash_record_extended(ROW(id, xmin, ctid), 0)), "
    "(SELECT mode FROM installation WHERE id = 1)] FROM setting",
    open_to_all=True,
)
"""A row that was written anew has another xmin, or in the same transaction another place; no xmin comes twice."""


@dataclass(frozen=True)
class Said:
    """One setting as it stands."""

    key: str
    value: Any
    unit: str
    basis: str
    meaning: str
    meaning_zh: str
    is_confirmed: bool
    last: Any
    """What was laid down last; it counts once it is confirmed."""


@dataclass(frozen=True)
class Known:
    """The mode of the installation and all settings that count, by their keys."""

    mode: str | None
    rows: dict[str, Said]


_rows: dict[str, dict[str, Said]] = {}


def known(session: Session) -> Known:
    """All of it as it stands now in this transaction."""
    stamp, mode = asked(session, KNOWN)
    if stamp is None:
        return Known(mode, {})
    rows = _rows.get(stamp)  # asked once: another thread may empty it at any moment
    if rows is None:
        rows = _read(session)
        if len(_rows) >= MOST:
            _rows.clear()
        _rows[stamp] = rows
    return Known(mode, rows)


def one_at_a_time(session: Session) -> None:
    """Whoever lays one down waits for whoever else does so now: only then is it known beside which others it stands."""
    session.execute(select(Installation.id).with_for_update())
    forget(session, KNOWN)


def _read(session: Session) -> dict[str, Said]:
    it = Setting
    columns = (it.key, it.value, it.unit, it.basis, it.meaning, it.meaning_zh, it.confirmed_at, it.in_force)
    found = {}
    for key, value, unit, basis, meaning, meaning_zh, at, before in session.execute(select(*columns)):
        if before is None:
            found[key] = Said(key, value, unit, basis, meaning, meaning_zh, at is not None, value)
        elif before:
            counts = before["value"], unit, before["basis"], meaning, meaning_zh, before["confirmed"]
            found[key] = Said(key, *counts, value)
    return found


def _changed(row: Setting | Installation, *_said: object) -> None:
    """Have the settings asked for again by what follows in this transaction, which changed one."""
    session = object_session(row)
    if session is not None:
        forget(session, KNOWN)


@event.listens_for(Session, "do_orm_execute")
def _written(at: ORMExecuteState) -> None:
    """Rows that are written in bulk tell nobody."""
    if at.is_update or at.is_delete:
        table = getattr(at.statement, "table", None)  # none in words of SQL: whatever they change
        if table is None or table.name in TABLES:
            forget(at.session, KNOWN)


for _column in (
    Setting.value, Setting.unit, Setting.basis, Setting.confirmed_at, Setting.in_force, Installation.mode,
):  # fmt: skip
    event.listen(_column, "set", _changed)
event.listen(Setting, "after_insert", lambda _mapper, _connection, row: _changed(row))
event.listen(Setting, "after_delete", lambda _mapper, _connection, row: _changed(row))
event.listen(Installation, "after_insert", lambda _mapper, _connection, row: _changed(row))
