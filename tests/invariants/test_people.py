"""Tries to take two parts in one case, and to read or vote after a recusal."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework import cases, recusals, tasks, tracks
from casework.models import Answer, Complaint, Forwarding, LedgerEntry, Message, Note, Release, Settlement
from casework.models_cases import CaseFile, CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_scripts import ComplaintScript
from casework.models_stop_contacts import StopContact
from core.db import transaction
from core.outbox import Outbox
from filestore import files
from filestore.models_uploads import MadeCopy
from notices.models import Document
from registry.models_accounts import AccountRole
from sanctions import measures, panels, policies, review_bodies, rounds
from sanctions.models_decisions import PanelMember, Vote
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.invariants.house import House, all_refused, database_refuses, house, read
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing

__all__ = ["house"]
BEGUN = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def chain(session: Session) -> Chain:
    return Chain(session, BEGUN)


def _with_every_role(at: Session, chain: Chain) -> None:
    """Everybody of the staff may do everything: only the rule of separate parts is left."""
    people = (chain.investigator, chain.reviewer)
    for person in people:
        for role in {"investigator", "reviewer", "panel", "officer", "review body"} - set(person.role_words):
            at.add(AccountRole(account_id=person.id, role=role))
    at.flush()
    for person in people:
        at.expire(person, ["roles"])


# --- I-03 ---


@pytest.mark.invariant("I-03", "verb")
def test_nobody_takes_two_parts_in_a_case(session: Session) -> None:
    """I-03: whoever investigated proposes, whoever proposed investigates, both are in every pool."""
    chain = Reviewing(session, BEGUN).fill_pool()
    track = chain.reported()
    _with_every_role(session, chain)
    all_refused([lambda: chain.propose(track, [1], actor=actor(chain.investigator))])
    chain.propose(track, [1])
    said = {"actor": actor(chain.head), "version": None, "now": chain.later(4)}
    all_refused([lambda: tracks.reassign(session, track, chain.reviewer, **said)])
    pool = {person.id for person, _background in policies.eligible(session, track)}
    assert not pool & {chain.investigator.id, chain.reviewer.id}
    chain.proposed = lambda *_: track
    chain.propose = lambda *_: None
    track = chain.served_decision([1])
    review = chain.asked(track)
    review_bodies.draw(session, review, actor=actor(chain.secretary), now=chain.later(9), seed="一")
    sat = set(session.scalars(select(PanelMember.account_id)))
    assert not {each.account_id for each in review.members} & {*sat, chain.investigator.id, chain.reviewer.id}


@pytest.mark.invariant("I-03", "web")
def test_no_form_gives_somebody_a_second_part(house: House) -> None:
    """I-03: forms with the numbers of people whom the lists leave out, and forms that pages do not offer them."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.deliberating([1])
        chain.vote(track, "PROPOSED")
        _with_every_role(at, chain)
        house.fill(chain, number=track.id, case=track.case_id)
    case = "/staff/cases/{case}/tracks/{number}"
    member = house.read(lambda at: at.scalars(select(PanelMember.account_id)).first())
    for person in (house.people["reviewer"], member):
        for event in ("reassign", "file", "return_investigation"):
            said = {"investigator": str(person), "opinion": "同意", "reasons": "调整"}
            house.post("head", f"{case}/{event}", **said)
            house.post("head", f"/staff/tracks/{{number}}/do/{event}", **said)
    for who in ("investigator", "reviewer"):
        assert house.post(who, "/staff/panel/{number}/vote", "vote", choice="NONE", reasons="无") in {403, 404, 409}
        house.post(who, "/staff/panel/{number}/decision", "decision", reasons="无")
    assert not house.broken()
    parts = house.read(lambda at: at.get_one(CaseTrack, house.numbers["number"]))
    assert (parts.investigator_id, parts.reviewer_id) == (house.people["investigator"], house.people["reviewer"])
    assert house.read(lambda at: at.scalar(select(func.count()).select_from(Vote))) == 1


@pytest.mark.invariant("I-03", "database")
def test_the_database_keeps_the_parts_apart(chain: Chain) -> None:
    """I-03: the parts exchanged by SQL."""
    track = chain.deliberating([1])
    chain.vote(track)
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    member = panel.members[0]
    for query in (
        f"UPDATE case_track SET investigator_id = {member.account_id} WHERE id = {track.id}",
        f"UPDATE panel_member SET account_id = {chain.investigator.id} WHERE id = {member.id}",
        f"UPDATE case_track SET reviewer_id = investigator_id WHERE id = {track.id}",
    ):
        assert database_refuses(chain.session, query)


