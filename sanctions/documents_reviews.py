"""What the decision of a review says (D22), and the order that a panel declared immediate."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import clauses, documents_cases
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core.clock import day_of, today
from core.machine import Ask
from notices import queries as notices
from notices.documents import urgency_from
from notices.making import Draft, makes
from notices.papers import Lang, day_text, period_text
from notices.sentences import Pair, joined_up, say, written_in
from registry.clock_moves import certain_end, has_ended, live
from registry.models_clocks import Clock
from sanctions import ballots, replacing, rounds, served, terms
from sanctions import policies_reviews as policies
from sanctions.levels import RECTIFICATION, heaviest
from sanctions.models_decisions import Decision
from sanctions.models_reviews import Review

NUMERALS = "零一二三四五六七八九"
OUTCOMES: dict[str, Pair] = {
    "UPHOLD": ("维持原决定。", "The decision is upheld."),
    "VARY": (
        "变更原决定，改为采取下列自律措施：",
        "The decision is varied; the following measures are ordered instead:",
    ),
    "QUASH": (
        "撤销原决定，对你单位不予采取自律措施。",
        "The decision is set aside; no measure is taken against you.",
    ),
    "REMIT": (
        "撤销原决定，退回重新调查。",
        "The decision is set aside, and the case goes back to be investigated anew.",
    ),
}
LATER: Pair = (
    "整改期限自决定生效并送达责令整改通知书后另行起算，为{period}。",
    "The period for rectification, {period}, counts from service of the order that follows then.",
)
IMMEDIATE: dict[str, Pair] = {
    "STOP_CONTACT": (
        "立即停止对受影响人员的一切联系",
        "stop all contact with the persons affected at once",
    ),
    "DELETE_DATA": (
        "立即删除违规取得、留存的个人信息",
        "delete at once the personal data that was obtained or kept against the rules",
    ),
}
BODY: Pair = (
    "本协会复核小组（由{size}名未参与原决定的委员组成）",
    "The Association's review panel (of {size} members who took no part in that decision)",
)
DECISION: Pair = ("自律措施决定书", "the decision on self-discipline measures")
OWN_MOTION: Pair = (
    "本协会发现原决定可能存在错误或者出现新的证据，依职权决定复核。",
    "The Association found that it may be wrong, or that there is new evidence, and reviews it of its own motion.",
)
REVOKED: Pair = (
    "你单位以原决定所依据的文件已于{day}被撤销为由申请复核（{revoked}）。",
    "You asked for a review because a document on which it rests was revoked on {day} ({revoked}).",
)
ASKED: Pair = ("你单位于{day}申请复核。", "You asked for a review on {day}.")
QUESTIONS: Pair = ("需要进一步查明：{questions}", "What is to be established: {questions}")
UPHELD: dict[bool, Pair] = {
    True: ("原决定自本决定作出之日起生效。", "The decision reviewed takes effect on the day of this one."),
    False: ("原决定继续有效。", "The decision reviewed stays in force."),
}
STANDS = ("UPHOLD", "VARY")
EFFECTS: dict[str, Pair] = {
    "VARY": (
        "变更后的措施自本决定作出之日起生效，已经履行的部分予以认可。公布范围：{scope}。",
        (
            "The measures as varied take effect on the day of this decision; what was carried out already counts. "
            "Publication: {scope}."
        ),
    ),
    "REMIT": (
        "原决定自本决定作出之日起失去效力。重新作出决定时，不因你单位申请复核而加重措施。",
        (
            "The decision reviewed loses its force on the day of this one. No heavier measure will be taken because "
            "you asked for the review."
        ),
    ),
    "QUASH": (
        "原决定自本决定作出之日起失去效力，不计入你单位的自律记录；已经发布的内容予以撤回。",
        (
            "The decision reviewed loses its force on the day of this one and does not count in your record; what was "
            "published is withdrawn."
        ),
    ),
}
LAPSED: dict[bool, Pair] = {
    True: (
        "本协会依据原决定发出的{numbers}不再有效；其中仍须执行的事项，本协会另行通知。",
        "Issued on that decision, and no longer in force: {numbers}. What is still to be done is ordered anew.",
    ),
    False: (
        "本协会依据原决定发出的{numbers}不再有效，无须继续执行。",
        "Issued on that decision, and no longer in force: {numbers}. Nothing more is to be done under it.",
    ),
}
"""By whether a decision stands once the review has ended."""
GOES_ON: Pair = (
    "你单位申请复核的期限在本次复核期间停止计算，自本决定作出的次日起继续计算{until}。",
    "Your time to ask for a review stood still meanwhile and goes on from the day after this decision{until}.",
)
UNTIL: Pair = ("，至{day}止", ", until {day}")
STOOD_STILL: Pair = (
    "{period}（本协会依职权复核的期间不计入{until}）",
    "{period} (not counting the Association's own review{until})",
)
OWN_REMITTED: Pair = (
    "原决定自本决定作出之日起失去效力，本协会重新调查后另行作出决定；重新作出决定时，不因本次复核而加重措施。",
    (
        "The decision reviewed loses its force on the day of this one; the Association decides anew once it has "
        "investigated. No heavier measure will be taken because of this review."
    ),
)
AT_ONCE: Pair = (
    "下列要求立即执行，不因申请复核而停止：{said}。理由：{reasons}",
    "The following is to be carried out at once and is not suspended by a review: {said}. Reasons: {reasons}",
)
DEADLINE: Pair = ("立即", "at once")
REPORT: Pair = ("书面报告及相关证明", "a written report with proof")
ONLY_THIS: Pair = (
    "本通知仅就决定中宣布立即执行的事项作出，其他措施在决定生效后另行通知。",
    "This order concerns only what the decision declared immediate; other measures follow once it is in effect.",
)
EXECUTIVE: Pair = ("负责催收工作的高级管理人员", "the senior executive responsible for collection")
NAMED: Pair = ("负责催收工作的高级管理人员{name}", "the senior executive responsible for collection, {name}")


@urgency_from("review")
def is_urgent(session: Session, number: int) -> bool:
    """Whether the case whose decision is reviewed is urgent."""
    return documents_cases.is_urgent(session, session.get_one(Review, number).track_id)


def body(review: Review, lang: Lang) -> str:
    """The review body, as documents call it."""
    size = review.size or 0
    return say(BODY, lang, size=NUMERALS[size] if lang == "zh" and size < len(NUMERALS) else size)


def decision_number(session: Session, decision: Decision, lang: Lang = "zh") -> str:
    """The number of the decision reviewed: the panel's, or that of an earlier review."""
    earlier = policies.reviewed(session, decision)
    if earlier is not None:
        found = served.review_paper(session, earlier)
    else:
        found = notices.last_document(session, ["D20"], "track", decision.track_id, decision.round)
    return (found.number if found else None) or say(DECISION, lang)


