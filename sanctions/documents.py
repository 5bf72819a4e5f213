"""What the documents from the check to the decision say: closing without a breach, advance notice, votes, decision."""

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from casework import clauses, policies_inquiry, policies_tracks
from casework.documents import portal_url
from casework.models_cases import Allegation, CaseTrack
from casework.states import FILED_BY
from core.clock import day_of
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes
from notices.models import Document
from notices.papers import Lang, day_text
from notices.sentences import Pair, joined_up, listed, say, written_in
from registry import lineage, rulebook, settings
from registry.models import Party
from sanctions import (
    documents_admissions,
    documents_hearings,
    documents_reviews,
    ladder_history,
    ladder_sheets,
    policies_admissions,
    policies_waivers,
    queries_hearings,
    replacing,
    rounds,
    served,
    terms,
)
from sanctions.documents_endings import FILING, duty
from sanctions.levels import FIRST_MAJOR, heaviest, label
from sanctions.models_decisions import Decision

NO_STATEMENT: Pair = ("你单位未提交陈述、申辩意见。", "You submitted no statement.")
ONLY_HEARD: Pair = (
    "你单位未另行提交书面陈述、申辩意见。",
    "Beside what you said at the hearing you submitted no statement.",
)
WAIVED: Pair = (
    "你单位于{day}书面表示不再提交陈述、申辩意见。",
    "On {day} you declared in writing that no statement would follow.",
)
ADMITTED: Pair = (
    "你单位于{day}书面认可事实，未另行提交陈述、申辩意见。",
    "On {day} you admitted the facts in writing; you submitted no other statement.",
)
STATED: Pair = ("你单位于{day}提出：“{said}”", "On {day} you stated: “{said}”")
EXPLAINED: Pair = (
    "调查期间，你单位于{day}提交书面说明。",
    "During the investigation, on {day}, you gave a written account.",
)
UPON: Pair = ("{day}向{company}", "{day} upon {company}")
LATE: Pair = ("（逾期提交）", " (submitted late)")
REVIEW_BODY: Pair = ("本协会", "the Association")
CHARTER: Pair = ("本协会章程和自律规则", "the Association's charter and self-discipline rules")
CASE_FILE: Pair = ("本案调查材料", "the file of the investigation")
FINDING: Pair = (
    "{name}：{facts}。经审理，该事项{word}{breached}：{reason}",
    "{name}: {facts}. On examination this point is {word}{breached}: {reason}",
)
BREACHED: Pair = ("，违反{cited}", ", in breach of {cited}")
CONTRARY: Pair = ("，不符合{cited}的要求", ", contrary to what is asked for by {cited}")
"""Of a firm that no rule bound: it did what the rules forbid others, and breached none."""
FOUND: dict[str, Pair] = {
    "ESTABLISHED": (clauses.FINDINGS["ESTABLISHED"], "established"),
    "NOT_ESTABLISHED": (clauses.FINDINGS["NOT_ESTABLISHED"], "not established"),
    "UNPROVEN": (clauses.FINDINGS["UNPROVEN"], "unproven"),
}
NOTICE: Pair = ("事先告知书", "the advance notice")
NOT_PURSUED: Pair = (
    "此前以{number}告知你单位拟采取的自律措施，本协会不再采取。",
    "The measures that were announced to you by {number} are not pursued.",
)
EARLIER: Pair = ("此前", "an earlier day")
AGGRAVATING: Pair = ("从重情节：{each}", "Aggravating: {each}")
MITIGATING: Pair = ("从轻情节：{each}", "Mitigating: {each}")
REASONS: Pair = ("理由：{reasons}", "Reasons: {reasons}")
NEW_FACTS: Pair = (
    "拟采取较此前更重措施所依据的新事实：{facts}",
    "New facts on which a heavier measure than before is proposed: {facts}",
)
BEYOND: Pair = ("拟采取更重措施的理由：{reasons}", "Why a heavier measure is proposed: {reasons}")
ON_FACTS: Pair = (
    "本协会依据已经查明的事实和证据作出决定。",
    "The Association decides on the facts and evidence established.",
)
EFFECTIVE: dict[bool, Pair] = {
    True: (
        "本决定在复核申请期限届满且未申请复核时生效。",
        "This decision takes effect when the period for asking for a review has passed and none was asked for.",
    ),
    False: ("本决定自送达之日起生效。", "This decision takes effect on the day of its service."),
}
REVIEW_EFFECT: dict[bool, Pair] = {
    True: ("复核期间本决定不予执行。", "While a review is under way this decision is not carried out."),
    False: (
        "复核期间不停止本决定的执行。",
        "A review does not suspend the carrying out of this decision.",
    ),
}
ONLY_AT_ONCE: Pair = (
    "除前述立即执行的要求外，复核期间本决定不予执行。",
    "Except for what is ordered to be done at once, this decision is not carried out while a review is under way.",
)
BODY: Pair = (
    "本协会自律审议小组（由{size}名委员组成）",
    "The Association's self-discipline panel (of {size} members)",
)
NUMERALS = "零一二三四五六七八九"


