"""Findings that rest on daily counts: papers tell them; no panel turns the sum into a breach of a firm."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import contact_tables, tracks
from casework.models_cases import CaseFile, CaseTrack
from casework.policies_contacts import not_by_the_panel_either
from core.machine import Ask
from notices import queries as papers
from proceedings import showing
from tests.builders_cases import DAY, actor
from tests.casework.test_contacts import calls, case_of, in_english, investigated, track_on
from tests.sanctions.chain import Chain

__all__ = ["in_english"]


def proposed(chain: Chain, case: CaseFile, code: str) -> CaseTrack:
    """The track on the lender for this violation, the table of its counts attached, a measure proposed."""
    track = chain.filed(code, case)
    chain.serve(track, "D11b")
    tracks.explain(chain.session, track, text="情况说明", actor=actor(chain.lead), now=chain.later(1))
    [alleged] = track.allegations
    investigator, at = actor(chain.investigator), chain.later(1)
    contact_tables.attach(chain.session, alleged, institution_id=chain.lender.id, actor=investigator, now=at)
    chain.found(track, chain.later(2))
    chain.propose(track, [1])
    return track


def test_the_advance_notice_tells_the_counts_and_lists_the_table(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    case = case_of(chain)
    calls(chain, case, chain.lender.id, 2)
    calls(chain, case, chain.firm.id, 3)
    track = proposed(chain, case, "V-F01")
    notice = papers.last_document(session, ["D17"], "track", track.id)
    assert notice is not None
    told = str(notice.paper)
    assert "合并计算，共有1日对同一债务人的有效交互式语音催收超过每日3次" in told
    assert "至" not in told.partition("按日统计")[2].partition("的联系记录")[0], "one day is said once"
    assert "证明每日对债务人有效交互式语音催收的次数" in told
    [shown] = showing.findings(session, track)
    assert shown["table"].content["days"][0]["counts"] == [2, 3]


def test_the_reports_and_the_notice_tell_unanswered_calls_and_list_their_table(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    case = case_of(chain)
    calls(chain, case, chain.lender.id, 7, kind="CALL_ATTEMPT", effective=None)
    track = proposed(chain, case, "V-F03")
    told = {kind: str(papers.last_document(session, [kind], "track", track.id).paper) for kind in ("D15", "D17", "D30")}  # type: ignore[union-attr]
    for kind in ("D15", "D17"):
        assert "该单位自行拨打，共有1日对同一号码的未接通拨打超过每日6次" in told[kind]
    assert "每日对同一号码未接通拨打的次数" in told["D30"]
    assert "证明每日对同一号码未接通拨打的次数" in told["D17"]


def test_a_panel_does_not_establish_on_a_firms_track_what_only_the_sum_shows(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    case = case_of(chain)
    calls(chain, case, chain.lender.id, 2)
    calls(chain, case, chain.firm.id, 3)
    it = investigated(chain, track_on(case, chain.firm.id))
    asked = Ask(session, it.track, actor(chain.panel[0]), {"allegation": it}, chain.now)
    [refusal] = not_by_the_panel_either(asked)
    assert "institution's breach" in str(refusal)
    calls(chain, case, chain.firm.id, 4, DAY - timedelta(days=1))
    assert not list(not_by_the_panel_either(asked))
