"""What waits for a company: forwardings, notices, explanations; higher rooms add theirs. Sorted by urgency."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from casework import party_requests
from casework.models import Answer, Forwarding, Settlement
from casework.models_cases import CaseTrack
from casework.states import FORWARDING, LETTERS
from core.clock import now, today
from core.db import one_of
from core.plainly import SOON, day
from core.registered import Registered
from core.words import LazyString, _l, language
from notices import queries as notices
from notices.kinds import KINDS
from notices.models import Document, Service
from notices.states import ON_PAPER
from notices.unopened import Latest, latest, of_documents, served_at_latest
from portal import places
from portal.labels_portal import answered
from portal.queries_portal import EXPLAINING, coming_on_paper, missed, opened
from registry import clocks as limits
from registry.clock_moves import has_ended
from registry.models import VIA_PRINCIPAL
from registry.models_clocks import Clock, ClockState

SHOWN = 200
"""How many things of one urgency the inbox shows; its spreadsheet holds all."""
TOLD_FOR = timedelta(days=14)
"""How long an answer to the company's request stays in its inbox."""


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, about what, by when, and on which page."""

    what: LazyString
    ref: str
    endpoint: str
    number: int
    due: date | None = None
    clock: Clock | None = None
    """The clock, if it waits for a service or its date is provisional."""
    note: LazyString | str = ""
    dated_note: Callable[[str], object] | None = None
    """A note that names a day, by the style of days."""
    latest: Latest | None = None
    """If nobody has opened it yet: from when it counts as served in any case."""
    told: bool = False
    """Whether there is nothing to do but to read it."""
    place: str = ""
    """The place of the draft that the company's people share, if there is one."""
    since: date | None = None
    """From when it counts as served though nobody has opened it."""

    def noted(self, days: str = "short") -> str:
        """Its note, with its day in this style."""
        return str(self.dated_note(days) if self.dated_note else self.note)


@dataclass(frozen=True)
class Group:
    """Things of one urgency."""

    key: str
    """over, today, soon, unopened, ok, none or told: also the tone of its heading."""
    words: LazyString
    things: list[Waiting]


GROUPS = {
    "over": _l("Overdue"),
    "today": _l("Due today"),
    "soon": _l("Within three days"),
    "unopened": _l("Not opened yet"),
    "ok": _l("Later"),
    "none": _l("No date yet"),
    "told": _l("To be read"),
}
"""What has not been opened comes before what is due later: it takes about three days to count as served."""
ORDER = list(GROUPS)
Source = Callable[[Session, int], Iterable[Waiting]]
SOURCES = Registered[Source]()
source = SOURCES.add
"""Register who else knows what waits for a company."""


def first_source(function: Source) -> Source:
    """Register a source that reads as the system: it is asked first, since afterwards everything is read anew."""
    if function not in SOURCES:
        SOURCES.insert(0, function)
    return function


def waiting(session: Session, party_id: int | None) -> list[Waiting]:
    """Everything that waits for a company; what must still be opened says from when it counts as served.

    Its clocks stay as they were read: a transaction that followed would read each of them again.
    """
    if party_id is None:
        return []
    found = [each for function in SOURCES for each in function(session, party_id)]
    every = {each.clock.id: each.clock for each in found if each.clock is not None}
    clocks = [each for each in every.values() if each.state is ClockState.ARMED]
    begins = latest(session, clocks, served_at_latest(session, party_id)) if clocks else {}
    for clock in every.values():
        session.expunge(clock)
    return [_with_latest(each, begins) for each in found]


def _with_latest(thing: Waiting, begins: Mapping[int, Latest]) -> Waiting:
    known = begins.get(thing.clock.id) if thing.clock is not None else None
    return replace(thing, latest=known) if known is not None else thing


def grouped(things: Sequence[Waiting], today: date) -> list[Group]:
    """The things by urgency, the earliest first; what was long served unread comes after what is still to be."""

    def place(thing: Waiting) -> tuple[int, bool, int, str]:
        served = thing.due is None and thing.since is not None
        by = thing.due or thing.since or (thing.latest.served_on if thing.latest else date.max)
        return ORDER.index(_urgency(thing, today)), served, -by.toordinal() if served else by.toordinal(), thing.ref

    ordered = sorted(things, key=place)
    return [Group(key, GROUPS[key], list(each)) for key, each in groupby(ordered, lambda thing: _urgency(thing, today))]


def first_by_ref(session: Session, party_id: int | None) -> dict[str, Waiting]:
    """For lists of matters, the most urgent thing to do in each; ask before the matters are read."""
    ordered = [each for group in grouped(waiting(session, party_id), today()) for each in group.things]
    return {each.ref: each for each in reversed(ordered) if not each.told}