def measure_basis(session: Session, measures: list[int], lang: Lang = "zh", notice: Document | None = None) -> str:
    """The charter article and the meeting on which measures rest, each once; after an advance notice, as it said."""
    keys = [f"MEASURE_BASIS.{label(level)}" for level in measures]
    said = [str(notices.laid_down_in(notice, key) or settings.value(session, key) or "") for key in keys]
    return listed(dict.fromkeys(each for each in said if each), lang) or say(CHARTER, lang)


def findings(
    session: Session, track: CaseTrack, lang: Lang, among: Collection[int] | None = None, *, listed_below: bool = False
) -> list[str]:
    """One item for each allegation: whether it is established, why, and which provisions it breaches.

    `among` are the provisions that may be named. Where the document lists them below, a single finding names none.
    """
    lines, names_them = [], not listed_below or len(clauses.established(track)) > 1
    for each in track.allegations:
        name = clauses.violation_names(session, [each.code], lang)[0]
        word = say(FOUND[each.finding or "UNPROVEN"], lang)
        facts = each.facts.rstrip("。" if lang == "zh" else "。. ")
        breached = _breached(session, track, each, lang, among) if names_them and each.finding == "ESTABLISHED" else ""
        lines.append(say(FINDING, lang, name=name, facts=facts, word=word, breached=breached, reason=each.reason))
    return served.as_corrected(session, track, lines)


def _breached(session: Session, track: CaseTrack, found: Allegation, lang: Lang, among: Collection[int] | None) -> str:
    in_force = rulebook.provisions_for(session, found.code, policies_tracks.conduct_day(track.case))
    cited = [each.cited(lang) for each in in_force if among is None or each.id in among]
    if not cited:
        return ""
    pair = CONTRARY if policies_inquiry.is_outside(session, track) else BREACHED
    return say(pair, lang, cited=listed(cited, lang) if lang == "zh" else joined_up(cited, lang))


def evidence_or_none(session: Session, track: CaseTrack, lang: Lang) -> list[str]:
    """The evidence as a letter lists it, with at least one line."""
    return served.as_corrected(session, track, clauses.evidence_lines(session, track, lang)) or [say(CASE_FILE, lang)]