# --- I-04 ---


def _all_that_hangs_on(at: Session, it: Complaint, chain: Chain) -> int:
    """A row in each table that belongs to a complaint; the number of its forwarding."""
    about, kept = {"complaint_id": it.id}, at.scalars(select(Evidence.sha256)).first()
    sent = Forwarding(
        **about, ref=f"{it.ref}-1", party_id=chain.lender.id, role="PRINCIPAL", sent_at=NOW, masked_facts="x"
    )
    at.add(sent)
    at.flush()
    given = {"outcome": "EXPLAINED", "to_association": "x", "to_complainant": "x", "submitted_at": NOW, "timely": True}
    answer = Answer(forwarding_id=sent.id, round=0, **given)
    at.add(answer)
    at.flush()
    at.add_all(
        [
            Release(
                **about,
                forwarding_id=sent.id,
                answer_id=answer.id,
                outcome="x",
                body="x",
                answered_at=NOW,
                released_at=NOW,
            ),
            Message(**about, from_complainant=True, body="x", at=NOW),
            Settlement(**about, terms="x", proposed_at=NOW),
            StopContact(**about, ref="TL2026-T00001", number="13812345678", number_hash=b"x", confirmed_own=True,
                        requested_at=NOW, state="REQUESTED"),
            LedgerEntry(party_id=chain.lender.id, code="V-P01", forwarding_id=sent.id, on=NOW.date()),
            Evidence(**about, given_by="COMPLAINANT", sha256=kept, name="x", media_type="image/png",
                     size=1, added_at=NOW),
            Note(**about, author_id=chain.officer.id, body="x", at=NOW),
            ComplaintScript(**about, bands=[1]),
        ]
    )  # fmt: skip
    return sent.id


def _left(at: Session, house: House) -> Chain:
    """A published case with everything in it, from which the second officer and a member were recused."""
    chain = Chain(at, BEGUN)
    track = chain.effective([5], "V-I02")
    measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    case = at.get_one(CaseFile, track.case_id)
    at.add(Note(case_id=case.id, author_id=chain.officer.id, body="内部", at=NOW))
    tasks.put(at, "recused", ("case", case.id, case.ref), role="head", now=NOW, key="recused:probe")
    complaint = case.complaints[0]
    event = {"complaint_id": complaint.id, "at": NOW, "kind": "SMS", "added_at": NOW}
    at.add(ContactEvent(**event))
    at.flush()
    publication = rounds.publication(at, track)
    assert publication is not None
    house.fill(chain, number=track.id, case=case.id, track=track.id, slug=publication.slug)
    house.numbers |= {"complaint": complaint.id, "forwarding": _all_that_hangs_on(at, complaint, chain)}
    member = at.scalars(select(PanelMember).order_by(PanelMember.id)).first()
    assert member is not None
    house.people["member"] = member.account_id
    document = at.scalars(select(Document.id).where(Document.kind == "D17")).first()
    kept, covered = case.evidence[0], files.keep_made(at, b"covered", "covered.txt", "text/plain")
    kept.covered_sha256, kept.covered_type, kept.covered_size = covered.sha256, covered.media_type, covered.size
    kept.covered_by, kept.covered_at = chain.officer.id, NOW
    at.add(MadeCopy(sha256=kept.sha256, asked_at=NOW))
    house.numbers |= {"document": document, "evidence": kept.id, "publication": publication.id}
    house.numbers |= {"digest": kept.sha256, "covered": covered.sha256}
    for person in (chain.second, next(each for each in chain.panel if each.id == member.account_id)):
        recusals.declare(at, case, ground="RELATIVE", facts="亲属", actor=actor(person), now=NOW)
    return chain


