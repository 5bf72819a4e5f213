"""Approval: what needs more hands than its mover's is done only when the last of them signs."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import checked_copies, policies
from casework.models import Complaint, Forwarding, Task
from core.actors import Actor
from core.db import transaction
from core.errors import Changed, NotAllowed, NotNow
from core.outbox import run_all
from notices import approval_steps, drafts_compared, policies_reading, queries_approval, undoing
from notices.kinds import KINDS
from notices.models import Document, Dossier, SeriesCounter
from notices.models_approval import DossierVersion
from registry import notifications
from registry.models_accounts import Account, AccountRole
from registry.models_clocks import Clock
from registry.models_notifications import MAIL
from registry.settings import setting
from tests.builders import NAME, Desk, account, actor_of, person_of, told_of
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.signed_in import signed_in
from tests.two_at_once import at_once

CHAIN = ["check:reviewer", "sign:head"]
MISSING = "请补充通话录音"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


class House:
    """A complaint, a chain for the letter that asks its person for more, and everybody who takes part."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            it = desk.received()
            setting(at, "APPROVAL_CHAIN").value = CHAIN
            self.reviewer = actor_of(account(at, "复核丁", "reviewer"))
            self.colleague = actor_of(account(at, "受理丙", "intake"))
            self.head, self.intake, self.person = desk.head, desk.intake, person_of(it)
            self.number, self.ref = it.id, it.ref

    def browser(self, person: Actor) -> FlaskClient:
        return signed_in(self.app, person.id, now=NOW)

    def draft(self, missing: str = MISSING) -> int:
        """The intake clerk asks for more; the number of the dossier that waits."""
        sent = {"ask_info-missing": missing, "ask_info-key": "d"}
        answer = self.browser(self.intake).post(f"/staff/complaints/{self.ref}/do/ask_info", data=sent)
        assert answer.status_code == 303, answer.text
        with self.app.app_context(), transaction() as at:
            return at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()

    def step(self, person: Actor, number: int, step: str, status: int = 303, **sent: Any) -> str:
        fields = {f"{step}-{name}": value for name, value in {"key": f"{step}{person.id}", **sent}.items()}
        answer = self.browser(person).post(f"/staff/approvals/{number}/{step}", data=fields)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    def facts(self) -> tuple[str, int, int]:
        """The complaint's state, its documents, and the numbers that were given."""
        with self.app.app_context(), transaction() as at:
            counted = at.scalar(select(func.coalesce(func.sum(SeriesCounter.last), 0)))
            many = at.scalar(select(func.count(Document.id)))
            return at.get_one(Complaint, self.number).state, many or 0, counted or 0


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    return House(app)


@pytest.mark.parametrize("role", ["publisher", "council", "seal keeper"])
def test_a_letter_to_a_complainant_and_its_draft_open_for_nobody_who_reads_no_complaints(
    house: House, role: str
) -> None:
    with house.app.app_context(), transaction() as at:
        other = actor_of(account(at, "旁人戊", role))
        letter = at.scalars(select(Document.id).where(Document.complaint_id == house.number)).first()
        sheet = at.scalars(select(Document.id).where(Document.kind == "D34")).first()  # it names whom the letter is to
    number, client = house.draft(), house.browser(other)
    shut = [f"/staff/notices/{each}{more}" for each in (letter, sheet) for more in ("", ".pdf", "/receipt")]
    shut += [f"/staff/approvals/{number}{more}" for more in ("", "/comment", "/revise")]
    assert {url: client.get(url).status_code for url in shut} == dict.fromkeys(shut, 403)
    assert client.post(f"/staff/approvals/{number}/approve").status_code == 403
    assert client.get(f"/presence/dossier/{number}").status_code == 404
    for person in (house.intake, house.reviewer, house.head):
        assert house.browser(person).get(f"/staff/notices/{letter}").status_code == 200
        assert house.browser(person).get(f"/staff/approvals/{number}").status_code == 200
    with house.app.app_context(), transaction() as at:
        assert [policies_reading.readable(at, [sheet], each) for each in (other, house.head)] == [set(), {sheet}]


