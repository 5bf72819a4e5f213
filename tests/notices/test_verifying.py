"""A file that somebody hands in: genuine, out of force, altered or not ours; what it says of itself counts nothing."""

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from core import clock
from core.db import transaction
from core.machine import Ask
from core.throttle import limiter
from filestore import files
from notices import erasing, jobs, queries, seals, verifying
from notices.models import Document
from notices.models_seals import DocumentSeal
from notices.states import SERVICE
from notices.verifying import Verdict
from printing import signing
from tests.builders import Desk
from tests.conftest import NOW
from tests.filestore import making_files
from tests.invariants.house import database_refuses
from tests.printing.authority import Authority

POISON = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/AcroForm 1 0 R/Fields[1 0 R 1 0 R]>>\nendobj\n"


@pytest.fixture
def letter(app: Flask) -> Iterator[int]:
    """A forwarding letter, signed and kept."""
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            forwarding = desk.accepted().forwardings[0]
            found = queries.last_document(at, ["D05b"], "forwarding", forwarding.id)
            assert found is not None
            number = found.id
        jobs.render(number)
        yield number
        signing.SIGNING.end()


def kept(number: int) -> bytes:
    with transaction() as at:
        return files.read(at.get_one(Document, number).pdf_sha256 or "")


def verdict(content: bytes) -> verifying.Answer:
    with transaction() as at:
        return verifying.verify(at, content)


