"""Material that an institution asks its own firm for: asked, answered, taken over into its draft, taken back."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework import erasing_cases, shared_drafts
from casework.erasing import Leaving
from casework.intake import EvidenceFile
from casework.models import Forwarding
from core import clock
from core.actors import Actor
from core.characters import LETTERS
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, raise_first, unchanged
from core.journal import Subject, note
from core.words import _l
from filestore import files as kept_files
from portal import places
from portal import policies_materials as policies
from portal.models_materials import MaterialFile, MaterialRequest
from portal.policies_materials import Matter
from registry import notifications
from registry.models_accounts import Account
from registry.models_notifications import Notification
from registry.policies import leads
from registry.queries import people_of

ONE_DAY = timedelta(days=1)
PATIENCE = timedelta(days=3)
"""How long after its day the institution is still told that nothing came."""


def ask(
    session: Session, matter: Matter, *, firm_id: int, text: str, due_on: date, actor: Actor, now: datetime
) -> MaterialRequest:
    """Ask one of the institution's firms, with a day before the institution's own."""
    today = day_of(now)
    raise_first(policies.asking(session, matter, actor, today))
    if firm_id not in {each.id for each in policies.own_firms(session, matter.party_id)}:
        raise BadInput("firm", _l("Only a firm that collects or collected for your company can be asked."))
    if not any(_reachable(person) for person in people_of(session, firm_id)):
        raise BadInput("firm", _l("Nobody of this firm has an account in the portal yet."))
    if not text.strip():
        raise BadInput("asked", _l("Write what you need from your firm."))
    raise_first(policies.day_problems(session, matter, due_on, today))
    it = MaterialRequest(
        ref=f"ZL{today:%Y}-" + "".join(secrets.choice(LETTERS) for _ in range(6)),
        subject_kind=policies.kind_of(matter),
        subject_id=matter.id,
        institution_id=matter.party_id,
        firm_id=firm_id,
        asked=text.strip(),
        due_on=due_on,
        state="OPEN",
        asked_at=now,
        asked_by=actor.id,
    )
    session.add(it)
    session.flush()
    _note(session, it, "ask", actor, now, ("-", "OPEN"), due_on=due_on.isoformat())
    _tell(session, it, firm_id, "asked")
    return it


def answer(
    session: Session,
    it: MaterialRequest,
    *,
    text: str,
    files: Sequence[EvidenceFile],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Answer as the firm, with text and files, even if late.

    That it is no longer wanted comes before that it was changed: whoever writes learns what changed.
    """
    it = _held(session, it, None)
    raise_first(policies.answering(session, it, actor))
    unchanged(it.version, version)
    if not text.strip():
        raise BadInput("text", _l("Write your answer."))
    for each in files:
        session.add(
            MaterialFile(
                request_id=it.id, sha256=each.sha256, name=each.name, media_type=each.media_type, size=each.size
            )
        )
    it.state, it.answer, it.answered_at = "ANSWERED", text.strip(), now
    session.flush()
    _note(session, it, "answer", actor, now, ("OPEN", "ANSWERED"), files=len(files))
    _tell(session, it, it.institution_id, "answered")


