"""A table that somebody hands in is read whole and as its author sees it, or refused with a sentence."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from time import process_time

import pytest
from openpyxl import Workbook

from core.errors import BadInput
from filestore import sheets, sheets_books
from filestore.confined import Bounds
from tests.filestore.making_files import with_part

CALLS = ["时间,号码,时长", *(f"2025-03-01 10:0{each},1391234567{each},1{each}" for each in range(9))]


def read(content: bytes, name: str) -> list[tuple[sheets.Cell, ...]]:
    return [each.cells for each in sheets.read(io.BytesIO(content), name).lines]


def book(rows: Iterable[list[object]], formats: dict[str, str] | None = None) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    for cell, form in (formats or {}).items():
        made.active[cell].number_format = form
    made.save(out)
    return out.getvalue()


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            inside = given.read(name)
            assert name != part or old in inside
            made.writestr(name, inside.replace(old, new, 1) if name == part else inside)
    return out.getvalue()


@pytest.mark.parametrize("places", [(3,), (3, 7)])
@pytest.mark.parametrize("side", ["before", "after"])
def test_an_open_quotation_mark_loses_no_row_in_silence(places: tuple[int, ...], side: str) -> None:
    rows = list(CALLS)
    for place in places:
        rows[place] = f'"{rows[place]}' if side == "before" or place == 3 else f'{rows[place]}"'
    with pytest.raises(BadInput, match=r"In row 4 of “a\.csv” a quotation mark"):
        read("\n".join([*rows, ""]).encode(), "a.csv")
    quoted = ['"备注"', '"一行\n二行"', '"他说""好"""']
    assert read("\n".join(f"1,{each}" for each in quoted).encode(), "a.csv")[1:] == [
        ("1", "一行\n二行"),
        ("1", '他说"好"'),
    ]


def test_a_sentence_of_several_lines_with_a_comma_is_a_cell_also_in_a_table_of_two_columns() -> None:
    given = '时间,备注\n2025-03-01 10:00,"called twice,\nsaid: pay, or else"\n2025-03-01 10:05,none\n'
    assert read(given.encode(), "a.csv")[1] == ("2025-03-01 10:00", "called twice,\nsaid: pay, or else")


@pytest.mark.parametrize("place", [1, 3])
def test_a_row_that_was_swallowed_is_known_in_a_table_of_two_columns(place: int) -> None:
    rows = [each.rpartition(",")[0] for each in CALLS]
    rows[place] = f'"{rows[place]}'
    rows[7] = f'{rows[7]}"'
    with pytest.raises(BadInput, match=rf"In row {place + 1} of “a\.csv” a quotation mark"):
        read("\n".join(rows).encode(), "a.csv")


@pytest.mark.parametrize("row", ["\n", ",\n", '"\n\n\n\n\n\n\n\n\n",\n'])
def test_countless_empty_rows_are_refused_in_a_moment(row: str) -> None:
    """Twenty megabytes of them, from anybody, held a page for minutes; those at the end of a table are left out."""
    began = process_time()
    with pytest.raises(BadInput, match="20,000"):
        read(("a,b\n1,2\n" + row * (2_000_000 // row.count("\n"))).encode(), "a.csv")
    assert process_time() - began < 5
    assert read(b"a,b\n1,2\n" + b",\n" * 50_000 + b"3,4\n", "a.csv") == [("a", "b"), ("1", "2"), ("3", "4")]


def test_numbers_shown_with_zeros_before_them_keep_them() -> None:
    given = book(
        [["号码", "额"], [7551234, 7], [75512345678, 0.5]], {"A2": "00000000", "A3": "000000000000", "B2": "0"}
    )
    assert read(given, "a.xlsx")[1:] == [("07551234", "7"), ("075512345678", "0.5")]


def test_what_stands_in_a_cell_merged_over_several_rows_is_said_of_each_of_them() -> None:
    made, out = Workbook(), io.BytesIO()
    for row in (
        ["投诉登记表", "", ""],
        ["编号", "日期", "公司"],
        [1, "三月", "甲"],
        [2, "", ""],
        [3, "", "乙"],
        [4, "", ""],
    ):
        made.active.append(row)
    for cells in ("A1:C1", "B3:B5", "C3:C4"):
        made.active.merge_cells(cells)
    made.save(out)
    assert read(out.getvalue(), "a.xlsx") == [
        ("投诉登记表",),
        ("编号", "日期", "公司"),
        ("1", "三月", "甲"),
        ("2", "三月", "甲"),
        ("3", "三月", "乙"),
        ("4",),
    ]


def test_line_ends_of_windows_are_line_ends() -> None:
    assert read(book([["a", "b"], ["一_x000D_\n二", "c"]]), "a.xlsx")[1] == ("一\r\n二", "c")


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheets>", b"<sheets <"),
        (
            "xl/styles.xml",
            b'<cellXfs count="1"><xf numFmtId="0"',
            b'<cellXfs count="1"><xf numFmtId="99999999999999999999"',
        ),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"<"),
    ],
)
def test_a_workbook_that_is_damaged_inside_is_refused_with_a_sentence(part: str, old: bytes, new: bytes) -> None:
    with pytest.raises(BadInput, match="damaged"):
        read(rewritten(book([["a", "b"], [1, 2]]), part, old, new), "a.xlsx")


