"""Later work of bundles: made outside any transaction, with progress noted, and kept with what they were made of."""

import time

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import clock, outbox
from core.crypto import keyed_hash
from core.db import SYSTEM_READER, db, read_as, session, transaction
from core.errors import Refused
from core.words import _l, in_both
from filestore import files, scanning, scratch
from notices import bundle_making, bundles
from notices.bundle_making import Made
from notices.bundle_papers import PDF, Contents
from notices.models_bundles import Bundle

OFTEN = 0.7
"""Seconds: so often at most the page that waits is told something new."""
SECONDS = 20.0
"""How long a leg begins further entries, in seconds; then other work has its turn, and what is prepared waits here."""
GAVE_UP = _l("The system could not make it; administrators see why. It can be asked for again.")


@outbox.job(bundles.JOB)
def make(bundle_id: int, leg: int = 0) -> None:
    """Carry out one leg: gather, prepare, and once that is complete bind and keep.

    A second run finds it made, or the next leg asked for; one that comes too late finds it erased.
    """
    at = session()
    read_as(at, SYSTEM_READER)
    asked = at.get_one(Bundle, bundle_id)
    name = place_of(bundle_id)
    if asked.sha256 is not None or asked.erased_at is not None:
        at.rollback()
        scratch.drop(name)
        return
    if _went_on(at, bundle_id, leg):
        at.rollback()
        return
    contents = bundles.CONTENTS[asked.subject_kind, asked.variant](at, asked.subject_id)
    held = scanning.held_among(at, [each.sha256 for each in contents.pieces if each.sha256])
    at.rollback()
    try:
        kept = scratch.kept(name)
        made = bundle_making.go_on(contents, kept, _Progress(bundle_id), held=held, seconds=SECONDS)
    except Refused as failure:
        with transaction() as inside:
            inside.get_one(Bundle, bundle_id).trouble = in_both(failure)
        raise
    if made is None:
        with transaction() as inside:
            bundles.make_later(inside, bundle_id, leg + 1)
        return
    _keep(bundle_id, contents, made)
    scratch.drop(name)


def place_of(bundle_id: int) -> str:
    """The folder of prepared files, by installation: two on one machine both have a first bundle."""
    return f"bundle-{keyed_hash('scratch', str(db.engine.url)).hex()[:16]}-{bundle_id}"


def _went_on(at: Session, bundle_id: int, leg: int) -> bool:
    """Whether the worker ended after asking for the next leg."""
    after = select(exists().where(outbox.Outbox.key == bundles.key_of(bundle_id, leg + 1)))
    return bool(at.scalar(after))


def gave_up(at: Session, row: outbox.Outbox) -> None:
    """The job failed for the last time: say so on the page that waits, and remove what was prepared."""
    if row.job != bundles.JOB:
        return
    scratch.drop(place_of(row.args["bundle_id"]))
    bundle = at.get_one(Bundle, row.args["bundle_id"], with_for_update=True, populate_existing=True)
    if bundle.sha256 is None and bundle.trouble is None:
        bundle.trouble = in_both(GAVE_UP)


class _Progress:
    """Notes progress in a transaction of its own, but not for every entry."""

    def __init__(self, bundle_id: int) -> None:
        self._bundle_id, self._told = bundle_id, 0.0

    def __call__(self, done: int, steps: int) -> None:
        if time.monotonic() - self._told < OFTEN:
            return
        with transaction() as at:
            bundle = at.get_one(Bundle, self._bundle_id)
            bundle.steps, bundle.done = steps, done
        self._told = time.monotonic()


def _keep(bundle_id: int, contents: Contents, made: Made) -> None:
    with transaction() as at:
        bundle = at.get_one(Bundle, bundle_id, with_for_update=True, populate_existing=True)
        if bundle.sha256 is not None or bundle.erased_at is not None:
            return
        kept = files.keep_made(at, made.content, f"{bundle_id}.pdf", PDF)
        bundle.sha256, bundle.size, bundle.pages = kept.sha256, kept.size, made.pages
        bundle.made_at, bundle.trouble, bundle.made_of = clock.now(), None, bundle_making.proofs(contents, made.missing)
        bundle.steps = bundle.done = len(contents.pieces) + 1
        at.flush()
        for settle in bundles.SETTLED:
            settle(at, bundle, contents, made)
