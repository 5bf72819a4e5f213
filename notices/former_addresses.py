"""Whom to ask at a company is forgotten once its confirmation of the address (D28) was replaced long ago.

Who signed it, when, for which address and under which rule stays: on it rests that a notice was served.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.forgetting import forget_later
from notices import erasing
from notices.models import Document
from registry import parties
from registry.models import ServiceAddress


def replaced_before(session: Session, day: date) -> Sequence[int]:
    """The confirmations that were replaced before this day and still name somebody to ask."""
    ended = session.scalars(select(ServiceAddress).where(ServiceAddress.to_on < day).order_by(ServiceAddress.id))
    return [each.id for each in ended if each.contact_name]


def forget(session: Session, number: int, day: date, now: datetime) -> bool:
    """Forget the person to contact, and with it the text of the form; number, day and digests of it stay."""
    it = session.get_one(ServiceAddress, number, with_for_update=True, populate_existing=True)
    if it.to_on is None or it.to_on >= day or not it.contact_name:
        return False
    it.contact_name = it.contact_phone = ""
    form = (Document.subject_kind == "service_address", Document.subject_id == number, Document.erased_at.is_(None))
    gone, _services = erasing.emptied(session, session.scalars(select(Document).where(*form)).all(), now)
    session.flush()
    forget_later(session, gone)
    parties.note(session, it.party, "forget_contact", SYSTEM, now, {"address": number})
    return True
