"""The go-live check: it lists what is missing and what that blocks, and production refuses exactly that."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.errors import BadInput, Unavailable
from core.machine import Ask, Machine
from registry import golive, links, queries, rulebook, settings
from registry.models_accounts import AccountRole
from registry.models_clocks import CalendarYear, YearSource
from registry.models_settings import Installation, Setting
from tests import builders

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
ADMIN = Actor(None, frozenset({"system_admin"}), audience="admin")
HEAD = Actor(1, frozenset({"head", "reviewer"}), audience="staff")


def confirm_everything(session: Session) -> None:
    """As an association that has decided all of it; L6 and L7 have no basis yet and block nothing else."""
    session.execute(update(Setting).where(Setting.value.is_(None)).values(value="决议"))
    session.execute(update(Setting).values(confirmed_at=NOW))
    session.expire_all()


def as_production(session: Session) -> None:
    session.execute(update(Installation).values(mode="production"))


def refusals(session: Session, machine: str, row: str, actor: Actor = HEAD) -> list[str]:
    """What the gate says to a row."""
    found = Machine.all[machine].rows[row]
    ask = Ask(session, None, actor, {}, NOW, machine=machine)
    return [str(each) for each in golive.gate(ask, found)]


def test_each_setting_provision_and_year_that_is_missing_is_listed_with_what_it_blocks(session: Session) -> None:
    found = {(item.kind, item.key): item.blocks for item in golive.check(session, TODAY)}
    assert "track.S15" in found["setting", "K14"]
    assert "track.S15" in found["setting", "LADDER_FACTORS"]
    assert found["setting", "PANEL_MAJOR"] == ("draw",)
    assert found["setting", "SMALL_CELL"] == found["setting", "OPEN_DATA_LICENCE.zh"] == ("open data",)
    assert found["setting", "SIMILAR_DAYS"] == found["setting", "SIMILAR_COUNT"] == ("similar",)
    assert {"complaint.C05", "complaint.C13", "complaint.C30"} <= set(found["setting", "RECHECK_DAYS"])
    assert "track.S15" in found["setting", "LADDER_CLOSE"]
    assert "V-F01" in found["provision", "《GB/T 45251-2025 互联网金融 个人网络消费信贷 贷后催收风控指引》第5.3条"]
    assert found["year", "2027"] == ("expiry",)
    assert len([key for kind, key in found if kind == "setting"]) == len(settings.unconfirmed(session))


def test_graver_documents_that_go_out_by_one_hand_are_a_question_of_their_own(session: Session) -> None:
    def alone() -> set[str]:
        return {kind for item in golive.check(session, TODAY) if item.kind == "chain" for kind in item.blocks}

    assert {"D16a", "D17", "D20", "D23a", "D23f", "D25", "D26"} <= alone()
    assert not {"D01", "D05b", "D09", "D33", "D39", "D28"} & alone()
    said = {"like": "APPROVAL_CHAIN", "meaning": ("x", "x"), "basis": "x", "actor": ADMIN, "now": NOW}
    laid = settings.lay_down(session, "APPROVAL_CHAIN.D20", ["check:reviewer", "sign:head"], **said)
    assert "D20" in alone(), "until somebody confirms it the general one counts"
    settings.confirm(session, laid, actor=SYSTEM, version=None, now=NOW)
    assert "D20" not in alone()
    general = session.scalars(select(Setting).where(Setting.key == "APPROVAL_CHAIN")).one()
    settings.confirm(session, general, actor=ADMIN, version=None, now=NOW, basis="理事会决议")
    session.flush()
    assert alone() == set()


def test_what_is_confirmed_verified_and_loaded_leaves_the_list(session: Session) -> None:
    confirm_everything(session)
    session.execute(update(CalendarYear).values(source=YearSource.PACKAGE))
    session.expire_all()
    assert {item.kind for item in golive.check(session, TODAY)} == {"provision", "role"}
    session.execute(update(CalendarYear).where(CalendarYear.year == 2026).values(source=YearSource.ESTIMATE))
    session.expire_all()
    assert [item.key for item in golive.check(session, TODAY) if item.kind == "year"] == ["2026"]


def test_production_refuses_an_act_while_what_it_rests_on_is_missing_and_not_longer(session: Session) -> None:
    assert refusals(session, "track", "S15") == []
    as_production(session)
    said = refusals(session, "track", "S15")
    assert "K14" in said[0]
    assert "LADDER_BANDS" in said[0]
    assert "K15" not in said[0]
    confirm_everything(session)
    assert refusals(session, "track", "S15") == []
    session.execute(update(Setting).where(Setting.key == "REPEAT_MONTHS").values(confirmed_at=None))
    assert refusals(session, "track", "S15") != []
    assert refusals(session, "track", "S14") == []


@pytest.mark.parametrize(
    ("key", "machine", "row"),
    [
        ("RECHECK_DAYS", "complaint", "C05"),
        ("RECHECK_DAYS", "complaint", "C13"),
        ("RECHECK_DAYS", "complaint", "C30"),
        ("LADDER_CLOSE", "track", "S16"),
        ("HEARING_PERSONS", "track", "S55"),
        ("RESTORATION_DAYS", "track", "S70"),
        ("COLLECTION_HOURS", "service", "V15"),
        ("K22.most", "track", "S02"),
    ],
)
def test_what_nobody_confirmed_governs_nothing(session: Session, key: str, machine: str, row: str) -> None:
    as_production(session)
    confirm_everything(session)
    assert refusals(session, machine, row) == []
    session.execute(update(Setting).where(Setting.key == key).values(confirmed_at=None))
    assert key in refusals(session, machine, row)[0]


def test_nobody_is_stranded_a_case_is_not_filed_before_all_its_clocks_are_laid_down(session: Session) -> None:
    as_production(session)
    confirm_everything(session)
    session.execute(update(Setting).where(Setting.key == "K20").values(confirmed_at=None))
    assert "K20" in refusals(session, "track", "S02")[0]
    assert refusals(session, "track", "S32", SYSTEM) == []


def test_a_role_is_asked_for_until_somebody_holds_it_who_has_come(session: Session) -> None:
    def unheld() -> set[str]:
        return {item.key for item in golive.check(session, TODAY) if item.kind == "role"}

    assert unheld() == set(golive.WORKING)
    clerk = builders.account(session, "林晚", "intake")
    assert "intake" not in unheld()
    clerk.locked_at = NOW
    session.flush()
    assert "intake" in unheld()
    clerk.locked_at = None
    links.invite(session, clerk, actor=SYSTEM, now=NOW)
    assert "intake" in unheld(), "invited, and not come yet"
    assert queries.without_role(session) == 0
    session.execute(delete(AccountRole).where(AccountRole.account_id == clerk.id))
    assert queries.without_role(session) == 1


def test_people_from_outside_are_told_no_key_of_a_setting(session: Session) -> None:
    as_production(session)
    somebody = Actor(None, frozenset({"complainant"}))
    assert refusals(session, "complaint", "C01", somebody) == [str(golive.NOT_YET)]


def test_acts_outside_the_tables_are_refused_as_well(session: Session) -> None:
    assert list(golive.refused(session, "draw")) == []
    as_production(session)
    with pytest.raises(Unavailable, match=r"MAJORITY_MAJOR.*PANEL_MINOR"):
        raise next(golive.refused(session, "draw"))


def test_every_act_and_every_setting_named_is_one_there_is(session: Session) -> None:
    rows = {f"{machine.name}.{row}" for machine in Machine.all.values() for row in machine.rows}
    others = {
        "documents",
        "similar",
        "draw",
        "erase early",
        "counts",
        "open data",
        *(f"measure.{level}" for level in range(1, 8)),
    }
    assert {act for acts in golive.RESTS.values() for act in acts} <= rows | others
    assert set(golive.RESTS) <= set(session.scalars(select(Setting.key)))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("LADDER_BASE", {"1": 10}),
        ("LADDER_BASE", {"1": 30, "2": 20, "3": 35, "4": 50, "5": 70}),
        ("LADDER_BANDS", [[10, ["L1"]]]),
        ("LADDER_BANDS", [[0, ["L0"]], [60, ["L4", "L5"]]]),
        ("LADDER_FACTORS", {"A1": [[2, 5]]}),
        ("LADDER_FLOORS", {"S5": 4, "A4": 2, "A5": 9}),
        ("LADDER_REPEAT", {"measures": 0, "months": 12, "bands": 1}),
        ("LADDER_OTHERS", {"points": "3", "most": 5}),
        ("MAJORITY_MAJOR", "1/3"),
        ("MAJORITY_MINOR", "50%"),
        ("QUORUM_LEAST", 0),
        ("INTERVIEW_HOURS", "18:00-08:00"),
    ],
)
def test_a_value_that_could_not_be_read_is_refused(session: Session, key: str, value: object) -> None:
    row = settings.setting(session, key)
    settings.change(session, row, actor=ADMIN, value=row.value, basis="决议", version=row.version, now=NOW)
    with pytest.raises(BadInput):
        settings.change(session, row, actor=ADMIN, value=value, basis="决议", version=None, now=NOW)


def test_a_clause_does_not_outlive_its_instrument(session: Session) -> None:
    cited = rulebook.provisions_for(session, "V-T01", date(2026, 6, 1))
    assert {each.instrument.key for each in cited} == {"GBT45251", "CBA2026"}
    gone = next(each.instrument for each in cited if each.instrument.key == "CBA2026")
    gone.replaced_on = date(2026, 5, 1)
    session.flush()
    left = rulebook.provisions_for(session, "V-T01", date(2026, 6, 1))
    assert {each.instrument.key for each in left} == {"GBT45251"}
