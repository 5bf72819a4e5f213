"""Whoever keeps a matter hears that malicious software was found in a file of it, and nobody gets that file."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import contact_lists, harmful_files
from casework.models import Task
from casework.models_cases import Evidence
from core.db import transaction
from filestore import files, scanning
from filestore.files import StoredFile
from filestore.models_uploads import MadeCopy
from tests.builders import Desk
from tests.casework.test_erasing_kept import evidence_of
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.proceedings.test_hearing_pages import Place
from tests.sanctions.test_file_views import _given


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    """A site with a scanner, which has not come to anything yet."""
    here = Place(app)
    here.open(lambda room: (track := room.noticed(), _given(room, track))[0])
    scanning.init(replace(app.extensions["zilu"], scanner="tcp://127.0.0.1:1"))
    yield here
    scanning.init(app.extensions["zilu"])


def said(place: Place, it: Evidence, **state: object) -> None:
    with place.app.app_context(), transaction() as at:
        at.execute(update(StoredFile).where(StoredFile.sha256 == it.sha256).values(**state))
        if state["held"] == files.FOUND:
            for _ in range(2):
                harmful_files.tell(at, it.sha256)


def test_a_file_that_waits_or_was_found_is_not_shown_and_its_keeper_has_a_task(place: Place) -> None:
    it = place.read(lambda at: at.scalars(select(Evidence).where(Evidence.given_by == "COMPLAINANT")).one())
    room, officer = f"/staff/evidence/{it.id}", place.enter("officer")
    said(place, it, held=files.WAITING)
    officer.post(f"{room}/open", prefix="open")
    assert "still being looked through" in officer.get(f"{room}/room")
    answer = officer.client.get(room)
    assert (answer.status_code, "Try again in a minute" in answer.text) == (503, True)
    said(place, it, held=files.FOUND, found="Zilu.Trial", scanned_at=NOW)
    page = officer.get(f"{room}/room")
    assert "Malicious software was found" in page
    assert "Download the original" not in page
    assert "Keep it for outsiders" not in page, "nobody looks through what nobody sees"
    answer = officer.client.get(room)
    assert (answer.status_code, "Ask for it in another form" in answer.text) == (409, True)
    tasks = place.read(lambda at: at.scalars(select(Task).where(Task.kind == harmful_files.KIND)).all())
    named = place.read(lambda at: at.scalars(select(Evidence).where(Evidence.sha256 == it.sha256)).all())
    assert [(each.role, each.subject_kind) for each in tasks] == [("officer", "case")] * len(named)
    assert "Malicious software was found in a file" in officer.get("/staff/tasks")


def test_neither_a_page_nor_a_copy_is_made_of_such_a_file_to_be_looked_at(place: Place) -> None:
    with place.app.app_context(), transaction() as at:
        it = at.scalars(select(Evidence).where(Evidence.given_by == "COMPLAINANT")).one()
        pdf, shown = files.keep_made(at, made.pdf(), "a.pdf", "application/pdf"), it.sha256
        it.sha256, it.media_type, it.size = pdf.sha256, pdf.media_type, pdf.size
        at.add(MadeCopy(sha256=pdf.sha256, asked_at=NOW, ended_at=NOW, copy_sha256=shown, media_type="image/png"))
    room, officer = f"/staff/evidence/{it.id}", place.enter("officer")
    officer.post(f"{room}/open", prefix="open")
    looks = [f"{room}/pages/1.jpg", f"{room}/copy"]
    assert [officer.client.get(each).status_code for each in looks] == [200, 200]
    said(place, it, held=files.WAITING)
    assert [officer.client.get(each).status_code for each in looks] == [503, 503]
    said(place, it, held=files.FOUND, found="Zilu.Trial", scanned_at=NOW)
    assert [officer.client.get(each).status_code for each in looks] == [409, 409]


def test_a_call_list_that_nobody_gets_is_not_read_as_a_table_either(place: Place) -> None:
    it = place.read(lambda at: at.scalars(select(Evidence).where(Evidence.given_by == "COMPLAINANT")).one())
    it.media_type = "text/plain"
    found = {"held": files.FOUND, "found": "Zilu.Trial", "scanned_at": NOW}
    for state, refused in (({"held": files.WAITING}, scanning.Waits), (found, scanning.Harmful)):
        said(place, it, **state)
        with place.app.app_context(), transaction(), pytest.raises(refused):
            contact_lists.table_of(it)


def test_what_a_complainant_hands_in_waits_for_the_scanner(place: Place) -> None:
    with place.app.app_context(), transaction() as at:
        kept = files.keep(at, io.BytesIO(b"a"), "a.txt")
        assert at.get_one(StoredFile, kept.sha256).held == files.WAITING


def test_whoever_has_the_complaint_hears_of_its_file_and_of_a_copy_that_is_passed_on(session: Session) -> None:
    desk = Desk(session, NOW)
    new, old = desk.received(), desk.forwarded(contact="13900001234").complaint
    copies = [files.keep_made(session, each, "x.pdf", "application/pdf").sha256 for each in (b"2", b"3")]
    first = evidence_of(desk, new, 1)
    evidence_of(desk, old, 2, stripped_sha256=copies[0])
    covered = {"covered_sha256": copies[1], "covered_type": "application/pdf", "covered_size": 1}
    evidence_of(desk, old, 3, **covered, covered_by=desk.officer.id, covered_at=NOW)
    for sha256 in (first.sha256, *copies):
        harmful_files.tell(session, str(sha256))
    tasks = session.scalars(select(Task).where(Task.kind == harmful_files.KIND).order_by(Task.id)).all()
    told = [(each.role, each.subject_ref) for each in tasks]
    assert told == [("intake", f"{new.ref} E1"), ("officer", f"{old.ref} E1"), ("officer", f"{old.ref} E2")]
