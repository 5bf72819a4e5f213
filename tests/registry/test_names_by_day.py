"""What the register promises of names by day: of former ones, and of those that are still to come."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.db import transaction
from core.errors import BadInput, NotNow
from registry import lineage, merging, parties, queries, renaming, successions
from registry.clock_sweep import sweep
from registry.models import AliasKind, Party
from registry.models_lineage import PartyMerge
from tests.registry.test_parties import DAY, NOW, meant, party
from tests.statements import counted

LATER = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)


def test_a_name_holds_from_its_day_and_the_ones_before_keep_theirs(session: Session) -> None:
    one = party(session, name="甲金融有限公司")
    for name, day in (("乙金融有限公司", date(2026, 3, 1)), ("丙金融有限公司", date(2026, 9, 1))):
        renaming.rename(session, one, actor=SYSTEM, name_zh=name, from_on=day, version=None, now=NOW)
    said = {day: lineage.name_on(session, one, day) for day in (date(2026, 2, 28), date(2026, 8, 31), DAY)}
    assert list(said.values()) == ["甲金融有限公司", "乙金融有限公司", "丙金融有限公司"]
    days = [(each.value, each.from_on, each.to_on) for each in lineage.former_names(session, one)]
    assert days == [
        ("乙金融有限公司", date(2026, 3, 1), date(2026, 8, 31)),
        ("甲金融有限公司", None, date(2026, 2, 28)),
    ]
    with pytest.raises(BadInput):
        renaming.rename(session, one, actor=SYSTEM, name_zh="丁", from_on=date(2026, 8, 1), version=None, now=NOW)


def test_a_new_name_that_was_misspelt_is_put_right_from_its_first_day_on(session: Session) -> None:
    one = party(session, name="甲金融有限公司")
    for name in ("以金融有限公司", "乙金融有限公司"):
        renaming.rename(session, one, actor=SYSTEM, name_zh=name, from_on=DAY, version=None, now=NOW)
    assert [each.value for each in lineage.former_names(session, one)] == ["甲金融有限公司"]
    said = [lineage.name_on(session, one, DAY - timedelta(days=days)) for days in (1, 0)]
    assert said == ["甲金融有限公司", "乙金融有限公司"]


def test_a_list_in_english_asks_for_the_names_of_its_companies_at_once(app: Flask, session: Session) -> None:
    one, other = party(session, name="甲金融有限公司"), party(session, 2, name="丙金融有限公司")
    one.name_en = "Jia Finance"
    session.flush()
    renaming.rename(
        session, one, actor=SYSTEM, name_zh="乙金融有限公司", name_en="Yi", version=None, now=NOW, from_on=DAY
    )
    with counted(app) as said:
        known = lineage.names_of(session, [one.id, other.id])
        before = lineage.english_on(session, one, "甲金融有限公司", DAY - timedelta(days=1), known[one.id])
        lineage.english_on(session, other, "无此名称", DAY, known[other.id])
    asks = [each for each in said if "FROM party_alias" in each or "WHERE party.merged_into_id" in each]
    assert (before, len(asks)) == ("Jia Finance", 2)
    assert before == lineage.english_on(session, one, "甲金融有限公司", DAY - timedelta(days=1))


def test_a_name_that_is_to_come_is_used_from_its_day_on(session: Session) -> None:
    one, day = party(session, name="甲金融有限公司"), date(2026, 12, 1)
    renaming.rename(session, one, actor=SYSTEM, name_zh="乙金融有限公司", from_on=day, version=None, now=NOW)
    renaming.bring_names(session, DAY, NOW)
    assert (one.name_zh, lineage.name_on(session, one, day)) == ("甲金融有限公司", "乙金融有限公司")
    renaming.bring_names(session, day, NOW.replace(month=12, day=1))
    assert (one.name_zh, one.coming_on) == ("乙金融有限公司", None)
    assert lineage.name_on(session, one, date(2026, 11, 30)) == "甲金融有限公司"
    assert meant(session, "甲金融有限公司", "NAME") == [one]


def test_an_announced_name_can_be_dropped(session: Session) -> None:
    one = party(session, name="甲金融有限公司")
    with pytest.raises(NotNow):
        renaming.drop_coming_name(session, one, actor=SYSTEM, version=None, now=NOW)
    said = {"actor": SYSTEM, "version": None, "now": NOW}
    renaming.rename(session, one, name_zh="乙", from_on=date(2026, 12, 1), **said)  # type: ignore[arg-type]
    renaming.drop_coming_name(session, one, **said)  # type: ignore[arg-type]
    renaming.bring_names(session, date(2026, 12, 1), NOW)
    assert one.name_zh == "甲金融有限公司"


def test_the_sweep_of_its_first_day_brings_a_name_in(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            one = party(at, name="甲金融有限公司")
            renaming.rename(at, one, actor=SYSTEM, name_zh="乙", from_on=date(2026, 12, 1), version=None, now=NOW)
            number = one.id
        for day, name in ((date(2026, 11, 30), "甲金融有限公司"), (date(2026, 12, 1), "乙")):
            list(sweep(datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)))
            with transaction() as at:
                assert at.get_one(Party, number).name_zh == name


def test_a_name_that_was_to_come_before_the_newest_one_comes_no_more(session: Session) -> None:
    one, first = party(session, name="甲金融有限公司"), date(2026, 12, 1)
    said = dict[str, Any](actor=SYSTEM, version=None, from_on=first)
    renaming.rename(session, one, name_zh="乙", now=NOW, **said)
    renaming.rename(session, one, name_zh="丙", now=NOW.replace(month=12, day=1), **said)
    assert one.coming_on is None
    renaming.bring_names(session, first, NOW.replace(month=12, day=1))
    assert one.name_zh == "丙"


def test_a_name_that_is_to_come_stays_announced_while_another_is_corrected(session: Session) -> None:
    one, said = party(session, name="甲金融有限公司"), dict[str, Any](actor=SYSTEM, version=None, now=NOW)
    renaming.rename(session, one, name_zh="乙", from_on=date(2026, 12, 1), **said)
    renaming.rename(session, one, name_zh="甲金融有限公司", name_en="Corrected", **said)
    assert (one.name_en, one.coming_zh, one.coming_on) == ("Corrected", "乙", date(2026, 12, 1))
    renaming.bring_names(session, date(2026, 12, 1), LATER)
    assert (one.name_zh, one.name_en) == ("乙", "Corrected")
    renaming.rename(session, one, name_zh="丙", from_on=date(2026, 12, 9), **said)
    renaming.rename(session, one, name_zh="丙", from_on=date(2026, 12, 2), **{**said, "now": LATER})
    assert (one.name_zh, one.coming_on) == ("丙", None)


def test_no_name_that_is_to_come_holds_up_the_time_limits(app: Flask) -> None:
    """What else was noted of names since it was announced may not fit to it."""
    with app.app_context():
        with transaction() as at:
            one, said = party(at, name="甲金融有限公司"), dict[str, Any](actor=SYSTEM, kind=AliasKind.FORMER)
            renaming.rename(at, one, actor=SYSTEM, name_zh="乙", from_on=date(2026, 12, 1), version=None, now=NOW)
            with pytest.raises(BadInput):
                parties.add_alias(at, one, value="丙", to_on=date(2027, 1, 31), now=NOW, **said)
            parties.add_alias(at, one, value="丙", to_on=date(2026, 12, 1), now=LATER, **said)
            number = one.id
        list(sweep(LATER))
        with transaction() as at:
            one = at.get_one(Party, number)
            assert one.name_zh == "乙"
            assert lineage.name_on(at, one, DAY) == "甲金融有限公司"
            with pytest.raises(BadInput):
                renaming.rename(at, one, actor=SYSTEM, name_zh="丁", from_on=date(2026, 12, 1), version=None, now=LATER)


def test_a_name_that_fails_does_not_hold_up_the_others(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [party(session, number, name=name) for number, name in ((1, "甲"), (2, "丙"))]
    for each, name in zip(both, ("乙", "丁"), strict=True):
        renaming.rename(session, each, actor=SYSTEM, name_zh=name, from_on=date(2026, 12, 1), version=None, now=NOW)
    former = renaming._former

    def fails(at: Session, it: Party, old: str, last: date) -> None:
        former(at, it, old, last)
        if it is both[0]:
            raise LookupError

    monkeypatch.setattr(renaming, "_former", fails)
    renaming.bring_names(session, date(2026, 12, 1), LATER)
    assert [each.name_zh for each in both] == ["甲", "丁"]
    assert lineage.former_names(session, both[0]) == []
    monkeypatch.undo()
    renaming.bring_names(session, date(2026, 12, 2), LATER)
    assert [each.name_zh for each in both] == ["乙", "丁"]


def test_an_entry_that_was_merged_gets_no_new_name_and_holds_up_no_time_limits(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            gone, kept = party(at, name="甲金融有限公司"), party(at, 2, name="丙金融有限公司")
            parties.add_alias(at, kept, actor=SYSTEM, kind=AliasKind.FORMER, value=gone.name_zh, now=NOW)
            said = dict[str, Any](actor=SYSTEM, now=NOW)
            renaming.rename(at, gone, name_zh="乙金融有限公司", from_on=date(2026, 12, 1), version=None, **said)
            merge = merging.merge(at, gone, kept, reason="同一公司", versions=(None, None), **said)
            numbers = gone.id, merge.id
        list(sweep(LATER))
        with transaction() as at:
            gone, merge = at.get_one(Party, numbers[0]), at.get_one(PartyMerge, numbers[1])
            assert gone.name_zh == "甲金融有限公司"
            merging.undo(at, merge, reason="两家公司", back=[], actor=SYSTEM, version=None, now=LATER)
        list(sweep(LATER))
        with transaction() as at:
            assert at.get_one(Party, numbers[0]).name_zh == "乙金融有限公司"


def test_a_name_announced_of_a_company_that_ceases_before_comes_only_if_it_exists_after_all(session: Session) -> None:
    one, day = party(session, name="甲金融有限公司"), date(2026, 12, 1)
    said = dict[str, Any](actor=SYSTEM, version=None)
    renaming.rename(session, one, name_zh="乙金融有限公司", from_on=day, now=NOW, **said)
    successions.cease(session, one, on=DAY, evidence="注销", now=NOW, **said)
    renaming.bring_names(session, day, LATER)
    assert (one.name_zh, lineage.name_on(session, one, day)) == ("甲金融有限公司",) * 2
    other = party(session, 2, name="乙金融有限公司")
    with pytest.raises(NotNow, match="乙金融"):
        successions.exist(session, one, reason="查无注销登记", now=LATER, **said)
    renaming.rename(session, other, name_zh="丙金融有限公司", now=LATER, **said)
    successions.exist(session, one, reason="查无注销登记", now=LATER, **said)
    renaming.bring_names(session, day, LATER)
    assert one.name_zh == "乙金融有限公司"


def test_former_names_of_a_merged_entry_say_nothing_of_what_the_standing_one_was_called(session: Session) -> None:
    kept, gone = party(session, name="甲金融有限公司"), party(session, 2, name="旧名金融有限公司")
    said = dict[str, Any](actor=SYSTEM, version=None, now=NOW)
    renaming.rename(session, gone, name_zh="乙金融有限公司", from_on=date(2026, 9, 1), **said)
    before = lineage.name_on(session, gone, date(2026, 8, 1))
    merge = merging.merge(session, gone, kept, reason="同一公司", actor=SYSTEM, versions=(None, None), now=NOW)
    assert lineage.name_on(session, kept, date(2026, 8, 1)) == "甲金融有限公司"
    renaming.rename(session, kept, name_zh="丙金融有限公司", from_on=date(2026, 8, 15), **said)
    assert [lineage.name_on(session, kept, date(2026, 8, day)) for day in (14, 15)] == [
        "甲金融有限公司", "丙金融有限公司",
    ]  # fmt: skip
    assert meant(session, "旧名金融有限公司", "NAME") == [kept]
    merging.undo(session, merge, reason="系两家公司", back=[], **said)
    assert lineage.name_on(session, gone, date(2026, 8, 1)) == before == "旧名金融有限公司"


def _on(session: Session, text: str, how: str, *days: date) -> list[Party]:
    session.flush()
    found = queries.match_numbers(session, text, how, (days[0], days[-1]))
    return [session.get_one(Party, number) for number in found]


def test_an_app_or_a_number_means_who_had_it_on_the_day(session: Session) -> None:
    one, other = party(session, name="甲金融有限公司"), party(session, 2, name="乙金融有限公司")
    last, said = date(2026, 6, 30), {"actor": SYSTEM, "now": NOW}
    for kind, value in ((AliasKind.APP, "小甲借"), (AliasKind.NUMBER, "0100-5550199")):
        parties.add_alias(session, one, kind=kind, value=value, to_on=last, **said)
        parties.add_alias(session, other, kind=kind, value=value, from_on=last + timedelta(days=1), **said)
        how = kind.value
        assert _on(session, value, how, last) == [one]
        assert _on(session, value, how, DAY) == [other]
        assert _on(session, value, how, last, DAY) == [one, other], "both had it meanwhile: nobody is guessed at"
        assert meant(session, value, how) == [one, other]


def test_a_name_that_nobody_had_on_the_day_means_whoever_had_it_at_another_time(session: Session) -> None:
    one = party(session, name="甲金融有限公司")
    parties.add_alias(session, one, kind=AliasKind.APP, value="小甲借", from_on=date(2026, 6, 1), actor=SYSTEM, now=NOW)
    assert _on(session, "小甲借", "APP", date(2026, 5, 1)) == [one]


def test_a_name_that_went_to_another_company_means_who_bore_it_on_the_day(session: Session) -> None:
    one, other = party(session, name="甲金融有限公司"), party(session, 2, name="乙金融有限公司")
    for each, name, day in ((one, "丙金融有限公司", date(2026, 3, 1)), (other, "甲金融有限公司", date(2026, 6, 1))):
        renaming.rename(session, each, actor=SYSTEM, name_zh=name, from_on=day, version=None, now=NOW)
    assert _on(session, "甲金融有限公司", "NAME", date(2026, 2, 1)) == [one]
    assert _on(session, "甲金融有限公司", "NAME", DAY) == [other]
    assert _on(session, one.uscc, "NAME", date(2026, 2, 1)) == [one]
    assert meant(session, "甲金融有限公司", "NAME") == [other]
