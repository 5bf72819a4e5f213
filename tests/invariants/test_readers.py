"""Tries to read what belongs to somebody else: files of other companies, names, answers; administrators try it all."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import forwardings, tracks, triage
from casework.models import Complaint
from casework.models_cases import CaseTrack
from core.db import transaction
from notices import queries as notices
from notices.models import Document
from sanctions import admissions, hearings, reviews, statements
from tests.builders import FACTS, NAME, PHONE, Desk, person_of, rendered
from tests.builders_cases import actor
from tests.codes import opened
from tests.conftest import NOW
from tests.invariants.house import SECRET, House, all_refused, answered, database_refuses, house, read
from tests.looks import ANYWHERE, watched
from tests.sanctions.chain import Chain

__all__ = ["house"]
BEGUN = NOW - timedelta(days=12)
WRITTEN = "SELECT count(*) FROM journal UNION ALL SELECT count(*) FROM account WHERE locked_at IS NOT NULL"
INSIDE = ("view", "place", "person", "level", "page", "step", "made", "which")
"""What addresses of one matter count by themselves."""
ANYTHING = {
    "text": "x", "wishes": "x", "confirmed": "y", "grounds": "x", "outcome": "EXPLAINED", "seen": "1",
    "to_association": "x", "to_complainant": "x", "wanted": "lock",
}  # fmt: skip
OWN_PAPERS = ("document", "service", "evidence", "case_file", "case_track", "forwarding", "answer", "statement")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, BEGUN)


def _stranger(house: House, complaint: int) -> object:
    """The browser of whoever holds the receipt code of a complaint."""
    client = house.client()
    with client.session_transaction() as cookie:
        cookie.update(opened(house.app, complaint))
    return client


# --- I-12 ---


@pytest.mark.invariant("I-12", "verb")
def test_nobody_acts_on_another_companys_matters(session: Session) -> None:
    """I-12: every deed of a company, tried by the lead of another one."""
    desk, chain = Desk(session, BEGUN), Chain(session, BEGUN)
    forwarding, track = desk.forwarded(), chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    said = {"now": chain.later(5)}
    for who in (desk.firm_lead, desk.lead, actor(chain.firm_lead)):
        tries = [
            lambda who=who: tracks.explain(session, track, text="x", actor=who, **said),
            lambda who=who: statements.state(session, track, text="x", actor=who, **said),
            lambda who=who: statements.waive(session, track, confirmed=True, actor=who, **said),
            lambda who=who: hearings.ask_for(session, track, wishes="x", actor=who, **said),
            lambda who=who: reviews.ask_review(session, track, grounds="x", actor=who, **said),
            lambda who=who: admissions.admit(
                session, track, text="", signed_by="x", position="x", authorised=True, told=True, actor=who, **said
            ),
        ]
        all_refused(tries)
    texts = {"outcome": "EXPLAINED", "to_association": "x", "to_complainant": "x"}
    for who in (desk.firm_lead, actor(chain.lead)):
        all_refused([lambda who=who: forwardings.answer(session, forwarding, actor=who, **texts, **said)])


@pytest.mark.invariant("I-12", "web")
def test_no_address_of_the_portal_shows_another_companys_matters(house: House) -> None:
    """I-12: every address of the portal with the numbers of everything there is, by people of other companies."""
    answered(house)
    house.numbers |= {"word": "explanation", "slug": "x", "key": "x", **dict.fromkeys(INSIDE, 1)}
    house.numbers |= {"place": f"answer:{house.numbers['forwarding']}:0", "sha256": "0" * 64}
    papers = house.read(_letters)
    matters = {"/portal/forwardings/": [house.numbers["forwarding"]], "/portal/cases/": [house.numbers["track"]]}
    matters |= {"/portal/notices/": papers, "/portal/people/": [house.people["own_lead"], house.people["lead"]]}
    foreign = {f"{area}{number}" for area, numbers in matters.items() for number in numbers}
    for who in ("other_lead", "firm_lead"):
        browser, tried = house.client(who), set[str]()
        for number in range(1, 1 + max(*papers, house.numbers["track"], house.numbers["forwarding"])):
            found = set[str]()
            for machine, kind in (("track", "track"), ("forwarding", "forwarding"), ("complaint", "track")):
                house.numbers |= {"number": number, "machine": machine, "kind": kind}
                found |= set(house.addresses("/portal", inside=True))
            for address in sorted(found - tried):
                answer = browser.get(address)
                assert answer.mimetype not in {"application/pdf", "image/png"}, (who, address)
                said = read(answer)
                assert not any(word in said for word in house.planted), (who, address)
                if "/".join(address.split("/")[:4]) in foreign:
                    assert answer.status_code in {302, 403, 404}, (who, address)
            tried |= found
        with watched(house.app) as looks:
            before = looks.marks()
            for area, numbers in matters.items():
                for house.numbers["number"] in numbers:
                    for address in house.addresses(area, method="POST", inside=True):
                        foreigns = "/".join(address.split("/")[:4]) in foreign
                        refused = {403, 404} if foreigns else {303, 403, 404, 409, 422}
                        assert house.post(who, address, **ANYTHING) in refused, (who, address)
            assert {str(table) for table, _moved in looks.marks() - before} <= {*ANYWHERE, "once"}, "a key of forms"
    house.numbers["number"] = house.numbers["forwarding"]
    own = house.get("own_lead", "/portal/forwardings/{number}")[1]
    assert house.client("own_lead").get("/portal/files/1").mimetype == "image/png"
    assert [word for word in house.planted if word not in own] == list(house.planted[-1:]), "but of the case"
    before = house.sees("zilu_system", {}, WRITTEN)
    assert {house.post("own_lead", f"/portal/notices/{number}/open") for number in papers} >= {303}
    assert house.sees("zilu_system", {}, WRITTEN) != before


def _letters(at: Session) -> list[int]:
    """Every document, each with its PDF."""
    for each in at.scalars(select(Document).where(Document.pdf_sha256.is_(None))):
        rendered(at, each, NOW)
    return list(at.scalars(select(Document.id)))


@pytest.mark.invariant("I-12", "database")
def test_a_company_selects_only_what_is_its_own(house: House) -> None:
    """I-12: rows of every table that has some of another company; of the own track no column that is inside."""
    answered(house)
    for table in OWN_PAPERS:
        assert house.sees("zilu_party", {"zilu.party": house.numbers["firm"]}, f"SELECT id FROM {table}") == [], table
    mine = {"zilu.party": house.read(lambda at: at.get_one(CaseTrack, house.numbers["number"]).party_id)}
    assert house.sees("zilu_party", mine, "SELECT id FROM case_track") != []
    for column in ("report", "gaps", "lead", "investigator_id", "reviewer_id", "filed_by"):
        assert house.sees("zilu_party", mine, f"SELECT {column} FROM case_track") == "denied"
    for table in ("allegation", "proposal", "panel", "vote", "note", "decision", "journal", "task", "complaint"):
        assert house.sees("zilu_party", mine, f"SELECT 1 FROM {table}") == "denied", table
    for column in ("tally", "seed", "reasons", "measures"):
        assert house.sees("zilu_party", mine, f"SELECT {column} FROM review") == "denied"


# --- I-13 ---


@pytest.mark.invariant("I-13", "verb")
def test_nobody_is_named_to_a_company_without_consent(desk: Desk) -> None:
    """I-13: the masked copy with the name and the number left in; a referral with the identity; the letter's words."""
    complaint = desk.received()
    said = {"respondents": [desk.lender.id], "actor": desk.intake, "now": BEGUN}
    texts = (FACTS, f"联系人{NAME}", f"电话{PHONE}", "电话139 1234 5678")
    all_refused(lambda text=text: triage.accept(desk.session, complaint, masked_facts=text, **said) for text in texts)
    forwarding = desk.forwarded()
    letter = notices.last_document(desk.session, ["D05b"], "forwarding", forwarding.id)
    assert letter is not None
    told = json.dumps(letter.paper, ensure_ascii=False)
    assert forwarding.identity is None
    assert NAME not in told
    assert PHONE not in told


