"""What staff see and do on their pages: my work first, triage on one screen, nothing lost, no name in the open."""

import re
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select, update

from casework import complaints, forwardings, tasks
from casework.models import Complaint, Forwarding, NamedCompany
from casework.models_cases import CaseFile, Evidence
from core import outbox
from core.db import transaction
from core.drafts import Draft
from core.journal import JournalEntry
from desk import showing
from notices.models import Dossier
from registry.models_accounts import Account
from registry.settings import setting
from tests.builders import NAME, PHONE, Desk
from tests.casework.house import House, answered, fill, house, received, today
from tests.conftest import NOW

LENDER = "青屿消费金融有限公司"

__all__ = ["answered", "house", "received", "today"]


def test_triage_stands_on_one_page_with_the_copy_prefilled_and_respondents_ticked(received: House) -> None:
    intake = received.enter("intake")
    page = intake.get(f"/staff/complaints/{received.made['ref']}")
    for event in ("accept", "ask_info", "reject", "refer_out"):
        assert f"/do/{event}" in page or event == "refer_out"
    copy = re.search(r'<textarea[^>]*name="accept-masked_facts"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert copy is not None
    assert NAME not in copy[1]
    assert PHONE not in copy[1]
    assert NAME not in page
    assert "<mark>沈某</mark>" in page  # what the copy hides is marked; how it reads is shown on a click
    assert f"<mark>{NAME}</mark>" in intake.post(f"/staff/complaints/{received.made['ref']}/unmask", 200)
    ticked = re.findall(r'name="accept-respondents" value="(\d+)" checked', page)
    offered = re.findall(r'name="accept-respondents" value="(\d+)"', page)
    assert ticked == [received.made["lender"]]  # the complainant named it
    assert offered == [received.made["lender"], received.made["firm"]]  # the firm that the engagement shows


def test_a_number_that_called_is_not_marked_for_it_is_not_hidden() -> None:
    told = "05925550199打来，朋友13700000001也接到"
    assert showing.marked(told, [], Markup, ["0592-5550199"]) == "05925550199打来，朋友<mark>13700000001</mark>也接到"


def test_columns_that_a_form_does_not_have_are_not_written_whatever_is_sent_under_their_names(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    columns = [key for table in (Complaint, Forwarding) for key in table.__mapper__.columns.keys()]  # noqa: SIM118
    known = {"masked_facts": "每天多次致电投诉人的同事。", "respondents": received.made["lender"], "version": "1"}
    more = {name: "987654" for name in columns if name not in known}
    sent = more | {f"accept-{name}": value for name, value in (more | known | {"key": "k"}).items()}
    assert browser.client.post(f"/staff/complaints/{ref}/do/accept", data=sent).status_code == 303
    with received.app.app_context(), transaction() as at:
        rows = [at.scalars(select(each)).one() for each in (Complaint, Forwarding)]
        written = {
            (type(row).__name__, name) for row in rows for name in columns if str(getattr(row, name, "")) == "987654"
        }
        assert written == set()
        assert (rows[0].state, rows[0].ref, rows[1].state) == ("FORWARDED", ref, "SENT")


def test_accepting_forwards_to_each_respondent_that_is_ticked(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    both = [received.made["lender"], received.made["firm"]]
    browser.do(ref, "accept", masked_facts="每天多次致电投诉人的同事。", respondents=both, version="1")
    assert received.state(ref) == "FORWARDED"
    page = browser.get(f"/staff/complaints/{ref}")
    assert "Respondents and their answers" in page
    assert received.read(lambda at: at.scalar(select(func.count()).select_from(Forwarding))) == 2


def test_a_copy_that_names_the_person_is_refused_and_nothing_typed_is_lost(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    text = f"多次致电{NAME}的同事。"
    page = browser.do(ref, "accept", 422, masked_facts=text, respondents=received.made["lender"], version="1")
    assert "still holds the person&#39;s name, in paragraph 1" in page
    assert f"{text}</textarea>" in page
    assert 'name="reject-ways" value="new" checked' in page  # the other forms are as they were
    assert received.state(ref) == "RECEIVED"


def test_a_complaint_is_rejected_only_with_a_reason_of_the_list_and_a_way_out(received: House) -> None:
    received.read(lambda at: setattr(setting(at, "UNDO_MINUTES"), "value", 0))
    browser, ref = received.enter("intake"), received.made["ref"]
    page = browser.do(ref, "reject", 422, why="没有事实", version="1")
    assert "Choose a reason." in page
    assert '<details class="way" id="reject" open>' in page
    browser.do(ref, "reject", reason="NO_FACTS", why="没有事实", ways=["new", "authority"], version="1")
    assert received.state(ref) == "REJECTED"


def test_asking_for_more_sends_one_point_a_line(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    browser.do(ref, "ask_info", missing="通话时间\n\n来电号码", version="1")
    assert received.state(ref) == "NEED_INFO"
    assert received.read(lambda at: at.scalar(select(Complaint.missing))) == "通话时间\n来电号码"


def test_what_cannot_be_done_says_why(received: House) -> None:
    page = received.enter("intake").get(f"/staff/complaints/{received.made['ref']}")
    assert "forward the complaint" in page  # refer_out: the lender is bound by the rules
    assert 'id="refer_out"' in page


def test_the_second_of_two_people_is_told_and_keeps_the_text(received: House) -> None:
    first, second, ref = received.enter("intake"), received.enter("intake"), received.made["ref"]
    first.do(ref, "ask_info", missing="通话时间", version="1")
    page = second.post(f"/staff/complaints/{ref}/codes", 409, prefix="codes", codes=["V-C01"], version="1")
    assert "Look at how it stands now." in page, "no text is kept where none was written"


def test_whoever_comes_second_reads_who_was_first_and_not_that_the_choices_are_gone(received: House) -> None:
    first, second, ref = received.enter("intake"), received.enter("intake"), received.made["ref"]
    fields = {"masked_facts": "多次致电投诉人的同事。", "respondents": received.made["lender"], "version": "1"}
    first.do(ref, "accept", **fields)
    with received.app.app_context(), transaction() as at:
        head = at.get_one(Account, received.people["head"])
        at.execute(update(Dossier).where(Dossier.subject_kind == "complaint").values(signed_by=head.id))
        signs = head.name
    page = second.do(ref, "accept", 409, **fields | {"respondents": "987654", "masked_facts": "致电同事四次。"})
    assert "Look at how it stands now; your text is kept below." in page
    assert f"(受理甲, signed off by {signs})" in page
    assert "Choose from the answers shown" not in page


def test_what_is_over_opens_no_form_and_says_who_did_it_and_when(house: House) -> None:
    fill(house, lambda desk: {"ref": desk.disputed().ref})
    officer, ref = house.enter("officer"), house.made["ref"]
    version = house.read(lambda at: at.scalar(select(Complaint.version)))
    said = {"why": "录音显示告知他人欠款。", "version": str(version), "key": "of one page"}
    nobody = officer.post(f"/staff/complaints/{ref}/do/escalate", 422, **said)
    assert "Choose at least one." in nobody
    assert re.search(r"<legend>Against whom\s*</legend>", nobody), "one must stay ticked, so it is not optional"
    silent = officer.post(f"/staff/complaints/{ref}/do/escalate", 422, **said | {"why": ""})
    assert "Say which signs of a breach there are." in silent
    officer.post(f"/staff/complaints/{ref}/do/escalate", **said, parties=house.made["lender"])
    assert officer.where(f"/staff/complaints/{ref}/do/escalate").endswith(ref)
    told = officer.get(f"/staff/complaints/{ref}")
    assert "This cannot be done as it stands now. At 25 November 2026" in told
    assert "(经办乙): escalated the complaint to a case" in told
    late = officer.post(f"/staff/complaints/{ref}/do/escalate", 409, why="再次升级。")
    assert "(经办乙): escalated the complaint to a case" in late


def test_a_draft_of_the_copy_comes_back_for_the_version_that_is_shown(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    place = re.search(r'/do/accept"[^>]*data-draft="([^"]+)"', browser.get(f"/staff/complaints/{ref}"))
    assert place is not None
    browser.client.post(
        "/drafts",
        data={"place": place[1], "accept-masked_facts": "核对到一半的脱敏文本", "accept-version": "0"},
        headers={"X-Draft": "1"},
    )
    page = browser.get(f"/staff/complaints/{ref}")
    assert "核对到一半的脱敏文本</textarea>" in page
    assert re.search(r'name="accept-version" type="hidden" value="1"', page)
    lender = received.made["lender"]
    browser.do(ref, "accept", masked_facts="多次致电投诉人的同事。", respondents=lender, version="1")
    assert received.read(lambda at: at.scalar(select(func.count()).select_from(Draft))) == 0


def test_identity_is_masked_and_revealing_it_is_journalled(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    page = browser.get(f"/staff/complaints/{ref}")
    assert f"<dd>{PHONE}</dd>" not in page
    assert f"<dd>{NAME}</dd>" not in page
    shown = browser.client.post(f"/staff/complaints/{ref}/reveal").text
    assert f"<dd>{PHONE}</dd>" in shown
    rows = received.read(lambda at: at.scalars(select(JournalEntry.row)).all())
    assert rows.count("identity.revealed") == 1
    assert received.enter("reviewer").client.post(f"/staff/complaints/{ref}/reveal").status_code == 403


def test_beside_the_consent_stands_which_text_was_agreed_to(received: House) -> None:
    said = received.enter("intake").get(f"/staff/complaints/{received.made['ref']}")
    assert "Agreed to “How your data is used”, version 2026-11." in said
    said = received.enter("intake", "zh").get(f"/staff/complaints/{received.made['ref']}")
    assert "已同意《个人信息使用说明》（版本 2026-11）。" in said


def test_a_file_stands_in_the_page_under_a_name_that_says_nothing_of_the_person(received: House) -> None:
    browser = received.enter("intake")
    number = received.read(lambda at: at.scalar(select(Evidence.id)))
    page = browser.get(f"/staff/complaints/{received.made['ref']}")
    assert f'href="/staff/evidence/{number}/room"' in page
    browser.post(f"/staff/evidence/{number}/open", prefix="open")
    answer = browser.client.get(f"/staff/evidence/{number}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "%E6%B2%88%E8%8B%A5%E7%A6%BE" not in answer.headers["Content-Disposition"]
    assert NAME not in page.split('id="evidence"')[1].split("</section>")[0]


def test_an_answer_is_released_to_others_than_the_borrower_only_with_the_warning_confirmed(answered: House) -> None:
    browser, number = answered.enter("intake"), answered.made["number"]
    page = browser.get(f"/staff/forwardings/{number}")
    assert "The complainant is not the debtor" in page
    url = f"/staff/forwardings/{number}/do/release"
    page = browser.post(url, 422, prefix="release", read="y", version=_version(answered, number))
    assert "confirm that the text shows nothing of the debt" in page
    browser.post(url, prefix="release", read="y", warned="y", version=_version(answered, number))
    assert answered.state(answered.made["ref"]) == "RELEASED"


def _version(house: House, number: int) -> str:
    return str(house.read(lambda at: at.get_one(Forwarding, number).version))


def test_the_queue_and_the_page_say_that_an_answer_waits_and_not_that_the_company_is_waited_for(
    answered: House,
) -> None:
    page = answered.enter("officer").get("/staff?view=answers")
    row = page[page.index(answered.made["ref"]) :].split("</tr>")[0]
    head = answered.enter("officer").get(f"/staff/complaints/{answered.made['ref']}").split('<p class="meta">')[1]
    for said in (row, head.split("</p>")[0]):
        assert "1 answer to check" in said
        assert "Waiting for the company" not in said


def test_the_form_of_the_deed_that_was_chosen_comes_first(answered: House) -> None:
    address = f"/staff/forwardings/{answered.made['number']}"
    plain, chosen = (answered.enter("officer").get(address + more) for more in ("", "/do/release"))
    assert plain.index("/do/send_back") < plain.index("/do/release")
    assert chosen.index('do/release"') < chosen.index('do/send_back"')


def test_the_only_reply_is_chosen_already_when_it_is_disputed(house: House) -> None:
    fill(house, lambda desk: {"ref": desk.released().ref})
    page = house.enter("officer").get(f"/staff/complaints/{house.made['ref']}/do/dispute")
    assert re.search(r'<input[^>]*name="release"[^>]*checked', page)


def test_in_the_second_round_only_the_last_answer_of_a_company_can_be_disputed(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        complaint = desk.disputed()
        [forwarding] = complaint.forwardings
        points = {forwarding.id: ["是否仍有联系"]}
        complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)
        last = desk.release(desk.answer(forwarding))
        return {"ref": complaint.ref, "last": str(last.id)}

    fill(house, make)
    page = house.enter("officer").get(f"/staff/complaints/{house.made['ref']}/do/dispute")
    assert re.findall(r'<input[^>]*name="release"[^>]*value="(\d+)"', page) == [house.made["last"]]


def test_an_answer_goes_back_with_its_gaps(answered: House) -> None:
    browser, number = answered.enter("officer"), answered.made["number"]
    url = f"/staff/forwardings/{number}/do/send_back"
    browser.post(url, prefix="send_back", gaps="未说明录音\n未说明处理", version=_version(answered, number))
    assert answered.read(lambda at: at.get_one(Forwarding, number).gaps) == "未说明录音\n未说明处理"


def test_a_request_for_time_is_the_heads_to_decide(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.forwarded()
        forwardings.ask_time(desk.session, it, why="调取录音", actor=desk.lead, now=NOW)
        return {"number": it.id, "ref": it.complaint.ref}

    fill(house, make)
    number = house.made["number"]
    head = house.enter("head")
    assert house.made["ref"] in head.get("/staff?view=answers")
    assert "A respondent asks for more time" in head.get("/staff/tasks")
    about = ("forwarding", number, house.made["ref"])
    house.read(lambda at: tasks.put(at, "evidence", about, role="officer", now=NOW))
    page = head.get("/staff/tasks?role=officer")
    assert ("New evidence came in" in page, "A respondent asks for more time" in page) == (True, False)
    assert "A respondent asks for more time" in head.get("/staff/tasks?role=head")
    assert "/do/extend" in head.get(f"/staff/forwardings/{number}")
    assert "/do/extend" not in house.enter("intake").get(f"/staff/forwardings/{number}")
    head.post(f"/staff/forwardings/{number}/do/extend", why="录音较多", version=_version(house, number))
    assert house.read(lambda at: at.get_one(Forwarding, number).extended) == 1
    assert "A respondent asks for more time" not in head.get("/staff/tasks")


def test_what_a_company_writes_of_the_person_in_asking_for_time_or_returning_it_is_masked_wherever_it_stands(
    house: House,
) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        asks, returns = desk.forwarded(), desk.forwarded(contact="13900001234")
        forwardings.ask_time(desk.session, asks, why=f"须调取{NAME}的录音", actor=desk.lead, now=NOW)
        forwardings.not_ours(desk.session, returns, why=f"{NAME}非我司客户", actor=desk.lead, now=NOW)
        return {"asks": (asks.id, asks.complaint.ref), "returns": (returns.id, returns.complaint.ref)}

    fill(house, make)
    shown = {}
    for which, said, who, deed in (("asks", "的录音", "head", "extend"), ("returns", "非我司客户", "intake", "insist")):
        number, ref = house.made[which]
        where, browser = f"/staff/forwardings/{number}", house.enter(who)
        for page in (f"/staff/complaints/{ref}", where, f"{where}/do/{deed}"):
            text = browser.get(page)
            shown[page] = (said in text, NAME in text)
    assert set(shown.values()) == {(True, False)}, shown


def test_an_answer_drops_the_draft_of_an_extension_that_waits_for_approval(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.forwarded()
        setting(desk.session, "APPROVAL_CHAIN").value = ["check:reviewer", "sign:council"]
        return {"number": it.id, "desk": desk}

    fill(house, make)
    number = house.made["number"]
    head = house.enter("head")
    head.post(f"/staff/forwardings/{number}/do/extend", why="录音较多", version=_version(house, number))
    drafts = select(Dossier.state).where(Dossier.deed.is_not(None))
    assert house.read(lambda at: at.scalars(drafts).all()) == ["IN_APPROVAL"]
    with house.app.app_context():
        with transaction() as at:
            said = {"outcome": "EXPLAINED", "to_association": "经核查，共致电三次。", "to_complainant": "我司致歉。"}
            forwardings.answer(at, at.get_one(Forwarding, number), **said, actor=house.made["desk"].lead, now=NOW)
        outbox.run_all()
    assert house.read(lambda at: at.scalars(drafts).all()) == ["DROPPED"]


def test_a_sum_in_an_answer_to_somebody_who_is_not_the_debtor_is_marked_before_it_is_released(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.answer(desk.forwarded(role="UNRELATED"), to_complainant="您的同事逾期，尚有3,200元未还。")
        return {"number": it.id, "ref": it.complaint.ref}

    fill(house, make)
    page = house.enter("intake").get(f"/staff/forwardings/{house.made['number']}")
    assert '<mark class="shows-debt">3,200元</mark>' in page
    assert "3 places are marked" in page
    assert 'class="shows-debt">3,200元' in house.enter("intake").get(f"/staff/complaints/{house.made['ref']}")


def test_in_an_answer_to_the_debtor_nothing_is_marked(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        return {"number": desk.answer(desk.forwarded(role="DEBTOR"), to_complainant="您尚有3,200元未还。").id}

    fill(house, make)
    page = house.enter("intake").get(f"/staff/forwardings/{house.made['number']}")
    assert "3,200元" in page
    assert "shows-debt" not in page


def test_a_lost_code_is_renewed_by_staff_once_more(received: House) -> None:
    received.enter("intake").post(f"/staff/complaints/{received.made['ref']}/code", 409, version="0")
    page = received.enter("intake").post(f"/staff/complaints/{received.made['ref']}/code", 200)
    assert "data-receipt-code" in page


def test_a_historic_complaint_is_only_read_until_it_is_taken_up(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        old = Complaint(
            ref="TS2024-HHHHHH", state="HISTORIC", channel="IMPORT", lang="en", facts="They kept calling my office.",
            received_at=NOW - timedelta(days=400), source="sample", source_no="17",
        )  # fmt: skip
        desk.session.add(old)
        desk.session.flush()
        desk.session.add(NamedCompany(complaint_id=old.id, kind="INSTITUTION", how="NAME", value="Somebody"))
        return {}

    fill(house, make)
    browser = house.enter("intake")
    assert "TS2024-HHHHHH" in browser.get("/staff?view=historic")
    page = browser.get("/staff/complaints/TS2024-HHHHHH")
    assert '<form method="post" action="/staff/complaints' not in page.replace("TS2024-HHHHHH/unmask", "").replace(
        '<form method="post" action="/staff/complaints/"', ""
    )
    assert "Take it up" in page
    house.enter("officer").get("/staff/complaints/TS2024-HHHHHH/take-up", 403)
    form = browser.get("/staff/complaints/TS2024-HHHHHH/take-up")
    assert not re.search(r'<option selected value="DEBTOR"|name="conduct_(from|to)"[^>]* value="2', form), (
        "nobody said so"
    )
    browser.post(
        "/staff/complaints/TS2024-HHHHHH/take-up", 200, role="DEBTOR", institution=LENDER,
        codes=["V-C04"], facts="", conduct_from="2026-11-01", conduct_to="2026-11-02", lang="en",
    )  # fmt: skip
    assert house.state("TS2024-HHHHHH") == "HISTORIC"
    made = house.read(lambda at: at.scalar(select(Complaint).where(Complaint.taken_from_id.is_not(None))))
    new = made.ref
    assert made.facts == "They kept calling my office.", "left empty, the old words are taken over"
    assert "Taken up as" in browser.get("/staff/complaints/TS2024-HHHHHH")
    assert "Taken up from" in browser.get(f"/staff/complaints/{new}")


def test_who_is_matched_and_out_of_reach_is_said_to_be_out_of_reach(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.received()
        desk.lender.suspended_at = desk.firm.suspended_at = desk.now
        return {"ref": it.ref}

    ref = fill(house, make).made["ref"]
    page = house.enter("intake").get(f"/staff/complaints/{ref}")
    assert "Nobody who was named is in reach of the rules" in page
    assert "not matched with the register yet" not in page


def test_a_company_is_matched_by_hand_and_codes_corrected(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    number = received.read(lambda at: at.scalar(select(NamedCompany.id)))
    prefix = f"company{number}"
    browser.post(f"/staff/complaints/{ref}/companies/{number}", prefix=prefix, party="")
    assert "No company is chosen: it stays unmatched." in browser.get("/staff/tasks"), "nothing was saved"
    page = browser.get(f"/staff/complaints/{ref}")
    assert "A company that was named is not matched with the register yet" in page
    assert "Chosen because of its name" in page
    browser.post(f"/staff/complaints/{ref}/companies/{number}", prefix=prefix, party=LENDER)
    browser.post(f"/staff/complaints/{ref}/codes", prefix="codes", codes=["V-B02"], version="1")
    assert received.read(lambda at: at.scalar(select(Complaint.severity))) == 5


def test_whoever_decides_on_more_time_is_asked_first_and_the_clock_says_that_it_is_held(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.forwarded()
        forwardings.ask_time(desk.session, it, why="需调取录音", actor=desk.lead, now=desk.now)
        return {"ref": it.complaint.ref}

    where = f"/staff/complaints/{fill(house, make).made['ref']}"
    card = house.enter("head").get(where).partition('id="next"')[2]
    first = re.search(r'<a class="button button-primary" href="(/staff/forwardings/\d+)">([^<]+)</a>', card)
    assert first is not None
    assert first[2] == "Decide on more time for 青屿消费金融有限公司"
    officer = house.enter("officer").get(where)
    assert "Decide on more time" not in officer
    assert "Held until the request for more time is decided" in officer


def test_a_disputed_reply_becomes_a_case_with_a_track_for_each_company(house: House) -> None:
    fill(house, lambda desk: {"ref": desk.disputed().ref})
    officer, ref = house.enter("officer"), house.made["ref"]
    page = officer.get(f"/staff/complaints/{ref}")
    version = house.read(lambda at: at.scalar(select(Complaint.version)))
    assert "/do/escalate" in page
    told = officer.get(f"/staff/complaints/{ref}/do/escalate")
    assert "海石催收服务有限公司 comes in with it and gets a track of its own" in told
    said = {"why": "录音显示告知他人欠款。", "version": str(version), "parties": house.made["lender"]}
    officer.post(f"/staff/complaints/{ref}/do/escalate", **said)
    number = house.read(lambda at: at.scalar(select(CaseFile.id)))
    case = officer.get(f"/staff/cases/{number}")
    assert case.count('class="card card-next track"') == 2
    assert f"/staff/cases/{number}" in officer.get("/staff/cases?view=screening")
    assert officer.where("/staff/search?q=AJ2026-1") == f"/staff/cases/{number}"


def test_a_title_says_in_which_language_it_is(house: House) -> None:
    facts = "On the telephone a man shouted that he would “visit the school gate” where I teach."
    made = fill(house, lambda desk: {"it": desk.forwarded(lang="en", facts=facts, masked=facts)}).made
    made["number"] = house.read(lambda at: at.scalar(select(Forwarding.id)))
    ref = house.read(lambda at: at.scalar(select(Complaint.ref)))
    officer = house.enter("officer", "zh")
    for address in (f"/staff/complaints/{ref}", f"/staff/forwardings/{made['number']}", "/staff?view=open"):
        said = re.findall(r'<(?:span|a)[^>]* lang="([^"]+)"[^>]*>\s*On the telephone', officer.get(address))
        assert said == ["en"], address


def test_a_letter_sent_again_says_when_and_that_the_return_was_not_accepted(house: House) -> None:
    def made(desk: Desk) -> dict[str, Any]:
        it = desk.forwarded()
        forwardings.not_ours(desk.session, it, why="非我司客户", actor=desk.lead, now=desk.now)
        forwardings.insist(desk.session, it, why="短信签名为贵司", actor=desk.intake, now=desk.on(9))
        return {"ref": it.complaint.ref, "number": it.id, "again": f"{desk.on(9).day} {desk.on(9):%B %Y}"}

    fill(house, made)
    for path in (f"complaints/{house.made['ref']}", f"forwardings/{house.made['number']}"):
        page = house.enter("intake").get(f"/staff/{path}")
        assert re.search(rf"sent again .*{house.made['again']}.*; the return was not accepted", page)
        assert '<p class="dim">Returned, because:' in page, "no longer as if it stood"
        assert "再次发出，未同意退回" in house.enter("intake", "zh").get(f"/staff/{path}")
