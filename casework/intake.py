"""Intake: a complaint comes in, is completed, rejected, referred, accepted, merged, or taken up as a new one."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, noting, policies, receipts, scripts, tasks
from casework.complaints import speaking
from casework.documents import SHORT, lang_of
from casework.models import HISTORIC, AllegedCode, Complainant, Complaint, NamedCompany
from casework.models_cases import Evidence
from casework.phrases import phrase
from casework.policies import GRAVE
from casework.policies_complaints import SENT_HERE, SENT_TODAY, TODAY
from casework.states import COMPLAINT
from core.actors import Actor
from core.asked_together import asked_along
from core.characters import LETTERS
from core.clock import day_of, midnight
from core.errors import BadInput, NotAllowed, NotNow
from core.held_back import fetched, held_back
from core.machine import Ask
from core.outbox import later_first
from core.planned import PLANNED
from core.registered import Registered
from core.words import _l
from filestore import files as kept_files
from notices import dossiers, row_papers, serving
from notices.papers import day_text
from printing import fonts
from printing.pdf_failures import CharactersMissing
from registry.queries import Days, match_column

ROLES = (
    "DEBTOR",
    "AGREED_CONTACT",
    "OTHER_CONTACT",
    "UNRELATED",
    "GUARANTOR",
    "WRONG_NUMBER",
    "EMPLOYER",
    "AGENT",
)
CHANNELS = ("WEB", "PHONE", "LETTER", "COUNTER", "IMPORT")
CAME_IN = "casework.came_in"
"""The job that does what a person need not wait for."""
SEVERITIES = "SELECT code, severity FROM violation WHERE code = ANY(%s)"
BEFORE = (
    receipts.SENT,
    "EXISTS (SELECT 1 FROM complaint WHERE ref = %(ref)s)",
    "(SELECT json_object_agg(code, severity) FROM violation WHERE code = ANY(%(codes)s))",
    TODAY,
)
TOLD = Registered[Callable[[Session, Complaint], None]]()
"""What higher rooms do in the transaction of a complaint that the public sent: write what the search finds of it."""


@dataclass(frozen=True)
class Company:
    """A company as a person knows it."""

    kind: str
    how: str
    value: str
    party_id: int | None = None


@dataclass(frozen=True)
class EvidenceFile:
    """A file that was kept, and whether the institution may see it."""

    sha256: str
    name: str
    media_type: str
    size: int
    shared: bool = False


@dataclass(frozen=True)
class Submission:
    """Everything that a complaint begins with."""

    channel: str
    lang: str
    role: str
    companies: list[Company]
    facts: str
    name: str | None = None
    pictures: dict[str, str] = field(default_factory=dict)
    """Private characters of the name, each with its picture (``printing.glyphs``)."""
    contact: str | None = None
    id_no: str | None = None
    share_identity: bool = False
    consent: str = ""
    """The version of “How your data is used” that the person agreed to."""
    agent_authorised: bool = False
    product: str | None = None
    issue: str | None = None
    codes: list[str] = field(default_factory=list)
    ticked: list[str] | None = None
    """The kinds that the person ticked on the form, where it was sent from there."""
    other_conduct: bool = False
    request: str | None = None
    conduct_from: date | None = None
    conduct_to: date | None = None
    came_on: date | None = None
    """When it came on paper or by telephone, if staff enter it later than that."""
    files: list[EvidenceFile] = field(default_factory=list)
    honeypot: str = ""
    sent_here: int = 0
    """How many with this contact the same browser has sent today."""


def submit(
    session: Session,
    submission: Submission,
    *,
    key: str,
    actor: Actor,
    now: datetime,
    taken_from: Complaint | None = None,
    at_once: bool = True,
) -> tuple[Complaint, str]:
    """A complaint comes in (row C01). The receipt code is told once, and again if the same form is sent again.

    Unless the acknowledgement is wanted `at_once`, a job issues it, and nobody waits for its number.
    """
    code = receipts.code(key)
    held = receipts.held(code)
    before = _looked_up(session, submission, held, now, numbered=not at_once)
    if before.sent is not None:
        return session.get_one(Complaint, before.sent), code
    complaint = _new(submission, before, now)
    complaint.receipt_hash = held["receipt"]
    complaint.taken_from_id = taken_from.id if taken_from else None
    if not policies.may_receive(actor):
        if complaint.complainant is not None:
            complaint.complainant.agent_authorised = False  # whoever says this of themselves has not shown it yet
        actor = replace(actor, roles=frozenset({"complainant"}), audience="public")
    facts = {"honeypot": submission.honeypot, "files": submission.files, row_papers.LATER: not at_once}
    facts |= {SENT_TODAY: before.today, SENT_HERE: submission.sent_here, "from_day": submission.came_on}
    ask = Ask(session, complaint, actor, facts, now)
    if not at_once:
        _printable(complaint)
        with held_back(session, before.numbers):
            dossiers.move(ask, COMPLAINT, "submit")
            later_first(session, CAME_IN, key=f"came_in:{complaint.id}", complaint_id=complaint.id)
            for tell in TOLD:
                tell(session, complaint)
        if submission.files:
            add_evidence(session, complaint, submission.files, now=now)
        return complaint, code
    alike = scripts.fingerprint(session, complaint)
    dossiers.move(ask, COMPLAINT, "submit")
    add_evidence(session, complaint, submission.files, now=now, actor=actor)
    scripts.remember(session, complaint, alike, new=True)
    return complaint, code


def is_open(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether the association takes complaints at all: asked before somebody types for eight minutes."""
    return not COMPLAINT.gated(Ask(session, None, actor, {}, now), COMPLAINT.rows["C01"])