def _urgency(thing: Waiting, today: date) -> str:
    if thing.told:
        return "told"
    if thing.due is None:
        return "unopened" if thing.since or thing.latest is not None else "none"
    if thing.due < today and thing.clock is not None and thing.clock.provisional:
        return "none"  # an estimate ends nothing
    if thing.due < today:
        return "over"
    if thing.due == today:
        return "today"
    return "soon" if thing.due <= today + timedelta(days=SOON) else "ok"


def clocks_by_subject(session: Session, machine: str, numbers: Iterable[int], *keys: str) -> dict[int, Clock]:
    """The live clock with one of these keys on each thing, as far as the reader sees it."""
    found = select(Clock).where(Clock.subject_type == machine, one_of(Clock.subject_id, list(numbers)))
    found = found.where(Clock.key.in_(keys), Clock.state != "ENDED").order_by(Clock.id)
    return {clock.subject_id: clock for clock in session.scalars(found)}


HELD = _l("You asked for more time: until that is decided, the end of the period has no effect")
A_RIGHT = _l("a right until then, not a duty")


def rights(
    session: Session,
    tracks: Iterable[CaseTrack],
    keys: Sequence[str],
    what: LazyString,
    today: date,
    place: Callable[[CaseTrack], str] | None = None,
) -> Iterator[Waiting]:
    """What a company may do in its cases while one of these periods runs; left out once the period has passed.

    An estimated last day ends no right, nor does a day that no calendar knows yet.
    """
    found = {each.id: each for each in tracks}
    for number, clock in clocks_by_subject(session, "track", found, *keys).items():
        if clock.day0 is not None and not has_ended(clock, today):
            thing = Waiting(what, found[number].ref, "portal_tracks.show", number, clock.due_on, clock, A_RIGHT)
            yield replace(thing, place=place(found[number])) if place is not None else thing


def without_end(thing: Waiting) -> Waiting:
    """The thing without its last day: more time was asked for, and until that is decided no day counts."""
    passed = thing.clock is not None and has_ended(thing.clock, today())
    return replace(thing, due=None, clock=None, note=HELD) if passed else thing


@source
def forwardings(session: Session, party_id: int) -> Iterator[Waiting]:
    """Forwardings that wait for an answer, even a late one."""
    waits = Forwarding.state.in_(FORWARDING.states_for("answer"))
    mine = select(Forwarding).where(Forwarding.party_id == party_id, waits)
    found = session.scalars(mine.order_by(Forwarding.id)).all()
    clocks = clocks_by_subject(session, "forwarding", [each.id for each in found], "K03", "K04", "K30")
    late = missed(session, [each.id for each in found if each.state == "OVERDUE"])
    unserved = any(clock.day0 is None for clock in clocks.values())
    posted = coming_on_paper(session, party_id) if unserved else set()
    unread = _unread(session, party_id) if found else set()
    for each in found:
        running, ended = clocks.get(each.id), late.get(each.id)
        until = limits.last_day(session, ended) if ended is not None else None
        until = until if until is not None and until >= today() else None  # by a corrected calendar it is not over
        what = _to_do(
            each,
            not_over=until is not None,
            unserved=running is not None and running.day0 is None,
            unread=each.id in unread,
            on_paper=each.id in posted,
        )
        clock = ended or running
        note = _l("You asked for more time") if each.time_asked_at else ""
        due = until or (clock.due_on if clock else None)
        sent = None if note else partial(_sent, each.sent_at)
        place = places.answer(each)
        thing = Waiting(what, each.ref, "portal_forwardings.show", each.id, due, clock, note, sent, place=place)
        yield without_end(thing) if each.time_asked_at else thing


def _to_do(each: Forwarding, *, not_over: bool, unserved: bool, unread: bool, on_paper: bool) -> LazyString:
    """What a company does next with a forwarding; `not_over`: though marked overdue, its period runs again."""
    if not_over:
        return _l("Answer the forwarding")
    if each.state == "OVERDUE" and unread:
        return _l("Open the letter and answer at once: the period has ended")
    if each.state == "OVERDUE":
        return _l("Answer at once: the period has ended")
    if unread and each.state == "SENT":
        return _l("Open the letter and answer it")
    if unserved:
        return _l("Answer the letter that comes on paper") if on_paper else _l("Open the letter and answer it")
    return _l("Answer the points that are still open") if each.round else _l("Answer the forwarding")


def _unread(session: Session, party_id: int) -> set[int]:
    """Forwardings with a letter that nobody has opened, even if it counts as served by now."""
    mine = select(Document.subject_id).join(Service, Service.document_id == Document.id)
    mine = mine.where(Service.party_id == party_id, notices.to_open(), Document.subject_kind == "forwarding")
    return set(session.scalars(mine.where(Document.kind.in_(LETTERS))))


def _sent(at: datetime | None, days: str) -> LazyString:
    return _l("sent %(day)s", day=day(at, days))


