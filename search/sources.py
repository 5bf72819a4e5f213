"""What the search finds: of complaints and cases, companies with their other names, numbered papers, and evidence."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from casework import masking, personal_strings, queries_merged
from casework.models import AllegedCode, Answer, Complainant, Complaint, Forwarding, NamedCompany
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence
from core import clock
from desk.queries_queue_lines import title_of_masked
from filestore.text_reading import READABLE
from notices.kinds import KINDS
from notices.models import Document, Service
from registry.models import Party, PartyAlias
from registry.names import fold
from search.entries import LONGEST, Entry, finds, tell
from search.models import EvidenceText

HIDDEN = ("MOBILE", "LANDLINE", "ID", "CARD", "MAIL", "TRAVEL")
"""Of what is hidden in a text, these are still found by whoever knows the whole number."""
BEGINNING = 200
"""The title of a complaint is in so many characters."""
_MAYBE = re.compile(r"@|\d[\d \t-]{5}")
READ_TEXT = "casework.read_text"
"""The job that reads the words of a file."""


def _by(session: Session, parent: Any, numbers: Sequence[int], *columns: Any) -> dict[int, list[Any]]:  # noqa: ANN401
    """Rows that hang on things, by the thing's key, in the order in which they were written."""
    found: dict[int, list[Any]] = defaultdict(list)
    order = parent.table.primary_key.columns.values()
    for row in session.execute(select(parent, *columns).where(parent.in_(numbers)).order_by(parent, *order)):
        found[row[0]].append(row)
    return found


def _lines(*texts: str | None) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _masked(text: str | None, names: Iterable[str] = ()) -> str:
    """A text as it may be shown: what it says of people is hidden, with the names that it gives itself."""
    said = (text or "")[:LONGEST]
    return masking.masked(said, [*names, *masking.introduced(said)])


def _named(name: str | None, *told: str | None) -> list[str]:
    """Names that the pages of a complaint hide: of whoever complains, and those that its texts give as names."""
    return [*([name] if name else []), *masking.introduced("\n".join(text or "" for text in told))]


def _told_by(session: Session, cases: Iterable[int | None]) -> dict[int, list[str]]:
    """By the case the names in the complaints on which it rests, and in what was merged into one of these."""
    numbers = {each for each in cases if each is not None}
    ours, it, person = queries_merged.of_cases(numbers), Complaint.__table__.c, Complainant.__table__.c
    said = select(person.name, it.facts, it.request).where(it.id == ours.c.complaint_id)
    said = said.join_from(Complaint.__table__, Complainant.__table__, person.complaint_id == it.id, isouter=True)
    each = queries_merged.one_by_one(said)
    asked = select(ours.c.case_id, *each.c).select_from(ours.join(each, true()))
    found: dict[int, list[str]] = defaultdict(list)
    if numbers:
        for case, *told in session.execute(asked.order_by(ours.c.case_id, ours.c.complaint_id)):
            found[case] += _named(*told)
    return found


def _numbers(text: str) -> list[str]:
    """Numbers and addresses of people in a text; most texts hold none, which is seen at once."""
    return [each.text for each in masking.found(text) if each.kind in HIDDEN] if _MAYBE.search(text) else []


def _listed(column: Any, order: Any) -> Any:  # noqa: ANN401 - columns of what hangs on a complaint
    """All its values for one complaint, in the order in which they were written; nothing where there are none."""
    mine = column.table.c.complaint_id == Complaint.id
    return select(func.array_agg(aggregate_order_by(column, order))).where(mine).scalar_subquery()


_C, _NAMED, _SENT, _CODE = (each.__table__.c for each in (Complaint, NamedCompany, Forwarding, AllegedCode))
OF_COMPLAINT = (
    select(_C.id, _C.ref, _C.received_at, _C.erased_at, _C.product, _C.issue, _C.facts, _C.request, _C.source_no)
    .add_columns(Complainant.name, Complainant.contact, Complainant.id_no)
    .add_columns(
        _listed(_NAMED.value, _NAMED.id).label("named"),
        _listed(_NAMED.party_id, _NAMED.id).label("named_parties"),
        _listed(_SENT.ref, _SENT.id).label("sent"),
        _listed(_SENT.party_id, _SENT.id).label("sent_parties"),
        _listed(_CODE.code, _CODE.code).label("codes"),
    )
    .join_from(Complaint, Complainant, Complainant.complaint_id == Complaint.id, isouter=True)
)
"""One question for everything: it is asked whenever a complaint comes in."""


