"""The rulebook: violation codes, the provisions they cite on a day, and who verified them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import days
from core.actors import Actor
from core.at_hand import at_hand
from core.errors import BadInput, NotAllowed, NotNow, Unavailable, unchanged
from core.journal import Subject, note
from core.plainly import in_words
from core.planned import Written
from core.words import _l
from registry import policies, settings
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite

ADDRESSED: Final = {
    "CBA2026": _l(
        "This guide addresses financial institutions, banks first: look whether the company is one before it is cited."
    ),
}
"""Instruments that do not bind everybody, with what to look at before one is cited."""
CHANGED = ("clause", "title_zh", "title_en", "summary_zh", "effective_from", "effective_to")
"""What a correction of a provision may touch; kept in the journal as it was."""


class Wording(NamedTuple):
    """How a provision is cited, what we say of it, and its days."""

    clause: str
    title_zh: str
    title_en: str
    effective_from: date
    effective_to: date | None = None
    summary_zh: str = ""
    summary_en: str = ""


def violations(session: Session) -> Sequence[Violation]:
    """List the codes in their order, the retired ones as well: what was alleged keeps its name."""
    return session.scalars(select(Violation).order_by(Violation.family, Violation.code)).all()


def names(session: Session) -> Sequence[Any]:
    """Every code with its names in Chinese and English, and whether it is retired."""
    return NAMES.rows(session)


NAMES: Final = Written(
    lambda: select(Violation.code, Violation.zh, Violation.en, Violation.retired).order_by(
        Violation.family, Violation.code
    )
)


def violation(session: Session, code: str) -> Violation | None:
    """Find a code."""
    return session.get(Violation, code)


def by_code(session: Session, codes: Collection[str]) -> dict[str, Violation]:
    """The violations with these codes, as far as there are such, by code; in one query."""
    return {each.code: each for each in session.scalars(select(Violation).where(Violation.code.in_(codes)))}


def provisions_for(session: Session, code: str, day: date) -> list[Provision]:
    """List the provisions a code cites that were in force on the day of the conduct."""
    if (cites := at_hand(session, ViolationCite, "violation_code", code)) is not None:
        cited = (session.get_one(Provision, each.provision_id) for each in cites)
        found = [each for each in cited if policies.was_in_force(each, day)]
        return sorted(found, key=lambda each: (each.instrument_id, each.clause, each.id))
    return list(
        session.scalars(
            select(Provision)
            .join(ViolationCite, ViolationCite.provision_id == Provision.id)
            .join(Instrument, Instrument.id == Provision.instrument_id)
            .where(ViolationCite.violation_code == code, Provision.effective_from <= day)
            .where(or_(Provision.effective_to.is_(None), Provision.effective_to >= day))
            .where(or_(Instrument.in_force_on.is_(None), Instrument.in_force_on <= day))
            .where(or_(Instrument.replaced_on.is_(None), Instrument.replaced_on >= day))
            .order_by(Provision.instrument_id, Provision.clause, Provision.id),
        ),
    )


def looked_at_first(cited: Iterable[Provision]) -> list[Any]:
    """What is to be looked at before these are cited against a company, each once."""
    keys = dict.fromkeys(each.instrument.key for each in cited)
    return [ADDRESSED[key] for key in keys if key in ADDRESSED]


def provisions(session: Session) -> Sequence[Provision]:
    """List all provisions."""
    return session.scalars(select(Provision).order_by(Provision.instrument_id, Provision.clause, Provision.id)).all()


def instruments(session: Session) -> Sequence[Instrument]:
    """List all instruments."""
    return session.scalars(select(Instrument).order_by(Instrument.id)).all()


def require_citable(session: Session, cited: Iterable[Provision], day: date) -> None:
    """Refuse a provision not in force on the day, and in production one that nobody has verified (I-09)."""
    demonstration = settings.is_demonstration(session)
    for provision in cited:
        if not policies.was_in_force(provision, day):
            raise NotNow(
                _l(
                    "%(provision)s was not in force on %(day)s, the day of the conduct.",
                    provision=provision.cited(),
                    day=in_words(day),
                ),
            )
        if provision.verified_at is None and not demonstration:
            raise Unavailable(
                _l(
                    "%(provision)s has not been verified against its text, so it can't be cited.",
                    provision=provision.cited(),
                ),
            )


def verify(session: Session, provision: Provision, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Say that a provision was compared with its official text."""
    if not policies.may_verify(actor) or actor.id is None:
        raise NotAllowed
    unchanged(provision.version, version)
    if provision.verified_at is not None:
        raise NotNow(_l("This provision is already verified."))
    provision.verified_by, provision.verified_at = actor.id, now
    said = {"clause": provision.clause, "from": provision.effective_from.isoformat()}
    _note(session, provision, "verify", actor, now, ("UNVERIFIED", "VERIFIED"), said)


def add_provision(
    session: Session, instrument: Instrument, wording: Wording, *, actor: Actor, now: datetime
) -> Provision:
    """Enter a provision, or a new version of one, unverified."""
    require_keeper(actor)
    provision = Provision(instrument_id=instrument.id)
    _word(session, provision, wording)
    session.add(provision)
    session.flush()
    _note(session, provision, "add", actor, now, ("NEW", "UNVERIFIED"), None)
    return provision


def change_provision(
    session: Session, provision: Provision, wording: Wording, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Correct how a provision is cited, what we say of it, or its days; it must be verified again."""
    require_keeper(actor)
    unchanged(provision.version, version)
    before = {name: str(getattr(provision, name)) for name in CHANGED}
    was = "VERIFIED" if provision.verified_at else "UNVERIFIED"
    _word(session, provision, wording)
    provision.verified_by = provision.verified_at = None
    _note(session, provision, "change", actor, now, (was, "UNVERIFIED"), {"before": before})


def _word(session: Session, provision: Provision, wording: Wording) -> None:
    """Give a provision its words and days, where no other version of the clause begins with it."""
    days.in_order(wording.effective_from, wording.effective_to, "effective_to")
    same = select(Provision.id).where(
        Provision.instrument_id == provision.instrument_id,
        Provision.clause == wording.clause.strip(),
        Provision.effective_from == wording.effective_from,
    )
    if any(number != provision.id for number in session.scalars(same)):
        raise BadInput("clause", _l("This clause is already entered from that day."))
    for name, value in wording._asdict().items():
        setattr(provision, name, value.strip() if isinstance(value, str) else value)


def retire(
    session: Session, found: Violation, *, actor: Actor, version: int | None, retired: bool, now: datetime
) -> None:
    """Take a code out of the choices, or back; what cites it stays."""
    require_keeper(actor)
    unchanged(found.version, version)
    found.retired = retired
    session.flush()
    states = ("OFFERED", "RETIRED") if retired else ("RETIRED", "OFFERED")
    note_of(session, found.code, "retire" if retired else "restore", actor, now, states)


def require_keeper(actor: Actor) -> None:
    """Refuse whoever does not keep the rulebook."""
    if not policies.may_keep_rulebook(actor):
        raise NotAllowed


def _note(
    session: Session,
    provision: Provision,
    what: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str],
    changes: dict[str, Any] | None,
) -> None:
    about = Subject("provision", provision.id, f"{provision.instrument_id}/{provision.clause}")
    note(session, about, what, actor, now, states, changes)


def note_of(
    session: Session,
    code: str,
    what: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str],
    changes: dict[str, Any] | None = None,
) -> None:
    """Note what happened to a violation code; its number in the journal is its letter and its digits."""
    number = ord(code[2]) * 100 + int(code[3:])
    note(session, Subject("violation", number, code), what, actor, now, states, changes)
