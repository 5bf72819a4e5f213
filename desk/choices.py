"""What forms of staff offer from the register, and how what they send is read: parties, codes, points, files."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from casework.intake import EvidenceFile
from core import clock, files
from core.at_hand import once
from core.i18n import language
from core.show import day
from core.words import _
from desk import queries_queue
from registry import absences, rulebook
from registry import queries as register
from registry.models import PartyKind


def kept(session: Session, uploads: Any, *, shared: bool = False) -> list[EvidenceFile]:  # noqa: ANN401 - uploads of a form
    """Uploads checked and kept, with copies of what companies may see: not later, while a number is held."""
    found = [files.keep(session, each.stream, each.filename, passed_on=shared) for each in uploads or ()]
    return [EvidenceFile(each.sha256, each.name, each.media_type, each.size, shared) for each in found]


def party_choices(session: Session, kind: PartyKind | None = None) -> list[tuple[str, str]]:
    """The register's parties as answers of a form; where several bear one name, each with its code."""
    return once(session, ("parties", kind), lambda: _parties(session, kind))


def _parties(session: Session, kind: PartyKind | None) -> list[tuple[str, str]]:
    english = language() == "en"
    found = [(number, (english and en) or zh, uscc) for number, zh, en, uscc in register.names(session, kind)]
    borne = Counter(name for _number, name, _uscc in found)
    return [(str(number), name if borne[name] == 1 else f"{name} · {uscc}") for number, name, uscc in found]


def people_choices(session: Session, people: Iterable[Any]) -> list[tuple[str, str]]:
    """People as answers of a form; of whoever is away it says until when, and who stands in."""
    away = absences.standing(session, clock.today())
    return [
        (str(each.id), " · ".join(word for word in (each.name, away_words(away, each.id)) if word)) for each in people
    ]


def with_chosen(session: Session, people: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """People to filter by, with whoever is chosen and not offered: locked out, or at work on other things."""
    if not chosen.isdecimal() or chosen in dict(people):
        return people
    found = queries_queue.person(session, int(chosen))
    if found is None:
        return people
    return [*people, (chosen, f"{found.name} · {_('Locked')}" if found.locked_at else found.name)]


def away_words(away: Mapping[int, tuple[date, str]], number: int) -> str:
    """Until when somebody is away, and who stands in; nothing of whoever is there."""
    if number not in away:
        return ""
    last, name = away[number]
    return str(_("away until %(day)s, %(name)s stands in", day=day(last), name=name))


def code_choices(session: Session) -> list[tuple[str, str]]:
    """The kinds of violations as answers of a form."""
    english = language() == "en"
    return [(code, f"{code} {en if english else zh}") for code, zh, en in rulebook.names(session)]
