"""When figures are published: where the association wants it and, in production, has confirmed what that means."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.intake import Company
from casework.models import Complainant, Complaint
from casework.models_cases import Allegation, CaseTrack
from core.db import transaction
from figures import opening
from figures.models import FigureMonth, OpenCell, OpenMonth
from registry.models import Party
from registry.settings import setting
from sanctions.models_decisions import Decision
from tests.builders import Desk, party
from tests.conftest import NOW
from tests.registry.test_settings import as_production
from tests.sanctions.chain import Chain

MONTH = date(2026, 10, 1)
CONFIRMED = ("OPEN_DATA", "OPEN_DATA_LICENCE.zh", "SMALL_CELL")


def published(app: Flask) -> bool:
    """Whether a month that was closed is published now."""
    with app.app_context(), transaction() as at:
        at.merge(FigureMonth(month=MONTH, counted_at=NOW, closed_at=NOW))
        at.flush()
        opening.publish(at, MONTH, NOW)
        return at.get(OpenMonth, MONTH) is not None


def test_nothing_is_published_that_the_association_does_not_want_published(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        setting(at, "OPEN_DATA").value = False
    assert not published(app)
    with app.app_context(), transaction() as at:
        setting(at, "OPEN_DATA").value = True
    assert published(app)


def test_in_production_nothing_is_published_before_every_rule_of_it_is_confirmed_and_its_licence_written(
    app: Flask,
) -> None:
    with app.app_context(), transaction() as at:
        as_production(at)
    for open_ in CONFIRMED:
        with app.app_context(), transaction() as at:
            for key in CONFIRMED:
                setting(at, key).confirmed_at = None if key == open_ else NOW
        assert not published(app), open_
    with app.app_context(), transaction() as at:
        setting(at, "SMALL_CELL").confirmed_at = NOW
        licence = setting(at, "OPEN_DATA_LICENCE.zh")
        said, licence.value = licence.value, ""
    assert not published(app)
    with app.app_context(), transaction() as at:
        setting(at, "OPEN_DATA_LICENCE.zh").value = said
    assert published(app)


def ended(session: Session, many: int) -> list[Complaint]:
    """So many complaints of as many people that were withdrawn in October."""
    desk = Desk(session, NOW)
    found = [desk.received(contact=f"139000012{number:02}", codes=["V-C01"]) for number in range(many)]
    for it in found:
        it.state, it.ended_at = "WITHDRAWN", datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
    session.flush()
    return found


def cells(session: Session, about: str, month: date = MONTH) -> set[int | None]:
    """The numbers that are published of a month, hidden ones among them."""
    session.merge(FigureMonth(month=month, counted_at=NOW, closed_at=NOW))
    session.flush()
    opening.publish(session, month, NOW)
    return set(session.scalars(select(OpenCell.many).where(OpenCell.about == about, OpenCell.month == month)))


def test_a_threshold_of_two_that_an_installation_held_before_publishes_as_three(session: Session) -> None:
    setting(session, "SMALL_CELL").value = 2
    ended(session, 2)
    assert cells(session, opening.COMPLAINTS) == {None}


def test_whoever_gave_no_contact_may_always_be_the_same_person(session: Session) -> None:
    least = int(setting(session, "SMALL_CELL").value)
    found = ended(session, least)
    session.get_one(Complainant, found[0].id).contact_hash = None  # perhaps one of the others, again
    session.flush()
    assert cells(session, opening.COMPLAINTS) == {None}


def test_as_many_people_as_are_asked_for_are_told_and_nothing_of_an_earlier_register(session: Session) -> None:
    least = int(setting(session, "SMALL_CELL").value)
    ended(session, least)
    said = {"state": "HISTORIC", "channel": "IMPORT", "source": "alt", "facts": "x"}
    day = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
    session.add(Complaint(ref="ALT-1", source_no="1", received_at=day, ended_at=day, **said))
    session.flush()
    assert cells(session, opening.COMPLAINTS) == {least}


def names(session: Session, about: str, month: date) -> set[tuple[str, str, str]]:
    """What is told of a month, shown or hidden."""
    session.merge(FigureMonth(month=month, counted_at=NOW, closed_at=NOW))
    session.flush()
    opening.publish(session, month, NOW)
    asked = select(OpenCell.company, OpenCell.code, OpenCell.result)
    return set(map(tuple, session.execute(asked.where(OpenCell.about == about, OpenCell.month == month))))


def under(company: str, code: str, result: str) -> set[tuple[str, str, str]]:
    """The cells in which one thing of a month is counted."""
    every = opening.ALL
    both = {(every, code, result), (every, code, every), (company, every, result), (company, every, every)}
    return both | {(every, every, result), (every, every, every)}


def test_a_complaint_is_told_under_its_most_serious_breach_both_kinds_of_company_and_the_month_of_shanghai(
    session: Session,
) -> None:
    both = [Company("INSTITUTION", "NAME", "青屿消费金融有限公司"), Company("FIRM", "NAME", "海石催收服务有限公司")]
    desk = Desk(session, NOW)
    last = desk.received(codes=["V-F04", "V-C01", "V-I01"], companies=both)
    next_ = desk.received(contact="13900001234", codes=["V-C01"])
    for it, at in ((last, datetime(2026, 10, 31, 15, 59, tzinfo=UTC)), (next_, datetime(2026, 10, 31, 16, tzinfo=UTC))):
        it.state, it.ended_at = "WITHDRAWN", at
    assert names(session, opening.COMPLAINTS, MONTH) == under("BOTH", "V-I01", "WITHDRAWN")
    assert names(session, opening.COMPLAINTS, date(2026, 11, 1)) == under("INSTITUTION", "V-C01", "WITHDRAWN")


def test_a_measure_is_told_under_the_most_serious_breach_that_was_established(session: Session) -> None:
    (made,) = measured(session, 2)
    for code, finding in (("V-F04", "ESTABLISHED"), ("V-I05", "UNPROVEN"), ("V-I01", "ESTABLISHED")):
        said = {"facts": "无", "finding": finding, "reason": "无", "found_at": NOW}
        session.add(Allegation(track_id=made.track_id, code=code, **said))
    assert names(session, opening.MEASURES, date(2026, 3, 1)) == under("INSTITUTION", "V-I01", "2")


def measured(session: Session, *levels: int) -> list[Decision]:
    """A decision for each level, of a company of its own, in force since March."""
    chain, made = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC)), []
    for level in levels:
        track = chain.reported()
        track.party_id = party(session, f"测试{track.id}消费金融有限公司").id
        said = {"level": level, "measures": [level], "terms": {}, "reasons": "无", "statement_dealt": ""}
        votes = {"votes_for": 3, "votes_against": 0, "abstained": 0, "immediate": [], "immediate_reasons": ""}
        day = date(2026, 3, 20)
        made.append(Decision(track_id=track.id, round=track.round, decided_on=day, effective_on=day, **said, **votes))
    session.add_all(made)
    session.flush()
    return made


def test_a_measure_is_told_in_the_month_in_which_it_takes_effect(session: Session) -> None:
    days = (date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    for made, day in zip(measured(session, 1, 2, 3), days, strict=True):
        made.decided_on = made.effective_on = day
    for month, levels in ((days[0], {"1", "2"}), (days[2], {"3"})):
        assert {result for _company, _code, result in names(session, opening.MEASURES, month)} == {*levels, opening.ALL}


def test_a_company_of_which_two_entries_were_merged_is_one_company(session: Session) -> None:
    least = int(setting(session, "SMALL_CELL").value)
    whose = [session.get_one(CaseTrack, each.track_id).party_id for each in measured(session, *[2] * least)]
    session.get_one(Party, whose[0]).merged_into_id = whose[1]
    session.flush()
    assert cells(session, opening.MEASURES, date(2026, 3, 1)) == {None}


def test_a_measure_that_was_set_aside_or_decided_anew_is_not_among_those_published(session: Session) -> None:
    least = int(setting(session, "SMALL_CELL").value)
    aside, again, ended, *_others = measured(session, *[2] * (least + 3))
    aside.set_aside_on = date(2026, 4, 1)
    session.get_one(CaseTrack, again.track_id).round += 1
    session.get_one(CaseTrack, ended.track_id).state = "NO_MEASURE"
    session.get_one(CaseTrack, ended.track_id).ended_on = date(2026, 4, 1)
    session.flush()
    assert cells(session, opening.MEASURES, date(2026, 3, 1)) == {least}


def test_months_that_are_still_counted_wait_and_one_that_is_published_stays(session: Session) -> None:
    setting(session, "OPEN_DATA").value = True
    session.merge(FigureMonth(month=MONTH, counted_at=NOW, closed_at=NOW))
    session.merge(FigureMonth(month=date(2026, 11, 1), counted_at=NOW))
    session.flush()
    assert opening.to_publish(session) == [MONTH]
    for _night in range(2):
        opening.publish(session, MONTH, NOW)
    assert opening.to_publish(session) == []


@pytest.mark.parametrize(("public", "hidden"), [([5], True), ([4], True), ([3], False)])
def test_what_a_bulletin_or_circular_tells_gives_no_other_measure_away(
    session: Session, public: list[int], hidden: bool
) -> None:
    """Of three measures that are told together whoever reads of one of them knew that the others are two."""
    chain = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    for measures in ([2], [2], public):
        track = chain.reported()
        track.party_id = party(session, f"测试{track.id}消费金融有限公司").id
        said = {"level": max(measures), "measures": measures, "terms": {}, "reasons": "无", "statement_dealt": ""}
        votes = {"votes_for": 3, "votes_against": 0, "abstained": 0, "immediate": [], "immediate_reasons": ""}
        day = date(2026, 3, 20)
        session.add(Decision(track_id=track.id, round=track.round, decided_on=day, effective_on=day, **said, **votes))
    month = date(2026, 3, 1)
    session.merge(FigureMonth(month=month, counted_at=NOW, closed_at=NOW))
    session.flush()
    opening.publish(session, month, NOW)
    asked = select(OpenCell.many, OpenCell.result).where(OpenCell.about == "MEASURES", OpenCell.month == month)
    told = session.execute(asked).all()
    assert {many for many, _result in told} == ({None} if hidden else {None, 3})
    assert {result for _many, result in told} == {"2", str(public[0]), opening.ALL}, "that it was ordered is told"
