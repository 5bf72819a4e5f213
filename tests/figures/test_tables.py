"""Tables of figures, their charts and the sheets that are taken along."""

from datetime import date
from io import BytesIO

from flask import Flask
from openpyxl import load_workbook

from core.db import session
from core.words import _l
from figures import sections, tables
from figures.queries import Chosen
from filestore.sheets_made import Table, xlsx_of
from tests.conftest import NOW

MONTHS = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
KINDS = {"mild": "Mild", "grave": "Grave"}


def test_a_kind_has_one_colour_in_every_chart_whatever_its_rank(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        for many in ({"mild": 9, "grave": 1}, {"mild": 1, "grave": 9}):
            made = tables.spread("kinds", _l("Measures by month"), MONTHS, KINDS, lambda _month, word: many[word])  # noqa: B023
            assert made.chart is not None
            assert {each.word: each.tone for each in made.chart.legend} == {"Mild": "blue", "Grave": "orange"}
        assert [words for _x, words in made.chart.labels] == ["Dec\n2025", "Jan\n2026", "Feb"]
        assert made.chart.unit == "Complaints"


def test_all_measures_are_stacked_in_the_order_of_the_ladder_and_what_was_set_aside_stands_apart(app: Flask) -> None:
    counted = {(MONTHS[0], "MEASURE", level): many for level, many in zip("12345", (1, 5, 2, 4, 3), strict=True)}
    counted[MONTHS[1], "SET_ASIDE", "3"] = 2
    with app.test_request_context("/?lang=en"):
        made = sections.measures(_view(MONTHS), counted)
        only_aside = sections.measures(_view(MONTHS[1:]), counted)
        ladder = list(sections.levels().values())
    assert made.chart is not None
    assert [each.word for each in made.chart.legend] == ladder
    assert [bar.title.split(" · ")[0] for bar in made.chart.bars] == ["2025-12"] * len(ladder)
    assert (made.heads, made.apart) == (["Month", *ladder, "Set aside"], True)
    assert made.foot == [1, 5, 2, 4, 3, 2]
    assert (only_aside.heads, only_aside.chart) == (["Month", "Set aside"], None)


def _view(months: list[date]) -> sections.View:
    chosen = Chosen(months[0], months[-1])
    return sections.View(session(), chosen, NOW, "en", tables.NOTHING_BEHIND, lambda party: party.name_zh)


def test_the_chart_says_which_columns_of_the_table_its_others_are(app: Flask) -> None:
    words = {f"kind{place}": f"Kind {place}" for place in range(7)}
    many = dict(zip(words, (9, 1, 8, 7, 2, 6, 3), strict=True))
    with app.test_request_context("/?lang=en"):
        made = tables.spread("kinds", _l("Measures by month"), MONTHS, words, lambda _month, word: many[word])
    assert made.chart is not None
    assert [each.word for each in made.chart.legend][-1] == "Others (Kind 1, Kind 4, Kind 6)"


def test_the_share_of_all_is_that_of_the_sums(app: Flask) -> None:
    counted = {(MONTHS[0], "ANSWER", "IN_TIME"): 25, (MONTHS[1], "ANSWER", "IN_TIME"): 1}
    with app.test_request_context("/?lang=en"):
        assert tables.answers(counted, MONTHS).foot == [26, 0, 0, 100.0]


def test_a_name_too_long_for_a_sheet_ends_at_a_word() -> None:
    book = load_workbook(BytesIO(xlsx_of([Table("The association's own time limits", ["a"], [])])))
    assert book.sheetnames == ["The association's own time…"]


def test_a_workbook_has_days_as_days_columns_as_wide_as_their_words_and_long_texts_in_lines() -> None:
    table = Table("t", ["Day", "名称"], [[date(2026, 12, 1), "海望网络小额贷款有限公司"], [None, "很长" * 60]])
    sheet = load_workbook(BytesIO(xlsx_of([table])))["t"]
    assert (sheet["A2"].is_date, sheet["B3"].alignment.wrap_text, sheet["B2"].alignment.wrap_text) == (True, True, None)
    assert sheet.column_dimensions["A"].width < 16 < sheet.column_dimensions["B"].width