@pytest.mark.invariant("I-13", "web")
def test_no_page_of_a_company_names_the_complainant(house: House) -> None:
    """I-13: every page of the company concerned, the complaint's files not shared, and the form of the acceptance."""
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        received = desk.received(contact="13900001111")
        forwarding = desk.forwarded()
        house.people |= {"own_lead": desk.lead.id or 0, "intake": desk.intake.id or 0}
        house.numbers |= {"lender": desk.lender.id, "ref": received.ref}
        received_id = received.id
        del forwarding
    browser = house.client("own_lead")
    for number in range(1, 5):
        house.numbers |= {"number": number, "machine": "forwarding"}
        for address in house.addresses("/portal"):
            page = read(browser.get(address))
            assert NAME not in page, address
            assert PHONE not in page, address
    sent = {"respondents": str(house.numbers["lender"]), "masked_facts": FACTS, "masked": FACTS}
    assert house.post("intake", "/staff/complaints/{ref}/do/accept", **sent) in {200, 409, 422}
    assert house.read(lambda at: at.get_one(Complaint, received_id).state) == "RECEIVED"


@pytest.mark.invariant("I-13", "database")
def test_the_database_names_nobody_without_consent(house: House) -> None:
    """I-13: a company asks for complainants; a name is written into a forwarding by SQL."""
    answered(house)
    own = {"zilu.party": house.numbers["lender"]}
    for query in ("SELECT name FROM complainant", "SELECT facts FROM complaint", "SELECT number FROM contact_event"):
        assert house.sees("zilu_party", own, query) == "denied"
    written = "UPDATE forwarding SET identity = '\\x00' WHERE id = :id"
    said = house.read(lambda at: database_refuses(at, written, id=house.numbers["forwarding"]))
    assert "consent" in said


