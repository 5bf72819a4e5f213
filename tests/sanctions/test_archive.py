"""Into the archive goes a file that is whole, bound and at rest; its volumes say what they hold."""

from datetime import datetime
from io import BytesIO
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, complaints, evidence, forwardings, stop_contacts, triage
from casework.intake import EvidenceFile
from casework.models import Complaint, Forwarding, Task
from casework.models_cases import CaseTrack, Evidence
from core.clock import day_of
from core.errors import NotAllowed, NotNow
from core.machine import Ask
from filestore import files
from notices import queries as notices
from notices import serving
from notices.bundle_papers import PDF
from notices.models import Document, Service
from notices.models_archive import ArchiveVolume
from notices.papers import day_text
from notices.states import SERVICE
from registry import clocks
from registry.models_accounts import Account
from registry.models_clocks import ClockState
from sanctions import (
    bulletin_corrections,
    bulletins,
    bundle_contents,
    corrections,
    policies_archives,
    queries_volumes,
    review_bodies,
    reviews,
    rounds,
    verifications,
    volumes,
)
from tests.builders import Desk, person_of, rendered
from tests.builders_cases import actor
from tests.filestore import making_files as made
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _closed(chain: Chain, *, public: bool = False) -> CaseTrack:
    """Carried out, verified and closed; the last letters served, the time for a review over."""
    track = chain.executing([1, 5], "V-I02") if public else chain.executing([1])
    if (publication := rounds.publication(chain.session, track)) is not None:
        chain.publish(publication, chain.later(10))
    chain.report(track)
    chain.verify(track)
    verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    chain.serve(track, "D24", chain.later(22))
    review = clocks.live(chain.session, "K20", ("track", track.id))
    if review is not None:
        ask = Ask(chain.session, track, actor(chain.officer), {}, chain.later(30))
        clocks.keeper.stop(ask, "K20", ("track", track.id))
    _made(chain)
    return track


def _made(chain: Chain) -> None:
    """What the rendering jobs would leave of every document."""
    for document in chain.session.scalars(select(Document).order_by(Document.id)).all():
        rendered(chain.session, document, chain.later(22))
        if document.pdf_sha256 is None:
            document.pdf_sha256, document.pdf_at = "0" * 64, chain.later(22)
        document.pages = 2
    chain.session.flush()


def _received(chain: Chain, complaint: Complaint) -> None:
    for letter in queries_volumes.letters_of(chain.session, complaint).papers:
        for service in letter.services:
            if SERVICE.row(service.state, "acknowledge") is not None:
                SERVICE.carry_out(Ask(chain.session, service, actor(chain.officer), {}, chain.later(32)), "acknowledge")
    _made(chain)


def _bind(chain: Chain, track: CaseTrack) -> list[ArchiveVolume]:
    return volumes.bind(chain.session, track, actor=actor(chain.officer), now=chain.later(30))


def _archive(chain: Chain, track: CaseTrack, days: int = 31) -> None:
    volumes.archive(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(days))


def _titles(bound: ArchiveVolume) -> list[str]:
    return [each.title for each in bound.entries]


def test_volumes_hold_the_file_in_order_with_pages_numbered_through(chain: Chain) -> None:
    track = _closed(chain)
    main, internal, *_rest = _bind(chain, track)
    titles = _titles(main)
    wanted = ["立案通知书", "证据清单", "当事单位书面说明", "自律措施事先告知书", "自律措施决定书", "责令整改通知书"]
    assert [title for title in titles if title in wanted] == wanted
    assert titles[titles.index("自律措施决定书") + 1] == "送达回证"
    assert titles.index("责令整改通知书") < titles.index("整改报告（问题1）") < titles.index("整改验收通知书")
    assert {"线索登记表", "立案审批表", "调查报告", "审议记录", "发文稿纸", "结案报告", "表决票1"} <= set(
        _titles(internal)
    )
    assert not {"调查报告", "审议记录", "结案报告"} & set(titles)
    pages = [(each.first_page, each.pages) for each in main.entries]
    assert all(first + count == following for (first, count), (following, _n) in pairwise(pages))
    assert main.pages == sum(count for _first, count in pages)