def test_nothing_is_done_and_no_number_given_until_the_last_of_the_chain_signs(house: House) -> None:
    before = house.facts()
    number = house.draft()
    assert house.facts() == before
    assert f">{MISSING}" in house.browser(house.reviewer).get(f"/staff/approvals/{number}").text, "one has no number"
    house.step(house.reviewer, number, "approve", said="核对无误")
    assert house.facts() == before
    house.step(house.head, number, "sign")
    state, many, given = house.facts()
    assert (state, many > before[1], given) == ("NEED_INFO", True, before[2] + 1)
    with house.app.app_context(), transaction() as at:
        dossier = at.get_one(Dossier, number)
        assert (dossier.state, dossier.signed_by, dossier.drafted_by) == ("ISSUED", house.head.id, house.intake.id)
        sheet = at.scalars(select(Document).where(Document.kind == "D34", Document.dossier_id == number)).one()
        assert all(word in str(sheet.paper) for word in ("核稿", "复核丁", "核对无误", "签发", "部门负责人"))
        waiting = select(Task.id).where(Task.kind == "dossier_approve", Task.done_at.is_(None))
        assert at.scalars(waiting).all() == [], "what is signed asks nothing of anybody any more"
        ref, signer = at.get_one(Complaint, house.number).ref, at.get_one(Account, house.head.id).name
    page = house.browser(house.reviewer).get(f"/staff/complaints/{ref}").text
    [signed] = [each for each in page.split('<li class="timeline-')[1:] if "signed off by" in each]
    assert "asked the person for more" in signed
    assert f"(signed off by {signer})" in signed


def test_each_of_the_chain_is_asked_once_the_one_before_has_approved(house: House) -> None:
    number, asked = house.draft(), select(Task.role).where(Task.kind == "dossier_approve", Task.done_at.is_(None))
    roles = []
    for step in ("approve", ""):
        with house.app.app_context(), transaction() as at:
            roles.append(at.scalars(asked).all())
        if step:
            house.step(house.reviewer, number, step)
    assert roles == [["reviewer"], ["head"]]


def test_who_approves_sees_which_draft_would_be_late_first(house: House) -> None:
    number = house.draft()
    listed = house.browser(house.reviewer).get("/staff/approvals").text
    assert "5 working days left" in listed
    with house.app.app_context(), transaction() as at:
        check = at.scalars(select(Clock).where(Clock.subject_type == "complaint", Clock.key == "K01")).one()
        assert queries_approval.limits_of(at, [at.get_one(Dossier, number)]) == {number: check}
    with time_machine.travel(NOW + timedelta(days=12)):
        house.app.test_cli_runner().invoke(args=["clock", "--once"])
        with house.app.app_context(), transaction() as at:
            late = queries_approval.limits_of(at, [at.get_one(Dossier, number)])[number]
            assert (late.key, late.how) == ("K01", "expired")


