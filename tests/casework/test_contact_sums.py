"""Whom a call counts for where a firm works for two lenders, a person complained twice or something is not known."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from casework import cases, contact_breaches, contact_counts, contact_tables, contacts, policies_contacts
from casework.contacts import By, Contact, Whose
from casework.models import Complainant
from casework.models_cases import CaseFile
from casework.models_contacts import ContactEvent
from core.clock import ZONE
from core.errors import NotNow
from registry import settings
from registry.models import Engagement, Party
from registry.models_rulebook import Violation
from tests.builders_cases import DAY, World, actor, party
from tests.casework.test_contact_attempts import tables
from tests.casework.test_contacts import (
    attached,
    calls,
    case_of,
    in_english,
    interactive,
    investigated,
    over_by_sum,
    track_on,
    world,
)

__all__ = ["in_english", "world"]


def other_lender(world: World) -> Party:
    """Another institution that engaged the same firm."""
    lender = party(world.session, "远岬消费金融有限公司")
    engaged = Engagement(institution_id=lender.id, firm_id=world.firm.id, from_on=date(2025, 1, 1))
    world.session.add(engaged)
    world.session.flush()
    return lender


def put(world: World, case: CaseFile, by: By, times: int, **more: object) -> list[ContactEvent]:
    """So many effective calls on the day."""
    begin = datetime(DAY.year, DAY.month, DAY.day, 15, tzinfo=ZONE)
    whose = Whose(case.complaints[0].id)
    said = {"kind": "CALL_INTERACTIVE", "by": by, "whose": whose, "number": "13800000001", "effective": True, **more}
    made = [Contact(at=begin + timedelta(minutes=each), **said) for each in range(times)]  # type: ignore[arg-type]
    return contacts.put(world.session, case, made, actor=actor(world.officer), now=world.now)


def totals(session: Session, case: CaseFile) -> dict[int, list[int]]:
    found = policies_contacts.counted(session, case).tables
    return {each.institution.id: [day.total for day in each.days] for each in found if each.counter == "INTERACTIVE"}


def test_what_a_firm_did_for_another_lender_counts_for_that_one_alone(world: World) -> None:
    case, other = case_of(world), other_lender(world)
    put(world, case, By(world.firm.id, world.lender.id), 2)
    put(world, case, By(world.firm.id, other.id), 3, number="13800000002")
    assert totals(world.session, case) == {world.lender.id: [2], other.id: [3]}


def test_a_breach_of_the_sum_of_either_lender_is_not_the_firms(world: World) -> None:
    case, other = case_of(world), other_lender(world)
    put(world, case, By(world.firm.id, world.lender.id), 1)
    put(world, case, By(world.firm.id, other.id), 3)
    put(world, case, By(other.id), 2)
    found = policies_contacts.institutions_own(world.session, track_on(case, world.firm.id), "V-F01")
    assert found is not None
    assert found.table.institution == other


def test_calls_of_a_firm_count_for_its_lender_also_where_that_one_has_no_track_and_is_not_named(world: World) -> None:
    case = case_of(world)
    put(world, case, By(world.firm.id), 2)
    world.session.delete(track_on(case, world.lender.id))
    world.session.flush()
    world.session.refresh(case)
    assert totals(world.session, case) == {world.lender.id: [2]}


def test_two_who_gave_no_contact_are_two_and_whoever_follows_a_complaint_is_the_same_person(world: World) -> None:
    first, other, again = (world.complaint(codes=("V-F01",)) for _each in range(3))
    case, again.lead_id = world.case(first, other, again), first.id
    for each in case.complaints:
        world.session.get_one(Complainant, each.id).contact_hash = None
    world.session.flush()
    for times, it in ((2, first), (2, other), (1, again)):
        calls(world, case, world.firm.id, times, whose=Whose(it.id), from_number=f"0100-555010{it.id % 10}")
    assert sorted(each.total for each in interactive(world, case).days) == [2, 3]


def test_an_unanswered_call_that_was_taken_out_counts_no_more(world: World) -> None:
    case = world.case(world.complaint(codes=("V-F03",)))
    by = By(world.firm.id, world.lender.id)
    wrong, *_others = put(world, case, by, 7, kind="CALL_ATTEMPT", effective=None)
    assert tables(world, case)[world.firm.id].over
    contacts.take_out(world.session, case, wrong, why="误录", actor=actor(world.officer), now=world.now)
    assert not tables(world, case)[world.firm.id].over


def test_what_would_count_if_more_were_known_is_said(world: World) -> None:
    case, by = case_of(world), By(world.firm.id, world.lender.id)
    put(world, case, by, 1, kind="CALL_NOTICE", effective=None)
    put(world, case, by, 1, effective=None)
    (nobodys,) = put(world, case, by, 1)
    nobodys.party_id = nobodys.principal_id = None
    world.session.flush()
    assert policies_contacts.counted(world.session, case).unclear == 3


def test_a_breach_that_is_passed_on_tells_its_days_and_how_many_people_it_harmed(world: World) -> None:
    case = case_of(world)
    for day in (DAY - timedelta(days=1), DAY):
        calls(world, case, world.lender.id, 2, day)
        calls(world, case, world.firm.id, 2, day)
    theirs = cases.allege(
        world.session, track_on(case, world.firm.id), code="V-F01", facts="多次致电", actor=actor(world.officer),
        now=world.now,
    )  # fmt: skip
    violation = world.session.get_one(Violation, theirs.code)
    violation.retired = True  # what the case names already goes on
    named = contact_breaches.pass_on(world.session, theirs, actor=actor(world.officer), now=world.now)
    assert (named.track.party, named.persons, named.acts) == (world.lender, 1, 8)
    assert named.facts.startswith("2026年10月9日至2026年10月10日间")
    assert "共有2日" in named.facts


def test_counts_are_put_with_a_finding_only_while_it_is_investigated_and_are_old_once_the_limit_is_another(
    world: World,
) -> None:
    case, it = over_by_sum(world)
    table = attached(world, it)
    assert not contact_tables.is_outdated(policies_contacts.counted(world.session, case).tables, table)
    settings.setting(world.session, contact_counts.LIMITS["INTERACTIVE"]).value = 9
    assert contact_tables.is_outdated([interactive(world, case)], table)
    it.track.state = "REPORTED"
    with pytest.raises(NotNow, match="while the track is investigated"):
        attached(world, it)


def test_a_firms_table_holds_no_day_on_which_only_others_called(world: World) -> None:
    case = case_of(world)
    calls(world, case, world.lender.id, 4, DAY - timedelta(days=1))
    calls(world, case, world.firm.id, 4)
    table = attached(world, investigated(world, track_on(case, world.firm.id)))
    assert [each["day"] for each in table.content["days"]] == [DAY.isoformat()]
