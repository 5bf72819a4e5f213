"""Lists of companies: what a row says and the register doesn't hold is entered by its own verbs; nothing is changed."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import plainly
from core.actors import SYSTEM, Actor
from core.db import attempt
from core.errors import BadInput, NotNow, Refused
from core.words import LazyString, _l, kept_in_both
from imports.company_rows import Bound, CompanyRow, Engaged, parse
from imports.compared import Standing
from imports.lines import Look
from imports.mapping import Mapping
from imports.report import Report
from imports.rows import Reject, There
from registry import parties, queries, renaming
from registry.models import AliasKind, Basis, Engagement, Party, PartyAlias
from registry.names import fold, fold_number

THERE: Final = _l("The register holds all of it already.")
MOST: Final = 3_000
"""So many rows of a list are tried in one job: a minute on a busy machine, of the three that a job has."""
FIELDS: Final = {"firm": "kind", "from_on": "basis_from", "to_on": "basis_to"}
"""Where the register's verbs name a value otherwise than a list does."""

NAMES: Final = ("name_zh", "name_en")


def enter(session: Session, row: CompanyRow, *, actor: Actor, now: datetime) -> Counter[str]:
    """Enter what the register lacks of a row, and count it; where the two disagree, the row is refused as a whole."""
    added: Counter[str] = Counter()
    party = queries.party_by_uscc(session, row.uscc)
    if party is None:
        party = _new(session, row, actor, now)
        added["companies"] += 1
    else:
        added["details"] += _complete(session, party, row, actor, now)
    for kind, value in row.names:
        if not _known(session, party, kind, value):
            parties.add_alias(session, party, actor=actor, kind=kind, value=value, now=now)
            added["names"] += 1
    if row.bound is not None:
        added["bases"] += _bind(session, party, row.bound, actor, now)
    if row.engaged is not None:
        added["engagements"] += _engage(session, party, row.engaged, actor, now)
    return +added


def _new(session: Session, row: CompanyRow, actor: Actor, now: datetime) -> Party:
    return parties.create(
        session,
        actor=actor,
        kind=row.kind,
        name_zh=row.name_zh,
        name_en=row.name_en,
        uscc=row.uscc,
        member_no=row.member_no or None,
        named_executive=row.named_executive,
        now=now,
    )


def _complete(session: Session, party: Party, row: CompanyRow, actor: Actor, now: datetime) -> int:
    """Fill in what the entry lacks; what it says otherwise than the row is changed in the register, or not at all."""
    if party.merged_into_id is not None:
        raise NotNow(_l("This entry was merged into another one of the same company: use that one."))
    if party.kind is not row.kind:
        raise BadInput("kind", _l("The register has this company as the other kind."))
    mine = {
        "name_zh": (party.name_zh, row.name_zh),
        "name_en": (party.name_en, row.name_en),
        "member_no": (party.member_no or "", row.member_no),
        "named_executive": (party.named_executive, row.named_executive),
    }
    for field, (here, said) in mine.items():
        if here and said and fold(here) != fold(said):
            raise BadInput(field, _l("The register says “%(here)s”. Change it there, or correct the row.", here=here))
    lacking = {field for field, (here, said) in mine.items() if said and not here}
    if "name_en" in lacking:
        if party.coming_on is not None:
            raise BadInput("name_en", _l("A new name of this company is announced: enter the English one there."))
        renaming.rename(
            session, party, actor=actor, name_zh=party.name_zh, name_en=row.name_en, version=None, now=now
        )  # fmt: skip
    if lacking & {"member_no", "named_executive"}:
        number, executive = party.member_no or row.member_no, party.named_executive or row.named_executive
        parties.change(
            session, party, actor=actor, version=None, named_executive=executive, member_no=number, now=now
        )  # fmt: skip
    return len(lacking)


def _known(session: Session, party: Party, kind: AliasKind, value: str) -> bool:
    folded = fold_number(value) if kind is AliasKind.NUMBER else fold(value)
    there = select(PartyAlias.id).where(
        PartyAlias.party_id == party.id, PartyAlias.kind == kind, PartyAlias.folded == folded
    )
    return session.scalar(there.limit(1)) is not None


