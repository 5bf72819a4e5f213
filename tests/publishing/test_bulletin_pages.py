"""The pages of bulletins: what is public, corrected, withdrawn, expired, found, fed; the editor and its preview."""

import re
from datetime import date, timedelta
from typing import cast

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from core import clock
from core.actors import SYSTEM
from core.db import Reader, read_as, session, transaction
from core.machine import Ask
from filestore import files
from notices.models import Document
from notices.papers import day_text
from notices.queries import last_document
from sanctions import bulletins, corrections, measures, rounds
from sanctions.models_decisions import Decision
from sanctions.models_publications import Publication
from sanctions.states import PUBLICATION
from tests.builders import account
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.proceedings.test_pages import PDF, House, house, today
from tests.sanctions.chain import Chain

__all__ = ["house", "today"]


def _published(chain: Chain, facts: str = "") -> CaseTrack:
    """A track whose bulletin is out."""
    track = _drafted(chain, facts)
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    day = chain.later(10)
    bulletins.submit(chain.session, publication, actor=actor(chain.publisher), version=None, now=day)
    bulletins.approve(chain.session, publication, actor=actor(chain.other_publisher), version=None, now=day)
    bulletins.publish(chain.session, publication, actor=actor(chain.publisher), version=None, now=day)
    return track


def _drafted(chain: Chain, facts: str = "", level: int = 5) -> CaseTrack:
    track = chain.reported("V-I02")
    track.allegations[0].facts += facts
    chain.session.flush()
    reported, chain.reported = chain.reported, lambda *_: track  # type: ignore[method-assign]
    track = chain.effective([level], "V-I02")
    chain.reported = reported  # type: ignore[method-assign]
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    return track


# --- bulletins ---


def test_what_is_not_out_has_no_public_address_not_even_for_staff(house: House) -> None:
    house.fill(_drafted)
    for who in ("", "publisher", "head"):
        house.enter(who).get(f"/bulletins/{house.slug}", 404)
        house.enter(who).get(f"/bulletins/{house.slug}.pdf", 404)
        house.enter(who).get(f"/bulletins/{house.slug}/qr.svg", 404)
    assert house.slug not in house.enter("publisher").get("/bulletins")


def test_whoever_checks_a_draft_again_reads_what_it_was_sent_back_for(house: House) -> None:
    house.fill(_drafted)
    page = f"/staff/publications/{house.slug}"
    out, other = house.enter("publisher"), house.enter("other")
    out.post(f"{page}/do/submit")
    other.post(f"{page}/do/return_draft", comments="第三段请再核对")
    assert "第三段请再核对" in out.get(page)
    out.post(f"{page}/do/submit")
    assert "第三段请再核对" in other.get(page), "handed over again, it says what was to be changed"
    other.post(f"{page}/do/approve")
    assert "第三段请再核对" not in other.get(page)


def test_whoever_is_signed_in_reads_a_bulletin_as_everybody_does(house: House) -> None:
    """A member of the panel, an administrator, and an officer who was recused: none of them reads it at a desk."""
    house.fill(_published)
    with house.app.app_context(), transaction() as at:
        house.people["system"] = account(at, "系统管理员", "system_admin").id
        said = {"asked_by": house.people["head"], "asked_at": NOW, "decided_by": house.people["head"]}
        how = {"part": "OFFICER", "how": "ASKED", "ground": "RELATIVE", "facts": "亲属", "state": "GRANTED"}
        case_id = at.get_one(CaseTrack, house.track).case_id
        at.add(Recusal(case_id=case_id, account_id=house.people["officer"], decided_at=NOW, **how, **said))
    for who in (house.drawn(), "system", "officer", "lead", ""):
        reader = house.enter(who)
        assert f"/bulletins/{house.slug}" in reader.get("/bulletins"), who
        assert house.slug in reader.get("/bulletins.atom"), who
        for path in (f"/bulletins/{house.slug}", f"/bulletins/{house.slug}/qr.svg", "/bulletins/withdrawals"):
            reader.get(path)
    loud = reader.client.get(f"/bulletins/{house.slug.upper()}")
    assert (loud.status_code, loud.location) == (301, f"/bulletins/{house.slug}"), "as it was written down"


