"""What pages of measures, panels, publications and bulletins promise their readers, and never show to others."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock, files
from core.actors import SYSTEM
from core.db import transaction
from core.machine import Ask
from notices.models import Document
from registry import sessions
from registry.models_accounts import Account
from registry.models_settings import Installation
from sanctions import bulletins, measures, panels, rounds
from sanctions.models import Panel, Proposal, Publication, RectificationItem, Vote
from sanctions.states import PUBLICATION
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.sanctions.chain import Chain

BEGUN = NOW - timedelta(days=30)
PDF = b"%PDF-1.7 nothing"
_key = iter(range(10**6))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@dataclass
class Browser:
    """A browser, of somebody signed in or of anybody."""

    client: FlaskClient

    def get(self, url: str, status: int = 200) -> str:
        answer = self.client.get(url)
        assert answer.status_code == status, (url, answer.status_code, answer.text[:2000])
        return str(answer.text)

    def post(self, url: str, status: int = 303, prefix: str = "", **fields: Any) -> str:
        begins = f"{prefix}-" if prefix else ""
        sent = {f"{begins}key": f"page{next(_key)}", **{f"{begins}{name}": value for name, value in fields.items()}}
        answer = self.client.post(url, data=sent, content_type="multipart/form-data")
        assert answer.status_code == status, (url, answer.status_code, re.sub(r"\s+", " ", answer.text)[:4000])
        return str(answer.text)


@dataclass
class House:
    """Everybody by name, and what the test made."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    track: int = 0
    slug: str = ""

    def fill(self, make: Callable[[Chain], CaseTrack]) -> "House":
        with self.app.app_context(), transaction() as at:
            chain = Chain(at, BEGUN)
            track = make(chain)
            publication = rounds.publication(at, track)
            self.track, self.slug = track.id, publication.slug if publication else ""
            people = {name: getattr(chain, name) for name in ("officer", "second", "head", "reviewer", "secretary")}
            people |= {"publisher": chain.publisher, "other": chain.other_publisher, "lead": chain.lead}
            people |= {f"panel{place}": person for place, person in enumerate(chain.panel)}
            self.people = {name: person.id for name, person in people.items()}
        return self

    def enter(self, who: str = "", lang: str = "en") -> Browser:
        client = self.app.test_client()
        client.set_cookie("lang", lang)
        if who:
            with self.app.app_context(), transaction() as at:
                person = at.get_one(Account, self.people[who])
                token = sessions.begin(at, person, passed=True, client="test", now=clock.now())
            with client.session_transaction() as cookie:
                cookie["sid"] = token
        return Browser(client)

    def read(self, look: Callable[[Session], Any]) -> Any:
        with self.app.app_context(), transaction() as at:
            return look(at)

    def drawn(self, sits: bool = True) -> str:
        """Somebody of the pool who was drawn, or who was not."""
        members = self.read(lambda at: [each.account_id for each in at.scalars(select(Panel)).one().members])
        return next(name for name, number in self.people.items() if "panel" in name and (number in members) is sits)

    @property
    def state(self) -> str:
        return str(self.read(lambda at: at.get_one(CaseTrack, self.track).state))


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


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


def test_a_circular_to_members_is_nowhere_in_public(house: House) -> None:
    house.fill(lambda chain: _drafted(chain, level=4))
    out = house.enter("publisher")
    out.post(f"/staff/publications/{house.slug}/do/submit")
    house.enter("other").post(f"/staff/publications/{house.slug}/do/approve")
    out.post(f"/staff/publications/{house.slug}/do/publish_members")
    out.get(f"/bulletins/{house.slug}", 404)
    assert house.slug not in out.get("/bulletins")
    assert house.slug not in out.get("/bulletins.atom")


