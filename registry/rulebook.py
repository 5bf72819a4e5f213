"""The rulebook: violation codes, the provisions they cite on a day, and who verified them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import journal
from core.actors import Actor
from core.errors import BadInput, Changed, NotAllowed, NotNow, Unavailable
from core.words import _l
from registry import policies, settings
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite


def violations(session: Session, *, retired: bool = False) -> Sequence[Violation]:
    """List the codes in their order; retired ones only where asked for."""
    asked = select(Violation).order_by(Violation.family, Violation.code)
    return session.scalars(asked if retired else asked.where(Violation.retired.is_(False))).all()


def violation(session: Session, code: str) -> Violation | None:
    """Find a code."""
    return session.get(Violation, code)


def provisions_for(session: Session, code: str, day: date) -> list[Provision]:
    """List the provisions a code cites that were in force on the day of the conduct."""
    return list(
        session.scalars(
            select(Provision)
            .join(ViolationCite, ViolationCite.provision_id == Provision.id)
            .where(ViolationCite.violation_code == code, Provision.effective_from <= day)
            .where(or_(Provision.effective_to.is_(None), Provision.effective_to >= day))
            .order_by(Provision.instrument_id, Provision.clause, Provision.id),
        ),
    )


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
                    day=day.isoformat(),
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
    _same(provision.version, version)
    if provision.verified_at is not None:
        raise NotNow(_l("This provision is already verified."))
    provision.verified_by, provision.verified_at = actor.id, now
    _note(session, provision, "verify", actor, now, ("UNVERIFIED", "VERIFIED"), None)


def add_provision(  # noqa: PLR0913 - each value is named
    session: Session,
    *,
    actor: Actor,
    instrument: Instrument,
    clause: str,
    title_zh: str,
    title_en: str,
    effective_from: date,
    now: datetime,
    effective_to: date | None = None,
    summary_zh: str = "",
    summary_en: str = "",
) -> Provision:
    """Enter a provision, or a new version of one, unverified."""
    _may_keep(actor)
    if effective_to is not None and effective_to < effective_from:
        raise BadInput("effective_to", _l("The last day lies before the first."))
    there = select(Provision.id).where(
        Provision.instrument_id == instrument.id,
        Provision.clause == clause.strip(),
        Provision.effective_from == effective_from,
    )
    if session.scalar(there) is not None:
        raise BadInput("clause", _l("This clause is already entered from that day."))
    provision = Provision(
        instrument_id=instrument.id,
        clause=clause.strip(),
        title_zh=title_zh.strip(),
        title_en=title_en.strip(),
        summary_zh=summary_zh.strip(),
        summary_en=summary_en.strip(),
        effective_from=effective_from,
        effective_to=effective_to,
    )
    session.add(provision)
    session.flush()
    _note(session, provision, "add", actor, now, ("NEW", "UNVERIFIED"), None)
    return provision


def change_provision(
    session: Session,
    provision: Provision,
    *,
    actor: Actor,
    version: int | None,
    summary_zh: str,
    summary_en: str,
    effective_to: date | None,
    now: datetime,
) -> None:
    """Correct what we say of a provision, or its end; it must be verified again."""
    _may_keep(actor)
    _same(provision.version, version)
    if effective_to is not None and effective_to < provision.effective_from:
        raise BadInput("effective_to", _l("The last day lies before the first."))
    before = {"summary_zh": provision.summary_zh, "effective_to": str(provision.effective_to)}
    was = "VERIFIED" if provision.verified_at else "UNVERIFIED"
    provision.summary_zh, provision.summary_en = summary_zh.strip(), summary_en.strip()
    provision.effective_to = effective_to
    provision.verified_by = provision.verified_at = None
    _note(session, provision, "change", actor, now, (was, "UNVERIFIED"), {"before": before})


def retire(session: Session, found: Violation, *, actor: Actor, version: int | None, retired: bool) -> None:
    """Take a code out of the choices, or back; what cites it stays."""
    _may_keep(actor)
    _same(found.version, version)
    found.retired = retired
    session.flush()


def _may_keep(actor: Actor) -> None:
    if not policies.may_keep_rulebook(actor):
        raise NotAllowed


def _same(there: int, version: int | None) -> None:
    if version is not None and version != there:
        raise Changed


def _note(
    session: Session,
    provision: Provision,
    what: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str],
    changes: dict[str, Any] | None,
) -> None:
    journal.write(
        session,
        subject=("provision", provision.id),
        row=f"provision.{what}",
        ref=f"{provision.instrument_id}/{provision.clause}",
        actor=actor,
        now=now,
        states=states,
        changes=changes,
    )
