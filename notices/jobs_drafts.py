"""Later work on drafts that wait: carried out once they cannot be taken back, dropped once they are impossible.

Their forms are filled from what was sent: they get a request that is nobody's.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g
from sqlalchemy.orm import Session

from core import clock, drafting
from core.actors import NOBODY
from core.db import transaction
from core.outbox import job
from notices import approval_waiting, queries_approval, undoing
from notices.doers import Sent
from notices.models import Dossier
from registry import accounts


@contextmanager
def _in_nobodys_request() -> Iterator[Session]:
    with current_app.test_request_context():
        g.me = NOBODY
        with transaction() as at:
            yield at


@job(undoing.JOB)
def do_it_now(dossier_id: int) -> None:
    """Carry out what can't be taken back any more."""
    with _in_nobodys_request() as at:
        if undoing.do_now(at, dossier_id, clock.now()):
            _give_back(at, dossier_id)


@job(approval_waiting.JOB)
def look_again(dossier_id: int) -> None:
    """Drop a draft that what happened outside has made impossible."""
    with _in_nobodys_request() as at:
        if approval_waiting.drop_if_impossible(at, dossier_id, clock.now()):
            _give_back(at, dossier_id)


def _give_back(at: Session, number: int) -> None:
    """What has become impossible stands in its form again, for whoever sent it; not where this person is locked out."""
    newest = queries_approval.version_of(at, number)
    person = accounts.actor_of(at, at.get_one(Dossier, number).drafted_by)
    if newest is not None and person is not None:
        sent = Sent.from_json(newest.sent)
        drafting.give_back(at, sent.place, (*sent.fields, *sent.seen), person)
