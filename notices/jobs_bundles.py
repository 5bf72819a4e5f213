"""Later work of bundles: made outside any transaction, its progress noted, kept with what it was made of."""

import time

from core import clock, outbox
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from filestore import files
from notices import bundle_making, bundles
from notices.bundle_making import Made
from notices.bundle_papers import PDF, Contents
from notices.models_bundles import Bundle

SECONDS = 0.7
"""So often at most the page that waits is told something new."""


@outbox.job("notices.bundle")
def make(bundle_id: int) -> None:
    """Gather, make, keep; a second run finds it made, one that comes too late that it was erased."""
    at = session()
    read_as(at, SYSTEM_READER)
    asked = at.get_one(Bundle, bundle_id)
    if asked.sha256 is not None or asked.erased_at is not None:
        at.rollback()
        return
    contents = bundles.CONTENTS[asked.subject_kind, asked.variant](at, asked.subject_id)
    at.rollback()
    try:
        made = bundle_making.make(contents, _Progress(bundle_id))
    except Refused as failure:
        with transaction() as inside:
            inside.get_one(Bundle, bundle_id).trouble = str(failure)[:500]
        raise
    _keep(bundle_id, contents, made)


class _Progress:
    """Notes how far it is, in a transaction of its own, not for every paper."""

    def __init__(self, bundle_id: int) -> None:
        self._bundle_id, self._told = bundle_id, 0.0

    def __call__(self, done: int, steps: int) -> None:
        if time.monotonic() - self._told < SECONDS:
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
