"""The lines of the queue: what it shows of each complaint, read for a page at once."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    Select,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased

from casework import masking, queries_answering
from casework.labels import told
from casework.models import AllegedCode, Complainant, Complaint, Forwarding, NamedCompany
from casework.models_queue import NEVER, QueueEntry
from casework.models_scripts import ComplaintScript
from casework.policies import UNNAMED
from core.crypto import unseal
from core.plainly import SOON
from core.planned import Written
from notices.models import Dossier
from registry.models import Party
from registry.models_accounts import Account
from registry.models_rulebook import Violation

LONGEST_TITLE = 60
"""In characters; twice as many if they are narrow."""
READ = 200
"""How much of a text is read for its title."""
TITLES = 2000
"""The titles of so many beginnings of texts are kept by a process."""
HAN = re.compile(r"[\u4e00-\u9fff]{4}")
IN_A_WORD = re.compile(r"[A-Za-z'’-]{2}")
A_NUMBER = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{5}")
"""In a text without a match, no number and no address of the person is searched for."""
SENTENCE = re.compile(r".{8,}?(?:[。！？]|[.!?](?=\s|$))")


class Code(NamedTuple):
    """A kind of violation that is alleged."""

    code: str
    zh: str
    en: str
    severity: int

    def name(self, lang: str = "zh") -> str:
        """Its name in the reader's language."""
        return self.en if lang.startswith("en") else self.zh


class Line(NamedTuple):
    """One complaint in the queue."""

    id: int
    ref: str
    state: str
    title: str
    urgent: bool
    received_at: datetime
    came_on: date | None
    """On which day it came, if it was entered later."""
    due_on: date | None
    clock: str
    provisional: bool
    officer: str
    group: str
    written_in: str
    lenders: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    script: int = 0
    """How many other complaints follow the same script."""
    agent: bool = False
    late: bool = False
    """Whether a company has not answered in time, also while it is reminded or another has time yet."""
    to_check: int = 0
    """How many answers of companies wait to be checked."""
    time_asked: bool = False
    """Whether a company asked for more time, which waits for the head's approval."""
    approval: bool = False
    """Whether documents of it wait for approval, so that nothing else is done with it."""


def lines_of(session: Session, numbers: Sequence[int], today: date, lang: str) -> list[Line]:
    """The lines of these complaints, in this order."""
    if not numbers:
        return []
    rows = {row.id: row for row in _LINES.rows(session, numbers=list(numbers))}
    late = [row.id for row in rows.values() if _overdue(row)]
    in_time = queries_answering.in_time(session, late, today)
    return [_line(rows[number], today, lang, len(in_time.get(number, ()))) for number in numbers if number in rows]


def _put_together() -> Select[Any]:
    """All of it in one statement."""
    it, entry, script = Complaint, QueueEntry, ComplaintScript
    return (
        select(it.id, it.ref, it.state, it.urgent, it.received_at, it.came_on, it.lang)
        .add_columns(func.substr(it.facts, 1, READ).label("facts"))
        .add_columns(entry.due_on, entry.due_key, entry.provisional, entry.to_check, Account.name.label("officer"))
        .add_columns(entry.time_asked, _in_approval())
        .add_columns(
            Complainant.role,
            *_person(),
            _companies(),
            _codes(),
            case((script.script_id.is_not(None), _followers())).label("followers"),
        )
        .outerjoin(entry, entry.complaint_id == it.id)
        .outerjoin(Account, Account.id == it.officer_id)
        .outerjoin(Complainant, Complainant.complaint_id == it.id)
        .outerjoin(script, script.complaint_id == it.id)
        .where(it.id == any_(bindparam("numbers", None, ARRAY(BigInteger))))
    )


def _person() -> list[Any]:
    """What its title must not show, encrypted as it is stored: it is only decrypted for a title not yet known."""
    it = Complainant
    return [type_coerce(each, LargeBinary).label(each.key) for each in (it.name, it.contact, it.id_no)]


def _in_approval() -> Any:  # noqa: ANN401 - a column
    """SQL: documents of the complaint, or of one of its forwardings, wait for approval."""
    it, sent = Dossier, Forwarding
    waits = select(it.id).where(it.deed.is_not(None), it.state.in_(("IN_APPROVAL", "SIGNED")))
    own = waits.where(it.subject_kind == "complaint", it.subject_id == Complaint.id).correlate(Complaint)
    of = select(sent.id).where(sent.complaint_id == Complaint.id).correlate(Complaint)
    theirs = waits.where(it.subject_kind == "forwarding", it.subject_id.in_(of))
    return or_(own.exists(), theirs.exists()).label("approval")