def _printable(complaint: Complaint) -> None:
    """Refuse characters that the acknowledgement could not print, while the person can still write it otherwise."""
    person = complaint.complainant
    said = [complaint.product or "", *(each.value for each in complaint.companies)]
    if not complaint.codes:
        said.append(complaint.facts[:SHORT])
    drawn = (person.name_pictures or {}) if person else {}
    name = (person.name or "") if person else ""
    try:
        fonts.printable("".join((*said, *(sign for sign in name if sign not in drawn))))
    except fonts.FontsMissing:
        return  # only letters wait for them
    except CharactersMissing as lacking:
        raise NotNow(lacking.message) from lacking


def follow_up(session: Session, complaint: Complaint, *, now: datetime) -> None:
    """Do what was put off when the form was sent; once only."""
    row_papers.make_now(session, COMPLAINT, complaint, "C01", now)
    scripts.remember(session, complaint, scripts.fingerprint(session, complaint))


@dataclass(frozen=True)
class _Before:
    """What was looked up: the complaint this form made already, a free number, how grave each code is."""

    sent: int | None
    ref: str
    severities: dict[str, int]
    today: int
    parties: list[int | None]
    """For each company the party that the register knows by this name."""
    numbers: dict[str, list[int]]


def _looked_up(
    session: Session, said: Submission, held: Mapping[str, Any], now: datetime, *, numbered: bool
) -> _Before:
    """Look everything up in one question, under a number that cannot be guessed from another one (domain 4.2)."""
    many = {"complaint": 1, "named_company": len(said.companies), "clock": 1, "outbox": 1} if numbered else {}
    until = said.conduct_to or said.conduct_from or day_of(now)
    days = (said.conduct_from or until, until)
    named = [_column(place, company, days) for place, company in enumerate(said.companies)]
    columns = [*BEFORE, *(words for words, _told in named), *fetched(many)]
    contact = (said.contact or "").strip()
    asks = {
        **held,
        "codes": list(said.codes),
        "contact": receipts.contact_hash(contact) if contact else None,
        "midnight": midnight(day_of(now)),
        **{name: value for _words, told in named for name, value in told.items()},
    }
    while True:
        ref = f"TS{day_of(now).year}-{''.join(secrets.choice(LETTERS) for _ in range(6))}"
        sent, is_taken, known, today, *more = asked_along(session, columns, asks | {"ref": ref})
        if not is_taken:
            parties, numbers = more[: len(named)], dict(zip(many, more[len(named) :], strict=True))
            return _Before(sent, ref, known or {}, today, [_only(each) for each in parties], numbers)


def _column(place: int, company: Company, days: Days) -> tuple[str, dict[str, Any]]:
    """The companies known by this name on these days, or the one somebody chose, as one column of a question."""
    if company.party_id is not None:
        return f"ARRAY[%(n{place})s::bigint]", {f"n{place}": company.party_id}
    return match_column(f"n{place}_", company.value, company.how, days)


def _only(found: Iterable[int] | None) -> int | None:
    """The party, only if exactly one bears that name."""
    parties = set(found or ())
    return parties.pop() if len(parties) == 1 else None


