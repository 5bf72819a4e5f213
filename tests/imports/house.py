"""A head who imports files by the page, and what a file of another register looks like."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from openpyxl import Workbook
from sqlalchemy import select

from casework.models import Complaint
from core import outbox
from core.db import transaction
from core.journal import JournalEntry
from filestore import files
from filestore.stores import Folder
from imports.models import ImportFile
from registry.models_batches import Batch, BatchItem
from tests.builders import account
from tests.conftest import NOW
from tests.signed_in import signed_in

HOME = "/staff/import"
NORTH = [
    ["收到日期", "业务", "陈述", "机构", "编号", "省份", "备注"],
    ["2025-03-01", "催收", "每天来电十余次。", "北岸小额贷款", "N1", "广东", "x"],
    ["2025-03-02", "催收", "=HYPERLINK(1)", "北岸小额贷款", "N2", "广东", "x"],
    ["03/17/2025", "催收", "日期的写法不同。", "", "=N3", "广东", "x"],
    ["2025-03-04", "", "没有业务。", "", "N4", "=1+1", "x"],
    ["2025-03-05", "贷款", "不在范围内。", "", "N5", "", "x"],
    ["2025-03-06", "", "也没有业务。", "", "N6", "", "x"],
]
SAID = {
    "source": "north",
    "lang": "zh",
    "date_form": "%Y-%m-%d",
    "in_scope": "催收",
    "column_0": "received_on",
    "column_1": "product",
    "column_2": "facts",
    "column_3": "company",
    "column_4": "number",
    "column_5": "beside",
    "column_6": "leave",
}


def as_csv(rows: list[list[str]] = NORTH) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[list[object]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


class House:
    """A head with a browser, and a case officer with another."""

    def __init__(self, app: Flask) -> None:
        self.app, self.sent = app, 0
        with app.app_context(), transaction() as at:
            self.head = account(at, "梁岚", "head").id
            self.officer = account(at, "周研", "officer").id
        self.mine = self.browser(self.head)

    def browser(self, number: int) -> FlaskClient:
        return signed_in(self.app, number, lang=None)

    def post(self, path: str, **said: object) -> str:
        """Send a form; where it leads."""
        self.sent += 1
        answer = self.mine.post(path, data={"key": f"k{self.sent}", **said})
        assert answer.status_code == 303, answer.text
        return answer.location

    def bring(self, content: bytes, name: str) -> int:
        return int(self.post(HOME, files=(io.BytesIO(content), name)).split("/")[3])

    def tried(self, content: bytes, name: str, **said: object) -> int:
        """Brought in, told and tried."""
        number = self.bring(content, name)
        self.post(f"{HOME}/{number}/columns", **{**SAID, **said})
        self.run()
        return number

    def run(self) -> None:
        with self.app.app_context():
            outbox.run_all()

    def file(self, number: int) -> ImportFile:
        with self.app.app_context(), transaction() as at:
            return at.get_one(ImportFile, number)

    def start(self, number: int) -> int:
        work = self.file(number).batch_id or 0
        self.post(f"/staff/jobs/{work}/start")
        return work

    def items(self, batch: int) -> list[tuple[str, str]]:
        with self.app.app_context(), transaction() as at:
            found = at.scalars(select(BatchItem).where(BatchItem.batch_id == batch).order_by(BatchItem.id))
            return [(each.state, (each.reason or {}).get("en", "")) for each in found]

    def state(self, batch: int) -> str:
        with self.app.app_context(), transaction() as at:
            return at.get_one(Batch, batch).state

    def refs(self) -> list[str]:
        with self.app.app_context(), transaction() as at:
            return list(at.scalars(select(Complaint.ref).where(Complaint.state == "HISTORIC").order_by(Complaint.ref)))

    def noted(self, row: str) -> list[JournalEntry]:
        with self.app.app_context(), transaction() as at:
            return list(at.scalars(select(JournalEntry).where(JournalEntry.row == row)))

    def read(self, path: str) -> str:
        refresh()
        answer = self.mine.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def house(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path))
    with time_machine.travel(NOW, tick=True):
        yield House(app)
