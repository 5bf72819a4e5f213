"""A complaint that staff enter for somebody: by telephone, by letter, at the counter."""

import json
import re
from datetime import date, timedelta
from io import BytesIO
from threading import Thread

import time_machine
from sqlalchemy import func, select, update

from casework import copies
from casework.models import Complaint, Forwarding, Message, NamedCompany, Task
from casework.models_cases import Evidence
from casework.models_queue import QueueEntry
from casework.models_stop_contacts import StopContact
from core.clock import day_of
from core.db import transaction
from core.journal import JournalEntry
from filestore import uploads
from filestore.models_uploads import Upload
from notices.models import Service
from notices.queries import last_document
from registry.clock_sweep import sweep
from registry.clocks import of
from registry.models import ServiceAddress
from registry.models_accounts import Account
from registry.models_clocks import ClockEnd, ClockState
from registry.models_settings import Setting
from tests.casework.house import House, fill, house, received, today
from tests.conftest import NOW
from tests.filestore.making_files import picture
from tests.two_at_once import waits_for

__all__ = ["house", "received", "today"]

SHOWN = re.compile(r'data-copy="((?:[2-9A-Z]{4}-){5}[2-9A-Z]{4})"')
INTAKE = {
    "channel": "PHONE", "lang": "zh", "role": "UNRELATED", "how": "NAME", "value": "青屿消费金融有限公司",
    "conduct_from": "2026-11-03", "conduct_to": "2026-11-20", "facts": "每天多次致电我的同事，告知欠款。",
    "consent": "y",
}  # fmt: skip


def test_a_complaint_by_telephone_is_entered_on_one_page_and_its_code_shown(received: House) -> None:
    browser = received.enter("intake")
    before = received.read(lambda at: at.scalar(select(func.count()).select_from(Complaint)))
    page = browser.post("/staff/complaints/new", 200, **INTAKE, key="the-same-form")
    code = SHOWN.search(page)
    assert code is not None
    again = browser.post("/staff/complaints/new", 200, **INTAKE, key="the-same-form")
    assert code[1] in again
    assert received.read(lambda at: at.scalar(select(func.count()).select_from(Complaint))) == before + 1
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)
    assert ref is not None
    shown = browser.get(f"/staff/complaints/{ref[1]}")
    assert code[1] not in shown
    assert "entered for the complainant: sent the complaint" in shown
    assert f"/staff/complaints/{ref[1]}/receipt" in browser.get("/staff/complaints/new"), "loaded anew, or gone back"
    assert code[1] in browser.get(f"/staff/complaints/{ref[1]}/receipt")
    assert received.enter("officer").where(f"/staff/complaints/{ref[1]}/receipt").endswith(ref[1]), "nobody else"
    renewed = SHOWN.search(browser.post(f"/staff/complaints/{ref[1]}/code", 200))
    assert renewed is not None
    assert renewed[1] != code[1]
    assert f"/staff/complaints/{ref[1]}/receipt" in browser.get(f"/staff/complaints/{ref[1]}/code")
    assert renewed[1] in browser.get(f"/staff/complaints/{ref[1]}/receipt"), "the new one, which alone opens it"
    with time_machine.travel(NOW + timedelta(minutes=16)):
        late = received.enter("intake")
        assert late.where(f"/staff/complaints/{ref[1]}/receipt").endswith(ref[1])
        assert "/receipt" not in late.get("/staff/complaints/new")


def test_the_slip_with_the_code_speaks_the_language_of_the_complaint(received: House) -> None:
    with received.app.app_context(), transaction() as at:
        at.execute(update(Setting).where(Setting.key == "ASSOCIATION.telephone").values(value="0592 100"))
    browser = received.enter("intake")
    page = browser.post("/staff/complaints/new?lang=zh", 200, **INTAKE | {"lang": "en"}, key="in-english")
    slip = page.partition('<div lang="en">')[2].partition("</section>")[0]
    assert "keep it like a key" in slip
    assert "/track" in slip
    assert "0592 100" in slip
    assert 'src="data:image/png' in slip


