"""What the documents of a track say up to the report: lead form, filing, refusal to file, report, list of evidence."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casework import circumstances, clauses, headings, masking, personal_strings, policies_inquiry
from casework.documents import lang_of, portal_url
from casework.models import Complaint
from casework.models_cases import BETWEEN_PARTS, Allegation, CaseTrack, Evidence
from casework.phrases import phrase
from casework.policies import engaged_with
from casework.policies_tracks import acted, conduct_day
from core.machine import Ask
from filestore import extents
from notices import queries as notices
from notices.documents import urgency_from
from notices.making import Draft, makes
from notices.papers import Lang, Paper, day_text, whole_text
from notices.queries_approval import written_on
from notices.sentences import Pair, say, written_in
from registry import rulebook

OPINION = {
    "COMPLAINT": "投诉反映的情况涉嫌违反催收自律规则，建议核查。",
    "INSPECTION": "工作中发现的情况涉嫌违反自律规则，建议核查。",
}
WORTH_FILING = "经核查，有违反催收自律规则的迹象，建议立案调查。"
ASKED = "当事单位于行为发生时不受本协会自律规则约束，无答复义务，建议登记立案、发函问询，不对其采取自律措施。"
RECORDS: tuple[Pair, ...] = (
    ("有关通话、短信和外访的记录", "the records of calls, messages and visits concerned"),
    ("催收管理制度和人员培训记录", "your rules on collection and the records of your staff's training"),
)
CONTRACT: Pair = (
    "委托催收合同及对受托机构的评估、监督记录",
    "the outsourcing contract, and your records of assessing and supervising the firm",
)
WAYS: dict[Lang, tuple[str, ...]] = {
    "zh": (
        "向金融监管部门或者公安机关反映、报案",
        "依法向仲裁机构申请仲裁或者向人民法院提起诉讼",
        "取得新的事实或者证据后，向本协会另行提出投诉",
    ),
    "en": (
        "report the matter to the financial regulator or the police",
        "apply for arbitration or bring an action in court",
        "complain to the Association again when there are new facts or evidence",
    ),
}


@urgency_from("track")
def is_urgent(session: Session, number: int) -> bool:
    """Whether a complaint of the track's case is urgent."""
    return any(each.urgent for each in session.get_one(CaseTrack, number).case.complaints)


def _file_values(session: Session, track: CaseTrack) -> dict[str, str]:
    """The lines that forms and reports begin with."""
    return {
        "case_no": track.case.ref,
        "respondent": track.party.name_zh,
        "uscc": track.party.uscc,
        "standing": clauses.standing(session, track),
    }


def filed_on(session: Session, track: CaseTrack) -> date:
    """The day of filing; of what no letter told of, the day on which its case was opened."""
    return policies_inquiry.filed_on(session, track) or track.case.opened_on


def _codes(ask: Ask) -> list[str]:
    alleged = [each.code for each in ask.it.allegations]
    return alleged or [each.code for complaint in ask.it.case.complaints for each in complaint.codes]


@makes("track", "D10")
def lead_form(ask: Ask) -> Iterator[Draft]:
    """The form on which a lead is entered."""
    track: CaseTrack = ask.it
    ask.session.refresh(track, ["case", "party"])
    case = track.case
    codes = list(dict.fromkeys(_codes(ask)))
    yield Draft(
        values={
            "registered_on": day_text(ask.on, "zh"),
            "officer": clauses.name(ask.session, ask.root.actor.id),
            "source": clauses.SOURCES[case.source],
            "complaint_no": "、".join(each.ref for each in case.complaints),
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "standing": clauses.standing(ask.session, track),
            "conduct_period": clauses.conduct_period(case),
            "violations": clauses.coded_names(ask.session, codes) or ["待核查"],
            "facts": track.lead or "待核查",
            "urgency": "加急" if is_urgent(ask.session, track.id) else "",
            "opinion": OPINION.get(case.source, "有关情况涉嫌违反催收自律规则，建议核查。"),
            "screening_period": clauses.length(ask.session, "K10"),
        },
        to="案卷",
    )


