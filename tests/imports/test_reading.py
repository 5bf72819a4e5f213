"""How columns and workbooks are read: what is guessed, what is asked, what is rejected."""

from pathlib import Path

import pytest

from imports.columns import guess, guess_date_form
from imports.mapping import mapping
from imports.rows import Reject, Row, parse
from tests.conftest import NOW
from tests.imports.house import HOME, NORTH, House, as_csv, as_xlsx, house

__all__ = ["house"]


def test_a_running_number_is_not_guessed_as_that_of_the_register() -> None:
    columns = [{"name": name, "values": []} for name in ("序号", "收到日期", "业务")]
    assert "number" not in guess(columns)
    assert guess([*columns, {"name": "工单号", "values": []}])["number"] == "工单号"


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["03/04/2026", "05/06/2026"], ""),
        (["03/04/2026", "25/06/2026"], "%d/%m/%Y"),
        (["03/04/2026", "06/25/2026"], "%m/%d/%Y"),
        (["2026-03-04"], "%Y-%m-%d"),
        (["20260304"], "%Y%m%d"),
        (["2026-03-04T14:05:00", "2026-03-05T09:00:00"], "%Y-%m-%dT%H:%M:%S"),
        (["2026-03-04 14:05:00.0"], "%Y-%m-%d %H:%M:%S.%f"),
        ([], ""),
    ],
)
def test_days_that_can_be_read_in_two_ways_are_not_guessed_but_asked(values: list[str], form: str) -> None:
    assert guess_date_form(values) == form


def test_a_workbook_is_read_like_a_csv_file_and_computed_or_rounded_cells_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    own = tmp_path / "own.toml"
    own.write_text(
        'source = "own"\ndate_form = "%d.%m.%Y"\n[columns]\nreceived_on = "Tag"\nproduct = "Art"\nnumber = "Nr"\n'
    )
    path.write_bytes(
        as_xlsx(
            [
                ["Tag", "Art", "Nr"],
                [NOW.replace(tzinfo=None), "Kredit", 7],
                ["24.11.2026", "Kredit", "0008"],
                ["24.11.2026", "=A1&B1", 9],
                ["24.11.2026", "Kredit", 1234567890123456789],
                [],
                ["24.11.2026", "Kredit"],
            ]
        )
    )
    found = list(parse(path, mapping(str(own))))
    assert [(each.line, each.number) for each in found if isinstance(each, Row)] == [(2, "7"), (3, "0008")]
    bad = [(each.line, each.column, str(each.reason)) for each in found if isinstance(each, Reject)]
    assert [each[:2] for each in bad] == [(4, "Art"), (5, "Nr"), (7, "Nr")]
    assert "formula" in bad[0][2]
    assert "lost its digits" in bad[1][2]


def test_the_first_values_of_a_column_show_nobodys_name_or_number(house: House) -> None:
    told = "我叫欧阳靖，电话13812345678，每天来电十余次。"
    long = f"{'很' * 72}电话13812345678"
    rows = [NORTH[0], *([f"2025-03-0{day}", "催收", facts, *NORTH[1][3:]] for day, facts in enumerate((told, long), 1))]
    number = house.bring(as_csv(rows), "north.csv")
    page = house.read(f"{HOME}/{number}/columns")
    assert "每天来电十余次" in page
    assert "2025-03-01 · 2025-03-02" in page
    assert not [each for each in ("欧阳靖", "13812345678", "138123") if each in page]
    assert "13812345678" not in str(house.file(number).columns)


def test_the_first_row_of_each_kind_is_shown(house: House) -> None:
    house.start(house.tried(as_csv(NORTH[:2]), "one.csv"))
    house.run()
    found = house.file(house.tried(as_csv(), "north.csv")).found
    assert found is not None
    assert {kind: (first["line"], first["number"]) for kind, first in found["firsts"].items()} == {
        "there": (2, "N1"),
        "new": (3, "N2"),
    }
