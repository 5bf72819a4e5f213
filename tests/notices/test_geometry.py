"""Issued pages, measured: the block of GB/T 9704-2012; heads, numbers, signature, date and seal in their places."""

import io
import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

import pdfplumber
import pytest

from notices import rendering
from notices.kinds import KINDS, Layout
from notices.papers import QA, Facts, Heading, Items, Lang, Paper, Para, Table
from notices.samples import head_for, paper_for
from tests.notices.papers_of_all_kinds import ALL, RARE, opened

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
"""The block of 156 × 225 mm on the page."""
LINE, CHARACTER = 225 / 22, 156 / 28
BLOCK = [("D20", Layout.RED_HEAD), ("D05b", Layout.LETTER), ("D23f", Layout.PUBLIC), ("D15", Layout.REPORT)]


def near(value: float, within: float = 0.5) -> Any:
    return pytest.approx(value, abs=within)


@dataclass
class Row:
    """The characters on one line, from the left, in millimetres from the page's left and top edges."""

    characters: list[Any]

    @property
    def text(self) -> str:
        return "".join(each["text"] for each in self.characters)

    @property
    def left(self) -> float:
        return float(self.characters[0]["x0"] / MM)

    @property
    def right(self) -> float:
        return float(self.characters[-1]["x1"] / MM)

    @property
    def top(self) -> float:
        return float(min(each["top"] for each in self.characters) / MM)

    @property
    def bottom(self) -> float:
        return float(max(each["bottom"] for each in self.characters) / MM)

    @property
    def size(self) -> float:
        return float(self.characters[0]["size"])

    @property
    def face(self) -> str:
        return str(self.characters[0]["fontname"])


def rows(page: Any) -> list[Row]:
    found = defaultdict(list)
    for each in page.chars:
        found[round(each["bottom"])].append(each)
    return [Row(sorted(found[at], key=lambda each: each["x0"])) for at in sorted(found)]


def body(page: Any) -> list[Row]:
    """Lines of size 16 in the block."""
    inside = [each for each in rows(page) if each.top > TOP - 1 and each.bottom < BOTTOM + 1]
    return [each for each in inside if each.size == near(16, 0.05)]


def row(page: Any, text: str) -> Row:
    (found,) = [each for each in rows(page) if text in each.text]
    return found


def marks(page: Any) -> list[tuple[float, float, float, float, float]]:
    """Every ruled line as left, right, top, height and the first number of its colour."""
    shapes = [each for each in (*page.rects, *page.lines) if each["height"] < 2 * MM and each["width"] > 100 * MM]
    return [(each["x0"] / MM, each["x1"] / MM, each["top"] / MM, each["height"] / MM, _red(each)) for each in shapes]


def _red(shape: Any) -> float:
    colour = shape["non_stroking_color"] if shape["fill"] else shape["stroking_color"]
    return float(colour[0]) if colour else 0.0


@cache
def filled(kind: str) -> Any:
    """A document of this kind whose pages are full of one character after another."""
    paper = Paper(kind, ("关于测试的文书",), "某公司：", (Para("债务人" * 700),), "特此通知。")
    return pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head_for(kind))))


@pytest.mark.parametrize(("kind", "layout"), BLOCK)
def test_a_full_page_has_22_lines_of_28_characters_in_the_block(kind: str, layout: Layout) -> None:
    assert KINDS[kind].layout is layout
    lines = body(filled(kind).pages[1])
    assert [len(each.characters) for each in lines] == [28] * 22
    assert {round(each.left, 1) for each in lines} == {LEFT}
    assert [each.right for each in lines] == [near(RIGHT, 0.3)] * 22
    pitches = [(lower.bottom - upper.bottom) for upper, lower in pairwise(lines)]
    assert pitches == [near(LINE, 0.02)] * 21
    middle = (lines[0].top + lines[0].bottom) / 2
    assert middle - LINE / 2 == near(TOP)
    assert middle + 21.5 * LINE == near(BOTTOM)


@pytest.mark.parametrize("kind", [kind for kind, lang in ALL if lang == "zh" and KINDS[kind].layout is not Layout.FORM])
def test_every_line_that_goes_on_is_full_to_within_three_tenths_of_a_millimetre(kind: str) -> None:
    for page in opened(kind).pages:
        lines = body(page)
        for upper, lower in pairwise(lines):
            if lower.left == near(LEFT, 0.3) and lower.bottom - upper.bottom < 1.05 * LINE and upper.left < RIGHT / 4:
                assert upper.right == near(RIGHT, 0.3), upper.text


