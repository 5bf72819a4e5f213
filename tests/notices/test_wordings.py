"""Wordings that the association lays down: issuing takes what is in force, an approved draft keeps what it had."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import ZONE
from core.db import transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow, Unavailable
from core.journal import JournalEntry
from notices import wording_checks, wording_previews, wording_versions, wordings
from notices.kinds import KINDS
from notices.models import Document
from notices.models_wording import WordingVersion
from notices.samples import languages
from notices.wording import digest, load
from registry import golive, settings
from registry.models_settings import Setting
from tests.builders import account, actor_of
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.notices.test_approvals import House

ADMIN = Actor(None, frozenset({"system_admin"}), audience="admin")
D02 = wordings.supplied("D02", "zh")
NEW = D02.replace("特此通知。", "特此通知，望配合。")
BASIS = "秘书长办公会2026-11-02"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    return House(app)


def lay_down(at: Session, text: str = NEW, now: datetime = NOW, from_on: date | None = None) -> WordingVersion:
    row = wordings.draft(at, "D02", "zh", text, actor=ADMIN, now=now)
    wordings.propose(at, row, actor=ADMIN, version=row.version, now=now, basis=BASIS)
    wordings.put_in_force(at, row, actor=second(at), version=row.version, now=now, from_on=from_on)
    return row


def second(at: Session, role: str = "system_admin") -> Actor:
    """Another administrator, a new one each time."""
    return actor_of(account(at, "管理员乙", role))


def letters(house: House) -> list[Document]:
    with house.app.app_context(), transaction() as at:
        return list(at.scalars(select(Document).where(Document.kind == "D02").order_by(Document.id)))


def test_every_supplied_wording_passes_the_checks_that_new_ones_have_to() -> None:
    for kind in KINDS:
        for lang in languages(kind):
            assert not wording_checks.problems(kind, lang, wordings.supplied(kind, lang)), (kind, lang)


def test_the_version_in_force_at_a_moment_is_the_last_that_began_and_was_not_withdrawn(session: Session) -> None:
    first = lay_down(session)
    tomorrow = (NOW + timedelta(days=1)).astimezone(ZONE).date()
    second = lay_down(session, NEW + "\n\n又及。", LATER, tomorrow)
    rows = wordings.versions(session, "D02", "zh")
    assert [wordings.state_of(row, rows, LATER) for row in rows] == ["COMING", "IN_FORCE"]
    assert wording_versions.in_force(session, "D02", "zh", NOW - timedelta(seconds=1)) is None
    assert wording_versions.in_force(session, "D02", "zh", LATER) is first
    after = NOW + timedelta(days=1)
    assert wording_versions.in_force(session, "D02", "zh", after) is second
    wordings.withdraw(session, second, because="有误", actor=ADMIN, version=None, now=after)
    assert wording_versions.in_force(session, "D02", "zh", after) is first
    wordings.withdraw(session, first, because="有误", actor=ADMIN, version=None, now=after)
    assert wording_versions.for_issue(session, "D02", "zh", after) is None


def test_a_document_is_made_from_what_is_in_force_and_says_which(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        lay_down(at)
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    house.step(house.head, number, "sign")
    (letter,) = letters(house)
    assert letter.wording == digest(NEW)
    assert letter.paper["paper"]["closing"] == "特此通知，望配合。"


def test_a_document_keeps_the_settings_it_rests_on_as_they_stood(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        stood = settings.snapshot(at, "K02")
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    house.step(house.head, number, "sign")
    with house.app.app_context(), transaction() as at:
        at.execute(update(Setting).where(Setting.key == "K02").values(value=99))
    (letter,) = letters(house)
    assert letter.paper["settings"]["K02"] == stood["K02"]
    assert set(stood["K02"]) == {"value", "unit", "basis", "confirmed"}


def test_a_draft_in_approval_keeps_its_wording_though_another_came_into_force(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    with time_machine.travel(LATER):
        with house.app.app_context(), transaction() as at:
            lay_down(at, now=LATER)
        house.step(house.head, number, "sign")
    (letter,) = letters(house)
    assert (letter.wording, letter.paper["paper"]["closing"]) == (load("D02", "zh").version, "特此通知。")


def test_a_draft_made_with_a_wording_since_withdrawn_is_refused_at_the_signature(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        row = lay_down(at, now=NOW - timedelta(minutes=1)).id
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    with house.app.app_context(), transaction() as at:
        wordings.withdraw(at, at.get_one(WordingVersion, row), because="有误", actor=ADMIN, version=None, now=NOW)
    assert "would say something else now than what was approved" in house.step(house.head, number, "sign", 409)
    assert letters(house) == []


def test_what_somebody_slipped_under_an_approved_draft_is_noticed(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        lay_down(at, now=NOW - timedelta(minutes=1))
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    with house.app.app_context(), transaction() as at:
        at.execute(update(WordingVersion).values(text=D02.replace("特此通知。", "照办。")))
    assert "would say something else now than what was approved" in house.step(house.head, number, "sign", 409)


def test_who_proposed_or_wrote_it_never_puts_it_in_force_and_a_second_person_does(session: Session) -> None:
    author, proposer = second(session), second(session)
    row = wordings.draft(session, "D02", "zh", NEW, actor=author, now=NOW)
    with pytest.raises(BadInput, match="依据"):
        wordings.propose(session, row, actor=proposer, version=None, now=NOW)
    with pytest.raises(NotNow):
        wordings.put_in_force(session, row, actor=second(session), version=None, now=NOW)
    wordings.propose(session, row, actor=proposer, version=None, now=NOW, basis="章程")
    for one in (author, proposer, Actor(None, frozenset({"head"})), second(session, "audit_admin")):
        with pytest.raises(NotAllowed):
            wordings.put_in_force(session, row, actor=one, version=None, now=NOW)
    security = second(session, "security_admin")
    with pytest.raises(NotAllowed):
        wordings.revise(session, row, NEW + "x", actor=security, version=None, now=NOW)
    wordings.put_in_force(session, row, actor=security, version=None, now=NOW)
    assert (row.basis, row.proposed_by, row.confirmed_by) == ("章程", proposer.id, security.id)


def test_the_database_takes_no_wording_that_one_person_proposed_and_put_in_force(session: Session) -> None:
    row = lay_down(session)
    session.flush()
    alone = update(WordingVersion).where(WordingVersion.id == row.id).values(proposed_by=row.confirmed_by)
    with pytest.raises(IntegrityError, match="put_in_force_by_another"), session.begin_nested():
        session.execute(alone)


def test_a_proposal_that_is_written_anew_is_a_draft_again_and_waits_for_a_new_proposal(session: Session) -> None:
    author, other = second(session), second(session)
    row = wordings.draft(session, "D02", "zh", NEW, actor=author, now=NOW, basis="章程")
    wordings.propose(session, row, actor=author, version=None, now=NOW)
    assert wordings.state_of(row, [row], NOW) == wordings.PROPOSED
    wordings.revise(session, row, NEW + "\n\n又及。", actor=other, version=None, now=NOW, basis="章程")
    assert wordings.state_of(row, [row], NOW) == wordings.DRAFT
    with pytest.raises(NotNow):
        wordings.put_in_force(session, row, actor=author, version=None, now=NOW)
    wordings.propose(session, row, actor=other, version=None, now=NOW)
    wordings.put_in_force(session, row, actor=author, version=None, now=NOW)
    assert row.in_force_from == NOW


def test_what_changed_is_told_word_by_word_and_whole_lines_where_nothing_stayed() -> None:
    before = "title: 通知\n\n请于{due}前补正材料。\n此致\n第一段。"
    after = "title: 通知\n\n请务必于{due}前补齐材料。\n此致\n完全两样的话"
    lines = [(each.mark, each.words) for each in wording_previews.compared(before, after)]
    assert lines == [
        ("kept", [("kept", "title: 通知")]),
        (
            "changed",
            [
                ("kept", "请"),
                ("added", "务必"),
                ("kept", "于{due}前补"),
                ("out", "正"),
                ("added", "齐"),
                ("kept", "材料。"),
            ],
        ),
        ("kept", [("kept", "此致")]),
        ("out", [("out", "第一段。")]),
        ("added", [("added", "完全两样的话")]),
    ]
    (changed,) = wording_previews.compared("于{due}前", "于{due_on}前")
    assert changed.words[1:3] == [("out", "{due}"), ("added", "{due_on}")], "a placeholder is one word"


def test_only_a_system_administrator_lays_down_wordings_and_nothing_in_force_is_changed(session: Session) -> None:
    with pytest.raises(NotAllowed):
        wordings.draft(session, "D02", "zh", NEW, actor=Actor(None, frozenset({"head"})), now=NOW)
    row = lay_down(session)
    with pytest.raises(NotNow):
        wordings.revise(session, row, D02 + "x", actor=ADMIN, version=None, now=NOW)
    with pytest.raises(Changed):
        wordings.withdraw(session, row, because="x", actor=ADMIN, version=row.version - 1, now=NOW)
    with pytest.raises(BadInput, match="一致"):
        wordings.draft(session, "D02", "zh", NEW, actor=ADMIN, now=NOW)


def test_each_step_of_a_wording_is_in_the_journal(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        row = lay_down(at)
        wordings.withdraw(at, row, because="有误", actor=ADMIN, version=None, now=LATER)
    mine = select(JournalEntry).where(JournalEntry.subject_kind == "wording_version").order_by(JournalEntry.id)
    with app.app_context(), transaction() as at:
        steps = [(each.row, each.after) for each in at.scalars(mine)]
    assert steps == [
        ("wording.draft", "DRAFT"),
        ("wording.propose", "PROPOSED"),
        ("wording.put_in_force", "IN_FORCE"),
        ("wording.withdraw", "WITHDRAWN"),
    ]


def test_a_wording_that_an_update_left_behind_refuses_its_documents_and_stands_on_the_go_live_page(
    session: Session,
) -> None:
    row = lay_down(session)
    session.execute(update(WordingVersion).values(text=NEW.replace("{*missing}", "{*gone}")))
    session.expire_all()
    with pytest.raises(Unavailable, match=r"D02\.zh 1"):
        wording_versions.for_issue(session, "D02", "zh", LATER)
    items = [each for each in golive.check(session, NOW.date()) if each.kind == "wording"]
    assert [(each.key, each.id) for each in items] == [("D02.zh 1", row.id)]


def test_the_database_knows_one_draft_only(session: Session) -> None:
    wordings.draft(session, "D02", "zh", NEW, actor=ADMIN, now=NOW)
    with pytest.raises(NotNow):
        wordings.draft(session, "D02", "zh", NEW + "x", actor=ADMIN, now=NOW)
    again = WordingVersion(kind="D02", lang="zh", number=9, text=NEW, digest="x", made_at=NOW)
    with pytest.raises(IntegrityError, match="uq_wording_version_draft"), session.begin_nested():
        session.add(again)