FORMS = "note message evidence open cover confirm codes assign vote decision motion correction"
"""By these words the names of fields begin where one page holds several forms."""
CLOSED = {
    "case_file": "id = {case}",
    "case_track": "case_id = {case}",
    "allegation": "track_id = {number}",
    "proposal": "track_id = {number}",
    "decision": "track_id = {number}",
    "measure": "track_id = {number}",
    "statement": "track_id = {number}",
    "panel": "track_id = {number}",
    "panel_member": "track_id = {number}",
    "publication": "track_id = {number}",
    "publication_text": "publication_id = {publication}",
    "redaction": "publication_id = {publication}",
    "bulletin_correction": "publication_id = {publication}",
    "note": "case_id = {case} OR complaint_id = {complaint}",
    "evidence": "case_id = {case} OR complaint_id = {complaint}",
    "case_complaint": "case_id = {case}",
    "case_entry": "case_id = {case}",
    "document": "subject_kind = 'track' AND subject_id = {number}",
    "service": "document_id = {document}",
    "dossier": "subject_kind = 'track' AND subject_id = {number}",
    "task": "subject_kind = 'case' AND subject_id = {case}",
    "journal": "(subject_kind, subject_id) IN (('case', {case}), ('track', {number}), ('publication', {publication}))",
    "contact_event": "true",
    "complaint": "id = {complaint}",
    "complainant": "complaint_id = {complaint}",
    "named_company": "complaint_id = {complaint}",
    "alleged_code": "complaint_id = {complaint}",
    "complaint_script": "complaint_id = {complaint}",
    "queue_entry": "complaint_id = {complaint}",
    "message": "complaint_id = {complaint}",
    "forwarding": "complaint_id = {complaint}",
    "answer": "forwarding_id = {forwarding}",
    "release": "complaint_id = {complaint}",
    "settlement": "complaint_id = {complaint}",
    "stop_contact": "complaint_id = {complaint}",
    "clock": "(subject_type, subject_id) IN (('track', {number}), ('complaint', {complaint}))",
    "ledger_entry": "forwarding_id = {forwarding} OR track_id = {number}",
    "recusal": "case_id = {case} AND account_id = {member}",
    "search_entry": "subject_kind = 'complaint' AND subject_id = {complaint}",
    "stored_file": "sha256 = '{digest}'",
    "made_copy": "sha256 = '{digest}'",
    "journal_head": "(subject_kind, subject_id) IN (('case', {case}), ('track', {number}), ('complaint', {complaint}))",
    "outbox": "args ->> 'document_id' = '{document}'",
}
"""Tables in which a case has rows, and which of them are its own."""
REDACTED = "INSERT INTO redaction (publication_id, passage, instead, reason) VALUES (:id, 'a', 'b', 'c')"
PROPOSED = (
    "INSERT INTO bulletin_correction (publication_id, text_id, proposed_by, proposed_at) "
    "SELECT publication_id, t.id, a.id, now() FROM publication_text t, account a WHERE publication_id = :id LIMIT 1"
)
STATED = "INSERT INTO statement (track_id, round, body, stated_at, late) VALUES (:id, 1, 'x', now(), false)"


@pytest.mark.invariant("I-04", "database")
def test_a_recused_officer_selects_no_row_of_the_case(house: House) -> None:
    """I-04: each table in which the case has rows, as a colleague sees them and as the recused officer does."""
    with house.app.app_context(), transaction() as at:
        _left(at, house)
        for written in (REDACTED, PROPOSED):
            at.execute(text(written), {"id": house.numbers["publication"]})
        at.execute(text(STATED), {"id": house.numbers["number"]})
    colleague, gone = house.people["officer"], house.people["second"]
    house.numbers["member"] = house.people["member"]
    for table, which in CLOSED.items():
        asked = f"SELECT count(*) FROM {table} WHERE {which}"
        assert house.sees("zilu_staff", {"zilu.account": colleague}, asked) != [0], table
        assert house.sees("zilu_staff", {"zilu.account": gone}, asked) == [0], table
        if table not in {"publication", "panel_member", "recusal"}:
            assert house.sees("zilu_panel", {"zilu.account": house.people["member"]}, asked) in ([0], "denied"), table


@pytest.mark.invariant("I-04", "database")
def test_the_copy_in_which_people_are_covered_is_closed_like_its_original(house: House) -> None:
    """I-04: bytes of the case under another digest."""
    with house.app.app_context(), transaction() as at:
        _left(at, house)
    kept = "SELECT count(*) FROM stored_file WHERE sha256 = '{covered}'"
    assert house.sees("zilu_staff", {"zilu.account": house.people["officer"]}, kept) == [1]
    assert house.sees("zilu_staff", {"zilu.account": house.people["second"]}, kept) == [0]


