"""Papers that tell who complains: masked until somebody opens one, which the journal notes as a look at the person."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.actors import Actor
from notices.models import Document
from notices.papers import Head, Paper

Veil = Callable[[str], str]


class Names(Protocol):
    """What the room that knows complainants says of a paper."""

    def veil(self, session: Session, it: Document) -> Veil | None:
        """How its text is masked; None where it tells of nobody who complains."""

    def is_open(self, session: Session, it: Document, actor: Actor, now: datetime) -> bool:
        """Whether this person opened it not long ago, according to the journal."""

    def open_it(self, session: Session, it: Document, *, actor: Actor, now: datetime) -> None:
        """Note that this person opens it."""


class _Known:
    names: Names | None = None


_known = _Known()


def known_by(names: Names) -> None:
    """Register who knows which papers name complainants."""
    _known.names = names


def veil(session: Session, it: Document, actor: Actor, now: datetime) -> Veil | None:
    """How its text is masked for this reader; None for whoever has opened it, and where it names nobody."""
    names = _known.names
    hide = names.veil(session, it) if names is not None and it.erased_at is None else None
    return hide if names is not None and hide is not None and not names.is_open(session, it, actor, now) else None


def open_it(session: Session, it: Document, *, actor: Actor, now: datetime) -> None:
    """Show the whole of it to this person, once; whoever has it open already is noted no second time."""
    if _known.names is not None and veil(session, it, actor, now) is not None:
        _known.names.open_it(session, it, actor=actor, now=now)


def shown(it: Document, hide: Veil | None) -> tuple[Head, Paper]:
    """Its head and text as frozen, or masked."""
    head, paper = (it.paper[name] if hide is None else _masked(it.paper[name], hide) for name in ("head", "paper"))
    return Head.from_json(head), Paper.from_json(paper)


def _masked(said: Any, hide: Veil) -> Any:  # noqa: ANN401 - plain data
    if isinstance(said, str):
        return hide(said)
    if isinstance(said, list):
        return [_masked(each, hide) for each in said]
    if isinstance(said, dict):
        kept = ("is", "issue_date", "lang", "kind", "pictures")
        return {name: value if name in kept else _masked(value, hide) for name, value in said.items()}
    return said
