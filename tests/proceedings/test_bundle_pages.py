"""Pages of bundles: asked for, watched, taken; each audience sees its own variant and nobody else's."""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from casework import evidence, evidence_looks, queries_evidence, tasks
from casework.models import Task
from casework.models_cases import CaseTrack, Evidence
from core import outbox
from core.actors import SYSTEM
from core.db import db, transaction
from core.journal import JournalEntry
from core.outbox import Outbox
from filestore import files, scratch
from notices import bundles as papers
from notices import jobs_bundles
from notices.bundle_making import TooMuch
from notices.bundle_papers import Piece
from notices.models_bundles import Bundle
from registry.models_accounts import Account
from sanctions import endings
from sanctions.models_file_views import FileView
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.filestore import making_files
from tests.proceedings.test_hearing_pages import Place
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.test_file_views import _given
from tests.signed_in import Browser


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def last(place: Place) -> int:
    return int(place.read(lambda at: at.scalars(select(Bundle.id).order_by(Bundle.id.desc())).first()))


def bound(place: Place) -> int:
    """The job does its work; the number of the bundle."""
    number = last(place)
    with place.app.app_context():
        jobs_bundles.make(number)
        jobs_bundles.make(number)
    return number


def drawn(room: HearingRoom) -> CaseTrack:
    """A track before its panel, where one member has voted."""
    track = room.deliberating([1])
    room.vote(track, "PROPOSED")
    return track


def test_staff_make_watch_and_take_a_bundle_and_the_download_is_journalled(place: Place) -> None:
    place.open(lambda room: room.noticed())
    officer, base = place.enter("officer"), f"/staff/tracks/{place.track}/bundles"
    assert "Not made yet." in officer.get(base)
    officer.post(f"{base}/track/{place.track}/main")
    card = officer.get(f"{base}/track/{place.track}/main/card")
    assert "Waiting to be made" in card
    assert 'data-hx-trigger="every 2s"' in card
    number = bound(place)
    card = officer.get(f"{base}/track/{place.track}/main/card")
    assert "2 papers have come or changed since" in card  # two letters of this test have no file in the store
    assert "hx-trigger" not in card
    answer = officer.client.get(f"{base}/{number}.pdf")
    ref = place.read(lambda at: at.get_one(CaseTrack, place.track).ref)
    assert f"{ref} Main volume.pdf" in unquote(answer.headers["Content-Disposition"])
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        assert f"{len(opened.pages)} pages" in card
    noted = select(JournalEntry.row).where(JournalEntry.row.like("case.bundle%")).order_by(JournalEntry.id)
    rows = place.read(lambda at: at.scalars(noted).all())
    assert rows == ["case.bundle", "case.bundle_out"]
    assert "All bundles of the file" in officer.get(f"/staff/tracks/{place.track}/volumes")


def with_a_picture(room: HearingRoom) -> CaseTrack:
    """A track whose complainant agreed to show a picture, and not to be named."""
    track = room.noticed()
    it = _given(room, track, shared=True)
    it.stripped_sha256 = files.stripped(room.session, it.sha256).sha256
    return track


