"""The time limits of the procedure as they count today: from the settings by which the clocks themselves run."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.machine import Machine
from core.words import LazyString, _
from notices.papers import Lang, period_text
from publishing.procedure_words import TITLES
from registry import settings, settings_known
from registry.clock_kinds import KINDS, Kind
from registry.clock_starts import STARTS
from registry.seeded_words import basis_words

OURS = "[D]"
"""Marks what is seeded as a proposal of the system's own; it names no source."""


@dataclass(frozen=True)
class Limit:
    """One kind of time limit, in words."""

    key: str
    name: str
    starts: LazyString
    length: str
    """Empty where the association has laid none down yet."""
    more: tuple[str, ...]
    """How it may be extended, what an order may set, how long it is when it starts anew."""
    source: str


def limits(session: Session, lang: Lang) -> dict[str, Limit]:
    """Every time limit that a step of a matter starts, in the order of their telling."""
    rows = [row for name in TITLES if name in Machine.all for row in Machine.all[name].rows.values()]
    keys = dict.fromkeys(key for row in rows for key in (*row.clocks("start"), *row.clocks("arm")))
    return {key: _limit(session, KINDS[key], lang) for key in keys}


def _limit(session: Session, kind: Kind, lang: Lang) -> Limit:
    laid_down = settings.rests_on(session, kind.id)
    said = settings.said(session, kind.id)
    length = period_text(int(said.value), said.unit, lang) if laid_down else ""
    more = tuple(_more(session, kind, said.unit, lang)) if laid_down else ()
    return Limit(kind.id, kind.name(lang), STARTS[kind.id], length, more, _source(said) if laid_down else "")


def _more(session: Session, kind: Kind, unit: str, lang: Lang) -> list[str]:
    rows, found = settings_known.known(session).rows, []
    keys = {part: f"{kind.id}.{part}" for part in ("extend", "again", "least", "most")}
    there = {part for part, key in keys.items() if key in rows and settings.rests_on(session, key)}

    def total(value: object) -> str:
        return period_text(int(str(value)), unit, lang)

    if {"least", "most"} <= there:
        least, most = (total(rows[keys[part]].value) for part in ("least", "most"))
        found.append(_("an order may set %(least)s to %(most)s", least=least, most=most))
    if "extend" in there:
        steps = _(", ").join(total(each) for each in rows[keys["extend"]].value)
        found.append(_("in all after each extension: %(steps)s", steps=steps))
    if "again" in there:
        found.append(_("when it starts anew: %(length)s", length=total(rows[keys["again"]].value)))
    return found


def _source(said: settings_known.Said) -> str:
    """What the length rests on; a proposal of the system's own is no source."""
    if not said.basis.startswith(OURS):
        return basis_words(said.basis)
    if said.is_confirmed:  # what else stands beside a proposal is only what it was compared with
        return _("laid down by the association")
    return _("proposed; the association has yet to decide")
