"""A bundle is one archive file: everything in its order, numbered through; what cannot be read is said, never lost."""

import hashlib
import io
import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from PIL import Image

from casework.personal_shapes import shapes
from core.errors import Unavailable
from filestore import files
from filestore.confined import Bounds
from filestore.stores import Folder
from notices import bundle_making
from notices.bundle_making import Made, TooMuch, go_on, make
from notices.bundle_papers import PDF, Contents, Piece
from printing import pdf, templates
from printing.press import Limits
from tests import verapdf
from tests.filestore import making_files
from tests.notices.papers_of_all_kinds import Seal
from tests.notices.papers_of_all_kinds import made as official

DAY = date(2026, 11, 3)
SIGNED, _PHOTO, LOG, FOREIGN, CUT, LOCKED, SOUND, SHEET, WORDS = range(9)
CSV = "号码,时间\n138****0000,10:00\n".encode("gb18030") * 30


class Shelf:
    """Files in a store of their own, and the papers that name them."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self.content = Folder(folder / "files"), dict[int, bytes]()
        patch.setattr(files._place, "store", self.store)
        self.pieces: list[Piece] = []

    def add(self, title: str, content: bytes = b"", media_type: str = "", **more: object) -> None:
        digest = hashlib.sha256(content).hexdigest() if content else ""
        if content:
            self.store.put(digest, io.BytesIO(content), len(content))
        self.content[len(self.pieces)] = content
        said = {"sha256": digest, "media_type": media_type, "size": len(content), "section": "证据"} | more
        self.pieces.append(Piece(f"evidence:{len(self.pieces)}", title=title, day=DAY, **said))  # type: ignore[arg-type]

    def contents(self, **more: object) -> Contents:
        said: dict[str, object] = {
            "title": "青屿消费金融案",
            "volume": "正卷",
            "ref": "AJ〔2026〕12",
            "parties": "青屿",
            "period": "—",
        }
        said |= {"retention": "30年", "association": "蓝湾互联网金融自律协会", "demonstration": True}
        return Contents(**{**said, "pieces": tuple(self.pieces)} | more)  # type: ignore[arg-type]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A signed notice, a photograph, a text, a PDF from elsewhere, a damaged and a locked one, a recording, a sheet."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        yield _filled(Shelf(folder, patch), folder)


def _filled(shelf: Shelf, folder: Path) -> Shelf:
    shelf.add("立案通知书", Seal(folder).sign(official("D11b", "zh")), PDF, official=True, section="立案")
    shelf.add("通话截图", making_files.picture("JPEG", (1200, 900)), "image/jpeg", facts=(("提供方", "投诉人提供"),))
    shelf.add("通话记录", CSV, "text/csv")
    shelf.add("合同", official("D24", "zh"), PDF)
    shelf.add("损坏的文件", official("D24", "zh")[:3000], PDF)
    shelf.add("加密的文件", making_files.pdf(password="x"), PDF)
    shelf.add("通话录音", b"ID3" + b"\0" * 4000, "audio/mpeg")
    shelf.add("台账", making_files.sheet(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    shelf.add("陈述意见", text="次数有误。堃喆😀\ue000\n" * 5)
    return shelf


@pytest.fixture(scope="module")
def bound(filled: Shelf) -> Made:
    """All that as one bundle, made once for whatever is asked of it."""
    return make(filled.contents())


@pytest.fixture(scope="module")
def read(bound: Made) -> Iterator[list[Any]]:
    """Its pages."""
    with pdfplumber.open(io.BytesIO(bound.content)) as opened:
        yield opened.pages


def words(pages: list[Any]) -> list[str]:
    return [re.sub(r"\s", "", page.extract_text()) for page in pages]


def texts(made: Made) -> list[str]:
    with pdfplumber.open(io.BytesIO(made.content)) as opened:
        return words(opened.pages)


def of(made: Made, pages: list[str], place: int) -> str:
    """The text of one paper's pages."""
    return "".join(pages[made.firsts[place] - 1 : [*made.firsts, made.pages + 1][place + 1] - 1])


def inside(made: Made) -> list[bytes]:
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert all(str(each.AFRelationship) == "/Source" for each in opened.Root.AF)
        assert len(opened.Root.AF) == len(opened.attachments)
        return [bytes(opened.attachments[name].get_file().read_bytes()) for name in sorted(opened.attachments)]


