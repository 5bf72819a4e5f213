"""A circular's way to many members as a long job: each member once, watched, cancelled, continued, with its ZIP."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import NotNow
from core.words import _, _l, in_both
from filestore.zips import zipped
from notices import circulars
from notices.models import Document, Service
from notices.queries import LINKS
from registry import accounts, batches, members
from registry import queries as register
from registry.batches import Chosen, File, Kind
from registry.models import Party
from registry.models_batches import Batch, BatchItem

NAME = "notices.circular"
LARGE = 20
"""To more members than this it goes as a long job."""
ZIP = "application/zip"
PROOF = "D21"


def begin(session: Session, document: Document, now: datetime) -> Batch | None:
    """Begin with every member of the day of issue, and why others are left out; None if few have still to be served."""
    there = of_document(session, document.id)
    if there is not None or circulars.no_longer_holds(document):
        return there
    chosen = recipients(session, document.issued_on)
    if sum(each.skip is None for each in chosen) <= LARGE:
        return None
    whose = accounts.actor_of(session, document.issued_by) or Actor(None, frozenset())
    params = {"document": document.id, "number": document.number or ""}
    key = f"{NAME}:{document.id}"
    made = batches.prepare(session, NAME, chosen, params=params, actor=whose, now=now, key=key)
    batches.begin(session, made, actor=whose, now=now)
    return made


def recipients(session: Session, day: date) -> list[Chosen]:
    """Who gets what goes to the members of a day, who does not, and why."""
    meant = members.parties_of(session, register.members_on(session, day))
    found = [Chosen("party", each.id, each.name_zh) for each in meant]
    return found + [Chosen("party", each.id, each.name_zh, why) for each, why in members.left_out(session, day)]


def of_document(session: Session, number: int) -> Batch | None:
    """The job that takes a document to its members."""
    return session.scalar(select(Batch).where(Batch.key == f"{NAME}:{number}"))


def _serve(session: Session, batch: Batch, item: BatchItem, _actor: Actor, now: datetime) -> None:
    """Make the member's own service and take it onward; on paper, if the member has no address online."""
    document = session.get_one(Document, batch.params["document"])
    if circulars.no_longer_holds(document):
        raise NotNow(_l("The document was withdrawn or corrected in the meantime."))
    service = circulars.serve(session, document, item.subject_id, now)
    item.result = {"service": service.id}
    if not register.served_online(session, [service.party_id or item.subject_id]):
        item.reason = in_both(_l("No address for service online is confirmed: it is to be served on paper."))


def _title(_session: Session, batch: Batch) -> str:
    return str(_("Circular %(number)s to the members", number=batch.params["number"]))


def _lacking(session: Session, batch: Batch) -> int:
    made = select(func.count()).where(Document.id == batch.params["document"], Document.pdf_sha256.is_(None))
    return session.scalar(made) or 0


def _zip(session: Session, batch: Batch) -> File:
    """The circular, the proofs of service that are there by now, and a list of all members."""
    document = session.get_one(Document, batch.params["document"])
    if document.pdf_sha256 is None:
        raise NotNow(_l("The PDF of the circular is still being made."))
    mine = select(Service.id).where(Service.document_id == document.id)
    asked = select(Document.pdf_sha256, Party.name_zh).join(Party, Party.id == Document.party_id)
    asked = asked.where(Document.kind == PROOF, Document.subject_kind == "service", Document.subject_id.in_(mine))
    proofs = session.execute(asked.where(Document.pdf_sha256.is_not(None)).order_by(Party.sort_zh, Document.id)).all()
    name = document.number or str(document.id)
    kept = [(f"{name}.pdf", document.pdf_sha256)]
    kept += [(f"送达回证 {party}.pdf", sha256) for sha256, party in proofs if sha256]
    return File(f"{name}.zip", ZIP, zipped(kept, [("成员单位送达情况.csv", circulars.list_of(session, document))]))


def _url(item: BatchItem) -> str:
    return LINKS["party"](item.subject_id) if "party" in LINKS else ""


def _may(actor: Actor) -> bool:
    """Whether somebody sends it out and takes its file: publishers (B05); heads continue it."""
    return actor.has("publisher", "head")


CIRCULAR = Kind(_title, _serve, may=_may, url=_url, file=_zip, lacking=_lacking, by_system=True)
