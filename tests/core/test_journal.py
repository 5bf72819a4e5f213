"""The journal's chain: whatever is left out, changed or cut off is found, with its place."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import journal
from core.actors import SYSTEM
from core.journal import JournalEntry, JournalHead

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SAID = {"row": "T01", "ref": "1", "actor": "system", "at": NOW, "before": "A", "after": "B", "changes": {"x": 1}}


def _told(session: Session, number: int) -> None:
    journal.write(session, subject=("thing", number), row="T01", ref="1", actor=SYSTEM, now=NOW, states=("A", "B"))


def _entry(number: int, seq: int, prev: str) -> JournalEntry:
    said = {**SAID, "subject_kind": "thing", "subject_id": number}
    return JournalEntry(**said, seq=seq, prev=prev, digest=journal.digest_of(prev, seq, said))


def test_a_chain_that_holds_is_told_of_by_nobody_and_each_break_is_named(session: Session) -> None:
    for number in (1, 1, 1, 2, 2):
        _told(session, number)
    journal.settle(session)
    assert list(journal.verify(session)) == []
    end = session.execute(text("SELECT digest FROM journal_head WHERE subject_id = 2")).scalar_one()
    changed = _entry(2, 3, end)
    changed.actor = "somebody else"
    session.add_all((changed, _entry(3, 2, journal.START), _entry(4, 1, journal.START)))
    session.add(JournalHead(subject_kind="thing", subject_id=5, seq=1, digest=end))
    session.flush()
    found = {(each.subject_id, each.seq, each.why) for each in journal.verify(session)}
    assert found == {
        (2, 3, "an entry was changed"),
        (2, 2, "the end was cut off"),
        (3, 1, "an entry is missing"),
        (3, 0, "the head is missing"),
        (4, 0, "the head is missing"),
        (5, 1, "the end was cut off"),
    }
    session.rollback()


@pytest.mark.parametrize("begins", [False, True])
@pytest.mark.parametrize(
    "value",
    [
        NOW,
        date(2026, 11, 2),
        Decimal("1.50"),
        (1, "二"),
        {2: "two", 10: "ten"},
        {10: "ten", 2: "two"},
        1e16,
        -1.5e300,
        -0.0,
        1e-7,
        [0.1, {"b": None, "a": True}],
    ],
    ids=str,
)
def test_whatever_is_told_is_given_back_as_it_was_digested(session: Session, value: object, begins: bool) -> None:
    about = journal.Subject("thing", 1, "1")
    journal.note(session, about, "told", SYSTEM, NOW, changes={"value": value})
    session.info["journal"][-1]["begins"] = begins
    journal.settle(session)
    assert list(journal.verify(session)) == []
    session.rollback()


@pytest.mark.parametrize("value", [{1, 2}, object(), float("nan")], ids=["a set", "a thing", "no number"])
def test_what_has_no_place_in_the_journal_is_refused_where_it_is_told(session: Session, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        journal.note(session, journal.Subject("thing", 1, "1"), "told", SYSTEM, NOW, changes={"value": value})
