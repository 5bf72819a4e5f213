"""Bundles: documents of a subject as one PDF, asked for, made later, and kept with what they were made of."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import NotNow
from core.outbox import later
from core.registered import Registered
from core.words import _l
from notices.bundle_making import Made, proofs
from notices.bundle_papers import Contents
from notices.models_bundles import Bundle

Subject = tuple[str, int]
Gather = Callable[[Session, int], Contents]
Settle = Callable[[Session, Bundle, Contents, Made], None]
CONTENTS: dict[tuple[str, str], Gather] = {}
"""What belongs in a variant of a kind of subject: registered by the rooms that know."""
SETTLED = Registered[Settle]()
settles = SETTLED.add
"""Register what follows once a bundle is made, in the transaction that keeps it."""
JOB = "notices.bundle"
PATIENCE = timedelta(hours=1)
"""How long nobody else can ask for the same bundle while it is being made."""


def gathers(kind: str, variant: str) -> Callable[[Gather], Gather]:
    """Register what belongs into this variant: func(session, number of the subject)."""

    def register(function: Gather) -> Gather:
        CONTENTS[kind, variant] = function
        return function

    return register


def ask(session: Session, subject: Subject, variant: str, *, actor: Actor, now: datetime, anew: bool = False) -> Bundle:
    """Ask for a bundle of what there is now; returns the one being made, if there is one, unless `anew`."""
    running = newest(session, subject, variant)
    if running is not None and is_in_the_making(running, now) and not anew:
        return running
    if not CONTENTS[subject[0], variant](session, subject[1]).pieces:
        raise NotNow(_l("There is nothing to put into a bundle yet."))
    asked = Bundle(
        subject_kind=subject[0], subject_id=subject[1], variant=variant, asked_at=now, asked_by=actor.id, made_of={}
    )
    session.add(asked)
    session.flush()
    make_later(session, asked.id, 0)
    return asked


def make_later(session: Session, bundle_id: int, leg: int) -> None:
    """Ask once for this leg of its making."""
    later(session, JOB, key=key_of(bundle_id, leg), bundle_id=bundle_id, leg=leg)


def key_of(bundle_id: int, leg: int) -> str:
    """The key under which a leg is asked for."""
    return f"bundle:{bundle_id}:{leg}"


def is_in_the_making(bundle: Bundle, now: datetime) -> bool:
    """Whether it is worth waiting for."""
    return bundle.sha256 is None and bundle.trouble is None and now - bundle.asked_at < PATIENCE


def newest(session: Session, subject: Subject, variant: str) -> Bundle | None:
    """The one asked for last, whatever became of it."""
    return session.scalar(_of(subject, variant).limit(1))


def newest_made(session: Session, subject: Subject, variant: str) -> Bundle | None:
    """The last one that was completed."""
    return session.scalar(_of(subject, variant).where(Bundle.sha256.is_not(None)).limit(1))


def _of(subject: Subject, variant: str) -> Select[Bundle]:
    mine = select(Bundle).where(Bundle.subject_kind == subject[0], Bundle.subject_id == subject[1])
    return mine.where(Bundle.variant == variant, Bundle.erased_at.is_(None)).order_by(Bundle.id.desc())


def came_since(bundle: Bundle, contents: Contents) -> int:
    """How many entries have come, changed or gone since it was made."""
    present = proofs(contents)
    return sum(present.get(mark) != bundle.made_of.get(mark) for mark in {*present, *bundle.made_of})
