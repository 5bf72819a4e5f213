"""Files that long jobs make, and who sees a job and takes its file."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import clock, outbox
from core.db import Reader, read_as, transaction
from core.db import session as reading
from core.errors import NotNow
from core.forgetting import forget_later
from filestore import files
from filestore.stores import Folder
from notices.models_bundles import Bundle
from registry import batches, jobs_batches
from registry.batches import File, Kind
from registry.models import Party
from registry.models_batches import Batch, BatchItem
from tests.builders import Desk, account
from tests.registry.test_batches import KIND, PLAIN, Works, works
from tests.signed_in import signed_in

__all__ = ["works"]


def _read(client: FlaskClient, path: str) -> Any:
    """As a browser of its own would: the language that the page before was in is forgotten."""
    refresh()
    return client.get(path)


def test_a_file_made_anew_lets_the_one_before_it_go(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    number, kept = works.prepared(PLAIN), []
    works.act(batches.start, number)
    outbox.run_all()
    for content in (b"all", b"all of them", b"all of them"):
        made = File("l.txt", "text/plain", content)
        again = Kind(lambda _s, it: f"List {it.id}", file=lambda _s, _it, made=made: made)
        monkeypatch.setitem(batches.KINDS, PLAIN, again)
        works.act(batches.ask_file, number)
        outbox.run_all()
        with transaction() as at:
            kept.append(at.get_one(Batch, number).sha256)
    assert kept[0] != kept[1] == kept[2]
    with transaction() as at:
        assert list(at.scalars(select(files.StoredFile.sha256))) == [kept[1]]


def test_the_file_of_a_job_that_could_not_go_on_is_made_and_the_job_says_what_it_said(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(batches.KINDS, KIND, Kind(lambda _s, _it: "", works.do, file=batches.KINDS[PLAIN].file))
    number = works.prepared()
    works.act(batches.start, number)
    assert jobs_batches.one(number)
    with transaction() as at:
        row = at.scalars(select(outbox.Outbox).where(outbox.Outbox.done_at.is_(None))).one()
        jobs_batches.gave_up(at, row)
    works.act(batches.ask_file, number)
    outbox.run_all()
    with transaction() as at:
        it = at.get_one(Batch, number)
        assert (it.state, it.trouble, it.file_name) == ("FAILED", jobs_batches.in_both(jobs_batches.GAVE_UP), "l.txt")


def test_a_file_that_cannot_be_made_yet_leaves_the_job_done(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    number = works.prepared(PLAIN)
    works.act(batches.start, number)
    outbox.run_all()

    def not_yet(_session: Session, _batch: Batch) -> File:
        raise NotNow

    monkeypatch.setitem(batches.KINDS, PLAIN, Kind(lambda _s, _it: "", file=not_yet))
    works.act(batches.ask_file, number)
    outbox.run_all()
    with transaction() as at:
        it = at.get_one(Batch, number)
        assert (it.state, it.trouble, it.file_name) == ("DONE", None, "l.txt")


def test_one_sees_ones_own_and_heads_see_all_but_only_the_starter_takes_the_file(
    works: Works, app: Flask, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path))  # type: ignore[arg-type]
    number = works.prepared(PLAIN)
    with transaction() as at:
        stranger = account(at, "对方联系人", "lead", party=at.get_one(Party, works.parties[0])).id
        drawn = account(at, "仅抽中者", "panel").id
    mine, theirs, head = (signed_in(app, each, lang=None) for each in (works.officer, works.other, works.head))
    page = _read(mine, f"/staff/jobs/{number}?lang=en")
    assert "Nothing has been done yet." in page.text
    assert "8 items were chosen; 1 of them is left out, with the reason beside it; 7 can be done<" in page.text
    assert "Nothing was chosen." in page.text
    assert "尚未办理" in _read(mine, f"/staff/jobs/{number}?lang=zh").text
    assert mine.post(f"/staff/jobs/{number}/start", data={"key": "1"}).status_code == 303
    assert 'http-equiv="refresh"' in _read(mine, f"/staff/jobs/{number}").text
    alone = _read(mine, f"/staff/jobs/{number}/progress")
    assert (alone.status_code, "swap-oob" in alone.text) == (200, False), "an import's page shows nothing beside it"
    news = _read(mine, f"/staff/jobs/{number}/progress?items=DONE").text
    assert news.count('data-hx-swap-oob="true"') == 3, "state, counts and list change with the progress"
    whole = _read(mine, f"/staff/jobs/{number}").text
    (listed,) = re.findall(r'<div id="batch-items">(.*?)</table>', whole, re.DOTALL)
    assert listed in _read(mine, f"/staff/jobs/{number}/progress?items=").text
    assert "progress?items=&amp;after=1" in _read(mine, f"/staff/jobs/{number}?after=1").text, "the page that is open"
    assert 'items=DONE" aria-current="page"' in news
    outbox.run_all()
    assert works.state(number) == ("DONE", 7, 0, 1)
    assert 'http-equiv="refresh"' not in _read(mine, f"/staff/jobs/{number}").text
    assert _read(mine, f"/staff/jobs/{number}/file").data == b"all"
    assert "Nothing was chosen." in _read(mine, f"/staff/jobs/{number}/rejects.csv?lang=en").data.decode("utf-8-sig")
    assert _read(theirs, f"/staff/jobs/{number}").status_code == 404
    assert f"/staff/jobs/{number}" not in _read(theirs, "/staff/jobs").text
    assert _read(head, f"/staff/jobs/{number}").status_code == 200
    assert f"/staff/jobs/{number}" in _read(head, "/staff/jobs?all=1").text
    assert _read(head, f"/staff/jobs/{number}/file").status_code == 404
    for other in (stranger, drawn):
        assert _read(signed_in(app, other, lang=None), f"/staff/jobs/{number}").status_code in {403, 404}


def test_the_database_shows_nobody_elses_job(works: Works) -> None:
    number = works.prepared()
    at = reading()
    at.rollback()
    for who, seen in ((works.officer, 8), (works.other, 0), (works.head, 8)):
        read_as(at, Reader("zilu_staff", (("zilu.account", str(who)),)))
        at.expunge_all()
        count = at.execute(text("SELECT count(*) FROM batch_item WHERE batch_id = :n"), {"n": number}).scalar()
        assert (count, at.get(Batch, number) is not None) == (seen, seen > 0)
        at.rollback()


def test_a_bundle_that_is_being_made_stands_among_them(works: Works, app: Flask) -> None:
    with transaction() as at:
        said = {"subject_kind": "other", "subject_id": 1, "variant": "main", "made_of": {}}
        at.add(Bundle(**said, asked_at=clock.now(), asked_by=works.officer, steps=9, done=4))
    assert "4 of 9" in _read(signed_in(app, works.officer, lang=None), "/staff/jobs?lang=en").text
    assert "A file bound as one PDF" not in _read(signed_in(app, works.other, lang=None), "/staff/jobs?lang=en").text


def test_a_bundle_that_was_not_made_says_of_what_it_is_and_why(works: Works, app: Flask) -> None:
    with transaction() as at:
        it = Desk(at, clock.now()).accepted()
        said = {"subject_kind": "complaint", "subject_id": it.id, "variant": "complainant", "made_of": {}}
        for trouble in ({"en": "The machine is full.", "zh": "磁盘已满。"}, None):
            at.add(Bundle(**said, asked_at=clock.now() - timedelta(hours=2), asked_by=works.officer, trouble=trouble))
        ref = it.ref
    page = _read(signed_in(app, works.officer, lang=None), "/staff/jobs?lang=en").text
    assert page.count(f"A file bound as one PDF · {ref}</a>") == 2
    assert "The machine is full." in page
    assert "It took too long." in page


def test_the_file_of_an_item_stays_when_the_same_bytes_go_elsewhere(works: Works) -> None:
    number = works.prepared()
    with transaction() as at:
        kept = files.keep(at, io.BytesIO(b"one sheet"), "sheet.txt").sha256
        item = at.scalars(select(BatchItem).where(BatchItem.batch_id == number)).first()
        assert item is not None
        item.result = {"sha256": kept}
        forget_later(at, [kept])
    outbox.run_all()
    assert files.read(kept) == b"one sheet"
