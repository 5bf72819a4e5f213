"""A company's ledger: complaints, findings, measures and answers by month; a complaint counts for each company in it.

Nothing pending or quashed is history: findings and measures count from the day on which a decision took effect, or
the track ended without a measure, and only while that stands.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from casework.clauses import FINDINGS
from casework.forwardings import LATE_ANSWER
from casework.models import Answer, Complainant, Complaint, Forwarding, LedgerEntry, NamedCompany
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack
from core.clock import ZONE
from core.journal import JournalEntry
from registry import lineage
from registry.models import Basis, Engagement, Party
from sanctions.ladder_history import standing
from sanctions.models_decisions import Decision

COMPLAINT, MEASURE = "COMPLAINT", "MEASURE"
ANSWERS = ("IN_TIME", "LATE", "NONE")
WHATS = (COMPLAINT, *FINDINGS, MEASURE, *ANSWERS)
UNCOUNTED = ("NEW", "REJECTED")
"""Not accepted; what was merged is not counted either, also once it has ended: the one it follows tells it."""
LINE = ("what", "day", "said", "complaint_id", "track_id")
"""The columns of an item, whatever it is."""
MOST = 500


@dataclass(frozen=True)
class Line:
    """One item behind a number: a complaint or a case, the day for which it counts, and what was found or ordered."""

    what: str
    day: date
    said: str
    """The code of a finding, the level of a measure, or the product complained about."""
    complaint: str
    """The number of a complaint; else a case:"""
    case_id: int | None
    ref: str


@dataclass(frozen=True)
class Pair:
    """A lender and a firm that collects for it: what is on both ledgers, and the firm's findings and answers."""

    other: Party
    engagements: list[Engagement]
    year: Counter[str]
    whole: Counter[str]


def party(session: Session, number: int) -> Party | None:
    """One company of the register."""
    return session.get(Party, number)


def bases(session: Session, number: int) -> Sequence[Basis]:
    """The bases on which the rules bind it, the latest first."""
    return session.scalars(select(Basis).where(Basis.party_id == number).order_by(Basis.from_on.desc())).all()


def told_in(session: Session, lines: Sequence[Line]) -> list[str]:
    """What people told of themselves in the complaints of these lines: what they call the product may hold it."""
    refs = {line.complaint for line in lines if line.complaint and line.said}
    mine = select(Complainant).join(Complaint, Complaint.id == Complainant.complaint_id).where(Complaint.ref.in_(refs))
    people = session.scalars(mine).all() if refs else ()
    return [each for person in people for each in (person.name, person.contact, person.id_no) if each]


def months(session: Session, number: int, since: date) -> dict[str, Counter[date]]:
    """How many of each there are in each month, by days in the association's zone."""
    lines = _lines(lineage.entries(session, number)).subquery()
    month = cast(func.date_trunc("month", lines.c.day), Date)
    asked = select(lines.c.what, month, func.count()).where(lines.c.day >= since).group_by(lines.c.what, month)
    found: dict[str, Counter[date]] = {what: Counter() for what in WHATS}
    for what, first, many in session.execute(asked):
        found[what][first] = many
    return found


@dataclass(frozen=True)
class Behind:
    """The newest items behind a number, and how many there are in all."""

    lines: list[Line]
    whole: int


