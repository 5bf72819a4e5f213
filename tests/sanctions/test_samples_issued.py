"""Kinds that the demonstration does not issue are issued here by their verbs, and the samples compared with them."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import inquiries
from notices import alerts, serving
from notices import queries as notices
from notices.models import Document
from notices.papers import Lang, Paper
from tests.builders import Desk, rendered
from tests.builders_cases import World, actor
from tests.casework.test_inquiry import investigated
from tests.casework.test_questionings import record
from tests.notices.sample_shapes import ISSUED_BY_SCENES, drifts
from tests.sanctions.english_scenes import SCENES


def questioned(session: Session, now: datetime) -> None:
    """Somebody of the lender answers questions and signs."""
    world = World(session, now)
    by = {"actor": actor(world.investigator), "version": None, "now": now}
    inquiries.question(session, investigated(world), record=record(world), **by)  # type: ignore[arg-type]


def posted_publicly(session: Session, now: datetime) -> None:
    """The letter could not be handed over and came back, so the head has the notice posted."""
    desk = Desk(session, now)
    letter = notices.last_document(session, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
    assert letter is not None
    service = rendered(session, letter, now)[0]
    alerts.attempted(session, service, "已搬离", actor=desk.officer, now=now)
    serving.step(session, service.id, "post", slip_no="EX1", actor=desk.officer, now=now)
    serving.step(session, service.id, "returned", reason="查无此人", actor=desk.officer, now=now)
    serving.step(session, service.id, "post_publicly", actor=desk.head, now=now)


Scene = Callable[[Session, datetime], None]
LIVES: dict[str, tuple[Scene, set[str]]] = {
    **SCENES,
    "questioned": (questioned, {"D29"}),
    "posted_publicly": (posted_publicly, {"D37"}),
}


def issued(session: Session) -> Iterator[tuple[str, Lang, Paper]]:
    """Every document with its language, and each English edition."""
    for each in session.scalars(select(Document)):
        paper = each.frozen
        yield each.kind, "en" if each.lang == "en" else "zh", paper
        if paper.translation is not None:
            yield each.kind, "en", paper.translation


def test_every_kind_that_the_demonstration_does_not_issue_has_its_scene() -> None:
    assert set().union(*(kinds for _scene, kinds in LIVES.values())) >= ISSUED_BY_SCENES


@pytest.mark.parametrize("name", LIVES)
def test_a_sample_is_built_as_what_is_issued(session: Session, now: datetime, name: str) -> None:
    scene, kinds = LIVES[name]
    scene(session, now)
    found = [each for each in issued(session) if each[0] in kinds]
    assert {kind for kind, _lang, _paper in found} == kinds
    assert list(drifts(found)) == []