@makes("track", "D16a")
def closed_without_breach(ask: Ask) -> Iterator[Draft]:
    """That nothing is established, and the case is closed."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    filing = notices.last_document(ask.session, FILED_BY, "track", track.id)
    announced = notices.last_document(ask.session, ["D17"], "track", track.id)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "filing_number": (filing.number if filing else None) or say(FILING, lang),
            "allegations": served.allegations(ask.session, track, track.allegations, lang),
            "findings": clauses.lines(findings(ask.session, track, lang), lang),
            "own_handling": say(NOT_PURSUED, lang, number=announced.number) if announced and announced.number else "",
            "duty": duty(track, lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
    )


@makes("track", "D17")
def advance_notice(ask: Ask) -> Iterator[Draft]:
    """What is to be found and ordered, on what grounds, and how long the respondent may make a statement."""
    track: CaseTrack = ask.it
    session, measures = ask.session, ask.facts["measures"]
    lang = written_in(ask, track.party)
    top, said = heaviest(measures), ask.facts["terms"]
    major = top >= FIRST_MAJOR
    yield Draft(
        values={
            "case_no": track.case.ref,
            "standing": clauses.standing(session, track, lang),
            "facts": served.allegations(session, track, clauses.established(track), lang),
            "evidence": evidence_or_none(session, track, lang),
            "provisions": clauses.provisions(session, track, lang),
            "factors": _circumstances(ask.facts, lang),
            "tier_word": terms.tier_word(session, measures, lang),
            "measure_basis": measure_basis(session, measures, lang),
            "measures": [terms.worded(session, level, terms.of_level(said, level), lang) for level in measures],
            "publication_scope": terms.scope_text(session, top, terms.of_level(said, top), lang),
            "statement_period": clauses.length(session, "K15" if major else "K14", lang),
            "hearing_period": clauses.length(session, "K16", lang) if major else "",
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        rests_on={served.CITED: {"value": [each.id for each in policies_tracks.provisions(session, track)]}},
        then=partial(replacing.earlier, ask),
    )


def _circumstances(facts: dict[str, Any], lang: Lang) -> list[str]:
    """What aggravates and what mitigates, the reasons, and why more is announced than the ladder suggests."""
    found = facts.get("suggestion")
    lines = [say(AGGRAVATING, lang, each=each) for each in ladder_sheets.weighed(found, mitigating=False, lang=lang)]
    lines += [say(MITIGATING, lang, each=each) for each in ladder_sheets.weighed(found, mitigating=True, lang=lang)]
    lines += [say(REASONS, lang, reasons=facts["reasons"])] if facts["reasons"] else []
    if found is not None and facts.get("new_facts"):
        lines.append(say(NEW_FACTS, lang, facts=facts["new_facts"]))
    if found is not None and found.apart.heavier and found.departure not in {"", facts["reasons"]}:
        lines.append(say(BEYOND, lang, reasons=found.departure))
    return lines


def body_name(size: int, lang: Lang) -> str:
    """The panel, as documents call it."""
    return say(BODY, lang, size=NUMERALS[size] if lang == "zh" and size < len(NUMERALS) else size)


def statement_summary(session: Session, track: CaseTrack, lang: Lang) -> str:
    """The respondent's statements, in its own words and marked as such; or why there are none."""
    lines = [
        say(STATED, lang, day=day_text(each.day, lang), said=each.body) + (say(LATE, lang) if each.late else "")
        for each in rounds.statements(session, track)
    ]
    lines = lines or [_unstated(session, track, lang)]
    for each in track.explained[:1]:
        lines.insert(0, say(EXPLAINED, lang, day=day_text(each.day, lang)))
    return "\n".join(lines)


def _unstated(session: Session, track: CaseTrack, lang: Lang) -> str:
    admitted = policies_admissions.admission(session, track)
    if admitted is not None and admitted.stands:
        return say(ADMITTED, lang, day=day_text(day_of(admitted.admitted_at), lang))
    if queries_hearings.heard(session, track):
        return say(ONLY_HEARD, lang)
    time = policies_waivers.time_given_up(session, track)
    if time is not None and time.ended_at is not None:
        return say(WAIVED, lang, day=day_text(day_of(time.ended_at), lang))
    return say(NO_STATEMENT, lang)