def answers(
    kept: Sequence[dict[str, Any]], what: LazyString, ref: str, endpoint: str, number: int, *hows: str
) -> Iterator[Waiting]:
    """The last answer to the company's requests, as long as it is news."""
    last = party_requests.told(kept[-1:])
    for each in last:
        if each.how in hows and each.ended_at is not None and now() < each.ended_at + TOLD_FOR:
            yield Waiting(what, ref, endpoint, number, dated_note=partial(answered, each), told=True)


@source
def refusals(session: Session, party_id: int) -> Iterator[Waiting]:
    """Requests for more time that were refused, until the answer is sent; granted ones come as notices."""
    waits = Forwarding.state.in_(FORWARDING.states_for("answer"))
    mine = select(Forwarding).where(Forwarding.party_id == party_id, Forwarding.masked_facts != "", waits)
    mine = mine.where(Forwarding.time_refused_at > now() - TOLD_FOR)
    mine = mine.where(~Forwarding.answers.any(Answer.submitted_at >= Forwarding.time_refused_at))
    for each in session.scalars(mine.order_by(Forwarding.id)):
        what = _l("Your request for more time is answered")
        yield from answers(
            each.time_requests, what, each.ref, "portal_forwardings.show", each.id, party_requests.REFUSED
        )


@source
def unopened(session: Session, party_id: int) -> Iterator[Waiting]:
    """Notices in the portal that nobody has opened, even if they count as served by now.

    Letters that wait for an answer are listed with their matter.
    """
    mine = (
        select(Service)
        .join(Service.document)
        .where(Service.party_id == party_id, notices.to_open())
        .where(Document.kind.not_in(LETTERS))
        .options(contains_eager(Service.document))
        .order_by(Service.id)
    )
    found = session.scalars(mine).all()
    numbers = [each.document_id for each in found]
    counts = notices.counting(session, party_id, numbers)
    begins = of_documents(session, counts, served_at_latest(session, party_id)) if found else {}
    for each, number in zip(found, numbers, strict=True):
        clock = counts.get(number)
        waits = clock if clock is not None and clock.day0 is None else None
        yield Waiting(
            _l("Open a notice"),
            each.document.ref,
            "notices_portal.show",
            number,
            clock=waits,
            note=KINDS[each.document.kind].name(language()),
            latest=begins.get(number),
            since=each.served_on if each.unread else None,
        )


@source
def on_paper(session: Session, party_id: int) -> Iterator[Waiting]:
    """Notices that come on paper, whose receipt the company records itself; letters are listed with their matter."""
    mine = select(Document).join(Service, Service.document_id == Document.id).order_by(Document.id)
    mine = mine.where(Service.party_id == party_id, Service.state.in_(ON_PAPER), Document.kind.not_in(LETTERS))
    for each in session.scalars(mine.where(Document.pdf_sha256.is_not(None))):
        what = _l("Record the receipt of the notice that comes on paper")
        yield Waiting(what, each.ref, "notices_portal.show", each.id, note=KINDS[each.kind].name(language()))


@source
def explanations(session: Session, party_id: int) -> Iterator[Waiting]:
    """Cases in which the company can explain and has not done so."""
    mine = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.state == "INVESTIGATING")
    found = session.scalars(mine.where(CaseTrack.explained_at.is_(None)).order_by(CaseTrack.id)).all()
    clocks = clocks_by_subject(session, "track", [each.id for each in found], "K12")
    late = missed(session, [each.id for each in found], "track", EXPLAINING)
    for each in found:
        asked = each.basis == VIA_PRINCIPAL
        over = each.id in late and each.id not in clocks
        if asked and over:
            continue  # nobody had to answer, and the time for it is over
        clock = late[each.id] if over else clocks.get(each.id)
        due = clock.due_on if clock else None
        what = _l("You may answer a question") if asked else _l("Explain what happened")
        if over:
            what = _l("Explain at once: the period has ended")
        yield Waiting(what, each.ref, "portal_tracks.show", each.id, due, clock, place=places.explanation(each))


@source
def settlements(session: Session, party_id: int) -> Iterator[Waiting]:
    """Terms to which others agreed and the person did not say no, once this one has opened what the complaint says."""
    found = session.execute(
        select(Forwarding, Settlement)
        .join(Settlement, Settlement.complaint_id == Forwarding.complaint_id)
        .where(Forwarding.party_id == party_id, Forwarding.state != "CLOSED", Settlement.refused_at.is_(None))
        .order_by(Forwarding.id),
    )
    for each, terms in found:
        agreed = terms.complainant_at is not None or terms.confirmed
        if agreed and str(party_id) not in terms.confirmed and opened(session, each):
            yield Waiting(
                _l("Terms of a settlement wait for your agreement"), each.ref, "portal_forwardings.show", each.id
            )
