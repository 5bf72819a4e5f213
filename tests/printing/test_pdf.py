"""Documents: locked in, the same bytes each time, refused with a reason, within their limits."""

import io
import resource
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pdfplumber
import pikepdf
import pytest
from weasyprint import images
from weasyprint.pdf import fonts as weasyprint_fonts

from printing import fonts, pdf, pdf_attached, pdf_failures, pdf_faster, seal
from printing.pdf_failures import CharactersMissing
from printing.qr import qr_svg

CREATED = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
FACES = Path(pdf.__file__).parent.parent.joinpath("templates/documents/layouts/fonts.css").read_text("utf-8")
GRID = (
    FACES
    + """
@page { size: 210mm 297mm; margin: 37mm 26mm 35mm 28mm }
html { font: 16pt/calc(225mm / 22) Fang; letter-spacing: calc((156mm - 28 * 16pt) / 28 - .001pt) }
body { margin: 0; text-align: justify; orphans: 1; widows: 1 }
p { margin: 0 }
"""
)
MM = 72 / 25.4
RARE = "堃喆昇赟𬭎䶮㛃"


def page(body: str) -> str:
    return f'<!DOCTYPE html><html lang="zh-CN"><head><title>文书</title></head><body>{body}</body></html>'


def made(body: str, **arguments: object) -> bytes:
    return pdf.render(page(body), created=CREATED, stylesheets=[GRID], **arguments)  # type: ignore[arg-type]


