"""Encrypted fields are written anew with another key, beside a running site, and whoever breaks it off goes on."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import select

from core import crypto, keys_anew
from core.db import Base, db, transaction
from core.journal import JournalEntry
from tests.builders import Desk
from tests.conftest import DATABASE, NOW, OWNER, _owner
from tests.notices.test_serving_ways import alerted

OTHER = os.urandom(32)


@pytest.fixture
def rotate(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[int, str]]]:
    """Runs the command with a second key in the file; complainants, letters, mails and services are there."""
    with app.app_context(), transaction() as at:
        alerted(Desk(at, NOW))
        Desk(at, NOW).forwarded()
    monkeypatch.setenv(OWNER, _owner(DATABASE))
    monkeypatch.setattr(crypto, "_keys", crypto._Keys())
    monkeypatch.setattr(keys_anew, "AT_ONCE", 1)
    for name, short in (("BETWEEN", 0.01), ("TRIES", 2), ("PATIENCE", "100ms")):
        monkeypatch.setattr(keys_anew, name, short)
    _use(app, "1", "2")

    def run() -> tuple[int, str]:
        answer = app.test_cli_runner().invoke(args=["rotate-keys"])
        return answer.exit_code, answer.output

    yield run
    with app.app_context():
        db.session.remove()


def _use(app: Flask, *numbers: str) -> None:
    settings = app.extensions["zilu"]
    held = {"1": settings.field_keys["1"], "2": OTHER}
    crypto.use_keys({number: held[number] for number in numbers}, settings.hash_key)


def _said(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """What every encrypted column says, as it is read with the keys at hand."""
    with app.app_context(), transaction() as at:
        found = {}
        for table in keys_anew.tables():
            there = Base.metadata.tables[table.name]
            columns = [there.c[each.key] for each in there.columns if each.name in (*table.keys, *table.columns)]
            found[table.name] = [tuple(row) for row in at.execute(select(*columns).order_by(*there.primary_key))]
        return found


def test_every_field_is_read_with_the_newest_key_alone_also_where_it_was_broken_off(
    app: Flask, rotate: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, done = _said(app), []
    assert {"complainant", "document", "mail", "account", "service_address"} <= {
        name for name, rows in before.items() if rows
    }
    anew = keys_anew._anew

    def breaks(sealed: object) -> object:
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(sealed)
        return anew(sealed)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(keys_anew, "_anew", breaks)
        assert rotate()[0] != 0
    assert _said(app) == before
    code, said = rotate()
    assert (code, "Every field is encrypted with key 2 now." in said) == (0, True)
    assert "\n0 rows are written anew" in f"\n{rotate()[1].splitlines()[-1]}"
    _use(app, "2")
    assert _said(app) == before
    with app.app_context(), transaction() as at:
        asked = select(JournalEntry.changes).where(JournalEntry.row == "installation.rotate_keys")
        assert [(each or {})["key"] for each in at.scalars(asked)] == ["2"]


def test_a_process_that_goes_on_writing_with_the_old_key_is_told_of_before_that_key_is_thrown_away(
    app: Flask, rotate: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = [each for each, rows in ((each, _said(app)[each.name]) for each in keys_anew.tables()) if rows]
    early, late = filled[0], filled[-1]
    row = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(
        *map(sql.Identifier, (early.name, early.columns[0], early.keys[0]))
    )
    with psycopg.connect(_owner(DATABASE), autocommit=True) as another:
        asked = sql.SQL("SELECT {}, {} FROM {} WHERE {} IS NOT NULL").format(
            *map(sql.Identifier, (early.columns[0], early.keys[0], early.name, early.columns[0]))
        )
        written = another.execute(asked).fetchone()
        rounds = keys_anew._rounds

        def meanwhile(connection: object, table: keys_anew.Table) -> Iterator[int]:
            if table.name == late.name:
                another.execute(row, written)
            yield from rounds(connection, table)  # type: ignore[arg-type]

        with monkeypatch.context() as beside:
            beside.setattr(keys_anew, "_rounds", meanwhile)
            code, said = rotate()
    assert (code, f"Rows of {early.name} " in said) == (1, True)
    assert rotate()[0] == 0


def test_a_row_that_somebody_holds_is_waited_for_and_named_and_letters_stay_guarded(
    app: Flask, rotate: Callable[[], tuple[int, str]]
) -> None:
    with psycopg.connect(_owner(DATABASE)) as held:
        held.execute("UPDATE document SET erased_at = NULL WHERE id = (SELECT max(id) FROM document)")
        code, said = rotate()
        assert (code, "Rows of document were in use" in said) == (1, True)
        held.rollback()
        assert rotate()[0] == 0
        with pytest.raises(psycopg.errors.CheckViolation, match="never changes"):
            held.execute("UPDATE document SET paper = 'x'")
        held.rollback()