def test_a_caller_who_does_not_know_the_lender_is_registered(received: House) -> None:
    browser = received.enter("intake")
    said = {**INTAKE, "how": "UNKNOWN", "value": ""}
    missing = browser.post("/staff/complaints/new", 422, **said | {"how": "NAME"})
    assert "or choose “Not known”." in missing
    page = browser.post("/staff/complaints/new", 200, **said)
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)[1]
    query = select(NamedCompany.how, NamedCompany.value).join(Complaint).where(Complaint.ref == ref)
    assert received.read(lambda at: at.execute(query).all()) == [("UNKNOWN", "投诉人不清楚")], (
        "in the person's language"
    )
    assert "not known to the person who complains" in browser.get("/staff?view=open"), "read in that of staff"
    twice = browser.post("/staff/complaints/new", 422, **said, stop_number="99")
    assert "Write one whole telephone number" not in twice, "what is wrong is said once"
    browser.post("/staff/complaints/new", 200, **said, firm="海石催收服务有限公司")


def test_two_who_complain_together_are_named_in_letters_as_they_write_themselves_and_hidden_in_copies(
    received: House,
) -> None:
    browser = received.enter("intake")
    both = {"name": "Łukasz Dvořák", "together": "İpek Çelik", "facts": "Łukasz Dvořák and I, İpek Çelik, were called."}
    wrong = browser.post("/staff/complaints/new", 422, **INTAKE, name="مريم")
    assert "Name: Letters can&#39;t show “م”" in wrong
    assert "U+" not in wrong
    page = browser.post("/staff/complaints/new", 200, **INTAKE | both)
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)[1]
    with received.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.ref == ref)).one()
        told = last_document(at, ["D01"], "complaint", it.id).paper["head"]
        assert told["recipient_name"] == "Łukasz Dvořák and İpek Çelik"
        assert not re.search("Dvořák|Çelik", copies.draft(it))
    shown = browser.get(f"/staff/complaints/{ref}")
    assert not re.search("Dvořák|Çelik", shown)


def test_good_files_stay_where_another_one_or_another_field_is_wrong(received: House) -> None:
    browser = received.enter("intake")
    for more, others in (({}, [(BytesIO(b"no picture"), "fake.jpg")]), ({"facts": "x"}, [])):
        sent = [(BytesIO(picture()), "good.png"), *others]
        page = browser.post("/staff/complaints/new", 422, **INTAKE | more, files=sent)
        [kept] = re.findall(r'name="files" value="(upload:\w+)"', page)
        assert "choose again" not in page
    page = browser.post("/staff/complaints/new", 200, **INTAKE, files=kept)
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)[1]
    named = select(Evidence.name).join(Complaint, Complaint.id == Evidence.complaint_id).where(Complaint.ref == ref)
    assert received.read(lambda at: at.scalars(named).all()) == ["good.png"]


def test_the_time_for_acceptance_counts_from_the_day_on_which_a_letter_arrived(received: House) -> None:
    browser = received.enter("intake")
    late = {**INTAKE, "channel": "LETTER", "conduct_to": "2026-11-18"}
    assert "happened after this day" in browser.post("/staff/complaints/new", 422, **late, came_on="2026-11-17")
    assert "in the future" in browser.post("/staff/complaints/new", 422, **late, came_on="2026-11-26")
    page = browser.post("/staff/complaints/new", 200, **late, came_on="2026-11-20")
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)[1]
    with received.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.ref == ref)).one()
        (clock,) = of(at, ("complaint", it.id))
        assert (clock.key, clock.day0, clock.due_on) == ("K01", date(2026, 11, 20), date(2026, 11, 27))
        assert (it.received_on, day_of(it.received_at)) == (date(2026, 11, 20), day_of(NOW))
        told = last_document(at, ["D01"], "complaint", it.id).paper["paper"]
        assert "2026年11月20日" in json.dumps(told, ensure_ascii=False)
    assert "received on 20 November 2026" in browser.get(f"/staff/complaints/{ref}")
    line = re.search(rf"<tr>(?:(?!</tr>).)*{ref}.*?</tr>", browser.get("/staff?view=open&sort=-received"), re.DOTALL)
    assert line is not None
    assert "25 Nov <small>came 20 Nov</small>" in line[0], "by the day that gives the order, and the other beside it"
    over = {**late, "conduct_from": "2026-10-01", "conduct_to": "2026-10-05", "came_on": "2026-10-12"}
    assert "check the year" in browser.post("/staff/complaints/new", 422, **over)
    over["long_ago"] = "y"
    assert "data-copy" in browser.post("/staff/complaints/new", 200, **over), "late, and not refused for it"


def test_a_stop_contact_request_in_a_letter_counts_from_the_day_on_which_the_letter_arrived(received: House) -> None:
    said = {**INTAKE, "channel": "LETTER", "stop_number": "13900005678", "stop_own": "y", "came_on": "2026-11-20"}
    browser = received.enter("intake")
    page = browser.post("/staff/complaints/new", 200, **said)
    assert "was to be passed on by 23 November 2026" in page, "it is late when it is entered"
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)[1]
    address, more = f"/staff/stop-contacts/new/{ref}", {"number": "13900005679", "own": "y"}
    assert "before the complaint itself" in browser.post(address, 422, **more, came_on="2026-11-19")
    browser.post(address, **more, came_on="2026-11-21")
    later = browser.get(f"/staff/complaints/{ref}")
    assert "was to be passed on by 23 November 2026" in later
    with received.app.app_context(), transaction() as at:
        found = at.scalars(select(StopContact).order_by(StopContact.id)).all()
        clocks = [clock for it in found for clock in of(at, ("stop_contact", it.id))]
        days, last = [date(2026, 11, 20), date(2026, 11, 21)], date(2026, 11, 23)
        assert [(each.key, each.day0, each.due_on) for each in clocks] == [("K08", day, last) for day in days]
        assert [day_of(each.requested_at) for each in found] == days


def test_a_wrong_day_of_receipt_is_put_right_until_another_letter_goes_out(received: House) -> None:
    browser = received.enter("intake")
    mistyped = {**INTAKE, "channel": "LETTER", "conduct_from": "2026-10-01", "conduct_to": "2026-10-05"}
    page = browser.post("/staff/complaints/new", 200, **mistyped, long_ago="y", came_on="2026-10-20")
    ref = re.search(r"/staff/complaints/(TS2026-\w{6})", page)[1]
    url, it = f"/staff/complaints/{ref}/note/day", select(Complaint).where(Complaint.ref == ref)
    with received.app.app_context():
        list(sweep(NOW))
    with received.app.app_context(), transaction() as at:
        number, version = (found := at.scalars(it).one()).id, found.version
        (clock,) = of(at, ("complaint", number))
        assert (clock.how, clock.day0) == (ClockEnd.EXPIRED, date(2026, 10, 20))
    alerts = select(Task.done_at.is_(None)).where(Task.kind == "clock_ended:K01", Task.subject_id == number)
    assert received.read(lambda at: at.scalars(alerts).all()) == [True]
    right = {"day": "2026-11-20", "why": "来信邮戳", "version": version}
    received.enter("officer").post(url, 403, **right)
    assert "check the year" in browser.post(url, 422, **right | {"day": "2026-10-18"})
    browser.post(url, **right)
    browser.post(url, 409, **right | {"day": "2026-11-19"})
    with received.app.app_context(), transaction() as at:
        (clock,) = of(at, ("complaint", number))
        assert (clock.state, clock.day0, clock.due_on) == (ClockState.RUNNING, date(2026, 11, 20), date(2026, 11, 27))
        assert at.scalars(select(QueueEntry.due_on).where(QueueEntry.complaint_id == number)).all() == [clock.due_on]
        told = at.scalars(select(Message.body).where(Message.complaint_id == number)).one()
        assert "由2026年10月20日更正为2026年11月20日" in told
        noted = at.scalars(select(JournalEntry.changes).where(JournalEntry.row == "day.corrected")).one()
        assert noted == {"was": "2026-10-20", "day": "2026-11-20", "why": "来信邮戳"}
    assert received.read(lambda at: at.scalars(alerts).all()) == [False]
    again = {"why": "再次核对", "version": received.read(lambda at: at.scalars(it).one().version)}
    browser.post(url, **again, day="2026-11-18")
    with received.app.app_context(), transaction() as at:
        (clock,) = of(at, ("complaint", number))
        assert (clock.day0, clock.due_on) == (date(2026, 11, 18), date(2026, 11, 27)), (
            "what was told is not moved earlier"
        )
    assert "on which day it came" in browser.get(f"/staff/complaints/{ref}")
    browser.do(ref, "ask_info", missing="请补充通话录音")
    assert "on which day it came" not in browser.get(f"/staff/complaints/{ref}")
    assert "acceptance check is over" in browser.post(url, 409, day="2026-11-19", why="x")


