"""What pages of measures promise their readers: proposed, ordered, signed, trained; nobody sees another's."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.models import Task
from casework.models_cases import CaseTrack, Evidence
from core import clock
from core.db import Reader, read_as, transaction
from core.db import session as reading
from notices import jobs_drafts
from notices.models import Dossier
from notices.queries import last_document
from proceedings.showing_ladder import read_from
from registry.models_accounts import AccountRole
from registry.models_settings import Installation
from registry.settings import setting
from sanctions import rounds
from sanctions.ladder_scores import Part
from sanctions.models_decisions import Decision, Panel, Proposal
from sanctions.models_measures import RectificationItem, TrainingPerson
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import staged
from tests.sanctions.chain import Chain
from tests.sanctions.test_ladder import had
from tests.signed_in import Browser, signed_in

BEGUN = NOW - timedelta(days=30)
PDF = b"%PDF-1.7 nothing"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@dataclass
class House:
    """Everybody by name, and what the test made."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    track: int = 0
    slug: str = ""

    def fill(self, make: Callable[[Chain], CaseTrack]) -> "House":
        """Let what it needs be brought about, which is done once for all tests that need the same."""
        self.track, self.slug, self.people = staged(self.app, ("track", make), lambda: self._filled(make))
        return self

    def _filled(self, make: Callable[[Chain], CaseTrack]) -> tuple[int, str, dict[str, int]]:
        with self.app.app_context(), transaction() as at:
            chain = Chain(at, BEGUN)
            track = make(chain)
            publication = rounds.publication(at, track)
            people = {name: getattr(chain, name) for name in ("officer", "second", "head", "reviewer", "secretary")}
            people |= {"publisher": chain.publisher, "other": chain.other_publisher, "lead": chain.lead}
            people |= {f"panel{place}": person for place, person in enumerate(chain.panel)}
            slug = publication.slug if publication else ""
            return track.id, slug, {name: person.id for name, person in people.items()}

    def enter(self, who: str = "", lang: str = "en") -> Browser:
        if who:
            return Browser(signed_in(self.app, self.people[who], lang=lang))
        client = self.app.test_client()
        client.set_cookie("lang", lang)
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

    def proves_its_recording(self, kind: str, sound: bytes) -> None:
        """The paper names the digest of the recording, which stands among the evidence and no company reads."""
        digest = hashlib.sha256(sound).hexdigest()
        with self.app.app_context(), transaction() as at:
            paper = last_document(at, [kind], "track", self.track)
            assert paper is not None
            assert f"SHA-256 {digest}" in str(paper.paper["paper"])
            party = at.get_one(CaseTrack, self.track).party_id
            kept = select(Evidence.id).where(Evidence.sha256 == digest, Evidence.purpose == "RECORD")
            assert len(at.scalars(kept).all()) == 1
        with self.app.app_context():
            read_as(reading(), Reader("zilu_party", (("zilu.party", str(party)),)))
            assert reading().scalars(kept).all() == []


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


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
    assert "look whether the company is one before it is cited" in page, "V-I02 cites the guide for banks"
    assert "our proposal, to be decided by the association" in page
    assert not re.search(r"LADDER_[A-Z]+:|\[D\]", page), "what the ladder rests on is said in words"


@pytest.mark.parametrize("decides", [False, True])
def test_similar_decisions_are_compared_with_what_was_decided_or_else_announced_on_every_page(
    house: House, decides: bool
) -> None:
    def make(chain: Chain) -> CaseTrack:
        had(chain, "V-C04", date(2024, 1, 1), 1, 2, score=50)
        return chain.decided([1, 3]) if decides else chain.proposed([1, 3])

    house.fill(make)
    pages = [f"/staff/tracks/{house.track}"]
    if decides:
        with house.app.app_context(), transaction() as at:
            at.scalars(select(Decision).where(Decision.track_id == house.track)).one().measures = [1, 4]
    else:
        pages.append(f"/staff/cases/{house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)}")
    for url in pages:
        shown = house.enter("reviewer").get(url).split("ladder-similar")[1].split("</ul>")[0]
        more, less = shown.split("Here in addition:")[1].split("Here left out:")
        assert re.findall(r'data-state="(\d)"', more) == ["4" if decides else "3"], url
        assert re.findall(r'data-state="(\d)"', less) == ["2"], url


