"""All of a company's own documents as one ZIP with an index: notices, answers, texts and files; a long job."""

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from casework import party_requests
from casework.models import Answer, Forwarding
from casework.models_cases import CaseTrack, Evidence
from casework.policies_recusals import UNTOLD
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed, NotNow
from core.labels import state_label
from core.registered import Registered
from core.words import LOCALES, _, _l, bracketed, language
from filestore.sheets_made import Table, xlsx_of
from filestore.zips import TooLarge, zipped
from notices.kinds import KINDS
from notices.models import Document, Service
from portal import queries_portal
from portal.labels_portal import answered
from portal.models_materials import MaterialRequest
from registry import batches
from registry.batches import Chosen, File, Kind
from registry.models import Party
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from registry.policies import leads

NAME = "casework.company_archive"
ZIP = "application/zip"
MOST_SHOWN = 40
LARGEST = 500_000_000
"""The ZIP is put together in memory; more than this is taken by year, and more of one year in parts."""
TOO_MUCH = _l("That is more than one file can hold: choose a year.")


@dataclass(frozen=True)
class Entry:
    """One file of the ZIP: which matter, what it is, its day, its name, its bytes or where they are."""

    ref: str
    what: str
    day: date
    name: str
    sha256: str = ""
    size: int = 0
    text: str = ""

    @property
    def place(self) -> list[str]:
        """Its place in the order; where one part of a divided ZIP ends, the next begins."""
        return [self.day.isoformat(), self.ref, self.what, self.name, self.sha256]


@dataclass(frozen=True)
class Asked:
    """Whose documents, of which year (None for all), in which language."""

    party_id: int
    year: int | None
    lang: str

    def covers(self, day: date) -> bool:
        """Whether a document of that day belongs in it."""
        return self.year is None or day.year == self.year


Matter = Forwarding | CaseTrack | MaterialRequest
MATTERS: dict[str, tuple[type[Matter], Callable[[int], ColumnElement[bool]]]] = {
    "forwarding": (Forwarding, lambda party: Forwarding.party_id == party),
    "track": (
        CaseTrack,
        lambda party: and_(CaseTrack.party_id == party, CaseTrack.state.not_in(UNTOLD)),
    ),
    "material": (
        MaterialRequest,
        lambda party: or_(MaterialRequest.institution_id == party, MaterialRequest.firm_id == party),
    ),
}
"""What reaches a company, by its kind: its own matters, and what it asks or is asked inside the portal."""
Part = Callable[[Session, Asked], Iterable[Entry]]
PARTS = Registered[Part]()
part = PARTS.add
"""Register more of what belongs to a company's documents; read as that company."""


def written(ref: str, what: str, at: datetime, text: str, no: str = "", on: date | None = None) -> Entry:
    """A text that the company sent, named after its matter, what it is and its day."""
    day = on or day_of(at)
    named = f"{ref} {what} {no} {day}" if no else f"{ref} {what} {day}"
    return Entry(ref, what, day, f"{named}.txt", text=text)


def ask(session: Session, *, year: int | None, lang: str, actor: Actor, now: datetime) -> Batch:
    """Ask for everything, as the lead; it begins at once, one job at a time."""
    if actor.party_id is None or not leads(actor, actor.party_id):
        raise NotAllowed(_l("Only an authorised person of your company can download everything."))
    if any(each.state in batches.GOING for each in made(session, actor)):
        raise NotNow(_l("One is being made already; wait for it or cancel it."))
    chosen = [each for kind in MATTERS for each in _chosen(session, kind, actor.party_id)]
    if not chosen:
        raise NotNow(_l("Nothing has reached your company yet."))
    return _begun(session, chosen, {"lang": lang, "year": year}, actor, now)


def _begun(session: Session, chosen: Iterable[Chosen], params: dict[str, Any], actor: Actor, now: datetime) -> Batch:
    batch = batches.prepare(session, NAME, chosen, params=params, actor=actor, now=now)
    batches.start(session, batch, actor=actor, now=now)
    return batch


def _go_on(session: Session, batch: Batch, actor: Actor, now: datetime) -> None:
    """Begin another job at once for what did not fit into a year's file."""
    if rest := batch.params.get("rest"):
        items = select(BatchItem).where(BatchItem.batch_id == batch.id).order_by(BatchItem.id)
        chosen = [Chosen(each.subject_kind, each.subject_id, each.ref) for each in session.scalars(items)]
        params = {name: value for name, value in batch.params.items() if name != "rest"} | rest
        _begun(session, chosen, params, actor, now)


