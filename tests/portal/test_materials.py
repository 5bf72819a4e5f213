"""What an institution asks of its own firm: by an earlier day, by whom it is for, and what ends it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from casework import forwardings
from casework.intake import EvidenceFile
from core.actors import Actor
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import JournalEntry
from filestore import files
from portal import materials, policies_materials, queries_materials
from registry import notifications, successions
from registry.models import PartyKind
from registry.models_accounts import Account
from registry.models_lineage import SuccessionKind
from registry.models_notifications import Notification
from tests.builders import Desk, account, actor_of, party
from tests.conftest import NOW
from tests.portal.house import today  # noqa: F401 - a fixture
from tests.statements import counted


def test_a_question_that_the_answer_went_without_waits_no_more_when_it_is_sent_back(app: Flask) -> None:
    """Its day was of the round that is over; whoever needs it asks anew."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        account(at, "受托联系人", "respondent", "lead", party=desk.firm)
        it = desk.forwarded()
        said = {"firm_id": desk.firm.id, "text": "请提供录音。", "actor": desk.lead}
        first = materials.ask(at, it, **said, due_on=date(2026, 12, 5), now=NOW)
        desk.answer(it)
        forwardings.send_back(at, it, gaps=["何时停止"], actor=desk.intake, now=NOW + timedelta(days=1))
        desk.serve("forwarding", it.id, "D07b", NOW + timedelta(days=1))
        assert [type(each) for each in policies_materials.still_wanted(at, first)] == [NotNow]
        again = materials.ask(at, it, **said, due_on=date(2026, 11, 27), now=NOW + timedelta(days=1))
        assert not list(policies_materials.still_wanted(at, again))
        shown = [(each.id, each.lapsed) for each in queries_materials.of_matter(at, it)]
        assert shown == [(again.id, False), (first.id, True)], "nobody waits for what the firm can send no more"