def _new(said: Submission, before: _Before, now: datetime) -> Complaint:
    severity = _checked(said, before.severities)
    complaint = Complaint(
        ref=before.ref,
        state="NEW",
        channel=said.channel,
        lang="en" if said.lang.startswith("en") else "zh",
        received_at=now,
        came_on=said.came_on,
        product=said.product or None,
        issue=said.issue or None,
        facts=said.facts.strip(),
        request=said.request or None,
        conduct_from=said.conduct_from,
        conduct_to=said.conduct_to,
        other_conduct=said.other_conduct,
        ticked=said.ticked,
        severity=severity,
        urgent=severity >= GRAVE,
        complainant=_person(said, now),
    )
    complaint.companies = [
        NamedCompany(kind=company.kind, how=company.how, value=company.value.strip(), party_id=party)
        for company, party in zip(said.companies, before.parties, strict=True)
        if company.value.strip()
    ]
    complaint.codes = [AllegedCode(code=code) for code in dict.fromkeys(said.codes)]
    return complaint


def _checked(said: Submission, known: Mapping[str, int]) -> int:
    """How grave the gravest allegation is; raises BadInput for an unknown channel, role or code."""
    if said.channel not in CHANNELS:
        raise BadInput("channel", _l("Say how the complaint came."))
    if said.role not in ROLES:
        raise BadInput("role", _l("Say what you have to do with the debt."))
    if unknown := set(said.codes) - known.keys():
        raise BadInput("codes", _l("There is no kind of conduct called %(code)s.", code=min(unknown)))
    return max(known.values(), default=0)


def _severities(session: Session, codes: Iterable[str]) -> dict[str, int]:
    found = session.connection().exec_driver_sql(SEVERITIES, (list(codes),), PLANNED)
    return {code: severity for code, severity in found}  # noqa: C416 - rows are no pairs to mypy


def _person(said: Submission, now: datetime) -> Complainant:
    contact = (said.contact or "").strip()
    consents = said.share_identity
    return Complainant(
        role=said.role,
        name=(said.name or "").strip() or None,
        name_pictures=said.pictures or None,
        contact=contact or None,
        contact_hash=receipts.contact_hash(contact) if contact else None,
        id_no=(said.id_no or "").strip() or None,
        share_identity=consents,
        consented_at=now if consents else None,
        consent_text=said.consent or None,
        agent_authorised=said.agent_authorised,
    )


def add_evidence(
    session: Session,
    complaint: Complaint,
    files: Sequence[EvidenceFile],
    *,
    now: datetime,
    actor: Actor | None = None,
) -> list[Evidence]:
    """Add files of the complainant; those that the institution may see get a copy without metadata."""
    added = [
        Evidence(
            complaint_id=complaint.id,
            given_by="COMPLAINANT",
            sha256=file.sha256,
            stripped_sha256=kept_files.stripped(session, file.sha256, file.name).sha256 if file.shared else None,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            shared=file.shared,
            added_at=now,
            added_by=actor.id if actor else None,
        )
        for file in files
    ]
    session.add_all(added)
    session.flush()
    return added


def bring_evidence(
    session: Session,
    complaint: Complaint,
    files: Sequence[EvidenceFile],
    *,
    actor: Actor,
    now: datetime,
) -> list[Evidence]:
    """Evidence added later, by the complainant or by staff who received it; while the complaint is open."""
    holds.hold(session, complaint)
    if not (policies.is_own(actor, complaint) or policies.may_work(actor)):
        raise NotAllowed
    if complaint.ended:
        raise NotNow(_l("This complaint has ended. You can send a new one and quote its number."))
    if not files:
        raise BadInput("files", _l("Choose at least one file."))
    added = add_evidence(session, complaint, files, now=now, actor=actor)
    noting.of_complaint(session, complaint, "evidence", actor, now, {"files": len(added)})
    if not policies.may_work(actor):
        tasks.put(
            session,
            "evidence",
            ("complaint", complaint.id, complaint.ref),
            role=tasks.whose(complaint),
            now=now,
            key=came(complaint, now),
        )
    return added


def came(complaint: Complaint, at: datetime) -> str:
    """The key of the task to look at what the complainant brought at that moment."""
    return f"evidence:{complaint.id}:{at.timestamp()}"