def withdraw(
    session: Session, it: MaterialRequest, *, why: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """Withdraw it, as the institution no longer needs it; whoever is writing is told."""
    it = _held(session, it, version)
    if not leads(actor, it.institution_id):
        raise NotAllowed(_l("Only an authorised person of your company can ask its firm."))
    if it.state != "OPEN":
        raise NotNow(_l("It was answered or taken back already."))
    it.state, it.withdrawn_at, it.withdrawn_because = "WITHDRAWN", now, why.strip()
    session.flush()
    _note(session, it, "withdraw", actor, now, ("OPEN", "WITHDRAWN"))
    _tell(session, it, it.firm_id, "withdrawn")


def take_over(
    session: Session, it: MaterialRequest, *, text: str, files: Sequence[int], actor: Actor, now: datetime
) -> None:
    """Take parts over into the institution's shared draft: text is appended, files are added, nothing is lost."""
    it = _held(session, it, None)
    if actor.party_id != it.institution_id:
        raise NotAllowed
    matter = policies.matter_of(session, it.subject_kind, it.subject_id)
    if it.state != "ANSWERED":
        raise NotNow(_l("Your firm has not answered yet."))
    if matter is None or not policies.goes_on(matter):
        raise NotNow(_l("This matter no longer waits for you; nothing needs to be asked for it."))
    chosen = [each for each in it.files if each.id in set(files)]
    if not text.strip() and not chosen:
        raise BadInput("files", _l("Choose what you take over."))
    place, field = place_of(matter)
    there = shared_drafts.find(session, place, actor=actor)
    written = "\n\n".join(part for part in (str(there.fields.get(field, "")), text.strip()) if part)
    known = {each["sha256"] for each in there.files if not each.get("of")}  # a stamped answer is a part of its own
    fresh = [
        {"sha256": each.sha256, "name": each.name, "media_type": each.media_type, "size": each.size, "of": ""}
        for each in chosen
        if each.sha256 not in known
    ]
    if len(there.files) + len(fresh) > kept_files.AT_ONCE:
        raise BadInput("files", _l("At most %(most)s files can be sent together.", most=kept_files.AT_ONCE))
    fields = {**there.fields, field: written}
    given: dict[str, Any] = {"seen": there.number, "actor": actor, "now": now}
    shared_drafts.keep(session, place, fields=fields, files=[*there.files, *fresh], **given)
    it.taken_at, it.put_aside_at = it.taken_at or now, None
    session.flush()
    _note(session, it, "take_over", actor, now, ("ANSWERED", "ANSWERED"), files=len(fresh))


def put_aside(session: Session, it: MaterialRequest, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Put the answer aside, as nothing in it is needed: it leaves the inbox, but can still be read and taken over."""
    it = _held(session, it, version)
    if actor.party_id != it.institution_id:
        raise NotAllowed
    if it.state != "ANSWERED":
        raise NotNow(_l("Your firm has not answered yet."))
    it.put_aside_at = now
    session.flush()
    _note(session, it, "put_aside", actor, now, ("ANSWERED", "ANSWERED"))


def place_of(matter: Matter) -> tuple[str, str]:
    """The draft of the institution's own answer, and its field for the association."""
    if isinstance(matter, Forwarding):
        return places.answer(matter), "to_association"
    return places.explanation(matter), "text"


def remind(session: Session, today: date) -> int:
    """Every day: remind the firm the day before and on the day, the institution once it has passed; one mail each."""
    asked = select(MaterialRequest).where(MaterialRequest.state == "OPEN")
    asked = asked.where(MaterialRequest.due_on >= today - PATIENCE, MaterialRequest.due_on <= today + ONE_DAY)
    told = 0
    for it in session.scalars(asked.order_by(MaterialRequest.id)):
        if not policies.is_wanted(session, it):
            continue
        if it.due_on < today:
            _tell(session, it, it.institution_id, "late")
        else:
            _tell(session, it, it.firm_id, "due", "due_today" if it.due_on == today else "")
        told += 1
    return told


@notifications.on_telling
def still_so(session: Session, _person: Account, found: list[Notification], now: datetime) -> list[Notification]:
    """Reminders still worth sending: the material is still needed, and the day has not passed since."""

    def stands(it: Notification) -> bool:
        number, _colon, what = it.key.removeprefix("material:").partition(":")
        if it.event not in {"material_due", "material_late"}:
            return True
        asked = session.get_one(MaterialRequest, int(number))
        return policies.is_wanted(session, asked) and (asked.due_on < day_of(now)) == (what == "late")

    return [each for each in found if stands(each)]


def _held(session: Session, it: MaterialRequest, version: int | None) -> MaterialRequest:
    mine = select(MaterialRequest).where(MaterialRequest.id == it.id).with_for_update()
    it = session.scalars(mine, execution_options={"populate_existing": True}).one()
    unchanged(it.version, version)
    return it


def _note(
    session: Session,
    it: MaterialRequest,
    what: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str],
    **changes: str | int,
) -> None:
    note(session, Subject("material", it.id, it.ref), what, actor, now, states, changes)


def _reachable(person: object) -> bool:
    """Who has not come in yet is told nothing."""
    return "lead" in person.role_words and person.locked_at is None and not person.invited  # type: ignore[attr-defined]


def _tell(session: Session, it: MaterialRequest, party_id: int, what: str, once: str = "") -> None:
    """Tell the people of one side, as each of them chose; the same thing (`once`, or `what`) only once."""
    key = f"material:{it.id}:{once or what}"
    notifications.tell_party(session, party_id, f"material_{what}", key=key, now=clock.now())


def forget(session: Session, leaving: Leaving) -> set[str]:
    """Erase, with a complaint, what institution and firm wrote to each other about it, and the files."""
    return _forget(session, "forwarding", leaving.of("forwarding"))


def forget_case(session: Session, leaving: erasing_cases.Leaving) -> set[str]:
    """Erase, with a case, what institution and firm wrote to each other about its tracks, and the files."""
    return _forget(session, "track", leaving.tracks)


def _forget(session: Session, kind: str, about: Sequence[int]) -> set[str]:
    mine = (MaterialRequest.subject_kind == kind, MaterialRequest.subject_id.in_(about))
    asked = session.scalars(select(MaterialRequest).where(*mine)).all()
    numbers = [each.id for each in asked]
    for each in asked:
        each.asked, each.answer, each.withdrawn_because = "", None, None
    shared_drafts.forget(session, "material", numbers)
    files = delete(MaterialFile).where(MaterialFile.request_id.in_(numbers)).returning(MaterialFile.sha256)
    return set(session.scalars(files))
