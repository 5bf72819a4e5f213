"""Trainings ordered together: each decision its own notice and number, none twice, those left out with their reason."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework.models_cases import CaseTrack
from core import clock, outbox
from core.actors import Actor
from core.db import transaction
from filestore import files
from filestore.stores import Folder
from notices import approval_steps
from notices.models import Document, Dossier, SeriesCounter
from registry import jobs_batches, settings
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from sanctions import measures, training_orders
from tests.builders import account
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.signed_in import signed_in

ADMIN = Actor(None, frozenset({"system_admin"}))
PLAN = {"first_on": "2026-12-15", "sessions": "", "training_place": "线上", "which": "all"}


class Killed(BaseException):
    """What no runner catches: the process is gone."""


class Waiting:
    """Three decisions whose training waits, and one that orders an interview too."""

    def __init__(self, app: Flask, *levels: list[int]) -> None:
        with app.app_context(), transaction() as at:
            chain = Chain(at, NOW - timedelta(days=30))
            self.tracks = [chain.effective(each).id for each in levels]
            self.officer, self.head = chain.officer.id, chain.head.id
            for row in at.scalars(select(outbox.Outbox)):
                row.done_at = NOW
        self.client = signed_in(app, self.officer, lang=None)

    def prepare(self) -> int:
        answer = self.client.post("/staff/trainings", data={**PLAN, "key": "once"})
        assert answer.status_code == 303, answer.text
        return int(answer.location.rpartition("/")[2])

    def start(self, number: int) -> None:
        assert self.client.post(f"/staff/jobs/{number}/start", data={"key": "start"}).status_code == 303


@pytest.fixture
def travelled() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.mark.usefixtures("travelled")
def test_each_decision_gets_one_notice_of_its_own_though_the_worker_is_killed_and_all_of_them_as_one_zip(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path / "files"))
    world = Waiting(app, [3], [3], [2, 3], [3])
    number = world.prepare()
    shown = world.client.get(f"/staff/jobs/{number}?lang=en").text
    assert "The decision orders an interview too" in shown
    assert "该决定同时要求约谈" in world.client.get(f"/staff/jobs/{number}?lang=zh").text
    with app.app_context(), transaction() as at:
        assert not at.scalars(select(Document).where(Document.kind == "D23d")).all()
    world.start(number)
    real, dying = measures.execute, [False, True]

    def killed(*given: object, **named: object) -> None:
        real(*given, **named)  # type: ignore[arg-type]
        if dying and dying.pop(0):
            raise Killed

    monkeypatch.setattr(measures, "execute", killed)
    with app.app_context():
        with pytest.raises(Killed):
            jobs_batches.carry_on(number)
        jobs_batches.carry_on(number)
        with transaction() as at:
            made = at.scalars(select(Document).where(Document.kind == "D23d").order_by(Document.serial)).all()
            last = at.scalar(select(SeriesCounter.last).where(SeriesCounter.series == "训"))
            assert [each.serial for each in made] == [1, 2, 3]
            assert last == 3
            assert sorted(each.subject_id for each in made) == [world.tracks[0], world.tracks[1], world.tracks[3]]
            assert {at.get_one(CaseTrack, each.subject_id).state for each in made} == {"EXECUTING"}
            assert at.get_one(CaseTrack, world.tracks[2]).state == "EFFECTIVE"
            batch = at.get_one(Batch, number)
            assert (batch.state, batch.done, batch.skipped, batch.sha256) == ("DONE", 3, 1, None)
            for each in made[:2]:
                content = f"%PDF {each.number}".encode()
                each.pdf_sha256 = files.keep_made(at, content, "d.pdf", "application/pdf").sha256
                each.pdf_at = NOW
    assert "1 PDF is still being made" in world.client.get(f"/staff/jobs/{number}?lang=en").text
    world.client.post(f"/staff/jobs/{number}/file", data={"key": "file"})
    with app.app_context():
        jobs_batches.make_file(number)
    with zipfile.ZipFile(io.BytesIO(world.client.get(f"/staff/jobs/{number}/file").data)) as archive:
        assert sum(each.endswith(".pdf") for each in archive.namelist()) == 2
        assert "制作中" in archive.read("强制培训通知书清单.csv").decode("utf-8-sig")


@pytest.mark.usefixtures("travelled")
def test_what_needs_more_hands_is_put_before_them_and_issued_once_the_last_signs(app: Flask) -> None:
    world = Waiting(app, [3])
    with app.app_context(), transaction() as at:
        general = {"like": "APPROVAL_CHAIN", "meaning": ("x", "x"), "basis": "x", "actor": ADMIN, "now": NOW}
        laid = settings.lay_down(at, "APPROVAL_CHAIN.D23d", ["check:reviewer", "sign:head"], **general)
        settings.confirm(at, laid, actor=ADMIN, version=None, now=NOW)
    number = world.prepare()
    world.start(number)
    with app.app_context():
        jobs_batches.carry_on(number)
        with transaction() as at:
            item = at.scalars(select(BatchItem).where(BatchItem.batch_id == number)).one()
            assert item.state == "DONE", item.reason
            assert "wait for approval" in (item.reason or {})["en"]
            assert not at.scalars(select(Document).where(Document.kind == "D23d")).all()
            drafted = at.scalars(select(Dossier).where(Dossier.deed == training_orders.DEED)).one()
            assert (drafted.state, drafted.deed_id) == ("IN_APPROVAL", world.tracks[0])
            person = actor(at.get_one(Account, world.officer))
            again = training_orders.prepare(
                at, world.tracks, training_orders._plan(at.get_one(Batch, number)), actor=person, now=clock.now()
            )
            assert again.skipped == 1
        with transaction() as at:
            drafted, now = at.get_one(Dossier, drafted.id), clock.now()
            reviewer = actor(account(at, "审理员丁", "reviewer"))
            approval_steps.approve(at, drafted, actor=reviewer, version=None, now=now)
            approval_steps.sign(at, drafted, actor=actor(at.get_one(Account, world.head)), version=None, now=now)
            assert at.scalars(select(Document).where(Document.kind == "D23d")).one().number