def test_the_company_finds_its_bulletin_on_its_case_and_nobody_elses(house: House) -> None:
    house.fill(_drafted)
    lead, where = house.enter("lead"), f"/portal/cases/{house.track}"
    page = lead.get(where)
    assert "The public bulletin" not in page, "not before it is out"
    assert "Decided, not published yet" in page, "but that it was decided"
    assert "it can be any day from now on" in page
    assert "Decided, not published yet" in house.enter("officer").get(f"/staff/tracks/{house.track}")
    out = house.enter("publisher")
    out.post(f"/staff/publications/{house.slug}/do/submit")
    house.enter("other").post(f"/staff/publications/{house.slug}/do/approve")
    out.post(f"/staff/publications/{house.slug}/do/publish_public")
    page = lead.get(where)
    assert "The public bulletin on your company" in page
    assert "not published yet" not in page
    assert f"/bulletins/{house.slug}</a>" in page
    for company in (house.read(lambda at: at.get_one(CaseTrack, house.track).party_id), 0):
        with house.app.app_context():
            read_as(session(), Reader("zilu_party", (("zilu.party", str(company)),)))
            own = session().execute(text("SELECT slug FROM zilu_own_bulletins(:track)"), {"track": house.track})
            assert len(own.all()) == bool(company), "of its own case alone"


def test_a_bulletin_that_a_company_finds_leads_to_its_page(house: House) -> None:
    house.fill(_published)
    lead = house.enter("lead")
    assert f'href="/bulletins/{house.slug}"' in lead.get("/portal/search?q=公开通报批评&kind=publication&all=1")


def test_a_circular_to_members_is_nowhere_in_public_and_on_the_case_of_its_company(house: House) -> None:
    house.fill(lambda chain: _drafted(chain, level=4))
    lead, where = house.enter("lead"), f"/portal/cases/{house.track}"
    assert "The circular to members" not in lead.get(where), "not before it is out"
    out = house.enter("publisher")
    out.post(f"/staff/publications/{house.slug}/do/submit")
    house.enter("other").post(f"/staff/publications/{house.slug}/do/approve")
    out.post(f"/staff/publications/{house.slug}/do/publish_members")
    out.get(f"/bulletins/{house.slug}", 404)
    assert house.slug not in out.get("/bulletins")
    assert house.slug not in out.get("/bulletins.atom")
    assert f'href="/portal/circulars/{house.slug}"' in lead.get(where)