@pytest.mark.parametrize("decides", [False, True])
def test_a_departure_from_the_ladder_is_told_of_what_was_proposed_and_apart_of_another_decision(
    house: House, decides: bool
) -> None:
    house.fill(lambda chain: chain.decided([1, 3]))
    if decides:
        with house.app.app_context(), transaction() as at:
            at.scalars(select(Decision).where(Decision.track_id == house.track)).one().measures = [1, 4]
    shown = house.enter("reviewer").get(f"/staff/tracks/{house.track}")
    told = dict(re.findall(r'<p class="meta"><b>(The \w+ departs from the ladder)</b>(.+?)</p>', shown, re.DOTALL))
    assert "The proposal departs from the ladder" in told
    decided = told.get("The decision departs from the ladder", "")
    beyond = decided.split("beyond it:")[-1].split("<span>")[0]
    assert re.findall(r'data-state="(\d)"', beyond) == (["4"] if decides else [])


def test_before_anything_is_announced_the_suggestion_is_compared_and_called_so(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        had(chain, "V-C04", date(2024, 1, 1), 1, score=50)
        return chain.reported()

    house.fill(make)
    shown = house.enter("reviewer").get(f"/staff/tracks/{house.track}/do/propose_minor").split("ladder-similar")[1]
    assert "Suggested in addition:" in shown
    assert "Here in addition:" not in shown


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


def test_of_a_proposal_all_that_is_wrong_is_said_at_once_each_at_its_field(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    said = _proposal(measures=["1", "4"], days="999", M4="yes", hours="abc", materials="138 0013 8000")
    page = house.enter("reviewer").post(where, 422, **said)
    summary = page[page.index("error-summary") :].split("</ul>")[0]
    found = re.findall(r'<a href="#(\w+)">([^<]+)</a>', summary)
    assert {field for field, _words in found} == {"M4_reason", "departure", "days"}
    assert "Time for all of it, in days: Write a number from 5 to 90." in dict(found)["days"]
    assert "Write a whole number" not in page, "the training is not chosen: its hours are not looked at"


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


def test_a_proposal_that_waits_for_a_signature_keeps_every_row_that_was_written(house: House) -> None:
    def reported(chain: Chain) -> CaseTrack:
        track = chain.reported("V-I02")
        setting(chain.session, "APPROVAL_CHAIN").value = ["check:secretary", "sign:head"]
        return track

    house.fill(reported)
    more = {"item_2_problem": "向同事泄露债务", "item_2_correction": "停止泄露", "item_2_proof": "培训记录"}
    mine = house.enter("reviewer")
    mine.post(f"/staff/tracks/{house.track}/do/propose_minor", **_proposal(**more))
    number = house.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one())
    where = f"/staff/approvals/{number}"
    house.enter("secretary").post(f"{where}/back", prefix="back", comment="请核对")
    page = mine.get(f"{where}/revise")
    assert "向同事泄露债务</textarea>" in page
    mine.post(f"{where}/revise", **_proposal(**more))
    house.enter("secretary").post(f"{where}/approve", prefix="approve")
    house.enter("head").post(f"{where}/sign", prefix="sign")
    proposal = house.read(lambda at: at.scalars(select(Proposal)).one())
    assert [each["problem"] for each in proposal.terms["1"]["items"]] == ["致电无关人员", "向同事泄露债务"]


def test_a_proposal_that_waits_is_looked_at_again_by_a_worker_who_answers_no_request(house: House) -> None:
    def reported(chain: Chain) -> CaseTrack:
        track = chain.reported("V-I02")
        setting(chain.session, "APPROVAL_CHAIN").value = ["check:secretary", "sign:head"]
        return track

    def looked_at() -> str:
        with house.app.app_context():
            jobs_drafts.look_again(number)
        return str(house.read(lambda at: at.get_one(Dossier, number).state))

    house.fill(reported)
    house.enter("reviewer").post(f"/staff/tracks/{house.track}/do/propose_minor", **_proposal())
    number = house.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one())
    assert looked_at() == "IN_APPROVAL"
    gone = delete(AccountRole).where(AccountRole.account_id == house.people["reviewer"])
    house.read(lambda at: at.execute(gone))
    assert looked_at() == "IN_APPROVAL", "the role may be given back"
    left = select(Task.role).where(Task.kind == "dossier_left", Task.subject_id == number)
    assert house.read(lambda at: list(at.scalars(left))) == ["head"]


def test_a_row_that_was_begun_is_filled(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}/do/propose_minor"
    page = house.enter("reviewer").post(where, 422, **_proposal(item_1_correction=""))
    assert "Fill in: What must be corrected" in page


