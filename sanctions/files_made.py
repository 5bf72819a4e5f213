"""The file as made for one respondent: its own track, identities masked, nobody else's documents."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses, hanging, headings, personal_strings, queries_cases, queries_evidence
from casework.masking import masked
from casework.models import Answer, Complaint, Forwarding
from casework.models_cases import REFUSED_CONTACT, CaseTrack, Evidence
from casework.showable import PASSED_ON, formers, showable
from core.characters import bare
from core.clock import day_of
from core.errors import BadInput
from filestore import files
from notices import queries as notices
from notices.kinds import KINDS, Volume
from notices.models import Document
from notices.papers import whole_text
from registry import lineage
from registry import queries as register
from sanctions import bundle_papers, queries, queries_volumes

SECTIONS = {
    "FORWARDING": ("D05b", "D06a", "D07a", "D07b"),
    "FILING": ("D11b", "D41", "D13a", "D13b"),
    "EVIDENCE": ("D30",),
    "QUESTIONING": ("D29",),
    "EXPLANATION": (),
    "NOTICE": ("D17",),
    "DEFENCE": ("D18", "D19"),
    "DECISION": ("D20", "D16a", "D16b", "D16c", "D40"),
    "REVIEW": ("D22",),
    "EXECUTION": ("D23a", "D23b", "D23c", "D23d", "D07c", "D38", "D24"),
}
"""In the order of the main volume."""
INWARD = ("D19", "D23c", "D29", "D30")
"""Papers to the file that the respondent may read; of all others only what was served on it."""

WRITTEN = {
    "admission": "DEFENCE",
    "hearing": "DEFENCE",
    "restoration": "DEFENCE",
    "review": "REVIEW",
    "report": "EXECUTION",
}
"""Where stands what the respondent admitted, asked for and reported, by the beginning of its mark."""
KEPT_FROM_THE_PANEL = ("admission",)
"""Whoever decides after an admission was taken back or refused reads nothing of it (I-23)."""


@dataclass(frozen=True)
class Entry:
    """One document or piece of evidence, as it is shown."""

    section: str
    title: str
    day: date
    kind: str = ""
    number: str = ""
    served: date | None = None
    text: str = ""
    inward: bool = False
    volume: str = Volume.MAIN.value
    party_id: int | None = None
    sha256: str = ""
    media_type: str = ""
    size: int = 0
    mark: str = ""
    """What it is in the system, as in the volumes: document:12, evidence:7."""
    covered: bool = False
    """Somebody looked through all of this file, and covered who is to be hidden."""

    def plain(self) -> dict[str, Any]:
        """The entry as it is kept."""
        said = asdict(self)
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


@dataclass(frozen=True)
class Made:
    """The file made for one respondent, and the names that must not be in it."""

    party_id: int
    hidden: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)
    formers: tuple[int, ...] = ()
    """Companies, gone by now, that had the track before: this one may see what was put before them."""

    @property
    def plain(self) -> list[dict[str, Any]]:
        """The file as it is kept."""
        return [each.plain() for each in self.entries]

    @property
    def sha256(self) -> str:
        """The digest of the whole."""
        return hashlib.sha256(json.dumps(self.plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def hidden_names(session: Session, track: CaseTrack) -> tuple[str, ...]:
    """What complainants of the case told about themselves, including those whose complaint was merged into one of its.

    Except name and contact of whoever agreed that this company may know them: a consent holds for whom one complains
    about.
    """
    agreed = {
        bare(told)
        for each in queries_cases.told_for(track.case)
        if (person := each.complainant) is not None and person.share_identity and person.consented_at
        if track.party_id in _complained_about(each)
        for told in (person.name, person.contact)
        if told
    }
    return tuple(each for each in personal_strings.of_case(session, track.case_id) if bare(each) not in agreed)


def _complained_about(complaint: Complaint) -> set[int | None]:
    named = {each.party_id for each in complaint.companies}
    return named | {each.party_id for each in complaint.forwardings if not each.let_off}


def made_for(session: Session, track: CaseTrack) -> Made:
    """Everything in the main volume that this respondent may see, in the volume's order."""
    hidden = hidden_names(session, track)
    answers = _answered(session, track)
    entries = [
        *_papers(session, track, hidden),
        *_answers(session, track, answers),
        *_evidence(session, track, hidden, answers),
        *_said(session, track),
        *_written(session, track),
    ]
    order = list(SECTIONS)
    entries.sort(key=lambda each: (order.index(each.section), each.day))
    return Made(track.party_id, hidden, entries, formers(session, track))


def for_the_panel(made: Made) -> Made:
    """The same file as the members of a panel read it."""
    return replace(
        made, entries=[each for each in made.entries if each.mark.partition(":")[0] not in KEPT_FROM_THE_PANEL]
    )


def _section(kind: str) -> str | None:
    return next((section for section, kinds in SECTIONS.items() if kind in kinds), None)


def _papers(session: Session, track: CaseTrack, hidden: Sequence[str]) -> Iterator[Entry]:
    put_before = (("forwarding", each.id) for each in _forwardings(session, track))
    subjects = [*hanging.file_of(session, [track.id]), *put_before]
    whose = {track.party_id, *formers(session, track)}
    for document in notices.documents_of(session, subjects):
        if (section := _section(document.kind)) is None or document.volume != Volume.MAIN.value:
            continue
        inward = document.kind in INWARD and not document.outward
        served = _served(document)
        if not inward and (document.party_id not in whose or served is None):
            continue
        text = whole_text(document.frozen)
        yield Entry(
            section,
            KINDS[document.kind].zh + ("（已作废）" if document.void_at else ""),
            document.issued_on,
            kind=document.kind,
            number=document.number or "",
            served=served,
            text=masked(text, hidden) if inward else text,
            inward=inward,
            volume=document.volume,
            party_id=document.party_id,
            mark=f"document:{document.id}",
        )