def test_a_picture_is_left_out_for_outsiders_until_somebody_covers_it_by_hand(place: Place) -> None:
    place.open(with_a_picture)
    it = place.read(lambda at: at.scalars(select(Evidence).where(Evidence.given_by == "COMPLAINANT")).one())
    room, officer = f"/staff/evidence/{it.id}", place.enter("officer")

    def shown(variant: str = "shown") -> Piece:
        found = place.read(lambda at: papers.CONTENTS["track", variant](at, place.track).pieces)
        return next(each for each in found if each.mark == f"evidence:{it.id}")

    assert (shown().sha256, shown().known) == (it.stripped_sha256, False)
    assert officer.client.get(f"{room}/covered").status_code == 302, "nothing of it before it is opened"
    assert "Keep it for outsiders" not in officer.get(f"{room}/room")
    officer.post(f"{room}/open", prefix="open")
    assert "Keep it for outsiders" in officer.get(f"{room}/room")
    officer.post(f"{room}/cover", 422, prefix="cover")
    covered = making_files.photograph()
    officer.post(f"{room}/cover", 422, prefix="cover", copy=(io.BytesIO(covered), "c.jpg"), nothing="y")
    officer.post(f"{room}/cover", 422, prefix="cover", copy=(io.BytesIO(making_files.sheet()), "c.xlsx"))
    officer.post(f"{room}/cover", prefix="cover", copy=(io.BytesIO(covered), "c.jpg"))
    assert "E2" in waiting(place, "second"), "a task for the second person"
    kept = officer.client.get(f"{room}/covered").data
    assert making_files.PLACE.encode() not in kept
    assert (shown().sha256, shown().known) == (it.stripped_sha256, False), "one person is not enough"
    digest = hashlib.sha256(kept).hexdigest()
    confirmed(place, officer, room, digest)
    assert waiting(place, "second") == ""
    piece = shown()
    assert (piece.sha256, piece.known) == (digest, True)
    assert "已经遮盖" in str(piece.facts)
    assert shown("main").sha256 == it.sha256, "the volume keeps the original"
    officer.post(f"{room}/uncover")
    assert (shown().sha256, shown().known) == (it.stripped_sha256, False)
    officer.post(f"{room}/cover", prefix="cover", nothing="y")
    officer.post(f"{room}/uncover")
    assert waiting(place, "second") == "", "nothing waits of what was taken back"
    officer.post(f"{room}/cover", prefix="cover", nothing="y")
    assert (shown().sha256, shown().known) == (it.stripped_sha256, False), "a new copy is looked at anew"
    place.enter("second").post(f"{room}/confirm", prefix="confirm", looked="y", copy=it.stripped_sha256)
    assert (shown().sha256, shown().known) == (it.stripped_sha256, True)
    rows = place.read(lambda at: at.scalars(select(JournalEntry.row).order_by(JournalEntry.id)).all())
    assert [each for each in rows if "cover" in each] == [
        "case.evidence_covered",
        "case.evidence_cover_confirmed",
        "case.evidence_uncovered",
        "case.evidence_covered",
        "case.evidence_uncovered",
        "case.evidence_covered",
        "case.evidence_cover_confirmed",
    ]
    member = place.enter("panel0")
    assert member.client.post(f"{room}/cover", data={"cover-nothing": "y"}).status_code in {302, 403, 404}


