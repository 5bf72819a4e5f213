"""Material between an institution and its firm, as each of the two reads it, and what waits for whom."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import keyset
from core.db import transaction
from core.words import _l
from portal import places
from portal import policies_materials as policies
from portal.models_materials import MaterialFile, MaterialRequest
from portal.queries_waiting import Waiting, first_source, source
from registry import lineage, members
from registry.models import Party

SHOW = "portal_materials.show"


def one(session: Session, number: int, party_id: int | None) -> MaterialRequest | None:
    """A request in which the company is one of the two sides."""
    asked = select(MaterialRequest).where(MaterialRequest.id == number, _mine(party_id))
    both = joinedload(MaterialRequest.institution), joinedload(MaterialRequest.firm)
    return session.scalar(asked.options(*both, selectinload(MaterialRequest.files)))


def listed(
    session: Session, party_id: int | None, place: keyset.Place = keyset.BEGINNING
) -> tuple[list[MaterialRequest], keyset.Part]:
    """Requests in both directions, newest first."""
    asked = select(MaterialRequest).where(_mine(party_id))
    both = joinedload(MaterialRequest.institution), joinedload(MaterialRequest.firm)
    part = keyset.part(session, asked, (), (MaterialRequest.id,), place, down=True, options=both)
    return [row[0] for row in part.rows], part


def of_matter(session: Session, matter: policies.Matter) -> Sequence[MaterialRequest]:
    """What the institution asked for in one of its matters, newest first; what is open says whether it has lapsed."""
    it = MaterialRequest
    asked = select(it).where(it.subject_kind == policies.kind_of(matter), it.subject_id == matter.id)
    asked = asked.where(it.institution_id == matter.party_id).options(joinedload(it.firm))
    found = session.scalars(asked.order_by(it.id.desc())).all()
    for each in found:
        each.lapsed = each.state == "OPEN" and policies.has_gone_on(matter, each)
    return found


def own_firms(session: Session, institution_id: int) -> Sequence[Party]:
    """Firms that the institution can ask; where one succeeded another, read as the system.

    A company sees neither engagements of others nor who went on as a firm.
    """
    mine = policies.engaged(session, institution_id)
    if not lineage.origins(session, institution_id) and all(each.ceased_on is None for each in mine):
        return mine
    with transaction() as at:
        numbers = [each.id for each in policies.own_firms(at, institution_id)]
    return members.parties_of(session, numbers)


def file(session: Session, number: int, request_id: int) -> MaterialFile | None:
    """One file of a request that was already looked up."""
    return session.scalar(select(MaterialFile).where(MaterialFile.id == number, MaterialFile.request_id == request_id))


def _mine(party_id: int | None) -> ColumnElement[bool]:
    return or_(MaterialRequest.institution_id == party_id, MaterialRequest.firm_id == party_id)


@first_source
def asked_of_us(session: Session, party_id: int) -> Iterator[Waiting]:
    """What institutions ask this firm for, as long as their matters go on."""
    asked = select(MaterialRequest).where(MaterialRequest.firm_id == party_id, MaterialRequest.state == "OPEN")
    found = session.scalars(asked.order_by(MaterialRequest.id)).all()
    what = _l("Give the institution the material it asks for")
    waiting = [Waiting(what, each.ref, SHOW, each.id, each.due_on, place=places.material(each)) for each in found]
    wanted = still_wanted([each.number for each in waiting])
    yield from (each for each in waiting if each.number in wanted)


def still_wanted(numbers: Sequence[int]) -> set[int]:
    """Those that are open and whose matter goes on; read as the system, since the firm cannot see the matter.

    Afterwards everything is read anew: rows of a page are asked for once more, all at once.
    """
    if not numbers:
        return set()
    with transaction() as at:
        asked = at.scalars(select(MaterialRequest).where(MaterialRequest.id.in_(numbers))).all()
        _matters = policies.matters_of(at, asked)  # load them together, with one statement for each kind
        return {each.id for each in asked if policies.is_wanted(at, each)}


OWN_ANSWER = _l("for your own answer, which is due then")


@source
def come_for_us(session: Session, party_id: int) -> Iterator[Waiting]:
    """Firms' answers of which nothing was taken over or put aside yet, as long as the company's matter goes on."""
    mine = select(MaterialRequest).where(MaterialRequest.institution_id == party_id)
    mine = mine.where(MaterialRequest.state == "ANSWERED", MaterialRequest.taken_at.is_(None))
    mine = mine.where(MaterialRequest.put_aside_at.is_(None))
    found = session.scalars(mine.order_by(MaterialRequest.id)).all()
    matters = policies.matters_of(session, found)
    matters = {subject: each for subject, each in matters.items() if policies.goes_on(each)}
    periods = policies.periods_of(session, matters.values())
    what = _l("Read the material of your firm and take over what you need")
    for each in found:
        subject = (each.subject_kind, each.subject_id)
        if subject in matters:
            own = [one for one in periods.get(subject, ()) if one.day0 is not None and one.key != "K04"]
            due, period, note = (own[0].due_on, own[0], OWN_ANSWER) if own else (None, None, "")
            yield Waiting(what, each.ref, SHOW, each.id, due, period, note)