def test_a_bulletin_says_who_was_criticised_for_what_and_is_not_sent_twice(house: House) -> None:
    house.fill(_published)
    page = house.enter(lang="zh").get(f"/bulletins/{house.slug}")
    for said in ("青屿消费金融有限公司", "公开曝光债务人信息", "公开通报批评", "蓝互金协公", "/bulletins.atom"):
        assert said in page, said
    assert "AJ〔" not in page
    client = house.enter().client
    first = client.get(f"/bulletins/{house.slug}")
    again = client.get(f"/bulletins/{house.slug}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


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


def test_a_withdrawn_bulletin_shows_the_notice_and_nothing_of_the_decision(house: House) -> None:
    house.fill(_published)
    head = house.enter("head")
    assert "Give the reason." in head.post(f"/staff/publications/{house.slug}/do/withdraw", 422)
    head.post(f"/staff/publications/{house.slug}/do/withdraw", reason="决定已被撤销")
    answer = house.enter().client.get(f"/bulletins/{house.slug}")
    assert answer.status_code == 410
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "决定已被撤销" in answer.text
    assert "指控事项" not in answer.text
    house.enter().get(f"/bulletins/{house.slug}.pdf", 404)


def _rendered(house: House, kind: str) -> tuple[str, bytes]:
    """Make the paper of a kind; its check code, and what it holds."""

    def render(at: Session) -> tuple[str, bytes]:
        document = at.scalars(select(Document).where(Document.kind == kind)).one()
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
    one.post(f"{where}/do/propose_correction", wrong="共六次", right="共七次", reason="笔误")
    other.post(f"{where}/do/correct")
    anybody, page = house.enter(), f"/bulletins/{house.slug}"
    anybody.get(f"{page}.pdf", 404)
    code, new = _rendered(house, "D36a")
    assert anybody.client.get(f"{page}.pdf").data == new
    assert "The corrected bulletin as PDF" in anybody.get(page)
    assert code in anybody.get(page)
    assert "Genuine and in force" in anybody.get(f"/verify?code={code}")
    assert "no longer in force" in anybody.get(f"/verify?code={old_code}")

    def said(at: Session) -> str:
        return str(at.scalars(select(Document).where(Document.kind == "D36a")).one().paper)

    assert "指控事项" in house.read(said)
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


def test_an_expired_bulletin_answers_gone_in_neutral_words(house: House) -> None:
    house.fill(_published)

    def expire(at: Session) -> None:
        later = NOW + timedelta(days=4 * 365)
        PUBLICATION.carry_out(Ask(at, at.scalars(select(Publication)).one(), SYSTEM, {}, later), "K36_expired")

    house.read(expire)
    page = house.enter(lang="zh").get(f"/bulletins/{house.slug}", 410)
    assert "青屿" not in page
    assert "通报批评的" not in page
    house.enter().get(f"/bulletins/{house.slug}.pdf", 410)
    assert house.slug not in house.enter().get("/bulletins")


def test_a_correction_takes_two_and_is_shown_with_its_reason_and_time(house: House) -> None:
    house.fill(_published)
    one, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    one.post(f"{where}/do/propose_correction", wrong="共六次", right="共七次", reason="笔误")
    assert "共七次" not in house.enter().get(f"/bulletins/{house.slug}")
    assert "Whoever proposed the correction" in one.get(where)
    house.enter("other").post(f"{where}/do/correct")
    page = house.enter().get(f"/bulletins/{house.slug}")
    assert "共七次" in page
    assert "笔误" in page
    assert "Corrected on 2026-11-25 10:00" in page


def test_bulletins_are_found_by_company_measure_kind_of_breach_and_year(house: House) -> None:
    house.fill(_published)
    anybody = house.enter()
    for asked in ("text=青屿", "measure=5", "code=V-I02", "year=2026", "kind=INSTITUTION"):
        assert house.slug in anybody.get(f"/bulletins?{asked}"), asked
    for asked in ("text=别处", "measure=3", "code=V-C04", "year=2024", "kind=FIRM"):
        assert house.slug not in anybody.get(f"/bulletins?{asked}"), asked
    for nonsense in ("after=x", "before=9_9_9", "year=abc", "measure=99", "code=%00"):
        anybody.get(f"/bulletins?{nonsense}")


def test_the_feed_lists_bulletins_with_their_permanent_addresses(house: House) -> None:
    house.fill(_published)
    answer = house.enter().client.get("/bulletins.atom")
    assert answer.mimetype == "application/atom+xml"
    assert f"/bulletins/{house.slug}</id>" in answer.text
    again = house.enter().client.get("/bulletins.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


# --- the editor ---


def test_the_editor_shows_what_the_scan_finds_and_leaves_it_out_with_one_click(house: House) -> None:
    house.fill(lambda chain: _drafted(chain, "，投诉人林晓芸（13812345678）"))
    editor, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    page = editor.get(where)
    assert 'class="mark-found"' in page
    assert "13812345678" in page
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
    assert "仍有个人信息" in page
    editor.post(f"{where}/do/submit")
    assert "Whoever made the redactions" in editor.get(where)
    house.enter("other").post(f"{where}/do/approve")


def test_a_passage_that_does_not_stand_in_the_text_is_refused_beside_its_field(house: House) -> None:
    house.fill(_drafted)
    editor, where = house.enter("publisher"), f"/staff/publications/{house.slug}"
    page = editor.post(f"{where}/redactions", 422, passage="没有这段", reason="涉及商业秘密")
    assert "This passage does not stand in the text." in page
    assert "没有这段" in page


def test_the_preview_is_the_public_page_and_says_so(house: House) -> None:
    house.fill(_drafted)
    page = house.enter("publisher").get(f"/staff/publications/{house.slug}/preview")
    assert "Nothing is published yet." in page
    assert "noindex" in page


# --- measures ---


def _proposal(**changed: Any) -> dict[str, Any]:
    """A proposal as the form sends it: what the ladder suggests for one S5."""
    return {
        "measures": ["1", "3", "4"],
        "days": "30",
        "item_1_problem": "致电无关人员",
        "item_1_correction": "停止致电",
        "item_1_proof": "制度和录音",
        "item_1_days": "20",
        "who": "催收人员",
        "minimum": "3",
        "subjects": "自律规则",
        "hours": "8",
        "pass_mark": "80",
        "reasons": "",
        **changed,
    }


def test_the_form_begins_with_what_the_ladder_suggests_and_why(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    page = house.enter("reviewer").get(f"/staff/tracks/{house.track}/do/propose_minor")
    ticked = re.findall(r'name="measures" value="(\d)" checked', page)
    assert ticked == ["1", "3", "4"]
    assert "V-I02 S5" in page


def test_measures_are_proposed_with_their_terms(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    house.enter("reviewer").post(where, **_proposal())
    assert house.state == "NOTICE_ISSUED"
    proposal = house.read(lambda at: at.scalars(select(Proposal)).one())
    assert proposal.measures == [1, 3, 4]
    assert proposal.terms["1"]["items"][0]["days"] == 20
    assert proposal.scope == "MEMBERS"


def test_a_departure_from_the_ladder_needs_reasons_and_nothing_typed_is_lost(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    page = house.enter("reviewer").post(where, 422, **_proposal(measures=["1"]))
    assert "The ladder suggests L1+L3+L4: a departure from it needs written reasons." in page
    assert "致电无关人员" in page
    assert house.state == "REVIEWING"


def test_circumstances_are_judged_with_reasons_and_the_score_is_worked_out_anew_without_sending(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    reviewer = house.enter("reviewer")
    said = {"M4": "yes", "M4_reason": "主动提供全部录音", "M4_source": "V-I02", "M1": "no", "A9": "no"}
    page = reviewer.post(where, 200, **_proposal(more="score", **said))
    assert "<b>70</b>" in page  # 70 for the breach, 5 for two people, less 5
    assert "error-summary" not in page
    assert "V-I02 is established: this does not count once more." in page
    wrong = reviewer.post(where, 422, **_proposal(**{**said, "M4_reason": ""}))
    assert "Give the reasons: M4 Full and early cooperation." in wrong
    reviewer.post(where, **_proposal(**said))
    kept = house.read(lambda at: at.scalars(select(Proposal)).one()).score
    assert kept["score"] == 70
    assert [part["source"] for part in kept["parts"] if part["name"] == "M4"] == ["V-I02"]
    assert "主动提供全部录音" in reviewer.get(f"/staff/tracks/{house.track}")


def test_in_production_the_page_says_what_the_golive_check_misses_and_nothing_is_done(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02", "NOT_ESTABLISHED"))
    with house.app.app_context(), transaction() as at:
        at.get_one(Installation, 1).mode = "production"
    reviewer, where = house.enter("reviewer"), f"/staff/tracks/{house.track}"
    assert "before the association has confirmed what it rests on (go-live check)" in reviewer.get(where)
    assert "上线检查" in reviewer.get(f"{where}?lang=zh")
    said = {"reasons": "没有证据。", "approved_by": str(house.people["head"])}
    page = reviewer.post(f"{where}/do/propose_none?lang=en", 503, **said)
    assert "K27" in page
    assert "没有证据。" in page
    assert house.state == "REVIEWING"


def test_one_more_row_is_given_without_sending_the_form(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    page = house.enter("reviewer").post(where, 200, **_proposal(more="item", days=""))
    assert 'name="item_2_problem"' in page
    assert "致电无关人员" in page
    assert "error-summary" not in page


def test_a_row_that_was_begun_is_filled(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    page = house.enter("reviewer").post(where, 422, **_proposal(item_1_correction=""))
    assert "Fill in: What must be corrected" in page


def test_who_has_no_part_in_it_is_offered_nothing(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    house.enter("officer").get(f"/staff/tracks/{house.track}/do/propose_minor", 404)
    assert "/do/" not in house.enter("officer").get(f"/staff/tracks/{house.track}")
    house.enter("officer").post(f"/staff/tracks/{house.track}/do/propose_minor", 403, **_proposal(reasons="理由"))


def test_measures_are_ordered_with_day_place_and_two_interviewers(house: House) -> None:
    house.fill(lambda chain: chain.effective([1, 2, 3]))
    where, officer = f"/staff/tracks/{house.track}/do/execute", house.enter("officer")
    fields = {
        "at": "2026-12-10 10:00",
        "place_of": "协会会议室",
        "interviewers": [str(house.people["officer"])],
        "dates": "12月中旬",
        "training_place": "线上",
    }
    assert "An interview is held by two people." in officer.post(where, 422, **fields)
    two = [str(house.people[name]) for name in ("officer", "second")]
    officer.post(where, **(fields | {"interviewers": two}))
    assert house.state == "EXECUTING"
    page = officer.get(f"/staff/tracks/{house.track}")
    assert "2026-12-10 10:00" in page
    assert "The summons has not been served." in page


def test_the_record_of_an_interview_is_signed_page_by_page_in_the_portal(house: House) -> None:
    house.fill(lambda chain: chain.executing([2]))
    track = house.track
    where, officer = f"/staff/tracks/{track}/record", house.enter("officer")
    held = house.read(lambda at: rounds.measure(at, at.get_one(CaseTrack, house.track), 2).interview.at)
    fields = {
        "started_at": f"{clock.local(held):%Y-%m-%d %H:%M}",
        "ended_at": f"{clock.local(held + timedelta(hours=1)):%Y-%m-%d %H:%M}",
        "attendee_1_name": "周岚",
        "attendee_1_position": "副总经理",
        "entry_1_question": "是否清楚约谈事由？",
        "entry_1_answer": "清楚。",
        "promise_1_commitment": "停止联系无关人员",
    }
    assert "The attendee must be told of his rights first." in officer.post(where, 422, **fields)
    officer.post(where, **fields, rights_told="y")
    page = officer.get(f"/staff/tracks/{track}")
    assert "是否清楚约谈事由？" in page
    assert "Not every page is signed" in officer.post(f"/staff/tracks/{track}/do/hold_interview", 422)
    lead = house.enter("lead")
    assert "Read and sign the record of the interview" in lead.get(f"/portal/cases/{track}")
    assert "周岚" in lead.get(f"/portal/cases/{track}/record/1")
    assert "Confirm that you have read the page." in lead.post(f"/portal/cases/{track}/record/1", 422, name="周岚")
    for number in (1, 2, 3):
        lead.post(f"/portal/cases/{track}/record/{number}", name="周岚", read="y", correction="应为：均已清楚。")
    house.enter("officer").post(f"/staff/tracks/{track}/do/hold_interview")
    assert house.state == "VERIFYING"


def test_a_second_officer_confirms_each_correction(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.executing([1])
        chain.report(track)
        return track

    house.fill(make)
    where, found = f"/staff/tracks/{house.track}/problems/1", {"result": "PASS", "note": "核对录音"}
    officer = house.enter("officer")
    assert "Two officers have not yet verified" in officer.get(f"/staff/tracks/{house.track}")
    officer.post(where, **found)
    assert "A second officer confirms" in officer.post(where, 403, **found)
    house.enter("second").post(where, **found)
    assert house.read(lambda at: at.scalars(select(RectificationItem)).one().second_by) == house.people["second"]
    officer.post(f"/staff/tracks/{house.track}/do/pass")
    assert house.state == "CLOSED"


def test_people_are_enrolled_and_their_results_close_the_training(house: House) -> None:
    house.fill(lambda chain: chain.executing([3]))
    officer, where = house.enter("officer"), f"/staff/tracks/{house.track}"
    officer.post(f"{where}/trainees", people="学员甲，主管\n学员乙\n学员丙, 催收员")
    page = officer.get(f"{where}/do/confirm_training")
    people = re.findall(r'name="came_(\d+)"', page)
    assert len(people) == 3
    results = {f"came_{each}": "y" for each in people} | {f"mark_{each}": "90" for each in people}
    officer.post(f"{where}/do/confirm_training", **results)
    assert house.state == "VERIFYING"


def test_the_card_of_the_case_page_says_what_can_be_done_and_leads_on(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    page = house.enter("reviewer").get(f"/staff/cases/{case}")
    assert f"/staff/tracks/{house.track}/do/propose_minor" in page
    assert "Ladder of measures" in page


# --- panels ---


def _voting(chain: Chain) -> CaseTrack:
    track = chain.deliberating([1, 3, 5], "V-I02")
    panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="甲")
    return track


def test_the_secretary_draws_and_nobody_else(house: House) -> None:
    house.fill(lambda chain: chain.deliberating([1]))
    house.enter("officer").post(f"/staff/panel/{house.track}/draw", 403)
    assert f"/staff/panel/{house.track}/draw" in house.enter("secretary").get("/staff/panel")
    house.enter("secretary").post(f"/staff/panel/{house.track}/draw")
    assert len(house.read(lambda at: at.scalars(select(Panel)).one().members)) == 3


def test_a_member_reads_the_file_of_his_own_panel_and_no_other(house: House) -> None:
    house.fill(_voting)
    page = house.enter(house.drawn()).get(f"/staff/panel/{house.track}")
    for said in ("记录与陈述一致", "违规行为成立", "综合考虑违规次数和影响"):
        assert said in page, said
    house.enter(house.drawn(sits=False)).get(f"/staff/panel/{house.track}", 404)
    house.enter("officer").get(f"/staff/panel/{house.track}", 404)


def test_a_vote_is_cast_once_and_read_by_its_member_alone(house: House) -> None:
    house.fill(_voting)
    member, where = house.enter(house.drawn()), f"/staff/panel/{house.track}"
    assert "Give your reasons" in member.post(f"{where}/vote", 422, prefix="vote", choice="NONE")
    member.post(f"{where}/vote", prefix="vote", choice="NONE", reasons="证据不足以支持")
    page = member.get(where)
    assert "证据不足以支持" in page
    assert 'name="vote-choice"' not in page
    assert "1 of 5 members have voted" in page
    member.post(f"{where}/vote", 409, prefix="vote", choice="PROPOSED", reasons="改变主意")
    assert len(house.read(lambda at: at.scalars(select(Vote)).all())) == 1
    for who in ("officer", "head", "secretary"):
        assert "证据不足以支持" not in house.enter(who).get(f"/staff/tracks/{house.track}")


def test_a_recused_member_no_longer_finds_the_file(house: House) -> None:
    house.fill(_voting)
    who = house.drawn()
    members = house.read(lambda at: {each.account_id: each.id for each in at.scalars(select(Panel)).one().members})
    seat = members[house.people[who]]
    member = house.enter(who)
    member.get(f"/staff/panel/members/{seat}/recusal", 302)
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    member.post(f"/staff/recusals/case/{case}/declare", ground="EMPLOYED", facts="曾在当事单位任职")
    member.get(f"/staff/panel/{house.track}", 404)
    assert "You were not drawn" in member.get("/staff/panel")
    assert "Recused" in member.get("/staff/recusals")


def test_a_member_announces_what_the_votes_come_to(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1, 3, 5], "V-I02")
        chain.vote(track, "PROPOSED", "PROPOSED", "PROPOSED", "PROPOSED")
        return track

    house.fill(make)
    voted = house.read(lambda at: at.scalars(select(Panel)).one().members[0].account_id)
    member = house.enter(next(name for name, number in house.people.items() if number == voted))
    page = member.get(f"/staff/panel/{house.track}")
    assert "4 of 5 members have voted" in page
    assert "4 for, 0 against, 0 abstained" in page
    assert "Give the reasons." in member.post(f"/staff/panel/{house.track}/decision", 422, prefix="decision")
    member.post(f"/staff/panel/{house.track}/decision", prefix="decision", reasons="事实清楚，证据充分。")
    assert house.state == "DECIDED"


def test_who_was_only_drawn_opens_the_cited_evidence_and_none_of_the_staffs_pages(house: House) -> None:
    house.fill(_voting)
    member = house.enter(house.drawn())
    cited = re.search(rf'href="(/staff/panel/{house.track}/files/\d+)"', member.get(f"/staff/panel/{house.track}"))
    assert cited
    assert member.client.get(cited[1]).mimetype == "image/png"
    member.get(f"/staff/panel/{house.track}/files/999", 404)
    for url in ("/staff/tracks", f"/staff/tracks/{house.track}", "/staff/publications"):
        member.get(url, 403)
