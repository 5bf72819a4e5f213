"""What a cell says is what comes in: days, times, numbers and names as their author reads them, or a reject."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import select

from casework.models import NamedCompany
from core.clock import day_of
from core.db import transaction
from imports.mapping import of_told
from imports.rows import Reject, Row, parse
from registry.models import AliasKind, PartyAlias, PartyKind
from tests.builders import party
from tests.imports.house import HOME, NORTH, House, as_csv, as_xlsx, house
from tests.imports.test_import_companies import HEAD, LIST, confirm, tried

__all__ = ["house"]

TOLD = {
    "source": "north",
    "columns": {"received_on": "收到", "product": "业务", "number": "编号"},
    "also": {"texts": ["来电"]},
}
HEADS = ["收到", "业务", "编号", "来电"]


def read(tmp_path: Path, content: bytes, name: str, form: str = "%Y-%m-%d") -> list[Row | Reject]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(parse(path, of_told({**TOLD, "date_form": form}, name)))


def test_a_time_kept_beside_a_complaint_keeps_its_hour_and_the_day_of_receipt_its_day(tmp_path: Path) -> None:
    at = datetime(2025, 3, 1, 14, 5)  # noqa: DTZ001 - as a spreadsheet has it
    (row,) = read(tmp_path, as_xlsx([HEADS, [at, "催收", 1, at]]), "a.xlsx", "%d.%m.%Y")
    assert isinstance(row, Row)
    assert (day_of(row.received_at), row.also) == (date(2025, 3, 1), {"来电": "2025-03-01 14:05:00"})


def test_what_stands_above_the_names_of_the_columns_in_a_workbook_is_its_title(tmp_path: Path) -> None:
    rows = [["投诉登记表"], ["导出日期：2025年3月2日"], HEADS, [date(2025, 3, 1), "催收", 1, ""]]
    (row,) = read(tmp_path, as_xlsx(rows), "a.xlsx")
    assert isinstance(row, Row)
    assert (day_of(row.received_at), row.line) == (date(2025, 3, 1), 4)


def test_a_workbook_that_counts_days_from_1904_says_the_same_days(tmp_path: Path) -> None:
    book, out = Workbook(), io.BytesIO()
    book.epoch = CALENDAR_MAC_1904
    for cells in (HEADS, [date(2025, 3, 1), "催收", 1, ""]):
        book.active.append(cells)
    book.save(out)
    (row,) = read(tmp_path, out.getvalue(), "a.xlsx")
    assert isinstance(row, Row)
    assert day_of(row.received_at) == date(2025, 3, 1)


def test_a_day_that_a_spreadsheet_counts_is_said_to_be_one(tmp_path: Path) -> None:
    (row,) = read(tmp_path, as_csv([HEADS, ["45000", "催收", 1, ""]]), "a.csv")
    assert isinstance(row, Reject)
    assert "as a spreadsheet counts it" in str(row.reason)


@pytest.mark.parametrize("number", ["13912345678.0", "1.39E+10", "1.3912345678E10"])
def test_a_number_that_a_program_wrote_as_a_fraction_is_no_other_number(tmp_path: Path, number: str) -> None:
    (row,) = read(tmp_path, as_csv([HEADS, ["2025-03-01", "催收", number, ""]]), "a.csv")
    assert isinstance(row, Reject)
    assert "lost its digits" in str(row.reason)


def test_a_day_run_together_that_could_be_two_is_rejected(tmp_path: Path) -> None:
    rows = [[day, "催收", day, ""] for day in ("2025111", "20251101")]
    wrong, right = read(tmp_path, as_csv([HEADS, *rows]), "a.csv", "%Y%m%d")
    assert isinstance(wrong, Reject)
    assert isinstance(right, Row)


def test_a_refusal_names_the_file_as_it_was_called(house: House) -> None:
    book, out = Workbook(), io.BytesIO()
    for sheet in (book.active, book.create_sheet("二")):
        for cells in (["a", "b"], ["c", "d"]):
            sheet.append(cells)
    book.save(out)
    answer = house.mine.post(f"{HOME}?lang=en", data={"key": "k", "files": (io.BytesIO(out.getvalue()), "两张表.xlsx")})
    assert "“两张表.xlsx” has several tables" in answer.text


def test_names_one_below_another_in_a_cell_are_names_of_their_own(house: House) -> None:
    row = [*LIST[1][:5], "甲岸\n甲岸贷", "400-123-4567\r\n400-123-4568", *LIST[1][7:]]
    confirm(house, tried(house, as_csv([HEAD, row])))
    with house.app.app_context(), transaction() as at:
        said = set(at.scalars(select(PartyAlias.value)))
    assert said == {"甲岸", "甲岸贷", "400-123-4567", "400-123-4568"}


def test_a_collection_firm_that_the_register_knows_is_named_as_one(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        firm = party(at, "北岸小额贷款", kind=PartyKind.FIRM).id
    rows = [*NORTH[:2], [*NORTH[2][:3], "谁也不知道的公司", *NORTH[2][4:]]]
    house.start(house.tried(as_csv(rows), "north.csv"))
    house.run()
    with house.app.app_context(), transaction() as at:
        named = [(each.kind, each.party_id) for each in at.scalars(select(NamedCompany).order_by(NamedCompany.id))]
    assert named == [("FIRM", firm), ("INSTITUTION", None)]


def test_a_number_in_wide_figures_is_the_same_and_a_telephone_number_names_its_company(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        firm = party(at, "北岸催收", kind=PartyKind.FIRM).id
        at.add(PartyAlias(party_id=firm, kind=AliasKind.NUMBER, value="0100-5551002"))
    one, two = ([*NORTH[1][:3], "0100-5551002", number, *NORTH[1][5:]] for number in ("N１２７", "N127"))
    number = house.tried(as_csv([NORTH[0], one, two]), "north.csv")
    found = house.file(number).found
    assert found is not None
    assert (found["new"], found["rejected"]) == (1, 1)
    house.start(number)
    house.run()
    assert house.refs() == ["NORTH-N127"]
    with house.app.app_context(), transaction() as at:
        assert at.scalars(select(NamedCompany.party_id)).all() == [firm]


def test_a_damaged_line_or_sign_costs_its_row_and_not_the_file(house: House) -> None:
    given = [NORTH[0], *([*NORTH[1][:4], f"R{each}", *NORTH[1][5:]] for each in range(5))]
    rows = as_csv(given).splitlines(keepends=True)
    damaged = [rows[0], rows[1].replace(b"R0", b"R0\x07"), rows[2].replace(b"R1", b"R1\xff"), *rows[3:]]
    found = house.file(house.tried(b"".join(damaged), "damaged.csv")).found
    assert found is not None
    assert (found["new"], found["rejected"]) == (3, 2)
    assert "U+0007" in found["reasons"][0]["why"]["en"]
    for bad in (b"a,b\n\x00\x01,2\n", "一,二\n三,四\n".encode("gb18030") + b"\xff\n"):
        answer = house.mine.post(f"{HOME}?lang=en", data={"key": "b", "files": (io.BytesIO(bad), "x.csv")})
        assert answer.status_code == 422
        assert "is damaged" in answer.text


def test_commas_at_the_end_of_rows_are_no_cells_and_rows_of_commas_no_rows(tmp_path: Path) -> None:
    """As spreadsheets and exports write what was only formatted."""
    good = '2025-03-01,催收,1,"一,\n二",,\n2025-03-02,催收,2,三,\n'
    given = f"收到,业务,编号,来电\n{good},,,\n,,,,,\n2025-03-03,催收,3,四,五\n"
    first, second, third = read(tmp_path, given.encode(), "a.csv")
    assert [each.line for each in (first, second, third)] == [2, 4, 7]
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert isinstance(third, Reject)
    assert (first.also, second.also) == ({"来电": "一, 二"}, {"来电": "三"})
    assert "5 cells, not 4" in str(third.reason)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_whose_rows_have_more_cells_than_names_is_not_said_to_have_no_rows(house: House, ending: str) -> None:
    rows = [["日期", "业务"], ["2025-03-01", "催收", "无名"], ["2025-03-02", "催收", "无名"]]
    given = as_csv(rows) if ending == "csv" else as_xlsx(rows)  # type: ignore[arg-type]
    answer = house.mine.post(f"{HOME}?lang=en", data={"key": "k", "files": (io.BytesIO(given), f"x.{ending}")})
    assert answer.status_code == 422
    assert "The rows have 3 cells, but only 2 columns have a name." in answer.text
    assert "has no rows" not in answer.text


def test_what_stands_above_the_names_of_the_columns_in_a_csv_file_is_its_title_too(tmp_path: Path) -> None:
    """A spreadsheet that saves a table with a title writes commas behind it."""
    rows = [["投诉登记表", "", "", ""], ["", "", "", "2025年"], HEADS, ["2025-03-01", "催收", 1, ""]]
    (row,) = read(tmp_path, as_csv(rows), "a.csv")
    assert isinstance(row, Row)
    assert (day_of(row.received_at), row.line) == (date(2025, 3, 1), 4)