def test_what_a_firm_was_asked_for_goes_with_the_forwarding_to_whoever_goes_on_as_the_institution(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        account(at, "受托联系人", "respondent", "lead", party=desk.firm)
        it, heir = desk.forwarded(), party(at, "远岬消费金融有限公司", basis=None)
        said = {"firm_id": desk.firm.id, "text": "请提供录音。", "actor": desk.lead}
        asked = materials.ask(at, it, **said, due_on=date(2026, 12, 5), now=NOW)
        by = {"actor": desk.head, "version": None, "now": NOW}
        made = successions.record(
            at, desk.lender, heir, kind=SuccessionKind.ABSORBED, from_on=NOW.date(), evidence="吸收合并协议",
            matters=[f"forwarding:{it.id}"], **by,
        )  # fmt: skip
        assert (it.party_id, asked.institution_id, asked.firm_id) == (heir.id, heir.id, desk.firm.id)
        successions.withdraw(at, made, reason="录入错误", **by)
        assert (it.party_id, asked.institution_id) == (desk.lender.id, desk.lender.id)


def test_what_a_firm_was_asked_for_stays_as_it_was_where_the_firm_itself_goes_on_as_the_institution(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.forwarded()
        said = {"firm_id": desk.firm.id, "text": "请提供录音。", "actor": desk.lead}
        asked = materials.ask(at, it, **said, due_on=date(2026, 12, 5), now=NOW)
        successions.record(
            at, desk.lender, desk.firm, kind=SuccessionKind.ABSORBED, from_on=NOW.date(), evidence="吸收合并协议",
            matters=[f"forwarding:{it.id}"], actor=desk.head, version=None, now=NOW,
        )  # fmt: skip
        assert (it.party_id, asked.institution_id, asked.firm_id) == (desk.firm.id, desk.lender.id, desk.firm.id)


def test_nobody_asks_a_firm_that_never_collected_for_his_company(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk, other = Desk(at, NOW), party(at, "第三方机构有限公司", PartyKind.FIRM)
        account(at, "第三方", "respondent", "lead", party=other)
        said = {"text": "请提供录音。", "due_on": date(2026, 12, 5), "actor": desk.lead, "now": NOW}
        with pytest.raises(BadInput) as refused:
            materials.ask(at, desk.forwarded(), firm_id=other.id, **said)
        assert refused.value.field == "firm"


def test_reminders_of_material_end_with_their_days_and_with_the_matter(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        person, it = account(at, "受托联系人", "respondent", "lead", party=desk.firm), desk.forwarded()
        said = {"text": "请提供录音。", "due_on": date(2026, 12, 5), "actor": desk.lead, "now": NOW}
        materials.ask(at, it, firm_id=desk.firm.id, **said)
        assert [materials.remind(at, date(2026, 12, day)) for day in (3, 4, 5, 8, 9)] == [0, 1, 1, 1, 0]
        noted = list(at.scalars(select(Notification).where(Notification.account_id == person.id)))
        left = notifications.still_so(at, person, noted, datetime(2026, 12, 6, tzinfo=UTC))
        assert [each.event for each in left] == ["material_asked"], "its day has passed before it was told"
        it.state = "CLOSED"
        assert [materials.remind(at, date(2026, 12, day)) for day in (4, 5, 6)] == [0, 0, 0]
        left = notifications.still_so(at, person, noted, datetime(2026, 12, 5, tzinfo=UTC))
        assert [each.event for each in left] == ["material_asked"], "the matter ended before it was told"


def test_the_last_day_leaves_no_day_for_a_firm_and_an_end_nothing_to_take_over_for(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        by = actor_of(account(at, "受托联系人", "respondent", "lead", party=desk.firm))
        it = desk.forwarded()
        (period,) = policies_materials.own_periods(at, it)
        last = period.due_on or NOW.date()
        asking = lambda day: [str(each) for each in policies_materials.asking(at, it, desk.lead, day)]  # noqa: E731
        no_day = ["贵单位自身的期限已不足以给受托机构留出时间。"]
        assert [asking(last - timedelta(days=n)) for n in (1, 0)] == [[], no_day]
        said = {"firm_id": desk.firm.id, "due_on": day_of(NOW), "actor": desk.lead, "now": NOW}
        one = materials.ask(at, it, text="今天请提供录音。", **said)
        for said in ({"key": "K11"}, {"key": "K03", "state": "ENDED", "ended_at": NOW, "how": "stopped"}):
            at.execute(update(type(period)).where(type(period).id == period.id).values(said))
            assert asking(day_of(NOW)) == [], "an answer is still awaited"
        materials.answer(at, one, text="已核对。", files=[], actor=by, version=None, now=NOW)
        it.state = "CLOSED"
        assert asking(last) == ["该事项已不再等待贵单位处理，无需再请求材料。"]
        with pytest.raises(NotNow, match="不再"):
            materials.take_over(at, one, text="已核对。", files=[], actor=desk.lead, now=NOW)


def test_nobody_else_takes_an_answer_over_and_nobody_with_it_the_files_of_another(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        firm = account(at, "受托联系人", "respondent", "lead", party=desk.firm)
        by = Actor(firm.id, frozenset({"respondent", "lead"}), desk.firm.id, audience="portal")
        it = desk.forwarded()
        said = {"firm_id": desk.firm.id, "actor": desk.lead, "due_on": date(2026, 12, 5), "now": NOW}
        one, other = (materials.ask(at, it, **said, text=f"请提供录音{place}。") for place in "一二")
        for each in (one, other):
            kept = files.keep_made(at, each.ref.encode(), "录音.pdf", "application/pdf")
            file = EvidenceFile(kept.sha256, "录音.pdf", kept.media_type, kept.size)
            materials.answer(at, each, text="见附件。", files=[file], actor=by, version=None, now=NOW)
            at.refresh(each, ["files"])
        with counted(app) as said_to:
            waits = list(queries_materials.come_for_us(at, desk.lender.id))
        assert [each.number for each in waits] == [one.id, other.id]
        assert len([each for each in said_to if "FROM clock" in each]) == 1, "asked for all of them at once"
        with pytest.raises(NotAllowed):
            materials.take_over(at, one, text="见附件。", files=[], actor=by, now=NOW)
        with pytest.raises(BadInput, match="采用"):
            materials.take_over(at, one, text="", files=[each.id for each in other.files], actor=desk.lead, now=NOW)


def test_a_request_goes_each_of_its_ways_once_by_whom_it_is_for_and_the_journal_tells_of_each(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        lead, clerk, it = at.get_one(Account, desk.firm_lead.id), desk.member, desk.forwarded()
        said = {"firm_id": desk.firm.id, "text": "请提供录音。", "due_on": date(2026, 12, 5), "now": NOW}
        lead.locked_at = NOW
        with pytest.raises(BadInput) as refused:
            materials.ask(at, it, **said, actor=desk.lead)
        assert refused.value.field == "firm", "nobody of it could answer"
        lead.locked_at = None
        one, other = (materials.ask(at, it, **said, actor=desk.lead) for _each in range(2))
        given, back = {"version": None, "now": NOW}, {"why": "已找到。", "version": None, "now": NOW}
        for early in (
            lambda: materials.take_over(at, one, text="已核对。", files=[], actor=clerk, now=NOW),
            lambda: materials.put_aside(at, one, actor=clerk, **given),
        ):
            with pytest.raises(NotNow, match="尚未答复"):
                early()
        with pytest.raises(NotAllowed):
            materials.withdraw(at, one, actor=clerk, **back)
        materials.withdraw(at, other, actor=desk.lead, **back)
        materials.answer(at, one, text="已核对。", files=[], actor=desk.firm_lead, **given)
        for over in (one, other):
            with pytest.raises(NotNow, match="已被答复或已撤回"):
                materials.withdraw(at, over, actor=desk.lead, **back)
        materials.put_aside(at, one, actor=clerk, **given)
        for later in (NOW, NOW + timedelta(hours=1)):
            materials.take_over(at, one, text="已核对。", files=[], actor=clerk, now=later)
        assert (one.taken_at, one.put_aside_at) == (NOW, None), "what is taken over after all waits for nobody"
        number = one.id
    with app.app_context(), transaction() as at:
        mine = select(JournalEntry.row).where(JournalEntry.subject_kind == "material").order_by(JournalEntry.seq)
        deeds = ["ask", "answer", "put_aside", "take_over", "take_over"]
        assert at.scalars(mine.where(JournalEntry.subject_id == number)).all() == [f"material.{each}" for each in deeds]
        assert at.scalars(mine.where(JournalEntry.subject_id != number)).all() == ["material.ask", "material.withdraw"]
