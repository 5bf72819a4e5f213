"""What a file said is found no more once it was erased, whenever its words are read."""

import io
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import erasing_cases, evidence
from casework.models_cases import Evidence
from core import outbox
from core.db import transaction
from search import jobs
from search.models import EvidenceText, SearchEntry
from tests.builders_cases import World, actor
from tests.casework.shelf import BEGUN, Shelf, shelf, today
from tests.conftest import NOW
from tests.two_at_once import at_once

__all__ = ["shelf", "today"]


@pytest.fixture
def filed(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A file of a case whose years are over."""

    def make(at: Session) -> dict[str, Any]:
        world = World(at, BEGUN)
        case = world.case(world.complaint())
        track, by = case.tracks[0], {"actor": actor(world.lead), "now": BEGUN}
        it = evidence.hand_in(at, track, io.BytesIO("鹦鹉螺".encode()), "鹦鹉螺.txt", purpose="STATEMENT", **by)
        return {"officer": world.officer.id, "case": case.id, "file": it.id}

    monkeypatch.setattr(erasing_cases.queries, "is_due", lambda *_: True)
    shelf.fill(make)
    return shelf


def erased(at: Session, filed: Shelf) -> dict[str, Any]:
    assert erasing_cases.erase_if_due(at, filed.made["case"], NOW)
    return {}


def nothing_is_left(filed: Shelf) -> None:
    with filed.app.app_context(), transaction() as at:
        assert at.get_one(Evidence, filed.made["file"]).erased_at is not None
        assert at.scalars(select(EvidenceText)).all() == []
        assert at.scalars(select(SearchEntry.body).where(SearchEntry.subject_kind == "evidence")).all() == []
    assert filed.kinds("鹦鹉螺") == []
    assert filed.drift() == []


def test_a_file_that_is_erased_while_its_words_are_read_is_not_found_by_them(
    filed: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(_content: bytes, _media_type: str) -> tuple[str, str]:
        filed.fill(lambda at: erased(at, filed))
        return "鹦鹉螺", ""

    assert filed.kinds("鹦鹉螺") == [("evidence", filed.made["file"])]
    monkeypatch.setattr(jobs, "_read", slowly)
    with filed.app.app_context():
        jobs.read_text(filed.made["file"])
    nothing_is_left(filed)


def test_a_file_whose_words_are_kept_while_it_is_erased_is_not_found_by_them(filed: Shelf) -> None:
    with filed.app.app_context():
        number = filed.made["file"]
        assert at_once(filed.app, lambda at: jobs.keep_text(at, number, "鹦鹉螺"), lambda at: erased(at, filed)) is None
    nothing_is_left(filed)


def test_of_a_file_that_was_erased_before_its_words_were_read_nothing_is_read(filed: Shelf) -> None:
    filed.fill(lambda at: erased(at, filed))
    with filed.app.app_context():
        outbox.run_all()
        jobs.read_text(filed.made["file"])
    nothing_is_left(filed)