def test_cells_of_empty_rows_are_not_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spreadsheet may end with a million of such rows: a minute of its reader, where each cell is asked."""
    far = b'<row r="9000"/></sheetData>'
    given = rewritten(book([["a", "b"], [1, 2]]), "xl/worksheets/sheet1.xml", b"</sheetData>", far)
    looked: list[object] = []
    value = sheets_books._value
    monkeypatch.setattr(sheets_books, "_value", lambda cell: looked.append(cell) or value(cell))
    assert sheets_books._sheets(given) == [("Sheet", [(1, ["a", "b"]), (2, ["1", "2"])])]
    assert len(looked) == 2 * (sheets.COLUMNS + 1)


SHARED = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
NAMED = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + SHARED + b'"/></Types>'
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXTS = b'<sst xmlns="' + MAIN + b'"><si><t xml:space="preserve">%s</t></si></sst>'
FORMULA = b'<c r="A1"><f t="shared" si="0" ref="A1:A20000">A1' + b"+A1" * 8_000 + b"</f></c>"
REPEATED = {
    "a long text in each cell": (b" " + b"x" * 40_000, b"", b'<c t="s"><v>0</v></c>' * 50),
    "a long formula in each cell": (b"a", b"<row>" + FORMULA + b"</row>", b'<c><f t="shared" si="0"/></c>' * 50),
}


@pytest.mark.parametrize("what", REPEATED)
def test_a_workbook_that_says_one_thing_again_and_again_costs_a_reader_of_its_own(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's evidence of some hundred kilobytes took all memory of the web, or a process of it for hours."""
    text, first, row = REPEATED[what]
    given = with_part(
        rewritten(book([["a"]]), "[Content_Types].xml", b"</Types>", NAMED), "xl/sharedStrings.xml", TEXTS % text
    )

    def times(many: int) -> bytes:
        rows = b"<sheetData>" + first + (b"<row>" + row + b"</row>") * many
        return rewritten(given, "xl/worksheets/sheet1.xml", b"<sheetData>", rows)

    assert len(read(times(3), "a.xlsx")) >= 3
    monkeypatch.setattr(sheets, "_BOUNDS", Bounds(memory=700 << 20, file=64 << 20, cpu=4, wall=60.0))
    bomb = times(15_000)
    assert len(bomb) < 1 << 20
    with pytest.raises(BadInput):
        read(bomb, "a.xlsx")


def test_each_kind_of_cell_comes_from_its_reader_as_it_was() -> None:
    at = datetime.fromisoformat("2026-11-25T10:30:00")
    told = ["文", at, at.date(), time(9, 5), timedelta(hours=30), "=SUM(A1)", 1.5]
    row = read(book([["头"] * 7, told]), "a.xlsx")[1]
    assert row[:5] == ("文", at, datetime.combine(at, time()), time(9, 5), timedelta(hours=30))
    assert isinstance(row[5], sheets.Formula)
    assert row[5:] == ("=SUM(A1)", "1.5")
