"""Wordings: every kind is complete, says no more than its placeholders, and becomes a document."""

import html
import io
import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest

from notices import rendering, wording, wording_lines
from notices.kinds import KINDS, Layout
from notices.papers import Annex, Facts, Heading, Items, Lang, Paper, Para, Table, text_of
from notices.samples import head_for, paper_for, values_for
from notices.wording_fields import COLUMNS, FIELDS, GENERAL
from notices.wording_meanings import MEANINGS
from tests.notices.papers_of_all_kinds import draft_for

MODEL = Path(__file__).parent.parent / "data" / "model.json"
ALL = sorted(path.name.removesuffix(".txt") for path in wording.FOLDER.glob("*.txt"))
MM = 72 / 25.4


def test_every_outward_kind_with_a_wording_has_it_in_both_languages() -> None:
    for kind in FIELDS:
        languages = ["zh", "en"] if KINDS[kind].outward or kind == "D21" else ["zh"]
        assert [f"{kind}.{lang}" in ALL for lang in languages] == [True] * len(languages), kind


def test_no_wording_cites_an_article() -> None:
    for name in ALL:
        text = (wording.FOLDER / f"{name}.txt").read_text("utf-8")
        assert not re.search(r"第[一二三四五六七八九十百零〇\d]+条|\bArt(icle|\.) ?\d", text), name


def test_the_data_about_placeholders_name_placeholders() -> None:
    names = {spelled.strip("*#=?") for fields in FIELDS.values() for spelled in fields}
    assert set(MEANINGS) == names | set(GENERAL)
    tables = {spelled.strip("#?") for fields in FIELDS.values() for spelled in fields if spelled[0] == "#"}
    assert tables == set(COLUMNS)


def test_the_kinds_are_those_of_the_domain_model() -> None:
    for row in json.loads(MODEL.read_text("utf-8"))["document"]:
        kind = KINDS[row["id"]]
        assert (kind.zh, kind.en, kind.to, kind.layout, kind.volume) == tuple(
            row[name] for name in ("zh", "en", "to", "layout", "volume")
        )
        assert kind.outward == (row["outward"] == "yes")
        assert (kind.series or "-") == row["series"]


def test_a_missing_or_unknown_value_is_named() -> None:
    values = values_for("D09", "zh")
    del values["progress"]
    with pytest.raises(wording_lines.WordingError, match="missing: progress; unknown: extra"):
        wording.paper_of("D09", head_for("D09", "zh"), {**values, "extra": "1"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title: 一\n\n{secret}", "unknown placeholder {secret}"),
        ("title: 一\n\n{*progress}", "should be {progress}"),
        ("{progress}", "no title"),
        ("title: 一\n\n{progress", "a brace"),
    ],
)
def test_an_edited_wording_is_checked_before_it_is_used(text: str, problem: str) -> None:
    with pytest.raises(wording_lines.WordingError, match=re.escape(problem)):
        wording.read("D09", text)


def test_an_optional_line_and_an_empty_heading_are_left_out_and_the_rest_is_numbered() -> None:
    text = "# 甲\n{*files?}\n# 乙\n| 产品 | {product?}\n| 编号 | {no}\n- 一\n- 二\n\n末 {product?}\n# 丙\n丁。"
    assert wording_lines.blocks_of(text, {"files": [], "product": "", "no": "7"}) == (
        Heading("一、乙"),
        Facts((("编号", "7"),)),
        Items(("一；", "二。")),
        Heading("二、丙"),
        Para("丁。"),
    )
    assert wording_lines.blocks_of("# 乙\n{no}。", {"no": "7"}) == (Heading("乙"), Para("7。"))
    assert wording_lines.blocks_of("{*files}", {"files": ["合同"]}) == (Para("合同。"),), "one alone has no number"


def test_a_value_is_text_and_never_format() -> None:
    blocks = wording_lines.blocks_of("{facts}", {"facts": "# 不是标题 {number}"})
    assert text_of(blocks).endswith("{number}")


@pytest.mark.parametrize("mark", ["# ", "## ", "### ", "=== ", "- ", "* ", "| ", "|| ", "? ", "! ", "\\", "\\# "])
def test_what_somebody_wrote_becomes_no_heading_and_no_attachment_where_it_is_published(mark: str) -> None:
    said = f"{mark}六、决定 | 不予采取自律措施。"
    blocks = wording_lines.blocks_of("# 陈述\n{statement}\n# 决定\n公开通报。", {"statement": f"无异议。\n{said}"})
    assert Para(said) in blocks
    assert wording_lines.passage(text_of(blocks)) == blocks


@pytest.mark.parametrize("said", ["核减三人。", "核减三人", "核减三人.", "核减三人；"])
def test_a_sentence_ends_once_however_its_writer_ended_it(said: str) -> None:
    assert wording_lines.blocks_of("{reason}。", {"reason": said}) == (Para("核减三人。"),)
    assert wording_lines.blocks_of("{reason}。", {"reason": "其余略..."}) == (Para("其余略...。"),)
    assert wording_lines.blocks_of("{reason}。", {"reason": "是否属实？"}) == (Para("是否属实？"),)
    assert wording_lines.blocks_of("{reason}.", {"reason": "Is it true?"}, lang="en") == (Para("Is it true?"),)
    assert wording_lines.blocks_of("{*asked}", {"asked": ["何时起受托？", "是否知悉？"]}) == (
        Items(("何时起受托？", "是否知悉？")),
    )


