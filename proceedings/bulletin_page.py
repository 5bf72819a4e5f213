"""A publication as people read it: its head, key facts and text, in the reader's language; even before it is out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, cast

from flask import current_app, url_for
from sqlalchemy.orm import Session

from core import clock
from core.clock import day_of
from core.site import outside
from core.words import _, language
from notices.papers import Paper, day_text
from notices.wording_lines import passage
from proceedings.queries_respondents import Bulletin
from registry import clocks, lineage, rulebook, settings
from registry.counting import Unit, due
from registry.lineage import Names
from registry.models import Party
from registry.models_rulebook import Violation
from sanctions.levels import BY_NAME, CIRCULAR
from sanctions.models_publications import Publication, PublicationText

MONTHS = 12


@dataclass(frozen=True)
class Read:
    """One publication, ready to be read."""

    publication: Publication
    text: PublicationText
    company: str
    """The company as the text names it; in English its English name of that time, where it had one."""
    title: str
    measures: list[int]
    violations: list[str]
    issuer: str
    blocks: list[Any]

    @property
    def number(self) -> str:
        """Its number, once it is published."""
        return self.text.summary.get("number", "")

    @property
    def check_code(self) -> str:
        """The code that verifies its present document, which after a withdrawal or a correction is that notice."""
        return self._of_paper("withdrawal_code", "correction_code", "check_code")

    @property
    def paper_number(self) -> str:
        """The number of its present document."""
        return self._of_paper("withdrawal_number", "correction_number", "number")

    @property
    def shown_number(self) -> str:
        """The number of what its title names: the bulletin, or the notice of withdrawal."""
        return self.paper_number if self.withdrawn else self.number

    def _of_paper(self, *names: str) -> str:
        return next((self.text.summary[name] for name in names if self.text.summary.get(name)), "")

    @property
    def address(self) -> str:
        """Its permanent address."""
        return address(self.publication)

    @property
    def description(self) -> str:
        """What it is about in one line, for sites that preview links."""
        comma = "；" if language() == "zh" else "; "
        return comma.join([self.company, *self.violations, self.number])

    @property
    def corrected(self) -> bool:
        """Whether its text is a corrected one."""
        return self.publication.state == "PUBLISHED" and bool(self.text.note)

    @property
    def withdrawn(self) -> bool:
        """Whether it is a notice of withdrawal."""
        return self.publication.state == "WITHDRAWN"

    @property
    def out_since(self) -> datetime:
        """Since when it is out: the bulletin, or the notice of withdrawal."""
        return self.publication.withdrawn_at or self.publication.published_at or self.text.at

    @property
    def changed_at(self) -> datetime:
        """When what everybody reads became what it is: a text is drafted days before it is out."""
        return max(self.text.at, self.publication.published_at or self.text.at)

    @property
    def shown_until(self) -> date | None:
        """The last day on which it is shown."""
        return _day(self.text.summary.get("shown_until", ""))

    @property
    def counted(self) -> list[clocks.Row]:
        """How that day was counted from publication; in months, so that no calendar is needed."""
        end, at = self.shown_until, self.publication.published_at
        if end is None or at is None:
            return []
        first = day_of(at)
        months = (end.year - first.year) * MONTHS + end.month - first.month
        found = due(first, max(months, 1), Unit.MONTH, {})
        return clocks.rows_of(found) if found.due_on == end else []

    @property
    def signed_on(self) -> str:
        """The day under the text, in the text's own form."""
        at = self.publication.withdrawn_at or self.publication.published_at
        return day_text(day_of(at), "zh") if at else ""

    @property
    def decided_on(self) -> date | None:
        """The day of the decision."""
        return _day(self.text.summary.get("decision_date", ""))

    @property
    def in_force_since(self) -> date | None:
        """Since when the decision is in force, if its text says so."""
        return _day(self.text.summary.get("in_force_since", ""))

    def reviewed(self, how: str) -> tuple[str, date | None]:
        """Which decision of a review upheld or varied it, and on which day, if its text says so."""
        return self.text.summary.get(f"{how}_number", ""), _day(self.text.summary.get(f"{how}_on", ""))


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def read(session: Session, publication: Publication, text: PublicationText, party: Party | None) -> Read:
    """The publication with this text."""
    return _read(session, publication, text, party, rulebook.by_code(session, publication.codes))


