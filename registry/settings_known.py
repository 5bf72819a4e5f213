"""Every setting as it stands: read from the database once per process and change, asked after once per transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, select, text
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from core.db import KEPT
from registry.models_settings import Installation, Setting

KNOWN, MOST = "settings", 50
"""Under this name a transaction keeps what it asked once; so many states of all settings are kept in the process."""
_STAMP = text(
    "SELECT current_database() || md5(string_agg(concat_ws(' ', id, xmin, ctid), ',' ORDER BY id)), "
    "(SELECT mode FROM installation WHERE id = 1) FROM setting"
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


@dataclass(frozen=True)
class Known:
    """The mode of the installation and all settings by their keys."""

    mode: str | None
    rows: dict[str, Said]


_rows: dict[str, dict[str, Said]] = {}


def known(session: Session) -> Known:
    """All of it as it stands now in this transaction."""
    kept: dict[object, Any] = session.info.get(KEPT, {})
    found: Known | None = kept.get(KNOWN)
    if found is None:
        stamp, mode = session.execute(_STAMP).one()
        if stamp is None:
            rows: dict[str, Said] = {}
        elif (rows := _rows.get(stamp, {})) == {}:
            rows = _read(session)
            if len(_rows) >= MOST:
                _rows.clear()
            _rows[stamp] = rows
        found = kept[KNOWN] = Known(mode, rows)
    return found


def _read(session: Session) -> dict[str, Said]:
    it = Setting
    columns = (it.key, it.value, it.unit, it.basis, it.meaning, it.meaning_zh, it.confirmed_at)
    return {
        key: Said(key, value, unit, basis, meaning, meaning_zh, at is not None)
        for key, value, unit, basis, meaning, meaning_zh, at in session.execute(select(*columns))
    }


def _changed(row: Setting | Installation, *_said: object) -> None:
    """What is changed in this transaction is asked after again, by what follows in it."""
    session = object_session(row)
    if session is not None:
        session.info.get(KEPT, {}).pop(KNOWN, None)


@event.listens_for(Session, "do_orm_execute")
def _written(asked: ORMExecuteState) -> None:
    """Rows that are written in bulk tell nobody."""
    if asked.is_update or asked.is_delete:
        asked.session.info.get(KEPT, {}).pop(KNOWN, None)


for _column in (Setting.value, Setting.unit, Setting.basis, Setting.confirmed_at, Installation.mode):
    event.listen(_column, "set", _changed)
event.listen(Setting, "after_insert", lambda _mapper, _connection, row: _changed(row))
event.listen(Setting, "after_delete", lambda _mapper, _connection, row: _changed(row))
event.listen(Installation, "after_insert", lambda _mapper, _connection, row: _changed(row))