@pytest.mark.parametrize(("kind", "lang"), ALL)
def test_nothing_leaves_the_sheet_or_its_margins(kind: str, lang: Lang) -> None:
    left, right = (25.0, 185.0) if lang == "en" else (LEFT, RIGHT)
    for page in opened(kind, lang).pages:
        assert (float(page.width) / MM, float(page.height) / MM) == (near(210, 0.1), near(297, 0.1))
        for each in page.chars:
            assert left - 0.5 <= each["x0"] / MM <= each["x1"] / MM <= right + 0.5, (each["text"], page.page_number)
            assert 5 < each["top"] / MM < each["bottom"] / MM < 292


LONG = {
    "association_zh": "滨海市蓝湾区互联网金融与小额贷款行业自律管理和金融消费者权益保护联合协会",
    "association_en": "The Joint Association for Self-Discipline and the Protection of Financial Consumers of the "
    "Internet Finance and Microlending Industry of Lanwan District, Binhai City",
}
"""Names of an association that no line holds."""


@pytest.mark.parametrize(("kind", "lang"), [*((kind, "zh") for kind in ("D20", "D05b", "D23f", "D38")), ("D20", "en")])
def test_a_long_name_of_the_association_stays_in_the_margins_and_covers_nothing(kind: str, lang: Lang) -> None:
    paper, head = paper_for(kind, lang)
    head = replace(head, **LONG)  # type: ignore[arg-type]
    left, right = (25.0, 185.0) if lang == "en" else (LEFT, RIGHT)
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as document:
        for page in document.pages:
            for each in page.chars:
                assert left - 0.5 <= each["x0"] / MM <= each["x1"] / MM <= right + 0.5, (each["text"], page.page_number)
        words = "".join(page.extract_text() for page in document.pages)
        red = [each["size"] for each in document.pages[0].chars if (each["non_stroking_color"] or (0,))[0] > 0.7]
        assert min(red, default=16) > (12.9 if lang == "en" else 15.9), "its head is no smaller than the text"
        signed = next(each for each in reversed(document.pages) if each.curves)
        names = ["District, Binhai City"] if lang == "en" else ["与小额贷款行业", "权益保护联合协会"]
        lines = [each for each in rows(signed) if lang == "en" or each.size == near(16, 0.1)]
        ends = [[each for each in lines if each.text.endswith(name)][-1] for name in names]
        if lang == "en":
            assert ends[0].bottom < row(signed, "This document is issued").top
            return
        ring = max(signed.curves, key=lambda each: each["width"])
        assert head.issue_date is not None
        month = f"{head.issue_date.year}年{head.issue_date.month}月"
        date = next(each for each in rows(signed) if month in each.text and each.top > ends[-1].top)
        assert ring["top"] / MM < ends[0].top < ends[1].top < date.top < date.bottom < ring["bottom"] / MM
        assert kind != "D20" or "2026年11月5日印发" in words, "the day of printing is not broken"


def test_the_red_head_stands_as_the_standard_says() -> None:
    page = opened("D20").pages[0]
    mast, number, title = row(page, "协会文件"), row(page, "蓝金协决〔2026〕7号"), row(page, "关于对星湾")
    (line,) = [each for each in marks(page) if each[4] > 0.5]
    assert mast.top == near(TOP + 35, 1.5)
    assert mast.face.endswith("+Biao")
    assert mast.characters[0]["non_stroking_color"][0] > 0.8
    assert (mast.left + mast.right) / 2 == near((LEFT + RIGHT) / 2, 1)
    assert (number.left + number.right) / 2 == near((LEFT + RIGHT) / 2, 1)
    assert (line[0], line[1]) == (near(LEFT), near(RIGHT))
    assert line[2] - number.bottom == near(4, 1)
    assert title.size == near(22, 0.1)
    assert title.top - line[2] == near(2 * LINE, LINE / 2)


def test_a_letter_has_its_own_head_and_no_number_on_its_first_page() -> None:
    first, second = opened("D05b").pages[:2]
    mast, number = row(first, "自律协会"), row(first, "〔2026〕7号")
    ruled = sorted({(round(each[0]), round(each[1]), round(each[2])) for each in marks(first) if each[4] > 0.5})
    assert mast.top == near(30, 1.5)
    assert {each[:2] for each in ruled} == {(20, 190)}
    assert max(each[2] for each in ruled) == near(297 - 20, 1.5)
    assert number.right == near(RIGHT, 0.5)
    assert number.top > min(each[2] for each in ruled)
    assert "—" not in "".join(each["text"] for each in first.chars if each["top"] / MM > BOTTOM)
    assert "— 2 —" in second.extract_text()