def behind(session: Session, number: int, whats: Sequence[str], first: date, last: date, other: int = 0) -> Behind:
    """The complaints and cases behind a number, newest first; with `other`, those shared with that company."""
    lines = _lines(lineage.entries(session, number)).subquery() if not other else _shared(number, other)
    asked = select(lines.c.what, lines.c.day, lines.c.said, Complaint.ref, CaseFile.id, CaseFile.ref)
    asked = asked.outerjoin(Complaint, Complaint.id == lines.c.complaint_id)
    asked = asked.outerjoin(CaseTrack, CaseTrack.id == lines.c.track_id)
    asked = asked.outerjoin(CaseFile, CaseFile.id == CaseTrack.case_id)
    asked = asked.where(lines.c.what.in_(whats), lines.c.day.between(first, last))
    newest = (lines.c.day.desc(), Complaint.id.desc(), CaseTrack.id.desc(), lines.c.what, lines.c.said)
    found = [
        Line(what, day, said or "", complaint or "", case_id, complaint or ref)
        for what, day, said, complaint, case_id, ref in session.execute(asked.order_by(*newest).limit(MOST))
    ]
    if len(found) < MOST:
        return Behind(found, len(found))
    every = asked.with_only_columns(lines.c.day, maintain_column_froms=True).subquery()
    return Behind(found, session.scalar(select(func.count()).select_from(every)) or 0)


def pairs(session: Session, it: Party, year: date, since: date) -> list[Pair]:
    """Every principal of a firm, or every firm of a principal, by its engagements since that day."""
    mine, theirs = Engagement.institution_id, Engagement.firm_id
    if it.kind == "FIRM":
        mine, theirs = theirs, mine
    asked = select(Engagement, Party).join(Party, Party.id == theirs)
    asked = asked.where(mine == it.id, or_(Engagement.to_on.is_(None), Engagement.to_on >= since))
    engaged: dict[Party, list[Engagement]] = {}
    for engagement, other in session.execute(asked.order_by(Party.sort_zh, Engagement.from_on)):
        engaged.setdefault(other, []).append(engagement)
    counted = _pair_counts(session, it, [other.id for other in engaged], since, year)
    return [Pair(other, found, *counted[other.id]) for other, found in engaged.items()]


def _pair_counts(
    session: Session, it: Party, others: Sequence[int], since: date, year: date
) -> dict[int, tuple[Counter[str], Counter[str]]]:
    found = {other: (Counter[str](), Counter[str]()) for other in others}
    if not others:
        return found
    lines = _shared(it.id, *others)
    recent = func.count().filter(lines.c.day >= year)
    asked = select(lines.c.other_id, lines.c.what, recent, func.count())
    for other, what, lately, whole in session.execute(
        asked.where(lines.c.day >= since).group_by(lines.c.other_id, lines.c.what)
    ):
        found[other][0][what], found[other][1][what] = lately, whole
    return found


def _shared(number: int, *others: int) -> Subquery:
    """Complaints on both ledgers, and the firm's part in them: what was decided about it then, how it answered."""
    mine, theirs = _on_ledger([number]).subquery(), _on_ledger(others).subquery()
    both = (
        _counted(theirs.c.party_id.label("other_id"))
        .join(mine, mine.c.complaint_id == Complaint.id)
        .join(theirs, theirs.c.complaint_id == mine.c.complaint_id)
        .where(~_wrong(Complaint.id, mine.c.party_id), ~_wrong(Complaint.id, theirs.c.party_id))
        .cte()
    )
    pair = _worked_for(number).cte()
    outcomes = _outcomes(select(pair.c.track_id)).subquery()
    other = case((pair.c.firm_id == number, pair.c.institution_id), else_=pair.c.firm_id)
    decided = (
        select(*outcomes.c[*LINE], other).join(pair, pair.c.track_id == outcomes.c.track_id).where(other.in_(others))
    )
    return union_all(select(both), decided, _answered(number, others, both)).subquery()


def _answered(number: int, others: Sequence[int], both: CTE) -> Select[Any]:
    """How the firm of each pair answered the complaints on both ledgers, under whichever of its entries.

    Answers are looked up for each of these complaints: the server takes them for a handful, and would go through all
    of them for each answer of the firms.
    """
    firm, stands = aliased(Party), lineage.standing()
    firms = select(Party.id).where(stands.in_([number, *others]), Party.kind == "FIRM")
    put = _answers(firms).where(Forwarding.complaint_id == both.c.complaint_id)
    answers = put.offset(0).correlate(both).lateral()
    return (
        select(*answers.c[*LINE], both.c.other_id)
        .join(answers, true())
        .join(firm, firm.id == answers.c.party_id)
        .where(lineage.standing(firm).in_([number, both.c.other_id]))
    )