@makes("track", "D22")
@makes("review", "D22")
def review_decision(ask: Ask) -> Iterator[Draft]:
    """What was asked for and found, what becomes of the decision, and what follows."""
    review: Review = ask.facts["review"]
    session, track, old = ask.session, review.track, review.decision
    lang = written_in(ask, track.party)
    varied = list(review.measures or ())
    yield Draft(
        values={
            "case_no": track.case.ref,
            "tier_word": terms.tier_word(session, old.measures, lang),
            "decision_number": decision_number(session, old, lang),
            "decision_date": day_text(old.decided_on, lang),
            "occasion": joined(clauses.succession(session, track, lang), _occasion(review, lang), lang),
            "grounds": review.grounds,
            "original_measures": _worded(session, old, old.measures, lang),
            "reasons": review.reasons,
            "deciding_body": body(review, lang),
            "deliberated_on": day_text(day_of(ballots.last_cast(policies.votes(session, review)) or ask.now), lang),
            "outcome": say(OUTCOMES[review.outcome or "UPHOLD"], lang),
            "measures": _worded(session, old, varied, lang),
            "open_questions": say(QUESTIONS, lang, questions=review.questions) if review.questions else "",
            "effect": _effect(session, review, varied, lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        then=lambda made: replacing.by_review(session, review, made),
    )


def _worded(session: Session, decision: Decision, measures: list[int], lang: Lang) -> list[str]:
    return [terms.worded(session, each, terms.of_level(decision.terms, each), lang) for each in measures]


def _occasion(review: Review, lang: Lang) -> str:
    if review.own_motion:
        return say(OWN_MOTION, lang)
    if review.basis == "REVOKED" and review.revoked_on is not None:
        day, revoked = day_text(review.revoked_on, lang), review.revoked.rstrip("。；;. ")
        return say(REVOKED, lang, day=day, revoked=revoked)
    return say(ASKED, lang, day=day_text(review.day, lang))


def _effect(session: Session, review: Review, varied: list[int], lang: Lang) -> str:
    becomes = joined(_becomes(session, review, varied, lang), _lapsed(session, review, lang), lang)
    return joined(becomes, _time_goes_on(session, review, lang) if review.outcome in STANDS else "", lang)


def _becomes(session: Session, review: Review, varied: list[int], lang: Lang) -> str:
    """What becomes of the decision reviewed."""
    if review.outcome == "UPHOLD":
        return say(UPHELD[review.stayed], lang)
    if review.outcome == "REMIT" and review.own_motion:
        return say(OWN_REMITTED, lang)
    level = heaviest(varied)
    scope = terms.scope_text(session, level, terms.of_level(review.decision.terms, level), lang)
    return say(EFFECTS.get(review.outcome or "", EFFECTS["QUASH"]), lang, scope=scope)


def _lapsed(session: Session, review: Review, lang: Lang) -> str:
    """Which orders of the decision reviewed bind the company no more: it holds them, with their last days."""
    numbers = ("、" if lang == "zh" else ", ").join(each.number or "" for each in replacing.lapsing(session, review))
    return say(LAPSED[review.outcome in STANDS], lang, numbers=numbers) if numbers else ""


def _time_goes_on(session: Session, review: Review, lang: Lang) -> str:
    """Until when the company can ask for a review by itself, where its time stood still for one of our own."""
    clock = live(session, "K20", ("track", review.track_id)) if review.own_motion else None
    if clock is None or not clock.paused_on or has_ended(clock, review.decided_on or today()):
        return ""
    return say(GOES_ON, lang, until=_until(clock, lang))


def _until(clock: Clock, lang: Lang) -> str:
    last = certain_end(clock)
    return say(UNTIL, lang, day=day_text(last, lang)) if last is not None else ""


def immediate_text(decision: Decision, lang: Lang) -> str:
    """The order declared immediate, with its reasons, as the decision words it."""
    if not decision.immediate:
        return ""
    said = joined_up((say(IMMEDIATE[each], lang) for each in decision.immediate), lang)
    return say(AT_ONCE, lang, said=said, reasons=decision.immediate_reasons)


def immediate_problems(decision: Decision, lang: Lang) -> list[tuple[str, str, str, str]]:
    """The numbered problems of an order that is issued at once."""
    reasons, when, proof = decision.immediate_reasons, say(DEADLINE, lang), say(REPORT, lang)
    return [(reasons, say(IMMEDIATE[each], lang), when, proof) for each in decision.immediate]


def executive(track: CaseTrack, lang: Lang) -> str:
    """Who signs a report on a rectification, by name if the company named somebody."""
    name = track.party.named_executive.strip()
    return say(NAMED, lang, name=name) if name else say(EXECUTIVE, lang)


def review_period(ask: Ask, lang: Lang) -> str:
    """How long a review can be asked for, as the decision says it; empty if nobody can any more, or somebody did."""
    clock = live(ask.session, "K20", ("track", ask.it.id))
    if clock is None or has_ended(clock, ask.on):
        return ""
    period = period_text(clock.length, clock.unit.value, lang)
    return say(STOOD_STILL, lang, period=period, until=_until(clock, lang)) if clock.paused_on else period


def joined(before: str, said: str, lang: Lang) -> str:
    """Two sentences joined, either of which may be empty."""
    return ("" if lang == "zh" else " ").join(filter(None, (before, said)))


def _only_this(decision: Decision, lang: Lang) -> str:
    """That only this is ordered now, and how long the rectification will have once its own order counts."""
    days = terms.of_level(decision.terms, RECTIFICATION).get("days")
    later = (say(LATER, lang, period=period_text(int(days), "CD", lang)),) if days else ()
    return ("" if lang == "zh" else " ").join((say(ONLY_THIS, lang), *later))


def order_at_once(ask: Ask) -> Iterator[Draft]:
    """The order that the panel declared immediate: no other part of the decision, and no time limit yet (S80)."""
    track: CaseTrack = ask.it
    decision = rounds.decision(ask.session, track)
    if decision is None:
        return
    lang = written_in(ask, track.party)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, decision, lang),
            "round_note": joined(clauses.succession(ask.session, track, lang), _only_this(decision, lang), lang),
            "facts": clauses.lines(served.allegations(ask.session, track, clauses.established(track), lang), lang),
            "provisions": served.provisions(ask.session, track, lang),
            "problems": immediate_problems(decision, lang),
            "overall_period": "",
            "named_executive": executive(track, lang),
            "remedies": [say(IMMEDIATE[each], lang) for each in decision.immediate],
            "firm_duty": "",
            "review_period": review_period(ask, lang),
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )
