"""What a company's people see and do in the portal: their own rows only, together, with nothing lost."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from admin import forgetting
from casework import complaints, forwardings, settlements
from casework.models import Answer, Forwarding
from casework.models_cases import CaseTrack, Evidence
from core import clock, outbox
from core.db import transaction
from filestore import files
from notices import serving
from notices.models import Service
from portal import company_archives
from registry.models import ServiceAddress
from registry.models_accounts import Account
from sanctions import rounds
from sanctions.models_publications import Publication
from tests.builders import Desk, account, person_of, rendered
from tests.builders_cases import actor
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.portal.house import ANSWER, BEGUN, Enter, Sent, address, arrived, case, enter, opened, sent, today
from tests.sanctions.chain import Chain

__all__ = ["enter", "sent", "today"]
WAITING_TERMS = "Terms of a settlement wait for your agreement"


def test_before_opening_there_is_a_period_and_afterwards_a_date(enter: Enter, sent: Sent) -> None:
    browser = enter(sent.lead)
    assert "15 days from the day after it is opened or served" in browser.get("/portal/")
    before = browser.get(address(sent))
    assert "15 days from the day after it is opened or served" in before
    assert "告知其欠款" not in before
    arrived(browser, address(sent))
    after = browser.get(address(sent))
    assert "until 10 December 2026, 24:00" in after
    assert "告知其欠款" in after
    assert "Service of the forwarding, or its passing on to a successor: not counted" in after


def test_a_letter_says_when_and_by_whom_it_was_opened(app: Flask, enter: Enter, sent: Sent) -> None:
    with app.app_context(), transaction() as at:
        service = at.scalars(select(Service).where(Service.state == "READY", Service.party_id.is_not(None))).one()
        serving.onward(at, service, NOW)
        letter = f"/portal/notices/{service.document_id}"
    browser = enter(sent.member)
    assert "First opened" not in browser.get(letter)
    browser.post(f"{letter}/open")
    shown = enter(sent.lead).get(letter)
    assert re.search(r"First opened</dt><dd><time [^>]*>25 November 2026 10:\d\d</time> · 青屿经办</dd>", shown), shown


def test_every_page_names_the_company_in_the_readers_language(app: Flask, enter: Enter, sent: Sent) -> None:
    with app.app_context(), transaction() as at:
        company = at.get_one(Account, sent.lead).party
        assert company is not None
        company.name_en = "Qingyu <Consumer> Finance"
        chinese = company.name_zh
    lead = enter(sent.lead)
    for page in ("/portal/", "/portal/notices/", address(sent)):
        head = lead.get(page).partition("</header>")[0]
        assert ">Qingyu &lt;Consumer&gt; Finance</small>" in head
        assert f">{chinese}</small>" in lead.get(f"{page}?lang=zh").partition("</header>")[0]
        lead.client.set_cookie("lang", "en")


def test_wherever_an_answer_is_written_its_last_day_is_in_sight(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    for page in ("answer", "answer/check", "not-ours", "more-time"):
        shown = lead.get(address(sent, page))
        assert "until 10 December 2026, 24:00" in shown, page
        assert "15 days left" in shown, page
    write = lead.get(address(sent, "answer"))
    lines = re.search(r'<ul class="time-lines">.*?</ul>', write, re.DOTALL)
    assert lines is not None
    assert "until 10 December 2026, 24:00" in lines[0], "on a phone it stands above what is written"
    assert lines.end() < write.index('id="write"')


def test_what_was_written_can_be_read_after_the_matter_has_ended(app: Flask, enter: Enter, sent: Sent) -> None:
    member = enter(sent.member)
    assert "The answer that was begun" not in member.get(address(sent))
    opened(enter, sent)
    member.post(address(sent, "answer"), **ANSWER, seen="0", act="save")
    with app.app_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number).complaint
        settlements.propose(at, it, "停止联系", actor=person_of(it), now=clock.now())
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=clock.now())
    assert WAITING_TERMS not in member.get("/portal/")
    page = member.get(address(sent))
    assert "The answer that was begun" in page
    assert f'href="{address(sent, "answer")}"' in page
    for each in ("answer", "answer/check"):
        page = member.get(address(sent, each))
        assert ANSWER["to_complainant"] in page
        assert "Nothing more is expected of you." in page
        assert ("data-off>Send the answer" in page) == (each == "answer/check")
    enter(sent.stranger).get(address(sent, "answer"), 404)


@pytest.mark.parametrize("online", [True, False])
def test_a_letter_is_opened_only_where_it_does_not_come_on_paper(app: Flask, enter: Enter, online: bool) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        if not online:
            at.execute(delete(ServiceAddress))
            at.expire_all()
        it = desk.accepted().forwardings[0]
        for service in at.scalars(select(Service).where(Service.party_id == desk.lender.id)):
            rendered(at, service.document, BEGUN)
            serving.onward(at, service, BEGUN)
        number, lead = it.id, desk.lead.id or 0
    browser = enter(lead)
    home, page = browser.get("/portal/"), browser.get(f"/portal/forwardings/{number}")
    for words in ("Open the letter and answer it", "A letter waits to be opened", "your answer counts from tomorrow"):
        assert (words in home + page) == online
    for words in ("Answer the letter that comes on paper", "A letter comes to you on paper", "day after its arrival"):
        assert (words in home + page) != online


def test_another_company_finds_nothing(enter: Enter, sent: Sent) -> None:
    stranger = enter(sent.stranger)
    for page in (address(sent), address(sent, "answer"), address(sent, "answer", "check"), address(sent, "not-ours")):
        stranger.get(page, 404)
    stranger.get(f"/portal/files/{sent.shared}", 404)
    assert "TS2026" not in stranger.get("/portal/forwardings/")


def test_a_file_is_shown_only_as_the_complainant_agreed(enter: Enter, sent: Sent) -> None:
    enter(sent.lead).get(f"/portal/files/{sent.shared}", 404)  # the letter was not opened yet
    browser = opened(enter, sent)
    page = browser.get(address(sent))
    assert "沈若禾" not in page
    answer = browser.client.get(f"/portal/files/{sent.shared}")
    assert answer.status_code == 200
    assert re.search(r"filename=file-[0-9a-f]{8}\.png", answer.headers["Content-Disposition"])
    browser.get(f"/portal/files/{sent.kept}", 404)


def test_a_company_is_given_no_copy_as_an_earlier_stripper_made_it(app: Flask, enter: Enter, sent: Sent) -> None:
    browser = opened(enter, sent)
    with app.app_context(), transaction() as at:
        old = files.keep_made(at, made.photograph(), "copy", "image/jpeg").sha256
        it = at.get_one(Evidence, sent.shared)
        it.stripped_sha256, it.media_type = old, "image/jpeg"
    given = browser.client.get(f"/portal/files/{sent.shared}")
    assert (given.status_code, made.PLACE.encode() in given.data) == (200, False)
    assert old[:8] in given.headers["Content-Disposition"], "under the name by which the letter lists it"


def test_once_a_covered_copy_is_confirmed_the_company_reads_that_one(app: Flask, enter: Enter, sent: Sent) -> None:
    browser = opened(enter, sent)
    before = browser.client.get(f"/portal/files/{sent.shared}")
    with app.app_context(), transaction() as at:
        covered = files.stripped(at, files.keep(at, BytesIO(made.pdf()), "盖.pdf").sha256)
        it, people = at.get_one(Evidence, sent.shared), list(at.scalars(select(Account.id).limit(2)))
        it.covered_sha256, it.covered_type, it.covered_size = covered.sha256, covered.media_type, covered.size
        it.covered_by, it.covered_at = people[0], NOW
        at.flush()
        digest = covered.sha256
    assert browser.client.get(f"/portal/files/{sent.shared}").data == before.data, "nobody looked through it yet"
    with app.app_context(), transaction() as at:
        it = at.get_one(Evidence, sent.shared)
        it.cover_checked_by, it.cover_checked_at = people[1], NOW
    after = browser.client.get(f"/portal/files/{sent.shared}")
    assert hashlib.sha256(after.data).hexdigest() == digest
    name = re.search(r"filename=(file-[0-9a-f]{8})\.", before.headers["Content-Disposition"])
    assert name is not None
    assert f"{name[1]}.pdf" in after.headers["Content-Disposition"]


def test_a_member_drafts_and_the_lead_sends(app: Flask, enter: Enter, sent: Sent) -> None:
    lead, member = opened(enter, sent), enter(sent.member)
    member.post(address(sent, "answer"), **ANSWER, seen="0", act="look", files=(BytesIO(made.picture()), "记录.png"))
    check = member.get(address(sent, "answer", "check"))
    assert "Only an authorised person of your company can submit this" in check
    refused = member.post(address(sent, "answer", "check"), 403, seen="1", warned="y", general="y")
    assert ANSWER["to_complainant"] in refused
    assert ANSWER["to_association"] in lead.get(address(sent, "answer"))
    lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
    with app.app_context(), transaction() as at:
        answer = at.scalars(select(Answer)).one()
        assert (answer.to_complainant, answer.timely) == (ANSWER["to_complainant"], True)
        assert at.scalars(select(Evidence.name).where(Evidence.purpose == "ANSWER")).all() == ["记录.png"]
    lead.get(address(sent, "answer"), 302)
    assert "Draft of your company" not in lead.get(address(sent))


def test_a_stamped_reply_is_a_kind_of_its_own_and_shown_so_to_both_sides(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    assert "Allowed: JPG, PNG, GIF, WEBP, HEIC, PDF." in lead.get(address(sent, "answer"))
    table = {"files_stamped": (BytesIO("日期,次数".encode()), "答复.csv")}
    refused = lead.post(address(sent, "answer"), 422, **ANSWER, seen="0", act="look", **table)
    assert "“答复.csv” is not a type of file that can be kept. Allowed are: JPG" in refused
    brought = {"files": (BytesIO(made.picture()), "记录.png"), "files_stamped": (BytesIO(made.pdf()), "盖章答复.pdf")}
    lead.post(address(sent, "answer"), **ANSWER, seen="1", act="look", **brought)
    assert lead.get(address(sent, "answer", "check")).count("Stamped answer") == 1
    lead.post(address(sent, "answer", "check"), seen="2", warned="y", general="y")
    assert lead.get(address(sent)).count("Stamped answer") == 1
    with app.app_context(), transaction() as at:
        kept = at.scalars(select(Evidence).where(Evidence.forwarding_id == sent.number).order_by(Evidence.id)).all()
        assert [(each.name, each.purpose) for each in kept] == [("记录.png", "ANSWER"), ("盖章答复.pdf", "STAMPED")]
        officer = account(at, "经办人", "officer").id
        ref = at.get_one(Forwarding, sent.number).complaint.ref
    assert enter(officer).get(f"/staff/complaints/{ref}").count("Stamped answer") == 1


def test_nothing_is_sent_before_the_text_for_a_stranger_to_the_debt_was_checked(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    assert "The complainant is not the borrower" in lead.get(address(sent, "answer", "check"))
    assert "No sum and no word for a debt" in lead.get(address(sent, "answer", "check"))
    assert "Confirm that the text shows nothing" in lead.post(address(sent, "answer", "check"), 422, seen="1")


def test_a_sum_is_marked_where_the_lead_looks_at_the_text_for_a_stranger_to_the_debt(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), **ANSWER | {"to_complainant": "他欠的3,200元已还清。"}, seen="0", act="look")
    page = lead.get(address(sent, "answer", "check"))
    assert '<mark class="shows-debt">3,200元</mark>' in page
    assert "3 places are marked" in page


def test_a_colleague_s_text_is_never_overwritten(enter: Enter, sent: Sent) -> None:
    lead, member = opened(enter, sent), enter(sent.member)
    member.post(address(sent, "answer"), **ANSWER, seen="0", act="save")
    mine = {**ANSWER, "to_association": "我写的另一段。"}
    page = lead.post(address(sent, "answer"), 409, **mine, seen="0", act="save")
    assert "青屿经办 saved this draft" in page
    assert "我写的另一段。" in page
    assert ANSWER["to_association"] in page


def test_a_draft_that_cannot_be_kept_names_what_is_wrong_and_not_what_is_unfinished(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    page = lead.post(address(sent, "answer"), 422, to_complainant="长" * 5001, seen="0", act="save")
    assert "There is 1 thing to put right" in page
    assert "Choose an outcome." not in page


def test_what_was_looked_at_is_what_is_sent(app: Flask, enter: Enter, sent: Sent) -> None:
    lead, member = opened(enter, sent), enter(sent.member)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    member.post(address(sent, "answer"), **{**ANSWER, "to_complainant": "改过了。"}, seen="1", act="save")
    page = lead.post(address(sent, "answer", "check"), 409, seen="1", warned="y", general="y")
    assert "改过了。" in page
    assert "Nothing was sent: the text as it is now" in page
    with app.app_context(), transaction() as at:
        assert not at.scalars(select(Answer)).all()


def test_a_half_written_draft_is_kept_and_cannot_be_sent(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), to_association="开头", seen="0", act="save")
    assert "开头" in lead.get(address(sent, "answer"))
    assert "Choose an outcome." in lead.post(address(sent, "answer", "check"), 422, seen="1", warned="y", general="y")
    refused = lead.post(address(sent, "answer"), 422, to_association="开头，续", seen="1", act="look")
    assert "Write the text for the complainant." in refused  # and what was typed is not lost by going elsewhere
    assert "开头，续</textarea>" in lead.get(address(sent, "answer"))


def test_a_good_file_stays_in_the_draft_when_another_one_is_refused(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    brought = [(BytesIO(made.picture()), "记录.png"), (BytesIO(b"PK\x05\x06" + bytes(18)), "记录.zip")]
    page = lead.post(address(sent, "answer"), 422, **ANSWER, seen="0", act="look", files=brought)
    assert "记录.zip" in page
    assert "Allowed: JPG" in lead.get(address(sent, "answer"))
    assert "Remove “记录.png”" in page
    assert 'name="seen" type="hidden" value="1"' in page
    lead.post(address(sent, "answer"), **ANSWER, seen="1", act="look")
    assert "记录.png" in lead.get(address(sent, "answer", "check"))
    late = {"seen": "0", "act": "look", "files": (BytesIO(made.pdf()), "另一份.pdf")}
    assert "<p>另一份.pdf <small>" in lead.post(address(sent, "answer"), 409, **ANSWER, **late)


def stored(app: Flask, name: str) -> bool:
    """Whether the bytes of a file that a draft brought are still in the store."""
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            return at.get(files.StoredFile, hashlib.sha256(name.encode()).hexdigest()) is not None


def test_what_a_draft_no_longer_holds_leaves_the_store(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    brought = [(BytesIO(name.encode()), f"{name}.txt") for name in ("first", "second")]
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="save", files=brought)
    taken_out = f":{hashlib.sha256(b'first').hexdigest()}"
    lead.post(address(sent, "answer"), **ANSWER, seen="1", act="save", gone=[taken_out])
    assert [stored(app, name) for name in ("first", "second")] == [False, True]
    for days, there in ((179, True), (181, False)):
        with app.app_context(), transaction() as at:
            forgetting.forget_old(at, clock.now() + timedelta(days=days))
        assert stored(app, "second") is there, days


def test_what_was_sent_from_a_draft_stays_in_the_store(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look", files=[(BytesIO(b"first"), "first.txt")])
    lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
    assert stored(app, "first")


def test_two_people_send_and_the_second_is_told(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    with app.app_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number)
        person = actor(at.get_one(Account, sent.lead))
        forwardings.answer(at, it, **ANSWER, actor=person, now=clock.now())
    page = lead.post(address(sent, "answer", "check"), 409, seen="1", warned="y", general="y", version="1")
    assert "Somebody else changed this" in page
    assert ANSWER["to_complainant"] in page


def test_the_outcome_and_the_number_of_a_matter_are_called_the_same_wherever_they_stand(
    enter: Enter, sent: Sent
) -> None:
    lead = opened(enter, sent)
    lead.client.set_cookie("lang", "zh")
    assert "已说明（未发现违规）" in lead.get(address(sent, "answer"))
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    assert "已说明（未发现违规）" in lead.get(address(sent, "answer", "check"))
    assert "投诉正文中的个人信息已隐去" in lead.get(address(sent))
    listed = lead.get("/portal/forwardings/")
    assert ">编号</th>" in listed
    assert "未办结" in listed
    assert "打开" not in listed


def test_a_late_answer_is_taken_and_marked(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    with time_machine.travel(NOW + timedelta(days=20)):
        lead = enter(sent.lead)
        lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
        lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
        assert "late" in lead.get(address(sent))
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Answer.timely)).all() == [False]


def test_more_time_is_asked_for_with_a_reason(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    assert re.search(
        r"At most 30 days in all can be given now, which would end on .{6,30}", lead.get(address(sent, "more-time"))
    )
    assert "Say why more time is needed." in lead.post(address(sent, "more-time"), 422, why="")
    lead.post(address(sent, "more-time"), why="等待录音")
    page = lead.get(address(sent))
    told = receipt(lead.client, page, "more-time")
    assert digest("等待录音") in told
    assert "Sentby—" not in told
    assert "has no effect. Your reason: 等待录音</p>" in page, "nothing is joined to words without a full stop"
    assert "You have already asked for more time." in page
    assert "You asked for more time" in lead.get("/portal/")


def test_what_became_of_a_request_for_more_time_stays_with_its_reason_and_stands_in_the_inbox(
    app: Flask, enter: Enter, sent: Sent
) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "more-time"), why="等待录音")
    with app.test_request_context(), transaction() as at:
        desk, it = Desk(at, NOW), at.get_one(Forwarding, sent.number)
        forwardings.refuse_time(at, it, why="期限足够", actor=desk.head, now=clock.now())
        asked = company_archives.Asked(it.party_id, None, "en")
        (kept,) = company_archives.requests(at, asked)
        assert kept.text.startswith("等待录音\n\n")
        assert "期限足够" in kept.text
    page = lead.get(address(sent))
    assert digest("等待录音") in receipt(lead.client, page, "more-time")
    for words in ("Your requests for more time", "等待录音", "not granted · ", "期限足够"):
        assert words in page
    assert "Your request for more time is answered" in lead.get("/portal/")
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
    assert "等待录音" in lead.get(address(sent))
    assert "Your request for more time is answered" not in lead.get("/portal/")
    with app.test_request_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number)
        forwardings.send_back(at, it, gaps=["通话记录未附"], actor=desk.officer, now=clock.now())
    assert "Your request for more time is answered" not in lead.get("/portal/"), "it was of the first round"


def test_a_refusal_of_more_time_is_news_for_two_weeks(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    lead.post(address(sent, "more-time"), why="等待录音")
    with app.test_request_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number)
        forwardings.refuse_time(at, it, why="期限足够", actor=Desk(at, NOW).head, now=clock.now())
    for days, told in ((13, True), (15, False)):
        with time_machine.travel(NOW + timedelta(days=days)):
            assert ("Your request for more time is answered" in enter(sent.lead).get("/portal/")) is told


def test_a_forwarding_can_be_returned(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    assert "Tick the box to return" in lead.post(address(sent, "not-ours"), 422, why="没有这个产品")
    assert "Returned by you" not in lead.get(address(sent))
    lead.post(address(sent, "not-ours"), why="没有这个产品", confirmed="y")
    assert "Returned by you" in lead.get(address(sent))


def test_without_a_service_address_the_lead_is_told(app: Flask, enter: Enter, sent: Sent) -> None:
    with app.app_context(), transaction() as at:
        person = at.get_one(Account, sent.lead)
        at.delete(at.scalars(select(ServiceAddress).where(ServiceAddress.party_id == person.party_id)).one())
    home = enter(sent.lead).get("/portal/")
    assert "Confirm the service address" in home
    assert "count from the day after the letter arrives" in home
    assert "please remind that person" in enter(sent.member).get("/portal/")


def test_a_case_is_seen_by_its_company_alone_and_only_once_filed(app: Flask, enter: Enter) -> None:
    filed = case(app, lambda chain: chain.filed())
    assert "Case filed" in enter(filed.lead).get(filed.at())
    assert "已转为案件" not in enter(filed.lead).get(f"{filed.at()}?lang=zh"), "the word for a complaint"
    enter(filed.stranger).get(filed.at(), 404)
    screening = case(app, lambda chain: chain.case(chain.complaint(codes=("V-T01",))).tracks[0])
    enter(screening.lead).get(screening.at(), 404)


def test_allegations_stand_as_in_the_notices_once_opened(app: Flask, enter: Enter) -> None:
    filed = case(app, lambda chain: chain.filed())
    lead = enter(filed.lead)
    assert "10月7日至10日" not in lead.get(filed.at())
    with app.app_context(), transaction() as at:
        for service in at.scalars(select(Service)):
            rendered(at, service.document, NOW)
            service.state = "AVAILABLE"
    assert "Open a notice" in lead.get(filed.at()), "before anything else"
    arrived(lead, filed.at())
    assert "10月7日至10日" in lead.get(filed.at())
    assert "Open a notice" not in lead.get(filed.at())


def test_circulars_are_for_members(app: Flask, enter: Enter) -> None:
    def circulated(chain: Chain) -> CaseTrack:
        track = chain.executing([1, 4])
        publication = rounds.publication(chain.session, track)
        assert publication is not None
        chain.publish(publication, chain.later(11))
        return track

    it = case(app, circulated)
    with app.app_context(), transaction() as at:
        slug = at.scalars(select(Publication.slug)).one()
    lead, firm = enter(it.lead), enter(it.stranger)
    assert slug in lead.get("/portal/circulars/")
    assert "青屿消费金融有限公司" in lead.get(f"/portal/circulars/{slug}")
    assert slug not in firm.get("/portal/circulars/")
    firm.get(f"/portal/circulars/{slug}", 404)


def test_every_page_is_in_both_languages(app: Flask, enter: Enter) -> None:
    it = case(app, lambda chain: chain.executing([1, 2, 3]))
    lead = enter(it.lead)
    for page in ("/portal/", "/portal/forwardings/", "/portal/cases/", it.at(), it.at("report"), it.at("training")):
        assert 'lang="zh-CN"' in lead.get(f"{page}?lang=zh")
        assert 'lang="en"' in lead.get(f"{page}?lang=en")
