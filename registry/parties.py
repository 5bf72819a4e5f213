"""The register of parties: new ones, what binds them, who works for whom."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from core import days, journal
from core.actors import Actor
from core.characters import levelled
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, NotNow, unchanged
from core.registered import Registered
from core.words import _l
from registry import lineage, policies, queries
from registry.models import (
    AliasKind,
    Basis,
    BasisKind,
    BasisStatus,
    Engagement,
    Party,
    PartyAlias,
    PartyKind,
)
from registry.names import fold, true_uscc

Engaged = Callable[[Session, Engagement, datetime], None]
_engaged = Registered[Engaged]()
on_engaged = _engaged.add
"""Register what follows once it is entered that a firm collects for an institution."""


ONE_NAME_AT_A_TIME = text("SELECT pg_advisory_xact_lock(726019)")
"""Of two who enter the same name at once the second sees that it is borne."""
TAKEN_BACK = "parties.taken_back"
"""Says of a session that all of what is entered now is taken back."""
NUMBER = re.compile(r"[+(]?\d[\d\s()+*#-]{2,}(?:(?:转|分机|[,xX]|ext\.?)\s*\d{1,6})?")
"""A telephone number or the sender of text messages, with signs of its kind and an extension."""
WEB = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
AHEAD = _l("This day lies ahead: enter it when it has come.")
COVERED = _l("Another entry of the same kind covers part of this time.")
ENGAGED = _l("Another engagement of these two covers part of this time.")


def create(  # noqa: PLR0913 - each value is named
    session: Session,
    *,
    actor: Actor,
    kind: PartyKind,
    name_zh: str,
    uscc: str,
    now: datetime,
    name_en: str = "",
    member_no: str | None = None,
    named_executive: str = "",
) -> Party:
    """Enter an institution or a firm."""
    require_keeper(actor)
    code = uscc.strip().upper()
    if not true_uscc(code):
        raise BadInput("uscc", _l("This is not a unified social credit code: 18 characters, the last checks the rest."))
    if queries.party_by_uscc(session, code) is not None:
        raise BadInput("uscc", _l("A party with this code is already in the register."))
    if not name_zh.strip():
        raise BadInput("name_zh", _l("Write the full name in Chinese."))
    require_own_name(session, None, name_zh=name_zh, name_en=name_en)
    entered = Party(
        kind=kind,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        uscc=code,
        member_no=_free_number(session, member_no, None),
        named_executive=named_executive.strip(),
        created_at=now,
    )
    session.add(entered)
    session.flush()
    note(session, entered, "create", actor, now, {"uscc": code, "name_zh": entered.name_zh})
    return entered


def change(
    session: Session,
    party: Party,
    *,
    actor: Actor,
    version: int | None,
    named_executive: str,
    member_no: str | None,
    now: datetime,
) -> None:
    """Change what is not a name: the executive named for collection, the member number."""
    require_keeper(actor)
    same_version(party, version)
    before = {"named_executive": party.named_executive, "member_no": party.member_no}
    party.named_executive, party.member_no = named_executive.strip(), _free_number(session, member_no, party)
    note(session, party, "change", actor, now, {"before": before})


def write_in(session: Session, party: Party, language: str, *, actor: Actor, now: datetime) -> None:
    """Choose the language of what is issued to a party from now on; what was issued stays as it is."""
    if not policies.may_choose_language(actor, party.id):
        raise NotAllowed
    _stands(party)
    if language not in {"zh", "en"}:
        raise BadInput("language", _l("Choose one of the languages shown."))
    if party.language == language:
        return
    before, party.language = party.language, language
    note(session, party, "write_in", actor, now, {"before": before, "after": language})


def add_alias(
    session: Session,
    party: Party,
    *,
    actor: Actor,
    kind: AliasKind,
    value: str,
    now: datetime,
    from_on: date | None = None,
    to_on: date | None = None,
) -> PartyAlias:
    """Note another name by which people know a party."""
    require_keeper(actor)
    _stands(party)
    days.in_order(from_on, to_on, "to_on")
    if kind is AliasKind.FORMER and to_on is not None and to_on > day_of(now):
        raise BadInput("to_on", AHEAD)
    _is_of_its_kind(kind, value)
    alias = PartyAlias(party_id=party.id, kind=kind, value=value.strip(), from_on=from_on, to_on=to_on)
    if not alias.folded:
        raise BadInput("value", _l("Write the name, signature or number."))
    there = select(PartyAlias.id).where(
        PartyAlias.party_id == party.id,
        PartyAlias.kind == kind,
        PartyAlias.value == alias.value,
    )
    if session.scalar(there) is not None:
        raise BadInput("value", _l("This party already has this name."))
    session.add(alias)
    session.flush()
    note(session, party, "add_alias", actor, now, {"kind": kind.value, "value": alias.value})
    return alias


def _is_of_its_kind(kind: AliasKind, value: str) -> None:
    plain = levelled(value).strip()
    if plain and kind is AliasKind.NUMBER and not NUMBER.fullmatch(plain):
        raise BadInput("value", _l("Write a telephone number in digits, for example 0592-5550199 or 95188."))
    if plain and kind is AliasKind.WEB and not WEB.fullmatch(plain):
        raise BadInput("value", _l("Write the address of a website, for example www.example.com."))


def drop_alias(session: Session, alias: PartyAlias, *, actor: Actor, why: str, now: datetime) -> None:
    """Take out another name that was entered by mistake: only the journal still knows it.

    Of a former name the days go to the one that followed it; the present name takes the last ones by itself.
    """
    require_keeper(actor)
    held = select(PartyAlias).where(PartyAlias.id == alias.id).with_for_update()
    mistake = session.scalar(held.execution_options(populate_existing=True))
    if mistake is None:
        raise Changed
    if not why.strip():
        raise BadInput("why", _l("Say why."))
    party = session.get_one(Party, mistake.party_id)
    if mistake.kind is AliasKind.FORMER and (heir := lineage.name_after(session, party, mistake)) is not None:
        heir.from_on = mistake.from_on
    days = {name: str(value) for name in ("from_on", "to_on") if (value := getattr(mistake, name)) is not None}
    said = {"kind": mistake.kind.value, "value": mistake.value, **days, "why": why.strip()}
    session.delete(mistake)
    session.flush()
    note(session, party, "drop_alias", actor, now, said)


def add_basis(  # noqa: PLR0913
    session: Session,
    party: Party,
    *,
    actor: Actor,
    kind: BasisKind,
    from_on: date,
    now: datetime,
    to_on: date | None = None,
    status: BasisStatus = BasisStatus.ACTIVE,
    document: str = "",
) -> Basis:
    """Enter what binds a party to the rules, and since when."""
    require_keeper(actor)
    _held(session, party)
    _stands(party)
    days.in_order(from_on, to_on, "to_on")
    _ended_has_a_day(status, to_on)
    if _is_covered(session, party.id, kind, from_on, to_on):
        raise BadInput("from_on", COVERED)
    basis = Basis(party_id=party.id, kind=kind, from_on=from_on, to_on=to_on, status=status, document=document.strip())
    session.add(basis)
    session.flush()
    note(session, party, "add_basis", actor, now, {"kind": kind.value, "from_on": str(from_on), "to_on": str(to_on)})
    return basis


def end_basis(
    session: Session,
    basis: Basis,
    *,
    actor: Actor,
    status: BasisStatus,
    to_on: date | None,
    version: int | None,
    now: datetime,
) -> None:
    """Suspend the rights, or end the basis with its last day; what happened before stays within the rules."""
    require_keeper(actor)
    party = session.get_one(Party, basis.party_id)
    _held(session, party)
    unchanged(basis.version, version)
    days.in_order(basis.from_on, to_on, "to_on")
    _ended_has_a_day(status, to_on)
    drawn_out = _drawn_out(basis.to_on, to_on)
    if drawn_out is not None and _is_covered(session, basis.party_id, basis.kind, drawn_out, to_on):
        raise BadInput("to_on", COVERED)
    before = {"status": basis.status.value, "to_on": str(basis.to_on)}
    basis.status, basis.to_on = status, to_on
    note(session, party, "end_basis", actor, now, {"before": before, "status": status.value, "to_on": str(to_on)})


def engage(  # noqa: PLR0913
    session: Session,
    *,
    actor: Actor,
    institution: Party,
    firm: Party,
    from_on: date,
    now: datetime,
    to_on: date | None = None,
    products: str = "",
    white_list_url: str = "",
    subcontracting_allowed: bool = False,
    contract: str = "",
    last_evaluated_on: date | None = None,
) -> Engagement:
    """Enter that a firm collects for an institution."""
    require_keeper(actor)
    for side in sorted((institution, firm), key=lambda each: each.id):
        _held(session, side)
    _stands(institution, firm)
    days.in_order(from_on, to_on, "to_on")
    _evaluated(last_evaluated_on, now)
    if institution.kind is not PartyKind.INSTITUTION or firm.kind is not PartyKind.FIRM:
        raise BadInput("firm", _l("An engagement joins an institution and a collection firm."))
    if white_list_url and not white_list_url.startswith(("https://", "http://")):
        raise BadInput("white_list_url", _l("Write the whole address, beginning with https://."))
    if is_engaged(session, institution.id, firm.id, from_on, to_on):
        raise BadInput("from_on", ENGAGED)
    engagement = Engagement(
        institution_id=institution.id,
        firm_id=firm.id,
        from_on=from_on,
        to_on=to_on,
        products=products.strip(),
        white_list_url=white_list_url.strip(),
        subcontracting_allowed=subcontracting_allowed,
        contract=contract.strip(),
        last_evaluated_on=last_evaluated_on,
    )
    session.add(engagement)
    session.flush()
    for party in (institution, firm):
        note(session, party, "engage", actor, now, {"engagement": engagement.id, "from_on": str(from_on)})
    for each in _engaged:
        each(session, engagement, now)
    return engagement


def change_engagement(
    session: Session,
    engagement: Engagement,
    *,
    actor: Actor,
    version: int | None,
    to_on: date | None,
    last_evaluated_on: date | None,
    now: datetime,
) -> None:
    """Note the end of an engagement, or the yearly evaluation of the firm."""
    require_keeper(actor)
    unchanged(engagement.version, version)
    days.in_order(engagement.from_on, to_on, "to_on")
    _evaluated(last_evaluated_on, now)
    _held(session, engagement.firm)
    drawn_out = _drawn_out(engagement.to_on, to_on)
    if drawn_out and is_engaged(session, engagement.institution_id, engagement.firm_id, drawn_out, to_on):
        raise BadInput("to_on", ENGAGED)
    before = {"to_on": str(engagement.to_on), "last_evaluated_on": str(engagement.last_evaluated_on)}
    engagement.to_on, engagement.last_evaluated_on = to_on, last_evaluated_on
    for number in (engagement.institution_id, engagement.firm_id):
        party = session.get_one(Party, number)
        note(session, party, "change_engagement", actor, now, {"engagement": engagement.id, "before": before})


def _evaluated(day: date | None, now: datetime) -> None:
    if day is not None and day > day_of(now):
        raise BadInput("last_evaluated_on", AHEAD)


def suspend(
    session: Session,
    party: Party,
    *,
    actor: Actor,
    why: str,
    version: int | None,
    now: datetime,
) -> None:
    """From now on nothing new is sent to this party, and complainants are told so."""
    require_keeper(actor)
    same_version(party, version)
    if party.suspended_at is not None:
        raise NotNow(_l("This party is already suspended."))
    if not why.strip():
        raise BadInput("why", _l("Say why."))
    was, party.suspended_at = party.state, now
    note(session, party, "suspend", actor, now, {"why": why.strip()}, was=was)


def restore(session: Session, party: Party, *, actor: Actor, version: int | None, now: datetime) -> None:
    """End a suspension."""
    require_keeper(actor)
    same_version(party, version)
    if party.suspended_at is None:
        raise NotNow(_l("This party is not suspended."))
    was, party.suspended_at = party.state, None
    note(session, party, "restore", actor, now, {}, was=was)


def _free_number(session: Session, member_no: str | None, party: Party | None) -> str | None:
    number = (member_no or "").strip() or None
    if number is not None:
        owner = session.scalar(select(Party.id).where(Party.member_no == number))
        if owner is not None and (party is None or owner != party.id):
            raise BadInput("member_no", _l("Another party has this member number."))
    return number


def require_own_name(session: Session, party: Party | None, **names: str) -> None:
    """Refuse a name that another company bears, or is announced to: which of two is meant, no list could say.

    One that exists no more does not keep its name from whoever goes on as it.
    """
    for field, value in names.items():
        folded = fold(value)
        if not folded or (party is not None and folded in {party.folded_zh, party.folded_en}):
            continue
        if (other := _bearer(session, party, folded)) is not None:
            raise BadInput(
                field,
                _l("The register has a company of this name under another code, %(code)s.", code=other.uscc),
            )


def require_name_left(session: Session, party: Party) -> None:
    """Refuse that a company exists again under a name that another one bears since, now or once it comes."""
    coming = {fold(party.coming_zh), fold(party.coming_en)}
    for folded in {party.folded_zh, party.folded_en, *coming} - {""}:
        if (other := _bearer(session, party, folded)) is not None:
            raise NotNow(
                _l(
                    "%(name)s, code %(code)s, bears the name of this company now: give it another one first.",
                    name=other.name_zh,
                    code=other.uscc,
                )
            )


def one_name_at_a_time(session: Session) -> None:
    """Wait for whoever enters a name now; whoever also holds a company asks this first, as those who enter one do."""
    if not session.info.get(TAKEN_BACK):
        session.execute(ONE_NAME_AT_A_TIME)


@contextmanager
def taken_back(session: Session) -> Iterator[None]:
    """Nothing of what is entered meanwhile stays: nobody who enters a name waits for it, nor it for them."""
    session.info[TAKEN_BACK] = True
    try:
        yield
    finally:
        session.info.pop(TAKEN_BACK)


def _bearer(session: Session, party: Party | None, folded: str) -> Party | None:
    """Another company that bears a name, or is announced to."""
    one_name_at_a_time(session)
    others = select(Party).where(Party.merged_into_id.is_(None), Party.ceased_on.is_(None))
    others = others if party is None else others.where(Party.id != party.id)
    borne = or_(Party.folded_zh == folded, Party.folded_en == folded, Party.coming_on.is_not(None))
    for other in session.scalars(others.where(borne).order_by(Party.id)):
        if folded in {other.folded_zh, other.folded_en, fold(other.coming_zh), fold(other.coming_en)}:
            return other
    return None


def require_keeper(actor: Actor) -> None:
    """Refuse whoever does not keep the register."""
    if not policies.may_keep_parties(actor):
        raise NotAllowed


def same_version(party: Party, version: int | None) -> None:
    """Refuse where somebody else changed it since the page was opened, or it was merged."""
    unchanged(party.version, version)
    _stands(party)


def _stands(*parties: Party) -> None:
    for party in parties:
        if party.merged_into_id is not None:
            raise NotNow(_l("This entry was merged into another one of the same company: use that one."))


def _held(session: Session, party: Party) -> None:
    """What binds a company is entered by one after the other: of two at once, the second sees which days are taken."""
    session.refresh(party, with_for_update={"key_share": True})


def _is_covered(session: Session, party_id: int, kind: BasisKind, first: date, last: date | None) -> bool:
    """Whether an entry of that kind covers one of these days."""
    asked = select(Basis.id).where(
        Basis.party_id == party_id,
        Basis.kind == kind,
        or_(Basis.to_on.is_(None), Basis.to_on >= first),
        *([] if last is None else [Basis.from_on <= last]),
    )
    return session.scalar(asked.limit(1)) is not None


def is_engaged(session: Session, institution_id: int, firm_id: int, first: date, last: date | None) -> bool:
    """Whether an engagement of these two covers one of these days."""
    asked = select(Engagement.id).where(
        Engagement.institution_id == institution_id,
        Engagement.firm_id == firm_id,
        or_(Engagement.to_on.is_(None), Engagement.to_on >= first),
        *([] if last is None else [Engagement.from_on <= last]),
    )
    return session.scalar(asked.limit(1)) is not None


def _drawn_out(ended: date | None, to_on: date | None) -> date | None:
    """The first day by which something lasts longer than it did; none where it does not."""
    return None if ended is None or (to_on is not None and to_on <= ended) else ended + timedelta(days=1)


def _ended_has_a_day(status: BasisStatus, to_on: date | None) -> None:
    if status in {BasisStatus.WITHDRAWN, BasisStatus.EXPELLED} and to_on is None:
        raise BadInput("to_on", _l("Write the last day on which the rules bound the party."))


def note(
    session: Session,
    party: Party,
    what: str,
    actor: Actor,
    now: datetime,
    changes: dict[str, Any],
    *,
    was: str | None = None,
) -> None:
    """Note what happened to a party, and in which state it was before, where that may be another."""
    states = (was or party.state, party.state)
    journal.note(session, journal.Subject("party", party.id, party.uscc), what, actor, now, states, changes)
