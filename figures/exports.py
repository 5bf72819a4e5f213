"""Figures to take along: one table as CSV, all of them as a workbook."""

from collections.abc import Iterable, Sequence

from flask import Response

from core.words import _
from figures.tables import Table
from filestore import sheets_made
from filestore.downloads import attached
from filestore.sheets_made import CSV, XLSX


def _plain(table: Table) -> sheets_made.Table:
    return sheets_made.Table(table.title, table.heads, [[row.head, *row.cells] for row in table.rows])


def csv_file(table: Table, name: str) -> Response:
    """One table."""
    return attached(sheets_made.csv_of(_plain(table)), CSV, f"{name}.csv")


def xlsx_file(tables: Iterable[Table], name: str, left_out: Sequence[str] = ()) -> Response:
    """All tables, and on a last sheet what each of them counts and what is not there."""
    found: Sequence[Table] = list(tables)
    sheets = [_plain(each) for each in found]
    said = [[each.title, each.meaning] for each in found] + [["", each] for each in left_out]
    sheets.append(sheets_made.Table(_("What is counted"), [_("Table"), _("Meaning")], said))
    return attached(sheets_made.xlsx_of(sheets), XLSX, f"{name}.xlsx")
