"""Deeds that wait for approval: how a room does them again from what was sent, whom it tells, who takes no part."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import Refused
from notices.models import Document, Dossier, Service

Subject = tuple[str, int]


@dataclass(frozen=True)
class Sent:
    """What was sent: form fields, each as often as it was sent, and files by their digests."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    """Field, name and SHA-256."""
    place: str = ""
    """Where its form keeps drafts, as its page carried it."""
    seen: tuple[tuple[str, str], ...] = ()
    """Of which version its page was."""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the database."""
        several = {"fields": self.fields, "files": self.files, "seen": self.seen}
        return {name: [list(each) for each in every] for name, every in several.items()} | {"place": self.place}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sent":
        """What was kept, as it was sent."""
        return cls(
            tuple((name, value) for name, value in data["fields"]),
            tuple((name, called, sha) for name, called, sha in data["files"]),
            data.get("place", ""),
            tuple((name, value) for name, value in data.get("seen", ())),
        )


class Doer(Protocol):
    """What a room registers: how one of its deeds is done again from what was sent."""

    @property
    def words(self) -> frozenset[str]:
        """The fields with the words of what a body decided, which the secretary may change; empty for anything else."""

    def body(self, session: Session, number: int) -> frozenset[int]:
        """The accounts on the panel or review body that decides it; empty if none does."""

    def title(self, session: Session, number: int, event: str) -> str:
        """What it does, and to what, in the reader's language."""

    def form(self, session: Session, number: int, event: str, sent: Sent | None) -> Any:  # noqa: ANN401 - a form
        """Its form, filled with what was sent; if that is None, with the present request."""

    def do(self, session: Session, number: int, event: str, form: Any, actor: Actor, now: datetime) -> None:  # noqa: ANN401
        """Do it."""

    def link(self, session: Session, number: int) -> str:
        """The page of the thing it is done to."""


@dataclass
class _Known:
    doers: dict[str, Doer] = field(default_factory=dict)
    tell: Callable[[Session, Dossier, str, str, datetime], None] = field(
        default=lambda _session, _dossier, _what, _role, _now: None
    )
    partial: Callable[[Session, Subject, Actor, datetime], Iterable[Refused]] = field(
        default=lambda _session, _subject, _actor, _now: ()
    )


_known = _Known()


def does(name: str, doer: Doer) -> None:
    """Register how the deeds of a page are done again."""
    _known.doers[name] = doer


def tell(session: Session, dossier: Dossier, what: str, role: str, now: datetime) -> None:
    """Tell the people concerned what has become of a dossier."""
    _known.tell(session, dossier, what, role, now)


def tell_by(function: Callable[[Session, Dossier, str, str, datetime], None]) -> None:
    """Register who tells people about a dossier: what has become of it, and which role is concerned."""
    _known.tell = function


def partial_by(function: Callable[[Session, Subject, Actor, datetime], Iterable[Refused]]) -> None:
    """Register why somebody takes no part in the matter that a subject belongs to."""
    _known.partial = function


def partial(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> Iterator[Refused]:
    """Why this person has no hand in a dossier, whatever the chain says."""
    yield from _known.partial(session, (dossier.subject_kind, dossier.subject_id), actor, now)


def impartial(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> None:
    """Refuse somebody who has no hand in it."""
    for refusal in partial(session, dossier, actor, now):
        raise refusal


def serves(session: Session, service: Service, actor: Actor, now: datetime) -> None:
    """Refuse somebody who takes no part in the matter, and so notes nothing about service."""
    for refusal in _known.partial(session, ("service", service.id), actor, now):
        raise refusal


def partial_in(session: Session, document: Document, actor: Actor, now: datetime) -> Iterator[Refused]:
    """Why this person does not seal a document: they take no part in its matter."""
    yield from _known.partial(session, (document.subject_kind, document.subject_id), actor, now)


def body_of(session: Session, dossier: Dossier) -> frozenset[int]:
    """The accounts on the body that decided what a dossier holds; empty if no body did."""
    if dossier.deed is None:
        return frozenset()
    doer, number, _event = doer_of(dossier)
    return doer.body(session, number)


def doer_of(dossier: Dossier) -> tuple[Doer, int, str]:
    """Who does it again, the number of the thing, and the name of the deed."""
    page, _slash, event = (dossier.deed or "").partition("/")
    return _known.doers[page], dossier.deed_id or 0, event
