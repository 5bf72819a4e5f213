"""What the documents from the check to the decision say: closing without breach, advance notice, votes, decision."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from casework import clauses
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core import clock
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes
from notices.papers import day_text, moment_text
from registry import settings
from registry.models import Party
from sanctions import (
    documents_admissions,
    documents_hearings,
    documents_resolutions,
    documents_reviews,
    ladder_sheets,
    rounds,
    terms,
)
from sanctions.levels import FIRST_MAJOR, LEVELS, heaviest, label
from sanctions.models import Decision, PanelBackground, PanelMember, Proposal
from sanctions.tallies import Outcome, Put

NO_STATEMENT = "你单位在规定期限内未提交陈述、申辩意见。"
REVIEW_BODY = "本协会复核机构"
NUMERALS = "零一二三四五六七八九"


def measure_basis(session: Session, measures: list[int]) -> str:
    """The charter article and meeting that measures rest on; each once."""
    said = [str(settings.value(session, f"MEASURE_BASIS.{label(level)}") or "") for level in measures]
    return "、".join(dict.fromkeys(each for each in said if each)) or "本协会章程和自律规则"


def findings(session: Session, track: CaseTrack) -> list[str]:
    """One item for each allegation: whether it is established, and why."""
    lines = []
    for each in track.allegations:
        name = clauses.violation_names(session, [each.code])[0]
        word = clauses.FINDINGS[each.finding or "UNPROVEN"]
        lines.append(f"{name}：{each.facts.rstrip('。')}。经审理，该事项{word}：{each.reason}")
    return lines


def evidence_or_none(track: CaseTrack) -> list[str]:
    """The evidence as a letter lists it; every list has at least one line."""
    return clauses.evidence_lines(track) or ["本案调查材料"]


@makes("track", "D16a")
def closed_without_breach(ask: Ask) -> Iterator[Draft]:
    """That nothing is established and the case is closed."""
    track: CaseTrack = ask.it
    filing = rounds.document(ask.session, track, "D11b") or rounds.document(ask.session, track, "D41")
    yield Draft(
        values={
            "case_no": track.case.ref,
            "filing_number": filing.number if filing else "立案通知书",
            "allegations": clauses.allegations(ask.session, track.allegations),
            "findings": "\n".join(findings(ask.session, track)),
            "own_handling": "",
        },
        to=track.party.name_zh,
        party_id=track.party_id,
    )


@makes("track", "D17")
def advance_notice(ask: Ask) -> Iterator[Draft]:
    """What is to be found and ordered, on what grounds, and how long the respondent may speak."""
    track: CaseTrack = ask.it
    session, measures = ask.session, ask.facts["measures"]
    major = heaviest(measures) >= FIRST_MAJOR
    said = ask.facts["terms"]
    yield Draft(
        values={
            "case_no": track.case.ref,
            "standing": clauses.standing(track),
            "facts": clauses.allegations(session, clauses.established(track)),
            "evidence": evidence_or_none(track),
            "provisions": clauses.provisions(session, track),
            "factors": _circumstances(ask.facts),
            "measure_basis": measure_basis(session, measures),
            "measures": [terms.worded(session, level, terms.of_level(said, level)) for level in measures],
            "publication_scope": terms.scope_text(session, heaviest(measures)),
            "statement_period": clauses.length(session, "K15" if major else "K14"),
            "hearing_period": clauses.length(session, "K16") if major else "",
            "portal_url": portal_url(),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


def _circumstances(facts: dict[str, Any]) -> list[str]:
    """What aggravates and mitigates, why, and why more is announced than the ladder suggests."""
    found = facts.get("suggestion")
    lines = [f"从重情节：{each}" for each in ladder_sheets.weighed(found, mitigating=False)]
    lines += [f"从轻情节：{each}" for each in ladder_sheets.weighed(found, mitigating=True)]
    lines += [facts["reasons"]] if facts["reasons"] else []
    if found is not None and facts.get("new_facts"):
        lines.append(f"拟采取较此前更重措施所依据的新事实：{facts['new_facts']}")
    if found is not None and found.departure and found.apart.beyond:
        lines.append(f"拟采取更重措施的理由：{found.departure}")
    return lines


def body_name(size: int) -> str:
    """The panel as documents call it."""
    return f"本协会自律审议小组（由{NUMERALS[size] if size < len(NUMERALS) else size}名委员组成）"


@makes("track", "D31")
def record_of_deliberation(ask: Ask) -> Iterator[Draft]:
    """Who sat, how they were drawn, what was put, how many voted for it; never who voted how."""
    track: CaseTrack = ask.it
    session = ask.session
    panel = ask.facts.get("panel") or rounds.panel(session, track)
    resolved = documents_resolutions.said(ask) if "resolution" in ask.facts else _decided(ask)
    members = panel.members if panel else []
    chair = next((each for each in members if each.chair), None)
    voted = {vote.member_id for vote in rounds.votes(session, panel)} if panel else set()
    cast = ask.facts.get("cast", voted)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "met_at": moment_text(clock.local(ask.now)),
            "place": "协会在线审议系统",
            "chair": clauses.name(session, chair.account_id) if chair else clauses.SYSTEM_NAME,
            "secretary": clauses.name(session, panel.drawn_by if panel else None),
            "members": [_member(session, each, present=each.id in cast) for each in members],
            "draw_seed": panel.seed if panel else "—",
            "recusals": _recusals(session, members),
            **resolved,
        },
        to="案卷",
    )


def _decided(ask: Ask) -> dict[str, Any]:
    """What was put, how it stood with the ladder, and what was decided."""
    found: Outcome = ask.facts["outcome"]
    decision: Decision = ask.facts["decision"]
    return {
        "points": [*clauses.allegations(ask.session, ask.it.allegations), *_points(ask.session, ask.it)],
        "votes": [_put(put) for put in found.puts],
        **ladder_sheets.values(rounds.proposal(ask.session, ask.it), found.measures),
        "reasons": decision.reasons,
        "result": "决定" + _measures_text(list(found.measures)),
    }


def _member(session: Session, member: PanelMember, *, present: bool) -> tuple[str, str, str]:
    known = session.get(PanelBackground, member.account_id)
    party = session.get(Party, known.party_id) if known and known.party_id else None
    origin = party.name_zh if party else (known.organisation if known and known.organisation else "会员单位以外")
    state = "已回避" if member.recused_at else "出席并表决" if present else "缺席"
    return clauses.name(session, member.account_id), origin, state


def _recusals(session: Session, members: list[PanelMember]) -> str:
    gone = [clauses.name(session, each.account_id) for each in members if each.recused_at]
    return f"{'、'.join(gone)}回避" if gone else "无"


def _points(session: Session, track: CaseTrack) -> list[str]:
    said = len(rounds.statements(session, track))
    return [f"当事单位提交的{said}份陈述、申辩意见"] if said else ["当事单位未提交陈述、申辩意见"]


def _measures_text(measures: list[int]) -> str:
    return f"采取：{'、'.join(LEVELS[level].zh for level in measures)}" if measures else "不予采取自律措施"


def _put(put: Put) -> tuple[str, str, str, str]:
    return _measures_text(list(put.measures)), str(put.yes), str(put.no), str(put.abstained)


def statement_summary(session: Session, track: CaseTrack) -> str:
    """What the respondent said, late statements marked."""
    said = rounds.statements(session, track)
    lines = [f"{each.body}{'（逾期提交）' if each.late else ''}" for each in said]
    return "\n".join(lines) or NO_STATEMENT


@makes("track", "D16b")
def no_measure(ask: Ask) -> Iterator[Draft]:
    """The decision to take no measure."""
    track: CaseTrack = ask.it
    session = ask.session
    notice = notices.last_document(session, ["D17"], "track", track.id, track.round)
    panel = rounds.panel(session, track)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "advance_notice_number": notice.number if notice else "",
            "allegations": clauses.allegations(session, track.allegations),
            "statement_summary": statement_summary(session, track),
            "findings": "\n".join(findings(session, track)),
            "reasons": ask.facts["reasons"],
            "deciding_body": body_name(panel.size if panel else 0),
            "deliberated_on": day_text(ask.on, "zh"),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


@makes("track", "D20")
def decision(ask: Ask) -> Iterator[Draft]:
    """The decision: what was alleged, said, found and decided, and how it can be reviewed (NFA 3-10)."""
    track: CaseTrack = ask.it
    session = ask.session
    made: Decision = ask.facts["decision"]
    panel = rounds.panel(session, track)
    sheet = ladder_sheets.kept(rounds.proposal(session, track))
    yield Draft(
        values={
            "uscc": track.party.uscc,
            "case_no": track.case.ref,
            "standing": clauses.standing(track),
            **_notice_values(session, track),
            "allegations": clauses.allegations(session, track.allegations),
            "statement_summary": statement_summary(session, track),
            "statement_handling": made.statement_dealt or "本协会依据已经查明的事实和证据审议决定。",
            "hearing_summary": documents_hearings.summary(session, track),
            "evidence": evidence_or_none(track),
            "findings": findings(session, track),
            "provisions": clauses.provisions(session, track),
            "aggravating": ladder_sheets.weighed(sheet, mitigating=False),
            "mitigating": ladder_sheets.weighed(sheet, mitigating=True),
            "reasons": made.reasons,
            "deciding_body": documents_admissions.admitted_body(session, track, made)
            or body_name(panel.size if panel else 0),
            "deliberated_on": day_text(made.decided_on, "zh"),
            "measure_basis": measure_basis(session, made.measures),
            "measures": [terms.worded(session, level, terms.of_level(made.terms, level)) for level in made.measures],
            **_effect_values(session, made),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


def _notice_values(session: Session, track: CaseTrack) -> dict[str, Any]:
    notice = notices.last_document(session, ["D17"], "track", track.id, track.round)
    day = notices.served_on(session, notice.id) if notice else None
    return {
        "advance_notice_number": notice.number if notice else "事先告知书",
        "advance_notice_served_on": day_text(day, "zh") if day else "此前",
    }


def _effect_values(session: Session, made: Decision) -> dict[str, str]:
    major = made.level >= FIRST_MAJOR
    return {
        "effective": "本决定在复核申请期限届满且未申请复核时生效。" if major else "本决定自送达之日起生效。",
        "publication_scope": terms.scope_text(session, made.level),
        "immediate_order": documents_reviews.immediate_text(made),
        "review_period": clauses.length(session, "K20"),
        "review_body": REVIEW_BODY,
        "review_effect": "复核期间不停止本决定的执行。" if not major else "复核期间本决定不予执行。",
    }


def proposal_measures(session: Session, proposal: Proposal) -> list[str]:
    """What was proposed, as people read it."""
    return [terms.worded(session, level, terms.of_level(proposal.terms, level)) for level in proposal.measures]