def _served(document: Document) -> date | None:
    return next((each.served_on for each in document.services if each.served_on), None)


def _forwardings(session: Session, track: CaseTrack) -> Sequence[Forwarding]:
    """What was put before this respondent about the complaints of the case.

    Nothing, if a stopped number led to the case: beside it the company would learn whose number it is (I-20).
    """
    if track.lead_code == REFUSED_CONTACT:
        return []
    numbers = [complaint.id for complaint in track.case.complaints]
    whose = [track.party_id, *formers(session, track)]
    mine = select(Forwarding).where(Forwarding.complaint_id.in_(numbers), Forwarding.party_id.in_(whose))
    return session.scalars(mine.order_by(Forwarding.id)).all()


def _answered(session: Session, track: CaseTrack) -> Sequence[Answer]:
    numbers = [each.id for each in _forwardings(session, track)]
    return session.scalars(select(Answer).where(Answer.forwarding_id.in_(numbers)).order_by(Answer.id)).all()


def _answers(session: Session, track: CaseTrack, found: Sequence[Answer]) -> Iterator[Entry]:
    given = register.companies_of(session, [each.submitted_by for each in found])
    for each in found:
        said = headings.read(session, each.to_association, "zh")
        by = given.get(each.submitted_by or 0)
        title = f"{by.name_zh}的答复" if by is not None and by.id != each.forwarding.party_id else "答复"
        yield _own("FORWARDING", title, each.day, said, track, f"answer:{each.id}")


def _said(session: Session, track: CaseTrack) -> Iterator[Entry]:
    if track.explanation and track.explained:
        said, day = headings.read(session, track.explanation, "zh"), track.explained[0].day
        yield _own("EXPLANATION", "书面说明", day, said, track, f"explanation:{track.id}")
    for each in queries.statements_of(session, track):
        yield _own("DEFENCE", "陈述、申辩意见", each.day, each.body, track, f"statement:{each.id}")


def _written(session: Session, track: CaseTrack) -> Iterator[Entry]:
    """What it admitted, asked for and reported, each with its day, in the words of the main volume."""
    for word, sheet in queries_volumes.asked_and_reported(session, track):
        said = bundle_papers.piece(session, sheet, "", ended=False)
        facts = "\n".join(f"{name}：{value}" for name, value in said.facts)
        text = "\n\n".join(filter(None, (facts, said.text)))
        yield _own(WRITTEN[word], sheet.title, sheet.day, text, track, sheet.mark)


def _own(section: str, title: str, day: date, text: str, track: CaseTrack, mark: str) -> Entry:
    return Entry(section, title, day, text=text, party_id=track.party_id, mark=mark)


def _evidence(session: Session, track: CaseTrack, hidden: Sequence[str], answers: Sequence[Answer]) -> Iterator[Entry]:
    """What findings cite, what else is of this track alone, and what its respondent answered that was taken over.

    What whoever had the track, or the letter, before answered is the respondent's to see (`showable`), and nobody
    else's. Words that stand there as the answer already are read as evidence only where a finding cites them.
    """
    cited = {each.id for each in clauses.cited(track)}
    every = [*clauses.cited(track), *track.case.evidence]
    before = lineage.holders(session, PASSED_ON, track.id)
    said = {(each.forwarding_id, each.submitted_at) for each in answers}
    words = queries_evidence.words_of_answers(session, track.case.evidence)
    seen = {each.id for each in words if each.id not in cited and (each.forwarding_id, each.added_at) in said}
    for each in showable(every, track):
        own = each.track_id == track.id or each.taken_over
        if each.id in seen or (each.id not in cited and not own):
            continue
        seen.add(each.id)
        sha256, media_type, size = _shown_file(each)
        yield Entry(
            "EVIDENCE",
            f"{clauses.GIVERS[each.given_by]}的{clauses.form(each)}",
            day_of(each.added_at),
            text=masked(each.shows or "", hidden),
            inward=each.given_by != "RESPONDENT",
            party_id=track.party_id if each.taken_over or each.party_id in before else each.party_id,
            sha256=sha256,
            media_type=media_type,
            size=size,
            mark=f"evidence:{each.id}",
            covered=each.confirmed_sha256 is not None,
        )


def _shown_file(it: Evidence) -> tuple[str, str, int]:
    """The covered copy, if it was confirmed; of what others gave, at most a copy that may be passed on."""
    if it.confirmed_sha256:
        return it.confirmed_sha256, it.confirmed_type or "", it.confirmed_size or 0
    sha256 = it.sha256 if it.given_by == "RESPONDENT" else it.stripped_sha256 or ""
    return sha256, it.media_type, it.size


def copied(session: Session, track: CaseTrack, made: Made) -> Made:
    """The file with copies, without metadata, of what others gave, as they are made today.

    What staff added may come from the complainant. A file of which no such copy can be made is left out.
    """
    mine = {f"evidence:{each.id}": each for each in [*clauses.cited(track), *track.case.evidence]}
    others = {mark: each for mark, each in mine.items() if each.given_by != "RESPONDENT"}
    return replace(made, entries=[_copied(session, each, others.get(each.mark)) for each in made.entries])


def _copied(session: Session, entry: Entry, it: Evidence | None) -> Entry:
    if it is None:
        return entry
    try:
        if it.given_by == "STAFF" and not entry.covered:
            it.stripped_sha256 = it.stripped_sha256 or files.stripped(session, it.sha256).sha256
            entry = replace(entry, sha256=it.stripped_sha256)
        return replace(entry, sha256=files.stripped(session, entry.sha256).sha256) if entry.sha256 else entry
    except BadInput:
        return replace(entry, sha256="")
