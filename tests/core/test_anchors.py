"""What the owner of the database could do to the journal unseen is found by an anchor that was written before."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from admin import rounds
from core import anchors, journal
from core.actors import SYSTEM
from core.db import SYSTEM_READER, db, read_as, session, transaction
from tests.conftest import DATABASE, NOW, _owner

CUT = "DELETE FROM journal WHERE subject_id = 2 AND seq = 3"
BACK = (
    "UPDATE journal_head SET seq = 2, digest = (SELECT digest FROM journal WHERE subject_id = 2 AND seq = 2 "
    "AND subject_kind = 'thing') WHERE subject_kind = 'thing' AND subject_id = 2"
)
FIRST = "subject_kind = 'thing' AND subject_id = 1 AND seq = 1"
NEW = (
    'INSERT INTO journal (subject_kind, subject_id, seq, "row", ref, actor, at, before, after, changes, prev, digest) '
    "VALUES (:subject_kind, :subject_id, :seq, :row, :ref, :actor, :at, :before, :after, CAST(:told AS jsonb), :prev, "
    ":digest)"
)
ON = "UPDATE journal_head SET seq = :seq, digest = :digest WHERE subject_kind = 'thing' AND subject_id = :subject_id"


def _told(*numbers: int) -> None:
    with transaction() as at:
        for number in numbers:
            said = {"subject": ("thing", number), "row": "T01", "ref": "1", "states": ("A", "B")}
            journal.write(at, actor=SYSTEM, now=NOW, **said)  # type: ignore[arg-type]


def _anew(owner: Connection) -> None:
    """One entry says something else, and every digest after it is computed as the application does it."""
    owner.execute(
        text("UPDATE journal SET ref = 'another' WHERE subject_kind = 'thing' AND subject_id = 1 AND seq = 1")
    )
    prev = journal.START
    asked = "SELECT * FROM journal WHERE subject_kind = 'thing' AND subject_id = 1 ORDER BY seq"
    for row in owner.execute(text(asked)).mappings().all():
        digest = journal.digest_of(prev, row["seq"], dict(row))
        said = {"prev": prev, "digest": digest, "id": row["id"]}
        owner.execute(text("UPDATE journal SET prev = :prev, digest = :digest WHERE id = :id"), said)
        prev = digest
    head = "UPDATE journal_head SET digest = :digest WHERE subject_kind = 'thing' AND subject_id = 1"
    owner.execute(text(head), {"digest": prev})


def _cut(owner: Connection) -> None:
    owner.execute(text(CUT))
    owner.execute(text(BACK))


def _gone(owner: Connection) -> None:
    for table in ("journal", "journal_head"):
        owner.execute(text(f"DELETE FROM {table} WHERE subject_kind = 'thing' AND subject_id = 1"))


DEEDS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "a tail cut off": (_cut, "thing 2, entry 3: the end was cut off since the anchor"),
    "a chain removed with its head": (_gone, "thing 1, entry 2: the chain is gone"),
    "all computed anew": (_anew, "thing 1, entry 2: computed anew since the anchor"),
}


@pytest.fixture
def anchored(app: Flask, tmp_path: Path) -> Path:
    with app.app_context():
        _told(1, 1, 2, 2, 2, 3)
        with transaction() as at:
            written = anchors.write(at, tmp_path / "anchors", NOW)
    assert written is not None
    return written


def _verified(app: Flask, anchor: Path) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["verify-journal", "--against", str(anchor)])
    return answer.exit_code, answer.output.strip()


@pytest.mark.parametrize("deed", DEEDS)
def test_what_leaves_chains_whole_is_found_by_the_anchor(app: Flask, anchored: Path, deed: str) -> None:
    do, said = DEEDS[deed]
    engine = create_engine(make_url(_owner(DATABASE)).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("SET LOCAL session_replication_role = 'replica'"))  # past what guards the journal
        do(owner)
    with app.app_context():
        read_as(session(), SYSTEM_READER)
        assert list(journal.verify(session())) == [], "its own digests say nothing"
        session().rollback()
    assert _verified(app, anchored) == (1, said)


def _vouches(owner: Connection) -> None:
    """An old entry names somebody else, keeps its digest, and a new entry says that its values were erased."""
    owner.execute(text(f"UPDATE journal SET actor = 'somebody else', changes = NULL WHERE {FIRST}"))
    asked = text(f"SELECT * FROM journal WHERE {FIRST}")
    changed = dict(owner.execute(asked).mappings().one())
    rest = journal.digest_of(changed["prev"], 1, {**changed, "changes": [changed["digest"]]})
    end = owner.execute(text("SELECT digest FROM journal WHERE subject_kind = 'thing' AND subject_id = 3")).scalar_one()
    said = {**changed, "subject_id": 3, "row": journal.ERASED, "changes": {"blanked": {"thing:1": {"1": rest}}}}
    said |= {"seq": 2, "prev": end, "digest": journal.digest_of(end, 2, said), "told": json.dumps(said["changes"])}
    owner.execute(text(NEW), said)
    owner.execute(text(ON), said)


def test_who_owns_the_database_vouches_for_no_entry_that_he_changed(app: Flask, anchored: Path) -> None:
    engine = create_engine(make_url(_owner(DATABASE)).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("SET LOCAL session_replication_role = 'replica'"))
        _vouches(owner)
    assert _verified(app, anchored) == (1, "thing 1, entry 1: an entry was changed")


def test_an_honest_journal_that_grows_holds_against_each_of_its_anchors(app: Flask, anchored: Path) -> None:
    with app.app_context():
        _told(1, 2, 4)
        with transaction() as at:
            assert anchors.write(at, anchored.parent, NOW) is None, "one a day, and never anew"
            next_day = anchors.write(at, anchored.parent, NOW + timedelta(days=1))
    assert next_day is not None
    for anchor in (anchored, next_day):
        assert _verified(app, anchor) == (0, "The journal holds.")
    first, second = (json.loads(path.read_text()) for path in (anchored, next_day))
    assert (second["chains"] - first["chains"], second["entries"] - first["entries"]) == (1, 3)


def test_an_anchor_that_was_changed_is_not_compared_with(app: Flask, anchored: Path) -> None:
    ends = anchored.with_suffix(".gz")
    kept = ends.read_bytes()
    lines = gzip.decompress(kept).replace(b"thing\t2\t3", b"thing\t2\t2")
    ends.chmod(0o600)
    ends.write_bytes(gzip.compress(lines))
    assert _verified(app, anchored)[0] == 2
    ends.write_bytes(kept[:-9])
    assert _verified(app, anchored)[0] == 2
    ends.write_bytes(kept)
    assert _verified(app, anchored)[0] == 0
    anchored.chmod(0o600)
    anchored.write_text(anchored.read_text().replace('"entries": ', '"entries": 1'))
    assert _verified(app, anchored)[0] == 2


def test_lists_of_long_ago_go_and_their_small_files_stay(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), transaction() as at:
        for days in range(40):
            if days != 6:  # on 1 December the clock stood still
                anchors.write(at, tmp_path, NOW + timedelta(days=days))
    assert len(list(tmp_path.glob("*.json"))) == 39
    lists = sorted(path.stem for path in tmp_path.glob("*.gz"))
    assert (lists[:2], len(lists)) == (["2026-11-25", "2026-12-02"], 17), "of each month the first"


def test_the_clock_writes_an_anchor_a_day(app: Flask) -> None:
    with app.app_context():
        rounds.Rounds().go(NOW)
        db.session.remove()
    assert (app.extensions["zilu"].data / "anchors" / "2026-11-25.json").is_file()