def _worked_for(number: int) -> Any:  # noqa: ANN401 - a union of selects
    """For whom the firm of a track worked: by its engagement, otherwise the lender in the same case; of one of both.

    It is that firm, whoever answers for it since.
    """
    principal = aliased(CaseTrack)
    one_of_both = or_(Engagement.institution_id == number, Engagement.firm_id == number)
    its_cases = select(CaseTrack.case_id).where(CaseTrack.party_id == number)
    engaged = select(CaseTrack.id.label("track_id"), Engagement.institution_id, Engagement.firm_id).join(
        Engagement, and_(Engagement.id == CaseTrack.engagement_id, CaseTrack.role == "COLLECTOR", one_of_both)
    )
    beside = (
        select(CaseTrack.id, principal.party_id, CaseTrack.party_id)
        .join(principal, and_(principal.case_id == CaseTrack.case_id, principal.role == "PRINCIPAL"))
        .where(CaseTrack.role == "COLLECTOR", CaseTrack.engagement_id.is_(None), CaseTrack.case_id.in_(its_cases))
        .where(or_(principal.party_id == number, CaseTrack.party_id == number))
    )
    return union(engaged, beside)


def _lines(parties: Sequence[int]) -> Any:  # noqa: ANN401 - a union of selects
    outcomes = _outcomes(select(CaseTrack.id).where(CaseTrack.party_id.in_(parties))).subquery()
    decided = select(*outcomes.c, CaseTrack.party_id).join(CaseTrack, CaseTrack.id == outcomes.c.track_id)
    return union_all(_complaints(parties), decided, _answers(parties))


def _day(instant: Any) -> ColumnElement[date]:  # noqa: ANN401 - a column of instants
    return cast(func.timezone(ZONE.key, instant), Date)