def resaved(content: bytes, change: Callable[[pikepdf.Pdf], None] = lambda _pdf: None) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """With something added behind the signature, as the standard allows it to be written."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(content)), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def other_metadata(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    stream["/Type"], stream["/Subtype"] = generic.pdf_name("/Metadata"), generic.pdf_name("/XML")
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()


def other_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)


def other_attachment(opened: pikepdf.Pdf) -> None:
    opened.attachments["notice.json"] = pikepdf.AttachedFileSpec(opened, b"{}", filename="notice.json")


def flipped(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def test_every_way_of_changing_a_file_is_told(letter: int) -> None:
    content = kept(letter)
    with transaction() as at:
        unsigned = at.get_one(DocumentSeal, letter).unsigned_size
    signature = content.index(b"/Contents <", unsigned) + 100
    changed = {
        "a byte of a page": flipped(content, 5000),
        "a byte of the signature": flipped(content, signature),
        "a byte after the end": content + b"\n",
        "a line after the end": content + b"% seen\n%%EOF\n",
        "the signature taken off": content[:unsigned],
        "cut in the middle": content[: unsigned + 100],
        "metadata exchanged": updated(content, other_metadata),
        "a page changed": updated(content, other_page),
        "saved again": resaved(content),
        "data exchanged": resaved(content, other_attachment),
        "signature and data exchanged": resaved(content[:unsigned], other_attachment),
    }
    told = {how: verdict(each) for how, each in changed.items()}
    assert {how: each.verdict for how, each in told.items()} == {
        how: Verdict.NOT_OURS if how == "signature and data exchanged" else Verdict.ALTERED for how in changed
    }
    assert all(each.reasons for each in told.values() if each.verdict is Verdict.ALTERED)
    assert verdict(content).verdict is Verdict.GENUINE


def test_signed_anew_with_another_key_it_is_altered(letter: int, tmp_path: Path) -> None:
    content = kept(letter)
    with transaction() as at:
        unsigned = at.get_one(DocumentSeal, letter).unsigned_size
    forged = signing.signed(content[:unsigned], Authority(clock.now(), tmp_path).seal()).content
    told = verdict(forged)
    assert told.verdict is Verdict.ALTERED
    assert told.reasons == (verifying.RESIGNED,)


def test_a_file_of_ours_that_the_register_does_not_hold_is_no_proof(letter: int) -> None:
    """Who holds the key could sign anything; only the register says what was issued."""
    with transaction() as at:
        certificate = seals.active(at)
        assert certificate is not None
        order = seals.order_of(certificate, clock.now(), "zh", {"name_zh": "协会", "name_en": ""})
        blank = io.BytesIO()
        with pikepdf.new() as empty:
            empty.add_blank_page()
            empty.save(blank)
        told = verifying.verify(at, signing.signed(blank.getvalue(), order).content)
    assert told.verdict is Verdict.ALTERED
    assert told.reasons == (verifying.UNKNOWN,)
    assert told.found is None


def test_the_file_of_an_erased_document_is_still_known_for_genuine(letter: int) -> None:
    content = kept(letter)
    with transaction() as at:
        erasing.emptied(at, [at.get_one(Document, letter)], NOW)
    told = verdict(content)
    assert (told.verdict, told.reasons) == (Verdict.GENUINE, ())
    assert told.found is not None
    assert (told.found.erased, told.found.pdf_sha256, told.found.level) == (True, None, "B-B")
    assert told.certificate is not None
    longer = verdict(content + b"\n")
    assert (longer.verdict, longer.reasons) == (Verdict.ALTERED, (verifying.ADDED,))


@pytest.mark.parametrize("other", ["pdf_sha256 = repeat('0', 64)", "pdf_sha256 = NULL, pdf_at = NULL"])
def test_no_program_puts_another_file_in_the_place_of_the_one_that_was_signed(letter: int, other: str) -> None:
    with transaction() as at:
        refused = database_refuses(at, f"UPDATE document SET {other} WHERE id = :id", id=letter)
    assert "never changes" in refused
    assert verdict(kept(letter)).verdict is Verdict.GENUINE


def bomb() -> bytes:
    """A few kilobytes of metadata that unpack to a gigabyte and a half."""
    packed = making_files.packed_nothing(96 << 24)
    with pikepdf.new() as made:
        made.add_blank_page()
        made.Root.Metadata = made.make_stream(
            zlib.compress(packed), Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        )
        out = io.BytesIO()
        as_it_is = {"compress_streams": False, "fix_metadata_version": False}  # or it unpacks it all itself
        made.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, **as_it_is)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [POISON, b"%PDF-1.7\n" + b"[" * 200_000, b"%PDF-1.4\n%%EOF" * 5000, None],
    ids=["circle", "depth", "ends", "bomb"],
)
def test_what_is_not_ours_and_what_ends_its_reader_is_not_ours(app: Flask, content: bytes | None) -> None:
    with app.app_context():
        assert verdict(bomb() if content is None else content).verdict is Verdict.NOT_OURS


def scanned(*, letters: bool = False) -> bytes:
    """A page that is one picture; with letters as a reader of scans puts them over it."""
    out = io.BytesIO()
    Image.new("L", (700, 990), 255).save(out, "PDF")
    return resaved(out.getvalue(), _lettered) if letters else out.getvalue()


def _lettered(made: pikepdf.Pdf) -> None:
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    made.pages[0].add_resource(font, pikepdf.Name.Font)


@pytest.mark.parametrize(
    "content",
    [scanned(), scanned(letters=True), b"\x89PNG\r\n\x1a\n", b"rubbish", b""],
    ids=["scan", "scan with letters", "picture", "text", "nothing"],
)
def test_of_a_scan_or_a_picture_it_is_not_said_that_it_is_not_ours(app: Flask, content: bytes) -> None:
    with app.app_context():
        assert verdict(content).verdict is Verdict.NO_TELLING


def test_a_text_that_nobody_here_wrote_is_not_ours(app: Flask) -> None:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        _lettered(made)
        made.save(out)
    with app.app_context():
        assert verdict(out.getvalue()).verdict is Verdict.NOT_OURS


def test_void_and_superseded_documents_name_what_stands_in_their_place(letter: int) -> None:
    content = kept(letter)
    with transaction() as at:
        document = at.get_one(Document, letter)
        document.set_aside_on = clock.today()
    told = verdict(content)
    assert told.verdict is Verdict.OUT_OF_FORCE
    assert told.found is not None
    assert told.found.successor_code is None
    with transaction() as at:
        other = at.scalars(Document.__table__.select().where(Document.outward, Document.id != letter)).first()
        at.get_one(Document, letter).replaced_by_id = other
    assert _successor(content) is None, "nobody has it yet"
    jobs.render(other)
    assert _successor(content)
    with transaction() as at:
        at.get_one(Document, other).outward = False
    assert _successor(content) is None, "it stays inside"


def _successor(content: bytes) -> str | None:
    found = verdict(content).found
    assert found is not None
    return found.successor_number if found.successor_code else None


def test_of_a_paper_that_stays_inside_nobody_learns_by_its_code_or_its_file(letter: int) -> None:
    content = kept(letter)
    with transaction() as at:
        inside = at.get_one(Document, letter)
        inside.outward, code = False, inside.check_code
    assert verdict(content).found is None
    with transaction() as at:
        assert queries.verified(at, code) is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("真实且未被改动", "已被改动", "不是本协会", "已作废", "不具效力", "无法按文件核验")),
        (
            "en",
            (
                "Genuine and unchanged",
                "Altered",
                "Not a document",
                "void",
                "Demonstration, not valid",
                "be checked as a file",
            ),
        ),
    ],
)
def test_the_page_says_it_in_both_languages_and_nothing_of_the_parties(
    letter: int, client: FlaskClient, lang: str, words: tuple[str, ...]
) -> None:
    content = kept(letter)

    def page(given: bytes, status: int = 200) -> str:
        sent = client.post(
            f"/verify?lang={lang}", data={"file-file": (io.BytesIO(given), "a.pdf")}, content_type="multipart/form-data"
        )
        assert sent.status_code == status
        return sent.get_data(as_text=True)

    genuine = page(content)
    assert words[0] in genuine
    assert "a.pdf" not in genuine, "nothing is asked for again once it was read"
    assert words[4] in genuine
    assert "青屿" not in genuine
    assert words[1] in page(content + b" ")
    assert words[2] in page(b"%PDF-1.7 nothing")
    shown = page(scanned())
    assert words[5] in shown, shown.partition("<main")[2][:1500]
    page(b"", 422)
    with transaction() as at:
        service = at.get_one(Document, letter).services[0]
        desk_of = Ask(at, service, replace(Desk(at, NOW).head), {"reason": "内容有误"}, NOW + timedelta(days=1))
        SERVICE.carry_out(desk_of, "void")
    assert words[3] in page(content)


def test_nothing_of_a_file_handed_in_is_kept(letter: int, client: FlaskClient) -> None:
    place = files._store().root  # type: ignore[attr-defined]
    before = sorted(place.rglob("*"))
    assert before
    client.post("/verify", data={"file-file": (io.BytesIO(b"%PDF-1.7 kept?"), "a.pdf")})
    assert sorted(place.rglob("*")) == before


def test_files_are_taken_from_one_address_at_a_measured_pace(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    with time_machine.travel(NOW, tick=False):  # all within the minute that is measured
        asked = [client.post("/verify", data={}, environ_base={"REMOTE_ADDR": "192.0.2.77"}) for _time in range(11)]
    assert [each.status_code for each in asked[::10]] == [422, 429]


def test_an_empty_code_is_told(client: FlaskClient) -> None:
    assert "没有填写核验码" in client.get("/verify?code=").text
    assert "没有填写核验码" not in client.get("/verify").text


def test_whoever_scanned_a_square_reads_the_answer_before_the_form(letter: int, client: FlaskClient) -> None:
    with transaction() as at:
        code = at.get_one(Document, letter).check_code
    page = client.get(f"/verify?code={code}&lang=en").get_data(as_text=True)
    assert page.index('id="result"') < page.index('name="code"')
