"""What a company answered becomes evidence of a case: once, as it came, and for no other company to read."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import (
    cases,
    erased_files,
    evidence,
    late_evidence,
    queries_cases,
    queries_erasing_cases,
    taking_over,
)
from casework.intake import EvidenceFile
from casework.models import Complaint
from casework.models_cases import REFUSED_CONTACT, Allegation, CaseFile, CaseTrack, Evidence
from casework.showable import is_showable
from core import outbox
from core.actors import Actor
from core.db import Reader, read_as, transaction
from core.db import session as current
from core.errors import NotAllowed, NotNow, Unavailable
from core.forgetting import forget_later
from core.journal import JournalEntry, settle
from core.machine import Ask
from desk import queries_complaint
from filestore import files
from portal import company_archives
from registry import lineage, successions
from registry.models_lineage import SuccessionKind
from sanctions import file_views, files_made, queries_volumes
from tests.builders import Desk, account, actor_of
from tests.builders_cases import party
from tests.casework.house import House, fill
from tests.conftest import NOW
from tests.filestore.making_files import picture
from tests.sanctions.chain import Chain
from tests.statements import asked, counted

CALLS = "日期,次数\n2026-10-07,6\n".encode()


def answered(desk: Desk, contact: str = "13900000001") -> Complaint:
    """A complaint that the lender answered with a file."""
    forwarding = desk.forwarded(contact=contact)
    kept = files.keep(desk.session, BytesIO(CALLS), "通话清单.csv")
    file = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=False)
    return desk.answer(forwarding, files=[file]).complaint


def opened(desk: Desk, complaint: Complaint) -> CaseFile:
    return cases.open(desk.session, [complaint], title="", actor=desk.officer, now=desk.now)


def take(desk: Desk, case: CaseFile) -> list[Evidence]:
    """The case officer takes over all there is."""
    chosen = [each.mark for each in taking_over.offers(desk.session, case)]
    return taking_over.take_over(desk.session, case, chosen, shows="拨打次数", actor=desk.officer, now=desk.on(3))


def test_an_answer_and_its_files_become_evidence_once_and_say_whose_they_are(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    complaint = answered(desk)
    case, (forwarding,) = opened(desk, complaint), complaint.forwardings
    marks = [each.mark for each in taking_over.offers(session, case)]
    with force_locale("en"):
        words, file = take(desk, case)
    sent = files.read(words.sha256).decode()
    assert [sent.count(said) for said in ("经核查通话记录，共致电三次。", "处理结果：")] == [1, 1]
    assert re.search(r"处理结果：[^A-Za-z]+$", sent, re.MULTILINE), "in Chinese, whoever takes it over"
    assert files.read(file.sha256) == CALLS
    assert {words, file} <= set(queries_cases.evidence_of(session, case))
    for each in (words, file):
        assert (each.given_by, each.party_id, each.added_at) == ("RESPONDENT", desk.lender.id, now)
        assert all(said in (each.shows or "") for said in ("拨打次数", desk.lender.name_zh, forwarding.ref))
    evidence.describe(session, case, file, shows="", actor=desk.officer, now=now)
    assert desk.lender.name_zh in (file.shows or ""), "whose answer it is stays"
    with force_locale("en"):
        assert taking_over.offers(session, case) == [], "the same words, whoever reads"
    with pytest.raises(NotNow):
        taking_over.take_over(session, case, marks, actor=desk.officer, now=now)
    with pytest.raises(NotAllowed):
        taking_over.take_over(session, case, marks, actor=desk.lead, now=now)
    settle(session)
    noted = session.scalars(select(JournalEntry).where(JournalEntry.row == "case.take_over")).all()
    assert [(each.changes or {})["complaint"] for each in noted] == [complaint.ref] * 2
    given = queries_complaint.evidence_of(session, complaint.id)
    assert [each.id for each in given if each.taken_over] == [], "the complaint lists a file once"


def test_it_is_bound_once_and_the_company_has_it_with_its_answer_alone(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            case = opened(desk, answered(desk))
            (original,) = at.scalars(select(Evidence.id).where(Evidence.case_id.is_(None)))
            words, file = take(desk, case)
            track = next(each for each in case.tracks if each.party_id == desk.lender.id)
            bound = [each.sha256 for each in queries_volumes.main(at, track)]
            assert bound.count(file.sha256) == 1
            assert words.sha256 not in bound, "the answer stands there as it was sent"
            made = [each.mark for each in files_made.made_for(at, track).entries]
            assert [each for each in made if each.startswith(("answer", "evidence"))][1:] == [f"evidence:{file.id}"]
            track.allegations.append(Allegation(code="V-C04", facts="多次致电", evidence=[words]))
            made = [each.mark for each in files_made.made_for(at, track).entries]
            assert {f"evidence:{words.id}", f"evidence:{file.id}"} <= set(made), "a finding is read with what it cites"
            taken_along = company_archives.evidence(at, company_archives.Asked(desk.lender.id, None, "zh"))
            assert [each.sha256 for each in taken_along] == [file.sha256]
            assert [is_showable(each, track) for each in (words, file)] == [True, True]
            other = CaseTrack(case_id=case.id, party_id=desk.firm.id)
            assert [is_showable(each, other) for each in (words, file)] == [False, False], "another company"
            number = CaseTrack(case_id=case.id, party_id=desk.lender.id, lead_code=REFUSED_CONTACT)
            assert not is_showable(file, number), "beside it the company would learn whose number it is (I-20)"
            companies = ((desk.lender.id, [original]), (desk.firm.id, []))
        reading = current()
        for company, seen in companies:
            reading.expunge_all()
            read_as(reading, Reader("zilu_party", (("zilu.party", str(company)),)))
            assert list(reading.scalars(select(Evidence.id))) == seen
            reading.rollback()


@pytest.mark.parametrize(("kind", "shown"), [(SuccessionKind.ABSORBED, 2), (SuccessionKind.SPLIT_OFF, 1)])
def test_a_successor_is_shown_what_its_predecessor_answered_and_a_finding_may_rest_on_it(
    session: Session, now: datetime, kind: SuccessionKind, shown: int
) -> None:
    desk = Desk(session, now)
    case = opened(desk, answered(desk))
    words, file = take(desk, case)
    track = next(each for each in case.tracks if each.party_id == desk.lender.id)
    track.allegations.append(Allegation(code="V-C04", facts="多次致电", evidence=[file]))
    heir = party(session, "远岬消费金融有限公司", basis=None)
    said: dict[str, Any] = {"from_on": now.date(), "evidence": "协议", "version": None, "now": now}
    matters = [f"case_track:{track.id}"]
    successions.record(session, desk.lender, heir, kind=kind, matters=matters, actor=desk.head, **said)
    assert (track.party, file.party_id) == (heir, desk.lender.id)
    assert [is_showable(each, track) for each in (file, words)] == [True, shown == 2], (
        "what goes on beside keeps its own"
    )
    made = files_made.made_for(session, track)
    marks = [each.mark for each in made.entries if each.section == "EVIDENCE"]
    assert marks == [f"evidence:{file.id}"]
    assert sum(each.mark.startswith("answer:") for each in made.entries) == shown - 1, "the words, where they belong"
    reader = Actor(1, frozenset({"respondent", "lead"}), party_id=heir.id)
    assert not list(file_views.made_for_this_respondent(Ask(session, track, reader, {"made": made}, now)))


@pytest.mark.parametrize(("kind", "has"), [(SuccessionKind.ABSORBED, True), (SuccessionKind.SPLIT_OFF, False)])
def test_the_file_of_a_company_that_is_gone_holds_its_answers_though_the_letter_was_passed_on(
    session: Session, now: datetime, kind: SuccessionKind, has: bool
) -> None:
    desk = Desk(session, now)
    complaint = answered(desk)
    case, (forwarding,) = opened(desk, complaint), complaint.forwardings
    file = take(desk, case)[1]
    track = next(each for each in case.tracks if each.party_id == desk.lender.id)
    heir = party(session, "远岬消费金融有限公司", basis=None)
    said: dict[str, Any] = {"from_on": now.date(), "evidence": "协议", "version": None, "now": now}
    matters = [f"forwarding:{forwarding.id}"]
    successions.record(session, desk.lender, heir, kind=kind, matters=matters, actor=desk.head, **said)
    assert (track.party, forwarding.party) == (desk.lender, heir)
    bound = queries_volumes.main(session, track)
    assert [each.sha256 for each in bound].count(file.sha256) == 1, "with its answer, or as evidence"
    assert {"document", "answer"} & {each.mark.split(":")[0] for each in bound} == (
        {"document", "answer"} if has else set()
    )


def test_whoever_answered_and_whoever_has_the_letter_since_are_both_shown_the_evidence_and_nobody_else(
    session: Session, now: datetime
) -> None:
    desk = Desk(session, now)
    complaint = answered(desk)
    case, (forwarding,) = opened(desk, complaint), complaint.forwardings
    marks = [each.mark for each in taking_over.offers(session, case)]
    said: dict[str, Any] = {"actor": desk.officer, "now": desk.on(3)}
    (words,) = taking_over.take_over(session, case, marks[:1], **said)
    track = next(each for each in case.tracks if each.party_id == desk.lender.id)
    track.allegations.append(Allegation(code="V-C04", facts="多次致电", evidence=[words]))
    heir = party(session, "远岬消费金融有限公司", basis=None)
    about: dict[str, Any] = {"from_on": now.date(), "evidence": "协议", "version": None, "now": now}
    about |= {"matters": [f"forwarding:{forwarding.id}"], "actor": desk.head}
    successions.record(session, desk.lender, heir, kind=SuccessionKind.SPLIT_OFF, **about)
    (file,) = taking_over.take_over(session, case, marks[1:], **said)
    assert (words.party_id, file.party_id) == (desk.lender.id, desk.lender.id), "who gave it, before and since"
    assert all(desk.lender.name_zh in (each.shows or "") for each in (words, file))
    firms = next(each for each in case.tracks if each.party_id == desk.firm.id)
    theirs = CaseTrack(case_id=case.id, party_id=heir.id, ref="X", role="PRINCIPAL", basis="NONE")
    session.add(theirs)
    session.flush()
    shown = {it.id: [is_showable(each, it) for each in (words, file)] for it in (track, theirs, firms)}
    assert shown == {track.id: [True, True], theirs.id: [True, True], firms.id: [False, False]}
    for it in (track, theirs):
        made = files_made.made_for(session, it)
        reader = Actor(1, frozenset({"respondent", "lead"}), party_id=it.party_id)
        assert not list(file_views.made_for_this_respondent(Ask(session, it, reader, {"made": made}, now)))
        assert {f"evidence:{file.id}"} <= {each.mark for each in made.entries}
        bound = [each.sha256 for each in queries_volumes.main(session, it)]
        assert bound.count(file.sha256) == 1
    (made_so,) = lineage.successions(session, desk.lender.id)
    again: dict[str, Any] = {"reason": "录入错误", "actor": desk.head, "version": None, "now": desk.on(4)}
    successions.withdraw(session, made_so, **again)
    shown = {it.id: [is_showable(each, it) for each in (words, file)] for it in (track, theirs)}
    assert shown == {track.id: [True, True], theirs.id: [False, False]}, "a successor entered by mistake"


def test_what_a_successor_entered_by_mistake_answered_is_shown_to_whoever_has_the_letter_again(
    app: Flask, session: Session, now: datetime
) -> None:
    """And nobody is asked for each piece by itself whether it came too late."""
    desk = Desk(session, now)
    forwarding = desk.forwarded()
    case = opened(desk, forwarding.complaint)
    heir = party(session, "远岬消费金融有限公司", basis=None)
    about: dict[str, Any] = {"from_on": now.date(), "evidence": "协议", "version": None, "actor": desk.head, "now": now}
    made_so = successions.record(
        session, desk.lender, heir, kind=SuccessionKind.SPLIT_OFF, matters=[f"forwarding:{forwarding.id}"], **about
    )
    kept = files.keep(session, BytesIO(CALLS), "通话清单.csv")
    file = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=False)
    person = account(session, "yuanjia", "respondent", "lead", party=heir)
    desk.answer(forwarding, actor=actor_of(person), files=[file])
    taken = take(desk, case)
    again: dict[str, Any] = {"reason": "录入错误", "actor": desk.head, "version": None, "now": desk.on(4)}
    successions.withdraw(session, made_so, **again)
    track, firms = sorted(case.tracks, key=lambda each: each.party_id != desk.lender.id)
    assert (forwarding.party_id, {each.party_id for each in taken}) == (desk.lender.id, {heir.id})
    assert [is_showable(each, it) for it in (track, firms) for each in taken] == [True, True, False, False]
    firms.state, firms.ended_on = "NOT_FILED", now.date()
    session.flush()
    many = []
    for some in (taken[:1], taken):
        with counted(app) as said:
            assert late_evidence.marks(session, case, some, "zh") == {}
        many.append(len(said))
    assert many[0] == many[1]


def test_answers_about_a_complaint_that_was_merged_in_are_taken_over_as_well(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    lead, follower = answered(desk), answered(desk, contact="13900000002")
    session.execute(update(Complaint).where(Complaint.id == follower.id).values(state="MERGED", lead_id=lead.id))
    case = opened(desk, lead)
    assert {each.complaint.id for each in taking_over.offers(session, case)} == {lead.id, follower.id}
    assert {each.complaint_id for each in take(desk, case)} == {lead.id, follower.id}


def test_a_file_stays_while_the_answer_or_the_case_has_it(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            case = opened(desk, answered(desk))
            (original,) = at.scalars(select(Evidence.id).where(Evidence.case_id.is_(None)))
            digest = take(desk, case)[1].sha256
            gone = erased_files.empty(at, queries_erasing_cases.evidence_of(at, case), NOW)
            assert digest in gone
            forget_later(at, gone)
        outbox.run_all()
        assert files.read(digest) == CALLS, "the answer has it"
        with transaction() as at:
            forget_later(at, erased_files.empty(at, [original], NOW))
        outbox.run_all()
        with pytest.raises(Unavailable):
            files.read(digest)


def test_an_officer_chooses_what_of_an_answer_becomes_evidence(app: Flask) -> None:
    def made(desk: Desk) -> dict[str, Any]:
        complaint = answered(desk)
        return {"case": opened(desk, complaint).id, "ref": complaint.ref}

    house = fill(House(app), made)
    officer, page = house.enter("officer"), f"/staff/cases/{house.made['case']}"
    for told in (page, f"/staff/complaints/{house.made['ref']}"):
        assert f"{page}/do/take_over" in officer.get(told)
    form = officer.get(f"{page}/do/take_over")
    (number,) = house.read(lambda at: at.scalars(select(Evidence.id).where(Evidence.case_id.is_(None))).all())
    assert "通话清单.csv" in form
    officer.post(f"{page}/do/take_over", 422)
    words = re.findall(r'value="(answer:\d+)"', form)
    officer.post(f"{page}/do/take_over", chosen=f"evidence:{number}", shows="")
    assert officer.get(page).count("通话清单.csv") == 1
    assert str(taking_over.GONE) in officer.post(f"{page}/do/take_over", 422, chosen=f"evidence:{number}", shows="")
    taken = house.read(lambda at: at.scalars(select(Evidence.id).where(Evidence.case_id.is_not(None))).all())
    assert f'href="/staff/complaints/{house.made["ref"]}"' in officer.get(f"/staff/evidence/{taken[0]}/room")
    officer.post(f"{page}/do/take_over", chosen=words, shows="")
    for told in (page, f"/staff/complaints/{house.made['ref']}"):
        assert f"{page}/do/take_over" not in officer.get(told), "nothing is left to be taken over"
    marks = re.findall(r"was taken into the evidence[^<]* · (E\d+)", officer.get(page))
    assert len(set(marks)) == len(taken) + len(words), "the timeline says which piece each was"
    with app.app_context(), transaction() as at:
        at.execute(update(CaseTrack).values(state="NOT_FILED", ended_on=NOW.date()))
    assert f"{page}/do/take_over" not in officer.get(page), "nor once the case has ended"


def test_each_complaint_of_a_case_says_whether_something_of_its_own_is_left(app: Flask) -> None:
    """And however many were merged into them, the case asks for all at once."""

    def made(desk: Desk) -> dict[str, Any]:
        taken, left, *merged = (answered(desk, contact=f"1390000000{number}") for number in range(5))
        case = cases.open(desk.session, [taken, left], title="", actor=desk.officer, now=desk.now)
        mine = [each.mark for each in taking_over.offers(desk.session, case) if each.complaint.id == taken.id]
        taking_over.take_over(desk.session, case, mine, actor=desk.officer, now=desk.on(3))
        return {"case": case.id, "taken": taken.id, "refs": (taken.ref, left.ref), "merged": [it.id for it in merged]}

    house = fill(House(app), made)
    officer, page = house.enter("officer"), f"/staff/cases/{house.made['case']}"
    shown = [f"{page}/do/take_over" in officer.get(f"/staff/complaints/{ref}") for ref in house.made["refs"]]
    assert shown == [False, True]
    many = []
    for some in (house.made["merged"][:1], house.made["merged"]):
        with app.app_context(), transaction() as at:
            ours = update(Complaint).where(Complaint.id.in_(some))
            at.execute(ours.values(state="MERGED", lead_id=house.made["taken"]))
        said, _shown = asked(app, officer, page)
        many.append(said)
    assert len(many[0]) == len(many[1]), "\n".join(many[1])


def test_whoever_adds_evidence_after_the_advance_notice_is_told_and_the_case_says_that_it_came_later(
    app: Flask,
) -> None:
    def made(desk: Desk) -> dict[str, Any]:
        chain = Chain(desk.session, desk.now)
        return {"case": chain.proposed([1]).case_id}

    house = fill(House(app), made)
    officer, page = house.enter("officer"), f"/staff/cases/{house.made['case']}"
    told, later = "unless the panel sends the case back or announces anew", "came after the advance notice"
    assert later not in officer.get(page), "what the findings cite was announced"
    assert told in officer.get(f"{page}/do/evidence")
    assert told not in officer.get(f"{page}/do/rename")
    officer.post(f"{page}/do/evidence", files=(BytesIO(picture()), "新.png"), shows="")
    assert officer.get(page).count(later) == 1
    latest = house.read(lambda at: at.scalar(select(func.max(Evidence.id))))
    assert later in officer.get(f"/staff/evidence/{latest}/room")


def test_files_of_a_complaint_that_was_attached_late_say_so_and_those_it_came_with_do_not(
    session: Session, now: datetime
) -> None:
    desk = Desk(session, now)
    first, more = answered(desk), answered(desk, contact="13900000002")
    case = opened(desk, first)
    given = []
    for each in (first, more):
        kept = files.keep(session, BytesIO(picture()), "a.png")
        said = {"sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type, "size": kept.size}
        given.append(Evidence(complaint_id=each.id, given_by="COMPLAINANT", added_at=now, **said))
    session.add_all(given)
    desk_track, firms = sorted(case.tracks, key=lambda each: each.party_id != desk.lender.id)
    firms.state, firms.ended_on = "NOT_FILED", desk.on(2).date()
    cases.attach(session, case, more, actor=desk.officer, now=desk.on(3))
    every = queries_cases.evidence_of(session, case)
    assert set(given) <= set(every)
    assert set(late_evidence.marks(session, case, every, "zh")) == {given[1].id}
    firms.state, firms.ended_on = desk_track.state, None
    assert not late_evidence.marks(session, case, every, "zh")


def test_an_answer_is_evidence_since_it_was_taken_over_and_none_of_a_track_that_has_ended(
    session: Session, now: datetime
) -> None:
    desk = Desk(session, now)
    case = opened(desk, answered(desk))
    for track in case.tracks:
        track.state, track.ended_on = "NOT_FILED", desk.on(2).date()
    words, file = take(desk, case)
    given = queries_cases.evidence_of(session, case)
    assert set(late_evidence.marks(session, case, given, "zh")) == {words.id, file.id}
    (said,) = late_evidence.told(session, case, "en")
    assert all(track.party.name("en") in str(said) for track in case.tracks), "one sentence names both"
    (said,) = late_evidence.told(session, case, "zh")
    with force_locale("zh_Hans_CN"):
        assert str(said).startswith("对“" + "”、“".join(track.party.name_zh for track in case.tracks) + "”的办理")
    for track in case.tracks:
        track.state, track.ended_on, track.proposed_level = "INVESTIGATING", None, 1
    assert not late_evidence.marks(session, case, given, "zh"), "what a case sent back rests on is announced anew"
    firms = next(each for each in case.tracks if each.party_id != desk.lender.id)
    firms.state, firms.ended_on = "NOT_FILED", desk.on(2).date()
    assert not late_evidence.marks(session, case, given, "zh"), "an answer concerns only the company that gave it"


def test_the_page_of_a_case_asks_as_often_for_three_answered_complaints_as_for_one(app: Flask) -> None:
    def made(desk: Desk) -> dict[str, Any]:
        one, many = opened(desk, answered(desk)), opened(desk, answered(desk, contact="13900000002"))
        for contact in ("13900000003", "13900000004"):
            cases.attach(desk.session, many, answered(desk, contact=contact), actor=desk.officer, now=desk.now)
        take(desk, one)
        take(desk, many)  # where something is left, the first of it is enough for the page
        return {"cases": (one.id, many.id)}

    house = fill(House(app), made)
    one, many = (asked(app, house.enter("officer"), f"/staff/cases/{each}")[0] for each in house.made["cases"])
    assert len(many) == len(one), "\n".join(many)
