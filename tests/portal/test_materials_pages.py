"""How an institution and its firm exchange material: two sides and nobody else, parts taken over into the answer."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from casework import complaints, shared_drafts
from casework.models import Forwarding
from core.actors import SYSTEM, Actor
from core.db import Reader, read_as, session, transaction
from core.errors import NotAllowed
from portal import company_exchanges, materials
from portal.company_archives import Asked
from portal.models_materials import MaterialFile, MaterialRequest
from registry import accounts, clocks, links, notifications, successions
from registry.models import Engagement, PartyKind
from registry.models_accounts import Account, AccountLink, Audience
from registry.models_lineage import SuccessionKind
from registry.models_notifications import Notification
from tests.builders import Desk, account, party, person_of
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.portal.house import Enter, Sent, address, arrived, enter, sent, today  # noqa: F401 - fixtures

DUE = "2026-12-05"
SECRETS = ("甲机构转办的事实", "甲机构问的一句话", "受托机构答甲机构的话", "给甲机构的记录")
"""Of one institution and its firm: another institution of the same firm reads none of it."""
THEIRS = "乙机构与受托机构共同被投诉的事实"
ASKED = {"asked": "请提供合同尾号0123账户10月的通话记录。", "due_on": DUE}


def _told(app: Flask, what: str) -> int:
    with app.app_context(), transaction() as at:
        asked = select(func.count()).select_from(Notification).where(Notification.key.like(f"material:%:{what}"))
        return at.scalar(asked.where(Notification.event == f"material_{what.partition('_')[0]}")) or 0


def _counts(app: Flask, party_id: int | None) -> tuple[int, int]:
    with app.app_context():
        at = session()
        read_as(at, Reader("zilu_party", (("zilu.party", str(party_id)),)))
        found = tuple(
            at.scalar(select(func.count()).select_from(each)) or 0 for each in (MaterialRequest, MaterialFile)
        )
        at.rollback()
        return found  # type: ignore[return-value]


def test_a_firm_is_asked_answers_and_parts_are_taken_over(  # noqa: PLR0915 - one story
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    with app.app_context(), transaction() as at:
        lead = at.get_one(Account, sent.lead)
        firm = at.get_one(Account, sent.stranger).party_id or 0
        other = party(at, "第三方机构有限公司", PartyKind.FIRM)
        third = account(at, "第三方", "respondent", "lead", party=other).id or 0
        member = account(at, "受托经办", "respondent", "member", party=at.get_one(Account, sent.stranger).party).id or 0
        lender, other_id = lead.party_id, other.id
    lead_page, member_page, firm_page, clerk = enter(sent.lead), enter(sent.member), enter(sent.stranger), enter(member)
    url = f"/portal/materials/ask/forwarding/{sent.number}"
    given = {**ASKED, "firm": str(firm)}
    assert "Open the letter first" in lead_page.post(url, 409, **given)
    arrived(lead_page, address(sent))
    assert "Ask your own firm for material" in lead_page.get(address(sent))
    member_page.post(url, 403, **given)
    firm_page.get(url, 404)
    with time_machine.travel(NOW + timedelta(days=10)):
        assert "For example 20261209" in enter(sent.lead).get(url), "a day that the form takes"
        refused = enter(sent.lead).post(url, 422, **{**given, "due_on": "下周"})
        assert "for example 20261209." in refused, "and so does the error"
    assert "Choose a day before 10 December 2026." in lead_page.post(url, 422, **{**given, "due_on": "2026-12-10"})
    assert "has passed" in lead_page.post(url, 422, **{**given, "due_on": "2026-11-01"})
    lead_page.post(url, 422, **{**given, "firm": str(other_id)})
    lead_page.post(url, **given)
    with app.app_context(), transaction() as at:
        number = at.scalars(select(MaterialRequest.id)).one()
        complaint = at.get_one(Forwarding, sent.number).complaint.ref
    page = f"/portal/materials/{number}"
    lead_page.post(address(sent, "answer"), to_association="待补充。", seen="0", act="save")
    check = address(sent, "answer", "check")
    assert "Material that you asked of your firm is still awaited" in lead_page.get(check)
    assert _told(app, "asked") == 1
    assert (_counts(app, firm), _counts(app, lender), _counts(app, other_id)) == ((1, 0), (1, 0), (0, 0))
    enter(third).get(page, 404)
    lead_page.get(f"{page}/answer", 404)
    assert "Give the institution the material" in firm_page.get("/portal/")
    seen = firm_page.get(page)
    assert ASKED["asked"] in seen
    assert complaint not in seen
    firm_page.get(address(sent), 404)
    proof = (BytesIO(made.picture()), "通话记录.png")
    clerk.post(f"{page}/answer", text="已核对，见附件。", seen="0", act="look", files=proof)
    assert "Draft of 受托经办" in firm_page.get("/portal/")
    assert "Go on with the draft" in firm_page.get(page)
    for each in (page, f"{page}/answer", f"{page}/answer/check"):
        assert "days left" in firm_page.get(each), each
    clerk.post(f"{page}/answer/check", 403, seen="1")
    firm_page.post(f"{page}/answer/check", seen="1")
    firm_page.post(f"{page}/answer/check", 409, seen="0")
    with app.app_context(), transaction() as at:
        kept = at.scalars(select(MaterialFile)).one()
        which, state = kept.id, kept.request.state
    assert state == "ANSWERED"
    assert _told(app, "answered") == 1
    enter(third).get(f"{page}/files/{which}", 404)
    assert lead_page.client.get(f"{page}/files/{which}").status_code == 200
    firm_page.post(f"{page}/take", 404, **{"take-text": "x"})
    assert "Read the material of your firm" in member_page.get("/portal/")
    firm_page.post(f"{page}/aside", 404)
    kept_whole = lead_page.post(f"{page}/back", 422, **{"back-why": "无" * 501})
    assert re.search(r'<textarea[^>]*name="take-text"[^>]*>\s*已核对，见附件。', kept_whole)
    member_page.post(address(sent, "answer"), to_association="我方先核查。", seen="1", act="save")
    member_page.post(f"{page}/take", **{"take-text": "受托机构：已核对。", "take-files": str(which)})
    draft = lead_page.get(address(sent, "answer"))
    assert "我方先核查。" in draft
    assert "受托机构：已核对。" in draft
    assert "通话记录.png" in draft
    assert "受托机构材料" not in draft
    assert "still awaited" not in lead_page.get(check)
    with app.app_context(), transaction() as at:
        person = Actor(sent.lead, frozenset({"respondent", "lead"}), party_id=lender, name="x", audience="portal")
        assert shared_drafts.find(at, f"answer:{sent.number}:0", actor=person).files[0]["name"] == "通话记录.png"
    with app.app_context(), transaction() as at:
        officer = account(at, "经办人", "officer").id or 0
    enter(officer).get(page, 403)
    exchanged = ["请受托机构提供材料", "受托机构的答复", "文件"]
    with app.app_context(), transaction() as at:
        for company, papers in ((lender, exchanged), (firm, exchanged), (other_id, [])):
            found = company_exchanges.materials(at, Asked(company or 0, None, "en"))
            assert [each.what for each in found] == papers, "both download what they wrote to each other, nobody else"


def test_a_question_that_nobody_needs_any_more_is_overdue_nowhere_and_what_was_taken_back_is_kept(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead, url = enter(sent.lead), f"/portal/materials/ask/forwarding/{sent.number}"
    arrived(lead, address(sent))
    with app.app_context(), transaction() as at:
        firm = at.get_one(Account, sent.stranger).party_id or 0
    for _each in range(2):
        lead.post(url, **ASKED, firm=str(firm))
    with app.app_context(), transaction() as at:
        first, second = at.scalars(select(MaterialRequest.id).order_by(MaterialRequest.id)).all()
    lead.post(f"/portal/materials/{first}/back", **{"back-why": "已找到原合同。"})
    with app.app_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number).complaint
        papers = list(company_exchanges.materials(at, Asked(firm, None, "en")))
        assert "已找到原合同。" in [each.text for each in papers]
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)
    with time_machine.travel(NOW + timedelta(days=12)):
        for who in (sent.stranger, sent.lead):
            for page in ("", f"{second}"):
                shown = enter(who).get(f"/portal/materials/{page}")
                assert "no longer needed" in shown
                assert "overdue" not in shown
    with app.app_context(), transaction() as at:
        at.execute(update(MaterialRequest).values(asked="", withdrawn_because=None))
        assert not list(company_exchanges.materials(at, Asked(firm, None, "en"))), "erased: no empty papers are left"


def test_where_its_own_day_is_an_estimate_the_institution_asks_all_the_same(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead, url = enter(sent.lead), f"/portal/materials/ask/forwarding/{sent.number}"
    arrived(lead, address(sent))
    assert "You must answer by" in lead.get(url)
    with app.app_context(), transaction() as at:
        period = clocks.live(at, "K03", ("forwarding", sent.number))
        assert period is not None
        period.provisional = True
        firm = at.get_one(Account, sent.stranger).party_id or 0
    assert "has no certain last day yet" in lead.get(url)
    with app.app_context(), transaction() as at:
        it, period = at.get_one(Forwarding, sent.number), clocks.live(at, "K03", ("forwarding", sent.number))
        assert period is not None
        it.state, period.key, period.provisional = "OVERDUE", "K04", False
    page = lead.get(url)
    assert "which is no new time limit" in page
    assert "You must answer by" not in page, "the day of a reminder is none"
    with app.app_context(), transaction() as at:
        it, period = at.get_one(Forwarding, sent.number), clocks.live(at, "K04", ("forwarding", sent.number))
        assert period is not None
        it.state, period.key, period.provisional = "SENT", "K03", True
    lead.post(url, asked=ASKED["asked"], due_on="2026-12-20", firm=str(firm))
    assert _told(app, "asked") == 1
    with app.app_context(), transaction() as at:
        it, period = at.get_one(Forwarding, sent.number), clocks.live(at, "K03", ("forwarding", sent.number))
        it.state = "OVERDUE"
        at.delete(period)
    assert "as early as you can" in lead.get(url), "an answer that is taken late may need the firm as well"
    lead.post(url, asked="请补充。", due_on="2026-12-20", firm=str(firm))
    assert _told(app, "asked") == 2


def test_a_successor_asks_a_firm_of_its_predecessor_about_what_was_passed_on(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    with app.app_context(), transaction() as at:
        desk, heir = Desk(at, NOW), party(at, "远岬消费金融有限公司", basis=None)
        lead = account(at, "远岬联系人", "respondent", "lead", party=heir).id or 0
        it, firm = desk.forwarded(), desk.firm
        said = {"kind": SuccessionKind.ABSORBED, "from_on": date(2026, 11, 20), "evidence": "吸收合并协议"}
        said |= {"matters": [f"forwarding:{it.id}"], "actor": desk.head, "version": None, "now": NOW}
        successions.record(at, desk.lender, heir, **said)  # type: ignore[arg-type]
        url, which, name = f"/portal/materials/ask/forwarding/{it.id}", firm.id, firm.name_zh
    page = enter(lead)
    assert name in page.get(url)
    page.post(url, **{**ASKED, "firm": str(which)})
    assert _counts(app, which) == (1, 0)


def test_a_reminder_comes_once_on_each_of_its_days_and_whoever_writes_learns_that_it_is_over(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    with app.app_context(), transaction() as at:
        firm = at.get_one(Account, sent.stranger).party_id or 0
    lead = enter(sent.lead)
    arrived(lead, address(sent))
    for _each in range(2):
        lead.post(f"/portal/materials/ask/forwarding/{sent.number}", **ASKED, firm=str(firm))
    with app.app_context(), transaction() as at:
        one, two = at.scalars(select(MaterialRequest.id).order_by(MaterialRequest.id)).all()
        for day in (1, 4, 4, 5, 5, 6):
            materials.remind(at, date(2026, 12, day))
        person = Actor(1, frozenset({"respondent", "lead"}), party_id=firm, name="x", audience="portal")
        held = at.get_one(MaterialRequest, one)
        with pytest.raises(NotAllowed):
            materials.withdraw(at, held, why="", actor=person, version=None, now=NOW)
    assert (_told(app, "due"), _told(app, "due_today"), _told(app, "late")) == (2, 2, 2)
    clerk = enter(sent.stranger)
    clerk.post(f"/portal/materials/{one}/answer", text="写到一半", seen="0", act="save")
    lead.post(f"/portal/materials/{one}/back", version="1", **{"back-why": "已找到。", "back-version": "1"})
    page = clerk.get(f"/portal/materials/{one}/answer")
    assert "took its request back" in page
    assert "写到一半" in page
    assert f'href="/portal/materials/{one}/answer"' in clerk.get(f"/portal/materials/{one}"), "the way to what stands"
    page = clerk.post(f"/portal/materials/{one}/answer/check", 409, seen="1", version="1")
    assert "写到一半" in page
    assert "took its request back" in page
    assert "Somebody else changed" not in page
    assert "Send to the institution" not in page
    with app.app_context(), transaction() as at:
        person = at.get_one(Account, sent.stranger)
        noted = list(at.scalars(select(Notification).where(Notification.account_id == person.id)))
        left = {each.key for each in notifications.still_so(at, person, noted, datetime(2026, 12, 5, tzinfo=UTC))}
        assert f"material:{two}:due_today" in left
        assert f"material:{one}:due_today" not in left, "nobody is reminded of what was taken back"
    with time_machine.travel(NOW + timedelta(days=1)), app.app_context(), transaction() as at:
        at.get_one(Forwarding, sent.number).state = "CLOSED"
    assert "has ended or been answered" in clerk.get(f"/portal/materials/{two}")
    clerk.post(f"/portal/materials/{two}/answer", text="晚了", seen="0", act="look")
    assert "晚了" in clerk.post(f"/portal/materials/{two}/answer/check", 409, seen="1")


def test_a_firm_has_a_receipt_of_its_material_and_the_institution_does_not_read_who_sent_it(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    with app.app_context(), transaction() as at:
        firm = at.get_one(Account, sent.stranger).party_id or 0
    lead, clerk = enter(sent.lead), enter(sent.stranger)
    arrived(lead, address(sent))
    lead.post(f"/portal/materials/ask/forwarding/{sent.number}", **ASKED, firm=str(firm))
    with app.app_context(), transaction() as at:
        page = f"/portal/materials/{at.scalars(select(MaterialRequest.id)).one()}"
    assert "data-confirm" in lead.get(page), "taking it back asks first"
    clerk.get(f"{page}/receipts/answer.pdf", 404)
    proof = (BytesIO(made.picture()), "通话记录.png")
    clerk.post(f"{page}/answer", text="已核对。", seen="0", act="look", files=proof)
    clerk.post(f"{page}/answer/check", seen="1")
    told = receipt(clerk.client, clerk.get(page), "answer")
    assert digest("已核对。") in told
    assert "通话记录.png" in told
    assert "Theassociationdoesnotreadthem" in told
    assert "Sentby—" not in told
    assert "receipts/" not in lead.get(page)
    lead.get(f"{page}/receipts/answer.pdf", 404)


def test_a_firm_whose_only_lead_has_not_accepted_is_not_asked(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    with app.app_context(), transaction() as at:
        firm = party(at, "新受托有限公司", PartyKind.FIRM)
        at.add(Engagement(institution_id=at.get_one(Account, sent.lead).party_id, firm_id=firm.id, from_on=NOW.date()))
        new = {"mail": "new@example.com", "name": "新人", "audience": Audience.PARTY, "party": firm, "roles": ["lead"]}
        invited, number = accounts.invite(at, actor=SYSTEM, now=NOW, **new).id, firm.id
    lead, url = enter(sent.lead), f"/portal/materials/ask/forwarding/{sent.number}"
    arrived(lead, address(sent))
    assert "Nobody of this firm has an account" in lead.post(url, 422, **ASKED, firm=str(number))
    with app.app_context(), transaction() as at:
        link = at.scalars(select(AccountLink).where(AccountLink.account_id == invited)).one()
        links.accept(at, links.token_of(link), password="long enough for anybody 1", now=NOW)
    lead.post(url, **ASKED, firm=str(number))


def test_an_answer_nobody_needs_is_put_aside_and_nothing_waits_once_the_matter_ended(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead, firm = enter(sent.lead), enter(sent.stranger)
    arrived(lead, address(sent))
    with app.app_context(), transaction() as at:
        party_id = at.get_one(Account, sent.stranger).party_id
    for each in range(3):
        lead.post(f"/portal/materials/ask/forwarding/{sent.number}", **ASKED, firm=str(party_id), key=str(each))
    with app.app_context(), transaction() as at:
        one, two, three = at.scalars(select(MaterialRequest.id).order_by(MaterialRequest.id)).all()
    for each in (one, two):
        firm.post(f"/portal/materials/{each}/answer", text="已核对。", seen="0", act="look")
        firm.post(f"/portal/materials/{each}/answer/check", seen="1")
    lead.post(f"/portal/materials/{three}/aside", 409)
    lead.post(f"/portal/materials/{one}/aside")
    assert "nothing of it was needed" in lead.get(f"/portal/materials/{one}")
    waits = lead.get("/portal/")
    assert f"/portal/materials/{one}" not in waits
    assert f"/portal/materials/{two}" in waits
    assert f"/portal/materials/{three}" in firm.get("/portal/")
    with app.app_context(), transaction() as at:
        at.get_one(Forwarding, sent.number).state = "CLOSED"
    assert f"/portal/materials/{two}" not in lead.get("/portal/")
    assert f"/portal/materials/{three}" not in firm.get("/portal/")


def _shared(app: Flask, sent: Sent) -> tuple[int, Desk]:  # noqa: F811
    """A second institution that engages the same firm; a complaint is about both."""
    with app.app_context(), transaction() as at:
        firm, desk = at.get_one(Account, sent.stranger).party, Desk(at, NOW)
        assert firm is not None
        at.add(Engagement(institution_id=desk.lender.id, firm_id=firm.id, from_on=date(2025, 1, 1)))
        at.get_one(Forwarding, sent.number).masked_facts = SECRETS[0]
        for each in desk.accepted(desk.lender, firm, masked=THEIRS).forwardings:
            desk.serve("forwarding", each.id, "D05b")
        return firm.id, desk


def test_a_firm_of_two_institutions_gives_neither_what_is_the_other_s(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    firm_id, desk = _shared(app, sent)
    lead, firm, other = enter(sent.lead), enter(sent.stranger), enter(desk.lead.id or 0)
    arrived(lead, address(sent))
    lead.post(f"/portal/materials/ask/forwarding/{sent.number}", asked=SECRETS[1], due_on=DUE, firm=str(firm_id))
    with app.app_context(), transaction() as at:
        number = at.scalars(select(MaterialRequest.id)).one()
    page, proof = f"/portal/materials/{number}", (BytesIO(made.picture()), f"{SECRETS[3]}.png")
    firm.post(f"{page}/answer", text=SECRETS[2], seen="0", act="look", files=proof)
    firm.post(f"{page}/answer/check", seen="1")
    with app.app_context(), transaction() as at:
        which = at.scalars(select(MaterialFile.id)).one()
        own = {each.party_id: each.id for each in at.scalars(select(Forwarding)) if each.masked_facts == THEIRS}
    for url in (page, f"{page}/answer", f"{page}/answer/check", f"{page}/files/{which}", address(sent)):
        other.get(url, 404)
    for url in (f"{page}/answer", f"{page}/answer/check", f"{page}/take", f"{page}/aside", f"{page}/back"):
        other.post(url, 404, **{"take-text": "x", "back-why": "x", "text": "x", "seen": "1"})
    other.post(f"/portal/materials/ask/forwarding/{sent.number}", 404, **ASKED, firm=str(firm_id))
    seen = (
        other.get("/portal/materials/")
        + other.get("/portal/")
        + other.get(f"/portal/forwardings/{own[desk.lender.id]}")
    )
    assert THEIRS in seen
    assert not any(each in seen for each in SECRETS)
    assert SECRETS[2] in lead.get(page)
    firm.get(address(sent), 404)
    firm.get(f"/portal/forwardings/{own[desk.lender.id]}", 404)
    theirs = firm.get(f"/portal/forwardings/{own[firm_id]}")
    assert THEIRS in theirs
    assert not any(each in theirs for each in SECRETS)
    with app.app_context(), transaction() as at:
        kept = at.get_one(MaterialRequest, number)
        assert (kept.state, kept.taken_at, kept.put_aside_at) == ("ANSWERED", None, None)
        found = company_exchanges.materials(at, Asked(desk.lender.id, None, "en"))
        assert list(found) == []
    assert _counts(app, desk.lender.id) == (0, 0)


def test_a_lender_asks_whoever_goes_on_as_its_firm_that_is_gone(app: Flask, enter: Enter) -> None:  # noqa: F811
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        heir = party(at, "远岬催收有限公司", kind=PartyKind.FIRM, basis=None)
        account(at, "远岬联系人", "respondent", "lead", party=heir)
        it, gone, which, lead = desk.forwarded(), desk.firm.name_zh, heir.id, desk.lead.id
        said = {"kind": SuccessionKind.ABSORBED, "from_on": date(2026, 11, 20), "evidence": "吸收合并协议"}
        said |= {"matters": [], "actor": desk.head, "version": None, "now": NOW}
        successions.record(at, desk.firm, heir, **said)  # type: ignore[arg-type]
        url = f"/portal/materials/ask/forwarding/{it.id}"
    page = enter(lead)
    assert [name in page.get(url) for name in ("远岬催收有限公司", gone)] == [True, False]
    page.post(url, **{**ASKED, "firm": str(which)})
    assert _counts(app, which) == (1, 0)