@pytest.mark.invariant("I-04", "database")
def test_bytes_that_another_complaint_holds_too_stay_open_and_of_later_work_only_what_a_page_tells(
    house: House,
) -> None:
    """I-04: the same leaflet in a case that somebody left and in a complaint they handle; jobs about complaints."""
    with house.app.app_context(), transaction() as at:
        chain = _left(at, house)
        other = chain.complaint()
        at.add(Evidence(complaint_id=other.id, given_by="COMPLAINANT", sha256=house.numbers["digest"], name="x",
                        media_type="image/png", size=1, added_at=NOW))  # fmt: skip
        about = {"complaint_id": house.numbers["complaint"]}
        at.add(Outbox(job="casework.suggest", key="suggest:probe", args=about, asked_at=NOW))
    gone = {"zilu.account": house.people["second"]}
    kept = "SELECT count(*) FROM stored_file WHERE sha256 = '{digest}'"
    assert house.sees("zilu_staff", gone, kept) == [1]
    asked = "SELECT count(*) FROM outbox WHERE args ? 'complaint_id'"
    assert house.sees("zilu_system", {}, asked) != [0]
    for person in ("second", "officer"):
        assert house.sees("zilu_staff", {"zilu.account": house.people[person]}, asked) == [0]


@pytest.mark.invariant("I-04", "database")
def test_the_database_takes_no_vote_of_a_recused_member(chain: Chain) -> None:
    """I-04: a vote written by SQL after the recusal."""
    track = chain.deliberating([1])
    panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一")
    panel.members[0].recused_at = chain.later(6)
    chain.session.flush()
    written = (
        "INSERT INTO vote (panel_id, member_id, choice, measures, reasons, voted_at) "
        "VALUES (:panel, :member, 'NONE', '[]', 'x', :when)"
    )
    given = {"panel": panel.id, "member": panel.members[0].id, "when": chain.later(7)}
    assert "no vote" in database_refuses(chain.session, written, **given)


@pytest.mark.invariant("I-04", "verb")
def test_a_recused_member_does_nothing_any_more(chain: Chain) -> None:
    """I-04: every deed of a member and of an officer after the recusal, and the draw that would bring him back."""
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED")
    gone = members[2]
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=gone, now=chain.later(6))
    second = actor(chain.second)
    recusals.declare(chain.session, track.case, ground="SHARES", facts="持股", actor=second, now=chain.later(6))
    late = {"now": chain.later(7)}
    all_refused(
        [
            lambda: panels.vote(chain.session, track, choice="NONE", reasons="无", actor=gone, **late),
            lambda: cases.note(chain.session, track.case, text="记", actor=second, **late),
            lambda: tracks.reassign(
                chain.session, track, chain.second, actor=actor(chain.head), version=None, now=chain.later(7)
            ),
        ]
    )
    panel = panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(7), seed="二")
    assert gone.id not in {each.account_id for each in rounds.sitting(panel)}


@pytest.mark.invariant("I-04", "web")
def test_a_recused_persons_open_session_shows_and_does_nothing(house: House) -> None:
    """I-04: every page of the staff with the numbers of the case, and every form, from sessions opened before."""
    with house.app.app_context(), transaction() as at:
        chain = _left(at, house)
        ref = at.get_one(CaseTrack, house.numbers["number"]).case.ref
        facts = chain.session.get_one(CaseTrack, house.numbers["number"]).allegations[0].facts
    house.numbers |= {"event": "note", "what": "tracks", "machine": "track", "allegation": 1}
    for who in ("second", "member"):
        browser = house.client(who)
        for address in house.addresses("/staff"):
            answer = browser.get(address)
            assert answer.status_code in {200, 302, 303, 308, 400, 403, 404, 405, 410}, (who, address)
            page = read(answer)
            assert facts not in page, (who, address)
            if "/recusals" not in address:
                assert ref not in page, (who, address)
        assert "/sign-in" not in str(browser.get("/account/home").location), "it was open all the while"
    journal = "SELECT max(id) FROM journal WHERE (subject_kind, subject_id) IN (('case', {case}), ('track', {number}))"
    last = house.sees("zilu_system", {}, journal)
    for who in ("second", "member"):
        _send_all(house, who)
    assert house.sees("zilu_system", {}, journal) == last
    _send_all(house, "officer")
    since = journal.replace("max(id)", "row") + f" AND id > {last[0]}"
    assert "case.note" in house.sees("zilu_system", {}, since), "what is sent is what a page takes from whoever may"


def _send_all(house: House, who: str) -> None:
    """Every form of the staff, under the names by which pages take them."""
    for address in house.addresses("/staff", method="POST"):
        house.post(who, address, FORMS, text="x", body="x", reasons="x", choice="NONE", person="1", why="x")