def test_a_complaint_with_a_day_in_the_future_is_refused_beside_the_field(received: House) -> None:
    page = received.enter("intake").post("/staff/complaints/new", 422, **INTAKE | {"conduct_to": "2027-01-01"})
    assert 'id="conduct_to-error"' in page
    assert "每天多次致电我的同事，告知欠款。</textarea>" in page


def test_no_browser_keeps_and_offers_what_staff_type_of_others(received: House) -> None:
    browser = received.enter("intake")
    for path in ("/staff/complaints/new", "/staff", "/staff/cases"):
        lines = re.findall(r'<input [^>]*type="(?:text|tel|email|search)"[^>]*>', browser.get(path))
        assert lines
        assert [each for each in lines if 'autocomplete="off"' not in each] == []


def test_what_staff_note_of_a_person_is_checked_as_what_the_person_types(received: House) -> None:
    browser = received.enter("intake")
    wrong = {
        "contact": "not a mail",
        "number": "abc<script>",
        "id_no": "123",
        "conduct_from": "1969-11-01",
        "conduct_to": "1969-10-01",
    }
    page = browser.post("/staff/complaints/new", 422, **INTAKE | wrong)
    assert not [name for name in wrong if f'id="{name}-error"' not in page]
    assert "The last day lies before the first." in page
    right = {"contact": "0592-5550123", "number": "95588", "id_no": "110105194912310021"}
    assert "does not fit the others: please check it." in browser.post("/staff/complaints/new", 200, **INTAKE | right)


def test_an_answer_on_paper_is_entered_where_the_company_can_send_nothing_in_the_portal(house: House) -> None:
    forwarded = fill(house, lambda desk: {"id": desk.forwarded().id})
    browser, number = forwarded.enter("intake"), forwarded.read(lambda at: at.scalar(select(Forwarding.id)))
    page, words = f"/staff/forwardings/{number}", "Enter an answer that came on paper"
    assert words not in browser.get(page)
    assert "This company answers in the portal itself." in browser.get(page)
    with forwarded.app.app_context(), transaction() as at:
        at.execute(update(Account).where(Account.party_id.is_not(None)).values(invited=True))
    assert words in browser.get(page), "nobody who signs for it has come"
    with forwarded.app.app_context(), transaction() as at:
        at.execute(update(Account).values(invited=False))
        at.execute(update(ServiceAddress).values(electronic=False))
    assert words in browser.get(page)
    assert "answers in the portal itself" not in browser.get(page)
    days = dict.fromkeys(("received_on", "arrived_on"), f"{day_of(NOW)}")
    sent = {**days, "signed_by": "周岚", "text": "共致电三次。", "outcome": "EXPLAINED"}
    form, said = f"{page}/do/answer", {**sent, "to_complainant": "我司已停止联系。"}
    assert f'value="{day_of(NOW)}"' not in browser.get(form), "whether it is late goes by this day: nobody assumes it"
    assert "Say on which day it was handed over" in browser.post(form, 422, **{**said, "received_on": ""})
    browser.post(f"{page}/do/answer", 422, **sent, to_complainant="")
    served = forwarded.read(lambda at: at.scalar(select(Service.served_on).where(Service.served_on.is_not(None))))
    earlier = {"received_on": f"{served - timedelta(days=1)}"}
    assert "the letter was not served yet" in browser.post(form, 422, **{**said, **earlier})
    due = forwarded.read(lambda at: of(at, ("forwarding", number))[-1].due_on)
    last = f"The last day for it: {due.day} {due:%B %Y}"
    assert last in browser.get(form)
    browser.post(form, **said)
    assert f"It counts as in time. {last}" in browser.get(page)
    assert forwarded.read(lambda at: at.scalar(select(Forwarding.state))) == "ANSWERED"
    told = f"handed over or posted on {day_of(NOW).day} {day_of(NOW):%B %Y}"
    assert browser.get(page).count(told) == 2, "beside the answer and in what happened"
    assert told in forwarded.enter("lead").get(f"/portal/forwardings/{number}"), "and to the company"