def test_no_volume_holds_what_another_respondent_wrote_or_handed_in(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    it = desk.accepted(desk.lender, desk.firm)
    leads = {desk.lender.id: desk.lead, desk.firm.id: desk.firm_lead}
    for sent in it.forwardings:
        desk.serve("forwarding", sent.id, "D05b")
        desk.release(desk.answer(sent))
        desk.serve("forwarding", sent.id, "D39")
    released = [each.id for each in desk.releases(it)]
    complaints.dispute(session, it, releases=released, why="与事实不符", actor=person_of(it), now=now)
    case = cases.open(session, [it], title="", actor=desk.officer, now=now)
    wrote = {each.party_id: {f"answer:{given.id}" for given in each.answers} for each in it.forwardings}
    for track in case.tracks:
        said = {"purpose": "EXPLANATION", "actor": leads[track.party_id], "now": now}
        given = evidence.hand_in(session, track, BytesIO(made.picture()), "截屏.png", **said)  # type: ignore[arg-type]
        wrote[track.party_id].add(f"evidence:{given.id}")
    for track in case.tracks:
        for sheets in (queries_volumes.main(session, track), queries_volumes.internal(session, track)):
            by_respondents = {each.mark for each in sheets if each.mark.startswith(("answer:", "evidence:"))}
            assert by_respondents <= wrote[track.party_id]
        assert wrote[track.party_id] <= {each.mark for each in queries_volumes.main(session, track)}


def test_an_answer_is_bound_with_its_files_and_the_reply_under_seal(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    it = desk.accepted(desk.lender, desk.firm)
    for sent in it.forwardings:
        desk.serve("forwarding", sent.id, "D05b")
        kept = [files.keep_made(session, f"%PDF-1.4 {sent.id} {place}".encode(), "a.pdf", PDF) for place in (1, 2)]
        annex, sealed = (EvidenceFile(each.sha256, "a.pdf", each.media_type, each.size) for each in kept)
        desk.release(desk.answer(sent, files=[annex], stamped=[sealed]))
        desk.serve("forwarding", sent.id, "D39")
    released = [each.id for each in desk.releases(it)]
    complaints.dispute(session, it, releases=released, why="与事实不符", actor=person_of(it), now=now)
    case = cases.open(session, [it], title="", actor=desk.officer, now=now)
    for track in case.tracks:
        pieces = bundle_contents.main(session, track.id).pieces
        [at] = [place for place, each in enumerate(pieces) if each.mark.startswith("answer:")]
        mine = pieces[at : at + 3]
        assert [each.title for each in mine] == ["当事单位答复", "答复附件：电子文件", "当事单位答复（盖章件）"]
        assert {each.section for each in mine} == {"转办与答复"}
        theirs = select(Evidence.sha256).join(Forwarding).where(Forwarding.party_id == track.party_id)
        assert {each.sha256 for each in pieces if each.mark.startswith("evidence:")} == set(session.scalars(theirs))


def test_the_complainants_volume_is_bound_apart(chain: Chain) -> None:
    track = _closed(chain)
    complaint = track.case.complaints[0]
    complaint.state = "CLOSED"
    chain.session.flush()
    bound = _bind(chain, track)
    assert [each.volume for each in bound] == ["main", "internal", "complainant"]
    assert _titles(bound[2])[0] == "投诉登记"
    assert complaint.ref not in str([_titles(each) for each in bound[:2]])


def test_a_letter_by_which_a_number_was_passed_on_is_bound_with_its_complaint(chain: Chain) -> None:
    complaint = _closed(chain).case.complaints[0]
    said = {"actor": actor(chain.officer), "now": chain.now}
    [asked] = stop_contacts.request(chain.session, complaint, number="13800001234", own=True, **said)
    stop_contacts.relay(chain.session, asked, **said)
    letter = notices.last_document(chain.session, ["D33"], "stop_contact", asked.id)
    assert letter is not None
    assert letter.volume == "complainant"
    sheets = queries_volumes.complainant(chain.session, complaint)
    assert (f"document:{letter.id}", "停止联系转告函") in [(each.mark, each.title) for each in sheets]


def test_a_notice_by_publication_is_bound_behind_its_letter_and_its_dispatch_sheet_inside(chain: Chain) -> None:
    track = chain.filed()
    letter = notices.last_document(chain.session, ["D11b"], "track", track.id)
    assert letter is not None
    rendered(chain.session, letter, chain.now)
    service = letter.services[0]
    service.state, service.bounced_at, service.failures = "UNDELIVERED", chain.now, 2
    chain.session.flush()
    serving.step(chain.session, service.id, "post_publicly", actor=actor(chain.head), now=chain.now)
    SERVICE.carry_out(Ask(chain.session, service, actor(chain.lead), {}, chain.later(1)), "open")
    notice = notices.last_document(chain.session, ["D37"], "service", service.id)
    assert notice is not None
    main = queries_volumes.main(chain.session, track)
    assert [each.title for each in main[:3]] == ["立案通知书", "送达公告", "送达回证"]
    assert main[1].mark == f"document:{notice.id}"
    sheet = notices.last_document(chain.session, ["D34"], "approval", notice.dossier_id or 0)
    assert sheet is not None
    assert f"document:{sheet.id}" in [each.mark for each in queries_volumes.internal(chain.session, track)]


def test_a_file_of_which_a_letter_was_made_void_since_is_bound_anew(chain: Chain) -> None:
    track = _closed(chain)
    _bind(chain, track)
    late = notices.last_document(chain.session, ["D24"], "track", track.id)
    assert late is not None
    late.void_at, late.void_reason = chain.later(30), "内容有误"
    chain.session.flush()
    with pytest.raises(NotNow):
        _archive(chain, track)
    main, *_rest = _bind(chain, track)
    assert "整改验收通知书（已作废）" in _titles(main)
    filed = next(each for each in bundle_contents.main(chain.session, track.id).pieces if "已作废" in each.title)
    assert filed.official
    voided = f"本件已于{day_text(day_of(chain.later(30)), 'zh')}作废"
    assert filed.facts == (("状态", voided), ("作废理由", "内容有误"))
    _archive(chain, track)


def test_an_unbound_file_and_one_that_grew_since_stay_out_of_the_archive(chain: Chain) -> None:
    track = _closed(chain)
    with pytest.raises(NotNow):
        _archive(chain, track)
    _bind(chain, track)
    late = notices.last_document(chain.session, ["D24"], "track", track.id)
    assert late is not None
    late.pdf_sha256 = "1" * 64
    chain.session.flush()
    with pytest.raises(NotNow):
        _archive(chain, track)
    _bind(chain, track)
    _archive(chain, track)
    assert track.state == "ARCHIVED"


def test_a_correction_that_is_voted_on_keeps_the_file_out(chain: Chain) -> None:
    track = _closed(chain)
    decision = notices.last_document(chain.session, ["D20"], "track", track.id)
    said = {"wrong": "证据充分", "right": "证据确实、充分", "reason": "漏字", "version": None}
    head = {"actor": actor(chain.head), "now": chain.later(30)}
    put = corrections.put(chain.session, track, document=decision, **said, **head)  # type: ignore[arg-type]
    _bind(chain, track)
    with pytest.raises(NotNow, match="先行表决"):
        _archive(chain, track)
    corrections.withdraw(chain.session, put, **head)  # type: ignore[arg-type]
    _archive(chain, track)
    assert track.state == "ARCHIVED"


def test_a_time_limit_that_runs_keeps_the_file_out(chain: Chain) -> None:
    track = _closed(chain)
    _bind(chain, track)
    ask = Ask(chain.session, track, actor(chain.officer), {}, chain.later(30))
    clocks.keeper.start(ask, "K20", ("track", track.id))
    with pytest.raises(NotNow) as refused:
        _archive(chain, track)
    assert "复核" in str(refused.value.message) or "review" in str(refused.value.message)


def test_a_letter_still_on_its_way_keeps_the_file_out(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    chain.verify(track)
    verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    _made(chain)
    ask = Ask(chain.session, track, actor(chain.officer), {}, chain.later(30))
    clocks.keeper.stop(ask, "K20", ("track", track.id))
    _bind(chain, track)
    with pytest.raises(NotNow):
        _archive(chain, track)
    service = chain.session.scalars(select(Service).join(Service.document).where(Document.kind == "D24")).one()
    SERVICE.carry_out(Ask(chain.session, service, chain.recipient(service), {}, chain.later(31)), "acknowledge")
    _made(chain)
    _bind(chain, track)
    _archive(chain, track, 32)
    assert track.state == "ARCHIVED"


def test_what_was_made_void_before_it_had_a_pdf_is_bound_in_its_place_and_keeps_nothing_out(chain: Chain) -> None:
    track = _closed(chain)
    void = notices.last_document(chain.session, ["D24"], "track", track.id)
    assert void is not None
    void.pdf_sha256 = void.pdf_at = void.pages = None
    chain.session.flush()
    with pytest.raises(NotNow):
        _bind(chain, track)
    void.void_at, void.void_reason = chain.later(23), "内容有误"
    chain.session.flush()
    main, *_rest = _bind(chain, track)
    entry = next(each for each in main.entries if each.mark == f"document:{void.id}")
    assert (entry.title, entry.sha256) == ("整改验收通知书（已作废）", None)
    pieces = {each.mark: each for each in bundle_contents.main(chain.session, track.id).pieces}
    assert pieces[entry.mark].text
    assert "作废" in str(pieces[entry.mark].facts)
    _archive(chain, track)
    assert track.state == "ARCHIVED"


def test_only_officers_archive_and_bind_and_only_what_has_ended(chain: Chain) -> None:
    track = _closed(chain)
    _bind(chain, track)
    with pytest.raises(NotAllowed):
        volumes.archive(chain.session, track, actor=actor(chain.reviewer), version=None, now=chain.later(31))
    with pytest.raises(NotAllowed):
        volumes.bind(chain.session, track, actor=actor(chain.publisher), now=chain.later(31))
    going_on = track.case.tracks[1]
    with pytest.raises(NotNow):
        volumes.bind(chain.session, going_on, actor=actor(chain.officer), now=chain.later(31))


def test_in_the_archive_nothing_runs_and_each_volume_has_its_cover(chain: Chain) -> None:
    track = _closed(chain)
    bound = _bind(chain, track)
    _archive(chain, track)
    assert all(each.state is ClockState.ENDED for each in clocks.of(chain.session, ("track", track.id)))
    covers = [each for each in notices.documents_of(chain.session, [("track", track.id)]) if each.kind == "D35"]
    assert [each.volume for each in covers] == [each.volume for each in bound]
    assert "责令整改通知书" in str(covers[0].paper["paper"])
    assert queries_volumes.is_bound(chain.session, track)


@pytest.mark.parametrize("given", ["", "{lender}催收案", "Qingyu Finance案", "春季专项检查"])
def test_no_volume_bears_the_name_of_another_company_as_its_title(session: Session, now: datetime, given: str) -> None:
    desk = Desk(session, now)
    desk.lender.name_en = "Qingyu Finance"
    it = desk.accepted(desk.lender, desk.firm)
    title = given.format(lender=desk.lender.name_zh)
    for track in cases.open(session, [it], title=title, actor=desk.officer, now=now).tracks:
        other = desk.firm if track.party_id == desk.lender.id else desk.lender
        called = bundle_contents.main(session, track.id).title
        assert not any(each and each in called for each in (other.name_zh, other.name_en))
        assert track.party.name_zh in called or called == given


def test_a_review_that_stayed_the_measure_keeps_the_file_out_only_until_it_is_decided(
    session: Session, now: datetime
) -> None:
    room = Reviewing(session, now).fill_pool()
    track = room.served_decision([1, 4])
    review = room.asked(track)
    assert policies_archives.review_open(session, track)
    room.reviewed(review, *["UPHOLD"] * 5)
    assert not policies_archives.review_open(session, track)


def test_the_file_is_bound_anew_where_a_complainants_volume_lacks_what_came_since(chain: Chain) -> None:
    track = _closed(chain)
    complaint = track.case.complaints[0]
    complaint.state = "CLOSED"
    chain.session.flush()
    _bind(chain, track)
    said = {"actor": actor(chain.officer), "now": chain.later(30)}
    [asked] = stop_contacts.request(chain.session, complaint, number="13800001234", own=True, **said)
    stop_contacts.relay(chain.session, asked, **said)
    _made(chain)
    with pytest.raises(NotNow):
        _archive(chain, track)
    letter = notices.last_document(chain.session, ["D33"], "stop_contact", asked.id)
    assert letter is not None
    SERVICE.carry_out(Ask(chain.session, letter.services[0], actor(chain.lead), {}, chain.later(30)), "acknowledge")
    with pytest.raises(NotNow, match="D21"):
        _bind(chain, track)
    _made(chain)
    _bind(chain, track)
    _archive(chain, track)
    assert track.state == "ARCHIVED"


def test_a_letter_to_a_complainant_that_is_still_on_its_way_keeps_the_file_out(chain: Chain) -> None:
    track = _closed(chain)
    complaint = track.case.complaints[0]
    complaints.withdraw(chain.session, complaint, pressure=False, actor=person_of(complaint), now=chain.later(30))
    _made(chain)
    _bind(chain, track)
    with pytest.raises(NotNow, match="送达"):
        _archive(chain, track)
    _received(chain, complaint)
    _bind(chain, track)
    _archive(chain, track)
    assert track.state == "ARCHIVED"


def test_a_complaint_that_ends_after_its_cases_were_archived_is_bound_with_a_cover_of_its_own(chain: Chain) -> None:
    track = _closed(chain)
    complaint = track.case.complaints[0]
    _bind(chain, track)
    _archive(chain, track)
    with pytest.raises(NotNow, match="没有新增材料"):
        _bind(chain, track)
    for other in track.case.tracks[1:]:
        other.state, other.ended_on = "ARCHIVED", chain.later(31).date()
    chain.session.flush()
    complaints.withdraw(chain.session, complaint, pressure=False, actor=person_of(complaint), now=chain.later(32))
    late = select(Task).where(Task.kind == "volume_late", Task.done_at.is_(None))
    assert [each.subject_id for each in chain.session.scalars(late)] == [complaint.id]
    _made(chain)
    assert queries_volumes.late(chain.session, track) == [complaint]
    with pytest.raises(NotNow, match="送达"):
        _bind(chain, track)
    _received(chain, complaint)
    [bound] = volumes.bind(chain.session, track, actor=actor(chain.officer), now=chain.later(33))
    assert (bound.volume, bound.subject_id) == ("complainant", complaint.id)
    covers = [each for each in notices.documents_of(chain.session, [("track", track.id)]) if each.kind == "D35"]
    assert [each.volume for each in covers] == ["main", "internal", "complainant"]
    assert complaint.ref in str(covers[-1].paper["paper"])
    assert not queries_volumes.late(chain.session, track)
    assert not chain.session.scalars(late).all()


def test_a_complaint_that_comes_back_and_is_rejected_after_its_cases_were_archived_has_its_volume_asked_for(
    session: Session, now: datetime
) -> None:
    desk = Desk(session, now)
    it = desk.accepted()
    for track in cases.open(session, [it], title="", actor=desk.officer, now=now).tracks:
        track.state, track.ended_on = "ARCHIVED", day_of(now)
    session.flush()
    desk.serve("forwarding", it.forwardings[0].id, "D05b")
    forwardings.not_ours(session, it.forwardings[0], why="非我司客户", actor=desk.lead, now=now)
    forwardings.accept_return(session, it.forwardings[0], actor=desk.intake, now=now)
    triage.reject(session, it, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=now)
    late = select(Task.subject_id).where(Task.kind == "volume_late", Task.done_at.is_(None))
    assert session.scalars(late).all() == [it.id]


def test_a_review_that_leaves_the_file_in_the_archive_has_its_papers_bound_all_the_same(
    session: Session, now: datetime
) -> None:
    room = Reviewing(session, now).fill_pool()
    track = _closed(room)
    _bind(room, track)
    _archive(room, track)
    said = {"basis": "ERROR", "grounds": "统计口径有误。", "favour": True, "actor": actor(room.head)}
    review = reviews.own_motion(session, track, **said, now=room.later(33))
    review_bodies.draw(session, review, actor=actor(room.secretary), now=room.later(34))
    members = [actor(session.get_one(Account, each.account_id)) for each in review.members]
    for member in members:
        vote = {"choice": "UPHOLD", "reasons": "理由充分", "actor": member}
        review_bodies.vote(session, review, **vote, now=room.later(34))
    reviews.decide(session, review, reasons="查明属实。", actor=members[0], version=None, now=room.later(35))
    assert track.state == "ARCHIVED"
    waits = select(Task.subject_id).where(Task.kind == "volume_reviewed", Task.done_at.is_(None))
    assert session.scalars(waits).all() == [track.id]
    by = {"actor": actor(room.officer), "now": room.later(36)}
    _made(room)
    with pytest.raises(NotNow, match="送达"):
        volumes.bind(session, track, **by)
    [letter] = room.paper(review).services
    SERVICE.carry_out(Ask(session, letter, room.recipient(letter), {}, room.later(36)), "acknowledge")
    _made(room)
    main, internal = volumes.bind(session, track, **by)
    assert "复核决定书" in _titles(main)
    assert "复核表决票1" in _titles(internal)
    assert not session.scalars(waits).all()
    assert not queries_volumes.came_late(session, track)


@pytest.mark.parametrize(("kind", "notice"), [("correct", "更正公告"), ("withdraw", "撤回公告")])
def test_what_corrects_or_withdraws_a_publication_of_an_archived_file_is_bound(
    chain: Chain, kind: str, notice: str
) -> None:
    session, track = chain.session, _closed(chain, public=True)
    _bind(chain, track)
    _archive(chain, track)
    publication = rounds.publication(session, track)
    assert publication is not None
    assert not queries_volumes.came_late(session, track)
    after = {"version": None, "now": chain.later(33)}
    if kind == "correct":
        proposed = {
            "passage": "无关人员",
            "instead": "〔略〕",
            "reason": "涉及个人信息",
            "actor": actor(chain.publisher),
        }
        bulletin_corrections.leave_out(session, publication, **proposed, **after)
        bulletin_corrections.correct(session, publication, actor=actor(chain.other_publisher), **after)
    else:
        bulletins.withdraw(session, publication, reason="决定有误", actor=actor(chain.head), **after)
    waits = select(Task.subject_id).where(Task.kind == "volume_published", Task.done_at.is_(None))
    assert session.scalars(waits).all() == [track.id]
    assert queries_volumes.came_late(session, track)
    by = {"actor": actor(chain.officer), "now": chain.later(34)}
    with pytest.raises(NotNow):  # its PDF is being made
        volumes.bind(session, track, **by)
    _made(chain)
    main, internal = volumes.bind(session, track, **by)
    assert notice in _titles(main)
    assert not session.scalars(waits).all()
    assert not queries_volumes.came_late(session, track)
    covers = [each for each in notices.documents_of(session, [("track", track.id)]) if each.kind == "D35"]
    assert [each.volume for each in covers[-2:]] == [main.volume, internal.volume]


def test_a_complaint_that_was_merged_into_one_of_the_case_has_a_volume_of_its_own(chain: Chain) -> None:
    track = _closed(chain)
    lead, it = track.case.complaints[0], chain.complaint("CLOSED")
    lead.state, it.lead_id = "CLOSED", lead.id
    chain.session.flush()
    bound = _bind(chain, track)
    assert {each.subject_id for each in bound if each.volume == "complainant"} == {lead.id, it.id}
    assert [each.id for each in queries_volumes.bound_of(chain.session, track)] == [each.id for each in bound]
