"""Reads of service: what waits to be served, by when, whose days are over meanwhile; what was noted on the way."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from core import keyset
from notices.models import Service, ServiceStep
from notices.queries import spelt
from registry.models import Party
from registry.models_clocks import Clock


def to_serve(session: Session, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Service], keyset.Part]:
    """Services that wait for a person, oldest first: paper, bounced alerts, failed rendering, copies asked for."""
    every, with_document = select(Service).join(Service.document), [contains_eager(Service.document)]
    part = keyset.part(session, every, (waits_to_be_served(),), (Service.id,), place, options=with_document)
    return [row[0] for row in part.rows], part


def waits_to_be_served() -> ColumnElement[bool]:
    """A service that waits for a person, as SQL."""
    waiting = [*map(spelt, ("FAILED", "READY", "POSTED", "UNDELIVERED"))]
    not_void = Service.state != spelt("VOID")
    asked = Service.paper_asked_at.is_not(None) & Service.paper_sent_on.is_(None) & not_void
    return or_(Service.state.in_(waiting), asked)


def parties_of(session: Session, services: Iterable[Service]) -> dict[int, Party]:
    """The parties to which these services go, by number."""
    mine = {each.party_id for each in services if each.party_id is not None}
    return {each.id: each for each in session.scalars(select(Party).where(Party.id.in_(mine)))}


def serve_by(session: Session, services: Iterable[Service]) -> dict[int, Clock]:
    """By when each is to be served (K19), even if that day has passed."""
    mine = [each.id for each in services]
    found = select(Clock).where(Clock.subject_type == "service", Clock.subject_id.in_(mine), Clock.key == "K19")
    found = found.where(Clock.due_on.is_not(None), (Clock.state == "RUNNING") | (Clock.how == "expired"))
    return {clock.subject_id: clock for clock in session.scalars(found.order_by(Clock.id))}


REMINDER: Final = ("D07a", "K04")
"""The letter that is sent once an answer is late, and the days that are left then."""


def days_over(session: Session, services: Iterable[Service]) -> set[int]:
    """Of reminders that still wait to be served those whose days to answer have ended meanwhile."""
    kind, key = REMINDER
    mine = [each for each in services if each.document.kind == kind]
    about = {(each.document.subject_kind, each.document.subject_id) for each in mine}
    ended = select(Clock).where(tuple_(Clock.subject_type, Clock.subject_id).in_(about), Clock.key == key)
    days: dict[tuple[str, int], date] = {}
    for clock in session.scalars(ended.where(Clock.how == "expired").order_by(Clock.id)) if about else ():
        if clock.due_on is not None:
            days[clock.subject_type, clock.subject_id] = clock.due_on
    return {
        each.id
        for each in mine
        if (day := days.get((each.document.subject_kind, each.document.subject_id))) and day >= each.document.issued_on
    }


def steps_of(session: Session, service_id: int) -> Sequence[ServiceStep]:
    """What was noted of serving a document on paper, and which ways failed, in the order of their days."""
    mine = select(ServiceStep).where(ServiceStep.service_id == service_id)
    return session.scalars(mine.order_by(ServiceStep.day, ServiceStep.id)).all()


def proven(session: Session, documents: Iterable[int]) -> list[tuple[int, ServiceStep]]:
    """The steps of serving these documents that a file proves, each with the document's number, in the same order."""
    served = session.scalars(select(Service).where(Service.document_id.in_(list(documents)))).all()
    about = {each.id: each.document_id for each in served}
    noted = session.scalars(select(ServiceStep).where(ServiceStep.service_id.in_(list(about)))).all()
    shown = sorted((each for each in noted if each.sha256 is not None), key=lambda each: (each.day, each.id))
    return [(about[each.service_id], each) for each in shown]
