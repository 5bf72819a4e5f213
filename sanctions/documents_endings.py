"""What the termination of a case (D16c), the correction of a clerical error (D40) and a volume's cover (D35) say."""

from collections.abc import Iterator
from functools import partial

from casework import clauses
from casework.models import Complaint
from casework.models_cases import CaseTrack
from casework.states import FILED_BY
from core.machine import Ask
from notices import queries as notices
from notices.kinds import KINDS
from notices.making import Draft, makes
from notices.models import Document
from notices.models_archive import ArchiveEntry, ArchiveVolume
from notices.papers import Lang, day_text
from notices.sentences import Pair, say, written_in
from registry.models import VIA_PRINCIPAL
from sanctions.models_corrections import TextCorrection

GROUNDS: dict[str, Pair] = {
    "MISTAKE": ("经核实，本案系错误立案。", "It was found that the case was opened by mistake."),
    "NO_JURISDICTION": (
        "经核实，有关事项不属于本协会自律管理范围。",
        "It was found that the matter is not within what the Association may deal with.",
    ),
    "CEASED": (
        "你单位已经终止，且无权利义务承受人。",
        "You have ceased to exist, and nobody succeeds to your rights and duties.",
    ),
}
BODIES: dict[str, Pair] = {
    "PANEL": ("作出决定的审议小组", "the panel that decided"),
    "REVIEW": ("作出复核决定的复核委员", "the members who decided on the review"),
    "SIGNERS": ("签署认可案件的审批人员", "those who signed the admitted case"),
}
FILING: Pair = ("立案通知书", "the notice of the opening of the case")
GOES_ON: Pair = (
    "你单位应当继续遵守催收自律规则，妥善保存有关记录，不得对投诉人、举报人打击报复。",
    (
        "You must continue to observe the self-discipline rules, keep the records, and refrain from any retaliation "
        "against complainants or informants."
    ),
)
ASKED_ONLY: Pair = (
    "请勿对投诉人、举报人施压或者打击报复。",
    "Please do not put pressure on complainants or informants, and do not retaliate.",
)
"""A company that the rules did not bind has none of the duties they lay down (domain 6.1)."""


def duty(track: CaseTrack, lang: Lang) -> str:
    """What a company whose case ends without a measure must go on observing, if the rules bind it."""
    return say(ASKED_ONLY if track.basis == VIA_PRINCIPAL else GOES_ON, lang)


@makes("track", "D16c")
def termination(ask: Ask) -> Iterator[Draft]:
    """That the procedure ends, on what ground, and that nothing in it counts."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    filing = notices.last_document(ask.session, FILED_BY, "track", track.id)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "filing_number": (filing.number if filing else None) or say(FILING, lang),
            "succession": clauses.succession(ask.session, track, lang),
            "ground": say(GROUNDS[ask.facts["ground"]], lang),
            "reasons": ask.facts["reasons"],
            "duty": "" if ask.facts["ground"] == "CEASED" else duty(track, lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )


@makes("track", "D40")
def correction(ask: Ask) -> Iterator[Draft]:
    """Which passage of which document is corrected to what, why, and which body agreed; all else stays."""
    track: CaseTrack = ask.it
    document: Document = ask.facts["document"]
    put: TextCorrection = ask.facts["correction"]
    lang = written_in(ask, track.party)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "document_name": KINDS[document.kind].name(lang),
            "document_number": document.number or "",
            "document_date": day_text(document.issued_on, lang),
            "wrong_text": ask.facts["wrong"],
            "right_text": ask.facts["right"],
            "reason": ask.facts["reason"],
            "agreed_by": say(BODIES[put.body], lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        then=partial(_stands, put),
    )


def _stands(put: TextCorrection, document: Document) -> None:
    """That a publication follows the correction once it is served."""
    put.notice_id = document.id


VOLUMES = {"main": "正卷", "internal": "副卷", "complainant": "投诉卷"}


@makes("track", "D35")
def cover(ask: Ask) -> Iterator[Draft]:
    """The cover and the index of each volume of the file."""
    track: CaseTrack = ask.it
    bound: list[ArchiveVolume] = ask.facts["volumes"]
    for place, each in enumerate(bound, 1):
        first, last = day_text(each.from_on, "zh"), day_text(each.to_on, "zh")
        yield Draft(
            values={
                "volume_name": f"{VOLUMES[each.volume]}（第{place}册，共{len(bound)}册）",
                "case_no": track.case.ref,
                "title": each.title,
                "parties": _parties(ask, each),
                "period": first if first == last else f"{first}至{last}",
                "pages": f"{each.pages}页",
                "retention": f"{each.retention_years}年",
                "archivist": clauses.name(ask.session, each.bound_by),
                "archived_on": day_text(ask.on, "zh"),
                "index": [_line(entry) for entry in each.entries],
            },
            to="案卷",
            volume=each.volume,
        )


def _parties(ask: Ask, volume: ArchiveVolume) -> str:
    """The respondent; for a complaint only its number, since the complainant is named inside."""
    if volume.subject_kind == "complaint":
        return f"{ask.session.get_one(Complaint, volume.subject_id).ref}号投诉的投诉人"
    return str(ask.it.party.name_zh)


def _line(entry: ArchiveEntry) -> tuple[str, str, str, str]:
    last = entry.first_page + entry.pages - 1
    pages = str(entry.first_page) if entry.pages == 1 else f"{entry.first_page}—{last}"
    return entry.title, entry.number or "—", day_text(entry.day, "zh"), pages
