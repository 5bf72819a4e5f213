"""What the bundles of a track and of a complaint hold: the volumes, and the file with identities hidden."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from casework import leads
from casework.masking import masked
from casework.models import Complaint
from casework.models_cases import CaseTrack, Evidence
from casework.personal_shapes import shapes
from casework.states import COMPLAINT
from core.errors import Unavailable
from filestore import files
from filestore.sheets import encoding_of
from notices.archives import Sheet
from notices.bundle_files import MOST_TEXT, names
from notices.bundle_papers import HEARD, PDF, TEXTS, Contents, Piece
from notices.bundles import gathers
from notices.models import Document
from notices.papers import QA, Annex, Block, Facts, Heading, Items, Para, Table, day_text
from notices.wording_lines import passage
from registry import settings
from sanctions import bundle_papers
from sanctions import queries_volumes as volumes
from sanctions.files_made import SECTIONS, WRITTEN, Entry, Made, for_the_panel, made_for

NAMES = {
    "main": "正卷",
    "internal": "副卷",
    "complainant": "投诉卷",
    "shown": "正卷（隐去身份的阅览本）",
    "panel": "正卷（隐去身份的审议用本）",
}
HEADINGS = {
    "FORWARDING": "转办与答复",
    "FILING": "立案",
    "EVIDENCE": "证据",
    "QUESTIONING": "询问笔录",
    "EXPLANATION": "书面说明",
    "NOTICE": "事先告知",
    "DEFENCE": "陈述申辩与听证",
    "DECISION": "决定",
    "REVIEW": "复核",
    "EXECUTION": "执行与验收",
}
OTHERS = {
    "answer": "FORWARDING",
    "D14": "QUESTIONING",
    "D23e": "EXECUTION",
    "D23f": "EXECUTION",
    "D25": "REVIEW",
    "D26": "REVIEW",
    "D27": "REVIEW",
    "D36a": "EXECUTION",
    "D36b": "EXECUTION",
    "evidence": "EVIDENCE",
    "explanation": "EXPLANATION",
    "statement": "DEFENCE",
    **WRITTEN,
    "verification": "EXECUTION",
}
COVERED = "本件由工作人员逐页核对，应当隐去的身份信息已经遮盖。"
OF_COPY = "本册所收为副本，所列校验值为副本的校验值；证据清单所列原件的校验值（SHA-256）为{sha256}。"
MOST_READ = 10 * MOST_TEXT
"""Characters of a text that are masked: more than are shown of it, however much shorter masking makes them."""
HIDDEN = "本册供阅览，只收该当事单位可以查阅的材料；未同意公开身份的投诉人，其姓名、联系方式和证件、账户号码均已隐去。"


@gathers("track", "main")
def main(session: Session, number: int) -> Contents:
    """The main volume."""
    track = session.get_one(CaseTrack, number)
    return _track(session, track, "main", volumes.main(session, track))


@gathers("track", "internal")
def internal(session: Session, number: int) -> Contents:
    """The internal volume."""
    track = session.get_one(CaseTrack, number)
    return _track(session, track, "internal", volumes.internal(session, track))


@gathers("complaint", "complainant")
def complainant(session: Session, number: int) -> Contents:
    """The complainant's volume: the complaint, its annexes and the letters."""
    it = session.get_one(Complaint, number)
    ended = it.state in COMPLAINT.ends
    sheets = volumes.complainant(session, it)
    _held = bundle_papers.at_hand(session, sheets)
    pieces = [bundle_papers.piece(session, each, "", ended=ended) for each in sheets]
    parties = f"{it.ref}号投诉的投诉人"
    found = _contents(session, "complainant", pieces, f"{it.ref}号投诉", it.ref, parties, "RETENTION_YEARS.complaint")
    return replace(found, ref_name="投诉编号")


@gathers("track", "shown")
def shown(session: Session, number: int) -> Contents:
    """What the respondent may see; whoever did not consent is not named."""
    track = session.get_one(CaseTrack, number)
    return _hiding(session, track, "shown", made_for(session, track))


@gathers("track", "panel")
def panel(session: Session, number: int) -> Contents:
    """The same for those who decide, without what they are not to read of it."""
    track = session.get_one(CaseTrack, number)
    return _hiding(session, track, "panel", for_the_panel(made_for(session, track)))


def _hiding(session: Session, track: CaseTrack, variant: str, made: Made) -> Contents:
    pieces = [_given(session, each, made.hidden) for each in made.entries]
    name = track.party.name_zh
    found = _contents(session, variant, pieces, f"{name}一案", track.case.ref, name, "RETENTION_YEARS.case")
    return replace(found, hidden=made.hidden, shapes=shapes(), note=HIDDEN)