def test_a_bulletin_says_who_was_criticised_for_what_and_is_not_sent_twice(house: House) -> None:
    house.fill(_published)
    page = house.enter(lang="zh").get(f"/bulletins/{house.slug}")
    for said in ("青屿消费金融有限公司", "公开曝光债务人信息", "公开通报批评", "蓝互金协公", "/bulletins.atom"):
        assert said in page, said
    assert "AJ〔" not in page
    assert "以中文为准" not in page
    client = house.enter().client
    first = client.get(f"/bulletins/{house.slug}")
    assert "The text is in Chinese, the authentic language." in first.text
    again = client.get(f"/bulletins/{house.slug}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_bulletin_says_since_when_its_decision_is_in_force_and_which_day_is_whose(house: House) -> None:
    house.fill(_published)

    def days(at: Session) -> tuple[date, date, date]:
        publication = at.scalars(select(Publication)).one()
        decision = at.get_one(Decision, publication.decision_id)
        assert decision.effective_on is not None
        assert publication.published_at is not None
        return decision.decided_on, decision.effective_on, clock.day_of(publication.published_at)

    decided, effective, out = (day_text(day, "zh") for day in cast("tuple[date, date, date]", house.read(days)))
    page = house.enter(lang="zh").get(f"/bulletins/{house.slug}")
    assert f"决定书日期：{decided}" in page
    assert re.search(r"于2026年\d+月\d+日研究本案，依据", page), "the day of the vote is told as what it is"
    assert f"已生效，自{effective}起" in page
    assert "发布日期：" in page
    assert "该决定现已生效" in page.partition("以上为决定书内容")[2].partition(out)[0]
    house.read(lambda at: setattr(at.scalars(select(Publication)).one(), "in_review", True))
    assert "已生效" not in house.enter(lang="zh").get(f"/bulletins/{house.slug}")


def test_the_paper_is_there_once_it_is_rendered(house: House) -> None:
    house.fill(_published)
    anybody = house.enter()
    anybody.get(f"/bulletins/{house.slug}.pdf", 404)
    assert "The PDF is being made." in anybody.get(f"/bulletins/{house.slug}")

    def render(at: Session) -> None:
        document = at.scalars(select(Document).where(Document.kind == "D23f")).one()
        document.pdf_sha256, document.pdf_at = files.keep_made(at, PDF, "a.pdf", "application/pdf").sha256, clock.now()

    house.read(render)
    answer = anybody.client.get(f"/bulletins/{house.slug}.pdf")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert "<svg" in anybody.get(f"/bulletins/{house.slug}/qr.svg")
    preview = house.enter("publisher").get(f"/staff/publications/{house.slug}/preview")
    assert "The PDF is being made." not in preview, "a preview has none"


def test_a_withdrawn_bulletin_shows_the_notice_and_nothing_of_the_decision(house: House) -> None:
    house.fill(_published)
    head = house.enter("head")
    page = head.post(f"/staff/publications/{house.slug}/do/withdraw", 422)
    assert "data-confirm=" in page.split('name="reason"')[1], "it is gone for everybody, at once"
    assert ("Give the reason." in page, "It stands in the notice of withdrawal" in page) == (True, True)
    head.post(f"/staff/publications/{house.slug}/do/withdraw", reason="决定已被撤销")
    answer = house.enter().client.get(f"/bulletins/{house.slug}")
    assert answer.status_code == 410
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "决定已被撤销" in answer.text
    assert "涉嫌违规事项" not in answer.text
    number = house.read(lambda at: _paper(at, "D36b").number)
    assert f'<p class="document-number">{number}</p>' in answer.text, "the number of what the title names"
    assert f'aria-current="page">{number}<' in answer.text
    house.enter().get(f"/bulletins/{house.slug}.pdf", 404)
    page, link = f"/staff/publications/{house.slug}", f'href="/bulletins/{house.slug}"'
    assert link in head.get(page)
    house.read(lambda at: bulletins.end_withdrawal(at, at.scalars(select(Publication)).one(), clock.now()))
    assert link not in head.get(page), "nothing is there any more"


def _paper(at: Session, kind: str) -> Document:
    return at.scalars(select(Document).where(Document.kind == kind)).one()


def _rendered(house: House, kind: str) -> tuple[str, bytes]:
    """Make the paper of a kind; its check code, and what it holds."""

    def render(at: Session) -> tuple[str, bytes]:
        document = _paper(at, kind)
        content = PDF + kind.encode()
        document.pdf_sha256, document.pdf_at = (
            files.keep_made(at, content, "a.pdf", "application/pdf").sha256,
            clock.now(),
        )
        return document.check_code, content

    code, content = house.read(render)
    return str(code), bytes(content)


def test_a_corrected_bulletin_has_a_paper_of_its_own_which_is_verified_and_the_old_one_is_kept(house: House) -> None:
    house.fill(_published)
    old_code, old = _rendered(house, "D23f")
    one, other, where = house.enter("publisher"), house.enter("other"), f"/staff/publications/{house.slug}"
    one.post(f"{where}/do/propose_correction", what="LEAVE_OUT", wrong="共六次", right="共某次", reason="商业秘密")
    other.post(f"{where}/do/correct")
    anybody, page = house.enter(), f"/bulletins/{house.slug}"
    anybody.get(f"{page}.pdf", 404)
    code, new = _rendered(house, "D36a")
    assert anybody.client.get(f"{page}.pdf").data == new
    assert "The corrected bulletin as PDF" in anybody.get(page)
    assert code in anybody.get(page)
    assert re.search(rf'Notice of correction: <a lang="zh-CN" href="{page}\.pdf">[^<]*〔2026〕', anybody.get(page))
    assert "Genuine and in force" in anybody.get(f"/verify?code={code}")
    assert re.search(rf"in the place of:[^/]*/verify\?code={old_code}", anybody.get(f"/verify?code={code}"))
    assert f'before its correction has the code: <a href="/verify?code={old_code}"' in anybody.get(page)
    before = anybody.get(f"/verify?code={old_code}")
    assert "no longer in force" in before
    assert re.search(rf"In its place stands:[^/]*/verify\?code={code}", before)
    assert "涉嫌违规事项" in house.read(lambda at: str(_paper(at, "D36a").paper))
    papers = one.get(where)
    assert "replaced" in papers
    links = re.findall(r'href="(/staff/notices/[0-9]+\.pdf)"', papers)
    assert [one.client.get(link).data for link in links] == [new, old]


def test_the_notice_of_a_withdrawal_is_a_paper_that_is_verified_while_the_bulletin_no_longer_is(house: House) -> None:
    house.fill(_published)
    old_code, _old = _rendered(house, "D23f")
    house.enter("head").post(f"/staff/publications/{house.slug}/do/withdraw", reason="决定已被撤销")
    code, notice = _rendered(house, "D36b")
    anybody, page = house.enter(), f"/bulletins/{house.slug}"
    assert anybody.client.get(f"{page}.pdf").data == notice
    said = anybody.get(page, 410)
    assert code in said
    assert old_code not in said
    assert "The notice of withdrawal as PDF" in said
    assert "Genuine and in force" in anybody.get(f"/verify?code={code}")
    assert "no longer in force" in anybody.get(f"/verify?code={old_code}")


def test_a_reason_in_chinese_is_marked_so_in_the_english_edition_of_its_notice(house: House) -> None:
    house.fill(_published)
    one, other, where = house.enter("publisher"), house.enter("other"), f"/staff/publications/{house.slug}"
    one.post(f"{where}/do/propose_correction", what="LEAVE_OUT", wrong="共六次", right="共某次", reason="商业秘密")
    other.post(f"{where}/do/correct")
    house.enter("head").post(f"{where}/do/withdraw", reason="决定有误")
    for kind, reason in (("D36a", "商业秘密"), ("D36b", "决定有误")):
        paper, code = house.read(lambda at, kind=kind: (str(_paper(at, kind).paper), _paper(at, kind).check_code))
        assert paper.count(f"{reason} (in Chinese)") == 1
        assert "in the place of:" not in house.enter().get(f"/verify?code={code}"), "the bulletin is withdrawn"


def test_an_expired_bulletin_answers_gone_in_neutral_words(house: House) -> None:
    house.fill(_published)

    def expire(at: Session) -> None:
        later = NOW + timedelta(days=4 * 365)
        PUBLICATION.carry_out(Ask(at, at.scalars(select(Publication)).one(), SYSTEM, {}, later), "K36_expired")

    house.read(expire)
    inside = f"/staff/publications/{house.slug}"
    late = house.enter("publisher").client.get(f"{inside}/do/propose_correction", follow_redirects=True)
    assert late.request.path == inside, "whoever comes from a page that stood open is led back"
    assert "The time of a bulletin ended" in late.text, "and told why"
    assert "No longer shown since" in late.text
    page = house.enter(lang="zh").get(f"/bulletins/{house.slug}", 410)
    assert "青屿" not in page
    assert "通报批评的" not in page
    paper = house.enter().get(f"/bulletins/{house.slug}.pdf", 410)
    assert "withdrawn" not in paper, "its time ended; nobody withdrew it"
    assert house.slug not in house.enter().get("/bulletins")


def test_a_correction_takes_two_and_is_shown_with_its_reason_and_time(house: House) -> None:
    house.fill(_published)
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    one.post(f"{where}/do/propose_correction", what="LEAVE_OUT", wrong="共六次", right="共某次", reason="商业秘密")
    assert "共某次" not in house.enter().get(f"/bulletins/{house.slug}")
    assert "Whoever proposed the correction" in one.get(where)
    house.enter("other").post(f"{where}/do/correct")
    page = house.enter().get(f"/bulletins/{house.slug}")
    assert "共某次" in page
    assert "商业秘密" in page
    assert "Corrected on 25 November 2026 10:00" in page


def test_no_passage_cuts_a_number_or_word_in_two(house: House) -> None:
    house.fill(lambda chain: _drafted(chain, "涉案平台Quickloan，代码91999900MA4001781A。"))
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    code, why = "91999900MA4001781A", "涉及商业秘密"
    for part, whole in ((code[:-1], code), (code[1:], code), ("平台Quick", "Quickloan"), ("loan，代码", "Quickloan")):
        page = one.post(f"{where}/redactions", 422, passage=part, reason=why)
        assert f"This cuts a number or a word in two: {whole}." in page, part
    one.post(f"{where}/redactions", passage="平台Quickloan", reason=why)
    one.post(f"{where}/do/submit")
    house.enter("other").post(f"{where}/do/approve")
    one.post(f"{where}/do/publish_public")
    said = {"what": "LEAVE_OUT", "reason": "商业秘密"}
    assert "in two" in one.post(f"{where}/do/propose_correction", 422, wrong=code[:-1], **said)
    one.post(f"{where}/do/propose_correction", wrong=code[4:12], right="××××××××", **said)
    house.enter("other").post(f"{where}/do/correct")
    assert "9199××××××××01781A" in house.enter().get(f"/bulletins/{house.slug}")


def test_the_form_of_a_correction_says_what_it_does_and_the_second_person_reads_what_was_left_out(house: House) -> None:
    house.fill(_published)
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    page = one.get(f"{where}/do/propose_correction")
    assert "One more passage is left out." in page
    assert 'type="radio"' not in page
    assert "exactly as it stands</label>" in page, "it is not optional"
    assert "the head of the page keep the name" in page
    empty = one.post(f"{where}/do/propose_correction", 422, what="LEAVE_OUT", wrong="", reason="商业秘密")
    assert "Copy the passage from the text." in empty
    one.post(f"{where}/do/propose_correction", what="LEAVE_OUT", wrong="共六次", reason="商业秘密")
    waits = house.enter("other").get(where)
    assert "What is left out" in waits
    assert "What is wrong" not in waits


def test_a_proposed_correction_is_refused_or_taken_back_on_its_page(house: House) -> None:
    house.fill(_published)
    one, other, where = house.enter("publisher"), house.enter("other"), f"/staff/publications/{house.slug}"
    said = {"what": "LEAVE_OUT", "wrong": "共六次", "right": "共某次", "reason": "商业秘密"}
    one.post(f"{where}/do/propose_correction", **said)
    page = one.get(where)
    assert "Take my correction back" in page
    assert "Refuse the correction" not in page
    assert "Waits for a second person" in page
    assert "Refuse the correction" in house.enter("head").get(where)
    one.get(f"{where}/do/refuse_correction", 404)
    other.post(f"{where}/do/refuse_correction", 422, reasons=" ")
    other.post(f"{where}/do/refuse_correction", reasons="不足以推知商业秘密")
    page = house.enter("publisher", lang="zh").get(where)
    assert "不足以推知商业秘密" in page
    assert "已驳回" in page
    assert "共六次" in house.enter().get(f"/bulletins/{house.slug}")
    assert "不足以推知商业秘密" not in house.enter().get(f"/bulletins/{house.slug}")
    one.post(f"{where}/do/propose_correction", **said)
    one.post(f"{where}/do/take_back_correction")
    assert "Taken back" in one.get(where)
    assert "Propose a correction" in one.get(where)


def _corrected(chain: Chain, track: CaseTrack, wrong: str, right: str) -> CaseTrack:
    """Its decision says something else since, and that was served."""
    document = last_document(chain.session, ["D20"], "track", track.id)
    words = {"document": document, "wrong": wrong, "right": right, "reason": "漏字"}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(11)}
    chain.corrected(corrections.put(chain.session, track, **words, **by))  # type: ignore[arg-type]
    chain.serve(track, "D40", chain.later(12))
    return track