def test_whoever_comes_late_to_a_deed_is_led_back_and_reads_who_took_it_further(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where = f"/staff/tracks/{house.track}"
    reviewer = house.enter("reviewer")
    reviewer.post(f"{where}/do/propose_minor", **_proposal(reasons="理由"))
    late = reviewer.client.get(f"{where}/do/propose_minor", follow_redirects=True)
    assert late.request.path == where
    assert "This cannot be done as it stands now." in late.text


def test_who_has_no_part_in_it_is_offered_nothing(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    house.enter("officer").get(f"/staff/tracks/{house.track}/do/propose_minor", 404)
    assert "/do/" not in house.enter("officer").get(f"/staff/tracks/{house.track}")
    house.enter("officer").post(f"/staff/tracks/{house.track}/do/propose_minor", 403, **_proposal(reasons="理由"))


def test_the_box_of_the_search_stands_only_before_whoever_may_search(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    assert 'action="/staff/search"' in house.enter("officer").get("/staff/tracks")
    assert "/staff/search" not in house.enter("panel0").get("/staff/panel")


def test_measures_are_ordered_with_day_place_and_two_interviewers(house: House) -> None:
    house.fill(lambda chain: chain.effective([1, 2, 3]))
    where, officer = f"/staff/tracks/{house.track}/do/execute", house.enter("officer")
    fields = {
        "at": "2026-12-10 10:00",
        "place_of": "协会会议室",
        "interviewers": [str(house.people["officer"])],
        "first_on": "2026-12-15",
        "training_place": "线上",
    }
    assert re.search(r"Interviewers.*?At least two</p>", officer.get(where), re.DOTALL), "before anybody sends it"
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
        "recusal_answer": "不申请回避",
    }
    assert "The attendee must be told of his rights first." in officer.post(where, 422, **fields)
    named = {**fields, "entry_1_answer": "清楚，涉及林晓芸，电话13911112222。", "rights_told": "y"}
    assert "13911112222 (Mobile number)" in officer.post(where, 422, **named)
    sound = made.sound_wav()
    officer.post(where, **fields, rights_told="y", recording=(BytesIO(sound), "约谈.wav"))
    page = officer.get(f"/staff/tracks/{track}")
    assert "是否清楚约谈事由？" in page
    assert "Not every page is signed" in officer.post(f"/staff/tracks/{track}/do/hold_interview", 422)
    lead = house.enter("lead")
    assert "Read and sign the record of the interview" in lead.get(f"/portal/cases/{track}")
    first = lead.get(f"/portal/cases/{track}/record/1")
    assert "周岚" in first
    assert "不申请回避" in first
    assert "Confirm that you have read the page." in lead.post(f"/portal/cases/{track}/record/1", 422, name="周岚")
    lead.post(f"/portal/cases/{track}/record/1", 409, name="周岚", read="y", seen="of another text")
    for number in (1, 2, 3):
        lead.post(f"/portal/cases/{track}/record/{number}", name="周岚", read="y", correction="应为：均已清楚。")
    house.enter("officer").post(f"/staff/tracks/{track}/do/hold_interview")
    assert house.state == "VERIFYING"
    house.proves_its_recording("D23c", sound)


def test_a_second_officer_confirms_each_correction(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.executing([1])
        chain.report(track)
        return track

    house.fill(make)
    where, found = f"/staff/tracks/{house.track}/problems/1", {"result": "PASS", "note": "核对录音"}
    officer = house.enter("officer")
    page = officer.get(f"/staff/tracks/{house.track}")
    assert ("Two officers have not yet verified" in page, "Nothing failed: let it pass." in page) == (True, False)
    assert "Verify problem 1" in page, "which is the next thing to do"
    officer.post(where, **found)
    assert "Verify problem 1" not in officer.get(f"/staff/tracks/{house.track}"), "a second officer's"
    assert "A second officer confirms" in officer.post(where, 403, **found)
    second = house.enter("second")
    assert "核对录音</textarea>" in second.get(where), "what the first found is confirmed, and not written over"
    second.post(where, **found)
    assert house.read(lambda at: at.scalars(select(RectificationItem)).one().second_by) == house.people["second"]
    officer.post(f"/staff/tracks/{house.track}/do/pass")
    assert house.state == "CLOSED"


def test_before_a_second_order_its_page_names_what_failed_why_and_for_how_long_it_is_ordered(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.executing([1])
        chain.report(track)
        chain.verify(track, "FAIL")
        return track

    house.fill(make)
    asked = select(RectificationItem.problem, RectificationItem.result_note)
    item, note = house.read(lambda at: at.execute(asked.limit(1)).one())
    page = house.enter("officer").get(f"/staff/tracks/{house.track}/do/fail_first").partition('id="again"')[2]
    assert (item in page, note in page, "15 days from service" in page) == (True, True, True)


def test_people_are_enrolled_and_their_results_close_the_training(house: House) -> None:
    house.fill(lambda chain: chain.executing([3]))
    officer, where = house.enter("officer"), f"/staff/tracks/{house.track}"
    assert "At least 3 people must be enrolled." in officer.get(where), "before anybody fills in a form for nothing"
    officer.post(f"{where}/trainees", people="学员甲，主管\n学员乙\n学员丙, 催收员")
    page = officer.get(f"{where}/do/confirm_training")
    people = re.findall(r'name="came_(\d+)"', page)
    assert len(people) == 3
    results = {f"came_{each}": "y" for each in people} | {f"mark_{each}": "90" for each in people}
    wrong = officer.post(f"{where}/do/confirm_training", 422, **results | {f"mark_{people[1]}": "101"})
    assert "Mark of 学员乙: " in wrong, "of several marks it says whose is wrong"
    officer.post(f"{where}/do/confirm_training", **results)
    assert house.state == "VERIFYING"


def test_a_company_reads_who_was_enrolled_in_its_training_and_taken_off_by_itself_and_by_the_association(
    house: House,
) -> None:
    house.fill(lambda chain: chain.executing([3]))
    lead, case = house.enter("lead"), f"/portal/cases/{house.track}"
    lead.post(f"{case}/training", name_1="学员甲", position_1="主管", name_2="学员乙", position_2="催收员")
    first = house.read(lambda at: min(at.scalars(select(TrainingPerson.id))))
    lead.post(f"{case}/training/{first}/remove")
    house.enter("officer").post(f"/staff/tracks/{house.track}/trainees", people="学员丙，催收员")
    page = re.sub(r"<[^>]+>|\s+", " ", house.enter("lead").get(case))
    told = re.findall(r"(Your company|The Association) +(enrolled \d+ pe\w+ in the training|took a person off)", page)
    assert sorted(told) == [
        ("The Association", "enrolled 1 person in the training"),
        ("Your company", "enrolled 2 people in the training"),
        ("Your company", "took a person off"),
    ]


def test_no_form_opens_for_what_is_done_while_other_measures_go_on(house: House) -> None:

    def trained(chain: Chain) -> CaseTrack:
        track = chain.executing([1, 3])
        chain.trained(track)
        return track

    house.fill(trained)
    assert house.state == "EXECUTING"
    where = f"/staff/tracks/{house.track}"
    officer = house.enter("officer")
    assert officer.client.get(f"{where}/do/confirm_training").location == where
    assert "This measure is already done." in officer.get(where)


def test_only_who_verifies_and_enrols_opens_the_forms_for_it(house: House) -> None:
    house.fill(lambda chain: chain.executing([1, 3]))
    for form in ("trainees", "problems/1"):
        house.enter("officer").get(f"/staff/tracks/{house.track}/{form}")
        house.enter("reviewer").get(f"/staff/tracks/{house.track}/{form}", 403)


def test_the_card_of_the_case_page_says_what_can_be_done_and_leads_on(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    page = house.enter("reviewer").get(f"/staff/cases/{case}")
    assert f"/staff/tracks/{house.track}/do/propose_minor" in page
    assert "Ladder of measures" in page


# --- panels ---


@pytest.mark.parametrize("votes", [(), ("PROPOSED",)])
def test_before_and_after_the_first_vote_the_same_quorum_is_named(house: House, votes: tuple[str, ...]) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1])
        chain.vote(track, *votes)
        return track

    house.fill(make)
    assert "3 votes are needed before anything is counted" in house.enter("head").get(f"/staff/tracks/{house.track}")


def test_where_a_number_was_read_stands_as_it_was_typed(app: Flask) -> None:
    counted, corrected = Part("A1", 4, "E1、E2", answer="3"), Part("A1", 4, "台账、录音", "按录音计", "5")
    with app.test_request_context(), force_locale("en"):
        assert read_from(counted) == "E1, E2"
        assert read_from(corrected) == "台账、录音"
