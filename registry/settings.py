"""Settings: what counts days, points, majorities or months, with its basis; production refuses the unconfirmed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import KEPT
from core.errors import BadInput, Changed, NotAllowed, NotNow, Refused, Unavailable, raise_first, unchanged
from core.journal import Subject, note
from core.words import _, _l, kept_in_both
from registry.models_settings import Installation, Setting
from registry.policies import may_keep_settings
from registry.seeds_settings import ASSOCIATION
from registry.settings_bounds import require_between, require_bounds
from registry.settings_known import Said, known, one_at_a_time
from registry.settings_shapes import Json, as_written, require_shape

HEARD: Final = "settings.heard"
PREFIX: Final = "ASSOCIATION.prefix"
SERIES: Final = "SERIES.word"
IN_NUMBERS: Final = (PREFIX, SERIES)
"""What stands in every number that goes out."""
OF_TWO_PEOPLE: Final = frozenset({"SEAL_MODE", "APPROVAL_CHAIN", "RETENTION_YEARS", *IN_NUMBERS})


def fixed_mode(session: Session) -> str | None:
    """The mode in the database; None before the first set-up."""
    return known(session).mode


def mode(session: Session) -> str:
    """The mode fixed at first set-up; before it, the strict one."""
    return fixed_mode(session) or "production"


def is_demonstration(session: Session) -> bool:
    """Whether every page and document says 演示."""
    return mode(session) == "demonstration"


def setting(session: Session, key: str) -> Setting:
    """Find a setting by its key; a key per kind (`SEAL_MODE.D17`) falls back on the general one.

    One transaction asks the database once for each key: a move asks for the same ones many times.
    """
    kept: dict[object, Any] = session.info.get(KEPT, {})
    if (at_hand := kept.get(("setting", key))) is not None:
        return cast("Setting", at_hand)
    found = kept["setting", key] = _find(session, key)
    return found


def _find(session: Session, key: str) -> Setting:
    keys = [key, key.split(".", maxsplit=1)[0]]
    found = {row.key: row for row in session.scalars(select(Setting).where(Setting.key.in_(keys)))}
    if key in found:
        return found[key]
    if keys[1] in found and not _is_clock(keys[1]):
        return found[keys[1]]
    message = f"no setting is called {key}"
    raise LookupError(message)


def said(session: Session, key: str) -> Said:
    """How a setting stands, to be read only; a key per kind falls back as in `setting`."""
    rows, general = known(session).rows, key.split(".", maxsplit=1)[0]
    found = rows.get(key) or (rows.get(general) if not _is_clock(general) else None)
    if found is None:
        message = f"no setting is called {key}"
        raise LookupError(message)
    if (asked := session.info.get(HEARD)) is not None:
        asked.add(found.key)
    return found


@contextmanager
def heard(session: Session) -> Iterator[set[str]]:
    """Which settings are asked meanwhile: what is made of their values can say on which it rests."""
    before: set[str] | None = session.info.get(HEARD)
    asked = session.info[HEARD] = set[str]()
    try:
        yield asked
    finally:
        if before is None:
            session.info.pop(HEARD)
        else:
            session.info[HEARD] = before | asked


def _is_clock(key: str) -> bool:
    return key.startswith("K") and key[1:].isdigit()


def value(session: Session, key: str) -> Json:
    """What a setting says."""
    return deepcopy(said(session, key).value)


def days(session: Session, key: str) -> int:
    """Give the length of a clock in its own unit."""
    return int(value(session, key))


def snapshot(session: Session, *keys: str) -> dict[str, Any]:
    """Copy settings with their basis, to be kept with the thing they govern."""
    found = {key: said(session, key) for key in keys}
    return {
        key: {"value": deepcopy(row.value), "unit": row.unit, "basis": row.basis, "confirmed": row.is_confirmed}
        for key, row in found.items()
    }


def association(session: Session) -> dict[str, str]:
    """What stands on every document about the association; empty words where nothing was entered yet."""
    rows = known(session).rows
    return {key: str(rows[row].value or "") if (row := f"ASSOCIATION.{key}") in rows else "" for key in ASSOCIATION}


def rests_on(session: Session, key: str) -> bool:
    """Whether something may rest on a setting: in production on a confirmed one alone."""
    if is_demonstration(session):
        return True
    row = said(session, key)
    return row.is_confirmed and row.value not in (None, "")


def require(session: Session, *keys: str) -> None:
    """Refuse, in production, what rests on a setting that nobody has confirmed."""
    for key in keys:
        if not rests_on(session, key):
            row = said(session, key)
            raise Unavailable(
                _l(
                    "The association has not confirmed the setting %(key)s (%(meaning)s), so this can't be done yet.",
                    key=key,
                    meaning=kept_in_both(row.meaning, row.meaning_zh),
                ),
            )


def state(row: Setting) -> str:
    """Whether the association has decided what was laid down last."""
    return "CONFIRMED" if row.confirmed_at else "LAID_DOWN"


def unconfirmed(session: Session) -> list[Setting]:
    """Everything that the go-live check still wants confirmed."""
    return list(session.scalars(select(Setting).where(Setting.confirmed_at.is_(None)).order_by(Setting.key)))


def change(
    session: Session,
    row: Setting,
    *,
    actor: Actor,
    value: Json,
    basis: str,
    version: int | None,
    now: datetime,
) -> None:
    """Lay down a new value with its basis; until somebody confirms it, what counted goes on counting."""
    _may_change(actor)
    one_at_a_time(session)
    unchanged(row.version, version)
    if not basis.strip():
        raise BadInput("basis", _l("Say what this value rests on: rule, meeting and date."))
    value = as_written(row.key, value)
    _same_kind(row, value)
    require_bounds(session, row.key, row.unit, value)
    before, was = {"value": row.value, "basis": row.basis}, state(row)
    if row.in_force is None and row.value is not None:
        row.in_force = before | {"confirmed": row.confirmed_at is not None}
    row.value, row.basis = value, basis.strip()
    row.laid_down_by, row.confirmed_by, row.confirmed_at = actor.id, None, None
    _note(session, row, "change", actor, now, was, {"before": before, "after": {"value": value, "basis": row.basis}})


def lay_down(
    session: Session,
    key: str,
    value: Json,
    *,
    like: str,
    meaning: tuple[str, str],
    basis: str,
    actor: Actor,
    now: datetime,
) -> Setting:
    """Give one kind a value of its own beside the general one (`like`), which counts until somebody confirms it."""
    _may_change(actor)
    if session.scalar(select(Setting.id).where(Setting.key == key)):
        raise Changed
    general = setting(session, like)
    english, chinese = meaning
    row = Setting(key=key, value=general.value, unit=general.unit, meaning=english, meaning_zh=chinese, basis="")
    row.in_force = {}
    session.add(row)
    session.flush()
    session.info.pop(KEPT, None)
    change(session, row, actor=actor, value=value, basis=basis, version=None, now=now)
    return row


def confirm(
    session: Session, row: Setting, *, actor: Actor, version: int | None, now: datetime, basis: str = ""
) -> None:
    """Say that the association has decided this value, and where: rule, meeting, day."""
    _require_decidable(row, actor)
    one_at_a_time(session)
    unchanged(row.version, version)
    _require_beside(session, row)
    _confirm(session, row, actor, now, basis)


def _require_decidable(row: Setting, actor: Actor) -> None:
    raise_first(refusals_to_confirm(actor, row))
    if row.value in (None, ""):
        raise NotNow(_l("This setting has no value yet."))


def _confirm(session: Session, row: Setting, actor: Actor, now: datetime, basis: str) -> None:
    before, was = row.basis, state(row)
    row.basis = basis.strip() or row.basis
    row.confirmed_by, row.confirmed_at, row.in_force = actor.id, now, None
    changed = {"before": {"basis": before}, "after": {"basis": row.basis}} if row.basis != before else None
    _note(session, row, "confirm", actor, now, was, changed)


def confirm_all(session: Session, seen: Mapping[str, int], *, basis: str, actor: Actor, now: datetime) -> int:
    """Say of several values at once that the association decided them, on one basis; each as it was seen (version)."""
    _may_change(actor)
    if not seen:
        raise BadInput("keys", _l("Choose at least one setting."))
    if not basis.strip():
        raise BadInput("basis", _l("Say what these values rest on: rule, meeting and date."))
    one_at_a_time(session)
    found = [row for row in unconfirmed(session) if row.version == seen.get(row.key)]
    if others := sorted(set(seen) - {row.key for row in found}):
        raise BadInput(
            "keys",
            _l(
                "Since you opened this page these have changed: %(keys)s. Nothing was confirmed: look at them and "
                "choose anew.",
                keys=str(_(", ")).join(others),
            ),
        )
    for row in found:
        _require_decidable(row, actor)
        _confirm(session, row, actor, now, basis)
    for row in found:  # only now each counts beside the others
        _require_beside(session, row)
    return len(found)


def _require_beside(session: Session, row: Setting) -> None:
    """Refuse to confirm a value beside which another one that counts could not stand."""
    try:
        require_between(session, row.key, row.value, counting=True)
    except BadInput as refused:
        raise NotNow(refused.message) from None


def association_version(session: Session) -> int:
    """Which version of these data it is: that of all of them together."""
    keys = [f"ASSOCIATION.{key}" for key in ASSOCIATION]
    return session.scalar(select(func.sum(Setting.version)).where(Setting.key.in_(keys))) or 0


def enter_association(
    session: Session, data: Mapping[str, str], *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Put in, at the first run or later, what stands on every document; whoever enters it confirms it.

    Later another prefix of their numbers is only laid down here: a second administrator confirms it.
    """
    _may_change(actor)
    one_at_a_time(session)
    unchanged(association_version(session), version)
    stands, first = association(session)["prefix"], waiting_for_first_run(session)
    for key in ASSOCIATION:
        said = data.get(key, "").strip()
        if not said:
            raise BadInput(key, _l("This stands on every document: fill it in."))
        row = setting(session, f"ASSOCIATION.{key}")
        if said != (stands if row.key == PREFIX else row.value):
            try:
                require_shape(row.key, said)
            except BadInput as refused:
                raise BadInput(key, refused.message) from None
        if row.key == PREFIX and not first:
            if said != stands:
                change(session, row, actor=actor, value=said, basis=row.basis, version=None, now=now)
            continue
        if row.value != said or row.confirmed_at is None:
            was = state(row)
            row.value, row.confirmed_by, row.confirmed_at, row.in_force = said, actor.id, now, None
            _note(session, row, "confirm", actor, now, was, {"after": {"value": said}})
    installed = session.get_one(Installation, 1)
    installed.first_run_at = installed.first_run_at or now