def test_points_that_a_clerk_types_with_dashes_are_a_list_in_the_letter() -> None:
    said = "仍需说明：\n- 每日致电次数\n- 是否外访；\n其余无异议。"
    blocks = wording_lines.blocks_of("# 理由\n{reason}\n# 期限\n十日。", {"reason": said})
    assert blocks[1:4] == (Para("仍需说明："), Items(("每日致电次数", "是否外访；")), Para("其余无异议。"))
    assert wording_lines.passage(text_of(blocks)) == blocks
    assert wording_lines.blocks_of("{reason}", {"reason": "* a\n* b"}, lang="en") == (
        Items(("a", "b"), numbered=False),
    )


def test_a_point_of_a_list_is_numbered_once_and_keeps_no_dash() -> None:
    blocks = wording_lines.blocks_of("{*missing}", {"missing": ["- 通话录音", "-还款记录", "·合同", "-5元的差额"]})
    assert blocks == (Items(("通话录音；", "还款记录；", "合同；", "-5元的差额。")),)


@pytest.mark.parametrize("said", ["- 只有一点", "——说明", "-5元\n-6元", "甲-乙\n丙-丁"])
def test_what_only_looks_like_a_list_stays_a_paragraph(said: str) -> None:
    assert not any(isinstance(each, Items) for each in wording_lines.blocks_of("{reason}", {"reason": said}))


@pytest.mark.parametrize("name", ["answer_text", "statement_summary", "hearing_summary"])
def test_what_a_company_said_stands_as_it_wrote_it(name: str) -> None:
    said = "你单位提出：“- 人数有误..\n- 已经整改；。\n- 请求从轻”"
    assert wording_lines.blocks_of(f"{{{name}}}", {name: said}) == tuple(map(Para, said.split("\n")))


def test_names_of_companies_in_a_row_keep_their_last_letters() -> None:
    names = ["Xingwan Finance Co., Ltd.", "Binhai Xinda Inc."]
    assert wording_lines.blocks_of("About {*who}.", {"who": names}, lang="en") == (Para(f"About {'; '.join(names)}"),)


def test_a_cell_never_moves_its_neighbours() -> None:
    [table] = wording_lines.passage(text_of([Table(("甲", "乙"), (("一 | 二", "三"),))]))
    assert isinstance(table, Table)
    assert [len(row) for row in table.rows] == [2]


def test_a_passage_comes_back_as_it_went() -> None:
    blocks = (
        Heading("一、事实"),
        Para("甲。"),
        Items(("一；", "二。")),
        Table(("序号", "问题"), (("1", "乙"),)),
        Facts((("单位", "丙"),)),
        Annex("承诺书"),
        Para("丁。"),
    )
    assert wording_lines.passage(text_of(blocks)) == blocks


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_attachment_is_named_above_the_signature_and_begins_a_page_after_it(lang: Lang) -> None:
    paper, head = paper_for("D27", lang)
    assert Paper.from_json(paper.to_json()) == paper
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as made:
        pages = [page.extract_text() for page in made.pages]
    attached = {"zh": "附件：自律承诺书", "en": "Enclosed: 1．Undertaking of Self-Discipline"}[lang]
    begins = {"zh": ["附件"], "en": ["Enclosure 1", "Enclosure 2"]}[lang]
    assert any(attached in each for each in pages[: -len(begins)])
    assert [each.splitlines()[1] for each in pages[-len(begins) :]] == begins


def test_a_title_breaks_where_the_sense_allows() -> None:
    lines = wording.title_lines("关于对 / 星湾消费金融有限公司 / 采取自律措施的决定", "zh")
    assert lines == ("关于对星湾消费金融有限公司", "采取自律措施的决定")
    assert wording.title_lines("关于转办 / TS2026-K7M2XQ号投诉的函", "zh") == ("关于转办TS2026-K7M2XQ号投诉的函",)
    assert all(len(line) <= wording.TITLE_WIDTH for line in wording.title_lines("关于" + "极长" * 30 + "的函", "zh"))


def test_a_list_that_was_typed_with_numbers_is_numbered_once() -> None:
    typed = ["1、被投诉单位的名称", "2、催收行为发生的大致时间"]
    (listed,) = (each for each in wording_lines.blocks_of("{*missing}", {"missing": typed}))
    assert listed == Items(("被投诉单位的名称；", "催收行为发生的大致时间。"))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "滨海自由贸易试验区蓝湾（集团）互联网金融信息服务有限公司",
            ("关于对滨海自由贸易试验区蓝湾（集团）", "互联网金融信息服务有限公司", "采取纪律处分的决定"),
        ),
        (
            "Binhai Yuanshan Consulting and Debt Collection Services Co., Ltd.",
            ("关于对", "Binhai Yuanshan Consulting and ", "Debt Collection Services Co., Ltd.", "采取纪律处分的决定"),
        ),
    ],
)
def test_a_title_tears_no_word_and_no_bracket(name: str, lines: tuple[str, ...]) -> None:
    assert wording.title_lines(f"关于对 / {name} / 采取纪律处分的决定", "zh") == lines


