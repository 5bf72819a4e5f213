"""What forms of staff offer from the register, and how their answers are read: parties, codes, points, files."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import flash, request
from sqlalchemy.orm import Session

from casework.intake import EvidenceFile
from core import clock, db
from core.chips import Filter
from core.keyset import number_of
from core.labels import state_label
from core.plainly import day
from core.words import Words, _, language
from desk import queries_people
from desk.company_addresses import COMPANY, company_typed
from filestore import files
from registry import absences, rulebook
from registry import queries as register
from registry.company_fields import Company, Look, Named
from registry.models import Party, PartyKind

BETWEEN = " · "
"""Between a company's name and its code."""


def kept(session: Session, uploads: Any, *, shared: bool = False) -> list[EvidenceFile]:  # noqa: ANN401 - uploads of a form
    """Keep uploads, checked, with copies for companies; call it before a document number is held, as it takes time."""
    found = [files.keep(session, each.stream, each.filename, passed_on=shared) for each in uploads or ()]
    return [EvidenceFile(each.sha256, each.name, each.media_type, each.size, shared) for each in found]


def by_name(
    session: Session, field: Company, kind: PartyKind | None = None, *, near: Iterable[Party] = (), none: Words = ""
) -> None:
    """Let companies be named in this field; those of the matter at hand (`near`) are offered as radios."""
    field.look = Look(
        lambda said: called(session, said, kind),
        lambda said: suggested(session, said, kind),
        lambda said: _of_another_kind(session, said, kind),
    )
    field.near, field.none = told_apart((each, "") for each in near), none
    field.stands_for(*field.near)


def standing_for(field: Company, party: Party | None) -> list[str]:
    """The field's content for a company that was chosen before."""
    return field.stands_for(Named(party.id, party.name(language()))) if party is not None else []


def called(session: Session, said: str, kind: PartyKind | None = None) -> list[Named]:
    """Companies with this name; a name followed by a code, as a radio sends it, means exactly one."""
    found = register.match(session, said)
    if not found and BETWEEN in said:
        coded = register.party_by_uscc(session, said.rpartition(BETWEEN)[2])
        stands = coded and register.party(session, coded.merged_into_id or coded.id)
        found = [stands] if stands else []
    return told_apart((each, "") for each in found if kind in (None, each.kind))


def _of_another_kind(session: Session, said: str, kind: PartyKind | None) -> Words:
    """That the register has this company, as something else than what is asked for."""
    others = called(session, said) if kind is not None else []
    if kind is None or not others:
        return ""
    asked = state_label("party_kind", kind.value).text
    return _("“%(name)s” stands in the register, but not as %(kind)s.", name=said, kind=asked)


def suggested(session: Session, said: str, kind: PartyKind | None = None) -> list[Named]:
    """Companies whose names contain these words, also suspended or former ones, with which staff have to do too."""
    return told_apart((each.party, each.known_as) for each in register.found(session, said, kind=kind, ended=True))


def company_of(session: Session, number: int | None) -> str:
    """A filter's content for the company of this number: its name, with the code if another bears that name."""
    name, code = register.name_and_code(session, number, language()) if number is not None else ("", "")
    alone = not name or register.match_numbers(session, name) == [number]
    return name if alone else f"{name}{BETWEEN}{code}"


def company_filter(company: str, number: int | None) -> Filter:
    """The company filter of a list: shows the chosen company, or what was typed instead."""
    return COMPANY, _("Respondent"), None, company or str(number or company_typed(request.args))


def company_named(*, words: bool) -> dict[str, Any] | None:
    """What a company typed into a filter means: its number if exactly one fits; otherwise the words, with a message.

    None if nothing was typed, and if other words are in the filter: these stay, with a message (`unknown_company`).
    """
    said = company_typed(request.args)
    found = called(db.session(), said) if said else []
    if len(found) == 1:
        return {"party": found[0].number}
    if not said or words:
        return None
    flash(_("“%(name)s” names no one company: it is looked for as words.", name=said), "warn")
    return {"text": said}


def unknown_company() -> list[str]:
    """Words in a list's address that do not mean exactly one company."""
    said = company_typed(request.args)
    told = _("“%(name)s” names no one company: nothing was left out because of it.", name=said)
    return [str(told)] if said else []


def told_apart(parties: Iterable[tuple[Party, str]]) -> list[Named]:
    """Companies by name, with the code where several bear one name."""
    every = [(each, each.name(language()), known_as) for each, known_as in parties]
    borne = Counter(name for _each, name, _known_as in every)
    return [
        Named(each.id, name if borne[name] == 1 else f"{name}{BETWEEN}{each.uscc}", known_as)
        for each, name, known_as in every
    ]


def people_choices(session: Session, people: Iterable[Any]) -> list[tuple[str, str]]:
    """People as choices of a form; for those who are away, until when, and who stands in."""
    away = absences.standing(session, clock.today())
    return [
        (str(each.id), " · ".join(word for word in (each.name, away_words(away, each.id)) if word)) for each in people
    ]


def with_chosen(
    session: Session, people: list[tuple[str, str]], chosen: str, unfit: Words = ""
) -> list[tuple[str, str]]:
    """People to choose from, with the chosen one if not offered: locked out, or at work on other things (`unfit`)."""
    number = number_of(chosen)
    found = queries_people.person(session, number) if number is not None and chosen not in dict(people) else None
    if found is None:
        return people
    marked = (found.name, str(_("Locked") if found.locked_at else unfit))
    return [*people, (chosen, " · ".join(filter(None, marked)))]


def away_words(away: Mapping[int, tuple[date, str]], number: int) -> str:
    """Until when somebody is away, and who stands in; empty if they are not away."""
    if number not in away:
        return ""
    last, name = away[number]
    if not name:
        return str(_("away until %(day)s, nobody stands in", day=day(last, "page")))
    return str(_("away until %(day)s, %(name)s stands in", day=day(last, "page"), name=name))


def code_choices(session: Session, *chosen: str) -> list[tuple[str, str]]:
    """The kinds of violations as choices of a form, with retired ones if they were `chosen` before."""
    return _codes(each for each in rulebook.names(session) if not each.retired or each.code in chosen)


def code_filter(session: Session) -> list[tuple[str, str]]:
    """All kinds of violations, to look for what stands under them: also under one that is chosen no more."""
    return _codes(rulebook.names(session))


def _codes(found: Iterable[Any]) -> list[tuple[str, str]]:
    """Those that are offered, then the retired ones, which say so."""
    english = language() == "en"
    named = [(each.retired, each.code, f"{each.code} {each.en if english else each.zh}") for each in found]
    return [
        (code, f"{words} · {_('Retired')}" if retired else words)
        for retired, code, words in sorted(named, key=lambda each: bool(each[0]))
    ]
