"""Later work: deeds that could be taken back for a while are carried out."""

from flask import current_app, g

from core import clock
from core.actors import NOBODY
from core.db import transaction
from core.outbox import job
from notices import undoing


@job(undoing.JOB)
def do_it_now(dossier_id: int) -> None:
    """Carry it out; forms are filled from what was sent, so they get a request that is nobody's."""
    with current_app.test_request_context():
        g.me = NOBODY
        with transaction() as at:
            undoing.do_now(at, dossier_id, clock.now())