def _given(session: Session, entry: Entry, hidden: Sequence[str]) -> Piece:
    """The bytes to be given: of what others gave, those of the copy without metadata as made today.

    The list of evidence within the file has the digest of what came in, so it is told beside that of a copy.
    """
    if entry.section == "EVIDENCE" and entry.inward and entry.sha256:
        entry = replace(entry, sha256=files.passed_on(session, entry.sha256))
    piece, (kind, _, number) = _shown(session, entry, hidden), entry.mark.partition(":")
    original = session.get(Evidence, int(number)) if kind == "evidence" else None
    if not piece.sha256 or original is None or original.sha256 == piece.sha256:
        return piece
    return replace(piece, facts=(*piece.facts, ("原件", OF_COPY.format(sha256=original.sha256))))


def _track(session: Session, track: CaseTrack, variant: str, sheets: Sequence[Sheet]) -> Contents:
    ended, section, pieces = track.state in volumes.BINDABLE or track.state == "ARCHIVED", "", []
    _held = bundle_papers.at_hand(session, sheets)
    for each in sheets:
        if variant == "main":
            section = _section(session, each.mark) or section
        pieces.append(bundle_papers.piece(session, each, section, ended=ended))
    title, ref = leads.title_for(session, track), track.case.ref
    return _contents(session, variant, pieces, title, ref, track.party.name_zh, "RETENTION_YEARS.case")


def _section(session: Session, mark: str) -> str:
    """The heading over a document; empty for a proof of service, which follows its letter."""
    kind, _, number = mark.partition(":")
    if kind == "document":
        kind = session.get_one(Document, int(number)).kind
    if kind == "evidence" and session.get_one(Evidence, int(number)).forwarding_id is not None:
        kind = "answer"
    found = OTHERS.get(kind) or next((name for name, kinds in SECTIONS.items() if kind in kinds), "")
    return HEADINGS.get(found, "")


def _contents(
    session: Session, variant: str, pieces: Sequence[Piece], title: str, ref: str, parties: str, retention: str
) -> Contents:
    return Contents(
        title=title,
        volume=NAMES[variant],
        ref=ref,
        parties=parties,
        period=_period([each.day for each in pieces]),
        retention=f"{settings.value(session, retention)}年",
        association=settings.association(session)["name_zh"],
        demonstration=settings.mode(session) == "demonstration",
        pieces=tuple(pieces),
    )


def _period(days: Sequence[date]) -> str:
    if not days:
        return "—"
    first, last = day_text(min(days), "zh"), day_text(max(days), "zh")
    return first if first == last else f"{first}至{last}"


def _shown(session: Session, entry: Entry, hidden: Sequence[str]) -> Piece:
    """One entry of the file made for the respondent, without the names that are to be hidden."""
    title, number = masked(entry.title, hidden), masked(entry.number, hidden)
    bare = Piece(entry.mark, HEADINGS[entry.section], title, entry.day, number=number)
    if entry.kind and not entry.inward and not names(entry.text, tuple(hidden)):
        issued = bundle_papers.document(session, bare, int(entry.mark.partition(":")[2]))
        return replace(issued, known=True)  # the words of a stamped scan are on record
    if entry.section == "EVIDENCE" and not entry.kind:
        return _shown_file(replace(bare, facts=(("证明内容", masked(entry.text, hidden) or "—"),)), entry, hidden)
    text = masked(entry.text, hidden)
    return replace(bare, text=_as_read(text) if entry.kind else text, told=True)


def _as_read(text: str) -> str:
    """The words of a document without the marks of how they are kept."""
    return "\n".join(line for block in passage(text) for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Para(text) | Annex(text) | Heading(text):
            yield text
        case Items(items):
            yield from (f"{place}．{each}" for place, each in enumerate(items, 1))
        case Table(headers, rows):
            yield from ("　｜　".join(row) for row in (headers, *rows))
        case Facts(rows):
            yield from (f"{label}：{value}" for label, value in rows)
        case QA(pairs):
            yield from (f"问：{question}\n答：{answer}" for question, answer in pairs)


def _shown_file(bare: Piece, entry: Entry, hidden: Sequence[str]) -> Piece:
    """Text is masked, pages are checked as they are drawn; files of which nobody can tell are withheld."""
    if not entry.sha256:
        return replace(bare, withheld=True)
    filed = replace(bare, sha256=entry.sha256, size=entry.size, media_type=entry.media_type, known=entry.covered)
    if entry.covered:
        filed = replace(filed, facts=(*filed.facts, ("说明", COVERED)))
    if entry.media_type in TEXTS:
        with contextlib.suppress(Unavailable, UnicodeDecodeError):
            content = files.read(entry.sha256)
            text = content.decode(encoding_of(content) or "utf-8").removeprefix("\ufeff")[:MOST_READ]
            if "\0" not in text:  # else it is in no encoding that was told, and what is masked is not what is read
                return replace(filed, text=masked(text, hidden), told=True)
        return replace(filed, withheld=True)
    opened = entry.media_type == PDF or entry.media_type.startswith(("image/", *HEARD))
    return filed if opened or not hidden else replace(filed, withheld=True)