@pytest.mark.parametrize(("kind", "layout"), BLOCK)
def test_page_numbers_stand_seven_millimetres_under_the_block_odd_right_even_left(kind: str, layout: Layout) -> None:
    first_shown = 3 if layout is Layout.LETTER else 1
    for number in (first_shown, 2):
        page = filled(kind).pages[number - 1]
        shown = row(page, f"— {number} —")
        cell = 14 / MM
        assert shown.size == near(14, 0.05)
        assert shown.face.endswith("+Song")
        assert (shown.top + shown.bottom) / 2 == near(BOTTOM + 7)
        assert (shown.right if number % 2 else shown.left) == near(RIGHT - cell if number % 2 else LEFT + cell)


@pytest.mark.parametrize("kind", ["D20", "D05b", "D23f", "D06a", "D38"])
def test_date_issuer_and_seal_stand_over_one_another(kind: str) -> None:
    page = next(each for each in reversed(opened(kind).pages) if each.curves)
    issued = head_for(kind).issue_date
    assert issued is not None
    written = f"{issued.year}年{issued.month}月{issued.day}日"
    date = next(each for each in reversed(rows(page)) if each.text.endswith(written) and each.right > 120)
    day = [each for each in date.characters if each["x0"] / MM > 100]
    issuer = [each for each in rows(page) if each.text.endswith("蓝湾互联网金融自律协会") and each.right > 150][-1]
    name = issuer.characters[-11:]
    ring = max(page.curves, key=lambda each: each["width"])
    middle = (ring["x0"] + ring["x1"]) / 2 / MM
    seal_top, seal_bottom = ring["top"] / MM, ring["bottom"] / MM
    assert day[-1]["x1"] / MM == near(RIGHT - 4 * CHARACTER)
    assert (day[0]["x0"] + day[-1]["x1"]) / 2 / MM == near((name[0]["x0"] + name[-1]["x1"]) / 2 / MM, 1)
    assert middle == near((day[0]["x0"] + day[-1]["x1"]) / 2 / MM, 1)
    assert (ring["width"] / MM, ring["height"] / MM) == (near(42, 1.5), near(42, 1.5))
    assert seal_top < issuer.top
    assert issuer.bottom < date.bottom < seal_bottom
    above = [each for each in rows(page) if each.bottom < issuer.top and each.bottom > TOP]
    assert seal_top - above[-1].bottom < LINE


@pytest.mark.parametrize("kind", ["D20", "D05b", "D23f", "D36a"])
def test_the_seal_of_an_english_letter_covers_no_letter_of_it(kind: str) -> None:
    page = next(each for each in reversed(opened(kind, "en").pages) if each.curves)
    ring = max(page.curves, key=lambda each: each["width"])
    middle = ((ring["x0"] + ring["x1"]) / 2, (ring["top"] + ring["bottom"]) / 2)
    assert ring["width"] / MM == near(42, 1.5)
    latin = [each for each in page.chars if each["text"].isascii() and each["text"].strip()]
    corners = [(each[x], each[y]) for each in latin for x in ("x0", "x1") for y in ("top", "bottom")]
    assert min(math.dist(middle, corner) for corner in corners) > ring["width"] / 2


def test_headings_wear_their_faces_and_the_title_is_broken_by_sense() -> None:
    paper = Paper(
        "D20",
        ("关于对某公司", "采取自律措施的决定"),
        "某公司：",
        (Heading("一、事实"), Heading("（一）经过", 2), Heading("1．起因", 3), Para("债务人。"), Para("（1）其一。")),
    )
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head_for("D20")))) as document:
        page = document.pages[0]
        faces = {
            text: (row(page, text).face, round(row(page, text).size))
            for text in ("一、事", "（一）", "1．起", "债务人")
        }
        lines = [each.text for each in rows(page) if round(each.size) == 22]
    wanted = {"一、事": "Hei", "（一）": "Kai", "1．起": "Fang", "债务人": "Fang"}
    assert {text: (face.split("+")[-1], size) for text, (face, size) in faces.items()} == {
        text: (face, 16) for text, face in wanted.items()
    }
    assert lines == ["关于对某公司", "采取自律措施的决定"]
    assert row(page, "一、事").left == near(LEFT + 2 * CHARACTER)