def prefix_that_waits(session: Session) -> str | None:
    """Another first word of numbers, which a second administrator has still to confirm."""
    row = setting(session, PREFIX)
    return str(row.value) if row.in_force is not None else None


def waiting_for_first_run(session: Session) -> bool:
    """Whether the association's own data are still missing."""
    return session.scalar(select(Installation.first_run_at)) is None


def of_two_people(row: Setting) -> bool:
    """Whether a second administrator confirms it: how documents are sealed, numbered, approved, when files go."""
    return not OF_TWO_PEOPLE.isdisjoint({row.key, row.key.partition(".")[0]})


def to_confirm(session: Session, actor: Actor) -> list[Setting]:
    """What somebody laid down, takes two people and waits for this one as the second."""
    laid_down = (row for row in unconfirmed(session) if of_two_people(row) and row.laid_down_by is not None)
    return [row for row in laid_down if not list(refusals_to_confirm(actor, row))]


def refusals_to_confirm(actor: Actor, row: Setting) -> Iterator[Refused]:
    """Why this person does not say of a value that the association decided it."""
    if not actor.has("system_admin", "system", *(("security_admin",) if of_two_people(row) else ())):
        yield NotAllowed()
    elif of_two_people(row) and row.laid_down_by is not None and row.laid_down_by == actor.id:
        yield NotAllowed(_l("Whoever laid this down does not confirm it: another administrator does."))


def _may_change(actor: Actor) -> None:
    if not may_keep_settings(actor):
        raise NotAllowed


def _same_kind(row: Setting, value: Json) -> None:
    if row.value is not None and isinstance(row.value, bool) != isinstance(value, bool):
        raise BadInput("value", _l("This setting is either yes or no."))
    if isinstance(row.value, int) and not isinstance(row.value, bool):
        if not isinstance(value, int) or value < 0:
            raise BadInput("value", _l("Write a whole number in digits."))
    elif row.value is not None and not isinstance(value, type(row.value)):
        raise BadInput("value", _l("The value does not have the form this setting needs."))
    require_shape(row.key, value)


def _note(
    session: Session,
    row: Setting,
    what: str,
    actor: Actor,
    now: datetime,
    was: str,
    changes: Mapping[str, Any] | None,
) -> None:
    session.flush()  # how settings stand is asked of the database, past what is not yet written
    note(session, Subject("setting", row.id, row.key), what, actor, now, (was, state(row)), changes)
