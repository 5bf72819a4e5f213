"""What the record of a deliberation says (D31): who sat, what was put, how many voted for it; never who voted how."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.policies_recusals import barred
from core import clock
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import day_text, moment_text
from registry.models import Party
from sanctions import documents_resolutions, ladder_sheets, rounds
from sanctions.levels import LEVELS
from sanctions.models_decisions import Decision, Panel, PanelBackground, PanelMember
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
            "draw_seed": _seeds(panel) if panel else "—",
            "recusals": _recusals(ask, panel, recused),
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


def _seeds(panel: Panel) -> str:
    """The seed of the draw, and of each later one for a seat that was free again."""
    return "；".join([panel.seed or "—", *(f"补抽种子：{each['seed']}" for each in panel.redraws)])


def _recusals(ask: Ask, panel: Panel | None, recused: AbstractSet[int]) -> str:
    """Every recusal of a member or of the secretary that was asked for, refused ones too, and what came of it."""
    here = [*(each.account_id for each in panel.members), panel.drawn_by] if panel else []
    mine = select(Recusal).where(Recusal.case_id == ask.it.case_id, Recusal.account_id.in_(here))
    found = ask.session.scalars(mine.order_by(Recusal.id)).all()
    told = [_recusal(ask, each) for each in found]
    gone = {each.account_id for each in panel.members if each.recused_at} & recused if panel else set()
    told += [f"{clauses.name(ask.session, each)}回避" for each in sorted(gone - {it.account_id for it in found})]
    return "；".join(told) or "无"


def _recusal(ask: Ask, it: Recusal) -> str:
    who = clauses.name(ask.session, it.account_id)
    if it.how != "ASKED":
        return f"{who}{'自行回避' if it.how == 'DECLARED' else '经利益冲突核查回避'}"
    asked = f"{_by(ask, it)}于{day_text(clock.day_of(it.asked_at), 'zh')}申请{who}回避"
    if it.decided_at is None:
        return f"{asked}，尚未决定"
    decided = f"{asked}，{day_text(clock.day_of(it.decided_at), 'zh')}决定"
    if it.state == "GRANTED":
        return f"{decided}准予回避"
    return f"{decided}不予回避（理由：{it.reasons.rstrip('。')}）"


def _by(ask: Ask, it: Recusal) -> str:
    """Who asked: no complainant's name stands in a paper on a company."""
    if it.party_id is not None:
        return "当事单位" if it.party_id == ask.it.party_id else "同案其他当事单位"
    return "投诉人" if it.complaint_id is not None else clauses.name(ask.session, it.asked_by)


def _points(session: Session, track: CaseTrack) -> list[str]:
    said = len(rounds.statements(session, track))
    return [f"当事单位提交的{said}份陈述、申辩意见"] if said else ["当事单位未提交陈述、申辩意见"]


def _measures_text(measures: list[int]) -> str:
    return f"采取：{'、'.join(LEVELS[level].zh for level in measures)}" if measures else "不予采取自律措施"


def _put(put: Put) -> tuple[str, str, str, str]:
    return _measures_text(list(put.measures)), str(put.yes), str(put.no), str(put.abstained)