def _bind(session: Session, party: Party, bound: Bound, actor: Actor, now: datetime) -> int:
    mine = select(Basis).where(Basis.party_id == party.id, Basis.kind == bound.kind, Basis.from_on == bound.from_on)
    there = session.scalar(mine.limit(1))
    if there is not None:
        _same_end(there, bound.to_on, "basis_to")
        return 0
    parties.add_basis(
        session,
        party,
        actor=actor,
        kind=bound.kind,
        from_on=bound.from_on,
        to_on=bound.to_on,
        document=bound.paper,
        now=now,
    )
    return 1


def _engage(session: Session, firm: Party, engaged: Engaged, actor: Actor, now: datetime) -> int:
    institution = queries.party_by_uscc(session, engaged.principal)
    if institution is None:
        raise BadInput(
            "principal", _l("No company with this code stands in the register, or on an earlier row of the list.")
        )
    both = (Engagement.institution_id == institution.id) & (Engagement.firm_id == firm.id)
    there = session.scalar(select(Engagement).where(both, Engagement.from_on == engaged.from_on).limit(1))
    if there is not None:
        _same_end(there, engaged.to_on, "engaged_to")
        return 0
    if parties.is_engaged(session, institution.id, firm.id, engaged.from_on, engaged.to_on):
        raise BadInput("engaged_from", parties.ENGAGED)
    parties.engage(
        session,
        actor=actor,
        institution=institution,
        firm=firm,
        from_on=engaged.from_on,
        to_on=engaged.to_on,
        products=engaged.products,
        contract=engaged.contract,
        now=now,
    )
    return 1


def _same_end(there: Basis | Engagement, said: object, field: str) -> None:
    """An end that a list tells is a change, which belongs to whoever has the paper before them."""
    if said is not None and said != there.to_on:
        raise BadInput(field, _l("The register has another last day, or none: change it there."))


def judged(
    session: Session, path: Path, kind: Mapping, seen: Look, report: Report, now: datetime
) -> list[tuple[CompanyRow | Reject, Standing]]:
    """Every row, and whether all of it is there already: each is entered as the import would, and all is taken back."""
    judgements: list[tuple[CompanyRow | Reject, Standing]] = []
    names: dict[str, int] = {}
    with attempt(session), parties.taken_back(session):
        for found in parse(path, kind, seen):
            if len(judgements) == MOST:
                raise NotNow(_l("More than %(most)s rows. Split the file.", most=plainly.number(MOST)))
            row, added = found, Counter[str]()
            if isinstance(found, CompanyRow):
                said = _tried(session, found, now)
                if isinstance(said, Refused):
                    row = _reject(found, kind, _borne_here(found, said, names))
                else:
                    added = said
                    names |= {fold(name): found.line for name in (found.name_zh, found.name_en) if added["companies"]}
            if isinstance(row, Reject):
                report.refused(row)
            else:
                report.company(row.line, row.uscc, row.name_zh, added)
            there = row.uscc if isinstance(row, CompanyRow) and not added else ""
            judgements.append((row, Standing(there)))
    return judgements


def _tried(session: Session, row: CompanyRow, now: datetime) -> Counter[str] | Refused:
    with attempt(session) as one:
        try:
            added = enter(session, row, actor=SYSTEM, now=now)
        except Refused as refused:
            return refused
        one.keep()
    return added


def _borne_here(row: CompanyRow, why: Refused, names: dict[str, int]) -> Refused:
    """The same refusal, or that a row above has this name, and not the register."""
    if not isinstance(why, BadInput) or why.field not in NAMES:
        return why
    line = names.get(fold(getattr(row, why.field)))
    said = _l("Line %(line)s of the list has a company of this name under another code.", line=line)
    return BadInput(why.field, said) if line is not None else why


def _reject(row: CompanyRow, kind: Mapping, why: Refused) -> Reject:
    field = FIELDS.get(why.field, why.field) if isinstance(why, BadInput) else ""
    reason = why.message if isinstance(why.message, LazyString) else kept_in_both(why.message, why.message)
    return Reject(row.line, kind.columns.get(field, ""), reason, row.cells)


def enter_all(
    session: Session,
    rows: dict[int, CompanyRow],
    *,
    actor: Actor,
    now: datetime,
    done: Callable[[int, Counter[str]], None],
) -> dict[int, Refused]:
    """Rows by the number of their item, each by itself: one that is refused costs itself alone."""
    refused: dict[int, Refused] = {}
    for number, row in rows.items():
        with attempt(session) as one:
            try:
                added = enter(session, row, actor=actor, now=now)
            except Refused as why:
                refused[number] = why
                continue
            if not added:
                refused[number] = There(THERE)
                continue
            one.keep()
        done(number, added)
    return refused