def lines_of(content: bytes) -> list[list[dict[str, float]]]:
    """The characters of the first page by line, from the top."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        rows: dict[int, list[dict[str, float]]] = {}
        for character in document.pages[0].chars:
            rows.setdefault(round(character["bottom"]), []).append(character)
    return [rows[top] for top in sorted(rows)]


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    lines = lines_of(made(f"<p>{'自律管理' * 400}</p>"))
    assert [len(line) for line in lines] == [28] * 22
    assert min(line[0]["x0"] for line in lines) / MM == pytest.approx(28, abs=0.5)
    assert {round(line[-1]["x1"] / MM, 1) for line in lines} <= {184.0, 183.9, 184.1, 184.2}


def test_lines_with_digits_and_marks_are_full_to_within_three_tenths_of_a_millimetre() -> None:
    text = "本协会于2026年9月18日收到投诉（编号：TS2026-K7），共37件，涉及“逾期”信息；" * 30
    ends = [line[-1]["x1"] / MM for line in lines_of(made(f"<p>{text}</p>"))[:-1]]
    assert ends == [pytest.approx(184, abs=0.3)] * len(ends)


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/passwd" alt="">',
        '<img src="http://127.0.0.1:{port}/a.png" alt="">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css">',
        "<style>@import url(http://127.0.0.1:{port}/b.css);</style>",
        '<p style="background: url(http://127.0.0.1:{port}/c.png)">一</p>',
        '<embed src="http://127.0.0.1:{port}/d.svg">',
        '<img src="data:image/svg+xml,%3Csvg/%3E" alt="">',
    ],
)
def test_a_page_reaches_no_file_and_no_network(body: str, canary: tuple[int, list[str]]) -> None:
    port, visits = canary
    with pytest.raises(pdf_failures.RenderFailed) as refused:
        made(body.replace("{port}", str(port)))
    assert refused.value.reason == "blocked"
    assert visits == []


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """A server that writes down who came."""
    visits: list[str] = []

    class Witness(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Witness)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, visits
    server.shutdown()
    server.server_close()


def test_a_page_uses_what_it_was_given() -> None:
    drawing = (qr_svg("https://zilu.example/verify").encode(), "image/svg+xml")
    assert made('<img src="part:qr" alt="二维码">', resources={"part:qr": drawing}) != made("<p>一</p>")


def test_the_same_page_gives_the_same_bytes_in_another_process() -> None:
    again = (
        "import sys; from tests.printing.test_pdf import made; from printing.pdf_attached import Attached;"
        "sys.stdout.buffer.write(made('<p>决定书</p>', attachments=[Attached('notice.json', b'{}')]))"
    )
    other = subprocess.run([sys.executable, "-c", again], capture_output=True, check=True)
    assert made("<p>决定书</p>", attachments=[pdf_attached.Attached("notice.json", b"{}")]) == other.stdout


def test_the_file_says_what_it_is_and_carries_its_data() -> None:
    content = made("<p>决定书</p>", attachments=[pdf_attached.Attached("notice.json", b'{"a": 1}')])
    with pikepdf.open(io.BytesIO(content)) as document:
        metadata = bytes(document.Root.Metadata.read_bytes())
        assert b'pdfuaid:part="1"' in metadata
        assert b"<pdfaid:conformance>A" in metadata or b'pdfaid:conformance="A"' in metadata
        assert document.attachments["notice.json"].get_file().read_bytes() == b'{"a": 1}'
        assert document.Root.MarkInfo.Marked
        assert document.Root.AF[0].AFRelationship == "/Data"


def test_missing_fonts_are_named_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in fonts.FETCHED[1:]:
        (tmp_path / name).touch()
    monkeypatch.setenv("ZILU_FONTS", str(tmp_path))
    with pytest.raises(fonts.FontsMissing) as missing:
        fonts.require()
    assert "FandolFang-Regular.otf" in str(missing.value)
    assert "./zilu setup run" in str(missing.value)


def test_a_name_of_a_hundred_rare_characters_is_set() -> None:
    content = made(f"<p>{(RARE * 15)[:100]}</p>")
    text = "".join(character["text"] for line in lines_of(content) for character in line)
    assert text == (RARE * 15)[:100]


def test_a_name_in_letters_that_chinese_faces_lack_is_set_whole_in_one_face() -> None:
    names = ["Łukasz Dvořák", "İpek Çelik", "O'Brien-Śmith", "Ђорђе Јовановић", "Ọ́láyínká"]
    content = made(f"<p>您好，{'、'.join(names)} and Peter。</p>")
    with pdfplumber.open(io.BytesIO(content)) as document:
        faces: dict[str, str] = {}
        for character in document.pages[0].chars:
            face = character["fontname"].split("+")[1]
            faces[face] = faces.get(face, "") + character["text"]
    assert [face for face, said in faces.items() if set(said) & set("ŁřİÇŚĐЂћọk")] == ["Letters"]
    assert "Peter" not in faces["Letters"]


@pytest.mark.parametrize("character", ["\ue000", "\u0378", "\U0010fffd"])
def test_a_character_in_no_font_is_named(character: str) -> None:
    with pytest.raises(CharactersMissing) as refused:
        made(f"<p>张{character}三</p>")
    assert f"U+{ord(character):04X}" in str(refused.value)


def test_pictures_among_the_letters_become_a_printers_mark() -> None:
    assert fonts.printable("谢谢🙏🏽") == "谢谢〓〓"
    with pytest.raises(CharactersMissing):
        fonts.printable("张\ue000")


def test_what_a_document_lacks_is_told_from_the_press() -> None:
    with pytest.raises(pdf_failures.RenderFailed) as blocked:
        pdf.render_in_limits(page('<img src="file:///etc/passwd" alt="">'), created=CREATED)
    assert blocked.value.reason == "blocked"
    with pytest.raises(CharactersMissing) as missing:
        pdf.render_in_limits(page("<p>\ue000</p>"), created=CREATED)
    assert missing.value.characters == ("\ue000",)


def test_a_document_in_limits_is_the_same_document() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    assert pdf.render_in_limits(page("<p>一</p>"), created=CREATED, stylesheets=[GRID]) == made("<p>一</p>")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_seal_is_outlines_only_and_without_text_refused() -> None:
    drawing = seal.seal_svg("蓝湾互联网金融自律协会", "演示")
    assert "<text" not in drawing
    assert drawing.count("<path") == 1 + 11 + 2
    with pytest.raises(seal.NoSeal):
        seal.seal_svg("  ")


def test_a_seal_that_is_written_again_is_what_was_drawn_first() -> None:
    def sealed(width: int, colour: str) -> bytes:
        drawing = (seal.seal_svg("蓝湾互联网金融自律协会").encode(), "image/svg+xml")
        shown = f'<p style="color: {colour}">一<img style="width: {width}mm" src="part:seal" alt="印章"></p>'
        return made(shown, resources={"part:seal": drawing})

    ways = [(40, "black"), (30, "black"), (40, "#d7000f")]
    pdf_faster._drawn.clear()
    first = [sealed(*way) for way in ways]
    assert len(pdf_faster._drawn) == 3
    assert [sealed(*way) for way in ways] == first
    images.SVGImage.draw = pdf_faster._draw
    try:
        assert [sealed(*way) for way in ways] == first
    finally:
        pdf_faster.install()


def test_streams_are_packed_at_our_level() -> None:
    written = made(f"<p>{'自律管理' * 400}</p>")
    with pikepdf.open(io.BytesIO(written)) as document:
        packed = document.pages[0].Contents
        assert packed.read_raw_bytes() == _packed(packed.read_bytes(), pdf_faster.LEVEL)


def test_a_font_is_cut_from_its_file_without_a_copy_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rare = "<p style='font-family: \"Noto Serif CJK SC\"'>堃</p>"
    body = f"<p>自律管理</p><p style='font-family: Kai'>书面说明 ABC</p>{rare}"
    copied: list[int] = []
    data = pdf_faster._data

    def counted(face: object) -> bytes:
        found = data(face)
        copied.append(len(found))
        return bytes(found)

    monkeypatch.setattr(pdf_faster, "_data", counted)
    ours = made(body)
    assert copied, "what WeasyPrint reads its fonts by has moved"
    assert max(copied) < 1_000_000, "a whole file was copied"
    monkeypatch.setattr(weasyprint_fonts, "get_hb_object_data", data)
    monkeypatch.delattr(weasyprint_fonts.Font, "file_content")
    assert made(body) == ours


def _packed(content: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level)
    return packer.compress(content) + packer.flush()


def test_two_threads_may_draw_a_seal_at_once() -> None:
    for face in (seal._song, seal._fallback, seal._drawn):
        face.cache_clear()
    drawn: list[str] = []
    names = ["蓝湾互联网金融自律协会", "滨海远山信息咨询行业协会"] * 4
    threads = [Thread(target=lambda name=name: drawn.append(seal.seal_svg(name))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == sorted(seal.seal_svg(name) for name in names)


def test_the_text_of_a_seal_cannot_leave_its_attribute() -> None:
    assert "<script" not in seal.seal_svg('A"><script>')


def test_a_child_finds_its_own_fonts_after_its_parent_used_fonts() -> None:
    made("<p>一</p>")
    for size, face in enumerate(("Kai", "Hei", "Biao", "Song"), 20):
        html = page(f'<p style="font: {size}pt {face}">二</p>')
        assert pdf.render_in_limits(html, created=CREATED, stylesheets=[GRID]) == pdf.render(
            html, created=CREATED, stylesheets=[GRID]
        )