@pytest.fixture
def shanghai(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A server that tells the hours of Shanghai, as one of the association's own may."""

    def anew() -> None:
        with place.app.app_context():
            db.engine.dispose()

    monkeypatch.setenv("PGTZ", "Asia/Shanghai")
    anew()
    yield place
    anew()


def test_the_task_of_a_covered_copy_is_done_whatever_hour_the_server_tells(shanghai: Place) -> None:
    shanghai.open(with_a_picture)
    it = shanghai.read(lambda at: at.scalars(select(Evidence).where(Evidence.given_by == "COMPLAINANT")).one())
    room, officer = f"/staff/evidence/{it.id}", shanghai.enter("officer")
    officer.post(f"{room}/open", prefix="open")
    officer.post(f"{room}/cover", prefix="cover", nothing="y")
    assert "E2" in waiting(shanghai, "second")
    confirmed(shanghai, officer, room, it.stripped_sha256)
    assert waiting(shanghai, "second") == ""


def waiting(place: Place, who: str) -> str:
    """What stands on the list of tasks about a covered copy."""
    page = place.enter(who).get("/staff/tasks")
    return next((line for line in page.splitlines() if "A covered copy waits" in line), "")


def confirmed(place: Place, author: Browser, room: str, digest: str) -> None:
    """Somebody else says so, of this very copy, having opened the file; whoever covered it cannot."""
    assert "Confirm the copy for outsiders" not in author.get(f"{room}/room")
    author.post(f"{room}/confirm", 409, prefix="confirm", looked="y", copy=digest)
    second = place.enter("second")
    assert second.client.post(f"{room}/confirm").status_code == 302, "not before the file is opened"
    second.post(f"{room}/open", prefix="open")
    assert "Confirm the copy for outsiders" in second.get(f"{room}/room")
    second.post(f"{room}/confirm", 409, prefix="confirm", looked="y", copy="0" * 64)
    second.post(f"{room}/confirm", 422, prefix="confirm", copy=digest)
    second.post(f"{room}/confirm", prefix="confirm", looked="y", copy=digest)
    assert "Confirm the copy for outsiders" not in second.get(f"{room}/room")


def test_the_database_takes_no_confirmation_of_ones_own_copy_and_tells_companies_of_none_that_waits(
    place: Place,
) -> None:
    place.open(with_a_picture)
    one, other = place.people["officer"], place.people["second"]

    def kept(by: int) -> None:
        copy = {"covered_sha256": Evidence.sha256, "covered_type": "image/jpeg", "covered_size": 1}
        people = {"covered_by": one, "covered_at": NOW, "cover_checked_by": by, "cover_checked_at": NOW}
        with place.app.app_context(), transaction() as at:
            at.execute(update(Evidence).where(Evidence.given_by == "COMPLAINANT").values(**copy, **people))

    with pytest.raises(IntegrityError, match="cover_checked_by_another"):
        kept(one)
    kept(other)
    may = "SELECT has_column_privilege('zilu_party', 'evidence', '{}', 'SELECT')"
    assert not place.read(lambda at: at.scalar(text(may.format("covered_sha256"))))
    assert place.read(lambda at: at.scalar(text(may.format("confirmed_sha256"))))


def test_a_member_reads_the_variant_with_identities_hidden_and_no_other(place: Place) -> None:
    place.open(drawn)
    member = place.enter(place.drawn())
    base = f"/staff/tracks/{place.track}/bundles"
    assert "The file as one PDF" in member.get(f"/staff/panel/{place.track}")
    member.post(f"{base}/track/{place.track}/panel")
    number = bound(place)
    assert member.client.get(f"{base}/{number}.pdf").data.startswith(b"%PDF")
    place.enter("officer").post(f"{base}/track/{place.track}/main")
    whole = bound(place)
    assert member.client.get(f"{base}/{whole}.pdf").status_code == 404
    assert member.client.get(base).status_code in {403, 404}
    outside = place.enter(place.drawn(sits=False))
    assert outside.client.get(f"{base}/{number}.pdf").status_code == 404


def test_a_respondent_has_its_file_as_one_pdf_and_making_it_is_a_look_at_the_file(place: Place) -> None:
    place.open(lambda room: room.noticed())
    lead, base = place.enter("lead"), f"/portal/cases/{place.track}/file"
    assert "The file as one PDF" in lead.get(base)
    lead.post(f"{base}/bundle")
    number = bound(place)
    assert "Download" in lead.get(f"{base}/bundle/card")
    assert lead.client.get(f"{base}/bundle/{number}.pdf").data.startswith(b"%PDF")
    rows = place.read(lambda at: at.scalars(select(JournalEntry.row).order_by(JournalEntry.id)).all())
    assert [each for each in rows if each in {"S49", "case.bundle", "case.bundle_out"}] == [
        "S49",
        "case.bundle",
        "case.bundle_out",
    ]
    stranger = place.enter("firm_lead")
    assert stranger.client.get(f"{base}/bundle/{number}.pdf").status_code == 404
    place.enter("officer").post(f"/staff/tracks/{place.track}/bundles/track/{place.track}/main")
    assert lead.client.get(f"{base}/bundle/{bound(place)}.pdf").status_code == 404


def cites_what_nobody_can_copy(room: HearingRoom) -> CaseTrack:
    """A finding rests on two letters that no copy without their author can be made of."""
    track = room.reported()
    broken = making_files.with_part(making_files.document(), "word/_rels/document.xml.rels", b"<Relationships")
    by = {"actor": actor(room.officer), "now": room.now}
    for name in ("a.docx", "b.docx"):
        track.allegations[0].evidence.append(evidence.add(room.session, track.case, io.BytesIO(broken), name, **by))
    room.propose(track, [1])
    room.serve(track, "D17", room.later(4))
    return track


def test_a_company_is_told_of_a_file_it_cannot_be_shown_and_an_officer_is_asked_for_a_copy(place: Place) -> None:
    place.open(cites_what_nobody_can_copy)
    lead, base = place.enter("lead"), f"/portal/cases/{place.track}/file"
    for _twice in range(2):
        lead.post(base)
    assert open_tasks(place) == ["E2", "E3"]
    shown = place.read(lambda at: at.scalar(select(func.max(FileView.id))))
    assert "No copy of this file could be made" in lead.get(f"{base}/{shown}")
    added = select(Evidence.id).where(Evidence.name.in_(["a.docx", "b.docx"])).order_by(Evidence.id)
    first, second = place.read(lambda at: at.scalars(added).all())
    with_a_copy(place, first)
    assert open_tasks(place) == ["E3"]
    with place.app.app_context(), transaction() as at:
        at.get_one(Evidence, second).stripped_sha256 = files.keep(at, io.BytesIO(b"a copy\n"), "b.txt").sha256
    lead.post(base)
    assert open_tasks(place) == [], "a copy of it could be made after all"
    with place.app.app_context(), transaction() as at:
        it, by = at.get_one(Evidence, first), actor(at.get_one(Account, place.people["officer"]))
        evidence_looks.uncover(at, queries_evidence.place_of(at, it), it, actor=by, now=NOW)
    lead.post(base)
    assert open_tasks(place) == ["E2"], "the copy was taken back"
    with place.app.app_context(), transaction() as at:
        tasks.settle(at, ("track", place.track), ("no_copy",), actor=SYSTEM, now=NOW)
    lead.post(base)
    assert open_tasks(place) == ["E2"], "what ended by itself is asked anew where the track goes on"
    with place.app.app_context(), transaction() as at:
        track, head = at.get_one(CaseTrack, place.track), actor(at.get_one(Account, place.people["head"]))
        endings.terminate(at, track, ground="MISTAKE", reasons="主体有误。", actor=head, version=None, now=NOW)
    assert open_tasks(place) == [], "nothing is decided on it any more"


def open_tasks(place: Place) -> list[str]:
    """Of which pieces an officer is asked for a copy."""
    asked = select(Task.subject_ref).where(Task.kind == "no_copy", Task.role == "officer", Task.done_at.is_(None))
    return sorted(each.split()[-1] for each in place.read(lambda at: at.scalars(asked).all()))


def with_a_copy(place: Place, number: int) -> None:
    """One hands in a covered copy, another looks through it."""
    one, other = place.people["officer"], place.people["second"]
    for who in ("officer", "second"):
        place.enter(who).post(f"/staff/evidence/{number}/open", prefix="open")
    with place.app.app_context(), transaction() as at:
        it = at.get_one(Evidence, number)
        whose = queries_evidence.place_of(at, it)
        by, copy = actor(at.get_one(Account, one)), (io.BytesIO(making_files.picture()), "a.png")
        evidence_looks.cover(at, whose, it, copy=copy, nothing=False, actor=by, now=NOW)
        by = actor(at.get_one(Account, other))
        evidence_looks.confirm(at, whose, it, copy=it.covered_sha256 or "", looked=True, actor=by, now=NOW)


def test_one_that_cannot_be_made_says_why_on_the_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.bundle_making.MOST_PAGES", 1)
    place.open(lambda room: room.noticed())
    officer, base = place.enter("officer"), f"/staff/tracks/{place.track}/bundles"
    officer.post(f"{base}/track/{place.track}/main")
    with pytest.raises(TooMuch):
        bound(place)
    card = officer.get(f"{base}/track/{place.track}/main/card")
    assert "The last one could not be made." in card
    assert "1" in card
    assert "Make the bundle" in card
    at_once = place.read(lambda at: at.get_one(Bundle, last(place)).trouble or {})
    assert at_once["zh"] != at_once["en"], "for whoever reads it"


@pytest.fixture
def in_legs(place: Place, monkeypatch: pytest.MonkeyPatch) -> str:
    """A leg for each paper; where the officer asks for the main volume."""
    monkeypatch.setattr("notices.jobs_bundles.SECONDS", 0.0)
    place.open(lambda room: room.noticed())
    base = f"/staff/tracks/{place.track}/bundles"
    place.enter("officer").post(f"{base}/track/{place.track}/main")
    return f"{base}/track/{place.track}/main/card"


def lying(place: Place, number: int) -> bool:
    with place.app.app_context():
        return Path(tempfile.gettempdir(), f"{scratch.PREFIX}{jobs_bundles.place_of(number)}").exists()


def test_two_sites_on_one_machine_make_their_first_bundles_in_different_places(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.app.app_context():
        mine = jobs_bundles.place_of(1)
        monkeypatch.setattr(db.engine, "url", db.engine.url.set(database="another"))
        assert jobs_bundles.place_of(1) != mine


def test_a_long_one_lets_other_work_have_its_turn_and_goes_on_where_it_was(place: Place, in_legs: str) -> None:
    number = last(place)
    with place.app.app_context():
        jobs_bundles.make(number)
    assert lying(place, number)
    card = place.enter("officer").get(in_legs)
    assert "Being made: " in card
    with place.app.app_context():
        jobs_bundles.make(number)  # the worker ended before it could say that this leg is done
        outbox.run_all()
    asked = place.read(lambda at: at.scalars(select(Outbox.key).where(Outbox.job == papers.JOB)).all())
    made = place.read(lambda at: at.get_one(Bundle, number))
    assert len(asked) > 2
    assert sorted(asked) == sorted(papers.key_of(number, leg) for leg in range(len(asked)))
    assert made.sha256 is not None
    assert not lying(place, number)


def test_one_that_was_given_up_says_so_at_once_and_leaves_nothing_lying(
    place: Place, in_legs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = last(place)
    with place.app.app_context():
        jobs_bundles.make(number)
    monkeypatch.setattr("core.outbox.TRIES", 1)
    monkeypatch.setitem(outbox.JOBS, papers.JOB, lambda **_ids: 1 // 0)
    with place.app.app_context():
        outbox.run_all()
    assert "administrators see why" in place.enter("officer").get(in_legs)
    assert not lying(place, number)
