"""Every table that the house gives out is written by one door, and nothing that goes through it is ever computed."""

import ast
import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from openpyxl import load_workbook

from core.settings import ROOT
from filestore.sheets_made import STARTS, Table, csv_line, csv_of, xlsx_of
from filestore.sheets_made import __name__ as door
from tests.rooms import ROOMS

OTHERS = {
    "admin.commands_deadline": "answers a program's own rows on stdout, cell by cell as they were given",
    "admin.demo": "writes the fictional register that the demonstration then imports",
}
"""Modules that write tables by themselves, and why they may."""
BEFORE = ("", " ", "\u3000", "\ufeff", "\x00", "\x00 ")
EVIL = [f"{before}{sign}cmd|' /C calc'!A0" for sign in STARTS for before in BEFORE]


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in (*ROOMS, "launch"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name, ast.parse(path.read_text("utf-8"))


def writes(tree: ast.Module) -> bool:
    """Whether it makes lines of CSV or a workbook by itself."""
    made = {"writer", "DictWriter", "Workbook", "to_csv", "to_excel"}
    calls = (each.func for each in ast.walk(tree) if isinstance(each, ast.Call))
    return any((getattr(call, "attr", "") or getattr(call, "id", "")) in made for call in calls)


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and each.module:
            found |= {each.module, *(f"{each.module}.{name.name}" for name in each.names)}
    return found


def test_nothing_writes_a_table_but_the_door_that_takes_formulas_out() -> None:
    writing = {name for name, tree in modules() if writes(tree)}
    assert writing == {door, *OTHERS}


def test_every_address_that_answers_with_a_table_goes_through_that_door(app: Flask) -> None:
    trees = dict(modules())
    through = {name for name, tree in trees.items() if door in imported(tree)}
    through |= {name for name, tree in trees.items() if imported(tree) & through}
    tables = [rule for rule in app.url_map.iter_rules() if rule.rule.endswith((".csv", ".xlsx"))]
    assert len(tables) >= 8
    for rule in tables:
        module = app.view_functions[rule.endpoint].__module__
        assert module in through or module.startswith("flask_admin"), rule


@pytest.mark.parametrize("evil", [*EVIL, "=\udcff"])
def test_no_cell_head_or_name_that_goes_through_it_is_a_formula(evil: str) -> None:
    table = Table(evil, [evil, "b"], [[evil, 1], [None, evil]])
    texts = [csv_of(table).decode("utf-8-sig"), csv_line([evil, -1])]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    book = load_workbook(io.BytesIO(xlsx_of([table])))
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            cells.append(str(cell.value if cell.value is not None else ""))
    found = [cell for cell in cells if cell.lstrip(" \u3000\ufeff").startswith(tuple(STARTS))]
    assert found == ["-1"]
    assert sum(cell.startswith("'") for cell in cells) == 7
