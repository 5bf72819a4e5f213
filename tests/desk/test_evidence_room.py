"""The evidence room: nothing of a file before it is opened, which the journal notes; then a viewer for every kind."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from casework import cases, evidence
from casework.intake import EvidenceFile
from casework.models import Complaint
from casework.models_cases import CaseFile, Evidence
from casework.models_evidence import EvidenceNote
from core import outbox
from core.journal import JournalEntry
from desk import showing
from filestore import files
from registry.models_accounts import Account
from tests.builders import NAME, PHONE, Desk, actor_of
from tests.casework.house import Browser, House, fill
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.filestore import making_media as media
from tests.kept_states import brought_once


@pytest.fixture(autouse=True)
def today(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def book() -> bytes:
    opened = openpyxl.Workbook()
    opened.active.append(["时间", "主叫", PHONE])
    for row in range(400):
        opened.active.append([f"10:{row % 60:02}", "07551234567", "<b>"])
    opened.create_sheet("第二页").append(["b"])
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


GIVEN = {
    f"{NAME}的通话.mp3": made.sound_mp3(),
    "来电.amr": media.amr(),
    "照片.heic": media.heic(),
    f"截图{PHONE}.png": made.picture(),
    "账单.pdf": made.pdf(),
    "记录.xlsx": book(),
    "说明.txt": f"我叫{NAME}，电话{PHONE}。".encode(),
    "答复.docx": made.document("一份说明"),
    "录音.wav": made.sound_wav(seconds=3724),
    "坏.amr": b"#!AMR\n" + b"\x7c" * 40,
}


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    """A complaint with a file of every kind."""

    def make(desk: Desk) -> dict[str, Any]:
        brought = []
        for name, content in GIVEN.items():
            kept = files.keep(desk.session, BytesIO(content), name)
            brought.append(EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=False))
        it = desk.received(files=brought)
        return {"ref": it.ref, "id": it.id}

    house = fill(House(app), make)
    found = house.read(lambda at: at.scalars(select(Evidence).order_by(Evidence.id)).all())
    house.made["files"] = {each.name: each.id for each in found}
    return house


def opened(browser: Browser, number: int, **why: str) -> str:
    browser.post(f"/staff/evidence/{number}/open", prefix="open", **why)
    return browser.get(f"/staff/evidence/{number}/room")


def entries(house: House) -> list[JournalEntry]:
    asked = select(JournalEntry).where(JournalEntry.row == "evidence.opened").order_by(JournalEntry.id)
    return list(house.read(lambda at: at.scalars(asked).all()))


def test_nothing_of_a_file_shows_before_it_is_opened_and_opening_stands_in_the_journal(house: House) -> None:
    intake = house.enter("intake")
    page = intake.get(f"/staff/complaints/{house.made['ref']}")
    number = house.made["files"]["说明.txt"]
    assert f'href="/staff/evidence/{number}/room"' in page
    assert "<audio" not in page
    assert f"/staff/evidence/{number}?" not in page
    for name, each in house.made["files"].items():
        room = intake.get(f"/staff/evidence/{each}/room")
        for hidden in (NAME, PHONE, "<audio", "<img", "picture-frame", "<pre", 'class="sheet'):
            assert hidden not in room, (name, hidden)
        for part in ("", "?inline=1", "/copy", "/pages/1.jpg"):
            assert intake.where(f"/staff/evidence/{each}{part}") == f"/staff/evidence/{each}/room"
        assert intake.client.post(f"/staff/evidence/{each}/notes", data={"note-text": "x"}).status_code == 409
    assert not entries(house)
    assert PHONE in opened(intake, number, why="问询前核对")
    noted = entries(house)
    assert [(each.actor, each.subject_id, each.at) for each in noted] == [
        (f"account:{house.people['intake']}", house.made["id"], NOW)
    ]
    assert {"evidence": number, "why": "问询前核对"}.items() <= (noted[0].changes or {}).items()
    assert "问询前核对" in house.enter("officer").get(f"/staff/evidence/{number}/room")
    others = [f"/staff/evidence/{each}" for each in house.made["files"].values() if each != number]
    assert [intake.where(each) for each in others] == [f"{each}/room" for each in others], "of all files this one"
    # it is opened for one person and one working day alone
    assert house.enter("officer").where(f"/staff/evidence/{number}").endswith("/room")
    intake.get(f"/staff/evidence/{number}")
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        assert house.enter("intake").where(f"/staff/evidence/{number}").endswith("/room")


def test_each_kind_has_its_viewer_and_the_original_stays_what_it_is(house: House) -> None:
    intake, numbers = house.enter("intake"), house.made["files"]
    with house.app.app_context():
        outbox.run_all()
    looks = {
        f"{NAME}的通话.mp3": r'<audio controls preload="metadata" src="/staff/evidence/\d+\?inline=1"',
        "来电.amr": r'<audio controls preload="metadata" src="/staff/evidence/\d+/copy"',
        "照片.heic": r'class="picture-frame" .*<img src="/staff/evidence/\d+/copy"',
        f"截图{PHONE}.png": r'<img src="/staff/evidence/\d+\?inline=1"',
        "账单.pdf": r'Page 1 of 1(.|\n)*<img src="/staff/evidence/\d+/pages/1.jpg"',
        "记录.xlsx": rf"<td>主叫</td><td>{PHONE}</td>",
        "说明.txt": NAME,
        "答复.docx": "一份说明",
        "坏.amr": "The file could not be read",
    }
    for name, look in looks.items():
        page = opened(intake, numbers[name])
        assert re.search(look, page), name
        assert ("This is a copy made for the browser" in page) is (name in {"来电.amr", "照片.heic"})
        kept = intake.client.get(f"/staff/evidence/{numbers[name]}")
        assert kept.get_data() == GIVEN[name]
        assert kept.headers["Content-Disposition"].startswith("attachment")
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert kept.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert kept.headers["ETag"].strip('"') in page  # its digest is shown whole
    page = intake.get(f"/staff/evidence/{numbers['记录.xlsx']}/room")
    assert "Table (XLSX)" in page
    assert "&lt;b&gt;" in page
    assert "Only the beginning is shown" in page
    assert "<td>b</td>" in intake.get(f"/staff/evidence/{numbers['记录.xlsx']}/room?sheet=1")
    pages = f"/staff/evidence/{numbers['账单.pdf']}/pages"
    assert intake.client.get(f"{pages}/1.jpg").get_data().startswith(b"\xff\xd8\xff")
    intake.get(f"{pages}/2.jpg", 404)
    intake.get(f"/staff/evidence/{numbers['账单.pdf']}/room?page=99999")
    copy = intake.client.get(f"/staff/evidence/{numbers['照片.heic']}/copy")
    assert (copy.mimetype, copy.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    for name in ("账单.pdf", "说明.txt", "来电.amr", "记录.xlsx"):
        risky = intake.client.get(f"/staff/evidence/{numbers[name]}?inline=1").headers["Content-Disposition"]
        assert risky.startswith("inline" if name == "账单.pdf" else "attachment")


def test_a_recording_is_sought_in_by_ranges(house: House) -> None:
    intake, number = house.enter("intake"), house.made["files"][f"{NAME}的通话.mp3"]
    opened(intake, number)
    whole = GIVEN[f"{NAME}的通话.mp3"]
    url = f"/staff/evidence/{number}?inline=1"
    assert intake.client.get(url).headers["Accept-Ranges"] == "bytes"
    part = intake.client.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.get_data()) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert part.headers["Content-Disposition"].startswith("inline")
    assert NAME not in part.headers["Content-Disposition"]
    rest = intake.client.get(url, headers={"Range": f"bytes={len(whole) - 5}-"})
    assert rest.get_data() == whole[-5:]
    beyond = intake.client.get(url, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_notes_lead_to_their_moment_and_are_seen_by_colleagues_who_opened_the_file(house: House) -> None:
    intake, number = house.enter("intake"), house.made["files"]["录音.wav"]
    opened(intake, number)
    url = f"/staff/evidence/{number}/notes"
    for at, text in (("1:35", "第一次威胁"), ("1:02:03", "挂断"), ("", "全程录音"), ("7", "开始")):
        intake.post(url, prefix="note", at=at, text=text)
    page = intake.get(f"/staff/evidence/{number}/room")
    assert re.findall(r'data-jump="(\d+)">([\d:]+)</a>', page) == [("7", "0:07"), ("95", "1:35"), ("3723", "1:02:03")]
    assert (
        f"/staff/evidence/{number}?inline=1#t=95" in page
    )  # without scripts: the browser's own player, at that second
    wrong = intake.post(url, 422, prefix="note", at="half", text="第二次威胁")
    assert "Write the time as 1:35" in wrong
    late = intake.post(url, 422, prefix="note", at="1:02:05", text="x")
    assert "The recording ends at 1:02:04." in late
    assert "第二次威胁" in wrong
    picture = house.made["files"][f"截图{PHONE}.png"]
    opened(intake, picture)
    intake.post(f"/staff/evidence/{picture}/notes", prefix="note", text="号码可见")
    assert "Only recordings have a time" in intake.post(
        f"/staff/evidence/{picture}/notes", 422, prefix="note", at="1:00", text="x"
    )
    officer = house.enter("officer")
    assert "第一次威胁" not in officer.get(f"/staff/evidence/{number}/room")
    assert "第一次威胁" in opened(officer, number)
    assert len(house.read(lambda at: at.scalars(select(EvidenceNote)).all())) == 5
    rows = house.read(lambda at: at.scalars(select(JournalEntry.row)).all())
    assert rows.count("evidence.noted") == 5
    opened(house.enter("reviewer"), number)
    assert house.enter("reviewer").client.post(url, data={"note-text": "x", "note-key": "k"}).status_code == 403


def test_a_note_is_corrected_and_removed_by_its_author_alone_until_the_complaint_has_ended(house: House) -> None:
    intake, number = house.enter("intake"), house.made["files"]["录音.wav"]
    opened(intake, number)
    for text in ("第一次威协", "听错了"):
        intake.post(f"/staff/evidence/{number}/notes", prefix="note", at="1:35", text=text)
    wrong, other = house.read(lambda at: at.scalars(select(EvidenceNote.id).order_by(EvidenceNote.id)).all())
    room, put = f"/staff/evidence/{number}/room?note={wrong}", f"/staff/evidence/{number}/correct?note={wrong}"
    form = intake.get(room)
    assert re.search(r">\s*第一次威协</textarea>", form)
    assert 'value="1:35"' in form
    assert "The recording ends" in intake.post(put, 422, prefix="corrected", at="9:00:00", text="第一次威胁", version=1)
    intake.post(put, prefix="corrected", at="1:36", text="第一次威胁", version=1)
    intake.post(put, 409, prefix="corrected", at="1:37", text="晚了", version=1)
    officer = house.enter("officer")
    assert "Correct the note" not in opened(officer, number) + officer.get(room)
    officer.post(put, 403, prefix="corrected", at="", text="不是我的", version=2)
    officer.post(f"/staff/evidence/{number}/remove?note={other}", 403)
    intake.post(f"/staff/evidence/{number}/remove?note={other}", version=1)
    page = intake.get(f"/staff/evidence/{number}/room")
    assert ("第一次威胁" in page, "威协" in page, "听错了" in page, "corrected 2" in page) == (True, False, False, True)
    rows = house.read(lambda at: at.scalars(select(JournalEntry.row)).all())
    assert (rows.count("evidence.note_corrected"), rows.count("evidence.note_removed")) == (1, 1)
    house.read(lambda at: at.get_one(Complaint, house.made["id"]).__setattr__("state", "WITHDRAWN"))
    assert "Correct" not in re.sub("corrected 2", "", intake.get(room))
    assert "has ended" in intake.post(put, 409, prefix="corrected", at="", text="太晚", version=2)


def test_the_room_of_a_case_holds_its_own_files_and_those_of_its_complaints(house: House) -> None:
    def make(at: Any) -> str:
        desk = Desk(at, NOW - timedelta(days=5))
        it = desk.accepted(files=[EvidenceFile(*_kept(at), shared=False)])
        return str(it.ref)

    ref = house.read(make)
    officer = house.enter("officer")
    officer.post(f"/staff/cases/new?complaint={ref}", complaints=ref, source="COMPLAINT")
    case = house.read(lambda at: at.scalar(select(CaseFile.id)))

    def add(at: Any) -> int:
        person = actor_of(at.get_one(Account, house.people["officer"]))
        it = evidence.add(at, at.get_one(CaseFile, case), BytesIO(made.picture()), "现场.png", actor=person, now=NOW)
        return it.id

    own = house.read(add)
    page = officer.get(f"/staff/evidence/{own}/room?case={case}")
    assert page.count('class="evidence-mark"') == 2
    assert f"/room?case={case}" in officer.get(f"/staff/cases/{case}")
    opened(officer, own, why="核对")
    row = house.read(lambda at: at.scalar(select(JournalEntry).where(JournalEntry.row == "case.evidence_opened")))
    assert (row.subject_kind, row.subject_id) == ("case", case)
    assert {"evidence": own, "why": "核对"}.items() <= row.changes.items()
    assert officer.client.get(f"/staff/evidence/{own}?inline=1").get_data() == made.picture()
    assert (
        "A file was opened" not in officer.get(f"/staff/cases/{case}").split('id="timeline"')[1].split("</section>")[0]
    )
    house.enter("lead").get(f"/staff/evidence/{own}/room", 403)


def test_a_file_has_one_number_on_the_page_of_the_complaint_of_the_forwarding_and_in_the_room(house: House) -> None:
    def make(at: Any) -> tuple[str, int]:
        desk = Desk(at, NOW - timedelta(days=5))
        it = desk.forwarded(files=[EvidenceFile(*_kept(at), shared=False)])
        desk.answer(it, files=[EvidenceFile(*_kept(at), shared=False), EvidenceFile(*_kept(at), shared=False)])
        return it.complaint.ref, it.id

    ref, number = house.read(make)
    intake = house.enter("intake")
    listed = r'<span class="evidence-mark">(E\d+)</span>\s*<div>\s*<b><a href="/staff/evidence/(\d+)/room'
    beside = r'<a href="/staff/evidence/(\d+)/room[^>]*><span class="evidence-mark">(E\d+)<'

    def numbered(page: str) -> dict[int, str]:
        found = {int(it): mark for mark, it in re.findall(listed, page)}
        return found | {int(it): mark for it, mark in re.findall(beside, page)}

    on_complaint = numbered(intake.get(f"/staff/complaints/{ref}"))
    assert sorted(on_complaint.values()) == ["E1", "E2", "E3"]
    on_forwarding = numbered(intake.get(f"/staff/forwardings/{number}"))
    assert sorted(on_forwarding.values()) == ["E2", "E3"]
    in_room = numbered(intake.get(f"/staff/evidence/{max(on_complaint)}/room"))
    assert on_forwarding.items() <= on_complaint.items()
    assert on_complaint.items() <= in_room.items()


def _kept(at: Any) -> tuple[str, str, str, int]:
    kept = files.keep(at, BytesIO(made.picture("PNG", (9, 9))), "来自投诉.png")
    return kept.sha256, kept.name, kept.media_type, kept.size


def test_a_file_that_came_in_pieces_is_taken_by_the_form_of_whoever_sent_it_alone(house: House) -> None:
    intake, officer = house.enter("intake"), house.enter("officer")
    content = made.photograph()
    token = intake.client.post("/uploads", data={"name": f"{NAME}.jpg", "size": len(content)}).json["id"]  # type: ignore[index]
    piece = {"data": content, "headers": {"Upload-Offset": "0"}}
    assert officer.client.put(f"/uploads/{token}", **piece).status_code == 404
    assert intake.client.put(f"/uploads/{token}", **piece).status_code == 200
    url, sent = f"/staff/complaints/{house.made['ref']}/evidence", {"files": f"upload:{token}", "shared": "y"}
    assert "not kept any longer" in officer.post(url, 422, prefix="evidence", **sent)
    assert f'value="upload:{token}"' in intake.post(
        url, 422, prefix="evidence", files=[f"upload:{token}", "upload:" + "0" * 32]
    )
    intake.post(url, prefix="evidence", **sent)
    it = house.read(lambda at: at.scalar(select(Evidence).order_by(Evidence.id.desc()).limit(1)))
    assert (it.name, it.size, it.media_type) == (f"{NAME}.jpg", len(content), "image/jpeg")
    assert it.stripped_sha256 not in {None, it.sha256}  # what the institution gets holds nothing of place and device
    assert intake.client.get(f"/uploads/{token}").status_code == 404


def test_a_list_says_who_entered_a_file_and_that_it_stands_there_already(app: Flask) -> None:
    shape = {"given_by": "COMPLAINANT", "name": "x", "size": 1, "media_type": "image/png", "shared": False}
    found = [
        Evidence(id=1, sha256="a", **shape), Evidence(id=2, sha256="b", **shape),
        Evidence(id=3, sha256="a", added_by=7, **shape),
    ]  # fmt: skip
    with app.test_request_context(), force_locale("en"):
        notes = [each["note"] for each in showing.files(found)]
    assert notes[:2] == ["from the complainant"] * 2
    assert notes[2] == "from the complainant · entered by the association · the same file as E1"


def test_a_file_attached_by_mistake_is_kept_back_from_the_institution(house: House) -> None:
    number = house.made["files"]["账单.pdf"]
    house.read(lambda at: setattr(at.get_one(Evidence, number), "shared", True))
    intake = house.enter("intake")
    room = intake.get(f"/staff/evidence/{number}/room")
    assert "Stop showing it to the institution" in room
    assert "<dd>The companies may see it</dd>" in room
    intake.post(f"/staff/evidence/{number}/keep-back")
    assert house.read(lambda at: at.get_one(Evidence, number).shared) is False
    intake.post(f"/staff/evidence/{number}/keep-back", 409)
    assert "kept a file back from the institution" in intake.get(f"/staff/complaints/{house.made['ref']}")
    house.enter("reviewer").post(f"/staff/evidence/{number}/keep-back", 403)


def test_names_show_in_the_room_no_more_than_on_the_pages_that_lead_there(house: House) -> None:
    def make(at: Any) -> list[str]:
        desk = Desk(at, NOW - timedelta(days=5))
        people = (("贺知秋", "13900000011"), ("韩冰洁", "13900000012"))
        told = [
            desk.accepted(name=name, contact=contact, facts=f"我叫李会文，{name}的同事。", files=[_named(at, name)])
            for name, contact in people
        ]
        return [each.ref for each in told]

    refs = house.read(make)
    officer = house.enter("officer")
    number, other = (
        house.read(lambda at, name=name: at.scalar(select(Evidence.id).where(Evidence.name.contains(name))))
        for name in ("贺知秋", "韩冰洁")
    )
    assert "李会文" not in officer.get(f"/staff/evidence/{number}/room")
    officer.post(f"/staff/cases/new?complaint={refs[0]}", complaints=refs[0], source="COMPLAINT")
    case = house.read(lambda at: at.scalar(select(CaseFile.id)))
    foreign = officer.get(f"/staff/evidence/{other}/room?case={case}")
    assert "韩冰洁的通话" not in foreign, "also from a case to which the file does not belong"

    def attach(at: Any) -> None:
        second = at.scalars(select(Complaint).where(Complaint.ref == refs[1])).one()
        person = actor_of(at.get_one(Account, house.people["officer"]))
        cases.attach(at, at.get_one(CaseFile, case), second, actor=person, now=NOW)

    house.read(attach)
    rooms = [officer.get(f"/staff/evidence/{number}/room{asked}") for asked in ("", f"?case={case}")]
    for page in (officer.get(f"/staff/cases/{case}"), *rooms):
        for name in ("贺知秋", "韩冰洁", "李会文"):
            assert f"{name}的通话" not in page


def test_names_of_whose_complaint_was_merged_are_hidden_in_files_of_the_case(house: House) -> None:
    def make(at: Any) -> int:
        desk = Desk(at, NOW - timedelta(days=5))
        lead, joined = (
            desk.accepted(name=name, contact=each) for name, each in (("贺知秋", "13900000011"), ("韩冰洁", PHONE))
        )
        joined.lead_id, joined.state = lead.id, "MERGED"
        by: Any = {"actor": actor_of(at.get_one(Account, house.people["officer"])), "now": NOW}
        case = cases.open(at, [lead], title="专案", **by)
        evidence.add(at, case, BytesIO(made.picture()), "韩冰洁的通话.png", shows="韩冰洁来电", **by)
        return case.id

    case = house.read(make)
    number = house.read(lambda at: at.scalar(select(Evidence.id).where(Evidence.case_id == case)))
    officer = house.enter("officer")
    for url in (f"/staff/cases/{case}", f"/staff/evidence/{number}/room", f"/staff/evidence/{number}/room?case={case}"):
        assert "韩冰洁" not in officer.get(url)
    entering = officer.get(f"/staff/cases/{case}/contacts/enter")
    assert "E1 · " in entering
    assert "韩某来电" in entering


def _named(at: Any, name: str) -> EvidenceFile:
    kept = files.keep(at, BytesIO(f"{name}".encode()), f"{name}的通话，李会文的通话.txt")
    return EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=False)