def _approved(chain: Chain) -> CaseTrack:
    track = _drafted(chain)
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    day = chain.later(10)
    bulletins.submit(chain.session, publication, actor=actor(chain.publisher), version=None, now=day)
    bulletins.approve(chain.session, publication, actor=actor(chain.other_publisher), version=None, now=day)
    return track


def _approved_and_corrected(chain: Chain) -> CaseTrack:
    """An approved bulletin whose decision was corrected by a served notice since."""
    return _corrected(chain, _approved(chain), "共六次", "共计六次")


def test_an_approved_draft_is_not_published_before_it_follows_its_corrected_decision(house: House) -> None:
    house.fill(_approved_and_corrected)
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    assert "take the corrected text over into the draft first" in one.get(where)
    one.post(f"{where}/do/publish_public", 409)
    assert "决定书其后已经更正" in house.enter("publisher", lang="zh").get(where)
    one = house.enter("publisher")
    one.post(f"{where}/do/follow_decision")
    page = one.get(where)
    assert "Another draft takes its place" in page
    anew = set(re.findall(r'href="/staff/publications/(20[0-9]{2}-[0-9a-z]{8})"', page)) - {house.slug}
    assert len(anew) == 1
    assert "共计六次" in one.get(f"/staff/publications/{anew.pop()}")
    house.enter().get(f"/bulletins/{house.slug}", 404)


