"""Writing together: what is typed stays, a colleague goes on with it, and of two versions people choose."""

import re

import pytest
from sqlalchemy import select

from casework.models import Complaint
from casework.models_cases import Allegation, Evidence
from core import clock
from core.drafts import Draft
from core.journal import JournalEntry
from tests.casework.house import Browser, House, answered, case, house, received, receives, today
from tests.conftest import NOW

__all__ = ["answered", "case", "house", "received", "today"]
TYPED = "已电话联系投诉人，请其保留通话录音。"
NOTE = "note-text"


def place(page: str, action: str) -> str:
    """Where the draft of a form is kept, as its page says it."""
    found = re.search(rf'{action}"[^>]*data-draft="([^"]+)"', page)
    assert found is not None, page[:3000]
    return found[1]


def typed(browser: Browser, where: str, status: int = 200, **fields: str | list[str]) -> str:
    answer = browser.client.post("/drafts", data={"place": where, **fields}, headers={"X-Draft": "1"})
    assert answer.status_code == status, answer.text
    return answer.text


def shown(page: str, side: str, name: str) -> str:
    """One of two versions of a field, as the page shows it, without the marks of what differs."""
    found = re.search(rf'data-{side}="{name}">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"</?(?:ins|del)>", "", found[1]) if found else ""


def test_what_is_kept_while_one_types_promises_no_colleagues_where_nobody_writes_together(received: House) -> None:
    page = received.enter("intake").get("/staff/complaints/new")
    assert 'data-saved="Draft saved at"' in page, re.findall(r'data-saved="[^"]*"', page)


@pytest.fixture
def address(received: House) -> str:
    return f"/staff/complaints/{received.made['ref']}"


def test_a_note_typed_before_a_crash_stands_in_its_form_again(received: House, address: str) -> None:
    typed(received.enter("intake"), place(received.enter("intake").get(address), "/notes"), **{NOTE: TYPED})
    page = received.enter("intake").get(address)
    assert f"{TYPED}</textarea>" in page
    assert f"Your text of {clock.local(NOW):%H:%M} was kept" in page


def test_another_decision_that_was_begun_stands_open_with_its_text(received: House, address: str) -> None:
    browser = received.enter("intake")
    page = browser.get(address)
    assert '<details class="way" id="ask_info">' in page
    typed(browser, place(page, "/do/ask_info"), **{"ask_info-missing": TYPED})
    page = browser.get(address)
    assert '<details class="way" id="ask_info" open>' in page
    assert '<details class="way" id="reject">' in page


def test_a_message_sent_after_the_sign_in_ran_out_stands_in_its_form_again(received: House, address: str) -> None:
    browser = received.enter("intake")
    browser.get(address)
    with browser.client.session_transaction() as held:
        sid = held.pop("sid")
    browser.client.post(
        f"{address}/messages",
        data={"message-body": TYPED, "shown": "0"},
        headers={"Referer": f"http://localhost{address}"},
    )
    with browser.client.session_transaction() as held:
        held["sid"] = sid
    assert re.search(rf'name="message-body"[^>]*>\s*{TYPED}</textarea>', browser.get(address))


def test_what_was_chosen_otherwise_than_the_page_offers_stands_there_again_after_the_sign_in(
    received: House, address: str
) -> None:
    browser = received.enter("intake")
    browser.get(address)
    with browser.client.session_transaction() as held:
        sid = held.pop("sid")
    browser.client.post(
        f"{address}/do/accept",
        data={"accept-masked_facts": TYPED, "accept-respondents": received.made["firm"]},
        headers={"Referer": f"http://localhost{address}"},
    )
    with browser.client.session_transaction() as held:
        held["sid"] = sid
    page = browser.get(address)
    assert f"{TYPED}</textarea>" in page
    assert re.findall(r'name="accept-respondents" value="(\d+)" checked', page) == [received.made["firm"]]


def test_a_complaint_half_entered_comes_back_with_the_kinds_that_were_ticked(received: House) -> None:
    browser, page = received.enter("intake"), "/staff/complaints/new"
    where = re.search(r'data-draft="([^"]+)"', browser.get(page))
    assert where is not None
    typed(browser, where[1], facts=TYPED, codes=["V-M01", "V-M04"])
    again = browser.get(page)
    assert f"{TYPED}</textarea>" in again
    assert re.findall(r'name="codes" value="([^"]+)" checked', again) == ["V-M01", "V-M04"]


def test_what_is_typed_in_a_form_stands_there_again_after_any_other_press_of_its_page(
    received: House, address: str
) -> None:
    browser = received.enter("intake")
    page = browser.get(address)
    copy = {"accept-masked_facts": TYPED, "accept-respondents": received.made["firm"]}
    typed(browser, place(page, "/do/accept"), **copy)
    typed(browser, place(page, "/notes"), **{NOTE: "半条备注"})
    pressed = [browser.post(f"{address}/unmask", 200), browser.post(f"{address}/evidence", 422, "evidence", shared="y")]
    pressed.append(browser.post(f"{address}/messages", 422, "message", body=""))
    for answer in pressed:
        assert f"{TYPED}</textarea>" in answer
        assert "半条备注</textarea>" in answer
        assert answer.count('data-had="1"') == 2
        ticked = re.findall(r'name="accept-respondents" value="(\d+)" checked', answer)
        assert ticked == [received.made["firm"]]
        assert place(answer, "/notes") != ""
    typed(browser, place(pressed[0], "/notes"), had="1", **{NOTE: "整条备注"})
    assert "整条备注</textarea>" in browser.get(address)
    browser.post(f"{address}/notes", prefix="note", text="整条备注")
    left = browser.post(f"{address}/unmask", 200)
    assert "整条备注</textarea>" not in left
    assert f"{TYPED}</textarea>" in left


def test_gaps_half_written_stand_beside_the_answer_whose_original_is_looked_at(answered: House) -> None:
    browser, address = answered.enter("officer"), f"/staff/forwardings/{answered.made['number']}"
    typed(browser, place(browser.get(address), "/do/send_back"), **{"send_back-gaps": TYPED})
    assert f"{TYPED}</textarea>" in browser.post(f"{address}/unmask", 200)
    assert f"{TYPED}</textarea>" in browser.post(f"{address}/do/release", 422, "release")


def test_a_note_half_written_stands_on_the_page_of_a_case_whose_originals_are_looked_at(case: House) -> None:
    browser, address = case.enter("officer"), f"/staff/cases/{case.made['case']}"
    typed(browser, place(browser.get(address), "/notes"), **{NOTE: TYPED})
    assert f"{TYPED}</textarea>" in browser.post(f"{address}/unmask", 200)


def test_a_note_half_written_in_the_evidence_room_stands_there_after_another_form_was_refused(received: House) -> None:
    number = received.read(lambda at: at.scalar(select(Evidence.id)))
    browser, address = received.enter("intake"), f"/staff/evidence/{number}"
    browser.post(f"{address}/open", prefix="open")
    typed(browser, place(browser.get(f"{address}/room"), "/notes"), **{NOTE: TYPED})
    assert f"{TYPED}</textarea>" in browser.post(f"{address}/open", 422, prefix="open", why="问" * 301)


def test_a_colleague_takes_a_text_over_which_is_noted_and_its_author_is_told(received: House, address: str) -> None:
    first, second = received.enter("intake"), received.enter("officer")
    mine, theirs = place(first.get(address), "/notes"), place(second.get(address), "/notes")
    typed(first, mine, **{NOTE: TYPED})
    page = second.get(address)
    assert "受理甲 has a text here" in page
    assert TYPED not in page
    second.client.post("/drafts/take-over", data={"place": theirs, "whose": received.people["intake"]})
    assert f"{TYPED}</textarea>" in second.get(address)
    assert TYPED not in first.get(address).partition("</main>")[0]
    assert "经办乙 has taken this text over" in typed(first, mine, 409, had="1", **{NOTE: "还在写"})
    row = select(JournalEntry.actor).where(JournalEntry.row == "draft.taken_over")
    assert received.read(lambda at: at.scalars(row).all()) == [f"account:{received.people['officer']}"]
    assert "took over a colleague" in second.get(address)


def test_a_text_that_was_left_in_the_form_of_a_step_is_told_to_nobody_once_that_is_over(
    received: House, address: str
) -> None:
    intake, officer = received.enter("intake"), received.enter("officer")
    where = place(intake.get(address), "/do/accept")
    typed(intake, where, once="another window", **{"accept-other": "没有这家公司"})
    assert "has a text that is not handed in" in officer.get(address)
    sent = {"masked_facts": "每天多次致电投诉人的同事。", "respondents": received.made["lender"]}
    intake.post(f"{address}/do/accept", 303, "accept", **sent, version="1")
    assert "has a text that is not handed in" not in officer.get(address)


def test_nor_on_the_page_of_a_forwarding(answered: House) -> None:
    told, intake, officer = "has a text that is not handed in", answered.enter("intake"), answered.enter("officer")
    page = f"/staff/forwardings/{answered.made['number']}"
    typed(officer, place(officer.get(page), "/do/send_back"), **{"send_back-gaps": "未说明通话时间"})
    assert told in intake.get(page)
    intake.post(f"{page}/do/release", 303, "release", read="y", warned="y")
    assert told not in intake.get(page)


def test_nor_on_the_page_of_a_case(case: House) -> None:
    told, officer, head = "has a text that is not handed in", case.enter("officer"), case.enter("head")
    page, track = f"/staff/cases/{case.made['case']}", f"/staff/cases/{case.made['case']}/tracks/{case.made['track']}"
    typed(head, place(head.get(f"{track}/decline"), 'method="post'), once="another window", reasons="未发现违规。")
    assert told in officer.get(page)
    head.post(f"{track}/decline", 303, reasons="未发现违规事实。")
    assert told not in officer.get(page)


def test_whoever_has_a_text_of_their_own_takes_none_over(received: House, address: str) -> None:
    first, second = received.enter("intake"), received.enter("officer")
    typed(first, place(first.get(address), "/notes"), **{NOTE: TYPED})
    theirs = place(second.get(address), "/notes")
    typed(second, theirs, **{NOTE: "我的另一段。"})
    assert "hand in or drop your own first" in second.get(address)
    answer = second.client.post("/drafts/take-over", data={"place": theirs, "whose": received.people["intake"]})
    assert answer.status_code == 409
    assert received.read(lambda at: len(at.scalars(select(Draft)).all())) == 2


def test_why_somebody_should_take_no_part_stays_with_its_case_and_its_author(case: House) -> None:
    base, number = "/staff/recusals/case", case.made["case"]
    officer, other = case.enter("officer"), case.enter("investigator")
    for deed in ("ask", "declare"):
        where = re.search(r'data-draft="([^"]+)"', officer.get(f"{base}/{number}/{deed}"))
        assert where is not None
        typed(officer, where[1], facts=TYPED)
        assert f"{TYPED}</textarea>" in officer.get(f"{base}/{number}/{deed}")
    kept = case.read(lambda at: at.scalars(select(Draft)).all())
    assert all(f"@case_file{number}" in each.place and each.subject_id is None for each in kept)
    assert len(kept) == 2
    assert "经办乙 has a text" not in other.get(f"{base}/{number}/ask") + other.get(f"/staff/cases/{number}")


def test_of_two_corrections_the_second_person_sees_both_and_chooses(received: House, address: str) -> None:
    receives(received, "officer")
    first, second = received.enter("intake"), received.enter("officer")
    before = received.read(lambda at: at.scalar(select(Complaint.version)))
    first.post(f"{address}/assign", prefix="assign", officer=str(received.people["intake"]), version=str(before))
    other = {"officer": str(received.people["officer"]), "version": str(before)}
    page = second.post(f"{address}/assign", 409, prefix="assign", **other)
    assert (shown(page, "mine", "assign-officer"), shown(page, "theirs", "assign-officer")) == ("经办乙", "受理甲")
    now = re.search(r'name="assign-version" type="hidden" value="(\d+)"', page)
    assert now is not None
    again = {"officer": str(received.people["officer"]), "version": now[1]}
    sent = {
        "assign-key": "t",
        "pick-assign-officer": "theirs",
        **{f"assign-{name}": value for name, value in again.items()},
    }
    second.client.post(f"{address}/assign", data=sent)
    assert received.read(lambda at: at.scalar(select(Complaint.officer_id))) == received.people["intake"]
    latest = str(received.read(lambda at: at.scalar(select(Complaint.version))))
    second.post(f"{address}/assign", prefix="assign", **again | {"version": latest})
    assert received.read(lambda at: at.scalar(select(Complaint.officer_id))) == received.people["officer"]


def test_an_allegation_put_anew_by_two_people_holds_what_the_second_chose(case: House) -> None:
    base = f"/staff/cases/{case.made['case']}"
    first, second = case.enter("head"), case.enter("officer")
    told = {"facts": "致电同事六次", "persons": "2", "acts": "6"}
    first.post(f"{base}/tracks/{case.made['track']}/allege", code="V-C01", **told)
    it = select(Allegation).order_by(Allegation.id.desc()).limit(1)
    where = f"{base}/allegations/{case.read(lambda at: at.scalar(it).id)}/revise"
    first.post(where, **told | {"facts": "致电同事七次", "acts": "7"}, version="1")
    mine = told | {"facts": "致电同事六次，另有短信一条"}
    page = second.post(where, 409, **mine, version="1")
    assert (shown(page, "mine", "facts"), shown(page, "theirs", "facts")) == (mine["facts"], "致电同事七次")
    assert (shown(page, "mine", "acts"), shown(page, "theirs", "acts")) == ("6", "7")
    assert 'data-mine="persons"' not in page
    picked = {"pick-facts": "mine", "pick-acts": "theirs"}
    second.post(where, **mine, version="2", **picked)
    found = case.read(lambda at: at.scalar(it))
    assert (found.facts, found.persons, found.acts, found.version) == (mine["facts"], 2, 7, 3)