# --- I-16 ---


@pytest.mark.invariant("I-16", "verb")
def test_an_answer_is_released_only_by_staff_who_read_it(desk: Desk) -> None:
    """I-16: released by the company, by the complainant, unread, and before there is an answer."""
    forwarding = desk.forwarded()
    person = person_of(forwarding.complaint)
    everybody = (desk.lead, desk.firm_lead, desk.member, person, desk.intake, desk.officer, desk.head)
    said = {"read": True, "warned": True, "now": BEGUN}
    all_refused(lambda who=who: forwardings.release(desk.session, forwarding, actor=who, **said) for who in everybody)
    desk.answer(forwarding, to_association=SECRET)
    outside = (desk.lead, desk.firm_lead, desk.member, person)
    all_refused(lambda who=who: forwardings.release(desk.session, forwarding, actor=who, **said) for who in outside)
    unread = {**said, "read": False}
    all_refused([lambda: forwardings.release(desk.session, forwarding, actor=desk.intake, **unread)])
    shown = desk.release(forwarding)
    letter = notices.last_document(desk.session, ["D39"], "forwarding", forwarding.id)
    assert letter is not None
    assert SECRET not in shown.body + json.dumps(letter.paper, ensure_ascii=False)


@pytest.mark.invariant("I-16", "web")
def test_the_tracking_page_shows_no_answer_before_its_release(house: House) -> None:
    """I-16: everything behind the receipt code while the answer waits, and what was written to the association ever."""
    answered(house)
    waiting = "我司已停止联系您的同事"
    client = _stranger(house, house.numbers["complaint"])
    for address in (*house.addresses("/track"), "/track/complaint"):
        page = client.get(address).get_data(as_text=True)
        assert SECRET not in page, address
        assert waiting not in page, address
    for number in range(1, 12):
        assert client.get(f"/track/letters/{number}.pdf").status_code in {302, 303, 404, 410, 503}
    house.post("", "/staff/forwardings/{forwarding}/do/release", read="y", warned="y")
    client.post(
        f"/staff/forwardings/{house.numbers['forwarding']}/do/release", data={"release-read": "y", "release-key": "i16"}
    )
    assert waiting not in client.get("/track/complaint").get_data(as_text=True)
    assert house.post("intake", "/staff/forwardings/{forwarding}/do/release", read="y", warned="y") == 303
    page = client.get("/track/complaint").get_data(as_text=True)
    assert waiting in page
    assert SECRET not in page


@pytest.mark.invariant("I-16", "database")
def test_a_complainant_selects_no_answer(house: House) -> None:
    """I-16: the answers, what forwardings say, releases of others, and columns about who works on the complaint."""
    answered(house)
    own = {"zilu.complaint": house.numbers["complaint"]}
    for query in (
        "SELECT to_association FROM answer",
        "SELECT to_complainant FROM answer",
        "SELECT masked_facts FROM forwarding",
        "SELECT gaps FROM forwarding",
        "SELECT officer_id FROM complaint",
        "SELECT severity FROM complaint",
        "SELECT body FROM note",
        "SELECT changes FROM journal",
    ):
        assert house.sees("zilu_complainant", own, query) == "denied", query
    assert house.sees("zilu_complainant", own, "SELECT body FROM release") == []
    assert house.sees("zilu_complainant", {"zilu.complaint": 999}, "SELECT id FROM complaint") == []