def test_a_bundle_is_an_archive_file_whatever_goes_in(bound: Made, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pdf"
    bundle.write_bytes(bound.content)
    (judged,) = verapdf.judge([bundle], (verapdf.BUNDLE,))
    assert judged.broken == ()
    assert judged.passed


def test_every_page_is_numbered_and_every_paper_begins_where_the_contents_say(
    filled: Shelf, bound: Made, read: list[Any]
) -> None:
    feet = [page.crop((0, page.height - 40, page.width, page.height)).extract_text() for page in read]
    assert feet == [f"{place}/{bound.pages}" for place in range(1, bound.pages + 1)]
    pages = words(read)
    assert "卷宗" in pages[0]
    for place, (each, first) in enumerate(zip(filled.pieces, bound.firsts, strict=True)):
        assert f"{each.title}—2026年11月3日{first}" in pages[1]
        assert place == SIGNED or f"{place + 1}．{each.title}" in pages[first - 1]


def test_a_cover_leads_to_a_list_of_files_only_where_there_is_one(shelf: Shelf) -> None:
    shelf.add("陈述意见", text="次数有误。")
    assert "文件清单" not in "".join(texts(make(shelf.contents())))


def test_before_a_sealed_paper_that_is_void_stands_a_page_that_says_so(shelf: Shelf) -> None:
    shelf.add("整改验收通知书", official("D24", "zh"), PDF, official=True)
    void = (("状态", "本件已于2026年11月3日作废"), ("作废理由", "内容有误"))
    shelf.add("整改验收通知书（已作废）", official("D24", "zh"), PDF, official=True, facts=void)
    made = make(shelf.contents())
    pages, first = texts(made), made.firsts[1]
    assert first == made.firsts[0] + 2, "what is in force speaks for itself"
    assert "本件已于2026年11月3日作废" in pages[first - 1]
    assert "内容有误" in pages[first - 1]
    assert "蓝金协整〔2026〕7号" in pages[first]
    assert made.pages == first + 2


def test_bookmarks_lead_to_the_papers(bound: Made) -> None:
    with pikepdf.open(io.BytesIO(bound.content)) as opened, opened.open_outline() as outline:
        numbers = {page.objgen: place for place, page in enumerate((each.obj for each in opened.pages), 1)}
        led: list[Any] = [item for heading in outline.root[3:] for item in heading.children]
        assert [numbers[item.destination[0].objgen] for item in led] == bound.firsts
        assert [heading.title for heading in outline.root] == ["封面", "卷内目录", "文件清单", "立案", "证据"]


def test_bookmarks_lead_to_the_list_of_files_also_behind_a_long_cover_and_many_contents(shelf: Shelf) -> None:
    for place in range(60):
        shelf.add(f"第{place + 1}件材料" * 3, text="内容")
    shelf.add("通话录音", b"ID3" + b"\0" * 4000, "audio/mpeg")
    made = make(shelf.contents(parties="、".join(["滨海远山信息咨询有限公司"] * 90)))
    pages = texts(made)
    with pikepdf.open(io.BytesIO(made.content)) as opened, opened.open_outline() as outline:
        numbers = {page.objgen: place for place, page in enumerate(each.obj for each in opened.pages)}
        led = {item.title: numbers[item.destination[0].objgen] for item in outline.root}  # type: ignore[index]
    for title in ("卷内目录", "文件清单"):
        assert pages[led[title]].removeprefix("演示文件不具效力").startswith(title)
    assert (led["封面"], led["卷内目录"] > 1, led["文件清单"] > led["卷内目录"] + 1) == (0, True, True)


def test_signed_and_unreadable_originals_travel_inside_unchanged(filled: Shelf, bound: Made) -> None:
    found = inside(bound)
    assert found == [filled.content[place] for place in (SIGNED, FOREIGN, CUT, LOCKED, SHEET)]


def test_what_cannot_be_read_says_so_and_recordings_stand_with_their_digest(
    filled: Shelf, bound: Made, read: list[Any]
) -> None:
    pages = words(read)
    for place in (CUT, LOCKED):
        assert "无法读取；原文件作为附件" in of(bound, pages, place)
    assert "录音、录像不能印出" in of(bound, pages, SOUND)
    assert filled.pieces[SOUND].sha256 in of(bound, pages, SOUND)
    assert "138****0000" in of(bound, pages, LOG)
    assert "堃喆〓〓" in of(bound, pages, WORDS)


def test_made_again_in_legs_it_goes_on_where_it_was_and_is_the_same_to_the_byte(
    filled: Shelf, bound: Made, tmp_path: Path
) -> None:
    contents, legs, told = filled.contents(), 0, list[int]()
    while (made := go_on(contents, tmp_path, lambda done, _steps: told.append(done), seconds=0)) is None:
        legs += 1
    assert legs == len(contents.pieces)
    assert told == list(range(1, legs + 1)), "each paper is made ready once"
    assert made == bound


def test_what_changed_between_two_legs_is_made_ready_anew(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("通话记录", CSV, "text/csv")
    shelf.add("合同", official("D24", "zh"), PDF)
    shelf.add("陈述意见", text="次数有误。林晓芸\n" * 5)
    before, after = shelf.contents(), shelf.contents(hidden=("林晓芸",), shapes=shapes())
    first = go_on(before, tmp_path, seconds=math.inf)
    changed = go_on(after, tmp_path)
    assert changed == make(after)
    assert go_on(before, tmp_path) == first != changed


def test_nothing_of_a_file_from_elsewhere_runs_or_tells_where_it_was_taken(shelf: Shelf) -> None:
    with pikepdf.new() as armed:
        armed.add_blank_page()
        armed.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        out = io.BytesIO()
        armed.save(out)
    shelf.add("带脚本的文件", out.getvalue(), PDF)
    shelf.add("照片", making_files.photograph(), "image/jpeg")
    made = make(shelf.contents())
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert "/OpenAction" not in opened.Root
        assert "/JavaScript" not in opened.Root.get("/Names", {})
        shown = [each for each in opened.objects if isinstance(each, pikepdf.Stream) and "/Width" in each]
        assert all(making_files.PLACE.encode() not in each.read_raw_bytes() for each in shown)
        turned = [each for each in shown if (int(each.Width), int(each.Height)) == (20, 40)]
        assert len(turned) == 1


def written(*lines: str, picture: bytes = b"") -> bytes:
    """A PDF from elsewhere whose words can be searched, with a picture where one is given."""
    shown = "".join(f"<p>{line}</p>" for line in lines) + '<img src="part:0" alt="">' * bool(picture)
    page = f'<html lang="zh"><title>x</title><body style="font-family: Fang">{shown}</body></html>'
    sheet = Path(templates.FOLDER, "layouts/fonts.css").read_text("utf-8")
    given = {"part:0": (picture, "image/jpeg")} if picture else {}
    return pdf.render(page, created=datetime(2026, 11, 3, tzinfo=UTC), stylesheets=[sheet], resources=given)


def left_out(made: Made, count: int) -> list[bool]:
    pages = texts(made)
    return ["未收入本册" in of(made, pages, place) for place in range(count)]


def test_a_name_that_is_to_be_hidden_keeps_a_file_out(shelf: Shelf) -> None:
    for line in (
        "甲方：林 晓\u3000芸",
        "Mr. Ｌｉｎ　Xiao-Yun",
        "身份证330106199001011234",
        "联系电话：138-1234 5678",
        "合同约定如下",
    ):
        shelf.add("合同", written(line), PDF)
    made = make(shelf.contents(hidden=("林晓芸", "lin xiaoyun"), shapes=shapes()))
    assert left_out(made, 5) == [True, True, True, True, False]
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert not opened.attachments


def test_what_no_search_can_read_is_left_out_unless_a_person_looked_through_it(shelf: Shelf) -> None:
    scan = written("通话记录", picture=making_files.picture("JPEG", (200, 100)))
    for known in (False, True):
        shelf.add("扫描件", scan, PDF, known=known)
        shelf.add("截图", making_files.picture("JPEG"), "image/jpeg", known=known)
        shelf.add("以轮廓作字的文件", official("D24", "zh"), PDF, known=known)
        shelf.add(
            "台账",
            making_files.sheet(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            known=known,
        )
        shelf.add("说明", "债务人林晓芸".encode(), "text/plain", known=known)
    made = make(shelf.contents(hidden=("林晓芸",)))
    assert left_out(made, 10) == [True] * 5 + [False, False, False, True, True]
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert not opened.attachments
        shown = [each for each in opened.objects if isinstance(each, pikepdf.Stream) and "/Width" in each]
    assert (8, 6) in {(int(each.Width), int(each.Height)) for each in shown}, "the picture somebody looked through"
    assert "可以请案件经办人员制作" in "".join(texts(made))
    everybody = make(shelf.contents(pieces=tuple(shelf.pieces[:5])))
    assert not any(left_out(everybody, 5)), "nobody is to be hidden"


def test_words_that_were_masked_are_looked_through_all_the_same(shelf: Shelf) -> None:
    shelf.add("陈述", text="来自Ｌｉｎ　Xiao-Yun的电话", told=True)
    shelf.add("陈述", text="来自L***的电话", told=True)
    assert left_out(make(shelf.contents(hidden=("lin xiaoyun",), shapes=shapes())), 2) == [True, False]
    assert left_out(make(shelf.contents()), 2) == [False, False]


def noted(text: str) -> bytes:
    """A page without words, over which somebody has put a note."""
    with pikepdf.new() as made:
        page = made.add_blank_page()
        kind = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.FreeText}
        said = pikepdf.Dictionary(**kind, Rect=[10, 10, 90, 30], Contents=text, DA="/Helv 9 Tf")
        page.obj.Annots = made.make_indirect(pikepdf.Array([made.make_indirect(said)]))
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def test_where_names_are_hidden_nothing_goes_out_that_nobody_could_look_through(shelf: Shelf) -> None:
    shelf.add("带批注的文件", noted("投诉人林某"), PDF)
    shelf.add("损坏的文件", b"%PDF-1.7 " + "林某".encode(), PDF)
    shelf.add("没有文字的文件", making_files.pdf(), PDF)
    shelf.add("损坏的图片", b"\xff\xd8\xff" + b"0" * 99, "image/jpeg")
    made = make(shelf.contents(hidden=("林某",)))
    pages = texts(made)
    assert ["未收入本册" in of(made, pages, place) for place in range(4)] == [True, True, False, True]
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert not opened.attachments, "what no page shows may name somebody"
    assert sorted(inside(make(shelf.contents()))) == sorted(shelf.content[place] for place in range(4))


def test_a_picture_that_is_none_or_explodes_spoils_only_its_own_page(shelf: Shelf, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    Image.new("1", (30000, 30000)).save(bomb)
    shelf.add("炸弹", bomb.read_bytes(), "image/png")
    shelf.add("不是图片", b"\xff\xd8\xff" + b"0" * 99, "image/jpeg")
    shelf.add("照片", making_files.photograph(), "image/jpeg")
    made = make(shelf.contents())
    pages = texts(made)
    assert [("无法读取" in of(made, pages, place)) for place in range(3)] == [True, True, False]


def test_what_goes_to_nobody_is_not_in_it_and_says_why(shelf: Shelf, tmp_path: Path) -> None:
    for _ in range(2):
        shelf.add("合同", official("D24", "zh"), PDF)
        shelf.add("通话记录", CSV, "text/csv")
    first, second = shelf.pieces[:2]
    contents = shelf.contents()
    assert go_on(contents, tmp_path, seconds=math.inf) is not None
    made = go_on(contents, tmp_path, held={first.sha256: files.WAITING, second.sha256: files.FOUND})
    assert made is not None
    pages = texts(made)
    assert "暂时不能从存储中取出" in of(made, pages, 0)
    assert "含有恶意程序" in of(made, pages, 1)
    assert made.missing == ("evidence:0", "evidence:2"), "what waits counts as still to come"
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert not opened.attachments


def test_a_file_that_takes_too_long_to_draw_is_not_called_damaged(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.add("扫描件", _of_many_pages(official("D24", "zh")), PDF)
    monkeypatch.setattr(bundle_making, "EACH", Bounds(cpu=1))
    made = make(shelf.contents())
    assert "未予印出；原文件作为附件" in of(made, texts(made), 0)
    assert inside(made) == [shelf.content[0]]


def _of_many_pages(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        for _ in range(60):
            opened.pages.append(opened.pages[0])
        opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("ours", [True, False])
def test_a_machine_too_busy_to_read_a_file_in_time_makes_the_bundle_later_and_says_nothing_of_the_file(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, ours: bool
) -> None:
    shelf.add("立案通知书", official("D11b", "zh"), PDF, official=ours)
    monkeypatch.setattr(bundle_making, "OURS" if ours else "EACH", Limits(wall=0.0) if ours else Bounds(wall=0.0))
    with pytest.raises((OSError, Unavailable)):
        make(shelf.contents())


def test_more_pages_than_one_file_is_good_for_are_refused_with_the_number(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.add("立案通知书", official("D11b", "zh"), PDF, official=True)
    monkeypatch.setattr(bundle_making, "MOST_PAGES", 1)
    with pytest.raises(TooMuch, match="1"):
        make(shelf.contents())


def test_a_file_that_the_store_does_not_give_out_is_told_and_counts_as_still_to_come(shelf: Shelf) -> None:
    shelf.add("照片", making_files.photograph(), "image/jpeg")
    shelf.pieces.append(Piece("evidence:9", "证据", "合同", DAY, sha256="0" * 64, media_type=PDF, size=9))
    contents = shelf.contents()
    made = make(contents)
    assert made.missing == ("evidence:9",)
    assert "暂时不能从存储中取出" in of(made, texts(made), 1)
    assert list(bundle_making.proofs(contents, made.missing)) == ["evidence:0"]


def test_a_file_that_was_changed_in_the_store_never_travels_as_the_original(shelf: Shelf) -> None:
    shelf.add("照片", making_files.photograph(), "image/jpeg")
    shelf.add("合同", b"PK\x03\x04 of another kind", "application/zip")
    kept = shelf.store.root / shelf.pieces[1].sha256[:2] / shelf.pieces[1].sha256[2:]
    kept.chmod(0o600)
    kept.write_bytes(b"PK\x03\x04 of another king")
    made = make(shelf.contents())
    assert made.missing == ("evidence:1",)
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert list(opened.attachments) == []
