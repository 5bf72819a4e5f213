"""What a new installation starts with: its mode, settings, rulebook; sown again, it adds only what is missing."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import restored
from core.errors import Unavailable
from core.words import _l
from registry import calendar
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite
from registry.models_settings import Installation, Setting
from registry.seeds_rulebook import INSTRUMENTS, PROVISIONS, VIOLATIONS
from registry.seeds_settings import settings


def sow(session: Session, *, mode: str, now: datetime) -> None:
    """Fix the mode at first set-up, and put in every seed that is not there; nothing is overwritten."""
    installed = session.get(Installation, 1)
    if installed is None:
        first_run = now if mode == "demonstration" else None
        session.add(Installation(id=1, mode=mode, first_run_at=first_run))
        restored.put_in_use(session, now)
    elif installed.mode != mode:
        raise Unavailable(
            _l("This database was set up in another mode (ZILU_MODE), and the mode of a database is never changed."),
        )
    _settings(session, mode)
    _rulebook(session)
    calendar.seed(session, now)
    session.flush()


def _settings(session: Session, mode: str) -> None:
    there = set(session.scalars(select(Setting.key)))
    session.add_all(
        Setting(key=seed.key, value=seed.value, unit=seed.unit, meaning=seed.en, meaning_zh=seed.zh, basis=seed.basis)
        for seed in settings(mode)
        if seed.key not in there
    )


def _rulebook(session: Session) -> None:
    instruments = {found.key: found for found in session.scalars(select(Instrument))}
    new = {seed.key for seed in INSTRUMENTS} - instruments.keys()
    for seed in INSTRUMENTS:
        if seed.key in new:
            instruments[seed.key] = Instrument(
                key=seed.key,
                title_zh=seed.zh,
                title_en=seed.en,
                issuer=seed.issuer,
                issued_on=seed.issued_on,
                in_force_on=seed.in_force_on,
                replaced_on=seed.replaced_on,
                note=seed.note,
            )
            session.add(instruments[seed.key])
    session.flush()
    _violations(session, _provisions(session, instruments, new))


def _provisions(
    session: Session, instruments: dict[str, Instrument], new: Collection[str]
) -> dict[tuple[str, str], Provision]:
    """Those of new instruments, and what new codes cite: one that is lacking besides was corrected, and stands so."""
    codes = set(session.scalars(select(Violation.code)))
    cited = {cite for seed in VIOLATIONS if seed.code not in codes for cite in seed.cites}
    keys = {found.id: key for key, found in instruments.items()}
    there = {(keys[found.instrument_id], found.clause): found for found in session.scalars(select(Provision))}
    for seed in PROVISIONS:
        instrument = instruments[seed.instrument]
        wanted = seed.instrument in new or (seed.instrument, seed.clause) in cited
        if wanted and (seed.instrument, seed.clause) not in there and instrument.in_force_on is not None:
            there[seed.instrument, seed.clause] = Provision(
                instrument_id=instrument.id,
                clause=seed.clause,
                title_zh=seed.zh,
                title_en=seed.en,
                summary_zh=seed.says_zh,
                summary_en=seed.says_en,
                effective_from=instrument.in_force_on,
                effective_to=instrument.replaced_on,
            )
            session.add(there[seed.instrument, seed.clause])
    session.flush()
    return there


def _violations(session: Session, provisions: dict[tuple[str, str], Provision]) -> None:
    there = set(session.scalars(select(Violation.code)))
    for seed in VIOLATIONS:
        if seed.code in there:
            continue
        session.add(Violation(code=seed.code, zh=seed.zh, en=seed.en, severity=seed.severity, family=seed.code[2]))
        session.flush()
        for cite in seed.cites:
            session.add(ViolationCite(violation_code=seed.code, provision_id=provisions[cite].id))
