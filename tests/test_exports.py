"""Every table that the house gives out is written by one door, and nothing that goes through it is ever computed."""

import ast
import csv
import io
from dataclasses import dataclass, field
from functools import cache

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
MAKES = {"writer", "DictWriter", "Workbook", "to_csv", "to_excel"}
BEFORE = ("", " ", "\u3000", "\ufeff", "\x00", "\x00 ")
EVIL = [f"{before}{sign}cmd|' /C calc'!A0" for sign in STARTS for before in BEFORE]


@dataclass
class Module:
    """Of one module what concerns tables."""

    writes: bool = False
    """Whether it makes lines of CSV or a workbook by itself."""
    imported: set[str] = field(default_factory=set)


@cache
def modules() -> dict[str, Module]:
    named = {}
    for path in sorted(path for room in (*ROOMS, "launch") for path in (ROOT / room).rglob("*.py")):
        it = named[".".join(path.relative_to(ROOT).with_suffix("").parts)] = Module()
        for each in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(each, ast.Call):
                it.writes |= (getattr(each.func, "attr", "") or getattr(each.func, "id", "")) in MAKES
            elif isinstance(each, ast.ImportFrom) and each.module:
                it.imported |= {each.module, *(f"{each.module}.{name.name}" for name in each.names)}
    return named


def test_nothing_writes_a_table_but_the_door_that_takes_formulas_out() -> None:
    assert {name for name, it in modules().items() if it.writes} == {door, *OTHERS}


def test_every_address_that_answers_with_a_table_goes_through_that_door(app: Flask) -> None:
    through = {name for name, it in modules().items() if door in it.imported}
    through |= {name for name, it in modules().items() if it.imported & through}
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