def test_enclosures_and_copies_have_their_places() -> None:
    paper, head = paper_for("D20")
    paper = replace(paper, attachments=("证据清单", "委托合同"), copies_to=("滨海市地方金融管理局",))
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as document:
        noted = next(page for page in document.pages if "附件" in page.extract_text())
        first, second = row(noted, "1．证据清单"), row(noted, "2．委托合同")
        assert first.left == near(LEFT + 2 * CHARACTER)
        assert not second.text.endswith("。")
        one, two = (each.characters[each.text.index(digit)] for each, digit in ((first, "1"), (second, "2")))
        assert one["x0"] == near(two["x0"], 0.5)
        last = document.pages[-1]
        imprint = max((each for each in last.rects if each["width"] > 100 * MM), key=lambda each: each["height"])
    assert (imprint["x0"] / MM, imprint["x1"] / MM) == (near(LEFT), near(RIGHT))
    assert imprint["bottom"] / MM == near(BOTTOM)
    assert row(last, "抄送").size == near(14, 0.05)
    assert "印发" in last.extract_text()


@pytest.mark.parametrize(("lines", "pages", "blank"), [(5, 2, False), (12, 2, False), (24, 4, True), (33, 4, False)])
def test_the_imprint_closes_the_back_of_the_last_sheet(lines: int, pages: int, blank: bool) -> None:
    told = (Para("债务人" * 9 * lines),)
    paper = Paper("D20", ("关于测试的文书",), "某公司：", told, "特此通知。", copies_to=("滨海市地方金融管理局",))
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head_for("D20")))) as document:
        assert len(document.pages) == pages
        last = document.pages[-1]
        numbered = [any(each["text"] == "—" for each in page.chars) for page in document.pages]
        assert numbered == [True] * (pages - 2 * blank) + [False] * (2 * blank), (
            "after a blank page neither is numbered"
        )
        ruled = _ruled(last)
        copies, printed = row(last, "抄送"), row(last, "印发")
    assert [thick for _top, thick in ruled] == [near(0.35, 0.02), near(0.25, 0.02), near(0.35, 0.02)]
    assert sum(ruled[-1]) == near(BOTTOM, 0.1)
    size = 14 / MM
    for each in (copies, printed):
        assert (each.size, each.face.split("+")[-1]) == (near(14, 0.05), "Fang")
        assert each.left == near(LEFT + size)
    assert printed.right == near(RIGHT - size)
    assert ruled[0][0] < copies.top < ruled[1][0] < printed.top < ruled[2][0]


def _ruled(page: Any) -> list[tuple[float, float]]:
    """The black rules of the block's width at the foot, from above: top, and thickness; borders are drawn as frames."""
    wide = [each for each in page.rects if each["width"] > 100 * MM and _red(each) < 0.5 and each["top"] / MM > 200]
    assert all((each["x0"] / MM, each["x1"] / MM) == (near(LEFT), near(RIGHT)) for each in wide)
    edges = sorted({round(float(each[side]) / MM, 2) for each in wide for side in ("top", "bottom")})
    return [(upper, round(lower - upper, 2)) for upper, lower in zip(edges[::2], edges[1::2], strict=True)]


def test_the_imprint_of_a_letter_has_no_lines_and_stands_on_its_last_page() -> None:
    paper, head = paper_for("D05b")
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(replace(paper, copies_to=("某会",)), head))) as document:
        pages = [page.extract_text() for page in document.pages]
        assert ["抄送" in text for text in pages] == [False] * (len(pages) - 1) + [True]
        last = document.pages[-1]
        assert _ruled(last) == []
        assert row(last, "抄送").bottom < BOTTOM


@pytest.mark.parametrize("kind", ["D19", "D23c", "D29", "D31"])
def test_a_record_has_its_places_to_sign_and_its_count_on_every_page(kind: str) -> None:
    pages = opened(kind).pages
    for number, page in enumerate(pages, 1):
        foot = "".join(each["text"] for each in page.chars if each["top"] / MM > 257)
        assert "签名：" in foot
        assert f"第{number}页共{len(pages)}页" in foot.replace("　", "").replace(" ", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rare_names_are_set_from_a_font_that_has_them(lang: Lang) -> None:
    paper, head = paper_for("D05a", lang)
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(replace(paper, addressee=RARE), head))) as document:
        found = [each for each in document.pages[0].chars if each["text"] in RARE]
    assert "".join(each["text"] for each in found) == RARE
    assert {each["fontname"].split("+")[1] for each in found} <= {"Noto-Serif-CJK-SC", "Fang", "Song"}
    assert len({round(each["width"], 1) for each in found}) == 1


