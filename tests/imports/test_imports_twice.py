"""What an import has begun is not lost, doubled or hidden by whoever tries its file again at another moment."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.db import transaction
from core.errors import NotNow
from imports import uploads
from imports.models import ImportFile
from registry import batches, jobs_batches
from registry.models_accounts import Account
from registry.models_batches import Batch
from tests.builders import actor_of
from tests.imports.house import HOME, SAID, House, as_csv, house
from tests.two_at_once import at_once

__all__ = ["house"]


def test_a_dry_run_that_was_cancelled_takes_no_import_s_place_when_somebody_goes_on_with_it(house: House) -> None:
    number = house.bring(as_csv(), "north.csv")
    house.post(f"{HOME}/{number}/columns", **SAID)
    cancelled = house.file(number).look_id or 0
    house.post(f"/staff/jobs/{cancelled}/cancel")
    house.post(f"{HOME}/{number}/again")
    house.run()
    work = house.start(number)
    house.run()
    house.post(f"/staff/jobs/{cancelled}/go-on")
    house.run()
    assert house.items(cancelled) == [("SKIPPED", "Another dry run of this file was begun since.")]
    assert house.file(number).batch_id == work
    assert house.mine.post(f"{HOME}/{number}/remove", data={"key": "away"}).status_code == 409


def test_an_import_that_is_started_at_the_moment_its_file_is_tried_again_stays(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    work = house.file(number).batch_id or 0

    def start(at: Session) -> None:
        head = actor_of(at.get_one(Account, house.head))
        batches.start(at, at.get_one(Batch, work), actor=head, now=clock.now())

    def again(at: Session) -> None:
        head, it = actor_of(at.get_one(Account, house.head)), at.get_one(ImportFile, number, with_for_update=True)
        uploads.try_out(at, it, lang="zh", actor=head, now=clock.now())

    with house.app.app_context():
        assert isinstance(at_once(house.app, start, again), NotNow)
    house.run()
    assert (house.state(work), house.refs()) == ("DONE", ["NORTH-N1", "NORTH-N2", "NORTH-N5"])


def test_nothing_goes_on_after_it_is_being_taken_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came in then could never be taken back."""
    monkeypatch.setattr(jobs_batches, "TOGETHER", 1)
    work = house.start(house.tried(as_csv(), "north.csv"))
    with house.app.app_context():
        assert jobs_batches.one(work)
    house.post(f"/staff/jobs/{work}/cancel")
    back = house.post(f"/staff/jobs/{work}/undo")
    assert f"/staff/jobs/{work}/go-on" not in house.read(f"/staff/jobs/{work}")
    assert house.mine.post(f"/staff/jobs/{work}/go-on", data={"key": "on"}).status_code == 409
    house.post(f"{back}/discard")
    house.post(f"/staff/jobs/{work}/go-on")
    house.run()
    assert len(house.refs()) == 3
    with house.app.app_context(), transaction() as at:
        assert at.get_one(Batch, work).state == "DONE"


def test_a_dry_run_that_was_cancelled_is_not_said_to_have_refused_the_file(house: House) -> None:
    number = house.bring(as_csv(), "north.csv")
    house.post(f"{HOME}/{number}/columns", **SAID)
    house.post(f"/staff/jobs/{house.file(number).look_id}/cancel")
    page = house.read(f"{HOME}/{number}?lang=en")
    assert "The file as a whole was refused." not in page
    assert "The dry run was cancelled." in page
    assert f"{HOME}/{number}/again" in page


def test_what_was_laid_down_and_put_away_is_not_said_to_have_waited_too_long(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    house.post(f"/staff/jobs/{house.file(number).batch_id}/discard")
    page = house.read(f"{HOME}/{number}?lang=en")
    assert "Nobody started it within a day" not in page
    assert "It was put away, or nobody started it within a day: try it again." in page
