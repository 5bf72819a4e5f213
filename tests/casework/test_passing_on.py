"""No number of a person leaves the house unseen: it is named, and goes out only by a tick and with a reason."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, checked_copies, passing_on
from casework.intake import Company
from casework.models import Forwarding, Message
from core.errors import BadInput
from core.journal import JournalEntry
from registry.models_batches import Batch
from tests.builders import NAME, Desk
from tests.casework.house import House, fill, house, received, today
from tests.conftest import NOW

__all__ = ["house", "received", "today"]
COLLEAGUE = "13911112222"
COPY = f"每天多次致电投诉人的同事，电话{COLLEAGUE}。"
WHY = "来电号码，核查所必需"


def seen(page: str, prefix: str = "") -> str:
    name = f"{prefix}-pass_on_seen" if prefix else "pass_on_seen"
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_copy_with_a_number_in_it_goes_out_only_by_a_tick_and_with_a_reason(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    assert "accept-pass_on" not in browser.get(f"/staff/complaints/{ref}")
    said = {"masked_facts": COPY, "respondents": received.made["lender"], "version": "1"}
    page = browser.do(ref, "accept", 422, **said)
    assert f"This looks like personal data: {COLLEAGUE} (Mobile number)." in page
    assert "data-needed" in page
    assert not re.search(r'<input[^>]*data-needed[^>]*id="accept-pass_on_why"', page)  # empty, it may be nothing wrong
    shown = said | {"pass_on_seen": seen(page, "accept")}
    browser.do(ref, "accept", 422, **said, pass_on="y", pass_on_why=WHY)  # nobody had shown what it is
    assert "Say why it must be sent." in browser.do(ref, "accept", 422, **shown, pass_on="y")
    more = shown | {"masked_facts": f"{COPY}另一电话13700001111。"}
    assert "13700001111 (Mobile number)" in browser.do(ref, "accept", 422, **more, pass_on="y", pass_on_why=WHY)
    assert received.state(ref) == "RECEIVED"
    browser.do(ref, "accept", **shown, pass_on="y", pass_on_why=WHY)
    noted = received.read(lambda at: at.scalar(select(JournalEntry).where(JournalEntry.row == passing_on.SENT)))
    assert noted.changes == {"kinds": ["MOBILE"], "why": WHY}
    number = received.read(lambda at: at.scalar(select(Forwarding.id)))
    page = browser.get(f"/staff/forwardings/{number}")
    assert COPY in page  # what the company reads, staff read


def test_a_copy_without_anything_personal_asks_nothing(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    copy = "2026-11-03 至 2026-11-20，每天致电三次。"
    browser.do(ref, "accept", masked_facts=copy, respondents=received.made["lender"], version="1")
    assert not received.read(lambda at: at.scalar(select(JournalEntry).where(JournalEntry.row == passing_on.SENT)))


def test_a_message_names_people_freely_but_not_their_numbers(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    url = f"/staff/complaints/{ref}/messages"
    browser.post(url, prefix="message", body=f"{NAME}您好，请致电 010-88886666 与我们联系。")
    page = browser.post(url, 422, prefix="message", body=f"同事的电话是{COLLEAGUE}吗？")
    assert COLLEAGUE in seen(page, "message")
    said = {"body": f"同事的电话是{COLLEAGUE}吗？", "pass_on_seen": COLLEAGUE, "pass_on": "y", "pass_on_why": WHY}
    browser.post(url, prefix="message", **said)
    assert received.read(lambda at: len(at.scalars(select(Message)).all())) == 2
    assert f"同事的电话是{COLLEAGUE}吗？" in browser.get(f"/staff/complaints/{ref}")


def test_gaps_of_an_answer_are_looked_through_before_the_company_reads_them(house: House) -> None:
    made = fill(house, lambda desk: {"number": desk.answer(desk.forwarded()).id}).made["number"]
    browser, url = house.enter("officer"), f"/staff/forwardings/{made}/do/send_back"
    page = browser.post(url, 422, prefix="send_back", gaps=f"是否致电{NAME}？", version="2")
    assert f"{NAME} (Something a complainant of the case told us about himself)" in page


def test_a_company_that_was_named_otherwise_than_in_the_register_is_pointed_at(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        named = [Company("INSTITUTION", "NAME", desk.lender.name_zh), Company("FIRM", "NAME", "汀岸")]
        return {"ref": desk.received(companies=named).ref}

    fill(house, make)
    page = house.enter("intake").get(f"/staff/complaints/{house.made['ref']}")
    assert "Named, but not in the register under this name: 汀岸." in page


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("电话１３９１１１１２２２２", ["MOBILE"]),
        ("电话139·1111·2222", ["MOBILE"]),
        ("座机0571-88886666", ["LANDLINE"]),
        ("座机+86 592 5550 0188", ["LANDLINE"]),
        ("住文三路18号2幢", ["ADDRESS"]),
        ("每天致电三次，共计1200元", []),
    ],
)
def test_what_is_typed_strangely_is_found_as_well(text: str, kinds: list[str]) -> None:
    assert [each.kind for each in passing_on.to_company(text)] == kinds


def test_a_copy_read_among_many_takes_no_number(session: Session) -> None:
    desk = Desk(session, NOW)
    it = desk.received()
    with pytest.raises(BadInput, match=COLLEAGUE):
        checked_copies.check(session, it, masked_facts=COPY, actor=desk.intake, now=NOW)
    assert it.masked_facts is None


def _case(desk: Desk) -> dict[str, Any]:
    opened = cases.open(desk.session, [desk.disputed()], title="", actor=desk.officer, now=NOW)
    return {"case": opened.id, "track": opened.tracks[0].id}


def test_texts_of_a_case_are_looked_through_before_a_company_or_an_authority_reads_them(house: House) -> None:
    made = fill(house, _case).made
    browser = house.enter("officer")
    url = f"/staff/cases/{made['case']}/tracks/{made['track']}/allege"
    code = "V-C04"
    said = {"code": code, "persons": "1", "acts": "6", "facts": f"六次致电{NAME}及其同事（{COLLEAGUE}）。"}
    page = browser.post(url, 422, **said)
    assert f"{NAME} (Something a complainant of the case told us about himself)" in page
    assert f"{COLLEAGUE} (Mobile number)" in page
    browser.post(url, **said, pass_on_seen=f"{NAME}|{COLLEAGUE}", pass_on="y", pass_on_why=WHY)
    noted = house.read(lambda at: at.scalar(select(JournalEntry).where(JournalEntry.row == "case.personal_sent")))
    assert noted.changes == {"kinds": "MOBILE, PERSON", "why": WHY}
    head = house.enter("head")
    where = f"/staff/cases/{made['case']}/tracks/{made['track']}/refer_part"
    referral = {"scope": "个人信息", "authority": "公安机关", "suspected": "侵犯公民个人信息"}
    assert f"{COLLEAGUE} (Mobile number)" in head.post(where, 422, **referral, facts=f"向{COLLEAGUE}泄露。")
    head.post(where, **referral, facts="向投诉人的同事泄露。")


def test_a_question_to_many_people_at_once_is_looked_through_too(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    said = {"step": "2", "which": "ticked", "ids": ref, "missing": f"{COLLEAGUE}是谁的号码？"}
    page = browser.post("/staff/complaints/many/ask", 422, **said)
    assert f"{COLLEAGUE} (Mobile number)" in page
    browser.post("/staff/complaints/many/ask", **said, pass_on_seen=COLLEAGUE, pass_on="y", pass_on_why=WHY)
    number = received.read(lambda at: at.scalar(select(Batch.id)))
    assert received.read(lambda at: at.get_one(Batch, number).params["passed_on"]) == [["MOBILE"], WHY]


def test_a_referral_of_a_complaint_is_looked_through_as_well(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    said = {"authority": "公安机关", "why": f"{COLLEAGUE}系诈骗号码。", "version": "1"}
    assert f"{COLLEAGUE} (Mobile number)" in browser.do(ref, "refer_out", 422, **said)
    where = f"/staff/complaints/{ref}/do/refer_part"
    part = {"scope": "泄露信息", "authority": "公安机关", "why": "有权处理", "version": "1"}
    told = {**part, "facts": f"向{COLLEAGUE}泄露。"}
    assert f"{COLLEAGUE} (Mobile number)" in browser.post(where, 422, **told)
    browser.post(where, **told, pass_on_seen=COLLEAGUE, pass_on="y", pass_on_why=WHY)
    noted = received.read(lambda at: at.scalar(select(JournalEntry).where(JournalEntry.row == passing_on.SENT)))
    assert noted.changes == {"kinds": ["MOBILE"], "why": WHY}