def _approved_and_named_since(chain: Chain) -> CaseTrack:
    """An approved bulletin whose company named its executive since, as its text does."""
    track = _approved(chain)
    track.party.named_executive = "无关人员"
    return track


def test_an_approved_text_that_names_somebody_known_since_is_drafted_anew_on_its_page(house: House) -> None:
    house.fill(_approved_and_named_since)
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    one.post(f"{where}/do/publish_public", 409)
    assert "已核准文本重新拟稿" in house.enter("publisher", lang="zh").get(where)
    one = house.enter("publisher")
    assert "Draft the approved text anew" in one.get(where)
    one.post(f"{where}/do/reopen")
    assert "Another draft takes its place" in one.get(where)


def _corrected_where_left_out(chain: Chain) -> CaseTrack:
    """A bulletin that is out, whose decision was corrected in a passage of which part is left out."""
    track = _drafted(chain)
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    said = {"passage": "无关人员", "instead": "某些人", "reason": "涉及个人信息"}
    by = {"actor": actor(chain.publisher), "version": None, "now": chain.later(10)}
    bulletins.redact(chain.session, publication, **said, **by)
    chain.publish(publication, chain.later(10))
    return _corrected(chain, track, "致电无关人员共六次", "致电王海涛共计六次")


def test_what_is_left_out_of_a_corrected_passage_is_said_on_a_page_that_shows_it_to_staff_alone(house: House) -> None:
    house.fill(_corrected_where_left_out)
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    page = one.get(f"{where}/do/propose_correction")
    assert "致电王海涛共计六次" in page
    assert "Follow a notice that changed something left out" in page
    assert "对已隐去内容的更正" in house.enter("publisher", lang="zh").get(f"{where}/do/propose_correction")
    one, said = house.enter("publisher"), {"what": "COVERED", "right": "某些人", "reason": "涉及个人信息"}
    assert "copy it exactly" in one.post(f"{where}/do/propose_correction", 422, wrong="王海波", **said)
    one.post(f"{where}/do/propose_correction", wrong="王海涛", **said)
    house.enter("other").post(f"{where}/do/correct")
    page = house.enter().get(f"/bulletins/{house.slug}")
    assert "致电某些人共计六次" in page
    assert "王海涛" not in page