@finds("complaint", Complaint, "staff")
def complaints(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """What was told, masked; the companies as the person named them; the numbers of its forwardings."""
    for row in session.execute(OF_COMPLAINT.where(Complaint.id.in_(numbers))):
        yield _of_complaint(row)


def tell_of(session: Session, it: Complaint) -> None:
    """The same of a new complaint, by whoever took it in."""
    person, named = it.complainant, it.companies
    row = SimpleNamespace(
        **{name: getattr(it, name) for name in ("id", "ref", "received_at", "product", "issue", "facts", "request")},
        **{name: getattr(person, name, None) for name in ("name", "contact", "id_no")},
        source_no=it.source_no,
        erased_at=None,
        named=[each.value for each in named],
        named_parties=[each.party_id for each in named],
        sent=(),
        sent_parties=(),
        codes=sorted(each.code for each in it.codes),
    )
    tell(session, "complaint", _of_complaint(row))


def _of_complaint(row: Any) -> Entry:  # noqa: ANN401 - a row of OF_COMPLAINT, or what says the same
    if row.erased_at is not None:  # nothing but its numbers
        return Entry(row.id, "staff", row.ref, "", row.received_at, keys=[row.ref, row.source_no, *(row.sent or ())])
    names = _named(row.name, row.facts, row.request)
    facts = _masked(row.facts, names)
    codes, sent, named = row.codes or (), row.sent or (), row.named or ()
    return Entry(
        number=row.id,
        audience="staff",
        ref=row.ref,
        title=title_of_masked(facts[:BEGINNING]),
        at=row.received_at,
        body=_lines(
            *named,
            _masked(row.product, names),
            _masked(row.issue, names),
            facts,
            _masked(row.request, names),
            *codes,
        ),
        parties=[*(row.named_parties or ()), *(row.sent_parties or ())],
        keys=[row.ref, row.source_no, *sent],
        secrets=[
            *(row.contact, row.id_no, *_numbers(f"{row.facts}\n{row.request or ''}"[:LONGEST])),
            *personal_strings.numbers_only(named, ()),  # so that they are found however they are written
        ],
    )


@finds("forwarding", Forwarding, "party")
def forwardings(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """For the respondent: the text that it may read once a letter of it was served, and its own answers."""
    answer, it, letter, sent = (each.__table__.c for each in (Answer, Forwarding, Document, Service))
    said = _by(session, answer.forwarding_id, numbers, answer.to_association, answer.to_complainant)
    served = select(sent.id).join_from(Service, Document).where(sent.party_id == it.party_id, sent.state == "SERVED")
    served = served.where(letter.subject_kind == "forwarding", letter.subject_id == it.id, letter.outward)
    asked = select(it.id, it.ref, it.party_id, it.sent_at, it.masked_facts, it.product, served.exists().label("served"))
    for row in session.execute(asked.where(it.id.in_(numbers))):
        facts = row.masked_facts if row.served or said[row.id] else ""
        yield Entry(
            number=row.id,
            audience="party",
            ref=row.ref,
            title=title_of_masked(facts[:BEGINNING]) if facts else row.product or "",
            at=row.sent_at,
            body=_lines(
                row.product,
                facts,
                *(text for each in said[row.id] for text in (each.to_association, each.to_complainant)),
            ),
            parties=[row.party_id],
            keys=[row.ref],
        )


@finds("case", CaseFile, "staff")
def cases(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """Its title, and what is alleged; the numbers of its tracks; the leads, where it rests on no complaint.

    Else a lead says what complainants told, which is found under their complaints, by whoever reads those.
    """
    track, alleged, it = CaseTrack.__table__.c, Allegation.__table__.c, CaseFile.__table__.c
    tracks = _by(session, track.case_id, numbers, track.id, track.ref, track.party_id, track.lead)
    of_track = [each.id for found in tracks.values() for each in found]
    facts = _by(session, alleged.track_id, of_track, alleged.facts, alleged.code)
    told = select(CaseComplaint.case_id).where(CaseComplaint.case_id == it.id).exists().label("told")
    asked = select(it.id, it.ref, it.title, it.title_en, it.opened_on, told)
    names = _told_by(session, numbers)
    for row in session.execute(asked.where(it.id.in_(numbers))):
        mine = tracks[row.id]
        leads = [] if row.told else [each.lead for each in mine]
        more = [text for each in mine for found in facts[each.id] for text in (found.facts, found.code)]
        yield Entry(
            number=row.id,
            audience="staff",
            ref=row.ref,
            title=_masked(row.title, names[row.id]),
            title_en=_masked(row.title_en, names[row.id]),
            at=clock.midnight(row.opened_on),
            body=_masked(_lines(*leads, *more), names[row.id]),
            parties=[each.party_id for each in mine],
            keys=[row.ref, *(each.ref for each in mine)],
        )


@finds("track", CaseTrack, "party")
def tracks_of_companies(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """For the respondent: the number of its procedure, and its own explanation."""
    it, case = CaseTrack.__table__.c, CaseFile.__table__.c
    asked = select(it.id, it.ref, it.party_id, it.explanation, case.opened_on).join_from(
        CaseTrack.__table__, CaseFile.__table__, case.id == it.case_id
    )
    for row in session.execute(asked.where(it.id.in_(numbers))):
        yield Entry(
            number=row.id,
            audience="party",
            ref=row.ref,
            title=row.ref,
            at=clock.midnight(row.opened_on),
            body=_masked(row.explanation),
            parties=[row.party_id],
            keys=[row.ref],
        )


@finds("party", Party, "staff")
def companies(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """A company by every name it has or had, its code, its numbers; what was merged into it is found as it."""
    it = Party.__table__.c
    shape = (it.id, it.name_zh, it.name_en, it.coming_zh, it.coming_en, it.uscc, it.member_no, it.created_at)
    merged = _by(session, it.merged_into_id, numbers, *shape)
    of = [*numbers, *(each.id for found in merged.values() for each in found)]
    alias = PartyAlias.__table__.c
    others = _by(session, alias.party_id, of, alias.value)
    for row in session.execute(select(*shape).where(it.id.in_(numbers), it.merged_into_id.is_(None))):
        entries = [row, *merged[row.id]]
        names = [name for each in entries for name in (each.name_zh, each.name_en, each.coming_zh, each.coming_en)]
        names += [other.value for each in entries for other in others[each.id]]
        codes = [code for each in entries for code in (each.uscc, each.member_no)]
        yield Entry(
            number=row.id,
            audience="staff",
            ref=row.uscc,
            title=row.name_zh,
            title_en=row.name_en,
            at=row.created_at,
            body=_lines(*names, *codes),
            parties=[each.id for each in entries],
            keys=[*names, *codes],
            also=_lines(*map(fold, names)),
        )


@finds("document", Document, "staff", "party")
def papers(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """Papers with a number, and each paper that was sent to a company; their text is kept encrypted."""
    it, sent = Document.__table__.c, Service.__table__.c
    served = select(func.array_agg(sent.party_id)).where(sent.document_id == it.id).scalar_subquery().label("served")
    shape = (it.id, it.kind, it.number, it.check_code, it.party_id, it.issued_at, it.outward, served)
    for row in session.execute(select(*shape).where(it.id.in_(numbers))):
        kind = KINDS[row.kind]
        parties = [row.party_id, *(row.served or ())]
        audiences = (("staff", bool(row.number)), ("party", row.outward and any(parties)))
        for audience in (name for name, wanted in audiences if wanted):
            yield Entry(
                number=row.id,
                audience=audience,
                ref=row.number or "",
                title=kind.name("zh"),
                title_en=kind.name("en"),
                at=row.issued_at,
                parties=parties,
                keys=[row.number, row.check_code],
            )


@finds("evidence", Evidence, "staff", "party")
def files(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """What a file is called, what it shows, and its words; for the company as well that handed it in.

    Of one that was erased nothing is found.
    """
    it, case, complaint, sent = (each.__table__.c for each in (Evidence, CaseFile, Complaint, Forwarding))
    read, about = EvidenceText.__table__.c, Complaint.__table__.alias("about")
    whole = func.coalesce(it.complaint_id, sent.complaint_id)
    asked = (
        select(it.id, it.name, it.shows, it.party_id, it.case_id, it.media_type, it.added_at, read.body)
        .add_columns(func.coalesce(case.ref, complaint.ref, sent.ref, "").label("ref"), sent.ref.label("sent"))
        .add_columns(Complainant.name.label("whose"), about.c.facts, about.c.request)
        .join_from(Evidence.__table__, EvidenceText.__table__, read.evidence_id == it.id, isouter=True)
        .join(CaseFile.__table__, case.id == it.case_id, isouter=True)
        .join(Complaint.__table__, complaint.id == it.complaint_id, isouter=True)
        .join(Forwarding.__table__, sent.id == it.forwarding_id, isouter=True)
        .join(about, about.c.id == whole, isouter=True)
        .join(Complainant, Complainant.complaint_id == whole, isouter=True)
    )
    rows = session.execute(asked.where(it.id.in_(numbers), it.erased_at.is_(None))).all()
    told_by = _told_by(session, (row.case_id for row in rows))
    for row in rows:
        taken_over = row.case_id is not None and row.sent is not None  # the company finds it with its answer
        mine = [("party", row.sent or "")] if row.party_id is not None and not taken_over else []
        names = [*_named(row.whose, row.facts, row.request), *told_by.get(row.case_id, ())]
        for audience, ref in (("staff", row.ref), *mine):
            yield Entry(
                number=row.id,
                audience=audience,
                ref=ref,
                title=_masked(row.name, names) if audience == "staff" else row.name,
                at=row.added_at,
                body=_lines(_masked(row.shows, names) if audience == "staff" else "", _masked(row.body, names)),
                parties=[row.party_id],
                secrets=_numbers(row.body or ""),
                job=READ_TEXT if row.body is None and row.media_type in READABLE else "",
            )