def years(session: Session, party_id: int) -> list[int]:
    """The years from now back to that of the first document."""
    notices = select(func.min(Document.issued_at)).join(Service, Service.document_id == Document.id)
    first = (
        notices.where(Service.party_id == party_id),
        select(func.min(MaterialRequest.asked_at)).where(MATTERS["material"][1](party_id)),
        select(func.min(Evidence.added_at)).where(Evidence.party_id == party_id),
    )
    found = [day_of(at).year for asked in first if (at := session.scalar(asked)) is not None]
    this = clock.today().year
    return list(range(this, min([this, *found]) - 1, -1))


def _chosen(session: Session, kind: str, party_id: int) -> Iterator[Chosen]:
    model, of_company = MATTERS[kind]
    for number, ref in session.execute(select(model.id, model.ref).where(of_company(party_id)).order_by(model.id)):
        yield Chosen(kind, number, ref)


def made(session: Session, actor: Actor) -> Sequence[Batch]:
    """What this person asked for, newest first."""
    mine = select(Batch).where(Batch.kind == NAME, Batch.started_by == actor.id)
    return session.scalars(mine.order_by(Batch.id.desc()).limit(MOST_SHOWN)).all()


def build(session: Session, batch: Batch) -> File:
    """Everything the company may read now, with an index that says what each file is, with its SHA-256."""
    said = batch.params
    company = session.scalar(select(Account.party_id).where(Account.id == batch.started_by))  # as it is by now
    asked = Asked(company or 0, said["year"], str(said["lang"]))
    with force_locale(LOCALES[asked.lang]):
        every = [each for function in PARTS for each in function(session, asked) if asked.covers(each.day)]
        found = sorted((each for each in every if each.place > said.get("after", [])), key=lambda each: each.place)
        content, fitting = _zipped(found)
    rest: dict[str, Any] = {}
    part = int(said.get("part", 1))
    if fitting < len(found):
        if asked.year is None or not fitting:
            raise NotNow(TOO_MUCH)
        rest = {"after": found[fitting - 1].place, "part": part + 1}
    year = f"-{asked.year}" if asked.year else ""
    number = f"-{part}" if rest or part > 1 else ""
    return File(f"papers{year}-{clock.today():%Y%m%d}{number}.zip", ZIP, content, rest=rest)


def _zipped(found: Sequence[Entry]) -> tuple[bytes, int]:
    """The ZIP of as many files as fit, from the first on, and how many those are."""
    fitting, room = 0, LARGEST
    while fitting < len(found) and (room := room - found[fitting].size) >= 0:
        fitting += 1
    named = [(f"{number:04d} {each.name}", each) for number, each in enumerate(found[:fitting], 1)]
    table = Table(_("Index"), _heads(), [_line(name, each) for name, each in named])
    index = (_("index.xlsx"), xlsx_of([table]))
    texts = [(name, each.text.encode()) for name, each in named if not each.sha256]
    kept = [number for number, (_name, each) in enumerate(named) if each.sha256]
    try:
        return zipped([(named[at][0], named[at][1].sha256) for at in kept], [index, *texts], most=LARGEST), fitting
    except TooLarge as much:  # by the size of the notices, since a company reads no sizes of stored files
        fewer = kept[much.fitting]
        return _zipped(found[:fewer]) if fewer else (b"", 0)


def _heads() -> list[str]:
    return [_("File"), _("Matter"), _("What it is"), _("Day"), "SHA-256"]


def _line(name: str, each: Entry) -> list[str]:
    digest = each.sha256 or hashlib.sha256(each.text.encode()).hexdigest()
    return [name, each.ref, each.what, each.day.isoformat(), digest]


@part
def notices(session: Session, asked: Asked) -> Iterator[Entry]:
    """Every notice that was served, as the sealed PDF; for one that nobody opened, a line that says so."""
    mine: Select[Service] = select(Service).join(Service.document).options(contains_eager(Service.document))
    mine = mine.where(Service.party_id == asked.party_id, Service.state == "SERVED", Document.pdf_sha256.is_not(None))
    for each in session.scalars(mine.order_by(Document.issued_at, Service.id)):
        it = each.document
        kind = KINDS[it.kind].name(asked.lang)
        if each.unread:
            told = _(
                "It counts as served since %(day)s, and nobody has opened it. "
                "Open it in the portal; it is in this file then.",
                day=each.served_on,
            )
            what = kind + bracketed(_("not opened yet"))
            yield Entry(it.ref, what, it.issued_on, f"{it.number or it.ref} {what}.txt", text=told)
        else:
            yield Entry(it.ref, kind, it.issued_on, f"{it.number or it.ref} {kind}.pdf", it.pdf_sha256 or "")