def test_whoever_approved_a_decision_about_a_complaint_is_not_new_to_it(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    asked = {house.reviewer.id, house.head.id}
    with house.app.app_context(), transaction() as at:
        assert not policies.took_part(at, at.get_one(Complaint, house.number)) & asked, "nothing is decided yet"
    house.step(house.head, number, "sign")
    with house.app.app_context(), transaction() as at:
        assert policies.took_part(at, at.get_one(Complaint, house.number)) >= asked


def test_what_came_back_is_its_drafter_s_and_nobody_else_is_told(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        at.add(AccountRole(account_id=house.intake.id, role="council", given_by=house.head.id))
        for person in (house.intake, house.colleague):
            notifications.choose(at, at.get_one(Account, person.id), {"tasks": MAIL})
    number = house.draft()
    house.step(house.reviewer, number, "back", comment="请再核对。")
    with house.app.app_context():
        run_all()
        with transaction() as at:
            back = at.scalars(select(Task).where(Task.kind == "dossier_sent_back")).one()
            assert back.role == "intake", "who drafts at work, not the first of his roles by the alphabet"
            assert told_of(at, "task:") == {house.intake.id}
            with pytest.raises(NotNow):  # what goes back to be changed is no deed of a moment ago
                undoing.take_back(at, at.get_one(Dossier, number), actor=house.intake, now=NOW)


def test_what_its_drafter_chose_is_what_is_signed_and_changed_and_not_what_the_form_began_with(house: House) -> None:
    client = house.browser(house.intake)
    offered = re.findall(
        r'name="accept-respondents" value="(\d+)"( checked)?', client.get(f"/staff/complaints/{house.ref}").text
    )
    other = next(number for number, ticked in offered if not ticked)
    sent = {"respondents": other, "masked_facts": "多次致电投诉人的邻居，告知其欠款。", "key": "a"}
    fields = {f"accept-{name}": value for name, value in sent.items()}
    assert client.post(f"/staff/complaints/{house.ref}/do/accept", data=fields).status_code == 303
    with house.app.app_context(), transaction() as at:
        number = at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()
    house.step(house.reviewer, number, "back", comment="请核对被投诉单位。")
    page = client.get(f"/staff/approvals/{number}/revise").text
    assert re.findall(r'name="accept-respondents" value="(\d+)" checked', page) == [other]
    again = {**fields, "accept-key": "b"}
    assert client.post(f"/staff/approvals/{number}/revise", data=again).status_code == 303
    house.step(house.reviewer, number, "approve", key="again")
    house.step(house.head, number, "sign")
    with house.app.app_context(), transaction() as at:
        assert at.scalars(select(Forwarding.party_id)).all() == [int(other)]


def test_the_version_of_a_colleague_that_a_drafter_took_is_what_is_signed(house: House) -> None:
    client, where = house.browser(house.intake), f"/staff/complaints/{house.ref}/do/accept"
    shown = client.get(f"/staff/complaints/{house.ref}").text
    first = re.search(r'name="accept-respondents" value="(\d+)" checked', shown)
    assert first is not None
    mine, theirs = "多次致电投诉人的邻居。", "多次致电投诉人的同事和邻居。"
    with house.app.app_context(), transaction() as at:
        it = at.get_one(Complaint, house.number)
        said = {"masked_facts": theirs, "version": it.version, "actor": house.colleague, "now": NOW}
        before = it.version
        checked_copies.check(at, it, **said)
    fields = {"respondents": first[1], "masked_facts": mine, "version": str(before), "key": "a"}
    late = client.post(where, data={f"accept-{name}": value for name, value in fields.items()})
    assert late.status_code == 409
    version = re.search(r'name="accept-version"[^>]*value="(\d+)"', late.text)
    assert version is not None
    fields |= {"version": version[1], "key": "b"}
    picked = {"pick-accept-masked_facts": "theirs"} | {f"accept-{name}": value for name, value in fields.items()}
    assert client.post(where, data=picked).status_code == 303
    with house.app.app_context(), transaction() as at:
        number = at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()
    house.step(house.reviewer, number, "approve")
    house.step(house.head, number, "sign")
    with house.app.app_context(), transaction() as at:
        assert at.get_one(Complaint, house.number).masked_facts == theirs


def test_nobody_is_asked_to_approve_what_he_drafted_himself(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        at.add(AccountRole(account_id=house.intake.id, role="reviewer", given_by=house.head.id))
        for person in (house.intake, house.reviewer):
            notifications.choose(at, at.get_one(Account, person.id), {"approvals": MAIL})
    house.draft()
    with house.app.app_context():
        run_all()
        with transaction() as at:
            assert told_of(at, "task:") == {house.reviewer.id}


def test_a_draft_says_in_words_whom_it_is_for(house: House) -> None:
    assert {kind.to.partition(",")[0] for kind in KINDS.values()} <= set(drafts_compared.TO)
    page = house.browser(house.reviewer).get(f"/staff/approvals/{house.draft()}?lang=zh", follow_redirects=True).text
    assert "补正通知书 · 致投诉人" in page


def _second_version(house: House, number: int, **changed: Any) -> None:
    """The same draft again, with other words in its paper."""
    with house.app.app_context(), transaction() as at:
        first = queries_approval.versions_of(at, number)[0]
        again = {name: getattr(first, name) for name in ("dossier_id", "sent", "digest", "made_at", "made_by")}
        papers = [{**each, "paper": {**each["paper"], **changed}} for each in first.papers]
        at.add(DossierVersion(**again, number=2, papers=papers))


def test_what_stands_around_the_paragraphs_and_the_enclosed_text_are_shown_and_marked(house: House) -> None:
    number = house.draft()
    browser, page = house.browser(house.reviewer), f"/staff/approvals/{number}"
    shown = browser.get(page).text
    assert "（投诉人姓名）" in shown, "to whom, without the name"
    assert NAME not in shown
    with house.app.app_context(), transaction() as at:
        paper = queries_approval.versions_of(at, number)[0].papers[0]["paper"]
    enclosed = {**paper, "blocks": [{"is": "para", "text": "作准文本的一段"}], "note": "作准文本的附注"}
    _second_version(house, number, closing="特此另行通知。", authentic=enclosed)
    shown = browser.get(page).text
    assert "which alone is authentic" in shown
    for words in ("作准文本的一段", "作准文本的附注", "特此另行通知。"):
        assert re.search(rf'<li class="draft-added">(?:(?!<li).)*{words}', shown, re.DOTALL), words
    assert "which alone is authentic" not in browser.get(f"{page}?version=1").text


def test_steps_and_comments_are_offered_on_the_newest_version_alone(house: House) -> None:
    number = house.draft()
    browser, page = house.browser(house.reviewer), f"/staff/approvals/{number}"
    _second_version(house, number)
    newest, older = browser.get(page).text, browser.get(f"{page}?version=1").text
    assert all(f"{page}/{each}" in newest for each in ("approve", "back", "comment"))
    assert not any(f"{page}/{each}" in older for each in ("approve", "back", "comment"))
    assert "Steps are taken on the newest version alone." in older


def test_a_comment_on_a_draft_that_changed_meanwhile_is_not_put_on_the_new_one(house: House) -> None:
    number = house.draft()
    with house.app.app_context(), transaction() as at:
        it = at.get_one(Dossier, number)
        with pytest.raises(Changed):
            approval_steps.comment(at, it, "太笼统", actor=house.reviewer, version=it.version - 1, now=NOW)


def test_an_opinion_is_kept_while_it_is_typed_and_gone_once_it_was_given(house: House) -> None:
    number, said = house.draft(), "核对无误，措辞妥当"
    page, browser = f"/staff/approvals/{number}", house.browser(house.reviewer)
    place = re.search(r'/approve"[^>]*data-draft="([^"]+)"', browser.get(page).text)
    assert place is not None
    browser.post("/drafts", data={"place": place[1], "approve-said": said}, headers={"X-Draft": "1"})
    assert f"{said}</textarea>" in browser.get(page).text
    house.step(house.reviewer, number, "approve", said=said)
    assert "has not been handed in" not in browser.get(page).text


def test_two_people_at_a_draft_see_each_other(house: House) -> None:
    page = f"/staff/approvals/{house.draft()}"
    reviewer, head = house.browser(house.reviewer), house.browser(house.head)
    where = re.search(r'data-presence="([^"]+)"', reviewer.get(page).text)
    assert where is not None
    assert where[1] in head.get(f"{page}/comment").text
    reviewer.get(where[1])
    assert head.get(where[1]).text == "复核丁 is viewing"
    head.get(f"{where[1]}?gone=1")


def test_a_task_calls_a_draft_by_what_it_does_and_with_what(house: House) -> None:
    number = house.draft()
    page = house.browser(house.reviewer).get("/staff/tasks").text
    assert house.ref in page
    assert f"dossier {number}" not in page


def test_each_step_belongs_to_its_person_and_never_to_the_drafter(house: House) -> None:
    number = house.draft()
    assert "The next step of the approval belongs to somebody else." in house.step(house.head, number, "approve", 403)
    with house.app.app_context(), transaction() as at:
        roles = at.get_one(Account, house.intake.id)
        own = Actor(roles.id, frozenset({"reviewer"}), audience="staff")
        with pytest.raises(NotAllowed, match="拟稿人不得审批"):
            approval_steps.approve(at, at.get_one(Dossier, number), actor=own, version=None, now=NOW)
        both = Actor(house.reviewer.id, frozenset({"reviewer", "head"}), audience="staff")
        approval_steps.approve(at, at.get_one(Dossier, number), actor=both, version=None, now=NOW)
        with pytest.raises(NotAllowed, match="前一环节"):
            approval_steps.sign(at, at.get_one(Dossier, number), actor=both, version=None, now=NOW)


def test_a_drafter_approves_in_no_second_session_and_under_no_other_name(house: House) -> None:
    number = house.draft()
    with house.app.app_context(), transaction() as at:
        at.get_one(Account, house.intake.id).name = "另名庚"
        at.add(AccountRole(account_id=house.intake.id, role="reviewer"))
    for _session in range(2):
        told = house.step(house.intake, number, "approve", 403)
        assert "Whoever drafted these documents does not approve them." in told


def test_of_two_who_approve_at_once_the_second_is_told_and_the_step_stays_the_first_one_s(house: House) -> None:
    number = house.draft()
    with house.app.app_context(), transaction() as at:
        other = actor_of(account(at, "复核辛", "reviewer"))
    browser, answers = house.browser(other), list[int]()

    def first(at: Session) -> None:
        mine = at.get_one(Dossier, number, with_for_update=True)
        approval_steps.approve(at, mine, actor=house.reviewer, version=None, now=NOW)

    def second(_at: Session) -> None:
        with ThreadPoolExecutor(1) as page:  # where no transaction is open yet
            sent = page.submit(browser.post, f"/staff/approvals/{number}/approve", data={"approve-key": "k"})
            answers.append(sent.result().status_code)

    with house.app.app_context():
        assert at_once(house.app, first, second) is None
    assert answers == [403]
    with house.app.app_context(), transaction() as at:
        steps = queries_approval.steps_of(at, number)
        assert [each.done_by for each in steps] == [house.reviewer.id, None]


def test_who_took_an_earlier_step_sees_no_buttons_of_a_later_one_but_why(house: House) -> None:
    number = house.draft()
    with house.app.app_context(), transaction() as at:
        at.add(AccountRole(account_id=house.reviewer.id, role="head"))
    browser = house.browser(house.reviewer)
    assert "Send back to the drafter" in browser.get(f"/staff/approvals/{number}").text
    house.step(house.reviewer, number, "approve")
    page = browser.get(f"/staff/approvals/{number}").text
    assert "another person takes this one" in page
    assert "Sign and issue" not in page
    assert "Send back to the drafter" not in page
    assert f"/staff/approvals/{number}" not in browser.get("/staff/approvals").text
    assert "Sign and issue" in house.browser(house.head).get(f"/staff/approvals/{number}").text


def test_the_signature_comes_last(house: House) -> None:
    number = house.draft()
    with house.app.app_context(), transaction() as at:
        early = Actor(house.reviewer.id, frozenset({"reviewer"}), audience="staff")
        with pytest.raises(NotNow, match="尚未全部完成"):
            approval_steps.sign(at, at.get_one(Dossier, number), actor=early, version=None, now=NOW)
        approval_steps.approve(at, at.get_one(Dossier, number), actor=early, version=None, now=NOW)
        with pytest.raises(NotNow, match="下一环节为签发"):
            approval_steps.approve(at, at.get_one(Dossier, number), actor=house.head, version=None, now=NOW)


def test_while_documents_wait_no_other_move_of_staff_starts(house: House) -> None:
    number = house.draft()
    assert f"/staff/approvals/{number}" in house.browser(house.colleague).get(f"/staff/complaints/{house.ref}").text
    sent = {"ask_info-missing": "别的", "ask_info-key": "e"}
    answer = house.browser(house.colleague).post(f"/staff/complaints/{house.ref}/do/ask_info", data=sent)
    assert answer.status_code == 409
    assert "wait for approval" in answer.text


def test_a_draft_goes_back_with_comments_and_a_new_version_starts_the_chain_again(house: House) -> None:
    number = house.draft()
    optional = re.compile(r'for="back-comment"[^>]*>[^<]*<span class="optional"')
    assert not optional.search(house.browser(house.reviewer).get(f"/staff/approvals/{number}").text)
    assert "Write what has to be changed." in house.step(house.reviewer, number, "back", 422)
    browser = house.browser(house.reviewer)
    sent = {"body": "太笼统", "proposed": "请补充9月的通话录音", "key": "c"}
    assert browser.post(f"/staff/approvals/{number}/comment?paper=0&block=0", data=sent).status_code == 303
    assert optional.search(browser.get(f"/staff/approvals/{number}").text), "the comment says it"
    house.step(house.reviewer, number, "back")
    mine = house.browser(house.intake)
    page = mine.get(f"/staff/approvals/{number}/revise").text
    assert MISSING in page
    assert "太笼统" in page.split('name="draft-version"')[0], "above the form"
    fields = {"ask_info-missing": "请补充9月的通话录音", "ask_info-key": "r"}
    assert mine.post(f"/staff/approvals/{number}/revise", data=fields).status_code == 303
    shown = house.browser(house.reviewer).get(f"/staff/approvals/{number}").text
    assert "请补充9月的通话录音" in shown
    assert MISSING in shown  # left out, and marked so
    before = shown.split('id="before"')[1].split("</section>")[0]
    assert "太笼统" in before, "who approves it again reads what it was sent back for"
    assert "The paragraph: " in before.split("太笼统")[0], "and which paragraph that is about"
    assert "太笼统" in house.browser(house.reviewer).get(f"/staff/approvals/{number}?version=1").text
    with house.app.app_context(), transaction() as at:
        assert [each.number for each in queries_approval.versions_of(at, number)] == [1, 2]
        assert not queries_approval.approvers_of(at, number)
    assert "Write what has to be changed." in house.step(house.reviewer, number, "back", 422, key="again")


def test_what_was_sent_back_says_so_wherever_it_is_seen(house: House) -> None:
    number = house.draft()
    matter, draft = f"/staff/complaints/{house.ref}", f"/staff/approvals/{number}"
    approver = house.browser(house.reviewer).get(matter).text
    assert "Documents wait for approval; nothing else is done with the complaint until then." in approver
    assert "as said above" not in approver
    sent = {"back-comment": "太笼统", "back-key": "b"}
    said = house.browser(house.reviewer).post(f"{draft}/back", data=sent, follow_redirects=True).text
    assert "Sent back to the drafter." in said
    mine = house.browser(house.intake)
    page = mine.get(matter).text
    assert "were sent back and wait for their drafter to change them" in page
    assert "wait for approval" not in page
    assert "Sent back to be changed" in mine.get("/staff/approvals?mine=1").text
    page = mine.get(draft).text
    assert "Sent back to be changed" in page
    assert "sent it back" in page
    assert "太笼统" in mine.get(f"{draft}/revise").text.split('name="draft-version"')[0], "above the form"


def test_whoever_changes_a_draft_after_somebody_else_reads_both_and_loses_nothing(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "back", comment="太笼统")
    mine, address = house.browser(house.intake), f"/staff/approvals/{number}/revise"
    seen = re.search(r'name="draft-version" value="(\d+)"', mine.get(address).text)
    assert seen is not None
    sent = {"ask_info-missing": "请补充9月的通话录音", "ask_info-key": "r", "draft-version": seen[1]}
    assert mine.post(address, data=sent).status_code == 303
    late = mine.post(address, data=sent | {"ask_info-missing": "请补充10月的通话录音", "ask_info-key": "s"})
    assert late.status_code == 409
    assert 'data-mine="ask_info-missing">请补充<ins>10</ins>月的通话录音<' in late.text
    assert 'data-theirs="ask_info-missing">请补充<del>9</del>月的通话录音<' in late.text