@makes("track", "D11a")
def filing_approval(ask: Ask) -> Iterator[Draft]:
    """The sheet on which the head approves the filing."""
    track: CaseTrack = ask.it
    session = ask.session
    written = day_text(written_on(ask), "zh")
    yield Draft(
        values={
            **_file_values(session, track),
            "source": clauses.source(track.case),
            "conduct_period": clauses.conduct_period(track.case),
            "facts": "\n".join(each.facts for each in track.allegations),
            "violations": clauses.coded_names(session, [each.code for each in track.allegations]),
            "provisions": clauses.provisions(session, track) or ["—"],
            "officer_opinion": ASKED if ask.row and ask.row.id == "S04" else WORTH_FILING,
            "officer": clauses.name(session, track.case.officer_id),
            "officer_on": written,
            "investigators": [clauses.name(session, track.investigator_id)],
            "head_opinion": ask.facts["opinion"],
            "head": clauses.name(session, ask.actor.id),
            "head_on": written,
        },
        to="案卷",
    )


@makes("track", "D11b")
def filing_notice(ask: Ask) -> Iterator[Draft]:
    """The notice that tells a respondent what it is investigated for, and until when it may explain."""
    track: CaseTrack = ask.it
    session, lang = ask.session, written_in(ask, track.party)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "source": clauses.occasion(track.case, lang),
            "standing": clauses.standing(session, track, lang),
            "conduct_period": clauses.conduct_period(track.case, lang),
            "allegations": clauses.allegations(session, track.allegations, lang),
            "provisions": clauses.provisions(session, track, lang),
            "investigators": [clauses.name(session, track.investigator_id)],
            "explanation_period": clauses.length(session, "K12", lang),
            "materials": _materials(track, lang),
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
    )


def _materials(track: CaseTrack, lang: Lang) -> list[str]:
    asked = [*RECORDS, CONTRACT] if track.engagement_id else RECORDS
    return [say(each, lang) for each in asked]


@makes("track", "D12")
def not_filed(ask: Ask) -> Iterator[Draft]:
    """To each complainant whose complaint still runs: that no case is filed, why, and what one can still do."""
    track: CaseTrack = ask.it
    for complaint in _told(ask.session, track):
        if not complaint.goes_on:
            continue
        lang = lang_of(complaint)
        yield Draft(
            values={
                "complaint_no": complaint.ref,
                "respondent": track.party.name(lang),
                "reason": _without_others(track, complaint, lang),
                "ways": list(WAYS[lang]),
            },
            to=complainant_name(complaint, lang),
            lang=lang,
            complaint_id=complaint.id,
        )


def _told(session: Session, track: CaseTrack) -> list[Complaint]:
    """The complaints about this company or the one it collects with: nobody else learns that it was looked at.

    Of a successor that answers for another, also those about that one or whom it collected with. Where none of them
    named it, it came of what all of them tell.
    """
    of, before = track.engagement, acted(session, track)
    about = {track.party_id, *((of.institution_id, of.firm_id) if of is not None else ())}
    if before is not None:
        sides = engaged_with(session, before, conduct_day(track.case)) if of is None else set()
        about |= {before, *sides}
    every = track.case.complaints
    return [each for each in every if about & _companies(each)] or list(every)


def _companies(complaint: Complaint) -> set[int | None]:
    named = {each.party_id for each in complaint.companies}
    return named | {each.party_id for each in complaint.forwardings}


def _without_others(track: CaseTrack, complaint: Complaint, lang: Lang) -> str:
    """The reasons as one of several complainants reads them: without anything by which the others could be known."""
    own = set(personal_strings.own_of(complaint))
    others = {each for other in track.case.complaints for each in personal_strings.own_of(other)} - own
    return masking.without(track.reasons or "", others, phrase("other", lang))


def complainant_name(complaint: Complaint, lang: Lang) -> str:
    """How a letter addresses the person, who may have given no name."""
    person = complaint.complainant
    return (person.name if person else None) or phrase("person", lang)


