"""Cases: opened from complaints, one track per company, findings that cite evidence which the respondent may see."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import cases, clauses, leads, policies_tracks
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack, Evidence
from casework.states import COMPLAINT, TRACK
from core.actors import SYSTEM
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask, fire
from filestore.files import StoredFile
from notices.papers import day_text
from registry.models import Basis, Engagement, PartyKind
from registry.models_rulebook import Provision
from tests.builders_cases import DAY, World, actor, party


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def test_a_case_has_a_track_for_the_lender_and_the_firm_it_engaged_on_the_day(world: World) -> None:
    case = world.case()
    assert [(track.party_id, track.role, track.state) for track in case.tracks] == [
        (world.lender.id, "PRINCIPAL", "SCREENING"),
        (world.firm.id, "COLLECTOR", "SCREENING"),
    ]
    assert case.tracks[1].engagement_id is not None
    assert [track.basis for track in case.tracks] == ["MEMBERSHIP", "UNDERTAKING"]
    assert case.ref == f"AJ〔2026〕{case.serial}"
    assert [track.ref for track in case.tracks] == [f"{case.ref}-1", f"{case.ref}-2"]


def test_nobody_reads_that_a_company_came_in_unnamed_which_the_person_named(world: World) -> None:
    at, complaint = world.session, world.complaint()
    said = {"complaint_id": complaint.id, "state": "SENT", "sent_at": world.now, "masked_facts": ""}
    at.add(Forwarding(ref="受2026-1-1", party_id=world.firm.id, role="COLLECTOR", **said))
    at.flush()
    at.refresh(complaint)
    case = world.case(complaint)
    assert {each.party_id for each in case.tracks} == {world.lender.id, world.firm.id}
    assert not leads.brought_in(at, case, [complaint], []), "named, though nobody asked it"


def test_a_case_is_about_those_chosen_and_about_nobody_who_was_found_not_concerned(world: World) -> None:
    at, complaint = world.session, world.complaint("FORWARDED")
    other = party(at, "远礁信用管理有限公司", PartyKind.FIRM)
    said = {"complaint_id": complaint.id, "state": "SENT", "sent_at": world.now, "masked_facts": ""}
    mine = Forwarding(ref="受2026-1-1", party_id=world.lender.id, role="PRINCIPAL", **said)
    theirs = Forwarding(ref="受2026-1-2", party_id=other.id, role="COLLECTOR", **said)
    at.add_all([mine, theirs])

    def concerned(*only: int) -> set[int]:
        at.flush()
        at.refresh(complaint)
        return {each.party.id for each in leads.respondents(at, [complaint], only or None)}

    both = {world.lender.id, world.firm.id}
    assert (concerned(), concerned(other.id)) == ({*both, other.id}, {other.id})
    theirs.state, theirs.let_off_on = "CLOSED", DAY
    assert concerned() == both
    mine.state, mine.let_off_on = "CLOSED", DAY
    assert not concerned(), "whom the person named was asked and let off"


def test_the_firm_of_the_last_day_of_the_conduct_is_concerned_and_of_several_none_is_guessed_at(world: World) -> None:
    at, complaint = world.session, world.complaint()
    at.scalars(select(Engagement)).one().from_on = DAY
    said = {"institution_id": world.lender.id, "from_on": DAY}

    def concerned(firm: int) -> set[int]:
        at.add(Engagement(firm_id=firm, **said))
        at.flush()
        return {each.party.id for each in leads.respondents(at, [complaint])}

    assert concerned(world.firm.id) == {world.lender.id, world.firm.id}, "engaged twice it is one firm"
    assert concerned(party(at, "远礁信用管理有限公司", PartyKind.FIRM).id) == {world.lender.id}


def test_an_escalated_complaint_opens_a_case_by_itself(world: World) -> None:
    complaint = world.complaint()
    ask = Ask(world.session, complaint, actor(world.officer), {}, world.now)
    ask.machine, ask.row = "complaint", COMPLAINT.rows["C15"]
    fire(ask, "track", "open_lead")
    tracks = world.session.scalars(select(CaseTrack).order_by(CaseTrack.id)).all()
    assert [track.party_id for track in tracks] == [world.lender.id, world.firm.id]
    assert tracks[0].case.complaints == [complaint]
    fire(ask, "track", "open_lead")
    assert len(world.session.scalars(select(CaseTrack)).all()) == 2


def test_a_second_complaint_about_the_same_facts_joins_the_open_case(world: World) -> None:
    case = world.case()
    for track in case.tracks:
        cases.allege(
            world.session,
            track,
            code="V-C04",
            facts="致电无关人员",
            actor=actor(world.officer),
            now=world.now,
        )
    second = world.complaint(name="赵一鸣")
    ask = Ask(world.session, second, actor(world.officer), {}, world.now)
    ask.machine, ask.row = "complaint", COMPLAINT.rows["C15"]
    fire(ask, "track", "open_lead")
    assert second in case.complaints
    assert len(case.tracks) == 2


def test_the_end_of_a_track_reaches_the_complaints_of_its_case(world: World) -> None:
    complaint = world.complaint()
    case = world.case(complaint)
    ask = Ask(world.session, case.tracks[0], SYSTEM, {}, world.now)
    ask.machine = "track"
    assert COMPLAINT.finders["track"](ask) == [complaint]


def test_a_kind_of_violation_is_named_once_on_a_track(world: World) -> None:
    track = world.filed()
    with pytest.raises(BadInput):
        cases.allege(world.session, track, code="V-C04", facts="再次", actor=actor(world.officer), now=world.now)


def test_two_people_on_one_track_do_not_overwrite_each_other(world: World) -> None:
    track = world.case().tracks[0]
    with pytest.raises(Changed):
        cases.allege(
            world.session,
            track,
            code="V-C04",
            facts="事实",
            actor=actor(world.officer),
            version=track.version + 1,
            now=world.now,
        )


def test_only_the_investigator_makes_findings(world: World) -> None:
    track = world.filed()
    with pytest.raises(NotNow):
        _find(world, track, [])
    world.serve(track, "D11b")
    with pytest.raises(NotAllowed):
        cases.find(
            world.session,
            track.allegations[0],
            finding="UNPROVEN",
            reason="无证据",
            evidence=[],
            actor=actor(world.officer),
            now=world.now,
        )


def test_a_finding_never_rests_on_what_the_respondent_cannot_be_shown(world: World) -> None:
    complaint = world.complaint()
    case = world.case(complaint)
    track = world.filed(case=case)
    world.serve(track, "D11b")
    hidden = _file(world, complaint.id, shared=False)
    with pytest.raises(BadInput):
        _find(world, track, [hidden])
    _find(world, track, [_file(world, complaint.id, shared=True)])
    assert track.allegations[0].finding == "ESTABLISHED"


def test_a_finding_rests_on_no_file_of_somebody_who_complains_about_another_company(world: World) -> None:
    other = party(world.session, "远帆消费金融有限公司")
    complaint, beside = world.complaint(), world.complaint(name="韩冰洁")
    for each in beside.companies:
        each.party_id = other.id
    world.session.flush()
    world.session.refresh(beside)
    track = next(each for each in world.case(complaint, beside).tracks if each.party_id == world.lender.id)
    firms = next(each for each in track.case.tracks if each.party_id == world.firm.id)
    world.filed(case=track.case)
    world.serve(track, "D11b")
    theirs, mine = _file(world, beside.id, shared=True), _file(world, complaint.id, shared=False)
    mine.shared = True
    with pytest.raises(BadInput, match=r"a\.pdf"):
        _find(world, track, [theirs])
    assert leads.may_be_shown(world.session, mine, firms), "collection firms are included"
    _find(world, track, [mine])


def test_nothing_is_established_that_no_rule_of_the_day_forbade(world: World) -> None:
    """Alleged after the filing, it would stand in the report, and nothing could be proposed on it."""
    complaint = world.complaint()
    track = world.filed(case=world.case(complaint))
    world.serve(track, "D11b")
    for each in world.session.scalars(select(Provision)):
        each.effective_from = world.now.date()
    with pytest.raises(NotNow, match="没有关于V-C04的有效规定"):
        _find(world, track, [_file(world, complaint.id, shared=True)])


def _find(world: World, track: CaseTrack, evidence: list[Evidence]) -> None:
    cases.find(
        world.session,
        track.allegations[0],
        finding="ESTABLISHED",
        reason="证据一致",
        evidence=evidence,
        actor=actor(world.investigator),
        now=world.now,
    )


def _file(world: World, complaint_id: int, *, shared: bool) -> Evidence:

    digest = ("1" if shared else "2") * 64
    world.session.add(StoredFile(sha256=digest, size=1, media_type="application/pdf", kept_at=world.now))
    world.session.flush()
    made = Evidence(
        complaint_id=complaint_id,
        given_by="COMPLAINANT",
        sha256=digest,
        name="a.pdf",
        media_type="application/pdf",
        size=1,
        shared=shared,
        added_at=world.now,
    )
    world.session.add(made)
    world.session.flush()
    return made


def test_a_case_without_any_known_company_is_refused(world: World) -> None:
    complaint = world.complaint()
    complaint.companies[0].party_id = None
    world.session.flush()
    world.session.refresh(complaint)
    with pytest.raises(BadInput):
        world.case(complaint)


def test_no_track_is_opened_twice_on_a_company_in_one_case(world: World) -> None:
    case = world.case()
    with pytest.raises(NotNow):
        cases.add_track(world.session, case, world.lender, lead="", actor=actor(world.officer), now=world.now)
    assert TRACK.ends


def test_an_open_track_on_the_same_facts_is_not_opened_a_second_time_in_another_case(world: World) -> None:
    def alleged(case: CaseFile) -> None:
        said = {"code": "V-C04", "facts": "致电无关人员", "actor": actor(world.officer), "now": world.now}
        cases.allege(world.session, case.tracks[0], **said)

    engagement = world.session.scalars(select(Engagement)).one()
    alleged(world.case())
    engagement.to_on = date(2026, 9, 30)
    other = party(world.session, "远帆消费金融有限公司")
    complaint = world.complaint()
    complaint.companies[0].party_id = other.id
    world.session.flush()
    world.session.refresh(complaint)
    case = world.case(complaint)
    said = {"lead": "", "actor": actor(world.officer), "now": world.now}
    with pytest.raises(NotNow, match="已包含上述事实"):
        cases.add_track(world.session, case, world.lender, **said)
    cases.add_track(world.session, case, world.firm, **said)


def test_no_track_is_opened_in_a_case_that_has_ended(world: World) -> None:
    case = world.case()
    for track in case.tracks:
        track.state, track.ended_on = "NOT_FILED", world.now.date()
    world.session.flush()
    stranger = party(world.session, "远山信息咨询有限公司", PartyKind.FIRM)
    with pytest.raises(NotNow, match="本案已结案"):
        cases.add_track(world.session, case, stranger, lead="", actor=actor(world.officer), now=world.now)


def test_a_complaint_that_comes_after_a_report_moves_no_day_on_which_the_case_rests(world: World) -> None:
    def later(days: int) -> Complaint:
        complaint = world.complaint()
        complaint.conduct_from = complaint.conduct_to = DAY + timedelta(days=days)
        world.session.flush()
        return complaint

    track = world.reported()
    assert (track.state, track.case.conduct_to) == ("REVIEWING", DAY)
    more, said = later(60), {"actor": actor(world.officer), "now": world.now}
    cases.attach(world.session, track.case, more, **said)
    assert more in track.case.complaints
    assert track.case.conduct_to == DAY
    early = world.case()
    beside = update(CaseTrack).where(CaseTrack.id == early.tracks[-1].id)
    world.session.execute(beside.values(state="NOT_FILED", ended_on=DAY))
    world.session.expire_all()
    for days in (7, -15, 0):
        cases.attach(world.session, early, later(days), **said)
    whole = DAY - timedelta(days=15), DAY + timedelta(days=7)
    assert (early.conduct_from, early.conduct_to) == whole, "what was not filed rests on nothing"


def test_whoever_leaves_the_association_answers_for_what_it_did_until_then(world: World) -> None:
    left = DAY - timedelta(days=1)
    for basis in world.session.scalars(select(Basis).where(Basis.party_id == world.lender.id)):
        basis.to_on = left
    track = world.filed()
    assert (track.state, track.basis, policies_tracks.basis_of(world.session, track)) == ("FILED", *["MEMBERSHIP"] * 2)
    assert clauses.standing(world.session, track).endswith(f"（限于{day_text(left, 'zh')}及以前的行为）")
    assert clauses.standing(world.session, track, "en").endswith("(as far as it lies on or before 9 October 2026)")


def test_whoever_left_before_the_conduct_began_is_out_of_reach(world: World) -> None:
    for basis in world.session.scalars(select(Basis).where(Basis.party_id == world.lender.id)):
        basis.to_on = DAY - timedelta(days=4)
    assert world.case().tracks[0].basis == "VIA_PRINCIPAL"
