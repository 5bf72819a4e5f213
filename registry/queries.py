"""Reads of the register: who is meant by a name, app, message signature or number; who worked for whom on a day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from core.at_hand import at_hand
from core.pinyin import sort_key
from core.planned import Written
from registry import lineage
from registry.models import AliasKind, Basis, BasisKind, Engagement, Party, PartyAlias, PartyKind, ServiceAddress
from registry.models_accounts import BY_NAME, Account, AccountLink, AccountRole, AccountSecret
from registry.names import fold, fold_number, in_language, without_legal_form

HOW: dict[str, tuple[AliasKind, ...]] = {
    "NAME": (AliasKind.SHORT, AliasKind.FORMER),
    "APP": (AliasKind.APP,),
    "SMS_SIGNATURE": (AliasKind.SMS_SIGNATURE,),
    "NUMBER": (AliasKind.NUMBER,),
    "WEB": (AliasKind.WEB,),
    "ANY": tuple(AliasKind),
    "UNKNOWN": (),
}
"""In which ways people can say whom they mean."""

SHORTEST = 2
"""In signs: a shorter word is looked for in no name."""
SUGGESTED = 8


Days = tuple[date | None, date | None]
"""From when until when somebody was so called."""
ANY_DAY: Final[Days] = (None, None)


def party(session: Session, party_id: int) -> Party | None:
    """Find a party by its key."""
    return session.get(Party, party_id)


CALLED: Final = Written(
    lambda: select(Party.name_zh, Party.name_en, Party.uscc).where(
        Party.id == lineage.stands_for(bindparam("called", None, BigInteger()))
    )
)
"""The question that `name_and_code` asks."""


def name_and_code(session: Session, party_id: int, lang: str) -> tuple[str, str]:
    """What a party is called, in the reader's language, and its code; nothing where there is none of that key.

    Of one that was merged those of the entry that stands for it.
    """
    found = CALLED.rows(session, called=party_id)
    return (in_language(found[0].name_zh, found[0].name_en, lang), found[0].uscc) if found else ("", "")


def members_on(session: Session, day: date) -> Sequence[int]:
    """The keys of the parties that were members of the association on that day, the suspended left out."""
    asked = select(Party.id).join(Basis, Basis.party_id == Party.id).where(Basis.kind == BasisKind.MEMBERSHIP)
    asked = asked.where(Basis.from_on <= day, or_(Basis.to_on.is_(None), Basis.to_on >= day))
    asked = asked.where(Party.suspended_at.is_(None), Party.merged_into_id.is_(None))
    asked = asked.where(or_(Party.ceased_on.is_(None), Party.ceased_on > day))
    return session.scalars(asked.distinct().order_by(Party.id)).all()


def party_by_uscc(session: Session, uscc: str) -> Party | None:
    """Find a party by its unified social credit code."""
    return session.scalar(select(Party).where(Party.uscc == uscc.strip().upper()))


def match(session: Session, text: str, how: str = "ANY") -> list[Party]:
    """Find the parties that exactly carry this name, app, signature or number; several where a name is shared.

    A name of an entry that was merged leads to the one that stands; whoever is so called now is meant, not whoever
    was so called before.
    """
    found = match_numbers(session, text, how)
    return list(session.scalars(select(Party).where(Party.id.in_(found)).order_by(Party.id))) if found else []


def borne_anyhow(session: Session, text: str) -> list[Party]:
    """The parties that bear this name in any way, also where it was given as a message shows it (【…】)."""
    return match(session, text.strip(" 【】[]"))


def match_numbers(session: Session, text: str, how: str = "ANY", days: Days = ANY_DAY) -> list[int]:
    """The same by their numbers, in order."""
    words, said = _meant(text, how, days)
    return sorted({row[0] for row in words.rows(session, **said)}) if words is not None else []


def match_column(mark: str, text: str, how: str = "ANY", days: Days = ANY_DAY) -> tuple[str, dict[str, Any]]:
    """The same as one column of another question, and the values told to it (`Written.column`)."""
    words, said = _meant(text, how, days)
    return words.column(mark, **said) if words is not None else ("NULL::bigint[]", {})


def _meant(text: str, how: str, days: Days) -> tuple[Written | None, dict[str, Any]]:
    """The question for parties that are so called, and what it is told; none where nothing can be meant."""
    folded, digits = fold(text), fold_number(text)
    asked = _named(how, bool(folded), bool(digits))
    if asked is None:
        return None, {}
    words, places = asked
    said = {"folded": folded, "digits": digits, "uscc": text.strip().upper(), "since": days[0], "until": days[1]}
    return words, {place: said[place] for place in places}


def resembling(session: Session, text: str, kind: PartyKind) -> int | None:
    """The one party of its kind that is so called but for its legal form; none where several are, or nothing is."""
    short = without_legal_form(text)
    if not short:
        return None
    named = Party.folded_zh.startswith(short, autoescape=True) | Party.folded_en.startswith(short, autoescape=True)
    standing = select(Party.id, Party.folded_zh, Party.folded_en).where(Party.merged_into_id.is_(None))
    rows = session.execute(standing.where(Party.kind == kind, named))
    found = [row.id for row in rows if short in {without_legal_form(each or "") for each in row[1:]}]
    return found[0] if len(found) == 1 else None


@cache
def _named(how: str, has_words: bool, has_digits: bool) -> tuple[Written, list[str]] | None:
    """The question for parties so named, and what it has to be told; none where nothing can be meant.

    Each way is looked for by its own index: said in one condition, they would have every party read. Who was so called
    on these days is meant before whoever was at another time: numbers, apps and names go from one company to another.
    """
    folded, kinds = bindparam("folded", None, String), HOW[how]
    since, until = bindparam("since", None, Date), bindparam("until", None, Date)
    by_name, by_number = has_words and how in {"NAME", "ANY"}, has_digits and AliasKind.NUMBER in kinds
    named: list[ColumnElement[bool]] = []
    borne_then: list[ColumnElement[bool]] = []
    if by_name:
        named = [Party.folded_zh == folded, Party.folded_en == folded, Party.uscc == bindparam("uscc", None, String)]
        borne_then = [or_(since.is_(None), ~_took_later(until, english=english)) for english in (False, True)]
        borne_then.append(true())
    began = or_(PartyAlias.from_on.is_(None), PartyAlias.from_on <= until)
    then = and_(since.is_not(None), PartyAlias.to_on.is_not(None), began, PartyAlias.to_on >= since)
    fits = or_(since.is_(None), then, and_(began, PartyAlias.to_on.is_(None), PartyAlias.kind != AliasKind.FORMER))
    aliases: list[ColumnElement[bool]] = []
    if has_words:
        worded = PartyAlias.kind.in_([kind for kind in kinds if kind is not AliasKind.NUMBER])
        borne = (
            select(Party.id).where(Party.merged_into_id.is_(None), or_(false(), *named[:2])).correlate(None).exists()
        )
        aliases.append(worded & (PartyAlias.folded == folded) & or_(PartyAlias.kind != AliasKind.FORMER, ~borne, then))
    if by_number:
        number = PartyAlias.folded == bindparam("digits", None, String)
        aliases.append((PartyAlias.kind == AliasKind.NUMBER) & number)
    ways = [
        select(Party.id.label("id"), fit.label("fits")).where(each).correlate(None)
        for each, fit in zip(named, borne_then, strict=True)
    ]
    ways += [select(PartyAlias.party_id.label("id"), fits.label("fits")).where(each) for each in aliases]
    if not ways:
        return None
    places = ["folded"] * has_words + ["uscc"] * by_name + ["digits"] * by_number + ["since", "until"]
    return Written(lambda: _best(union_all(*ways).cte("called"))), places


def _best(called: CTE) -> Select[int]:
    """Whoever fits best: somebody who was so called then, else at any time."""
    best = select(func.bool_or(called.c.fits)).scalar_subquery()
    return select(lineage.standing()).join(called, called.c.id == Party.id).where(called.c.fits == best)


def _took_later(day: ColumnElement[date], *, english: bool) -> ColumnElement[bool]:
    """Whether a company took its present name, of this script, only after that day: a former one says until when."""
    was = aliased(PartyAlias)
    script = was.value.regexp_match(r"^[\x01-\x7f]*$")
    mine = select(was.id).where(was.party_id == Party.id, was.kind == AliasKind.FORMER, was.came_with_id.is_(None))
    return mine.where(was.to_on >= day, script if english else ~script).exists()


class Found(NamedTuple):
    """A party whose name holds what was typed, and the other name by which it was found."""

    party: Party
    known_as: str


def found(session: Session, text: str, *, kind: PartyKind | None = None, ended: bool = False) -> list[Found]:
    """Parties whose name or other name holds what was typed, those that begin with it first.

    Those that are suspended or have ceased only where it is asked for them.
    """
    folded = fold(text)
    if len(folded) < SHORTEST:
        return []
    other = PartyAlias.folded.contains(folded, autoescape=True)
    own = [name.contains(folded, autoescape=True) for name in (Party.folded_zh, Party.folded_en)]
    stands = aliased(Party)
    names = (
        select(stands, Party, PartyAlias.value, PartyAlias.folded)
        .select_from(Party)
        .join(stands, stands.id == lineage.standing())
        .outerjoin(PartyAlias, (PartyAlias.party_id == Party.id) & other)
        .where(or_(*own, other))
        .order_by(stands.sort_zh, stands.id, Party.merged_into_id.nulls_first(), PartyAlias.id)
        .limit(SUGGESTED * 8)
    )
    if not ended:
        names = names.where(stands.suspended_at.is_(None), stands.ceased_on.is_(None))
    if kind is not None:
        names = names.where(stands.kind == kind)
    lines: dict[int, tuple[int, Found]] = {}
    for at, entry, alias, alias_folded in session.execute(names):
        begins = any(word.startswith(folded) for word in (entry.folded_zh, entry.folded_en, alias_folded or ""))
        lines.setdefault(at.id, (0 if begins else 1, Found(at, _known_as(at, entry, alias, folded))))
    ranked = sorted(lines.values(), key=lambda entry: (entry[0], sort_key(entry[1].party.name_zh)))
    return [line for _, line in ranked][:SUGGESTED]


def _known_as(at: Party, entry: Party, alias: str, folded: str) -> str:
    """By which other name it was found: none where by its own."""
    if folded not in entry.folded_zh and folded not in entry.folded_en:
        return alias
    return "" if entry.id == at.id else entry.name_zh


def engagements_on(
    session: Session,
    day: date,
    *,
    institution: Party | int | None = None,
    firm: Party | int | None = None,
    existing: bool = True,
) -> list[Engagement]:
    """List who collected for whom on that day: both existed then, unless what the register left open is asked for."""
    asked = (
        select(Engagement)
        .where(Engagement.from_on <= day, or_(Engagement.to_on.is_(None), Engagement.to_on >= day))
        .order_by(Engagement.from_on.desc(), Engagement.id)
    )
    if institution is not None:
        asked = asked.where(Engagement.institution_id == _number(institution))
    if firm is not None:
        asked = asked.where(Engagement.firm_id == _number(firm))
    if existing:  # the sides come along; a sweep has them at hand, as it has the engagements
        asked = asked.options(joinedload(Engagement.institution), joinedload(Engagement.firm))
    found = session.scalars(asked)
    return [each for each in found if not existing or _existed(each, day)]


def _existed(it: Engagement, day: date) -> bool:
    return all(side.ceased_on is None or side.ceased_on > day for side in (it.institution, it.firm))


def service_address(session: Session, party: Party | int) -> ServiceAddress | None:
    """Find where a party is served now; None means on paper."""
    mine = select(ServiceAddress).where(ServiceAddress.party_id == _number(party))
    return session.scalar(mine.where(ServiceAddress.to_on.is_(None)))


def former_service_addresses(session: Session, party: Party | int) -> Sequence[ServiceAddress]:
    """What a party confirmed before, the latest first."""
    mine = select(ServiceAddress).where(ServiceAddress.party_id == _number(party), ServiceAddress.to_on.is_not(None))
    return session.scalars(mine.order_by(ServiceAddress.id.desc())).all()


def served_online(session: Session, parties: Sequence[int]) -> set[int]:
    """Those of these parties that are served in the portal now; the others on paper."""
    asked = select(ServiceAddress.party_id).where(ServiceAddress.party_id.in_(parties), ServiceAddress.to_on.is_(None))
    return set(session.scalars(asked.where(ServiceAddress.electronic)))


def sends_on_paper(session: Session, party: Party | int) -> bool:
    """Whether a company can send nothing in the portal: it is not served there, or nobody who signs for it comes in."""
    return bool(sending_on_paper(session, [_number(party)]))


def sending_on_paper(session: Session, parties: Sequence[int]) -> set[int]:
    """Those of these companies that can send nothing in the portal."""
    return {number for number, since in online_since(session, parties).items() if since is None}


def online_since(session: Session, parties: Sequence[int]) -> dict[int, date | None]:
    """For each company, since when it can send in the portal without a break; before that day it sent on paper.

    It is served there, and somebody who signs for it has come in: none where one of them is wanting. Staff, who read no
    links, ask by a function.
    """
    session.flush()
    found = ONLINE.rows(session, parties=[*parties])
    return {row.company: row.since and date.fromisoformat(row.since) for row in found}


def _online() -> Select[int, str]:
    one = func.unnest(bindparam("parties", None, ARRAY(BigInteger)), type_=BigInteger).column_valued("company")
    return select(one, cast(func.zilu_online_since(one), String).label("since"))


ONLINE: Final = Written(_online)
"""What `online_since` asks of `parties`, for a page that asks ahead."""


def people_of(session: Session, party: Party | int) -> Sequence[Account]:
    """List the accounts of a party."""
    asked = select(Account).where(Account.party_id == _number(party)).order_by(*BY_NAME)
    return session.scalars(asked).all()


def unheld(session: Session, roles: Collection[str]) -> list[str]:
    """Which of these roles nobody of the association holds who could sign in: has come, and is not locked out."""
    mine = select(AccountRole.role).join(Account, Account.id == AccountRole.account_id)
    mine = mine.where(AccountRole.role.in_(roles), Account.works)
    held = set(session.scalars(mine))
    return [role for role in roles if role not in held]


def without_role(session: Session) -> int:
    """How many people of the association have an account, and no role yet: it opens nothing to them."""
    inside = Account.party_id.is_(None) & Account.locked_at.is_(None)
    held = select(AccountRole.role).where(AccountRole.account_id == Account.id).exists()
    return session.scalar(select(func.count()).select_from(Account).where(inside, ~held)) or 0


def with_second_factor(session: Session, party: Party | int) -> frozenset[int]:
    """The accounts of a party that have a second factor; only the system may ask."""
    asked = select(AccountSecret.account_id).join(Account, Account.id == AccountSecret.account_id)
    return frozenset(
        session.scalars(asked.where(Account.party_id == _number(party), AccountSecret.totp_at.is_not(None)))
    )


def companies_of(session: Session, accounts: Iterable[int | None]) -> dict[int, Party]:
    """For which companies these people work; staff work for none."""
    wanted = {number for number in accounts if number is not None}
    known = {number: at_hand(session, Account, "id", number) for number in wanted}
    if None not in known.values():
        people = [each for rows in known.values() for each in rows or () if each.party_id is not None]
        return {each.id: session.get_one(Party, each.party_id) for each in people}
    asked = select(Account.id, Party).join(Party, Party.id == Account.party_id).where(Account.id.in_(wanted))
    return {each.id: each.Party for each in session.execute(asked)}


def account_name(session: Session, account_id: int | None) -> str:
    """Say who somebody is, as far as this reader may know."""
    if account_id is None:
        return ""
    if (known := at_hand(session, Account, "id", account_id)) is not None:
        return known[0].name if known else ""
    return session.scalar(select(Account.name).where(Account.id == account_id)) or ""


def account_names(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of several people, by their numbers."""
    found = select(Account.id, Account.name).where(Account.id.in_({each for each in numbers if each is not None}))
    return {row.id: row.name for row in session.execute(found)}


def waiting_renewals(session: Session) -> Sequence[AccountLink]:
    """List the renewals and invitations that wait for a second person, as far as this reader sees them."""
    return session.scalars(
        select(AccountLink)
        .options(selectinload(AccountLink.account).selectinload(Account.party))
        .where(AccountLink.digest.is_(None), AccountLink.refused_at.is_(None))
        .order_by(AccountLink.asked_at, AccountLink.id),
    ).all()


def _number(party: Party | int) -> int:
    return party if isinstance(party, int) else party.id


def value(session: Session, column: Any, key: Any, number: int) -> Any:  # noqa: ANN401 - columns of one table
    """One value of the row of this number, where this reader may see it."""
    return session.scalar(select(column).where(key == number))
