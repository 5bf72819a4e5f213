"""Keeping the rulebook: instruments with their days in force, violation codes and the provisions they cite."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from core import days
from core.actors import Actor
from core.errors import BadInput, NotNow, unchanged
from core.journal import Subject, note
from core.words import _l
from registry import rulebook
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite

PROCEDURE = "P"
"""The family of codes that arise from the procedure: no answer, retaliation and the like."""
MOST_SEVERE = 5


@dataclass(frozen=True)
class About:
    """What is said of an instrument."""

    title_zh: str
    title_en: str
    issuer: str
    issued_on: date | None
    in_force_on: date | None
    replaced_on: date | None
    note: str

    def problem(self) -> BadInput | None:
        """What can't be right."""
        if not self.title_zh.strip() or not self.title_en.strip():
            return BadInput("title_zh", _l("An instrument has a title in both languages."))
        if self.in_force_on and self.replaced_on and self.replaced_on < self.in_force_on:
            return BadInput("replaced_on", days.BACKWARDS)
        return None


def add_instrument(session: Session, *, key: str, about: About, actor: Actor, now: datetime) -> Instrument:
    """Enter a convention, standard or law."""
    rulebook.require_keeper(actor)
    named = key.strip().upper()
    if session.scalar(select(Instrument.id).where(Instrument.key == named)) is not None:
        raise BadInput("key", _l("This key is taken."))
    if (problem := about.problem()) is not None:
        raise problem
    made = Instrument(key=named, **_plain(about))
    session.add(made)
    session.flush()
    note(session, Subject("instrument", made.id, made.key), "add", actor, now, ("NEW", "ENTERED"))
    return made


def change_instrument(
    session: Session, found: Instrument, *, about: About, actor: Actor, version: int | None, now: datetime
) -> None:
    """Correct an instrument, or say that it is replaced; where its days change, its clauses are verified again."""
    rulebook.require_keeper(actor)
    unchanged(found.version, version)
    if (problem := about.problem()) is not None:
        raise problem
    before = {name: str(getattr(found, name)) for name in _plain(about)}
    moved = (found.in_force_on, found.replaced_on) != (about.in_force_on, about.replaced_on)
    for name, value in _plain(about).items():
        setattr(found, name, value)
    if moved:
        for each in session.scalars(select(Provision).where(Provision.instrument_id == found.id)):
            each.verified_by = each.verified_at = None
            flag_modified(each, "verified_at")  # whoever has one before him compared it with other days
    session.flush()
    about_it, states = Subject("instrument", found.id, found.key), ("ENTERED", "ENTERED")
    note(session, about_it, "change", actor, now, states, {"before": before})


def _plain(about: About) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in vars(about).items()}


def add_violation(
    session: Session,
    *,
    code: str,
    zh: str,
    en: str,
    severity: int,
    provision: Provision,
    actor: Actor,
    now: datetime,
) -> Violation:
    """Enter a code of the association's own, with the first provision it breaches."""
    rulebook.require_keeper(actor)
    named = code.strip().upper()
    _free_code(session, named)
    for field, text in (("zh", zh), ("en", en)):
        if not text.strip():
            raise BadInput(field, _l("A code has a name in both languages."))
    if not 1 <= severity <= MOST_SEVERE:
        raise BadInput("severity", _l("The severity is a number from 1 to 5."))
    made = Violation(code=named, zh=zh.strip(), en=en.strip(), severity=severity, family=named[2])
    session.add(made)
    session.flush()
    session.add(ViolationCite(violation_code=named, provision_id=provision.id))
    session.flush()
    said = {"zh": made.zh, "en": made.en, "severity": severity, "provision": provision.cited()}
    rulebook.note_of(session, named, "add", actor, now, ("NEW", "OFFERED"), said)
    return made


def _free_code(session: Session, code: str) -> None:
    if not re.fullmatch(r"V-[A-Z][0-9]{2}", code, re.ASCII):
        raise BadInput("code", _l("A code is V, a hyphen, a letter for its family and two digits, such as V-X01."))
    if code[2] == PROCEDURE:
        raise BadInput("code", _l("Codes of family P are noted by the procedure itself: take another letter."))
    if session.get(Violation, code) is not None:
        raise BadInput("code", _l("This code is taken, also where it is retired."))


def cite(
    session: Session, found: Violation, provision: Provision, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """From now on the code cites this provision, for conduct on days when it was in force."""
    rulebook.require_keeper(actor)
    unchanged(found.version, version)
    if session.get(ViolationCite, (found.code, provision.id)) is not None:
        raise BadInput("provision", _l("This code cites the provision already."))
    session.add(ViolationCite(violation_code=found.code, provision_id=provision.id))
    session.flush()
    said = {"provision": provision.cited()}
    rulebook.note_of(session, found.code, "cite", actor, now, ("OFFERED", "OFFERED"), said)


def uncite(
    session: Session, found: Violation, provision: Provision, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """The code no longer cites it; a code that nothing supports any more can't be found established.

    The code is held: of two who take its last two provisions out at once, the second finds that one is left.
    """
    rulebook.require_keeper(actor)
    session.refresh(found, with_for_update=True)
    unchanged(found.version, version)
    cited = session.scalars(select(ViolationCite).where(ViolationCite.violation_code == found.code)).all()
    gone = next((each for each in cited if each.provision_id == provision.id), None)
    if gone is None:
        raise BadInput("provision", _l("This code does not cite the provision."))
    if len(cited) == 1:
        raise NotNow(_l("A code cites at least one provision: name the new one first, or retire the code."))
    session.delete(gone)
    session.flush()
    said = {"provision": provision.cited()}
    rulebook.note_of(session, found.code, "uncite", actor, now, ("OFFERED", "OFFERED"), said)


def cited_by(session: Session, found: Violation) -> list[Provision]:
    """What a code cites, in force or not."""
    asked = select(Provision).join(ViolationCite, ViolationCite.provision_id == Provision.id)
    asked = asked.where(ViolationCite.violation_code == found.code)
    return list(session.scalars(asked.order_by(Provision.instrument_id, Provision.clause, Provision.id)))