@makes("track", "D15")
def report(ask: Ask) -> Iterator[Draft]:
    """The investigator's report."""
    track: CaseTrack = ask.it
    session = ask.session
    yield Draft(
        values={
            **_file_values(session, track),
            "investigators": [clauses.name(session, track.investigator_id)],
            "investigated_period": f"{day_text(filed_on(session, track), 'zh')}至{day_text(ask.on, 'zh')}",
            "course": ask.facts["course"],
            "findings": [_finding(ask, each) for each in track.allegations],
            "explanation": _explanation(ask.session, track),
            "explanation_handling": ask.facts["handling"] or "当事单位的说明已在上列认定中一并考虑。",
            "factors": circumstances.of_report(ask),
            "conclusion": ask.facts["conclusion"],
            "proposal": ask.facts["proposal"],
            "reported_on": day_text(ask.on, "zh"),
        },
        to="案卷",
    )


def _finding(ask: Ask, allegation: Allegation) -> tuple[str, str, str, str, str]:
    track: CaseTrack = ask.it
    known = {each.id: place for place, each in enumerate(clauses.cited(track), 1)}
    day = conduct_day(track.case)
    cited = [each.cited() for each in rulebook.provisions_for(ask.session, allegation.code, day)]
    return (
        clauses.coded_names(ask.session, [allegation.code])[0],
        f"{clauses.told(ask.session, allegation)}（{allegation.reason}）",
        "、".join(f"证据{known[each.id]}" for each in allegation.evidence) or "—",
        "、".join(cited) or "—",
        clauses.FINDINGS[allegation.finding or "UNPROVEN"],
    )


def _explanation(session: Session, track: CaseTrack) -> str:
    if not track.explanation:
        return "当事单位未在规定期限内提交书面说明。"
    parts = [
        f"{headings.read(session, each.text, 'zh')}{'（逾期提交）' if each.late else ''}" for each in track.explained
    ]
    return BETWEEN_PARTS.join(parts) or headings.read(session, track.explanation, "zh")


@makes("track", "D30")
def list_of_evidence(ask: Ask) -> Iterator[Draft]:
    """The evidence that the findings cite, with pages or length where the files tell them."""
    track: CaseTrack = ask.it
    cited = clauses.cited(track)
    kept = [(each.sha256, each.media_type) for each in cited]
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "compiled_by": clauses.name(ask.session, ask.actor.id),
            "compiled_on": day_text(ask.on, "zh"),
            "evidence_list": [
                (
                    f"证据{place}",
                    clauses.GIVERS[each.given_by],
                    clauses.form(each),
                    _extent(extent),
                    each.sha256,
                    each.shows or "—",
                    _challenged(track, each),
                )
                for place, (each, extent) in enumerate(zip(cited, extents.each(kept), strict=True), 1)
            ]
            + _questionings(ask)
            or [("—", "—", "—", "—", "—", "—", "—")],
        },
        to="案卷",
    )


def _extent(it: extents.Extent) -> str:
    """The extent of a file as a list gives it: 3页, 45秒, 12分5秒."""
    if it.pages:
        return f"{it.pages}页"
    minutes, seconds = divmod(it.seconds, 60)
    return (f"{minutes}分" if minutes else "") + f"{seconds}秒" if it.seconds else "—"


def _questionings(ask: Ask) -> list[tuple[str, ...]]:
    """The records of questionings, which are evidence as well; the digest is that of the frozen text."""
    made = notices.documents_of(ask.session, [("track", ask.it.id)])
    records = [each for each in made if each.kind == "D29"]
    return [
        (
            f"询问笔录{place}",
            "本协会制作",
            "笔录",
            f"{each.pages}页" if each.pages else "—",
            each.paper_sha256,
            "被询问人的陈述",
            _read_through(each.frozen),
        )
        for place, each in enumerate(records, 1)
    ]


def _challenged(track: CaseTrack, evidence: Evidence) -> str:
    """What the company says against the evidence: nobody asks it piece by piece, so its explanation is named."""
    if evidence.given_by == "RESPONDENT":
        return "当事单位自行提供"
    return "未逐项记录，见书面说明" if track.explanation else "编制时无异议记录"


def _read_through(record: Paper) -> str:
    """Whether the person questioned signed the record as it stands, with corrections, or not at all."""
    if clauses.checked(corrected=False) in record.closing:
        return "经核对无异议"
    if clauses.checked(corrected=True) in record.closing:
        return "有更正意见，见笔录"
    return "拒绝签名，见笔录" if clauses.UNSIGNED in whole_text(record) else "见笔录"
