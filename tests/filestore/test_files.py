"""Files: what is refused, what is kept, and what a copy for passing on still tells."""

import io
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from core import outbox
from core.db import attempt, transaction
from core.errors import BadInput, Unavailable
from core.forgetting import forget_later
from filestore import downloads, file_stripping_apart, files, previews, uploads
from filestore.boxes import Box, boxes, track_kind, track_samples
from filestore.confined import Bounds
from filestore.file_kinds import ALLOWED, kind_of
from filestore.stores import Folder
from imports import uploads as imports
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.filestore import making_pictures

MIB = 1024 * 1024
GOOD = {
    "photo.jpg": made.picture("JPEG"),
    "Screen.PNG": made.picture("PNG"),
    "moving.gif": made.picture("GIF"),
    "sticker.webp": made.picture("WEBP"),
    "phone.heic": made.heic(b"Exif"),
    "letter.pdf": made.pdf(),
    "chat.txt": "他说：“今天还钱”。\r\n".encode(),
    "gbk.txt": "他说：“今天还钱”。".encode("gb18030"),
    "calls.csv": b"day,number\n2026-11-01,3\n",
    "statement.xlsx": made.sheet(),
    "letter.docx": made.document(),
    "call.mp3": made.sound_mp3(),
    "call.wav": made.sound_wav(),
    "call.m4a": made.film(b"M4A "),
    "call.amr": b"#!AMR\n" + bytes(64),
    "call.3gp": made.film(b"3gp4"),
    "call.mp4": made.film(b"isom"),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
HOSTILE = {
    "nothing.txt": b"",
    "drawing.svg": SVG,
    "page.html": HTML,
    "program.exe": b"MZ" + bytes(100),
    "archive.zip": made.archive(),
    "noending": b"text",
    "drawing.png": SVG,
    "drawing.txt": SVG,
    "page.txt": HTML,
    "page.pdf": HTML,
    "program.txt": b"MZ\x90\0" + bytes(100),
    "picture.xlsx": made.picture("PNG"),
    "archive.docx": made.archive(),
    "sheet.docx": made.sheet(),
    "macro.xlsx": made.with_part(made.sheet(), "xl/vbaProject.bin", b"macro"),
    "climbing.xlsx": made.with_part(made.sheet(), "../../etc/passwd", b"x"),
    "exploding.xlsx": made.with_part(made.sheet(), "xl/big.xml", bytes(64 * MIB)),
    "polyglot.gif": made.picture("GIF") + HTML,
    "polyglot.png": made.picture("PNG") + made.archive(),
    "polyglot.jpg": made.picture("JPEG")[:20] + b"%PDF-1.4" + made.picture("JPEG")[20:],
    "polyglot.pdf": made.pdf() + made.archive(),
    "late.pdf": b"GIF89a" + made.pdf(),
    "broken.jpg": made.picture("JPEG", (640, 480))[:-400],
    "broken.pdf": b"%PDF-1.7\nnothing",
    "locked.pdf": made.pdf(password="secret"),
    "cutoff.mp4": made.film()[:20],
    "turned.pdf\u202egnp.exe": made.pdf(),
}


def many_pixels() -> bytes:
    """Make a PNG of a few bytes that claims to be 30,000 pixels wide and high."""
    content = bytearray(made.picture("PNG"))
    content[16:24] = (30_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize("name", GOOD)
def test_each_allowed_kind_is_known_by_its_content(name: str) -> None:
    assert kind_of(io.BytesIO(GOOD[name]), name).media_type


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_files_are_refused(session: Session, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        files.keep(session, io.BytesIO(HOSTILE[name]), name)
    assert refused.value.field == "files"
    assert "%(" not in str(refused.value)


def test_a_refused_type_is_told_which_are_allowed() -> None:
    with pytest.raises(BadInput, match=ALLOWED):
        kind_of(io.BytesIO(SVG), "drawing.svg")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_an_image_of_a_huge_number_of_pixels_is_not_unpacked() -> None:
    with pytest.raises(BadInput, match="50"):
        kind_of(io.BytesIO(many_pixels()), "big.png")


class Endless:
    """A stream without end that counts what is taken from it."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return bytes(size)


def test_reading_stops_at_the_limit(session: Session) -> None:
    endless = Endless()
    with pytest.raises(BadInput, match="3 MB"):
        files.keep(session, endless, "endless.txt", limit=3 * MIB)
    assert endless.taken <= 4 * MIB


def test_a_stream_that_tells_its_length_is_refused_unread(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "zeros.txt"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 1024 * MIB)
    with path.open("rb") as file, pytest.raises(BadInput, match="50 MB"):
        files.keep(session, file, "zeros.txt")
    with path.open("rb") as file:
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("nul\0byte.png", "nulbyte.png"),
        (".htaccess", "htaccess"),
        ("催收 短信.png", "催收 短信.png"),
        ("...", "file"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_names_are_cleaned(given: str | None, kept: str) -> None:
    assert files.clean_name(given) == kept


def test_a_long_name_keeps_its_ending_within_255_bytes() -> None:
    name = files.clean_name("长" * 300 + ".pdf")
    assert len(name.encode()) <= 255
    assert name.endswith("长.pdf")


def test_naughty_names_stay_within_their_folder() -> None:
    for name in ("/", "\\", "a/../b", "\u2066x\u2069", "\ud800", "CON", "$(reboot)", "{{7*7}}", "<script>"):
        cleaned = files.clean_name(name)
        assert cleaned
        assert not set('/\\<>"\r\n\0') & set(cleaned)


def test_what_a_kill_left_half_written_is_gone_after_two_days(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """The process is gone before it tidies up."""

    def dies(_handle: int) -> None:
        raise Killed

    folder = app.extensions["zilu"].data / "files"
    with monkeypatch.context() as killed:
        killed.setattr(os, "fsync", dies)
        killed.setattr(Path, "unlink", lambda _path: None)
        with pytest.raises(Killed):
            Folder(folder).put("ab" * 32, io.BytesIO(b"what a person wrote"), 19)
    (half,) = folder.rglob(".new-*")
    os.utime(half, (NOW.timestamp(), NOW.timestamp()))
    with app.app_context():
        uploads.sweep(NOW + timedelta(days=1))
        assert half.exists()
        uploads.sweep(NOW + timedelta(days=3))
    assert not half.exists()


def test_copies_that_work_had_under_a_path_are_gone_with_it_or_two_days_after_a_kill(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with app.app_context():
        with transaction() as at:
            kept = files.keep(at, io.BytesIO("姓名,电话\n张三,13800138000\n".encode()), "北区.csv")
        with suppress(ZeroDivisionError), imports.opened(kept.sha256, "北区.csv") as path:
            assert path.read_bytes()
            raise ZeroDivisionError
        assert list(tmp_path.iterdir()) == []
        half = imports.opened(kept.sha256, "北区.csv")
        (left,) = (half.__enter__().parent,)  # and never left: its process is gone
        uploads.sweep(NOW + timedelta(days=3650))
        assert left.exists(), "it may be another installation's, and be wanted: ours lives in another time than it does"
        then = time.time() - timedelta(days=3).total_seconds()
        os.utime(left, (then, then))
        uploads.sweep(NOW)
    assert not left.exists()


class Refuses(Exception):  # noqa: N818 - it names what happens
    """What a verb raises once the files are kept."""


@pytest.mark.parametrize("in_part", [False, True])
def test_bytes_of_what_was_refused_after_all_are_not_kept(app: Flask, in_part: bool) -> None:
    with app.app_context():
        with transaction() as at:
            files.keep(at, io.BytesIO(b"kept before"), "a.txt")
        part = suppress(Refuses) if in_part else nullcontext()
        with suppress(Refuses), transaction() as at, part, attempt(at):
            refused = [files.keep(at, io.BytesIO(each), "a.txt").sha256 for each in (b"new", b"kept before")]
            raise Refuses
        for digest, there in zip(refused, (False, True), strict=True):
            assert files._place.store._path(digest).exists() == there


def test_the_same_content_is_kept_once_under_every_name(session: Session) -> None:
    first = files.keep(session, io.BytesIO(GOOD["chat.txt"]), "chat.txt")
    second = files.keep(session, io.BytesIO(GOOD["chat.txt"]), "again.txt")
    assert first.sha256 == second.sha256
    assert second.name == "again.txt"
    assert files.read(first.sha256) == GOOD["chat.txt"]


def test_bytes_changed_in_the_store_are_not_shown(session: Session) -> None:
    kept = files.keep(session, io.BytesIO(b"true"), "a.txt")
    path = files._place.store._path(kept.sha256)
    path.chmod(0o600)
    path.write_bytes(b"false")
    with pytest.raises(Unavailable):
        files.read(kept.sha256)


TELLING: dict[str, Callable[[], bytes]] = {
    "photo.jpg": made.photograph,
    "letter.pdf": lambda: made.pdf(author=made.PLACE, attachment=made.PLACE.encode()),
    "statement.xlsx": lambda: made.sheet(made.PLACE),
    "noted.pdf": made.pdf_with_notes,
    "changed.docx": made.letter_with_photograph,
    "template.docx": made.letter_that_leads_home,
    "pinned.pdf": made.pdf_with_things_attached,
    "phone.heic": lambda: made.heic(made.PLACE.encode()),
    "call.m4a": lambda: made.film(b"M4A ", made.PLACE.encode()),
    "call.mp4": lambda: made.film(b"isom", made.PLACE.encode()),
    "call.mp3": lambda: made.sound_mp3(made.PLACE.encode()),
    "call.wav": lambda: made.sound_wav(made.PLACE.encode()),
    "tagged.mp3": lambda: made.sound_mp3_with_tags_behind(made.PLACE.encode()),
    "door.mp4": lambda: made.film_that_follows_its_place(made.PLACE.encode()),
    "moving.heic": lambda: made.heic() + made.box(b"mpvd", made.film(told=made.PLACE.encode())) + made.PLACE.encode(),
    "small.pdf": made.pdf_with_small_picture,
    "printed.xlsx": made.sheet_that_was_printed,
    "signed.pdf": making_pictures.signed_pdf,
    "sums.xlsx": making_pictures.sheet_of_sums,
}


@pytest.mark.parametrize("name", TELLING)
def test_a_copy_for_passing_on_tells_nothing_of_its_maker(session: Session, name: str) -> None:
    kept = files.keep(session, io.BytesIO(TELLING[name]()), f"王小明-{name}")
    copy = files.stripped(session, kept.sha256)
    content = files.read(copy.sha256)
    assert made.PLACE.encode() not in content
    assert made.PLACE.encode() not in _unpacked(content)
    assert "王小明" not in copy.name
    assert kind_of(io.BytesIO(content), copy.name).media_type == kept.media_type
    assert files.stripped(session, kept.sha256) == copy


def test_a_copy_that_an_earlier_stripper_made_is_made_anew_when_it_is_passed_on(session: Session) -> None:
    kept = files.keep(session, io.BytesIO(GOOD["letter.pdf"]), "letter.pdf")
    old = files.keep_made(session, made.pdf(attachment=made.PLACE.encode()), "copy", "application/pdf")
    session.get_one(files.StoredFile, kept.sha256).stripped_as = old.sha256
    for told in (kept.sha256, old.sha256):
        new = files.stripped(session, told)
        assert new.sha256 != old.sha256
        assert made.PLACE.encode() not in _unpacked(files.read(new.sha256))
        assert files.stripped(session, told) == new == files.stripped(session, new.sha256)


def test_a_copy_goes_with_its_file_even_where_the_store_was_away_the_first_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        with transaction() as at:
            kept = files.keep(at, io.BytesIO(GOOD["letter.pdf"]), "letter.pdf")
            copy = files.stripped(at, kept.sha256)
            forget_later(at, [kept.sha256])
        with monkeypatch.context() as away:
            away.setattr(files, "remove", _away)
            with transaction() as at:
                first = at.scalars(select(outbox.Outbox.id)).one()
            outbox.run([first])
        outbox.run_all()
        with transaction() as at:
            assert at.scalars(select(files.StoredFile)).all() == []
        for digest in (kept.sha256, copy.sha256):
            with pytest.raises(Unavailable):
                files.read(digest)


def test_a_file_that_is_its_own_copy_goes_like_any_other(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            kept = files.keep(at, io.BytesIO(GOOD["chat.txt"]), "chat.txt")
            assert files.stripped(at, kept.sha256).sha256 == kept.sha256
            forget_later(at, [kept.sha256])
        outbox.run_all()
        with transaction() as at:
            assert at.scalars(select(files.StoredFile)).all() == []
        with pytest.raises(Unavailable):
            files.read(kept.sha256)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_shown_in_whatever_encoding_it_was_taken(session: Session, encoding: str) -> None:
    kept = files.keep(session, io.BytesIO("他说：“今天还钱”。".encode(encoding)), "chat.txt")
    assert previews.text(kept.sha256) == ("他说：“今天还钱”。", False)


def _away(_sha256: str) -> None:
    raise OSError


def _unpacked(content: bytes) -> bytes:
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as opened:
            assert not opened.attachments
            out = io.BytesIO()
            opened.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
            return out.getvalue()
    if content.startswith(b"PK"):
        return made.unzipped(content)
    return b""


def test_a_photograph_packed_twice_inside_a_document_tells_nothing_and_is_the_same_picture(session: Session) -> None:
    kept = files.keep(session, io.BytesIO(made.pdf_with_notes()), "a.pdf")
    with pikepdf.open(io.BytesIO(files.read(files.stripped(session, kept.sha256).sha256))) as copy:
        shown = copy.pages[0].Resources.XObject.A.read_raw_bytes()
    assert made.PLACE.encode() not in shown
    with Image.open(io.BytesIO(shown)) as after, Image.open(io.BytesIO(made.photograph())) as before:
        assert after.tobytes() == before.tobytes()


def test_what_a_copy_keeps_still_opens_and_leads_to_the_web(session: Session) -> None:
    def copy_of(content: bytes, name: str) -> bytes:
        return files.read(files.stripped(session, files.keep(session, io.BytesIO(content), name).sha256).sha256)

    with pikepdf.open(io.BytesIO(copy_of(made.pdf_with_things_attached(), "a.pdf"))) as opened:
        notes = list(opened.pages[0].Annots)
    assert [str(each.Subtype) for each in notes] == ["/Popup", "/Link", "/Link"]
    assert [str(each.A.URI) for each in notes if "/A" in each] == ["https://example.invalid/"]
    with zipfile.ZipFile(io.BytesIO(copy_of(made.letter_that_leads_home(), "a.docx"))) as letter:
        names, leads = letter.namelist(), letter.read("word/_rels/document.xml.rels").decode()
        book = openpyxl.load_workbook(io.BytesIO(letter.read("word/embeddings/Workbook.xlsx")))
    assert "customXml/item1.xml" not in names
    assert ("customXml" in leads, "https://example.invalid/" in leads, 'Target="NULL"' in leads) == (False, True, True)
    assert '<Relationships xmlns="' in leads
    assert book.sheetnames == ["Sheet"]


def test_a_recording_keeps_its_sound_and_a_sheet_its_page_where_what_they_told_is_gone(session: Session) -> None:
    def copy_of(content: bytes, name: str) -> bytes:
        return files.read(files.stripped(session, files.keep(session, io.BytesIO(content), name).sha256).sha256)

    whole = made.film_that_follows_its_place(made.PLACE.encode())
    film = copy_of(whole, "a.mp4")
    assert len(film) < len(whole)
    sounds = [each for each in _tracks(film) if track_kind(film, each) == b"soun"]
    assert track_samples(film, sounds[0]) == track_samples(whole, _tracks(whole)[0])
    cut_off = made.film()[:-20]
    assert len(copy_of(cut_off, "b.mp4")) == len(cut_off), "what the telephone wrote before it stopped stays"
    assert copy_of(made.sound_mp3_with_tags_behind(b"x" * 40), "a.mp3") == copy_of(made.sound_mp3(), "b.mp3")
    book = openpyxl.load_workbook(io.BytesIO(copy_of(made.sheet_that_was_printed(), "a.xlsx")))
    assert (book.active.page_setup.orientation, book.active.page_setup.id) == ("landscape", None)


def _tracks(content: bytes) -> list[Box]:
    whole = boxes(io.BytesIO(content), 0, len(content))
    moov = next(each for each in whole if each.name == b"moov")
    return [each for each in boxes(io.BytesIO(content), moov.content, moov.end) if each.name == b"trak"]


def test_a_photograph_lying_on_its_side_is_turned_before_it_loses_the_note_of_it(session: Session) -> None:
    kept = files.keep(session, io.BytesIO(made.photograph()), "photo.jpg")
    with Image.open(files.open_file(files.stripped(session, kept.sha256).sha256)) as copy:
        assert copy.size == (20, 40)
        assert not copy.getexif()


@pytest.mark.parametrize("inline", [True, False])
@pytest.mark.parametrize("name", ["chat.txt", "photo.jpg"])
def test_a_file_is_served_so_that_nothing_in_it_runs(app: Flask, session: Session, name: str, *, inline: bool) -> None:
    kept = files.keep(session, io.BytesIO(GOOD[name]), '催收"\r\nX: y.' + name)
    with app.test_request_context():
        answer = downloads.served(kept.sha256, kept.name, kept.media_type, inline=inline)
        answer.direct_passthrough = False
        assert answer.data == GOOD[name]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "X" not in answer.headers
    shown = inline and name == "photo.jpg"
    assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("〔2026〕2号.pdf", "2026-2.pdf"),
        ("蓝协公开〔2026〕12号.pdf", "2026-12.pdf"),
        ("résumé 1.pdf", "resume 1.pdf"),
        ("催收.pdf", "file.pdf"),
    ],
)
def test_a_program_that_knows_only_ascii_reads_the_numbers_of_a_name_apart(app: Flask, name: str, plain: str) -> None:
    with app.test_request_context():
        said = downloads.attached(b"x", "application/pdf", name).headers["Content-Disposition"]
    assert parse_options_header(said.split("; filename*")[0])[1]["filename"] == plain


def test_what_no_copy_can_be_made_of_in_time_is_refused_in_words_and_not_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = set()
    for bounds in (Bounds(wall=0.0), Bounds(memory=16 << 20)):
        monkeypatch.setattr(file_stripping_apart, "BOUNDS", bounds)
        with pytest.raises(BadInput, match=r"letter\.pdf") as refused:
            files.keep(session, io.BytesIO(GOOD["letter.pdf"]), "letter.pdf", passed_on=True)
        assert refused.value.field == "files"
        said.add(str(refused.value))
    assert len(said) == 2, "a busy machine is not called the file's fault"
    assert session.scalars(select(files.StoredFile)).all() == []
    kept = files.keep(session, io.BytesIO(GOOD["letter.pdf"]), "letter.pdf")
    with pytest.raises(BadInput, match=r"letter\.pdf"):
        files.stripped(session, kept.sha256, "letter.pdf")
    with session.begin_nested():
        assert files.keep(session, io.BytesIO(GOOD["chat.txt"]), "chat.txt", passed_on=True).size  # nothing to strip
