"""What the record of a deliberation says (D31): who sat, what was put, how many voted for it; never who voted how."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from casework.policies_recusals import barred
from core import clock
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import moment_text
from registry.models import Party
from sanctions import documents_resolutions, ladder_sheets, rounds
from sanctions.levels import LEVELS
from sanctions.models_decisions import Decision, PanelBackground, PanelMember
from sanctions.tallies import Outcome, Put


@makes("track", "D31")
def record_of_deliberation(ask: Ask) -> Iterator[Draft]:
    """Who sat, how they were drawn, what was put, how many voted for it; never who voted how."""
    track: CaseTrack = ask.it
    session = ask.session
    panel = ask.facts.get("panel") or rounds.panel(session, track)
    if "resolution" in ask.facts:
        resolved, decided_at = documents_resolutions.said(ask), ask.facts["decided_at"]
    else:
        resolved, decided_at = _decided(ask), rounds.decided_at(session, panel)
    members = panel.members if panel else []
    chair = next((each for each in members if each.chair), None)
    recused = barred(session, track.case_id)
    voted = {vote.member_id for vote in rounds.votes(session, panel)} if panel else set()
    cast = ask.facts.get("cast", voted)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "met_at": moment_text(clock.local(decided_at or ask.now)),
            "place": "协会在线审议系统",
            "chair": clauses.name(session, chair.account_id) if chair else clauses.SYSTEM_NAME,
            "secretary": clauses.name(session, panel.drawn_by if panel else None),
            "members": [_member(session, each, recused, present=each.id in cast) for each in members],
            "draw_seed": panel.seed if panel else "—",
            "recusals": _recusals(session, members, recused),
            **resolved,
        },
        to="案卷",
    )


def _decided(ask: Ask) -> dict[str, Any]:
    """What was put, how it compares with the ladder, and what was decided."""
    found: Outcome = ask.facts["outcome"]
    decision: Decision = ask.facts["decision"]
    return {
        "points": [*clauses.allegations(ask.session, ask.it.allegations), *_points(ask.session, ask.it)],
        "votes": [_put(put) for put in found.puts],
        **ladder_sheets.values(rounds.proposal(ask.session, ask.it), found.measures),
        "reasons": decision.reasons,
        "result": "决定" + _measures_text(list(found.measures)),
    }


def _member(session: Session, member: PanelMember, recused: AbstractSet[int], *, present: bool) -> tuple[str, str, str]:
    known = session.get(PanelBackground, member.account_id)
    party = session.get(Party, known.party_id) if known and known.party_id else None
    origin = party.name_zh if party else (known.organisation if known and known.organisation else "会员单位以外")
    state = "出席并表决" if present else "缺席"
    if member.recused_at:
        state = "已回避" if member.account_id in recused else "已离任"
    return clauses.name(session, member.account_id), origin, state


def _recusals(session: Session, members: list[PanelMember], recused: AbstractSet[int]) -> str:
    out = [each.account_id for each in members if each.recused_at]
    gone = [clauses.name(session, each) for each in out if each in recused]
    return f"{'、'.join(gone)}回避" if gone else "无"


def _points(session: Session, track: CaseTrack) -> list[str]:
    said = len(rounds.statements(session, track))
    return [f"当事单位提交的{said}份陈述、申辩意见"] if said else ["当事单位未提交陈述、申辩意见"]


def _measures_text(measures: list[int]) -> str:
    return f"采取：{'、'.join(LEVELS[level].zh for level in measures)}" if measures else "不予采取自律措施"


def _put(put: Put) -> tuple[str, str, str, str]:
    return _measures_text(list(put.measures)), str(put.yes), str(put.no), str(put.abstained)
