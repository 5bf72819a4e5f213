"""The page of a case asks the database a dozen times at most, however much hangs on the case, and shows all of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bench.crowd import full
from casework.models_cases import CaseFile, CaseTrack
from casework.models_recusals import Recusal
from core.db import GATHERED, Reader, read_as, session, transaction
from desk import case_rows
from notices.models import Document
from registry.models_accounts import Account
from sanctions.models_decisions import Decision
from sanctions.models_measures import Measure
from tests.conftest import NOW
from tests.proceedings.test_pages import House, house, today
from tests.sanctions.chain import Chain
from tests.sanctions.test_archive import _closed
from tests.statements import asked, counted

__all__ = ["house", "today"]
MOST = 12
"""Everything between browser and answer counts: who is signed in, as whom rows are read, the head of the page."""
EVENTS, FILES, NOTICES = full.EVENTS, full.FILES, full.NOTICES


def case_of(house: House, make: Callable[[Chain], CaseTrack], many: tuple[int, int, int] = (0, 0, 0)) -> int:
    """A case brought as far by its verbs, and filled."""

    def made(chain: Chain) -> CaseTrack:
        track = make(chain)
        full.fill_up(chain.session, track, chain.officer, *many)
        return track

    house.fill(made)
    return int(house.read(lambda at: at.get_one(CaseTrack, house.track).case_id))


WAYS: dict[str, Callable[[Chain], CaseTrack]] = {
    "filed": lambda chain: chain.filed(),
    "deliberating": lambda chain: chain.deliberating([1]),
    "decided": lambda chain: chain.decided([1]),
    "executing": lambda chain: chain.executing([1, 2, 3]),
    "closed": _closed,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_full_case_takes_at_most_a_dozen_statements(house: House, way: str) -> None:
    number = case_of(house, WAYS[way], (EVENTS, FILES, NOTICES))
    said, shown = asked(house.app, house.enter("officer"), f"/staff/cases/{number}")
    assert len(said) <= MOST, "\n".join(said)
    from_a_list, _shown = asked(house.app, house.enter("officer"), f"/staff/cases/{number}?in=view%3Dopen")
    assert len(from_a_list) == len(said) + 1, "what stands beside it in its list is one question"
    assert len(from_a_list) <= MOST, "\n".join(from_a_list)
    assert f"note {EVENTS - 1}" in shown
    assert f"-{FILES - 1}.txt" in shown


def test_the_number_of_statements_does_not_grow_with_the_case(house: House) -> None:
    number = case_of(house, WAYS["executing"])
    officer = house.enter("officer")
    few, _shown = asked(house.app, officer, f"/staff/cases/{number}")
    with house.app.app_context(), transaction() as at:
        who = at.get_one(Account, house.people["officer"])
        full.fill_up(at, at.get_one(CaseTrack, house.track), who, 2 * EVENTS, FILES, NOTICES)
    many, shown = asked(house.app, officer, f"/staff/cases/{number}")
    assert len(many) == len(few), "\n".join(many)
    assert f"-{FILES - 1}.txt" in shown


def test_what_was_gathered_is_what_the_database_would_have_answered(house: House) -> None:
    number = case_of(house, WAYS["executing"], (2, 2, 2))
    with house.app.app_context():
        at = session()
        read_as(at, Reader("zilu_staff", (("zilu.account", str(house.people["officer"])),)))
        held = case_rows.read(at, number)
        assert held is not None
        with counted(house.app) as said:
            answers = _answers(at, held)
        assert said == []
        at.info.pop(GATHERED)
        with counted(house.app) as said:
            assert _answers(at, held) == answers
        assert len(said) == len(answers)
        assert all(bool(found) is (name != "nothing") for name, found in answers.items())


def _answers(at: Session, case: CaseFile) -> dict[str, list[Any]]:
    return {name: [_plain(each) for each in at.scalars(asks)] for name, asks in questions(case)}


def questions(case: CaseFile) -> list[tuple[str, Any]]:
    """As guards and cards ask them; without an order the database may answer in another one each time."""
    track = case.tracks[0]
    of, by = Measure.track_id.in_([track.id]), Document.id
    mine = select(Decision).where(Decision.track_id == track.id)
    papers = select(Document).where(Document.subject_kind == "track", Document.subject_id == track.id)
    return [
        ("in order", mine.order_by(Decision.set_aside_on.is_not(None), Decision.id.desc()).limit(1)),
        ("one column", select(Measure.level).where(Measure.track_id == track.id).order_by(Measure.level.desc())),
        ("a list", select(Measure).where(of, Measure.level.in_([1, 3])).order_by(Measure.id)),
        ("none that is not there", papers.where(Document.void_at.is_(None), Document.kind != "D17").order_by(by)),
        ("one of two", papers.where(or_(Document.kind == "D20", Document.kind == "D11b")).order_by(by)),
        ("up to a day", papers.where(Document.issued_on <= track.case.opened_on).order_by(by.desc())),
        ("nothing", mine.where(Decision.round == track.round + 1)),
    ]


def _plain(found: Any) -> Any:
    columns = getattr(found, "__table__", None)
    return found if columns is None else {each.name: getattr(found, each.name) for each in columns.columns}


def test_whoever_was_recused_sees_nothing_of_the_case_at_once_either(house: House) -> None:
    number = case_of(house, WAYS["decided"], (1, 1, 1))
    with house.app.app_context(), transaction() as at:
        who = at.get_one(Account, house.people["second"])
        how = {"part": "OFFICER", "how": "ASKED", "ground": "RELATIVE", "facts": "kin", "asked_by": who.id}
        made = Recusal(case_id=number, account_id=who.id, state="GRANTED", asked_at=NOW, decided_at=NOW, **how)
        made.decided_by = house.people["head"]
        at.add(made)
    assert "TS2026" in house.enter("officer").get(f"/staff/cases/{number}")
    house.enter("second").get(f"/staff/cases/{number}", 404)


def test_a_verb_is_never_answered_from_what_a_page_gathered(house: House) -> None:
    number = case_of(house, WAYS["decided"])
    with house.app.app_context():
        at = session()
        read_as(at, Reader("zilu_staff", (("zilu.account", str(house.people["officer"])),)))
        case_rows.read(at, number)
        with transaction() as at, counted(house.app) as said:
            at.scalars(select(Decision).where(Decision.track_id == house.track)).all()
        assert len(said) == 1
        with transaction() as at, pytest.raises(RuntimeError):
            case_rows.read(at, number)