@part
def answers(session: Session, asked: Asked) -> Iterator[Entry]:
    """Every answer to a forwarding; where another company gave it, by whom."""
    mine = select(Answer, Forwarding.ref, Party).join(Forwarding, Forwarding.id == Answer.forwarding_id)
    mine = mine.outerjoin(Account, Account.id == Answer.submitted_by)
    mine = mine.outerjoin(Party, and_(Party.id == Account.party_id, Party.id != Forwarding.party_id))
    mine = mine.where(Forwarding.party_id == asked.party_id, Forwarding.masked_facts != "")  # the others were erased
    for it, ref, by in session.execute(mine.order_by(Answer.id)):
        given = [] if by is None else [_("given by %(company)s", company=by.name(language()))]
        when = it.came_on or f"{clock.local(it.submitted_at):%Y-%m-%d %H:%M}"
        lines = [
            f"{_('Answer to %(ref)s', ref=ref)} · {when}",
            *map(str, given),
            f"{_('Outcome')}{_(': ')}{state_label('outcome', it.outcome).text}",
            f"{_('To the association')}{_(': ').strip()}\n{it.to_association}",
            f"{_('For the complainant')}{_(': ').strip()}\n{it.to_complainant}",
        ]
        yield written(ref, str(_("Answer")), it.submitted_at, "\n\n".join(lines), on=it.came_on)


@part
def requests(session: Session, asked: Asked) -> Iterator[Entry]:
    """Requests for more time to answer, and their answers."""
    mine = select(Forwarding.ref, Forwarding.time_requests)
    mine = mine.where(Forwarding.party_id == asked.party_id, Forwarding.masked_facts != "")  # the others were erased
    for ref, kept in session.execute(mine.order_by(Forwarding.id)):
        yield from asked_for(ref, str(_("Request for more time")), kept)


def asked_for(ref: str, what: str, kept: list[dict[str, Any]]) -> Iterator[Entry]:
    """Requests in one matter, each with its answer."""
    for each in party_requests.told(kept):
        lines = [each.why, f"{_('Answer')}{_(': ')}{answered(each)}"]
        if each.wanted is not None:
            lines.insert(0, f"{_('Other time proposed')}{_(': ')}{clock.local(each.wanted):%Y-%m-%d %H:%M}")
        yield written(ref, what, each.at, "\n\n".join(lines), on=each.came_on)


@part
def explanations(session: Session, asked: Asked) -> Iterator[Entry]:
    """The company's explanations in its cases, part by part, each with its time."""
    mine = select(CaseTrack).where(CaseTrack.party_id == asked.party_id, CaseTrack.explanation.is_not(None))
    for it in session.scalars(mine.order_by(CaseTrack.id)):
        for each in it.explained:
            late = bracketed(_("late")) if each.late else ""
            text = f"{each.came_on or f'{clock.local(each.at):%Y-%m-%d %H:%M}'}{late}\n\n{each.text}"
            no = str(each.no) if each.no > 1 else ""
            yield written(it.ref, str(_("Your explanation")), each.at, text, no, each.came_on)


@part
def evidence(session: Session, asked: Asked) -> Iterator[Entry]:
    """Every file that the company handed in, as it was given."""
    mine = select(Evidence, Forwarding.ref, CaseTrack.ref)
    mine = mine.outerjoin(Forwarding, Forwarding.id == Evidence.forwarding_id)
    mine = mine.outerjoin(CaseTrack, CaseTrack.id == Evidence.track_id)
    mine = mine.where(Evidence.party_id == asked.party_id, Evidence.given_by == "RESPONDENT")
    mine = mine.where(Evidence.erased_at.is_(None), func.num_nulls(Evidence.case_id, Evidence.forwarding_id) > 0)
    for it, forwarded, track in session.execute(mine.order_by(Evidence.id)):
        shown, ref = queries_portal.as_file(it), forwarded or track or ""
        yield Entry(ref, str(_("File")), day_of(it.added_at), f"{ref} {shown.name}".strip(), shown.sha256, shown.size)


def seen(session: Session, item: BatchItem) -> bool:
    """Whether the person who asked still reads the matter."""
    model, _of_company = MATTERS[item.subject_kind]
    return session.scalar(select(model.id).where(model.id == item.subject_id)) is not None


ARCHIVE = Kind(
    lambda _at, _it: str(_("All papers of a company")),
    may=lambda actor: actor.has("lead"),
    seen=seen,
    file=build,
    ended=_go_on,
    most=math.inf,  # nothing is done to the matters; they only say what the file is about
)