def test_numbers_are_written_without_leading_zeros_and_with_the_year_in_hexagonal_brackets() -> None:
    for kind, lang in ALL:
        if KINDS[kind].sealed:
            assert f"蓝金协{KINDS[kind].series}〔2026〕7号" in opened(kind, lang).pages[0].extract_text()


def test_a_time_a_day_and_pages_in_a_table_stand_on_one_line_beside_long_columns() -> None:
    paper, head = paper_for("D23a", "zh")
    long = ("催收人员以不同号码多次致电与债务无关的人员" * 4, "停止有关行为，查明原因，完善制度和培训" * 2)
    table = Table(("序号", "存在的问题", "整改要求", "完成时限", "应提交的证明"), (("1", *long, "30日内", long[1]),))
    entry = ("1", long[0], "蓝互金协函〔2026〕1号", "2026年12月24日", "100—105")
    index = Table(("序号", "题名", "文号", "日期", "页号"), (entry,))
    made = rendering.pdf_of(replace(paper, blocks=(table, index)), head)
    with pdfplumber.open(io.BytesIO(made)) as document:
        told = [each["text"] for page in document.pages for each in page.extract_words()]
    assert {"完成时限", "30日内", "2026年12月24日", "100—105"} <= set(told)


SEVERAL = "collectors called again: \n1. 9:12\n2. 9:40"


@pytest.mark.parametrize(
    ("kind", "lang", "several"),
    [("D20", "zh", Items((SEVERAL,))), ("D20", "en", Items((SEVERAL,))), ("D29", "zh", QA((("?", SEVERAL),)))],
)
def test_what_was_written_on_several_lines_of_one_point_stands_on_several(
    kind: str, lang: Lang, several: Items | QA
) -> None:
    paper, head = paper_for(kind, lang)
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(replace(paper, blocks=(several,)), head))) as document:
        told = [each for page in document.pages for each in rows(page)]
    points = [each for each in told if each.text.strip(" \u3000") in {"1. 9:12", "2. 9:40"}]
    assert len(points) == 2
    begins = [next(one["x0"] / MM for one in each.characters if one["text"].strip()) for each in points]
    assert lang == "en" or begins == [near(LEFT + 2 * CHARACTER, 1)] * 2


def test_no_line_of_an_english_document_tears_a_number_in_two() -> None:
    for kind, lang in ALL:
        if lang == "en":
            for page in opened(kind, lang).pages:
                ends = [each.text.rstrip() for each in rows(page)]
                torn = [each for each in ends if re.search(r"(TS2026-|AJ|AJ〔2026〕|蓝金协.?|蓝金协.〔2026〕)$", each)]
                assert torn == [], (kind, page.page_number)


@pytest.mark.parametrize(("kind", "lang"), [("D37", "zh"), ("D05b", "zh"), ("D05b", "en"), ("D23f", "zh")])
def test_a_check_code_stands_on_one_line_however_wide_its_letters_are(kind: str, lang: Lang) -> None:
    paper, head = paper_for(kind, lang)
    wide = replace(head, check_code="MWQM-GWMD-QMWN-WMGH")
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, wide))) as document:
        told = [each for page in document.pages for each in rows(page)]
    (found,) = [each for each in told if "MWQM-GWMD-QMWN-WMGH" in each.text]
    label = next(each for each in told if "核验码" in each.text or "Check code" in each.text)
    assert label.bottom == near(found.bottom, 1)


def test_a_check_code_in_a_table_is_not_torn_either() -> None:
    paper, head = paper_for("D21", "zh")
    for many in range(12):
        said = Facts((("系统记录", f"{'记' * many}核验码 K7M2-XQ4P-9TRW-H3DN；提醒"),))
        with pdfplumber.open(io.BytesIO(rendering.pdf_of(replace(paper, blocks=(said,)), head))) as document:
            assert any("K7M2-XQ4P-9TRW-H3DN" in each.text for page in document.pages for each in rows(page)), many


def test_where_a_letter_is_collected_stands_on_the_page_that_tells_of_it() -> None:
    paper, head = paper_for("D37", "zh")
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as document:
        first = document.pages[0].extract_text()
    assert [each for each in ("视为送达之日", "领取地点", "联系电话") if each not in first] == []