def _read(
    session: Session,
    publication: Publication,
    text: PublicationText,
    party: Party | None,
    known: Mapping[str, Violation],
    names: Names | None = None,
) -> Read:
    named = [BY_NAME[name] for name in text.summary.get("measures", "").split("、") if name in BY_NAME]
    paper = Paper(kind="D23f", title_lines=(text.title,), blocks=passage(text.body))
    called = company(session, publication, text, party, names)
    return Read(
        publication,
        text,
        company=called,
        title=title(publication, text, called),
        measures=sorted(named, reverse=True),
        violations=[known[code].name(language()) for code in publication.codes if code in known],
        issuer=_issuer(session, text),
        blocks=cast("list[Any]", paper.to_json()["blocks"]),
    )


def names_of(session: Session, lines: Iterable[Any]) -> Mapping[int, Names]:
    """By company, what the English edition of a list calls those of its lines by; the Chinese one needs nothing."""
    return lineage.names_of(session, {each.party.id for each in lines if each.party}) if language() == "en" else {}


def company(
    session: Session,
    publication: Publication,
    text: PublicationText,
    party: Party | None,
    names: Names | None = None,
) -> str:
    """The company as the text calls it, even if it was renamed or merged since."""
    said = text.summary.get("respondent") or (party.name_zh if party else "")
    if language() != "en" or party is None:
        return said
    day = day_of(publication.published_at) if publication.published_at else clock.today()
    return lineage.english_on(session, party, said, day, names)


def title(publication: Publication, text: PublicationText, name: str) -> str:
    """The title: in Chinese as it was published, in English what it is about."""
    if language() != "en":
        return text.title
    if publication.state == "WITHDRAWN":
        return str(_("Withdrawal of the bulletin on %(name)s", name=name))
    if publication.level > CIRCULAR:
        return str(_("Public criticism of %(name)s", name=name))
    return str(_("Circular to members on %(name)s", name=name))


def headed(
    session: Session,
    publication: Publication,
    text: PublicationText | None,
    party: Party | None,
    names: Mapping[int, Names] | None = None,
) -> str:
    """What a publication is called in the reader's language; by its place where no text of it was drafted."""
    if text is None:
        return publication.slug
    known = (names or {}).get(party.id) if party else None
    return title(publication, text, company(session, publication, text, party, known))


def _issuer(session: Session, text: PublicationText) -> str:
    if language() == "en":
        return settings.association(session)["name_en"] or text.summary.get("issuer", "")
    return text.summary.get("issuer", "")


def listed(session: Session, lines: Iterable[Any]) -> list[Read]:
    """The lines of a list, as they are read; a publication without a text to show is left out."""
    shown = [each for each in lines if each.text is not None]
    known = rulebook.by_code(session, {code for each in shown for code in each.publication.codes})
    names = names_of(session, shown)
    called = (names.get(each.party.id) if each.party else None for each in shown)
    return [
        _read(session, each.publication, each.text, each.party, known, mine)
        for each, mine in zip(shown, called, strict=True)
    ]


def newest_first(*lists: Iterable[Read]) -> list[Read]:
    """Bulletins and notices of withdrawal in one list."""
    return sorted(chain(*lists), key=lambda it: it.out_since, reverse=True)


def printable(text: str) -> str:
    """What somebody typed into an address, without characters that no name has; separators become spaces."""
    return "".join(sign if sign.isprintable() else " " * sign.isspace() for sign in text).strip()[:100]


def path(page: str, **values: str) -> str:
    """The path of a page, even outside a request, as in a mail."""
    return str(current_app.url_map.bind("").build(page, values))


def address(publication: Publication | Bulletin) -> str:
    """The permanent address."""
    return outside(path("publishing_public.show", slug=publication.slug))


def verify_address(code: str) -> str:
    """Where the code is verified; the QR code holds this address."""
    return outside(url_for("notices_public.verify", code=code))