@pytest.mark.parametrize(
    "name",
    ["ABCDEFGHIJKLMNOPQRSTUVWXYZ Financial 星湾消费金融有限公司星湾消费金融", " / ".join("星湾消费" * 12), "A" * 200],
)
def test_a_title_with_any_name_in_it_is_broken_at_once_and_no_line_is_too_wide(name: str) -> None:
    began = time.process_time()
    lines = wording.title_lines(f"关于对 / {name} / 采取自律措施的决定", "zh")
    assert time.process_time() - began < 1
    assert all(wording._width(line) <= wording.TITLE_WIDTH for line in lines)
    assert "".join(lines) == f"关于对{name}采取自律措施的决定".replace(" / ", "")


@pytest.mark.parametrize(
    "attack",
    ["<script>alert(1)</script>", '"><img src="file:///etc/passwd">', "{{ 7 * 7 }}", "</style><style>@import 'x'"],
)
def test_what_people_write_stays_text(attack: str) -> None:
    paper = Paper("D20", (attack,), attack, (Para(attack), Facts(((attack, attack),))), note=attack)
    head = head_for("D20", "zh")
    page = rendering.html_of(paper, head)
    assert "<script" not in page
    assert '<img src="file' not in page
    assert page.count("<style") == 0
    assert html.unescape(page.replace("<wbr>", "")).count(attack) >= 6
    assert rendering.pdf_of(paper, head).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("kind", "layout"),
    [("D20", Layout.RED_HEAD), ("D05b", Layout.LETTER), ("D23f", Layout.PUBLIC), ("D15", Layout.REPORT)],
)
def test_issued_pages_keep_the_margins_of_the_standard(kind: str, layout: Layout) -> None:
    paper = Paper(kind, ("关于测试的文书",), "某公司：", (Para("债务人" * 500),), "特此通知。")
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head_for(kind, "zh")))) as document:
        assert KINDS[kind].layout is layout
        body = [each for each in document.pages[1].chars if each["text"] in "债务人"]
    rows = {round(each["bottom"]) for each in body}
    assert len(rows) == 22
    assert len(body) == 22 * 28
    assert min(each["x0"] for each in body) / MM == pytest.approx(28, abs=0.5)
    assert max(each["x1"] for each in body) / MM == pytest.approx(184, abs=0.5)


def test_the_date_stands_four_characters_from_the_right_with_the_seal_over_both() -> None:
    paper, head = paper_for("D23a")
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as document:
        last = next(page for page in reversed(document.pages) if page.curves)
        words = [word for word in last.extract_words() if word["text"] == "2026年11月5日" and word["x0"] > 300]
        ring = max(last.curves, key=lambda shape: shape["width"])
    assert words[0]["x1"] / MM == pytest.approx(184 - 4 * 156 / 28, abs=1)
    assert ring["width"] / MM == pytest.approx(42, abs=3)
    assert ring["top"] < words[0]["top"] < words[0]["bottom"] < ring["bottom"]
    assert (ring["x0"] + ring["x1"]) / 2 == pytest.approx((words[0]["x0"] + words[0]["x1"]) / 2, abs=4)


def test_an_english_letter_is_not_signed_with_the_chinese_name_of_the_house() -> None:
    paper, head = paper_for("D06a", "en")
    foot = rendering.html_of(paper, replace(head, signatory=head.association_zh)).partition("For the Association")[2]
    assert head.association_zh not in foot.partition("</div>")[0]
    assert head.signatory in rendering.html_of(paper, head)


def test_a_draft_has_neither_seal_nor_number() -> None:
    paper, draft = draft_for("D20")
    page = rendering.html_of(paper, draft)
    assert "part:seal" not in page
    assert "（待编号）" in page
    assert rendering.pdf_of(paper, draft).startswith(b"%PDF")


def test_a_title_of_several_lines_is_one_title_where_it_is_enclosed() -> None:
    paper, head = paper_for("D23e")
    assert paper.translation is not None
    broken = replace(paper.translation, title_lines=("Circular to Members", "on Another Company"))
    assert "<h3>Circular to Members on Another Company</h3>" in rendering.html_of(
        replace(paper, translation=broken), head
    )


@pytest.mark.parametrize(("kind", "field"), [("D22", "grounds"), ("D26", "firm_answer")])
def test_what_a_company_wrote_on_paper_ends_as_it_ends(kind: str, field: str) -> None:
    signed = "（书面提交，周岚签署）"
    paper = wording.paper_of(kind, head_for(kind), {**values_for(kind), field: f"人数有误。\n{signed}"})
    assert [each.text for each in paper.blocks if isinstance(each, Para) and signed in each.text] == [signed]
