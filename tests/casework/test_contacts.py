"""Contact events: two counters a debtor and a day in Shanghai, over an institution and all its firms; whose breach."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import (
    cases,
    clauses,
    contact_counts,
    contact_papers,
    contact_tables,
    contacts,
    evidence,
    policies_contacts,
    tracks,
)
from casework.contacts import By, Contact, Whose
from casework.models import Complainant
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from casework.models_contacts import ContactEvent, ContactTable
from casework.showable import is_showable
from core.clock import ZONE, day_of
from core.errors import BadInput, NotAllowed, NotNow
from filestore import files
from notices import queries as papers
from registry import settings, successions
from registry.models import Basis, BasisKind, Engagement, Party, PartyKind
from registry.models_lineage import SuccessionKind
from tests.builders_cases import DAY, World, actor, party
from tests.filestore import making_files as made

EVENING = datetime(2026, 10, 9, 23, 59, tzinfo=ZONE)
"""The last minute of a day in Shanghai; in UTC it is still the afternoon."""


@pytest.fixture(autouse=True)
def in_english(session: Session) -> Iterator[None]:  # in its context
    """Refusals are read in English; documents stay Chinese."""
    with force_locale("en"):
        yield


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def case_of(world: World) -> CaseFile:
    """A case with a track on the lender and one on its firm."""
    return world.case(world.complaint(codes=("V-F01",)))


def second_firm(world: World, until: date | None = None, since: date = date(2025, 1, 1)) -> int:
    """Another firm of the same lender."""
    firm = party(world.session, "远礁信用管理有限公司", PartyKind.FIRM, BasisKind.UNDERTAKING)
    engaged = Engagement(institution_id=world.lender.id, firm_id=firm.id, from_on=since, to_on=until)
    world.session.add(engaged)
    world.session.flush()
    return firm.id


def call(world: World, case: CaseFile, caller: int, at: datetime, **changed: Any) -> ContactEvent:
    """An effective call to the debtor."""
    said: dict[str, Any] = {
        "at": at,
        "kind": "CALL_INTERACTIVE",
        "by": next(each for each in contacts.choices_of(world.session, case) if each.party_id == caller),
        "whose": Whose(case.complaints[0].id),
        "number": "13800000001",
        "from_number": f"0100-5550{caller % 1000:03d}",
        "effective": True,
    }
    return contacts.enter(
        world.session, case, Contact(**{**said, **changed}), actor=actor(world.officer), now=world.now
    )


def calls(world: World, case: CaseFile, by: int, times: int, day: date = DAY, **changed: Any) -> None:
    """So many of them on a day, each in a minute of its own."""
    begin = datetime(day.year, day.month, day.day, 10, tzinfo=ZONE)
    for place in range(times):
        call(world, case, by, begin + timedelta(minutes=place), **changed)


def interactive(world: World, case: CaseFile) -> contact_counts.Table:
    found = policies_contacts.counted(world.session, case).tables
    return next(each for each in found if each.counter == "INTERACTIVE")


def track_on(case: CaseFile, party_id: int) -> CaseTrack:
    return next(each for each in case.tracks if each.party_id == party_id)


def investigated(world: World, track: CaseTrack, code: str = "V-F01") -> Allegation:
    """Alleged and filed; the company was told, and its time to explain has run."""
    alleged = cases.allege(
        world.session, track, code=code, facts="多次致电", actor=actor(world.officer), now=world.now, acts=5
    )
    tracks.file(
        world.session,
        track,
        investigator=world.investigator,
        opinion="同意",
        actor=actor(world.head),
        version=None,
        now=world.now,
    )
    world.serve(track, "D11b")
    return alleged


def establish(world: World, it: Allegation, evidence: Sequence[Any]) -> None:
    cases.find(
        world.session,
        it,
        finding="ESTABLISHED",
        reason="通话记录足以证明",
        evidence=evidence,
        actor=actor(world.investigator),
        now=world.now,
    )


def test_calls_of_an_institution_and_all_its_firms_are_summed_by_day(world: World) -> None:
    case, other = case_of(world), second_firm(world)
    calls(world, case, world.lender.id, 1)
    calls(world, case, world.firm.id, 2)
    calls(world, case, other, 1)
    table = interactive(world, case)
    assert [each.id for each in table.parties] == [world.lender.id, world.firm.id, other]
    assert [(each.day, each.counts, each.total) for each in table.days] == [(DAY, (1, 2, 1), 4)]
    assert (table.most, len(table.over), len(table.nobody_alone)) == (3, 1, 1)
    assert "45251" in table.basis


def test_a_day_ends_at_midnight_in_shanghai(world: World) -> None:
    case = case_of(world)
    call(world, case, world.firm.id, EVENING)
    call(world, case, world.firm.id, EVENING + timedelta(minutes=1))
    assert [(each.day, each.total) for each in interactive(world, case).days] == [
        (date(2026, 10, 9), 1),
        (date(2026, 10, 10), 1),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"effective": False},
        {"effective": None, "connected": True},
        {"effective": None, "seconds": 9},
        {"kind": "CALL_ATTEMPT"},
        {"kind": "SMS"},
        {"kind": "VISIT"},
        {"direction": "OUT"},
        {"target_role": "OTHER_CONTACT"},
    ],
)
def test_only_effective_calls_to_the_debtor_count(world: World, changed: dict[str, Any]) -> None:
    case = case_of(world)
    calls(world, case, world.firm.id, 5, **changed)
    counted = policies_contacts.counted(world.session, case).tables
    assert [each for each in counted if each.counter in contact_counts.SUMMED] == []


def test_connected_notice_calls_have_a_counter_of_their_own(world: World) -> None:
    case = case_of(world)
    calls(world, case, world.firm.id, 4, kind="CALL_NOTICE", effective=None, connected=True)
    calls(world, case, world.lender.id, 4, kind="CALL_NOTICE", effective=None, connected=False)
    calls(world, case, world.lender.id, 2)
    found = {each.counter: each for each in policies_contacts.counted(world.session, case).tables}
    assert [each.total for each in found["NOTICE"].days] == [4]
    assert [each.total for each in found["INTERACTIVE"].days] == [2]


def test_a_call_of_ten_seconds_is_effective_where_nothing_else_is_known(world: World) -> None:
    case = case_of(world)
    calls(world, case, world.firm.id, 1, effective=None, seconds=10)
    assert interactive(world, case).days[0].total == 1


def test_a_firm_counts_only_on_days_on_which_it_was_engaged(world: World) -> None:
    case, gone = case_of(world), second_firm(world, until=date(2026, 10, 8))
    calls(world, case, gone, 1, date(2026, 10, 8))
    calls(world, case, gone, 2, date(2026, 10, 9))
    counted = policies_contacts.counted(world.session, case)
    assert [(each.day.day, each.total) for each in interactive(world, case).days] == [(8, 1)]
    assert counted.unplaced == 2


def test_calls_of_a_firm_before_it_was_engaged_count_for_nobody(world: World) -> None:
    case, coming = case_of(world), second_firm(world, since=date(2026, 10, 9))
    calls(world, case, coming, 2, date(2026, 10, 8))
    calls(world, case, coming, 1, date(2026, 10, 9))
    assert [(each.day.day, each.total) for each in interactive(world, case).days] == [(9, 1)]
    assert policies_contacts.counted(world.session, case).unplaced == 2


def test_on_a_successors_track_the_calls_of_its_predecessor_and_that_ones_firms_are_summed(world: World) -> None:
    case, heir = case_of(world), party(world.session, "远岬消费金融有限公司", basis=None)
    alleged = investigated(world, track_on(case, world.lender.id))
    calls(world, case, world.lender.id, 2)
    calls(world, case, world.firm.id, 2)
    successions.record(
        world.session, world.lender, heir, kind=SuccessionKind.ABSORBED, from_on=date(2026, 11, 1), evidence="协议",
        matters=[f"case_track:{alleged.track_id}"], actor=actor(world.head), version=None, now=world.now,
    )  # fmt: skip
    calls(world, case, world.firm.id, 1, day=DAY - timedelta(days=1))
    found = contact_tables.offered(world.session, alleged)
    assert [(each.institution, [day.total for day in each.days]) for each in found] == [(heir, [1, 4])]
    assert policies_contacts.counted(world.session, case).unplaced == 0


def test_each_debtor_is_counted_alone_and_one_person_in_two_complaints_once(world: World) -> None:
    first, again = world.complaint(codes=("V-F01",)), world.complaint(codes=("V-F01",))
    stranger = world.complaint(codes=("V-F01",), name="周野")
    case = world.case(first, again, stranger)
    for each, contact in ((first, b"1"), (again, b"1"), (stranger, b"2")):
        world.session.get_one(Complainant, each.id).contact_hash = contact
    calls(world, case, world.firm.id, 2)
    calls(world, case, world.lender.id, 2, whose=Whose(again.id))
    calls(world, case, world.firm.id, 3, whose=Whose(stranger.id))
    calls(world, case, world.firm.id, 1, whose=Whose(mark="1"))
    assert sorted(each.total for each in interactive(world, case).days) == [1, 3, 4]


def test_the_same_minute_number_and_kind_is_entered_once(world: World) -> None:
    case = case_of(world)
    call(world, case, world.firm.id, EVENING)
    with pytest.raises(BadInput) as refused:
        call(world, case, world.firm.id, EVENING + timedelta(seconds=30))
    assert refused.value.field == "at"
    call(world, case, world.firm.id, EVENING, from_number="0100-5559999")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "TELEPATHY"}, "kind"),
        ({"at": datetime(2099, 1, 1, tzinfo=ZONE)}, "at"),
        ({"at": datetime(1999, 1, 1, tzinfo=ZONE)}, "at"),
        ({"by": By(0)}, "by"),
        ({"whose": Whose()}, "whose"),
        ({"whose": Whose(987654)}, "whose"),
        ({"seconds": 90_000}, "seconds"),
    ],
)
def test_what_cannot_have_been_is_refused_beside_its_field(world: World, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        call(world, case_of(world), world.firm.id, **{"at": EVENING, **changed})
    assert refused.value.field == field


def test_what_was_taken_out_counts_for_nothing_and_stays_with_its_reason(world: World) -> None:
    case = case_of(world)
    entered = call(world, case, world.firm.id, EVENING)
    said: dict[str, Any] = {"actor": actor(world.officer), "now": world.now}
    with pytest.raises(BadInput):
        contacts.take_out(world.session, case, entered, why=" ", **said)
    with pytest.raises(NotAllowed):
        contacts.take_out(world.session, case, entered, why="误录", actor=actor(world.publisher), now=world.now)
    contacts.take_out(world.session, case, entered, why="误录", **said)
    assert not policies_contacts.counted(world.session, case).tables
    with pytest.raises(NotNow):
        contacts.take_out(world.session, case, entered, why="误录", **said)
    call(world, case, world.firm.id, EVENING)


def test_a_breach_that_no_firm_committed_by_itself_is_not_established_on_a_firms_track(world: World) -> None:
    case = case_of(world)
    calls(world, case, world.lender.id, 2)
    calls(world, case, world.firm.id, 3)
    it = investigated(world, track_on(case, world.firm.id))
    with pytest.raises(NotNow, match="institution's breach"):
        establish(world, it, [proof(world, case)])
    own = investigated(world, track_on(case, world.lender.id))
    establish(world, own, [proof(world, case)])
    assert (it.finding, own.finding) == (None, "ESTABLISHED")


def test_a_firm_that_was_over_by_itself_answers_for_it(world: World) -> None:
    case = case_of(world)
    calls(world, case, world.firm.id, 4)
    it = investigated(world, track_on(case, world.firm.id))
    establish(world, it, [proof(world, case)])
    assert it.finding == "ESTABLISHED"


def went_on(world: World, gone: Party, track: CaseTrack, kind: SuccessionKind) -> Party:
    """Another company answers for what this one did, as the track was passed on."""
    heir = party(world.session, "远岬服务有限公司", gone.kind, basis=None)
    matters = [f"case_track:{track.id}"]
    said: dict[str, Any] = {"evidence": "吸收合并协议", "matters": matters, "version": None, "now": world.now}
    day = day_of(world.now)
    successions.record(world.session, gone, heir, kind=kind, from_on=day, actor=actor(world.head), **said)
    return heir


@pytest.mark.parametrize("kind", [SuccessionKind.ABSORBED, SuccessionKind.SPLIT_OFF])
def test_calls_of_a_company_that_is_gone_stand_on_the_track_that_its_successor_answers(
    world: World, kind: SuccessionKind
) -> None:
    case = case_of(world)
    calls(world, case, world.lender.id, 2)
    calls(world, case, world.firm.id, 4)
    own, theirs = (investigated(world, track_on(case, each.id)) for each in (world.firm, world.lender))
    heirs = [went_on(world, each, it.track, kind) for each, it in ((world.firm, own), (world.lender, theirs))]
    assert [own.track.party, theirs.track.party] == heirs
    establish(world, own, [proof(world, case)])
    assert own.finding == "ESTABLISHED", "the firm was over by itself"
    lender = heirs[1].id
    assert attached(world, own, lender).content["days"][0]["counts"] == [4]
    assert attached(world, theirs, lender).content["days"][0]["counts"] == [2, 4]


def test_calls_of_whom_a_company_goes_on_as_and_of_its_firms_are_still_entered(world: World) -> None:
    case = case_of(world)
    other = second_firm(world)
    track = track_on(case, world.lender.id)
    heir = went_on(world, world.lender, track, SuccessionKind.ABSORBED)
    track_on(case, world.firm.id).engagement_id = None
    found = policies_contacts.callers(world.session, case)
    assert {(heir.id, None), (world.lender.id, None), (other, world.lender.id)} <= set(found)


def left(world: World, last: date) -> None:
    """The lender leaves the association."""
    for basis in world.session.scalars(select(Basis).where(Basis.party_id == world.lender.id)):
        basis.to_on = last
    world.session.flush()


def test_what_a_company_did_after_it_left_the_association_counts_for_nothing_on_its_track(world: World) -> None:
    left(world, DAY - timedelta(days=1))
    case = case_of(world)
    calls(world, case, world.lender.id, 2, day=DAY - timedelta(days=2))
    calls(world, case, world.lender.id, 4)
    it = investigated(world, track_on(case, world.lender.id))
    with pytest.raises(NotNow, match="only after 9 October 2026"):
        establish(world, it, [proof(world, case)])
    assert [[each.total for each in table.days] for table in contact_tables.offered(world.session, it)] == [[2]]
    calls(world, case, world.lender.id, 4, day=DAY - timedelta(days=3))
    establish(world, it, [proof(world, case)])
    assert it.finding == "ESTABLISHED"


def test_a_report_on_a_firm_does_not_rest_on_the_sum(world: World) -> None:
    case = case_of(world)
    it = investigated(world, track_on(case, world.firm.id))
    establish(world, it, [proof(world, case)])  # before anybody counted
    calls(world, case, world.lender.id, 2)
    calls(world, case, world.firm.id, 3)
    with pytest.raises(NotNow, match="institution's breach"):
        tracks.report(
            world.session,
            it.track,
            course="核对通话记录。",
            conclusion="成立。",
            proposal="建议采取措施。",
            handling="",
            actor=actor(world.investigator),
            version=None,
            now=world.later(30),
        )


def proof(world: World, case: CaseFile) -> Any:
    return evidence.add(
        world.session, case, io.BytesIO(made.picture()), "记录.png", actor=actor(world.officer), now=world.now
    )


def attached(world: World, it: Allegation, institution: int | None = None) -> ContactTable:
    whose = institution or world.lender.id
    return contact_tables.attach(
        world.session, it, institution_id=whose, actor=actor(world.investigator), now=world.now
    )


def over_by_sum(world: World) -> tuple[CaseFile, Allegation]:
    """Two calls of the lender, three of its firm: five in one day; alleged of the lender."""
    case = case_of(world)
    calls(world, case, world.lender.id, 2)
    calls(world, case, world.firm.id, 3)
    return case, investigated(world, track_on(case, world.lender.id))


def test_the_table_of_a_finding_stays_as_it_was_when_attached(world: World) -> None:
    case, it = over_by_sum(world)
    table = attached(world, it)
    calls(world, case, world.firm.id, 1, DAY - timedelta(days=1))
    assert table.content["days"] == [{"day": "2026-10-10", "debtor": "1", "counts": [2, 3]}]
    assert (table.most, table.first_on, table.last_on, table.party_id) == (3, DAY, DAY, None)
    again = attached(world, it)
    assert len(again.content["days"]) == 2
    assert (table.replaced_at, again.replaced_at) == (world.now, None)
    assert [each.id for each in it.evidence] == [again.evidence_id]


def test_the_limit_in_force_when_counted_is_copied(world: World) -> None:
    _case, it = over_by_sum(world)
    attached(world, it)
    settings.setting(world.session, "CALLS_INTERACTIVE_PER_DAY").value = 9
    table = contact_papers.current(world.session, it.id)
    assert table is not None
    assert (table.most, len(contact_papers.over(table))) == (3, 1)


def test_a_firms_table_shows_its_own_calls_alone(world: World) -> None:
    case = case_of(world)
    calls(world, case, world.lender.id, 2)
    calls(world, case, world.firm.id, 4)
    table = attached(world, investigated(world, track_on(case, world.firm.id)))
    assert [each["zh"] for each in table.content["parties"]] == [world.firm.name_zh]
    assert table.content["days"][0]["counts"] == [4]


def test_the_table_is_evidence_that_the_company_may_see_and_names_nobody(world: World) -> None:
    case, it = over_by_sum(world)
    table = attached(world, it)
    establish(world, it, [])
    kept = world.session.get_one(Evidence, table.evidence_id)
    assert it.evidence == [kept]
    assert is_showable(kept, it.track)
    text = files.read(kept.sha256).decode("utf-8-sig")
    assert "2026-10-10,债务人1,2,3,5,超过" in text
    assert "13800000001" not in text
    assert case.complaints[0].ref not in text


def test_only_the_investigator_attaches_counts_and_only_to_what_they_decide(world: World) -> None:
    case, it = over_by_sum(world)
    said: dict[str, Any] = {"institution_id": world.lender.id, "now": world.now}
    with pytest.raises(NotAllowed):
        contact_tables.attach(world.session, it, actor=actor(world.officer), **said)
    other = cases.allege(world.session, it.track, code="V-B01", facts="辱骂", actor=actor(world.officer), now=world.now)
    with pytest.raises(BadInput):
        contact_tables.attach(world.session, other, actor=actor(world.investigator), **said)
    assert track_on(case, world.firm.id).state == "SCREENING"


def test_documents_that_carry_findings_tell_the_counts(world: World) -> None:
    _case, it = over_by_sum(world)
    attached(world, it)
    establish(world, it, [])
    tracks.report(
        world.session,
        it.track,
        course="核对通话记录。",
        conclusion="成立。",
        proposal="建议采取措施。",
        handling="",
        actor=actor(world.investigator),
        version=None,
        now=world.later(30),
    )
    told = "2026年10月10日5次（青屿消费金融有限公司2次、海石催收服务有限公司3次）"
    made = {kind: papers.last_document(world.session, [kind], "track", it.track_id) for kind in ("D15", "D30")}
    assert made["D15"] is not None
    assert told in str(made["D15"].paper)
    assert made["D30"] is not None
    assert "每日对债务人有效交互式语音催收的次数" in str(made["D30"].paper)
    assert told in clauses.allegations(world.session, [it])[0]
    english = clauses.allegations(world.session, [it], "en")[0]
    assert "10 October 2026: 5 (" in english
