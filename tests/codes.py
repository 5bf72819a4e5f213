"""What a browser keeps that a complaint's receipt code opened."""

from flask import Flask

from casework import receipts
from casework.models import Complaint
from core.db import transaction
from registry import door


def opened(app: Flask, complaint: int) -> dict[str, object]:
    """As the tracking page leaves it in the cookie, for tests that know the complaint and not its code."""
    with app.app_context(), transaction() as at:
        it = at.get_one(Complaint, complaint)
        known = it.receipt_hash = it.receipt_hash or receipts.digest(f"code of {complaint}")
    return door.opened(complaint, receipts.mark(known))