@makes("track", "D16b")
def no_measure(ask: Ask) -> Iterator[Draft]:
    """The decision to take no measure."""
    track: CaseTrack = ask.it
    session, lang = ask.session, written_in(ask, track.party)
    notice = notices.last_document(session, ["D17"], "track", track.id, track.round)
    panel = rounds.panel(session, track)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "advance_notice_number": notice.number if notice else "",
            "allegations": served.allegations(session, track, track.allegations, lang),
            "statement_summary": statement_summary(session, track, lang),
            "hearing_summary": documents_hearings.summary(session, track, lang),
            "findings": clauses.lines(findings(session, track, lang, served.announced(session, track)), lang),
            "reasons": ask.facts["reasons"],
            "deciding_body": body_name(panel.size if panel else 0, lang),
            "deliberated_on": day_text(day_of(rounds.decided_at(session, panel) or ask.now), lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )


@makes("track", "D20")
def decision(ask: Ask) -> Iterator[Draft]:
    """What was alleged, stated, found and decided, and how it can be reviewed (NFA 3-10)."""
    track: CaseTrack = ask.it
    session, lang = ask.session, written_in(ask, track.party)
    made: Decision = ask.facts["decision"]
    panel, notice, named = rounds.panel(session, track), served.notice(session, track), served.announced(session, track)
    cited = [each for each in policies_tracks.provisions(session, track) if named is None or each.id in named]
    voted = rounds.decided_at(session, panel)
    sheet = ladder_sheets.kept(rounds.proposal(session, track))
    before = ladder_history.as_it_stands(session, sheet.history if sheet is not None else ())
    yield Draft(
        values={
            "uscc": track.party.uscc,
            "case_no": track.case.ref,
            "standing": clauses.standing(session, track, lang),
            **_notice_values(session, track, lang),
            "allegations": served.allegations(session, track, track.allegations, lang),
            "statement_summary": statement_summary(session, track, lang),
            "statement_handling": made.statement_dealt or say(ON_FACTS, lang),
            "hearing_summary": documents_hearings.summary(session, track, lang),
            "evidence": evidence_or_none(session, track, lang),
            "findings": findings(session, track, lang, named, listed_below=True),
            "provisions": [each.cited(lang) for each in cited],
            "aggravating": ladder_sheets.weighed(sheet, mitigating=False, lang=lang, now=before),
            "mitigating": ladder_sheets.weighed(sheet, mitigating=True, lang=lang),
            "reasons": made.reasons,
            "deciding_body": documents_admissions.admitted_body(session, track, made, lang)
            or body_name(panel.size if panel else 0, lang),
            "deliberated_on": day_text(day_of(voted) if voted else made.decided_on, lang),
            "tier_word": terms.tier_word(session, made.measures, lang),
            "measure_basis": measure_basis(session, made.measures, lang, notice),
            "measures": [
                terms.worded(session, level, terms.of_level(made.terms, level), lang) for level in made.measures
            ],
            **_effect_values(session, made, lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        rests_on={served.CITED: {"value": [each.id for each in cited]}},
    )


def _notice_values(session: Session, track: CaseTrack, lang: Lang) -> dict[str, Any]:
    notice = served.notice(session, track)
    day = notices.served_on(session, notice.id) if notice else None
    told_on = day_text(day, lang) if day else say(EARLIER, lang)
    former = lineage.acted(session, "document.party_id", notice.id) if notice else None
    if notice is not None and former is not None:  # passed on with the track: the predecessor was told
        to = session.get_one(Party, former)
        told_on = say(UPON, lang, day=told_on, company=lineage.name_on(session, to, notice.issued_on, lang))
    return {
        "advance_notice_number": notice.number if notice else say(NOTICE, lang),
        "advance_notice_served_on": told_on,
    }


def _effect_values(session: Session, made: Decision, lang: Lang) -> dict[str, str]:
    major = made.level >= FIRST_MAJOR
    return {
        "effective": say(EFFECTIVE[major], lang),
        "publication_scope": terms.scope_text(session, made.level, terms.of_level(made.terms, made.level), lang),
        "immediate_order": documents_reviews.immediate_text(made, lang),
        "review_period": clauses.length(session, "K20", lang),
        "review_body": say(REVIEW_BODY, lang),
        "review_effect": say(ONLY_AT_ONCE if made.immediate else REVIEW_EFFECT[major], lang),
    }
