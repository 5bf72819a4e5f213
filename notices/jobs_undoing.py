"""Later work: what could be taken back for a while is done."""

from flask import current_app, g

from core import clock
from core.actors import NOBODY
from core.db import transaction
from core.outbox import job
from notices import undoing


@job(undoing.JOB)
def do_it_now(dossier_id: int) -> None:
    """Do it; forms are filled again from what was sent, so they need a request, of nobody."""
    with current_app.test_request_context():
        g.me = NOBODY
        with transaction() as at:
            undoing.do_now(at, dossier_id, clock.now())