# --- the editor ---


def test_the_editor_shows_what_the_scan_finds_and_leaves_it_out_with_one_click(house: House) -> None:
    house.fill(lambda chain: _drafted(chain, "，投诉人林晓芸（13812345678）"))
    editor, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    page = editor.get(where)
    for shown in (page, editor.get("/staff/publications")):
        assert re.search(r"working days? (left|overdue)", shown), "until when it is to be published"
    assert 'class="mark-found"' in page
    assert "found by the scan" in page
    assert "13812345678" in page
    assert re.search(r'<span class="dim">#+ </span>', page), "a sign that is not printed is told from the text"
    editor.post(f"{where}/do/submit")
    assert "The scan found personal data" in house.enter("other").get(where)
    house.enter("other").post(f"{where}/do/approve", 409)
    house.enter("other").post(f"{where}/do/return_draft", comments="仍有个人信息")
    for passage in ("林晓芸", "13812345678"):
        version = re.search(r'name="version" value="(\d+)"', editor.get(where))
        assert version
        editor.post(f"{where}/redactions", passage=passage, reason="涉及自然人个人信息", version=version[1])
    page = editor.get(where)
    assert "Nothing found" in page
    assert "found by the scan" not in page
    assert "仍有个人信息" in page
    for reason in ("Personal data of somebody", "The association&#39;s own number of a case"):
        assert f"<small>{reason}</small>" in page
    editor.post(f"{where}/do/submit")
    assert "Whoever made the redactions" in editor.get(where)
    house.enter("other").post(f"{where}/do/approve")


def test_a_passage_that_does_not_stand_in_the_text_is_refused_beside_its_field(house: House) -> None:
    house.fill(_drafted)
    editor, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    page = editor.post(f"{where}/redactions", 422, passage="没有这段", reason="涉及商业秘密")
    assert "This passage does not stand in the text." in page
    assert "没有这段" in page


def test_a_passage_sent_once_a_colleague_has_handed_the_draft_over_is_given_back(house: House) -> None:
    house.fill(_drafted)
    editor, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    house.enter("other").post(f"{where}/do/submit")
    page = editor.post(f"{where}/redactions", 409, passage="没有这段", reason="涉及商业秘密")
    assert "没有这段" in page


def test_the_preview_is_the_public_page_and_says_so(house: House) -> None:
    house.fill(_drafted)
    page = house.enter("publisher").get(f"/staff/publications/{house.slug}/preview")
    assert "Nothing is published yet." in page
    assert "noindex" in page


# --- measures ---