def _wrong(complaint: Any, of: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns
    """SQL: the company turned out not to be concerned: its return was accepted, or the forwarding was taken back."""
    gone = aliased(Forwarding)
    return exists().where(gone.complaint_id == complaint, gone.party_id == of, gone.let_off_on.is_not(None))


def _known(among: Callable[[Any], ColumnElement[bool]]) -> list[Any]:
    """Whom a complaint names, as far as the register knows them, and whom it was put before: those among which."""
    named = select(NamedCompany.complaint_id, NamedCompany.party_id).where(NamedCompany.party_id.is_not(None))
    put_before = select(Forwarding.complaint_id, Forwarding.party_id)
    return [named.where(among(NamedCompany)), put_before.where(among(Forwarding))]


def _complaints(parties: Sequence[int]) -> Select[Any]:
    """Complaints about these companies, each once for each company."""
    on = _on_ledger(parties).subquery()
    return (
        _counted(on.c.party_id).join(on, on.c.complaint_id == Complaint.id).where(~_wrong(Complaint.id, on.c.party_id))
    )


def _counted(of: ColumnElement[int]) -> Select[Any]:
    """Complaints that count, as lines of a ledger, with this column of what they are joined with."""
    later = aliased(Complaint)
    return (
        select(
            literal(COMPLAINT).label("what"),
            _day(Complaint.received_at).label("day"),
            Complaint.product.label("said"),
            Complaint.id.label("complaint_id"),
            cast(null(), CaseTrack.id.type).label("track_id"),
            of,
        )
        .select_from(Complaint)
        .where(Complaint.state.not_in(UNCOUNTED), Complaint.lead_id.is_(None), ~Complaint.out_of_scope)
        .where(~exists().where(later.taken_from_id == Complaint.id))
    )


def _on_ledger(parties: Sequence[int]) -> Select[Any]:
    """Complaint and entry that stands, once for each: who is named, whom it was put before, against whom it led."""
    same, of = aliased(Party), aliased(Party)

    def of_its_kind(told: Any) -> ColumnElement[bool]:  # noqa: ANN401 - one of two tables
        kind = exists().where(same.id == told.party_id, same.kind == of.kind).correlate(told, of)
        return and_(told.complaint_id == CaseComplaint.complaint_id, kind)

    # a union within EXISTS is asked for each complaint: the server makes no list of all that was ever named
    told = exists(union_all(*(each.correlate(CaseComplaint, of) for each in _known(of_its_kind))))
    in_cases = (
        select(CaseComplaint.complaint_id, CaseTrack.party_id)
        .join(CaseTrack, CaseTrack.case_id == CaseComplaint.case_id)
        .join(of, of.id == CaseTrack.party_id)
        .where(CaseTrack.party_id.in_(parties), CaseTrack.state != "NOT_FILED", ~told)
    )
    entered = union(*_known(lambda told: told.party_id.in_(parties)), in_cases).subquery()
    stands = lineage.standing().label("party_id")
    return select(entered.c.complaint_id, stands).join(Party, Party.id == entered.c.party_id).distinct()


def _outcomes(tracks: Select[int]) -> Any:  # noqa: ANN401 - a union of selects
    """Findings and measures of those of these tracks with an end that stands."""
    stand = standing().where(CaseTrack.id.in_(tracks)).subquery()
    quashed = exists().where(
        Decision.track_id == CaseTrack.id, Decision.round == CaseTrack.round, Decision.set_aside_on.is_not(None)
    )
    from_state = select(JournalEntry.before).where(
        JournalEntry.subject_kind == "track", JournalEntry.subject_id == CaseTrack.id, JournalEntry.row == "S67"
    )
    archived_from = from_state.order_by(JournalEntry.seq.desc()).limit(1).scalar_subquery()
    without = case((CaseTrack.state == "ARCHIVED", archived_from), else_=CaseTrack.state) == "NO_MEASURE"
    ended = select(CaseTrack.id, CaseTrack.ended_on).where(CaseTrack.id.in_(tracks), without, ~quashed)
    concluded = union_all(
        select(stand.c.track_id.label("track_id"), stand.c.effective_on.label("day")), ended
    ).subquery()
    none = cast(null(), Complaint.id.type).label("complaint_id")
    found = (
        select(
            Allegation.finding.label("what"), concluded.c.day, Allegation.code.label("said"), none, Allegation.track_id
        )
        .join(concluded, concluded.c.track_id == Allegation.track_id)
        .where(Allegation.finding.is_not(None))
    )
    level = func.jsonb_array_elements_text(stand.c.measures)
    ordered = select(literal(MEASURE), stand.c.effective_on, level, none, stand.c.track_id)
    return union_all(found, ordered)


def _answers(parties: Sequence[int] | Select[int]) -> Select[Any]:
    """How each complaint put before these companies was answered; late once is late."""
    overdue = (
        select(func.count())
        .where(LedgerEntry.forwarding_id == Forwarding.id, LedgerEntry.code == LATE_ANSWER)
        .scalar_subquery()
    )
    late = select(func.count()).where(Answer.forwarding_id == Forwarding.id, ~Answer.timely).scalar_subquery()
    any_answer = exists().where(Answer.forwarding_id == Forwarding.id)
    return select(
        case((overdue > late, "NONE"), (late > 0, "LATE"), else_="IN_TIME").label("what"),
        _day(Forwarding.sent_at).label("day"),
        Forwarding.product.label("said"),
        Forwarding.complaint_id,
        cast(null(), CaseTrack.id.type).label("track_id"),
        Forwarding.party_id,
    ).where(
        Forwarding.party_id.in_(parties),
        or_(any_answer, overdue > 0),
        ~_wrong(Forwarding.complaint_id, Forwarding.party_id),
    )
