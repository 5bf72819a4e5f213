"""Proposals: what the ladder suggests, who may propose what, and rights that only the respondent gives up."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, tracks
from casework.models_cases import Allegation
from casework.states import TRACK
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import day_text, text_of
from registry import clocks
from sanctions import rounds, statements
from sanctions import terms as wordings
from sanctions.ladder import suggest
from sanctions.models_decisions import Statement
from tests.builders import known_year
from tests.builders_cases import actor
from tests.sanctions.chain import Chain


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _scored(chain: Chain, *found: tuple[str, int, int], months: int = 0) -> tuple[int, list[int]]:
    """The suggestion for established allegations (code, persons, acts) over so many months."""
    track = chain.case().tracks[0]
    for code, persons, acts in found:
        chain.session.add(
            Allegation(
                track=track, code=code, facts="事实", persons=persons, acts=acts, finding="ESTABLISHED", reason="理由"
            ),
        )
    track.case.conduct_from = track.case.conduct_to = date(2026, 10, 10)
    if months:
        track.case.conduct_from = date(2026, 10 - months, 10)
    chain.session.flush()
    scored = suggest(chain.session, track)
    return scored.score, scored.band


@pytest.mark.parametrize(
    ("found", "months", "score", "band"),
    [
        ([("V-C04", 1, 1)], 0, 35, [1, 2]),
        ([("V-F03", 2, 1), ("V-B06", 1, 1), ("V-O02", 1, 1)], 0, 21, [1]),
        ([("V-I02", 1, 1)], 0, 70, [1, 3, 4]),
        ([("V-I01", 12, 1), ("V-T01", 1, 1), ("V-F01", 1, 1)], 4, 72, [1, 3, 4]),
        ([("V-F03", 1, 1)], 0, 10, [1]),
    ],
)
def test_the_ladder_scores_what_the_file_shows(
    chain: Chain,
    found: list[tuple[str, int, int]],
    months: int,
    score: int,
    band: list[int],
) -> None:
    assert _scored(chain, *found, months=months) == (score, band)


def test_what_is_unproven_scores_nothing(chain: Chain) -> None:
    track = chain.reported(finding="UNPROVEN")
    assert suggest(chain.session, track).band == []


def test_an_earlier_measure_for_the_same_counts_and_one_too_old_does_not(chain: Chain) -> None:
    before = chain.effective([1])
    decision = rounds.decision(chain.session, before)
    assert decision is not None
    track = chain.reported()
    base = suggest(chain.session, track).score
    decision.effective_on = date(2026, 1, 5)
    chain.session.flush()
    assert suggest(chain.session, track).score == base + 15
    decision.effective_on = date(2024, 10, 1)
    chain.session.flush()
    assert suggest(chain.session, track).score == base


def test_each_correction_of_a_rectification_ends_once_however_it_was_typed(chain: Chain) -> None:
    typed = {"days": 30, "items": [{"correction": "停止联系。"}, {"correction": "培训；"}, {"correction": "抽查"}]}
    assert wordings.worded(chain.session, 1, typed).endswith("：（1）停止联系；（2）培训；（3）抽查")


def test_a_minor_proposal_issues_the_advance_notice_and_arms_its_window_only(chain: Chain) -> None:
    track = chain.proposed([1, 2])
    assert (track.state, track.round, track.proposed_level) == ("NOTICE_ISSUED", 1, 2)
    assert clocks.live(chain.session, "K14", ("track", track.id))
    assert not clocks.live(chain.session, "K15", ("track", track.id))
    notice = chain.serve(track, "D17", chain.later(4))
    assert notice.number
    assert "告〔2026〕" in notice.number
    said = text_of(notice.frozen.blocks)
    assert "自本告知书送达之日起至结案，你单位可以登录" in said
    assert "决定作出后至送达前、重新调查期间除外" in said
    assert "自责令整改通知书送达之日起" in said
    assert track.state == "PRE_NOTICE"


def test_the_report_counts_the_investigation_from_the_filing_and_not_from_the_lead(chain: Chain) -> None:
    track = chain.case().tracks[0]
    said = {"actor": actor(chain.officer), "now": chain.later(1)}
    cases.allege(chain.session, track, code="V-C04", facts="致电无关人员", **said)  # type: ignore[arg-type]
    filing = {"investigator": chain.investigator, "opinion": "同意", "actor": actor(chain.head), "version": None}
    tracks.file(chain.session, track, **filing, now=chain.later(3))  # type: ignore[arg-type]
    chain.serve(track, "D11b", chain.later(3))
    tracks.explain(chain.session, track, text="情况说明", actor=actor(chain.lead), now=chain.later(4))
    chain.found(track, chain.later(5))
    report = notices.last_document(chain.session, ["D15"], "track", track.id)
    assert report is not None
    first, last = (day_text(day_of(chain.later(days)), "zh") for days in (3, 5))
    assert f"调查期间 | {first}至{last}" in text_of(report.frozen.blocks)


def test_the_investigator_does_not_review(chain: Chain) -> None:
    track = chain.reported()
    track.investigator_id = chain.reviewer.id
    with pytest.raises(NotAllowed):
        chain.propose(track, [1])


@pytest.mark.parametrize("measures", [[6], [4, 5], [1, 7]])
def test_measures_beyond_the_ladder_are_refused(chain: Chain, measures: list[int]) -> None:
    track = chain.reported()
    with pytest.raises((BadInput, NotNow)):
        chain.propose(track, measures, terms={"1": {}})


def test_a_departure_needs_reasons_and_the_band_does_not(chain: Chain) -> None:
    track = chain.reported()
    band = suggest(chain.session, track).band
    with pytest.raises(BadInput):
        chain.propose(track, [1], reasons=" ")
    chain.propose(track, band, reasons="")
    assert track.state == "NOTICE_ISSUED"


def test_terms_must_say_what_is_ordered(chain: Chain) -> None:
    track = chain.reported()
    wrong: list[dict[str, Any]] = [
        {"1": {}},
        {"1": {"days": 120, "items": [{"problem": "甲", "correction": "乙", "proof": "丙"}]}},
        {"1": {"days": 30, "items": [{"problem": "甲", "correction": "", "proof": "丙"}]}},
    ]
    for terms in wrong:
        with pytest.raises(BadInput):
            chain.propose(track, [1], terms=terms)


def test_where_nothing_is_established_the_track_ends_without_a_measure(chain: Chain) -> None:
    track = chain.reported(finding="NOT_ESTABLISHED")
    with pytest.raises(NotNow):
        chain.propose(track, [1])
    chain.propose(track, [], reasons="证据不支持。")
    assert track.state == "NO_MEASURE"
    assert track.ended_on
    assert notices.last_document(chain.session, ["D16a"], "track", track.id)


def test_what_is_established_is_not_dropped(chain: Chain) -> None:
    track = chain.reported()
    with pytest.raises(NotNow):
        chain.propose(track, [])


def test_somebody_who_read_an_older_page_is_told(chain: Chain) -> None:
    track = chain.reported()
    with pytest.raises(Changed):
        chain.propose(track, [1], version=track.version - 1)


def test_a_statement_serves_the_notice_and_late_ones_are_taken_until_the_vote(chain: Chain) -> None:
    known_year(chain.session)
    track = chain.deliberating([1])
    for days in (6, 12):
        statements.state(chain.session, track, text="补充意见", actor=actor(chain.lead), now=chain.later(days))
    said = chain.session.scalars(select(Statement.late).order_by(Statement.id)).all()
    assert said == [False, True], "it is late by its days, whatever was waived before"
    chain.vote(track, "PROPOSED")
    with pytest.raises(NotNow):
        statements.state(chain.session, track, text="再补充", actor=actor(chain.lead), now=chain.later(6))


def test_only_the_companys_own_lead_states_or_waives(chain: Chain) -> None:
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    for person in (chain.firm_lead, chain.officer):
        with pytest.raises(NotAllowed):
            statements.state(chain.session, track, text="意见", actor=actor(person), now=chain.later(5))
        with pytest.raises(NotAllowed):
            statements.waive(chain.session, track, confirmed=True, actor=actor(person), now=chain.later(5))
    with pytest.raises(BadInput):
        statements.waive(chain.session, track, confirmed=False, actor=actor(chain.lead), now=chain.later(5))


def test_windows_that_still_run_cannot_be_closed(chain: Chain) -> None:
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    assert TRACK.refusals(Ask(chain.session, track, actor(chain.lead), {}, chain.later(5)), "window_closed")


def test_an_advance_notice_of_an_earlier_round_moves_nothing(chain: Chain) -> None:
    track = chain.proposed([1])
    notice = notices.last_document(chain.session, ["D17"], "track", track.id)
    track.round = 2
    chain.session.flush()
    asked = Ask(chain.session, track, actor(chain.lead), {"document": notice}, chain.later(5))
    assert [refusal for guard in TRACK.guards["S17"] for refusal in guard(asked)]


def test_only_a_lender_is_proposed_to_see_to_its_collection_firm(chain: Chain) -> None:
    for track in chain.case().tracks:
        firm_duty = wordings.proposed(chain.session, track, [1])["1"]["firm_duty"]
        assert bool(firm_duty) is (track.party_id == chain.lender.id)
