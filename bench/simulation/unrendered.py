"""What a simulation leaves out: pages are not drawn, nothing is signed, no mail leaves, and volumes are not bound."""

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from sqlalchemy import event, select, update

from core import clock
from core.at_hand import Brought, brought
from core.db import session
from core.held_back import held_back
from core.outbox import Outbox
from notices import bundle_making, passing
from notices.bundle_making import Made
from notices.bundle_papers import Contents
from notices.models import Document, Dossier, Service
from registry import clock_moves
from registry.models import ServiceAddress

if TYPE_CHECKING:
    from bench.simulation.season import Season

SELDOM = 50_000
"""After so many new things Python looks for rubbish: each look goes through what lives, which grows all the time."""


def tiny() -> bytes:
    """One empty page: what stands for every document of a simulation."""
    made, held = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(held, deterministic_id=True)
    return held.getvalue()


def post(at: Any, rows: Sequence[Outbox], now: datetime) -> None:
    """What the job that hands mails over does where no server is named: they stand in the outbox."""
    _done(at, rows, now)


def _done(at: Any, rows: Sequence[Outbox], now: datetime) -> None:
    """All of them in one statement: a flush sends one for each."""
    if rows:
        at.execute(update(Outbox).where(Outbox.id.in_([row.id for row in rows])).values(done_at=now))


def file(at: Any, rows: Sequence[Outbox], paper: str, now: datetime, *, together: bool = True) -> None:
    """What the job that renders does, all that waits at once, with one page for each document and nothing signed.

    The page was kept before the first of them: hands that keep it at the same time wait for each other. The dossier is
    sealed and each service taken onward as ever (I-18), and all of it is written together, as by a sweep. This lives in
    bench/, which the application never imports: no setting and no request reaches it.
    """
    if not rows:
        return
    numbers = [row.args["document_id"] for row in rows]
    at.execute(update(Document).where(Document.id.in_(numbers)).values(pdf_sha256=paper, pdf_at=now, pages=1))
    _done(at, rows, now)
    dossiers = set(at.scalars(select(Document.dossier_id).where(Document.id.in_(numbers)))) - {None}
    if not together:
        documents = at.scalars(select(Document).where(Document.dossier_id.in_(dossiers)).order_by(Document.id))
        _pass_on(at, documents.all(), now)
        return
    with brought(at) as here, held_back(at):
        _pass_on(at, _bring(here, dossiers), now)


def _pass_on(at: Any, documents: Sequence[Document], now: datetime) -> None:
    for document in {each.dossier_id: each for each in documents}.values():
        passing.pass_on(at, document, now)


def _bring(here: Brought, dossiers: Collection[int]) -> list[Document]:
    """What passing these on asks for, of all of them in a few statements: their documents."""
    here.lock(Dossier, dossiers)
    documents = here.rows(Document, "dossier_id", dossiers, lock=True)
    services = here.rows(Service, "document_id", {each.id for each in documents}, lock=True)
    here.hang(Dossier, "documents", lambda document: document.id)
    clock_moves.bring(here, {("service", each.id) for each in services})
    here.rows(ServiceAddress, "party_id", {each.party_id for each in services})
    return documents


@contextmanager
def unrendered(season: "Season") -> Iterator[None]:
    """The season's time instead of the wall's; what is asked for later is done by the season, without any press."""

    def bound(contents: Contents, _tell: object = None) -> Made:
        many = len(contents.pieces)
        return Made(season.page, many, list(range(1, many + 1)))

    own, clock.now = clock.now, lambda: season.now
    making, bundle_making.make = bundle_making.make, bound
    event.listen(session(), "before_commit", season.asked_for)
    gc.freeze()
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM)
    try:
        yield
    finally:
        clock.now, bundle_making.make = own, making
        gc.set_threshold(*usual)
        event.remove(session(), "before_commit", season.asked_for)