def test_terms_agreed_to_in_a_letter_are_entered_from_the_page_of_the_complaint(house: House) -> None:
    forwarded = fill(house, lambda desk: {"ref": desk.forwarded().complaint.ref})
    officer, page = forwarded.enter("officer"), f"/staff/complaints/{forwarded.made['ref']}"
    words, form = "Enter terms that a company agrees to on paper", f"{page}/note/terms-on-paper"
    assert words not in officer.get(page)
    with forwarded.app.app_context(), transaction() as at:
        at.execute(update(ServiceAddress).values(electronic=False))
    assert words in officer.get(page)
    number = forwarded.read(lambda at: at.scalar(select(Forwarding.id)))
    assert "青屿消费金融有限公司" in forwarded.enter("officer", "zh").get(form)
    said = {"company": f"{number}", "received_on": f"{day_of(NOW)}", "terms": "停止联系同事。", "warned": "y"}
    assert "Say who signed it." in officer.post(form, 422, **said)
    officer.post(form, **said, signed_by="周岚")
    assert "停止联系同事。" in officer.get(page)


def test_a_refused_form_sent_again_from_where_it_was_brings_its_file_once(received: House) -> None:
    browser = received.enter("intake")
    for brought in (1, 1, 2):
        said = INTAKE | {"facts": "", "files": (BytesIO(picture()), f"{brought}.png"), "key": "from-the-page-before"}
        page = browser.post("/staff/complaints/new", 422, **said)
        assert 'value="upload:' in page
        assert received.read(lambda at: at.scalar(select(func.count()).select_from(Upload))) == brought
    again = INTAKE | {"files": (BytesIO(picture()), "2.png"), "key": "from-another-page"}
    browser.post("/staff/complaints/new", 422, **again | {"facts": ""})
    assert received.read(lambda at: at.scalar(select(func.count()).select_from(Upload))) == 3, "each form has its own"


def test_a_refused_form_pressed_twice_at_once_brings_its_file_once(received: House) -> None:
    browser, pages, content = received.enter("intake"), [], picture()

    def send() -> None:
        said = INTAKE | {"facts": "", "files": (BytesIO(content), "1.png"), "key": "pressed-in-haste"}
        pages.append(browser.post("/staff/complaints/new", 422, **said))

    send()
    token = re.search(r'value="upload:([0-9a-f]{32})"', pages[0])[1]
    with received.app.app_context(), transaction() as at:
        owner = at.get_one(Upload, token).owner
        uploads.drop(at, [token], owner=owner)
    other = Thread(target=send)
    with received.app.app_context(), transaction() as at:
        uploads.alone(at, token)
        uploads.begin(at, "1.png", len(content), owner=owner, address="", now=NOW, token=token)
        uploads.go_on(at, token, 0, content, owner=owner, now=NOW)
        other.start()
        waits_for(at, other)
    other.join()
    assert len(pages) == 2, "and no page of a fault"
    assert f'value="upload:{token}"' in pages[-1]
