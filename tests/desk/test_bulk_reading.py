"""Copies that are read before many are forwarded or asked: on one page, each to its end, and kept as they are typed."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from casework import checked_copies
from casework.models import Complaint, Forwarding, NamedCompany
from core.db import transaction
from core.drafts import Draft
from core.errors import NotNow
from core.journal import JournalEntry
from desk import queries_bulk, staff_bulk
from notices.models import Document
from registry.models_accounts import Account
from registry.models_batches import BatchItem
from registry.settings import setting
from tests.builders import account, actor_of
from tests.conftest import NOW
from tests.desk.test_bulk import MANY, READ, STAGE, Office, office

__all__ = ["office"]


def test_only_what_somebody_has_read_is_forwarded_and_copies_are_read_on_one_page(office: Office) -> None:
    number = office.prepare("forward", 0, 1, 5)
    unread = "Nobody has read its copy for the respondents yet."
    assert office.items(number) == {0: ("SKIPPED", unread), 1: ("SKIPPED", unread), 5: ("SKIPPED", STAGE)}
    page = office.mine.get(f"{MANY}/copies/{number}").text
    assert office.refs[0] in page
    first, version = office.ids[0], office.complaint(0).version
    wrong = {f"copy_{first}": f"{READ} 13812340000", f"read_{first}": "y", f"v_{first}": version, "key": "c0"}
    assert office.mine.post(f"{MANY}/copies/{number}", data=wrong).status_code == 422
    right = {**wrong, f"copy_{first}": READ, "key": "c1"}
    assert office.mine.post(f"{MANY}/copies/{number}", data=right).status_code == 303
    answer = office.mine.post(f"{MANY}/copies/{number}/again", data={"key": "c2"})
    again = int(answer.location.rpartition("/")[2])
    assert office.items(again)[0] == ("WAITING", "")
    assert office.items(again)[1] == ("SKIPPED", unread)
    office.run(again)
    assert [office.complaint(each).state for each in (0, 1)] == ["FORWARDED", "RECEIVED"]
    assert office.complaint(0).masked_by == office.intake
    with office.app.app_context(), transaction() as at:
        sent = at.scalars(select(Forwarding).where(Forwarding.complaint_id == first)).all()
        assert {each.masked_facts for each in sent} == {READ}
        noted = select(JournalEntry).where(JournalEntry.subject_kind == "complaint", JournalEntry.subject_id == first)
        assert "copy_checked" in {each.row for each in at.scalars(noted)}


def test_of_more_than_are_checked_beforehand_none_is_forwarded_unread_when_its_turn_comes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.deeds_bulk.CHECKED", 0)
    number = office.prepare("forward", 0, 1)
    assert office.items(number) == {0: ("WAITING", ""), 1: ("WAITING", "")}
    office.run(number)
    unread = "Nobody has read its copy for the respondents yet."
    assert {said for _state, said in office.items(number).values()} == {unread}
    assert [office.complaint(each).state for each in (0, 1)] == ["RECEIVED"] * 2


def test_nobody_is_asked_for_more_in_bulk_before_somebody_has_read_what_they_wrote(office: Office) -> None:
    number = office.prepare("ask", 0, 1, missing="通话记录\n日期")
    unread = ("SKIPPED", "Nobody has read its copy for the respondents yet.")
    assert office.items(number) == {0: unread, 1: unread}
    office.mine.set_cookie("lang", "en")
    copies = f"{MANY}/copies/{number}"
    assert f'href="{copies}"' in office.mine.get(f"/staff/jobs/{number}").text
    assert "Ask for more" in office.mine.get(copies).text
    first, version = office.ids[0], office.complaint(0).version
    read = {f"copy_{first}": READ, f"read_{first}": "y", f"v_{first}": version, "key": "c0"}
    assert office.mine.post(copies, data=read).status_code == 303
    again = int(office.mine.post(f"{copies}/again", data={"key": "c1"}).location.rpartition("/")[2])
    assert office.items(again) == {0: ("WAITING", ""), 1: unread}
    office.run(again)
    assert [office.complaint(each).state for each in (0, 1)] == ["NEED_INFO", "RECEIVED"]
    with office.app.app_context(), transaction() as at:
        letter = at.scalars(select(Document).where(Document.kind == "D02")).one()
        assert "通话记录" in str(letter.paper)


def test_of_the_copies_on_one_page_what_is_refused_or_not_ticked_stays_there_and_the_others_are_kept(
    office: Office,
) -> None:
    number = office.prepare("forward", 0, 1, 2)
    mine = [office.ids[place] for place in (0, 1, 2)]
    sent = {f"v_{office.ids[place]}": office.complaint(place).version for place in (0, 1, 2)}
    ticked = {f"copy_{mine[0]}": READ, f"read_{mine[0]}": "y", f"read_{mine[1]}": "y", "key": "t"}
    texts = {f"copy_{mine[1]}": f"{READ} 13812340000", f"copy_{mine[2]}": f"{READ} 改过"}
    office.mine.set_cookie("lang", "en")
    answer = office.mine.post(f"{MANY}/copies/{number}", data={**sent, **ticked, **texts})
    assert answer.status_code == 422
    assert "1 copies were read." in answer.text
    assert f"{office.refs[1]}: this looks like personal data: 13812340000" in answer.text
    assert f"{office.refs[2]}: changed here, but not ticked as read: it is not kept yet." in answer.text
    assert all(text in answer.text for text in texts.values())
    assert [bool(office.complaint(place).masked_facts) for place in (0, 1, 2)] == [True, False, False]


def test_copies_sent_again_with_more_of_them_under_a_key_that_is_spent_are_neither_kept_nor_lost(
    office: Office,
) -> None:
    number, (first, second) = office.prepare("forward", 0, 1), office.ids[:2]
    sent = {f"v_{office.ids[place]}": office.complaint(place).version for place in (0, 1)}
    one = {**sent, f"copy_{first}": READ, f"read_{first}": "y", "key": "c"}
    assert office.mine.post(f"{MANY}/copies/{number}", data=one).status_code == 303
    more = f"{READ} 又改"
    office.mine.set_cookie("lang", "en")
    told = office.mine.post(f"{MANY}/copies/{number}", data={**one, f"copy_{second}": more, f"read_{second}": "y"})
    assert told.status_code == 409
    assert "This form was sent before" in told.text
    assert f"{more}</textarea>" in told.text
    assert not office.complaint(1).masked_facts


def test_copies_half_read_come_back_to_whoever_corrected_them_and_to_nobody_else(office: Office) -> None:
    number = office.prepare("forward", 0, 1)
    address, (first, second) = f"{MANY}/copies/{number}", office.ids[:2]

    def place() -> str:
        found = re.search(r'data-draft="([^"]+)"', office.mine.get(address).text)
        assert found is not None
        return found[1]

    typed = {f"copy_{first}": f"{READ} 邻居", f"v_{first}": str(office.complaint(0).version), f"read_{first}": "y"}
    saved = office.mine.post("/drafts", data={"place": place(), **typed}, headers={"X-Draft": "1"})
    assert saved.status_code == 200
    page = office.mine.get(address).text
    assert f"{READ} 邻居</textarea>" in page
    assert re.findall(r'name="read_(\d+)" value="y" checked', page) == [str(first)]
    assert office.browser(account_of(office, "受理乙", "intake")).get(address).status_code == 404
    head = office.browser(account_of(office, "部门负责人乙", "head", "intake")).get(address)
    assert (head.status_code, office.refs[0] in head.text, "邻居" in head.text) == (200, True, False)
    kept = office.mine.post(address, data={**typed, "key": "kept"})
    assert kept.status_code == 303
    assert "邻居" not in office.mine.get(address).text
    assert office.complaint(0).masked_facts == f"{READ} 邻居"
    more = {f"copy_{second}": f"{READ} 同事", f"v_{second}": "0", f"read_{second}": "y"}
    office.mine.post("/drafts", data={"place": place(), **more}, headers={"X-Draft": "1"})
    page = office.mine.get(address).text
    assert re.findall(rf'name="v_{second}" type="hidden" value="(\d+)"', page) == ["0"], (
        "of the version it was typed on"
    )
    refused = office.mine.post(address, data={**more, "key": "late"})
    assert refused.status_code == 422
    assert 'name="key" type="hidden" value="late"' not in refused.text
    assert f"{READ} 同事</textarea>" in refused.text


def test_what_was_typed_for_a_copy_that_a_colleague_read_meanwhile_is_told_and_stays_a_draft(office: Office) -> None:
    number, first, second = office.prepare("forward", 0, 1, 2), *office.ids[:2]
    address = f"{MANY}/copies/{number}"
    office.mine.set_cookie("lang", "en")
    found = re.search(r'data-draft="([^"]+)"', office.mine.get(address).text)
    assert found is not None
    versions = {f"v_{office.ids[place]}": office.complaint(place).version for place in (0, 1, 2)}
    typed = {
        **versions,
        f"copy_{first}": f"{READ} 我隐去了邻居",
        f"read_{first}": "y",
        f"copy_{second}": f"{READ} 同事",
    }
    assert office.mine.post("/drafts", data={"place": found[1], **typed}, headers={"X-Draft": "1"}).status_code == 200
    with office.app.app_context(), transaction() as at:
        colleague = actor_of(account(at, "受理乙", "intake"))
        for each in (first, second, office.ids[2]):
            checked_copies.check(at, at.get_one(Complaint, each), masked_facts=READ, actor=colleague, now=NOW)
    answer = office.mine.post(address, data={**typed, f"copy_{office.ids[2]}": READ, "key": "late"})
    assert answer.status_code == 422
    for place, text in ((0, "我隐去了邻居"), (1, "同事")):
        assert text in answer.text
        assert f"{office.refs[place]}: Meanwhile, at" in answer.text
    assert "受理乙" in answer.text
    assert office.refs[2] not in answer.text, "what was kept is what was sent: nothing is lost"
    assert {office.complaint(place).masked_facts for place in (0, 1, 2)} == {READ}
    with office.app.app_context(), transaction() as at:
        assert [READ in text for each in at.scalars(select(Draft)) for text in each.fields[f"copy_{first}"]] == [True]


def test_a_text_of_an_earlier_version_is_kept_only_after_its_author_was_shown_what_changed(office: Office) -> None:
    number, first = office.prepare("forward", 0), office.ids[0]
    address, version = f"{MANY}/copies/{number}", office.complaint(0).version
    old = {f"copy_{first}": f"{READ} 旧", f"v_{first}": str(version)}

    def shown(page: str) -> list[str]:
        return re.findall(rf'name="v_{first}" type="hidden" value="(\d+)"', page)

    page = office.mine.post(f"{address}?lang=en", data={**old, "key": "n"}).text
    assert "changed here, but not ticked" in page
    with office.app.app_context(), transaction() as at:
        at.get_one(Complaint, first).facts += "又补充：新增事实。"
    assert shown(page) == [str(version)]
    page = office.mine.post(address, data={**old, "key": "o"}).text
    assert "新增事实" in page, "what stands there now, beside what was typed"
    assert f"{READ} 旧</textarea>" in page
    assert shown(page) == [str(version + 1)]
    assert office.mine.post(address, data={**old, f"read_{first}": "y", "key": "p"}).status_code == 422
    told = {**old, f"v_{first}": str(version + 1), f"read_{first}": "y", "key": "q"}
    assert office.mine.post(address, data=told).status_code == 303
    assert office.complaint(0).masked_facts == f"{READ} 旧"


def account_of(office: Office, name: str, *roles: str) -> int:
    with office.app.app_context(), transaction() as at:
        return account(at, name, *roles).id


def test_of_many_copies_only_those_shown_are_fetched_and_all_are_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_bulk, "READ_AT_ONCE", 1)
    fetched: list[int] = []
    unread = queries_bulk.unread

    def counted(*of: Any, **said: Any) -> list[Complaint]:
        found = unread(*of, **said)
        fetched.append(len(found))
        return found

    monkeypatch.setattr(queries_bulk, "unread", counted)
    number = office.prepare("forward", 0, 1, 2, 5)
    page = office.mine.get(f"{MANY}/copies/{number}?lang=en").text
    assert page.count("<textarea") == 1
    assert "3 copies for respondents were read by nobody yet" in page
    assert office.refs[0] in page
    sent = {f"v_{office.ids[0]}": office.complaint(0).version, f"copy_{office.ids[0]}": f"{READ} 改过", "key": "s"}
    answer = office.mine.post(f"{MANY}/copies/{number}", data=sent)
    assert answer.status_code == 422
    assert answer.text.count("<textarea") == 1
    assert max(fetched) <= 2


def test_the_copy_of_a_complaint_whose_documents_wait_for_approval_is_not_changed(office: Office) -> None:
    number = office.prepare("forward", 0, 1)
    with office.app.app_context(), transaction() as at:
        setting(at, "APPROVAL_CHAIN").value = ["check:reviewer", "sign:head"]
    fields = {"ask_info-missing": "请补充通话录音", "ask_info-key": "a"}
    assert office.mine.post(f"/staff/complaints/{office.refs[0]}/do/ask_info", data=fields).status_code == 303
    page = office.mine.get(f"{MANY}/copies/{number}").text
    assert office.refs[0] not in page
    assert office.refs[1] in page
    with office.app.app_context(), transaction() as at:
        it, me = at.get_one(Complaint, office.ids[0]), actor_of(at.get_one(Account, office.intake))
        with pytest.raises(NotNow, match="文书审批中"):
            checked_copies.check(at, it, masked_facts=READ, actor=me, now=NOW)


def test_where_reading_a_copy_would_not_help_the_reason_says_what_would(office: Office) -> None:
    with office.app.app_context(), transaction() as at:
        at.execute(update(NamedCompany).where(NamedCompany.complaint_id == office.ids[0]).values(party_id=None))
    number = office.prepare("forward", 0, 1)
    assert office.items(number)[0] == ("SKIPPED", "Choose at least one respondent that the rules reach on that day.")
    page = office.mine.get(f"{MANY}/copies/{number}?lang=en").text
    assert "1 copy for respondents was read by nobody yet" in page
    assert (office.refs[0] in page, office.refs[1] in page) == (False, True)


def test_copies_to_read_are_found_whatever_words_say_so_and_in_batches_of_before_by_the_words(office: Office) -> None:
    number = office.prepare("forward", 0, 1)
    mine = BatchItem.batch_id == number

    def listed(**reason: str) -> list[int]:
        with office.app.app_context(), transaction() as at:
            at.execute(update(BatchItem).where(mine, BatchItem.subject_id == office.ids[0]).values(reason=reason))
            return [each.id for each in queries_bulk.unread(at, number)]

    both, other = office.ids[:2], office.ids[1:2]
    assert listed(en="Somebody has to read it first.", zh="须先有人阅读。", code=queries_bulk.NobodyRead.code) == both
    assert listed(en="Nobody has read its copy for the respondents yet.", zh="尚无人核对。") == both
    assert listed(en="This can't be done with it at its present stage.", zh="所处阶段不允许。") == other