def _companies() -> Any:  # noqa: ANN401 - a column
    """SQL: its companies in order of weight: whom it was put before, then who was named; and who was let off."""
    it, sent, named, other = Complaint, Forwarding, NamedCompany, aliased(Forwarding)
    before = select(literal(0).label("named"), sent.id, literal("").label("kind"), literal("").label("value"))
    before = before.add_columns(literal("").label("how"), sent.let_off_on.is_not(None).label("off"))
    before = before.add_columns(sent.state, sent.party_id).where(sent.complaint_id == it.id)
    gone = exists().where(other.complaint_id == named.complaint_id, other.party_id == named.party_id)
    gone = gone.where(other.let_off_on.is_not(None))
    told = select(literal(1), named.id, named.kind, named.value, named.how, gone, literal(""), named.party_id)
    told = told.where(named.complaint_id == it.id)
    both = union_all(before.correlate(it), told.correlate(it)).subquery()
    each = func.json_build_array(
        both.c.kind, both.c.value, both.c.how, both.c.state, both.c.off, Party.kind, Party.name_zh, Party.name_en
    )
    found = select(func.json_agg(aggregate_order_by(each, both.c.named, both.c.id)))
    return found.outerjoin_from(both, Party, Party.id == both.c.party_id).scalar_subquery().label("companies")


def _codes() -> Any:  # noqa: ANN401
    """SQL: what is alleged, the gravest first."""
    it = Violation
    each = func.json_build_array(it.code, it.zh, it.en, it.severity)
    found = select(func.json_agg(aggregate_order_by(each, it.severity.desc(), it.code)))
    alleged = found.join_from(AllegedCode, it, it.code == AllegedCode.code)
    return alleged.where(AllegedCode.complaint_id == Complaint.id).correlate(Complaint).scalar_subquery().label("codes")


def _followers() -> Any:  # noqa: ANN401
    """SQL: how many complaints follow the same script."""
    other = aliased(ComplaintScript)
    many = select(func.count()).select_from(other).where(other.script_id == ComplaintScript.script_id)
    return many.correlate(ComplaintScript).scalar_subquery()


_LINES: Final = Written(_put_together)


def _overdue(row: Any) -> int:  # noqa: ANN401
    """How many companies are reminded of an answer, while the complaint still waits for it."""
    asked = row.companies or ()
    return 0 if row.state == "ESCALATED" else sum(state == "OVERDUE" for _said, _value, _how, state, *_more in asked)


def _line(row: Any, today: date, lang: str, in_time: int = 0) -> Line:  # noqa: ANN401
    """One line; so many companies that are reminded are still in time, by a calendar corrected since."""
    due_on = None if row.due_on in (None, NEVER) else row.due_on
    asked = row.companies or ()
    companies = _names(asked, lang)
    return Line(
        id=row.id,
        ref=row.ref,
        state=row.state,
        title=_title(row.facts, row.name, row.contact, row.id_no),
        urgent=row.urgent,
        received_at=row.received_at,
        came_on=row.came_on,
        due_on=due_on,
        clock=row.due_key or "",
        provisional=bool(row.provisional),
        officer=row.officer or "",
        group=group_of(due_on, today, estimated=bool(row.provisional)),
        written_in=row.lang,
        lenders=tuple(companies.get("INSTITUTION", ())),
        firms=tuple(companies.get("FIRM", ())),
        codes=tuple(Code(*each) for each in row.codes or ()),
        script=max((row.followers or 0) - 1, 0),
        agent=row.role == "AGENT",
        late=_overdue(row) > in_time,
        to_check=row.to_check or 0,
        time_asked=bool(row.time_asked),
        approval=row.approval,
    )


def _names(companies: Sequence[Sequence[Any]], lang: str) -> dict[str, list[str]]:
    """By kind whom it was put before, or else who was named; whoever was let off, as filters leave it out, if alone."""
    asked: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    let_off: dict[str, list[str]] = {}
    for said, value, how, state, off, kind, zh, en in companies:
        if kind is None:
            shown = told(how, value) if how in UNNAMED else f"“{value}”"
        else:
            shown = en if lang.startswith("en") and en else zh
        where = (let_off if off else asked if state else named).setdefault(said or kind, [])
        if shown and shown not in where:
            where.append(shown)
    concerned = named | asked
    return concerned if any(concerned.values()) else let_off


def group_of(due_on: date | None, today: date, *, estimated: bool = False) -> str:
    """How urgent a last day is; nobody is late by an estimate that has passed."""
    if due_on is None or due_on > today + timedelta(days=SOON) or (estimated and due_on < today):
        return "ok"
    return "over" if due_on < today else "today" if due_on == today else "soon"


def title_of(facts: str, names: Iterable[str] = ()) -> str:
    """What a complaint is called in lists: its first sentence, masked, and without names that it introduces itself."""
    return title_of_masked(masking.masked(facts, [*names, *masking.introduced(facts)]))


def title_of_masked(facts: str) -> str:
    """What a complaint is called in lists, by a text that is masked already."""
    text = " ".join(facts.split())
    first = SENTENCE.match(text)
    text = first[0].rstrip("。.") if first else text
    most = LONGEST_TITLE if HAN.search(text) else 2 * LONGEST_TITLE
    if len(text) <= most:
        return text
    beginning = text[:most].rpartition(" ")[0] if IN_A_WORD.match(text, most - 1) else ""
    return f"{beginning or text[:most]}…"


@lru_cache(maxsize=TITLES)
def _title(facts: str, name: bytes | None, *numbers: bytes | None) -> str:
    """The title, kept: masking takes a fifth of a page's time, and who works a list sees its lines again and again."""
    sealed = [name, *(numbers if A_NUMBER.search(facts) else ())]
    return title_of(facts, [unseal(each).decode() for each in sealed if each is not None])
