"""What long jobs keep of a complaint that is erased beside them: their files and sheets go with it."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import (
    erasing,
)
from casework.models import Complaint
from core import outbox
from core.actors import SYSTEM
from core.db import transaction
from desk import bulk_files
from filestore import files
from registry import batches
from registry.models_batches import Batch, BatchItem
from tests.builders import Desk
from tests.casework.test_erasing import AFTER, WORD, both, erase

__all__ = ["both"]
from tests.conftest import NOW
from tests.registry.test_notifications import last_code, taking  # noqa: F401 - a fixture
from tests.two_at_once import at_once


def job_of(at: Session, name: str, *numbers: int) -> int:
    """A long job over these complaints that a head of department has started."""
    head = Desk(at, NOW).head
    chosen = [batches.Chosen("complaint", each, str(each)) for each in numbers]
    params = {"ending": "csv", "lang": "zh"}
    it = batches.prepare(at, f"complaints.{name}", chosen, params=params, actor=head, now=NOW)
    batches.start(at, it, actor=head, now=NOW)
    return it.id


def test_a_file_that_is_being_made_while_one_of_its_complaints_is_erased_is_made_anew(
    app: Flask, both: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents: list[str] = []

    def slowly(at: Session, batch: Batch) -> batches.File:
        file = bulk_files.export(at, batch)
        contents.append(file.content.decode())
        if len(contents) == 1:
            assert erase(app, AFTER) == 2
        return file

    about = batches.KINDS["complaints.export"]
    monkeypatch.setitem(batches.KINDS, "complaints.export", replace(about, file=slowly))
    with app.app_context():
        with transaction() as at:
            number = job_of(at, "export", *both)
        outbox.run_all()
        assert [WORD in each for each in contents] == [True, False]
        with transaction() as at:
            batch = at.get_one(Batch, number)
            assert batch.state == "DONE"
            assert WORD not in files.read(batch.sha256 or "").decode()


def test_a_sheet_that_is_kept_while_its_complaint_is_being_erased_is_forgotten_with_it(
    app: Flask, both: tuple[int, int]
) -> None:
    def printed(at: Session) -> None:
        batch, item = at.get_one(Batch, number, with_for_update=True), at.scalars(select(BatchItem)).one()
        batches.KINDS["complaints.print"].do(at, batch, item, SYSTEM, NOW)

    with app.app_context():
        with transaction() as at:
            number = job_of(at, "print", both[0])
        assert at_once(app, printed, lambda at: erasing.erase_if_due(at, both[0], AFTER)) is None
        with transaction() as at:
            assert at.get_one(Complaint, both[0]).erased_at is not None
            assert at.scalars(select(BatchItem)).one().result == {}
