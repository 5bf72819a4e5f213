"""Unanswered calls: by the number that was dialled, each company by itself, six a day; what papers say of them."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework import clauses, contact_counts, contact_papers, contact_tables, policies_contacts
from casework.contacts import Whose
from casework.models_cases import Allegation, CaseFile, Evidence
from casework.models_contacts import ContactTable
from core.errors import NotAllowed
from filestore import files
from notices.papers import day_text
from registry import settings
from tests.builders_cases import DAY, World, actor
from tests.casework.test_contacts import EVENING, call, calls, establish, in_english, investigated, track_on, world

__all__ = ["in_english", "world"]

NUMBER, OTHER = "13800000001", "13800000002"


def tried(world: World, case: CaseFile, by: int, times: int, day: date = DAY, **changed: Any) -> None:
    calls(world, case, by, times, day, **{"kind": "CALL_ATTEMPT", "effective": None, **changed})


def tables(world: World, case: CaseFile) -> dict[int, contact_counts.Table]:
    found = policies_contacts.counted(world.session, case).tables
    return {each.institution.id: each for each in found if each.counter == "ATTEMPT"}


@pytest.fixture
def case(world: World) -> CaseFile:
    return world.case(world.complaint(codes=("V-F03",)))


def test_six_unanswered_calls_to_one_number_are_allowed_and_the_seventh_is_over(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 6)
    table = tables(world, case)[world.firm.id]
    assert (table.most, table.over) == (6, [])
    assert "CBA" in table.basis
    call(world, case, world.firm.id, EVENING + timedelta(minutes=1), kind="CALL_ATTEMPT", effective=None)
    (over,) = tables(world, case)[world.firm.id].over
    assert (over.day, over.counts) == (DAY, (7,))


def test_the_day_begins_anew_at_midnight_in_shanghai(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 6, EVENING.date())
    call(world, case, world.firm.id, EVENING + timedelta(minutes=1), kind="CALL_ATTEMPT", effective=None)
    assert [each.total for each in tables(world, case)[world.firm.id].days] == [6, 1]


def test_two_numbers_of_one_person_are_counted_apart_and_one_number_however_it_is_written(
    world: World, case: CaseFile
) -> None:
    tried(world, case, world.firm.id, 4)
    tried(world, case, world.firm.id, 3, number="+86 138 0000 0001", from_number="0100-5559999")
    tried(world, case, world.firm.id, 6, number=OTHER, from_number="0100-5558888")
    assert sorted(each.total for each in tables(world, case)[world.firm.id].days) == [6, 7]


def test_the_rule_is_about_the_number_whoever_answers_it(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 4)
    tried(world, case, world.firm.id, 3, whose=Whose(mark="1"), target_role="OTHER_CONTACT", from_number="0100-1")
    assert [each.total for each in tables(world, case)[world.firm.id].days] == [7]


def test_each_company_answers_for_its_own_and_nothing_is_summed(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 5)
    tried(world, case, world.lender.id, 5)
    found = tables(world, case)
    assert {number: [each.total for each in table.days] for number, table in found.items()} == {
        world.firm.id: [5],
        world.lender.id: [5],
    }
    assert not any(table.over or table.nobody_alone for table in found.values())


@pytest.mark.parametrize(
    ("changed", "times"),
    [
        ({"kind": "CALL_INTERACTIVE", "connected": False}, 3),
        ({"kind": "CALL_NOTICE", "connected": False}, 3),
        ({"kind": "CALL_INTERACTIVE", "connected": True}, 0),
        ({"kind": "CALL_INTERACTIVE", "connected": None}, 0),
        ({"direction": "OUT"}, 0),
        ({"kind": "SMS"}, 0),
    ],
)
def test_only_what_is_known_not_to_have_been_answered_counts(
    world: World, case: CaseFile, changed: dict[str, Any], times: int
) -> None:
    tried(world, case, world.firm.id, 3, **changed)
    assert sum(each.total for table in tables(world, case).values() for each in table.days) == times


def test_calls_to_a_number_that_nobody_noted_are_told_and_not_counted(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 7, number="")
    counted = policies_contacts.counted(world.session, case)
    assert (counted.tables, counted.nameless) == ([], 7)


def test_pages_show_the_number_masked(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 1)
    tried(world, case, world.firm.id, 1, number="13811110001", from_number="0100-5559999")
    counted = policies_contacts.counted(world.session, case)
    named = [counted.debtors[each.debtor] for each in tables(world, case)[world.firm.id].days]
    assert not any(NUMBER in each for each in named)
    assert len(set(named)) == 2


def test_a_lender_is_not_blamed_for_what_its_firm_tried(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 7)
    own = investigated(world, track_on(case, world.lender.id), "V-F03")
    assert contact_tables.offered(world.session, own) == []
    assert contact_tables.track_of_institution(world.session, own) is None


def test_a_firm_that_was_not_over_is_not_told_that_the_breach_is_its_lenders(world: World, case: CaseFile) -> None:
    tried(world, case, world.lender.id, 7)
    tried(world, case, world.firm.id, 2)
    assert (
        contact_tables.track_of_institution(world.session, investigated(world, track_on(case, world.firm.id), "V-F03"))
        is None
    )


def attached(world: World, case: CaseFile) -> ContactTable:
    it = investigated(world, track_on(case, world.firm.id), "V-F03")
    said: dict[str, Any] = {"institution_id": world.firm.id, "now": world.now}
    with pytest.raises(NotAllowed):
        contact_tables.attach(world.session, it, actor=actor(world.officer), **said)
    return contact_tables.attach(world.session, it, actor=actor(world.investigator), **said)


def test_the_table_stands_with_the_finding_as_it_was_counted_and_names_no_number(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 7)
    settings.setting(world.session, "CALLS_UNANSWERED_PER_DAY").basis = "会员大会2026年第3号决议"
    made = attached(world, case)
    settings.setting(world.session, "CALLS_UNANSWERED_PER_DAY").value = 9
    tried(world, case, world.firm.id, 2, DAY + timedelta(days=1))
    table = contact_papers.current(world.session, made.allegation_id)
    assert table is made
    assert (made.counter, made.party_id, made.most, made.basis) == (
        "ATTEMPT",
        world.firm.id,
        6,
        "会员大会2026年第3号决议",
    )
    assert [each["counts"] for each in contact_papers.over(made)] == [[7]]
    assert "0001" not in str(made.content)
    kept = world.session.get_one(Evidence, made.evidence_id)
    text = files.read(kept.sha256).decode("utf-8-sig")
    assert "未接通拨打" in text
    assert "号码1" in text
    assert "债务人" not in text
    assert "0001" not in text


def test_papers_tell_the_count_in_both_languages(world: World, case: CaseFile) -> None:
    tried(world, case, world.firm.id, 7)
    it = world.session.get_one(Allegation, attached(world, case).allegation_id)
    establish(world, it, [])
    day_zh, day_en = day_text(DAY, "zh"), day_text(DAY, "en")
    chinese = clauses.told(world.session, it)
    assert f"该单位自行拨打，共有1日对同一号码的未接通拨打超过每日6次（{day_zh}7次）" in chinese
    english = clauses.told(world.session, it, "en")
    assert f"on 1 day more than 6 unanswered calls a day to one number by the company itself ({day_en}: 7)" in english
    assert [each.id for each in it.evidence] == [contact_papers.current(world.session, it.id).evidence_id]  # type: ignore[union-attr]
