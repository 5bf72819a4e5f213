"""What the decision of a review says (D22), and the order that a panel declared immediate."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import clauses
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes
from notices.papers import day_text
from sanctions import policies_reviews as policies
from sanctions import replacing, rounds, terms
from sanctions.levels import heaviest
from sanctions.models import Decision
from sanctions.models_reviews import Review

NUMERALS = "零一二三四五六七八九"
OUTCOMES = {
    "UPHOLD": "维持原决定。",
    "VARY": "变更原决定，改为采取下列自律措施：",
    "QUASH": "撤销原决定，对你单位不予采取自律措施。",
    "REMIT": "撤销原决定，退回重新调查。",
}
LATER = "立即执行；整改期限自决定生效并送达整改通知后另行起算，即"
IMMEDIATE = {
    "STOP_CONTACT": "立即停止对受影响人员的一切联系",
    "DELETE_DATA": "立即删除违规取得、留存的个人信息",
}


def body(review: Review) -> str:
    """The review body as documents call it."""
    size = review.size or 0
    return f"本协会复核小组（由{NUMERALS[size] if size < len(NUMERALS) else size}名未参与原决定的委员组成）"


def decision_number(session: Session, decision: Decision) -> str:
    """The number of the decision reviewed: of the panel's own, or of an earlier review's."""
    earlier = policies.reviewed(session, decision)
    if earlier is not None:
        subject = ("track", earlier.track_id) if earlier.stayed else ("review", earlier.id)
        found = notices.last_document(session, ["D22"], *subject)
    else:
        found = notices.last_document(session, ["D20"], "track", decision.track_id, decision.round)
    return (found.number if found else None) or "自律措施决定书"


@makes("track", "D22")
@makes("review", "D22")
def review_decision(ask: Ask) -> Iterator[Draft]:
    """What was asked, what was found, what becomes of the decision, and what follows."""
    review: Review = ask.facts["review"]
    session, track, old = ask.session, review.track, review.decision
    varied = list(review.measures or ())
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(session, old),
            "decision_date": day_text(old.decided_on, "zh"),
            "occasion": _occasion(review),
            "grounds": review.grounds,
            "original_measures": _worded(session, old, old.measures),
            "reasons": review.reasons,
            "deciding_body": body(review),
            "deliberated_on": day_text(ask.on, "zh"),
            "outcome": OUTCOMES[review.outcome or "UPHOLD"],
            "measures": _worded(session, old, varied),
            "open_questions": f"需要进一步查明：{review.questions}" if review.questions else "",
            "effect": _effect(session, review, varied),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
        then=lambda made: replacing.by_review(session, review, made),
    )


def _worded(session: Session, decision: Decision, measures: list[int]) -> list[str]:
    return [terms.worded(session, each, terms.of_level(decision.terms, each)) for each in measures]


def _occasion(review: Review) -> str:
    if review.own_motion:
        return "本协会发现原决定可能存在错误或者出现新的证据，依职权决定复核。"
    if review.basis == "REVOKED":
        return f"你单位以原决定所依据的文件已被撤销为由申请复核（{review.revoked}）。"
    return f"你单位于{day_text(review.asked_at.date(), 'zh')}申请复核。"


def _effect(session: Session, review: Review, varied: list[int]) -> str:
    if review.outcome == "UPHOLD":
        return "原决定自本决定作出之日起生效。" if review.stayed else "原决定继续执行。"
    if review.outcome == "VARY":
        scope = terms.scope_text(session, heaviest(varied))
        return f"变更后的措施自本决定作出之日起生效，已经履行的部分予以认可。公布范围：{scope}。"
    if review.outcome == "REMIT":
        return "原决定自本决定作出之日起失去效力。重新作出决定时，不因你单位申请复核而加重措施。"
    return "原决定自本决定作出之日起失去效力，不计入你单位的自律记录；已经发布的内容予以撤回。"


def immediate_text(decision: Decision) -> str:
    """The order declared immediate, with its reasons, as the decision says it."""
    if not decision.immediate:
        return ""
    said = "；".join(IMMEDIATE[each] for each in decision.immediate)
    return f"下列要求立即执行，不因申请复核而停止：{said}。理由：{decision.immediate_reasons}"


def immediate_problems(decision: Decision) -> list[tuple[str, str, str, str]]:
    """The numbered problems of an order that is issued at once."""
    reasons = decision.immediate_reasons
    return [(reasons, IMMEDIATE[each], "立即", "书面报告及相关证明") for each in decision.immediate]


def order_at_once(ask: Ask) -> Iterator[Draft]:
    """The order that the panel declared immediate: nothing else of the decision, and no time limit yet (S80)."""
    track: CaseTrack = ask.it
    decision = rounds.decision(ask.session, track)
    if decision is None:
        return
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, decision),
            "round_note": "本通知仅就决定中宣布立即执行的事项作出，其他措施在决定生效后另行通知。",
            "facts": "\n".join(clauses.allegations(ask.session, clauses.established(track))),
            "provisions": clauses.provisions(ask.session, track),
            "problems": immediate_problems(decision),
            "overall_period": LATER + clauses.length(ask.session, "K22"),
            "named_executive": track.party.named_executive or "负责催收工作的高级管理人员",
            "remedies": [IMMEDIATE[each] for each in decision.immediate],
            "firm_duty": "",
            "review_period": clauses.length(ask.session, "K20"),
            "portal_url": portal_url(),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )
