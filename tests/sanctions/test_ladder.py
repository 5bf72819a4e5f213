"""The ladder: its vectors (domain 6.4), what counts as history, floors and caps, and what needs reasons."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import Allegation, CaseTrack
from core.actors import Actor
from core.errors import BadInput, Unavailable
from notices import queries as notices
from registry import settings, successions
from registry.models import Basis, BasisKind, Engagement, PartyKind
from registry.models_lineage import SuccessionKind
from registry.models_settings import Installation
from sanctions import decisions, ladder_sheets, rounds, statements
from sanctions.ladder import Suggestion, suggest
from sanctions.ladder_departures import departure
from sanctions.ladder_examples import EXAMPLES, compared
from sanctions.ladder_history import Earlier, failed_before, for_the_same_days, repeated, similar
from sanctions.ladder_scores import Judged
from sanctions.levels import LEVELS
from sanctions.models_decisions import Decision, Proposal
from sanctions.models_measures import Measure
from tests.builders_cases import actor, party
from tests.sanctions.chain import Chain

LAST = date(2026, 10, 10)
OTHERS = (("远岸催收有限公司", PartyKind.FIRM), ("远岬消费金融有限公司", PartyKind.INSTITUTION))
YES = Judged("yes", "有书面材料证明", "E1")


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def established(chain: Chain, track: CaseTrack, *codes: str, persons: int = 1, acts: int = 1) -> CaseTrack:
    """Findings that stand, without the way there."""
    for code in codes:
        chain.session.add(
            Allegation(
                track=track, code=code, facts="事实", persons=persons, acts=acts, finding="ESTABLISHED", reason="理由"
            ),
        )
    track.case.conduct_from = track.case.conduct_to = LAST
    track.state = "REVIEWING"
    chain.session.flush()
    return track


def had(
    chain: Chain, code: str, since: date, *measures: int, set_aside_on: date | None = None, score: int = 35
) -> Decision:
    """An earlier decision on the lender, in force since that day."""
    track = established(chain, chain.case().tracks[0], code)
    track.round, track.state, track.proposed_level = 1, "EFFECTIVE", max(measures, default=0)
    said = {
        "track_id": track.id,
        "round": 1,
        "level": max(measures, default=0),
        "measures": list(measures),
        "terms": {},
        "reasons": "理由",
    }
    made = Decision(
        **said,
        statement_dealt="",
        votes_for=3,
        votes_against=0,
        abstained=0,
        decided_on=since,
        effective_on=since,
        set_aside_on=set_aside_on,
    )
    scored = Suggestion(score, [], []).to_json()
    proposal = Proposal(**said, score=scored, proposed_by=chain.reviewer.id, proposed_at=chain.now)
    chain.session.add_all([made, proposal])
    chain.session.flush()
    return made


VECTORS = {
    "a": (30, [1, 2]),
    "b": (87, [1, 3, 5]),
    "c": (0, []),
    "d": (60, [1, 3, 4]),
    "e": (21, [1]),
    "f": (45, [1, 2, 3, 4]),
    "g": (50, [1, 2, 3]),
}
"""What the domain says of its examples: the score, and the measures."""


@pytest.mark.parametrize("name", [each for each in VECTORS if each != "g"])
def test_the_vectors_of_the_domain(chain: Chain, name: str) -> None:
    """The file read from the database, with its severities and its history."""
    facts = EXAMPLES[name].facts
    for each in facts.earlier:
        had(chain, each.codes[0], each.since, *each.measures)
    codes = [code for code, _severity in facts.codes]
    track = established(chain, chain.case().tracks[0], *codes, persons=facts.persons[0])
    track.case.conduct_from = facts.conduct[0]
    found = suggest(chain.session, track, facts.judged)
    assert (found.score, found.band) == VECTORS[name]
    assert sum(part.points for part in found.parts) == found.score


def test_the_examples_of_the_back_office_score_what_the_domain_says(session: Session) -> None:
    found = {each.name: each for each in compared(session, {})}
    assert {name: (each.now.score, each.now.band) for name, each in found.items()} == VECTORS
    assert not any(each.differs for each in found.values())
    dearer = {"LADDER_FACTORS": settings.value(session, "LADDER_FACTORS") | {"M4": 0}}
    assert [(each.name, each.then.score) for each in compared(session, dearer) if each.differs] == [
        ("a", 35),
        ("f", 50),
    ]


def test_a_principal_answers_for_a_firm_outside_the_rules_and_the_firm_gets_no_measure(chain: Chain) -> None:
    """Vector (g), with two tracks."""
    outside = party(chain.session, "远岸催收有限公司", PartyKind.FIRM, basis=None)
    principal = established(chain, chain.case().tracks[0], "V-O04")
    firm = CaseTrack(
        case=principal.case, party=outside, ref=f"{principal.case.ref}-9", role="COLLECTOR", basis="VIA_PRINCIPAL"
    )
    chain.session.add(firm)
    established(chain, firm, "V-B02")
    found = suggest(chain.session, principal)
    assert (found.score, found.band) == (50, [1, 2, 3])
    theirs = suggest(chain.session, firm)
    assert theirs.band == []
    assert "行为发生之日没有约束依据" in ladder_sheets.lines(theirs)[-2]
    assert "VIA_PRINCIPAL" not in str(ladder_sheets.lines(theirs))
    chain.session.add(Basis(party_id=outside.id, kind=BasisKind.UNDERTAKING, from_on=date(2026, 1, 1)))
    chain.session.flush()
    assert suggest(chain.session, principal).score == 35


def test_whoever_goes_on_as_a_principal_answers_for_its_firm_outside_the_rules(chain: Chain) -> None:
    outside, heir = (party(chain.session, name, kind, basis=None) for name, kind in OTHERS)
    principal = established(chain, chain.case().tracks[0], "V-O04")
    engaged = Engagement(institution_id=chain.lender.id, firm_id=outside.id, from_on=date(2025, 1, 1))
    chain.session.add(engaged)
    firm = CaseTrack(
        case=principal.case, party=outside, ref=f"{principal.case.ref}-9", role="COLLECTOR", basis="VIA_PRINCIPAL"
    )
    firm.engagement = engaged
    chain.session.add(firm)
    established(chain, firm, "V-B02")
    before = suggest(chain.session, principal).score
    said: dict[str, Any] = {"evidence": "吸收合并协议", "matters": [f"case_track:{principal.id}"], "version": None}
    said |= {"kind": SuccessionKind.ABSORBED, "from_on": chain.now.date(), "now": chain.now}
    successions.record(chain.session, chain.lender, heir, actor=actor(chain.head), **said)
    assert (before, suggest(chain.session, principal).score) == (50, 50)


@pytest.mark.parametrize(
    ("first", "last", "points"),
    [
        (date(2026, 9, 11), date(2026, 10, 9), 0),
        (date(2026, 9, 10), date(2026, 10, 9), 3),
        (date(2026, 7, 10), date(2026, 10, 9), 3),
        (date(2026, 7, 10), date(2026, 10, 10), 6),
    ],
)
def test_one_to_three_months_is_one_step_and_longer_another(chain: Chain, first: date, last: date, points: int) -> None:
    track = established(chain, chain.case().tracks[0], "V-C04")
    track.case.conduct_from, track.case.conduct_to = first, last
    assert suggest(chain.session, track).score == 35 + points


def test_time_and_history_of_whoever_left_the_association_end_with_the_day_until_which_it_answers(chain: Chain) -> None:
    had(chain, "V-C04", date(2026, 9, 1), 1)
    track = established(chain, chain.case().tracks[0], "V-C04")
    track.case.conduct_from, track.case.conduct_to = date(2026, 6, 1), date(2026, 10, 9)
    assert suggest(chain.session, track).score == 35 + 6 + 15
    for basis in chain.session.scalars(select(Basis).where(Basis.party_id == track.party_id)):
        basis.to_on = date(2026, 6, 20)
    chain.session.flush()
    assert suggest(chain.session, track).score == 35


def test_calls_that_come_under_two_codes_are_counted_once(chain: Chain) -> None:
    """Counted twice, six calls were twelve acts, and five points more."""
    track = established(chain, chain.reported(), "V-T01", acts=6)
    first, second = track.allegations
    first.acts, both = 6, first.evidence[0]
    assert [each.answer for each in suggest(chain.session, track).parts if each.name == "A10"] == ["12"]
    second.evidence = [both]
    chain.session.flush()
    found = suggest(chain.session, track)
    assert not [each for each in found.parts if each.name == "A10"]
    first.acts = 11
    said = next(each for each in suggest(chain.session, track).parts if each.name == "A10")
    assert (said.answer, said.points, said.source) == ("11", 5, "V-C04/V-T01: 11")


def test_unproven_allegations_and_other_codes_beyond_five_score_nothing(chain: Chain) -> None:
    codes = ("V-T01", "V-F01", "V-F02", "V-F04", "V-C02", "V-M03")
    track = established(chain, chain.case().tracks[0], "V-C04", *codes)
    assert suggest(chain.session, track).score == 35 + 15
    for each in track.allegations[1:]:
        each.finding = "UNPROVEN"
    assert suggest(chain.session, track).score == 35


@pytest.mark.parametrize(
    ("code", "since", "points"),
    [
        ("V-C04", date(2026, 10, 10), 15),
        ("V-C04", date(2024, 10, 10), 15),
        ("V-C04", date(2024, 10, 9), 0),
        ("V-C04", date(2026, 10, 11), 0),
        ("V-C05", date(2026, 1, 1), 15),
        ("V-C02", date(2026, 1, 1), 15),
        ("V-I03", date(2026, 1, 1), 0),
        ("V-T01", date(2026, 1, 1), 0),
    ],
)
def test_history_is_the_same_code_or_family_one_step_apart_within_its_time(
    chain: Chain, code: str, since: date, points: int
) -> None:
    earlier = had(chain, code, since, 1)
    found = suggest(chain.session, established(chain, chain.case().tracks[0], "V-C04"))
    assert found.score == 35 + points
    assert [each.ref for each in found.history] == ([earlier.track.ref] if points else [])


def test_a_family_two_steps_apart_is_no_history(chain: Chain) -> None:
    had(chain, "V-B06", date(2026, 1, 1), 1)
    assert suggest(chain.session, established(chain, chain.case().tracks[0], "V-B08")).history == []


def test_quashed_measures_and_pending_cases_are_no_history(chain: Chain) -> None:
    had(chain, "V-C04", date(2026, 1, 1), 1, set_aside_on=date(2026, 3, 1))
    pending = had(chain, "V-C04", date(2026, 1, 1), 1)
    pending.effective_on = None
    quashed = had(chain, "V-C04", date(2026, 1, 1), 4)
    quashed.track.state, quashed.track.ended_on = "NO_MEASURE", date(2026, 4, 1)
    remitted = had(chain, "V-C04", date(2026, 1, 1), 1)
    remitted.track.round = 2
    had(chain, "V-C04", date(2026, 1, 1))
    chain.session.flush()
    track = established(chain, chain.case().tracks[0], "V-C04")
    found = suggest(chain.session, track)
    assert (found.score, found.history) == (35, [])
    assert [each.measures for each in similar(chain.session, track, 35)] == [()]


def test_who_proposes_is_told_what_was_decided_for_the_same_kind_of_breach_in_the_same_days(chain: Chain) -> None:
    decided, apart, aside = (had(chain, "V-C04", date(2026, 11, 1), 1) for _each in range(3))
    apart.track.case.conduct_from = apart.track.case.conduct_to = date(2026, 9, 1)
    aside.set_aside_on = date(2026, 11, 2)
    had(chain, "V-B08", date(2026, 11, 1), 1)
    track = established(chain, chain.case().tracks[0], "V-C04")
    day = track.case.conduct_to
    assert day is not None
    for first, last, opened in ((day, day, day), (day, None, date(2026, 1, 1)), (None, None, day)):
        case = decided.track.case
        case.conduct_from, case.conduct_to, case.opened_on = first, last, opened
        chain.session.flush()
        assert for_the_same_days(chain.session, track) == [decided.track.ref], (first, last)


def test_two_for_the_same_code_within_a_year_are_one_band_up_where_that_gives_more(chain: Chain) -> None:
    for month in (2, 4):
        had(chain, "V-F03", date(2026, month, 1), 1)
    track = established(chain, chain.case().tracks[0], "V-F03")
    found = suggest(chain.session, track)
    assert (found.score, found.band) == (35, [1, 2])  # A3 gives as much: 10 + 25
    had(chain, "V-C04", date(2026, 2, 1), 1)
    had(chain, "V-C04", date(2026, 4, 1), 1)
    serious = suggest(chain.session, established(chain, chain.case().tracks[0], "V-C04"), {"M4": YES, "M3": YES})
    assert (serious.score, serious.band) == (50, [1, 2, 3])
    row = settings.setting(chain.session, "LADDER_FACTORS")
    row.value = {**row.value, "A3": [0, 0]}
    chain.session.flush()
    raised = suggest(chain.session, track)
    assert (raised.score, raised.band) == (10, [1, 2])
    assert [part.name for part in raised.parts] == ["worst", "repeat"]


@pytest.mark.parametrize(
    ("since", "same_code", "counts"),
    [(date(2025, 10, 10), True, True), (date(2025, 10, 9), True, False), (date(2026, 9, 1), False, False)],
)
def test_a_repeat_counts_from_its_first_day_and_for_one_and_the_same_code(
    since: date, same_code: bool, counts: bool
) -> None:
    counted = [
        Earlier("AJ1", since, ("V-C04",), (1,), same_code),
        Earlier("AJ2", date(2026, 9, 1), ("V-C04",), (1,), same_code=True),
    ]
    assert bool(repeated(LAST, counted, {"measures": 2, "months": 12})) is counts


def test_a_rectification_that_failed_tells_against_nobody_once_its_decision_was_set_aside(chain: Chain) -> None:
    stands, gone = (had(chain, "V-C04", date(2026, 1, 1), 1, set_aside_on=day) for day in (None, date(2026, 3, 1)))
    for each in (stands, gone):
        said = {"track_id": each.track_id, "decision_id": each.id, "level": 1, "terms": {}}
        chain.session.add(Measure(**said, state="FAILED", ordered_on=date(2026, 1, 2), done_on=date(2026, 2, 2)))
    track = established(chain, chain.case().tracks[0], "V-C04")
    assert failed_before(chain.session, track) == [stands.track.ref]


def test_scores_are_close_up_to_the_difference_laid_down_and_no_further(chain: Chain) -> None:
    near = had(chain, "V-C04", date(2024, 1, 1), 1, score=45)
    had(chain, "V-C04", date(2024, 2, 1), 1, score=46)
    track = established(chain, chain.case().tracks[0], "V-C04")
    assert [each.ref for each in similar(chain.session, track, 35)] == [near.track.ref]


def test_obstruction_and_retaliation_are_at_least_an_interview_with_the_bands_own_beside_it(chain: Chain) -> None:
    track = established(chain, chain.case().tracks[0], "V-F03")
    said = {"A4": YES, "M1": YES, "M2": Judged("notice", "已补救", ""), "M4": YES}
    found = suggest(chain.session, track, said)
    assert (found.score, found.band) == (10, [1, 2])
    assert suggest(chain.session, track, {**said, "M5": YES}).band == [2]


@pytest.mark.parametrize(("code", "factor"), [("V-P04", "A5"), ("V-I02", "A9"), ("V-P03", "A6"), ("V-P02", "A4")])
def test_what_makes_the_code_is_not_a_factor_again(chain: Chain, code: str, factor: str) -> None:
    track = chain.reported(code)
    track.case.conduct_from = track.case.conduct_to
    assert suggest(chain.session, track, {factor: YES}).score == suggest(chain.session, track).score
    with pytest.raises(BadInput) as refused:
        chain.propose(track, [1], judged={factor: YES})
    assert refused.value.field == factor
    assert code in str(refused.value)


def test_a_factor_needs_its_reasons_and_a_corrected_number_as_well(chain: Chain) -> None:
    track = chain.reported()
    for name, said in {"A8": Judged("yes", " "), "A1": Judged("60", "")}.items():
        with pytest.raises(BadInput) as refused:
            chain.propose(track, [1], judged={name: said})
        assert refused.value.field == f"{name}_reason"
    for name, said in {"A3": YES, "A99": YES, "M2": YES, "A10": Judged("viele", "x")}.items():
        with pytest.raises(BadInput):
            chain.propose(track, [1], judged={name: said})
    chain.propose(track, [1, 2, 3], judged={"A8": YES, "A1": Judged("1", "两项认定涉及同一人", "V-C04")}, departure="")
    assert [part.source for part in ladder_sheets.kept(rounds.proposal(chain.session, track)).parts][-1] == "E1"


def test_a_departure_and_skipped_steps_need_written_reasons(chain: Chain) -> None:
    track = chain.reported("V-F03")
    assert suggest(chain.session, track).band == [1]
    for measures in ([2], [1, 2], [1, 4]):
        with pytest.raises(BadInput) as refused:
            chain.propose(track, measures, departure=" ")
        assert refused.value.field == "departure"
    assert "L2" in str(refused.value)
    chain.propose(track, [1, 4], departure="情节特别恶劣")
    kept = ladder_sheets.kept(rounds.proposal(chain.session, track))
    assert kept is not None
    assert (kept.apart.beyond, kept.apart.skipped, kept.departure) == ((4,), (2, 3), "情节特别恶劣")


def test_a_step_that_the_company_had_before_is_not_skipped() -> None:
    assert departure([1], [1, 4], {2, 3}).skipped == ()
    assert departure([1], [1, 4], {3}).skipped == (2,)
    assert not departure([1, 3, 4], [4, 3, 1])


def test_what_the_association_laid_down_is_copied_when_the_proposal_is_made(chain: Chain) -> None:
    track = chain.reported()
    chain.propose(track, [1, 2], judged={"M3": YES}, departure="")
    row = settings.setting(chain.session, "LADDER_BASE")
    row.value = {**row.value, "3": 70}
    chain.session.flush()
    kept = ladder_sheets.kept(rounds.proposal(chain.session, track))
    assert kept is not None
    assert kept.laid_down["LADDER_BASE"]["value"]["3"] == 35
    assert kept.laid_down["LADDER_BASE"]["basis"]
    assert kept.judgements()["M3"] == YES
    assert Suggestion.from_json(kept.to_json()) == kept


def test_similar_decisions_are_listed_with_what_they_got_and_how_far_this_one_departs(chain: Chain) -> None:
    near = had(chain, "V-C04", date(2024, 1, 1), 1, 2, score=41)
    had(chain, "V-C04", date(2024, 1, 1), 5, score=99)
    had(chain, "V-T01", date(2024, 1, 1), 1, score=37)
    none = had(chain, "V-C04", date(2024, 2, 1), score=33)
    both = had(chain, "V-C04", date(2024, 3, 1), 1, 2, 3, score=37)
    established(chain, both.track, "V-T01")
    track = established(chain, chain.case().tracks[0], "V-C04")
    found = similar(chain.session, track, 37)
    assert [each.ref for each in found] == [none.track.ref, near.track.ref, both.track.ref]
    assert [each.apart([1, 4]) for each in found] == [([1, 4], []), ([4], [2]), ([4], [2, 3])]
    assert [each.all_codes for each in found] == [True, True, False]
    assert found[1].steps([1, 4]) == 2


def test_production_does_not_propose_on_a_ladder_that_nobody_confirmed(chain: Chain) -> None:
    track = chain.reported()
    chain.session.get_one(Installation, 1).mode = "production"
    chain.session.flush()
    with pytest.raises(Unavailable):
        chain.propose(track, [1, 2])


def test_the_record_of_deliberation_shows_the_sheet_and_the_decision_its_circumstances(chain: Chain) -> None:
    had(chain, "V-C04", date(2025, 3, 1), 1, 2, score=55)
    track = chain.reported()
    chain.propose(track, [1, 2, 3], judged={"M4": YES}, departure="")
    values = ladder_sheets.values(rounds.proposal(chain.session, track), [1, 2])
    assert values["ladder"][-1] == ("合计", "建议：责令整改、警示约谈、强制培训教育", "50")
    assert values["similar"][0][3:] == ("责令整改、警示约谈", "一致")
    kept = ladder_sheets.kept(rounds.proposal(chain.session, track))
    assert ladder_sheets.weighed(kept, mitigating=True) == ["及早、全面配合（有书面材料证明）"]
    assert ladder_sheets.weighed(kept, mitigating=False)[0] == "受影响人数为2人"
    assert isinstance(actor(chain.reviewer), Actor)


def test_a_decision_names_earlier_measures_as_counsel_would_and_doubles_no_full_stop(chain: Chain) -> None:
    had(chain, "V-C04", date(2026, 2, 1), 1, 2)
    track = established(chain, chain.case().tracks[0], "V-C04")
    found = suggest(chain.session, track, {"M4": Judged("yes", "全程配合调查。")})
    assert ladder_sheets.weighed(found, mitigating=True) == ["及早、全面配合（全程配合调查）"]
    ref = found.history[0].ref
    said = f"此前因同类行为受到的措施（{ref}号案件决定，2026年2月1日生效，采取{LEVELS[1].zh}、{LEVELS[2].zh}）"
    assert said in ladder_sheets.weighed(found, mitigating=False)
    assert f"此前因同类行为受到的措施：+15，{ref}（2026年2月1日 V-C04）" in ladder_sheets.lines(found)


def printed(chain: Chain, track: CaseTrack, kind: str) -> str:
    """What the last document of a kind says."""
    document = notices.last_document(chain.session, [kind], "track", track.id)
    assert document is not None, kind
    return json.dumps(document.paper, ensure_ascii=False)


@pytest.mark.parametrize(
    ("measures", "heavier"),
    [([2], False), ([1, 2, 3], False), ([1, 2, 3, 4], True), ([3, 5], True), ([1, 3, 4], False)],
)
def test_a_notice_gives_reasons_for_a_heavier_measure_only_where_all_of_it_is_heavier_than_suggested(
    chain: Chain, measures: list[int], heavier: bool
) -> None:
    track = chain.reported("V-I02")
    assert suggest(chain.session, track).band == [1, 3, 4]
    chain.propose(track, measures, reasons="违规持续时间长。", departure="单位已主动停止。")
    assert ("拟采取更重措施的理由：单位已主动停止。" in printed(chain, track, "D17")) is heavier


def test_report_notice_record_and_decision_say_what_was_weighed(chain: Chain) -> None:
    track = chain.reported()
    assert "受影响人数：+5（V-C04：2）" in printed(chain, track, "D15")
    chain.propose(track, [1, 2, 4], judged={"M4": YES}, reasons="违规持续时间长。", departure="社会影响恶劣。")
    notice = printed(chain, track, "D17")
    assert "拟考虑的情节和理由" in notice
    assert "理由：违规持续时间长" in notice
    assert "从轻情节：及早、全面配合（有书面材料证明）" in notice
    assert "拟采取更重措施的理由：社会影响恶劣。" in notice
    assert "+5" not in notice
    chain.serve(track, "D17", chain.later(4))
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(5))
    members = chain.vote(track, *["PROPOSED"] * 5)
    said = {"reasons": "事实清楚。", "statement_dealt": "", "now": chain.later(7)}
    decisions.decide(chain.session, track, actor=members[0], **said)
    record, decision = printed(chain, track, "D31"), printed(chain, track, "D20")
    assert "裁量阶梯评分" in record
    assert "建议：责令整改、警示约谈" in record
    assert "社会影响恶劣。" in record
    assert "受影响人数为2人" in decision
    assert "裁量阶梯评分" not in decision
