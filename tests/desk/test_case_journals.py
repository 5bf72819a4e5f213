"""The journal of one case, taken along as a table by those who answer for it."""

import csv
import io
from urllib.parse import unquote

from openpyxl import load_workbook
from sqlalchemy import select

from casework.models_cases import CaseFile
from core import clock
from core.db import transaction
from core.journal import JournalEntry
from tests.casework.house import House, case, house, today

__all__ = ["case", "house", "today"]


def test_the_journal_of_a_case_holds_all_that_hangs_on_it_and_notes_that_it_was_taken(case: House) -> None:
    head, url = case.enter("head"), f"/staff/cases/{case.made['case']}/journal"
    head.post(f"/staff/cases/{case.made['case']}/notes", prefix="note", text="=1+1 等待录音。")
    assert f'href="{url}.csv"' in head.get(f"/staff/cases/{case.made['case']}")
    answer = head.client.get(f"{url}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    told = answer.data.decode("utf-8-sig")
    heads, *rows = list(csv.reader(io.StringIO(told, newline="")))
    assert heads[:3] == ["When", "By whom", "What was noted"]
    kinds = {row[3] for row in rows}
    assert kinds >= {"case", "track", "complaint", "forwarding", "service"}
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert rows[-1][2] == "The journal of the case was downloaded"
    assert "等待录音" not in told
    with case.app.app_context(), transaction() as at:
        there = at.execute(select(JournalEntry.subject_kind, JournalEntry.seq, JournalEntry.digest)).all()
        own = {(kind, str(seq), digest) for kind, seq, digest in there}
    assert {(row[3], row[8], row[9]) for row in rows} <= own
    assert sum(row[3] == "case" for row in rows) == sum(kind == "case" for kind, _seq, _digest in own)


def test_it_comes_as_a_workbook_too_in_the_reader_s_language(case: House) -> None:
    head = case.enter("head", "zh")
    answer = head.client.get(f"/staff/cases/{case.made['case']}/journal.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert unquote(answer.headers["Content-Disposition"]).endswith(f" 日志 {clock.today():%Y%m%d}.xlsx")
    assert [cell.value for cell in sheet[1]][:3] == ["时间", "办理人", "办理事项"]
    assert sheet.max_row > 5


def test_only_the_head_and_the_officer_of_the_case_take_it_along(case: House) -> None:
    url = f"/staff/cases/{case.made['case']}"
    with case.app.app_context(), transaction() as at:
        at.get_one(CaseFile, case.made["case"]).officer_id = case.people["officer"]
    assert "journal.csv" in case.enter("officer").get(url)
    case.enter("officer").get(f"{url}/journal.csv")
    for who in ("investigator", "reviewer"):
        page = case.enter(who)
        assert "journal.csv" not in page.get(url)
        page.get(f"{url}/journal.csv", 403)
    case.enter("intake").get(f"{url}/journal.csv", 403)
    case.enter("head").get("/staff/cases/99999/journal.csv", 404)
