"""What settings and the mode of an installation promise."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import attempt, transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow, Unavailable
from core.journal import JournalEntry, settle
from registry import golive, seeds, settings, settings_known
from registry.models_settings import Installation, Setting
from tests import builders
from tests.two_at_once import at_once

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ADMIN = Actor(None, frozenset({"system_admin"}), audience="admin")
MODEL = Path(__file__).parent.parent / "data" / "model.json"


def as_production(session: Session) -> None:
    """Turn the seeded database into a production one, as no user can."""
    session.execute(update(Installation).values(mode="production"))


def test_sowing_twice_adds_nothing(session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(Setting))
    seeds.sow(session, mode="demonstration", now=NOW)
    assert session.scalar(select(func.count()).select_from(Setting)) == before


def test_sowing_again_does_not_overwrite_what_was_decided(session: Session) -> None:
    row = settings.setting(session, "SMALL_CELL")
    settings.change(session, row, actor=ADMIN, value=5, basis="Council, 2026-03-01", version=row.version, now=NOW)
    settings.confirm(session, row, actor=ADMIN, version=None, now=NOW)
    seeds.sow(session, mode="demonstration", now=NOW)
    assert settings.value(session, "SMALL_CELL") == 5


def test_the_mode_of_a_database_is_never_changed(session: Session) -> None:
    with pytest.raises(Unavailable):
        seeds.sow(session, mode="production", now=NOW)


def test_every_clock_and_setting_of_the_model_is_sown(session: Session) -> None:
    model = json.loads(MODEL.read_text())
    for clock in model["clock"]:
        assert settings.days(session, clock["id"]) == clock["length"]
        assert settings.setting(session, clock["id"]).unit == clock["unit"]
    for row in model["setting"]:
        for key in row["key"].split(" / ."):
            plain = key.split(" ")[0].removesuffix(".kind")
            name = plain if "." in plain or plain.isupper() else f"TIER_WORD.{plain}"
            assert settings.setting(session, name) is not None


def test_a_key_per_kind_falls_back_on_the_general_one(session: Session) -> None:
    assert settings.value(session, "SEAL_MODE.D17") == "electronic"
    assert settings.value(session, "APPROVAL_CHAIN.D20") == ["sign"]
    with pytest.raises(LookupError):
        settings.value(session, "K03.again")
    with pytest.raises(LookupError):
        settings.value(session, "NO_SUCH")


def test_the_demonstration_may_use_what_nobody_confirmed(session: Session) -> None:
    settings.require(session, "K03", "MEASURE_BASIS.L5", "ASSOCIATION.prefix")
    assert settings.value(session, "ASSOCIATION.prefix") == "蓝互金协"


def test_production_refuses_what_rests_on_an_unconfirmed_setting(session: Session) -> None:
    as_production(session)
    with pytest.raises(Unavailable):
        settings.require(session, "K03")
    row = settings.setting(session, "K03")
    settings.confirm(session, row, actor=ADMIN, version=row.version, now=NOW)
    session.flush()
    settings.require(session, "K03")


@pytest.mark.parametrize("decided", [True, False])
def test_what_counted_goes_on_counting_until_what_was_laid_down_anew_is_confirmed(
    session: Session, *, decided: bool
) -> None:
    row = settings.setting(session, "K03")
    if decided:
        settings.confirm(session, row, actor=ADMIN, version=row.version, now=NOW, basis="Rule 7")
        as_production(session)
    before = settings.snapshot(session, "K03")
    for value in (20, 25):
        settings.change(session, row, actor=ADMIN, value=value, basis="Members' meeting", version=None, now=NOW)
        assert settings.snapshot(session, "K03") == before
    assert golive.unconfirmed_of(session, ["K03"]) == ([] if decided else ["K03"])
    assert row in settings.unconfirmed(session)
    settings.require(session, "K03")
    settings.confirm(session, row, actor=ADMIN, version=None, now=NOW)
    assert settings.snapshot(session, "K03") == {
        "K03": {"value": 25, "unit": "CD", "basis": "Members' meeting", "confirmed": True},
    }


def test_the_journal_says_of_a_change_whether_what_stood_before_was_confirmed(session: Session) -> None:
    row = settings.setting(session, "K03")
    said = {"actor": ADMIN, "version": None, "now": NOW}
    settings.change(session, row, value=20, basis="x", **said)
    settings.confirm(session, row, **said)
    settings.change(session, row, value=25, basis="x", **said)
    settle(session)
    found = select(JournalEntry.before, JournalEntry.after).where(JournalEntry.ref == "K03")
    assert session.execute(found.order_by(JournalEntry.seq)).all() == [
        ("LAID_DOWN", "LAID_DOWN"),
        ("LAID_DOWN", "CONFIRMED"),
        ("CONFIRMED", "LAID_DOWN"),
    ]


def test_in_production_what_one_person_laid_down_governs_nothing_where_no_gate_is_asked(session: Session) -> None:
    as_production(session)
    before, row = settings.value(session, "SMALL_CELL"), settings.setting(session, "SMALL_CELL")
    settings.change(session, row, actor=ADMIN, value=7, basis="x", version=None, now=NOW)
    assert settings.value(session, "SMALL_CELL") == before != 7
    assert not settings.rests_on(session, "SMALL_CELL"), "what counts was never confirmed either"
    settings.confirm(session, row, actor=ADMIN, version=None, now=NOW)
    assert settings.value(session, "SMALL_CELL") == 7


def test_a_kind_has_the_general_setting_until_its_own_is_confirmed(session: Session) -> None:
    said = {"like": "SEAL_MODE", "meaning": ("x", "x"), "basis": "x", "actor": ADMIN, "now": NOW}
    row = settings.lay_down(session, "SEAL_MODE.D05b", "physical", **said)
    assert settings.value(session, "SEAL_MODE.D05b") == "electronic"
    assert settings.said(session, "SEAL_MODE.D05b") == settings.said(session, "SEAL_MODE"), "with its basis as well"
    with pytest.raises(Changed):
        settings.lay_down(session, "SEAL_MODE.D05b", "electronic", **said)
    settings.confirm(session, row, actor=SYSTEM, version=None, now=NOW)
    assert settings.value(session, "SEAL_MODE.D05b") == "physical"


def test_a_value_is_not_confirmed_before_the_one_beside_which_it_can_stand(session: Session) -> None:
    minor, least = settings.setting(session, "PANEL_MINOR"), settings.setting(session, "QUORUM_LEAST")
    for row, value in ((minor, 5), (least, 5)):
        settings.change(session, row, actor=ADMIN, value=value, basis="x", version=None, now=NOW)
    with pytest.raises(NotNow, match="PANEL_MINOR"):
        settings.confirm(session, least, actor=ADMIN, version=None, now=NOW)
    with pytest.raises(NotNow, match="PANEL_MINOR"), attempt(session):
        settings.confirm_all(session, {least.key: least.version}, basis="x", actor=ADMIN, now=NOW)
    seen = {row.key: row.version for row in (minor, least)}
    assert settings.confirm_all(session, seen, basis="x", actor=ADMIN, now=NOW) == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("K03", 0),
        ("K01", 5001),
        ("K03.extend", [30, 5001]),
        ("K03.extend", [15]),  # no longer than K03 itself: nothing could be extended
        ("SIMILAR_DAYS", 0),
        ("SIMILAR_COUNT", 1),
        ("SMALL_CELL", 2),  # of two people each knows the other
        ("COMPLAINTS_PER_PERSON_PER_DAY", 0),
        ("UNDO_MINUTES", 1441),
        ("K03", "many"),
        ("K03", True),
        ("REAL_NAME_REQUIRED", 1),
        ("ASSOCIATION.telephone", "电话号码"),
        ("ASSOCIATION.telephone", "1" * 61),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(session: Session, key: str, value: object) -> None:
    row = settings.setting(session, key)
    with pytest.raises(BadInput):
        settings.change(session, row, actor=ADMIN, value=value, basis="x", version=row.version, now=NOW)


def test_a_setting_needs_a_basis_a_version_and_the_right_person(session: Session) -> None:
    row = settings.setting(session, "K03")
    with pytest.raises(BadInput):
        settings.change(session, row, actor=ADMIN, value=20, basis=" ", version=row.version, now=NOW)
    with pytest.raises(Changed):
        settings.change(session, row, actor=ADMIN, value=20, basis="x", version=row.version + 1, now=NOW)
    with pytest.raises(NotAllowed):
        settings.change(
            session, row, actor=Actor(None, frozenset({"head"})), value=20, basis="x", version=row.version, now=NOW
        )


def test_a_number_may_be_nought_but_no_panel_is_a_single_member(session: Session) -> None:
    said = {"actor": ADMIN, "basis": "x", "version": None, "now": NOW}
    for key, value in (("UNDO_MINUTES", 0), ("PANEL_OUTSIDE", 0), ("QUORUM_LEAST", 1)):
        settings.change(session, settings.setting(session, key), value=value, **said)
    with pytest.raises(BadInput, match="单数"):
        settings.change(session, settings.setting(session, "PANEL_MINOR"), value=1, **said)


def test_the_first_run_asks_for_everything_that_stands_on_documents(session: Session) -> None:
    session.execute(delete(Setting))
    session.execute(delete(Installation))
    seeds.sow(session, mode="production", now=NOW)
    assert settings.waiting_for_first_run(session)
    data = {
        "name_zh": "某某协会",
        "name_en": "Some Association",
        "address": "x",
        "address_en": "x",
        "telephone": "0592-5550188",
        "seal_text": "某某协会",
        "prefix": "某协",
        "signatory": "某某协会",
    }
    with pytest.raises(BadInput) as refused:
        settings.enter_association(session, {**data, "prefix": " "}, actor=ADMIN, now=NOW)
    assert refused.value.field == "prefix"
    with pytest.raises(BadInput, match="电话") as refused:
        settings.enter_association(session, {**data, "telephone": "call us"}, actor=ADMIN, now=NOW)
    assert refused.value.field == "telephone"
    settings.enter_association(session, data, actor=ADMIN, now=NOW)
    session.flush()
    assert not settings.waiting_for_first_run(session)
    assert settings.association(session) == data
    settings.require(session, "ASSOCIATION.prefix")


def test_times_are_taken_however_their_signs_are_typed(session: Session) -> None:
    row = settings.setting(session, "COLLECTION_HOURS")
    for typed in ("09：00-17：00", "０９:００ – １７:００", "09:00至17:00"):
        settings.change(session, row, actor=ADMIN, value=typed, basis="x", version=None, now=NOW)
        assert row.value == "09:00-17:00"


def test_another_prefix_of_numbers_takes_a_second_administrator_and_is_a_word(session: Session) -> None:
    data, keeper = settings.association(session), Actor(builders.account(session, "系统员", "officer").id, ADMIN.roles)
    for wrong in ("<b>x</b>", "x" * 300, "蓝 协"):
        with pytest.raises(BadInput) as refused:
            settings.enter_association(session, data | {"prefix": wrong}, actor=ADMIN, now=NOW)
        assert refused.value.field == "prefix"
    settings.enter_association(session, data | {"prefix": "新协", "telephone": "400-1"}, actor=keeper, now=NOW)
    session.flush()
    row = settings.setting(session, settings.PREFIX)
    assert settings.association(session) == data | {"telephone": "400-1"}, "what counted goes on counting"
    with pytest.raises(NotAllowed):
        settings.confirm(session, row, actor=keeper, version=None, now=NOW)
    settings.confirm(session, row, actor=ADMIN, version=None, now=NOW)
    session.flush()
    assert settings.association(session)["prefix"] == "新协"


def test_of_two_who_lay_down_a_least_and_its_most_at_once_the_second_is_held_against_the_first(app: Flask) -> None:
    def lays(at: Session, key: str, value: int) -> None:
        settings.value(at, key)  # as whoever has opened a page
        settings.change(at, settings.setting(at, key), actor=ADMIN, value=value, basis="Council", version=None, now=NOW)

    with app.app_context():
        with transaction() as at:
            lays(at, "PANEL_MINOR", 5)
            lays(at, "QUORUM_LEAST", 3)
        said = at_once(app, partial(lays, key="PANEL_MINOR", value=3), partial(lays, key="QUORUM_LEAST", value=5))
        assert isinstance(said, BadInput)
        with transaction() as at:
            assert settings.value(at, "QUORUM_LEAST") <= settings.value(at, "PANEL_MINOR")


class Emptied(dict[str, Any]):
    """What a process keeps, where another thread empties it as soon as somebody has looked into it."""

    def __contains__(self, key: object) -> bool:
        """Whether it was there."""
        there = super().__contains__(key)
        self.clear()
        return there


def test_what_is_kept_of_settings_may_be_emptied_by_another_thread_while_they_are_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = settings.days(session, "K03")
    monkeypatch.setattr(settings_known, "_rows", Emptied(settings_known._rows))
    assert settings.days(session, "K03") == before


def test_the_second_of_two_who_change_what_stands_on_documents_is_told(session: Session) -> None:
    seen, data = settings.association_version(session), settings.association(session)
    settings.enter_association(session, data | {"telephone": "400-1"}, actor=ADMIN, version=seen, now=NOW)
    session.flush()
    with pytest.raises(Changed):
        settings.enter_association(session, data | {"address": "别处"}, actor=ADMIN, version=seen, now=NOW)
    assert settings.association(session)["telephone"] == "400-1"


def test_what_no_machine_has_rows_for_is_not_switched_on(session: Session) -> None:
    row = settings.setting(session, "MEASURES_L6_L7")
    with pytest.raises(BadInput, match="尚无对应规则"):
        settings.change(session, row, actor=ADMIN, value=True, basis="Council", version=row.version, now=NOW)


def test_nothing_without_a_value_is_confirmed(session: Session) -> None:
    row = settings.setting(session, "MEASURE_BASIS.L1")
    row.value = None
    session.flush()
    said = {"basis": "x", "version": None, "now": NOW}
    settings.change(session, row, actor=ADMIN, value="章程第三条", **said)
    assert settings.value(session, row.key) == "章程第三条", "nothing counted before"
    row.value = None
    session.flush()
    with pytest.raises(NotNow):
        settings.confirm(session, row, actor=SYSTEM, version=None, now=NOW)
    as_production(session)
    row.confirmed_at = NOW  # whoever said so
    session.flush()
    assert not settings.rests_on(session, row.key)