def verify_contact(
    session: Session, complaint: Complaint, *, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """Staff reached the person at the given contact: only verified people count as similar complaints."""
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold(session, complaint, version)
    if complaint.complainant is None or not complaint.complainant.contact:
        raise NotNow(_l("This person left no contact."))
    complaint.complainant.contact_verified_at = now
    scripts.look_again(session, complaint, now)
    noting.of_complaint(session, complaint, "contact.verified", actor, now)


def authorise(
    session: Session, complaint: Complaint, *, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """An agent has shown the written authorisation (row C07)."""
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold(session, complaint, version)
    person = complaint.complainant
    if person is None or person.role != "AGENT":
        raise NotNow(_l("Only an agent needs a written authorisation."))
    person.agent_authorised = True
    session.flush()
    noting.of_complaint(session, complaint, "agent.authorised", actor, now)


def recode(
    session: Session,
    complaint: Complaint,
    codes: Sequence[str],
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Staff correct which kinds of conduct are alleged; the severity follows."""
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold_ours(session, complaint, version)
    before = [alleged.code for alleged in complaint.codes]
    for alleged in list(complaint.codes):
        if alleged.code not in codes:
            session.delete(alleged)
            complaint.codes.remove(alleged)
    complaint.codes += [AllegedCode(code=code) for code in dict.fromkeys(codes) if code not in before]
    session.flush()
    complaint.severity = max(_severities(session, codes).values(), default=0)
    pressed = any(task.kind == "retaliation" for task in tasks.open_of(session, ("complaint", complaint.id)))
    complaint.urgent = complaint.severity >= GRAVE or pressed
    scripts.look_again(session, complaint, now)
    noting.of_complaint(session, complaint, "codes.changed", actor, now, {"codes": [before, sorted(codes)]})


def give_info(
    session: Session,
    complaint: Complaint,
    *,
    text: str,
    files: Sequence[EvidenceFile] = (),
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """What was asked for comes (row C03), by the complainant or through staff."""
    holds.hold(session, complaint, version)
    serving.answer(session, "complaint", complaint.id, actor=speaking(actor, complaint), now=now, kinds=("D02",))
    dossiers.move(Ask(session, complaint, actor, {"text": text, "files": list(files)}, now), COMPLAINT, "give_info")
    add_evidence(session, complaint, files, now=now, actor=actor)
    scripts.remember(session, complaint, scripts.fingerprint(session, complaint))
    tasks.put(session, "information", ("complaint", complaint.id, complaint.ref), role="intake", now=now)


@COMPLAINT.effect("C03")
def note_information(ask: Ask) -> None:
    """Add to the text, below the day on which it came; the masked copy has to be checked again."""
    text = str(ask.facts.get("text") or "").strip()
    if text:
        lang = lang_of(ask.it)
        came = phrase("facts.added", lang, day=day_text(ask.on, lang))
        ask.it.facts = f"{ask.it.facts}\n\n{came}\n{text}"
        ask.it.masked_facts = ask.it.masked_by = None


@COMPLAINT.effect("C05", "C06", "C07", "C20", "C23")
def was_read(ask: Ask) -> None:
    """Close what asked to be read, since whoever decides has read it; unless it is accepted, proposed terms as well."""
    done = ("information",) if ask.row is not None and ask.row.id == "C07" else ("information", "settlement")
    with ask.session.no_autoflush:  # write the complaint once, as it is after all effects
        tasks.settle(ask.session, ("complaint", ask.it.id), done, actor=ask.actor, now=ask.now)


def told_before(historic: Complaint) -> Submission:
    """What the entry of an earlier register says, as far as a new complaint can begin with it."""
    day = day_of(historic.received_at)
    return Submission(
        channel="IMPORT",
        lang=historic.lang,
        role="DEBTOR",
        companies=[Company(one.kind, one.how, one.value, one.party_id) for one in historic.companies],
        facts=historic.facts,
        product=historic.product,
        issue=historic.issue,
        conduct_from=day,
        conduct_to=day,
    )


def take_up(
    session: Session, historic: Complaint, submission: Submission, *, key: str, actor: Actor, now: datetime
) -> tuple[Complaint, str]:
    """Make a new complaint of a historic one, once, received today; the historic one stays as it is."""
    if historic.state != HISTORIC:
        raise NotNow(_l("Only a historic complaint can be taken up."))
    if not policies.may_receive(actor):
        raise NotAllowed
    holds.hold(session, historic)
    before = session.scalar(select(Complaint).where(Complaint.taken_from_id == historic.id).limit(1))
    if before is not None and before.receipt_hash != receipts.digest(receipts.code(key)):  # the same form once more
        raise NotNow(_l("It was taken up already, as %(ref)s.", ref=before.ref))
    return submit(session, submission, key=key, actor=actor, now=now, taken_from=historic)
